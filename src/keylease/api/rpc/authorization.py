"""Permission for whatever is not decided from memory, before it does anything.

Crypto operations are decided from memory by `keylease.runtime.gate`. All others are decided here,
inside their transaction: `keylease.api.rpc.subjects` finds what an operation names, with the usual
answer for what does not exist. Then the operation itself checks the phase of the instance and the
state of the key.
Source: rules.md 2.
"""

from collections.abc import Iterator

from keylease.access.admission import Caller, Resource, admit_resource
from keylease.access.ram.grants import grants_of
from keylease.api.rpc.call import ApiWork, Call, Family, Mode
from keylease.api.rpc.subjects import PROTECTING_KEYS, SUBJECTS, Known, at, found_once


def authorize(call: Call, work: ApiWork) -> None:
    """Refuse with Forbidden.NoPermission what the caller's and the resources' policies forbid."""
    if call.principal.service or call.operation.mode is Mode.CRYPTO:
        return
    caller = None
    for action, resource in needed(call, work):
        caller = caller or caller_as_of_now(call, work)
        admit_resource(caller, action, resource, work.now)


def caller_as_of_now(call: Call, work: ApiWork) -> Caller:
    """The caller with what he was given as it stands in this transaction."""
    principal = call.principal
    if principal.is_root:
        return call.caller
    grants = grants_of(work.ram, principal, call.access_key_id)
    return Caller(principal, call.region, call.peer, grants, call.is_secure)


def needed(call: Call, work: ApiWork, known: Known | None = None) -> Iterator[tuple[str, Resource]]:
    """Each action that the call needs, with what it needs it on.

    With ``known``, what it is about is looked up only if nothing there found it before.
    """
    operation = call.operation
    if operation.family is Family.STS:
        return  # everybody may ask who he is; who may assume a role is decided with the role
    if operation.family is Family.BILLING:
        yield f"bss:{operation.name}", at(call, "bss", "account")
        return
    subjects = SUBJECTS[operation.name]
    for resource in subjects(call, work) if known is None else found_once(call, work, known):
        yield f"kms:{operation.name}", resource
    if operation.name in PROTECTING_KEYS:
        for resource in PROTECTING_KEYS[operation.name](call, work):
            yield "kms:GenerateDataKey", resource
