"""Usage records: requests and what was held, by the hour, day or month. facts/billing.md 6."""

import re
from contextlib import suppress
from datetime import date

from keylease.billing.usage.model import By, UsageQuestion, UsageRow, first_period, peak_qps
from keylease.console.pages.expenses.words import names_of
from keylease.console.ports import ConsoleWork
from keylease.console.visit import PAGE_SIZE, Page, Visit
from keylease.core.clock import DAY, local_date, midnight
from keylease.core.errors import Code, Parameter, Refusal

PERIODS = {By.HOUR: "Hour", By.DAY: "Day", By.MONTH: "Month"}

#: How far a list goes back, if nothing else is asked for.
_DAYS = {By.HOUR: 2, By.DAY: 31, By.MONTH: 366}
_LATEST_YEAR = 8999
_PLACE = re.compile(r"([0-9]{1,11}):([A-Za-z0-9-]{1,64})", re.ASCII)


def listed(visit: Visit, work: ConsoleWork) -> Page:
    """The records of a span of days, oldest first; a page goes on from the last row before it."""
    by = By(visit.query["by"]) if visit.query.get("by") in PERIODS else By.DAY
    today = local_date(work.now)
    until = _day(visit, "until", "To and including") or today
    since = _day(visit, "since", "From") or local_date(midnight(until) - _DAYS[by] * DAY)
    if since > until:
        visit.problem = Refusal(
            Code.INVALID_PARAMETER,
            "{name} is after the last day, {until}: choose that day, or one before it.",
            name=Parameter("From"),
            until=until.isoformat(),
        )
    asked = UsageQuestion(
        visit.account_id,
        by,
        first_period(by, midnight(since)),
        first_period(by, midnight(until) + DAY),
        _place(visit.query.get("after", "")),
    )
    found = work.usage.page(asked, PAGE_SIZE + 1)
    rows = found[:PAGE_SIZE]
    values = {
        "rows": [(row, peak_qps(row.busiest_minute)) for row in rows],
        "names": names_of(work, visit.account_id, [row.instance_id for row in rows]),
        "by": by,
        "periods": PERIODS,
        "since": since.isoformat(),
        "until": until.isoformat(),
        "after": _after(rows[-1]) if len(found) > PAGE_SIZE else "",
    }
    return Page("expenses/usage.html", "Usage records", values)


def _day(visit: Visit, name: str, label: str) -> date | None:
    """The day that is asked for, if it is one; the page says what is none."""
    text = visit.query.get(name, "")
    with suppress(ValueError):
        day = date.fromisoformat(text)
        if 1970 < day.year <= _LATEST_YEAR:
            return day
    if text:
        visit.problem = Refusal(
            Code.INVALID_PARAMETER,
            "{name} takes a day like 2026-01-31.",
            name=Parameter(label),
        )
    return None


def _place(text: str) -> tuple[int, str] | None:
    match = _PLACE.fullmatch(text)
    return (int(match[1]), match[2]) if match else None


def _after(row: UsageRow) -> str:
    return f"{row.start}:{row.instance_id}"
