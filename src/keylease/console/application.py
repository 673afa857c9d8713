"""Both consoles and their static files as a Starlette application: what answers at each address."""

from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from functools import partial

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Match, Mount, Route

from keylease.console.assets import Assets
from keylease.console.door import Door
from keylease.console.navigation import Console
from keylease.console.pages import calendar_feed
from keylease.console.ports import Outside, Perform, Transactions
from keylease.console.rendering import STATIC
from keylease.console.routes import CUSTOMER, OPERATOR, Action, Routes

_ASSETS = "/console/static/"


def application(
    transactions: Transactions,
    carry_out: Perform,
    outside: Outside,
    page_threads: Executor,
    sign_in_threads: Executor,
) -> Starlette:
    """Both consoles; passwords are checked in threads of their own."""
    routes: list[BaseRoute] = [Mount(_ASSETS, Assets(directory=str(STATIC)))]
    doors: dict[str, Door] = {}
    for console, pages in ((Console("console"), CUSTOMER), (Console("operator"), OPERATOR)):
        door = Door(console, transactions, carry_out, outside, page_threads, sign_in_threads)
        doors[console.root] = door
        if not console.is_operator:
            routes.append(Route(calendar_feed.PATH, door.feed))
        routes += _routes(door, pages)

    def door_of(request: Request) -> Door:
        return doors["/" + request.url.path.split("/")[1]]

    async def unreadable(request: Request, _: Exception) -> Response:
        return await door_of(request).unreadable(request)

    async def wrong_method(request: Request, _: Exception) -> Response:
        return await door_of(request).wrong_method(request, _methods_of(request))

    return Starlette(routes=routes, exception_handlers={400: unreadable, 405: wrong_method})


def _routes(door: Door, pages: Routes) -> list[BaseRoute]:
    root = door.console.root
    return [
        Route(root, _redirect_to(f"{root}/")),
        Route(f"{root}/sign-in", door.sign_in, methods=["GET", "POST"]),
        Route(f"{root}/sign-out", door.sign_out, methods=["POST"]),
        Route(f"{root}/preferences", door.preferences, methods=["POST"]),
        *(
            Route(
                root + one.path,
                partial(door.answer, one),
                methods=["POST"] if isinstance(one, Action) else ["GET"],
            )
            for one in pages
        ),
        Route(f"{root}/{{rest:path}}", door.nothing_here),
    ]


def _redirect_to(path: str) -> Callable[[Request], Awaitable[Response]]:
    async def redirect(_: Request) -> Response:
        return RedirectResponse(path, 303)

    return redirect


def _methods_of(request: Request) -> list[str]:
    """Those that an address takes."""
    scope = {**request.scope, "root_path": ""}  # a mount may have looked at it
    routes = [one for one in request.app.routes if isinstance(one, Route)]
    fitting = [one for one in routes if one.matches(scope)[0] is not Match.NONE]
    return sorted({method for one in fitting for method in one.methods or ()})
