"""Making a backup of what an instance holds. Source: facts/kms.md 7.

The contents are read from one consistent picture, key by key. They can be written in the same
transaction (a release cannot wait), or by transactions of their own, so that nobody waits for a
large instance: until it is whole, a backup is nowhere to be seen.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from keylease.core import ids
from keylease.core.agenda import Appointment
from keylease.core.errors import Misuse
from keylease.crypto.algorithms import ProtectionLevel
from keylease.crypto.envelope import WrappingKey
from keylease.custody.backups.model import (
    KEPT_AFTER_RELEASE,
    Backup,
    BackupKind,
    backup_scope,
)
from keylease.custody.backups.parts import PartWriter
from keylease.custody.backups.ports import StoredKey, StoredSecret
from keylease.custody.backups.records import (
    SOME,
    AliasRecord,
    Content,
    Fingerprint,
    Head,
    KeyRecord,
    SecretVersionRecord,
    VersionRecord,
)
from keylease.custody.backups.values import Values
from keylease.custody.instances.model import Instance
from keylease.custody.keys.model import Key, KeyVersion, key_scope, version_context
from keylease.custody.work import CustodyWork

#: The appointment to destroy the backups of a released instance.
EXPIRE_BACKUPS = "backup_expiry"

#: How many parts are written at once: 2 MiB.
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Making:
    """A backup that is being made, with the key that its parts are sealed with."""

    backup: Backup
    key: WrappingKey

    def write_down(self, work: CustodyWork, machine: int) -> None:
        """Write down that it is being made, and its wrapping key; `RootChanged`.

        ``machine`` is the machine's time: one that nobody goes on with is cleared away by it.
        """
        work.backups.add(replace(self.backup, checked_at=machine))
        work.vault.keep(work.wrapping_keys, backup_scope(self.backup.id), self.key)

    def seal_contents(
        self, work: CustodyWork, instance: Instance
    ) -> tuple[PartWriter, Iterator[bytes]]:
        """Its parts, read and sealed as they are asked for, and what counts them."""
        writer = PartWriter(_head(self.backup), partial(work.vault.wrap, self.key))
        return writer, writer.parts(contents(work, instance, opened=True))

    def whole(self, writer: PartWriter) -> Backup:
        """The backup, once all its parts were sealed."""
        return replace(
            self.backup,
            keys=writer.counts["keys"],
            secrets=writer.counts["secrets"],
            size=writer.size,
            digest=writer.fingerprint,
        )


def prepare(work: CustodyWork, instance: Instance, kind: BackupKind) -> Making:
    """A new backup of an instance as it is now, with a fresh key; nothing is written yet."""
    backup = Backup(
        id=ids.backup_id(work.entropy),
        account_id=instance.account_id,
        region=instance.region,
        instance_id=instance.id,
        instance_name=instance.name,
        kind=kind,
        edition=instance.edition,
        created_at=work.now,
        checked_at=work.now,
    )
    return Making(backup, WrappingKey.generate(work.entropy))


def finish(work: CustodyWork, whole: Backup) -> Backup:
    """Let a backup that is whole be seen; Misuse if it was cleared away meanwhile.

    If its instance was released meanwhile it is kept as long as others are.
    """
    instance = work.instances.find(whole.instance_id, lock=True)
    if instance is None:
        whole = replace(whole, expires_at=work.now + KEPT_AFTER_RELEASE)
        plan_expiry(work, whole.instance_id, work.now + KEPT_AFTER_RELEASE)
    if not work.backups.update(whole):
        raise Misuse(
            "The backup {backup} was cleared away while it was made: make another.", backup=whole.id
        )
    return whole


def make(work: CustodyWork, instance: Instance, kind: BackupKind) -> Backup:
    """Make a backup in this very transaction; `RootChanged`."""
    making = prepare(work, instance, kind)
    making.write_down(work, machine=0)
    writer, parts = making.seal_contents(work, instance)
    for first, some in batched(parts):
        work.backups.add_parts(making.backup.id, first, some)
    return finish(work, making.whole(writer))


def batched(parts: Iterator[bytes]) -> Iterator[tuple[int, list[bytes]]]:
    """A few parts at a time, with the number of the first of them."""
    held: list[bytes] = []
    first = 1
    for part in parts:
        held.append(part)
        if len(held) == _AT_ONCE:
            yield first, held
            first, held = first + len(held), []
    if held:
        yield first, held


def plan_expiry(work: CustodyWork, instance_id: str, at: int) -> None:
    """Have the backups of a released instance destroyed at a moment."""
    work.agenda.add([Appointment(EXPIRE_BACKUPS, instance_id, at)])


def destroy(work: CustodyWork, backup_ids: list[str]) -> None:
    """Destroy the wrapping keys of backups, then their rows."""
    if backup_ids:
        work.wrapping_keys.destroy([backup_scope(one) for one in backup_ids])
        work.backups.remove(backup_ids)


def fingerprint(work: CustodyWork, instance: Instance) -> bytes:
    """What an instance holds now, to compare with a backup's ``digest``; opens no material."""
    found = Fingerprint()
    for record in contents(work, instance, opened=False):
        found.add(record)
    return found.digest()


def contents(work: CustodyWork, instance: Instance, *, opened: bool) -> Iterator[Content]:
    """The records of what an instance holds; without ``opened`` material is only marked."""
    reader = _Reader(work, instance, opened)
    for key in work.backup_contents.keys(instance.id):
        yield from reader.key(key)
    for secret in work.backup_contents.secrets(instance.id):
        yield from reader.secret(secret)


class _Reader:
    """Turns what is stored into records."""

    def __init__(self, work: CustodyWork, instance: Instance, opened: bool) -> None:  # noqa: FBT001 - private
        self._work = work
        self._opened = opened
        self._keeps_material = not instance.edition.is_hardware
        self._values = Values(work, instance.account_id, instance.id)

    def key(self, stored: StoredKey) -> Iterator[KeyRecord | VersionRecord]:
        """A key and its versions; nothing of one whose deletion is due."""
        versions = list(stored.versions)
        if stored.key.is_gone(self._work.now):
            return
        key = _as_of(stored.key, self._work.now)
        aliases = tuple(AliasRecord(one.name, one.created_at) for one in stored.aliases)
        yield KeyRecord(key, aliases, stored.tags)
        has_expired = stored.key.material_expires_at is not None and key.material_expires_at is None
        wrapping = self._wrapping(stored) if self._opened else None
        for version in versions:
            material = b"" if has_expired else self._material(key, version, wrapping)
            yield VersionRecord(version.id, key.id, version.created_at, material, version.public)

    def _wrapping(self, stored: StoredKey) -> WrappingKey | None:
        if stored.blob is None or not self._keeps_material:
            return None
        return self._work.vault.open_within(
            stored.blob, key_scope(stored.key.id), self._values.place
        )

    def _material(self, key: Key, version: KeyVersion, wrapping: WrappingKey | None) -> bytes:
        in_token = key.protection is ProtectionLevel.HSM
        if not version.wrapped or in_token or not self._keeps_material:
            return b""
        if not self._opened:
            return SOME
        own = wrapping if version.scope == key_scope(key.id) else self._values.place
        if own is None:
            raise AssertionError(f"no wrapping key for {key.id}")
        return own.unwrap(version.wrapped, version_context(key, version.id)).reveal()

    def secret(self, stored: StoredSecret) -> Iterator[Content]:
        """A secret and its versions; nothing of one whose deletion is due."""
        versions = list(stored.versions)
        delete_at = stored.record.delete_at
        if delete_at is not None and delete_at <= self._work.now:
            return
        yield stored.record
        for one in versions:
            value: bytes | None = SOME
            if not self._keeps_material:
                value = None
            elif self._opened:
                value = self._values.opened(stored.record.encryption_key_id, one)
            yield SecretVersionRecord(
                stored.record.name,
                one.id,
                one.number,
                one.data_type,
                value,
                one.stages,
                one.created_at,
            )


def _as_of(key: Key, now: int) -> Key:
    """The key as it is at a moment: material that expired is gone, carried out or not."""
    expires = key.material_expires_at
    if expires is None or expires > now:
        return key
    return replace(key, state=key.state_at(now), material_expires_at=None)


def _head(backup: Backup) -> Head:
    return Head(
        format=1,
        backup_id=backup.id,
        account_id=backup.account_id,
        region=backup.region,
        instance_id=backup.instance_id,
        instance_name=backup.instance_name,
        edition=backup.edition.value,
        created_at=backup.created_at,
    )
