"""Asking the database on behalf of calls that memory cannot decide.

Calls that ask about the same thing share the question, but an answer only serves calls that came
before the question was asked: an older answer could refuse what was allowed meanwhile. So there
is at most one question on its way and one waiting for each thing, however many ask.
Source: design.md 3 ("never wrongly refused").
"""

import asyncio
from concurrent.futures import Executor

from keylease.runtime.memory import Kind, Memory

Subject = tuple[Kind, str]


class Loads:
    """The questions on their way. Used on the event loop only."""

    def __init__(self, memory: Memory, executor: Executor) -> None:
        self._memory = memory
        self._executor = executor
        self._running: dict[Subject, asyncio.Future[bool]] = {}
        self._waiting: dict[Subject, asyncio.Future[bool]] = {}

    async def ask(self, subject: Subject) -> bool:
        """Have memory load it by a question that is asked from now on; whether it is there."""
        running = self._running.get(subject)
        if running is None:
            return await asyncio.shield(self._start(subject))
        waiting = self._waiting.get(subject)
        if waiting is None:
            waiting = asyncio.ensure_future(self._after(running, subject))
            self._waiting[subject] = waiting
        return await asyncio.shield(waiting)

    def _start(self, subject: Subject) -> "asyncio.Future[bool]":
        loop = asyncio.get_running_loop()
        question = loop.run_in_executor(self._executor, self._memory.load, *subject)
        self._running[subject] = question
        question.add_done_callback(lambda _: self._running.pop(subject, None))
        return question

    async def _after(self, running: "asyncio.Future[bool]", subject: Subject) -> bool:
        await asyncio.wait([running])
        del self._waiting[subject]
        return await asyncio.shield(self._start(subject))
