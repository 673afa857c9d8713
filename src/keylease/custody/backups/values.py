"""The values of secrets: opened when they are backed up, sealed again where they are restored."""

from keylease.core.entropy import Entropy
from keylease.crypto.envelope import WrappingKey
from keylease.crypto.secret import SecretBytes
from keylease.custody.backups.ports import StoredSecretVersion
from keylease.custody.backups.records import SecretVersionRecord
from keylease.custody.vault import Vault


def open_value(place: WrappingKey, account_id: str, version: StoredSecretVersion) -> bytes:
    """The value of a version, which the wrapping key of its instance opens; `UnwrapFailed`."""
    context = _context(account_id, version.secret_id, version.id)
    data_key = WrappingKey(place.unwrap(version.data_key, ("secret-key", *context)))
    return data_key.unwrap(version.sealed, ("secret-value", *context)).reveal()


def seal_value(
    vault: Vault,
    entropy: Entropy,
    place: WrappingKey,
    account_id: str,
    secret_id: str,
    record: SecretVersionRecord,
) -> StoredSecretVersion:
    """A version as it is kept in the instance with this wrapping key."""
    context = _context(account_id, secret_id, record.id)
    data_key = WrappingKey.generate(entropy)
    return StoredSecretVersion(
        secret_id=secret_id,
        id=record.id,
        number=record.number,
        data_type=record.data_type,
        data_key=vault.wrap(place, data_key.material, ("secret-key", *context)),
        sealed=vault.wrap(data_key, SecretBytes(record.value), ("secret-value", *context)),
        stages=record.stages,
        created_at=record.created_at,
    )


def _context(account_id: str, secret_id: str, version_id: str) -> tuple[str, ...]:
    return account_id, secret_id, version_id
