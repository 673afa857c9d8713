"""RSA: PSS and PKCS#1 v1.5 signatures, OAEP encryption, with the private half in memory."""

from cryptography.hazmat.primitives.asymmetric import rsa

from keylease.crypto.algorithms import Algorithm, KeySpec, require_digest
from keylease.crypto.key_pairs import PUBLIC_EXPONENT, kept_rsa
from keylease.crypto.providers import Made, UndecryptableInput, UsableKey
from keylease.crypto.public_halves import (
    DIGEST,
    ENCRYPTIONS,
    SIGNATURES,
    rsa_encrypt,
    rsa_verify,
)


def generate(spec: KeySpec) -> rsa.RSAPrivateKey:
    """A new private key; takes tens to hundreds of milliseconds."""
    return rsa.generate_private_key(PUBLIC_EXPONENT, spec.size)


class RsaKey(UsableKey):
    """An RSA key pair."""

    __slots__ = ("_private", "_public")

    is_quick = False

    def __init__(self, spec: KeySpec, version_id: str, made: Made) -> None:
        super().__init__(spec, version_id, made.public)
        self._private = kept_rsa(made.kept)
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
