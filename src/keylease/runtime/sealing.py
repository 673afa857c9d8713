"""Encrypt, Decrypt, ReEncrypt and data keys, from memory. Source: facts/kms-api.md A.2."""

from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from keylease.access.admission import Caller
from keylease.core.entropy import Entropy
from keylease.core.errors import Code, Refusal
from keylease.crypto.algorithms import Family, KeyUsage
from keylease.crypto.ciphertext import (
    canonical_context,
    check_plaintext,
    former_context,
    invalid_ciphertext,
    parse,
    split,
)
from keylease.crypto.nonces import NONCE_BYTES, NonceSequence
from keylease.crypto.providers import UndecryptableInput, UsableKey
from keylease.custody.data_keys import DataKey
from keylease.custody.keys.lookup import key_not_found
from keylease.runtime.gate import Gate, Step, primary_of
from keylease.runtime.look import Look
from keylease.runtime.memory import RememberedKey

DATA_KEY_BYTES_MAX = 1024

_DATA_KEY_SPECS = {"AES_256": 32, "AES_128": 16}

Context = Mapping[str, str]

#: Before a ciphertext that describes itself: a mark, its version, and Galois/Counter mode.
ADVANCE_PREFIX = b"$\x00\x02"

#: How keys encrypt at the instance gateway.
ADVANCE_ALGORITHMS = {Family.AES: "AES_GCM", Family.SM4: "SM4_GCM"}


@dataclass(frozen=True, slots=True)
class AdvanceInput:
    """What AdvanceEncrypt is told besides key and plaintext."""

    algorithm: str | None
    aad: bytes

    def algorithm_of(self, key: RememberedKey) -> str:
        """The algorithm that a key encrypts with; Refusal if another was named."""
        own = ADVANCE_ALGORITHMS.get(key.spec.family)
        if own is None:
            raise Refusal(
                Code.UNSUPPORTED,
                "This action is not supported: {key} is a {spec} key.",
                key=key.id,
                spec=key.spec.name,
            )
        if self.algorithm not in {None, own}:
            raise Refusal(
                Code.INVALID_PARAMETER,
                "Algorithm takes {allowed} for a {spec} key.",
                allowed=own,
                spec=key.spec.name,
            )
        return own


class Sealing:
    """What keys do whose ciphertexts name their version: AES, SM4, and ML-KEM."""

    def __init__(self, gate: Gate, entropy: Entropy, nonces: NonceSequence) -> None:
        self._gate = gate
        self._entropy = entropy
        self._nonces = nonces

    def encrypt(
        self, look: Look, caller: Caller, key_name: str, plaintext: bytes, context: Context
    ) -> Step[bytes]:
        """Encrypt with the key's primary version; the ciphertext names it."""
        return self._sealed(look, caller, key_name, plaintext, context, "Encrypt")

    def decrypt(
        self, look: Look, caller: Caller, ciphertext: bytes, context: Context
    ) -> Step[bytes]:
        """Decrypt; key and version are found from the ciphertext, which is in Base64."""
        return self.opened(look, caller, ciphertext, context, "Decrypt")

    def data_key(
        self, look: Look, caller: Caller, key_name: str, size: int, context: Context, action: str
    ) -> Step[tuple[bytes, bytes]]:
        """A fresh data key: its Base64 text, and that text encrypted."""
        text = b64encode(self._entropy.random(size))
        sealed = self._sealed(look, caller, key_name, text, context, action)
        return sealed.then(lambda blob: (text, blob))

    def re_encrypt(
        self,
        look: Look,
        caller: Caller,
        source: Step[bytes],
        key_name: str,
        context: Context,
    ) -> Step[bytes]:
        """Decrypt by a step that was decided, and encrypt with another key."""
        bound = canonical_context(context)
        key, version = self._primary(look, caller, key_name, "ReEncryptTo")

        def run() -> bytes:
            return seal(version, source.run(), bound, self._nonces)

        return Step(key.id, version.version_id, source.is_quick and version.is_quick, run)

    def opened(
        self, look: Look, caller: Caller, ciphertext: bytes, context: Context, action: str
    ) -> Step[bytes]:
        """Decrypt for an operation: to answer, to encrypt again, or to export."""
        bound = canonical_context(context)
        return self._opened(look, caller, parse(ciphertext), bound, action)

    def advance_encrypt(
        self, look: Look, caller: Caller, key_name: str, plaintext: bytes, given: AdvanceInput
    ) -> Step[tuple[str, bytes]]:
        """Encrypt like the instance gateway: the algorithm, and what opens there."""
        check_plaintext(plaintext)
        key, version = self._primary(look, caller, key_name, "AdvanceEncrypt")
        algorithm = given.algorithm_of(key)
        nonces = self._nonces
        return Step(
            key.id,
            version.version_id,
            version.is_quick,
            lambda: (algorithm, ADVANCE_PREFIX + seal(version, plaintext, given.aad, nonces)),
        )

    def managed_data_key(self, look: Look, caller: Caller, of: DataKey, number: int) -> Step[bytes]:
        """The plaintext of a version of a managed data key."""
        version = of.versions[number - 1]
        parts = split(version.ciphertext)
        return self._opened(look, caller, parts, of.bound(version), "GetManagedDataKey")

    def _opened(
        self, look: Look, caller: Caller, parts: tuple[str, bytes], bound: bytes, action: str
    ) -> Step[bytes]:
        version_id, body = parts
        key = self._gate.usable(look, caller, look.key_id_of_version(version_id), action)
        version = key.versions.get(version_id)
        if version is None:
            raise key_not_found()
        if not key.spec.seals:
            raise invalid_ciphertext()
        return Step(key.id, version_id, version.is_quick, lambda: _open(version, body, bound))

    def _sealed(
        self,
        look: Look,
        caller: Caller,
        key_name: str,
        plaintext: bytes,
        context: Context,
        action: str,
    ) -> Step[bytes]:
        bound = canonical_context(context)
        check_plaintext(plaintext)
        key, version = self._primary(look, caller, key_name, action)
        nonces = self._nonces
        return Step(
            key.id,
            version.version_id,
            version.is_quick,
            lambda: seal(version, plaintext, bound, nonces),
        )

    def _primary(
        self, look: Look, caller: Caller, key_name: str, action: str
    ) -> tuple[RememberedKey, UsableKey]:
        key = self._gate.named(look, caller, key_name, action)
        if not (key.spec.seals and key.usage == KeyUsage.ENCRYPT_DECRYPT):
            raise Refusal(
                Code.UNSUPPORTED,
                "This action is not supported: {key} is a {spec} key for {usage}.",
                key=key.id,
                spec=key.spec.name,
                usage=key.usage,
            )
        return key, primary_of(key)


def data_key_size(spec: str, number_of_bytes: int | None) -> int:
    """The bytes of a data key; Refusal InvalidParameter. NumberOfBytes goes before KeySpec."""
    if number_of_bytes is not None:
        if not 1 <= number_of_bytes <= DATA_KEY_BYTES_MAX:
            raise Refusal(
                Code.INVALID_PARAMETER, "NumberOfBytes takes 1 to {most}.", most=DATA_KEY_BYTES_MAX
            )
        return number_of_bytes
    if spec not in _DATA_KEY_SPECS:
        raise Refusal(
            Code.INVALID_PARAMETER, "KeySpec takes {allowed}.", allowed=" or ".join(_DATA_KEY_SPECS)
        )
    return _DATA_KEY_SPECS[spec]


def iv_of(advanced: bytes) -> bytes:
    """The nonce of a ciphertext that describes itself."""
    _, body = split(advanced[len(ADVANCE_PREFIX) :])
    return body[:NONCE_BYTES]


def seal(version: UsableKey, plaintext: bytes, bound: bytes, nonces: NonceSequence) -> bytes:
    """A ciphertext that names the version it is made with."""
    return version.version_id.encode() + version.seal(plaintext, bound, nonces)


def _open(version: UsableKey, body: bytes, bound: bytes) -> bytes:
    for context in (bound, former_context(bound)):
        if context is not None:
            with suppress(UndecryptableInput):
                return version.open(body, context)
    raise invalid_ciphertext()
