"""A console's door: who visits, which view answers, how the answer is sent.

Views run in threads of their own, since they wait for operations that run in others. Passwords,
which are slow to check on purpose, have another pool again.
"""

import asyncio
import base64
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from typing import BinaryIO
from urllib.parse import quote

import structlog
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from keylease.access.sign_in import SEEN_SECONDS, digest_of
from keylease.console import incoming, signing
from keylease.console.languages import LANGUAGES
from keylease.console.navigation import Console
from keylease.console.pages import calendar_feed
from keylease.console.pages.errors import problem_page
from keylease.console.permissions import needs_of, open_links
from keylease.console.ports import ConsoleWork, Outside, Perform, Transactions, Visitor
from keylease.console.rendering import render
from keylease.console.routes import Action, View
from keylease.console.visit import Download, Goto, Page, Show, Visit
from keylease.core.errors import Code, Refusal, Unreachable, told
from keylease.core.regions import DEFAULT_REGION, REGIONS

log = structlog.get_logger()

_NOTICE_SECONDS = 30
_YEAR = 31_536_000


class OpenFile(Response):
    """An open file, handed on as it is; whoever sends it closes it."""

    def __init__(self, file: BinaryIO, headers: dict[str, str], media_type: str) -> None:
        super().__init__(b"", headers=headers, media_type=media_type)
        self._file = file

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """The answer's head, then the file."""
        head = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(head)
        length = os.fstat(self._file.fileno()).st_size
        await send({"type": "http.response.body", "file": self._file, "length": length})


@dataclass(frozen=True, slots=True)
class Door:
    """Answers what is asked of a console."""

    console: Console
    transactions: Transactions
    carry_out: Perform
    outside: Outside
    page_threads: Executor
    sign_in_threads: Executor

    # --- what Starlette calls, on the event loop --------------------------------------------

    async def answer(self, route: View | Action, request: Request) -> Response:
        """A view's page, or what an action leads to."""
        form = await request.form()
        return await self._in_thread(request, lambda: self._answered(route, request, form))

    async def nothing_here(self, request: Request) -> Response:
        """Any other address."""
        return await self._in_thread(request, lambda: self._answered(_NOWHERE, request, FormData()))

    async def wrong_method(self, request: Request, allowed: Sequence[str]) -> Response:
        """An address that is not asked for like this, but in the ways that are allowed."""
        return await self._in_thread(request, lambda: self._told_methods(request, allowed))

    async def unreadable(self, request: Request) -> Response:
        """A form whose parts are none."""
        return await self._in_thread(request, lambda: self._failed(request, _UNREADABLE, 400))

    async def sign_in(self, request: Request) -> Response:
        """The page to sign in on, and its form."""
        form = await request.form()
        threads = self.sign_in_threads if request.method == "POST" else self.page_threads
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
        return await self._in(self.page_threads, request, work)

    async def _in(
        self, threads: Executor, request: Request, work: Callable[[], Response]
    ) -> Response:
        answer = partial(self._answer_or_failure, request, work)
        return await asyncio.get_running_loop().run_in_executor(threads, answer)

    # --- in a thread ------------------------------------------------------------------------

    def _answer_or_failure(self, request: Request, work: Callable[[], Response]) -> Response:
        """What ``work`` answers, or a page that says why it does not."""
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
        return self._failed(request, _OUR_FAULT, 500)

    def _failed(self, request: Request, refusal: Refusal, status: int) -> Response:
        values = {"console": self.console, "theme": incoming.theme(request), "refusal": refusal}
        body = render("failure.html", incoming.language(request), values)
        return Response(body, status, media_type="text/html")

    def _told_methods(self, request: Request, allowed: Sequence[str]) -> Response:
        with self.transactions.read() as work:
            visit = self._visit(work, request, FormData())
            if visit is None:
                response = self._failed(request, _WRONG_METHOD, 405)
            else:
                page = replace(problem_page(_WRONG_METHOD), status=405)
                response = self._html(request, page, visit, work, page.status)
        response.headers["Allow"] = ", ".join(allowed)
        return response

    def _preferred(self, request: Request, form: FormData) -> Response:
        incoming.require_same_site(request)
        response = RedirectResponse(self._local(incoming.text_in(form, "next")), 303)
        allowed = {"region": REGIONS, "language": LANGUAGES, "theme": ("auto", "light", "dark")}
        for name, values in allowed.items():
            if (chosen := incoming.text_in(form, name)) in values:
                response.set_cookie(f"keylease-{name}", chosen, _YEAR, samesite="lax")
        return response

    def _answered(self, route: View | Action, request: Request, form: FormData) -> Response:
        incoming.require_plain(request, form)
        if isinstance(route, Action):
            return self._acted(route, request, form)
        return self._viewed(route, request, form)

    def _viewed(self, view: View, request: Request, form: FormData) -> Response:
        with self.transactions.read() as work:
            visit = self._visit(work, request, form)
            if visit is None:
                return self._to_sign_in(request)
            response = self._shown(request, visit, work, _guarded(view))
            stale = work.machine - visit.visitor.session.seen
        if stale > SEEN_SECONDS and "hx-request" not in request.headers:
            with self.transactions.begin() as work:
                work.sign_ins.touch(visit.visitor.session.digest, work.machine)
        return response

    def _acted(self, action: Action, request: Request, form: FormData) -> Response:
        """Do it; a refused form is shown again with what was filled in, and why it was refused."""
        back = self._address(action.back, request)
        with self.transactions.read() as work:
            visit = self._visit(work, request, form)
        if visit is None:
            return self._to_sign_in(request)
        try:
            incoming.require_same_site(request)
            visit.visitor.session.check_form(incoming.text_in(form, "form_token"))
            self._require_page(action.back, visit)
            done = action.act(visit)
        except Refusal as refusal:
            visit.problem = refusal
            visit.here = back
            with self.transactions.read() as work:
                return self._shown(request, visit, work, _guarded(action.back))
        if isinstance(done, Goto):
            return self._redirected(visit, done)
        visit.here = back
        with self.transactions.read() as work:
            return self._shown(request, visit, work, lambda _visit, _work: done)

    def _require_page(self, view: View, visit: Visit) -> None:
        """Refuse the forms of a page that the user may not see; what they do needs more."""
        if visit.is_user:
            with self.transactions.read() as work:
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
            "console": self.console,
            "navigation": open_links(self.console.links, visit),
            "now": work.now,
            "test_clock": work.clock_state if work.clock_state.kind == "test" else None,
            "theme": incoming.theme(request),
            "here": visit.here,
            "notice": incoming.notice(request),
            **page.values,
        }
        body = render(page.template, visit.language, values)
        response = Response(body, status, media_type="text/html")
        if "keylease-notice" in request.cookies:
            response.delete_cookie("keylease-notice", self.console.root)
        return response

    def _redirected(self, visit: Visit, goto: Goto) -> Response:
        response = RedirectResponse(goto.path, 303)
        if goto.done:
            said = visit.t(goto.done, **goto.about)
            coded = base64.urlsafe_b64encode(said.encode()).decode()
            response.set_cookie(
                "keylease-notice", coded, _NOTICE_SECONDS, path=self.console.root, httponly=True
            )
        return response

    def _visit(self, work: ConsoleWork, request: Request, form: FormData) -> Visit | None:
        token = request.cookies.get(self.console.cookie(is_secure=incoming.is_secure(request)))
        found = work.sign_ins.visitor(digest_of(token)) if token else None
        if found is None:
            return None
        visitor = Visitor(*found)
        if visitor.session.is_over(work.machine):
            return None
        if (visitor.account is None) is not self.console.is_operator:
            return None
        region = request.cookies.get("keylease-region", "")
        own = "en" if visitor.account is None else visitor.account.language
        return Visit(
            visitor=visitor,
            region=region if region in REGIONS else DEFAULT_REGION,
            language=incoming.language(request, own),
            peer=request.client.host if request.client else "",
            is_secure=incoming.is_secure(request),
            path=request.path_params,
            query=request.query_params,
            form={name: value for name, value in form.items() if isinstance(value, str)},
            lists={name: [v for v in form.getlist(name) if isinstance(v, str)] for name in form},
            files={name: one.file.read() for name, one in form.items() if not isinstance(one, str)},
            transactions=self.transactions,
            carry_out=self.carry_out,
            outside=self.outside,
            here=incoming.here(request),
            origin=f"{request.url.scheme}://{request.headers.get('host', '')}",
        )

    def _to_sign_in(self, request: Request) -> Response:
        path = f"{self.console.root}/sign-in"
        if request.method == "GET" and request.url.path != f"{self.console.root}/":
            path += f"?next={quote(incoming.here(request))}"
        if "hx-request" in request.headers:  # for the whole window, not for a part of the page
            return Response(headers={"HX-Redirect": path})
        return RedirectResponse(path, 303)

    def _signed_in(self, request: Request, form: FormData) -> Response:
        incoming.require_plain(request, form)
        onward = self._local(request.query_params.get("next", "") or incoming.text_in(form, "next"))
        if request.method != "POST":
            return self._sign_in_page(request, form, onward)
        name = signing.name_in(incoming.text_in(form, "name"))
        is_secure = incoming.is_secure(request)
        known_by = self.console.device_cookie(name, is_secure=is_secure)
        try:
            incoming.require_same_site(request)
            signed_in = signing.sign_in(
                self.transactions,
                name,
                incoming.text_in(form, "password"),
                request.cookies.get(known_by, ""),
                is_operator=self.console.is_operator,
            )
        except Refusal as refusal:
            return self._sign_in_page(request, form, onward, refusal)
        response = RedirectResponse(onward, 303)
        response.set_cookie(
            self.console.cookie(is_secure=is_secure),
            signed_in.token,
            path=self.console.root,
            secure=is_secure,
            httponly=True,
            samesite="lax",
        )
        response.set_cookie(
            known_by,
            signed_in.device,
            _YEAR,
            path=f"{self.console.root}/sign-in",
            secure=is_secure,
            httponly=True,
            samesite="strict",
        )
        return response

    def _sign_in_page(
        self, request: Request, form: FormData, onward: str, problem: Refusal | None = None
    ) -> Response:
        values = {
            "console": self.console,
            "theme": incoming.theme(request),
            "next": onward,
            "problem": problem,
            "name": incoming.text_in(form, "name"),
        }
        body = render("sign_in.html", incoming.language(request), values)
        status = 200 if problem is None else problem_page(problem).status
        return Response(body, status, media_type="text/html")

    def _fed(self, request: Request) -> Response:
        authorization = request.headers.get("authorization", "")
        body = calendar_feed.read(self.transactions, authorization)
        if body is not None:
            return Response(body, media_type="text/calendar")
        headers = {"WWW-Authenticate": 'Basic realm="Keylease calendar", charset="UTF-8"'}
        return Response("The name or the password is wrong.\n", 401, headers, "text/plain")

    def _signed_out(self, request: Request, form: FormData) -> Response:
        with self.transactions.read() as work:
            visit = self._visit(work, request, form)
        if visit is not None:
            session = visit.visitor.session
            incoming.require_same_site(request)
            session.check_form(incoming.text_in(form, "form_token"))
            with self.transactions.begin() as work:
                if incoming.text_in(form, "everywhere"):
                    work.sign_ins.end_all(session.user_id)
                work.sign_ins.end(session.digest)
        response = RedirectResponse(f"{self.console.root}/sign-in", 303)
        is_secure = incoming.is_secure(request)
        name = self.console.cookie(is_secure=is_secure)
        response.delete_cookie(name, self.console.root, secure=is_secure, httponly=True)
        return response

    def _address(self, view: View, request: Request) -> str:
        """The address of the view that an action goes back to; Refusal if it cannot be told."""
        asked = {**request.query_params, **request.path_params}
        names = {name: quote(str(value)) for name, value in asked.items()}
        try:
            return self.console.root + view.path.replace(":path}", "}").format_map(names)
        except KeyError:
            raise Refusal(Code.RESOURCE_NOT_FOUND, "There is no such page.") from None

    def _local(self, path: str) -> str:
        """An address of this console, never one elsewhere."""
        root = f"{self.console.root}/"
        is_plain = path.isprintable() and "\\" not in path
        return path if path.startswith(root) and is_plain else root


def _guarded(view: View) -> Show:
    """The view, for those whom policies allow it."""

    def show(visit: Visit, work: ConsoleWork) -> Page | Download:
        visit.require(needs_of(view.path, visit), work)
        return view.show(visit, work)

    return show


_OUR_FAULT = Refusal(Code.INTERNAL, "This failed on our side. Try again later.")
_UNREADABLE = Refusal(Code.INVALID_PARAMETER, "The form cannot be read.")
_WRONG_METHOD = Refusal(Code.METHOD_UNSUPPORTED, "This page cannot be asked for like this.")


def _nowhere(_visit: Visit, _work: ConsoleWork) -> Page:
    raise Refusal(Code.RESOURCE_NOT_FOUND, "There is no such page.")


_NOWHERE = View("", _nowhere)
