"""Numbers that are typed into forms and addresses."""

import pytest

from keylease.console.visit import whole


@pytest.mark.parametrize("text", ["", "-1", "+1", "1.0", " 1", "1_0", "²", "٣", "9" * 16])
def test_what_is_no_whole_number_is_none(text: str) -> None:
    assert whole(text) is None


def test_the_amount_of_the_dearest_order_is_a_whole_number() -> None:
    """An instance with all that is sold costs CNY 32 million: more than nine digits of fen."""
    assert whole("3240000000") == 3_240_000_000
    assert whole("007") == 7
