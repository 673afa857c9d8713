"""Identifiers in the documented forms. Source: facts/kms-api.md A.2 and kms.md 1.1."""

import string

from keylease.core.entropy import Entropy, pick

_LOWER = string.ascii_lowercase + string.digits
# Of the 128 bits of a UUID: 4 say version 4, 2 the variant, the others are chance. RFC 9562.
_VERSION_AND_VARIANT = 4 << 76 | 2 << 62
_RANDOM_BITS = (1 << 128) - 1 ^ (15 << 76 | 3 << 62)
_ALNUM = string.ascii_letters + string.digits


def instance_id(entropy: Entropy, letters: str) -> str:
    """``kst-hzz…``: an instance in the region with these letters."""
    return f"kst-{letters}{pick(entropy, _LOWER, 18)}"


def service_id(entropy: Entropy, letters: str) -> str:
    """``dkr-hzz…``: a value-added service in the region with these letters."""
    return f"dkr-{letters}{pick(entropy, _LOWER, 18)}"


def is_service(instance_id: str) -> bool:
    """Whether it is the id of a value-added service."""
    return instance_id.startswith("dkr-")


def key_id(entropy: Entropy, letters: str) -> str:
    """``key-hzz…``: a key in the region with these letters."""
    return f"key-{letters}{pick(entropy, _LOWER, 18)}"


def uuid(entropy: Entropy) -> str:
    """A random UUID (version 4), lower case: key versions, letters, nodes."""
    return _uuid(entropy.random(16))


def request_id(entropy: Entropy) -> str:
    """A UUID in upper case, as request ids are shown."""
    return uuid(entropy).upper()


class RequestIds:
    """Request ids for a busy server: chance is drawn for many at once. For one thread.

    Asking the operating system for each would let go of the interpreter each time. Request ids
    are no secrets, so it does no harm that the next ones lie in memory.
    """

    _AT_ONCE = 256

    def __init__(self, entropy: Entropy) -> None:
        self._entropy = entropy
        self._ready: list[bytes] = []

    def next(self) -> str:
        """A fresh request id."""
        if not self._ready:
            drawn = self._entropy.random(16 * self._AT_ONCE)
            self._ready = [drawn[at : at + 16] for at in range(0, len(drawn), 16)]
        return _uuid(self._ready.pop()).upper()


def _uuid(drawn: bytes) -> str:
    raw = int.from_bytes(drawn) & _RANDOM_BITS | _VERSION_AND_VARIANT
    h = f"{raw:032x}"
    return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"


def account_id(entropy: Entropy) -> str:
    """16 digits that start with 1 to 8; fits the 53 bits of a JSON number."""
    return pick(entropy, string.digits[1:9], 1) + pick(entropy, string.digits, 15)


def order_id(entropy: Entropy) -> str:
    """15 digits that start with 2; fits the 53 bits of a JSON number."""
    return "2" + pick(entropy, string.digits, 14)


def bill_number(entropy: Entropy) -> str:
    """15 digits that start with 3, so that it is never an order's: the bill of a day."""
    return "3" + pick(entropy, string.digits, 14)


def voucher_number(entropy: Entropy) -> str:
    """``Q-`` and 12 hexadecimal digits. Source: facts/bss-operations.txt, QueryCashCoupons."""
    return "Q-" + entropy.random(6).hex()


def ticket_id(entropy: Entropy) -> str:
    """``T`` and 14 digits."""
    return "T" + pick(entropy, string.digits, 14)


def access_key_id(entropy: Entropy) -> str:
    """``LTAI`` and 20 letters and digits."""
    return "LTAI" + pick(entropy, _ALNUM, 20)


def access_key_secret(entropy: Entropy) -> str:
    """30 letters and digits: 178 bits."""
    return pick(entropy, _ALNUM, 30)


def ram_id(entropy: Entropy) -> str:
    """18 digits that start with 2 or 3: a user or a role."""
    return pick(entropy, "23", 1) + pick(entropy, string.digits, 17)


def session_key_id(entropy: Entropy) -> str:
    """``STS.`` and 25 letters and digits: the access key of a role's session."""
    return "STS." + pick(entropy, _ALNUM, 25)


def security_token(entropy: Entropy) -> str:
    """``CAIS`` and 86 letters and digits: 512 bits."""
    return "CAIS" + pick(entropy, _ALNUM, 86)


def webhook_id(entropy: Entropy) -> str:
    """``wh-`` and 16 letters and digits."""
    return f"wh-{pick(entropy, _LOWER, 16)}"


def webhook_secret(entropy: Entropy) -> str:
    """``whsec_`` and 32 letters and digits: 190 bits."""
    return f"whsec_{pick(entropy, _ALNUM, 32)}"


def backup_id(entropy: Entropy) -> str:
    """``bk-`` and 18 letters and digits."""
    return f"bk-{pick(entropy, _LOWER, 18)}"


def password(entropy: Entropy) -> str:
    """20 letters and digits without look-alikes, for a first sign-in."""
    readable = [c for c in _ALNUM if c not in "0O1lI"]
    return pick(entropy, readable, 20)
