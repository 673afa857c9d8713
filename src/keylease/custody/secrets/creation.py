"""Making secrets: in an instance, one unit of what was bought for each. facts/kms-api.md A.2."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from keylease.core import ids
from keylease.core.errors import Code, Parameter, Refusal
from keylease.custody.instances import lookup as instances
from keylease.custody.instances.model import Instance
from keylease.custody.keys.model import check_description
from keylease.custody.secrets.deletion import destroy
from keylease.custody.secrets.lookup import is_gone
from keylease.custody.secrets.model import (
    AUTO,
    RAM_USER,
    DataType,
    Secret,
    SecretType,
    SecretVersion,
    check_data,
    check_name,
    check_version_id,
)
from keylease.custody.secrets.payloads import Config, check_config, first_values
from keylease.custody.secrets.protection import protect
from keylease.custody.secrets.rotation import plan, switched_on
from keylease.custody.secrets.stages import CURRENT, PREVIOUS
from keylease.custody.secrets.values import told
from keylease.custody.sharing import share
from keylease.custody.tags import TaggedKind, check_tags
from keylease.custody.work import CustodyWork


@dataclass(frozen=True, slots=True)
class NewSecret:
    """What a caller asks for in CreateSecret. ``rotation_interval`` is in seconds, or None."""

    instance_id: str
    name: str
    version_id: str
    data: str = field(repr=False)
    data_type: str = DataType.TEXT
    type: SecretType = SecretType.GENERIC
    description: str = ""
    encryption_key_id: str = ""
    extended_config: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    rotation_interval: int | None = None
    policy: str = ""


def create_secret(
    work: CustodyWork,
    account_id: str,
    region: str,
    creator: str,
    asked: NewSecret,
) -> Secret:
    """Make a secret with its first version in an enabled, running instance of this region.

    Refusals: InvalidParameter,
    Forbidden.DKMSInstanceNotFound (403), Forbidden.DKMSInstanceStateInvalid,
    Rejected.ResourceExist, Rejected.ResourceInDeleteWindow, Rejected.LimitExceeded,
    UnsupportedOperation, and those of the encryption key.
    """
    place = _place(work, account_id, region, asked.instance_id)
    config = check_config(asked.type, asked.extended_config) if asked.type.is_managed else {}
    name = _name(asked, config)
    place.require_usable(work.now)
    check_version_id(asked.version_id)
    check_description(asked.description)
    tags = check_tags(asked.tags)
    _require_free(work, account_id, region, name)
    _require_quota(work, place)
    secret = Secret(
        id=ids.uuid(work.entropy),
        account_id=account_id,
        region=region,
        name=name,
        instance_id=place.id,
        type=asked.type,
        description=asked.description,
        encryption_key_id=asked.encryption_key_id,
        extended_config=json.dumps(config, ensure_ascii=False) if config else "",
        creator=creator,
        policy="",
        created_at=work.now,
        updated_at=work.now,
    )
    policy = share(work, TaggedKind.SECRET, secret.id, place, asked.policy)
    secret = replace(secret, policy=policy)
    if asked.rotation_interval is not None:
        secret = switched_on(work, secret, asked.rotation_interval)
    secret = plan(work, secret)
    work.secrets.add(secret, _first_versions(work, secret, config, asked))
    if tags:
        work.tags.put(account_id, region, TaggedKind.SECRET, secret.id, tags)
    told(work, secret)
    return secret


def _place(work: CustodyWork, account_id: str, region: str, instance_id: str) -> Instance:
    place = instances.owned(
        work.instances, account_id, instance_id, work.now, lock=True, status=403
    )
    if place.region != region:
        raise Refusal(
            Code.INSTANCE_NOT_FOUND,
            "The specified DKMS Instance is not found in {region}: it is in {place}.",
            status=403,
            region=region,
            place=place.region,
        )
    return place


def _name(asked: NewSecret, config: Config) -> str:
    """The name; that of a RAM user's secret follows from the user."""
    if asked.type is not SecretType.RAM:
        return check_name(asked.name, asked.type)
    name = f"{RAM_USER}{config['UserName']}"
    if asked.name not in {AUTO, name}:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "{name} of a RAMCredentials secret takes {auto}.",
            name=Parameter("SecretName"),
            auto=AUTO,
        )
    return check_name(name, asked.type)


def _require_free(work: CustodyWork, account_id: str, region: str, name: str) -> None:
    held = work.secrets.by_name(account_id, region, name, lock=True)
    if held is None:
        return
    if is_gone(work, held):
        destroy(work, [held])
        return
    if held.delete_at is not None:
        raise Refusal(
            Code.RESOURCE_DELETING,
            "The secret {name} is planned to be deleted: RestoreSecret, or choose another name.",
            name=name,
        )
    raise Refusal(Code.RESOURCE_EXISTS, "The secret {name} already exists.", name=name)


def _require_quota(work: CustodyWork, instance: Instance) -> None:
    quota = instance.capacity_at(work.now).secrets
    if work.secrets.count(instance.id) >= quota:
        raise Refusal(
            Code.LIMIT_EXCEEDED,
            "exceed secret limits error: the instance {instance} holds {quota:,} secrets, all that "
            "were bought: upgrade it to create more.",
            instance=instance.id,
            quota=quota,
        )


def _first_versions(
    work: CustodyWork, secret: Secret, config: Config, asked: NewSecret
) -> list[SecretVersion]:
    data, data_type = check_data(asked.data, asked.data_type, secret.type)
    values = [data]
    if secret.type.is_managed:
        forms = first_values(secret.type, config, asked.data, work.entropy, work.now)
        values = [
            json.dumps(one, separators=(",", ":"), ensure_ascii=False).encode() for one in forms
        ]
    made = [_version(work, secret, asked.version_id, data_type, values[0])]
    made[0] = replace(made[0], number=len(values), stages=(CURRENT,))
    for value in values[1:]:  # the second account or access key
        older = _version(work, secret, ids.uuid(work.entropy), data_type, value)
        made.insert(0, replace(older, number=1, stages=(PREVIOUS,)))
    return made


def _version(
    work: CustodyWork, secret: Secret, version_id: str, data_type: DataType, value: bytes
) -> SecretVersion:
    kept = protect(work, secret, version_id, value)
    return SecretVersion(
        secret.id, version_id, 1, data_type, kept.data_key, kept.sealed, (), work.now
    )
