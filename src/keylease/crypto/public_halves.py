"""What is done with the public half of a key pair, wherever the private half lives.

The schemes of RSA that are offered stand here, once for every place that uses them (RFC 8017): PSS
with a salt of 32 bytes and MGF1 with SHA-256; OAEP with MGF1 with the same hash, and no label.
Source: facts/kms-api.md A.2 (Asymmetric).
"""

from types import MappingProxyType

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA1, SHA256

from keylease.crypto.algorithms import Algorithm, KeySpec, require_digest, require_plaintext
from keylease.crypto.providers import BadSignature

#: Signatures are made over a digest.
DIGEST = Prehashed(SHA256())
ECDSA = ec.ECDSA(DIGEST)

OAEP_SHA_256 = padding.OAEP(padding.MGF1(SHA256()), SHA256(), None)
OAEP_SHA_1 = padding.OAEP(padding.MGF1(SHA1()), SHA1(), None)  # noqa: S303 - documented; OAEP needs no collision resistance

SIGNATURES: MappingProxyType[Algorithm, padding.AsymmetricPadding] = MappingProxyType(
    {
        Algorithm.RSA_PSS_SHA_256: padding.PSS(padding.MGF1(SHA256()), salt_length=32),
        Algorithm.RSA_PKCS1_SHA_256: padding.PKCS1v15(),
    }
)
ENCRYPTIONS: MappingProxyType[Algorithm, padding.AsymmetricPadding] = MappingProxyType(
    {
        Algorithm.RSAES_OAEP_SHA_256: OAEP_SHA_256,
        Algorithm.RSAES_OAEP_SHA_1: OAEP_SHA_1,
    }
)


def rsa_encrypt(
    public: rsa.RSAPublicKey, spec: KeySpec, algorithm: Algorithm, plaintext: bytes
) -> bytes:
    """As long as the modulus; Refusal InvalidParameter for a plaintext that is too long."""
    require_plaintext(spec, algorithm, plaintext)
    return public.encrypt(plaintext, ENCRYPTIONS[algorithm])


def rsa_verify(
    public: rsa.RSAPublicKey, algorithm: Algorithm, digest: bytes, signature: bytes
) -> None:
    """BadSignature unless it fits; Refusal InvalidParameter for a digest of another length."""
    require_digest(algorithm, digest)
    try:
        public.verify(signature, digest, SIGNATURES[algorithm], DIGEST)
    except InvalidSignature:
        raise BadSignature from None


def ec_verify(
    public: ec.EllipticCurvePublicKey, algorithm: Algorithm, digest: bytes, signature: bytes
) -> None:
    """BadSignature unless it fits; Refusal InvalidParameter for a digest of another length."""
    require_digest(algorithm, digest)
    try:
        public.verify(signature, digest, ECDSA)
    except InvalidSignature:
        raise BadSignature from None
