"""Checks of the whole audit trail for the operator's pages: in a thread, since they take long."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

import structlog

from keylease.app.deployment import Deployment
from keylease.app.trail import verify_trail
from keylease.core.errors import told
from keylease.records.trail_check import TRAIL_CHECK, TrailCheck, last_trail_check

log = structlog.get_logger()

_TELL_SECONDS = 1.0


class TrailChecks:
    """Begins checks; what comes of one is remembered in the database, for every process."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="keylease-trail")
        self._ending = threading.Event()

    def close(self) -> None:
        """Stop at once; what is unfinished counts as cut off."""
        self._ending.set()
        self._thread.shutdown(wait=True, cancel_futures=True)

    def begin(self) -> None:
        """Begin one, unless one goes on. Fits `keylease.console.ports.Outside`."""
        now = self._deployment.machine.wall()
        check = TrailCheck(now)
        with self._deployment.database.begin() as work:
            last = last_trail_check(work.facts)
            if last is not None and last.goes_on(now):
                return
            work.facts.put(TRAIL_CHECK, check.as_fact())
        self._thread.submit(self._check, check).add_done_callback(_tell_the_log)

    def _check(self, check: TrailCheck) -> None:
        read, machine = 0, self._deployment.machine

        def count() -> None:
            nonlocal read, check
            if self._ending.is_set():
                raise _EndingError
            read += 1
            if machine.wall() >= check.told + _TELL_SECONDS:
                check = self._remember(replace(check, read=read))

        findings = verify_trail(self._deployment, count)
        said = tuple(f"{one.writer} {one.seq}: {one.text}" for one in findings)
        self._remember(replace(check, read=read, finished=True, findings=said))

    def _remember(self, check: TrailCheck) -> TrailCheck:
        check = replace(check, told=self._deployment.machine.wall())
        with self._deployment.database.begin() as work:
            work.facts.put(TRAIL_CHECK, check.as_fact())
        return check


class _EndingError(Exception):
    """The process ends."""


def _tell_the_log(ended: "Future[None]") -> None:
    error = None if ended.cancelled() else ended.exception()
    if error is not None and not isinstance(error, _EndingError):
        log.error("trail_check_failed", **told(error))
