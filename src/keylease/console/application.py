"""Both consoles and their static files as a Starlette application: what answers at each address."""

from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from functools import partial

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

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
    for console, pages in ((Console("console"), CUSTOMER), (Console("operator"), OPERATOR)):
        door = Door(console, transactions, carry_out, outside, page_threads, sign_in_threads)
        if not console.is_operator:
            routes.append(Route(calendar_feed.PATH, door.feed))
        routes += _routes(door, pages)
    return Starlette(routes=routes)


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
