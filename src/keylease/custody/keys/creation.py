"""Making keys: in an instance, counted by version against its quota; default keys on their own.

Source: facts/kms-api.md A.2 (CreateKey), facts/kms.md 1.2 (quota rules), 4.1 and 4.7, M1 and M2.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from keylease.core import ids
from keylease.core.clock import DAY
from keylease.core.errors import Code, Refusal
from keylease.core.regions import REGIONS
from keylease.crypto.algorithms import AES_256, KeySpec, KeyUsage, ProtectionLevel, key_spec
from keylease.crypto.providers import Storage
from keylease.custody.instances import lookup
from keylease.custody.instances.model import Instance
from keylease.custody.keys.material import (
    Prepared,
    empty_version,
    new_material,
    wrapped_version,
)
from keylease.custody.keys.model import (
    EXTERNAL,
    OWN_ORIGIN,
    SERVICE_CREATOR,
    Key,
    check_description,
    default_scope,
)
from keylease.custody.keys.rotation import check_interval, plan_rotation, require_rotatable
from keylease.custody.keys.states import KeyState
from keylease.custody.sharing import share
from keylease.custody.tags import TaggedKind, check_tags
from keylease.custody.work import CustodyWork

_SERVICE_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")

#: How a default master key rotates, once that was bought. facts/kms-api.md A.2 (Rotation).
DEFAULT_KEY_INTERVAL = 365 * DAY


@dataclass(frozen=True, slots=True)
class NewKey:
    """What a caller asks for in CreateKey. ``rotation_interval`` is in seconds, None for none."""

    instance_id: str
    spec: str | None = None
    usage: str | None = None
    origin: str = OWN_ORIGIN
    storage: str | None = None
    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    rotation_interval: int | None = None
    policy: str = ""


def create_key(
    work: CustodyWork,
    account_id: str,
    creator: str,
    asked: NewKey,
    prepared: Prepared | None = None,
) -> Key:
    """Make a key with its first version in an enabled, running instance.

    One whose owner brings the material waits for it: PendingImport. Refusals: InvalidParameter,
    UnsupportedOperation, Forbidden.DKMSInstanceNotFound (403), Forbidden.DKMSInstanceStateInvalid,
    Rejected.LimitExceeded, Rejected.ShareQuotaExceedLimit. `NotPrepared` where making it takes
    long.
    """
    instance = lookup.owned(
        work.instances, account_id, asked.instance_id, work.now, lock=True, status=403
    )
    instance.require_usable(work.now)
    check_description(asked.description)
    tags = check_tags(asked.tags)
    spec = key_spec(asked.spec)
    usage = spec.usage(asked.usage)
    protection = ProtectionLevel(instance.edition.protection_level)
    storage = _storage(asked.storage, protection)
    _check_origin(asked.origin)
    work.providers.of(protection).require(spec, storage)
    require_quota(work, instance)
    key = Key(
        id=ids.key_id(work.entropy, REGIONS[instance.region].letters),
        account_id=account_id,
        region=instance.region,
        instance_id=instance.id,
        spec=spec.name,
        usage=usage,
        origin=asked.origin,
        protection_level=protection,
        storage=storage,
        state=KeyState.ENABLED,
        description=asked.description,
        creator=creator,
        primary_version="",
        created_at=work.now,
        rotated_at=work.now,
    )
    key = replace(key, policy=share(work, TaggedKind.KEY, key.id, instance, asked.policy))
    if asked.rotation_interval is not None:
        require_rotatable(key)
        key = replace(key, rotation_interval=check_interval(asked.rotation_interval))
    return _write(work, key, spec, tags, prepared)


def create_default_master_key(
    work: CustodyWork,
    account_id: str,
    region: str,
    creator: str,
    asked: NewKey,
) -> Key:
    """Make the default master key of an account and region, which its owner manages.

    It is free, for server-side encryption only, and there is one. Refusals: InvalidParameter,
    Rejected.LimitExceeded.
    """
    _check_region(region)
    check_description(asked.description)
    tags = check_tags(asked.tags)
    _check_origin(asked.origin)
    if asked.policy:
        raise Refusal(Code.KEY_POLICY_UNSUPPORTED, "A default key has no key policy.")
    if asked.spec not in {None, AES_256.name} or asked.usage not in {
        None,
        KeyUsage.ENCRYPT_DECRYPT.value,
    }:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "A key outside an instance is a default key: {spec}, {usage}. Name an instance "
            "(DKMSInstanceId) for other keys.",
            spec=AES_256.name,
            usage=KeyUsage.ENCRYPT_DECRYPT,
        )
    if asked.rotation_interval is not None:
        require_default_interval(asked.rotation_interval)
    if work.keys.default_key(account_id, region, "", lock=True) is not None:
        raise Refusal(
            Code.LIMIT_EXCEEDED,
            "There is a default master key in this region already: name an instance "
            "(DKMSInstanceId) to create more keys.",
        )
    key = _default_key(work, account_id, region, "", asked.description, creator)
    key = replace(key, origin=asked.origin)
    if asked.rotation_interval is not None:
        require_rotatable(key)
        require_default_rotation(work, key)
        key = replace(key, rotation_interval=asked.rotation_interval)
    _ensure_place(work, account_id, region)
    return _write(work, key, AES_256, tags, None)


def ensure_service_key(work: CustodyWork, account_id: str, region: str, service: str) -> Key:
    """A service's key in an account and region, made at the first look: free, for it only."""
    _check_region(region)
    if not is_service_name(service):
        raise Refusal(Code.ALIAS_NOT_FOUND, "The specified Alias is not found.")
    key = work.keys.default_key(account_id, region, service, lock=True)
    if key is not None:
        return key
    about = f"Default key for server-side encryption by the service {service}"
    key = _default_key(work, account_id, region, service, about, SERVICE_CREATOR)
    _ensure_place(work, account_id, region)
    return _write(work, key, AES_256, {}, None)


def is_service_name(name: str) -> bool:
    """Whether a service may be called this: its key's alias is ``alias/acs/`` and the name."""
    return _SERVICE_NAME.fullmatch(name) is not None


def require_quota(work: CustodyWork, instance: Instance) -> None:
    """Refuse with Rejected.LimitExceeded a version more than was bought."""
    quota = instance.capacity_at(work.now).keys
    if work.keys.count_versions(instance.id) >= quota:
        raise Refusal(
            Code.LIMIT_EXCEEDED,
            "The instance {instance} holds {quota:,} key versions, all that were bought: upgrade "
            "it to create more.",
            instance=instance.id,
            quota=quota,
        )


def require_default_interval(seconds: int) -> None:
    """Refuse with InvalidParameter another period than the one that default keys have."""
    if seconds != DEFAULT_KEY_INTERVAL:
        raise Refusal(Code.INVALID_PARAMETER, "RotationInterval of a default key is 365d.")


def require_default_rotation(work: CustodyWork, key: Key) -> None:
    """Refuse the rotation of a default key to who has not bought it. facts/kms.md 4.4."""
    services = work.instances.services(key.account_id, key.region)
    if not any(one.end > work.now for one in services):
        raise Refusal(
            Code.REJECTED_UNSUPPORTED,
            "Rotation of the default key is a value-added service: buy it for this region first "
            "(ProductVersion 4, ValueAddedService 2).",
        )


def _write(
    work: CustodyWork,
    key: Key,
    spec: KeySpec,
    tags: Mapping[str, str],
    prepared: Prepared | None,
) -> Key:
    if key.is_external:
        key = replace(key, state=KeyState.PENDING_IMPORT, primary_version=ids.uuid(work.entropy))
        work.keys.add(key, empty_version(work, key))
    else:
        made = new_material(work, spec, key.protection, Storage(key.storage), prepared)
        key = plan_rotation(work, replace(key, primary_version=made.version_id))
        work.keys.add(key, wrapped_version(work, key, made, first=True))
    if tags:
        work.tags.put(key.account_id, key.region, TaggedKind.KEY, key.id, tags)
    return key


def _default_key(
    work: CustodyWork, account_id: str, region: str, service: str, about: str, creator: str
) -> Key:
    return Key(
        id=ids.key_id(work.entropy, REGIONS[region].letters),
        account_id=account_id,
        region=region,
        instance_id="",
        spec=AES_256.name,
        usage=KeyUsage.ENCRYPT_DECRYPT,
        origin=OWN_ORIGIN,
        protection_level=ProtectionLevel.SOFTWARE,
        state=KeyState.ENABLED,
        description=about,
        creator=creator,
        service=service,
        primary_version="",
        created_at=work.now,
        rotated_at=work.now,
    )


def _ensure_place(work: CustodyWork, account_id: str, region: str) -> None:
    scope = default_scope(account_id, region)
    if work.wrapping_keys.find(scope) is None:
        work.vault.new_scope(work.wrapping_keys, scope)


def _storage(asked: str | None, protection: ProtectionLevel) -> Storage:
    """KeyStorageMechanism, for hardware only; a token keeps the key itself by default."""
    if protection is ProtectionLevel.SOFTWARE:
        return Storage.SOFTWARE  # ignored there, like ProtectionLevel
    for one in (Storage.HSM_INTERNAL, Storage.HSM_DATABASE):
        if asked in {one.value, None}:
            return one
    raise Refusal(
        Code.INVALID_PARAMETER,
        "KeyStorageMechanism takes {internal} or {database}.",
        internal=Storage.HSM_INTERNAL,
        database=Storage.HSM_DATABASE,
    )


def _check_origin(origin: str) -> None:
    if origin not in {OWN_ORIGIN, EXTERNAL}:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "Origin takes {own} or {external}, written like that.",
            own=OWN_ORIGIN,
            external=EXTERNAL,
        )


def _check_region(region: str) -> None:
    if region not in REGIONS:
        raise Refusal(Code.INVALID_PARAMETER, "{region!r} is not a region offered.", region=region)
