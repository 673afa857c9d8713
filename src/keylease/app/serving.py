"""One serving process: everything a request needs, and how it starts and ends."""

import asyncio
import gc
import os
import signal
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import structlog
import uvloop

from keylease.access.replay import ReplayGuard
from keylease.access.request import Request
from keylease.api.cryptors import Cryptors
from keylease.api.gateway.calls import GatewayService
from keylease.api.gateway.door import GatewayDoor
from keylease.api.gateway.errors import before_reading
from keylease.api.http.limits import Limits
from keylease.api.http.reader import MESSAGE_HEADER
from keylease.api.http.response import Response
from keylease.api.http.server import HttpServer
from keylease.api.rpc.carrying import Carrier, Scribe, Transactions
from keylease.api.rpc.data import CryptoService
from keylease.api.rpc.door import RpcDoor
from keylease.api.rpc.inside import Inside
from keylease.app.audit_place import audit_sink
from keylease.app.call_log import CallLogWriter
from keylease.app.console import TOO_LARGE, ConsoleDoor
from keylease.app.deployment import Deployment
from keylease.app.metering import Meter
from keylease.app.metrics import Metrics
from keylease.app.node import NodeThreads
from keylease.app.rates import RateExchange
from keylease.app.sealing import adopt_seal
from keylease.core.errors import Refusal
from keylease.crypto.self_test import self_test
from keylease.records.chain import Head
from keylease.records.group_commit import GroupCommitter
from keylease.runtime.applications import ApplicationGate
from keylease.runtime.asymmetric import Asymmetric
from keylease.runtime.call_log import CallLog
from keylease.runtime.gate import Gate
from keylease.runtime.memory import Memory
from keylease.runtime.metering import RequestCounter
from keylease.runtime.quotas import AccountQuotas
from keylease.runtime.rates import RateLimiter
from keylease.runtime.sealing import Sealing
from keylease.runtime.secrets import SecretValues
from keylease.runtime.sharing import FairRates, FairShares
from keylease.storage.source import SqlSource

log = structlog.get_logger()

DRAIN_SECONDS = 10.0
ANCHOR_SECONDS = 1.0
WORKER_THREADS = 8
LOADER_THREADS = 2
CRYPTO_THREADS = os.cpu_count() or 2
#: Calls leave hardly a cycle behind: who looks for them 28 times as seldom serves a tenth more.
GC_THRESHOLDS = (20_000, 20, 50)

_CONSOLES = ("/console", "/operator")
_TEXT = (("Content-Type", "text/plain; charset=utf-8"),)


class ServingProcess:
    """Serves until it is told to stop.

    Misuse if this installation computes wrongly.
    """

    def __init__(self, deployment: Deployment, *, role: str, runs_agenda: bool) -> None:
        providers = deployment.services.providers
        self_test(providers.software)
        if providers.offers_hardware:
            # Now, so that a fault is told at the start.
            providers.hardware().self_test()
        self._deployment = deployment
        settings = deployment.settings
        self._anchor: Head | None = None
        self._kept: Head | None = None
        self._memory = Memory(
            SqlSource(deployment.database, lambda: adopt_seal(deployment)), deployment.machine
        )
        requests = RequestCounter()
        call_log = CallLog()
        shares = FairShares(1 / settings.workers)
        self._threads = NodeThreads(
            deployment,
            self._memory,
            role=role,
            runs_agenda=runs_agenda,
            meter=Meter(requests, deployment.database),
            call_log=CallLogWriter(call_log, deployment.database),
            rates=RateExchange(shares, deployment.database, deployment.machine),
        )
        self._sink = audit_sink(deployment, self._threads.id)
        self._audit = GroupCommitter(
            self._threads.id, self._sink, deployment.machine, self._note_anchor
        )
        self._workers = ThreadPoolExecutor(WORKER_THREADS, thread_name_prefix="keylease-work")
        # Of their own, so that slow management calls do not keep crypto calls from loading.
        self._loaders = ThreadPoolExecutor(LOADER_THREADS, thread_name_prefix="keylease-load")
        # For what takes long and lets go of the interpreter: RSA and the like.
        self._cryptors = Cryptors(CRYPTO_THREADS)
        machine = deployment.machine
        gate = Gate(
            FairRates(RateLimiter(machine), shares), requests, quotas_on=settings.quotas != "off"
        )
        scribe = Scribe(self._memory.now, machine)
        carrier = Carrier(
            Transactions(deployment.database.begin, deployment.database.read),
            scribe,
            lambda: adopt_seal(deployment),
        )
        crypto = CryptoService(
            Sealing(gate, deployment.entropy, deployment.nonces),
            Asymmetric(gate),
            SecretValues(gate),
        )
        self._door = RpcDoor(
            memory=self._memory,
            carrier=carrier,
            scribe=scribe,
            crypto=crypto,
            audit=self._audit,
            guard=ReplayGuard(deployment.machine),
            machine=deployment.machine,
            entropy=deployment.entropy,
            workers=self._workers,
            loaders=self._loaders,
            cryptors=self._cryptors,
            default_region=settings.default_region,
            call_log=call_log,
            quotas=AccountQuotas(machine, shares) if settings.quotas == "documented" else None,
        )
        self._gateway = GatewayDoor(
            memory=self._memory,
            service=GatewayService(
                ApplicationGate(gate),
                SecretValues(gate),
                deployment.entropy,
                deployment.nonces,
                providers.software,
            ),
            audit=self._audit,
            machine=deployment.machine,
            loaders=self._loaders,
            cryptors=self._cryptors,
            call_log=call_log,
        )
        self._console = ConsoleDoor(
            deployment,
            Inside(
                memory=self._memory,
                carrier=carrier,
                scribe=scribe,
                crypto=crypto,
                audit=self._audit,
                machine=machine,
                entropy=deployment.entropy,
                workers=self._workers,
                loaders=self._loaders,
                cryptors=self._cryptors,
            ),
        )
        self._metrics = Metrics((self._door, self._gateway), lambda: self._threads.books_findings)

    async def serve(
        self,
        listeners: list[tuple[socket.socket, ssl.SSLContext | None]],
        ready: Callable[[], None],
    ) -> None:
        """Serve on these sockets until SIGTERM or SIGINT; then drain."""
        gc.set_threshold(*GC_THRESHOLDS)
        loop = asyncio.get_running_loop()
        stopping = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stopping.set)
        server = HttpServer(self._route, Limits(), self._deployment.machine, self._unread)
        self._threads.start()
        self._threads.repeat("anchor", self._keep_anchor, ANCHOR_SECONDS)
        for listener, context in listeners:
            await server.start(None, 0, context, listener)
        ready()
        await stopping.wait()
        await server.drain(DRAIN_SECONDS)

    def close(self) -> None:
        """End threads and let go of everything, in the order of need."""
        self._console.close()
        self._workers.shutdown(wait=True)
        self._loaders.shutdown(wait=True)
        self._cryptors.close()
        self._audit.close()
        self._keep_anchor()
        self._threads.stop()
        self._sink.close()
        self._deployment.close()

    def _route(self, request: Request) -> Response | Awaitable[Response]:
        path = request.path
        if path in {"/", ""}:
            return self._at_root(request)
        if path.startswith(_CONSOLES):
            return self._console.handle(request)
        match path:
            case "/healthz":
                return Response(200, _TEXT, b"ok\n")
            case "/readyz":
                return self._ready()
            case "/metrics":
                return self._metrics.page()
        return Response(404, _TEXT, b"Nothing is here. The APIs answer at /.\n")

    def _unread(self, status: int, target: str, headers: Mapping[str, str]) -> Response:
        """What a request is told that is too large or no HTTP: people get a page."""
        if target.startswith(_CONSOLES) and status in TOO_LARGE:
            return self._console.too_large(status, target, headers)
        return before_reading(status, target, headers)

    def _at_root(self, request: Request) -> Response | Awaitable[Response]:
        if _comes_to_look(request):
            return Response(303, (("Location", "/console/"),), b"")
        # A header that the OpenAPI's clients never send tells the instance gateway.
        is_message = MESSAGE_HEADER in request.headers
        return self._metrics.counted(request, self._gateway if is_message else self._door)

    def _ready(self) -> Response:
        try:
            self._memory.require_fresh()
        except Refusal as error:
            return Response(503, _TEXT, error.message.encode() + b"\n")
        return Response(200, _TEXT, b"ready\n")

    def _note_anchor(self, head: Head) -> None:
        """In the audit's own thread, which must never wait for the main database."""
        self._anchor = head

    def _keep_anchor(self) -> None:
        head = self._anchor
        if head is not None and head != self._kept:
            with self._deployment.database.begin() as work:
                work.audit.anchor(head, work.machine)
            self._kept = head


def _comes_to_look(request: Request) -> bool:
    """Whether it is a browser in which somebody typed the address alone."""
    is_bare = request.method == "GET" and not request.query
    return is_bare and "text/html" in request.headers.get("accept", "")


def run_serving(
    process: ServingProcess,
    listeners: list[tuple[socket.socket, ssl.SSLContext | None]],
    ready: Callable[[], None],
) -> None:
    """Run the event loop of a serving process until it ends."""
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(process.serve(listeners, ready))
    finally:
        process.close()
