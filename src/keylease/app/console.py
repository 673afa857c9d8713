"""The consoles in a serving process: from our HTTP server to Starlette, and to the operations."""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from keylease.access.admission import Caller
from keylease.access.permissions import Permission
from keylease.access.ram.grants import grants_of
from keylease.access.request import Request
from keylease.api.http.limits import Limits
from keylease.api.http.response import Response
from keylease.api.rpc.inside import CONSOLE, Asked, Inside
from keylease.api.rpc.page_permissions import require
from keylease.app import clock, trail
from keylease.app.deployment import Deployment
from keylease.app.file_exports import FileExports
from keylease.app.trail_checks import TrailChecks
from keylease.console.headers import HSTS, SECURITY_HEADERS
from keylease.console.ports import Outside, Transactions

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.types import Message

PAGE_THREADS = 4
#: Of their own, since passwords are slow on purpose: guessing them delays nobody's page.
SIGN_IN_THREADS = 2
#: Answers to what is too large to be read: the body, the address, the headers.
BODY_TOO_LARGE = 413
TOO_LARGE = frozenset({BODY_TOO_LARGE, 414, 431})
_LIMITS = Limits()
_ASSETS = "/console/static/"
_FOREVER = "public, max-age=31536000, immutable"


class ConsoleDoor:
    """Answers what is asked below ``/console`` and ``/operator``."""

    def __init__(self, deployment: Deployment, inside: Inside) -> None:
        self._threads = ThreadPoolExecutor(PAGE_THREADS, thread_name_prefix="keylease-page")
        self._at_the_door = ThreadPoolExecutor(SIGN_IN_THREADS, thread_name_prefix="keylease-door")
        self._inside = inside
        self._exports = FileExports(
            deployment.database.read, deployment.settings.data / "exports", deployment.machine
        )
        self._trail_checks = TrailChecks(deployment)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._deployment = deployment
        self._application: Starlette | None = None

    def close(self) -> None:
        """End the threads."""
        self._exports.close()
        self._trail_checks.close()
        self._at_the_door.shutdown(wait=True)
        self._threads.shutdown(wait=True)

    async def handle(self, request: Request) -> Response:
        """The page. Called on the event loop."""
        self._loop = asyncio.get_running_loop()
        if self._application is None:
            self._application = await self._loop.run_in_executor(self._threads, self._made)
        sent: list[Message] = []

        bodies = iter((request.body,))

        async def receive() -> "Message":
            for body in bodies:
                return {"type": "http.request", "body": body, "more_body": False}
            await asyncio.Event().wait()  # for a disconnect, of which pages need not know
            raise AssertionError

        async def send(message: "Message") -> None:
            sent.append(message)

        await self._application(_scope(request), receive, send)
        return _response(request, sent)

    def too_large(self, status: int, target: str, headers: Mapping[str, str]) -> Response:
        """The page for what is too large to be read. Imported when there is need for it."""
        from keylease.console.too_large import page

        shown = [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store")]
        body = page(target, headers, _LIMITS.body if status == BODY_TOO_LARGE else _LIMITS.target)
        return Response(status, (*shown, *SECURITY_HEADERS.items()), body)

    def _made(self) -> "Starlette":
        """The application. Imported when a page is asked for: most processes serve none."""
        from keylease.console.application import application

        deployment = self._deployment
        return application(
            Transactions(deployment.database.begin, deployment.database.read),
            self._perform,
            Outside(
                partial(clock.move, deployment),
                partial(trail.recent_uses, deployment),
                self._exports,
                _require,
                self._trail_checks.begin,
            ),
            self._threads,
            self._at_the_door,
        )

    def _perform(
        self,
        caller: Caller,
        operation: str,
        values: Mapping[str, str],
    ) -> Mapping[str, Any]:
        """Fits `keylease.console.ports.Perform`: from a page's thread to the event loop."""
        if self._loop is None:
            raise AssertionError("no page was asked for")
        if not caller.principal.is_root:
            with self._deployment.database.read() as work:
                caller = caller._replace(grants=grants_of(work.ram, caller.principal, CONSOLE))
        asked = Asked(caller, operation, values)
        done = asyncio.run_coroutine_threadsafe(self._inside.perform(asked), self._loop)
        return done.result()


def _require(caller: Caller, permissions: Sequence[Permission], work: Any) -> None:
    """Fits `keylease.console.ports.RequirePermission`, for units of work that fit both sides."""
    require(caller, permissions, work)


def _scope(request: Request) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "https" if request.is_secure else "http",
        "path": unquote(request.path),
        "raw_path": request.path.encode(),
        "query_string": request.query.encode(),
        "root_path": "",
        "headers": [(k.encode("latin-1"), v.encode("latin-1")) for k, v in request.headers.items()],
        "client": (request.peer, 0),
        "server": None,
    }


def _response(request: Request, sent: "list[Message]") -> Response:
    """What Starlette sent, with the headers that every page has."""
    start = next(one for one in sent if one["type"] == "http.response.start")
    body = b"".join(one.get("body", b"") for one in sent if one["type"] == "http.response.body")
    given = [(k.decode("latin-1"), v.decode("latin-1")) for k, v in start["headers"]]
    kept = [(k, v) for k, v in given if k.lower() not in {"content-length", "connection", "date"}]
    is_asset = request.path.startswith(_ASSETS) and start["status"] in {200, 304}
    caching = _FOREVER if is_asset and request.query else "no-store"
    secure = [HSTS] if request.is_secure else []
    headers = [*kept, *SECURITY_HEADERS.items(), *secure, ("Cache-Control", caching)]
    answer = Response(start["status"], tuple(headers), body)
    for one in sent:
        if "file" in one:
            answer.file, answer.length = one["file"], one["length"]
    return answer
