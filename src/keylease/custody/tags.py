"""Tags of keys, secrets and instances: their limits, and where they are kept.

Source: facts/kms-api.md A.2 (Tags), facts/kms.md 4.6.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from keylease.core.errors import Code, Parameter, Refusal

TAGS_MAX = 20
TAG_CHARACTERS_MAX = 128
_PREFIXES_RESERVED = ("aliyun", "acs:")


class TaggedKind(StrEnum):
    """What can have tags: ``ResourceType`` in the API."""

    KEY = "key"
    SECRET = "secret"  # noqa: S105 - a kind of resource, no secret
    INSTANCE = "instance"


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag of one resource."""

    resource_id: str
    name: str
    value: str


class Tags(Protocol):
    """The tags of resources, inside a unit of work."""

    def of(self, kind: TaggedKind, resource_id: str) -> Mapping[str, str]:
        """The tags of one, by name in order."""
        ...

    def of_many(
        self, kind: TaggedKind, resource_ids: Sequence[str]
    ) -> Mapping[str, Mapping[str, str]]:
        """The tags of several; those without any are left out."""
        ...

    def put(
        self,
        account_id: str,
        region: str,
        kind: TaggedKind,
        resource_id: str,
        tags: Mapping[str, str],
    ) -> None:
        """Add these, or give them other values."""
        ...

    def remove(self, kind: TaggedKind, resource_id: str, names: Sequence[str] | None) -> None:
        """Take these away; all of them for None."""
        ...

    def page(
        self,
        account_id: str,
        region: str,
        kind: TaggedKind,
        resource_ids: Sequence[str],
        wanted: Mapping[str, str | None],
        after: tuple[str, str],
        limit: int,
    ) -> Sequence[Tag]:
        """Tags in order of (resource id, name) after that pair.

        Without ``resource_ids`` of all resources of the kind. Each of ``wanted`` must be a tag of
        the resource, with the value unless that is None.
        """
        ...


def check_tags(tags: Mapping[str, str]) -> Mapping[str, str]:
    """The tags, if they keep the documented limits; Refusal InvalidParameter."""
    if len(tags) > TAGS_MAX:
        raise Refusal(
            Code.INVALID_PARAMETER, "A resource takes at most {most} tags.", most=TAGS_MAX
        )
    for name, value in tags.items():
        if not is_tag_key(name):
            raise Refusal(
                Code.INVALID_PARAMETER,
                "A TagKey takes 1 to {most} characters and does not start with aliyun or acs:.",
                about=Parameter("TagKey"),
                most=TAG_CHARACTERS_MAX,
            )
        if len(value) > TAG_CHARACTERS_MAX:
            raise Refusal(
                Code.INVALID_PARAMETER,
                "A TagValue takes at most {most} characters.",
                about=Parameter("TagValue"),
                most=TAG_CHARACTERS_MAX,
            )
    return tags


def is_tag_key(name: str) -> bool:
    """Whether a tag may be called this."""
    return 1 <= len(name) <= TAG_CHARACTERS_MAX and not name.startswith(_PREFIXES_RESERVED)
