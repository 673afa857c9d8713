"""``Filters`` of ListKeys, held equal to a naive filter over what DescribeKey tells. A.2."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.estate import INVALID, Estate, open_estate


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate]:
    with open_estate(tmp_path_factory.mktemp("filters") / "data") as found:
        yield found


@pytest.fixture(scope="module")
def keys(estate: Estate) -> dict[str, dict[str, Any]]:
    """Every key of the account as a naive reader sees it, by id."""
    second = str(estate.customer.buy(1)["InstanceId"])
    estate.customer.enable(second)
    tagged = [{"a": "1"}, {"a": "2", "b": "1"}, {"b": "2"}, {}]
    made = []
    for number, spec in enumerate(("Aliyun_AES_256", "EC_P256", "HMAC_SHA_256", "RSA_2048") * 2):
        tags = [{"TagKey": k, "TagValue": v} for k, v in tagged[number % 4].items()]
        place = second if number > 4 else estate.instance
        usage = {"KeyUsage": "ENCRYPT/DECRYPT"} if number == 7 else {}
        key = estate.key_id(KeySpec=spec, DKMSInstanceId=place, Tags=json.dumps(tags), **usage)
        estate.call("CreateAlias", KeyId=key, AliasName=f"alias/{number % 2}/{number}")
        made.append((key, tagged[number % 4], [f"alias/{number % 2}/{number}"]))
    estate.call("CreateAlias", KeyId=made[0][0], AliasName="alias/second")
    made[0][2].append("alias/second")
    made.append((estate.key_id(Origin="EXTERNAL"), {}, []))
    for key, _, _ in made[:2]:
        estate.call("DisableKey", KeyId=key)
    estate.call("ScheduleKeyDeletion", KeyId=made[2][0], PendingWindowInDays=7)
    made.append((estate.described("alias/acs/kms")["KeyId"], {}, []))
    return {
        key: estate.described(key) | {"tags": tags, "aliases": aliases}
        for key, tags, aliases in made
    }


def fits(key: dict[str, Any], pairs: list[dict[str, Any]]) -> bool:
    """Whether a key fits: pairs are ANDed, values ORed; the same Key twice adds its values."""
    wanted: dict[str, list[str]] = {}
    for pair in pairs:
        wanted.setdefault(pair["Key"], []).extend(pair["Values"])
    tag_keys, tag_values = wanted.pop("TagKey", []), wanted.pop("TagValue", [])
    if (tag_keys or tag_values) and not any(
        (not tag_keys or name in tag_keys) and (not tag_values or value in tag_values)
        for name, value in key["tags"].items()
    ):
        return False
    own = {
        "keyId": [key["KeyId"]],
        "AliasName": key["aliases"],
        "CreatorType": ["Service" if key["Creator"] == "Service" else "User"],
        "DKMSInstanceId": [key.get("DKMSInstanceId", "")],
    }
    return all(
        not values or set(values) & set(own.get(name, [key.get(name)]))
        for name, values in wanted.items()
    )


def pairs_of(keys: dict[str, dict[str, Any]]) -> st.SearchStrategy[list[dict[str, Any]]]:
    values = {
        "KeyState": ["Enabled", "Disabled", "PendingDeletion", "PendingImport", "Gone"],
        "KeySpec": ["Aliyun_AES_256", "EC_P256", "HMAC_SHA_256", "RSA_2048", "RSA_4096"],
        "KeyUsage": ["ENCRYPT/DECRYPT", "SIGN/VERIFY", "GENERATE_VERIFY_MAC"],
        "ProtectionLevel": ["SOFTWARE", "HSM"],
        "CreatorType": ["User", "Service", "user"],
        "DKMSInstanceId": [*{one.get("DKMSInstanceId", "") for one in keys.values()}, "kst-x"],
        "keyId": [*keys, "key-x"],
        "Creator": [*{one["Creator"] for one in keys.values()}, "x"],
        "AliasName": [*{name for one in keys.values() for name in one["aliases"]}, "alias/x"],
        "TagKey": ["a", "b", "c"],
        "TagValue": ["1", "2", "3"],
    }
    pair = st.sampled_from(sorted(values)).flatmap(
        lambda name: st.fixed_dictionaries(
            {"Key": st.just(name), "Values": st.lists(st.sampled_from(values[name]), max_size=10)}
        )
    )
    return st.lists(pair, max_size=4)


def test_a_filter_fits_the_keys_that_a_naive_filter_fits(
    estate: Estate, keys: dict[str, dict[str, Any]]
) -> None:
    assert estate.listed() == estate.listed(Filters="[]")
    assert set(estate.listed()) == set(keys)

    @settings(max_examples=300, derandomize=True)
    @given(pairs_of(keys))
    def equal(pairs: list[dict[str, Any]]) -> None:
        expected = {key for key, one in keys.items() if fits(one, pairs)}
        assert set(estate.listed(Filters=json.dumps(pairs))) == expected

    equal()


def test_who_made_a_key_and_which_kind_of_creator_are_both_asked(
    estate: Estate, keys: dict[str, dict[str, Any]]
) -> None:
    both = [
        {"Key": "Creator", "Values": ["Service"]},
        {"Key": "CreatorType", "Values": ["User"]},
    ]
    assert keys
    assert estate.listed(Filters=json.dumps(both)) == []


def test_ten_filters_of_ten_values_are_taken_and_no_more(estate: Estate) -> None:
    values = [f"v{n}" for n in range(10)]
    names = ["KeyState", "KeySpec", "KeyUsage", "keyId", "Creator", "CreatorType", "AliasName"]
    names += ["TagKey", "TagValue", "DKMSInstanceId"]
    ten = [{"Key": name, "Values": values} for name in names]
    assert estate.listed(Filters=json.dumps(ten)) == []
    eleven = [*ten, {"Key": "ProtectionLevel", "Values": []}]
    assert estate.refused("ListKeys", Filters=json.dumps(eleven)) == INVALID
    more = [{"Key": "KeyState", "Values": [*values, "v10"]}]
    assert estate.refused("ListKeys", Filters=json.dumps(more)) == INVALID


@pytest.mark.parametrize(
    "filters",
    [
        "{}",
        "[",
        "1",
        '["KeyState"]',
        '[{"Values":[]}]',
        '[{"Key":"Colour","Values":["red"]}]',
        '[{"Key":"KeyState","Values":"Enabled"}]',
        '[{"Key":"KeyState","Values":[1]}]',
        '[{"Key":"TagKey","Values":["\\u0000"]}]',
        '[{"Key":"TagKey","Values":["\\ud800"]}]',
        "[" * 5_000,
    ],
)
def test_what_is_no_filter_is_refused(estate: Estate, filters: str) -> None:
    assert estate.refused("ListKeys", Filters=filters) == INVALID
