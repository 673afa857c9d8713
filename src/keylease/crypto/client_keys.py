"""Client keys: an RSA key pair, handed out as PKCS#12 under a password, and its certificate.

The certificate is signed by its own key. Nobody verifies it: it says what the key is called and
from when to when it is valid, for whoever looks into the file. Source: facts/kms-api.md C.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from keylease.core.entropy import Entropy
from keylease.core.errors import ensure
from keylease.crypto.key_pairs import PUBLIC_EXPONENT, public_der
from keylease.crypto.secret import SecretBytes

_BITS = 2048
_SERIAL_BYTES = 16


@dataclass(frozen=True, slots=True)
class MadeClientKey:
    """``file`` is the PKCS#12 with the private key, ``certificate`` DER with the public one."""

    file: SecretBytes = field(repr=False)
    certificate: bytes = field(repr=False)


def generate(
    name: str, not_before: int, not_after: int, password: SecretBytes, entropy: Entropy
) -> MadeClientKey:
    """A new client key, valid from and until these instants; takes about a second."""
    key = rsa.generate_private_key(PUBLIC_EXPONENT, _BITS)
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    serial = int.from_bytes(entropy.random(_SERIAL_BYTES)) >> 1 or 1
    certificate = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(datetime.fromtimestamp(not_before, UTC))
        .not_valid_after(datetime.fromtimestamp(not_after, UTC))
        .sign(key, SHA256())
    )
    encryption = BestAvailableEncryption(password.reveal())
    file = pkcs12.serialize_key_and_certificates(name.encode(), key, certificate, None, encryption)
    return MadeClientKey(SecretBytes(file), certificate.public_bytes(Encoding.DER))


def public_key_of(certificate: bytes) -> rsa.RSAPublicKey:
    """The public key in a certificate that `generate` made."""
    key = x509.load_der_x509_certificate(certificate).public_key()
    ensure(isinstance(key, rsa.RSAPublicKey), "client keys are RSA keys")
    return key  # type: ignore[return-value]  # ensured above


def public_der_of(certificate: bytes) -> bytes:
    """The public key in a certificate as DER SubjectPublicKeyInfo."""
    return public_der(public_key_of(certificate))
