"""Money in and out, and the one rounding. Source: rules.md 4."""

from fractions import Fraction

import pytest

from keylease.core.money import (
    amount_for_people,
    amount_text,
    exact_text,
    parse_amount,
    round_half_up,
    split_exactly,
)


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("500", 50_000),
        ("500.5", 50_050),
        ("500.50", 50_050),
        ("0.01", 1),
        ("0", 0),
        ("-12.34", -1_234),
        ("-0.05", -5),
        (" 7.00 ", 700),
        ("9999999999999.99", 999_999_999_999_999),
    ],
)
def test_an_amount_is_read_exactly(text: str, minor: int) -> None:
    assert parse_amount(text) == minor


@pytest.mark.parametrize(
    "text",
    [
        *("", "-", ".5", "5.", "1.234", "1,000", "1 000", "1_000", "1e3", "0x10", "--1", "5.-5"),
        *("NaN", "inf", "USD 5", "5\n6", "10000000000000"),
    ],
)
def test_anything_else_is_no_amount(text: str) -> None:
    with pytest.raises(ValueError, match="is not an amount"):
        parse_amount(text)


@pytest.mark.parametrize(
    ("minor", "text"),
    [(50_050, "500.50"), (5, "0.05"), (0, "0.00"), (-5, "-0.05"), (-1_234, "-12.34")],
)
def test_an_amount_is_shown_with_two_places(minor: int, text: str) -> None:
    assert amount_text(minor) == text


@pytest.mark.parametrize(
    ("minor", "text"),
    [
        (1_234_567, "USD 12,345.67"),
        (-100_000_000, "USD -1,000,000.00"),
        (99, "USD 0.99"),
    ],
)
def test_people_see_thousands(minor: int, text: str) -> None:
    assert amount_for_people(minor, "USD") == text


@pytest.mark.parametrize(
    ("exact", "whole"),
    [
        (Fraction(1, 2), 1),
        (Fraction(3, 2), 2),
        (Fraction(5, 2), 3),
        (Fraction(-1, 2), -1),
        (Fraction(-5, 2), -3),
        (Fraction(1, 3), 0),
        (Fraction(2, 3), 1),
        (Fraction(-2, 3), -1),
        (Fraction(-1, 3), 0),
        (Fraction(10**30 + 1, 2), (10**30 + 2) // 2),
        (Fraction(7), 7),
    ],
)
def test_a_half_goes_up_and_away_from_zero(exact: Fraction, whole: int) -> None:
    assert round_half_up(exact) == whole


@pytest.mark.parametrize(
    ("minor", "text"),
    [
        (Fraction(13, 10), "0.013"),
        (Fraction(50_000), "500.00"),
        (Fraction(1, 10_000), "0.000001"),
        (Fraction(-5, 2), "-0.025"),
        (Fraction(0), "0.00"),
    ],
)
def test_an_exact_price_is_shown_with_all_its_decimals(minor: Fraction, text: str) -> None:
    assert exact_text(minor) == text


def test_what_six_decimals_cannot_show_is_not_shown() -> None:
    with pytest.raises(ValueError, match="six decimals"):
        exact_text(Fraction(1, 3))


def test_the_largest_remainders_are_rounded_up_and_of_equal_ones_the_first() -> None:
    third = Fraction(1, 3)
    assert split_exactly([third, third, third]) == [1, 0, 0]
    assert split_exactly([Fraction(1, 4), Fraction(3, 4), Fraction(1, 2)]) == [0, 1, 1]
    assert split_exactly([]) == []
