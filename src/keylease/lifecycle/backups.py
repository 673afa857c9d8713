"""Backups and the life of their instance: the first, the last, and their end. rules.md 2.

An instance that is released leaves its backups behind for 90 days. If it may hold what no backup
holds, a last one is made in the transaction that destroys it.
"""

from collections.abc import Mapping, Sequence

from keylease.core.agenda import Appointment
from keylease.core.clock import local_text
from keylease.core.errors import Code, Parameter, Refusal
from keylease.custody.backups.making import (
    destroy,
    fingerprint,
    make,
    plan_expiry,
)
from keylease.custody.backups.model import (
    KEPT_AFTER_RELEASE,
    Backup,
    BackupKind,
    is_backed_up,
)
from keylease.custody.erasing import ERASE
from keylease.custody.instances.model import Instance
from keylease.lifecycle.work import Work

#: How many backups a letter names.
NAMED_MAX = 10

#: The appointment to back up what changed, each day.
BACK_UP = "backup"


def enabled(work: Work, instance: Instance) -> Instance:
    """The instance that was just enabled, with its first automatic backup, if it gets any."""
    if work.automatic_backups and is_backed_up(instance):
        make(work, instance, BackupKind.AUTOMATIC)
    return instance


def require_backup(work: Work, instance: Instance) -> None:
    """Refuse with Forbidden.NoBackup if no backup holds what an instance holds now.

    One that holds nothing needs none.
    """
    if instance.id not in work.backup_contents.holding([instance.id]):
        return
    if instance.edition.is_hardware or not _is_saved(work, instance):
        raise Refusal(
            Code.NO_BACKUP,
            "The instance {instance} holds keys or secrets that are in no backup of it: what is "
            "encrypted with them could never be decrypted again. Wait until it is backed up, or "
            "set {name} to true if that is wanted.",
            name=Parameter("ForceDeleteWithoutBackup"),
            instance=instance.id,
        )


def leave_behind(
    work: Work, gone: Sequence[Instance], moments: Mapping[str, int]
) -> dict[str, list[Backup]]:
    """Make the last backups of instances that are being released; those that remain, by instance.

    They end 90 days after the moment of the release. Those that hold nothing go at once.
    """
    ids = [instance.id for instance in gone]
    if work.automatic_backups:
        holding = work.backup_contents.holding(ids)
        for instance in gone:
            chosen = instance.id in holding and is_backed_up(instance)
            if chosen and not _is_saved(work, instance):
                make(work, instance, BackupKind.AUTOMATIC)
    remaining: dict[str, list[Backup]] = {}
    empty: list[str] = []
    for backup in work.backups.of_instances(ids):
        if backup.is_empty:
            empty.append(backup.id)
        else:
            remaining.setdefault(backup.instance_id, []).append(backup)
    destroy(work, empty)
    for instance_id in remaining:
        until = kept_until(moments[instance_id])
        work.backups.expire(instance_id, until)
        plan_expiry(work, instance_id, until)
    return remaining


def kept_until(released: int) -> int:
    """When the backups of an instance end that is released at a moment."""
    return released + KEPT_AFTER_RELEASE


def lines_of(backups: Sequence[Backup]) -> list[str]:
    """Backups as a letter names them, in any language: the newest, and how many more there are."""
    lines = [f"{one.id} ({local_text(one.created_at)}, UTC+8)" for one in backups[:NAMED_MAX]]
    more = len(backups) - len(lines)
    return [*lines, f"… (+{more})"] if more else lines


def expire_due(work: Work, due: Sequence[Appointment]) -> None:
    """Destroy the backups of instances that were released 90 days ago."""
    found = [one.id for one in work.backups.expired({one.subject for one in due}, work.now)]
    if found:
        destroy(work, found)
        work.agenda.add([Appointment(ERASE, found[0], work.now)])


def _is_saved(work: Work, instance: Instance) -> bool:
    """Whether a backup holds just what the instance holds."""
    return work.backups.with_contents(instance.id, fingerprint(work, instance)) is not None
