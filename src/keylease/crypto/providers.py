"""Who makes keys and works with them: in software, or inside a hardware token.

Both kinds fit `Provider` and pass the same tests. What a provider wants kept of a key is opaque to
everybody else: material in software, a token's own wrapping of it, or nothing where the token
keeps the key itself. It is kept wrapped either way. Source: design.md 4.
"""

import threading
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from keylease.core.errors import Code, Misuse, Refusal, ensure
from keylease.crypto.algorithms import Algorithm, KeySpec, ProtectionLevel
from keylease.crypto.ciphertext import is_version_id
from keylease.crypto.nonces import NonceSequence
from keylease.crypto.secret import Handle, SecretBytes


class Storage(StrEnum):
    """Where the material of a key is kept: ``KeyStorageMechanism`` in the API, and in software."""

    SOFTWARE = ""
    HSM_INTERNAL = "HsmInternal"
    HSM_DATABASE = "HsmEncryptedDatabase"


class BadSignature(Exception):
    """A signature or MAC does not fit: wrong key, other message, or damaged."""


class UndecryptableInput(Exception):
    """A ciphertext does not open with this key: one answer for everything that can be wrong."""


@dataclass(frozen=True, slots=True)
class Made:
    """A new key version as its provider wants it kept.

    ``kept`` is what `Provider.load` needs again; ``public`` the public half as DER
    SubjectPublicKeyInfo, empty where there is none.
    """

    kept: SecretBytes = field(repr=False)
    public: bytes = b""


class UsableKey(Handle):
    """One version of a key, ready for use; keep and share it: it is safe from any thread.

    A spec's row in the table of algorithms says which of these a key can do; the others must not
    be called. ``is_quick`` keys work on the event loop, the rest in a pool of threads.
    """

    __slots__ = ("public", "spec", "version_id")

    is_quick = True

    def __init__(self, spec: KeySpec, version_id: str, public: bytes = b"") -> None:
        ensure(is_version_id(version_id), "a key version's id is a UUID in lower case")
        self.spec = spec
        self.version_id = version_id
        self.public = public

    def require(self, algorithm: Algorithm) -> None:
        """Refuse with UnsupportedOperation what its provider cannot do; software can do all."""

    def seal(self, plaintext: bytes, context: bytes, nonces: NonceSequence) -> bytes:
        """Encrypt and authenticate; what follows the version's id in a ciphertext."""
        raise self._misused(plaintext, context, nonces)

    def open(self, body: bytes, context: bytes) -> bytes:
        """The plaintext of what `seal` returned; UndecryptableInput."""
        raise self._misused(body, context)

    def encrypt(self, algorithm: Algorithm, plaintext: bytes) -> bytes:
        """Encrypt with the public half."""
        raise self._misused(algorithm, plaintext)

    def decrypt(self, algorithm: Algorithm, ciphertext: bytes) -> bytes:
        """Decrypt with the private half; UndecryptableInput."""
        raise self._misused(algorithm, ciphertext)

    def sign(self, algorithm: Algorithm, digest: bytes) -> bytes:
        """The signature of a digest of the right length; ECDSA and SM2 as ASN.1 DER."""
        raise self._misused(algorithm, digest)

    def verify(self, algorithm: Algorithm, digest: bytes, signature: bytes) -> None:
        """BadSignature unless the signature is one of the digest by this key."""
        raise self._misused(algorithm, digest, signature)

    def mac(self, algorithm: Algorithm, message: bytes) -> bytes:
        """The authentication code of a message."""
        raise self._misused(algorithm, message)

    def verify_mac(self, algorithm: Algorithm, message: bytes, tag: bytes) -> None:
        """BadSignature unless it is the code of the message; compared in constant time."""
        raise self._misused(algorithm, message, tag)

    def _misused(self, *_unused: object) -> AssertionError:
        return AssertionError(f"a {self.spec.name} key does not do this: ask the table first")


class Provider(Protocol):
    """Makes and loads key versions."""

    def require(self, spec: KeySpec, storage: Storage) -> None:
        """Refuse with UnsupportedOperation keys that cannot be made here."""
        ...

    def generate(self, spec: KeySpec, storage: Storage, version_id: str) -> Made:
        """A new key version from the provider's own randomness. Slow for RSA."""
        ...

    def adopt(
        self, spec: KeySpec, storage: Storage, version_id: str, material: SecretBytes
    ) -> Made:
        """A key version from a customer's material: raw bytes, or PKCS#8 DER of a private key.

        Refusal InvalidKeyMaterial if it is none of this spec.
        """
        ...

    def load(self, spec: KeySpec, storage: Storage, version_id: str, made: Made) -> UsableKey:
        """A key version ready for use, from what was kept of it."""
        ...

    def destroy(self, version_id: str) -> None:
        """Destroy what the provider itself keeps of a version; nothing if it keeps nothing."""
        ...


class HardwareProvider(Provider, Protocol):
    """A provider whose keys live in a module that can be lost."""

    @property
    def is_available(self) -> bool:
        """Whether the module is there, as far as anybody has noticed."""
        ...

    def check(self) -> bool:
        """Ask the module whether it is there, and notice if not."""
        ...

    def self_test(self) -> None:
        """Misuse unless the module gives the known answers to all that it offers."""
        ...

    def sweep(self, known: Container[str], older_than: float) -> Sequence[str]:
        """Destroy what the module keeps of versions that are not known; which that were.

        Only what was made before the machine time ``older_than``: newer ones may be about to be
        written down.
        """
        ...


class Providers:
    """The providers of a process, by protection level.

    ``open_hardware`` opens the hardware module at its first use in this process; None where no
    module is configured. An opening that is Misuse is not tried again in this process: each try
    logs in, and after a few with a wrong PIN a token locks itself.
    """

    def __init__(
        self, software: Provider, open_hardware: Callable[[], HardwareProvider] | None = None
    ) -> None:
        self.software = software
        self._open_hardware = open_hardware
        self._hardware: HardwareProvider | None = None
        self._misuse = ""
        self._lock = threading.Lock()

    @property
    def offers_hardware(self) -> bool:
        """Whether a hardware module is configured."""
        return self._open_hardware is not None

    @property
    def has_hardware_now(self) -> bool:
        """Whether the hardware module is there, as far as anybody has noticed."""
        return self._open_hardware is not None and self.hardware().is_available

    @property
    def opened_hardware(self) -> HardwareProvider | None:
        """The hardware module if this process has opened it already; opens nothing."""
        return self._hardware

    def hardware(self) -> HardwareProvider:
        """The hardware module; Refusal ServiceUnavailableTemporary where there is none.

        Misuse if it could not be opened when it was first used.
        """
        if self._open_hardware is None:
            raise Refusal(
                Code.UNAVAILABLE, "This node has no hardware security module: try another node."
            )
        with self._lock:
            if self._misuse:
                raise Misuse(self._misuse)
            if self._hardware is None:
                try:
                    self._hardware = self._open_hardware()
                except Misuse as misuse:
                    self._misuse = str(misuse)
                    raise
        return self._hardware

    def of(self, protection: ProtectionLevel) -> Provider:
        """The provider of a protection level; Refusal as of `hardware`."""
        return self.software if protection is ProtectionLevel.SOFTWARE else self.hardware()


def require_length(material: SecretBytes, spec: KeySpec) -> None:
    """Material of our own has the right length, or something is very wrong."""
    ensure(len(material) == spec.material_bytes, f"{spec.name} takes {spec.material_bytes} bytes")


def invalid_material(spec: KeySpec) -> Refusal:
    """The refusal InvalidKeyMaterial, which says what material of a spec is."""
    if spec.has_public_key:
        return Refusal(
            Code.INVALID_KEY_MATERIAL,
            "Material for {spec} is a private key in PKCS#8 DER.",
            spec=spec.name,
        )
    return Refusal(
        Code.INVALID_KEY_MATERIAL,
        "Material for {spec} is {size} random bytes.",
        spec=spec.name,
        size=spec.material_bytes,
    )
