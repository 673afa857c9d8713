"""What owners do with their backups themselves: make, restore and delete them, in one transaction.

So they are for what is small; the operator makes and restores large ones in many transactions
(`keylease backup`). How many an owner makes is our own choice. Source: facts/kms.md 7.
"""

from keylease.core.agenda import Appointment
from keylease.core.errors import Code, Refusal
from keylease.custody.backups.making import destroy, make
from keylease.custody.backups.model import Backup, BackupKind, backup_scope
from keylease.custody.backups.parts import read_records
from keylease.custody.backups.records import Head
from keylease.custody.backups.restoring import Restored, batches, require_target, restore_batch
from keylease.custody.erasing import ERASE
from keylease.custody.instances import lookup
from keylease.custody.instances.model import Instance
from keylease.lifecycle.work import Work

#: Backups made by hand, of one instance.
MANUAL_MAX = 10

#: Versions of keys and secrets of an instance, and bytes of a backup: a second or two of work.
HELD_MAX = 2_000
BYTES_MAX = 4 * 1024 * 1024


def make_own(work: Work, account_id: str, instance_id: str) -> Backup:
    """Back up an instance of the account now; Refusals."""
    instance = lookup.owned(work.instances, account_id, instance_id, work.now)
    if instance.edition.is_service:
        raise Refusal(
            Code.INVALID_PARAMETER, "{instance} holds nothing to back up.", instance=instance.id
        )
    instance.require_running(work.now)
    held = work.usage.holdings([instance.id])[instance.id]
    if held.key_versions + held.secrets > HELD_MAX:
        raise _too_large(f"keylease backup create {instance.id}")
    made = work.backups.of_instances([instance.id])
    if sum(one.kind is BackupKind.MANUAL for one in made) >= MANUAL_MAX:
        raise Refusal(
            Code.LIMIT_EXCEEDED,
            "There are {most} backups of {instance} made by hand: delete one first.",
            most=MANUAL_MAX,
            instance=instance.id,
        )
    return make(work, instance, BackupKind.MANUAL)


def restore_own(work: Work, account_id: str, backup_id: str, instance_id: str) -> Restored:
    """Restore a backup into an instance of the account; Refusals, `BackupDamaged`."""
    backup = _owned(work, account_id, backup_id)
    target = lookup.owned(work.instances, account_id, instance_id, work.now, lock=True)
    _require_software(backup, target)
    require_target(backup, target, work.now)
    if backup.size > BYTES_MAX:
        raise _too_large(f"keylease backup restore {backup.id} --into {target.id}")
    key = work.vault.scope(work.wrapping_keys, backup_scope(backup.id))
    records = read_records(key, backup.id, list(work.backups.parts(backup.id)))
    head = next(records)
    origin = head.account_id if isinstance(head, Head) else ""
    done = Restored()
    for groups in batches(records):
        done.add(restore_batch(work, target, origin, groups, write=True))
    return done


def delete_own(work: Work, account_id: str, backup_id: str) -> None:
    """Destroy a backup; an automatic one once its instance is released. Refusals."""
    backup = _owned(work, account_id, backup_id)
    backup.require_deletable()
    destroy(work, [backup.id])
    work.agenda.add([Appointment(ERASE, backup.id, work.now)])


def _owned(work: Work, account_id: str, backup_id: str) -> Backup:
    """The account's whole backup whose time is not over; Refusal Forbidden.ResourceNotFound."""
    found = work.backups.find(backup_id, lock=True)
    if found is None or found.account_id != account_id or not found.is_whole:
        raise Refusal(Code.RESOURCE_NOT_FOUND, "Resource not found")
    if found.is_gone(work.now):
        raise Refusal(Code.RESOURCE_NOT_FOUND, "Resource not found")
    return found


def _require_software(backup: Backup, target: Instance) -> None:
    if backup.edition.is_hardware or target.edition.is_hardware or target.edition.is_service:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "A backup of a software instance is restored into a software instance; that of a "
            "hardware instance holds metadata only.",
        )


def _too_large(command: str) -> Refusal:
    return Refusal(
        Code.LIMIT_EXCEEDED,
        "This is too large to be done here: ask the operator for `{command}`.",
        command=command,
    )
