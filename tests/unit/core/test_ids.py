"""Identifiers have the documented forms. Source: facts/kms-api.md A.2, facts/kms.md 1.1."""

import re
from collections.abc import Callable
from functools import partial

import pytest

from keylease.core import ids
from keylease.core.entropy import Entropy, SystemEntropy


class Same:
    """An entropy of one byte, over and over: the edges of every alphabet."""

    def __init__(self, byte: int) -> None:
        self.byte = byte

    def random(self, size: int) -> bytes:
        return bytes([self.byte]) * size


FORMS: dict[str, tuple[Callable[[Entropy], str], str]] = {
    "instance": (partial(ids.instance_id, letters="hzz"), r"kst-hzz[a-z0-9]{18}"),
    "key": (partial(ids.key_id, letters="sgg"), r"key-sgg[a-z0-9]{18}"),
    "uuid": (ids.uuid, r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
    "request": (
        ids.request_id,
        r"[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}",
    ),
    "account": (ids.account_id, r"[1-9][0-9]{15}"),
    "order": (ids.order_id, r"2[0-9]{14}"),
    "access key": (ids.access_key_id, r"LTAI[A-Za-z0-9]{20}"),
    "access key secret": (ids.access_key_secret, r"[A-Za-z0-9]{30}"),
    "password": (ids.password, r"[A-HJ-NP-Za-km-z2-9]{20}"),
}


@pytest.mark.parametrize(("make", "form"), FORMS.values(), ids=FORMS)
def test_the_form(make: Callable[[Entropy], str], form: str) -> None:
    sources: list[Entropy] = [Same(0x00), Same(0x7F), *[SystemEntropy()] * 50]
    for entropy in sources:
        assert re.fullmatch(form, make(entropy))


@pytest.mark.parametrize(("make", "form"), FORMS.values(), ids=FORMS)
def test_two_of_a_kind_differ(make: Callable[[Entropy], str], form: str) -> None:
    made = {make(SystemEntropy()) for _ in range(100)}
    assert len(made) == 100, form


def test_the_bits_of_a_uuid_that_say_what_it_is_do_not_depend_on_chance() -> None:
    """Version 4, variant 10, all other bits free. Source: RFC 9562, 5.4."""
    assert ids.uuid(Same(0x00)) == "00000000-0000-4000-8000-000000000000"
    assert ids.uuid(Same(0xFF)) == "ffffffff-ffff-4fff-bfff-ffffffffffff"


def test_an_order_id_survives_a_json_number() -> None:
    assert int(float(int("2" + "9" * 14))) == int("2" + "9" * 14)
    assert int(ids.order_id(SystemEntropy())) < 2**53
