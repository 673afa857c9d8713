"""The few functions of the system's libcrypto (OpenSSL 3) that SM2 needs.

Every object of OpenSSL's is owned by an `Owned` that frees it on all paths. What fails raises
`Failed` and nothing else: OpenSSL's own words stay in its queue, which is emptied. The interpreter
lets other threads run during each call. Why not `cryptography`: docs/adr/0014.
"""

import ctypes
import functools
from collections.abc import Callable
from ctypes import POINTER, byref, c_char_p, c_int, c_long, c_size_t, c_void_p, cast
from typing import Any

#: By the name that stands for its binary interface; never searched for elsewhere.
LIBRARY = "libcrypto.so.3"

_PARSES: list[Any] = [c_void_p, POINTER(c_void_p), c_long]
_TRANSFORMS: list[Any] = [c_void_p, c_char_p, POINTER(c_size_t), c_char_p, c_size_t]

#: What each function returns and takes: openssl/evp.h, x509.h, bn.h and err.h of OpenSSL 3.0.
_PROTOTYPES: dict[str, tuple[Any, list[Any]]] = {
    "d2i_PKCS8_PRIV_KEY_INFO": (c_void_p, _PARSES),
    "PKCS8_PRIV_KEY_INFO_free": (None, [c_void_p]),
    "EVP_PKCS82PKEY": (c_void_p, [c_void_p]),
    "d2i_PUBKEY": (c_void_p, _PARSES),
    "EVP_PKEY_free": (None, [c_void_p]),
    "EVP_PKEY_is_a": (c_int, [c_void_p, c_char_p]),
    "EVP_PKEY_get_bn_param": (c_int, [c_void_p, c_char_p, POINTER(c_void_p)]),
    "BN_bn2binpad": (c_int, [c_void_p, c_char_p, c_int]),
    "BN_clear_free": (None, [c_void_p]),
    "EVP_PKEY_CTX_new": (c_void_p, [c_void_p, c_void_p]),
    "EVP_PKEY_CTX_free": (None, [c_void_p]),
    "EVP_PKEY_check": (c_int, [c_void_p]),
    "EVP_PKEY_public_check": (c_int, [c_void_p]),
    "EVP_PKEY_sign_init": (c_int, [c_void_p]),
    "EVP_PKEY_sign": (c_int, _TRANSFORMS),
    "EVP_PKEY_verify_init": (c_int, [c_void_p]),
    "EVP_PKEY_verify": (c_int, [c_void_p, c_char_p, c_size_t, c_char_p, c_size_t]),
    "EVP_PKEY_encrypt_init": (c_int, [c_void_p]),
    "EVP_PKEY_encrypt": (c_int, _TRANSFORMS),
    "EVP_PKEY_decrypt_init": (c_int, [c_void_p]),
    "EVP_PKEY_decrypt": (c_int, _TRANSFORMS),
    "ERR_clear_error": (None, []),
}


class Failed(Exception):
    """OpenSSL could not do it, or is not there. Says nothing more: its words can quote data."""


class Owned:
    """An object of OpenSSL's that is freed when nothing refers to this any more."""

    __slots__ = ("_as_parameter_", "_free")

    def __init__(self, address: int, free: Callable[[int], None]) -> None:
        self._as_parameter_ = address  # what ctypes passes on
        self._free = free

    def __del__(self) -> None:
        self._free(self._as_parameter_)


@functools.cache
def _library() -> ctypes.CDLL:
    try:
        library = ctypes.CDLL(LIBRARY)
        for name, (result, arguments) in _PROTOTYPES.items():
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
    except (OSError, AttributeError):
        raise Failed from None
    return library


def private_key(pkcs8: bytes, kind: bytes) -> Owned:
    """The private key of this kind in a PKCS#8 DER, checked; the whole of it, and no other kind."""
    library = _library()
    parsed = _parsed(library.d2i_PKCS8_PRIV_KEY_INFO, library.PKCS8_PRIV_KEY_INFO_free, pkcs8)
    key = _owned(library.EVP_PKCS82PKEY(parsed), library.EVP_PKEY_free)
    return _checked(key, kind, library.EVP_PKEY_check)


def public_key(spki: bytes, kind: bytes) -> Owned:
    """The public key of this kind in a SubjectPublicKeyInfo DER, checked."""
    library = _library()
    key = _parsed(library.d2i_PUBKEY, library.EVP_PKEY_free, spki)
    return _checked(key, kind, library.EVP_PKEY_public_check)


def number(key: Owned, name: bytes, size: int) -> bytes:
    """A number that a key consists of, as ``size`` bytes: ``qx``, ``qy`` or ``priv``."""
    library = _library()
    value = c_void_p()
    _require(library.EVP_PKEY_get_bn_param(key, name, byref(value)))
    owned = _owned(value.value, library.BN_clear_free)
    out = ctypes.create_string_buffer(size)
    _require(int(library.BN_bn2binpad(owned, out, size) == size))
    return out.raw


def sign(key: Owned, digest: bytes) -> bytes:
    """The signature of a digest, made without looking at what was digested."""
    return _transformed(key, "sign", digest)


def encrypt(key: Owned, plaintext: bytes) -> bytes:
    """The ciphertext for a key's owner."""
    return _transformed(key, "encrypt", plaintext)


def decrypt(key: Owned, ciphertext: bytes) -> bytes:
    """The plaintext."""
    return _transformed(key, "decrypt", ciphertext)


def verify(key: Owned, digest: bytes, signature: bytes) -> None:
    """Failed unless the signature is one of the digest by this key."""
    library = _library()
    context = _context(key, library.EVP_PKEY_verify_init)
    _require(library.EVP_PKEY_verify(context, signature, len(signature), digest, len(digest)))


def _parsed(parse: Callable[..., int | None], free: Callable[[int], None], der: bytes) -> Owned:
    start = cast(c_char_p(der), c_void_p).value or 0
    cursor = c_void_p(start)
    found = _owned(parse(None, byref(cursor), len(der)), free)
    _require(int(cursor.value == start + len(der)))
    return found


def _checked(key: Owned, kind: bytes, check: Callable[[Owned], int]) -> Owned:
    _require(_library().EVP_PKEY_is_a(key, kind))
    _require(check(_context(key)))
    return key


def _context(key: Owned, begin: Callable[[Owned], int] | None = None) -> Owned:
    library = _library()
    context = _owned(library.EVP_PKEY_CTX_new(key, None), library.EVP_PKEY_CTX_free)
    if begin is not None:
        _require(begin(context))
    return context


def _transformed(key: Owned, verb: str, data: bytes) -> bytes:
    library = _library()
    context = _context(key, getattr(library, f"EVP_PKEY_{verb}_init"))
    transform = getattr(library, f"EVP_PKEY_{verb}")
    size = c_size_t()
    _require(transform(context, None, byref(size), data, len(data)))
    out = ctypes.create_string_buffer(size.value)
    _require(transform(context, out, byref(size), data, len(data)))
    return out.raw[: size.value]


def _owned(address: int | None, free: Callable[[int], None]) -> Owned:
    if not address:
        raise _failed()
    return Owned(address, free)


def _require(result: int) -> None:
    """OpenSSL returns 1 for what succeeded; 0 or less for what did not."""
    if result != 1:
        raise _failed()


def _failed() -> Failed:
    """Empties the thread's error queue, so that nobody takes what it says for his own."""
    _library().ERR_clear_error()
    return Failed()
