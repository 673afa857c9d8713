"""Users, roles and key policies through the official SDKs. Source: facts/kms.md 4.6 and 6.4."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_bssopenapi20171214 import models as bss
from alibabacloud_kms20160120 import models as kms
from alibabacloud_tea_openapi import models as openapi
from alibabacloud_tea_openapi.client import Client as OpenApiClient
from alibabacloud_tea_util.models import RuntimeOptions

from doors import people
from doors.house import CLOCK, Tables, customer, freeze, opened, signer_of
from doors.people import allow, deny, shared, text
from doors.signed import STS, Signer
from keylease.access.ram.model import TargetKind
from keylease.app import ram
from product import Customer, serving
from scenarios.town import refused

NO_PERMISSION = (403, "Forbidden.NoPermission")
NOT_FOUND = (404, "Forbidden.KeyNotFound")


@dataclass
class Town:
    """Ada with a key in an instance that can be shared with one account, and Bob."""

    tables: Tables
    ada: Customer
    bob: Customer
    instance: str
    key: str

    @property
    def key_arn(self) -> str:
        return f"acs:kms:cn-hangzhou:{self.ada.account_id}:key/{self.key}"

    def key_policy(self, *statements: people.Statement, key: str = "") -> None:
        request = kms.SetKeyPolicyRequest(key_id=key or self.key, policy=text(*statements))
        self.ada.kms.set_key_policy(request)
        self.tables.wait_for_changes()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    data: Path = tmp_path_factory.mktemp("access") / "data"
    with serving(data, "--clock", CLOCK) as product:
        freeze(product)
        ada, bob = customer(product, "ada", "9000.00"), customer(product, "bob", "100.00")
        instance = ada.buy(1, VpcNum="2")["InstanceId"]
        ada.enable(instance)
        yield Town(Tables(product), ada, bob, instance, ada.create_key(instance))


@pytest.fixture
def town(served: Town) -> Iterator[Town]:
    yield served
    served.key_policy(shared(served.ada.account_id, "*", "kms:*"))


def sdk(someone: Customer, signer: Signer) -> Customer:
    """The official clients of whom this signer signs for."""
    made = {
        "account_id": someone.account_id,
        "access_key_id": signer.access_key_id,
        "access_key_secret": signer.secret,
        "security_token": signer.token,
    }
    return Customer(someone.product, someone.name, made)


def sts(someone: Customer, action: str, **query: str) -> dict[str, Any]:
    """An STS call through the official SDK."""
    params = openapi.Params(
        action=action,
        version=STS,
        protocol="HTTP",
        method="POST",
        auth_type="AK",
        style="RPC",
        pathname="/",
        req_body_type="formData",
        body_type="json",
    )
    client = OpenApiClient(someone._config())
    request = openapi.OpenApiRequest(query=query)
    body: dict[str, Any] = client.call_api(params, request, RuntimeOptions())["body"]
    return body


def assumed(someone: Customer, role: str, **more: str) -> Customer:
    """Who is this role now."""
    given = {"RoleArn": role, "RoleSessionName": "night-shift", **more}
    found = sts(someone, "AssumeRole", **given)["Credentials"]
    made = {
        "account_id": role.split(":")[3],
        "access_key_id": found["AccessKeyId"],
        "access_key_secret": found["AccessKeySecret"],
        "security_token": found["SecurityToken"],
    }
    return Customer(someone.product, someone.name, made)


def test_a_user_may_do_what_its_policies_allow_and_nothing_else(town: Town) -> None:
    ann = sdk(town.ada, people.user(town.ada, "ann", allow("kms:Encrypt", on=town.key_arn)))
    blob = ann.encrypt(town.key, "hello")
    assert town.ada.decrypt(blob) == "hello"
    assert refused(ann.decrypt, blob) == NO_PERMISSION
    assert refused(ann.create_key, town.instance) == NO_PERMISSION
    assert refused(ann.buy) == NO_PERMISSION
    other = town.ada.create_key(town.instance)
    assert refused(ann.encrypt, other, "hello") == NO_PERMISSION


def test_what_is_attached_and_detached_counts_at_once(town: Town) -> None:
    ben = sdk(town.ada, people.user(town.ada, "ben"))
    assert refused(ben.encrypt, town.key, "x") == NO_PERMISSION
    people.attach(town.ada, TargetKind.USER, "ben", "AliyunKMSCryptoUserAccess")
    assert ben.encrypt(town.key, "x")
    people.detach(town.ada, TargetKind.USER, "ben", "AliyunKMSCryptoUserAccess")
    town.tables.wait_for_changes()
    assert refused(ben.encrypt, town.key, "x") == NO_PERMISSION


def test_a_deny_wins_and_a_new_text_counts_at_once(town: Town) -> None:
    eve = sdk(town.ada, people.user(town.ada, "eve", allow("kms:*"), deny("kms:Decrypt")))
    blob = eve.encrypt(town.key, "x")
    assert refused(eve.decrypt, blob) == NO_PERMISSION
    people.rewrite(town.ada, "of-eve", allow("kms:*"))
    assert eve.decrypt(blob) == "x"


def test_a_condition_looks_at_the_address_the_time_and_the_tags(town: Town) -> None:
    here, there = {"acs:SourceIp": ["127.0.0.0/8"]}, {"acs:SourceIp": ["10.0.0.0/8"]}
    before = {"acs:CurrentTime": "2026-01-31T10:00:01+08:00"}
    after = {"acs:CurrentTime": "2026-01-31T10:00:00+08:00"}
    tagged = {"kms:tag/team": "red"}
    town.ada.kms.tag_resource(
        kms.TagResourceRequest(key_id=town.key, tags='[{"TagKey":"team","TagValue":"red"}]')
    )
    cases = (
        ("near", {"IpAddress": here}, True),
        ("far", {"IpAddress": there}, False),
        ("early", {"DateLessThan": before}, True),
        ("late", {"DateLessThan": after}, False),
        ("red", {"StringEquals": tagged}, True),
        ("blue", {"StringNotEquals": tagged}, False),
        ("plain", {"Bool": {"acs:SecureTransport": "false"}}, True),
    )
    for name, condition, may in cases:
        one = sdk(town.ada, people.user(town.ada, name, allow("kms:*", **condition)))
        request = kms.DescribeKeyRequest(key_id=town.key)
        if may:
            assert one.encrypt(town.key, "x"), name
            assert one.kms.describe_key(request).status_code == 200
        else:
            assert refused(one.encrypt, town.key, "x") == NO_PERMISSION, name
            assert refused(one.kms.describe_key, request) == NO_PERMISSION, name


def test_billing_is_for_the_account_and_for_whom_a_policy_allows_it(town: Town) -> None:
    clerk = sdk(town.ada, people.user(town.ada, "clerk", allow("bss:QueryAvailableInstances")))
    assert (
        clerk.bss.query_available_instances(bss.QueryAvailableInstancesRequest()).body.to_map()[
            "Code"
        ]
        == "Success"
    )
    assert refused(clerk.buy) == NO_PERMISSION


def test_a_disabled_access_key_signs_nothing(town: Town) -> None:
    signer = people.user(town.ada, "dan", allow("kms:*"))
    dan = sdk(town.ada, signer)
    assert dan.encrypt(town.key, "x")
    with opened(town.ada.product) as deployment:
        ram.set_access_key(deployment, "ada", signer.access_key_id, active=False)
    town.tables.wait_for_changes()
    assert refused(dan.encrypt, town.key, "x")[1] == "InvalidAccessKeyId.Inactive"
    with opened(town.ada.product) as deployment:
        ram.delete_access_key(deployment, "ada", signer.access_key_id)
    town.tables.wait_for_changes()
    assert refused(dan.encrypt, town.key, "x")[1] == "InvalidAccessKeyId.NotFound"


def test_a_key_policy_can_let_in_and_shut_out_users_of_its_own_account(town: Town) -> None:
    fay = sdk(town.ada, people.user(town.ada, "fay"))
    gil = sdk(town.ada, people.user(town.ada, "gil", allow("kms:*")))
    ada = town.ada.account_id
    town.key_policy(
        shared(ada, "*", "kms:*"),
        shared(ada, "user/fay", "kms:Encrypt"),
        shared(ada, "user/gil", "kms:*") | {"Effect": "Deny"},
    )
    assert fay.encrypt(town.key, "x")
    assert refused(gil.encrypt, town.key, "x") == NO_PERMISSION
    assert town.ada.encrypt(town.key, "x")
    town.key_policy(shared(ada, "root", "kms:*") | {"Effect": "Deny"})
    assert refused(town.ada.encrypt, town.key, "x") == NO_PERMISSION
    town.key_policy(shared(ada, "*", "kms:*"))
    assert town.ada.encrypt(town.key, "x")


def test_another_account_uses_a_key_when_both_sides_allow(town: Town) -> None:
    hal = sdk(town.bob, people.user(town.bob, "hal"))
    assert refused(town.bob.encrypt, town.key_arn, "x") == NOT_FOUND
    town.key_policy(
        shared(town.ada.account_id, "*", "kms:*"),
        shared(town.bob.account_id, "root", "kms:Encrypt", "kms:Decrypt", "kms:Describe*"),
    )
    blob = town.bob.encrypt(town.key_arn, "from bob")
    assert town.bob.decrypt(blob) == "from bob"
    assert town.ada.decrypt(blob) == "from bob"
    described = town.bob.kms.describe_key(kms.DescribeKeyRequest(key_id=town.key_arn))
    assert described.body.key_metadata.arn == town.key_arn
    assert refused(town.bob.encrypt, town.key, "x") == NOT_FOUND  # by its resource name only
    versions = kms.ListKeyVersionsRequest(key_id=town.key_arn)
    assert refused(town.bob.kms.list_key_versions, versions) == NO_PERMISSION
    disable = kms.DisableKeyRequest(key_id=town.key_arn)
    assert refused(town.bob.kms.disable_key, disable) == NOT_FOUND
    assert refused(hal.encrypt, town.key_arn, "x") == NO_PERMISSION
    people.attach(town.bob, TargetKind.USER, "hal", "AliyunKMSCryptoUserAccess")
    assert hal.decrypt(hal.encrypt(town.key_arn, "from hal")) == "from hal"
    town.key_policy(shared(town.ada.account_id, "*", "kms:*"))
    for someone in (town.bob, hal):
        assert refused(someone.encrypt, town.key_arn, "x") == NOT_FOUND
        assert refused(someone.decrypt, blob) == NOT_FOUND


def test_sharing_takes_access_units_and_gives_them_back(town: Town) -> None:
    def used() -> tuple[int, int]:
        request = kms.GetKmsInstanceQuotaInfosRequest(
            kms_instance_id=town.instance, resource_type="vpc"
        )
        body = town.ada.kms.get_kms_instance_quota_infos(request).body.to_map()
        (row,) = body["KmsInstanceQuotaInfos"]
        return row["ResourceQuota"], row["UsedQuantity"]

    other = town.ada.create_key(town.instance)
    bob, carl = town.bob.account_id, "1234567890123456"
    assert used() == (2, 1)
    town.key_policy(shared(bob, "root", "kms:Encrypt"))
    town.key_policy(shared(bob, "user/x", "kms:Encrypt"), key=other)
    assert used() == (2, 2)  # the same account twice is one
    too_much = kms.SetKeyPolicyRequest(
        key_id=town.key,
        policy=text(shared(bob, "root", "kms:Encrypt"), shared(carl, "root", "kms:Encrypt")),
    )
    exceeded = (400, "Rejected.ShareQuotaExceedLimit")
    assert refused(town.ada.kms.set_key_policy, too_much) == exceeded
    network = '[{"VpcId":"vpc-2","VSwitchId":"vsw-2","RegionId":"cn-hangzhou"}]'
    bind = kms.UpdateKmsInstanceBindVpcRequest(kms_instance_id=town.instance, bind_vpcs=network)
    assert refused(town.ada.kms.update_kms_instance_bind_vpc, bind) == exceeded
    create = kms.CreateKeyRequest(
        dkmsinstance_id=town.instance, policy=text(shared(carl, "root", "kms:Encrypt"))
    )
    assert refused(town.ada.kms.create_key, create) == exceeded
    town.key_policy(shared(town.ada.account_id, "*", "kms:*"))
    town.key_policy(shared(town.ada.account_id, "*", "kms:*"), key=other)
    assert used() == (2, 1)


def test_policies_are_answered_as_they_were_written(town: Town) -> None:
    key = town.ada.create_key(town.instance)
    get = kms.GetKeyPolicyRequest(key_id=key)
    default = town.ada.kms.get_key_policy(get).body.policy
    assert f"acs:ram::{town.ada.account_id}:*" in default
    assert "kms:*" in default
    written = text(shared(town.ada.account_id, "*", "kms:*"), deny("kms:DisableKey"))
    wrong = kms.SetKeyPolicyRequest(key_id=key, policy=written)
    assert refused(town.ada.kms.set_key_policy, wrong) == (400, "InvalidParameter")
    right = text(shared(town.ada.account_id, "*", "kms:*"))
    town.ada.kms.set_key_policy(kms.SetKeyPolicyRequest(key_id=key, policy=right))
    assert town.ada.kms.get_key_policy(get).body.policy == right
    for name in ("other", "Default"):
        named = kms.GetKeyPolicyRequest(key_id=key, policy_name=name)
        assert refused(town.ada.kms.get_key_policy, named) == (400, "InvalidParameter")


def test_default_keys_have_no_policy(town: Town) -> None:
    unsupported = (400, "Forbidden.KeyPolicyUnSupported")
    get = kms.GetKeyPolicyRequest(key_id="alias/acs/kms")
    assert refused(town.ada.kms.get_key_policy, get) == unsupported
    policy = text(shared(town.ada.account_id, "*", "kms:*"))
    set_it = kms.SetKeyPolicyRequest(key_id="alias/acs/kms", policy=policy)
    assert refused(town.ada.kms.set_key_policy, set_it) == unsupported


def test_everybody_can_ask_who_he_is(town: Town) -> None:
    account = town.ada.account_id
    ida = sdk(town.ada, people.user(town.ada, "ida"))
    trusted = shared(account, "root", "sts:AssumeRole")
    role = people.role(town.ada, "watcher", trusted)
    session = assumed(town.ada, role)
    found = {
        one["IdentityType"]: one["Arn"]
        for one in (sts(who, "GetCallerIdentity") for who in (town.ada, ida, session))
    }
    assert found == {
        "Account": f"acs:ram::{account}:root",
        "RAMUser": f"acs:ram::{account}:user/ida",
        "AssumedRoleUser": f"acs:ram::{account}:assumed-role/watcher/night-shift",
    }


def test_a_role_is_assumed_by_whom_it_trusts_and_whose_own_policy_allows_it(town: Town) -> None:
    account = town.ada.account_id
    trusted = shared(account, "root", "sts:AssumeRole")
    role = people.role(town.ada, "operator", trusted, allow("kms:Encrypt", "kms:Decrypt"))
    jan = sdk(town.ada, people.user(town.ada, "jan"))
    forbidden = (403, "NoPermission")
    assert refused(assumed, jan, role) == forbidden
    people.give(town.ada, TargetKind.USER, "jan", "may-be", allow("sts:AssumeRole", on=role))
    session = assumed(jan, role)
    blob = session.encrypt(town.key, "x")
    assert refused(jan.encrypt, town.key, "x") == NO_PERMISSION
    narrow = assumed(jan, role, Policy=text(allow("kms:Decrypt")))
    assert narrow.decrypt(blob) == "x"
    assert refused(narrow.encrypt, town.key, "x") == NO_PERMISSION
    assert refused(assumed, jan, role.replace("operator", "nobody")) == (
        404,
        "EntityNotExist.Role",
    )
    assert refused(assumed, town.bob, role) == forbidden
    assert refused(assumed, town.bob, role.replace("operator", "nobody")) == forbidden
    people.detach(town.ada, TargetKind.ROLE, "operator", "of-role-operator")
    town.tables.wait_for_changes()
    assert refused(session.encrypt, town.key, "x") == NO_PERMISSION


def test_a_role_of_another_account_can_be_assumed(town: Town) -> None:
    trusted = shared(town.bob.account_id, "user/kim", "sts:AssumeRole")
    role = people.role(town.ada, "for-kim", trusted, allow("kms:Encrypt"))
    kim = sdk(town.bob, people.user(town.bob, "kim", allow("sts:AssumeRole")))
    session = assumed(kim, role)
    assert session.encrypt(town.key, "x")
    assert refused(assumed, town.bob, role) == (403, "NoPermission")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"DurationSeconds": "899"}, "InvalidParameter.DurationSeconds"),
        ({"DurationSeconds": "3601"}, "InvalidParameter.DurationSeconds"),
        ({"RoleSessionName": "a"}, "InvalidParameter.RoleSessionName"),
        ({"RoleSessionName": "a b"}, "InvalidParameter.RoleSessionName"),
        ({"Policy": "{}"}, "InvalidParameter.PolicyGrammar"),
        ({"Policy": " " * 2049}, "InvalidParameter.PolicySize"),
        ({"RoleArn": "acs:ram::1:role/x"}, "InvalidParameter.RoleArn"),
    ],
)
def test_a_session_that_cannot_be_is_refused(
    town: Town, changed: dict[str, str], code: str
) -> None:
    trusted = shared(town.ada.account_id, "root", "sts:AssumeRole")
    name = f"bounds-{abs(hash((*changed.items(), code)))}"
    role = people.role(town.ada, name, trusted)
    given = {"RoleArn": role, "RoleSessionName": "fine"} | changed
    assert refused(lambda: sts(town.ada, "AssumeRole", **given)) == (400, code)
    assert sts(town.ada, "AssumeRole", RoleArn=role, RoleSessionName="fine", DurationSeconds="900")


def test_temporary_credentials_need_their_token(town: Town) -> None:
    trusted = shared(town.ada.account_id, "root", "sts:AssumeRole")
    role = people.role(town.ada, "with-token", trusted, allow("kms:*"))
    session = assumed(town.ada, role)
    other = assumed(town.ada, role)
    assert session.encrypt(town.key, "x")
    made = session.made
    for token, code in (
        ("", "MissingSecurityToken"),
        (other.made["security_token"], "InvalidSecurityToken.MismatchWithAccessKey"),
        (made["security_token"][:-1], "InvalidSecurityToken.MismatchWithAccessKey"),
    ):
        wrong = Signer(
            town.ada.product.host_port, made["access_key_id"], made["access_key_secret"], token
        )
        for algorithm in ("ACS3-HMAC-SHA256", "HMAC-SHA1"):
            sent = {"KeyId": town.key, "Plaintext": "x"}
            answer = wrong.call("Encrypt", sent, algorithm=algorithm)
            assert answer.refusal == (400, code)
    mine = signer_of(town.ada)
    with_token = Signer(mine.host_port, mine.access_key_id, mine.secret, "CAISx")
    assert with_token.call("ListKeys").code == "InvalidSecurityToken.MismatchWithAccessKey"
