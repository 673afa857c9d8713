"""What comes for an account: ends, releases, renewals, rotations, deletions. rules.md 1 to 5.

Everything follows from what is true already; no appointment is read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from keylease.billing.renewals.model import RenewalMode
from keylease.billing.renewals.schedule import attempts_for
from keylease.core.terms import RETENTION, release_of
from keylease.lifecycle.listing import SubscriptionFilter, Subscriptions

#: How many instances, keys and secrets each are looked at for one calendar.
LOOKED_AT_MAX = 1_000


class EventKind(StrEnum):
    """What happens."""

    EXPIRY = "expiry"
    RELEASE = "release"
    TRIAL_END = "trial end"
    RENEWAL = "renewal"
    KEY_ROTATION = "key rotation"
    KEY_DELETION = "key deletion"
    SECRET_ROTATION = "secret rotation"  # noqa: S105 - what happens, no secret
    SECRET_DELETION = "secret deletion"  # noqa: S105 - what happens, no secret


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens at a business instant; ``subject`` is an id, or a secret's name."""

    at: int
    kind: EventKind
    subject: str
    name: str
    region: str


class Plans(Protocol):
    """What is planned for keys and secrets, inside a unit of work."""

    def between(
        self, account_id: str, start: int, end: int, limit: int, region: str | None = None
    ) -> Sequence[Event]:
        """The first ``limit`` rotations and deletions from ``start`` to before ``end``.

        Without a region they are those of all.
        """
        ...


class CalendarWork(Protocol):
    """A unit of work, as far as the calendar sees it."""

    @property
    def now(self) -> int:
        """The one business instant of this unit of work."""
        ...

    @property
    def subscriptions(self) -> Subscriptions:
        """The lists of subscriptions."""
        ...

    @property
    def plans(self) -> Plans:
        """What is planned for keys and secrets."""
        ...

    @property
    def renewal_hour(self) -> int:
        """The hour, UTC+8, of attempts to renew automatically."""
        ...


def events_between(work: CalendarWork, account_id: str, start: int, end: int) -> list[Event]:
    """An account's events from ``start`` to before ``end``, in their order."""
    # A renewal is attempted up to three days before the end, a release follows it by RETENTION.
    chosen = SubscriptionFilter(end_from=start - RETENTION, end_until=end + RETENTION)
    kept = work.now - RETENTION
    listed, _ = work.subscriptions.page(account_id, chosen, kept, 0, LOOKED_AT_MAX)
    found = list(work.plans.between(account_id, start, end, LOOKED_AT_MAX))
    for one, renewal in listed:
        moments = [(one.end, EventKind.EXPIRY), (release_of(one.end), EventKind.RELEASE)]
        if renewal.mode is RenewalMode.AUTO:
            attempts = attempts_for(one.id, one.end, work.now, work.renewal_hour)
            moments += [(attempt.due, EventKind.RENEWAL) for attempt in attempts[:1]]
        found += [
            Event(at, kind, one.id, one.name, one.region)
            for at, kind in moments
            if start <= at < end
        ]
    trials = SubscriptionFilter(trial_from=start, trial_until=end - 1)
    for one, _ in work.subscriptions.page(account_id, trials, kept, 0, LOOKED_AT_MAX)[0]:
        if one.trial_until is not None:
            found.append(Event(one.trial_until, EventKind.TRIAL_END, one.id, one.name, one.region))
    return sorted(found, key=lambda event: (event.at, event.kind, event.subject))
