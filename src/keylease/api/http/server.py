"""The server: where connections are accepted, timed and drained."""

import asyncio
import socket
import ssl
from email.utils import formatdate
from typing import Any

from keylease.api.http.connection import Connection, Shared
from keylease.api.http.limits import Limits
from keylease.api.http.response import Handler, Refuser, refused
from keylease.core.clock import MachineClock

#: The longest that a drain may take, in seconds. design.md 3.
LONGEST_DRAIN = 10.0


class HttpServer:
    """Serves one handler on any number of addresses, in the event loop that starts it.

    ``refuser`` answers what never reaches the handler.
    """

    def __init__(
        self,
        handler: Handler,
        limits: Limits,
        machine_clock: MachineClock,
        refuser: Refuser = refused,
    ) -> None:
        self._shared = Shared(handler, limits, machine_clock, refuser)
        self._limits = limits
        self._listeners: list[asyncio.AbstractServer] = []
        self._timer: asyncio.TimerHandle | None = None
        shortest = min(self._shared.seconds.values())
        self._tick_seconds = min(1.0, shortest / 4)

    async def start(
        self,
        host: str | None,
        port: int,
        ssl_context: ssl.SSLContext | None = None,
        sock: socket.socket | None = None,
    ) -> int:
        """Listen on an address, or on ``sock`` if given; returns the port (0 asks for a free one).

        Raises OSError if the address is taken.
        """
        where: dict[str, Any] = {"sock": sock} if sock else {"host": host, "port": port}
        listener = await asyncio.get_running_loop().create_server(
            lambda: Connection(self._shared),
            **where,
            ssl=ssl_context,
            backlog=1024,
            ssl_handshake_timeout=self._limits.head_seconds if ssl_context else None,
            ssl_shutdown_timeout=self._limits.linger_seconds if ssl_context else None,
        )
        self._listeners.append(listener)
        if self._timer is None:
            self._tick()
        return int(listener.sockets[0].getsockname()[1])

    async def drain(self, seconds: float) -> None:
        """Stop: finish the requests under way, for at most ``seconds`` and never more than 10."""
        shared = self._shared
        shared.draining = True
        for listener in self._listeners:
            listener.close()
        for connection in list(shared.connections):
            connection.drain()
        if shared.connections:
            try:
                await asyncio.wait_for(shared.empty.wait(), min(seconds, LONGEST_DRAIN))
            except TimeoutError:
                self._cut_all()
                await shared.empty.wait()
        if self._timer is not None:
            self._timer.cancel()

    def _cut_all(self) -> None:
        for connection in list(self._shared.connections):
            connection.cut()

    def _tick(self) -> None:
        """Refresh the date and act on deadlines: one timer for all connections."""
        self._timer = asyncio.get_running_loop().call_later(self._tick_seconds, self._tick)
        shared = self._shared
        shared.date_line = f"Date: {formatdate(shared.clock.wall(), usegmt=True)}\r\n"
        now = shared.clock.monotonic()
        for connection in [c for c in shared.connections if c.deadline < now]:
            connection.expire()
