"""Policies of keys and secrets. Shapes: facts/kms-api.md A (Policies)."""

from keylease.api.rpc.call import Answer, ApiWork, Call
from keylease.api.rpc.kms.secrets import own_secret
from keylease.custody.keys import lookup, policies
from keylease.custody.secrets import policies as secret_policies
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


def set_secret_policy(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """SetSecretPolicy."""
    text = call.arguments.required("Policy")
    check_policy_name(call.arguments.text("PolicyName"))
    secret = secret_policies.set_policy(work, own_secret(call, work), text)
    return {}, secret.name


def get_secret_policy(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """GetSecretPolicy."""
    check_policy_name(call.arguments.text("PolicyName"))
    secret = own_secret(call, work, lock=False)
    return {"Policy": secret_policies.policy_of(secret)}, secret.name
