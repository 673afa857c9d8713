"""A key and its versions, as they are kept. Source: facts/kms-api.md A.2, facts/kms.md 4."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from keylease.core.errors import Code, Refusal
from keylease.custody.keys.states import KeyState

DESCRIPTION_CHARACTERS_MAX = 8_192
TAGS_MAX = 20
TAG_CHARACTERS_MAX = 128
_TAG_PREFIXES_RESERVED = ("aliyun", "acs:")


@dataclass(frozen=True, slots=True)
class Key:
    """A customer's key. ``instance_id`` is empty for the default key of an account and region."""

    id: str
    account_id: str
    region: str
    instance_id: str
    spec: str
    usage: str
    origin: str
    protection_level: str
    state: KeyState
    description: str
    creator: str
    primary_version: str
    created_at: int
    deletion_protection: bool = False

    @property
    def is_default(self) -> bool:
        """Whether it is the default key of its account and region: no instance, for services."""
        return not self.instance_id

    @property
    def arn(self) -> str:
        """The resource name, ``acs:kms:<region>:<account>:key/<id>``."""
        return f"acs:kms:{self.region}:{self.account_id}:key/{self.id}"


@dataclass(frozen=True, slots=True)
class KeyVersion:
    """One version of a key: its material, wrapped by the wrapping key of ``scope``."""

    id: str
    key_id: str
    scope: str
    created_at: int
    wrapped: bytes = field(repr=False)


def instance_scope(instance_id: str) -> str:
    """The name of the wrapping key of an instance."""
    return f"instance:{instance_id}"


def default_scope(account_id: str, region: str) -> str:
    """The name of the wrapping key of the default keys of an account and region."""
    return f"default:{account_id}:{region}"


def version_context(key: Key, version_id: str) -> tuple[str, ...]:
    """What the wrapping of a version is bound to: it opens nowhere else."""
    return ("key-version", key.account_id, key.instance_id, key.id, version_id)


def check_description(text: str) -> str:
    """The description, if it is short enough; Refusal InvalidParameter."""
    if len(text) > DESCRIPTION_CHARACTERS_MAX:
        raise Refusal(
            Code.INVALID_PARAMETER,
            f"Description takes at most {DESCRIPTION_CHARACTERS_MAX:,} characters.",
        )
    return text


def check_tags(tags: Mapping[str, str]) -> Mapping[str, str]:
    """The tags, if they keep the documented limits; Refusal InvalidParameter."""
    if len(tags) > TAGS_MAX:
        raise Refusal(Code.INVALID_PARAMETER, f"A key takes at most {TAGS_MAX} tags.")
    for name, value in tags.items():
        if not 1 <= len(name) <= TAG_CHARACTERS_MAX or name.startswith(_TAG_PREFIXES_RESERVED):
            raise Refusal(
                Code.INVALID_PARAMETER,
                f"A TagKey takes 1 to {TAG_CHARACTERS_MAX} characters and does not start with "
                "aliyun or acs:.",
            )
        if len(value) > TAG_CHARACTERS_MAX:
            raise Refusal(
                Code.INVALID_PARAMETER, f"A TagValue takes at most {TAG_CHARACTERS_MAX} characters."
            )
    return tags
