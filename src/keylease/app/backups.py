"""Making backups, restoring and deleting them: the operator's side, and what runs each day.

What can be large is written in small transactions, so that nobody waits for it. Source:
facts/kms.md 7; rules: rules.md 2.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import structlog

from keylease.app.deployment import Deployment
from keylease.app.operator_audit import audit_operator
from keylease.app.sealing import adopt_seal
from keylease.core.agenda import Appointment
from keylease.core.clock import local_date, midnight
from keylease.core.errors import Collision, Misuse, Refusal, Word, ensure
from keylease.crypto.envelope import UnwrapFailed
from keylease.custody.backups.making import batched, destroy, fingerprint, finish, prepare
from keylease.custody.backups.model import (
    WINDOW,
    Backup,
    BackupKind,
    backup_scope,
)
from keylease.custody.backups.parts import BackupDamaged, read_records, with_last
from keylease.custody.backups.records import Fingerprint, Head, Record, Tail
from keylease.custody.backups.restoring import (
    Restored,
    batches,
    require_room,
    require_target,
    restore_batch,
)
from keylease.custody.erasing import ERASE
from keylease.custody.instances.model import Instance
from keylease.lifecycle.backups import BACK_UP
from keylease.storage.unit_of_work import UnitOfWork

#: Told how many keys and secrets are done by now.
Progress = Callable[[int], None]

#: A backup that nothing was added to for so long is not being made any more; machine time.
_ABANDONED_SECONDS = 600

T = TypeVar("T")

log = structlog.get_logger()


def silent(_done: int) -> None:
    """For whoever does not watch."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What a backup turned out to hold, when all of it was opened."""

    backup_id: str
    keys: int
    key_versions: int
    secrets: int
    secret_versions: int
    digest: bytes


def create(deployment: Deployment, instance_id: str, progress: Progress = silent) -> Backup:
    """Back up an instance now. Misuse."""
    return _with_the_seal(
        deployment, lambda: _back_up(deployment, instance_id, BackupKind.MANUAL, progress)
    )


def back_up_automatically(deployment: Deployment, instance_id: str) -> Backup | None:
    """Back up an instance if it changed since its newest backup; None if it did not. Misuse."""

    def made() -> Backup | None:
        if _is_unchanged(deployment, instance_id):
            return None
        return _back_up(deployment, instance_id, BackupKind.AUTOMATIC, silent)

    return _with_the_seal(deployment, made)


def find_backup(work: UnitOfWork, backup_id: str) -> Backup:
    """The whole backup with this id whose time is not over; Misuse."""
    found = work.backups.find(backup_id)
    if found is None or not found.is_whole or found.is_gone(work.now):
        raise Misuse("There is no backup {backup!r}: see `keylease backup list`.", backup=backup_id)
    return found


def verify(deployment: Deployment, backup_id: str, progress: Progress = silent) -> Verified:
    """Open everything in a backup, compare counts and digests; `BackupDamaged`, Misuse."""
    with deployment.database.read() as work:
        backup = find_backup(work, backup_id)
        found = examine(backup_id, records_of(work, backup), progress)
    if found.digest != backup.digest or found.keys != backup.keys:
        raise BackupDamaged(backup_id, Word("what it holds is not what was written down of it"))
    return found


def examine(backup_id: str, records: Iterator[Record], progress: Progress = silent) -> Verified:
    """Go through all records of a backup; `BackupDamaged`."""
    found = Fingerprint()
    tail: Tail | None = None
    for done, record in enumerate(records):
        found.add(record)
        tail = record if isinstance(record, Tail) else None
        if done % 1_000 == 0:
            progress(done)
    if tail is None:
        raise BackupDamaged(backup_id, Word("its end is missing"))
    return Verified(
        backup_id,
        tail.keys,
        tail.versions,
        tail.secrets,
        tail.secret_versions,
        found.digest(),
    )


def restore(
    deployment: Deployment,
    backup_id: str,
    instance_id: str,
    progress: Progress = silent,
    *,
    dry_run: bool = False,
) -> Restored:
    """Restore a backup into an instance of its owner, or say what that would do.

    The rules: `keylease.custody.backups.restoring`. Misuse, `BackupDamaged`, Refusals.
    """
    found = _with_the_seal(deployment, lambda: _foresee(deployment, backup_id, instance_id))
    if dry_run:
        return found
    done = _with_the_seal(
        deployment, lambda: _restore(deployment, backup_id, instance_id, progress)
    )
    with deployment.database.begin() as work:
        owner = find_backup(work, backup_id).account_id
        audit_operator(work, "backup restore", f"{backup_id} into {instance_id}", owner)
    return done


def delete(deployment: Deployment, backup_id: str) -> Backup:
    """Destroy a backup; an automatic one once its instance is released. Misuse, Refusal."""
    with deployment.database.begin() as work:
        backup = find_backup(work, backup_id)
        backup.require_deletable()
        destroy(work, [backup_id])
        work.agenda.add([Appointment(ERASE, backup_id, work.now)])
        audit_operator(work, "backup delete", backup_id, backup.account_id)
    return backup


def run_backups(deployment: Deployment) -> None:
    """Back up the instances that changed, clear away what is old, and plan the next day's run."""
    if deployment.services.automatic_backups:
        with deployment.database.begin() as work:
            due = work.backups.due()
            work.backups.found_empty(work.now)
        for instance_id in due:
            try:
                back_up_automatically(deployment, instance_id)
            except (Misuse, Refusal, Collision, UnwrapFailed) as error:  # the others do not wait
                log.warning("an instance was not backed up", instance=instance_id, why=str(error))
    with deployment.database.begin() as work:
        old = work.backups.older(work.now - WINDOW)
        abandoned = work.backups.unfinished(int(work.machine) - _ABANDONED_SECONDS)
        destroy(work, [*old, *abandoned])
        _plan(work)


def plan_backups(deployment: Deployment) -> None:
    """Put the next day's run on the agenda."""
    with deployment.database.begin() as work:
        _plan(work)


def records_of(work: UnitOfWork, backup: Backup) -> Iterator[Record]:
    """All records of a backup; `BackupDamaged`."""
    key = work.vault.scope(work.wrapping_keys, backup_scope(backup.id))
    return read_records(key, backup.id, work.backups.parts(backup.id))


def add_parts(work: UnitOfWork, backup_id: str, first: int, parts: Sequence[bytes]) -> None:
    """Write down some parts of a backup that is being made; Misuse if it was cleared away."""
    if not work.backups.touch(backup_id, int(work.machine)):
        raise Misuse(
            "The backup {backup} was cleared away meanwhile: begin again.", backup=backup_id
        )
    work.backups.add_parts(backup_id, first, parts)


def _plan(work: UnitOfWork) -> None:
    due = midnight(local_date(work.now) + timedelta(days=1))
    work.agenda.add([Appointment(BACK_UP, "backups", due)])


def _back_up(
    deployment: Deployment, instance_id: str, kind: BackupKind, progress: Progress
) -> Backup:
    with deployment.database.read() as picture:
        instance = _instance(picture, instance_id)
        making = prepare(picture, instance, kind)
        writer, parts = making.seal_contents(picture, instance)
        whole = making.backup
        try:
            for (first, some), last in with_last(batched(parts)):
                with deployment.database.begin() as work:
                    if first == 1:
                        making.write_down(work, int(work.machine))
                    add_parts(work, whole.id, first, some)
                    if last:
                        whole = finish(work, making.whole(writer))
                        if kind is BackupKind.MANUAL:
                            audit_operator(work, "backup create", whole.id, whole.account_id)
                progress(writer.counts["keys"] + writer.counts["secrets"])
        except BaseException:
            with deployment.database.begin() as work:
                destroy(work, [whole.id])
            raise
    return whole


def _is_unchanged(deployment: Deployment, instance_id: str) -> bool:
    """Whether a backup holds just what an instance holds; that it was looked at is noted."""
    with deployment.database.read() as picture:
        instance, now = _instance(picture, instance_id), picture.now
        same = picture.backups.with_contents(instance_id, fingerprint(picture, instance))
    if same is None:
        return False
    with deployment.database.begin() as work:
        work.backups.checked(same.id, now)
    return True


def _foresee(deployment: Deployment, backup_id: str, instance_id: str) -> Restored:
    """What a restore would do; all of the backup is opened, and it would fit."""
    found = Restored()
    with deployment.database.read() as work:
        backup, target, origin, records = _both(work, backup_id, instance_id)
        for groups in batches(records):
            found.add(restore_batch(work, target, origin, groups, write=False))
        require_room(work, target, found)
        require_target(backup, target, work.now)
    return found


def _restore(
    deployment: Deployment, backup_id: str, instance_id: str, progress: Progress
) -> Restored:
    done = Restored()
    with deployment.database.read() as picture:
        backup, _, origin, records = _both(picture, backup_id, instance_id)
        for groups in batches(records):
            with deployment.database.begin() as work:
                target = _instance(work, instance_id, lock=True)
                require_target(backup, target, work.now)
                done.add(restore_batch(work, target, origin, groups, write=True))
            progress(done.keys + done.secrets + done.present)
    return done


def _both(
    work: UnitOfWork, backup_id: str, instance_id: str
) -> tuple[Backup, Instance, str, Iterator[Record]]:
    """A backup, where it is restored into, the account it is from, and its records; Misuse."""
    backup = find_backup(work, backup_id)
    target = _instance(work, instance_id)
    if target.account_id != backup.account_id:
        raise Misuse(
            "The backup {backup} and the instance {instance} have two owners.",
            backup=backup_id,
            instance=instance_id,
        )
    require_target(backup, target, work.now)
    records = records_of(work, backup)
    head = next(records)
    ensure(isinstance(head, Head), "the first record is the head")
    origin = head.account_id if isinstance(head, Head) else ""
    return backup, target, origin, records


def _instance(work: UnitOfWork, instance_id: str, *, lock: bool = False) -> Instance:
    found = work.instances.find(instance_id, lock=lock)
    if found is None or not found.is_kept(work.now) or found.edition.is_service:
        raise Misuse("There is no instance {instance!r}.", instance=instance_id)
    return found


def _with_the_seal(deployment: Deployment, action: Callable[[], T]) -> T:
    """Do it, once more if the root key was rotated meanwhile."""
    try:
        return action()
    except UnwrapFailed:
        adopt_seal(deployment)
        return action()
