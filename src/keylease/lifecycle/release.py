"""Releasing: the instance's wrapping key is destroyed first, then the rows are removed. rules.md 2.

After that nothing of the instance can be brought back, except from a backup.
"""

from collections.abc import Mapping, Sequence

from keylease.billing.renewals.schedule import AUTO_RENEWAL
from keylease.core.agenda import Appointment
from keylease.core.terms import Phase
from keylease.custody.erasing import ERASE
from keylease.custody.instances.model import Instance
from keylease.custody.keys.model import instance_scope
from keylease.custody.keys.removal import destroy_in_tokens
from keylease.lifecycle.backups import kept_until, leave_behind, lines_of
from keylease.lifecycle.letters import Scribe, method_of
from keylease.lifecycle.metering import close_last_day
from keylease.lifecycle.work import Work
from keylease.notifications.letters import Kind
from keylease.notifications.schedule import KINDS

#: The appointment to make a new root key and destroy the old one.
ROTATE_SEAL = "rotate_seal"


def release_now(work: Work, gone: Sequence[Instance]) -> None:
    """Release locked instances at this moment; what is planned for them is void by then."""
    _release(work, gone, dict.fromkeys((instance.id for instance in gone), work.now))


def release_due(work: Work, due: Sequence[Appointment]) -> None:
    """Release the instances whose time has come; one that was renewed meanwhile stays."""
    moments = {one.subject: one.due for one in due}
    found = work.instances.find_many(moments.keys(), lock=True)
    gone = [i for i in found.values() if i.phase(work.now) is Phase.RELEASED]
    if gone:
        _release(work, gone, moments)


def _release(work: Work, gone: Sequence[Instance], moments: Mapping[str, int]) -> None:
    released = [instance.id for instance in gone]
    scribe = Scribe(work)
    scribe.read_ahead(gone)
    close_last_day(work, gone, moments)
    remaining = leave_behind(work, gone, moments)
    work.wrapping_keys.destroy([instance_scope(one) for one in released])
    destroy_in_tokens(work, [instance.id for instance in gone if instance.edition.is_hardware])
    work.instances.remove(released)
    work.letters.add(
        [
            scribe.about(
                Kind.RELEASED,
                instance,
                moments[instance.id],
                released=moments[instance.id],
                method=method_of(instance),
                backups=lines_of(remaining.get(instance.id, ())),
                backups_until=kept_until(moments[instance.id]),
            )
            for instance in gone
        ]
    )
    for one in released:
        work.agenda.void(one, (*KINDS[:-1], AUTO_RENEWAL))
        work.changed("instance", one)
    # One for each batch, also for two in the same second: the first may be done by now.
    work.agenda.add([Appointment(ERASE, released[0], work.now)])
