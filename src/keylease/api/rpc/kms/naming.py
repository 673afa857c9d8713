"""Finding what a call names, where a reading call may be the first to ask for it."""

from keylease.access.admission import SHARED_SERVICE
from keylease.api.rpc.call import ApiWork, Call, FirstUse
from keylease.custody.keys import lookup
from keylease.custody.keys.creation import ensure_service_key
from keylease.custody.keys.model import Key


def own_key(call: Call, work: ApiWork) -> Key:
    """The caller's key by ``KeyId``; FirstUse for a service key that is not made yet. Refusals.

    A service's key is made when that service asks for it first, the shared one for anybody.
    """
    name = call.arguments.required("KeyId")
    key_id, region = lookup.named(name, call.account_id, call.region)
    service = lookup.service_of_alias(key_id)
    if service is not None and service in {SHARED_SERVICE, call.principal.service}:
        require_service_key(call, work, region, service)
    return lookup.owned(work, call.account_id, call.region, name)


def readable_key(call: Call, work: ApiWork) -> Key:
    """Like `own_key`, and another account's key that is shared with the caller's."""
    if lookup.foreign_key(call.arguments.required("KeyId"), call.account_id) is None:
        return own_key(call, work)
    return lookup.readable(work, call.account_id, call.region, call.arguments.required("KeyId"))


def require_service_key(
    call: Call, work: ApiWork, region: str, service: str = SHARED_SERVICE
) -> None:
    """FirstUse unless a service's key is made; by default the one that all services share."""
    account = call.account_id
    if work.keys.default_key(account, region, service) is None:
        raise FirstUse(lambda new: ensure_service_key(new, account, region, service))
