"""Terms: what is paid when, and from when to when it runs.

Source: the vectors of rules.md 1 word by word (``RULES``); the others (``WORKED_OUT``) follow from
the table in rules.md 1 and were worked out with a calendar, by hand.
Times without an offset are UTC+8.
"""

from datetime import datetime, timedelta, timezone
from typing import Literal, NamedTuple

_UTC8 = timezone(timedelta(hours=8))


class Paid(NamedTuple):
    """One payment and the term that it buys."""

    how: Literal["bought", "renewed by hand", "renewed automatically"]
    at: str
    months: int
    start: str
    end: str


class Vector(NamedTuple):
    """A subscription's payments, in order."""

    name: str
    paid: tuple[Paid, ...]


def seconds(text: str) -> int:
    """``2019-08-09 13:00:00`` in UTC+8, or a time with an offset, as seconds since 1970."""
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=_UTC8)).timestamp())


def bought(at: str, months: int, end: str) -> Paid:
    return Paid("bought", at, months, at, end)


def by_hand(at: str, months: int, start: str, end: str) -> Paid:
    return Paid("renewed by hand", at, months, start, end)


def automatically(at: str, months: int, start: str, end: str) -> Paid:
    return Paid("renewed automatically", at, months, start, end)


RULES = (
    Vector(
        "bought in the afternoon, it runs to the midnight after the same day of the next month",
        (
            bought("2019-08-09 13:00:00", 1, "2019-09-10 00:00:00"),
            by_hand("2019-08-20 09:00:00", 1, "2019-09-10 00:00:00", "2019-10-10 00:00:00"),
        ),
    ),
    Vector(
        "bought in the morning, the hour changes nothing",
        (bought("2017-11-08 10:00:00", 1, "2017-12-09 00:00:00"),),
    ),
    Vector(
        "seen from UTC the end is at 16:00",
        (bought("2023-09-05T12:44:19Z", 1, "2023-10-05T16:00:00Z"),),
    ),
    Vector(
        "bought on the 31st, February shortens one term and not the next",
        (
            bought("2026-01-31 10:00:00", 1, "2026-03-01 00:00:00"),
            by_hand("2026-02-15 10:00:00", 1, "2026-03-01 00:00:00", "2026-04-01 00:00:00"),
        ),
    ),
    Vector(
        "an automatic renewal that succeeds two weeks late leaves no gap",
        (
            bought("2016-03-24 10:00:00", 1, "2016-04-25 00:00:00"),
            automatically("2016-05-09 08:00:00", 1, "2016-04-25 00:00:00", "2016-05-25 00:00:00"),
        ),
    ),
)

WORKED_OUT = (
    Vector(
        "bought on 29 February, years end on 28 February until the next leap year",
        (
            bought("2024-02-29 12:00:00", 12, "2025-03-01 00:00:00"),
            by_hand("2025-02-28 12:00:00", 12, "2025-03-01 00:00:00", "2026-03-01 00:00:00"),
            by_hand("2025-03-01 12:00:00", 24, "2026-03-01 00:00:00", "2028-03-01 00:00:00"),
            by_hand("2028-02-29 12:00:00", 1, "2028-03-01 00:00:00", "2028-03-30 00:00:00"),
        ),
    ),
    Vector(
        "a chain from the 31st ends with every month, and in leap years with 29 February",
        (
            bought("2027-12-31 08:00:00", 1, "2028-02-01 00:00:00"),
            by_hand("2028-01-31 08:00:00", 1, "2028-02-01 00:00:00", "2028-03-01 00:00:00"),
            by_hand("2028-02-29 08:00:00", 1, "2028-03-01 00:00:00", "2028-04-01 00:00:00"),
            by_hand("2028-03-31 08:00:00", 1, "2028-04-01 00:00:00", "2028-05-01 00:00:00"),
            by_hand("2028-04-30 08:00:00", 1, "2028-05-01 00:00:00", "2028-06-01 00:00:00"),
        ),
    ),
    Vector(
        "bought on the 30th, only February is shorter",
        (
            bought("2026-11-30 00:00:00", 3, "2027-03-01 00:00:00"),
            by_hand("2026-12-01 00:00:00", 1, "2027-03-01 00:00:00", "2027-03-31 00:00:00"),
        ),
    ),
    Vector(
        "the last second of a year belongs to the old year's date",
        (bought("2025-12-31 23:59:59", 1, "2026-02-01 00:00:00"),),
    ),
    Vector(
        "the first second of a year belongs to the new year's date",
        (bought("2026-01-01 00:00:00", 1, "2026-02-02 00:00:00"),),
    ),
    Vector(
        "the date is the one of UTC+8, where UTC still has the day before",
        (bought("2026-03-31T16:30:00Z", 1, "2026-05-01T16:00:00Z"),),
    ),
    Vector(
        "renewed in the last second, the chain goes on from its anchor",
        (
            bought("2026-01-31 10:00:00", 1, "2026-03-01 00:00:00"),
            by_hand("2026-02-28 23:59:59", 1, "2026-03-01 00:00:00", "2026-04-01 00:00:00"),
        ),
    ),
    Vector(
        "renewed by hand in the second of the end, a new chain starts",
        (
            bought("2026-01-31 10:00:00", 1, "2026-03-01 00:00:00"),
            by_hand("2026-03-01 00:00:00", 1, "2026-03-01 00:00:00", "2026-04-02 00:00:00"),
        ),
    ),
    Vector(
        "renewed by hand in the last second before the release, the gap is not paid",
        (
            bought("2026-01-31 10:00:00", 1, "2026-03-01 00:00:00"),
            by_hand("2026-03-15 23:59:59", 1, "2026-03-15 23:59:59", "2026-04-16 00:00:00"),
            by_hand("2026-03-16 00:00:00", 1, "2026-04-16 00:00:00", "2026-05-16 00:00:00"),
        ),
    ),
)
