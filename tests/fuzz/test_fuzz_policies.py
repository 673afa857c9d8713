"""Whatever is written as a policy: it is refused, or decides as the naive reading of it does."""

import json
from datetime import UTC, datetime
from itertools import product
from typing import Any

from fuzz.harness import Damage, fuzz
from keylease.access.policies.compiled import (
    AccessRequest,
    CompiledPolicy,
    caller,
    compile_policy,
    evaluate,
)
from keylease.access.policies.conditions import canonical_key
from keylease.access.policies.document import (
    parse_identity_policy,
    parse_resource_policy,
    parse_trust_policy,
)
from keylease.access.policies.operators import OPERATORS, Kind
from keylease.core.errors import Code, Refusal
from naive import policies as naive

OWN, OTHER = "1111111111111111", "2222222222222222"
NOW = 1_790_000_000
READERS = {
    "identity": parse_identity_policy,
    "resource": parse_resource_policy,
    "trust": parse_trust_policy,
}

ACTIONS = ("*", "kms:Encrypt", "kms:De*", "KMS:?ncrypt", "kms:*crypt", "kms:*")
RESOURCES = (
    "*",
    "acs:kms:*:*:key/*",
    f"acs:kms:cn-hangzhou:{OWN}:key/key-a",
    "acs:kms:*:*:*a*a*",
    f"acs:kms:*:{OTHER}:secret/?",
)
PEOPLE = tuple(
    f"acs:ram::{account}:{who}"
    for account, who in product((OWN, OTHER), ("root", "*", "user/alice", "role/app"))
)
#: By what an operator compares: keys, and values that can be compared with.
COMPARED = {
    Kind.DATE: (("ACS:currenttime",), ("2026-09-21T21:33:20+08:00", "2026-09-21T13:33Z")),
    Kind.IP: (("acs:SourceIp", "acs:VpcSourceIp"), ("10.0.0.0/8", "10.0.0.1", "::/0")),
    Kind.BOOL: (("acs:SecureTransport",), ("true", "False")),
    Kind.STRING: (("kms:tag/env", "kms:tag/Env", "acs:SourceVpc"), ("prod", "pro*", "*", "7", "ß")),
    Kind.NUMERIC: (("kms:tag/env",), ("7", "-7.50", "6")),
}
VALUES = tuple(value for _, values in COMPARED.values() for value in values)

KNOWN: dict[str, Any] = {
    "acs:CurrentTime": datetime.fromtimestamp(NOW, UTC),
    "acs:SourceIp": "10.0.0.1",
    "acs:SecureTransport": True,
    "acs:SourceVpc": "vpc-1",
    "kms:tag/env": "7",
}
REQUESTS = [
    {"action": action, "resource": resource, "owner": OWN, "principal": who, "values": values}
    for (action, resource), who, values in zip(
        product(
            ("kms:Encrypt", "kms:Decrypt", "sts:AssumeRole"),
            (f"acs:kms:cn-hangzhou:{OWN}:key/key-a", f"acs:kms:cn-hangzhou:{OWN}:secret/a"),
        ),
        (
            f"acs:ram::{OWN}:user/alice",
            f"acs:ram::{OWN}:assumed-role/app/s",
            f"acs:ram::{OTHER}:root",
        )
        * 2,
        (KNOWN, {}, KNOWN | {"kms:tag/env": "prod"}) * 2,
        strict=True,
    )
]


def generated(damage: Damage, kind: str) -> dict[str, Any]:
    """A policy that can be meant."""
    statements = [_statement(damage, kind) for _ in range(damage.chance.randint(1, 3))]
    return {"Version": "1", "Statement": damage.one_of((statements, statements[0]))}


def _statement(damage: Damage, kind: str) -> dict[str, Any]:
    actions = {"trust": ("sts:AssumeRole",), "resource": ACTIONS[1:]}.get(kind, ACTIONS)
    found: dict[str, Any] = {"Effect": damage.one_of(("Allow", "Deny"))}
    found[damage.one_of(("Action", "Action", "NotAction"))] = _many(damage, actions)
    if kind != "trust":
        found["Resource"] = "*" if kind == "resource" else _many(damage, RESOURCES)
    if kind != "identity":
        found["Principal"] = {"RAM": _many(damage, PEOPLE)}
    if damage.now_and_then(0.6):
        found["Condition"] = {
            damage.one_of(("", "ForAnyValue:", "ForAllValues:"))
            + operator
            + damage.one_of(("", "IfExists")): _compared(damage, OPERATORS[operator][0])
            for operator in damage.some(sorted(OPERATORS))
        }
    return found


def _compared(damage: Damage, kind: Kind) -> dict[str, Any]:
    keys, values = COMPARED[kind]
    return {damage.one_of(keys): _many(damage, values)}


def _many(damage: Damage, several: tuple[str, ...]) -> Any:
    return damage.one_of((damage.one_of(several), damage.some(several)))


def replaced(damage: Damage, document: Any) -> Any:
    """The document with a value of it, somewhere inside, made another one."""
    if isinstance(document, dict) and document and damage.now_and_then(0.9):
        name = damage.one_of(sorted(document))
        inner = replaced(damage, document[name])
        other = damage.text(name) if damage.now_and_then(0.1) else name
        return {one: value for one, value in document.items() if one != name} | {other: inner}
    if isinstance(document, list) and document and damage.now_and_then(0.9):
        at = damage.chance.randrange(len(document))
        return [*document[:at], replaced(damage, document[at]), *document[at + 1 :]]
    if isinstance(document, str) and damage.now_and_then(0.8):
        return damage.text(document, VALUES + ACTIONS + PEOPLE)
    return damage.one_of((None, True, 0, -1.5, 10**400, "", [], {}, [[]], [None], {"a": 1}, ["*"]))


def test_a_damaged_policy_is_refused_or_decides_as_the_naive_reading_does() -> None:
    def damaged(damage: Damage) -> tuple[str, str]:
        kind = damage.one_of(sorted(READERS))
        document = generated(damage, kind)
        for _ in range(damage.chance.randint(0, 2)):
            document = replaced(damage, document)
        text = json.dumps(document, ensure_ascii=damage.now_and_then(0.5))
        if damage.now_and_then(0.3):
            text = damage.text(text)
        return kind, text

    def decided(tried: tuple[str, str]) -> None:
        kind, text = tried
        policy = read(kind, text)
        if isinstance(policy, Refusal):
            assert policy.code == Code.INVALID_PARAMETER
            assert policy.message.isprintable()
            assert len(policy.message) < 1_000
            return
        for request in REQUESTS:
            expected = naive.verdict([plain(kind, text)], request)
            assert decision(policy, request) == expected, request

    fuzz(damaged, decided)


def read(kind: str, text: str) -> CompiledPolicy | Refusal:
    """What becomes of a text."""
    try:
        return compile_policy(READERS[kind](text))
    except Refusal as refusal:
        return refusal


def decision(policy: CompiledPolicy, asked: dict[str, Any]) -> str:
    """What we decide."""
    values = dict(asked["values"])
    if "acs:CurrentTime" in values:
        values["acs:CurrentTime"] = NOW
    known = {canonical_key(name): value for name, value in values.items()}
    who = caller(asked["principal"])
    request = AccessRequest(asked["action"], asked["resource"], asked["owner"], who, known)
    return evaluate([policy], request)


def plain(kind: str, text: str) -> dict[str, Any]:
    """As the naive reading takes it, which wants a Resource everywhere."""
    document: dict[str, Any] = json.loads(text)
    if kind == "trust":
        found = naive.as_list(document["Statement"])
        document["Statement"] = [one | {"Resource": "*"} for one in found]
    return document
