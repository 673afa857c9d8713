"""Keys as customers get them in PEM, RFC 7468."""

from base64 import b64encode

_LINE = 64


def public_pem(der: bytes) -> str:
    """The PEM text of a DER SubjectPublicKeyInfo, with a line break at its end."""
    return _pem("PUBLIC KEY", der)


def private_pem(der: bytes) -> str:
    """The PEM text of a PKCS#8 DER, with a line break at its end."""
    return _pem("PRIVATE KEY", der)


def _pem(label: str, der: bytes) -> str:
    text = b64encode(der).decode()
    lines = [text[at : at + _LINE] for at in range(0, len(text), _LINE)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])
