"""RSA: PSS and PKCS#1 v1.5 signatures, OAEP encryption. Source: RFC 8017, facts/kms-api.md A.2.

PSS has a salt of 32 bytes and MGF1 with SHA-256; OAEP has MGF1 with the same hash.
"""

from types import MappingProxyType
from typing import TypeGuard

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import load_der_private_key

from keylease.core.errors import ensure
from keylease.crypto.algorithms import Algorithm, KeySpec, require_digest, require_plaintext
from keylease.crypto.providers import BadSignature, Made, UndecryptableInput, UsableKey

_PUBLIC_EXPONENT = 65_537
_DIGEST = Prehashed(SHA256())

_SIGNATURES = MappingProxyType(
    {
        Algorithm.RSA_PSS_SHA_256: padding.PSS(padding.MGF1(SHA256()), salt_length=32),
        Algorithm.RSA_PKCS1_SHA_256: padding.PKCS1v15(),
    }
)
_ENCRYPTIONS = MappingProxyType(
    {
        Algorithm.RSAES_OAEP_SHA_256: padding.OAEP(padding.MGF1(SHA256()), SHA256(), None),
        Algorithm.RSAES_OAEP_SHA_1: padding.OAEP(padding.MGF1(SHA1()), SHA1(), None),  # noqa: S303 - documented; OAEP needs no collision resistance
    }
)


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
        require_plaintext(self.spec, algorithm, plaintext)
        return self._public.encrypt(plaintext, _ENCRYPTIONS[algorithm])

    def decrypt(self, algorithm: Algorithm, ciphertext: bytes) -> bytes:
        """The plaintext; UndecryptableInput."""
        try:
            return self._private.decrypt(ciphertext, _ENCRYPTIONS[algorithm])
        except ValueError:
            raise UndecryptableInput from None

    def sign(self, algorithm: Algorithm, digest: bytes) -> bytes:
        """As long as the modulus."""
        require_digest(algorithm, digest)
        return self._private.sign(digest, _SIGNATURES[algorithm], _DIGEST)

    def verify(self, algorithm: Algorithm, digest: bytes, signature: bytes) -> None:
        """BadSignature unless it fits."""
        require_digest(algorithm, digest)
        try:
            self._public.verify(signature, digest, _SIGNATURES[algorithm], _DIGEST)
        except InvalidSignature:
            raise BadSignature from None
