"""TLS: certificates that are given, or a private CA in the data directory. design.md 6."""

import ipaddress
import os
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from keylease.app.settings import Settings
from keylease.core.clock import MachineClock
from keylease.core.errors import Misuse

DIRECTORY = "tls"
CA_FILE = "ca.pem"
_YEARS = timedelta(days=3650)
_LEEWAY = timedelta(days=1)


def server_context(settings: Settings, machine: MachineClock) -> ssl.SSLContext | None:
    """The context to serve with; None when TLS is off. Misuse for files that cannot be used."""
    if settings.tls == "off":
        return None
    if settings.tls == "auto":
        certificate, key = _private_certificate(settings, machine)
    else:
        parts = settings.tls.split(",")
        if len(parts) != 2:
            raise Misuse("--tls takes off, auto, or two files: CERT,KEY.")
        certificate, key = Path(parts[0]), Path(parts[1])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        raise Misuse(
            "The certificate {certificate} cannot be used: {error}",
            certificate=certificate,
            error=error,
        ) from None
    return context


def ca_chain(settings: Settings) -> str:
    """The chain of the private CA, if there is one."""
    try:
        return (settings.data / DIRECTORY / CA_FILE).read_text("ascii")
    except FileNotFoundError:
        return ""


def _private_certificate(settings: Settings, machine: MachineClock) -> tuple[Path, Path]:
    """The server's certificate and key; made with a CA of our own at the first start."""
    directory = settings.data / DIRECTORY
    certificate, key = directory / "server.pem", directory / "server.key"
    if not certificate.exists():
        directory.mkdir(mode=0o700, exist_ok=True)
        now = datetime.fromtimestamp(machine.wall(), UTC)
        ca_key = ec.generate_private_key(ec.SECP256R1())
        ca = _ca(ca_key, now)
        server_key = ec.generate_private_key(ec.SECP256R1())
        server = _server(server_key, ca, ca_key, settings.host, now)
        _write(directory / "ca.key", _private_pem(ca_key))
        _write(directory / CA_FILE, ca.public_bytes(serialization.Encoding.PEM))
        _write(key, _private_pem(server_key))
        _write(certificate, server.public_bytes(serialization.Encoding.PEM))
    return certificate, key


def _ca(key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Keylease private CA")])
    return (
        _builder(name, name, key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )


def _server(
    key: ec.EllipticCurvePrivateKey,
    ca: x509.Certificate,
    ca_key: ec.EllipticCurvePrivateKey,
    host: str,
    now: datetime,
) -> x509.Certificate:
    names: list[x509.GeneralName] = [
        x509.DNSName("localhost"),
        x509.DNSName("*.cryptoservice.kms.aliyuncs.com"),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
    ]
    try:
        names.append(x509.IPAddress(ipaddress.ip_address(host)))
    except ValueError:
        names.append(x509.DNSName(host))
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Keylease")])
    return (
        _builder(subject, ca.subject, key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(signs_certificates=False), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()),
            critical=False,
        )
        .add_extension(x509.SubjectAlternativeName(list(dict.fromkeys(names))), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(ca_key, hashes.SHA256())
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _LEEWAY)
        .not_valid_after(now + _YEARS)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
