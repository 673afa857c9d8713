"""What policies decide, in examples; the whole is compared in ``tests/properties``."""

import json
import time
from typing import Any

import pytest

from keylease.access.policies.compiled import (
    AccessRequest,
    Decision,
    caller,
    compile_policy,
    evaluate,
)
from keylease.access.policies.conditions import (
    CURRENT_TIME,
    SECURE_TRANSPORT,
    SOURCE_IP,
    SOURCE_VPC,
    tag_key,
)
from keylease.access.policies.document import parse_identity_policy, parse_resource_policy
from keylease.access.policies.operators import Value
from keylease.core.clock import parse_iso

OWN, OTHER = "1111111111111111", "2222222222222222"
KEY = f"acs:kms:cn-hangzhou:{OWN}:key/key-1"
ALLOW, DENY, NEUTRAL = Decision.ALLOW, Decision.DENY, Decision.NEUTRAL


def asked(
    action: str = "kms:Encrypt",
    resource: str = KEY,
    who: str = f"acs:ram::{OWN}:user/alice",
    values: dict[str, Value] | None = None,
) -> AccessRequest:
    return AccessRequest(action, resource, OWN, caller(who), values or {})


def said(request: AccessRequest, *statements: dict[str, Any]) -> Decision:
    """What the statements, each in a policy of its own, say together and in one policy."""
    usual = {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}
    whole = [
        {name: value for name, value in (usual | one).items() if value is not None}
        for one in statements
    ]
    parse = parse_resource_policy if "Principal" in whole[0] else parse_identity_policy
    apart = [json.dumps({"Version": "1", "Statement": one}) for one in whole]
    together = json.dumps({"Version": "1", "Statement": whole})
    found = {
        evaluate([compile_policy(parse(one)) for one in apart], request),
        evaluate([compile_policy(parse(together))], request),
    }
    assert len(found) == 1
    return found.pop()


def test_nothing_said_is_no_decision() -> None:
    assert evaluate([], asked()) is NEUTRAL
    assert said(asked(), {"Action": "kms:Decrypt"}) is NEUTRAL


def test_an_explicit_deny_wins_wherever_it_stands() -> None:
    allow, deny = {"Action": "*"}, {"Effect": "Deny", "Action": "kms:Enc*"}
    assert said(asked(), allow) is ALLOW
    assert said(asked(), allow, deny) is said(asked(), deny, allow) is DENY
    assert said(asked("kms:Decrypt"), allow, deny) is ALLOW


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ("kms:Encrypt", True),
        ("KMS:eNCRYPT", True),
        ("kms:*crypt", True),
        ("kms:?ncrypt", True),
        ("k*:E*t", True),
        ("kms:Encryp", False),
        ("kms:Encrypt?", False),
        ("ms:Encrypt", False),
    ],
)
def test_actions_fit_in_any_case_and_as_a_whole(pattern: str, fits: bool) -> None:
    assert said(asked(), {"Action": pattern}) is (ALLOW if fits else NEUTRAL)
    assert said(asked(), {"Effect": "Deny", "Action": pattern}) is (DENY if fits else NEUTRAL)


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        (KEY, True),
        ("acs:kms:*:*:key/*", True),
        ("acs:kms:*:*:key*", True),
        (f"acs:kms:*:{OWN}:key/key-?", True),
        (KEY.replace("key-1", "KEY-1"), False),
        (f"acs:kms:*:{OTHER}:key/*", False),
        ("acs:kms:cn-shanghai:*:key/*", False),
        ("acs:kms:*:*:key", False),
        ("acs:kms:*:*:secret/*", False),
    ],
)
def test_resources_fit_exactly_in_their_case(pattern: str, fits: bool) -> None:
    assert said(asked(), {"Resource": pattern}) is (ALLOW if fits else NEUTRAL)


def test_a_deny_with_a_wildcard_denies_what_it_names_and_nothing_else() -> None:
    """tech.md 12: another engine cut the pattern at its first star and denied every key."""
    deny = {"Effect": "Deny", "Resource": "acs:kms:*:*:key/prod-x"}
    assert said(asked(), {}, deny) is ALLOW
    assert said(asked(resource=KEY.replace("key-1", "prod-x")), {}, deny) is DENY


def test_not_action_and_not_resource_speak_of_all_the_rest() -> None:
    everything_but = {"Action": None, "NotAction": ["kms:Decrypt", "kms:List*"]}
    assert said(asked(), everything_but) is ALLOW
    assert said(asked("kms:decrypt"), everything_but) is NEUTRAL
    assert said(asked("ecs:Start"), everything_but) is ALLOW
    elsewhere = {"Effect": "Deny", "Resource": None, "NotResource": "acs:kms:cn-hangzhou:*"}
    assert said(asked(), elsewhere) is NEUTRAL
    assert said(asked(resource=KEY.replace("hangzhou", "beijing")), elsewhere) is DENY


def test_only_who_is_named_is_meant() -> None:
    def meant(name: str, who: str) -> Decision:
        names = {"RAM": f"acs:ram::{OWN}:{name}"}
        return said(asked(who=f"acs:ram::{who}"), {"Principal": names})

    assert meant("user/alice", f"{OWN}:user/alice") is ALLOW
    assert meant("user/alice", f"{OWN}:user/Alice") is NEUTRAL
    assert meant("user/alice", f"{OTHER}:user/alice") is NEUTRAL
    assert meant("user/app", f"{OWN}:assumed-role/app/session") is NEUTRAL
    assert meant("role/app", f"{OWN}:assumed-role/app/session") is ALLOW
    assert meant("role/session", f"{OWN}:assumed-role/app/session") is NEUTRAL


@pytest.mark.parametrize("everybody", ["root", "*"])
def test_a_whole_account_is_everybody_of_it_but_allows_own_users_nothing_new(
    everybody: str,
) -> None:
    def said_of(account: str, who: str, effect: str) -> Decision:
        names = {"RAM": [f"acs:ram::{account}:{everybody}"]}
        return said(asked(who=who), {"Effect": effect, "Principal": names})

    users = [f"acs:ram::{OTHER}:user/bob", f"acs:ram::{OTHER}:assumed-role/a/b"]
    for who in (*users, f"acs:ram::{OTHER}:root"):
        assert said_of(OTHER, who, "Allow") is ALLOW
        assert said_of(OTHER, who, "Deny") is DENY
        assert said_of(OWN, who, "Allow") is NEUTRAL
    assert said_of(OWN, f"acs:ram::{OWN}:root", "Allow") is ALLOW
    assert said_of(OWN, f"acs:ram::{OWN}:user/alice", "Allow") is NEUTRAL
    assert said_of(OWN, f"acs:ram::{OWN}:user/alice", "Deny") is DENY


def holds(condition: dict[str, Any], **values: Value) -> bool:
    known = {
        "time": CURRENT_TIME,
        "ip": SOURCE_IP,
        "tls": SECURE_TRANSPORT,
        "vpc": SOURCE_VPC,
        "env": tag_key("env"),
    }
    request = asked(values={known[name]: value for name, value in values.items()})
    return said(request, {"Condition": condition}) is ALLOW


def test_all_conditions_must_hold_and_one_of_several_values() -> None:
    both = {"StringEquals": {"kms:tag/env": ["a", "b"], "acs:SourceVpc": "vpc-1"}}
    assert holds(both, env="b", vpc="vpc-1")
    assert not holds(both, env="c", vpc="vpc-1")
    assert not holds(both, env="b", vpc="vpc-2")
    apart = {"StringEquals": {"kms:tag/env": "a"}, "Bool": {"acs:SecureTransport": "true"}}
    assert holds(apart, env="a", tls=True)
    assert not holds(apart, env="a", tls=False)


def test_what_negates_holds_if_none_of_its_values_fits() -> None:
    neither = {"StringNotEquals": {"kms:tag/env": ["a", "b"]}}
    assert holds(neither, env="c")
    assert not holds(neither, env="b")
    outside = {"NotIpAddress": {"acs:SourceIp": ["10.0.0.0/8", "192.168.0.0/16"]}}
    assert holds(outside, ip="172.16.0.1")
    assert not holds(outside, ip="192.168.1.1")


@pytest.mark.parametrize(
    ("operator", "held"),
    [
        ("StringEquals", False),
        ("StringNotEquals", True),
        ("StringEqualsIfExists", True),
        ("StringNotEqualsIfExists", True),
        ("ForAnyValue:StringEquals", False),
        ("ForAnyValue:StringNotEquals", False),
        ("ForAnyValue:StringEqualsIfExists", True),
        ("ForAllValues:StringEquals", True),
        ("ForAllValues:StringNotEquals", True),
    ],
)
def test_a_key_that_the_request_has_not(operator: str, held: bool) -> None:
    assert holds({operator: {"acs:SourceVpc": "vpc-1"}}) is held


def test_times_are_compared_as_moments_wherever_they_were_written() -> None:
    until = {"DateLessThan": {"acs:CurrentTime": "2026-11-23T11:20:19+08:00"}}
    end = parse_iso("2026-11-23T03:20:19Z")
    assert holds(until, time=end - 1)
    assert not holds(until, time=end)
    assert holds({"DateEquals": {"acs:CurrentTime": "2026-11-23T03:20:19Z"}}, time=end)


def test_an_address_is_the_same_inside_ipv6() -> None:
    inside = {"IpAddress": {"acs:SourceIp": "10.0.0.0/8"}}
    assert holds(inside, ip="10.255.0.1")
    assert holds(inside, ip="::ffff:10.255.0.1")
    assert not holds(inside, ip="::10.255.0.1")
    assert not holds(inside, ip="not an address")


def test_the_case_of_a_key_matters_only_in_a_tag() -> None:
    assert holds({"StringEquals": {"ACS:sourceVPC": "vpc-1"}}, vpc="vpc-1")
    assert holds({"StringEquals": {"KMS:Tag/env": "a"}}, env="a")
    assert not holds({"StringEquals": {"kms:tag/Env": "a"}}, env="a")


def test_numbers_are_compared_as_numbers() -> None:
    assert holds({"NumericEquals": {"kms:tag/env": "7"}}, env="7.0")
    assert holds({"NumericGreaterThan": {"kms:tag/env": "9"}}, env="10")
    assert not holds({"NumericLessThan": {"kms:tag/env": "9"}}, env="ten")
    assert holds({"NumericNotEquals": {"kms:tag/env": "9"}}, env="ten")


def test_a_policy_knows_which_accounts_it_allows_something() -> None:
    def names(effect: str, *who: str) -> dict[str, Any]:
        arns = {"RAM": [f"acs:ram::{one}" for one in who]}
        return {"Effect": effect, "Action": "kms:*", "Resource": "*", "Principal": arns}

    statements = [
        names("Allow", f"{OWN}:*", f"{OTHER}:user/bob", f"{OTHER}:role/app"),
        names("Deny", "3333333333333333:root"),
    ]
    text = json.dumps({"Version": "1", "Statement": statements})
    assert compile_policy(parse_resource_policy(text)).allowed_accounts == {OWN, OTHER}


def test_the_slowest_policy_that_is_read_takes_less_than_a_second_of_a_processor() -> None:
    slow = ["acs:" + ("*" + "a" * 24 + "b") * 7 + str(number) for number in range(150)]
    statement = {"Effect": "Allow", "Action": "kms:*", "Resource": slow}
    text = json.dumps({"Version": "1", "Statement": statement})
    policy = compile_policy(parse_identity_policy(text))
    request = asked(resource="acs:" + "a" * 250)
    started = time.thread_time()
    assert policy.decide(request) is NEUTRAL
    assert time.thread_time() - started < 1
