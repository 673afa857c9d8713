"""Public keys as customers get them: PEM of a SubjectPublicKeyInfo, RFC 7468."""

from base64 import b64encode

_LINE = 64


def public_pem(der: bytes) -> str:
    """The PEM text of a DER SubjectPublicKeyInfo, with a line break at its end."""
    text = b64encode(der).decode()
    lines = [text[at : at + _LINE] for at in range(0, len(text), _LINE)]
    return "\n".join(["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""])
