"""A policy is read exactly as it is documented; anything else is refused, saying what and where."""

import json
from typing import Any

import pytest

from keylease.access.policies.document import (
    BYTES_MAX,
    Effect,
    PolicyDocument,
    Selection,
    parse_identity_policy,
    parse_resource_policy,
)
from keylease.core.errors import Code, Refusal

STATEMENT = {"Effect": "Allow", "Action": "kms:Encrypt", "Resource": "*"}
ALICE = "acs:ram::1111111111111111:user/alice"
OF_KEY = STATEMENT | {"Principal": {"RAM": [ALICE]}}


def text_of(*statements: object, **more: object) -> str:
    return json.dumps({"Version": "1", "Statement": list(statements)} | more)


def identity(**changes: Any) -> PolicyDocument:
    return parse_identity_policy(text_of(changed(STATEMENT, changes)))


def of_key(**changes: Any) -> PolicyDocument:
    return parse_resource_policy(text_of(changed(OF_KEY, changes)))


def changed(statement: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in (statement | changes).items() if one is not None}


def test_one_statement_reads_like_a_list_of_one_and_a_text_like_a_list_of_one() -> None:
    alone = parse_identity_policy(json.dumps({"Version": "1", "Statement": STATEMENT}))
    assert alone == identity() == identity(Action=["kms:Encrypt"], Resource=["*"])
    assert alone.statements[0].effect is Effect.ALLOW
    assert alone.statements[0].principals is None


def test_not_action_and_not_resource_invert() -> None:
    found = identity(Action=None, NotAction="ram:*", Resource=None, NotResource=["acs:kms:*"])
    assert found.statements[0].actions == Selection(("ram:*",), inverted=True)
    assert found.statements[0].resources == Selection(("acs:kms:*",), inverted=True)


# The example of SetKeyPolicy's reference, with an account id that is whole.
EXAMPLE = """{"Statement":[{"Action":["kms:*"],"Effect":"Allow","Principal":{"RAM":[
"acs:ram::1192853035110000:*"]},"Resource":["*"],"Sid":"kms default key policy"},{"Action":[
"kms:List*","kms:Describe*","kms:Create*","kms:Enable*","kms:Disable*","kms:Get*","kms:Set*",
"kms:Update*","kms:Delete*","kms:Cancel*","kms:TagResource","kms:UntagResource",
"kms:ImportKeyMaterial","kms:ScheduleKeyDeletion"],"Effect":"Allow","Principal":{"RAM":[
"acs:ram::1192853035110000:user/for_test_policy"]},"Resource":["*"]}],"Version":"1"}"""


def test_the_documented_example_of_a_key_policy_is_read() -> None:
    first, second = parse_resource_policy(EXAMPLE).statements
    assert first.sid == "kms default key policy"
    assert first.principals == ("acs:ram::1192853035110000:*",)
    assert len(second.actions.patterns) == 14


TOO_LONG = "acs:kms:*:*:secret/" + "x" * 256
MANY = "acs:kms:" + "a*" * 9

IDENTITY_WRONG = [
    ({"Effect": "allow"}, "Statement[0].Effect takes Allow or Deny"),
    ({"Effect": None}, "Statement[0].Effect takes Allow or Deny"),
    ({"Action": None}, "Statement[0] takes exactly one of Action and NotAction"),
    ({"NotAction": "kms:*"}, "Statement[0] takes exactly one of Action and NotAction"),
    ({"Resource": None}, "Statement[0] takes exactly one of Resource and NotResource"),
    ({"NotResource": "*"}, "Statement[0] takes exactly one of Resource and NotResource"),
    ({"Action": []}, "Statement[0].Action takes a text or a list of texts"),
    ({"Action": [1]}, "Statement[0].Action takes a text or a list of texts"),
    ({"Action": "Encrypt"}, "Statement[0].Action takes actions like kms:Encrypt"),
    ({"Action": "kms:Enc rypt"}, "not 'kms:Enc rypt'"),
    ({"Action": "kms:" + "a" * 256}, "at most 256 characters"),
    ({"Resource": "key/key-1"}, "Statement[0].Resource takes * or names like acs:kms:"),
    ({"Resource": "acs:kms:*:*:secret/${acs:user}"}, "Statement[0].Resource takes no variables"),
    ({"Resource": TOO_LONG}, "Statement[0].Resource takes at most 256 characters"),
    ({"Resource": MANY}, "Statement[0].Resource takes at most 8 wildcards"),
    ({"Resource": "acs:kms:\n"}, "Statement[0].Resource takes a text"),
    ({"Sid": ""}, "Statement[0].Sid takes 1 to 128"),
    ({"Sid": "x" * 129}, "Statement[0].Sid takes 1 to 128"),
    ({"Sid": "密钥"}, "Statement[0].Sid takes 1 to 128"),
    ({"Sid": 7}, "Statement[0].Sid takes 1 to 128"),
    ({"Principal": {"RAM": [ALICE]}}, "not 'Principal'"),
    ({"NotPrincipal": {"RAM": [ALICE]}}, "not 'NotPrincipal'"),
    ({"effect": "Deny"}, "not 'effect'"),
    ({"Condition": []}, "Statement[0].Condition takes a JSON object"),
    ({"Condition": {"Bool": "true"}}, "Statement[0].Condition.'Bool' takes a JSON object"),
]

RESOURCE_WRONG = [
    ({"Principal": None}, "Statement[0].Principal takes a JSON object"),
    ({"Principal": "*"}, "Statement[0].Principal takes a JSON object"),
    ({"Principal": {}}, 'Statement[0].Principal takes {"RAM": [...]}'),
    ({"Principal": {"RAM": [ALICE], "Service": ["x"]}}, 'takes {"RAM": [...]}'),
    ({"Principal": {"RAM": []}}, "Statement[0].Principal.RAM takes a text"),
    ({"Principal": {"RAM": "*"}}, "Statement[0].Principal.RAM takes acs:ram::<account>:root"),
    ({"Principal": {"RAM": "acs:ram::*:root"}}, "Statement[0].Principal.RAM takes"),
    ({"Principal": {"RAM": "acs:ram::1111111111111111:user/*"}}, "Statement[0].Principal.RAM"),
    ({"Principal": {"RAM": "acs:ram::1111111111111111:group/a"}}, "Statement[0].Principal.RAM"),
    ({"Resource": "acs:kms:*:*:key/*"}, 'Statement[0].Resource takes "*"'),
    ({"Resource": ["*", "acs:kms:*"]}, 'Statement[0].Resource takes "*"'),
    ({"Resource": None, "NotResource": "*"}, 'Statement[0].Resource takes "*"'),
    ({"Action": "*"}, "Statement[0].Action takes actions that start with kms:"),
    ({"Action": ["kms:Encrypt", "ecs:*"]}, "not 'ecs:*'"),
]


@pytest.mark.parametrize(("changes", "message"), IDENTITY_WRONG)
def test_a_wrong_statement_of_an_identity_policy_is_refused(
    changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(Refusal) as refused:
        identity(**changes)
    assert refused.value.code == Code.INVALID_PARAMETER
    assert message in refused.value.message


@pytest.mark.parametrize(("changes", "message"), RESOURCE_WRONG)
def test_a_wrong_statement_of_a_resource_policy_is_refused(
    changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(Refusal) as refused:
        of_key(**changes)
    assert refused.value.code == Code.INVALID_PARAMETER
    assert message in refused.value.message


TWICE = text_of(STATEMENT).replace('"Effect"', '"Effect": "Deny", "Effect"')

WRONG_TEXTS = [
    ("", "takes JSON"),
    ("{", "takes JSON"),
    ("[]", "The policy takes a JSON object"),
    ('{"Version": "1", "Statement": [' + "9" * 5000 + "]}", "takes JSON"),
    (json.dumps({"Version": 1, "Statement": STATEMENT}), 'Version takes "1"'),
    (json.dumps({"Version": "2012-10-17", "Statement": STATEMENT}), 'Version takes "1"'),
    (json.dumps({"Version": "1"}), "Statement[0] takes a JSON object"),
    (text_of(), "Statement takes 1 to 100 statements"),
    (text_of(*[STATEMENT] * 101), "Statement takes 1 to 100 statements"),
    (text_of(STATEMENT, "x"), "Statement[1] takes a JSON object"),
    (text_of(STATEMENT, Id="x"), "The policy takes Version, Statement, not 'Id'"),
    (TWICE, "each name once"),
    (text_of(*[STATEMENT | {"Action": ["a:*", "b:*", "c:*"]}] * 67), "at most 200 patterns"),
]


@pytest.mark.parametrize(("text", "message"), WRONG_TEXTS)
def test_a_wrong_document_is_refused(text: str, message: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_identity_policy(text)
    assert refused.value.code == Code.INVALID_PARAMETER
    assert message in refused.value.message


def test_a_policy_has_at_most_32768_bytes() -> None:
    text = text_of(OF_KEY)
    assert parse_resource_policy(text + " " * (BYTES_MAX - len(text)))
    with pytest.raises(Refusal, match="at most 32,768 bytes"):
        parse_resource_policy(text + " " * (BYTES_MAX - len(text) + 1))
    one = STATEMENT | {"Resource": ["acs:kms:*:*:secret/" + "密" * 200] * 60}
    with pytest.raises(Refusal, match="at most 32,768 bytes"):
        parse_identity_policy(json.dumps({"Version": "1", "Statement": one}, ensure_ascii=False))


CONDITIONS_WRONG = [
    ({"StringMatches": {"kms:tag/a": "x"}}, "there is no operator 'StringMatches'"),
    ({"Null": {"kms:tag/a": "true"}}, "there is no operator 'Null'"),
    ({"ForSome:StringEquals": {"kms:tag/a": "x"}}, "there is no operator"),
    ({"stringequals": {"kms:tag/a": "x"}}, "there is no operator"),
    ({"Bool": {"acs:SecureTransport": True}}, "numbers and true or false in quotes too"),
    ({"Bool": {"acs:SecureTransport": "yes"}}, "'yes' is not true or false"),
    ({"Bool": {"kms:tag/a": []}}, "takes a text or a list of texts"),
    ({"IpAddress": {"acs:SourceIp": "10.0.0.0/33"}}, "'10.0.0.0/33' is not an IP address"),
    ({"IpAddress": {"acs:SourceIp": ["10.0.0.1", "10.*"]}}, "'10.*' is not an IP address"),
    ({"DateLessThan": {"acs:CurrentTime": "2026-11-23T03:20:19"}}, "is not a time like"),
    ({"DateLessThan": {"acs:CurrentTime": "2026-11-31T03:20:19Z"}}, "is not a time like"),
    ({"DateLessThan": {"acs:CurrentTime": "1790000000"}}, "is not a time like"),
    ({"NumericEquals": {"kms:tag/a": "1e3"}}, "'1e3' is not a number"),
    ({"NumericEquals": {"kms:tag/a": "NaN"}}, "'NaN' is not a number"),
    ({"StringLike": {"acs:SourceIp": "10.*"}}, "'acs:SourceIp' is an IP address"),
    ({"StringEquals": {"acs:CurrentTime": "x"}}, "'acs:CurrentTime' is a time"),
    ({"IpAddress": {"acs:SourceVpc": "10.0.0.1"}}, "'acs:SourceVpc' is text"),
    ({"Bool": {"acs:MFAPresent": "true"}}, "'acs:MFAPresent' is not known: use acs:CurrentTime"),
    ({"StringEquals": {"kms:tag/": "x"}}, "'kms:tag/' is not known"),
    ({"StringEquals": {"kms:tags/a": "x"}}, "'kms:tags/a' is not known"),
    ({"StringEquals": {"team": "x"}}, "'team' is not a condition key"),
    ({"StringLike": {"kms:tag/a": "*a" * 9}}, "takes at most 8 wildcards"),
]


@pytest.mark.parametrize(("condition", "message"), CONDITIONS_WRONG)
def test_a_condition_that_cannot_be_decided_is_refused(condition: object, message: str) -> None:
    with pytest.raises(Refusal) as refused:
        identity(Condition=condition)
    assert refused.value.code == Code.INVALID_PARAMETER
    assert refused.value.message.startswith("Statement[0].Condition.")
    assert message in refused.value.message


def test_what_a_customer_wrote_comes_back_in_plain_signs() -> None:
    with pytest.raises(Refusal) as refused:
        identity(Condition={"String\n\x1b[31m\ud800密": {"kms:tag/a": "x"}})
    assert refused.value.message.isprintable()
    assert refused.value.message.isascii()
