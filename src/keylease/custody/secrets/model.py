"""A secret and its versions, as they are kept. Source: facts/kms-api.md A.2, facts/kms.md 5."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from keylease.core.errors import Code, Parameter, Refusal

NAME_CHARACTERS_MAX = 192
CHINESE_CHARACTERS_MAX = 64
VERSION_ID_CHARACTERS_MAX = 64
DATA_BYTES_MAX = 30_720
VERSIONS_MAX = 10

_NAME = re.compile(r"[A-Za-z0-9_/+=.@\-\u4e00-\u9fff]+")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_VERSION_ID = re.compile(r"[A-Za-z0-9_/+=.@\-:]+")

#: How the names of secrets begin whose type says so.
ACS, ECS, RAM_USER = "acs/", "acs/ecs/", "acs/ram/user/"

#: What is sent where the service itself is to make a name or a value.
AUTO = "$Auto"


class SecretType(StrEnum):
    """What a secret is about; all but generic ones are *managed*: they have a form, and rotate."""

    GENERIC = "Generic"
    RDS = "Rds"
    REDIS = "Redis"
    POLARDB = "PolarDB"
    RAM = "RAMCredentials"
    ECS = "ECS"

    @property
    def is_managed(self) -> bool:
        """Whether its value has a form, and can be rotated by the service."""
        return self is not SecretType.GENERIC


class Rotation(StrEnum):
    """``AutomaticRotation``.

    Invalid: the last rotation failed, and nothing rotates until it is switched on again or one by
    hand succeeds.
    """

    ENABLED = "Enabled"
    DISABLED = "Disabled"
    INVALID = "Invalid"


class DataType(StrEnum):
    """``SecretDataType``: what the owner says about the value; it is kept as it is sent."""

    TEXT = "text"
    BINARY = "binary"


@dataclass(frozen=True, slots=True)
class Secret:
    """A customer's secret, without its values.

    ``id`` never changes and is never given out again; the owner knows it by ``name``.
    ``encryption_key_id`` is empty where the instance itself protects it. ``extended_config`` is
    JSON text, empty for generic ones; ``policy`` the JSON text of its policy, empty for the default
    one. ``rotation_interval`` is in seconds, None while automatic rotation is off; moments are
    business instants, ``delete_at`` that of a scheduled deletion.
    """

    id: str
    account_id: str
    region: str
    name: str
    instance_id: str
    type: SecretType
    description: str
    encryption_key_id: str
    extended_config: str
    creator: str
    policy: str
    created_at: int
    updated_at: int
    rotation: Rotation = Rotation.DISABLED
    rotation_interval: int | None = None
    rotated_at: int | None = None
    rotate_at: int | None = None
    delete_at: int | None = None

    @property
    def arn(self) -> str:
        """The resource name, ``acs:kms:<region>:<account>:secret/<name>``."""
        return secret_arn(self.region, self.account_id, self.name)

    def is_gone(self, now: int) -> bool:
        """Whether the moment of its deletion has come, carried out or not."""
        return self.delete_at is not None and self.delete_at <= now


@dataclass(frozen=True, slots=True)
class SecretVersion:
    """One version of a secret; what is written stays as it is, only ``stages`` move.

    ``number`` orders the versions of a secret. ``sealed`` is the value under a data key of its
    own, ``data_key`` that key under the secret's encryption key or under its instance's wrapping
    key (`keylease.custody.secrets.protection`).
    """

    secret_id: str
    id: str
    number: int
    data_type: DataType
    data_key: bytes = field(repr=False)
    sealed: bytes = field(repr=False)
    stages: tuple[str, ...]
    created_at: int


def secret_arn(region: str, account_id: str, name: str) -> str:
    """The resource name of a secret."""
    return f"acs:kms:{region}:{account_id}:secret/{name}"


def check_name(name: str, kind: SecretType) -> str:
    """The name, if a secret of this type may have it; Refusal InvalidParameter."""
    long = len(name) > NAME_CHARACTERS_MAX
    if long or len(_CHINESE.findall(name)) > CHINESE_CHARACTERS_MAX or not _NAME.fullmatch(name):
        raise Refusal(
            Code.INVALID_PARAMETER,
            "{name} takes at most {most} letters, digits and _/+=.@-, at most {chinese} of "
            "them Chinese.",
            name=Parameter("SecretName"),
            most=NAME_CHARACTERS_MAX,
            chinese=CHINESE_CHARACTERS_MAX,
        )
    if kind is SecretType.ECS and not name.startswith(ECS):
        raise Refusal(
            Code.INVALID_PARAMETER,
            "{name} of an ECS secret begins with {prefix}.",
            name=Parameter("SecretName"),
            prefix=ECS,
        )
    if kind not in {SecretType.ECS, SecretType.RAM} and name.startswith(ACS):
        raise Refusal(
            Code.INVALID_PARAMETER,
            "{name} of a {kind} secret does not begin with {prefix}.",
            name=Parameter("SecretName"),
            kind=kind,
            prefix=ACS,
        )
    return name


def check_version_id(version_id: str) -> str:
    """The id of a version, if it can be one; Refusal InvalidParameter."""
    fits = len(version_id) <= VERSION_ID_CHARACTERS_MAX and _VERSION_ID.fullmatch(version_id)
    if not fits:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "{name} takes at most {most} letters, digits and _/+=.@-:.",
            name=Parameter("VersionId"),
            most=VERSION_ID_CHARACTERS_MAX,
        )
    return version_id


def check_data(data: str, data_type: str, kind: SecretType) -> tuple[bytes, DataType]:
    """A value as bytes and its type, if it can be kept; Refusal InvalidParameter."""
    value = data.encode()
    if len(value) > DATA_BYTES_MAX:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "{name} has {given:,} bytes; a secret takes at most {most:,}.",
            name=Parameter("SecretData"),
            given=len(value),
            most=DATA_BYTES_MAX,
        )
    allowed = [DataType.TEXT] if kind.is_managed else list(DataType)
    for one in allowed:
        if one == data_type:
            return value, one
    raise Refusal(
        Code.INVALID_PARAMETER,
        "SecretDataType of a {kind} secret takes {allowed}.",
        kind=kind,
        allowed=" or ".join(allowed),
    )
