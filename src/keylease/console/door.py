"""The consoles as a Starlette application: who visits, which view answers, how it is sent.

Views run in threads of their own, since they wait for operations that run in others; signing in,
which is slow on purpose, in others again.
"""

import asyncio
import base64
import os
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, BinaryIO
from urllib.parse import quote

import structlog
from starlette.applications import Starlette
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match, Mount, Route
from starlette.types import Receive, Scope, Send

from keylease.access.sign_in import SEEN_SECONDS, digest_of
from keylease.console import signing
from keylease.console.assets import Assets
from keylease.console.languages import LANGUAGES
from keylease.console.pages import calendar_feed
from keylease.console.pages.errors import problem_page
from keylease.console.permissions import needs_of
from keylease.console.ports import ConsoleWork, Outside, Perform, Transactions, Visitor
from keylease.console.rendering import STATIC, render
from keylease.console.routes import CUSTOMER, OPERATOR, Action, View
from keylease.console.visit import Download, Goto, Page, Show, Visit
from keylease.core.errors import Code, Refusal, Unreachable, told
from keylease.core.regions import DEFAULT_REGION, REGIONS

log = structlog.get_logger()

_NOTICE_SECONDS = 30
_YEAR = 31_536_000
_ASSETS = "/console/static/"

Views = tuple[View | Action, ...]


@dataclass(frozen=True, slots=True)
class Console:
    """One of the two consoles: the customers', or the operator's."""

    name: str
    routes: Views

    @property
    def root(self) -> str:
        """Where its addresses begin."""
        return f"/{self.name}"

    @property
    def is_operator(self) -> bool:
        """Whether it is the operator's."""
        return self.name == "operator"

    def cookie(self, *, is_secure: bool) -> str:
        """The name of its session cookie; browsers take the prefix over TLS only."""
        return f"__Secure-keylease-{self.name}" if is_secure else f"keylease-{self.name}"

    def device_cookie(self, name: str, *, is_secure: bool) -> str:
        """The name of the cookie of a browser that has signed in with that name."""
        return f"{self.cookie(is_secure=is_secure)}-{digest_of(name).hex()[:16]}"


def application(
    transactions: Transactions,
    carry_out: Perform,
    outside: Outside,
    threads: Executor,
    at_the_door: Executor,
) -> Starlette:
    """Both consoles, and their static files; who signs in does so ``at_the_door``."""
    routes: list[Any] = [Mount(_ASSETS, Assets(directory=str(STATIC)))]
    doors: dict[str, _Door] = {}
    for console in (Console("console", CUSTOMER), Console("operator", OPERATOR)):
        door = _Door(console, transactions, carry_out, outside, threads, at_the_door)
        doors[console.name] = door
        routes.append(Route(console.root, _to(console.root + "/")))
        routes.append(Route(f"{console.root}/sign-in", door.sign_in, methods=["GET", "POST"]))
        routes.append(Route(f"{console.root}/sign-out", door.sign_out, methods=["POST"]))
        routes.append(Route(f"{console.root}/preferences", door.preferences, methods=["POST"]))
        if not console.is_operator:
            routes.append(Route(calendar_feed.PATH, door.feed))
        routes += [
            Route(
                console.root + one.path,
                partial(door.answer, one),
                methods=["POST"] if isinstance(one, Action) else ["GET"],
            )
            for one in console.routes
        ]
        routes.append(Route(f"{console.root}/{{rest:path}}", door.nothing_here))

    def door_of(request: Request) -> _Door:
        return doors[request.url.path.split("/")[1]]

    async def wrong_method(request: Request, _: Exception) -> Response:
        return await door_of(request).wrong_method(request)

    async def unreadable(request: Request, _: Exception) -> Response:
        return await door_of(request).unreadable(request)

    return Starlette(routes=routes, exception_handlers={400: unreadable, 405: wrong_method})


def _to(path: str) -> Callable[[Request], Awaitable[Response]]:
    async def redirect(_: Request) -> Response:
        return RedirectResponse(path, 303)

    return redirect


class OpenFile(Response):
    """An open file, given as it is to who sends it, and closed there."""

    def __init__(self, file: BinaryIO, headers: dict[str, str], media_type: str) -> None:
        super().__init__(b"", headers=headers, media_type=media_type)
        self._file = file

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """The answer's head, then the file."""
        head = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(head)
        length = os.fstat(self._file.fileno()).st_size
        await send({"type": "http.response.body", "file": self._file, "length": length})


class _Door:
    def __init__(
        self,
        console: Console,
        transactions: Transactions,
        carry_out: Perform,
        outside: Outside,
        threads: Executor,
        at_the_door: Executor,
    ) -> None:
        self._console = console
        self._transactions = transactions
        self._carry_out = carry_out
        self._outside = outside
        self._threads = threads
        self._at_the_door = at_the_door

    # --- what Starlette calls, on the event loop --------------------------------------------

    async def answer(self, route: View | Action, request: Request) -> Response:
        """A view's page, or what an action leads to."""
        form = await request.form()
        return await self._in_thread(request, lambda: self._answered(route, request, form))

    async def nothing_here(self, request: Request) -> Response:
        """Any other address."""
        return await self._in_thread(request, lambda: self._answered(_NOWHERE, request, FormData()))

    async def wrong_method(self, request: Request) -> Response:
        """An address that is not asked for like this."""
        return await self._in_thread(request, lambda: self._told_methods(request))

    async def unreadable(self, request: Request) -> Response:
        """A form whose parts are none."""
        return await self._in_thread(request, lambda: self._failed(request, _UNREADABLE, 400))

    async def sign_in(self, request: Request) -> Response:
        """The page to sign in on, and its form."""
        form = await request.form()
        threads = self._at_the_door if request.method == "POST" else self._threads
        return await self._in(threads, request, lambda: self._signed_in(request, form))

    async def feed(self, request: Request) -> Response:
        """The calendar of an account, for programs: they sign in with each request."""
        return await self._in_thread(request, lambda: self._fed(request))

    async def sign_out(self, request: Request) -> Response:
        """End the session, or all of them."""
        form = await request.form()
        return await self._in_thread(request, lambda: self._signed_out(request, form))

    async def preferences(self, request: Request) -> Response:
        """Remember region, language and theme in the browser."""
        form = await request.form()
        return await self._in_thread(request, lambda: self._preferred(request, form))

    async def _in_thread(self, request: Request, work: Callable[[], Response]) -> Response:
        return await self._in(self._threads, request, work)

    async def _in(
        self, threads: Executor, request: Request, work: Callable[[], Response]
    ) -> Response:
        answer = partial(self._told, request, work)
        return await asyncio.get_running_loop().run_in_executor(threads, answer)

    # --- in a thread ------------------------------------------------------------------------

    def _told(self, request: Request, work: Callable[[], Response]) -> Response:
        """What ``work`` answers, and what is said where it does not."""
        try:
            return work()
        except Refusal as refusal:
            return self._failed(request, refusal, problem_page(refusal).status)
        except Unreachable as error:
            return self._failed(request, error.refusal, 503)
        except Exception as error:  # noqa: BLE001 - the unknown is told to the log, not to the page
            return self._failed_by_us(request, error)

    def _failed_by_us(self, request: Request, error: Exception) -> Response:
        log.error("page_failed", **told(error))
        return self._failed(request, _OURS, 500)

    def _failed(self, request: Request, refusal: Refusal, status: int) -> Response:
        values = {"console": self._console, "theme": _theme(request), "refusal": refusal}
        body = render("failure.html", _language(request, "en"), values)
        return Response(body, status, media_type="text/html")

    def _told_methods(self, request: Request) -> Response:
        with self._transactions.read() as work:
            visit = self._visit(work, request, FormData())
            if visit is None:
                response = self._failed(request, _WRONG_METHOD, 405)
            else:
                page = replace(problem_page(_WRONG_METHOD), status=405)
                response = self._html(request, page, visit, work, page.status)
        response.headers["Allow"] = ", ".join(_methods_of(request))
        return response

    def _preferred(self, request: Request, form: FormData) -> Response:
        _require_same_site(request)
        response = RedirectResponse(self._local(_text(form, "next")), 303)
        allowed = {"region": REGIONS, "language": LANGUAGES, "theme": ("auto", "light", "dark")}
        for name, values in allowed.items():
            if (chosen := _text(form, name)) in values:
                response.set_cookie(f"keylease-{name}", chosen, _YEAR, samesite="lax")
        return response

    def _answered(self, route: View | Action, request: Request, form: FormData) -> Response:
        _require_plain(request, form)
        if isinstance(route, Action):
            return self._acted(route, request, form)
        return self._viewed(route, request, form)

    def _viewed(self, view: View, request: Request, form: FormData) -> Response:
        with self._transactions.read() as work:
            visit = self._visit(work, request, form)
            if visit is None:
                return self._to_sign_in(request)
            response = self._shown(request, visit, work, _guarded(view))
            stale = work.machine - visit.visitor.session.seen
        if stale > SEEN_SECONDS and "hx-request" not in request.headers:
            with self._transactions.begin() as work:
                work.sign_ins.touch(visit.visitor.session.digest, work.machine)
        return response

    def _acted(self, action: Action, request: Request, form: FormData) -> Response:
        """Do it; a refused form is shown again with what was filled in, and why it was refused."""
        back = self._address(action.back, request)
        with self._transactions.read() as work:
            visit = self._visit(work, request, form)
        if visit is None:
            return self._to_sign_in(request)
        try:
            _require_same_site(request)
            visit.visitor.session.check_form(_text(form, "form_token"))
            self._require_page(action.back, visit)
            done = action.act(visit)
        except Refusal as refusal:
            visit.problem = refusal
            visit.here = back
            with self._transactions.read() as work:
                return self._shown(request, visit, work, _guarded(action.back))
        if isinstance(done, Goto):
            return self._gone(visit, done)
        visit.here = back
        with self._transactions.read() as work:
            return self._shown(request, visit, work, lambda _visit, _work: done)

    def _require_page(self, view: View, visit: Visit) -> None:
        """Refuse the forms of a page to whom it is not shown; what they do is decided beside."""
        if visit.visitor.user.acts_as:
            with self._transactions.read() as work:
                visit.require(needs_of(view.path, visit), work)

    def _shown(
        self,
        request: Request,
        visit: Visit,
        work: ConsoleWork,
        show: Callable[[Visit, ConsoleWork], Page | Download],
    ) -> Response:
        try:
            page = show(visit, work)
        except Refusal as refusal:
            page = problem_page(refusal)
        if isinstance(page, Download):
            headers = {"Content-Disposition": f'attachment; filename="{page.name}"'}
            if isinstance(page.body, bytes):
                return Response(page.body, headers=headers, media_type=page.media_type)
            return OpenFile(page.body, headers, page.media_type)
        status = page.status
        if visit.problem is not None and status == 200:
            status = problem_page(visit.problem).status
        return self._html(request, page, visit, work, status)

    def _html(
        self, request: Request, page: Page, visit: Visit, work: ConsoleWork, status: int
    ) -> Response:
        values = {
            "page": page,
            "visit": visit,
            "console": self._console,
            "now": work.now,
            "test_clock": work.clock_state if work.clock_state.kind == "test" else None,
            "theme": _theme(request),
            "here": visit.here,
            "notice": _notice(request),
            **page.values,
        }
        body = render(page.template, visit.language, values)
        response = Response(body, status, media_type="text/html")
        if "keylease-notice" in request.cookies:
            response.delete_cookie("keylease-notice", self._console.root)
        return response

    def _gone(self, visit: Visit, goto: Goto) -> Response:
        response = RedirectResponse(goto.path, 303)
        if goto.done:
            said = visit.t(goto.done, **goto.about)
            coded = base64.urlsafe_b64encode(said.encode()).decode()
            response.set_cookie(
                "keylease-notice", coded, _NOTICE_SECONDS, path=self._console.root, httponly=True
            )
        return response

    def _visit(self, work: ConsoleWork, request: Request, form: FormData) -> Visit | None:
        token = request.cookies.get(self._console.cookie(is_secure=_is_secure(request)))
        found = work.sign_ins.visitor(digest_of(token)) if token else None
        if found is None:
            return None
        visitor = Visitor(*found)
        if visitor.session.is_over(work.machine):
            return None
        if (visitor.account is None) is not self._console.is_operator:
            return None
        region = request.cookies.get("keylease-region", "")
        own = "en" if visitor.account is None else visitor.account.language
        return Visit(
            visitor=visitor,
            region=region if region in REGIONS else DEFAULT_REGION,
            language=_language(request, own),
            peer=request.client.host if request.client else "",
            is_secure=_is_secure(request),
            path=request.path_params,
            query=request.query_params,
            form={name: value for name, value in form.items() if isinstance(value, str)},
            lists={name: [v for v in form.getlist(name) if isinstance(v, str)] for name in form},
            files={name: one.file.read() for name, one in form.items() if not isinstance(one, str)},
            transactions=self._transactions,
            carry_out=self._carry_out,
            outside=self._outside,
            here=_here(request),
            origin=f"{request.url.scheme}://{request.headers.get('host', '')}",
        )

    def _to_sign_in(self, request: Request) -> Response:
        path = f"{self._console.root}/sign-in"
        if request.method == "GET" and request.url.path != f"{self._console.root}/":
            path += f"?next={quote(_here(request))}"
        if "hx-request" in request.headers:  # for the whole window, not for a part of the page
            return Response(headers={"HX-Redirect": path})
        return RedirectResponse(path, 303)

    def _signed_in(self, request: Request, form: FormData) -> Response:
        _require_plain(request, form)
        language = _language(request, "en")
        onward = self._local(request.query_params.get("next", "") or _text(form, "next"))
        values = {"console": self._console, "theme": _theme(request), "next": onward}
        name, is_secure = signing.name_in(_text(form, "name")), _is_secure(request)
        known_by = self._console.device_cookie(name, is_secure=is_secure)
        values |= {"problem": None, "name": name, "here": _here(request)}
        if request.method != "POST":
            return Response(render("sign_in.html", language, values), media_type="text/html")
        try:
            _require_same_site(request)
            signed_in = signing.sign_in(
                self._transactions,
                name,
                _text(form, "password"),
                request.cookies.get(known_by, ""),
                is_operator=self._console.is_operator,
            )
        except Refusal as refusal:
            values["problem"] = refusal
            status = problem_page(refusal).status
            body = render("sign_in.html", language, values)
            return Response(body, status, media_type="text/html")
        response = RedirectResponse(onward, 303)
        response.set_cookie(
            self._console.cookie(is_secure=is_secure),
            signed_in.token,
            path=self._console.root,
            secure=is_secure,
            httponly=True,
            samesite="lax",
        )
        response.set_cookie(
            known_by,
            signed_in.device,
            _YEAR,
            path=f"{self._console.root}/sign-in",
            secure=is_secure,
            httponly=True,
            samesite="strict",
        )
        return response

    def _fed(self, request: Request) -> Response:
        authorization = request.headers.get("authorization", "")
        body = calendar_feed.read(self._transactions, authorization)
        if body is not None:
            return Response(body, media_type="text/calendar")
        headers = {"WWW-Authenticate": 'Basic realm="Keylease calendar", charset="UTF-8"'}
        return Response("The name or the password is wrong.\n", 401, headers, "text/plain")

    def _signed_out(self, request: Request, form: FormData) -> Response:
        with self._transactions.read() as work:
            visit = self._visit(work, request, form)
        if visit is not None:
            session = visit.visitor.session
            _require_same_site(request)
            session.check_form(_text(form, "form_token"))
            with self._transactions.begin() as work:
                if _text(form, "everywhere"):
                    work.sign_ins.end_all(session.user_id)
                work.sign_ins.end(session.digest)
        response = RedirectResponse(f"{self._console.root}/sign-in", 303)
        is_secure = _is_secure(request)
        name = self._console.cookie(is_secure=is_secure)
        response.delete_cookie(name, self._console.root, secure=is_secure, httponly=True)
        return response

    def _address(self, view: View, request: Request) -> str:
        """Where a view stands, by what was asked of an action beside it; Refusal if that lacks."""
        asked = {**request.query_params, **request.path_params}
        names = {name: quote(str(value)) for name, value in asked.items()}
        try:
            return self._console.root + view.path.replace(":path}", "}").format_map(names)
        except KeyError:
            raise Refusal(Code.RESOURCE_NOT_FOUND, "There is no such page.") from None

    def _local(self, path: str) -> str:
        """An address of this console, never one elsewhere."""
        root = f"{self._console.root}/"
        is_plain = path.isprintable() and "\\" not in path
        return path if path.startswith(root) and is_plain else root


def _guarded(view: View) -> Show:
    """The view, for whom policies allow it."""

    def show(visit: Visit, work: ConsoleWork) -> Page | Download:
        visit.require(needs_of(view.path, visit), work)
        return view.show(visit, work)

    return show


def _methods_of(request: Request) -> list[str]:
    """Those that an address takes."""
    scope = {**request.scope, "root_path": ""}  # a mount may have looked at it
    routes = [one for one in request.app.routes if isinstance(one, Route)]
    fitting = [one for one in routes if one.matches(scope)[0] is not Match.NONE]
    return sorted({method for one in fitting for method in one.methods or ()})


_OURS = Refusal(Code.INTERNAL, "This failed on our side. Try again later.")
_UNREADABLE = Refusal(Code.INVALID_PARAMETER, "The form cannot be read.")
_WRONG_METHOD = Refusal(Code.METHOD_UNSUPPORTED, "This page cannot be asked for like this.")


def _nowhere(_visit: Visit, _work: ConsoleWork) -> Page:
    raise Refusal(Code.RESOURCE_NOT_FOUND, "There is no such page.")


_NOWHERE = View("", _nowhere)


def _require_plain(request: Request, form: FormData) -> None:
    """Refuse NUL, which no name and no text has, and no database takes."""
    sent = [*request.path_params.values(), *request.query_params.values(), *form.values()]
    if any("\0" in value for value in sent if isinstance(value, str)):
        raise Refusal(Code.INVALID_PARAMETER, "The request holds a character that is not allowed.")


def _require_same_site(request: Request) -> None:
    """Refuse what another site's page made the browser send, also where there is no session."""
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site", "same-origin")
    same = origin is None or origin.partition("://")[2] == request.headers.get("host")
    if not same or site not in {"same-origin", "none"}:
        raise Refusal(Code.NO_PERMISSION, "This form was sent from another site: open it here.")


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def _is_secure(request: Request) -> bool:
    return request.url.scheme == "https"


def _here(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def _theme(request: Request) -> str:
    theme = request.cookies.get("keylease-theme", "auto")
    return theme if theme in {"light", "dark"} else "auto"


def _language(request: Request, default: str) -> str:
    language = request.cookies.get("keylease-language", default)
    return language if language in LANGUAGES else default


def _notice(request: Request) -> str:
    coded = request.cookies.get("keylease-notice", "")
    try:
        return base64.urlsafe_b64decode(coded.encode()).decode()
    except ValueError:
        return ""
