"""The values of secrets: opened when they are backed up, sealed again where they are restored.

The key that protects a value is used whatever its state: a backup is no use of it. How values are
kept: `keylease.custody.secrets.protection`.
"""

from keylease.crypto.envelope import WrappingKey
from keylease.crypto.providers import UsableKey
from keylease.custody.backups.ports import StoredSecretVersion
from keylease.custody.backups.records import SecretVersionRecord
from keylease.custody.keys.material import usable, wrapping_of
from keylease.custody.keys.model import Key, KeyVersion, instance_scope
from keylease.custody.secrets.protection import (
    Place,
    key_version_of,
    opened_by_instance,
    opened_by_key,
    sealed_by_instance,
    sealed_by_key,
)
from keylease.custody.work import CustodyWork

#: How many keys are held open while secrets are gone through.
_KEYS_MAX = 1_000


class Values:
    """Opens and seals the values of one instance's secrets."""

    def __init__(self, work: CustodyWork, account_id: str, instance_id: str) -> None:
        self._work = work
        self._account_id = account_id
        self._instance_id = instance_id
        self._place: WrappingKey | None = None
        self._open: dict[str, UsableKey | None] = {}

    @property
    def place(self) -> WrappingKey:
        """The instance's wrapping key, opened when it is needed first."""
        if self._place is None:
            scope = instance_scope(self._instance_id)
            self._place = self._work.vault.scope(self._work.wrapping_keys, scope)
        return self._place

    def opened(self, key_id: str, version: StoredSecretVersion) -> bytes | None:
        """The value of a version; None where its key has lost its material. `UnwrapFailed`."""
        place = self._place_of(version.secret_id, version.id)
        under = key_version_of(version.data_key)
        if under is None:
            return opened_by_instance(version.data_key, version.sealed, place, self.place)
        used = self._usable(key_id, under)
        if used is None:
            return None
        return opened_by_key(version.data_key, version.sealed, place, used)

    def sealed(
        self, secret_id: str, key: Key | None, record: SecretVersionRecord
    ) -> StoredSecretVersion:
        """A version as it is kept, under ``key`` if it has material, else under the instance's."""
        place, value = self._place_of(secret_id, record.id), record.value or b""
        entropy, nonces = self._work.entropy, self._work.vault.nonces
        used = None if key is None else self._usable(key.id, key.primary_version)
        if used is None:
            kept = sealed_by_instance(value, place, self.place, entropy, nonces)
        else:
            kept = sealed_by_key(value, place, used, entropy, nonces)
        return StoredSecretVersion(
            secret_id=secret_id,
            id=record.id,
            number=record.number,
            data_type=record.data_type,
            data_key=kept.data_key,
            sealed=kept.sealed,
            stages=record.stages,
            created_at=record.created_at,
        )

    def _usable(self, key_id: str, version_id: str) -> UsableKey | None:
        if version_id not in self._open:
            if len(self._open) >= _KEYS_MAX:
                self._open.clear()
            key = self._work.keys.find(key_id)
            version = None if key is None else self._work.keys.version(key_id, version_id)
            self._open[version_id] = self._loaded(key, version)
        return self._open[version_id]

    def _loaded(self, key: Key | None, version: KeyVersion | None) -> UsableKey | None:
        if key is None or version is None or not version.wrapped:
            return None
        return usable(self._work, key, version, wrapping_of(self._work, key, version.scope))

    def _place_of(self, secret_id: str, version_id: str) -> Place:
        return Place(self._account_id, self._instance_id, secret_id, version_id)
