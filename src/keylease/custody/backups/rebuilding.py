"""Keys and secrets of a backup, made anew in another instance.

* A deletion that was scheduled is not scheduled any more: such a key comes back disabled.
* Imported material that expired meanwhile stays away: the key waits for it.
* The rotation of keys goes on by their period; that of secrets is off, for whatever they open may
  be rotated from elsewhere.
* A secret whose encryption key is not in the instance is protected by the instance itself.
* Under another account, policies are left out, because they name the old one.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from keylease.access.policies.texts import resource_policy
from keylease.core import ids
from keylease.core.agenda import Appointment
from keylease.crypto.algorithms import ProtectionLevel
from keylease.crypto.envelope import WrappingKey
from keylease.crypto.providers import Storage
from keylease.crypto.secret import SecretBytes
from keylease.custody.backups.ports import StoredKey, StoredSecret, StoredSecretVersion
from keylease.custody.backups.records import (
    KeyRecord,
    SecretRecord,
    SecretVersionRecord,
    VersionRecord,
)
from keylease.custody.backups.values import Values
from keylease.custody.instances.model import Instance
from keylease.custody.keys.model import Alias, Key, KeyVersion, key_scope, version_context
from keylease.custody.keys.removal import EXPIRE_MATERIAL
from keylease.custody.keys.rotation import plan_rotation
from keylease.custody.keys.states import KeyState
from keylease.custody.secrets.model import Rotation
from keylease.custody.tags import TaggedKind
from keylease.custody.work import CustodyWork, local_subject


@dataclass(frozen=True, slots=True)
class KeyGroup:
    """A key and its versions, as they are backed up."""

    record: KeyRecord
    versions: Sequence[VersionRecord]


@dataclass(frozen=True, slots=True)
class SecretGroup:
    """A secret and its versions, as they are backed up."""

    record: SecretRecord
    versions: Sequence[SecretVersionRecord]


Group = KeyGroup | SecretGroup


def accounts_of(policy: str, owner: str) -> frozenset[str]:
    """The other accounts that the policy of a key or secret lets in; Refusal InvalidParameter."""
    read = resource_policy(policy)
    return frozenset(read.allowed_accounts - {owner}) if read else frozenset()


class Rebuilding:
    """Writes keys and secrets into an instance. ``origin`` is the account they were backed up from.

    `RootChanged`.
    """

    def __init__(self, work: CustodyWork, target: Instance, origin: str) -> None:
        self._work = work
        self._target = target
        self._is_foreign = origin != target.account_id
        self._values = Values(work, target.account_id, target.id)

    def keys(self, groups: Sequence[KeyGroup], taken_aliases: Collection[str]) -> None:
        """Write keys with their versions, and those of their aliases that are free."""
        if not groups:
            return
        root = self._work.vault.root
        keys: list[StoredKey] = []
        versions: list[KeyVersion] = []
        wrapping: dict[str, bytes] = {}
        for one in groups:
            key, scope = self._key(one), key_scope(one.record.key.id)
            own, wrapping[scope] = self._work.vault.make_within(scope, self._values.place, root)
            expired = one.record.key.material_expires_at != key.material_expires_at
            versions += [self._version(key, version, own, expired) for version in one.versions]
            aliases = self._aliases(one.record, taken_aliases)
            keys.append(StoredKey(key, iter(()), aliases, one.record.tags))
            self._share(TaggedKind.KEY, key.id, key.policy)
            self._work.changed("key", key.id)
        self._work.backup_contents.add_keys(keys, versions, wrapping, root.fingerprint)

    def secrets(self, groups: Sequence[SecretGroup]) -> None:
        """Write secrets with those of their versions whose value is not lost."""
        if not groups:
            return
        keys = self._encryption_keys(groups)
        secrets: list[StoredSecret] = []
        versions: list[StoredSecretVersion] = []
        place = self._target.account_id, self._target.region
        for one in groups:
            secret_id = ids.uuid(self._work.entropy)
            key = keys.get(one.record.encryption_key_id)
            record = self._secret(one.record, key)
            secrets.append(StoredSecret(secret_id, self._target.id, record, iter(())))
            self._share(TaggedKind.SECRET, secret_id, record.policy)
            versions += [
                self._values.sealed(secret_id, key, version)
                for version in one.versions
                if version.value is not None
            ]
            self._work.changed("secret", local_subject(*place, record.name))
        self._work.backup_contents.add_secrets(*place, secrets, versions)

    def _share(self, kind: TaggedKind, resource_id: str, policy: str) -> None:
        if accounts := accounts_of(policy, self._target.account_id):
            self._work.sharing.replace(kind, resource_id, self._target.id, accounts)

    def _key(self, group: KeyGroup) -> Key:
        """The key as it is in its new place, with what is due for it on the agenda."""
        work, old = self._work, group.record.key
        key = replace(
            old,
            account_id=self._target.account_id,
            region=self._target.region,
            instance_id=self._target.id,
            protection_level=ProtectionLevel.SOFTWARE,
            storage=Storage.SOFTWARE.value,
            state=old.state_at(work.now),
            delete_at=None,
        )
        if key.state is KeyState.PENDING_DELETION:
            key = replace(key, state=KeyState.DISABLED)
        if self._is_foreign:
            key = replace(key, policy="", creator=self._target.account_id)
        if key.is_external and not any(one.material for one in group.versions):
            key = replace(key, state=KeyState.PENDING_IMPORT, material_expires_at=None)
        expires = key.material_expires_at
        if expires is not None and expires <= work.now:
            key = replace(key, state=KeyState.PENDING_IMPORT, material_expires_at=None)
        elif expires is not None:
            work.agenda.add([Appointment(EXPIRE_MATERIAL, key.id, expires)])
        return plan_rotation(work, key) if key.rotation_interval is not None else key

    def _version(
        self,
        key: Key,
        record: VersionRecord,
        own: WrappingKey,
        expired: bool,  # noqa: FBT001 - private
    ) -> KeyVersion:
        wrapped = b""
        if record.material and not expired:
            context = version_context(key, record.id)
            wrapped = self._work.vault.wrap(own, SecretBytes(record.material), context)
        return KeyVersion(
            id=record.id,
            key_id=key.id,
            instance_id=key.instance_id,
            scope=key_scope(key.id),
            created_at=record.created_at,
            wrapped=wrapped,
            public=record.public,
        )

    def _aliases(self, record: KeyRecord, taken: Collection[str]) -> list[Alias]:
        place = self._target.account_id, self._target.region
        free = [one for one in record.aliases if one.name not in taken]
        for one in free:
            self._work.changed("alias", local_subject(*place, one.name))
        return [Alias(*place, one.name, record.key.id, one.created_at) for one in free]

    def _encryption_keys(self, groups: Sequence[SecretGroup]) -> Mapping[str, Key]:
        wanted = {one.record.encryption_key_id for one in groups} - {""}
        found = self._work.keys.find_many(wanted)
        return {one.id: one for one in found.values() if one.instance_id == self._target.id}

    def _secret(self, record: SecretRecord, key: Key | None) -> SecretRecord:
        return msgspec.structs.replace(
            record,
            encryption_key_id="" if key is None else key.id,
            policy="" if self._is_foreign else record.policy,
            creator=self._target.account_id if self._is_foreign else record.creator,
            rotation=Rotation.DISABLED.value,
            rotation_interval=None,
            delete_at=None,
        )
