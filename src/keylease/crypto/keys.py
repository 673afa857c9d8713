"""Key versions ready for use. Source: facts/kms-api.md A.2, "Encrypt/Decrypt"."""

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keylease.core.entropy import Entropy
from keylease.core.errors import ensure
from keylease.crypto.algorithms import AES_256
from keylease.crypto.ciphertext import is_version_id, open_text, seal_text
from keylease.crypto.nonces import NonceSequence
from keylease.crypto.secret import Handle, SecretBytes


class SymmetricKey(Handle):
    """One version of an Aliyun_AES_256 key.

    Keep and share it: making one costs more than using it, and it is safe from any thread.
    """

    __slots__ = ("_aesgcm", "material", "version_id")

    def __init__(self, version_id: str, material: SecretBytes) -> None:
        ensure(is_version_id(version_id), "a key version's id is a UUID in lower case")
        ensure(len(material) == AES_256.material_bytes, "AES-256 takes 32 bytes")
        self.version_id = version_id
        self.material = material
        self._aesgcm = AESGCM(material.reveal())

    @classmethod
    def generate(cls, version_id: str, entropy: Entropy) -> "SymmetricKey":
        """A new key version with random material."""
        return cls(version_id, SecretBytes(entropy.random(AES_256.material_bytes)))

    def encrypt(self, plaintext: bytes, context: bytes, nonces: NonceSequence) -> bytes:
        """The ciphertext of a text's bytes, in Base64; Refusal if there are too many.

        ``context`` is what `canonical_context` returned.
        """
        return seal_text(self.version_id, self._aesgcm, nonces.take(), plaintext, context)

    def decrypt(self, nonce: bytes, body: bytes, context: bytes) -> bytes:
        """The plaintext of what `parse` found in a ciphertext that names this version; Refusal."""
        return open_text(self._aesgcm, nonce, body, context)
