"""Every code has its status. facts/kms-api.md D.1 and B.6, rules.md 2 and 4."""

import pytest

from keylease.api.errors import INTERNAL_MESSAGE, STATUS, status_of
from keylease.core.errors import Code, Refusal

#: By status, as the documents have them.
DOCUMENTED = {
    400: (
        "MissingParameter InvalidParameter IncompleteSignature ParseRequestParameterException "
        "SignatureDoesNotMatch SignatureNonceUsed InvalidTimeStamp.Expired InvalidTimeStamp.Format "
        "InvalidAccessKeyId.Inactive Rejected.LimitExceeded UnsupportedOperation Forbidden.Opened "
        "Duplicate.TagKey InvalidParameter.TagKey InvalidParameter.TagValue NotApplicable "
        "InvalidModuleCode InvalidConfigCode ResourceNotExists ResourceStatusError "
        "PAY.INSUFFICIENT_BALANCE CSS_CHECK_ORDER_ERROR IdempotentParameterMismatch "
        "InvalidApiName InvalidApiVersion InvalidParam RequestTimeTooSkewed"
    ),
    401: "SignatureNotMatch",
    403: (
        "Forbidden.NoPermission Forbidden.KmsServiceNotEnabled UnsupportedHTTPMethod "
        "Forbidden.DKMSInstanceStateInvalid Forbidden.InDebt Forbidden.NoBackup"
    ),
    404: (
        "Forbidden.KeyNotFound Forbidden.AliasNotFound Forbidden.ResourceNotFound "
        "InvalidAccessKeyId.NotFound InvalidApi.NotFound Unauthorized"
    ),
    409: (
        "Rejected.Disabled Rejected.PendingDeletion Rejected.PendingImport "
        "Rejected.StateModifiedFailed"
    ),
    415: "InvalidContentType",
    429: "Rejected.Throttling",
    500: "InternalFailure",
    503: "ServiceUnavailableTemporary",
}


def test_every_code_has_a_status_and_nothing_else_has() -> None:
    assert STATUS.keys() == set(Code)
    assert set(STATUS.values()) == set(DOCUMENTED)


@pytest.mark.parametrize(
    ("status", "code"), [(s, c) for s, codes in DOCUMENTED.items() for c in codes.split()]
)
def test_the_status_is_the_documented_one(status: int, code: str) -> None:
    assert STATUS[Code(code)] == status


def test_a_refusal_can_say_another_status_where_a_code_has_two() -> None:
    """Calls that name an instance as their place answer 403, GetKmsInstance 404. rules.md 2."""
    code = Code.INSTANCE_NOT_FOUND
    assert status_of(Refusal(code, "")) == 404
    assert status_of(Refusal(code, "", status=403)) == 403


def test_what_is_said_of_an_error_of_ours_says_nothing_of_it() -> None:
    assert "RequestId" in INTERNAL_MESSAGE
    assert "{" not in INTERNAL_MESSAGE
