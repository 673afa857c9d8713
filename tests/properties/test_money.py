"""Money over its whole range, against Python's own decimals. Source: rules.md 4."""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from hypothesis import example, given, settings
from hypothesis import strategies as st

from keylease.core.money import (
    amount_for_people,
    amount_text,
    parse_amount,
    round_half_up,
    split_exactly,
)

# Up to what 13 digits before the point can hold.
MINOR = st.integers(-(10**15) + 1, 10**15 - 1)


@settings(deadline=None)
@given(MINOR)
def test_what_is_shown_can_be_read(minor: int) -> None:
    assert parse_amount(amount_text(minor)) == minor


@settings(deadline=None)
@given(MINOR)
def test_what_is_shown_is_the_decimal_number(minor: int) -> None:
    exact = Decimal(minor).scaleb(-2)
    assert Decimal(amount_text(minor)) == exact
    assert amount_for_people(minor, "CNY") == f"CNY {exact:,.2f}"


@settings(deadline=None, max_examples=300)
@given(st.integers(-(10**15), 10**15), st.integers(1, 10**6))
@example(1, 2)
@example(-1, 2)
@example(10**15 - 1, 2)
def test_rounding_is_half_up(numerator: int, denominator: int) -> None:
    """60 digits tell a half from its neighbours, which are at least 1 / (2 x denominator) away."""
    with localcontext(prec=60):
        expected = (Decimal(numerator) / denominator).quantize(Decimal(1), ROUND_HALF_UP)
    assert round_half_up(Fraction(numerator, denominator)) == int(expected)


@settings(deadline=None)
@given(st.integers(-(10**9), 10**9))
def test_every_half_goes_away_from_zero(whole: int) -> None:
    """A drawn fraction is seldom a half, so here each one is."""
    exact = Fraction(2 * whole + 1, 2)
    assert abs(round_half_up(exact)) == abs(exact) + Fraction(1, 2)


@given(st.lists(st.fractions(-(10**9), 10**9, max_denominator=10**6), max_size=8))
def test_parts_are_split_into_whole_ones_next_to_them_that_add_up(parts: list[Fraction]) -> None:
    whole = split_exactly(parts)
    assert sum(whole) == round_half_up(sum(parts, Fraction(0)))
    assert all(abs(one - part) < 1 for one, part in zip(whole, parts, strict=True))
