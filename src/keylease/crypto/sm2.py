"""SM2 keys: signatures of digests and encryption. Source: GB/T 32918.1 to .5, GB/T 35275, 35276.

The mathematics is the system's OpenSSL's (`keylease.crypto.openssl`). Keys go in and out as PKCS#8
and SubjectPublicKeyInfo with the algorithm ``ecPublicKey`` and the curve 1.2.156.10197.1.301, and
always come out in the same form: the named curve, and the point uncompressed.
"""

import functools

from cryptography.hazmat.primitives.hashes import SM3, Hash

from keylease.core.entropy import Entropy
from keylease.core.errors import ensure
from keylease.crypto import openssl
from keylease.crypto.secret import Handle, SecretBytes

DIGEST_BYTES = 32

#: Whose message it is, when nobody agreed on another name: GM/T 0009 10.
DEFAULT_IDENTITY = b"1234567812345678"

_KIND = b"SM2"
_SIZE = 32
_UNCOMPRESSED = b"\x04"

# GB/T 32918.5: the coefficients a and b, the point G, and the order n.
_A = bytes.fromhex("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC")
_B = bytes.fromhex("28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93")
_G = bytes.fromhex(
    "32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7"
    "BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0"
)
_N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123

# DER up to the numbers: a private key without and with the point (RFC 5208, 5915), a public key
# (RFC 5480).
_ALGORITHM = "301306072a8648ce3d020106082a811ccf5501822d"
_SCALAR_ONLY = bytes.fromhex(f"3041020100{_ALGORITHM}042730250201010420")
_PRIVATE = bytes.fromhex(f"308187020100{_ALGORITHM}046d306b0201010420")
_PRIVATE_POINT = bytes.fromhex("a14403420004")
_PUBLIC = bytes.fromhex(f"3059{_ALGORITHM}03420004")


class Sm2Public(Handle):
    """The public half of a key pair; safe from any thread, like OpenSSL's keys."""

    __slots__ = ("_key",)

    def __init__(self, key: openssl.Owned) -> None:
        self._key = key

    def public_der(self) -> bytes:
        """The public half as DER SubjectPublicKeyInfo."""
        return _PUBLIC + self._point()

    def verify_digest(self, digest: bytes, signature: bytes) -> bool:
        """Whether the signature, in DER, is one of the digest by this key."""
        if len(digest) != DIGEST_BYTES:
            return False
        try:
            openssl.verify(self._key, digest, signature)
        except openssl.Failed:
            return False
        return True

    def encrypt(self, plaintext: bytes) -> bytes:
        """DER SEQUENCE of x, y, C3 and C2; ValueError for an empty plaintext.

        OpenSSL before 2024 leaves out step A5 of GB/T 32918.4 (6.1): try again if the mask is all
        zero. It happens to 1 of 256 plaintexts of one byte; others refuse to decrypt the result,
        and rightly: it ends with the plaintext itself.
        """
        if not plaintext:
            raise ValueError("SM2 encrypts one byte at least")
        ciphertext = openssl.encrypt(self._key, plaintext)
        while ciphertext.endswith(plaintext):
            ciphertext = openssl.encrypt(self._key, plaintext)
        return ciphertext

    def _point(self) -> bytes:
        return b"".join(openssl.number(self._key, name, _SIZE) for name in (b"qx", b"qy"))


class Sm2Pair(Sm2Public):
    """A key pair."""

    __slots__ = ()

    def private_pkcs8(self) -> SecretBytes:
        """The key pair as PKCS#8 DER."""
        scalar = openssl.number(self._key, b"priv", _SIZE)
        return SecretBytes(_PRIVATE + scalar + _PRIVATE_POINT + self._point())

    def sign_digest(self, digest: bytes) -> bytes:
        """The signature of a digest as `message_digest` makes it: DER SEQUENCE of r and s."""
        ensure(len(digest) == DIGEST_BYTES, "SM2 signs 32 bytes")
        return openssl.sign(self._key, digest)

    def decrypt(self, ciphertext: bytes) -> bytes:
        """The plaintext of DER SEQUENCE of x, y, C3 and C2; ValueError for whatever is wrong.

        The bare form of other tools, 04, x, y, C3, C2 one after the other, is read too.
        """
        if ciphertext[:1] == _UNCOMPRESSED:
            ciphertext = _from_bare(ciphertext)
        try:
            if _is_whole(ciphertext):
                return openssl.decrypt(self._key, ciphertext)
        except openssl.Failed:
            pass
        raise ValueError("not a ciphertext for this key")


def generate(entropy: Entropy) -> Sm2Pair:
    """A new key pair: a scalar from 1 to n - 2, each equally likely. Source: GB/T 32918.1 6.1."""
    while True:
        scalar = entropy.random(_SIZE)
        if 1 <= int.from_bytes(scalar) <= _N - 2:
            return from_scalar(scalar)


def from_scalar(scalar: bytes) -> Sm2Pair:
    """The key pair with this private number of 32 bytes; ValueError if there is none."""
    return from_pkcs8(SecretBytes(_SCALAR_ONLY + scalar))


def from_pkcs8(material: SecretBytes) -> Sm2Pair:
    """The key pair in a PKCS#8 DER; ValueError for everything else."""
    try:
        return Sm2Pair(openssl.private_key(material.reveal(), _KIND))
    except openssl.Failed:
        raise ValueError("not an SM2 private key in PKCS#8 DER") from None


def from_public_der(der: bytes) -> Sm2Public:
    """The public half in a DER SubjectPublicKeyInfo; ValueError for everything else."""
    try:
        return Sm2Public(openssl.public_key(der, _KIND))
    except openssl.Failed:
        raise ValueError("not an SM2 public key in SubjectPublicKeyInfo DER") from None


def message_digest(public_der: bytes, message: bytes, identity: bytes = DEFAULT_IDENTITY) -> bytes:
    """What is signed for a message: SM3(Z || M). Source: GB/T 32918.2 5.5 and 6.1.

    Z binds the signer's identity and public key, which is given as `Sm2Public.public_der` has it.
    """
    point = public_der.removeprefix(_PUBLIC)
    if len(public_der) != len(_PUBLIC) + 2 * _SIZE or len(point) != 2 * _SIZE:
        raise ValueError("not an SM2 public key in SubjectPublicKeyInfo DER")
    length = (8 * len(identity)).to_bytes(2)
    return sm3(sm3(length + identity + _A + _B + _G + point) + message)


def sm3(data: bytes) -> bytes:
    """The SM3 digest, 32 bytes. Source: GB/T 32905."""
    digest = Hash(SM3())
    digest.update(data)
    return digest.finalize()


@functools.cache
def is_available() -> bool:
    """Whether this system's OpenSSL is there and does SM2; some are built without it."""
    try:
        pair = from_scalar(bytes(_SIZE - 1) + b"\x02")
        signature = pair.sign_digest(bytes(DIGEST_BYTES))
        opened = pair.decrypt(pair.encrypt(_KIND))
    except (ValueError, openssl.Failed):
        return False
    return pair.verify_digest(bytes(DIGEST_BYTES), signature) and opened == _KIND


def _is_whole(der: bytes) -> bool:
    """Whether a SEQUENCE in DER ends where it says; OpenSSL ignores what follows it."""
    if len(der) < 2:
        return False
    if der[1] < 0x80:
        return len(der) == 2 + der[1]
    start = 2 + (der[1] & 0x7F)
    return len(der) == start + int.from_bytes(der[2:start])


def _from_bare(raw: bytes) -> bytes:
    """The DER of a ciphertext that is written as 04, x, y, C3, C2."""
    x, y = raw[1 : 1 + _SIZE], raw[1 + _SIZE : 1 + 2 * _SIZE]
    hashed, masked = raw[1 + 2 * _SIZE : 1 + 3 * _SIZE], raw[1 + 3 * _SIZE :]
    parts = [_der(0x02, _positive(x)), _der(0x02, _positive(y)), _der(0x04, hashed)]
    return _der(0x30, b"".join([*parts, _der(0x04, masked)]))


def _positive(number: bytes) -> bytes:
    """The content of an INTEGER that is not negative."""
    digits = number.lstrip(b"\0") or b"\0"
    return b"\0" + digits if digits[0] & 0x80 else digits


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(length)]) + length + content
