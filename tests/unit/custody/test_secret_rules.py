"""The forms of secrets: names, configurations, values, passwords. facts/kms.md 5."""

import json
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keylease.core.errors import Code, Refusal
from keylease.custody.secrets.model import (
    SecretType,
    check_data,
    check_name,
    check_version_id,
)
from keylease.custody.secrets.passwords import FOR_ROTATION, PasswordRule, random_password
from keylease.custody.secrets.payloads import FORMS, check_config, check_value, first_values
from machine import SeededEntropy

ALLOWED = string.ascii_letters + string.digits + "_/+=.@-"
NOW = 1_769_824_800

CONFIGS: dict[SecretType, dict[str, Any]] = {
    SecretType.RDS: {"SecretSubType": "SingleUser", "DBInstanceId": "rm-1"},
    SecretType.REDIS: {
        "SecretSubType": "DoubleUsers",
        "AccountName": "app",
        "CloneAccountName": "app_clone",
        "AccountPrivilege": "RoleReadWrite",
        "InstanceId": "r-1",
        "RegionId": "cn-hangzhou",
    },
    SecretType.POLARDB: {
        "SecretSubType": "DoubleUsers",
        "AccountName": "app",
        "DBClusterId": "pc-1",
        "DBType": "PostgreSQL",
        "RegionId": "cn-hangzhou",
    },
    SecretType.RAM: {"SecretSubType": "RamUserAccessKey", "UserName": "deploy"},
    SecretType.ECS: {"SecretSubType": "SSHKey", "InstanceId": "i-1", "RegionId": "cn-hangzhou"},
}
MANAGED = sorted(CONFIGS)


def refused(call: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        call()
    return caught.value


@given(st.text(ALLOWED, min_size=1, max_size=192))
def test_any_name_of_the_allowed_characters_is_taken(name: str) -> None:
    if not name.startswith("acs/"):
        assert check_name(name, SecretType.GENERIC) == name
    assert check_name(f"acs/ecs/{name}"[:192], SecretType.ECS)


@given(st.text(min_size=1, max_size=200))
def test_every_other_name_is_refused(name: str) -> None:
    fits = all(one in ALLOWED or "\u4e00" <= one <= "\u9fff" for one in name)
    chinese = sum("\u4e00" <= one <= "\u9fff" for one in name)
    fits = fits and len(name) <= 192 and chinese <= 64 and not name.startswith("acs/")
    if fits:
        assert check_name(name, SecretType.RDS) == name
    else:
        refusal = refused(lambda: check_name(name, SecretType.RDS))
        assert refusal.code is Code.INVALID_PARAMETER


@pytest.mark.parametrize("kind", [k for k in SecretType if k not in {"ECS", "RAMCredentials"}])
def test_names_that_begin_like_the_services_own_are_refused(kind: SecretType) -> None:
    assert refused(lambda: check_name("acs/x", kind)).code is Code.INVALID_PARAMETER


def test_the_name_of_an_ecs_secret_says_so() -> None:
    assert refused(lambda: check_name("box", SecretType.ECS)).code is Code.INVALID_PARAMETER


@pytest.mark.parametrize("version_id", ["", "v" * 65, "a b", "ö", "v\n"])
def test_version_ids_that_are_refused(version_id: str) -> None:
    assert refused(lambda: check_version_id(version_id)).code is Code.INVALID_PARAMETER


def test_a_value_takes_30720_bytes_and_not_one_more() -> None:
    assert len(check_data("密" * 10_240, "text", SecretType.GENERIC)[0]) == 30_720
    too_long = refused(lambda: check_data("密" * 10_240 + "a", "text", SecretType.GENERIC))
    assert too_long.code is Code.INVALID_PARAMETER


def test_only_a_generic_secret_is_binary() -> None:
    check_data("x", "binary", SecretType.GENERIC)
    for kind in MANAGED:
        assert refused(lambda one=kind: check_data("x", "binary", one))


@pytest.mark.parametrize("kind", MANAGED)
def test_a_configuration_needs_all_its_fields(kind: SecretType) -> None:
    whole = CONFIGS[kind]
    assert check_config(kind, json.dumps(whole)) == whole
    for name in ("SecretSubType", *FORMS[kind].needed):
        without = {one: text for one, text in whole.items() if one != name}
        for config in (without, whole | {name: 1}, whole | {name: ""}):
            refusal = refused(lambda one=config: check_config(kind, json.dumps(one)))
            assert refusal.code is Code.INVALID_PARAMETER


@pytest.mark.parametrize("text", ["", "[]", "no json", '"text"', "[" * 2_000])
def test_a_configuration_is_a_json_object(text: str) -> None:
    assert refused(lambda: check_config(SecretType.RDS, text))


def test_a_configuration_keeps_its_limits() -> None:
    whole = CONFIGS[SecretType.RDS]
    room = 1_024 - len(json.dumps(whole | {"CustomData": {"a": ""}}))
    fits = whole | {"CustomData": {"a": "x" * room}}
    assert check_config(SecretType.RDS, json.dumps(fits)) == fits
    fits["CustomData"]["a"] += "x"
    assert refused(lambda: check_config(SecretType.RDS, json.dumps(fits)))
    ten = whole | {"CustomData": {str(n): "" for n in range(10)}}
    check_config(SecretType.RDS, json.dumps(ten))
    for wrong in ({str(n): "" for n in range(11)}, {"a": 1}, []):
        bad = whole | {"CustomData": wrong}
        assert refused(lambda one=bad: check_config(SecretType.RDS, json.dumps(one)))


def test_the_second_account_is_called_clone() -> None:
    wrong = CONFIGS[SecretType.REDIS] | {"CloneAccountName": "other"}
    assert refused(lambda: check_config(SecretType.REDIS, json.dumps(wrong)))


def accounts(*names: str) -> str:
    return json.dumps({"Accounts": [{"AccountName": n, "AccountPassword": "p"} for n in names]})


def test_two_accounts_are_the_current_and_the_previous_one() -> None:
    config = CONFIGS[SecretType.RDS] | {"SecretSubType": "DoubleUsers"}
    values = first_values(SecretType.RDS, config, accounts("a", "b"), SeededEntropy(), NOW)
    assert [one["AccountName"] for one in values] == ["a", "b"]
    for wrong in (accounts("a"), accounts("a", "a"), accounts("a", "b", "c")):
        assert refused(
            lambda one=wrong: first_values(SecretType.RDS, config, one, SeededEntropy(), NOW)
        )


def test_the_service_makes_the_passwords_of_both_accounts_where_it_is_asked_to() -> None:
    config = CONFIGS[SecretType.POLARDB]
    one, two = first_values(SecretType.POLARDB, config, "$Auto", SeededEntropy(), NOW)
    assert (one["AccountName"], two["AccountName"]) == ("app", "app_clone")
    assert one["AccountPassword"] != two["AccountPassword"]


def test_access_keys_say_when_they_were_made() -> None:
    data = json.dumps({"AccessKeys": [{"AccessKeyId": "LTAI1", "AccessKeySecret": "s"}]})
    config = CONFIGS[SecretType.RAM]
    (value,) = first_values(SecretType.RAM, config, data, SeededEntropy(), NOW)
    assert value["GenerateTimestamp"] == "2026-01-31T02:00:00Z"
    assert check_value(SecretType.RAM, config, json.dumps(value)) == value


@given(st.text(max_size=60))
def test_a_wrong_value_is_refused_without_repeating_it(text: str) -> None:
    marked = f"hunter2{text}"
    for kind in MANAGED:
        refusal = refused(
            lambda one=kind: first_values(one, CONFIGS[one], marked, SeededEntropy(), NOW)
        )
        assert refusal.code is Code.INVALID_PARAMETER
        assert "hunter2" not in refusal.message
        assert refused(lambda one=kind: check_value(one, CONFIGS[one], marked))


PUNCTUATION = string.punctuation


@given(
    st.integers(8, 128), st.text(string.ascii_letters + string.digits, max_size=10), st.integers()
)
def test_a_password_has_its_length_each_type_and_nothing_excluded(
    length: int, excluded: str, seed: int
) -> None:
    rule = PasswordRule(length=length, excluded=excluded)
    password = random_password(SeededEntropy(str(seed)), rule)
    assert len(password) == length
    assert not set(password) & set(excluded)
    for alphabet in rule.types:
        assert set(password) & set(alphabet)


def test_passwords_of_rotations_have_no_look_alikes() -> None:
    drawn = {one for n in range(50) for one in random_password(SeededEntropy(str(n)))}
    assert not drawn & set("0O1lI" + PUNCTUATION)
    assert FOR_ROTATION.length == 32
