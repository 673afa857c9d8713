"""System policies give what their names say."""

import json

import pytest

from keylease.access.policies.compiled import AccessRequest, Decision, caller, compile_policy
from keylease.access.policies.document import parse_identity_policy
from keylease.access.policies.system import SYSTEM_POLICIES

ACCOUNT = "1111111111111111"
ALICE = caller(f"acs:ram::{ACCOUNT}:user/alice")
COMPILED = {name: compile_policy(document) for name, document in SYSTEM_POLICIES.items()}


def allowing(action: str, relative: str) -> set[str]:
    """The short names of the system policies that allow it; none of them denies."""
    resource = f"acs:kms:cn-hangzhou:{ACCOUNT}:{relative}"
    request = AccessRequest(action, resource, ACCOUNT, ALICE, {})
    found = {name: policy.decide(request) for name, policy in COMPILED.items()}
    assert Decision.DENY not in found.values()
    return {
        name.removeprefix("AliyunKMS").removesuffix("Access")
        for name, decision in found.items()
        if decision is Decision.ALLOW
    }


@pytest.mark.parametrize(
    ("action", "relative", "expected"),
    [
        ("kms:Encrypt", "key/k", {"Full", "CryptoAdmin", "CryptoUser"}),
        ("kms:AsymmetricSign", "key/k", {"Full", "CryptoAdmin", "CryptoUser"}),
        ("kms:GenerateMac", "key/k", {"Full", "CryptoAdmin", "CryptoUser"}),
        ("kms:GetPublicKey", "key/k", {"Full", "ReadOnly", "CryptoAdmin", "CryptoUser"}),
        ("kms:ScheduleKeyDeletion", "key/k", {"Full", "CryptoAdmin"}),
        ("kms:CreateKey", "key", {"Full", "CryptoAdmin"}),
        ("kms:CreateAlias", "alias/a", {"Full", "CryptoAdmin"}),
        ("kms:DescribeKey", "key/k", {"Full", "ReadOnly", "CryptoAdmin"}),
        ("kms:ListKeys", "key", {"Full", "ReadOnly", "CryptoAdmin"}),
        ("kms:GetSecretValue", "secret/s", {"Full", "SecretAdmin", "SecretUser"}),
        ("kms:DescribeSecret", "secret/s", {"Full", "ReadOnly", "SecretAdmin", "SecretUser"}),
        ("kms:PutSecretValue", "secret/s", {"Full", "SecretAdmin"}),
        ("kms:Decrypt", "key/k", {"Full", "CryptoAdmin", "CryptoUser"}),
        ("kms:GetRandomPassword", "", {"Full", "SecretAdmin"}),
        ("kms:GetKmsInstance", "keystore/kst-1", {"Full", "ReadOnly"}),
        ("kms:CreateClientKey", "clientkey", {"Full"}),
        ("ram:CreateUser", "key/k", set()),
    ],
)
def test_system_policies_allow_what_their_names_say(
    action: str, relative: str, expected: set[str]
) -> None:
    assert allowing(action, relative) == expected


@pytest.mark.parametrize("name", SYSTEM_POLICIES)
def test_a_system_policy_is_one_that_a_customer_could_have_written(name: str) -> None:
    statements = [
        {
            "Effect": one.effect,
            "Action": list(one.actions.patterns),
            "Resource": list(one.resources.patterns),
        }
        for one in SYSTEM_POLICIES[name].statements
    ]
    text = json.dumps({"Version": "1", "Statement": statements})
    assert parse_identity_policy(text) == SYSTEM_POLICIES[name]
