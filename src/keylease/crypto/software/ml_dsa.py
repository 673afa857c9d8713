"""ML-DSA signatures, beyond the original. Source: FIPS 204.

What is signed is the message representative ``mu`` of 64 bytes, SHAKE256 of the public key's hash
and the message (FIPS 204, algorithm 7, line 6, with an empty context), so that a caller hashes a
message of any length on his side. Anybody verifies the signature over the message itself. The
material is the seed of 32 bytes.
"""

from types import MappingProxyType

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.mldsa import (
    MLDSA44PrivateKey,
    MLDSA65PrivateKey,
    MLDSA87PrivateKey,
)

from keylease.crypto.algorithms import Algorithm, KeySpec, require_digest
from keylease.crypto.providers import BadSignature, Made, UsableKey

SEED_BYTES = 32

PRIVATE: MappingProxyType[
    int, type[MLDSA44PrivateKey] | type[MLDSA65PrivateKey] | type[MLDSA87PrivateKey]
] = MappingProxyType({44: MLDSA44PrivateKey, 65: MLDSA65PrivateKey, 87: MLDSA87PrivateKey})


class MlDsaKey(UsableKey):
    """A key pair of one parameter set."""

    __slots__ = ("_private", "_public")

    is_quick = False

    def __init__(self, spec: KeySpec, version_id: str, made: Made) -> None:
        super().__init__(spec, version_id, made.public)
        self._private = PRIVATE[spec.size].from_seed_bytes(made.kept.reveal())
        self._public = self._private.public_key()

    def sign(self, algorithm: Algorithm, digest: bytes) -> bytes:
        """The signature of a message by its representative."""
        require_digest(algorithm, digest)
        return self._private.sign_mu(digest)

    def verify(self, algorithm: Algorithm, digest: bytes, signature: bytes) -> None:
        """BadSignature unless it fits."""
        require_digest(algorithm, digest)
        try:
            self._public.verify_mu(signature, digest)
        except (InvalidSignature, ValueError):
            raise BadSignature from None
