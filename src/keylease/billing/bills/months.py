"""Months of bills: from when to when they run, and when they are closed. All in UTC+8.

Source: rules.md 9; facts/billing.md 6 (the figures of a month are final at 12:00 on day 2).
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from keylease.core.clock import DAY, HOUR, at_hour, local_date, midnight
from keylease.core.terms import add_months

#: The appointment at which a month of an account is closed; its subject is the account.
MONTH_CLOSE = "month_close"

_MONTH = re.compile(r"[12][0-9]{3}-(0[1-9]|1[0-2])", re.ASCII)
_CLOSES_ON_DAY, _CLOSES_AT_HOUR = 2, 12


def is_month(text: str) -> bool:
    """Whether a text is a month like ``2026-01``."""
    return _MONTH.fullmatch(text) is not None


def first_day(month: str) -> date:
    """Its first day."""
    return date.fromisoformat(f"{month}-01")


def next_month(month: str, months: int = 1) -> str:
    """The month after it, or so many after it; before it where that is negative."""
    return f"{add_months(first_day(month), months):%Y-%m}"


def bounds(month: str) -> tuple[int, int]:
    """Its first instant, and the first after it."""
    return midnight(first_day(month)), midnight(first_day(next_month(month)))


def closes_at(month: str) -> int:
    """When it is closed: 12:00 on day 2 of the next month."""
    return (
        midnight(first_day(next_month(month)))
        + (_CLOSES_ON_DAY - 1) * DAY
        + (_CLOSES_AT_HOUR * HOUR)
    )


def days_of(month: str) -> Iterator[date]:
    """Each of its days."""
    day = first_day(month)
    while f"{day:%Y-%m}" == month:
        yield day
        day += timedelta(days=1)


def next_export(now: int) -> int:
    """The next 12:30: when files are due, after the bills of the day before are made."""
    day = local_date(now)
    due = at_hour(day, 12) + HOUR // 2
    return due if due > now else due + DAY


def day_complete_at(day: date) -> int:
    """From when on a day's file can be written: 12:30 of the next day."""
    return at_hour(day + timedelta(days=1), 12) + HOUR // 2


def complete_at(month: str) -> int:
    """From when on a month's file is the last one: 12:30 of day 4 of the next month."""
    return midnight(first_day(next_month(month))) + 3 * DAY + 12 * HOUR + HOUR // 2
