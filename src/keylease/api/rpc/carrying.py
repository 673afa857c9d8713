"""Carrying out the operations that need a transaction: management, billing, everything but crypto.

Runs in worker threads. Who asked is settled before: by a signature, or by having signed in.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from keylease.api.rpc.authorization import authorize
from keylease.api.rpc.call import Answer, ApiWork, Call, FirstUse, Handler, Mode
from keylease.core.clock import MachineClock
from keylease.core.errors import Code, Collision, Refusal
from keylease.crypto.envelope import UnwrapFailed
from keylease.custody.keys.material import NotPrepared
from keylease.records.audit import OK, AuditRecord

#: A changing call's nonce is kept for as long as its timestamp could be accepted.
NONCE_SECONDS = 1_800.0


@dataclass(frozen=True, slots=True)
class Transactions:
    """Begins units of work."""

    begin: Callable[[], AbstractContextManager[ApiWork]]
    read: Callable[[], AbstractContextManager[ApiWork]]


class Scribe:
    """Writes the audit records of calls. ``now`` is the business time."""

    def __init__(self, now: Callable[[], int], machine: MachineClock) -> None:
        self._now = now
        self._machine = machine

    def record(self, call: Call, resource: str, outcome: str = OK) -> AuditRecord:
        """What is remembered of a call."""
        return AuditRecord(
            at=self._now(),
            machine=self._machine.wall(),
            request_id=call.request_id,
            account_id=call.account_id,
            principal=call.principal.arn,
            access_key_id=call.access_key_id,
            operation=call.operation.name,
            region=call.region,
            resource=resource,
            outcome=outcome,
            peer=call.peer,
        )


class Carrier:
    """Carries out calls, each in a transaction of its own."""

    def __init__(
        self, transactions: Transactions, scribe: Scribe, renew_seal: Callable[[], None]
    ) -> None:
        self._transactions = transactions
        self._scribe = scribe
        self._renew_seal = renew_seal

    def carry_out(self, call: Call) -> tuple[Answer, str]:
        """The answer and the resource that it was about; what a refused call leaves behind."""
        try:
            return self._try_twice(call)
        except Refusal as refusal:
            if call.operation.mode is Mode.CHANGE and refusal.code is not Code.NONCE_USED:
                # Else the same request could be sent again, and succeed once money is there.
                with self._transactions.begin() as work:
                    _use_up_nonce(call, work)
            raise

    def _try_twice(self, call: Call) -> tuple[Answer, str]:
        """Once more if the root key was rotated meanwhile, or somebody else was in the way."""
        try:
            return self._transact(call)
        except UnwrapFailed:
            self._renew_seal()
        except Collision:
            pass
        return self._transact(call)

    def _transact(self, call: Call) -> tuple[Answer, str]:
        """One transaction; for a changing call its audit record is in it."""
        handler = call.operation.handler
        if handler is None:
            raise AssertionError(f"{call.operation.name} has no handler")
        if call.operation.mode is Mode.CHANGE:
            try:
                return self._change(call, handler)
            except NotPrepared as first:
                call.prepared["material"] = first.prepare()
            return self._change(call, handler)
        try:
            with self._transactions.read() as work:
                authorize(call, work)
                return handler(call, work)
        except FirstUse as first:
            with self._transactions.begin() as work:
                first.prepare(work)
                authorize(call, work)  # nothing is made for who may not see it
            with self._transactions.read() as work:
                return handler(call, work)

    def _change(self, call: Call, handler: Handler) -> tuple[Answer, str]:
        with self._transactions.begin() as work:
            _use_up_nonce(call, work)
            authorize(call, work)
            answer, resource = handler(call, work)
            work.audit.append([self._scribe.record(call, resource)])
        return answer, resource


def _use_up_nonce(call: Call, work: ApiWork) -> None:
    """Record the nonce of a changing call; Refusal SignatureNonceUsed."""
    work.nonces.remember(call.access_key_id, call.nonce, call.timestamp + NONCE_SECONDS)
