"""Key versions and rotation. Shapes: facts/kms-api.md A (Key versions / rotation)."""

from dataclasses import replace

from keylease.api.rpc.arguments import missing
from keylease.api.rpc.call import Answer, ApiWork, Call
from keylease.api.rpc.kms.naming import readable_key
from keylease.core.clock import iso
from keylease.core.errors import Code, Refusal
from keylease.custody.instances.lookup import owned as owned_instance
from keylease.custody.keys import lookup, rotation
from keylease.custody.keys.creation import (
    require_default_interval,
    require_default_rotation,
    require_quota,
)
from keylease.custody.keys.model import Key, KeyVersion
from keylease.custody.keys.states import KEY_LIFE, KeyEvent


def create_version(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """CreateKeyVersion: a new primary version on demand."""
    name = call.arguments.required("KeyId")
    key = lookup.changeable(work, call.account_id, call.region, name)
    rotation.require_manual_rotation(work, key)
    if key.is_default:
        require_default_rotation(work, key)
    else:
        instance = owned_instance(
            work.instances, call.account_id, key.instance_id, work.now, lock=True
        )
        require_quota(work, instance)
    _, version = rotation.rotate(work, key, call.prepared.get("material"))
    return {"KeyVersion": _version(version)}, key.id


def list_versions(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """ListKeyVersions, newest first."""
    page, size = call.arguments.page(10)
    key = readable_key(call, work)
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
    key = readable_key(call, work)
    version = work.keys.version(key.id, version_id)
    if version is None:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "The key {key} has no version {version!r}.",
            key=key.id,
            version=version_id[:64],
        )
    return {"KeyVersion": _version(version)}, key.id


def update_rotation_policy(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """UpdateRotationPolicy: automatic rotation by a period of 7 to 730 days, or none."""
    arguments = call.arguments
    name = arguments.required("KeyId")
    if not arguments.text("EnableAutomaticRotation"):
        raise missing("EnableAutomaticRotation")
    interval = arguments.rotation_interval()
    if interval is not None:
        rotation.check_interval(interval)
    key = lookup.changeable(work, call.account_id, call.region, name)
    _require_policy(work, key, interval)
    key = rotation.plan_rotation(work, replace(key, rotation_interval=interval))
    work.keys.update(key)
    work.changed("key", key.id)
    return {}, key.id


def _require_policy(work: ApiWork, key: Key, interval: int | None) -> None:
    rotation.require_rotatable(key)
    KEY_LIFE.after(key.state_at(work.now), KeyEvent.ROTATE, key.id)
    if key.is_default and interval is not None:
        require_default_interval(interval)
        require_default_rotation(work, key)


def _version(version: KeyVersion) -> dict[str, str]:
    return {
        "KeyId": version.key_id,
        "KeyVersionId": version.id,
        "CreationDate": iso(version.created_at),
    }
