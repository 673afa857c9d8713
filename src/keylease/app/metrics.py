"""Counters for Prometheus, at ``/metrics``. Children are cached: one addition a request."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from keylease.access.request import Request
from keylease.api.http.response import Response

_PAGE = (("Content-Type", "text/plain; version=0.0.4; charset=utf-8"),)


class Door(Protocol):
    """What answers requests."""

    @property
    def unauthenticated(self) -> int:
        """How many requests came of nobody we know."""
        ...

    def handle(self, request: Request) -> Response | asyncio.Future[Response]:
        """The answer, or a future of it."""
        ...


class Metrics:
    """Counts what the doors answer, by HTTP status."""

    def __init__(self, doors: Sequence[Door], books_findings: Callable[[], float]) -> None:
        self._registry = CollectorRegistry()
        answers = Counter(
            "keylease_answers",
            "Answers of the OpenAPI and the instance gateway.",
            ["status"],
            registry=self._registry,
        )
        self._children = {status: answers.labels(str(status)) for status in (200, 400, 403, 404)}
        self._answers = answers
        unknown = Gauge(
            "keylease_unauthenticated",
            "Requests that could not be authenticated, since the start.",
            registry=self._registry,
        )
        unknown.set_function(lambda: float(sum(one.unauthenticated for one in doors)))
        books = Gauge(
            "keylease_books_findings",
            "What the last daily check of the books found; NaN before the first.",
            registry=self._registry,
        )
        books.set_function(books_findings)

    def counted(self, request: Request, door: Door) -> Response | asyncio.Future[Response]:
        """A door's answer, counted."""
        answer = door.handle(request)
        if isinstance(answer, Response):
            self._count(answer.status)
        else:
            answer.add_done_callback(self._count_later)
        return answer

    def page(self) -> Response:
        """The numbers, as Prometheus reads them."""
        return Response(200, _PAGE, generate_latest(self._registry))

    def _count_later(self, answer: "asyncio.Future[Response]") -> None:
        if not answer.cancelled() and answer.exception() is None:
            self._count(answer.result().status)

    def _count(self, status: int) -> None:
        child = self._children.get(status)
        if child is None:
            child = self._children[status] = self._answers.labels(str(status))
        child.inc()
