"""The operations on permission policies. Shapes: facts/kms-api.md A (Access: permission policies).

Lists are JSON texts in requests and in the answer to CreatePolicy, and lists in DescribePolicy.
"""

from typing import Any

from keylease.api.rpc.arguments import invalid, missing
from keylease.api.rpc.call import Answer, ApiWork, Call
from keylease.api.rpc.kms.application_shapes import description, json_text, page_of, place
from keylease.custody.applications import rules
from keylease.custody.applications.model import PermissionPolicy

_NETWORK_RULES = "NetworkRules"


def create(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """CreatePolicy."""
    arguments = call.arguments
    asked = PermissionPolicy(
        call.account_id,
        call.region,
        arguments.required("Name"),
        arguments.text("KmsInstance"),
        _needed(call, "Permissions"),
        _needed(call, "Resources"),
        _network_rules(call) or (),
        arguments.text("Description"),
        work.now,
    )
    made = rules.create_policy(work, asked)
    lists = {
        "Permissions": json_text(made.permissions),
        "Resources": json_text(made.resources),
    }
    return {"Name": made.name, **_shown(made), **lists}, made.name


def list_policies(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """ListPolicies, by name."""
    store, names = work.applications.policies, ("Policies", "Policy")
    return page_of(call, store, names, lambda one: {"Name": one.name}), ""


def describe(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """DescribePolicy."""
    name = call.arguments.required("Name")
    found = rules.found(work.applications.policies, place(call), name)
    lists = {"Permissions": found.permissions, "Resources": found.resources}
    return {"Name": found.name, **_shown(found), **lists}, name


def update(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """UpdatePolicy: what is not sent stays; name and instance stay always."""
    arguments = call.arguments
    name = arguments.required("Name")
    rules.update_policy(
        work,
        place(call),
        name,
        arguments.json_texts("Permissions"),
        arguments.json_texts("Resources"),
        _network_rules(call),
        description(call),
    )
    return {}, name


def delete(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """DeletePolicy, which no access point may have."""
    name = call.arguments.required("Name")
    rules.delete_policy(work, place(call), name)
    return {}, name


def _needed(call: Call, name: str) -> tuple[str, ...]:
    entries = call.arguments.json_texts(name)
    if entries is None:
        raise missing(name)
    return entries


def _network_rules(call: Call) -> tuple[str, ...] | None:
    """``AccessControlRules``, like {"NetworkRules":["rule"]}; None where it was not sent."""
    if not call.arguments.text("AccessControlRules"):
        return None
    given = call.arguments.text_lists("AccessControlRules")
    if not given.keys() <= {_NETWORK_RULES}:
        raise invalid("AccessControlRules", 'takes {{"NetworkRules":[names of network rules]}}')
    return tuple(dict.fromkeys(given.get(_NETWORK_RULES, ())))


def _shown(policy: PermissionPolicy) -> dict[str, Any]:
    return {
        "Arn": policy.arn("policy"),
        "KmsInstance": policy.instance_id,
        "AccessControlRules": json_text({_NETWORK_RULES: policy.network_rules}),
        "Description": policy.description,
    }
