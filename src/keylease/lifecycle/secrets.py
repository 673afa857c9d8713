"""What time does to secrets: deletion, and the beginning of automatic rotations. rules.md 2.

A deletion that its owner scheduled is carried out on its day also while the instance is expired.
Rotation waits while the instance cannot be used.
"""

from collections.abc import Sequence
from dataclasses import replace

from keylease.core import ids
from keylease.core.agenda import Appointment
from keylease.core.clock import DAY, HOUR
from keylease.core.errors import Code, Refusal
from keylease.custody.erasing import ERASE
from keylease.custody.secrets import rotation
from keylease.custody.secrets.deletion import destroy
from keylease.custody.secrets.model import Secret
from keylease.custody.secrets.states import SecretEvent
from keylease.custody.secrets.values import require
from keylease.lifecycle.letters import Scribe
from keylease.lifecycle.work import Work

#: When a rotation is tried again that the instance does not allow now.
RETRY = DAY


def delete_due(work: Work, due: Sequence[Appointment]) -> None:
    """Destroy the secrets whose deletion is due."""
    gone = [secret for secret in _found(work, due) if secret.is_gone(work.now)]
    if gone:
        destroy(work, gone)
        work.agenda.add([Appointment(ERASE, gone[0].id, work.now)])


def delete_now(work: Work, secret: Secret) -> None:
    """DeleteSecret of a locked secret without a way back; Refusals.

    Its bytes are overwritten now; what copies the engine left goes with all of this hour.
    """
    require(work, secret, SecretEvent.DELETE)
    destroy(work, [secret])
    hour = (work.now // HOUR + 1) * HOUR
    work.agenda.add([Appointment(ERASE, "secrets", hour)])


def rotate_due(work: Work, due: Sequence[Appointment]) -> None:
    """Write down the new values of secrets whose time has come, and have the outside told."""
    for secret in _found(work, due):
        if secret.rotate_at is None or secret.rotate_at > work.now:
            continue
        try:
            rotation.begin(work, secret, ids.uuid(work.entropy))
        except Refusal as refusal:
            _refused(work, secret, refusal)


def give_up(work: Work, secret: Secret) -> None:
    """End a rotation that failed, and tell the owner."""
    rotation.fail(work, secret)
    work.letters.add([Scribe(work).rotation_failed(secret)])


def _refused(work: Work, secret: Secret, refusal: Refusal) -> None:
    if refusal.code is Code.RESOURCE_IN_USE:
        return  # one by hand is under way: it plans the next one when it is done
    if refusal.code is not Code.INSTANCE_STATE_INVALID:
        give_up(work, secret)
        return
    later = work.now + RETRY
    work.agenda.add([Appointment(rotation.ROTATE_SECRET, secret.id, later)])
    work.secrets.update(replace(secret, rotate_at=later))


def _found(work: Work, due: Sequence[Appointment]) -> list[Secret]:
    found = work.secrets.find_many({one.subject for one in due}, lock=True)
    return [found[one.subject] for one in due if one.subject in found]
