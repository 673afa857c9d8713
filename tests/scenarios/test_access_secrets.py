"""Who may read and write secrets, through the official SDK. Source: facts/kms.md 6.2 and 6.4."""

from collections.abc import Iterator
from typing import Any

import pytest
from alibabacloud_kms20160120 import models as kms

from doors import people
from doors.people import allow, shared, text
from product import Customer
from scenarios.test_access import NO_PERMISSION, Town, assumed, sdk, served
from scenarios.town import refused

__all__ = ["served"]

UNKNOWN = (404, "Forbidden.ResourceNotFound")


@pytest.fixture
def town(served: Town) -> Iterator[Town]:
    yield served
    served.key_policy(shared(served.ada.account_id, "*", "kms:*"))


def keep(town: Town, name: str, key: str = "") -> str:
    """A new secret of Ada's, protected by a key or by the instance; its resource name."""
    request = kms.CreateSecretRequest(
        secret_name=name,
        secret_data="the value",
        version_id="v1",
        dkmsinstance_id=town.instance,
        encryption_key_id=key or None,
    )
    return str(town.ada.kms.create_secret(request).body.arn)


def read(who: Customer, name: str) -> str:
    request = kms.GetSecretValueRequest(secret_name=name)
    return str(who.kms.get_secret_value(request).body.secret_data)


def put(who: Customer, name: str, version: str) -> Any:
    request = kms.PutSecretValueRequest(
        secret_name=name, version_id=version, secret_data=f"value of {version}"
    )
    return who.kms.put_secret_value(request)


def set_policy(town: Town, name: str, *statements: people.Statement) -> None:
    request = kms.SetSecretPolicyRequest(secret_name=name, policy=text(*statements))
    town.ada.kms.set_secret_policy(request)
    town.tables.wait_for_changes()


def test_reading_takes_permission_for_the_secret_and_for_its_key(town: Town) -> None:
    keep(town, "under-a-key", town.key)
    keep(town, "under-the-instance")
    only = sdk(town.ada, people.user(town.ada, "s-only", allow("kms:GetSecretValue")))
    allowed = allow("kms:GetSecretValue", "kms:Decrypt")
    both = sdk(town.ada, people.user(town.ada, "s-both", allowed))
    assert read(only, "under-the-instance") == "the value"
    assert refused(read, only, "under-a-key") == NO_PERMISSION
    assert read(both, "under-a-key") == "the value"
    assert refused(put, both, "under-a-key", "v2") == NO_PERMISSION


def test_a_session_of_a_role_needs_no_permission_for_the_key(town: Town) -> None:
    keep(town, "for-sessions", town.key)
    trusted = shared(town.ada.account_id, "root", "sts:AssumeRole")
    session = assumed(
        town.ada, people.role(town.ada, "reads", trusted, allow("kms:GetSecretValue"))
    )
    assert read(session, "for-sessions") == "the value"


def test_writing_takes_permission_to_make_a_data_key(town: Town) -> None:
    keep(town, "to-write", town.key)
    half = sdk(town.ada, people.user(town.ada, "w-half", allow("kms:PutSecretValue")))
    whole = sdk(
        town.ada,
        people.user(town.ada, "w-whole", allow("kms:PutSecretValue", "kms:GenerateDataKey")),
    )
    assert refused(put, half, "to-write", "v2") == NO_PERMISSION
    assert put(whole, "to-write", "v2").body.version_id == "v2"
    assert read(town.ada, "to-write") == "value of v2"


def test_another_account_reads_a_secret_when_both_sides_allow(town: Town) -> None:
    arn = keep(town, "shared", town.key)
    bob = town.bob.account_id
    assert refused(read, town.bob, arn) == UNKNOWN
    mine = shared(town.ada.account_id, "*", "kms:*")
    set_policy(town, "shared", mine, shared(bob, "root", "kms:GetSecretValue", "kms:Describe*"))
    assert refused(read, town.bob, arn) == (404, "Forbidden.KeyNotFound")  # not the key yet
    town.key_policy(mine, shared(bob, "root", "kms:Decrypt"))
    assert read(town.bob, arn) == "the value"
    described = town.bob.kms.describe_secret(kms.DescribeSecretRequest(secret_name=arn))
    assert described.body.arn == arn
    assert refused(read, town.bob, "shared") == UNKNOWN  # by its resource name only
    assert refused(put, town.bob, arn, "v2") == UNKNOWN
    user = sdk(town.bob, people.user(town.bob, "s-user"))
    assert refused(read, user, arn) == NO_PERMISSION
    set_policy(town, "shared", mine)
    assert refused(read, town.bob, arn) == UNKNOWN
    describe = kms.DescribeSecretRequest(secret_name=arn)
    assert refused(town.bob.kms.describe_secret, describe) == UNKNOWN


def test_a_secrets_policy_can_shut_out_its_own_account_and_be_replaced(town: Town) -> None:
    keep(town, "closed")
    get = kms.GetSecretPolicyRequest(secret_name="closed")
    assert f"{town.ada.account_id}:*" in town.ada.kms.get_secret_policy(get).body.policy
    denied = shared(town.ada.account_id, "root", "kms:*") | {"Effect": "Deny"}
    set_policy(town, "closed", denied)
    assert refused(read, town.ada, "closed") == NO_PERMISSION
    assert town.ada.kms.get_secret_policy(get).body.policy == text(denied)
    set_policy(town, "closed", shared(town.ada.account_id, "*", "kms:*"))
    assert read(town.ada, "closed") == "the value"


def test_sharing_secrets_takes_access_units_too(town: Town) -> None:
    keep(town, "two-many")
    accounts = (town.bob.account_id, "1234567890123456")
    policy = text(*(shared(one, "root", "kms:GetSecretValue") for one in accounts))
    exceeded = (400, "Rejected.ShareQuotaExceedLimit")
    set_it = kms.SetSecretPolicyRequest(secret_name="two-many", policy=policy)
    assert refused(town.ada.kms.set_secret_policy, set_it) == exceeded
    create = kms.CreateSecretRequest(
        secret_name="three-many",
        secret_data="x",
        version_id="v1",
        dkmsinstance_id=town.instance,
        policy=policy,
    )
    assert refused(town.ada.kms.create_secret, create) == exceeded
    wrong = kms.SetSecretPolicyRequest(secret_name="two-many", policy="{}")
    assert refused(town.ada.kms.set_secret_policy, wrong) == (400, "InvalidParameter")
