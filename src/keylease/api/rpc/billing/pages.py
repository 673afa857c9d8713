"""Lists in pages: by number, and by a token that carries where the list goes on.

A token also carries how much there is, so that only the first page counts. It names no secret and
opens nothing: whoever makes one up goes on in a list of his own. Its check value is there to tell
what was cut or belongs to another list.
"""

import base64
import binascii
import hashlib
from typing import Any

import msgspec

from keylease.api.rpc.arguments import invalid
from keylease.api.rpc.call import Call
from keylease.core.errors import Refusal
from keylease.crypto.unreadable import UNREADABLE

PAGE_MAX = 300
PAGE_DEFAULT = 20
_CHECK_BYTES = 9
_INT64 = 2**63


def page_of(call: Call) -> tuple[int, int]:
    """``PageNum`` and ``PageSize``."""
    return (
        call.arguments.number_between("PageNum", 1, 1_000_000, 1),
        call.arguments.number_between("PageSize", 1, PAGE_MAX, PAGE_DEFAULT),
    )


class TokenPage:
    """A page of a list that goes on by token; ``about`` is all that the list depends on.

    ``key`` is None on the first page, else that of the last row before this page; ``total`` is None
    on the first page. Refusal InvalidParameter for a token of another list.
    """

    def __init__(self, call: Call, about: object, key_type: Any) -> None:
        self.size = call.arguments.number_between("MaxResults", 1, PAGE_MAX, PAGE_DEFAULT)
        same = [call.account_id, call.operation.name, about]
        self._list = msgspec.json.encode(same, order="deterministic")
        self.total: int | None = None
        self.key: Any = None
        token = call.arguments.optional("NextToken")
        if token is not None:
            self.total, self.key = self._read(token, key_type)

    def data(self, total: int, last: Any, *, more: bool) -> dict[str, Any]:
        """What an answer says of the page; ``last`` is the key of its last row."""
        token = self._token([total, last]) if more else ""
        return {"MaxResults": self.size, "NextToken": token, "TotalCount": total}

    def _read(self, token: str, key_type: Any) -> tuple[int, Any]:
        try:
            raw = base64.b64decode(token, altchars=b"-_", validate=True)
        except (ValueError, binascii.Error):
            raise _not_a_token() from None
        body = raw[_CHECK_BYTES:]
        if raw[:_CHECK_BYTES] != self._check(body):
            raise _not_a_token()
        try:
            total, key = msgspec.json.decode(body, type=tuple[int, key_type])
        except UNREADABLE:
            raise _not_a_token() from None
        if not (_can_be_asked_for(total) and _can_be_asked_for(key)):
            raise _not_a_token()
        return total, key

    def _token(self, value: Any) -> str:
        body = msgspec.json.encode(value)
        return base64.urlsafe_b64encode(self._check(body) + body).decode()

    def _check(self, body: bytes) -> bytes:
        return hashlib.sha256(self._list + b"\0" + body).digest()[:_CHECK_BYTES]


def _can_be_asked_for(part: Any) -> bool:
    """Whether both engines take it: whole numbers of 64 bits, texts without NUL."""
    if isinstance(part, tuple):
        return all(map(_can_be_asked_for, part))
    return -_INT64 <= part < _INT64 if isinstance(part, int) else "\0" not in part


def _not_a_token() -> Refusal:
    return invalid("NextToken", "takes what the page before answered")
