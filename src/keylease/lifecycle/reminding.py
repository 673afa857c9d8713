"""The letters that are due because time passes: reminders, expiry, release soon. rules.md 3.

Each takes a batch of appointments of one kind and one moment. One that no longer fits its
instance (renewed, released) does nothing.
"""

from collections.abc import Sequence
from datetime import date

from keylease.core.agenda import Appointment
from keylease.core.clock import local_date
from keylease.core.terms import Phase, expiration_date_of
from keylease.custody.instances.model import Instance
from keylease.lifecycle.letters import Scribe, method_of
from keylease.lifecycle.work import Work
from keylease.notifications.letters import Kind


def remind(work: Work, due: Sequence[Appointment]) -> None:
    """Send reminders. Of several that became overdue only the last is sent; after the end none."""
    overtaken = overtaken_by_now(work, due)
    scribe = Scribe(work)
    current = [
        (one, instance)
        for one, instance in _current(work, due)
        if one.subject not in overtaken and instance.phase(work.now) is Phase.RUNNING
    ]
    scribe.read_ahead(instance for _, instance in current)
    work.letters.add(
        [
            scribe.reminder(
                instance, days_left(one, expiration_date_of(instance.end), work.now), one.due
            )
            for one, instance in current
        ]
    )


def tell_expired(work: Work, due: Sequence[Appointment]) -> None:
    """Say that an instance has expired, or stopped for debt, and until when it is kept."""
    scribe = Scribe(work)
    current = _current(work, due)
    scribe.read_ahead(instance for _, instance in current)
    work.letters.add(
        [
            scribe.about(
                Kind.STOPPED if instance.is_pay_as_you_go else Kind.EXPIRED,
                instance,
                one.due,
                end=instance.end,
            )
            for one, instance in current
        ]
    )


def tell_release_soon(work: Work, due: Sequence[Appointment]) -> None:
    """Say that an instance is about to be released."""
    scribe = Scribe(work)
    current = _current(work, due)
    scribe.read_ahead(instance for _, instance in current)
    work.letters.add(
        [
            scribe.about(
                Kind.RELEASE_SOON,
                instance,
                one.due,
                end=instance.end,
                method=method_of(instance),
            )
            for one, instance in current
        ]
    )


def _current(work: Work, due: Sequence[Appointment]) -> list[tuple[Appointment, Instance]]:
    """Those whose instance exists and still ends when the appointment was made for."""
    found = work.instances.find_many({one.subject for one in due})
    return [
        (one, instance)
        for one in due
        if (instance := found.get(one.subject)) and instance.end == one.details["end"]
    ]


def overtaken_by_now(work: Work, due: Sequence[Appointment]) -> set[str]:
    """Subjects for which a later one of the same kind is due by now as well."""
    rows = work.agenda.pending_of({one.subject for one in due}, due[0].kind, work.now)
    return {row.appointment.subject for row in rows if row.appointment.due > due[0].due}


def days_left(one: Appointment, last_day: date, now: int) -> int:
    """The days before its ``last_day`` that it was due at, or fewer if it is days late."""
    left = (last_day - local_date(now)).days
    return max(0, min(int(one.details["days"]), left))
