"""Both families of tag operations. Shapes: facts/kms-api.md A (Tags), limits: A.2.

The older family takes JSON and one key or secret, the newer one flattened lists and up to 50
resources of one type.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from keylease.api.rpc.arguments import invalid, missing
from keylease.api.rpc.call import Answer, ApiWork, Call
from keylease.api.rpc.kms.naming import own_key
from keylease.core.errors import Code, Refusal
from keylease.custody.instances import lookup as instances
from keylease.custody.instances.model import Instance
from keylease.custody.keys import lookup as keys
from keylease.custody.keys.model import Key
from keylease.custody.keys.states import KEY_LIFE, KeyEvent
from keylease.custody.secrets import lookup as secrets
from keylease.custody.secrets.model import Secret
from keylease.custody.secrets.states import SecretEvent
from keylease.custody.secrets.values import require
from keylease.custody.tags import TAG_CHARACTERS_MAX, TAGS_MAX, TaggedKind, check_tags, is_tag_key
from keylease.custody.work import local_subject

RESOURCES_MAX = 50
PAGE = 200


@dataclass(frozen=True, slots=True)
class Tagged:
    """A resource that can have tags; ``name`` is what it is called in answers."""

    kind: TaggedKind
    what: Key | Secret | Instance
    name: str

    @property
    def id(self) -> str:
        """What the tags are kept under."""
        return self.what.id

    @property
    def account_id(self) -> str:
        """Whose it is."""
        return self.what.account_id

    @property
    def region(self) -> str:
        """Where it is."""
        return self.what.region


def tag_resource(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """TagResource."""
    if not call.arguments.text("Tags"):
        raise missing("Tags")
    tags = check_tags(tags_of(call))
    one = _one(call, work)
    _require_room(work, one, tags)
    if tags:
        work.tags.put(one.account_id, one.region, one.kind, one.id, tags)
        _tell(work, one)
    return {}, one.name


def untag_resource(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """UntagResource."""
    if not call.arguments.text("TagKeys"):
        raise missing("TagKeys")
    names = call.arguments.json_list("TagKeys")
    if not all(isinstance(name, str) for name in names):
        raise invalid("TagKeys", "takes a JSON array of texts")
    one = _one(call, work)
    work.tags.remove(one.kind, one.id, names)
    _tell(work, one)
    return {}, one.name


def list_resource_tags(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """ListResourceTags of a key."""
    key = own_key(call, work)
    shown = [
        {"KeyId": key.id, "TagKey": name, "TagValue": value}
        for name, value in work.tags.of(TaggedKind.KEY, key.id).items()
    ]
    return {"Tags": {"Tag": shown}}, key.id


def tag_resources(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """TagResources: up to 20 tags on up to 50 resources."""
    tags = _flattened(call)
    if not tags:
        raise missing("Tag")
    found = _several(call, work)
    for one in found:
        _require_room(work, one, tags)
        work.tags.put(one.account_id, one.region, one.kind, one.id, tags)
        _tell(work, one)
    return {}, ",".join(one.name for one in found)[:128]


def untag_resources(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """UntagResources: the tags named, or all of them."""
    names = call.arguments.listed("TagKey")
    everything = call.arguments.boolean("All")
    if not names and not everything:
        raise missing("TagKey")
    found = _several(call, work)
    for one in found:
        work.tags.remove(one.kind, one.id, names or None)
        _tell(work, one)
    return {}, ",".join(one.name for one in found)[:128]


def list_tag_resources(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """ListTagResources: of the resources named, or of all that have the tags named."""
    kind = kind_of(call)
    named = call.arguments.listed("ResourceId")
    wanted = _wanted(call)
    if not named and not wanted:
        raise missing("ResourceId")
    found = _several(call, work, change=False, none=True)
    ids = {one.id: one.name for one in found}
    after = _place(call.arguments.text("NextToken"))
    rows = work.tags.page(call.account_id, call.region, kind, list(ids), wanted, after, PAGE + 1)
    names = ids or names_of(work, kind, [row.resource_id for row in rows])
    shown = [
        {
            "ResourceId": names.get(row.resource_id, row.resource_id),
            "ResourceType": kind.value,
            "TagKey": row.name,
            "TagValue": row.value,
        }
        for row in rows[:PAGE]
    ]
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    token = "" if last is None else f"{last.resource_id}\n{last.name}".encode().hex()
    return {"TagResources": {"TagResource": shown}, "NextToken": token}, ""


def tags_of(call: Call) -> dict[str, str]:
    """``Tags`` of a call, a JSON array of TagKey and TagValue; Refusal InvalidParameter."""
    tags: dict[str, str] = {}
    for entry in call.arguments.json_list("Tags"):
        name, value = _pair(entry)
        if name in tags:
            raise invalid("Tags", "names a TagKey twice")
        tags[name] = value
    return tags


def subjects(call: Call, work: ApiWork) -> list[Tagged]:
    """The resources that an operation of either family names; Refusals where one is not there."""
    name = call.operation.name
    if name in {"TagResource", "UntagResource"}:
        return [_one(call, work, change=False)]
    return _several(call, work, change=False, none=name == "ListTagResources")


def names_of(work: ApiWork, kind: TaggedKind, ids: list[str]) -> Mapping[str, str]:
    """What resources are called in answers, by what their tags are kept under."""
    if kind is TaggedKind.SECRET:
        return {one.id: one.name for one in work.secrets.find_many(ids).values()}
    return {one: one for one in ids}


def _pair(entry: Any) -> tuple[str, str]:
    if not isinstance(entry, dict) or not isinstance(entry.get("TagKey"), str):
        raise invalid("Tags", "takes a JSON array of objects with TagKey and TagValue")
    value = entry.get("TagValue", "")
    if not isinstance(value, str):
        raise invalid("Tags", "takes a text as TagValue")
    return entry["TagKey"], value


def _flattened(call: Call) -> dict[str, str]:
    """``Tag.1.Key`` and ``Tag.1.Value``; Refusals of their own codes."""
    tags: dict[str, str] = {}
    for entry in call.arguments.objects("Tag"):
        name, value = entry.get("Key", ""), entry.get("Value", "")
        if not is_tag_key(name) or "\0" in name:
            raise Refusal(
                Code.TAG_KEY_INVALID,
                "A tag's Key takes 1 to {most} characters and does not start with aliyun or acs:.",
                most=TAG_CHARACTERS_MAX,
            )
        if len(value) > TAG_CHARACTERS_MAX or "\0" in value:
            raise Refusal(
                Code.TAG_VALUE_INVALID,
                "A tag's Value takes {most} characters.",
                most=TAG_CHARACTERS_MAX,
            )
        if name in tags:
            raise Refusal(Code.TAG_DUPLICATE, "The specified tagKey is duplicate.")
        tags[name] = value
    check_tags(tags)
    return tags


def _wanted(call: Call) -> dict[str, str | None]:
    wanted: dict[str, str | None] = {}
    for entry in call.arguments.objects("Tag"):
        name = entry.get("Key", "")
        if "\0" in name + entry.get("Value", ""):
            raise invalid("Tag", "takes text without NUL")
        if name in wanted:
            raise Refusal(Code.TAG_DUPLICATE, "The specified tagKey is duplicate.")
        wanted[name] = entry.get("Value")
    if len(wanted) > TAGS_MAX:
        raise invalid("Tag", "takes at most {most}", most=TAGS_MAX)
    return wanted


def _one(call: Call, work: ApiWork, *, change: bool = True) -> Tagged:
    arguments = call.arguments
    if name := arguments.optional("KeyId"):
        return _key(call, work, name, change=change)
    if name := arguments.optional("SecretName"):
        return _secret(call, work, name, change=change)
    raise missing("KeyId")


def _several(call: Call, work: ApiWork, *, change: bool = True, none: bool = False) -> list[Tagged]:
    """The resources of the newer family; ``none``: it need not name any."""
    names = call.arguments.listed("ResourceId")
    if not names and not none:
        raise missing("ResourceId")
    kind = kind_of(call)
    return [_found(call, work, kind, name, change=change) for name in _few(names)]


def _few(names: list[str]) -> list[str]:
    if len(names) > RESOURCES_MAX:
        raise invalid("ResourceId", "takes at most {most}", most=RESOURCES_MAX)
    return list(dict.fromkeys(names))


def kind_of(call: Call) -> TaggedKind:
    """``ResourceType`` of the newer family; Refusals."""
    given = call.arguments.required("ResourceType").lower()
    for kind in TaggedKind:
        if kind == given:
            return kind
    raise invalid("ResourceType", "takes {allowed}", allowed=", ".join(TaggedKind))


def _found(call: Call, work: ApiWork, kind: TaggedKind, name: str, *, change: bool) -> Tagged:
    """A resource of the newer family, which has one code for all that does not exist."""
    find = {TaggedKind.KEY: _key, TaggedKind.SECRET: _secret, TaggedKind.INSTANCE: _instance}[kind]
    try:
        return find(call, work, name, change=change)
    except Refusal as error:
        if error.code in _NOT_FOUND:
            raise Refusal(
                Code.RESOURCE_ID_NOT_FOUND, "The specified ResourceId is not found."
            ) from None
        raise


_NOT_FOUND = frozenset(
    {
        Code.KEY_NOT_FOUND,
        Code.ALIAS_NOT_FOUND,
        Code.RESOURCE_NOT_FOUND,
        Code.INSTANCE_NOT_FOUND,
    }
)


def _key(call: Call, work: ApiWork, name: str, *, change: bool) -> Tagged:
    if change:
        key = keys.changeable(work, call.account_id, call.region, name)
        KEY_LIFE.after(key.state_at(work.now), KeyEvent.CHANGE_METADATA, key.id)
    else:
        key = keys.owned(work, call.account_id, call.region, name)
    return Tagged(TaggedKind.KEY, key, key.id)


def _secret(call: Call, work: ApiWork, name: str, *, change: bool) -> Tagged:
    secret = secrets.owned(work, call.account_id, call.region, name, lock=change)
    if change:
        require(work, secret, SecretEvent.CHANGE_METADATA)
    return Tagged(TaggedKind.SECRET, secret, secret.name)


def _instance(call: Call, work: ApiWork, name: str, *, change: bool) -> Tagged:
    one = instances.owned(work.instances, call.account_id, name, work.now, lock=change)
    if change:
        one.require_running(work.now)
    return Tagged(TaggedKind.INSTANCE, one, one.id)


def _require_room(work: ApiWork, one: Tagged, tags: Mapping[str, str]) -> None:
    held = work.tags.of(one.kind, one.id)
    if len(held.keys() | tags.keys()) > TAGS_MAX:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "{name} would have more than {most} tags.",
            name=one.name,
            most=TAGS_MAX,
        )


def _tell(work: ApiWork, one: Tagged) -> None:
    """Policies can look at tags, so every node has to know."""
    if one.kind is TaggedKind.KEY:
        work.changed(one.kind.value, one.id)
    elif one.kind is TaggedKind.SECRET:
        work.changed(one.kind.value, local_subject(one.account_id, one.region, one.name))


def _place(token: str) -> tuple[str, str]:
    """Where a NextToken goes on."""
    if not token:
        return "", ""
    try:
        resource_id, _, name = bytes.fromhex(token).decode().partition("\n")
    except ValueError:
        raise invalid("NextToken", "takes what the page before returned") from None
    if "\0" in resource_id + name:
        raise invalid("NextToken", "takes what the page before returned")
    return resource_id, name
