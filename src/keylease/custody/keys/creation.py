"""Making keys: in an instance, counted by version against its quota; default keys on their own.

Source: facts/kms-api.md A.2 (CreateKey), facts/kms.md 1.2 (quota rules), mission M1 and M2.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from keylease.core import ids
from keylease.core.errors import Code, Refusal
from keylease.core.regions import REGIONS
from keylease.crypto.algorithms import AES_256, KeyUsage, key_spec
from keylease.crypto.envelope import WrappingKey
from keylease.crypto.secret import SecretBytes
from keylease.custody.instances import lookup
from keylease.custody.keys.model import (
    Key,
    KeyVersion,
    check_description,
    check_tags,
    default_scope,
    instance_scope,
    version_context,
)
from keylease.custody.keys.states import KeyState
from keylease.custody.work import CustodyWork


@dataclass(frozen=True, slots=True)
class NewKey:
    """What a caller asks for in CreateKey."""

    instance_id: str
    spec: str | None = None
    usage: str | None = None
    origin: str = "Aliyun_KMS"
    description: str = ""
    tags: Mapping[str, str] | None = None


def create_key(work: CustodyWork, account_id: str, creator: str, asked: NewKey) -> Key:
    """Make an enabled key with its first version in an enabled, running instance.

    Refusals: InvalidParameter, UnsupportedOperation, Forbidden.DKMSInstanceNotFound (403),
    Forbidden.DKMSInstanceStateInvalid, Rejected.LimitExceeded.
    """
    instance = lookup.owned(
        work.instances, account_id, asked.instance_id, work.now, lock=True, status=403
    )
    instance.require_usable(work.now)
    check_description(asked.description)
    tags = check_tags(asked.tags or {})
    spec = key_spec(asked.spec)
    usage = spec.usage(asked.usage)
    if asked.origin != "Aliyun_KMS":
        raise Refusal(Code.UNSUPPORTED, "Origin can only be Aliyun_KMS here.")
    quota = instance.capacity_at(work.now).keys
    if work.keys.count_versions(instance.id) >= quota:
        raise Refusal(
            Code.LIMIT_EXCEEDED,
            f"The instance {instance.id} holds {quota:,} key versions, all that "
            "were bought: upgrade it to create more.",
        )
    key = Key(
        id=ids.key_id(work.entropy, REGIONS[instance.region].letters),
        account_id=account_id,
        region=instance.region,
        instance_id=instance.id,
        spec=spec.name,
        usage=usage,
        origin=asked.origin,
        protection_level=instance.edition.protection_level,
        state=KeyState.ENABLED,
        description=asked.description,
        creator=creator,
        primary_version=ids.uuid(work.entropy),
        created_at=work.now,
    )
    scope = instance_scope(instance.id)
    wrapping = work.vault.scope(work.wrapping_keys, scope)
    work.keys.add(key, _first_version(work, key, scope, wrapping), tags)
    return key


def ensure_default_key(work: CustodyWork, account_id: str, region: str) -> Key:
    """The default key of an account and region, made at the first look: free, for services only."""
    if region not in REGIONS:
        raise Refusal(Code.INVALID_PARAMETER, f"{region!r} is not a region offered.")
    key = work.keys.default_key(account_id, region, lock=True)
    if key is not None:
        return key
    key = Key(
        id=ids.key_id(work.entropy, REGIONS[region].letters),
        account_id=account_id,
        region=region,
        instance_id="",
        spec=AES_256.name,
        usage=KeyUsage.ENCRYPT_DECRYPT,
        origin="Aliyun_KMS",
        protection_level="SOFTWARE",
        state=KeyState.ENABLED,
        description="Default key for server-side encryption by services",
        creator="Service",
        primary_version=ids.uuid(work.entropy),
        created_at=work.now,
    )
    scope = default_scope(account_id, region)
    wrapping = work.vault.new_scope(work.wrapping_keys, scope)
    work.keys.add(key, _first_version(work, key, scope, wrapping), {})
    return key


def _first_version(work: CustodyWork, key: Key, scope: str, wrapping: WrappingKey) -> KeyVersion:
    material = SecretBytes(work.entropy.random(key_spec(key.spec).material_bytes))
    wrapped = work.vault.wrap(wrapping, material, version_context(key, key.primary_version))
    return KeyVersion(key.primary_version, key.id, scope, key.created_at, wrapped)
