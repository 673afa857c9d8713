"""RSA and elliptic-curve key pairs: as a customer brings them, as they are kept and given out.

Private halves are PKCS#8 DER without a password (RFC 5958), public halves of all families DER
SubjectPublicKeyInfo (RFC 5280).
"""

from types import MappingProxyType

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)

from keylease.core.errors import ensure
from keylease.crypto.algorithms import Family, KeySpec
from keylease.crypto.providers import invalid_material
from keylease.crypto.secret import SecretBytes

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

PUBLIC_EXPONENT = 65_537

#: The curves by their names in `KeySpec.curve`. Source: FIPS 186-5, SEC 2.
CURVES: MappingProxyType[str, ec.EllipticCurve] = MappingProxyType(
    {"secp256r1": ec.SECP256R1(), "secp256k1": ec.SECP256K1()}
)


def private_key(spec: KeySpec, material: SecretBytes) -> PrivateKey:
    """A customer's private key; Refusal InvalidKeyMaterial if it is none of this spec."""
    try:
        key = load_der_private_key(material.reveal(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):  # TypeError: it has a password
        raise invalid_material(spec) from None
    match spec.family, key:
        case Family.RSA, rsa.RSAPrivateKey() as found if found.key_size == spec.size:
            return found
        case Family.EC, ec.EllipticCurvePrivateKey() as found if found.curve.name == spec.curve:
            return found
    raise invalid_material(spec)


def kept_rsa(material: SecretBytes) -> rsa.RSAPrivateKey:
    """An RSA key that we kept ourselves.

    It was checked when it was made, and its wrapping proves that it is the same: checking it again
    would take 45 ms.
    """
    key = load_der_private_key(material.reveal(), None, unsafe_skip_rsa_key_validation=True)
    ensure(isinstance(key, rsa.RSAPrivateKey), "an RSA key")
    return key  # type: ignore[return-value] # ensured above


def kept_ec(material: SecretBytes) -> ec.EllipticCurvePrivateKey:
    """A key on a curve that we kept ourselves."""
    key = load_der_private_key(material.reveal(), None)
    ensure(isinstance(key, ec.EllipticCurvePrivateKey), "an EC key")
    return key  # type: ignore[return-value] # ensured above


def pkcs8(key: PrivateKey) -> SecretBytes:
    """A private key as PKCS#8 DER."""
    return SecretBytes(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


def public_der(key: PublicKeyTypes) -> bytes:
    """A public key as DER SubjectPublicKeyInfo."""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
