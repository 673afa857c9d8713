"""Recorded requests verify to the byte, claims are refused by their documented codes."""

from dataclasses import replace

import pytest

from keylease.access.request import Request
from keylease.access.signatures import ACS3, ACS4, RPC, parse, read_claim, textbook, verify
from keylease.core.errors import Code, Refusal
from vectors import signatures as vectors
from vectors.signatures import SECRET, Vector, acs_request, rpc_request


def check(request: Request, secret: str = SECRET) -> None:
    parameters = parse(request)
    verify(request, parameters, read_claim(request, parameters), secret)


def refusal(request: Request, secret: str = SECRET) -> Refusal:
    with pytest.raises(Refusal) as caught:
        check(request, secret)
    return caught.value


# Vectors.


@pytest.mark.parametrize("vector", vectors.ALL, ids=lambda v: v.name)
def test_recorded_signatures_verify(vector: Vector) -> None:
    check(vector.request, vector.secret)


@pytest.mark.parametrize("vector", vectors.ALL, ids=lambda v: v.name)
def test_a_wrong_secret_is_answered_with_our_string_to_sign(vector: Vector) -> None:
    refused = refusal(vector.request, vector.secret + "x")
    assert refused.code == Code.SIGNATURE_MISMATCH
    # The core SDK compares exactly this piece with its own text. facts/kms-api.md B.5.
    assert refused.message.split(":")[1] == vector.string_to_sign
    assert vector.secret not in refused.message


@pytest.mark.parametrize("vector", vectors.ALL, ids=lambda v: v.name)
def test_the_textbook_gives_the_recorded_texts(vector: Vector) -> None:
    request = vector.request
    claim = read_claim(request, parse(request))
    assert textbook.string_to_sign(request, claim) == vector.string_to_sign
    assert textbook.signature(request, claim, vector.secret) == claim.signature
    if vector.canonical_request:
        assert textbook.canonical_request(request, claim) == vector.canonical_request


def test_claims_say_who_when_and_what() -> None:
    acs = vectors.CREATE_SECRET_ACS3.request
    claim = read_claim(acs, parse(acs))
    assert (claim.algorithm, claim.access_key_id) == (ACS3, "LTAIthrowawayid")
    assert (claim.timestamp, claim.nonce) == (
        vectors.DATE_SECONDS,
        "6fc50b41f790ccc43aeb2bea9576db97",
    )
    assert (claim.action, claim.version) == ("CreateSecret", "2016-01-20")
    rpc = vectors.CREATE_INSTANCE_RPC.request
    claim = read_claim(rpc, parse(rpc))
    assert (claim.algorithm, claim.access_key_id) == (RPC, "LTAIthrowawayid")
    assert (claim.timestamp, claim.nonce) == (1_795_404_983, "293a79a54183d0802df85ee189cbfcf6")
    assert (claim.action, claim.version) == ("CreateInstance", "2017-12-14")
    acs4 = acs_request(algorithm=ACS4)
    assert read_claim(acs4, parse(acs4)).scope[:3] == ("20261123", "cn-hangzhou", "Kms")


def test_reprs_hide_signatures_tokens_and_values() -> None:
    request = acs_request(
        "Plaintext=hush", b"SecretData=hush", headers={"x-acs-security-token": "hush"}
    )
    parameters = parse(request)
    claim = read_claim(request, parameters)
    assert claim.security_token == "hush"
    assert "hush" not in repr((request, parameters, claim))
    assert claim.signature not in repr((request, claim))


# Claims that are refused.


def without_header(name: str) -> Request:
    request = acs_request()
    del request.headers[name]
    request.headers["authorization"] = request.headers["authorization"].replace(f"{name};", "")
    return request


def without_parameter(name: str) -> Request:
    request = rpc_request()
    request.query = "&".join(p for p in request.query.split("&") if not p.startswith(name + "="))
    return request


def with_parameter(name: str, value: str) -> Request:
    request = without_parameter(name)
    request.query += f"&{name}={value}"
    return request


def with_authorization(value: str) -> Request:
    return replace(acs_request(), headers=acs_request().headers | {"authorization": value})


def with_date(value: str) -> Request:
    return replace(acs_request(), headers=acs_request().headers | {"x-acs-date": value})


def without_signing(name: str) -> Request:
    request = acs_request(body=b"a=b", headers={"x-acs-content-sha256": "0", "x-acs-new": "1"})
    fields = request.headers["authorization"].replace(f"{name};", "").replace(f";{name}", "")
    request.headers["authorization"] = fields
    return request


NOBODY = Request("GET", "/", "", {"host": "h"}, b"", "127.0.0.1")
HEADERS = "SignedHeaders=host;x-acs-action;x-acs-date;x-acs-signature-nonce;x-acs-version"
ACS4_TAIL = "cn-hangzhou/Kms/aliyun_v4_request"

REFUSED = [
    ("nothing is signed", NOBODY, Code.MISSING_ACCESS_KEY_ID),
    ("a signature of nobody", without_parameter("AccessKeyId"), Code.MISSING_ACCESS_KEY_ID),
    ("an empty access key id", with_parameter("AccessKeyId", ""), Code.MISSING_ACCESS_KEY_ID),
    (
        "an empty credential",
        with_authorization(f"{ACS3} Credential=,{HEADERS},Signature=0"),
        Code.MISSING_ACCESS_KEY_ID,
    ),
    ("no x-acs-date", without_header("x-acs-date"), Code.MISSING_TIMESTAMP),
    ("no Timestamp", without_parameter("Timestamp"), Code.MISSING_TIMESTAMP),
    ("a date without a time", with_date("2026-11-23"), Code.TIMESTAMP_FORMAT),
    ("a date with an offset", with_date("2026-11-23T03:20:19+08:00"), Code.TIMESTAMP_FORMAT),
    ("a week date", with_date("2026-W47-1T03:20:19Z"), Code.TIMESTAMP_FORMAT),
    ("a thirteenth month", with_date("2026-13-23T03:20:19Z"), Code.TIMESTAMP_FORMAT),
    ("digits that are not ASCII", with_date("２026-11-23T03:20:19Z"), Code.TIMESTAMP_FORMAT),
    ("an unreadable Timestamp", with_parameter("Timestamp", "1795404019"), Code.TIMESTAMP_FORMAT),
    ("no nonce header", without_header("x-acs-signature-nonce"), Code.MISSING_SIGNATURE_NONCE),
    ("no nonce", without_parameter("SignatureNonce"), Code.MISSING_SIGNATURE_NONCE),
    ("an empty nonce", with_parameter("SignatureNonce", ""), Code.MISSING_SIGNATURE_NONCE),
    ("no x-acs-action", without_header("x-acs-action"), Code.MISSING_ACTION),
    ("no Action", without_parameter("Action"), Code.MISSING_ACTION),
    ("no Version", without_parameter("Version"), Code.MISSING_VERSION),
]

INCOMPLETE = [
    ("no Signature", without_parameter("Signature")),
    ("no SignatureMethod", without_parameter("SignatureMethod")),
    ("another SignatureMethod", with_parameter("SignatureMethod", "HMAC-SHA256")),
    ("another SignatureVersion", with_parameter("SignatureVersion", "2.0")),
    ("RSA", with_authorization(f"ACS3-RSA-SHA256 Credential=a,{HEADERS},Signature=0")),
    ("a bearer token", with_authorization("Bearer abc")),
    ("an empty Authorization", with_authorization("")),
    ("no fields", with_authorization(ACS3)),
    ("no Credential", with_authorization(f"{ACS3} {HEADERS},Signature=0")),
    ("no SignedHeaders", with_authorization(f"{ACS3} Credential=a,Signature=0")),
    ("no signature value", with_authorization(f"{ACS3} Credential=a,{HEADERS},Signature=")),
    (
        "a field twice",
        with_authorization(f"{ACS3} Credential=a,{HEADERS},Signature=0,Signature=1"),
    ),
    ("a scope with ACS3", with_authorization(f"{ACS3} Credential=a/b,{HEADERS},Signature=0")),
    ("ACS4 without a scope", with_authorization(f"{ACS4} Credential=a,{HEADERS},Signature=0")),
    (
        "ACS4 with another day's key",
        with_authorization(f"{ACS4} Credential=a/20261122/{ACS4_TAIL},{HEADERS},Signature=0"),
    ),
    (
        "ACS4 with another tail",
        with_authorization(f"{ACS4} Credential=a/20261123/b/c/d,{HEADERS},Signature=0"),
    ),
    (
        "a signed header that is not there",
        with_authorization(f"{ACS3} Credential=a,{HEADERS};x-acs-ghost,Signature=0"),
    ),
    *(
        (f"{name} unsigned", without_signing(name))
        for name in (
            "content-type",
            "host",
            "x-acs-action",
            "x-acs-content-sha256",
            "x-acs-date",
            "x-acs-new",
            "x-acs-signature-nonce",
            "x-acs-version",
        )
    ),
]


@pytest.mark.parametrize(
    ("request_", "code"), [c[1:] for c in REFUSED], ids=[c[0] for c in REFUSED]
)
def test_missing_and_malformed_parts_have_their_code(request_: Request, code: Code) -> None:
    assert refusal(request_).code == code


@pytest.mark.parametrize("request_", [c[1] for c in INCOMPLETE], ids=[c[0] for c in INCOMPLETE])
def test_what_cannot_be_verified_is_incomplete(request_: Request) -> None:
    assert refusal(request_).code == Code.INCOMPLETE_SIGNATURE


def test_an_unknown_algorithm_is_told_which_are_known() -> None:
    for request in (
        with_authorization(f"ACS3-HMAC-SM3 Credential=a,{HEADERS},Signature=0"),
        with_parameter("SignatureMethod", "SM3"),
    ):
        message = refusal(request).message
        assert all(name in message for name in (ACS3, ACS4, RPC))


# What is not signed is not believed.


def test_rpc_ignores_an_action_header_that_differs_from_the_signed_parameter() -> None:
    request = rpc_request()
    request.headers |= {"x-acs-action": "ScheduleKeyDeletion", "x-acs-version": "2017-12-14"}
    claim = read_claim(request, parse(request))
    assert (claim.action, claim.version) == ("Encrypt", "2016-01-20")
    check(request)


def test_rpc_does_not_take_an_unsigned_action_header_for_a_missing_parameter() -> None:
    request = without_parameter("Action")
    request.headers["x-acs-action"] = "Encrypt"
    assert refusal(request).code == Code.MISSING_ACTION


def test_acs_prefers_the_signed_header_to_the_signed_parameter() -> None:
    request = acs_request("Action=Decrypt")
    check(request)
    assert read_claim(request, parse(request)).action == "Encrypt"


def test_acs_takes_action_and_version_from_the_signed_query() -> None:
    headers = {"x-acs-action": "", "x-acs-version": ""}
    request = acs_request("Action=Decrypt&Version=2016-01-20", headers=headers)
    check(request)
    assert read_claim(request, parse(request)).action == "Decrypt"


@pytest.mark.parametrize("algorithm", [ACS3, ACS4])
def test_a_stated_body_hash_must_be_that_of_the_body(algorithm: str) -> None:
    stated = {"x-acs-content-sha256": vectors.EMPTY_SHA256}
    check(acs_request(algorithm=algorithm, headers=stated))
    lying = acs_request(body=b"a=b", algorithm=algorithm, headers=stated)
    assert refusal(lying).code == Code.SIGNATURE_MISMATCH


def test_a_body_without_a_signed_content_type_is_refused() -> None:
    # Whoever strips the header on the way would otherwise make the form's parameters vanish.
    request = without_signing("content-type")
    del request.headers["content-type"]
    assert refusal(request).code == Code.INCOMPLETE_SIGNATURE


@pytest.mark.parametrize("part", [0, 1, 2])
def test_acs4_binds_day_region_and_product(part: int) -> None:
    request = acs_request(algorithm=ACS4)
    check(request)
    claim = read_claim(request, parse(request))
    scope = list(claim.scope)
    scope[part] = "other"
    with pytest.raises(Refusal, match="not matched"):
        verify(request, parse(request), replace(claim, scope=tuple(scope)), SECRET)


@pytest.mark.parametrize("signed", [acs_request(), rpc_request()], ids=["acs", "rpc"])
def test_the_path_is_signed(signed: Request) -> None:
    check(replace(signed, path=""))
    assert refusal(replace(signed, path="/other")).code == Code.SIGNATURE_MISMATCH


@pytest.mark.parametrize("forged", ["é", "%00", "0", "A" * 10_000])
def test_a_nonsense_signature_is_a_mismatch(forged: str) -> None:
    acs = with_authorization(
        acs_request().headers["authorization"].rpartition("=")[0] + "=" + forged
    )
    assert refusal(acs).code == Code.SIGNATURE_MISMATCH
    rpc = with_parameter("Signature", forged.replace("é", "%C3%A9"))
    assert refusal(rpc).code == Code.SIGNATURE_MISMATCH
