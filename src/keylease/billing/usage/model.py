"""What was used: counted by the minute for every instance, by the day for pay-as-you-go.

A day is one of UTC+8, written ``2026-01-31``. Source: rules.md 8, facts/billing.md 6.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from keylease.billing.bills.model import day_of
from keylease.core.clock import DAY, HOUR, local_date, midnight
from keylease.core.terms import add_months
from keylease.records.usage import MinuteCount

#: For how many days requests are kept by the minute.
MINUTES_KEPT_DAYS = 100

#: The bill of a day is made so long after its end: at 10:00.
BILLED_AFTER = 10 * HOUR


@dataclass(frozen=True, slots=True)
class Holding:
    """What an instance holds that costs: versions of keys that do not wait to be deleted."""

    key_versions: int = 0
    secrets: int = 0


@dataclass(frozen=True, slots=True)
class UsageDay:
    """A pay-as-you-go instance on a day on which it existed; the counts are those of its end.

    ``free``: it was in its trial then. ``peak_qps`` and the bill ``record_id`` are known once the
    day is billed.
    """

    instance_id: str
    day: str
    account_id: str
    region: str
    edition: str
    product_type: str
    name: str
    key_versions: int
    secrets: int
    free: bool
    peak_qps: int | None = None
    record_id: str = ""


class By(StrEnum):
    """The length of the periods that usage is listed by, as the API names them."""

    RAW = "Raw"
    HOUR = "Hour"
    DAY = "Day"
    MONTH = "Month"


@dataclass(frozen=True, slots=True)
class UsageRow:
    """What an instance used in a period ``[start, end)``.

    ``busiest_minute`` is the most requests in one minute. What it held is known of whole days of a
    pay-as-you-go instance only; of a month it is the most that it held at the end of a day.
    """

    start: int
    end: int
    instance_id: str
    region: str
    requests: int
    busiest_minute: int
    key_versions: int | None = None
    secrets: int | None = None


@dataclass(frozen=True, slots=True)
class UsageQuestion:
    """Which usage a list is about: an account's, in the periods of ``[since, until)``.

    Both are the start of a period (`first_period`). ``after`` is the start and the instance of the
    last row that was read.
    """

    account_id: str
    by: By
    since: int
    until: int
    after: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class RequestsQuestion:
    """Which requests to add up: of an account's instances in a region, or of one of them.

    They are those of ``[since, until)``, for each period of ``step`` seconds; periods begin at
    instants that ``step`` divides.
    """

    account_id: str
    region: str
    since: int
    until: int
    step: int
    instance_id: str = ""


class UsageStore(Protocol):
    """Usage, inside a unit of work."""

    def add_minutes(self, counts: Sequence[MinuteCount]) -> None:
        """Add to what is counted: many processes count the same minute."""
        ...

    def requests_in(self, instance_id: str, minute: int) -> int:
        """The requests to an instance in the minute that begins at an instant."""
        ...

    def requests(self, asked: RequestsQuestion) -> Mapping[int, int]:
        """How many requests there were, by the start of each period that had any."""
        ...

    def prune(self, before: int) -> None:
        """Forget the minutes before an instant."""
        ...

    def holdings(self, instance_ids: Sequence[str]) -> Mapping[str, Holding]:
        """What these instances hold now."""
        ...

    def add_days(self, days: Sequence[UsageDay]) -> None:
        """Write down days; one that is written is left alone."""
        ...

    def unbilled(self, account_id: str, last: str) -> Sequence[UsageDay]:
        """An account's days up to ``last`` that are in no bill yet, by day and instance."""
        ...

    def busiest_minutes(self, instance_ids: Sequence[str], day: str) -> Mapping[str, int]:
        """The most requests in one minute of a day, of those that had any."""
        ...

    def bill(self, days: Sequence[UsageDay]) -> None:
        """Note the bill and the peak of these days."""
        ...

    def page(self, asked: UsageQuestion, limit: int) -> Sequence[UsageRow]:
        """The first rows by start, then instance."""
        ...


def peak_qps(busiest_minute: int) -> int:
    """The average requests a second of a minute, rounded up. rules.md 8."""
    return -(-busiest_minute // 60)


def day_before(instant: int) -> str:
    """The day that an instant ends or is in: midnight ends the day before."""
    return day_of(instant - 1)


def last_billable(now: int) -> str:
    """The last day whose bill can be made at ``now``."""
    return day_of(now - BILLED_AFTER - DAY)


def bounds_of(day: str) -> tuple[int, int]:
    """The first instant of a day, and the first after it."""
    start = midnight(date.fromisoformat(day))
    return start, start + DAY


def period_end(by: By, start: int) -> int:
    """The end of the period that begins at an instant."""
    if by is By.MONTH:
        return midnight(add_months(local_date(start), 1))
    return start + _SECONDS[by]


def first_period(by: By, instant: int) -> int:
    """The start of the first period that begins at an instant or after it."""
    if by is By.MONTH:
        first = midnight(local_date(instant).replace(day=1))
        return first if first == instant else period_end(by, first)
    length, offset = _SECONDS[by], 8 * HOUR
    return -(-(instant + offset) // length) * length - offset


_SECONDS = {By.RAW: 60, By.HOUR: HOUR, By.DAY: DAY}
