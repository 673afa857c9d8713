"""Making, describing, listing and changing keys, with the official SDKs. facts/kms-api.md A."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from keylease.crypto.algorithms import KEY_SPECS
from scenarios.estate import (
    ALIAS_NOT_FOUND,
    DISABLED,
    INVALID,
    LIMIT,
    MISSING,
    NOT_FOUND,
    NOT_MODIFIED,
    PENDING_DELETION,
    REJECTED,
    STATE_INVALID,
    Estate,
    open_estate,
)
from scenarios.town import utc

PLAIN = "aGVsbG8="
DESCRIPTION_MAX = 8_192
INSTANCE_NOT_FOUND = (403, "Forbidden.DKMSInstanceNotFound")

#: A key's usage where none is asked for: to sign where the spec can. facts A.2 (CreateKey).
USAGES = {
    "Aliyun_AES_256": "ENCRYPT/DECRYPT",
    "Aliyun_AES_192": "ENCRYPT/DECRYPT",
    "Aliyun_AES_128": "ENCRYPT/DECRYPT",
    "Aliyun_SM4": "ENCRYPT/DECRYPT",
    "RSA_2048": "SIGN/VERIFY",
    "RSA_3072": "SIGN/VERIFY",
    "RSA_4096": "SIGN/VERIFY",
    "EC_P256": "SIGN/VERIFY",
    "EC_P256K": "SIGN/VERIFY",
    "EC_SM2": "SIGN/VERIFY",
    "HMAC_SHA_224": "GENERATE_VERIFY_MAC",
    "HMAC_SHA_256": "GENERATE_VERIFY_MAC",
    "HMAC_SHA_384": "GENERATE_VERIFY_MAC",
    "HMAC_SHA_512": "GENERATE_VERIFY_MAC",
    "HMAC_SM3": "GENERATE_VERIFY_MAC",
    "Keylease_ML_DSA_44": "SIGN/VERIFY",
    "Keylease_ML_DSA_65": "SIGN/VERIFY",
    "Keylease_ML_DSA_87": "SIGN/VERIFY",
    "Keylease_ML_KEM_768": "ENCRYPT/DECRYPT",
    "Keylease_ML_KEM_1024": "ENCRYPT/DECRYPT",
}


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate]:
    with open_estate(tmp_path_factory.mktemp("keys") / "data") as found:
        yield found


@pytest.fixture(scope="module")
def key(estate: Estate) -> str:
    return estate.key_id()


def test_the_table_of_usages_names_every_spec() -> None:
    assert set(USAGES) == set(KEY_SPECS)


@pytest.mark.parametrize("spec", USAGES)
def test_a_key_of_each_spec_is_enabled_and_for_its_default_usage(estate: Estate, spec: str) -> None:
    made = estate.key(KeySpec=spec)
    assert made["KeyId"].startswith("key-hz")
    assert made == {
        "KeyId": made["KeyId"],
        "Arn": f"acs:kms:cn-hangzhou:{estate.customer.account_id}:key/{made['KeyId']}",
        "KeyState": "Enabled",
        "KeySpec": spec,
        "KeyUsage": USAGES[spec],
        "Origin": "Aliyun_KMS",
        "ProtectionLevel": "SOFTWARE",
        "Creator": estate.customer.account_id,
        "CreationDate": utc("2026-01-31 10:00:00"),
        "LastRotationDate": utc("2026-01-31 10:00:00"),
        "Description": "",
        "PrimaryKeyVersion": estate.versions(made["KeyId"])[0]["KeyVersionId"],
        "AutomaticRotation": "Disabled",
        "DKMSInstanceId": estate.instance,
    }
    shown = estate.described(made["KeyId"])
    protection = {"DeletionProtection": "Disabled", "DeletionProtectionDescription": ""}
    assert shown == made | protection


def test_a_key_is_as_it_was_asked_for(estate: Estate) -> None:
    made = estate.key(
        KeySpec="Aliyun_AES_256",
        KeyUsage="ENCRYPT/DECRYPT",
        Origin="Aliyun_KMS",
        ProtectionLevel="HSM",  # ignored: the instance decides
        Description="Gehälter 工资",
        EnableAutomaticRotation=True,
        RotationInterval="365d",
        Tags=json.dumps([{"TagKey": "部门", "TagValue": "财务"}, {"TagKey": "empty"}]),
    )
    assert made["ProtectionLevel"] == "SOFTWARE"
    assert made["Description"] == "Gehälter 工资"
    assert made["AutomaticRotation"] == "Enabled"
    assert made["RotationInterval"] == "31536000s"
    assert made["NextRotationDate"] == utc("2027-01-31 10:00:00")
    tags = estate.call("ListResourceTags", KeyId=made["KeyId"])["Tags"]["Tag"]
    assert {(one["TagKey"], one["TagValue"]) for one in tags} == {("部门", "财务"), ("empty", "")}


def test_the_classic_sdk_makes_the_same_keys(estate: Estate) -> None:
    made = estate.classic("CreateKey", DKMSInstanceId=estate.instance, KeySpec="EC_P256")
    assert made["KeyMetadata"]["KeyUsage"] == "SIGN/VERIFY"
    shown = estate.classic("DescribeKey", KeyId=made["KeyMetadata"]["KeyId"])
    assert shown["KeyMetadata"] == estate.described(made["KeyMetadata"]["KeyId"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"KeySpec": "Aliyun_AES_257"},
        {"KeySpec": "aliyun_aes_256"},
        {"KeyUsage": "SIGN/VERIFY"},
        {"KeySpec": "EC_P256", "KeyUsage": "ENCRYPT/DECRYPT"},
        {"KeySpec": "HMAC_SHA_256", "KeyUsage": "SIGN/VERIFY"},
        {"Origin": "external"},
        {"Description": "d" * (DESCRIPTION_MAX + 1)},
        {"Tags": "{}"},
        {"Tags": "[1]"},
        {"Tags": "["},
        {"Tags": '[{"TagKey":"a","TagValue":1}]'},
        {"Tags": '[{"TagKey":"a"},{"TagKey":"a"}]'},
        {"Tags": '[{"TagKey":""}]'},
        {"Tags": '[{"TagKey":"aliyunx"}]'},
        {"Tags": '[{"TagKey":"acs:x"}]'},
        {"Tags": json.dumps([{"TagKey": "k" * 129}])},
        {"Tags": json.dumps([{"TagKey": "k", "TagValue": "v" * 129}])},
        {"Tags": json.dumps([{"TagKey": f"k{n}"} for n in range(21)])},
        {"EnableAutomaticRotation": True, "RotationInterval": "604799s"},
        {"EnableAutomaticRotation": True, "RotationInterval": "63072001s"},
        {"EnableAutomaticRotation": True, "RotationInterval": "1y"},
    ],
    ids=lambda wrong: json.dumps(wrong)[:50],
)
def test_a_key_that_cannot_be_is_refused(estate: Estate, wrong: dict[str, Any]) -> None:
    before = estate.call("ListKeys")["TotalCount"]
    assert estate.refused("CreateKey", DKMSInstanceId=estate.instance, **wrong) == INVALID
    assert estate.call("ListKeys")["TotalCount"] == before


def test_the_longest_of_everything_is_taken(estate: Estate) -> None:
    tags = [{"TagKey": f"{n:0128}", "TagValue": "v" * 128} for n in range(20)]
    made = estate.key(Description="描" * 400, Tags=json.dumps(tags))
    assert len(estate.call("ListResourceTags", KeyId=made["KeyId"])["Tags"]["Tag"]) == 20
    longest = "d" * DESCRIPTION_MAX
    assert estate.key(Description=longest)["Description"] == longest
    for interval, seconds in (("7d", 604_800), ("63072000s", 63_072_000)):
        rotated = estate.key(EnableAutomaticRotation=True, RotationInterval=interval)
        assert rotated["RotationInterval"] == f"{seconds}s"


def test_rotation_needs_a_period_and_a_key_that_can(estate: Estate) -> None:
    make = {"DKMSInstanceId": estate.instance, "EnableAutomaticRotation": True}
    assert estate.refused("CreateKey", **make) == MISSING
    asymmetric = make | {"RotationInterval": "30d", "KeySpec": "EC_P256"}
    assert estate.refused("CreateKey", **asymmetric) == REJECTED
    external = make | {"RotationInterval": "30d", "Origin": "EXTERNAL"}
    assert estate.refused("CreateKey", **external) == REJECTED


def test_a_key_is_made_in_an_own_enabled_instance_only(estate: Estate) -> None:
    other = estate.neighbour("bea")
    assert estate.refused("CreateKey", DKMSInstanceId="kst-nowhere") == INSTANCE_NOT_FOUND
    assert estate.refused("CreateKey", DKMSInstanceId=other.instance) == INSTANCE_NOT_FOUND
    bare = str(other.customer.buy(1)["InstanceId"])
    assert other.refused("CreateKey", DKMSInstanceId=bare) == STATE_INVALID
    theirs = other.key_id()
    for action in ("DescribeKey", "EnableKey", "DisableKey", "CancelKeyDeletion"):
        assert estate.refused(action, KeyId=theirs) == NOT_FOUND
        assert estate.refused(action, KeyId=other.described(theirs)["Arn"]) == NOT_FOUND
        assert estate.refused(action, KeyId="key-nowhere") == NOT_FOUND
        assert estate.refused(action, KeyId="alias/nowhere") == ALIAS_NOT_FOUND
        assert estate.refused(action) == MISSING


def test_a_key_is_called_by_its_id_an_alias_and_the_arn_of_both(estate: Estate, key: str) -> None:
    estate.call("CreateAlias", KeyId=key, AliasName="alias/called")
    alias_arn = f"acs:kms:cn-hangzhou:{estate.customer.account_id}:alias/called"
    arn = estate.described(key)["Arn"]
    version = estate.versions(key)[0]["KeyVersionId"]
    for name in (key, "alias/called", arn, alias_arn):
        assert estate.described(name)["KeyId"] == key
        sealed = estate.call("Encrypt", KeyId=name, Plaintext=PLAIN)
        assert (sealed["KeyId"], sealed["KeyVersionId"]) == (key, version)
        listed = estate.call("ListKeyVersions", KeyId=name)["KeyVersions"]["KeyVersion"]
        assert listed == [
            {"KeyId": key, "KeyVersionId": version, "CreationDate": utc("2026-01-31 10:00:00")}
        ]
        shown = estate.call("DescribeKeyVersion", KeyId=name, KeyVersionId=version)
        assert shown == {"KeyVersion": listed[0]}
        estate.call("UpdateKeyDescription", KeyId=name, Description=name)
        assert estate.described(key)["Description"] == name
        aliases = estate.call("ListAliasesByKeyId", KeyId=name)["Aliases"]["Alias"]
        assert [one["AliasArn"] for one in aliases] == [alias_arn]


def test_an_unknown_version_is_refused(estate: Estate, key: str) -> None:
    theirs = estate.versions(estate.key_id())[0]["KeyVersionId"]
    for version in ("00000000-0000-4000-8000-000000000000", theirs, "v"):
        assert estate.refused("DescribeKeyVersion", KeyId=key, KeyVersionId=version) == INVALID
    assert estate.refused("DescribeKeyVersion", KeyId=key) == MISSING


def test_keys_are_listed_in_pages_oldest_first(estate: Estate) -> None:
    total = estate.call("ListKeys")["TotalCount"]
    assert total > 10
    first = estate.call("ListKeys")
    assert (first["PageNumber"], first["PageSize"]) == (1, 10)
    assert len(first["Keys"]["Key"]) == 10
    pages = -(-total // 4)
    by_four = [estate.listed(PageNumber=n + 1, PageSize=4) for n in range(pages)]
    assert [len(page) for page in by_four[:-1]] == [4] * (pages - 1)
    assert [one for page in by_four for one in page] == estate.listed()
    assert estate.listed(PageNumber=pages + 1, PageSize=4) == []
    assert len(set(estate.listed())) == total
    for one in first["Keys"]["Key"]:
        assert one["KeyArn"].endswith(f":key/{one['KeyId']}")
    for wrong in ({"PageNumber": 0}, {"PageSize": 0}, {"PageSize": 101}, {"PageNumber": -1}):
        assert estate.refused("ListKeys", **wrong) == INVALID
        assert estate.refused("ListKeyVersions", KeyId=by_four[0][1], **wrong) == INVALID


def test_a_description_is_changed_and_may_be_empty(estate: Estate, key: str) -> None:
    estate.call("UpdateKeyDescription", KeyId=key, Description="d" * DESCRIPTION_MAX)
    assert estate.described(key)["Description"] == "d" * DESCRIPTION_MAX
    long = "d" * (DESCRIPTION_MAX + 1)
    assert estate.refused("UpdateKeyDescription", KeyId=key, Description=long) == INVALID
    assert estate.refused("UpdateKeyDescription", KeyId=key) == MISSING
    estate.call("UpdateKeyDescription", KeyId=key, Description="")
    assert estate.described(key)["Description"] == ""


def test_a_disabled_key_does_nothing_until_it_is_enabled(estate: Estate) -> None:
    key = estate.key_id()
    blob = estate.call("Encrypt", KeyId=key, Plaintext=PLAIN)["CiphertextBlob"]
    for _ in range(2):  # again is fine
        estate.call("DisableKey", KeyId=key)
        assert estate.state(key) == "Disabled"
    for action, parameters in (
        ("Encrypt", {"KeyId": key, "Plaintext": PLAIN}),
        ("Decrypt", {"CiphertextBlob": blob}),
        ("GenerateDataKey", {"KeyId": key}),
        ("CreateKeyVersion", {"KeyId": key}),
        ("UpdateRotationPolicy", {"KeyId": key, "EnableAutomaticRotation": False}),
    ):
        assert estate.refused(action, **parameters) == DISABLED
    for _ in range(2):
        estate.call("EnableKey", KeyId=key)
        assert estate.state(key) == "Enabled"
    assert estate.call("Decrypt", CiphertextBlob=blob)["Plaintext"] == PLAIN


@pytest.mark.parametrize("days", [6, 367, 0, -1])
def test_a_deletion_is_not_earlier_than_a_week_nor_later_than_a_year(
    estate: Estate, key: str, days: int
) -> None:
    assert estate.refused("ScheduleKeyDeletion", KeyId=key, PendingWindowInDays=days) == INVALID


@pytest.mark.parametrize(
    ("days", "moment"), [(7, "2026-02-07 10:00:00"), (366, "2027-02-01 10:00:00")]
)
def test_a_scheduled_deletion_can_be_cancelled(estate: Estate, days: int, moment: str) -> None:
    key = estate.key_id()
    assert "DeleteDate" not in estate.described(key)
    assert estate.refused("CancelKeyDeletion", KeyId=key) == NOT_MODIFIED
    assert estate.refused("ScheduleKeyDeletion", KeyId=key) == MISSING
    estate.call("ScheduleKeyDeletion", KeyId=key, PendingWindowInDays=days)
    shown = estate.described(key)
    assert (shown["KeyState"], shown["DeleteDate"]) == ("PendingDeletion", utc(moment))
    assert estate.refused("ScheduleKeyDeletion", KeyId=key, PendingWindowInDays=7) == NOT_MODIFIED
    assert estate.refused("Encrypt", KeyId=key, Plaintext=PLAIN) == PENDING_DELETION
    assert estate.refused("DisableKey", KeyId=key) == NOT_MODIFIED
    assert estate.refused("UpdateKeyDescription", KeyId=key, Description="") == PENDING_DELETION
    estate.call("CancelKeyDeletion", KeyId=key)
    shown = estate.described(key)
    assert shown["KeyState"] == "Enabled"
    assert "DeleteDate" not in shown
    assert estate.call("Encrypt", KeyId=key, Plaintext=PLAIN)["KeyId"] == key


def test_protection_from_deletion_is_set_by_id_and_by_arn(estate: Estate) -> None:
    key = estate.key_id()
    arn = estate.described(key)["Arn"]
    about = {"DeletionProtectionDescription": "payroll 工资"}
    for whose in ({"KeyId": key}, {"ProtectedResourceArn": arn}):
        estate.call("SetDeletionProtection", EnableDeletionProtection=True, **whose, **about)
        shown = estate.described(key)
        assert shown["DeletionProtection"] == "Enabled"
        assert shown["DeletionProtectionDescription"] == "payroll 工资"
        schedule = {"KeyId": key, "PendingWindowInDays": 7}
        assert estate.refused("ScheduleKeyDeletion", **schedule) == REJECTED
        estate.call("SetDeletionProtection", EnableDeletionProtection=False, **whose)
        assert estate.described(key)["DeletionProtection"] == "Disabled"
    estate.call("ScheduleKeyDeletion", KeyId=key, PendingWindowInDays=7)
    protect = {"KeyId": key, "EnableDeletionProtection": True}
    assert estate.refused("SetDeletionProtection", **protect) == PENDING_DELETION


@pytest.mark.parametrize(
    ("parameters", "answer"),
    [
        ({"EnableDeletionProtection": True}, MISSING),
        ({"KeyId": "key-nowhere"}, MISSING),
        ({"KeyId": "key-nowhere", "EnableDeletionProtection": True}, NOT_FOUND),
        ({"ProtectedResourceArn": "acs:oss:x", "EnableDeletionProtection": True}, INVALID),
        (
            {
                "ProtectedResourceArn": "acs:kms:cn-hangzhou:1:key/key-nowhere",
                "EnableDeletionProtection": True,
            },
            NOT_FOUND,
        ),
        (
            {
                "ProtectedResourceArn": "acs:kms:cn-hangzhou:1:keystore/kst-nowhere",
                "EnableDeletionProtection": True,
            },
            (404, "Forbidden.DKMSInstanceNotFound"),
        ),
        (
            {"ProtectedResourceArn": "acs:kms:keystore/x", "EnableDeletionProtection": True},
            INVALID,
        ),
    ],
    ids=str,
)
def test_what_cannot_be_protected_is_refused(
    estate: Estate, parameters: dict[str, Any], answer: tuple[int, str]
) -> None:
    assert estate.refused("SetDeletionProtection", **parameters) == answer


def test_an_instance_is_protected_by_id_and_by_arn(estate: Estate) -> None:
    arn = f"acs:kms:cn-hangzhou:{estate.customer.account_id}:keystore/{estate.instance}"
    for whose in ({"KmsInstanceId": estate.instance}, {"ProtectedResourceArn": arn}):
        for on in (True, False):
            estate.call("SetDeletionProtection", EnableDeletionProtection=on, **whose)
            assert estate.customer.instance(estate.instance)["DeletionProtection"] is on


def test_versions_on_demand_are_primary_and_old_ciphertext_decrypts(estate: Estate) -> None:
    key = estate.key_id()
    before = estate.call("Encrypt", KeyId=key, Plaintext=PLAIN)
    made = estate.call("CreateKeyVersion", KeyId=key)["KeyVersion"]
    assert made["KeyId"] == key
    assert estate.described(key)["PrimaryKeyVersion"] == made["KeyVersionId"]
    after = estate.call("Encrypt", KeyId=key, Plaintext=PLAIN)
    assert after["KeyVersionId"] == made["KeyVersionId"] != before["KeyVersionId"]
    for sealed in (before, after):
        opened = estate.call("Decrypt", CiphertextBlob=sealed["CiphertextBlob"])
        assert (opened["Plaintext"], opened["KeyVersionId"]) == (PLAIN, sealed["KeyVersionId"])
    assert estate.call("ListKeyVersions", KeyId=key, PageSize=1)["TotalCount"] == 2
    assert {one["KeyVersionId"] for one in estate.versions(key)} == {
        before["KeyVersionId"],
        made["KeyVersionId"],
    }


def test_an_asymmetric_key_has_at_most_fifty_versions(estate: Estate) -> None:
    key = estate.key_id(KeySpec="EC_P256")
    for _ in range(49):
        estate.call("CreateKeyVersion", KeyId=key)
    assert estate.refused("CreateKeyVersion", KeyId=key) == LIMIT
    assert len(estate.versions(key)) == 50


@pytest.mark.parametrize("spec", ["EC_P256", "RSA_2048", "HMAC_SHA_256", "Keylease_ML_KEM_768"])
def test_only_symmetric_keys_rotate_by_themselves(estate: Estate, spec: str) -> None:
    key = estate.key_id(KeySpec=spec)
    policy = {"KeyId": key, "EnableAutomaticRotation": True, "RotationInterval": "30d"}
    assert estate.refused("UpdateRotationPolicy", **policy) == REJECTED


@pytest.mark.parametrize(
    ("interval", "seconds"),
    [("604800s", 604_800), ("7d", 604_800), ("168h", 604_800), ("730d", 63_072_000)],
)
def test_a_rotation_policy_is_seven_to_730_days(
    estate: Estate, key: str, interval: str, seconds: int
) -> None:
    policy = {"KeyId": key, "EnableAutomaticRotation": True}
    estate.call("UpdateRotationPolicy", **policy, RotationInterval=interval)
    assert estate.described(key)["RotationInterval"] == f"{seconds}s"
    for wrong in ("604799s", "63072001s", "6d", "731d", "30", "d", "-7d", "9999999999d", " 7d"):
        assert estate.refused("UpdateRotationPolicy", **policy, RotationInterval=wrong) == INVALID
    assert estate.refused("UpdateRotationPolicy", **policy) == MISSING
    assert estate.refused("UpdateRotationPolicy", KeyId=key) == MISSING
    estate.call("UpdateRotationPolicy", KeyId=key, EnableAutomaticRotation=False)
    shown = estate.described(key)
    assert shown["AutomaticRotation"] == "Disabled"
    assert "RotationInterval" not in shown
    assert "NextRotationDate" not in shown
