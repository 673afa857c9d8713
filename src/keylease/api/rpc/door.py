"""The RPC door: from a request to an answer.

A crypto call is verified, decided and carried out on the event loop, from memory; only its audit
record is waited for. Whatever memory cannot decide, and every other operation, goes through the
slow way: a worker thread and a transaction. Order of checks: rules.md 2. Nothing of a request but
its operation ever reaches a log.
"""

import asyncio
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any

import structlog

from keylease.access.accounts import Credential, require_token
from keylease.access.admission import admit
from keylease.access.replay import ReplayGuard
from keylease.access.request import Request
from keylease.access.signatures import Claim, Parameters, parse, read_claim, verify
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
from keylease.api.http.response import Response
from keylease.api.rpc import data, replies
from keylease.api.rpc.arguments import Arguments, invalid
from keylease.api.rpc.call import (
    Answer,
    Call,
    Family,
    Mode,
    Operation,
)
from keylease.api.rpc.carrying import Carrier, Scribe
from keylease.api.rpc.operations import OPERATIONS
from keylease.core import ids
from keylease.core.clock import MachineClock
from keylease.core.entropy import Entropy
from keylease.core.errors import Code, Refusal, Unreachable, told
from keylease.core.regions import REGIONS
from keylease.records.audit import AuditRecord
from keylease.records.group_commit import GroupCommitter
from keylease.runtime.call_log import CallLog
from keylease.runtime.gate import Step
from keylease.runtime.look import Doubt, Look
from keylease.runtime.memory import Kind, Memory
from keylease.runtime.quotas import AccountQuotas

log = structlog.get_logger()

#: Of a name that is only repeated in the audit trail.
_NAME_CHARACTERS_MAX = 64


@dataclass(slots=True)
class _Attempt:
    """A request on its way: what is known of it so far."""

    request: Request
    request_id: str
    parameters: Parameters
    claim: Claim
    look: Look
    call: Call | None = None

    @property
    def family(self) -> Family | None:
        """The API that it is for, by version."""
        return _FAMILIES.get(self.claim.version)


_FAMILIES = {one.value: one for one in Family}


class RpcDoor:
    """Answers requests. ``handle`` is called on the event loop."""

    def __init__(
        self,
        memory: Memory,
        carrier: Carrier,
        scribe: Scribe,
        crypto: data.CryptoService,
        audit: GroupCommitter,
        guard: ReplayGuard,
        machine: MachineClock,
        entropy: Entropy,
        workers: Executor,
        loaders: Executor,
        cryptors: Cryptors,
        default_region: str,
        quotas: AccountQuotas | None = None,
        call_log: CallLog | None = None,
    ) -> None:
        self._memory = memory
        self._carrier = carrier
        self._scribe = scribe
        self._crypto = crypto
        self._audit = audit
        self._guard = guard
        self._machine = machine
        self._request_ids = ids.RequestIds(entropy)
        self._workers = workers
        self._cryptors = cryptors
        self._default_region = default_region
        self._quotas = quotas
        self._call_log = call_log or CallLog()
        self._decisions = Decisions(memory, loaders, machine, FRUITLESS)
        self._strangers = Strangers()

    @property
    def unauthenticated(self) -> int:
        """How many requests came of nobody we know."""
        return self._strangers.count

    def handle(self, request: Request) -> Response | asyncio.Future[Response]:
        """The answer, or a future of it."""
        request_id = self._request_ids.next()
        try:
            parameters, claim = self._read(request)
        except Refusal as error:
            self._strangers.note(error.code, request.peer)
            return replies.refusal(_family_of(request), error, request_id)
        attempt = _Attempt(request, request_id, parameters, claim, Look(self._memory))
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
        call = self._verified(attempt)
        if call.operation.mode is not Mode.CRYPTO:
            return asyncio.ensure_future(self._in_transaction(attempt, call))
        return self._from_memory(attempt, call)

    def _read(self, request: Request) -> tuple[Parameters, Claim]:
        """What a request says; a Refusal before anything is remembered of it."""
        if request.method not in {"GET", "POST"}:
            raise Refusal(Code.METHOD_UNSUPPORTED, "Use GET or POST.")
        parameters = parse(request)
        claim = read_claim(request, parameters)
        self._guard.check_timestamp(claim.timestamp)
        return parameters, claim

    def _verified(self, attempt: _Attempt) -> Call:
        """The call, once its signature was found right; Doubt, or a Refusal."""
        claim = attempt.claim
        credential = self._credential(attempt)
        if attempt.call is not None:  # what the caller was given may be newer than at first
            attempt.call = replace(attempt.call, grants=credential.grants)
            return attempt.call
        verify(attempt.request, attempt.parameters, claim, credential.secret)
        require_token(credential, claim.security_token, self._machine.wall())
        self._guard.remember(claim.access_key_id, claim.nonce, claim.timestamp)
        operation = OPERATIONS.get((claim.version, claim.action))
        arguments = Arguments(attempt.parameters.values)
        attempt.call = Call(
            request_id=attempt.request_id,
            operation=operation or _unknown(claim),
            principal=credential.principal,
            access_key_id=claim.access_key_id,
            region=self._region(attempt.request, arguments),
            peer=attempt.request.peer,
            nonce=claim.nonce,
            timestamp=claim.timestamp,
            arguments=arguments,
            grants=credential.grants,
            is_secure=attempt.request.is_secure,
        )
        if operation is None:
            raise Refusal(
                Code.UNKNOWN_API,
                "Specified api is not found, please check your url and method.",
            )
        if operation.family is Family.KMS and attempt.call.region not in REGIONS:
            raise invalid("RegionId", "takes {allowed}", allowed=", ".join(REGIONS))
        admit(credential.principal, operation.name)
        if self._quotas is not None and operation.family is Family.KMS:
            self._quotas.admit(attempt.call.account_id, attempt.call.region, operation.name)
        return attempt.call

    def _credential(self, attempt: _Attempt) -> Credential:
        self._memory.require_fresh()
        access_key_id = attempt.claim.access_key_id
        found = self._memory.credential(access_key_id)
        attempt.look.note(Kind.CREDENTIAL, access_key_id, known=found is not None)
        if found is None:
            raise Refusal(
                Code.ACCESS_KEY_NOT_FOUND,
                "The Access Key ID provided does not exist in our records.",
            )
        if not found.active:
            if doubt := attempt.look.doubt():
                raise Doubt(doubt)
            raise Refusal(Code.ACCESS_KEY_INACTIVE, "The Access Key is disabled.")
        return found

    def _region(self, request: Request, arguments: Arguments) -> str:
        """RegionId, else the region in the host name, else the default. design.md 6."""
        named = arguments.optional("RegionId")
        if named is not None:
            return named[:_NAME_CHARACTERS_MAX]
        for label in request.headers.get("host", "").split("."):
            if label in REGIONS:
                return label
        return self._default_region

    def _from_memory(self, attempt: _Attempt, call: Call) -> Response | asyncio.Future[Response]:
        """A crypto call: decided and carried out now, answered when it is audited."""
        step = confirmed(attempt.look, lambda: data.decide(self._crypto, attempt.look, call))
        if not step.is_quick:
            return asyncio.ensure_future(self._in_thread(attempt, call, step))
        return self._succeeded(attempt, call, step, step.run())

    async def _in_thread(self, attempt: _Attempt, call: Call, step: Step[Answer]) -> Response:
        """A crypto call that was decided and takes long: RSA and the like."""
        try:
            answer = await self._cryptors.run(step.run)
            return await settled(self._succeeded(attempt, call, step, answer))
        except Refusal as error:
            return await settled(self._refused(attempt, error))
        except Exception as error:  # noqa: BLE001 - the unknown becomes InternalFailure
            return await settled(self._failed(attempt, error))

    def _succeeded(
        self, attempt: _Attempt, call: Call, step: Step[Answer], answer: Answer
    ) -> Response | asyncio.Future[Response]:
        record = self._scribe.record(call, step.key_id)
        response = replies.success(call.operation.family, answer, call.request_id)
        answered = self._audited(call, record, response)
        if attempt.look.logged is None:
            return answered
        return self._logged(answered, attempt, call, versions={step.key_id: step.version_id})

    def _logged(
        self, answered: asyncio.Future[Response], attempt: _Attempt, call: Call, **what: Any
    ) -> asyncio.Future[Response]:
        """The answer; where an instance that was used has log analysis, an entry is made of it."""
        if attempt.look.logged is not None:
            facts = CallFacts(
                operation=call.operation.name,
                api_version=call.operation.family.value,
                is_shared=True,
                principal=call.principal,
                access_key_id=call.access_key_id,
                region=call.region,
                request_id=call.request_id,
                client_ip=call.peer,
                user_agent=attempt.request.headers.get("user-agent", ""),
            )
            note_when_answered(answered, self._call_log, attempt.look, facts, **what)
        return answered

    async def _after_loading(self, attempt: _Attempt, doubt: Doubt) -> Response:
        """Load what is in doubt, and try again with that taken as final."""
        try:
            answer = await self._decisions.after_loading(
                attempt.look, doubt, lambda: _payer(attempt), lambda: self._decided(attempt)
            )
            return await settled(answer)
        except Refusal as error:
            return await settled(self._refused(attempt, error))
        except Exception as error:  # noqa: BLE001 - the unknown becomes InternalFailure
            return await settled(self._failed(attempt, error))

    async def _in_transaction(self, attempt: _Attempt, call: Call) -> Response:
        loop = asyncio.get_running_loop()
        try:
            answer, resource = await loop.run_in_executor(
                self._workers, self._carrier.carry_out, call
            )
            response = replies.success(call.operation.family, answer, call.request_id)
            if call.operation.mode is Mode.CHANGE:
                return response
            return await self._audited(call, self._scribe.record(call, resource), response)
        except Refusal as error:
            return await settled(self._refused(attempt, error))
        except Exception as error:  # noqa: BLE001 - the unknown becomes InternalFailure
            return await settled(self._failed(attempt, error))

    def _refused(self, attempt: _Attempt, error: Refusal) -> Response | asyncio.Future[Response]:
        """A refusal: audited if we know who asked, counted if not."""
        if _is_dry_run(attempt.call):
            error = data.dry_run_refusal(error)
        response = replies.refusal(attempt.family, error, attempt.request_id)
        if attempt.call is None:
            self._strangers.note(error.code, attempt.request.peer)
            return response
        record = self._scribe.record(attempt.call, named(attempt.call), error.code.value)
        answered = self._audited(attempt.call, record, response)
        return self._logged(answered, attempt, attempt.call, message=error.message)

    def _failed(
        self, attempt: _Attempt, error: BaseException | None
    ) -> Response | asyncio.Future[Response]:
        """Our own fault: told to the log without its text, and to the caller not at all.

        A database that cannot be reached is nobody's, and the caller is told to try again.
        """
        call = attempt.call
        operation = call.operation.name if call else ""
        log.error("call_failed", operation=operation, request_id=attempt.request_id, **told(error))
        if isinstance(error, Unreachable):
            return self._refused(attempt, error.refusal)
        response = replies.internal(attempt.family, attempt.request_id)
        if call is None:
            return response
        record = self._scribe.record(call, named(call), Code.INTERNAL.value)
        answered = self._audited(call, record, response)
        return self._logged(answered, attempt, call, message=Code.INTERNAL.value)

    def _audited(
        self, call: Call, record: AuditRecord, response: Response
    ) -> asyncio.Future[Response]:
        """The answer, once its record is durable; 503 if that cannot be had."""
        return self._audit.answer(
            record,
            response,
            lambda error: replies.refusal(call.operation.family, error, call.request_id),
        )


#: Refusals of those who ask the database for what is not there, or not for them.
FRUITLESS = frozenset(
    {
        Code.KEY_NOT_FOUND,
        Code.ALIAS_NOT_FOUND,
        Code.RESOURCE_NOT_FOUND,
        Code.ACCESS_KEY_NOT_FOUND,
        Code.NO_PERMISSION,
    }
)


def _unknown(claim: Claim) -> Operation:
    """What a call to an operation that does not exist is audited as."""
    family = _FAMILIES.get(claim.version, Family.KMS)
    return Operation(claim.action.replace("\0", "")[:_NAME_CHARACTERS_MAX], family, Mode.READ)


def _payer(attempt: _Attempt) -> Payer:
    """Who pays for asking the database for what is not there, and at which rate he may."""
    if attempt.call is not None:
        return attempt.call.access_key_id, FRUITLESS_RATE
    return f"stranger {attempt.request.peer}", 4 * FRUITLESS_RATE


def _is_dry_run(call: Call | None) -> bool:
    """Whether this is a crypto call that is only tried out."""
    if call is None or call.operation.mode is not Mode.CRYPTO:
        return False
    return call.arguments.values.get("DryRun", "").lower() == "true"


def named(call: Call) -> str:
    """The resource that a refused call named, for its audit record."""
    values = call.arguments.values
    for name in (
        "KeyId",
        "SecretName",
        "AliasName",
        "Name",
        "ClientKeyId",
        "AapName",
        "KmsInstanceId",
        "InstanceId",
        "OrderId",
        "RoleArn",
    ):
        if value := values.get(name):
            return value[:128]
    return ""


def _family_of(request: Request) -> Family | None:
    """The API that an unreadable request seems to be for: decides only how its error looks."""
    for one in Family:
        if one.value in request.query or request.headers.get("x-acs-version") == one.value:
            return one
    return None
