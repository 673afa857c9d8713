"""Regions are data, and the data is sound."""

import re

from keylease.core.regions import DEFAULT_REGION, REGIONS


def test_the_default_is_one_of_them() -> None:
    assert REGIONS[DEFAULT_REGION].letters == "hzz"


def test_letters_and_names_tell_regions_apart() -> None:
    for column in ("letters", "name_en", "name_zh"):
        assert len({getattr(region, column) for region in REGIONS.values()}) == len(REGIONS)


def test_ids_and_letters_have_their_form() -> None:
    for region in REGIONS.values():
        assert re.fullmatch(r"[a-z]{2}-[a-z]+(-\d)?", region.id)
        assert re.fullmatch(r"[a-z]{3}", region.letters)
