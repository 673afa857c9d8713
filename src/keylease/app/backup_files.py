"""Backups as files: taken to another installation, or kept somewhere else. docs/backups.md."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, TypeVar

from keylease.app.accounts import find_account
from keylease.app.backups import (
    Progress,
    Verified,
    add_parts,
    examine,
    find_backup,
    records_of,
    silent,
)
from keylease.app.deployment import Deployment
from keylease.app.operator_audit import audit_operator
from keylease.core.errors import Misuse, Word
from keylease.crypto.envelope import WrappingKey
from keylease.crypto.private_files import new_private
from keylease.crypto.secret import SecretBytes
from keylease.custody.backups.files import read_header, read_parts, write_header, write_part
from keylease.custody.backups.making import batched, destroy
from keylease.custody.backups.model import Backup, BackupKind, backup_scope
from keylease.custody.backups.parts import BackupDamaged, read_records, with_last
from keylease.custody.backups.records import Head
from keylease.custody.instances.model import Edition
from keylease.storage.unit_of_work import UnitOfWork

T = TypeVar("T")


def export_backup(
    deployment: Deployment,
    backup_id: str,
    path: Path,
    passphrase: SecretBytes,
    progress: Progress = silent,
) -> Backup:
    """Write a backup to a new file under a passphrase; whole or not at all. Misuse."""
    with deployment.database.read() as work:
        backup = find_backup(work, backup_id)
        examine(backup_id, records_of(work, backup))  # what is damaged here is no use elsewhere
        key = work.vault.scope(work.wrapping_keys, backup_scope(backup_id))
        with new_private(path) as file:
            write_header(file, backup_id, key, passphrase, work.entropy, work.vault.nonces)
            for number, part in enumerate(work.backups.parts(backup_id)):
                write_part(file, part)
                progress(number)
    with deployment.database.begin() as work:
        audit_operator(work, "backup export", backup_id, backup.account_id)
    return backup


def verify_file(path: Path, passphrase: SecretBytes, progress: Progress = silent) -> Verified:
    """Open everything in a file; it needs no installation. Misuse."""

    def verified(file: BinaryIO, backup_id: str, key: WrappingKey) -> Verified:
        return examine(backup_id, read_records(key, backup_id, read_parts(file)), progress)

    return _opened(path, passphrase, verified)


def import_backup(
    deployment: Deployment,
    path: Path,
    passphrase: SecretBytes,
    account: str,
    progress: Progress = silent,
) -> Backup:
    """Take a backup from a file into this installation, for an account of it. Misuse.

    All of it is opened before anything is written.
    """
    with deployment.database.read() as work:
        account_id = find_account(work, account).id

    def imported(file: BinaryIO, backup_id: str, key: WrappingKey) -> Backup:
        start = file.tell()
        head = next(read_records(key, backup_id, read_parts(file)))
        if not isinstance(head, Head):
            raise BackupDamaged(backup_id, Word("its head is missing"))
        file.seek(start)
        found = examine(backup_id, read_records(key, backup_id, read_parts(file)), progress)
        file.seek(start)
        backup = _described(head, found, account_id)
        return _write(deployment, backup, key, file)

    return _opened(path, passphrase, imported)


def _described(head: Head, found: Verified, account_id: str) -> Backup:
    if head.edition not in set(Edition):
        raise BackupDamaged(head.backup_id, Word("its edition is unknown: a newer release made it"))
    return Backup(
        id=head.backup_id,
        account_id=account_id,
        region=head.region,
        instance_id=head.instance_id,
        instance_name=head.instance_name,
        kind=BackupKind.IMPORTED,
        edition=Edition(head.edition),
        created_at=head.created_at,
        checked_at=head.created_at,
        keys=found.keys,
        secrets=found.secrets,
        digest=found.digest,
    )


def _write(deployment: Deployment, backup: Backup, key: WrappingKey, file: BinaryIO) -> Backup:
    size = 0
    written = False
    try:
        for (first, some), last in with_last(batched(read_parts(file))):
            with deployment.database.begin() as work:
                if first == 1:
                    _begin(work, backup, key)
                add_parts(work, backup.id, first, some)
                size += sum(len(part) for part in some)
                if last:
                    work.backups.update(replace(backup, size=size))
                    audit_operator(work, "backup import", backup.id, backup.account_id)
            written = True
    except BaseException:
        if written:
            with deployment.database.begin() as work:
                destroy(work, [backup.id])
        raise
    return replace(backup, size=size)


def _begin(work: UnitOfWork, backup: Backup, key: WrappingKey) -> None:
    if work.backups.find(backup.id, lock=True) is not None:
        raise Misuse(
            "The backup {backup} is here already: restore it, or delete it first.", backup=backup.id
        )
    work.backups.add(replace(backup, digest=b"", checked_at=int(work.machine)))
    work.vault.keep(work.wrapping_keys, backup_scope(backup.id), key)


def _opened(
    path: Path, passphrase: SecretBytes, use: Callable[[BinaryIO, str, WrappingKey], T]
) -> T:
    """Do something with what is in a file; Misuse if there is none."""
    try:
        file = path.open("rb")
    except (FileNotFoundError, IsADirectoryError):
        raise Misuse("There is no file {path}.", path=path) from None
    with file:
        backup_id, key = read_header(file, passphrase)
        return use(file, backup_id, key)
