"""The gateway's messages and the requests that carry them. Source: facts/kms-api.md C.

That they are the official client's, byte by byte, is tested in tests/clients/test_gateway_wire.py.
"""

from dataclasses import replace

import pytest

from keylease.access.signatures.client_key import read_claim
from keylease.api.gateway import errors
from keylease.api.gateway.messages import MESSAGES, Fields, decode, encode
from keylease.api.gateway.requests import BODY_BYTES_MAX, check_body, read_message
from keylease.core.errors import Code, Refusal
from vectors import gateway
from vectors.gateway import request


def test_the_captured_body_says_what_was_asked() -> None:
    found = decode("EncryptRequest", gateway.BODY)
    assert {name: value for name, value in found.values.items() if value} == gateway.SAID
    assert found.text("KeyId") == "key-abc"
    assert found.data("Plaintext") == b"hello"


def test_what_was_asked_makes_the_captured_body() -> None:
    assert encode("EncryptRequest", gateway.SAID) == gateway.BODY


def test_what_was_not_sent_reads_as_nothing() -> None:
    assert decode("EncryptRequest", b"").text("KeyId") == ""
    assert decode("EncryptRequest", b"").data("Aad") == b""
    assert decode("GenerateRandomRequest", b"").number("Length") == 0
    assert decode("GetSecretValueRequest", b"").flag("FetchExtendedConfig") is False


def test_a_field_is_read_as_what_it_is() -> None:
    found = decode("EncryptRequest", gateway.BODY)
    with pytest.raises(TypeError, match="Plaintext is not of type str"):
        found.text("Plaintext")


def test_fields_that_are_not_known_are_passed_over() -> None:
    later = bytes.fromhex("fa0103616263")  # number 31
    assert decode("EncryptRequest", gateway.BODY + later) == decode("EncryptRequest", gateway.BODY)


@pytest.mark.parametrize(
    "body",
    [
        b"\x0a\xff",  # longer than what is there
        b"\x0a\x02\xc3\x28",  # a text that is not UTF-8
        b"\x0a\x01\0",  # a text with a NUL
        b"\x0a\x03\xed\xa0\x80",  # half a surrogate pair
        b"\x07",  # a wire type that does not exist
    ],
)
def test_bytes_that_are_no_message_are_refused(body: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        decode("EncryptRequest", body)
    assert refused.value.code is Code.INVALID_PARAMETER


def test_a_nul_among_several_texts_is_refused() -> None:
    body = encode("GetSecretValueResponse", {"VersionStages": ["one", "t\0wo"]})
    with pytest.raises(Refusal):
        decode("GetSecretValueResponse", body)


def test_what_a_message_says_is_not_in_its_repr() -> None:
    assert repr(Fields({"Plaintext": b"secret"})) == "Fields()"


def test_every_operation_has_both_its_messages() -> None:
    requests = {name.removesuffix("Request") for name in MESSAGES if name.endswith("Request")}
    responses = {name.removesuffix("Response") for name in MESSAGES if name.endswith("Response")}
    assert requests == responses
    assert MESSAGES.keys() - {f"{n}Request" for n in requests} - {
        f"{n}Response" for n in responses
    } == {"Error"}


def test_a_request_carries_the_message_of_its_operation() -> None:
    sent = request(encode("GenerateRandomRequest", {"Length": 32}), x_kms_apiname="GenerateRandom")
    check_body(sent)
    assert read_message(sent, read_claim(sent)).number("Length") == 32


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"x_kms_apiname": "CreateKey"}, Code.INVALID_API_NAME),
        ({"x_kms_apiname": ""}, Code.INVALID_API_NAME),
        ({"x_kms_apiname": "EncryptRequest"}, Code.INVALID_API_NAME),
        ({"x_kms_apiversion": "dkms-gcs-9.9"}, Code.INVALID_API_VERSION),
        ({"x_kms_apiversion": ""}, Code.INVALID_API_VERSION),
    ],
)
def test_another_operation_or_version_is_refused(headers: dict[str, str], code: Code) -> None:
    sent = request(**headers)
    with pytest.raises(Refusal) as refused:
        read_message(sent, read_claim(sent))
    assert refused.value.code is code


def test_what_is_not_sent_as_a_message_is_refused_with_415() -> None:
    check_body(request(content_type="application/x-protobuf; charset=utf-8"))
    for other in ("", "application/json", "application/x-protobuffer"):
        with pytest.raises(Refusal) as refused:
            check_body(request(content_type=other))
        assert errors.refusal(refused.value, "").status == 415


def test_what_is_too_long_is_refused_with_413() -> None:
    sent = request()
    check_body(replace(sent, body=bytes(BODY_BYTES_MAX)))
    with pytest.raises(Refusal) as refused:
        check_body(replace(sent, body=bytes(BODY_BYTES_MAX + 1)))
    assert errors.refusal(refused.value, "").status == 413


def test_an_error_says_its_status_code_message_and_request() -> None:
    response = errors.refusal(Refusal(Code.SIGNATURE_NOT_MATCHED, "Sign it."), "request-1")
    assert response.status == 401
    assert response.headers == (("Content-Type", "application/x-protobuf"),)
    assert decode("Error", response.body).values == {
        "StatusCode": 401,
        "ErrorCode": "SignatureNotMatch",
        "ErrorMessage": "Sign it.",
        "RequestId": "request-1",
    }


def test_an_error_of_ours_says_nothing_of_it() -> None:
    response = errors.internal("request-1")
    assert response.status == 500
    assert decode("Error", response.body).text("ErrorCode") == "InternalFailure"
