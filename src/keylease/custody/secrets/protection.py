"""How values are kept: each version under a data key of its own. Source: design.md 4.

The value is encrypted with a fresh data key (AES-256-GCM), bound to its account, instance, secret
and version. The data key is wrapped by the instance's wrapping key, or encrypted under a key of
the customer's in the same instance: then using the secret is using that key.
Format: docs/formats/secret-value.md.
"""

from dataclasses import dataclass, field

from keylease.core.entropy import Entropy
from keylease.core.errors import Code, Parameter, Refusal
from keylease.crypto.algorithms import KeyUsage
from keylease.crypto.envelope import UnwrapFailed, WrappingKey
from keylease.crypto.framing import frame
from keylease.crypto.nonces import NonceSequence
from keylease.crypto.providers import UndecryptableInput, UsableKey
from keylease.crypto.secret import SecretBytes
from keylease.custody.keys import lookup as keys
from keylease.custody.keys.material import usable, wrapping_of
from keylease.custody.keys.model import Key, instance_scope
from keylease.custody.keys.states import KEY_LIFE, KeyEvent
from keylease.custody.secrets.model import Secret, SecretVersion
from keylease.custody.work import CustodyWork

#: What a data key begins with that a customer's key encrypted; others begin with 0x01.
_UNDER_KEY = b"\x02"
_KEY_VERSION_CHARACTERS = 36


@dataclass(frozen=True, slots=True)
class Place:
    """What the value of a version is bound to: it opens nowhere else."""

    account_id: str
    instance_id: str
    secret_id: str
    version_id: str

    def context(self, purpose: str) -> tuple[str, ...]:
        """The context of one of the two layers."""
        return (purpose, self.account_id, self.instance_id, self.secret_id, self.version_id)


@dataclass(frozen=True, slots=True)
class Protected:
    """A value as it is kept."""

    data_key: bytes = field(repr=False)
    sealed: bytes = field(repr=False)


def place_of(secret: Secret, version_id: str) -> Place:
    """Where a version of a secret belongs."""
    return Place(secret.account_id, secret.instance_id, secret.id, version_id)


def protect(work: CustodyWork, secret: Secret, version_id: str, value: bytes) -> Protected:
    """A value under a fresh data key; Refusals of the secret's encryption key."""
    place, entropy, nonces = place_of(secret, version_id), work.entropy, work.vault.nonces
    if not secret.encryption_key_id:
        instance = work.vault.scope(work.wrapping_keys, instance_scope(secret.instance_id))
        return sealed_by_instance(value, place, instance, entropy, nonces)
    key = encryption_key(work, secret)
    return sealed_by_key(value, place, _version(work, key, key.primary_version), entropy, nonces)


def revealed(work: CustodyWork, secret: Secret, version: SecretVersion) -> bytes:
    """The value of a version, inside a unit of work; Refusals of the secret's encryption key."""
    place = place_of(secret, version.id)
    used = key_version_of(version.data_key)
    if used is None:
        instance = work.vault.scope(work.wrapping_keys, instance_scope(secret.instance_id))
        return opened_by_instance(version.data_key, version.sealed, place, instance)
    key = encryption_key(work, secret)
    return opened_by_key(version.data_key, version.sealed, place, _version(work, key, used))


def encryption_key(work: CustodyWork, secret: Secret) -> Key:
    """The key that protects a secret, if it can be used now and is fit for it; Refusals."""
    key = keys.owned(work, secret.account_id, secret.region, secret.encryption_key_id)
    if key.instance_id != secret.instance_id:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "{name} takes a key of the same instance.",
            name=Parameter("EncryptionKeyId"),
        )
    fits = key.key_spec.seals and key.key_spec.is_symmetric
    if not fits or key.usage != KeyUsage.ENCRYPT_DECRYPT:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "{name} takes a symmetric key.",
            name=Parameter("EncryptionKeyId"),
        )
    KEY_LIFE.after(key.state_at(work.now), KeyEvent.USE, key.id)
    return key


def key_version_of(data_key: bytes) -> str | None:
    """The version of the customer's key that a data key is under, None for the instance's."""
    if not data_key.startswith(_UNDER_KEY):
        return None
    return data_key[1 : 1 + _KEY_VERSION_CHARACTERS].decode()


def sealed_by_instance(
    value: bytes, place: Place, instance: WrappingKey, entropy: Entropy, nonces: NonceSequence
) -> Protected:
    """A value under a fresh data key that the instance's wrapping key protects."""
    data_key = WrappingKey.generate(entropy)
    wrapped = instance.wrap(data_key.material, place.context("secret-key"), nonces)
    return Protected(wrapped, _sealed(value, place, data_key, nonces))


def sealed_by_key(
    value: bytes, place: Place, used: UsableKey, entropy: Entropy, nonces: NonceSequence
) -> Protected:
    """A value under a fresh data key that a version of a customer's key protects."""
    data_key = WrappingKey.generate(entropy)
    body = used.seal(data_key.material.reveal(), _bound(place), nonces)
    wrapped = _UNDER_KEY + used.version_id.encode() + body
    return Protected(wrapped, _sealed(value, place, data_key, nonces))


def opened_by_instance(
    data_key: bytes, sealed: bytes, place: Place, instance: WrappingKey
) -> bytes:
    """A value whose data key the instance's wrapping key protects; UnwrapFailed."""
    return _opened(instance.unwrap(data_key, place.context("secret-key")), sealed, place)


def opened_by_key(data_key: bytes, sealed: bytes, place: Place, used: UsableKey) -> bytes:
    """A value whose data key a version of a customer's key protects; UnwrapFailed."""
    try:
        body = data_key[1 + _KEY_VERSION_CHARACTERS :]
        opened = SecretBytes(used.open(body, _bound(place)))
    except UndecryptableInput:
        raise UnwrapFailed("the data key of a secret does not open with its key") from None
    return _opened(opened, sealed, place)


def _sealed(value: bytes, place: Place, data_key: WrappingKey, nonces: NonceSequence) -> bytes:
    return data_key.wrap(SecretBytes(value), place.context("secret-value"), nonces)


def _opened(data_key: SecretBytes, sealed: bytes, place: Place) -> bytes:
    return WrappingKey(data_key).unwrap(sealed, place.context("secret-value")).reveal()


def _version(work: CustodyWork, key: Key, version_id: str) -> UsableKey:
    version = work.keys.version(key.id, version_id)
    if version is None or not version.wrapped:
        raise keys.key_not_found()
    return usable(work, key, version, wrapping_of(work, key, version.scope))


def _bound(place: Place) -> bytes:
    return frame(place.context("secret-key"))
