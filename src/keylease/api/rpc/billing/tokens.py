"""ClientToken: what a changing billing call was answered first, it is answered for ever after."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from keylease.api.rpc.call import ApiWork, Call
from keylease.billing.orders import idempotency


def once(
    call: Call, work: ApiWork, parsed: dict[str, Any], act: Callable[[], Mapping[str, Any]]
) -> Mapping[str, Any]:
    """The first answer to the call's ClientToken; ``parsed`` is what must be the same again.

    Its names stay for ever: a token is answered for ever after.
    """
    work.accounts.lock(call.account_id)  # two calls with one token wait for each other
    canonical = msgspec.json.encode(parsed, order="deterministic")
    return idempotency.once(
        work.client_tokens,
        call.account_id,
        call.arguments.text("ClientToken"),
        call.operation.name,
        hashlib.sha256(canonical).hexdigest(),
        act,
    )
