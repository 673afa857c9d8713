"""Policies decide as the naive reading in ``tests/naive`` does; their text is read or refused."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from keylease.access.policies.compiled import (
    AccessRequest,
    CompiledPolicy,
    caller,
    compile_policy,
    evaluate,
)
from keylease.access.policies.conditions import canonical_key
from keylease.access.policies.decide import require
from keylease.access.policies.document import parse_identity_policy, parse_resource_policy
from keylease.access.policies.globs import any_glob
from keylease.access.policies.operators import OPERATORS, Kind
from keylease.core.errors import Code, Refusal
from naive import policies as naive

OWN, OTHER = "1111111111111111", "2222222222222222"
START = 1_790_000_000

# A small world, so that what is asked for and what policies speak of meet often.
actions = st.sampled_from(
    ["kms:Encrypt", "kms:Decrypt", "kms:DescribeKey", "kms:ListKeys", "kms:SetKeyPolicy"]
)
own_actions = st.sampled_from(
    ["kms:*", "KMS:encrypt", "kms:*crypt", "kms:De*", "kms:?ncrypt", "kms:L*s", "kms:SetKeyPolicy"]
)
action_patterns = own_actions | st.sampled_from(["*", "ecs:*"])
resources = st.sampled_from(
    [
        f"acs:kms:cn-hangzhou:{OWN}:key/key-a",
        f"acs:kms:cn-hangzhou:{OWN}:key/KEY-A",
        f"acs:kms:cn-shanghai:{OWN}:key/key-ab",
        f"acs:kms:cn-hangzhou:{OWN}:secret/db/a",
        f"acs:kms:cn-hangzhou:{OWN}:key",
    ]
)
resource_patterns = st.sampled_from(
    [
        "*",
        "acs:kms:*:*:key/*",
        f"acs:kms:cn-hangzhou:{OWN}:key/key-a",
        f"acs:kms:*:{OWN}:*",
        f"acs:kms:*:{OTHER}:*",
        "acs:kms:cn-*:*:secret/*a",
        "acs:kms:*:*:key*",
        "acs:kms:*:*:key/key-?",
        "acs:kms:*:*:*a*a*",
    ]
)
people = st.sampled_from(
    [
        f"acs:ram::{account}:{who}"
        for account in (OWN, OTHER)
        for who in ("root", "user/alice", "user/bob", "assumed-role/app/s1", "assumed-role/x/app")
    ]
)
principals = st.sampled_from(
    [
        f"acs:ram::{account}:{who}"
        for account in (OWN, OTHER)
        for who in ("root", "*", "user/alice", "user/Bob", "role/app", "role/alice")
    ]
)
moments = st.integers(-2, 2).map(lambda n: START + n)
addresses = st.sampled_from(["10.0.0.1", "10.0.1.255", "::ffff:10.0.0.1", "2001:db8::1", "peer"])
tag_values = st.sampled_from(["prod", "Prod", "prod-1", "", "7", "7.0", "true", "ß", "SS"])
instants = st.one_of(
    moments.map(lambda n: datetime.fromtimestamp(n, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")),
    st.sampled_from(["2026-09-21T21:33:20+08:00", "2026-09-21T13:33Z"]),
)
SPELLINGS = {
    Kind.DATE: (["acs:CurrentTime", "ACS:currenttime", "kms:tag/env"], instants),
    Kind.IP: (
        ["acs:SourceIp", "acs:VpcSourceIp", "kms:tag/env"],
        st.sampled_from(["10.0.0.0/24", "10.0.0.1", "10.0.0.9/8", "2001:db8::/32", "::/0"]),
    ),
    Kind.BOOL: (["acs:SecureTransport", "kms:tag/env"], st.sampled_from(["true", "False"])),
    Kind.STRING: (
        ["acs:SourceVpc", "kms:tag/env", "KMS:TAG/env", "kms:tag/Env", "ram:ServiceName"],
        tag_values | st.sampled_from(["pro*", "*", "?rod", "*-*", "vpc-1"]),
    ),
    Kind.NUMERIC: (["kms:tag/env"], st.sampled_from(["6", "7", "7.00", "-7", "+8.5"])),
}


def one_or_many(values: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    return values | st.lists(values, min_size=1, max_size=3)


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for base in draw(st.lists(st.sampled_from(sorted(OPERATORS)), max_size=2, unique=True)):
        prefix = draw(st.sampled_from(["", "", "", "ForAnyValue:", "ForAllValues:"]))
        suffix = draw(st.sampled_from(["", "", "IfExists"]))
        keys, values = SPELLINGS[OPERATORS[base][0]]
        found[prefix + base + suffix] = draw(
            st.dictionaries(st.sampled_from(keys), one_or_many(values), min_size=1, max_size=2)
        )
    return found


@st.composite
def statements(draw: st.DrawFn, of_resource: bool) -> dict[str, Any]:
    found = {
        "Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"])),
        draw(st.sampled_from(["Action", "Action", "NotAction"])): draw(
            one_or_many(own_actions if of_resource else action_patterns)
        ),
    }
    if of_resource:
        found["Resource"] = draw(st.sampled_from(["*", ["*"]]))
        found["Principal"] = {"RAM": draw(one_or_many(principals))}
    else:
        name = draw(st.sampled_from(["Resource", "Resource", "NotResource"]))
        found[name] = draw(one_or_many(resource_patterns))
    if draw(st.booleans()):
        found["Condition"] = draw(conditions())
    return found


def documents(*, of_resource: bool) -> st.SearchStrategy[dict[str, Any]]:
    one = statements(of_resource)
    return st.builds(
        lambda several: {"Version": "1", "Statement": several},
        one | st.lists(one, min_size=1, max_size=4),
    )


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    known = {
        "acs:CurrentTime": moments.map(lambda n: datetime.fromtimestamp(n, UTC)),
        "acs:SourceIp": addresses,
        "acs:VpcSourceIp": addresses,
        "acs:SecureTransport": st.booleans(),
        "acs:SourceVpc": st.sampled_from(["vpc-1", "vpc-2"]),
        "kms:tag/env": tag_values | instants | addresses,
    }
    return {
        "action": draw(actions),
        "resource": draw(resources),
        "owner": OWN,
        "principal": draw(people),
        "values": draw(st.fixed_dictionaries({}, optional=known)),
    }


def ours(asked: dict[str, Any]) -> AccessRequest:
    values = {
        canonical_key(name): int(value.timestamp()) if isinstance(value, datetime) else value
        for name, value in asked["values"].items()
    }
    who = caller(asked["principal"])
    return AccessRequest(asked["action"], asked["resource"], asked["owner"], who, values)


def identity(document: dict[str, Any]) -> CompiledPolicy:
    return compile_policy(parse_identity_policy(json.dumps(document)))


def of_resource(document: dict[str, Any]) -> CompiledPolicy:
    return compile_policy(parse_resource_policy(json.dumps(document)))


def refusal_of(call: Callable[[], object]) -> Refusal | None:
    try:
        call()
    except Refusal as refusal:
        return refusal
    return None


@settings(max_examples=400)
@given(st.lists(documents(of_resource=False), max_size=3), st.lists(requests(), max_size=6))
def test_policies_of_a_caller_decide_as_the_naive_reading_does(
    several: list[dict[str, Any]], asked: list[dict[str, Any]]
) -> None:
    compiled = [identity(one) for one in several]
    for request in asked:
        expected = naive.verdict(several, request)
        event(expected)
        assert evaluate(compiled, ours(request)) == expected


@settings(max_examples=400)
@given(
    st.lists(documents(of_resource=False), max_size=2),
    st.none() | documents(of_resource=True),
    st.lists(requests(), max_size=6),
)
def test_both_sides_together_permit_what_the_naive_reading_permits(
    several: list[dict[str, Any]],
    resource: dict[str, Any] | None,
    asked: list[dict[str, Any]],
) -> None:
    compiled = [identity(one) for one in several]
    policy = of_resource(resource) if resource else None
    for request in asked:
        refusal = refusal_of(lambda asked=request: require(ours(asked), compiled, policy))
        event(f"permitted: {refusal is None}")
        assert (refusal is None) == naive.permitted(several, resource, request)
        if refusal:
            assert refusal.code == Code.NO_PERMISSION
            assert f"{request['action']} on {request['resource']}" in refusal.message


values_of_a_tag = {
    Kind.DATE: instants,
    Kind.IP: addresses,
    Kind.BOOL: st.booleans() | tag_values,
    Kind.STRING: tag_values,
    Kind.NUMERIC: tag_values | st.sampled_from(["6", "6.00", "-7", "8.50", "100", "1e1"]),
}


@pytest.mark.parametrize("operator", sorted(OPERATORS))
@given(st.data())
def test_each_operator_alone_compares_as_the_naive_reading_does(
    operator: str, data: st.DataObject
) -> None:
    kind = OPERATORS[operator][0]
    wanted = data.draw(one_or_many(SPELLINGS[kind][1]))
    value = data.draw(values_of_a_tag[kind])
    condition = {operator: {"kms:tag/env": wanted}}
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}
    document = {"Version": "1", "Statement": statement}
    request = {
        "action": "kms:Encrypt",
        "resource": f"acs:kms:cn-hangzhou:{OWN}:key/key-a",
        "owner": OWN,
        "principal": f"acs:ram::{OWN}:user/alice",
        "values": {"kms:tag/env": value},
    }
    expected = naive.verdict([document], request)
    event(expected)
    assert evaluate([identity(document)], ours(request)) == expected


few = st.text("ab*?\n", max_size=12)


@given(st.lists(few, min_size=1, max_size=4), st.text("ab\n", max_size=12))
def test_wildcards_fit_what_a_reading_sign_by_sign_fits(patterns: list[str], text: str) -> None:
    assert any_glob(patterns)(text) == any(naive.glob(one, text) for one in patterns)


words = st.sampled_from(
    "Version 1 Statement Sid Effect Allow Action kms:* Resource * Principal RAM Condition "
    f"StringLike kms:tag/a Bool acs:ram::{OWN}:root".split()
)
leaves = st.none() | st.booleans() | st.integers() | st.floats() | words | st.text(max_size=4)
anything = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words | st.text(max_size=3), inner),
    max_leaves=12,
)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A good document with something else in one place, or a piece of its text gone."""
    document = draw(documents(of_resource=draw(st.booleans())))
    spot: Any = document
    while True:
        names = list(range(len(spot))) if isinstance(spot, list) else sorted(spot)
        if not names:
            break
        name = draw(st.sampled_from(names))
        if not isinstance(spot[name], dict | list) or draw(st.booleans()):
            spot[name] = draw(anything)
            break
        spot = spot[name]
    text = json.dumps(document)
    cut = draw(st.integers(0, len(text)))
    return text if draw(st.booleans()) else text[:cut] + text[cut + draw(st.integers(0, 3)) :]


@settings(max_examples=500)
@given(damaged() | anything.map(json.dumps) | st.text(max_size=60))
def test_a_policy_is_read_or_refused_and_what_was_read_can_be_decided(text: str) -> None:
    request = AccessRequest(
        "kms:Encrypt", "acs:kms:x:y:key/z", OWN, caller(f"acs:ram::{OWN}:*"), {}
    )
    for parse in (parse_identity_policy, parse_resource_policy):
        refusal = refusal_of(lambda read=parse: evaluate([compile_policy(read(text))], request))
        event(f"read: {refusal is None}")
        if refusal:
            assert refusal.code == Code.INVALID_PARAMETER
            assert refusal.message.isprintable()
            assert len(refusal.message) < 1000


@pytest.mark.parametrize("opened", ["[", '{"a":', '{"Version":"1","Statement":['])
def test_however_deep_a_text_goes_it_is_refused(opened: str) -> None:
    for times in (10, 1_000, 32_768 // len(opened), 100_000):
        with pytest.raises(Refusal):
            parse_identity_policy(opened * times)
