"""Restoring a backup into a software instance of its owner. Source: facts/kms.md 7.

What is free keeps its id, what is taken is left alone and told:

* A key keeps its id, its versions theirs: old ciphertexts decrypt again. A key whose id, or the id
  of one of whose versions, is taken outside the target is skipped, with its aliases.
* A key or secret that is in the target is left as it is: a restore that was interrupted is finished
  by another, and one that was finished changes nothing.
* An alias or the name of a secret that is taken in the target's region is skipped.
* What else changes on the way: `keylease.custody.backups.rebuilding`.

Keys and secrets are written in batches, each in a transaction of its own, a key with all its
versions in one. Nothing is written before it is known that all of it fits.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from keylease.core.errors import Code, Misuse, Refusal, Word
from keylease.custody.backups.model import Backup
from keylease.custody.backups.rebuilding import (
    Group,
    KeyGroup,
    Rebuilding,
    SecretGroup,
    accounts_of,
)
from keylease.custody.backups.records import (
    KeyRecord,
    Record,
    SecretRecord,
    SecretVersionRecord,
    VersionRecord,
)
from keylease.custody.instances.model import Instance
from keylease.custody.sharing import used_access_units
from keylease.custody.work import CustodyWork

#: How many keys or secrets are written in one transaction.
BATCH = 500


@dataclass(slots=True)
class Restored:
    """What a restore did, or would do: how much is new, how much was there, what is skipped.

    ``skipped`` names key ids, aliases and secrets that are taken; ``accounts`` are the others that
    policies let in, who take access units.
    """

    keys: int = 0
    key_versions: int = 0
    secrets: int = 0
    secret_versions: int = 0
    present: int = 0
    skipped: list[str] = field(default_factory=list)
    accounts: set[str] = field(default_factory=set)

    def add(self, other: "Restored") -> None:
        """Count another batch into it."""
        self.keys += other.keys
        self.key_versions += other.key_versions
        self.secrets += other.secrets
        self.secret_versions += other.secret_versions
        self.present += other.present
        self.skipped += other.skipped
        self.accounts |= other.accounts


def require_target(backup: Backup, target: Instance, now: int) -> None:
    """Refuse a target that a backup cannot be restored into: Misuse; Refusal if it cannot be used.

    It is a running, enabled software instance of the owner, in any region.
    """
    if backup.edition.is_hardware:
        raise Misuse(
            "The backup {backup} is of a hardware instance and holds metadata only: the "
            "material of its keys is restored with the backup of the token.",
            backup=backup.id,
        )
    if target.edition.is_hardware or target.edition.is_service:
        raise Misuse(
            "{target} is no software instance: name one to restore into.", target=target.id
        )
    target.require_usable(now)


def require_room(work: CustodyWork, target: Instance, found: Restored) -> None:
    """Refuse with Rejected.LimitExceeded what would not fit into the target."""
    capacity = target.capacity_at(work.now)
    rows = (
        ("key versions", found.key_versions, work.keys.count_versions(target.id), capacity.keys),
        ("secrets", found.secrets, work.secrets.count(target.id), capacity.secrets),
    )
    for name, new, held, quota in rows:
        if new and held + new > quota:
            raise Refusal(
                Code.LIMIT_EXCEEDED,
                "The instance {instance} holds {held:,} of {quota:,} {name}; the backup has "
                "{new:,} more: upgrade it, or restore into another one.",
                instance=target.id,
                held=held,
                quota=quota,
                name=Word(name),
                new=new,
            )
    _require_access_units(work, target, found)


def _require_access_units(work: CustodyWork, target: Instance, found: Restored) -> None:
    """Refuse with Rejected.ShareQuotaExceedLimit policies that let in more than were bought."""
    new = found.accounts - work.sharing.accounts(target.id)
    bought = target.capacity_at(work.now).access_units
    if new and used_access_units(work, target) + len(new) > bought:
        raise Refusal(
            Code.SHARE_LIMIT_EXCEEDED,
            "Policies in the backup let in {number} more accounts than use {instance} now; "
            "{bought} access units were bought for it: upgrade it (VpcNum) first.",
            number=len(new),
            instance=target.id,
            bought=bought,
        )


def batches(records: Iterable[Record]) -> Iterator[list[Group]]:
    """The keys and the secrets of a backup, each with its versions, a few hundred at a time."""
    held: list[Group] = []
    for group in _grouped(records):
        if len(held) >= BATCH or (held and type(held[0]) is not type(group)):
            yield held
            held = []
        held.append(group)
    if held:
        yield held


def restore_batch(
    work: CustodyWork, target: Instance, origin: str, groups: Sequence[Group], *, write: bool
) -> Restored:
    """Restore some keys or some secrets, or without ``write`` say what that would do.

    ``origin`` is the account that they were backed up from. Refusal Rejected.LimitExceeded.
    """
    batch = _Batch(work, target, shares=origin == target.account_id)
    batch.keys([one for one in groups if isinstance(one, KeyGroup)])
    batch.secrets([one for one in groups if isinstance(one, SecretGroup)])
    if write:
        require_room(work, target, batch.done)
        rebuilding = Rebuilding(work, target, origin)
        rebuilding.keys(batch.new_keys, batch.taken_aliases)
        rebuilding.secrets(batch.new_secrets)
    return batch.done


class _Batch:
    """Decides what becomes of some keys and secrets."""

    def __init__(self, work: CustodyWork, target: Instance, *, shares: bool) -> None:
        self.done = Restored()
        self.new_keys: list[KeyGroup] = []
        self.new_secrets: list[SecretGroup] = []
        self.taken_aliases: set[str] = set()
        self._contents = work.backup_contents
        self._target = target
        self._shares = shares

    def keys(self, groups: Sequence[KeyGroup]) -> None:
        """Decide what becomes of keys."""
        places = self._contents.keys_taken([one.record.key.id for one in groups])
        versions = [version.id for one in groups for version in one.versions]
        taken = self._contents.versions_taken(versions)
        for one in groups:
            key_id = one.record.key.id
            if key_id in places and places[key_id] == self._target.id:
                self.done.present += 1
            elif key_id in places or any(version.id in taken for version in one.versions):
                self.done.skipped.append(key_id)
            else:
                self.new_keys.append(one)
                self.done.keys += 1
                self.done.key_versions += len(one.versions)
                self._share(one.record.key.policy)
        names = [alias.name for one in self.new_keys for alias in one.record.aliases]
        place = self._target.account_id, self._target.region
        self.taken_aliases = self._contents.aliases_taken(*place, names)
        self.done.skipped += sorted(self.taken_aliases)

    def secrets(self, groups: Sequence[SecretGroup]) -> None:
        """Decide what becomes of secrets: one is known again by its name and when it was made."""
        names = [one.record.name for one in groups]
        place = self._target.account_id, self._target.region
        places = self._contents.secrets_taken(*place, names)
        for one in groups:
            there = places.get(one.record.name)
            if there is None:
                self.new_secrets.append(one)
                self.done.secrets += 1
                self.done.secret_versions += len(one.versions)
                self._share(one.record.policy)
            elif (there.instance_id, there.created_at) == (self._target.id, one.record.created_at):
                self.done.present += 1
            else:
                self.done.skipped.append(one.record.name)

    def _share(self, policy: str) -> None:
        if self._shares:
            self.done.accounts |= accounts_of(policy, self._target.account_id)


def _grouped(records: Iterable[Record]) -> Iterator[Group]:
    """Keys and secrets with the versions that follow each."""
    head: KeyRecord | SecretRecord | None = None
    versions: list[VersionRecord | SecretVersionRecord] = []
    for record in records:
        if isinstance(record, VersionRecord | SecretVersionRecord):
            versions.append(record)
        else:
            if head is not None:
                yield _group(head, versions)
            head, versions = None, []
            if isinstance(record, KeyRecord | SecretRecord):
                head = record
    if head is not None:
        yield _group(head, versions)


def _group(
    head: KeyRecord | SecretRecord, versions: Sequence[VersionRecord | SecretVersionRecord]
) -> Group:
    if isinstance(head, KeyRecord):
        return KeyGroup(head, [one for one in versions if isinstance(one, VersionRecord)])
    return SecretGroup(head, [one for one in versions if isinstance(one, SecretVersionRecord)])
