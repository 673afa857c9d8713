"""The values of secrets: opened when they are backed up, sealed again where they are restored.

A value is under a data key of its own; that is under the instance's wrapping key, or under a key of
the customer's in the same instance, whatever its state: a backup is no use of it.
"""

from keylease.crypto.envelope import UnwrapFailed, WrappingKey
from keylease.crypto.framing import frame
from keylease.crypto.providers import UndecryptableInput, UsableKey
from keylease.crypto.secret import SecretBytes
from keylease.custody.backups.ports import StoredSecretVersion
from keylease.custody.backups.records import SecretVersionRecord
from keylease.custody.keys.material import usable, wrapping_of
from keylease.custody.keys.model import Key, KeyVersion, instance_scope
from keylease.custody.work import CustodyWork

#: How a data key begins that is under a customer's key; its version's id follows.
_UNDER_KEY = b"\x02"
_VERSION_ID_BYTES = 36

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
        context = self._context(version.secret_id, version.id)
        blob = version.data_key
        if blob.startswith(_UNDER_KEY):
            used = self._usable(key_id, blob[1 : 1 + _VERSION_ID_BYTES].decode())
            if used is None:
                return None
            data_key = _opened_by(used, blob[1 + _VERSION_ID_BYTES :], context)
        else:
            data_key = self.place.unwrap(blob, ("secret-key", *context))
        return WrappingKey(data_key).unwrap(version.sealed, ("secret-value", *context)).reveal()

    def sealed(
        self, secret_id: str, key: Key | None, record: SecretVersionRecord
    ) -> StoredSecretVersion:
        """A version as it is kept, under ``key`` if it has material, else under the instance's."""
        work, context = self._work, self._context(secret_id, record.id)
        data_key = WrappingKey.generate(work.entropy)
        used = None if key is None else self._usable(key.id, key.primary_version)
        if used is None:
            blob = work.vault.wrap(self.place, data_key.material, ("secret-key", *context))
        else:
            body = used.seal(data_key.material.reveal(), _bound(context), work.vault.nonces)
            blob = _UNDER_KEY + used.version_id.encode() + body
        value = SecretBytes(record.value or b"")
        return StoredSecretVersion(
            secret_id=secret_id,
            id=record.id,
            number=record.number,
            data_type=record.data_type,
            data_key=blob,
            sealed=work.vault.wrap(data_key, value, ("secret-value", *context)),
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

    def _context(self, secret_id: str, version_id: str) -> tuple[str, ...]:
        return self._account_id, self._instance_id, secret_id, version_id


def _opened_by(used: UsableKey, body: bytes, context: tuple[str, ...]) -> SecretBytes:
    try:
        return SecretBytes(used.open(body, _bound(context)))
    except UndecryptableInput:
        raise UnwrapFailed("the data key of a secret does not open with its key") from None


def _bound(context: tuple[str, ...]) -> bytes:
    return frame(("secret-key", *context))
