"""ML-KEM: data keys that stay secret against quantum computers, beyond the original. FIPS 203.

Each sealing encapsulates a fresh shared secret and uses it, as SP 800-227 allows, as the key of
one AES-256-GCM encryption. The result is the encapsulation (1,088 bytes for 768, 1,568 for 1024),
a 12-byte nonce, the ciphertext and a 16-byte tag: docs/formats/ciphertext.md. With the public key
anybody can seal, and only the service can open. The material is the seed of 64 bytes.
"""

from types import MappingProxyType

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM1024PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keylease.crypto.algorithms import KeySpec
from keylease.crypto.nonces import NONCE_BYTES, NonceSequence
from keylease.crypto.providers import Made, UndecryptableInput, UsableKey

SEED_BYTES = 64

PRIVATE: MappingProxyType[int, type[MLKEM768PrivateKey] | type[MLKEM1024PrivateKey]]
PRIVATE = MappingProxyType({768: MLKEM768PrivateKey, 1024: MLKEM1024PrivateKey})
ENCAPSULATION_BYTES = MappingProxyType({768: 1_088, 1024: 1_568})


class MlKemKey(UsableKey):
    """A key pair of one parameter set."""

    __slots__ = ("_private", "_public")

    is_quick = False

    def __init__(self, spec: KeySpec, version_id: str, made: Made) -> None:
        super().__init__(spec, version_id, made.public)
        self._private = PRIVATE[spec.size].from_seed_bytes(made.kept.reveal())
        self._public = self._private.public_key()

    def seal(self, plaintext: bytes, context: bytes, nonces: NonceSequence) -> bytes:
        """Encapsulation, nonce, ciphertext, tag."""
        secret, encapsulation = self._public.encapsulate()
        nonce = nonces.take()
        return encapsulation + nonce + AESGCM(secret).encrypt(nonce, plaintext, context)

    def open(self, body: bytes, context: bytes) -> bytes:
        """The plaintext; UndecryptableInput. A wrong encapsulation gives another secret."""
        at = ENCAPSULATION_BYTES[self.spec.size]
        try:
            secret = self._private.decapsulate(body[:at])
            nonce, sealed = body[at : at + NONCE_BYTES], body[at + NONCE_BYTES :]
            return AESGCM(secret).decrypt(nonce, sealed, context)
        except (InvalidTag, ValueError):
            raise UndecryptableInput from None
