"""Group commit: many audit records become durable with one commit, before any of them is answered.

The event loop hands a record in and awaits its future. A thread takes whatever has gathered, links
it into the writer's chain, stores it in one transaction and resolves all futures with one call
into the loop. A disk that needs 5 ms for a commit then costs latency, not throughput.

It fails closed: if the entries cannot be stored, every request of that commit is refused, and the
next one tries again. A commit whose answer got lost (a connection that broke, a disk that reported
an error late) may have happened all the same; so before the next attempt the sink is asked where
the chain ends, and only an end that this process wrote itself is accepted.

Numbers behind the constants: tech.md 4. Rule: design.md 3, "Audit is durable before the answer".
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent import futures
from typing import Any, Final, NamedTuple, TypeVar

import structlog

from keylease.core.clock import MachineClock
from keylease.core.errors import Code, Refusal, ensure
from keylease.records.audit import AuditRecord, encode
from keylease.records.chain import Head, genesis, head_of, link
from keylease.records.ports import Sink

#: After a commit of several records, the next commit waits while more keep coming: a quick disk
#: would otherwise be asked after every few, and a commit costs the processor as much as a request.
#: A record that is alone never waits, and nobody waits for requests that do not come.
GATHER_STEP: Final = 0.0005  # seconds
GATHER_STEPS: Final = 10
GATHERED: Final = 64

#: How many may wait before more are refused: a second's work, a few megabytes.
LIMIT: Final = 8192

#: An anchor is given out after this many entries or this many seconds, whichever comes first.
#: What lies beyond the newest anchor could be cut off unnoticed.
ANCHOR_ENTRIES: Final = 1000
ANCHOR_SECONDS: Final = 5.0

#: How many commits in doubt are remembered; one before those is over for good.
_DOUBTS: Final = 64

_log = structlog.get_logger(__name__)

T = TypeVar("T")


class _Request(NamedTuple):
    """A request on the event loop: its future, what it is answered, and what if it is refused."""

    future: "asyncio.Future[Any]"
    answer: Any
    refused: Callable[[Refusal], Any]


#: What a request on the event loop, or a worker thread, waits for.
_Waiter = _Request | futures.Future[None]

#: A record, its bytes, and who waits for it: of several that are written together only the last has
#: somebody.
_Item = tuple[AuditRecord, bytes, _Waiter | None]


class AuditUnavailable(Refusal):
    """The audit record of a request could not be made durable, so the request is refused."""

    def __init__(self) -> None:
        super().__init__(
            Code.UNAVAILABLE,
            "The request was not carried out, because the audit trail cannot be written at the"
            " moment. Try again in a few seconds.",
        )


class GroupCommitter:
    """One writer's way into its chain.

    Make it in the process that uses it (its thread does not survive a fork), with a writer id that
    was never used before; `close` it before its sink. ``on_anchor`` is called in its thread with
    the newest head, to be kept elsewhere; if that fails it is tried again later, since the entries
    themselves are safe.
    """

    def __init__(
        self,
        writer: str,
        sink: Sink,
        clock: MachineClock,
        on_anchor: Callable[[Head], None],
        *,
        limit: int = LIMIT,
        anchor_entries: int = ANCHOR_ENTRIES,
        anchor_seconds: float = ANCHOR_SECONDS,
    ) -> None:
        self._sink = sink
        self._clock = clock
        self._on_anchor = on_anchor
        self._limit = limit
        self._anchor_entries = anchor_entries
        self._anchor_seconds = anchor_seconds
        # Shared between threads, under the lock.
        self._lock = threading.Lock()
        self._waiting: list[_Item] = []
        self._closed = False
        self._wake = threading.Event()
        # The writer thread's own.
        self._head = genesis(writer)
        self._doubts: deque[Head] = deque(maxlen=_DOUBTS)
        self._anchored = 0
        self._plan_anchor()
        self._thread = threading.Thread(target=self._run, name=f"audit-{writer}", daemon=True)
        self._thread.start()

    def submit(self, record: AuditRecord) -> asyncio.Future[None]:
        """A future that is done when the record is durable. Call it on the event loop's thread.

        Raises `AuditUnavailable` at once when too many wait, and ValueError or TypeError for a
        record without a spelling (`encode`); the future raises `AuditUnavailable`. All calls come
        from one event loop.
        """
        return self.answer(record, None, _raise)

    def answer(
        self, record: AuditRecord, answer: T, refused: Callable[[Refusal], T]
    ) -> "asyncio.Future[T]":
        """A future of ``answer``, done when the record is durable; one object for each request.

        If the record cannot be made durable it is a future of what ``refused`` makes of that, or
        of what ``refused`` raises. Otherwise like `submit`.
        """
        data = encode(record)
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        request = _Request(future, answer, refused)
        try:
            self._put([(record, data, request)])
        except AuditUnavailable as refusal:
            future.set_result(refused(refusal))
        return future

    def write(self, records: Sequence[AuditRecord]) -> None:
        """Make these records durable together, and return then. For worker threads.

        Raises what `submit` and its future raise.
        """
        if not records:
            return
        done: futures.Future[None] = futures.Future()
        items: list[_Item] = [(record, encode(record), None) for record in records]
        items[-1] = (*items[-1][:2], done)
        self._put(items)
        done.result()

    def close(self) -> None:
        """Write what still waits, give out the last anchor, and end. Later records are refused."""
        with self._lock:
            self._closed = True
            self._wake.set()
        self._thread.join()

    def _put(self, items: list[_Item]) -> None:
        with self._lock:
            if self._closed or len(self._waiting) + len(items) > self._limit:
                raise AuditUnavailable
            first = not self._waiting
            self._waiting += items
        if first:
            self._wake.set()

    def _run(self) -> None:
        """The writer thread: commit what has gathered, until closed."""
        batch: list[_Item] = []
        closed = False
        while not closed:
            self._wake.wait(self._anchor_seconds if self._anchored < self._head.seq else None)
            if len(batch) > 1:
                self._gather()
            with self._lock:
                batch, self._waiting = self._waiting, []
                self._wake.clear()
                closed = self._closed  # nothing is taken in after this, so `batch` is the rest
            if batch:
                self._commit(batch)
            self._give_anchor(closing=closed)

    def _gather(self) -> None:
        """Wait while more keep coming, for a moment at most."""
        seen = 0
        for _ in range(GATHER_STEPS):
            waiting = len(self._waiting)
            if waiting == seen or waiting >= GATHERED:
                return
            seen = waiting
            time.sleep(GATHER_STEP)

    def _commit(self, batch: list[_Item]) -> None:
        waiters = [waiter for _, _, waiter in batch if waiter is not None]
        try:
            if self._doubts:
                self._settle()
            entries = link(self._head, ((record, data) for record, data, _ in batch))
            head = head_of(entries[-1])
            self._doubts.append(head)
            self._sink.append(entries)
        except Exception as error:  # noqa: BLE001 - whatever it is, these requests are refused
            _log.error("audit_unavailable", refused=len(waiters), error=repr(error))
            _answer(waiters, error)
        else:
            self._doubts.clear()
            self._head = head
            _answer(waiters, None)

    def _settle(self) -> None:
        """After a failure: go on where the chain really ends."""
        stored = self._sink.head() or genesis(self._head.writer)
        if stored in self._doubts:
            self._head = stored
        ensure(stored == self._head, f"someone else wrote into the audit chain {stored.writer}")

    def _give_anchor(self, *, closing: bool) -> None:
        due = (
            closing
            or self._head.seq >= self._anchor_seq
            or self._clock.monotonic() >= self._anchor_at
        )
        if self._head.seq == self._anchored or not due:
            return
        try:
            self._on_anchor(self._head)
        except Exception as error:  # noqa: BLE001 - the entries are safe, a later anchor covers them
            _log.error("audit_anchor_failed", seq=self._head.seq, error=repr(error))
        else:
            self._anchored = self._head.seq
        self._plan_anchor()

    def _plan_anchor(self) -> None:
        self._anchor_seq = self._head.seq + self._anchor_entries
        self._anchor_at = self._clock.monotonic() + self._anchor_seconds


def _answer(waiters: list[_Waiter], error: Exception | None) -> None:
    """Tell worker threads directly, and all requests with one call into the event loop."""
    requests = [waiter for waiter in waiters if isinstance(waiter, _Request)]
    for waiter in waiters:
        if isinstance(waiter, futures.Future):
            if error is None:
                waiter.set_result(None)
            else:
                waiter.set_exception(_unavailable(error))
    if requests:
        try:
            requests[0].future.get_loop().call_soon_threadsafe(_resolve, requests, error)
        except RuntimeError:  # the loop is closed: nobody is left who waits
            _log.warning("audit_answer_dropped", requests=len(requests))


def _resolve(requests: Sequence[_Request], error: Exception | None) -> None:
    for future, answer, refused in requests:
        if future.done():  # its request was given up
            continue
        if error is None:
            future.set_result(answer)
            continue
        try:
            future.set_result(refused(_unavailable(error)))
        except Refusal as refusal:
            future.set_exception(refusal)


def _unavailable(cause: Exception) -> AuditUnavailable:
    refusal = AuditUnavailable()
    refusal.__cause__ = cause
    return refusal


def _raise(refusal: Refusal) -> None:
    raise refusal
