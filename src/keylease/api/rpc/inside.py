"""The operations for who has signed in to the console: the code behind the door, without a wire.

What a page does is one of the API's operations, with its checks, its audit record and its refusals.
"""

import asyncio
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial

from keylease.access.admission import Caller, admit
from keylease.api.cryptors import Cryptors
from keylease.api.deciding import FRUITLESS_RATE, Decisions, confirmed
from keylease.api.rpc import data
from keylease.api.rpc.arguments import Arguments
from keylease.api.rpc.call import Answer, Call, Mode
from keylease.api.rpc.carrying import Carrier, Scribe
from keylease.api.rpc.door import FRUITLESS, named
from keylease.api.rpc.operations import OPERATIONS
from keylease.core import ids
from keylease.core.clock import MachineClock
from keylease.core.entropy import Entropy
from keylease.core.errors import Refusal
from keylease.records.group_commit import GroupCommitter
from keylease.runtime.gate import Step
from keylease.runtime.look import Doubt, Look
from keylease.runtime.memory import Memory

#: What the audit trail says instead of an access key.
CONSOLE = "console"

_BY_NAME = {operation.name: operation for operation in OPERATIONS.values()}


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for which operation, and from where; ``values`` are the API's parameters.

    The caller's grants decide what is decided from memory; all else reads them anew.
    """

    caller: Caller
    operation: str
    values: Mapping[str, str] = field(repr=False)


class Inside:
    """Carries out operations. Call `perform` on the event loop."""

    def __init__(
        self,
        memory: Memory,
        carrier: Carrier,
        scribe: Scribe,
        crypto: data.CryptoService,
        audit: GroupCommitter,
        machine: MachineClock,
        entropy: Entropy,
        workers: Executor,
        loaders: Executor,
        cryptors: Cryptors,
    ) -> None:
        self._memory = memory
        self._carrier = carrier
        self._scribe = scribe
        self._crypto = crypto
        self._audit = audit
        self._machine = machine
        self._request_ids = ids.RequestIds(entropy)
        self._workers = workers
        self._cryptors = cryptors
        self._decisions = Decisions(memory, loaders, machine, FRUITLESS)

    async def perform(self, asked: Asked) -> Answer:
        """What the operation answers, once that is on record; its Refusals, on record as well."""
        request_id = self._request_ids.next()
        call = Call(
            request_id=request_id,
            operation=_BY_NAME[asked.operation],
            principal=asked.caller.principal,
            access_key_id=CONSOLE,
            region=asked.caller.region,
            peer=asked.caller.peer,
            nonce=request_id,
            timestamp=int(self._machine.wall()),
            arguments=Arguments(dict(asked.values)),
            grants=asked.caller.grants,
            is_secure=asked.caller.is_secure,
        )
        try:
            self._memory.require_fresh()
            admit(call.principal, call.operation.name)
            answer, resource = await self._carried_out(call)
        except Refusal as error:
            await self._audit.submit(self._scribe.record(call, named(call), error.code.value))
            raise
        if call.operation.mode is not Mode.CHANGE:
            await self._audit.submit(self._scribe.record(call, resource))
        return answer

    async def _carried_out(self, call: Call) -> tuple[Answer, str]:
        if call.operation.mode is Mode.CRYPTO:
            step = await self._decided(call)
            answer = step.run() if step.is_quick else await self._cryptors.run(step.run)
            return answer, step.key_id
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._workers, self._carrier.carry_out, call)

    async def _decided(self, call: Call) -> Step[Answer]:
        look = Look(self._memory)
        decide = partial(confirmed, look, lambda: data.decide(self._crypto, look, call))
        payer = (f"{CONSOLE} {call.account_id}", FRUITLESS_RATE)
        try:
            return decide()
        except Doubt as doubt:
            return await self._decisions.after_loading(look, doubt, lambda: payer, decide)
