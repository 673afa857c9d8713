"""Whether who has signed in to the console may see a page, or do what no operation does."""

from collections.abc import Iterable, Sequence

from keylease.access.admission import Caller, Resource, admit_resource
from keylease.access.permissions import Permission
from keylease.access.ram.grants import grants_of
from keylease.api.rpc.arguments import Arguments
from keylease.api.rpc.authorization import needed
from keylease.api.rpc.call import ApiWork, Call, Family, Mode
from keylease.api.rpc.inside import CONSOLE
from keylease.api.rpc.operations import OPERATIONS
from keylease.api.rpc.subjects import Known
from keylease.core.errors import ensure

_FAMILIES = {"kms": Family.KMS, "bss": Family.BILLING}


def require(caller: Caller, permissions: Sequence[Permission], work: ApiWork) -> None:
    """Refuse with Forbidden.NoPermission unless policies, as they stand now, allow all of them.

    The account itself needs none: what its pages show is its own. What several permissions are
    about is looked up once.
    """
    if caller.principal.is_root:
        return
    who = caller._replace(grants=grants_of(work.ram, caller.principal, CONSOLE))
    known: Known = {}
    for one in permissions:
        for action, resource in _asked(who, one, work, known):
            admit_resource(who, action, resource, work.now)


def _asked(
    caller: Caller, permission: Permission, work: ApiWork, known: Known
) -> Iterable[tuple[str, Resource]]:
    if not permission.place:
        return needed(_call(caller, permission), work, known)
    service, account_id = permission.action.partition(":")[0], caller.principal.account_id
    name = f"acs:{service}::{account_id}:{permission.place}"
    return [(permission.action, Resource(name, account_id))]


def _call(caller: Caller, permission: Permission) -> Call:
    """The call of the operation that the permission names, which is never carried out."""
    service, _, name = permission.action.partition(":")
    operation = OPERATIONS[_FAMILIES[service].value, name]
    ensure(operation.mode is not Mode.CRYPTO, "what is decided from memory is not decided here")
    return Call(
        request_id="",
        operation=operation,
        principal=caller.principal,
        access_key_id=CONSOLE,
        region=caller.region,
        peer=caller.peer,
        nonce="",
        timestamp=0,
        arguments=Arguments(permission.values),
        is_secure=caller.is_secure,
    )
