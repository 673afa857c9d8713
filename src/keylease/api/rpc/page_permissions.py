"""Whether who has signed in to the console may see a page, or do what no operation does."""

from keylease.access.admission import Caller, Resource, admit_resource
from keylease.access.permissions import Permission
from keylease.access.ram.grants import grants_of
from keylease.api.rpc.arguments import Arguments
from keylease.api.rpc.authorization import authorize
from keylease.api.rpc.call import ApiWork, Call, Family, Mode
from keylease.api.rpc.inside import CONSOLE
from keylease.api.rpc.operations import OPERATIONS
from keylease.core.errors import ensure

_FAMILIES = {"kms": Family.KMS, "bss": Family.BILLING}


def require(caller: Caller, permission: Permission, work: ApiWork) -> None:
    """Refuse with Forbidden.NoPermission unless policies, as they stand now, allow it.

    The account itself needs none: what its pages show is its own.
    """
    if caller.principal.is_root:
        return
    if not permission.place:
        authorize(_call(caller, permission), work)
        return
    service, account_id = permission.action.partition(":")[0], caller.principal.account_id
    who = caller._replace(grants=grants_of(work.ram, caller.principal, CONSOLE))
    resource = Resource(f"acs:{service}::{account_id}:{permission.place}", account_id)
    admit_resource(who, permission.action, resource, work.now)


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
