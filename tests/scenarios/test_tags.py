"""Both families of tag operations with the official SDKs. facts/kms-api.md A (Tags), A.2."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from scenarios.estate import (
    INVALID,
    MISSING,
    NOT_FOUND,
    PENDING_DELETION,
    REJECTED,
    Estate,
    open_estate,
)

NOWHERE = (404, "InvalidResourceId.NotFound")
DUPLICATE = (400, "Duplicate.TagKey")
BAD_KEY = (400, "InvalidParameter.TagKey")
BAD_VALUE = (400, "InvalidParameter.TagValue")
KEYS = {"RegionId": "cn-hangzhou", "ResourceType": "key"}


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate]:
    with open_estate(tmp_path_factory.mktemp("tags") / "data") as found:
        yield found


def of(estate: Estate, key: str) -> dict[str, str]:
    shown = estate.call("ListResourceTags", KeyId=key)["Tags"]["Tag"]
    assert {one["KeyId"] for one in shown} <= {key}
    return {one["TagKey"]: one["TagValue"] for one in shown}


def written(tags: dict[str, str]) -> str:
    return json.dumps([{"TagKey": k, "TagValue": v} for k, v in tags.items()])


def flat(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": k, "Value": v} for k, v in tags.items()]


def found(estate: Estate, **asked: Any) -> dict[str, dict[str, str]]:
    """ListTagResources, all pages: the tags of each resource."""
    tags: dict[str, dict[str, str]] = {}
    token = ""
    while True:
        page = estate.call("ListTagResources", **asked, **({"NextToken": token} if token else {}))
        rows = page["TagResources"]["TagResource"]
        assert len(rows) <= 200
        for one in rows:
            assert one["ResourceType"] == asked["ResourceType"]
            tags.setdefault(one["ResourceId"], {})[one["TagKey"]] = one["TagValue"]
        if not (token := page["NextToken"]):
            return tags


def test_tags_are_added_changed_and_taken_away(estate: Estate) -> None:
    key = estate.key_id()
    estate.call("TagResource", KeyId=key, Tags=written({"a": "1", "部门": "财务", "e": ""}))
    estate.classic("TagResource", KeyId=key, Tags=written({"a": "2"}))
    assert of(estate, key) == {"a": "2", "部门": "财务", "e": ""}
    estate.call("UntagResource", KeyId=key, TagKeys='["a","unknown"]')
    assert of(estate, key) == {"部门": "财务", "e": ""}
    estate.call("TagResources", **KEYS, ResourceId=[key], Tag=flat({"n": "3", "e": "x"}))
    assert of(estate, key) == {"部门": "财务", "e": "x", "n": "3"}
    estate.call("UntagResources", **KEYS, ResourceId=[key], TagKey=["n", "unknown"])
    assert of(estate, key) == {"部门": "财务", "e": "x"}
    estate.call("UntagResources", **KEYS, ResourceId=[key], All=True)
    assert of(estate, key) == {}


def test_a_resource_has_twenty_tags_of_128_characters(estate: Estate) -> None:
    key = estate.key_id()
    longest = {f"{n:0128}": "v" * 128 for n in range(20)}
    estate.call("TagResource", KeyId=key, Tags=written(longest))
    assert of(estate, key) == longest
    one_more = {"KeyId": key, "Tags": written({"x": "y"})}
    assert estate.refused("TagResource", **one_more) == INVALID
    place = KEYS | {"ResourceId": [key]}
    assert estate.refused("TagResources", **place, Tag=flat({"x": "y"})) == INVALID
    estate.call("TagResource", KeyId=key, Tags=written({f"{7:0128}": "changed"}))
    assert of(estate, key)[f"{7:0128}"] == "changed"
    other = KEYS | {"ResourceId": [estate.key_id()]}
    estate.call("TagResources", **other, Tag=flat(longest))
    many = flat({f"k{n}": "" for n in range(21)})
    assert estate.refused("TagResources", **other, Tag=many) == INVALID


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ({"Key": "k" * 129, "Value": "v"}, BAD_KEY),
        ({"Key": "aliyun.x", "Value": "v"}, BAD_KEY),
        ({"Key": "acs:x", "Value": "v"}, BAD_KEY),
        ({"Key": "a\0", "Value": "v"}, BAD_KEY),
        ({"Value": "v"}, BAD_KEY),
        ({"Key": "k", "Value": "v" * 129}, BAD_VALUE),
        ({"Key": "k", "Value": "\0"}, BAD_VALUE),
    ],
    ids=str,
)
def test_a_tag_that_cannot_be_is_refused(
    estate: Estate, tag: dict[str, str], code: tuple[int, str]
) -> None:
    key = estate.key_id()
    place = KEYS | {"ResourceId": [key]}
    assert estate.refused("TagResources", **place, Tag=[tag]) == code
    older = [{f"Tag{name}": value for name, value in tag.items()}]
    assert estate.refused("TagResource", KeyId=key, Tags=json.dumps(older)) == INVALID
    twice = [{"Key": "k", "Value": "1"}, {"Key": "k", "Value": "2"}]
    assert estate.refused("TagResources", **place, Tag=twice) == DUPLICATE
    assert estate.refused("ListTagResources", **KEYS, Tag=twice) == DUPLICATE
    assert of(estate, key) == {}


@pytest.mark.parametrize("wrong", ["{}", "[1]", "[", "1", '[{"TagValue":"v"}]'])
def test_what_is_no_list_of_tags_is_refused(estate: Estate, wrong: str) -> None:
    key = estate.key_id()
    assert estate.refused("TagResource", KeyId=key, Tags=wrong) == INVALID
    assert estate.refused("UntagResource", KeyId=key, TagKeys=wrong) == INVALID


def test_what_is_needed_is_asked_for(estate: Estate) -> None:
    key = estate.key_id()
    assert estate.refused("TagResource", KeyId=key) == MISSING
    assert estate.refused("TagResource", Tags=written({"a": "b"})) == MISSING
    assert estate.refused("UntagResource", KeyId=key) == MISSING
    assert estate.refused("ListResourceTags") == MISSING
    assert estate.refused("TagResources", **KEYS, ResourceId=[key]) == MISSING
    assert estate.refused("TagResources", **KEYS, Tag=flat({"a": "b"})) == MISSING
    assert estate.refused("UntagResources", **KEYS, ResourceId=[key]) == MISSING
    assert estate.refused("ListTagResources", **KEYS) == MISSING
    kind = {"RegionId": "cn-hangzhou", "ResourceType": "bucket", "ResourceId": [key]}
    assert estate.refused("TagResources", **kind, Tag=flat({"a": "b"})) == INVALID


def test_fifty_resources_are_tagged_at_once_and_no_more(estate: Estate) -> None:
    keys = [estate.key_id() for _ in range(51)]
    tag = flat({"fifty": "yes"})
    asked = KEYS | {"Tag": tag}
    assert estate.refused("TagResources", **asked, ResourceId=keys) == INVALID
    assert estate.refused("ListTagResources", **KEYS, ResourceId=keys) == INVALID
    assert estate.refused("UntagResources", **KEYS, ResourceId=keys, All=True) == INVALID
    assert found(estate, **asked) == {}
    estate.call("TagResources", **asked, ResourceId=keys[:50])
    assert found(estate, **asked) == {key: {"fifty": "yes"} for key in keys[:50]}
    assert found(estate, **KEYS, ResourceId=keys[:50]) == {
        key: {"fifty": "yes"} for key in keys[:50]
    }
    more = flat({f"k{n}": str(n) for n in range(5)})
    estate.call("TagResources", **KEYS, ResourceId=keys[:50], Tag=more)
    all_tags = {"fifty": "yes"} | {f"k{n}": str(n) for n in range(5)}
    assert found(estate, **asked) == dict.fromkeys(keys[:50], all_tags)  # 300 rows: two pages
    both = KEYS | {"Tag": [*tag, {"Key": "k1"}]}
    assert set(found(estate, **both)) == set(keys[:50])
    none = KEYS | {"Tag": [*tag, {"Key": "k1", "Value": "2"}]}
    assert found(estate, **none) == {}
    estate.call("UntagResources", **KEYS, ResourceId=keys[:50], All=True)
    assert found(estate, **asked) == {}


@pytest.mark.parametrize("token", ["x", "00", "ff", "6b0a00", "é"])
def test_a_page_that_was_never_begun_is_refused(estate: Estate, token: str) -> None:
    asked = KEYS | {"Tag": [{"Key": "a"}]}
    assert estate.refused("ListTagResources", **asked, NextToken=token) == INVALID


def test_one_unknown_resource_changes_nothing(estate: Estate) -> None:
    key = estate.key_id()
    other = estate.neighbour("bea")
    theirs = other.key_id()
    other.call("TagResource", KeyId=theirs, Tags=written({"a": "b"}))
    for unknown in (theirs, "key-nowhere", "alias/nowhere"):
        both = KEYS | {"ResourceId": [key, unknown]}
        assert estate.refused("TagResources", **both, Tag=flat({"a": "b"})) == NOWHERE
        assert estate.refused("UntagResources", **both, All=True) == NOWHERE
        assert estate.refused("ListTagResources", **both) == NOWHERE
    assert of(estate, key) == {}
    assert estate.refused("ListResourceTags", KeyId=theirs) == NOT_FOUND
    assert estate.refused("TagResource", KeyId=theirs, Tags=written({"a": "b"})) == NOT_FOUND
    assert found(estate, **KEYS, Tag=[{"Key": "a"}]) == {}


def test_a_key_that_is_leaving_or_that_a_service_manages_keeps_its_tags(estate: Estate) -> None:
    key = estate.key_id(Tags=written({"a": "b"}))
    estate.call("ScheduleKeyDeletion", KeyId=key, PendingWindowInDays=7)
    service = estate.described("alias/acs/kms")["KeyId"]
    for one, code in ((key, PENDING_DELETION), (service, REJECTED)):
        assert estate.refused("TagResource", KeyId=one, Tags=written({"c": "d"})) == code
        assert estate.refused("UntagResource", KeyId=one, TagKeys='["a"]') == code
        place = KEYS | {"ResourceId": [one]}
        assert estate.refused("TagResources", **place, Tag=flat({"c": "d"})) == code
        assert estate.refused("UntagResources", **place, All=True) == code
    assert of(estate, key) == {"a": "b"}


def test_an_instance_is_tagged_like_a_key(estate: Estate) -> None:
    place = {"RegionId": "cn-hangzhou", "ResourceType": "instance"}
    here = place | {"ResourceId": [estate.instance]}
    estate.call("TagResources", **here, Tag=flat({"team": "a"}))
    assert found(estate, **here) == {estate.instance: {"team": "a"}}
    assert found(estate, **place, Tag=[{"Key": "team", "Value": "a"}]) == {
        estate.instance: {"team": "a"}
    }
    nowhere = place | {"ResourceId": ["kst-nowhere"]}
    assert estate.refused("TagResources", **nowhere, Tag=flat({"a": "b"})) == NOWHERE
    estate.call("UntagResources", **here, All=True)
    assert found(estate, **here) == {}
