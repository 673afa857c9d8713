"""Secrets through the official SDKs: each operation, what it refuses, its limits at their edges.

Source: facts/kms-api.md A (Secrets) and A.2, facts/kms.md 5, rules.md 2.
"""

import json

import pytest
from alibabacloud_kms20160120 import models as kms
from aliyunsdkkms.request.v20160120.CreateSecretRequest import CreateSecretRequest
from aliyunsdkkms.request.v20160120.DeleteSecretRequest import DeleteSecretRequest
from aliyunsdkkms.request.v20160120.DescribeSecretRequest import DescribeSecretRequest
from aliyunsdkkms.request.v20160120.GetSecretValueRequest import GetSecretValueRequest
from aliyunsdkkms.request.v20160120.ListSecretsRequest import ListSecretsRequest
from aliyunsdkkms.request.v20160120.ListSecretVersionIdsRequest import ListSecretVersionIdsRequest
from aliyunsdkkms.request.v20160120.PutSecretValueRequest import PutSecretValueRequest
from aliyunsdkkms.request.v20160120.RestoreSecretRequest import RestoreSecretRequest
from aliyunsdkkms.request.v20160120.UpdateSecretRequest import UpdateSecretRequest
from aliyunsdkkms.request.v20160120.UpdateSecretVersionStageRequest import (
    UpdateSecretVersionStageRequest,
)

from product import Customer
from scenarios.secrets_kit import Keeper
from scenarios.town import Town, utc

INVALID = (400, "InvalidParameter")
MISSING = (400, "MissingParameter")
UNKNOWN = (404, "Forbidden.ResourceNotFound")
EXISTS = (409, "Rejected.ResourceExist")
DELETING = (409, "Rejected.ResourceInDeleteWindow")
IN_USE = (409, "Rejected.ResourceInUse")
LIMIT = (400, "Rejected.LimitExceeded")
NOT_USABLE = (403, "Forbidden.DKMSInstanceStateInvalid")

ECS = {"SecretSubType": "Password", "RegionId": "cn-hangzhou", "InstanceId": "i-1"}
LOGIN = '{"UserName":"root","Password":"open sesame"}'


@pytest.fixture(scope="module")
def keeper(town: Town) -> Keeper:
    return keeper_of(town.customer("ada", "100000.00"))


def keeper_of(customer: Customer, **parameters: str) -> Keeper:
    instance_id = str(customer.buy(1, **parameters)["InstanceId"])
    customer.enable(instance_id)
    return Keeper(customer, instance_id)


def key_of(keeper: Keeper, spec: str = "Aliyun_AES_256", instance_id: str = "") -> str:
    request = kms.CreateKeyRequest(key_spec=spec, dkmsinstance_id=instance_id or keeper.instance_id)
    return str(keeper.customer.kms.create_key(request).body.key_metadata.key_id)


def test_a_secret_is_made_shown_and_read(keeper: Keeper) -> None:
    made = keeper.call(
        "create_secret",
        secret_name="db/main+1=a.b-c@d_密",
        version_id="v1",
        secret_data="pass 密码\n\"'{}",
        dkmsinstance_id=keeper.instance_id,
        description="of the 仓库",
    )
    arn = f"acs:kms:cn-hangzhou:{keeper.customer.account_id}:secret/db/main+1=a.b-c@d_密"
    del made["RequestId"]
    assert made == {
        "Arn": arn,
        "SecretName": "db/main+1=a.b-c@d_密",
        "SecretType": "Generic",
        "VersionId": "v1",
        "DKMSInstanceId": keeper.instance_id,
    }
    shown = keeper.call("describe_secret", secret_name=arn)
    del shown["RequestId"]
    assert shown == {
        "Arn": arn,
        "SecretName": "db/main+1=a.b-c@d_密",
        "SecretType": "Generic",
        "Description": "of the 仓库",
        "DKMSInstanceId": keeper.instance_id,
        "CreateTime": utc("2026-01-31 10:00:00"),
        "UpdateTime": utc("2026-01-31 10:00:00"),
    }
    found = keeper.call("get_secret_value", secret_name=arn)
    del found["RequestId"]
    assert found == {
        "SecretName": "db/main+1=a.b-c@d_密",
        "SecretType": "Generic",
        "SecretData": "pass 密码\n\"'{}",
        "SecretDataType": "text",
        "VersionId": "v1",
        "VersionStages": {"VersionStage": ["ACSCurrent"]},
        "CreateTime": utc("2026-01-31 10:00:00"),
    }


def test_the_classic_sdk_does_all_that_with_its_parameters_in_the_url(keeper: Keeper) -> None:
    keeper.classic(
        CreateSecretRequest,
        SecretName="classic",
        VersionId="v1",
        SecretData="a" * 30_720,
        SecretDataType="binary",
        DKMSInstanceId=keeper.instance_id,
        Tags='[{"TagKey":"team","TagValue":"blue"}]',
    )
    found = keeper.classic(GetSecretValueRequest, SecretName="classic", VersionStage="ACSCurrent")
    assert (found["SecretData"], found["SecretDataType"]) == ("a" * 30_720, "binary")
    shown = keeper.classic(DescribeSecretRequest, SecretName="classic", FetchTags="true")
    assert shown["Tags"] == {"Tag": [{"TagKey": "team", "TagValue": "blue"}]}
    keeper.classic(
        PutSecretValueRequest, SecretName="classic", VersionId="v2", SecretData="b",
        VersionStages='["ACSCurrent","green"]',
    )  # fmt: skip
    keeper.classic(
        UpdateSecretVersionStageRequest, SecretName="classic", VersionStage="green",
        MoveToVersion="v1", RemoveFromVersion="v2",
    )  # fmt: skip
    listed = keeper.classic(ListSecretVersionIdsRequest, SecretName="classic")
    assert [
        (one["VersionId"], one["VersionStages"]["VersionStage"])
        for one in listed["VersionIds"]["VersionId"]
    ] == [("v2", ["ACSCurrent"]), ("v1", ["ACSPrevious", "green"])]
    keeper.classic(UpdateSecretRequest, SecretName="classic", Description="new")
    keeper.classic(DeleteSecretRequest, SecretName="classic", RecoveryWindowInDays="7")
    keeper.classic(RestoreSecretRequest, SecretName="classic")
    answer = keeper.classic(ListSecretsRequest, PageSize=1, FetchTags="false")
    assert (answer["PageSize"], len(answer["SecretList"]["Secret"])) == (1, 1)
    keeper.classic(DeleteSecretRequest, SecretName="classic", ForceDeleteWithoutRecovery="true")
    assert keeper.refused("describe_secret", secret_name="classic") == UNKNOWN


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("n" * 192, True),
        ("n" * 193, False),
        ("密" * 64, True),
        ("密" * 65, False),
        ("acs/x", False),
        ("with space", False),
        ("semi;colon", False),
        ("tab\t", False),
    ],
)
def test_names_keep_the_documented_rule(keeper: Keeper, name: str, fits: bool) -> None:
    if fits:
        assert keeper.create(name) == name
    else:
        assert keeper.creation_refused(name) == INVALID


def test_what_creating_refuses(keeper: Keeper) -> None:
    name = keeper.create()
    assert keeper.creation_refused(name) == EXISTS
    assert keeper.creation_refused(version_id="v" * 65) == INVALID
    assert keeper.creation_refused(version_id="no spaces") == INVALID
    assert keeper.creation_refused(data="a" * 30_721) == INVALID
    assert keeper.creation_refused(data="密" * 10_241) == INVALID
    assert keeper.creation_refused(data="") == MISSING
    assert keeper.creation_refused(version_id=None) == MISSING
    assert keeper.creation_refused(dkmsinstance_id=None) == MISSING
    assert keeper.creation_refused(secret_data_type="json") == INVALID
    assert keeper.creation_refused(secret_type="Mongo") == INVALID
    assert keeper.creation_refused(description="d" * 8_193) == INVALID
    assert keeper.creation_refused(policy="p" * 32_769) == INVALID
    assert keeper.creation_refused(tags="no json") == INVALID
    assert keeper.creation_refused(tags='[{"TagKey":"acs:x","TagValue":""}]') == INVALID
    assert keeper.creation_refused(enable_automatic_rotation=True) == MISSING
    assert keeper.creation_refused(enable_automatic_rotation=True, rotation_interval="7d") == (
        400,
        "UnsupportedOperation",
    )
    not_found = (403, "Forbidden.DKMSInstanceNotFound")
    assert keeper.creation_refused(dkmsinstance_id="kst-hzz000000000000000000") == not_found
    bare = str(keeper.customer.buy(1)["InstanceId"])
    assert keeper.creation_refused(dkmsinstance_id=bare) == NOT_USABLE
    elsewhere = str(keeper.customer.buy(1, Region="ap-southeast-1")["InstanceId"])
    assert keeper.creation_refused(dkmsinstance_id=elsewhere) == not_found
    assert keeper.refused("describe_secret", secret_name="x") == UNKNOWN


def test_the_quota_is_one_unit_for_each_secret(town: Town) -> None:
    keeper = keeper_of(town.customer("quota", "100000.00"), ProductVersion="software-small")
    for number in range(20):
        keeper.create(f"n{number}")
        keeper.put(f"n{number}", "v2", "second")
    assert keeper.creation_refused("one-more") == LIMIT
    quotas = keeper.call(
        "get_kms_instance_quota_infos",
        kms_instance_id=keeper.instance_id,
        resource_type="secret",
    )["KmsInstanceQuotaInfos"]
    assert quotas == [{"ResourceType": "secret", "ResourceQuota": 20, "UsedQuantity": 20}]
    keeper.call("delete_secret", secret_name="n0")
    assert keeper.creation_refused("one-more") == LIMIT, "it can be restored, so it counts"
    keeper.call("restore_secret", secret_name="n0")
    keeper.call("delete_secret", secret_name="n0", force_delete_without_recovery="true")
    keeper.create("one-more")


def test_another_account_does_not_see_it(town: Town, keeper: Keeper) -> None:
    other = Keeper(town.customer("eve"), keeper.instance_id)
    name = keeper.create()
    arn = f"acs:kms:cn-hangzhou:{keeper.customer.account_id}:secret/{name}"
    for called in (name, arn, "nothing"):
        for operation in ("describe_secret", "get_secret_value", "delete_secret"):
            assert other.refused(operation, secret_name=called) == UNKNOWN
    assert other.names() == []
    assert other.creation_refused() == (403, "Forbidden.DKMSInstanceNotFound")
    assert (
        keeper.refused("get_secret_value", secret_name="acs:kms:cn-hangzhou:1:secret/x") == UNKNOWN
    )


def test_versions_move_the_system_stages_and_are_written_once(keeper: Keeper) -> None:
    name = keeper.create(data="one")
    assert keeper.put(name, "v2", "two") == ["ACSCurrent"]
    assert keeper.put(name, "v3", "three") == ["ACSCurrent"]
    assert keeper.stages(name) == {"v3": ["ACSCurrent"], "v2": ["ACSPrevious"]}
    everything = keeper.stages(name, include_deprecated="true")
    assert everything == {"v3": ["ACSCurrent"], "v2": ["ACSPrevious"], "v1": []}
    assert keeper.put(name, "v2", "two") == ["ACSPrevious"], "the same again is a success"
    assert keeper.stages(name) == {"v3": ["ACSCurrent"], "v2": ["ACSPrevious"]}
    write = {"secret_name": name, "version_id": "v2"}
    assert keeper.refused("put_secret_value", **write, secret_data="other") == EXISTS
    assert (
        keeper.refused("put_secret_value", **write, secret_data="two", secret_data_type="binary")
        == EXISTS
    )
    assert keeper.refused("put_secret_value", **write, secret_data="") == MISSING
    assert (
        keeper.refused("put_secret_value", **write, secret_data="two", version_stages="no json")
        == INVALID
    )
    assert keeper.value(name) == "three"
    assert keeper.value(name, version_stage="ACSPrevious") == "two"
    assert keeper.value(name, version_id="v1") == "one"
    assert keeper.value(name, version_id="v2", version_stage="ACSPrevious") == "two"
    read = {"secret_name": name}
    assert keeper.refused("get_secret_value", **read, version_id="v9") == UNKNOWN
    assert keeper.refused("get_secret_value", **read, version_stage="mine") == UNKNOWN
    assert (
        keeper.refused("get_secret_value", **read, version_id="v1", version_stage="ACSCurrent")
        == UNKNOWN
    )


def test_a_value_can_wait_under_a_stage_of_its_own(keeper: Keeper) -> None:
    name = keeper.create(data="one")
    assert keeper.put(name, "v2", "two", version_stages='["next"]') == ["next"]
    assert keeper.value(name) == "one"
    assert keeper.value(name, version_stage="next") == "two"
    both = json.dumps(["ACSCurrent", "ACSPrevious"])
    write = {"secret_name": name, "version_id": "v3", "secret_data": "three"}
    for labels in (both, '["ACSNew"]', '["with space"]', '[""]', json.dumps(["s" * 65])):
        assert keeper.refused("put_secret_value", **write, version_stages=labels) == INVALID


def test_of_eleven_versions_the_earliest_without_a_stage_goes(keeper: Keeper) -> None:
    name = keeper.create(data="1")
    for number in range(2, 11):
        keeper.put(name, f"v{number}", str(number))
    assert len(keeper.stages(name, include_deprecated="true")) == 10
    keeper.put(name, "v11", "11")
    kept = keeper.stages(name, include_deprecated="true")
    assert list(kept) == [f"v{number}" for number in range(11, 1, -1)]
    assert keeper.refused("get_secret_value", secret_name=name, version_id="v1") == UNKNOWN
    assert keeper.value(name, version_id="v2") == "2"


def test_the_current_version_stays_whatever_else_goes(keeper: Keeper) -> None:
    name = keeper.create(data="first")
    for number in range(2, 14):
        keeper.put(name, f"v{number}", str(number), version_stages='["next"]')
    assert keeper.value(name) == "first"
    assert keeper.value(name, version_stage="next") == "13"


def test_version_ids_are_paged(keeper: Keeper) -> None:
    name = keeper.create()
    for number in range(2, 8):
        keeper.put(name, f"v{number}", "x")
    read = {"secret_name": name, "include_deprecated": "true"}
    page = keeper.call("list_secret_version_ids", **read, page_number=2, page_size=3)
    assert [one["VersionId"] for one in page["VersionIds"]["VersionId"]] == ["v4", "v3", "v2"]
    assert (page["PageNumber"], page["PageSize"], page["TotalCount"]) == (2, 3, 7)
    whole = keeper.call("list_secret_version_ids", **read)
    assert whole["PageSize"] == 20
    for wrong in ({"page_size": 101}, {"page_size": 0}, {"page_number": 0}):
        assert keeper.refused("list_secret_version_ids", **read, **wrong) == INVALID


def test_stages_are_moved(keeper: Keeper) -> None:
    name = keeper.create(data="one")
    keeper.put(name, "v2", "two")
    keeper.put(name, "v3", "three")

    def move(stage: str, to: str | None, source: str | None = None) -> None:
        keeper.call(
            "update_secret_version_stage", secret_name=name, version_stage=stage,
            move_to_version=to, remove_from_version=source,
        )  # fmt: skip

    move("ACSCurrent", "v2", "v3")
    assert keeper.stages(name) == {"v3": ["ACSPrevious"], "v2": ["ACSCurrent"]}
    move("ACSPrevious", "v1")
    assert keeper.stages(name) == {"v2": ["ACSCurrent"], "v1": ["ACSPrevious"]}
    move("mine", "v3")
    move("mine", "v1")
    assert keeper.value(name, version_stage="mine") == "one"
    move("mine", None, "v1")
    assert "mine" not in str(keeper.stages(name))


@pytest.mark.parametrize(
    ("stage", "to", "source", "refusal"),
    [
        ("mine", None, None, INVALID),
        ("ACSCurrent", None, "v2", INVALID),
        ("ACSPrevious", None, "v1", INVALID),
        ("ACSPending", "v1", None, INVALID),
        ("ACSCurrent", "v9", None, UNKNOWN),
        ("ACSCurrent", "v1", "v9", UNKNOWN),
        ("ACSCurrent", "v1", "v1", (400, "Rejected.InvalidRequest")),
        ("mine", None, "v1", (400, "Rejected.InvalidRequest")),
        ("ACSPrevious", "v2", None, (400, "Rejected.UnsupportedOperation")),
        ("", "v1", None, MISSING),
    ],
)
def test_stages_that_cannot_be_moved(
    keeper: Keeper, stage: str, to: str | None, source: str | None, refusal: tuple[int, str]
) -> None:
    name = keeper.create(data="one")
    keeper.put(name, "v2", "two")
    assert (
        keeper.refused(
            "update_secret_version_stage", secret_name=name, version_stage=stage,
            move_to_version=to, remove_from_version=source,
        )
        == refusal
    )  # fmt: skip
    assert keeper.stages(name) == {"v2": ["ACSCurrent"], "v1": ["ACSPrevious"]}


def test_a_secret_takes_eight_stages_of_its_owner(keeper: Keeper) -> None:
    name = keeper.create()
    for number in range(8):
        keeper.put(name, f"w{number}", "x", version_stages=f'["s{number}"]')
    write = {"secret_name": name, "version_id": "w8", "secret_data": "x"}
    assert keeper.refused("put_secret_value", **write, version_stages='["s8"]') == LIMIT
    move = {"secret_name": name, "version_stage": "s8", "move_to_version": "v1"}
    assert keeper.refused("update_secret_version_stage", **move) == LIMIT
    keeper.put(name, "w8", "x", version_stages='["s7"]')
    assert keeper.value(name, version_stage="s7") == "x"


def test_lists_are_filtered_and_paged(town: Town) -> None:
    keeper = keeper_of(town.customer("lister", "100000.00"))
    second = keeper_of(keeper.customer)
    keeper.create("red", description="warm", tags='[{"TagKey":"team","TagValue":"a"}]')
    keeper.create("blue", description="cold", tags='[{"TagKey":"team","TagValue":"b"}]')
    second.create("acs/ecs/box", LOGIN, secret_type="ECS", extended_config=ECS)
    assert keeper.names() == ["acs/ecs/box", "blue", "red"]
    assert keeper.names(SecretName=["red", "acs/ecs/box"]) == ["acs/ecs/box", "red"]
    assert keeper.names(Description=["cold"]) == ["blue"]
    assert keeper.names(DKMSInstanceId=[second.instance_id]) == ["acs/ecs/box"]
    assert keeper.names(SecretType=["ecs", "RDS"]) == ["acs/ecs/box"]
    assert keeper.names(TagKey=["team"]) == ["blue", "red"]
    assert keeper.names(TagValue=["b"], TagKey=["team"]) == ["blue"]
    assert keeper.names(Creator=[keeper.customer.account_id], SecretName=["red"]) == ["red"]
    assert keeper.names(Creator=["nobody"]) == []
    whole = keeper.call("list_secrets", fetch_tags="true")
    assert whole["PageSize"] == 10
    rows = whole["SecretList"]["Secret"]
    tags = {one["SecretName"]: one["Tags"]["Tag"] for one in rows}
    assert tags["red"] == [{"TagKey": "team", "TagValue": "a"}]
    assert tags["acs/ecs/box"] == []
    page = keeper.call("list_secrets", page_number=2, page_size=2)
    assert [one["SecretName"] for one in page["SecretList"]["Secret"]] == [rows[2]["SecretName"]]
    assert (page["PageNumber"], page["PageSize"], page["TotalCount"]) == (2, 2, 3)
    eleven = json.dumps([{"Key": "SecretName", "Values": ["x"]}] * 11)
    values = json.dumps([{"Key": "SecretName", "Values": ["x"] * 11}])
    for wrong in (eleven, values, '[{"Key":"Colour","Values":["x"]}]', "no json"):
        assert keeper.refused("list_secrets", filters=wrong) == INVALID
    assert keeper.refused("list_secrets", page_size=101) == INVALID


def test_a_secret_is_described_anew(keeper: Keeper) -> None:
    name = keeper.create()
    keeper.call("update_secret", secret_name=name, description="later")
    assert keeper.call("describe_secret", secret_name=name)["Description"] == "later"
    custom = kms.UpdateSecretRequestExtendedConfig(custom_data={"a": "b"})
    assert keeper.refused("update_secret", secret_name=name, extended_config=custom) == INVALID
    assert keeper.refused("update_secret", secret_name=name) == MISSING
    assert keeper.refused("update_secret", secret_name=name, description="d" * 8_193) == INVALID
    keeper.create("acs/ecs/custom", LOGIN, secret_type="ECS", extended_config=ECS)
    keeper.call("update_secret", secret_name="acs/ecs/custom", extended_config=custom)
    shown = keeper.call("describe_secret", secret_name="acs/ecs/custom")
    assert json.loads(shown["ExtendedConfig"])["CustomData"] == {"a": "b"}
    keeper.classic(
        UpdateSecretRequest, SecretName="acs/ecs/custom", ExtendedConfigCustomData='{"c":"d"}'
    )
    shown = keeper.call("describe_secret", secret_name="acs/ecs/custom")
    assert json.loads(shown["ExtendedConfig"])["CustomData"] == {"c": "d"}
    many = {str(number): "" for number in range(11)}
    custom = kms.UpdateSecretRequestExtendedConfig(custom_data=many)
    given = {"secret_name": "acs/ecs/custom", "extended_config": custom}
    assert keeper.refused("update_secret", **given) == INVALID


def test_a_deleted_secret_waits_and_can_be_restored(keeper: Keeper) -> None:
    name = keeper.create(data="kept")
    assert keeper.value(name) == "kept"
    assert keeper.refused("restore_secret", secret_name=name) == IN_USE
    for days in ("6", "31"):
        given = {"secret_name": name, "recovery_window_in_days": days}
        assert keeper.refused("delete_secret", **given) == INVALID
    both = {"recovery_window_in_days": "7", "force_delete_without_recovery": "true"}
    assert keeper.refused("delete_secret", secret_name=name, **both) == INVALID
    planned = keeper.call("delete_secret", secret_name=name)["PlannedDeleteTime"]
    assert planned == utc("2026-03-02 10:00:00")
    assert keeper.call("describe_secret", secret_name=name)["PlannedDeleteTime"] == planned
    assert name in keeper.names()
    assert keeper.refused("get_secret_value", secret_name=name) == UNKNOWN
    write = {"secret_name": name, "version_id": "v2", "secret_data": "x"}
    assert keeper.refused("put_secret_value", **write) == UNKNOWN
    assert keeper.creation_refused(name) == DELETING
    assert keeper.refused("delete_secret", secret_name=name) == DELETING
    assert keeper.refused("update_secret", secret_name=name, description="x") == DELETING
    stage = {"secret_name": name, "version_stage": "x", "move_to_version": "v1"}
    assert keeper.refused("update_secret_version_stage", **stage) == DELETING
    keeper.call("restore_secret", secret_name=name)
    assert keeper.value(name) == "kept"
    assert "PlannedDeleteTime" not in keeper.call("describe_secret", secret_name=name)


def test_a_secret_deleted_at_once_frees_its_name(keeper: Keeper) -> None:
    name = keeper.create(data="old", tags='[{"TagKey":"a","TagValue":"b"}]')
    answer = keeper.call("delete_secret", secret_name=name, force_delete_without_recovery="true")
    assert answer["PlannedDeleteTime"] == utc("2026-01-31 10:00:00")
    assert keeper.refused("restore_secret", secret_name=name) == UNKNOWN
    keeper.create(name, "new")
    assert keeper.value(name) == "new"
    assert keeper.call("describe_secret", secret_name=name, fetch_tags="true")["Tags"]["Tag"] == []


def test_a_secret_is_as_usable_as_the_key_that_protects_it(keeper: Keeper) -> None:
    key = key_of(keeper)
    name = keeper.create(data="sealed", encryption_key_id=key)
    assert keeper.call("describe_secret", secret_name=name)["EncryptionKeyId"] == key
    assert keeper.value(name) == "sealed"
    keeper.put(name, "v2", "again")
    keeper.call("disable_key", key_id=key)
    disabled = (409, "Rejected.Disabled")
    assert keeper.refused("get_secret_value", secret_name=name) == disabled
    write = {"secret_name": name, "version_id": "v3", "secret_data": "x"}
    assert keeper.refused("put_secret_value", **write) == disabled
    assert keeper.creation_refused(encryption_key_id=key) == disabled
    keeper.call("enable_key", key_id=key)
    assert keeper.value(name) == "again"
    keeper.call("create_key_version", key_id=key)
    keeper.put(name, "v3", "under the new version")
    assert keeper.value(name, version_id="v1") == "sealed"
    assert keeper.value(name) == "under the new version"
    keeper.call("schedule_key_deletion", key_id=key, pending_window_in_days=7)
    assert keeper.refused("get_secret_value", secret_name=name) == (409, "Rejected.PendingDeletion")


def test_only_a_symmetric_key_of_the_same_instance_protects(keeper: Keeper) -> None:
    other = keeper_of(keeper.customer)
    assert keeper.creation_refused(encryption_key_id=key_of(other)) == INVALID
    assert keeper.creation_refused(encryption_key_id=key_of(keeper, "EC_P256")) == INVALID
    assert keeper.creation_refused(encryption_key_id="alias/acs/kms") == INVALID
    unknown = (404, "Forbidden.KeyNotFound")
    assert keeper.creation_refused(encryption_key_id="key-hzz0") == unknown


def test_many_values_are_read_at_once_and_errors_come_by_entry(keeper: Keeper) -> None:
    names = [keeper.create(data=f"value {number}") for number in range(3)]
    key = key_of(keeper)
    stuck = keeper.create(encryption_key_id=key)
    keeper.call("disable_key", key_id=key)
    entry = kms.BatchGetSecretValueRequestSecretsList
    wanted = [entry(secret_name=name) for name in names]
    wanted += [entry(secret_name="nothing"), entry(secret_name=stuck)]
    wanted += [entry(secret_name=names[0], version_id="v1", fetch_extended_config=True)]
    answer = keeper.call("batch_get_secret_value", secrets_list=wanted)
    found = [(one["SecretName"], one["SecretData"]) for one in answer["SecretValues"]]
    assert found == [
        *((name, f"value {number}") for number, name in enumerate(names)),
        (names[0], "value 0"),
    ]
    assert {one["RequestId"] for one in answer["SecretValues"]} == {answer["RequestId"]}
    errors = [(one["SecretName"], one["HttpStatus"], one["Code"]) for one in answer["Errors"]]
    assert errors == [("nothing", *UNKNOWN), (stuck, 409, "Rejected.Disabled")]
    many = [entry(secret_name=names[0])] * 20
    assert len(keeper.call("batch_get_secret_value", secrets_list=many)["SecretValues"]) == 20
    many.append(many[0])
    assert keeper.refused("batch_get_secret_value", secrets_list=many) == INVALID
    assert keeper.refused("batch_get_secret_value", secrets_list=[]) == INVALID
    assert keeper.refused("batch_get_secret_value") == MISSING


def test_a_dry_run_reads_nothing(keeper: Keeper) -> None:
    name = keeper.create()
    would = (400, "DryRunOperationError")
    assert keeper.refused("get_secret_value", secret_name=name, dry_run="true") == would
    wrong = keeper.refused("get_secret_value", secret_name="nothing", dry_run="true")
    assert wrong == (400, "ValidationError")
    enclave = (400, "UnsupportedOperation")
    assert keeper.refused("get_secret_value", secret_name=name, recipient="x") == enclave


def test_tags_are_put_on_secrets_by_both_families(keeper: Keeper) -> None:
    name = keeper.create()
    keeper.call("tag_resource", secret_name=name, tags='[{"TagKey":"a","TagValue":"1"}]')
    keeper.call(
        "tag_resources",
        region_id="cn-hangzhou",
        resource_type="secret",
        resource_id=[name],
        tag=[kms.TagResourcesRequestTag(key="b", value="2")],
    )
    shown = keeper.call("describe_secret", secret_name=name, fetch_tags="true")["Tags"]["Tag"]
    assert shown == [{"TagKey": "a", "TagValue": "1"}, {"TagKey": "b", "TagValue": "2"}]
    where = {"region_id": "cn-hangzhou", "resource_type": "secret"}
    by_name = keeper.call("list_tag_resources", **where, resource_id=[name])
    by_tag = keeper.call(
        "list_tag_resources", **where, tag=[kms.ListTagResourcesRequestTag(key="b", value="2")]
    )
    assert by_name["TagResources"]["TagResource"] == by_tag["TagResources"]["TagResource"]
    assert {one["ResourceId"] for one in by_tag["TagResources"]["TagResource"]} == {name}
    keeper.call("untag_resource", secret_name=name, tag_keys='["a","b"]')
    missing = {"secret_name": "nothing", "tags": '[{"TagKey":"a","TagValue":"1"}]'}
    assert keeper.refused("tag_resource", **missing) == UNKNOWN
    unknown = keeper.refused("list_tag_resources", **where, resource_id=["nothing"])
    assert unknown == (404, "InvalidResourceId.NotFound")


def test_random_passwords_are_what_was_asked_for(keeper: Keeper) -> None:
    def password(**given: str) -> str:
        return str(keeper.call("get_random_password", **given)["RandomPassword"])

    assert len(password()) == 32
    assert len({password() for _ in range(5)}) == 5
    assert password(password_length="8", exclude_punctuation="true").isalnum()
    digits = {"exclude_lowercase": "true", "exclude_uppercase": "true"}
    assert password(password_length="128", **digits, exclude_punctuation="true").isdigit()
    assert "a" not in password(password_length="128", exclude_characters="abc")
    assert keeper.refused("get_random_password", password_length="7") == INVALID
    assert keeper.refused("get_random_password", password_length="129") == INVALID
    nothing = {**digits, "exclude_punctuation": "true", "exclude_numbers": "true"}
    assert keeper.refused("get_random_password", **nothing) == INVALID
    assert keeper.refused("get_random_password", exclude_characters="0123456789") == INVALID
    loose = {"require_each_included_type": "false", "exclude_characters": "0123456789"}
    assert not any(one.isdigit() for one in password(**loose))
