"""Terms against the vectors of rules.md 1, and the phases of rules.md 2 to the second."""

from datetime import date

import pytest

from keylease.core import terms
from keylease.core.terms import Phase, Term
from vectors.terms import RULES, WORKED_OUT, Vector, seconds


def pay(last: Term | None, how: str, at: int, months: int) -> Term:
    if last is None:
        return terms.bought(at, months)
    if how == "renewed automatically":
        return terms.continued(last, months)
    return terms.renewed_by_hand(last, at, months)


@pytest.mark.parametrize("vector", RULES + WORKED_OUT, ids=lambda vector: vector.name)
def test_vector(vector: Vector) -> None:
    term = None
    for paid in vector.paid:
        term = pay(term, paid.how, seconds(paid.at), paid.months)
        assert (term.start, term.end) == (seconds(paid.start), seconds(paid.end))


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 15), 1, date(2026, 2, 15)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 3, 31), 1, date(2026, 4, 30)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2100, 1, 31), 1, date(2100, 2, 28)),
        (date(2000, 1, 31), 1, date(2000, 2, 29)),
        (date(2026, 5, 31), 0, date(2026, 5, 31)),
    ],
)
def test_the_day_of_the_month_stays_or_is_the_last_one(day: date, months: int, later: date) -> None:
    assert terms.add_months(day, months) == later


def test_a_renewal_keeps_the_anchor_and_adds_its_months() -> None:
    first = terms.bought(seconds("2026-01-31 10:00:00"), 1)
    second = terms.renewed_by_hand(first, seconds("2026-02-10 10:00:00"), 2)
    assert (second.anchor, second.months) == (date(2026, 1, 31), 3)
    assert second.expiration_date == date(2026, 4, 30)


def test_a_renewal_after_expiry_takes_a_new_anchor() -> None:
    first = terms.bought(seconds("2026-01-31 10:00:00"), 1)
    second = terms.renewed_by_hand(first, seconds("2026-03-02 10:00:00"), 1)
    assert (second.anchor, second.months) == (date(2026, 3, 2), 1)


END = seconds("2026-03-01 00:00:00")


@pytest.mark.parametrize(
    ("now", "phase"),
    [
        ("2026-01-31 10:00:00", Phase.RUNNING),
        ("2026-02-28 23:59:59", Phase.RUNNING),
        ("2026-03-01 00:00:00", Phase.EXPIRED),
        ("2026-03-15 23:59:59", Phase.EXPIRED),
        ("2026-03-16 00:00:00", Phase.RELEASED),
        ("2036-03-16 00:00:00", Phase.RELEASED),
    ],
)
def test_phases_change_at_the_second(now: str, phase: Phase) -> None:
    assert terms.phase(END, seconds(now)) is phase


def test_the_release_is_midnight_after_fifteen_days() -> None:
    assert terms.release_of(END) == seconds("2026-03-16 00:00:00")


def test_the_expiration_date_is_the_last_whole_day() -> None:
    assert terms.expiration_date_of(END) == date(2026, 2, 28)
    assert terms.end_of(date(2026, 2, 28)) == END
