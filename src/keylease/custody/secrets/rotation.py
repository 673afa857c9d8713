"""Rotating secrets: by a period or on demand, so that no password is ever lost. facts/kms.md 5.

A rotation begins in a transaction: the new value is written down under a stage of its own. Then
the outside system is told of it and asked whether it works (`keylease.custody.secrets.rotators`),
and at last, in another transaction, the value becomes the current one. Whatever ends in between
is taken up again with the same value.
"""

import json
from dataclasses import replace

from keylease.core.agenda import Appointment
from keylease.core.clock import HOUR
from keylease.core.errors import Code, Parameter, Refusal
from keylease.custody.secrets import stages
from keylease.custody.secrets.model import DataType, Rotation, Secret, SecretType, SecretVersion
from keylease.custody.secrets.payloads import DOUBLE_USERS
from keylease.custody.secrets.protection import revealed
from keylease.custody.secrets.rotators.new_values import new_value
from keylease.custody.secrets.states import SecretEvent
from keylease.custody.secrets.targets import POSTGRESQL
from keylease.custody.secrets.values import require, told, write
from keylease.custody.work import CustodyWork

INTERVAL_MIN, INTERVAL_MAX = 6 * HOUR, 8_760 * HOUR

#: The appointment to begin an automatic rotation.
ROTATE_SECRET = "secret_rotation"  # noqa: S105 - a kind of work, no secret

#: The appointment to tell the outside system; its subject is a secret's id and a version's.
ROTATE_OUTSIDE = "secret_rotation_outside"

#: How long after a failed attempt the next one comes; after the last the rotation is invalid.
RETRIES = (60, 300, 900)


def plan(work: CustodyWork, secret: Secret) -> Secret:
    """The secret with its next rotation on the agenda, or without any; nothing is written of it.

    The first one comes a period after the last rotation, or after the secret was made. One that is
    overdue is due in a second: what was due now may have been done, without effect.
    """
    work.agenda.void(secret.id, (ROTATE_SECRET,))
    due = None
    if secret.rotation is Rotation.ENABLED and secret.rotation_interval is not None:
        since = secret.created_at if secret.rotated_at is None else secret.rotated_at
        due = max(work.now + 1, since + secret.rotation_interval)
        work.agenda.add([Appointment(ROTATE_SECRET, secret.id, due)])
    return replace(secret, rotate_at=due)


def switched_on(work: CustodyWork, secret: Secret, interval: int) -> Secret:
    """The secret with automatic rotation, in seconds; Refusals. It is planned by `plan`."""
    require_rotator(work, secret)
    if not INTERVAL_MIN <= interval <= INTERVAL_MAX:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "The specified parameter {name} is not valid: it takes 6h to 8760h.",
            name=Parameter("RotationInterval"),
        )
    return replace(secret, rotation=Rotation.ENABLED, rotation_interval=interval)


def set_policy(work: CustodyWork, secret: Secret, interval: int | None) -> Secret:
    """UpdateSecretRotationPolicy of a locked secret; None switches it off. Refusals."""
    require(work, secret, SecretEvent.ROTATE)
    _require_managed(secret)
    if interval is None:
        changed = replace(secret, rotation=Rotation.DISABLED, rotation_interval=None)
    else:
        changed = switched_on(work, secret, interval)
    changed = plan(work, replace(changed, updated_at=work.now))
    work.secrets.update(changed)
    told(work, changed)
    return changed


def begin(work: CustodyWork, secret: Secret, version_id: str) -> None:
    """Write down the new value of a locked secret, and have the outside told. Refusals.

    A version that exists is a success without effect. The value of a rotation that failed may have
    reached the outside: it is used again.
    """
    require(work, secret, SecretEvent.ROTATE)
    versions = work.secrets.versions(secret.id)
    pending = stages.holder(versions, stages.PENDING)
    if any(one.id == version_id for one in versions) and (
        pending is None or pending.id != version_id
    ):
        return
    require_rotator(work, secret)
    if pending is None:
        following = _next_value(work, secret, versions)
        value = json.dumps(following, separators=(",", ":"), ensure_ascii=False).encode()
        write(work, secret, versions, version_id, value, DataType.TEXT, (stages.PENDING,))
    elif _is_under_way(work, secret, pending):
        if pending.id == version_id:
            return
        raise Refusal(
            Code.RESOURCE_IN_USE,
            "The secret {name} is being rotated: try again later.",
            name=secret.name,
        )
    elif pending.id != version_id:
        kept = revealed(work, secret, pending)
        work.secrets.remove_versions(secret.id, [pending.id])
        others = [one for one in versions if one.id != pending.id]
        write(work, secret, others, version_id, kept, DataType.TEXT, (stages.PENDING,))
    again = pending is not None and pending.id == version_id
    due = work.now + again  # what is due now may have been its last attempt, and is done
    work.agenda.add([Appointment(ROTATE_OUTSIDE, step_subject(secret.id, version_id), due)])


def finish(work: CustodyWork, secret: Secret, versions: stages.Versions, version_id: str) -> None:
    """The outside knows the new value of a locked secret: it is the current one from now on."""
    after = stages.moved(stages.taken_away(versions, stages.PENDING), stages.CURRENT, version_id)
    work.secrets.update_stages(after)
    on = secret.rotation_interval is not None
    rotated = replace(
        secret,
        rotated_at=work.now,
        updated_at=work.now,
        rotation=Rotation.ENABLED if on else Rotation.DISABLED,
    )
    if secret.delete_at is None:
        rotated = plan(work, rotated)
    work.secrets.update(rotated)
    told(work, rotated)


def fail(work: CustodyWork, secret: Secret) -> Secret:
    """A rotation of a locked secret was given up: its state is Invalid, its values stay."""
    work.agenda.void(secret.id, (ROTATE_SECRET,))
    failed = replace(secret, rotation=Rotation.INVALID, rotate_at=None, updated_at=work.now)
    work.secrets.update(failed)
    told(work, failed)
    return failed


def require_rotator(work: CustodyWork, secret: Secret) -> None:
    """Refuse with UnsupportedOperation a secret that nothing here can rotate, and say why."""
    _require_managed(secret)
    if secret.type is SecretType.RAM:
        return
    if secret.type is not SecretType.RDS:
        raise Refusal(
            Code.UNSUPPORTED,
            "This action is not supported: there is no rotator for {kind} secrets here. Change the "
            "password yourself and write it with PutSecretValue.",
            kind=secret.type,
        )
    name = json.loads(secret.extended_config)["DBInstanceId"]
    target = work.rotation_targets.find(secret.account_id, name)
    if target is None or target.kind != POSTGRESQL:
        raise Refusal(
            Code.UNSUPPORTED,
            "This action is not supported: the operator has not told where the database {name} is "
            "(keylease rotation-target add).",
            name=name,
        )


def step_subject(secret_id: str, version_id: str) -> str:
    """What telling the outside of a version is called on the agenda."""
    return f"{secret_id} {version_id}"


def _require_managed(secret: Secret) -> None:
    if not secret.type.is_managed:
        raise Refusal(
            Code.UNSUPPORTED,
            "This action is not supported: a Generic secret is rotated with PutSecretValue.",
        )


def _next_value(work: CustodyWork, secret: Secret, versions: stages.Versions) -> dict[str, str]:
    current = stages.holder(versions, stages.CURRENT)
    if json.loads(secret.extended_config)["SecretSubType"] == DOUBLE_USERS:
        current = stages.holder(versions, stages.PREVIOUS)
    if current is None:
        raise Refusal(
            Code.REJECTED_UNSUPPORTED,
            "Unsupported operation: no version is {previous}, whose account is reset.",
            previous=stages.PREVIOUS,
        )
    held = json.loads(revealed(work, secret, current))
    return new_value(secret.type, held, work.entropy, work.now)


def _is_under_way(work: CustodyWork, secret: Secret, pending: SecretVersion) -> bool:
    """Whether an attempt is to come: else the rotation was given up."""
    last = work.now + sum(RETRIES)
    subject = step_subject(secret.id, pending.id)
    return bool(work.agenda.pending_of([subject], ROTATE_OUTSIDE, last))
