"""Network rules, permission policies, access points and client keys, through the official SDK."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_kms20160120 import models as kms
from aliyunsdkkms.request.v20160120.ListClientKeysRequest import ListClientKeysRequest
from cryptography.hazmat.primitives.serialization import load_pem_public_key, pkcs12

from doors.application import ACCOUNT_SECRETS, KEYS, PASSWORD, SECRETS, allow, client_key
from doors.house import signer_of
from product import Customer
from scenarios.estate import FIRST_DAY
from scenarios.town import Town, in_utc8, open_town, refusal, refused

INVALID = (400, "InvalidParameter")
MISSING = (400, "MissingParameter")
NOT_FOUND = (404, "Forbidden.ResourceNotFound")
EXISTS = (409, "Rejected.ResourceExist")
IN_USE = (409, "Rejected.ResourceInUse")
LIMIT = (400, "Rejected.LimitExceeded")


@pytest.fixture(scope="module")
def ada(town: Town) -> Customer:
    return town.customer("ada", "10000.00")


@pytest.fixture(scope="module")
def instance(ada: Customer) -> str:
    bought: str = ada.buy()["InstanceId"]
    return bought


def done(response: Any) -> dict[str, Any]:
    """A body without its RequestId."""
    body: dict[str, Any] = response.body.to_map()
    assert body.pop("RequestId")
    return body


def rule(someone: Customer, name: str, **given: Any) -> dict[str, Any]:
    given = {"type": "Private", "source_private_ip": '["10.0.0.0/8"]', **given}
    return done(someone.kms.create_network_rule(kms.CreateNetworkRuleRequest(name=name, **given)))


def policy(someone: Customer, name: str, instance: str, **given: Any) -> dict[str, Any]:
    given = {
        "kms_instance": instance,
        "permissions": json.dumps([KEYS]),
        "resources": '["key/*"]',
        **given,
    }
    return done(someone.kms.create_policy(kms.CreatePolicyRequest(name=name, **given)))


def point(someone: Customer, name: str, *policies: str, **given: Any) -> dict[str, Any]:
    request = kms.CreateApplicationAccessPointRequest(
        name=name, policies=json.dumps(policies), **given
    )
    return done(someone.kms.create_application_access_point(request))


def pages(listing: Callable[[int], dict[str, Any]], outer: str, inner: str) -> list[Any]:
    """All entries of a list, asked for two at a time, and that pages say what they are."""
    found: list[Any] = []
    for number in range(1, 20):
        page = listing(number)
        assert (page["PageNumber"], page["PageSize"]) == (number, 2)
        found += page[outer][inner]
        if len(found) == page["TotalCount"]:
            return found
        assert len(page[outer][inner]) == 2
    raise AssertionError("the list has no end")


# --- network rules ---------------------------------------------------------------------------


def test_a_network_rule_is_made_shown_changed_and_deleted(ada: Customer) -> None:
    made = rule(ada, "office", description="the 办公室")
    arn = f"acs:kms:cn-hangzhou:{ada.account_id}:network/office"
    shown = {
        "Arn": arn,
        "Type": "Private",
        "SourcePrivateIp": '["10.0.0.0/8"]',
        "Description": "the 办公室",
    }
    assert made == {"Name": "office", **shown}
    asked = kms.DescribeNetworkRuleRequest(name="office")
    assert done(ada.kms.describe_network_rule(asked)) == shown
    both = '["192.168.1.7","2001:db8::/32"]'
    ada.kms.update_network_rule(kms.UpdateNetworkRuleRequest(name="office", source_private_ip=both))
    assert done(ada.kms.describe_network_rule(asked)) == {**shown, "SourcePrivateIp": both}
    ada.kms.update_network_rule(kms.UpdateNetworkRuleRequest(name="office", description="new"))
    changed = done(ada.kms.describe_network_rule(asked))
    assert changed == {**shown, "SourcePrivateIp": both, "Description": "new"}
    ada.kms.delete_network_rule(kms.DeleteNetworkRuleRequest(name="office"))
    assert refused(lambda: ada.kms.describe_network_rule(asked)) == NOT_FOUND


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"type": "Public"}, INVALID),
        ({"type": None}, MISSING),
        ({"source_private_ip": None}, MISSING),
        ({"source_private_ip": "[]"}, INVALID),
        ({"source_private_ip": "10.0.0.1"}, INVALID),
        ({"source_private_ip": '["10.0.0.0/33"]'}, INVALID),
        ({"source_private_ip": '["localhost"]'}, INVALID),
        ({"source_private_ip": "[1]"}, INVALID),
        ({"source_private_ip": json.dumps([f"10.0.0.{n}" for n in range(101)])}, INVALID),
        ({"description": "x" * 257}, INVALID),
    ],
)
def test_a_network_rule_that_means_nothing_is_refused(
    ada: Customer, given: dict[str, str], expected: tuple[int, str]
) -> None:
    assert refused(lambda: rule(ada, "never", **given)) == expected


@pytest.mark.parametrize("name", ["", "a b", "x" * 65, "名"])
def test_names_are_bounded(ada: Customer, instance: str, name: str) -> None:
    expected = MISSING if not name else INVALID
    assert refused(lambda: rule(ada, name)) == expected
    assert refused(lambda: policy(ada, name, instance)) == expected


def test_names_are_unique_in_a_region_and_free_in_others(ada: Customer) -> None:
    rule(ada, "twice")
    assert refused(lambda: rule(ada, "twice")) == EXISTS
    elsewhere = {"Name": "twice", "RegionId": "cn-shanghai"}
    assert signer_of(ada).call("DescribeNetworkRule", elsewhere).refusal == NOT_FOUND


def test_lists_are_paged_by_name(ada: Customer, instance: str) -> None:
    for number in range(3):
        rule(ada, f"paged-{number}")
        policy(ada, f"paged-{number}", instance)
        point(ada, f"paged-{number}", f"paged-{number}")
    rules = pages(
        lambda n: done(
            ada.kms.list_network_rules(kms.ListNetworkRulesRequest(page_number=n, page_size=2))
        ),
        "NetworkRules",
        "NetworkRule",
    )
    assert [one for one in rules if one["Name"].startswith("paged-")] == [
        {"Name": f"paged-{n}", "Type": "Private"} for n in range(3)
    ]
    policies = pages(
        lambda n: done(ada.kms.list_policies(kms.ListPoliciesRequest(page_number=n, page_size=2))),
        "Policies",
        "Policy",
    )
    assert [one for one in policies if one["Name"].startswith("paged-")] == [
        {"Name": f"paged-{n}"} for n in range(3)
    ]
    points = pages(
        lambda n: done(
            ada.kms.list_application_access_points(
                kms.ListApplicationAccessPointsRequest(page_number=n, page_size=2)
            )
        ),
        "ApplicationAccessPoints",
        "ApplicationAccessPoint",
    )
    assert [one for one in points if one["Name"].startswith("paged-")] == [
        {"Name": f"paged-{n}", "AuthenticationMethod": "ClientKey"} for n in range(3)
    ]
    wrong = kms.ListPoliciesRequest(page_size=101)
    assert refused(lambda: ada.kms.list_policies(wrong)) == INVALID


# --- permission policies ---------------------------------------------------------------------


def test_a_policy_is_made_shown_changed_and_deleted(ada: Customer, instance: str) -> None:
    rule(ada, "near")
    made = policy(
        ada, "full", instance, description="d", access_control_rules='{"NetworkRules":["near"]}'
    )
    shared = {
        "Name": "full",
        "Arn": f"acs:kms:cn-hangzhou:{ada.account_id}:policy/full",
        "KmsInstance": instance,
        "Description": "d",
        "AccessControlRules": '{"NetworkRules":["near"]}',
    }
    assert made == {
        **shared,
        "Permissions": json.dumps([KEYS]),
        "Resources": '["key/*"]',
    }
    asked = kms.DescribePolicyRequest(name="full")
    shown = done(ada.kms.describe_policy(asked))
    assert shown == {**shared, "Permissions": [KEYS], "Resources": ["key/*"]}
    ada.kms.update_policy(
        kms.UpdatePolicyRequest(
            name="full",
            permissions=json.dumps([KEYS, SECRETS]),
            resources='["key/key-1","secret/*"]',
            access_control_rules='{"NetworkRules":[]}',
        )
    )
    assert done(ada.kms.describe_policy(asked)) == {
        **shared,
        "Permissions": [KEYS, SECRETS],
        "Resources": ["key/key-1", "secret/*"],
        "AccessControlRules": '{"NetworkRules":[]}',
    }
    ada.kms.delete_policy(kms.DeletePolicyRequest(name="full"))
    assert refused(lambda: ada.kms.describe_policy(asked)) == NOT_FOUND
    ada.kms.delete_network_rule(kms.DeleteNetworkRuleRequest(name="near"))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"permissions": "[]"}, INVALID),
        ({"permissions": '["RbacPermission/Template/Root"]'}, INVALID),
        ({"permissions": None}, MISSING),
        ({"resources": None}, MISSING),
        ({"resources": "[]"}, INVALID),
        ({"resources": '["*"]'}, INVALID),
        ({"resources": '{"key":"*"}'}, INVALID),
        ({"access_control_rules": '["near"]'}, INVALID),
        ({"access_control_rules": '{"Networks":["near"]}'}, INVALID),
        ({"access_control_rules": '{"NetworkRules":["nowhere"]}'}, NOT_FOUND),
        ({"kms_instance": None}, INVALID),
        ({"kms_instance": "kst-hzz000000000000000000"}, (404, "Forbidden.DKMSInstanceNotFound")),
        ({"description": "x" * 257}, INVALID),
    ],
)
def test_a_policy_that_means_nothing_is_refused(
    ada: Customer, instance: str, given: dict[str, str], expected: tuple[int, str]
) -> None:
    assert refused(lambda: policy(ada, "never", instance, **given)) == expected
    asked = kms.DescribePolicyRequest(name="never")
    assert refused(lambda: ada.kms.describe_policy(asked)) == NOT_FOUND


def test_a_policy_is_for_an_instance_of_its_own_account_and_region(
    town: Town, ada: Customer, instance: str
) -> None:
    eve = town.customer("eve")
    foreign = refusal(lambda: policy(eve, "mine", instance))
    nowhere = refusal(lambda: policy(eve, "mine", "kst-hzz000000000000000000"))
    assert foreign[:2] == nowhere[:2] == (404, "Forbidden.DKMSInstanceNotFound")
    shanghai = ada.buy(Region="cn-shanghai")["InstanceId"]
    assert refused(lambda: policy(ada, "elsewhere", shanghai)) == INVALID


def test_a_policy_for_secrets_of_the_account_needs_no_instance(ada: Customer) -> None:
    given = {"permissions": json.dumps([ACCOUNT_SECRETS]), "resources": '["secret/*"]'}
    assert policy(ada, "shared", "", **given)["KmsInstance"] == ""
    wider = kms.UpdatePolicyRequest(name="shared", permissions=json.dumps([KEYS]))
    assert refused(lambda: ada.kms.update_policy(wider)) == INVALID


# --- access points ---------------------------------------------------------------------------


def test_an_access_point_is_made_shown_changed_and_deleted(ada: Customer, instance: str) -> None:
    for name in ("one", "two", "three", "four"):
        policy(ada, f"of-{name}", instance)
    shown = {
        "Name": "app",
        "Arn": f"acs:kms:cn-hangzhou:{ada.account_id}:applicationaccesspoint/app",
        "AuthenticationMethod": "ClientKey",
        "Policies": '["of-one"]',
        "Description": "",
    }
    assert point(ada, "app", "of-one") == shown
    asked = kms.DescribeApplicationAccessPointRequest(name="app")
    assert done(ada.kms.describe_application_access_point(asked)) == shown
    three = '["of-three","of-one","of-two"]'
    ada.kms.update_application_access_point(
        kms.UpdateApplicationAccessPointRequest(name="app", policies=three, description="d")
    )
    changed = done(ada.kms.describe_application_access_point(asked))
    assert changed == {**shown, "Policies": three, "Description": "d"}
    four = kms.UpdateApplicationAccessPointRequest(
        name="app", policies='["of-one","of-two","of-three","of-four"]'
    )
    assert refused(lambda: ada.kms.update_application_access_point(four)) == INVALID
    ada.kms.delete_application_access_point(kms.DeleteApplicationAccessPointRequest(name="app"))
    assert refused(lambda: ada.kms.describe_application_access_point(asked)) == NOT_FOUND


def test_an_access_point_needs_policies_that_exist(ada: Customer, instance: str) -> None:
    assert refused(lambda: point(ada, "empty")) == INVALID
    assert refused(lambda: point(ada, "lost", "nowhere")) == NOT_FOUND
    policy(ada, "held", instance)
    assert refused(lambda: point(ada, "odd", "held", authentication_method="RAM")) == INVALID
    point(ada, "holder", "held")
    assert refused(lambda: point(ada, "holder", "held")) == EXISTS


def test_what_is_in_use_cannot_be_deleted_and_the_refusal_names_its_user(
    ada: Customer, instance: str
) -> None:
    rule(ada, "used")
    policy(ada, "user", instance, access_control_rules='{"NetworkRules":["used"]}')
    point(ada, "users-app", "user")
    key = client_key(ada, "users-app")
    deletions = [
        (lambda: ada.kms.delete_network_rule(kms.DeleteNetworkRuleRequest(name="used")), "user"),
        (lambda: ada.kms.delete_policy(kms.DeletePolicyRequest(name="user")), "users-app"),
        (
            lambda: ada.kms.delete_application_access_point(
                kms.DeleteApplicationAccessPointRequest(name="users-app")
            ),
            key.id,
        ),
    ]
    for delete, user in deletions:
        status, code, text = refusal(delete)
        assert (status, code) == IN_USE
        assert user in text
    ada.kms.delete_client_key(kms.DeleteClientKeyRequest(client_key_id=key.id))
    for delete, _ in reversed(deletions):
        delete()


def test_there_may_be_a_hundred_of_each_in_a_region(town: Town) -> None:
    lin = town.customer("lin")
    for number in range(100):
        rule(lin, f"rule-{number}")
    assert refused(lambda: rule(lin, "one-more")) == LIMIT
    lin.kms.delete_network_rule(kms.DeleteNetworkRuleRequest(name="rule-7"))
    rule(lin, "one-more")


# --- client keys -----------------------------------------------------------------------------


def test_a_client_key_is_made_shown_listed_and_deleted(ada: Customer, instance: str) -> None:
    first = allow(ada, "keyed", instance).id
    request = kms.CreateClientKeyRequest(aap_name="keyed", password=PASSWORD)
    made = done(ada.kms.create_client_key(request))
    data = base64.b64decode(made.pop("PrivateKeyData"))
    key, certificate, _ = pkcs12.load_key_and_certificates(data, PASSWORD.encode())
    assert key is not None
    assert certificate is not None
    assert made["ClientKeyId"].startswith("KAAP.")
    assert made["KeyAlgorithm"] == "RSA_2048"
    assert in_utc8(made["NotBefore"]) == FIRST_DAY
    assert in_utc8(made["NotAfter"]) == "2031-01-31 10:00:00"
    asked = kms.GetClientKeyRequest(client_key_id=made["ClientKeyId"])
    shown = done(ada.kms.get_client_key(asked))
    assert load_pem_public_key(shown.pop("PublicKeyData").encode()) == key.public_key()
    assert shown == {
        **made,
        "AapName": "keyed",
        "KeyOrigin": "KMS_PROVIDED",
        "CreateTime": made["NotBefore"],
    }
    listed = done(ada.kms.list_client_keys(kms.ListClientKeysRequest(aap_name="keyed")))
    ids = [one["ClientKeyId"] for one in listed["ClientKeys"]]
    assert ids == sorted([first, made["ClientKeyId"]])  # both are of the same second
    every = done(ada.kms.list_client_keys(kms.ListClientKeysRequest()))["ClientKeys"]
    assert {"keyed"} <= {one["AapName"] for one in every}
    ada.kms.delete_client_key(kms.DeleteClientKeyRequest(client_key_id=made["ClientKeyId"]))
    assert refused(lambda: ada.kms.get_client_key(asked)) == NOT_FOUND


def test_client_keys_are_listed_by_the_classic_client_too(ada: Customer, instance: str) -> None:
    app = allow(ada, "classic", instance)
    request = ListClientKeysRequest()
    request.set_AapName("classic")
    found = ada.core(request)
    assert [one["ClientKeyId"] for one in found["ClientKeys"]] == [app.id]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"aap_name": "nowhere"}, NOT_FOUND),
        ({"aap_name": None}, MISSING),
        ({"password": None}, MISSING),
        ({"password": "too-easy"}, None),
        ({"password": "tooeasyy"}, INVALID),
        ({"not_after": "2027-01-01T00:00:00Z"}, MISSING),
        ({"not_before": "2026-01-01T00:00:00Z"}, MISSING),
        ({"not_before": "2026-02-01T00:00:00Z", "not_after": "2026-02-01T00:00:00Z"}, INVALID),
        ({"not_before": "2025-02-01T00:00:00Z", "not_after": "2026-01-31T02:00:00Z"}, INVALID),
        ({"not_before": "1951-02-01T00:00:00Z", "not_after": "2027-01-31T02:00:00Z"}, INVALID),
        ({"not_before": "tomorrow", "not_after": "2027-01-31T02:00:00Z"}, INVALID),
        ({"not_before": "2026-02-01T00:00:00Z", "not_after": "9998-12-31T00:00:00Z"}, None),
        ({"not_before": "2026-02-01T00:00:00Z", "not_after": "9999-12-31T23:59:59Z"}, INVALID),
    ],
)
def test_what_a_client_key_cannot_be_is_refused(
    ada: Customer, instance: str, given: dict[str, str], expected: tuple[int, str] | None
) -> None:
    names = {one.name for one in _points(ada)}
    if "strict" not in names:
        allow(ada, "strict", instance)
    asked = kms.CreateClientKeyRequest(**{"aap_name": "strict", "password": PASSWORD} | given)
    if expected is None:
        made = ada.kms.create_client_key(asked).body
        ada.kms.delete_client_key(kms.DeleteClientKeyRequest(client_key_id=made.client_key_id))
    else:
        assert refused(lambda: ada.kms.create_client_key(asked)) == expected


def test_an_access_point_has_at_most_ten_client_keys(ada: Customer, instance: str) -> None:
    allow(ada, "many", instance)
    for _ in range(9):
        client_key(ada, "many")
    assert refused(lambda: client_key(ada, "many")) == LIMIT


def test_the_private_key_is_kept_nowhere(town: Town, ada: Customer, instance: str) -> None:
    app = allow(ada, "secretive", instance)
    numbers = app.private_key.private_numbers()
    kept = [path.read_bytes() for path in town.data.rglob("*") if path.is_file()]
    for secret in (PASSWORD.encode(), base64.b64decode(app.private_key_data)):
        assert not any(secret in one for one in kept)
    assert not any(numbers.p.to_bytes(128) in one for one in kept)
    assert PASSWORD not in town.errors.read_text()


def test_another_account_sees_nothing_of_an_application(
    town: Town, ada: Customer, instance: str
) -> None:
    app = allow(ada, "private", instance, sources=["10.0.0.0/8"])
    mallory = town.customer("mallory")
    client = mallory.kms
    one = kms.GetClientKeyRequest(client_key_id=app.id)
    assert refused(lambda: client.get_client_key(one)) == NOT_FOUND
    gone = kms.DeleteClientKeyRequest(client_key_id=app.id)
    assert refused(lambda: client.delete_client_key(gone)) == NOT_FOUND
    theirs = kms.ListClientKeysRequest(aap_name="private")
    assert refused(lambda: client.list_client_keys(theirs)) == NOT_FOUND
    assert done(client.list_client_keys(kms.ListClientKeysRequest()))["ClientKeys"] == []
    asked = kms.DescribeApplicationAccessPointRequest(name="private")
    assert refused(lambda: client.describe_application_access_point(asked)) == NOT_FOUND
    assert ada.kms.get_client_key(one).body.client_key_id == app.id


# --- letters ---------------------------------------------------------------------------------


def test_an_owner_is_warned_180_90_30_and_7_days_before_a_client_key_ends(tmp_path: Path) -> None:
    with open_town(tmp_path / "data", FIRST_DAY) as town:
        ada = town.customer("ada", "10000.00", language="zh")
        instance = ada.buy(12)["InstanceId"]
        allow(ada, "app", instance)
        dates = {"not_before": "2026-01-31T02:00:00Z", "not_after": "2026-12-31T02:00:00Z"}
        kept, deleted = client_key(ada, "app", **dates), client_key(ada, "app", **dates)
        town.at("2026-09-01 00:00:00")
        assert [when for _, when in _warnings(town, ada)] == ["2026-07-04 09:00:00"] * 2
        ada.kms.delete_client_key(kms.DeleteClientKeyRequest(client_key_id=deleted.id))
        town.at("2027-01-05 00:00:00")
        rest = _warnings(town, ada)[2:]
        assert [when for _, when in rest] == [
            "2026-10-02 09:00:00",
            "2026-12-01 09:00:00",
            "2026-12-24 09:00:00",
        ]
        for letter, _ in rest:
            assert kept.id in letter["text"]
            assert "2026-12-31 10:00:00" in letter["text"]
        assert [letter["subject"] for letter, _ in rest] == [
            f"应用接入点 app 的 ClientKey 将于{days}天后失效" for days in (90, 30, 7)
        ]


def _warnings(town: Town, someone: Customer) -> list[tuple[dict[str, Any], str]]:
    return [
        (one, in_utc8(one["due_at"]))
        for one in town.letters(someone)
        if one["kind"] == "client_key_expiring"
    ]


def _points(someone: Customer) -> list[Any]:
    request = kms.ListApplicationAccessPointsRequest(page_size=100)
    found = someone.kms.list_application_access_points(request).body
    return list(found.application_access_points.application_access_point)
