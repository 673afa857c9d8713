"""Policies of keys. Shapes: facts/kms-api.md A (Policies)."""

from keylease.api.rpc.call import Answer, ApiWork, Call
from keylease.custody.keys import lookup, policies
from keylease.custody.sharing import check_policy_name


def set_key_policy(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """SetKeyPolicy."""
    arguments = call.arguments
    name, text = arguments.required("KeyId"), arguments.required("Policy")
    check_policy_name(arguments.text("PolicyName"))
    key = policies.set_policy(work, call.account_id, call.region, name, text)
    return {}, key.id


def get_key_policy(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """GetKeyPolicy."""
    arguments = call.arguments
    name = arguments.required("KeyId")
    check_policy_name(arguments.text("PolicyName"))
    key = lookup.owned(work, call.account_id, call.region, name)
    return {"Policy": policies.policy_of(key)}, key.id
