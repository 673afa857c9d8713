"""The gateway's door: from a signed message to an answer.

Like a crypto call of the OpenAPI: verified, decided and carried out on the event loop, from
memory; what takes long runs in a pool; the answer waits for its audit record. Order of checks:
rules.md 2. Source: facts/kms-api.md C.
"""

import asyncio
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import structlog

from keylease.access.admission import Caller
from keylease.access.applications import ClientKey
from keylease.access.request import Request
from keylease.access.signatures.client_key import (
    ClientKeyClaim,
    read_claim,
    require_fresh,
    verify,
)
from keylease.api.cryptors import Cryptors
from keylease.api.deciding import (
    FRUITLESS_RATE,
    Decisions,
    Payer,
    Strangers,
    confirmed,
    settled,
)
from keylease.api.finished_calls import CallFacts, note_when_answered
from keylease.api.gateway import errors
from keylease.api.gateway.calls import VERSION_HEADER, Answer, Asked, GatewayService
from keylease.api.gateway.messages import API_NAMES, MESSAGES, Fields, encode
from keylease.api.gateway.operations import OPERATIONS
from keylease.api.gateway.requests import API_VERSION, CONTENT_TYPE, check_body, read_message
from keylease.api.http.response import Response
from keylease.core import ids
from keylease.core.clock import MachineClock
from keylease.core.errors import Code, Refusal, Unreachable, told
from keylease.records.audit import OK, AuditRecord
from keylease.records.group_commit import GroupCommitter
from keylease.runtime.call_log import CallLog
from keylease.runtime.gate import Step
from keylease.runtime.look import Doubt, Look
from keylease.runtime.memory import Memory

log = structlog.get_logger()

#: Of a name that is only repeated in the audit trail.
_NAME_CHARACTERS_MAX = 128

#: Operations whose answers say which key was used; the header says which version.
_ABOUT_KEYS = frozenset(n for n in API_NAMES if "KeyId" in MESSAGES[f"{n}Response"])

#: Refusals of those who ask the database for what is not there, or not theirs.
_FRUITLESS = frozenset(
    {
        Code.UNAUTHORIZED,
        Code.KEY_NOT_FOUND,
        Code.ALIAS_NOT_FOUND,
        Code.RESOURCE_NOT_FOUND,
        Code.NO_PERMISSION,
    }
)


@dataclass(slots=True)
class _Attempt:
    """A request on its way: what is known of it so far."""

    request: Request
    request_id: str
    claim: ClientKeyClaim
    look: Look
    client: ClientKey | None = None
    message: Fields | None = None

    @property
    def payer(self) -> Payer:
        """Who pays for asking the database for what is not there."""
        if self.client is not None:
            return self.client.id, FRUITLESS_RATE
        return f"stranger {self.request.peer}", 4 * FRUITLESS_RATE


class GatewayDoor:
    """Answers messages. ``handle`` is called on the event loop."""

    def __init__(
        self,
        memory: Memory,
        service: GatewayService,
        audit: GroupCommitter,
        machine: MachineClock,
        loaders: Executor,
        cryptors: Cryptors,
        call_log: CallLog,
    ) -> None:
        self._memory = memory
        self._service = service
        self._audit = audit
        self._machine = machine
        self._request_ids = ids.RequestIds(service.entropy)
        self._cryptors = cryptors
        self._call_log = call_log
        self._decisions = Decisions(memory, loaders, machine, _FRUITLESS)
        self._strangers = Strangers()

    @property
    def unauthenticated(self) -> int:
        """How many requests came of nobody we know."""
        return self._strangers.count

    def handle(self, request: Request) -> Response | asyncio.Future[Response]:
        """The answer, or a future of it."""
        request_id = self._request_ids.next()
        try:
            check_body(request)
            claim = read_claim(request)
            require_fresh(claim, self._machine.wall())
        except Refusal as error:
            self._strangers.note(error.code, request.peer)
            return errors.refusal(error, request_id)
        attempt = _Attempt(request, request_id, claim, Look(self._memory))
        try:
            return self._decided(attempt)
        except Doubt as doubt:
            return asyncio.ensure_future(self._after_loading(attempt, doubt))
        except Refusal as error:
            return self._refused(attempt, error)
        except Exception as error:  # noqa: BLE001 - the unknown becomes InternalFailure
            return self._failed(attempt, error)

    def _decided(self, attempt: _Attempt) -> Response | asyncio.Future[Response]:
        """The answer, or a future of it; Doubt, or a Refusal."""
        client = self._verified(attempt)
        step = confirmed(attempt.look, lambda: self._step(attempt, client))
        if not step.is_quick:
            return asyncio.ensure_future(self._in_thread(attempt, client, step))
        return self._succeeded(attempt, client, step, step.run())

    def _verified(self, attempt: _Attempt) -> ClientKey:
        """The client key that signed, which is valid now; Doubt, or a Refusal."""
        if attempt.client is None:
            self._memory.require_fresh()
            claim = attempt.claim
            client = confirmed(attempt.look, lambda: attempt.look.client_key(claim.client_key_id))
            verify(attempt.request, claim, client.public_key)
            attempt.client = client
        return attempt.client

    def _step(self, attempt: _Attempt, client: ClientKey) -> Step[Answer]:
        """What carries the call out."""
        claim, request = attempt.claim, attempt.request
        if attempt.message is None:
            attempt.message = read_message(request, claim)
        # Asked again after every loading: what the client key may do can be another by then.
        client = attempt.look.client_key(client.id)
        caller = Caller(client.principal, client.region, request.peer)
        asked = Asked(
            self._service,
            attempt.look,
            client,
            caller,
            claim.api_name,
            attempt.message,
            request.headers.get(VERSION_HEADER, ""),
        )
        return OPERATIONS[claim.api_name](asked)

    async def _after_loading(self, attempt: _Attempt, doubt: Doubt) -> Response:
        """Load what is in doubt, and try again with that taken as final."""
        try:
            answer = await self._decisions.after_loading(
                attempt.look, doubt, lambda: attempt.payer, lambda: self._decided(attempt)
            )
            return await settled(answer)
        except Refusal as error:
            return await settled(self._refused(attempt, error))
        except Exception as error:  # noqa: BLE001 - the unknown becomes InternalFailure
            return await settled(self._failed(attempt, error))

    async def _in_thread(
        self, attempt: _Attempt, client: ClientKey, step: Step[Answer]
    ) -> Response:
        """A call that was decided and takes long: RSA and the like."""
        try:
            answer = await self._cryptors.run(step.run)
            return await settled(self._succeeded(attempt, client, step, answer))
        except Refusal as error:
            return await settled(self._refused(attempt, error))
        except Exception as error:  # noqa: BLE001 - the unknown becomes InternalFailure
            return await settled(self._failed(attempt, error))

    def _succeeded(
        self, attempt: _Attempt, client: ClientKey, step: Step[Answer], answer: Answer
    ) -> asyncio.Future[Response]:
        said = {**answer, "RequestId": attempt.request_id}
        headers: tuple[tuple[str, str], ...] = (("Content-Type", CONTENT_TYPE),)
        if attempt.claim.api_name in _ABOUT_KEYS:
            said["KeyId"] = step.key_id
            headers += ((VERSION_HEADER, step.version_id),)
        body = encode(f"{attempt.claim.api_name}Response", said)
        record = self._record(attempt, client, step.key_id, OK)
        answered = self._audited(attempt, record, Response(200, headers, body))
        return self._logged(answered, attempt, client, versions={step.key_id: step.version_id})

    def _refused(self, attempt: _Attempt, error: Refusal) -> Response | asyncio.Future[Response]:
        """A refusal: audited if we know who asked, counted if not."""
        response = errors.refusal(error, attempt.request_id)
        if attempt.client is None:
            self._strangers.note(error.code, attempt.request.peer)
            return response
        record = self._record(attempt, attempt.client, _named(attempt), error.code.value)
        answered = self._audited(attempt, record, response)
        return self._logged(answered, attempt, attempt.client, message=error.message)

    def _failed(self, attempt: _Attempt, error: Exception) -> Response | asyncio.Future[Response]:
        """Our own fault: told to the log without its text, and to the caller not at all.

        A database that cannot be reached is nobody's, and the caller is told to try again.
        """
        operation = _operation(attempt) if attempt.client else ""
        log.error("call_failed", operation=operation, request_id=attempt.request_id, **told(error))
        if isinstance(error, Unreachable):
            return self._refused(attempt, error.refusal)
        response = errors.internal(attempt.request_id)
        if attempt.client is None:
            return response
        record = self._record(attempt, attempt.client, _named(attempt), Code.INTERNAL.value)
        answered = self._audited(attempt, record, response)
        return self._logged(answered, attempt, attempt.client, message=Code.INTERNAL.value)

    def _logged(
        self,
        answered: asyncio.Future[Response],
        attempt: _Attempt,
        client: ClientKey,
        **what: Any,
    ) -> asyncio.Future[Response]:
        """The answer; where the instance has log analysis, an entry is made of it."""
        if attempt.look.logged is not None:
            facts = CallFacts(
                operation=_operation(attempt),
                api_version=API_VERSION,
                is_shared=False,
                principal=client.principal,
                access_key_id=client.id,
                region=client.region,
                request_id=attempt.request_id,
                client_ip=attempt.request.peer,
                user_agent=attempt.request.headers.get("user-agent", ""),
            )
            note_when_answered(answered, self._call_log, attempt.look, facts, **what)
        return answered

    def _audited(
        self, attempt: _Attempt, record: AuditRecord, response: Response
    ) -> asyncio.Future[Response]:
        """The answer, once its record is durable; 503 if that cannot be had."""
        return self._audit.answer(
            record, response, lambda error: errors.refusal(error, attempt.request_id)
        )

    def _record(
        self, attempt: _Attempt, client: ClientKey, resource: str, outcome: str
    ) -> AuditRecord:
        return AuditRecord(
            at=self._memory.now(),
            machine=self._machine.wall(),
            request_id=attempt.request_id,
            account_id=client.principal.account_id,
            principal=client.principal.arn,
            access_key_id=client.id,
            operation=_operation(attempt),
            region=client.region,
            resource=resource,
            outcome=outcome,
            peer=attempt.request.peer,
        )


def _operation(attempt: _Attempt) -> str:
    """The operation, as the audit trail names it: it may be none of ours."""
    return attempt.claim.api_name.replace("\0", "")[:_NAME_CHARACTERS_MAX]


def _named(attempt: _Attempt) -> str:
    """The resource that a refused call named, for its audit record."""
    values = attempt.message.values if attempt.message else {}
    named = values.get("KeyId") or values.get("SecretName") or ""
    return str(named)[:_NAME_CHARACTERS_MAX]
