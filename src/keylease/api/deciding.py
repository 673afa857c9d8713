"""How a door comes to a decision from memory: what every door has in common.

A call that meets a gap in memory, or a refusal that may rest on what is old, raises `Doubt`: what
is in doubt is loaded, and the call is decided again with those answers taken as final.
Source: design.md 3 ("never wrongly refused").
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar

import structlog

from keylease.api.http.response import Response
from keylease.api.loading import Loads
from keylease.core.clock import MachineClock
from keylease.core.errors import Code, Refusal
from keylease.runtime.look import Doubt, Look
from keylease.runtime.memory import Memory
from keylease.runtime.rates import RateLimiter

T = TypeVar("T")

log = structlog.get_logger()

#: How often in a second one caller may ask for what does not exist, before 429.
FRUITLESS_RATE = 50.0

#: How many rounds of loading a call may need: credential, version, key, instance.
_ROUNDS_MAX = 8

#: Refusals that rest on what memory holds, so that they may be wrong if it is old.
DEPENDS_ON_MEMORY = frozenset(
    {
        Code.KEY_NOT_FOUND,
        Code.ALIAS_NOT_FOUND,
        Code.RESOURCE_NOT_FOUND,
        Code.NO_PERMISSION,
        Code.UNAUTHORIZED,
        Code.INSTANCE_STATE_INVALID,
        Code.KEY_DISABLED,
        Code.KEY_PENDING_DELETION,
        Code.KEY_PENDING_IMPORT,
    }
)

#: Who pays for asking the database for what is not there, and at which rate he may.
Payer = tuple[str, float]


class Decisions:
    """Brings calls to a decision. ``fruitless`` are refusals that cost their caller room."""

    def __init__(
        self, memory: Memory, loaders: Executor, machine: MachineClock, fruitless: frozenset[Code]
    ) -> None:
        self._limiter = RateLimiter(machine, burst=2.0)
        self._loads = Loads(memory, loaders)
        self._fruitless = fruitless

    async def after_loading(
        self, look: Look, doubt: Doubt, payer: Callable[[], Payer], decide: Callable[[], T]
    ) -> T:
        """What ``decide`` returns once what it rests on was loaded; Refusals."""
        for _ in range(_ROUNDS_MAX):
            who, rate = payer()
            self._limiter.require_room(who, rate)
            for one in doubt.subjects:
                look.learn(one, found=await self._loads.ask(one))
            try:
                return decide()
            except Doubt as again:
                doubt = again
            except Refusal as error:
                if error.code in self._fruitless:
                    # The same whether it is not there or somebody else's: the price must not tell.
                    self._limiter.count(who, rate)
                raise
        raise AssertionError("a call is decided after a few rounds of loading")


class Strangers:
    """Requests of nobody we know are counted; ever fewer of them reach the log."""

    def __init__(self) -> None:
        self.count = 0

    def note(self, code: Code, peer: str) -> None:
        """Count one."""
        self.count += 1
        if self.count & (self.count - 1) == 0:
            log.warning("unauthenticated", code=code.value, peer=peer, count=self.count)


def confirmed(look: Look, decide: Callable[[], T]) -> T:
    """What ``decide`` returns; Doubt instead of a refusal that may rest on what is old."""
    try:
        return decide()
    except Refusal as error:
        doubt = look.doubt()
        if doubt and error.code in DEPENDS_ON_MEMORY:
            raise Doubt(doubt) from None
        raise


async def settled(answer: Response | asyncio.Future[Response]) -> Response:
    """The answer, waited for if it is one to come."""
    return answer if isinstance(answer, Response) else await answer
