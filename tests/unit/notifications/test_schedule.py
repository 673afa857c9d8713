"""Dates are from rules.md 1 and 3; all local times are UTC+8."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keylease.core.clock import DAY, UTC8, local, parse_iso
from keylease.core.terms import bought, continued, expiration_date_of, release_of
from keylease.notifications.schedule import (
    EXPIRE,
    KINDS,
    RELEASE,
    RELEASE_SOON,
    REMINDER,
    for_term,
    release_soon_of,
)

ID = "kst-hzz0123456789abcdefgh"


def at(text: str) -> int:
    return parse_iso(f"{text}+08:00")


def due(end: int, paid_at: int, **hours: int) -> list[tuple[str, str]]:
    return [
        (a.kind, f"{local(a.due):%Y-%m-%d %H:%M:%S}") for a in for_term(ID, end, paid_at, **hours)
    ]


@pytest.mark.parametrize(
    ("paid", "months", "expected"),
    [
        (
            "2019-08-09 13:00:00",  # a month ahead: all three reminders
            1,
            ["2019-09-02 09", "2019-09-06 09", "2019-09-08 09", "2019-09-10 00", "2019-09-24 09"],
        ),
        (
            "2026-01-31 10:00:00",  # E is 28 February, clamped
            1,
            ["2026-02-21 09", "2026-02-25 09", "2026-02-27 09", "2026-03-01 00", "2026-03-15 09"],
        ),
        (
            "2024-01-31 10:00:00",  # E is 29 February of a leap year
            1,
            ["2024-02-22 09", "2024-02-26 09", "2024-02-28 09", "2024-03-01 00", "2024-03-15 09"],
        ),
        (
            "2025-12-20 23:59:59",  # over the end of a year
            12,
            ["2026-12-13 09", "2026-12-17 09", "2026-12-19 09", "2026-12-21 00", "2027-01-04 09"],
        ),
    ],
)
def test_what_a_purchase_causes(paid, months, expected):
    term = bought(at(paid), months)
    kinds = [REMINDER, REMINDER, REMINDER, EXPIRE, RELEASE_SOON]
    assert due(term.end, term.start) == [
        *zip(kinds, (f"{hour}:00:00" for hour in expected), strict=True),
        (RELEASE, f"{local(term.end + 15 * DAY):%Y-%m-%d} 00:00:00"),
    ]


def test_the_details_say_which_end_and_how_many_days():
    end = at("2019-09-10 00:00:00")
    appointments = for_term(ID, end, at("2019-08-09 13:00:00"))
    assert {a.subject for a in appointments} == {ID}
    assert {a.kind for a in appointments} == set(KINDS)
    assert [a.details for a in appointments[:3]] == [{"end": end, "days": d} for d in (7, 3, 1)]
    assert [a.details for a in appointments[3:]] == [{"end": end}] * 3


@pytest.mark.parametrize(
    ("paid", "reminders"),
    [
        ("2019-09-02 08:59:59", 3),
        ("2019-09-02 09:00:00", 2),
        ("2019-09-06 09:00:00", 1),
        ("2019-09-08 08:59:59", 1),
        ("2019-09-08 09:00:00", 0),
    ],
)
def test_a_reminder_whose_time_is_not_after_the_payment_is_left_out(paid, reminders):
    appointments = due(at("2019-09-10 00:00:00"), at(paid))
    assert [kind for kind, _ in appointments].count(REMINDER) == reminders
    assert [kind for kind, _ in appointments][-3:] == [EXPIRE, RELEASE_SOON, RELEASE]


def test_the_hour_is_a_setting():
    appointments = due(at("2019-09-10 00:00:00"), at("2019-08-09 13:00:00"), reminder_hour=18)
    assert appointments[0] == (REMINDER, "2019-09-02 18:00:00")
    assert appointments[4] == (RELEASE_SOON, "2019-09-24 18:00:00")


def test_unsubscribed_and_kept_ends_in_the_middle_of_a_day():
    end = at("2019-09-10 13:37:20")
    assert due(end, paid_at=end) == [
        (EXPIRE, "2019-09-10 13:37:20"),
        (RELEASE_SOON, "2019-09-25 09:00:00"),
        (RELEASE, "2019-09-25 13:37:20"),
    ]
    assert release_soon_of(at("2019-09-10 09:00:00")) == at("2019-09-24 09:00:00")
    assert release_soon_of(at("2019-09-10 08:00:00")) == at("2019-09-24 09:00:00")


purchases = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1)).map(  # noqa: DTZ001 - next line
    lambda moment: int(moment.replace(tzinfo=UTC8).timestamp())
)
lengths = st.sampled_from([1, 2, 3, 6, 12, 24, 36])


@given(purchases, lengths, st.integers(0, 23))
def test_every_reminder_of_a_purchase_lies_in_its_term_after_the_payment(paid, months, hour):
    term = bought(paid, months)
    appointments = for_term(ID, term.end, paid, hour)
    reminders = [a for a in appointments if a.kind == REMINDER]
    assert len(reminders) == 3  # no term is so short that one would be too late
    assert all(term.start < a.due < term.end for a in reminders)
    assert all(
        expiration_date_of(term.end) - local(a.due).date() == timedelta(days=a.details["days"])
        for a in reminders
    )


@given(purchases, lengths, lengths, st.floats(0, 0.999))
def test_the_series_of_a_renewal_lies_in_the_new_term(paid, months, more, part):
    first = bought(paid, months)
    renewed_at = int(first.start + part * (first.end - first.start))
    term = continued(first, more)
    reminders = [a for a in for_term(ID, term.end, renewed_at) if a.kind == REMINDER]
    assert all(max(term.start, renewed_at) < a.due < term.end for a in reminders)


@given(st.integers(0, 4_000_000_000), st.integers(0, 23))
def test_appointments_are_in_order_and_the_warning_leaves_time_to_renew(end, hour):
    appointments = for_term(ID, end, 0, hour)
    assert [a.due for a in appointments] == sorted(a.due for a in appointments)
    left = release_of(end) - release_soon_of(end, hour)
    assert 0 < left <= DAY


def test_the_warning_is_on_the_last_kept_day():
    end = at("2019-09-10 00:00:00")
    assert local(release_soon_of(end)).date() == expiration_date_of(end) + timedelta(days=15)
    assert local(release_soon_of(end)).date() == date(2019, 9, 24)
