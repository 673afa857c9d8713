"""Browsers that somebody has signed in with before: tries from there are counted apart.

So who guesses a name's password from elsewhere keeps nobody waiting at a browser of their own. Such
a browser holds a cookie: chance, with a MAC under the hash of the present password, which needs no
key of its own and ends all of them with that password. Source: OWASP, device cookies.
"""

import hashlib
import hmac

from keylease.access.accounts import User
from keylease.core.entropy import Entropy

_NONCE_BYTES = 16


def new_device(user: User, entropy: Entropy) -> str:
    """What a browser keeps, with which the user has signed in."""
    nonce = entropy.random(_NONCE_BYTES).hex()
    return f"{nonce}.{_mac(user, nonce)}"


def counted_as(name: str, user: User | None, device: str) -> str:
    """Under what a try is counted: the name, or the browser if it is one of who has that name.

    Nobody can type the latter as a name: it is the digest of what only that browser has.
    """
    nonce, _, mac = device.partition(".")
    if user is None or not hmac.compare_digest(mac.encode(), _mac(user, nonce).encode()):
        return name
    return f"device {hashlib.sha256(device.encode()).hexdigest()}"


def _mac(user: User, nonce: str) -> str:
    return hmac.digest(user.password_hash.encode(), f"{user.id} {nonce}".encode(), "sha256").hex()
