"""A listening server in a thread of its own, and a client that sees the raw bytes."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

import uvloop

from keylease.api.http import Handler, HttpServer, Limits
from keylease.api.http.connection import Connection
from keylease.core.clock import MachineClock, SystemClock
from waiting import until

PATIENCE = 5.0


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Running:
    """A server that listens on 127.0.0.1:``port``; ``problems`` is what its event loop reported."""

    server: HttpServer
    loop: asyncio.AbstractEventLoop
    port: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list)

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(PATIENCE)

    def call(self, function: Callable[..., object], *args: object) -> None:
        self.loop.call_soon_threadsafe(function, *args)

    def connections(self) -> int:
        return len(self.server._shared.connections)

    def connection(self) -> Connection:
        """The only one there is."""
        until(lambda: self.connections() == 1)
        return next(iter(self.server._shared.connections))


async def cancel_all() -> None:
    """End the handlers that still run."""
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()
    await asyncio.sleep(0)


@contextmanager
def serving(
    handler: Handler,
    limits: Limits | None = None,
    ssl_context: ssl.SSLContext | None = None,
    clock: MachineClock | None = None,
) -> Iterator[Running]:
    loop = uvloop.new_event_loop()
    running = Running(HttpServer(handler, limits or Limits(), clock or SystemClock()), loop)
    loop.set_exception_handler(lambda _, context: running.problems.append(context))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        running.port = running.run(running.server.start("127.0.0.1", 0, ssl_context))
        yield running
    finally:
        running.run(running.server.drain(0))
        running.run(cancel_all())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
    assert running.problems == []


class Client:
    """One connection."""

    def __init__(self, port: int, tls: ssl.SSLContext | None = None, small: bool = False) -> None:
        self.socket = socket.socket()
        if small:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.settimeout(PATIENCE)
        try:
            self.socket.connect(("127.0.0.1", port))
        except OSError:
            self.socket.close()
            raise
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_hostname="localhost")
        self.file = self.socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.file.close()
        self.socket.close()

    def reset(self) -> None:
        """Go away without a word."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.close()

    def send(self, data: bytes) -> "Client":
        self.socket.sendall(data)
        return self

    def read(self, *, head_only: bool = False) -> Answer:
        """The next answer; AssertionError at the end of the stream."""
        start = self.file.readline()
        assert start.startswith(b"HTTP/1.1 "), start
        headers = {}
        while (line := self.file.readline()) not in {b"\r\n", b""}:
            name, _, value = line.decode("latin-1").partition(":")
            assert name.lower() not in headers
            headers[name.lower()] = value.strip()
        length = 0 if head_only else int(headers.get("content-length", "0"))
        return Answer(int(start[9:12]), headers, self.file.read(length))

    def at_end(self) -> bool:
        """Whether nothing more comes; waits for it."""
        return self.file.read(1) == b""


def exchange(port: int, data: bytes) -> Answer:
    """One request on a connection of its own."""
    with Client(port) as client:
        return client.send(data).read()
