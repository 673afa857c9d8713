"""Signatures of client keys. Source: facts/kms-api.md C."""

import base64
from dataclasses import replace

import pytest

from keylease.access.signatures.client_key import (
    WINDOW_SECONDS,
    read_claim,
    require_fresh,
    string_to_sign,
    unknown_client_key,
    verify,
)
from keylease.core.errors import Code, Refusal
from vectors import gateway
from vectors.gateway import CLIENT_KEY_ID, DATE_SECONDS, OTHER_KEY, PUBLIC_KEY, request, signature


def code_of(method: str = "POST", without: str = "", **headers: str) -> Code:
    """What a request with other headers is refused with before its key is looked for."""
    made = replace(request(**headers), method=method)
    made.headers.pop(without, None)
    with pytest.raises(Refusal) as refused:
        read_claim(made)
    return refused.value.code


def test_the_captured_request_signs_the_captured_text() -> None:
    captured = replace(request(), headers=dict(gateway.HEADERS))
    assert string_to_sign(captured) == gateway.STRING_TO_SIGN


def test_a_claim_says_who_when_and_what_for() -> None:
    claim = read_claim(request())
    assert claim.client_key_id == CLIENT_KEY_ID
    assert claim.timestamp == DATE_SECONDS
    assert (claim.api_name, claim.api_version) == ("Encrypt", "dkms-gcs-0.2")
    assert base64.b64encode(claim.signature).decode() not in repr(claim)


def test_the_key_that_signed_verifies() -> None:
    signed = request()
    verify(signed, read_claim(signed), PUBLIC_KEY)


def test_the_hash_of_the_body_may_be_in_lower_case() -> None:
    signed = request(content_sha256=gateway.HEADERS["content-sha256"].lower())
    verify(signed, read_claim(signed), PUBLIC_KEY)


def test_every_header_for_the_gateway_is_signed() -> None:
    signed = request(x_kms_zone="a")
    verify(signed, read_claim(signed), PUBLIC_KEY)
    del signed.headers["x-kms-zone"]
    refuses(signed)


@pytest.mark.parametrize(
    "name", ["date", "content-type", "x-kms-apiname", "x-kms-acccesskeyid", "x-kms-apiversion"]
)
def test_a_header_that_was_changed_does_not_match(name: str) -> None:
    changed = request()
    changed.headers[name] = {"date": "Mon, 23 Nov 2026 03:25:34 GMT"}.get(name, "other")
    refuses(changed)


def test_a_header_that_was_added_does_not_match() -> None:
    changed = request()
    changed.headers["x-kms-more"] = "1"
    refuses(changed)


def test_a_body_that_was_changed_does_not_match() -> None:
    refuses(replace(request(), body=gateway.BODY + b"\0"))
    honest = request(gateway.BODY + b"\0").headers["content-sha256"]
    changed = replace(request(), body=gateway.BODY + b"\0")
    changed.headers["content-sha256"] = honest
    refuses(changed)


def test_another_key_does_not_match() -> None:
    signed = request()
    signed.headers["authorization"] = f"Bearer {signature(string_to_sign(signed), OTHER_KEY)}"
    refuses(signed)


@pytest.mark.parametrize("text", ["", "AAAA", "A" * 344, base64.b64encode(b"\xff" * 256).decode()])
def test_what_is_no_signature_does_not_match(text: str) -> None:
    refuses(request(authorization=f"Bearer {text}"))


def refuses(signed: gateway.Request) -> None:
    with pytest.raises(Refusal) as refused:
        verify(signed, read_claim(signed), PUBLIC_KEY)
    assert refused.value.code is Code.SIGNATURE_NOT_MATCHED
    assert refused.value.message.startswith("Signature is not matched.")


@pytest.mark.parametrize("seconds", [-WINDOW_SECONDS, 0, WINDOW_SECONDS])
def test_within_fifteen_minutes_it_is_fresh(seconds: int) -> None:
    require_fresh(read_claim(request()), float(DATE_SECONDS + seconds))


@pytest.mark.parametrize("seconds", [-WINDOW_SECONDS - 1, WINDOW_SECONDS + 1])
def test_beyond_fifteen_minutes_it_is_skewed(seconds: int) -> None:
    with pytest.raises(Refusal) as refused:
        require_fresh(read_claim(request()), float(DATE_SECONDS + seconds))
    assert refused.value.code is Code.TIME_SKEWED


def test_only_what_is_posted_is_read() -> None:
    assert code_of("GET") is Code.METHOD_UNSUPPORTED


def test_another_signature_method_is_refused() -> None:
    assert code_of(x_kms_signaturemethod="RSA_PSS_SHA_256") is Code.INVALID_PARAM
    assert code_of(without="x-kms-signaturemethod") is Code.INVALID_PARAM


@pytest.mark.parametrize("name", ["x-kms-acccesskeyid", "content-sha256"])
def test_what_the_signature_needs_must_be_there(name: str) -> None:
    assert code_of(without=name) is Code.MISSING_PARAMETER


@pytest.mark.parametrize("text", ["K" * 129, "KAAP.é", "KAAP.\x7f"])
def test_what_cannot_be_the_id_of_a_client_key_is_unknown(text: str) -> None:
    assert code_of(x_kms_acccesskeyid=text) is unknown_client_key().code is Code.UNAUTHORIZED


@pytest.mark.parametrize(
    "text",
    [
        "Mon, 23 Nov 2026 03:25:33",
        "Mon, 23 Nov 2026 03:25:33 +0000",
        "Tue, 23 Nov 2026 03:25:33 GMT",
        "Mon, 31 Feb 2026 03:25:33 GMT",
        "Mon, 23 Nov 2026 24:00:00 GMT",
        "Sat, 01 Jan 0000 00:00:00 GMT",
        "2026-11-23T03:25:33Z",
    ],
)
def test_a_date_of_another_form_is_refused(text: str) -> None:
    assert code_of(date=text) is Code.INVALID_PARAM


@pytest.mark.parametrize("text", ["AAAA", "bearer AAAA", "Bearer AAA", "Bearer AA A", "Bearer é"])
def test_an_authorization_of_another_form_is_refused(text: str) -> None:
    assert code_of(authorization=text) is Code.INVALID_PARAM


def test_the_texts_that_official_clients_compare_are_theirs() -> None:
    """alibabacloud-kms-python-sdk 1.1.3 turns these two into other errors, by the whole text."""
    for headers in ({"date": "now"}, {"authorization": "none"}):
        with pytest.raises(Refusal) as refused:
            read_claim(request(**headers))
        (name,) = headers
        assert refused.value.message == f"The Param {name.capitalize()} is invalid."
