"""One expiration day for many instances: its pure rule. facts/billing.md 3 "Unified expiration"."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keylease.billing.catalog import (
    configure,
    default_price_book_text,
    monthly_price,
    parse_price_book,
)
from keylease.billing.renewals.unify import DAYS, unified, unified_quote
from keylease.core.clock import local, midnight
from keylease.core.errors import Code, Refusal
from keylease.core.money import round_half_up
from keylease.core.terms import add_months, end_of
from naive.days import unified_end

BOOK = parse_price_book(default_price_book_text())

dates = st.dates(date(2020, 1, 1), date(2090, 12, 31))
days = st.integers(1, 28)
keys = st.integers(1, 100).map(lambda blocks: blocks * 1000)


@pytest.mark.parametrize(
    ("day", "end", "new"),
    [
        (12, "2018-10-08", "2018-11-12"),
        (12, "2018-10-18", "2018-12-12"),
        (1, "2018-09-10", "2018-11-01"),
        (1, "2018-05-17", "2018-07-01"),
    ],
)
def test_the_published_examples(day: int, end: str, new: str) -> None:
    """Vector 8 of facts/billing.md."""
    assert unified(midnight(date.fromisoformat(end)), day).end == date.fromisoformat(new)


@pytest.mark.parametrize(
    ("end", "day", "months", "rest"),
    [
        ("2018-10-08", 8, 1, 0),  # the same day: exactly one month
        ("2018-10-08", 12, 1, 4),
        ("2018-10-18", 12, 1, 24),  # 18 November to 12 December
        ("2026-01-31", 28, 1, 0),  # the month later is clamped to the 28th
        ("2026-01-30", 1, 1, 1),  # clamped to 28 February
        ("2026-03-01", 1, 1, 0),  # E is 28 February, and all of March is one month
        ("2025-12-15", 14, 1, 30),  # 15 January to 14 February: not yet a second month
    ],
)
def test_whole_months_come_first_and_then_days(end: str, day: int, months: int, rest: int) -> None:
    found = unified(midnight(date.fromisoformat(end)), day)
    assert (found.months, found.days) == (months, rest)


@given(dates, days)
def test_it_ends_on_the_first_such_day_that_is_a_month_later(start: date, day: int) -> None:
    end = midnight(start)
    found = unified(end, day)
    new_end = end_of(found.expiration_date)
    assert new_end == unified_end(end, day)
    assert (local(new_end).day, local(new_end).time().isoformat()) == (day, "00:00:00")
    assert found.end >= add_months(start, 1)
    assert found.months >= 1


@given(dates, days)
def test_months_and_days_lead_from_the_old_end_to_the_new_one(start: date, day: int) -> None:
    found = unified(midnight(start), day)
    assert add_months(start, found.months) + timedelta(days=found.days) == found.end
    assert 0 <= found.days <= 30


@given(dates, days, keys)
def test_the_price_is_exact_and_rounded_once(start: date, day: int, wanted: int) -> None:
    found = unified(midnight(start), day)
    configuration = configure(BOOK, {"KeyNum": str(wanted)})
    price = unified_quote(BOOK, configuration, "USD", found)
    monthly = monthly_price(BOOK, configuration, "USD")
    exact = Fraction(monthly * found.months) + Fraction(monthly * found.days, 30)
    assert price.list_price == exact
    assert price.discount == BOOK.discount(found.months)
    assert price.payable_amount == round_half_up(exact * BOOK.discount(found.months))


@pytest.mark.parametrize("day", [DAYS[0] - 1, DAYS[-1] + 1])
def test_days_that_not_every_month_has_are_refused(day: int) -> None:
    with pytest.raises(Refusal) as caught:
        unified(midnight(date(2026, 1, 1)), day)
    assert caught.value.code is Code.INVALID_PARAMETER
