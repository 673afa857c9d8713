"""One connection: reads requests, has them answered one at a time and in order, and keeps time."""

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum
from math import inf
from os import SEEK_END
from typing import BinaryIO, cast

from keylease.api.http.limits import Limits
from keylease.api.http.reader import PIECE, Arrival, Refused, RequestReader, Stage
from keylease.api.http.response import Handler, Refuser, Response, encode, failure, refused
from keylease.core.clock import MachineClock

#: Connections beyond the limit that are told so before they are closed.
_ROOM_FOR_REFUSALS = 64


#: How much of a file is sent at once.
FILE_PIECE = 65_536


class Phase(StrEnum):
    """What a connection waits for; each has its time limit."""

    REQUEST = "the first byte of a request"
    HEAD = "the rest of the headers"
    BODY = "the rest of the body"
    HANDLER = "the answer"
    READER = "the client to read"
    END = "the end, once everything is sent"
    REFUSED = "the end, so that the client can read why"


_ENDING = frozenset({Phase.END, Phase.REFUSED})
_READING = {Stage.NOTHING: Phase.REQUEST, Stage.HEAD: Phase.HEAD, Stage.BODY: Phase.BODY}


@dataclass
class Shared:
    """What all connections of a server have in common."""

    handler: Handler
    limits: Limits
    clock: MachineClock
    refuser: Refuser = refused
    connections: set["Connection"] = field(default_factory=set)
    empty: asyncio.Event = field(default_factory=asyncio.Event)
    draining: bool = False
    #: Refreshed every second or so, not for every answer.
    date_line: str = ""

    def __post_init__(self) -> None:
        limits = self.limits
        self.seconds = {
            Phase.REQUEST: limits.idle_seconds,
            Phase.HEAD: limits.head_seconds,
            Phase.BODY: limits.request_seconds,
            Phase.HANDLER: inf,
            Phase.READER: limits.write_seconds,
            Phase.END: limits.write_seconds,
            Phase.REFUSED: limits.linger_seconds,
        }


class Connection(asyncio.Protocol):
    """The protocol of one connection.

    Bytes that arrive while a request is being answered are kept unparsed and reading stops, so a
    client cannot pile up work. ``deadline`` is compared with the clock by the server's one timer.
    """

    def __init__(self, shared: Shared) -> None:
        self.deadline = inf
        self._shared = shared
        self._phase: Phase | None = None
        self._since = 0.0
        self._unparsed = b""
        self._refused: Refused | None = None
        self._file: BinaryIO | None = None
        self._is_last = False
        self._busy = self._blocked = self._paused = self._half_closed = False

    # What the transport calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, if there is room."""
        shared = self._shared
        self._transport = transport = cast(asyncio.Transport, transport)
        transport.set_write_buffer_limits(high=shared.limits.write_buffer)
        peer = transport.get_extra_info("peername")
        is_secure = transport.get_extra_info("sslcontext") is not None
        self._reader = RequestReader(shared.limits, peer[0] if peer else "", is_secure=is_secure)
        shared.connections.add(self)
        shared.empty.clear()
        excess = len(shared.connections) - shared.limits.connections
        if excess > _ROOM_FOR_REFUSALS:
            self.cut()
        elif excess > 0 or shared.draining:
            self._refuse(503)
        else:
            self._wait_for(Phase.REQUEST)

    def data_received(self, data: bytes) -> None:
        """Go on, or keep the bytes for later."""
        if self._phase in _ENDING:
            return
        self._unparsed = self._unparsed + data if self._unparsed else data
        if self._busy or self._blocked:
            self._paused = True
            self._transport.pause_reading()
        else:
            self._advance()

    def eof_received(self) -> bool:
        """Keep our half open if something is still to be answered; TLS has no halves."""
        self._half_closed = True
        under_way = self._busy or self._unparsed or self._reader.ready
        return bool(under_way) and self._transport.can_write_eof()

    def pause_writing(self) -> None:
        """Stop: the client does not read what it asked for."""
        self._blocked = True

    def resume_writing(self) -> None:
        """Go on: the client has read."""
        self._blocked = False
        if self._file is None:
            self._advance()
        else:
            self._send_piece()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - part of the protocol
        """Forget everything. A client that goes away is no error."""
        self._phase, self.deadline = Phase.END, inf
        self._unparsed = b""
        self._close_file()
        self._reader.ready.clear()
        self._shared.connections.discard(self)
        if not self._shared.connections:
            self._shared.empty.set()

    # What the server calls.

    def expire(self) -> None:
        """Act on a deadline that has passed."""
        if self._phase in {Phase.HEAD, Phase.BODY}:
            self._refuse(408)
        elif self._phase is Phase.REQUEST:
            self._finish()
        else:
            self.cut()

    def drain(self) -> None:
        """Close unless a request is under way."""
        if self._phase in {Phase.REQUEST, Phase.REFUSED}:
            self._finish()

    def cut(self) -> None:
        """Close at once and lose what is not sent."""
        self._phase, self.deadline = Phase.END, inf
        self._transport.abort()

    # The work.

    def _advance(self) -> None:
        """Answer and parse by turns until something has to be waited for."""
        reader = self._reader
        while not (self._busy or self._blocked or self._phase in _ENDING):
            if reader.ready:
                self._handle(reader.ready.popleft())
            elif self._refused:
                self._refuse(self._refused.status)
            elif self._unparsed:
                self._parse()
            elif self._half_closed:
                self._finish()
            else:
                self._listen()
                return
        if self._phase not in _ENDING:
            waits_for_answer = self._busy and self._file is None
            self._wait_for(Phase.HANDLER if waits_for_answer else Phase.READER)

    def _parse(self) -> None:
        piece, self._unparsed = self._unparsed[:PIECE], self._unparsed[PIECE:]
        try:
            self._reader.feed(piece)
        except Refused as refused:
            self._refused = refused  # answered after what came before it

    def _handle(self, arrival: Arrival) -> None:
        """Call the handler; answer at once or when its future is done."""
        try:
            result = self._shared.handler(arrival.request)
            if isinstance(result, Response):
                self._answer(arrival, result)
                return
            future = asyncio.ensure_future(result)
        except Exception as error:  # noqa: BLE001 - nothing a handler does may end the server
            self._answer(arrival, failure(error))
            return
        self._busy = True
        future.add_done_callback(lambda done: self._answer_later(arrival, done))

    def _answer_later(self, arrival: Arrival, done: "asyncio.Future[Response]") -> None:
        try:
            response = done.result()
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - as above
            response = failure(error)
        self._busy = False
        if self._phase not in _ENDING:
            self._answer(arrival, response)
            self._advance()
        elif response.file is not None:
            response.file.close()

    def _answer(self, arrival: Arrival, response: Response) -> None:
        """Send an answer, and close if it is the last one."""
        shared = self._shared
        last = arrival.last or (shared.draining and not self._reader.ready)
        common, method = shared.date_line, arrival.request.method
        if last:
            common += "Connection: close\r\n"
        elif arrival.old:
            common += "Connection: keep-alive\r\n"
        try:
            data = encode(response, method, common)
        except Exception as error:  # noqa: BLE001 - as above
            response = failure(error)
            data = encode(response, method, common)
        self._transport.write(data)
        self._phase = None  # whatever comes next has its own time
        if response.file is not None:
            self._send_file(response.file, method, last=last)
        elif last:
            self._finish()

    def _send_file(self, file: BinaryIO, method: str, *, last: bool) -> None:
        """Send a file piece by piece, as the client reads it, before anything else is answered."""
        self._file, self._is_last, self._busy = file, last, True
        if method == "HEAD":
            file.seek(0, SEEK_END)
        self._send_piece()

    def _send_piece(self) -> None:
        """Send one piece, then let others go on. Each piece has its own time to be read."""
        if self._file is None:
            return  # the client went away
        if piece := self._file.read(FILE_PIECE):
            self._transport.write(piece)
            self._phase = None
            self._wait_for(Phase.READER)
            if not self._blocked:
                asyncio.get_running_loop().call_soon(self._send_piece)
            return
        self._close_file()
        self._busy = False
        if self._is_last:
            self._finish()
        else:
            self._advance()

    def _close_file(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _listen(self) -> None:
        """Wait for more bytes; the only place where the client is the one to act."""
        if self._shared.draining and self._reader.stage is Stage.NOTHING:
            self._finish()
            return
        if self._reader.expects_continue:
            self._reader.expects_continue = False
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self._wait_for(_READING[self._reader.stage])
        self._resume()

    def _resume(self) -> None:
        if self._paused:
            self._paused = False
            self._transport.resume_reading()

    def _refuse(self, status: int) -> None:
        """Say why, then read on without listening, since closing now could destroy the answer."""
        self._unparsed = b""
        response = self._shared.refuser(status, self._reader.target, self._reader.headers)
        self._transport.write(
            encode(response, "", f"{self._shared.date_line}Connection: close\r\n")
        )
        if self._transport.can_write_eof():
            self._transport.write_eof()
        self._wait_for(Phase.REFUSED)
        self._resume()

    def _finish(self) -> None:
        """Close once everything is sent."""
        self._wait_for(Phase.END)
        self._transport.close()

    def _wait_for(self, phase: Phase) -> None:
        """Set the deadline; that of a body counts from the first byte of the head."""
        if phase is self._phase:
            return
        if not (phase is Phase.BODY and self._phase is Phase.HEAD):
            self._since = self._shared.clock.monotonic()
        self._phase = phase
        self.deadline = self._since + self._shared.seconds[phase]
