"""What others write and compute of keys, without code of ours; SM2: `unit.crypto.sm2_outside`."""

import gmalg
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)


def pkcs8(
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
    encryption: KeySerializationEncryption | None = None,
) -> bytes:
    """A private key as DER, open unless it is to be encrypted."""
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, encryption or NoEncryption())


def hmac_sm3(key: bytes, message: bytes) -> bytes:
    """RFC 2104 over gmalg's SM3."""
    padded = key.ljust(64, b"\0")
    inner = sm3(bytes(byte ^ 0x36 for byte in padded) + message)
    return sm3(bytes(byte ^ 0x5C for byte in padded) + inner)


def sm3(data: bytes) -> bytes:
    """GB/T 32905 by gmalg."""
    hashing = gmalg.SM3()
    hashing.update(data)
    return bytes(hashing.value())
