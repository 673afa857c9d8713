"""Importing key material: bring your own key. Source: facts/kms-api.md A.2 (Import), kms.md 4.5.

`parameters` makes an RSA or SM2 key pair and an import token. The token holds the private half,
sealed, bound to the key and good for 24 hours, so nothing has to be kept in between. The owner
wraps his material with the public half and sends it back with the token. How asymmetric material
is wrapped no source tells; ours: docs/formats/import.md.
"""

import hmac
from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass, field, replace
from hashlib import sha256

import msgspec

from keylease.core.agenda import Appointment
from keylease.core.clock import DAY
from keylease.core.errors import Code, Parameter, Refusal
from keylease.crypto.algorithms import WRAPPINGS
from keylease.crypto.envelope import UnwrapFailed
from keylease.crypto.framing import frame
from keylease.crypto.providers import Storage
from keylease.crypto.secret import SecretBytes
from keylease.crypto.transport import TransportKey, new_transport_key, transport_key
from keylease.custody.keys import lookup
from keylease.custody.keys.material import Prepared, wrap, wrapping_of
from keylease.custody.keys.model import Key, key_scope
from keylease.custody.keys.removal import (
    EXPIRE_MATERIAL,
    destroy_in_token,
    destroy_material,
)
from keylease.custody.keys.states import KEY_LIFE, KeyEvent
from keylease.custody.work import CustodyWork

TOKEN_SECONDS = DAY

#: The last second that the APIs can write, 9999-12-31T23:59:59Z.
EXPIRES_MAX = 253_402_300_799

#: Base64 of wrapped material and of a token are shorter than this.
TEXT_CHARACTERS_MAX = 16_384


class _Token(msgspec.Struct, frozen=True):
    """What an import token holds; sealed, so nobody else reads or writes it."""

    key_id: str
    wrapping: str
    algorithm: str
    expires: int
    private: bytes = b""

    def __repr__(self) -> str:
        return "<_Token: hidden>"


@dataclass(frozen=True, slots=True)
class ImportParameters:
    """What `GetParametersForImport` answers; ``public`` is DER SubjectPublicKeyInfo."""

    key_id: str
    public: bytes
    token: bytes = field(repr=False)
    expires: int = 0


def parameters(
    work: CustodyWork, account_id: str, region: str, name: str, wrapping: str, algorithm: str
) -> ImportParameters:
    """A fresh key pair and token for one import; Refusals."""
    key = lookup.changeable(work, account_id, region, name, lock=False)
    _require_external(key)
    KEY_LIFE.after(key.state_at(work.now), KeyEvent.PREPARE_IMPORT, key.id)
    if algorithm not in WRAPPINGS.get(wrapping, ()):
        allowed = "; ".join(f"{spec} with {' or '.join(a)}" for spec, a in WRAPPINGS.items())
        raise Refusal(
            Code.INVALID_PARAMETER,
            "WrappingKeySpec and WrappingAlgorithm take {allowed}.",
            allowed=allowed,
        )
    pair = new_transport_key(wrapping, work.entropy)
    expires = work.now + TOKEN_SECONDS
    content = _Token(key.id, wrapping, algorithm, expires, pair.private().reveal())
    scope = wrapping_of(work, key, key_scope(key.id))
    sealed = work.vault.wrap(scope, SecretBytes(msgspec.msgpack.encode(content)), _context(key))
    return ImportParameters(key.id, pair.public(), sealed, expires)


def import_material(
    work: CustodyWork,
    account_id: str,
    region: str,
    name: str,
    encrypted: str,
    token: str,
    expires: int,
) -> Key:
    """ImportKeyMaterial: give a key its material; ``expires`` is an instant, 0 for never.

    The first import binds the key to that material for ever. Refusals: InvalidImportToken,
    ExpiredImportToken, InvalidKeyMaterial, InvalidParameter, Unsupported.Origin.
    """
    key = lookup.changeable(work, account_id, region, name)
    _require_external(key)
    state = KEY_LIFE.after(key.state_at(work.now), KeyEvent.IMPORT, key.id)
    if expires and not work.now < expires <= EXPIRES_MAX:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "{name} takes 0 for never, or a moment in the future, in seconds.",
            name=Parameter("KeyMaterialExpireUnix"),
        )
    pair, algorithm = _opened(work, key, token)
    material = pair.unwrap(algorithm, _decoded(encrypted, Code.INVALID_KEY_MATERIAL))
    _keep(work, key, material)
    key = replace(
        key,
        state=state,
        material_digest=_digest(key, material),
        material_expires_at=expires or None,
    )
    work.agenda.void(key.id, (EXPIRE_MATERIAL,))
    if expires:
        work.agenda.add([Appointment(EXPIRE_MATERIAL, key.id, expires)])
    work.keys.update(key)
    work.changed("key", key.id)
    return key


def delete_material(work: CustodyWork, account_id: str, region: str, name: str) -> Key:
    """DeleteKeyMaterial: the key waits for the same material again; Refusals."""
    key = lookup.changeable(work, account_id, region, name)
    _require_external(key)
    state = KEY_LIFE.after(key.state_at(work.now), KeyEvent.DELETE_MATERIAL, key.id)
    destroy_in_token(work, key)  # its owner is told if that is not possible now
    return without_material(work, replace(key, state=state))


def without_material(work: CustodyWork, key: Key) -> Key:
    """The key, once its imported material is destroyed."""
    destroy_material(work, key)
    work.agenda.void(key.id, (EXPIRE_MATERIAL,))
    key = replace(key, material_expires_at=None)
    work.keys.update(key)
    work.changed("key", key.id)
    return key


def _require_external(key: Key) -> None:
    if not key.is_external:
        raise Refusal(
            Code.UNSUPPORTED_ORIGIN,
            "This key origin is not valid for this api: create the key with Origin EXTERNAL.",
        )


def _opened(work: CustodyWork, key: Key, token: str) -> tuple[TransportKey, str]:
    """The private half that a token holds, and the algorithm; Refusals."""
    blob = _decoded(token, Code.INVALID_IMPORT_TOKEN)
    invalid = Refusal(
        Code.INVALID_IMPORT_TOKEN,
        "import token is invalid: send the one that came with this key's public key.",
    )
    try:
        content = wrapping_of(work, key, key_scope(key.id)).unwrap(blob, _context(key))
        found = msgspec.msgpack.decode(content.reveal(), type=_Token)
    except (UnwrapFailed, msgspec.MsgspecError):
        raise invalid from None
    if found.key_id != key.id:
        raise invalid
    if found.expires <= work.now:
        raise Refusal(Code.EXPIRED_IMPORT_TOKEN, "import token is expired: ask for new parameters.")
    return transport_key(found.wrapping, SecretBytes(found.private)), found.algorithm


def _keep(work: CustodyWork, key: Key, material: SecretBytes) -> None:
    if key.material_digest is not None and not hmac.compare_digest(
        key.material_digest, _digest(key, material)
    ):
        raise Refusal(
            Code.INVALID_KEY_MATERIAL,
            "key material is invalid: only the material that was imported first fits this key.",
        )
    version = work.keys.version(key.id, key.primary_version)
    if version is None:
        raise lookup.key_not_found()
    provider = work.providers.of(key.protection)
    made = provider.adopt(key.key_spec, Storage(key.storage), version.id, material)
    wrapping = wrapping_of(work, key, version.scope)
    prepared = Prepared(version.id, key.key_spec, made)
    work.keys.update_version(
        replace(version, wrapped=wrap(work, key, wrapping, prepared), public=made.public)
    )


def _digest(key: Key, material: SecretBytes) -> bytes:
    """What recognises the material again: a hash that is bound to the key."""
    return sha256(frame([key.id]) + material.reveal()).digest()


def _decoded(text: str, code: Code) -> bytes:
    refusal = Refusal(code, "It is not Base64, or too long: send what was returned.")
    if len(text) > TEXT_CHARACTERS_MAX:
        raise refusal
    try:
        return b64decode(text, validate=True)
    except (NotBase64, ValueError):
        raise refusal from None


def _context(key: Key) -> tuple[str, ...]:
    return ("import-token", key.account_id, key.id)
