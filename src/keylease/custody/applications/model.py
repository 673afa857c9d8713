"""Network rules, permission policies, application access points and client keys, as kept.

Source: facts/kms-api.md A.2 (Access), facts/kms.md 6.1. How many there may be is our own choice:
the sources do not tell.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from keylease.access.applications import network
from keylease.core.errors import Code, Parameter, Refusal

#: Of network rules, permission policies and access points each, in an account and region.
OBJECTS_MAX = 100
#: Client keys of one access point: room to change them while the old ones still work.
CLIENT_KEYS_MAX = 10
POLICIES_MAX = 3
ENTRIES_MAX = 100
DESCRIPTION_CHARACTERS_MAX = 256

NETWORK_TYPE = "Private"
AUTHENTICATION_METHOD = "ClientKey"
KEY_ALGORITHM = "RSA_2048"
KEY_ORIGIN = "KMS_PROVIDED"

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_RESOURCE = re.compile(r"key/(\*|[A-Za-z0-9_-]{1,64})|secret/(\*|[A-Za-z0-9_/+=.@-]{1,64})")


class Permission(StrEnum):
    """What a permission policy allows: keys of its instance, secrets of it, or of the account."""

    KEYS = "RbacPermission/Template/CryptoServiceKeyUser"
    SECRETS = "RbacPermission/Template/CryptoServiceSecretUser"
    ACCOUNT_SECRETS = "RbacPermission/Template/SecretUser"


@dataclass(frozen=True, slots=True)
class Owned:
    """What has a name in an account and region."""

    account_id: str
    region: str
    name: str

    def arn(self, kind: str) -> str:
        """The resource name, ``acs:kms:<region>:<account>:<kind>/<name>``."""
        return f"acs:kms:{self.region}:{self.account_id}:{kind}/{self.name}"


@dataclass(frozen=True, slots=True)
class NetworkRule(Owned):
    """Addresses and networks that callers may come from."""

    source_ips: tuple[str, ...]
    description: str
    created_at: int
    type: str = NETWORK_TYPE


@dataclass(frozen=True, slots=True)
class PermissionPolicy(Owned):
    """What may be done, with which keys and secrets of an instance, under which network rules.

    Without rules callers may come from anywhere. ``instance_id`` is empty where only secrets of
    the account are allowed.
    """

    instance_id: str
    permissions: tuple[str, ...]
    resources: tuple[str, ...]
    network_rules: tuple[str, ...]
    description: str
    created_at: int


@dataclass(frozen=True, slots=True)
class AccessPoint(Owned):
    """An application, as far as we know it: the policies that hold for its client keys."""

    policies: tuple[str, ...]
    description: str
    created_at: int
    authentication_method: str = AUTHENTICATION_METHOD

    @property
    def resource_name(self) -> str:
        """As which its applications appear in the audit trail."""
        return self.arn("applicationaccesspoint")


@dataclass(frozen=True, slots=True)
class StoredClientKey:
    """A client key as it is kept: its certificate (DER). The private key is nowhere."""

    id: str
    account_id: str
    region: str
    access_point: str
    certificate: bytes = field(repr=False)
    not_before: int
    not_after: int
    created_at: int
    key_algorithm: str = KEY_ALGORITHM


def check_name(name: str) -> str:
    """The name, if it can be one; Refusal InvalidParameter."""
    if not _NAME.fullmatch(name):
        raise Refusal(
            Code.INVALID_PARAMETER,
            "{name} takes 1 to 64 letters, digits, hyphens and underscores.",
            name=Parameter("Name"),
        )
    return name


def check_description(text: str) -> str:
    """The description, if it is short enough; Refusal InvalidParameter."""
    if len(text) > DESCRIPTION_CHARACTERS_MAX:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "{name} takes at most {most} characters.",
            name=Parameter("Description"),
            most=DESCRIPTION_CHARACTERS_MAX,
        )
    return text


def check_sources(sources: tuple[str, ...]) -> tuple[str, ...]:
    """Addresses and networks, if they are; Refusal InvalidParameter."""
    try:
        for one in sources:
            network(one)
    except ValueError:
        raise _invalid("SourcePrivateIp", "addresses and networks like 10.0.0.0/8") from None
    return _some("SourcePrivateIp", sources)


def check_permissions(permissions: tuple[str, ...]) -> tuple[str, ...]:
    """Permissions, if there are such; Refusal InvalidParameter."""
    if not set(permissions) <= set(Permission):
        raise _invalid("Permissions", "{allowed}", allowed=", ".join(Permission))
    return _some("Permissions", permissions)


def check_resources(resources: tuple[str, ...]) -> tuple[str, ...]:
    """Names of keys and secrets, if they can be such; Refusal InvalidParameter."""
    if not all(_RESOURCE.fullmatch(one) for one in resources):
        raise _invalid("Resources", "key/<id>, key/*, secret/<name> and secret/*")
    return _some("Resources", resources)


def not_found() -> Refusal:
    """Nothing of this name in the account and region."""
    return Refusal(Code.RESOURCE_NOT_FOUND, "Resource not found")


def exists(name: str) -> Refusal:
    """There is something of this name already."""
    return Refusal(
        Code.RESOURCE_EXISTS, "The resource already exists: {name}. Update it instead.", name=name
    )


def _some(name: str, entries: tuple[str, ...]) -> tuple[str, ...]:
    """The entries, each once."""
    unique = tuple(dict.fromkeys(entries))
    if not 1 <= len(unique) <= ENTRIES_MAX:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "{name} takes 1 to {most} entries.",
            name=Parameter(name),
            most=ENTRIES_MAX,
        )
    return unique


def _invalid(name: str, what: str, **values: Any) -> Refusal:
    return Refusal(
        Code.INVALID_PARAMETER,
        f"{{name}} takes a JSON array of {what}.",
        name=Parameter(name),
        **values,
    )
