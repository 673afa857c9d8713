"""What answers look like. facts/kms-api.md B.6, billing.md 7.1."""

import json
from decimal import Decimal

import pytest

from keylease.api.errors import INTERNAL_MESSAGE
from keylease.api.rpc import replies
from keylease.api.rpc.call import Family
from keylease.core.errors import Code, Refusal

ID = "6A1FFB05-9A1F-4E0C-8B3A-0123456789AB"
NO = Refusal(Code.KEY_DISABLED, "It is disabled.")


def test_a_kms_answer_is_its_fields_and_the_request_id() -> None:
    response = replies.success(Family.KMS, {"KeyId": "key-1"}, ID)
    assert response.status == 200
    assert dict(response.headers) == {"Content-Type": "application/json;charset=utf-8"}
    assert json.loads(response.body) == {"RequestId": ID, "KeyId": "key-1"}


def test_a_billing_answer_has_an_envelope() -> None:
    body = json.loads(replies.success(Family.BILLING, {"Data": {}}, ID).body)
    assert body == {
        "RequestId": ID,
        "Success": True,
        "Code": "Success",
        "Message": "Successful!",
        "Data": {},
    }


def test_an_operation_may_word_its_envelope() -> None:
    """QueryAccountBalance and the refund pair say 200 and success."""
    said = {"Code": "200", "Message": "success", "Data": {}}
    body = json.loads(replies.success(Family.BILLING, said, ID).body)
    assert (body["Code"], body["Message"], body["Success"]) == ("200", "success", True)


def test_amounts_are_written_with_exactly_their_digits() -> None:
    """500.50 and not 500.5: no binary float comes near money."""
    body = replies.success(Family.BILLING, {"Data": {"TradePrice": Decimal("500.50")}}, ID).body
    assert b'"TradePrice":500.50' in body


@pytest.mark.parametrize("family", [Family.KMS, Family.STS, None])
def test_an_error_has_four_fields(family: Family | None) -> None:
    response = replies.refusal(family, NO, ID)
    assert response.status == 409
    assert json.loads(response.body) == {
        "HttpStatus": 409,
        "Code": "Rejected.Disabled",
        "Message": "It is disabled.",
        "RequestId": ID,
    }


@pytest.mark.parametrize("code", list(Code))
def test_an_error_of_billing_is_marked_as_no_success(code: Code) -> None:
    response = replies.refusal(Family.BILLING, Refusal(code, "No."), ID)
    body = json.loads(response.body)
    assert body["Success"] is False
    assert body["HttpStatus"] == response.status >= 400


def test_throttling_says_when_to_come_back() -> None:
    """The current SDK makes a ThrottlingException of this header."""
    headers = dict(replies.refusal(Family.KMS, Refusal(Code.THROTTLED, ""), ID).headers)
    assert headers["x-acs-retry-after"] == "1000"
    assert "x-acs-retry-after" not in dict(replies.refusal(Family.KMS, NO, ID).headers)


@pytest.mark.parametrize("family", list(Family))
def test_an_error_of_ours_says_its_request_id_and_nothing_else(family: Family) -> None:
    response = replies.internal(family, ID)
    body = json.loads(response.body)
    assert response.status == 500
    assert (body["Code"], body["Message"]) == ("InternalFailure", INTERNAL_MESSAGE)
    assert body["RequestId"] == ID


def test_the_string_to_sign_survives_as_it_is() -> None:
    """Clients compare it with their own, line breaks included."""
    text = "server string to sign is:ACS3-HMAC-SHA256\n0a"
    body = replies.refusal(Family.KMS, Refusal(Code.SIGNATURE_MISMATCH, text), ID).body
    assert json.loads(body)["Message"] == text
