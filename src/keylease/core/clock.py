"""Time: business instants, the machine's clock, and the state of a movable clock.

A *business instant* is an ``int``: whole seconds since 1970-01-01T00:00:00Z. Everything that money
or keys depend on (terms, letters, orders, releases) is a business instant. What protects the wire
or the machine (the age of a signature, leases, backoff) is machine time: a ``float`` of seconds
from a `MachineClock`. Source: rules.md 1.

This file and `entropy.py` are the only places that may ask the surroundings.
"""

import time
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Literal, Protocol

DAY = 86_400
HOUR = 3_600
MINUTE = 60

#: All calendar arithmetic happens here: a fixed offset, without daylight saving. rules.md 1.
UTC8 = timezone(timedelta(hours=8), "UTC+8")


class MachineClock(Protocol):
    """The clock of the machine, injected so that tests can hold it."""

    def wall(self) -> float:
        """Seconds since 1970-01-01T00:00:00Z."""
        ...

    def monotonic(self) -> float:
        """Seconds since some fixed point; never goes back."""
        ...


class SystemClock:
    """The machine's real clock."""

    def wall(self) -> float:
        """Seconds since 1970-01-01T00:00:00Z, from the operating system."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds of the operating system's monotonic clock."""
        return time.monotonic()


@dataclass(frozen=True, slots=True)
class ClockState:
    """A deployment's clock as it is stored; what it shows is computed, never stored.

    ``kind`` never changes. A ``real`` clock shows machine time. A ``test`` clock shows ``base``,
    plus the machine time that went by since ``since`` if it is ``running``. While somebody moves
    it, it is *held* until the machine time ``held_until``: it shows ``base`` exactly, so that due
    work happens at its own moment; if the mover dies, the hold lapses by itself.
    """

    kind: Literal["real", "test"]
    base: int = 0
    since: float = 0.0
    running: bool = True
    held_until: float = 0.0

    def now(self, machine: float) -> int:
        """The business instant that this clock shows at the machine time ``machine``."""
        if self.kind == "real":
            return int(machine)
        if not self.running or machine < self.held_until:
            return self.base
        return self.base + max(0, int(machine - max(self.since, self.held_until)))

    def is_held(self, machine: float) -> bool:
        """Whether somebody is moving this clock right now."""
        return machine < self.held_until

    def hold(self, machine: float, seconds: float) -> "ClockState":
        """Stop at the present for ``seconds`` of machine time, to be moved."""
        return replace(self, base=self.now(machine), since=machine, held_until=machine + seconds)

    def let_go(self, machine: float) -> "ClockState":
        """End a hold: run on from ``base``, or stay frozen, as it was before."""
        return replace(self, base=self.now(machine), since=machine, held_until=0.0)


def movable_clock(start: int, machine: float) -> ClockState:
    """A running test clock that shows ``start`` at the machine time ``machine``."""
    return ClockState("test", base=start, since=machine)


def local(instant: int) -> datetime:
    """The instant as a date and time in UTC+8."""
    return datetime.fromtimestamp(instant, UTC8)


def local_text(instant: int) -> str:
    """The instant as ``2026-11-23 11:20:19``, in UTC+8: for columns that say so."""
    return f"{local(instant):%Y-%m-%d %H:%M:%S}"


def time_for_people(instant: int) -> str:
    """The instant as ``2026-11-23 11:20:19 (UTC+8)``: the form of messages."""
    return f"{local_text(instant)} (UTC+8)"


def local_date(instant: int) -> date:
    """The calendar date of the instant in UTC+8."""
    return local(instant).date()


def midnight(day: date) -> int:
    """00:00:00 UTC+8 of a calendar date."""
    return at_hour(day, 0)


def at_hour(day: date, hour: int) -> int:
    """A full hour, UTC+8, of a calendar date."""
    return int(datetime(day.year, day.month, day.day, hour, tzinfo=UTC8).timestamp())


def iso(instant: int) -> str:
    """The form of the APIs: ``2026-11-23T03:20:19Z``."""
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_iso(text: str) -> int:
    """Read ``2026-11-23T03:20:19Z`` or the same with an offset; ValueError without one."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no offset: end it with Z or +08:00")
    return int(moment.timestamp())


#: The last moment that a clock can be set to: calendars and APIs end soon after.
LAST_MOMENT = parse_iso("9000-01-01T00:00:00Z")
