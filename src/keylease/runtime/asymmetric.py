"""Signatures, public-key encryption, authentication codes, public keys, from memory.

Source: facts/kms-api.md A.2 (Asymmetric, Data keys).
"""

from collections.abc import Callable
from typing import TypeVar

from keylease.access.admission import Caller
from keylease.core.errors import Code, Refusal
from keylease.crypto.algorithms import (
    WRAPPINGS,
    Algorithm,
    KeyUsage,
    algorithm_of,
)
from keylease.crypto.ciphertext import invalid_ciphertext
from keylease.crypto.pem import public_pem
from keylease.crypto.providers import BadSignature, UndecryptableInput, UsableKey
from keylease.crypto.transport import wrap_for
from keylease.runtime.gate import Gate, Step, primary_of, version_of
from keylease.runtime.look import Look
from keylease.runtime.memory import RememberedKey

T = TypeVar("T")

#: Of a message to authenticate, as Base64 6 KB like every plaintext.
MESSAGE_BYTES_MAX = 6_144

#: How data keys may be exported. facts/kms-api.md A.2 (Data keys).
EXPORTS = {
    "RSA_2048": ("RSAES_OAEP_SHA_256", "RSAES_OAEP_SHA_1"),
    "EC_SM2": WRAPPINGS["EC_SM2"],
}


class Asymmetric:
    """What keys do that have a public half, and keys for authentication codes."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def sign(
        self, look: Look, caller: Caller, key_name: str, version: str, algorithm: str, digest: bytes
    ) -> Step[bytes]:
        """The signature of a digest with a version of the key."""
        key, used, chosen = self._version(
            look, caller, key_name, version, algorithm, KeyUsage.SIGN_VERIFY, "AsymmetricSign"
        )
        return _step(key, used, lambda: used.sign(chosen, digest))

    def verify(
        self,
        look: Look,
        caller: Caller,
        key_name: str,
        version: str,
        algorithm: str,
        digest: bytes,
        signature: bytes,
    ) -> Step[bool]:
        """Whether a signature is one of the digest by this version: the caller asks for a no."""
        key, used, chosen = self._version(
            look, caller, key_name, version, algorithm, KeyUsage.SIGN_VERIFY, "AsymmetricVerify"
        )

        def run() -> bool:
            try:
                used.verify(chosen, digest, signature)
            except BadSignature:
                return False
            return True

        return _step(key, used, run)

    def encrypt(
        self,
        look: Look,
        caller: Caller,
        key_name: str,
        version: str,
        algorithm: str,
        plaintext: bytes,
    ) -> Step[bytes]:
        """Encrypt with the public half."""
        key, used, chosen = self._version(
            look,
            caller,
            key_name,
            version,
            algorithm,
            KeyUsage.ENCRYPT_DECRYPT,
            "AsymmetricEncrypt",
        )
        return _step(key, used, lambda: used.encrypt(chosen, plaintext))

    def decrypt(
        self,
        look: Look,
        caller: Caller,
        key_name: str,
        version: str,
        algorithm: str,
        ciphertext: bytes,
        action: str = "AsymmetricDecrypt",
    ) -> Step[bytes]:
        """Decrypt with the private half."""
        key, used, chosen = self._version(
            look, caller, key_name, version, algorithm, KeyUsage.ENCRYPT_DECRYPT, action
        )

        def run() -> bytes:
            try:
                return used.decrypt(chosen, ciphertext)
            except UndecryptableInput:
                raise invalid_ciphertext() from None

        return _step(key, used, run)

    def generate_mac(
        self, look: Look, caller: Caller, key_name: str, algorithm: str, message: bytes
    ) -> Step[bytes]:
        """The authentication code of a message with the primary version."""
        key, used, chosen = self._mac_key(look, caller, key_name, algorithm, "GenerateMac", message)
        return _step(key, used, lambda: used.mac(chosen, message))

    def verify_mac(
        self,
        look: Look,
        caller: Caller,
        key_name: str,
        algorithm: str,
        message: bytes,
        tag: bytes,
    ) -> Step[bool]:
        """Whether a code is one of the message: the caller asks for a no."""
        key, used, chosen = self._mac_key(look, caller, key_name, algorithm, "VerifyMac", message)

        def run() -> bool:
            try:
                used.verify_mac(chosen, message, tag)
            except BadSignature:
                return False
            return True

        return _step(key, used, run)

    def public_key(
        self, look: Look, caller: Caller, key_name: str, version: str | None
    ) -> Step[str]:
        """The public half of a version in PEM; of the primary one for None."""
        key = self._gate.named(look, caller, key_name, "GetPublicKey")
        used = primary_of(key) if version is None else version_of(look, key, version)
        if not used.public:
            raise Refusal(
                Code.UNSUPPORTED,
                "This action is not supported: a {spec} key has no public key.",
                spec=key.spec.name,
            )
        return Step(key.id, used.version_id, is_quick=True, run=lambda: public_pem(used.public))

    def _version(
        self,
        look: Look,
        caller: Caller,
        key_name: str,
        version: str,
        algorithm: str,
        usage: KeyUsage,
        action: str,
    ) -> tuple[RememberedKey, UsableKey, Algorithm]:
        key = self._gate.named(look, caller, key_name, action)
        chosen = algorithm_of(key.spec, key.usage, usage, algorithm)
        used = version_of(look, key, version)
        used.require(chosen)
        return key, used, chosen

    def _mac_key(
        self,
        look: Look,
        caller: Caller,
        key_name: str,
        algorithm: str,
        action: str,
        message: bytes,
    ) -> tuple[RememberedKey, UsableKey, Algorithm]:
        key = self._gate.named(look, caller, key_name, action)
        chosen = algorithm_of(key.spec, key.usage, KeyUsage.GENERATE_VERIFY_MAC, algorithm)
        if not 1 <= len(message) <= MESSAGE_BYTES_MAX:
            raise Refusal(
                Code.INVALID_PARAMETER, "Message takes 1 to {most} bytes.", most=MESSAGE_BYTES_MAX
            )
        used = primary_of(key)
        used.require(chosen)
        return key, used, chosen


def export_for(public: bytes, spec: str, algorithm: str) -> tuple[Callable[[bytes], bytes], bool]:
    """What encrypts for the holder of a public key, and whether it is quick; Refusals."""
    if algorithm not in EXPORTS.get(spec, ()):
        allowed = "; ".join(f"{name} with {' or '.join(some)}" for name, some in EXPORTS.items())
        raise Refusal(
            Code.INVALID_PARAMETER,
            "WrappingKeySpec and WrappingAlgorithm take {allowed}.",
            allowed=allowed,
        )
    return lambda data: wrap_for(public, spec, algorithm, data), spec != "EC_SM2"


def _step(key: RememberedKey, used: UsableKey, run: Callable[[], T]) -> Step[T]:
    return Step(key.id, used.version_id, used.is_quick, run)
