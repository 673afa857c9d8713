"""Identifiers in the documented forms. Source: facts/kms-api.md A.2 and kms.md 1.1."""

import string

from keylease.core.entropy import Entropy, pick

_LOWER = string.ascii_lowercase + string.digits
_ALNUM = string.ascii_letters + string.digits


def instance_id(entropy: Entropy, letters: str) -> str:
    """``kst-hzz…``: an instance in the region with these letters."""
    return f"kst-{letters}{pick(entropy, _LOWER, 18)}"


def key_id(entropy: Entropy, letters: str) -> str:
    """``key-hzz…``: a key in the region with these letters."""
    return f"key-{letters}{pick(entropy, _LOWER, 18)}"


def uuid(entropy: Entropy) -> str:
    """A random UUID (version 4), lower case: key versions, letters, nodes."""
    raw = bytearray(entropy.random(16))
    raw[6] = raw[6] & 0x0F | 0x40
    raw[8] = raw[8] & 0x3F | 0x80
    h = raw.hex()
    return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"


def request_id(entropy: Entropy) -> str:
    """A UUID in upper case, as request ids are shown."""
    return uuid(entropy).upper()


def account_id(entropy: Entropy) -> str:
    """16 digits, the first of them not 0."""
    return pick(entropy, string.digits[1:], 1) + pick(entropy, string.digits, 15)


def order_id(entropy: Entropy) -> str:
    """15 digits that start with 2; fits the 53 bits of a JSON number."""
    return "2" + pick(entropy, string.digits, 14)


def access_key_id(entropy: Entropy) -> str:
    """``LTAI`` and 20 letters and digits."""
    return "LTAI" + pick(entropy, _ALNUM, 20)


def access_key_secret(entropy: Entropy) -> str:
    """30 letters and digits: 178 bits."""
    return pick(entropy, _ALNUM, 30)


def password(entropy: Entropy) -> str:
    """20 letters and digits without look-alikes, for a first sign-in."""
    readable = [c for c in _ALNUM if c not in "0O1lI"]
    return pick(entropy, readable, 20)
