"""``Filters`` of ListKeys: a JSON array of a key and its alternatives. facts/kms-api.md A.2."""

from typing import Any

from keylease.api.rpc.arguments import invalid
from keylease.api.rpc.call import Call, KeyFilter
from keylease.core.terms import RETENTION

#: Filters of ListKeys, by the column that they look at.
_COLUMNS = {
    "KeyState": "state",
    "KeySpec": "spec",
    "KeyUsage": "usage",
    "ProtectionLevel": "protection_level",
    "DKMSInstanceId": "instance_id",
    "KeyId": "id",
    "Creator": "creator",
}
#: Filters that look elsewhere.
_OTHERS = frozenset({"TagKey", "TagValue", "AliasName", "CreatorType"})
_PAIRS_MAX = 10
_VALUES_MAX = 10


def key_filter(call: Call, now: int) -> KeyFilter:
    """What a call's ``Filters`` ask for; Refusal InvalidParameter."""
    fields: dict[str, list[str]] = {}
    others: dict[str, list[str]] = {}
    for name, values in filter_pairs(call):
        if name in _OTHERS:
            others.setdefault(name, []).extend(values)
        else:
            fields.setdefault(_column(name), []).extend(values)
    return KeyFilter(
        {name: values for name, values in fields.items() if values},
        others.get("TagKey") or None,
        others.get("TagValue") or None,
        others.get("AliasName") or None,
        others.get("CreatorType") or None,
        kept_after=now - RETENTION,
        now=now,
    )


def filter_pairs(call: Call) -> list[tuple[str, list[str]]]:
    """The pairs of a call's ``Filters``; Refusal InvalidParameter beyond 10 pairs or values."""
    entries = call.arguments.json_list("Filters")
    if len(entries) > _PAIRS_MAX:
        raise invalid("Filters", "takes at most {most} pairs", most=_PAIRS_MAX)
    return [_pair(entry) for entry in entries]


def _pair(entry: Any) -> tuple[str, list[str]]:
    if not isinstance(entry, dict) or not isinstance(entry.get("Key"), str):
        raise invalid("Filters", "takes a JSON array of objects with Key and Values")
    values = entry.get("Values", [])
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise invalid("Filters", "takes a list of texts as Values")
    if len(values) > _VALUES_MAX:
        raise invalid("Filters", "takes at most {most} values for a Key", most=_VALUES_MAX)
    return entry["Key"], values


def _column(name: str) -> str:
    for known, column in _COLUMNS.items():
        if known.lower() == name.lower():
            return column
    known_names = ", ".join([*_COLUMNS, *sorted(_OTHERS)])
    raise invalid("Filters", "takes the keys {allowed}", allowed=known_names)
