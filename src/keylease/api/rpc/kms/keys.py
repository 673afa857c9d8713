"""The key operations that read and change keys. Shapes: facts/kms-api.md A (Keys)."""

from typing import Any

from keylease.access.admission import admit_key_use
from keylease.api.rpc.arguments import invalid
from keylease.api.rpc.call import Answer, ApiWork, Call, FirstUse, KeyFilter
from keylease.core.clock import iso
from keylease.core.errors import Code, Refusal
from keylease.core.terms import RETENTION
from keylease.custody.keys import lookup, status
from keylease.custody.keys.creation import NewKey, create_key, ensure_default_key
from keylease.custody.keys.model import Key, KeyVersion
from keylease.custody.keys.states import KeyEvent

#: Filters of ListKeys, by the column that they look at.
_FILTERS = {
    "KeyState": "state",
    "KeySpec": "spec",
    "KeyUsage": "usage",
    "ProtectionLevel": "protection_level",
    "DKMSInstanceId": "instance_id",
    "KeyId": "id",
    "Creator": "creator",
}
_FILTER_PAIRS_MAX = 10
_FILTER_VALUES_MAX = 10


def create(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """CreateKey."""
    arguments = call.arguments
    for name in ("Policy", "EnableAutomaticRotation"):
        if arguments.text(name).lower() not in {"", "false"}:
            raise Refusal(Code.UNSUPPORTED, f"{name} is not offered by this release.")
    asked = NewKey(
        instance_id=arguments.required("DKMSInstanceId"),
        spec=arguments.optional("KeySpec"),
        usage=arguments.optional("KeyUsage"),
        origin=arguments.optional("Origin") or "Aliyun_KMS",
        description=arguments.text("Description"),
        tags=_tags(call),
    )
    key = create_key(work, call.account_id, call.account_id, asked)
    work.changed("key", key.id)
    return {"KeyMetadata": _metadata(key)}, key.id


def describe(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """DescribeKey; also of the default key, by its id or as alias/acs/kms."""
    key = _owned(call, work)
    if call.principal.service:
        admit_key_use(call.principal, is_default=key.is_default)
    return {"KeyMetadata": _metadata(key)}, key.id


def list_keys(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """ListKeys: the account's keys in the region of the call, its default key among them."""
    page = call.arguments.number_between("PageNumber", 1, 1_000_000, 1)
    size = call.arguments.number_between("PageSize", 1, 100, 10)
    chosen = _filter(call, work.now - RETENTION)
    _require_default_key(call, work, call.region)
    found, total = work.keys.page(call.account_id, call.region, chosen, (page - 1) * size, size)
    return {
        "Keys": {"Key": [{"KeyId": one.id, "KeyArn": one.arn} for one in found]},
        "PageNumber": page,
        "PageSize": size,
        "TotalCount": total,
    }, ""


def enable(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """EnableKey."""
    return _apply(call, work, KeyEvent.ENABLE)


def disable(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """DisableKey."""
    return _apply(call, work, KeyEvent.DISABLE)


def list_versions(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """ListKeyVersions, newest first."""
    page = call.arguments.number_between("PageNumber", 1, 1_000_000, 1)
    size = call.arguments.number_between("PageSize", 1, 100, 10)
    key = _owned(call, work)
    found, total = work.keys.versions(key.id, (page - 1) * size, size)
    return {
        "KeyVersions": {"KeyVersion": [_version(one) for one in found]},
        "PageNumber": page,
        "PageSize": size,
        "TotalCount": total,
    }, key.id


def describe_version(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """DescribeKeyVersion."""
    version_id = call.arguments.required("KeyVersionId")
    key = _owned(call, work)
    version = work.keys.version(key.id, version_id)
    if version is None:
        raise Refusal(
            Code.INVALID_PARAMETER, f"The key {key.id} has no version {version_id[:64]!r}."
        )
    return {"KeyVersion": _version(version)}, key.id


def list_resource_tags(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """ListResourceTags of a key."""
    key = _owned(call, work)
    tags = [
        {"KeyId": key.id, "TagKey": name, "TagValue": value}
        for name, value in work.keys.tags(key.id).items()
    ]
    return {"Tags": {"Tag": tags}}, key.id


def _apply(call: Call, work: ApiWork, event: KeyEvent) -> tuple[Answer, str]:
    name = call.arguments.required("KeyId")
    key = status.apply(work, call.account_id, call.region, name, event)
    return {}, key.id


def _owned(call: Call, work: ApiWork) -> Key:
    name = call.arguments.required("KeyId")
    key_id, region = lookup.named(name, call.account_id, call.region)
    if key_id == lookup.DEFAULT_KEY_ALIAS:
        _require_default_key(call, work, region)
    return lookup.owned(work, call.account_id, call.region, name)


def _require_default_key(call: Call, work: ApiWork, region: str) -> None:
    if work.keys.default_key(call.account_id, region) is None:
        raise FirstUse(lambda writing: ensure_default_key(writing, call.account_id, region))


def _tags(call: Call) -> dict[str, str]:
    tags: dict[str, str] = {}
    for entry in call.arguments.json_list("Tags"):
        name, value = _pair(entry, "Tags", "TagKey", "TagValue")
        if name in tags:
            raise invalid("Tags", "names a TagKey twice")
        tags[name] = value
    return tags


def _pair(entry: Any, parameter: str, first: str, second: str) -> tuple[str, str]:
    if not isinstance(entry, dict) or not isinstance(entry.get(first), str):
        raise invalid(parameter, f"takes a JSON array of objects with {first} and {second}")
    value = entry.get(second, "")
    if not isinstance(value, str):
        raise invalid(parameter, f"takes a text as {second}")
    return entry[first], value


def _filter(call: Call, kept_after: int) -> KeyFilter:
    entries = call.arguments.json_list("Filters")
    if len(entries) > _FILTER_PAIRS_MAX:
        raise invalid("Filters", f"takes at most {_FILTER_PAIRS_MAX} pairs")
    fields: dict[str, list[str]] = {}
    tags: dict[str, list[str]] = {}
    for entry in entries:
        name, values = _filter_pair(entry)
        if name in {"TagKey", "TagValue"}:
            tags.setdefault(name, []).extend(values)
        elif name == "CreatorType":
            creators = {"User": call.account_id, "Service": "Service"}
            chosen = [creators.get(one, one) for one in values]
            fields.setdefault("creator", []).extend(chosen)
        else:
            fields.setdefault(_column(name), []).extend(values)
    return KeyFilter(
        {name: values for name, values in fields.items() if values},
        tags.get("TagKey") or None,
        tags.get("TagValue") or None,
        kept_after,
    )


def _filter_pair(entry: Any) -> tuple[str, list[str]]:
    if not isinstance(entry, dict) or not isinstance(entry.get("Key"), str):
        raise invalid("Filters", "takes a JSON array of objects with Key and Values")
    values = entry.get("Values", [])
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise invalid("Filters", "takes a list of texts as Values")
    if len(values) > _FILTER_VALUES_MAX:
        raise invalid("Filters", f"takes at most {_FILTER_VALUES_MAX} values for a Key")
    return entry["Key"], values


def _column(name: str) -> str:
    for known, column in _FILTERS.items():
        if known.lower() == name.lower():
            return column
    known_names = ", ".join([*_FILTERS, "CreatorType", "TagKey", "TagValue"])
    raise invalid("Filters", f"takes the keys {known_names}")


def _metadata(key: Key) -> dict[str, Any]:
    metadata = {
        "KeyId": key.id,
        "Arn": key.arn,
        "KeyState": key.state.value,
        "KeySpec": key.spec,
        "KeyUsage": key.usage,
        "Origin": key.origin,
        "ProtectionLevel": key.protection_level,
        "Creator": key.creator,
        "CreationDate": iso(key.created_at),
        "LastRotationDate": iso(key.created_at),
        "Description": key.description,
        "PrimaryKeyVersion": key.primary_version,
        "AutomaticRotation": "Disabled",
        "DeletionProtection": "Enabled" if key.deletion_protection else "Disabled",
        "DeletionProtectionDescription": "",
    }
    return metadata if key.is_default else metadata | {"DKMSInstanceId": key.instance_id}


def _version(version: KeyVersion) -> dict[str, str]:
    return {
        "KeyId": version.key_id,
        "KeyVersionId": version.id,
        "CreationDate": iso(version.created_at),
    }
