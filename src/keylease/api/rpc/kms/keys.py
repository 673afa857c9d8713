"""The key operations that read and change keys. Shapes: facts/kms-api.md A (Keys)."""

from collections.abc import Callable
from typing import Any

from keylease.access.admission import admit_key_use
from keylease.api.rpc.arguments import invalid, missing
from keylease.api.rpc.call import Answer, ApiWork, Call
from keylease.api.rpc.kms.key_filters import key_filter
from keylease.api.rpc.kms.naming import readable_key, require_service_key
from keylease.api.rpc.kms.tags import tags_of
from keylease.core.clock import iso
from keylease.core.duration import seconds_text
from keylease.core.errors import Code, Refusal
from keylease.custody.instances import protection
from keylease.custody.keys import status
from keylease.custody.keys.creation import NewKey, create_default_master_key, create_key
from keylease.custody.keys.model import OWN_ORIGIN, Key
from keylease.custody.keys.rotation import is_suspended
from keylease.custody.keys.states import KeyState

_ARN_KINDS = {"key": "KeyId", "keystore": "KmsInstanceId"}


def create(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """CreateKey: in an instance, or without one the default master key of the region."""
    arguments = call.arguments
    asked = NewKey(
        instance_id=arguments.text("DKMSInstanceId"),
        spec=arguments.optional("KeySpec"),
        usage=arguments.optional("KeyUsage"),
        origin=arguments.optional("Origin") or OWN_ORIGIN,
        storage=arguments.optional("KeyStorageMechanism"),
        description=arguments.text("Description"),
        tags=tags_of(call),
        rotation_interval=arguments.rotation_interval(),
        policy=arguments.text("Policy"),
    )
    creator = call.account_id
    if asked.instance_id:
        key = create_key(work, call.account_id, creator, asked, call.prepared.get("material"))
    else:
        key = create_default_master_key(work, call.account_id, call.region, creator, asked)
    work.changed("key", key.id)
    return {"KeyMetadata": metadata(key, work.now)}, key.id


def describe(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """DescribeKey; also of default keys, by id or like alias/acs/kms."""
    key = readable_key(call, work)
    if call.principal.service:
        admit_key_use(call.principal, is_default=key.is_default, service=key.service)
    return {"KeyMetadata": metadata(key, work.now)}, key.id


def list_keys(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """ListKeys: the account's keys in the region of the call, its default keys among them."""
    page, size = call.arguments.page(10)
    chosen = key_filter(call, work.now)
    require_service_key(call, work, call.region)
    found, total = work.keys.page(call.account_id, call.region, chosen, (page - 1) * size, size)
    return {
        "Keys": {"Key": [{"KeyId": one.id, "KeyArn": one.arn} for one in found]},
        "PageNumber": page,
        "PageSize": size,
        "TotalCount": total,
    }, ""


def enable(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """EnableKey."""
    return _apply(call, work, status.enable)


def disable(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """DisableKey."""
    return _apply(call, work, status.disable)


def schedule_deletion(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """ScheduleKeyDeletion."""
    name = call.arguments.required("KeyId")
    days = call.arguments.integer("PendingWindowInDays")
    if days is None:
        raise missing("PendingWindowInDays")
    key = status.schedule_deletion(work, call.account_id, call.region, name, days)
    return {}, key.id


def cancel_deletion(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """CancelKeyDeletion."""
    return _apply(call, work, status.cancel_deletion)


def update_description(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """UpdateKeyDescription."""
    name = call.arguments.required("KeyId")
    if "Description" not in call.arguments.values:
        raise missing("Description")
    text = call.arguments.text("Description")
    key = status.describe(work, call.account_id, call.region, name, text)
    return {}, key.id


def set_deletion_protection(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """SetDeletionProtection of a key or an instance, named by id or resource name."""
    arguments = call.arguments
    if not arguments.text("EnableDeletionProtection"):
        raise missing("EnableDeletionProtection")
    on = arguments.boolean("EnableDeletionProtection")
    about = arguments.text("DeletionProtectionDescription")
    kind, name = protected(call)
    if kind == "KmsInstanceId":
        instance = protection.protect(work, call.account_id, name, about, on=on)
        return {}, instance.id
    key = status.protect(work, call.account_id, call.region, name, about, on=on)
    return {}, key.id


def metadata(key: Key, now: int) -> dict[str, Any]:
    """``KeyMetadata`` of a key at a moment."""
    rotation = _rotation_shown(key, now)
    shown = {
        "KeyId": key.id,
        "Arn": key.arn,
        "KeyState": key.state_at(now).value,
        "KeySpec": key.spec,
        "KeyUsage": key.usage,
        "Origin": key.origin,
        "ProtectionLevel": key.protection_level,
        "Creator": key.creator,
        "CreationDate": iso(key.created_at),
        "LastRotationDate": iso(key.rotated_at),
        "Description": key.description,
        "PrimaryKeyVersion": key.primary_version,
        "DeletionProtection": "Enabled" if key.deletion_protection else "Disabled",
        "DeletionProtectionDescription": key.deletion_protection_description,
        **rotation,
    }
    if not key.is_default:
        shown["DKMSInstanceId"] = key.instance_id
    if key.delete_at is not None and key.state is KeyState.PENDING_DELETION:
        shown["DeleteDate"] = iso(key.delete_at)
    if key.is_external:
        expires = key.material_expires_at
        shown["MaterialExpireTime"] = "" if expires is None else iso(expires)
    return shown


def _rotation_shown(key: Key, now: int) -> dict[str, str]:
    if key.rotation_interval is None:
        return {"AutomaticRotation": "Disabled"}
    shown = {
        "AutomaticRotation": "Suspended" if is_suspended(key, now) else "Enabled",
        "RotationInterval": seconds_text(key.rotation_interval),
    }
    if key.rotate_at is not None:
        shown["NextRotationDate"] = iso(key.rotate_at)
    return shown


def protected(call: Call) -> tuple[str, str]:
    """What SetDeletionProtection is about: the parameter that says so, and its id."""
    arguments = call.arguments
    for kind in _ARN_KINDS.values():
        if name := arguments.optional(kind):
            return kind, name
    arn = arguments.optional("ProtectedResourceArn")
    if arn is None:
        raise missing("ProtectedResourceArn")
    parts = arn.split(":")
    kind, _, name = parts[-1].partition("/")
    if len(parts) != 5 or parts[:2] != ["acs", "kms"] or kind not in _ARN_KINDS or not name:
        raise invalid("ProtectedResourceArn", "takes the ARN of a key or an instance")
    if kind == "keystore" and parts[3] != call.account_id:
        raise Refusal(Code.INSTANCE_NOT_FOUND, "The specified DKMS Instance is not found.")
    return _ARN_KINDS[kind], arn if kind == "key" else name


def _apply(
    call: Call, work: ApiWork, verb: Callable[[ApiWork, str, str, str], Key]
) -> tuple[Answer, str]:
    name = call.arguments.required("KeyId")
    key = verb(work, call.account_id, call.region, name)
    return {}, key.id
