"""ECDSA on NIST P-256 and secp256k1. Source: FIPS 186-5, SEC 2; signatures in ASN.1 DER."""

from cryptography.hazmat.primitives.asymmetric import ec

from keylease.crypto.algorithms import Algorithm, KeySpec, require_digest
from keylease.crypto.key_pairs import CURVES, kept_ec
from keylease.crypto.providers import Made, UsableKey
from keylease.crypto.public_halves import ECDSA, ec_verify


def generate(spec: KeySpec) -> ec.EllipticCurvePrivateKey:
    """A new private key."""
    return ec.generate_private_key(CURVES[spec.curve])


class EcKey(UsableKey):
    """A key pair on a curve."""

    __slots__ = ("_private", "_public", "is_quick")

    def __init__(self, spec: KeySpec, version_id: str, made: Made) -> None:
        super().__init__(spec, version_id, made.public)
        self._private = kept_ec(made.kept)
        self._public = self._private.public_key()
        # OpenSSL has special code for P-256; the other curve takes ten times as long.
        self.is_quick = spec.curve == "secp256r1"

    def sign(self, algorithm: Algorithm, digest: bytes) -> bytes:
        """ASN.1 DER of r and s."""
        require_digest(algorithm, digest)
        return self._private.sign(digest, ECDSA)

    def verify(self, algorithm: Algorithm, digest: bytes, signature: bytes) -> None:
        """BadSignature unless it fits."""
        ec_verify(self._public, algorithm, digest, signature)
