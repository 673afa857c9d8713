"""The outside part of a rotation: tell the system, ask it, then make the value the current one.

It runs between two transactions, in the errand `ROTATE_OUTSIDE`. Wherever it ends in between, it is
done again with the value that is kept; after the last attempt the rotation is invalid and the
owner is told. Source: facts/kms.md 5.
"""

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import structlog

from keylease.core.agenda import Appointment
from keylease.core.errors import Refusal
from keylease.crypto.secret import SecretBytes
from keylease.custody.secrets import rotation, stages
from keylease.custody.secrets.model import Secret, SecretType, SecretVersion
from keylease.custody.secrets.protection import revealed
from keylease.custody.secrets.rotators import Change, RotationFailed, Rotator, Value
from keylease.custody.secrets.targets import target_context
from keylease.custody.vault import CREDENTIALS_SCOPE
from keylease.lifecycle.secrets import give_up
from keylease.lifecycle.work import Work

log = structlog.get_logger()


class Transactions(Protocol):
    """What begins units of work."""

    def begin(self) -> AbstractContextManager[Work]:
        """One that may change things."""
        ...

    def read(self) -> AbstractContextManager[Work]:
        """One that only reads."""
        ...


@dataclass(frozen=True, slots=True)
class OutsideStep:
    """Carries out what a rotation does outside. ``rotators`` are those of the managed types."""

    transactions: Transactions
    rotators: Mapping[SecretType, Rotator]

    def carry_out(self, step: Appointment) -> None:
        """Carry out one step; a failed one is planned again, or given up after the last."""
        secret_id, version_id = step.subject.split(" ", 1)
        try:
            found = self._change(secret_id, version_id)
            if found is None:
                return  # the secret is deleted, or another attempt was faster
            kind, change = found
            rotator = self.rotators[kind]
            rotator.apply(change)
            rotator.verify(change)
        except (RotationFailed, Refusal) as failure:
            log.warning("a rotation failed", secret=secret_id, why=str(failure))
            self._failed(step, secret_id, version_id)
            return
        with self.transactions.begin() as work:
            secret = work.secrets.find(secret_id, lock=True)
            versions = work.secrets.versions(secret_id)
            if secret is not None and _is_pending(versions, version_id):
                rotation.finish(work, secret, versions, version_id)

    def _change(self, secret_id: str, version_id: str) -> tuple[SecretType, Change] | None:
        with self.transactions.read() as work:
            secret, versions = work.secrets.find(secret_id), work.secrets.versions(secret_id)
            if secret is None or not _is_pending(versions, version_id):
                return None
            new, current, retired = (
                _value(work, secret, stages.holder(versions, one))
                for one in (stages.PENDING, stages.CURRENT, stages.PREVIOUS)
            )
            if new is None or current is None:
                return None
            config = json.loads(secret.extended_config)
            return secret.type, Change(
                account_id=secret.account_id,
                config=config,
                new=new,
                current=current,
                retired=retired,
                target=_target(work, secret, config),
            )

    def _failed(self, step: Appointment, secret_id: str, version_id: str) -> None:
        attempt = int(step.details.get("attempt", 0))
        with self.transactions.begin() as work:
            secret = work.secrets.find(secret_id, lock=True)
            versions = work.secrets.versions(secret_id)
            if secret is None or not _is_pending(versions, version_id):
                return  # the secret is deleted, or another attempt was faster
            if attempt < len(rotation.RETRIES):
                due = work.now + rotation.RETRIES[attempt]
                details = {"attempt": attempt + 1}
                work.agenda.add([Appointment(rotation.ROTATE_OUTSIDE, step.subject, due, details)])
                return
            give_up(work, secret)


def _is_pending(versions: stages.Versions, version_id: str) -> bool:
    pending = stages.holder(versions, stages.PENDING)
    return pending is not None and pending.id == version_id


def _value(work: Work, secret: Secret, version: SecretVersion | None) -> Value | None:
    if version is None:
        return None
    value: Value = json.loads(revealed(work, secret, version))
    return value


def _target(work: Work, secret: Secret, config: Mapping[str, str]) -> SecretBytes | None:
    """How to get into the outside system, where the operator told that; RotationFailed."""
    if secret.type is not SecretType.RDS:
        return None
    target = work.rotation_targets.find(secret.account_id, config["DBInstanceId"])
    if target is None:
        raise RotationFailed("the operator took the rotation target away")
    wrapping = work.vault.scope(work.wrapping_keys, CREDENTIALS_SCOPE)
    return wrapping.unwrap(target.wrapped_config, target_context(target.account_id, target.id))
