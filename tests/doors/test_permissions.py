"""Who was given nothing can do nothing, find out nothing and change nothing: every operation.

One bag of parameters names everything of Ada that any operation can be about; each operation takes
from it what it knows. rules.md 2 (order of checks), facts/kms.md 4.6 and 6.4.
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from doors import people
from doors.house import CLOCK, Tables, customer, freeze, opened, service_of, signer_of
from doors.people import allow, shared
from doors.signed import KMS, STS, Answer, Signer, done
from keylease.access.ram.model import TargetKind
from keylease.api.rpc.call import Mode
from keylease.api.rpc.operations import OPERATIONS
from keylease.api.rpc.subjects import SUBJECTS
from keylease.app import data_keys
from product import serving

NO_PERMISSION = (403, "Forbidden.NoPermission")

#: What anybody may ask.
OPEN = {(KMS, "DescribeRegions"), (STS, "GetCallerIdentity")}

#: Refusals that hide from another account whether something exists.
NOT_THERE = {
    "Forbidden.KeyNotFound",
    "Forbidden.AliasNotFound",
    "Forbidden.DKMSInstanceNotFound",
    "Forbidden.ResourceNotFound",
    "InvalidResourceId.NotFound",
    "ResourceNotExists",
    "EntityNotExist.Role",
    "NoPermission",
}

#: What the policy AliyunKMSReadOnlyAccess is documented to allow.
READABLE = (
    "List*",
    "Describe*",
    "GetPublicKey",
    "GetKmsInstance",
    "GetKmsInstanceQuotaInfos",
    "GetDefaultKmsInstance",
    "GetKeyPolicy",
    "GetSecretPolicy",
)

#: Parameters whose values nothing of anybody else has.
IDS = ("KeyId", "KeyVersionId", "InstanceId", "OrderId", "ClientKeyId")

LABEL = "what-ada-calls-it"


@dataclass
class Town:
    """Ada's things, and who tries them."""

    tables: Tables
    ada: Signer
    account: str
    bag: dict[str, str]
    nobody: Signer
    reader: Signer
    everything: Signer
    stranger: Signer
    friend: Signer

    def rows_of_ada(self) -> dict[str, list[tuple[Any, ...]]]:
        """The rows that name her or her things."""
        names = {self.account, *(self.bag[one] for one in IDS)}
        return {
            table: [row for row in rows if names & {cell for cell in row if isinstance(cell, str)}]
            for table, rows in self.tables.rows().items()
        }


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    data: Path = tmp_path_factory.mktemp("permissions") / "data"
    with serving(data, "--clock", CLOCK) as product:
        freeze(product)
        ada, bob = customer(product, "ada", "3000.00"), customer(product, "bob", "0.01")
        signer = signer_of(ada)
        service_of(ada).call("Encrypt", {"KeyId": "alias/acs/kms", "Plaintext": "x"})
        bag = bag_of(signer, ada.buy(1, token="first", VpcNum="2"), ada.enable)
        trusted = shared(ada.account_id, "root", "sts:AssumeRole")
        with opened(product) as deployment:
            data_keys.create(deployment, "ada", None, bag["DataKeyName"], bag["KeyId"])
        bag["RoleArn"] = people.role(ada, "keeper", trusted, allow("*"))
        reader = people.user(ada, "reader")
        people.attach(ada, TargetKind.USER, "reader", "AliyunKMSReadOnlyAccess")
        yield Town(
            Tables(product),
            signer,
            ada.account_id,
            bag,
            people.user(ada, "nobody"),
            reader,
            people.user(ada, "everything", allow("*")),
            signer_of(bob),
            people.user(bob, "friend", allow("*")),
        )


def bag_of(ada: Signer, bought: dict[str, str], enable: Any) -> dict[str, str]:
    """Names of Ada's things under every parameter that takes one, and values for the others."""
    instance = bought["InstanceId"]
    enable(instance)
    tags = json.dumps([{"TagKey": "team", "TagValue": LABEL}])
    wanted = {"DKMSInstanceId": instance, "Description": LABEL, "Tags": tags}
    key = done(ada.call("CreateKey", wanted)).json["KeyMetadata"]["KeyId"]
    done(ada.call("CreateAlias", {"KeyId": key, "AliasName": "alias/of-ada"}))
    sealed = done(ada.call("Encrypt", {"KeyId": key, "Plaintext": LABEL})).json
    secret = {"DKMSInstanceId": instance, "SecretName": "of-ada", "EncryptionKeyId": key}
    done(ada.call("CreateSecret", secret | {"VersionId": "v1", "SecretData": LABEL}))
    rule = {"Name": "of-ada", "Type": "Private", "SourcePrivateIp": '["10.0.0.0/8"]'}
    done(ada.call("CreateNetworkRule", rule))
    permissions = {
        "KmsInstance": instance,
        "Permissions": '["RbacPermission/Template/CryptoServiceKeyUser"]',
        "Resources": '["key/*"]',
        "AccessControlRules": '{"NetworkRules":["of-ada"]}',
    }
    done(ada.call("CreatePolicy", {"Name": "of-ada", **permissions}))
    point = {"Name": "of-ada", "Policies": '["of-ada"]', "AuthenticationMethod": "ClientKey"}
    done(ada.call("CreateApplicationAccessPoint", point))
    made = done(ada.call("CreateClientKey", {"AapName": "of-ada", "Password": "Secret-12345"}))
    return {
        **permissions,
        **point,
        "AapName": "of-ada",
        "ClientKeyId": made.json["ClientKeyId"],
        "Password": "Secret-12345",
        **rule,
        "KeyId": key,
        "DestinationKeyId": key,
        "AliasName": "alias/of-ada",
        "SecretName": "of-ada",
        "SecretsList": '[{"SecretName":"of-ada"}]',
        "SecretData": "other",
        "VersionId": "v2",
        "VersionStage": "ACSCurrent",
        "MoveToVersion": "v1",
        "EncryptionKeyId": key,
        "DataKeyName": "data-key-of-ada",
        "KeyVersionId": sealed["KeyVersionId"],
        "CiphertextBlob": sealed["CiphertextBlob"],
        "DKMSInstanceId": instance,
        "KmsInstanceId": instance,
        "InstanceId": instance,
        "InstanceIDs": instance,
        "OrderId": bought["OrderId"],
        "ResourceType": "key",
        "ResourceId.1": key,
        "Tag.1.Key": "k",
        "Tag.1.Value": "v",
        "TagKey.1": "team",
        "Tags": '[{"TagKey":"k","TagValue":"v"}]',
        "TagKeys": '["team"]',
        "Plaintext": "aGVsbG8=",
        "Message": "aGVsbG8=",
        "Mac": "aGVsbG8=",
        "Digest": "aGVsbG8=",
        "Value": "aGVsbG8=",
        "Algorithm": "RSA_PKCS1_SHA_256",
        "PublicKeyBlob": "aGVsbG8=",
        "WrappingKeySpec": "RSA_2048",
        "WrappingAlgorithm": "RSAES_OAEP_SHA_256",
        "EncryptedKeyMaterial": "aGVsbG8=",
        "ImportToken": "aGVsbG8=",
        "KeyMaterialExpireUnix": "0",
        "PendingWindowInDays": "7",
        "Description": "mine",
        "EnableDeletionProtection": "true",
        "EnableAutomaticRotation": "true",
        "RotationInterval": "7d",
        "Policy": people.text(shared("1234567890123456", "root", "kms:*")),
        "KMProvider": "Aliyun",
        "VpcId": "vpc-1",
        "VSwitchIds": "vsw-1",
        "ZoneIds": "cn-hangzhou-a",
        "InstanceName": "mine",
        "BindVpcs": "[]",
        "ProductCode": "kms",
        "ProductType": "kms_ddi_public_intl",
        "SubscriptionType": "Subscription",
        "Period": "1",
        "RenewPeriod": "1",
        "ModifyType": "Upgrade",
        "RenewalStatus": "AutoRenewal",
        "RenewalPeriod": "1",
        "BillingCycle": "2026-01",
        "RoleSessionName": "session",
        "UnifyExpireDay": "12",
        "PageNum": "1",
        "PageSize": "10",
        "QueryTotalCount": "true",
        "CommodityCode": "kms_ddi_public_intl",
        "PriceEntityCode": "instance",
        "OrderType": "Renewal",
        "ModuleList.1.ModuleCode": "KeyNum",
        "ModuleList.1.Config": "KeyNum:2000",
        "Table": "kms",
        "DataType": "Day",
        "StartTime": "2026-01-01T00:00:00Z",
        "EndTime": "2026-02-01T00:00:00Z",
        "BillingDate": "2026-01-31",
        "SubscribeBucket": "bills",
        "SubscribeType": "BillingItemDetailForBillingPeriod",
        "Parameter.1.Code": "Region",
        "Parameter.1.Value": "cn-hangzhou",
        "Parameter.2.Code": "ProductVersion",
        "Parameter.2.Value": "3",
    }


def tried(caller: Signer, operation: tuple[str, str], bag: dict[str, str]) -> Answer:
    """What the caller is answered; of a batch what its one entry is."""
    version, action = operation
    left_out = {"AssumeRole": "Policy", "GetSecretValue": "VersionStage"}.get(action)
    sent = {name: value for name, value in bag.items() if name != left_out}
    answer = caller.call(action, None, version=version, form=sent)
    if action != "BatchGetSecretValue" or not answer.json.get("Errors"):
        return answer
    (entry,) = answer.json["Errors"]
    return Answer(entry["HttpStatus"], answer.headers, json.dumps(entry))


def every(*, without: Collection[tuple[str, str]] = ()) -> Any:
    return pytest.mark.parametrize(
        "operation", [one for one in OPERATIONS if one not in without], ids=lambda one: one[1]
    )


def test_every_operation_has_its_place_in_the_table() -> None:
    decided = {
        one.name
        for (version, _), one in OPERATIONS.items()
        if version == KMS and one.mode is not Mode.CRYPTO
    }
    assert decided == SUBJECTS.keys()


@every(without=OPEN)
def test_a_user_without_a_policy_is_refused(town: Town, operation: tuple[str, str]) -> None:
    before = town.tables.rows()
    answer = tried(town.nobody, operation, town.bag)
    own = "NoPermission" if operation[0] == STS else NO_PERMISSION[1]
    assert answer.refusal == (403, own), answer.text
    assert LABEL not in answer.text
    assert town.tables.rows() == before


@every(without=OPEN)
def test_a_user_with_a_policy_to_read_can_read(town: Town, operation: tuple[str, str]) -> None:
    version, action = operation
    may = version == KMS and any(fnmatchcase(action, one) for one in READABLE)
    before = town.tables.rows()
    answer = tried(town.reader, operation, town.bag)
    assert (answer.status != 403) is may, answer.text
    if not may:
        assert LABEL not in answer.text
    assert town.tables.rows() == before


def test_nothing_is_made_for_who_may_not_see_it(town: Town) -> None:
    """The key that all services share is made at the first look, if that is allowed."""
    before = town.tables.rows()
    for action in ("DescribeKey", "ListKeyVersions", "ListKeys"):
        answer = town.nobody.call(action, {"KeyId": "alias/acs/kms", "RegionId": "cn-beijing"})
        assert answer.refusal == NO_PERMISSION
    assert town.tables.rows() == before
    described = {"KeyId": "alias/acs/kms", "RegionId": "cn-beijing"}
    done(town.reader.call("DescribeKey", described))
    assert town.tables.rows() != before


@every()
def test_another_account_finds_nothing_of_it(town: Town, operation: tuple[str, str]) -> None:
    """Neither by what it is called, nor by resource names, nor with any policy of its own."""
    arn = f"acs:kms:cn-hangzhou:{town.account}:key/{town.bag['KeyId']}"
    secret = f"acs:kms:cn-hangzhou:{town.account}:secret/of-ada"
    by_arn = town.bag | {
        "KeyId": arn,
        "DestinationKeyId": arn,
        "EncryptionKeyId": arn,
        "ResourceId.1": arn,
        "SecretName": secret,
        "SecretsList": json.dumps([{"SecretName": secret}]),
    }
    before = town.rows_of_ada()
    for caller in (town.stranger, town.friend):
        for bag in (town.bag, by_arn):
            answer = tried(caller, operation, bag)
            assert answer.status < 500
            assert LABEL not in answer.text
            if answer.status == 403 and operation[0] == KMS:
                assert answer.code in NOT_THERE
    assert town.rows_of_ada() == before


def test_whoever_may_do_everything_is_never_refused_for_want_of_permission(town: Town) -> None:
    """So what the others were refused for was the permission alone. The last: it changes much."""
    last = ("RefundInstance", "ScheduleKeyDeletion", "DeleteAlias", "DisableKey", "SetKeyPolicy")
    wrong = {}
    for operation in sorted(OPERATIONS, key=lambda one: one[1] in last):
        answer = tried(town.everything, operation, town.bag)
        if answer.code in {"Forbidden.NoPermission", "MissingParameter"} | NOT_THERE:
            wrong[operation[1]] = answer.code
    assert wrong == {}
