"""Terms: from when to when a subscription runs, and which phase it is in.

A subscription is a chain of half-open terms ``[start, end)``. Its expiration date E is counted in
months from an *anchor* date that a renewal leaves alone, so that a subscription bought on the 31st
does not drift to the 28th. Nothing here reads a clock or stores a state: the phase follows from
``end`` and the moment that one asks. Source: rules.md 1 and 2.
"""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from keylease.core.clock import DAY, local_date, midnight

#: The end of what ends only when somebody says so: a pay-as-you-go instance that is paid for.
NEVER = midnight(date(9999, 1, 1))

#: How long an expired instance is kept: from its end to its release.
RETENTION = 15 * DAY


class Phase(StrEnum):
    """What a subscription instance is at a moment. Source: rules.md 2."""

    RUNNING = "running"
    EXPIRED = "expired"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Term:
    """One paid term, and where the chain stands with it: E is ``months`` after ``anchor``."""

    start: int
    end: int
    anchor: date
    months: int

    @property
    def expiration_date(self) -> date:
        """E: the last calendar date, in UTC+8, that the term covers whole."""
        return add_months(self.anchor, self.months)


def add_months(day: date, months: int) -> date:
    """The same day of a later month; the last day where that month is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def end_of(expiration_date: date) -> int:
    """The end of a term: 00:00:00 UTC+8 of the day after its expiration date."""
    return midnight(expiration_date + timedelta(days=1))


def bought(at: int, months: int) -> Term:
    """The term of a purchase, or of a renewal by hand after expiry, paid at ``at``."""
    anchor = local_date(at)
    return Term(at, end_of(add_months(anchor, months)), anchor, months)


def continued(last: Term, months: int) -> Term:
    """The term that follows ``last`` without a gap.

    For a renewal while the subscription runs, and for an automatic renewal that succeeds late.
    """
    total = last.months + months
    return Term(last.end, end_of(add_months(last.anchor, total)), last.anchor, total)


def extended_to(last: Term, expiration_date: date) -> Term:
    """The term that follows ``last`` and makes ``expiration_date`` the new anchor."""
    return Term(last.end, end_of(expiration_date), expiration_date, 0)


def renewed_by_hand(last: Term, at: int, months: int) -> Term:
    """The term of a renewal that its owner pays at ``at``, before the release."""
    if phase(last.end, at) is Phase.RUNNING:
        return continued(last, months)
    return bought(at, months)


def release_of(end: int) -> int:
    """When an instance whose last term ends at ``end`` is released."""
    return end + RETENTION


def phase(end: int, now: int) -> Phase:
    """The phase at ``now`` of a subscription whose last paid term ends at ``end``."""
    if now < end:
        return Phase.RUNNING
    return Phase.EXPIRED if now < release_of(end) else Phase.RELEASED


def expiration_date_of(end: int) -> date:
    """E of a term that ends at ``end``: the date, in UTC+8, of the second before."""
    return local_date(end - 1)
