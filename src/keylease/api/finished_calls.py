"""What both doors do when a call on an instance with log analysis is answered.

A door asks `Look.logged` first, which is None for all other calls, and makes the facts only then.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from keylease.access.accounts import Principal
from keylease.api.http.response import Response
from keylease.records.call_log import FinishedCall
from keylease.runtime.call_log import CallLog
from keylease.runtime.look import Look

#: Kinds of principals, as entries name them; a kind that is not here is named as it is.
_IDENTITY_TYPES = {
    "account": "cloud-account",
    "user": "ram-user",
    "role session": "ram-role",
    "access point": "aap",
}

_NO_VERSIONS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class CallFacts:
    """Who called what, from where. ``is_shared``: over the OpenAPI, not an instance gateway."""

    operation: str
    api_version: str
    is_shared: bool
    principal: Principal
    access_key_id: str
    region: str
    request_id: str
    client_ip: str
    user_agent: str


def note_when_answered(
    answered: "asyncio.Future[Response]",
    log: CallLog,
    look: Look,
    facts: CallFacts,
    *,
    message: str = "",
    versions: Mapping[str, str] = _NO_VERSIONS,
) -> None:
    """Note a call with the status that its caller is really answered, once that is known.

    ``versions`` are those of the keys that did the work, by key.
    """

    def note(done: "asyncio.Future[Response]") -> None:
        if not done.cancelled() and done.exception() is None:
            note_finished(
                log, look, facts, done.result().status, message=message, versions=versions
            )

    answered.add_done_callback(note)


def note_finished(
    log: CallLog,
    look: Look,
    facts: CallFacts,
    status: int,
    *,
    message: str = "",
    versions: Mapping[str, str] = _NO_VERSIONS,
) -> None:
    """Note a call that was answered just now: an entry for each instance that it used."""
    duration = round((look.memory.monotonic() - look.began) * 1_000)
    kind = facts.principal.kind.value
    for used in (look.logged or {}).values():
        log.note(
            FinishedCall(
                used=used,
                at=look.memory.now(),
                operation=facts.operation,
                api_version=facts.api_version,
                is_shared=facts.is_shared,
                account_id=facts.principal.account_id,
                identity_type=_IDENTITY_TYPES.get(kind, kind),
                principal_id=_principal_id(facts.principal),
                access_key_id=facts.access_key_id,
                client_ip=facts.client_ip,
                user_agent=facts.user_agent,
                region=facts.region,
                request_id=facts.request_id,
                key_version_id=versions.get(used.key_id, ""),
                duration=duration,
                status=status,
                error_message=message,
            )
        )


def _principal_id(principal: Principal) -> str:
    """The name below the account that acts, of a role with its session, or the account itself."""
    _, below, name = principal.arn.partition("/")
    return name if below else principal.account_id
