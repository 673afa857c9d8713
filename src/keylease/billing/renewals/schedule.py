"""When automatic renewal is attempted. Source: rules.md 5.

E is the expiration date of the term's end. All hours are full hours in UTC+8.
"""

from datetime import timedelta

from keylease.core.agenda import Appointment
from keylease.core.clock import at_hour
from keylease.core.terms import expiration_date_of

AUTO_RENEWAL = "auto_renewal"

#: Attempts are made so many days after the expiration date, until one succeeds.
ATTEMPT_DAYS = (-3, -1, 0, 6, 14)


def attempts_for(instance_id: str, end: int, after: int, hour: int = 8) -> list[Appointment]:
    """The attempts after the instant ``after`` for an instance whose last term ends at ``end``."""
    last_day = expiration_date_of(end)
    return [
        Appointment(AUTO_RENEWAL, instance_id, due, {"end": end})
        for days in ATTEMPT_DAYS
        if (due := at_hour(last_day + timedelta(days=days), hour)) > after
    ]
