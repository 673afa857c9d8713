"""``keylease serve``: one process, or several that share the listening sockets."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import structlog

from keylease.app import tls
from keylease.app.demo import demo_lines, ensure_demo_account
from keylease.app.deployment import Deployment, FirstSignIn, open_deployment
from keylease.app.node import NodeThreads
from keylease.app.processes import die_with_parent
from keylease.app.serving import ServingProcess, run_serving
from keylease.app.settings import SETTINGS, Settings
from keylease.core.clock import SystemClock
from keylease.core.errors import Misuse

log = structlog.get_logger()

WORKER_COMMAND = "serve-worker"
_LOOK_SECONDS = 1.0
_RESPAWN_SECONDS = 1.0
_RESPAWN_SECONDS_MAX = 60.0
_STOP_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Announcements:
    """What a person is told; each is called at most once."""

    first_sign_in: Callable[[FirstSignIn], None]
    demo: Callable[[Sequence[str]], None]
    plain: Callable[[str], None]
    ready: Callable[[str], None]


def serve(settings: Settings, clock: str | None, *, demo: bool, tell: Announcements) -> None:
    """Serve until SIGTERM or SIGINT. Misuse for what cannot be served."""
    deployment = open_deployment(
        settings, clock=clock or ("test" if demo else None), may_initialise=True
    )
    context = tls.server_context(settings, deployment.machine)
    deployment.services.ca_chain_pem = tls.ca_chain(settings)
    if deployment.first_sign_in is not None:
        tell.first_sign_in(deployment.first_sign_in)
    listener = _listen(settings.host, settings.port)
    scheme = "https" if context else "http"
    url = f"{scheme}://{_shown(settings.host)}:{listener.getsockname()[1]}"
    sockets = [listener]
    if context is not None and settings.http_port >= 0:
        sockets.append(_listen(settings.host, settings.http_port))
        tell.plain(f"http://{_shown(settings.host)}:{sockets[1].getsockname()[1]}")
    if demo:
        account = ensure_demo_account(deployment)
        tell.demo(demo_lines(deployment, account, url))
    if settings.workers > 1:
        _serve_with_workers(deployment, sockets, lambda: tell.ready(url))
        return
    contexts = [context, None][: len(sockets)]
    process = ServingProcess(deployment, role="serve", runs_agenda=True)
    run_serving(process, list(zip(sockets, contexts, strict=True)), lambda: tell.ready(url))


def serve_as_worker(fds: Sequence[int]) -> None:
    """One of several serving processes; its settings come on standard input."""
    die_with_parent()
    settings = _from_json(sys.stdin.read())
    deployment = open_deployment(settings)
    deployment.services.ca_chain_pem = tls.ca_chain(settings)
    context = tls.server_context(settings, SystemClock())
    contexts = [context, None][: len(fds)]
    sockets = [socket.socket(fileno=fd) for fd in fds]
    process = ServingProcess(deployment, role="worker", runs_agenda=False)

    def ready() -> None:
        sys.stdout.write("ready\n")
        sys.stdout.flush()

    run_serving(process, list(zip(sockets, contexts, strict=True)), ready)


class _Stopped(Exception):
    """A signal asked this process to end."""


def _serve_with_workers(
    deployment: Deployment, sockets: list[socket.socket], ready: Callable[[], None]
) -> None:
    """Start the workers, run the agenda here, and bring back a worker that dies."""

    def stop(_number: int, _frame: object) -> None:
        raise _Stopped

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    settings = deployment.settings
    threads = NodeThreads(deployment, None, role="agenda", runs_agenda=True)
    threads.start()
    places: list[Place] = []
    try:
        spawn = partial(_spawn, settings, sockets)
        places += [Place(spawn, time.monotonic()) for _ in range(settings.workers)]
        for place in places:
            _await_ready(place.worker)
        ready()
        while True:
            time.sleep(_LOOK_SECONDS)
            for place in places:
                place.refill(time.monotonic())
    except _Stopped:
        pass
    finally:
        _end([place.worker for place in places])
        threads.stop()
        deployment.close()


class Place:
    """Where one worker follows another that died; ever later, as long as they die soon.

    A worker that dies of a wrong PIN, say, must not lock the token by trying it each second.
    """

    def __init__(self, spawn: Callable[[], subprocess.Popen[str]], began: float) -> None:
        self._spawn = spawn
        self.worker = spawn()
        self._began = began
        self._pause = 0.0
        self._due: float | None = None

    def refill(self, now: float) -> None:
        """Start another worker if this one died and the pause is over."""
        status = self.worker.poll()
        if status is None:
            return
        if self._due is None:
            died_soon = now - self._began < _RESPAWN_SECONDS_MAX
            longer = 2 * self._pause if died_soon else 0.0
            self._pause = min(max(longer, _RESPAWN_SECONDS), _RESPAWN_SECONDS_MAX)
            self._due = now + self._pause
            log.error("a worker died and is started again", status=status, seconds=self._pause)
        if now >= self._due:
            self.worker = self._spawn()
            self._began, self._due = now, None


def _spawn(settings: Settings, sockets: list[socket.socket]) -> subprocess.Popen[str]:
    fds = [one.fileno() for one in sockets]
    arguments = [sys.executable, "-m", "keylease", WORKER_COMMAND, *map(str, fds)]
    worker = subprocess.Popen(  # noqa: S603 - our own program
        arguments,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=fds,
        text=True,
    )
    if worker.stdin is not None:
        worker.stdin.write(_to_json(settings))
        worker.stdin.close()
    return worker


def _await_ready(worker: subprocess.Popen[str]) -> None:
    line = worker.stdout.readline() if worker.stdout else ""
    if line != "ready\n":
        raise Misuse("A worker did not start: its error is above.")


def _end(workers: list[subprocess.Popen[str]]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    for worker in workers:
        worker.terminate()
    for worker in workers:
        try:
            worker.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            worker.kill()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        raise Misuse(
            "Cannot listen on {host}:{port}: {why}. Choose another with --port.",
            host=host,
            port=port,
            why=os.strerror(error.errno or 0),
        ) from None


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _to_json(settings: Settings) -> str:
    return json.dumps({one.name: str(getattr(settings, one.name)) for one in SETTINGS})


def _from_json(text: str) -> Settings:
    values: dict[str, Any] = json.loads(text)
    defaults = Settings()
    for one in SETTINGS:
        values[one.name] = type(getattr(defaults, one.name))(values[one.name])
    return replace(defaults, **values)
