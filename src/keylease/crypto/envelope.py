"""The envelope: keys wrapped by keys. Source: design.md 4; format: docs/formats/wrapped-key.md.

A wrapped key is a version byte 0x01, a 12-byte nonce, and the AES-256-GCM ciphertext with its
16-byte tag. Its context, for instance ``("key-version", account, instance, key, version)``, is
authenticated but not stored: a blob that is moved to another row does not open there.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keylease.core.entropy import Entropy
from keylease.core.errors import ensure
from keylease.crypto.framing import frame
from keylease.crypto.nonces import NONCE_BYTES, NonceSequence
from keylease.crypto.secret import Handle, SecretBytes

KEY_BYTES = 32

_VERSION = b"\x01"
_HEADER_BYTES = len(_VERSION) + NONCE_BYTES


class UnwrapFailed(Exception):
    """A blob of our own does not open: damaged, moved, or wrapped by another key.

    No caller's fault, so no `Refusal`: the doors answer it as an internal error.
    """


class WrappingKey(Handle):
    """A key that encrypts keys: the root, or the wrapping key of an instance."""

    __slots__ = ("_aesgcm", "material")

    def __init__(self, material: SecretBytes) -> None:
        ensure(len(material) == KEY_BYTES, "a wrapping key has 32 bytes")
        self.material = material
        self._aesgcm = AESGCM(material.reveal())

    @classmethod
    def generate(cls, entropy: Entropy) -> "WrappingKey":
        """A new, random wrapping key."""
        return cls(SecretBytes(entropy.random(KEY_BYTES)))

    def wrap(self, secret: SecretBytes, context: tuple[str, ...], nonces: NonceSequence) -> bytes:
        """The secret as a blob that only this key opens, and only with the same context."""
        nonce = nonces.take()
        aad = _VERSION + frame(context)
        return _VERSION + nonce + self._aesgcm.encrypt(nonce, secret.reveal(), aad)

    def unwrap(self, blob: bytes, context: tuple[str, ...]) -> SecretBytes:
        """What was wrapped; UnwrapFailed if key, context or any bit of the blob is another."""
        subject = context[0] if context else "secret"
        if blob[:1] != _VERSION:
            raise UnwrapFailed(
                f"the wrapped {subject} has the unknown format {blob[:1].hex() or '(empty)'}: "
                "a newer release wrote it, or it is damaged"
            )
        nonce = blob[1:_HEADER_BYTES]
        if len(nonce) < NONCE_BYTES:
            raise UnwrapFailed(f"the wrapped {subject} is cut off")
        try:
            aad = _VERSION + frame(context)
            return SecretBytes(self._aesgcm.decrypt(nonce, blob[_HEADER_BYTES:], aad))
        except InvalidTag:
            raise UnwrapFailed(f"the wrapped {subject} does not open with this key") from None
