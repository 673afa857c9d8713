"""The product's HTTP server with a handler that answers at once with nothing: the yardstick."""

import asyncio
import signal

import uvloop

from keylease.access.request import Request
from keylease.api.http import HttpServer, Limits, Response
from keylease.core.clock import SystemClock


def _answer(_request: Request) -> Response:
    return Response(200, (), b"")


async def _serve() -> None:
    ending = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ending.set)
    server = HttpServer(_answer, Limits(), SystemClock())
    port = await server.start("127.0.0.1", 0)
    print(f"Ready: http://127.0.0.1:{port}", flush=True)
    await ending.wait()
    await server.drain(1.0)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve())
