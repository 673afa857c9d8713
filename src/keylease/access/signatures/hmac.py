"""HMAC (RFC 2104) for short texts, without letting go of the interpreter.

The standard library's ``hmac.digest`` releases the interpreter's lock for each call. On the event
loop of a busy server another thread then takes it, and the loop waits longer for the lock than the
whole check of a signature takes. Hashing less than 2 KiB with ``hashlib`` keeps the lock. A
property test holds the two equal. Numbers: docs/performance.md.
"""

import hashlib
from collections.abc import Callable
from typing import Any

_BLOCK_BYTES = 64
_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """HMAC-SHA-256, 32 bytes."""
    return _hmac(hashlib.sha256, key, message)


def hmac_sha1(key: bytes, message: bytes) -> bytes:
    """HMAC-SHA-1, 20 bytes: for RPC signatures, which know no other."""
    return _hmac(hashlib.sha1, key, message)


def _hmac(digest: Callable[[bytes], Any], key: bytes, message: bytes) -> bytes:
    if len(key) > _BLOCK_BYTES:
        key = digest(key).digest()
    block = key.ljust(_BLOCK_BYTES, b"\0")
    inner = digest(block.translate(_INNER) + message).digest()
    result: bytes = digest(block.translate(_OUTER) + inner).digest()
    return result
