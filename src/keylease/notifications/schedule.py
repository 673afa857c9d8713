"""Which appointments a subscription's term causes. Source: rules.md 3.

E is the expiration date of the term's end. All hours are full hours in UTC+8.
"""

from datetime import timedelta

from keylease.core.agenda import Appointment
from keylease.core.clock import DAY, at_hour, local_date
from keylease.core.terms import expiration_date_of, release_of

REMINDER = "reminder"
EXPIRE = "expire"
RELEASE_SOON = "release_soon"
RELEASE = "release"

#: Every kind of `for_term`: what a renewal makes void before it asks for the new end's.
KINDS = (REMINDER, EXPIRE, RELEASE_SOON, RELEASE)

#: Warnings before a client key of an application ends, so many days before. facts/kms.md 10.1.
CLIENT_KEY_EXPIRING = "client_key_expiring"
CLIENT_KEY_DAYS = (180, 90, 30, 7)

#: Reminders are due so many days before the expiration date.
REMINDER_DAYS = (7, 3, 1)


def for_term(instance_id: str, end: int, paid_at: int, reminder_hour: int = 9) -> list[Appointment]:
    """What is due, in order, for an instance whose last paid term ends at ``end``.

    A reminder whose time is not after ``paid_at``, the moment the term was paid, is left out. For
    a paid end that was restored, ``paid_at`` is the present: reminders still to come are due again.
    """
    last_day = expiration_date_of(end)
    reminders = [
        Appointment(REMINDER, instance_id, due, {"end": end, "days": days})
        for days in REMINDER_DAYS
        if (due := at_hour(last_day - timedelta(days=days), reminder_hour)) > paid_at
    ]
    return reminders + _from_the_end(instance_id, end, reminder_hour)


def for_debt(instance_id: str, end: int, reminder_hour: int = 9) -> list[Appointment]:
    """What is due for a pay-as-you-go instance that stops for debt at ``end``. rules.md 8."""
    return _from_the_end(instance_id, end, reminder_hour)


def for_client_key(
    client_key_id: str, not_after: int, now: int, hour: int = 9
) -> list[Appointment]:
    """The warnings, in order, for a client key that is made now and valid until ``not_after``."""
    last_day = local_date(not_after)
    return [
        Appointment(CLIENT_KEY_EXPIRING, client_key_id, due, {"days": days})
        for days in CLIENT_KEY_DAYS
        if (due := at_hour(last_day - timedelta(days=days), hour)) > now
    ]


def _from_the_end(instance_id: str, end: int, reminder_hour: int) -> list[Appointment]:
    moments = (
        (EXPIRE, end),
        (RELEASE_SOON, release_soon_of(end, reminder_hour)),
        (RELEASE, release_of(end)),
    )
    return [Appointment(kind, instance_id, due, {"end": end}) for kind, due in moments]


def release_soon_of(end: int, hour: int = 9) -> int:
    """The last ``hour`` o'clock before the release.

    It is on E+15, the last day that the instance is kept. Only an instance that was unsubscribed
    and kept ends, and is released, in the middle of a day; if that is before the hour, it is the
    day before.
    """
    release = release_of(end)
    due = at_hour(local_date(release - 1), hour)
    return due if due < release else due - DAY
