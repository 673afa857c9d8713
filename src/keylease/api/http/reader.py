"""From bytes to requests: the parser's callbacks, with the limits that the parser does not know.

The grammar is llhttp's in its strict mode (no bare line feeds, no folded headers, no blanks before
a colon, no Content-Length beside Transfer-Encoding). What is added here are limits, and the rules
of RFC 9112 sections 3 and 6 that a parser leaves to its server.
"""

import re
from collections import deque
from enum import StrEnum
from typing import NamedTuple

import httptools

from keylease.access.request import Request
from keylease.api.http.limits import Limits

#: The most bytes handed to the parser at once. It cannot be stopped inside a piece, so this bounds
#: how many small pipelined requests one connection can have in memory.
PIECE = 16 * 1024

#: Who sends this header sends a message, which may be longer than another body.
MESSAGE_HEADER = "x-kms-apiname"

#: How much more than its body limit a body may take with its chunk framing; a one-byte chunk takes
#: six bytes.
_FRAMING = 8

_SCHEME_AND_AUTHORITY = re.compile(r"https?://[^/?#]*", re.IGNORECASE)


class Refused(Exception):
    """These bytes are not a request that is served; ``status`` says why. The connection ends."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Stage(StrEnum):
    """What of a request has arrived."""

    NOTHING = "nothing"
    HEAD = "head"
    BODY = "body"


class Arrival(NamedTuple):
    """A whole request; ``last`` if its connection ends with it, ``old`` if it is HTTP/1.0."""

    request: Request
    last: bool
    old: bool


def split_target(target: str) -> tuple[str, str]:
    """Path and query of a request target, both as sent; an absolute URL loses its beginning.

    httptools' own URL parser refuses targets beyond 64 KiB.
    """
    if not target.startswith("/") and (absolute := _SCHEME_AND_AUTHORITY.match(target)):
        target = target[absolute.end() :]
        target = target if target.startswith("/") else f"/{target}"
    path, _, query = target.partition("?")
    return path, query


class RequestReader:
    """Reads the requests of one connection into ``ready``.

    ``headers`` are those of the request that is being read, as far as they have come.
    ``expects_continue`` while the client waits for a word before it sends the body. The ``on_…``
    methods are called by the parser.
    """

    def __init__(self, limits: Limits, peer: str, *, is_secure: bool = False) -> None:
        self.ready: deque[Arrival] = deque()
        self.stage = Stage.NOTHING
        self.expects_continue = False
        self.headers: dict[str, str] = {}
        self._limits = limits
        self._peer = peer
        self._is_secure = is_secure
        self._parser = httptools.HttpRequestParser(self)
        self.on_message_begin()
        self.stage = Stage.NOTHING

    @property
    def target(self) -> str:
        """What is asked for, as far as it has come."""
        return self._target.decode("latin-1")

    def feed(self, piece: bytes) -> None:
        """Take at most `PIECE` bytes. Raises Refused; what is ``ready`` by then still counts."""
        try:
            self._parser.feed_data(piece)
        except httptools.HttpParserUpgrade:
            pass  # the request is complete and the last: we answer it and speak nothing else
        except httptools.HttpParserError as error:
            if isinstance(error.__context__, Refused):
                raise error.__context__ from None
            raise Refused(400) from None
        if self.stage is not Stage.NOTHING:
            self._count(len(piece))

    def _count(self, size: int) -> None:
        """Bound what the parser holds back: a header that never ends, chunks that are all framing.

        A piece that also held the end of the request before is counted whole, so allow for one.
        """
        self._raw += size
        limits = self._limits
        allowed = limits.target + limits.header_bytes + PIECE
        if self.stage is Stage.HEAD:
            if self._raw > allowed:
                raise Refused(431)
        elif self._raw > allowed + _FRAMING * self._body_max:
            raise Refused(413)

    def on_message_begin(self) -> None:
        """Start a request."""
        self.stage = Stage.HEAD
        self._target = bytearray()
        self.headers = {}
        self._header_bytes = self._header_count = self._raw = 0
        self._body = bytearray()
        self._body_max = self._limits.body
        self._old = False

    def on_url(self, fragment: bytes) -> None:
        """Add to the target."""
        self._target += fragment
        if len(self._target) > self._limits.target:
            raise Refused(414)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Add a header. A trailer is counted and dropped: it was not there to be checked."""
        self._header_bytes += len(name) + len(value) + 4
        self._header_count += 1
        limits = self._limits
        if self._header_bytes > limits.header_bytes or self._header_count > limits.header_count:
            raise Refused(431)
        if self.stage is Stage.BODY:
            return
        key, text = name.decode("ascii").lower(), value.decode("latin-1").strip(" \t")
        if key in self.headers:
            if key == "host":
                raise Refused(400)
            text = f"{self.headers[key]}, {text}"
        self.headers[key] = text

    def on_headers_complete(self) -> None:
        """Decide whether the body may come."""
        headers, version = self.headers, self._parser.get_http_version()
        if version not in {"1.1", "1.0"} or (version == "1.1" and "host" not in headers):
            raise Refused(400)
        self._old = version == "1.0"
        coding = headers.get("transfer-encoding")
        if coding is not None and (
            self._old or coding.lower() != "chunked" or "content-length" in headers
        ):
            raise Refused(400)
        if MESSAGE_HEADER in headers:
            self._body_max = self._limits.message
        if int(headers.get("content-length", "0")) > self._body_max:
            raise Refused(413)
        self.stage = Stage.BODY
        expects = headers.get("expect")
        if expects is not None and not self._old:
            self.expects_continue = expects.lower() == "100-continue"

    def on_body(self, chunk: bytes) -> None:
        """Add to the body."""
        self.expects_continue = False
        self._body += chunk
        if len(self._body) > self._body_max:
            raise Refused(413)

    def on_message_complete(self) -> None:
        """Finish a request."""
        self.stage = Stage.NOTHING
        self.expects_continue = False
        parser = self._parser
        last = not parser.should_keep_alive() or parser.should_upgrade()
        path, query = split_target(self.target)
        method = parser.get_method().decode("ascii")
        request = Request(
            method, path, query, self.headers, bytes(self._body), self._peer, self._is_secure
        )
        self.ready.append(Arrival(request, last, self._old))
