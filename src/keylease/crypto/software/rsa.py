"""RSA: PSS and PKCS#1 v1.5 signatures, OAEP encryption, with the private half in memory."""

from typing import TypeGuard

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_der_private_key

from keylease.core.errors import ensure
from keylease.crypto.algorithms import Algorithm, KeySpec, require_digest
from keylease.crypto.providers import Made, UndecryptableInput, UsableKey
from keylease.crypto.public_halves import (
    DIGEST,
    ENCRYPTIONS,
    SIGNATURES,
    rsa_encrypt,
    rsa_verify,
)

_PUBLIC_EXPONENT = 65_537


def generate(spec: KeySpec) -> rsa.RSAPrivateKey:
    """A new private key; takes tens to hundreds of milliseconds."""
    return rsa.generate_private_key(_PUBLIC_EXPONENT, spec.size)


def fits(key: object, spec: KeySpec) -> TypeGuard[rsa.RSAPrivateKey]:
    """Whether a parsed private key is one of this spec."""
    return isinstance(key, rsa.RSAPrivateKey) and key.key_size == spec.size


class RsaKey(UsableKey):
    """An RSA key pair."""

    __slots__ = ("_private", "_public")

    is_quick = False

    def __init__(self, spec: KeySpec, version_id: str, made: Made) -> None:
        super().__init__(spec, version_id, made.public)
        # It was checked when it was made, and its wrapping proves that it is the same: checking
        # it again would take 45 ms.
        private = load_der_private_key(
            made.kept.reveal(), None, unsafe_skip_rsa_key_validation=True
        )
        ensure(isinstance(private, rsa.RSAPrivateKey), "an RSA key")
        self._private: rsa.RSAPrivateKey = private  # type: ignore[assignment] # ensured above
        self._public = self._private.public_key()

    def encrypt(self, algorithm: Algorithm, plaintext: bytes) -> bytes:
        """As long as the modulus."""
        return rsa_encrypt(self._public, self.spec, algorithm, plaintext)

    def decrypt(self, algorithm: Algorithm, ciphertext: bytes) -> bytes:
        """The plaintext; UndecryptableInput."""
        try:
            return self._private.decrypt(ciphertext, ENCRYPTIONS[algorithm])
        except ValueError:
            raise UndecryptableInput from None

    def sign(self, algorithm: Algorithm, digest: bytes) -> bytes:
        """As long as the modulus."""
        require_digest(algorithm, digest)
        return self._private.sign(digest, SIGNATURES[algorithm], DIGEST)

    def verify(self, algorithm: Algorithm, digest: bytes, signature: bytes) -> None:
        """BadSignature unless it fits."""
        rsa_verify(self._public, algorithm, digest, signature)
