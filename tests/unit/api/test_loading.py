"""Questions to the database are shared, but never an answer that is older than the call."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

from keylease.api.loading import Loads
from keylease.runtime.memory import Kind

SUBJECT = (Kind.KEY, "key-hzz1")


class SlowMemory:
    """Answers when it is let; what it answers is what was true when it was asked."""

    def __init__(self) -> None:
        self.true = False
        self.asked = 0
        self.let = threading.Semaphore(0)

    def load(self, kind: Kind, subject: str) -> bool:
        assert (kind, subject) == SUBJECT
        self.asked += 1
        answer = self.true
        self.let.acquire()
        return answer


async def until(memory: SlowMemory, asked: int) -> None:
    for _ in range(1000):
        if memory.asked >= asked:
            return
        await asyncio.sleep(0.005)
    raise TimeoutError


def test_a_call_that_comes_later_is_not_answered_by_an_earlier_question() -> None:
    async def story() -> tuple[bool, bool, bool]:
        memory = SlowMemory()
        with ThreadPoolExecutor(2) as executor:
            loads = Loads(memory, executor)  # type: ignore[arg-type]  # as much of one as it uses
            early = asyncio.ensure_future(loads.ask(SUBJECT))
            await until(memory, 1)
            memory.true = True  # committed while the first question is on its way
            late = [asyncio.ensure_future(loads.ask(SUBJECT)) for _ in range(50)]
            await asyncio.sleep(0.01)
            assert memory.asked == 1
            memory.let.release(2)
            answers = await asyncio.gather(early, *late)
            assert memory.asked == 2
        return answers[0], all(answers[1:]), loads._running == loads._waiting == {}

    assert asyncio.run(story()) == (False, True, True)


def test_a_caller_that_goes_away_does_not_take_the_question_along() -> None:
    async def story() -> bool:
        memory = SlowMemory()
        memory.true = True
        with ThreadPoolExecutor(2) as executor:
            loads = Loads(memory, executor)  # type: ignore[arg-type]  # as much of one as it uses
            gone = asyncio.ensure_future(loads.ask(SUBJECT))
            await until(memory, 1)
            waiting = [asyncio.ensure_future(loads.ask(SUBJECT)) for _ in range(2)]
            await asyncio.sleep(0)
            gone.cancel()
            waiting[0].cancel()
            memory.let.release(2)
            return await waiting[1]

    assert asyncio.run(story())
