"""What a handler returns, how it looks on the wire, and the answers that HTTP itself gives."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import BinaryIO

import structlog

from keylease.access.request import Request
from keylease.core.errors import Code, told

_log = structlog.get_logger()

_STATUS_LINES = {s.value: f"HTTP/1.1 {s.value} {s.phrase}\r\n" for s in HTTPStatus}
_WITHOUT_BODY = frozenset({204, 304})


@dataclass(slots=True)
class Response:
    """An answer. ``headers`` leaves out Content-Length, Connection and Date: the server adds them.

    A ``file`` is sent after the body, from where it stands to its end, ``length`` bytes; the server
    closes it. Answers hold plaintexts and data keys, so the repr shows neither headers nor body.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    file: BinaryIO | None = None
    length: int = 0

    def __repr__(self) -> str:
        return f"<Response {self.status}>"


#: Answers a request. A `Response` returned as such is the fast path; a future is answered by its
#: callback; any other awaitable costs a task.
Handler = Callable[[Request], Response | Awaitable[Response]]


def encode(response: Response, method: str, common: str) -> bytes:
    """The bytes of an answer to a request with this method.

    ``common`` holds finished header lines that every answer carries. ValueError if a header holds
    a line break or a character beyond Latin-1: it could forge a second answer.
    """
    status, body = response.status, response.body
    lines = "".join([f"{name}: {value}\r\n" for name, value in response.headers])
    if not lines.count("\r") == lines.count("\n") == len(response.headers):
        raise ValueError("a response header holds a line break")
    if status not in _WITHOUT_BODY:
        common = f"Content-Length: {len(body) + response.length}\r\n{common}"
    start = _STATUS_LINES.get(status) or f"HTTP/1.1 {status} \r\n"
    head = f"{start}{lines}{common}\r\n".encode("latin-1")
    return head if method == "HEAD" or status in _WITHOUT_BODY else head + body


def _refusal(status: int, code: Code, message: str) -> Response:
    body = json.dumps({"Code": code, "Message": message}).encode()
    return Response(status, (("Content-Type", "application/json"),), body)


#: What a request is told that never reaches the handler, by status.
REFUSALS = {
    r.status: r
    for r in (
        _refusal(400, Code.MALFORMED, "This is not a well-formed HTTP/1.1 request."),
        _refusal(408, Code.MALFORMED, "The request took too long to arrive. Send it again."),
        _refusal(413, Code.MALFORMED, "The request body is too large. Send less at a time."),
        _refusal(414, Code.MALFORMED, "The request target is too long. Use the request body."),
        _refusal(431, Code.MALFORMED, "The request headers are too large. Send fewer."),
        _refusal(503, Code.UNAVAILABLE, "Too many connections. Try again later."),
    )
}

#: Makes that answer for a request with this target and these headers, as far as they have come.
Refuser = Callable[[int, str, Mapping[str, str]], Response]


def refused(status: int, target: str, headers: Mapping[str, str]) -> Response:
    """What a request is told that never reaches the handler."""
    del target, headers
    return REFUSALS[status]


_FAILURE = _refusal(500, Code.INTERNAL, "The request failed on our side. Try again later.")


def failure(error: BaseException) -> Response:
    """Log an error of ours and keep it to ourselves.

    Neither its message nor any local variable is logged, because both may quote the request.
    """
    _log.error("request_failed", **told(error))
    return _FAILURE
