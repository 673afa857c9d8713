"""Threads for cryptography that takes long and lets go of the interpreter: RSA and the like.

Leaner than an executor: a job is one entry of a queue, and whatever is done by the time the event
loop comes round is told to it with one call.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")

_Job = tuple[Callable[[], Any], "asyncio.Future[Any]"]


class Cryptors:
    """So many threads. ``run`` is called on the event loop, always the same one."""

    def __init__(self, threads: int) -> None:
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._done: deque[tuple[asyncio.Future[Any], Any, BaseException | None]] = deque()
        self._telling = False
        names = [f"keylease-crypto-{number}" for number in range(threads)]
        self._threads = [Thread(target=self._work, name=name, daemon=True) for name in names]
        for one in self._threads:
            one.start()

    def run(self, work: Callable[[], T]) -> "asyncio.Future[T]":
        """What ``work`` returns or raises, from one of the threads."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._jobs.put((work, future))
        return future

    def close(self) -> None:
        """Finish what was begun, and end the threads."""
        for _ in self._threads:
            self._jobs.put(None)
        for one in self._threads:
            one.join()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            work, future = job
            try:
                result, error = work(), None
            except BaseException as raised:  # noqa: BLE001 - whoever waits for it gets it
                result, error = None, raised
            self._done.append((future, result, error))
            if not self._telling:
                self._telling = True
                try:
                    future.get_loop().call_soon_threadsafe(self._tell)
                except RuntimeError:  # the loop is closed: nobody is left who waits
                    return
            del job, work, future, result, error

    def _tell(self) -> None:
        self._telling = False  # first: what is appended from here on is told by another call
        while self._done:
            future, result, error = self._done.popleft()
            if future.done():  # its request was given up
                continue
            if error is None:
                future.set_result(result)
            else:
                future.set_exception(error)
