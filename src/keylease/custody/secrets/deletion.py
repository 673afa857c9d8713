"""Deleting secrets: after a window in which they can be restored, or at once. facts/kms.md 5."""

from collections.abc import Sequence
from dataclasses import replace

from keylease.core.agenda import Appointment
from keylease.core.clock import DAY
from keylease.core.errors import Code, Parameter, Refusal
from keylease.custody.secrets.model import Secret
from keylease.custody.secrets.rotation import ROTATE_SECRET, plan
from keylease.custody.secrets.states import SECRET_LIFE, SecretEvent, state_of
from keylease.custody.secrets.values import require, told
from keylease.custody.work import CustodyWork

WINDOW_MIN, WINDOW_MAX, WINDOW_DEFAULT = 7, 30, 30

#: The appointment to delete a secret for good.
DELETE_SECRET = "secret_deletion"  # noqa: S105 - a kind of work, no secret


def schedule(work: CustodyWork, secret: Secret, days: int) -> Secret:
    """DeleteSecret of a locked secret, so many days of 24 hours from now; Refusals."""
    if not WINDOW_MIN <= days <= WINDOW_MAX:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "{name} takes {least} to {most}.",
            name=Parameter("RecoveryWindowInDays"),
            least=WINDOW_MIN,
            most=WINDOW_MAX,
        )
    require(work, secret, SecretEvent.DELETE)
    due = work.now + days * DAY
    work.agenda.void(secret.id, (ROTATE_SECRET,))
    work.agenda.add([Appointment(DELETE_SECRET, secret.id, due)])
    deleted = replace(secret, delete_at=due, rotate_at=None, updated_at=work.now)
    work.secrets.update(deleted)
    told(work, deleted)
    return deleted


def restore(work: CustodyWork, secret: Secret) -> Secret:
    """RestoreSecret of a locked secret, also while its instance is expired; Refusals.

    A rotation that became due meanwhile is made up for.
    """
    SECRET_LIFE.after(state_of(secret.delete_at), SecretEvent.RESTORE, secret.name)
    work.agenda.void(secret.id, (DELETE_SECRET,))
    restored = plan(work, replace(secret, delete_at=None, updated_at=work.now))
    work.secrets.update(restored)
    told(work, restored)
    return restored


def destroy(work: CustodyWork, secrets: Sequence[Secret]) -> None:
    """Overwrite secrets with their versions and tags, and forget them."""
    for secret in secrets:
        work.agenda.void(secret.id, (ROTATE_SECRET, DELETE_SECRET))
        told(work, secret)
    work.secrets.remove([secret.id for secret in secrets])
