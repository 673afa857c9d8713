"""``Filters`` of ListKmsInstances: a JSON array of a key and its alternatives, as in ListKeys.

No source tells the keys; these are the fields that GetKmsInstance answers, and tags.
"""

from keylease.api.rpc.arguments import invalid
from keylease.api.rpc.call import Call
from keylease.api.rpc.kms.key_filters import filter_pairs
from keylease.lifecycle.listing import SubscriptionFilter

#: By the field of `SubscriptionFilter`; all of them must fit, the values of one are alternatives.
_FIELDS = {
    "KmsInstanceId": "instance_ids",
    "InstanceName": "names",
    "Status": "states",
    "TagKey": "tag_names",
    "TagValue": "tag_values",
}


def instance_filter(call: Call) -> SubscriptionFilter:
    """What a call's ``Filters`` ask for in its region; Refusal InvalidParameter."""
    chosen: dict[str, list[str]] = {}
    for name, values in filter_pairs(call):
        if name not in _FIELDS:
            raise invalid("Filters", "takes the keys {allowed}", allowed=", ".join(_FIELDS))
        chosen.setdefault(_FIELDS[name], []).extend(values)
    named = {field: values for field, values in chosen.items() if values}
    return SubscriptionFilter(
        region=call.region,
        services=False,
        instance_ids=named.get("instance_ids"),
        names=named.get("names"),
        states=named.get("states"),
        tag_names=named.get("tag_names"),
        tag_values=named.get("tag_values"),
    )
