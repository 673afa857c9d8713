"""Work goes to threads of its own, and what comes of it back to the event loop."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from functools import partial

import pytest

from keylease.api.cryptors import Cryptors
from keylease.core.errors import Code, Refusal


def told(story: Callable[[Cryptors], Awaitable[None]], threads: int = 2) -> None:
    async def whole() -> None:
        cryptors = Cryptors(threads)
        try:
            await asyncio.wait_for(story(cryptors), 10.0)
        finally:
            cryptors.close()

    asyncio.run(whole())


def test_each_caller_has_its_own_result() -> None:
    async def story(cryptors: Cryptors) -> None:
        squares = [cryptors.run(partial(pow, number, 2)) for number in range(1000)]
        assert await asyncio.gather(*squares) == [number * number for number in range(1000)]

    told(story)


def test_an_error_reaches_the_caller_and_the_thread_goes_on() -> None:
    def refuse() -> None:
        raise Refusal(Code.INVALID_PARAMETER, "No.")

    async def story(cryptors: Cryptors) -> None:
        with pytest.raises(Refusal):
            await cryptors.run(refuse)
        assert await cryptors.run(lambda: 7) == 7

    told(story, threads=1)


def test_work_is_not_done_on_the_event_loop_and_as_many_at_a_time_as_there_are_threads() -> None:
    together = threading.Barrier(2, timeout=10.0)

    async def story(cryptors: Cryptors) -> None:
        await asyncio.gather(cryptors.run(together.wait), cryptors.run(together.wait))

    told(story)


def test_a_caller_that_gives_up_disturbs_nobody() -> None:
    let = threading.Event()

    async def story(cryptors: Cryptors) -> None:
        given_up, other = cryptors.run(let.wait), cryptors.run(lambda: "done")
        given_up.cancel()
        let.set()
        assert await other == "done"
        assert await cryptors.run(lambda: "more") == "more"

    told(story, threads=1)


def test_closing_finishes_what_was_begun_and_ends_the_threads() -> None:
    done: list[int] = []

    async def story(cryptors: Cryptors) -> None:
        for number in range(100):
            cryptors.run(partial(done.append, number))

    told(story)
    assert sorted(done) == list(range(100))
    assert not [one for one in threading.enumerate() if one.name.startswith("keylease-crypto")]
