"""Encrypt, Decrypt, data keys, and the same in their ``Advance`` and ``Kms`` forms.

Source: facts/kms-api.md C (Cryptography, Transfer client).
"""

from collections.abc import Callable
from dataclasses import dataclass

from keylease.api.gateway.calls import Answer, Asked, invalid
from keylease.api.gateway.messages import Value
from keylease.core.errors import Code, Refusal
from keylease.crypto.algorithms import KeyUsage, algorithm_of
from keylease.crypto.ciphertext import MAX_PLAINTEXT, invalid_ciphertext, split
from keylease.crypto.nonces import NONCE_BYTES
from keylease.crypto.providers import UndecryptableInput, UsableKey
from keylease.runtime.gate import Step, primary_of
from keylease.runtime.memory import RememberedKey
from keylease.runtime.sealing import ADVANCE_ALGORITHMS, ADVANCE_PREFIX, DATA_KEY_BYTES_MAX, seal

DATA_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Sealer:
    """Encrypts with one version of a symmetric key, and binds what the call wants bound.

    With ``advance`` its ciphertexts describe themselves.
    """

    asked: Asked
    key_id: str
    version: UsableKey
    algorithm: str
    advance: bool

    def seal(self, plaintext: bytes) -> tuple[bytes, bytes]:
        """Nonce and ciphertext."""
        blob = self.named(plaintext)
        _, body = split(blob)
        nonce = body[:NONCE_BYTES]
        return nonce, ADVANCE_PREFIX + blob if self.advance else body[NONCE_BYTES:]

    def named(self, plaintext: bytes) -> bytes:
        """A ciphertext that names its version, as the OpenAPI has them."""
        aad = self.asked.message.data("Aad")
        return seal(self.version, plaintext, aad, self.asked.service.nonces)

    def step(
        self, fields: Callable[[], dict[str, Value]], *, is_quick: bool = True
    ) -> Step[Answer]:
        """What answers these fields, and how they were made."""
        said: dict[str, Value] = {"Algorithm": self.algorithm}
        if self.advance:
            said["KeyVersionId"] = self.version.version_id
        return Step(
            self.key_id,
            self.version.version_id,
            self.version.is_quick and is_quick,
            lambda: said | fields(),
        )


def sealer(asked: Asked, key: RememberedKey, *, advance: bool) -> Sealer:
    """The sealer of a key: with its primary version, or the one of `Asked.version`; Refusals.

    A nonce is ours to choose: one that comes twice under a key would give both plaintexts away.
    """
    algorithm = _algorithm(asked, key)
    if asked.message.values.get("Iv"):
        raise invalid("Iv", "leave it out: the service chooses it, so that none comes twice")
    version = primary_of(key) if advance else asked.version(key)
    return Sealer(asked, key.id, version, algorithm, advance)


def encrypt(asked: Asked) -> Step[Answer]:
    """Encrypt: a nonce beside the ciphertext; or with a public key."""
    key = asked.key()
    if key.spec.has_public_key:
        return _with_public_key(asked, key)
    return _encrypted(sealer(asked, key, advance=False))


def advance_encrypt(asked: Asked) -> Step[Answer]:
    """AdvanceEncrypt: the ciphertext says which version of which key it was made by."""
    return _encrypted(sealer(asked, asked.key(), advance=True))


def decrypt(asked: Asked) -> Step[Answer]:
    """Decrypt what Encrypt answered."""
    key = asked.key_of(asked.version_id) if asked.version_id else asked.key()
    version = asked.version(key)
    if key.spec.has_public_key:
        return _with_private_key(asked, key, version)
    nonce = asked.message.data("Iv")
    if len(nonce) != NONCE_BYTES:
        raise invalid("Iv", f"send the {NONCE_BYTES} bytes that Encrypt answered")
    return _decrypted(asked, key, version, nonce + asked.message.data("CiphertextBlob"))


def advance_decrypt(asked: Asked) -> Step[Answer]:
    """AdvanceDecrypt: key and version are found from the ciphertext."""
    blob = asked.message.data("CiphertextBlob")
    if not blob.startswith(ADVANCE_PREFIX):
        raise invalid_ciphertext()
    version_id, body = split(blob.removeprefix(ADVANCE_PREFIX))
    if asked.message.data("Iv") not in {b"", body[:NONCE_BYTES]}:
        raise invalid_ciphertext()
    key = asked.key_of(version_id)
    said: dict[str, Value] = {"KeyVersionId": version_id}
    return _decrypted(asked, key, key.versions[version_id], body, said)


def kms_encrypt(asked: Asked) -> Step[Answer]:
    """KmsEncrypt: the ciphertext of the OpenAPI, as bytes."""
    made = sealer(asked, asked.key(), advance=True)
    plaintext = _plaintext(asked)

    return Step(
        made.key_id,
        made.version.version_id,
        made.version.is_quick,
        lambda: {"CiphertextBlob": made.named(plaintext)},
    )


def kms_decrypt(asked: Asked) -> Step[Answer]:
    """KmsDecrypt: a ciphertext of the OpenAPI, as bytes."""
    version_id, body = split(asked.message.data("CiphertextBlob"))
    key = asked.key_of(version_id)
    _algorithm(asked, key)
    opened = _opening(key.versions[version_id], body, asked.message.data("Aad"))
    return Step(key.id, version_id, key.versions[version_id].is_quick, opened)


def generate_data_key(asked: Asked) -> Step[Answer]:
    """GenerateDataKey: fresh bytes, and the same encrypted as by Encrypt."""
    return _data_key(asked, sealer(asked, asked.key(), advance=False))


def advance_generate_data_key(asked: Asked) -> Step[Answer]:
    """AdvanceGenerateDataKey: fresh bytes, and the same encrypted as by AdvanceEncrypt."""
    return _data_key(asked, sealer(asked, asked.key(), advance=True))


def _encrypted(made: Sealer) -> Step[Answer]:
    plaintext = _plaintext(made.asked)

    def fields() -> dict[str, Value]:
        nonce, blob = made.seal(plaintext)
        return {"CiphertextBlob": blob, "Iv": nonce}

    return made.step(fields)


def _data_key(asked: Asked, made: Sealer) -> Step[Answer]:
    size = asked.message.number("NumberOfBytes") or DATA_KEY_BYTES
    if not 1 <= size <= DATA_KEY_BYTES_MAX:
        raise invalid("NumberOfBytes", f"it takes 1 to {DATA_KEY_BYTES_MAX}")
    data = asked.service.entropy.random(size)

    def fields() -> dict[str, Value]:
        nonce, blob = made.seal(data)
        return {"Plaintext": data, "CiphertextBlob": blob, "Iv": nonce}

    return made.step(fields)


def _decrypted(
    asked: Asked,
    key: RememberedKey,
    version: UsableKey,
    body: bytes,
    said: dict[str, Value] | None = None,
) -> Step[Answer]:
    answer: dict[str, Value] = {"Algorithm": _algorithm(asked, key)} | (said or {})
    opened = _opening(version, body, asked.message.data("Aad"))
    return Step(key.id, version.version_id, version.is_quick, lambda: answer | opened())


def _opening(version: UsableKey, body: bytes, aad: bytes) -> Callable[[], dict[str, Value]]:
    def run() -> dict[str, Value]:
        try:
            return {"Plaintext": version.open(body, aad)}
        except UndecryptableInput:
            raise invalid_ciphertext() from None

    return run


def _with_public_key(asked: Asked, key: RememberedKey) -> Step[Answer]:
    chosen = algorithm_of(key.spec, key.usage, KeyUsage.ENCRYPT_DECRYPT, _named(asked, key))
    version, plaintext = asked.version(key), asked.message.data("Plaintext")
    return Step(
        key.id,
        version.version_id,
        version.is_quick,
        lambda: {"CiphertextBlob": version.encrypt(chosen, plaintext), "Algorithm": chosen.value},
    )


def _with_private_key(asked: Asked, key: RememberedKey, version: UsableKey) -> Step[Answer]:
    chosen = algorithm_of(key.spec, key.usage, KeyUsage.ENCRYPT_DECRYPT, _named(asked, key))
    blob = asked.message.data("CiphertextBlob")

    def run() -> Answer:
        try:
            return {"Plaintext": version.decrypt(chosen, blob), "Algorithm": chosen.value}
        except UndecryptableInput:
            raise invalid_ciphertext() from None

    return Step(key.id, version.version_id, version.is_quick, run)


def _named(asked: Asked, key: RememberedKey) -> str | None:
    """The algorithm that a message names; Refusal for keys whose ciphertexts name their version."""
    if key.spec.seals:
        raise _unsupported(f"a {key.spec.name} key encrypts in the OpenAPI only")
    return asked.message.text("Algorithm") or None


def _algorithm(asked: Asked, key: RememberedKey) -> str:
    """How a symmetric key encrypts here; Refusals for other keys and other algorithms."""
    if key.usage != KeyUsage.ENCRYPT_DECRYPT:
        raise Refusal(
            Code.REJECTED_UNSUPPORTED,
            "The key is for {usage}; this operation needs one for ENCRYPT/DECRYPT.",
            usage=key.usage,
        )
    offered = ADVANCE_ALGORITHMS.get(key.spec.family)
    if offered is None:
        raise _unsupported(f"it needs a symmetric key, not one of {key.spec.name}")
    if asked.message.values.get("Algorithm", "") not in {"", offered}:
        raise _unsupported(f"a {key.spec.name} key encrypts with {offered}")
    return offered


def _plaintext(asked: Asked) -> bytes:
    plaintext = asked.message.data("Plaintext")
    if len(plaintext) > MAX_PLAINTEXT:
        raise invalid("Plaintext", f"it takes at most {MAX_PLAINTEXT:,} bytes")
    return plaintext


def _unsupported(why: str) -> Refusal:
    return Refusal(Code.UNSUPPORTED, "This action is not supported: {why}.", why=why)
