"""SM2 as others do it, for comparison: gmalg, textbook code, and DER written by hand."""

import gmalg

IDENTITY = b"1234567812345678"
_ALGORITHM = bytes.fromhex("301306072a8648ce3d020106082a811ccf5501822d")


def der(tag: int, *parts: bytes) -> bytes:
    """A value of at most 65,535 bytes."""
    body = b"".join(parts)
    if len(body) < 0x80:
        return bytes([tag, len(body)]) + body
    size = len(body).to_bytes(1 + (len(body) > 0xFF))
    return bytes([tag, 0x80 | len(size)]) + size + body


def integer(value: bytes) -> bytes:
    """An INTEGER, as short as can be."""
    number = int.from_bytes(value)
    return der(0x02, number.to_bytes(number.bit_length() // 8 + 1))


def read(encoded: bytes) -> list[bytes]:
    """The values inside a SEQUENCE, without their tags."""

    def one(data: bytes) -> tuple[bytes, bytes]:
        start, size = 2, data[1]
        if size & 0x80:
            start += size & 0x7F
            size = int.from_bytes(data[2:start])
        return data[start : start + size], data[start + size :]

    body, rest = one(encoded)
    assert rest == b""
    values = []
    while body:
        value, body = one(body)
        values.append(value)
    return values


def fixed(value: bytes) -> bytes:
    """An INTEGER's bytes as 32 bytes."""
    return int.from_bytes(value).to_bytes(32)


def pkcs8(scalar: bytes, point: bytes = b"", *, algorithm: bytes = _ALGORITHM) -> bytes:
    """A private key, with its public point if it is given."""
    public = der(0xA1, der(0x03, b"\0", point)) if point else b""
    inner = der(0x30, integer(b"\x01"), der(0x04, scalar), public)
    return der(0x30, integer(b"\0"), algorithm, der(0x04, inner))


def spki(point: bytes) -> bytes:
    """A public key."""
    return der(0x30, _ALGORITHM, der(0x03, b"\0", point))


def point_of(public_der: bytes) -> bytes:
    """The point, uncompressed: what a public key ends with."""
    return public_der[-65:]


def scalar_of(private: bytes) -> bytes:
    """The private number of our PKCS#8."""
    return private[36:68]


def verifies(public_der: bytes, message: bytes, signature: bytes) -> bool:
    """Whether gmalg takes a signature in DER."""
    r, s = read(signature)
    other = gmalg.SM2(uid=IDENTITY, pk=point_of(public_der))
    return other.verify(message, fixed(r), fixed(s))


def sign(private: bytes, message: bytes) -> bytes:
    """gmalg's signature, in DER."""
    r, s = gmalg.SM2(sk=scalar_of(private), uid=IDENTITY).sign(message)
    return der(0x30, integer(r), integer(s))


def decrypt(private: bytes, ciphertext: bytes) -> bytes:
    """What gmalg decrypts of a ciphertext in DER."""
    x, y, c3, c2 = read(ciphertext)
    return gmalg.SM2(sk=scalar_of(private)).decrypt(b"\x04" + fixed(x) + fixed(y) + c3 + c2)


def encrypt(public_der: bytes, plaintext: bytes) -> bytes:
    """gmalg's ciphertext, in DER."""
    raw = encrypt_bare(public_der, plaintext)
    return ciphertext_der(raw[1:33], raw[33:65], raw[65:97], raw[97:])


def encrypt_bare(public_der: bytes, plaintext: bytes) -> bytes:
    """gmalg's ciphertext as it is: 04, x, y, C3, C2 one after the other."""
    raw: bytes = gmalg.SM2(pk=point_of(public_der)).encrypt(plaintext)
    return raw


def ciphertext_der(x: bytes, y: bytes, c3: bytes, c2: bytes) -> bytes:
    """The SEQUENCE of GM/T 0009."""
    return der(0x30, integer(x), integer(y), der(0x04, c3), der(0x04, c2))
