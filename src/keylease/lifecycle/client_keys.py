"""Warnings before client keys of applications end. Source: facts/kms.md 10.1."""

from collections.abc import Sequence

from keylease.core.agenda import Appointment
from keylease.core.clock import local_date
from keylease.lifecycle.letters import Scribe
from keylease.lifecycle.reminding import days_left, overtaken_by_now
from keylease.lifecycle.work import Work


def warn(work: Work, due: Sequence[Appointment]) -> None:
    """Send warnings. Of several that became overdue only the last is sent; after the end none."""
    found = work.applications.client_keys.find_many({one.subject for one in due})
    overtaken = overtaken_by_now(work, due)
    scribe = Scribe(work)
    letters = []
    for one in due:
        key = found.get(one.subject)
        if key is None or one.subject in overtaken or key.not_after <= work.now:
            continue
        days = days_left(one, local_date(key.not_after), work.now)
        letters.append(scribe.client_key_expiring(key, days, one.due))
    work.letters.add(letters)
