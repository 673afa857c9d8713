"""Warnings before client keys of applications end. Source: facts/kms.md 10.1."""

from collections.abc import Sequence

from keylease.core.agenda import Appointment
from keylease.core.clock import local_date
from keylease.lifecycle.letters import Scribe
from keylease.lifecycle.work import Work
from keylease.notifications.schedule import CLIENT_KEY_EXPIRING


def warn(work: Work, due: Sequence[Appointment]) -> None:
    """Send warnings. Of several that became overdue only the last is sent; after the end none."""
    subjects = {one.subject for one in due}
    found = work.applications.client_keys.find_many(subjects)
    pending = work.agenda.pending_of(subjects, CLIENT_KEY_EXPIRING, work.now)
    overtaken = {row.appointment.subject for row in pending if row.appointment.due > due[0].due}
    scribe = Scribe(work)
    letters = []
    for one in due:
        key = found.get(one.subject)
        if key is None or one.subject in overtaken or key.not_after <= work.now:
            continue
        left = (local_date(key.not_after) - local_date(work.now)).days
        days = max(0, min(int(one.details["days"]), left))
        letters.append(scribe.client_key_expiring(key, days, one.due))
    work.letters.add(letters)
