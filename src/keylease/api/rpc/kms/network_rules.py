"""The operations on network rules. Shapes: facts/kms-api.md A (Access: network rules)."""

from typing import Any

from keylease.api.rpc.arguments import invalid, missing
from keylease.api.rpc.call import Answer, ApiWork, Call
from keylease.api.rpc.kms.application_shapes import description, json_text, page_of, place
from keylease.custody.applications import rules
from keylease.custody.applications.model import NETWORK_TYPE, NetworkRule


def create(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """CreateNetworkRule."""
    arguments = call.arguments
    name = arguments.required("Name")
    if arguments.required("Type") != NETWORK_TYPE:
        raise invalid("Type", "takes {allowed}", allowed=NETWORK_TYPE)
    sources = arguments.json_texts("SourcePrivateIp")
    if sources is None:
        raise missing("SourcePrivateIp")
    about = arguments.text("Description")
    asked = NetworkRule(call.account_id, call.region, name, sources, about, work.now)
    made = rules.create_network_rule(work, asked)
    return {"Name": made.name, **_shown(made)}, made.name


def list_rules(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """ListNetworkRules, by name."""
    store, names = work.applications.network_rules, ("NetworkRules", "NetworkRule")
    return page_of(call, store, names, lambda one: {"Name": one.name, "Type": one.type}), ""


def describe(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """DescribeNetworkRule."""
    name = call.arguments.required("Name")
    return _shown(rules.found(work.applications.network_rules, place(call), name)), name


def update(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """UpdateNetworkRule: what is not sent stays."""
    name = call.arguments.required("Name")
    sources = call.arguments.json_texts("SourcePrivateIp")
    rules.update_network_rule(work, place(call), name, sources, description(call))
    return {}, name


def delete(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """DeleteNetworkRule, which no policy may have."""
    name = call.arguments.required("Name")
    rules.delete_network_rule(work, place(call), name)
    return {}, name


def _shown(rule: NetworkRule) -> dict[str, Any]:
    return {
        "Arn": rule.arn("network"),
        "Type": rule.type,
        "SourcePrivateIp": json_text(rule.source_ips),
        "Description": rule.description,
    }
