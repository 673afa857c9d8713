"""The calendar: a month of what comes, and the same as a feed for other calendars."""

import calendar
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from keylease.console.icalendar import feed
from keylease.console.languages import Text
from keylease.console.navigation import page_of
from keylease.console.pages import secrets
from keylease.console.ports import ConsoleWork
from keylease.console.visit import Download, Page, Visit
from keylease.core import ids
from keylease.core.clock import DAY, local_date, midnight
from keylease.core.errors import Code, Refusal
from keylease.lifecycle.calendar import Event, EventKind, events_between

#: What happens, in words, and its colour.
KINDS = {
    EventKind.EXPIRY: ("Expires", "wait"),
    EventKind.RELEASE: ("Release", "bad"),
    EventKind.TRIAL_END: ("Free trial ends", "wait"),
    EventKind.RENEWAL: ("Automatic renewal", "good"),
    EventKind.KEY_ROTATION: ("Key rotation", "plain"),
    EventKind.KEY_DELETION: ("Key deletion", "bad"),
    EventKind.SECRET_ROTATION: ("Secret rotation", "plain"),
    EventKind.SECRET_DELETION: ("Secret deletion", "bad"),
}

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_FIRST_YEAR, _LAST_YEAR = 1971, 8999
_FEED_DAYS = 400


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the table; one that is not ``is_inside`` the month has no events."""

    date: date
    is_inside: bool
    is_today: bool
    events: list[Event]


def show(visit: Visit, work: ConsoleWork) -> Page:
    """A month as weeks of days, UTC+8."""
    today = local_date(work.now)
    first = _month(visit) or today.replace(day=1)
    following = _months_later(first, 1)
    by_day: dict[date, list[Event]] = defaultdict(list)
    for event in events_between(work, visit.account_id, midnight(first), midnight(following)):
        by_day[local_date(event.at)].append(event)
    weeks = [
        [Day(day, day.month == first.month, day == today, by_day.get(day, [])) for day in week]
        for week in calendar.Calendar().monthdatescalendar(first.year, first.month)
    ]
    values = {
        "month": f"{first:%Y-%m}",
        "previous": f"{_months_later(first, -1):%Y-%m}",
        "following": f"{following:%Y-%m}",
        "weekdays": _WEEKDAYS,
        "weeks": weeks,
        "kinds": KINDS,
        "address_of": address_of,
        "is_empty": not by_day,
        "client_token": ids.uuid(work.entropy),
        "feed": work.calendar_feeds.find(visit.account_id),
        "address": f"{visit.origin}/console/calendar/feed.ics",
    }
    return Page("calendar/month.html", "Calendar", values)


def download(visit: Visit, work: ConsoleWork) -> Download:
    """What comes in the next 400 days, from the beginning of this month."""
    body = feed_of(work, visit.account_id, visit.t)
    return Download("keylease.ics", "text/calendar", body)


def feed_of(work: ConsoleWork, account_id: str, t: Text) -> bytes:
    """The same as iCalendar, in the words of a language."""
    start = midnight(local_date(work.now).replace(day=1))
    events = events_between(work, account_id, start, work.now + _FEED_DAYS * DAY)
    lines = [(one, t(KINDS[one.kind][0])) for one in events]
    return feed(lines, work.now, t("Calendar"))


def address_of(event: Event) -> str:
    """The page of what an event is about."""
    match event.kind:
        case EventKind.EXPIRY | EventKind.RELEASE | EventKind.TRIAL_END | EventKind.RENEWAL:
            return page_of(event.subject)
        case EventKind.KEY_ROTATION | EventKind.KEY_DELETION:
            return f"/console/keys/{event.subject}"
        case EventKind.SECRET_ROTATION | EventKind.SECRET_DELETION:
            return secrets.address_of(event.subject)


def _month(visit: Visit) -> date | None:
    """The first day of the month that is asked for, if it is one; the page says what is none."""
    text = visit.query.get("month", "")
    with suppress(ValueError):
        first = date.fromisoformat(f"{text}-01")
        if _FIRST_YEAR <= first.year <= _LAST_YEAR:
            return first
    if text:
        visit.problem = Refusal(Code.INVALID_PARAMETER, "A month is written like 2026-01.")
    return None


def _months_later(first: date, months: int) -> date:
    """The first of the month before or after; -1 and 1 are exact."""
    return (first + timedelta(days=15 + 31 * months)).replace(day=1)
