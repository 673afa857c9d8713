"""How answers and errors of the RPC door look. Source: facts/kms-api.md B.6, billing.md 7.1."""

from typing import Any

import msgspec

from keylease.api.errors import INTERNAL_MESSAGE, status_of
from keylease.api.http.response import Response
from keylease.api.rpc.call import Answer, Family
from keylease.core.errors import Code, Refusal

_JSON = (("Content-Type", "application/json;charset=utf-8"),)
_encoder = msgspec.json.Encoder(decimal_format="number")


def success(family: Family | None, answer: Answer, request_id: str) -> Response:
    """HTTP 200; billing answers have an envelope around them."""
    body: dict[str, Any] = {"RequestId": request_id, **answer}
    if family is Family.BILLING:
        body = {"Code": "Success", "Message": "Successful!", "Success": True, **body}
    return Response(200, _JSON, _encoder.encode(body))


def refusal(family: Family | None, error: Refusal, request_id: str) -> Response:
    """The documented error; billing errors are marked as no success too."""
    status = status_of(error)
    body: dict[str, Any] = {
        "HttpStatus": status,
        "Code": error.code.value,
        "Message": error.message,
        "RequestId": request_id,
    }
    if family is Family.BILLING:
        body["Success"] = False
    headers: tuple[tuple[str, str], ...] = _JSON
    if error.code is Code.THROTTLED:
        headers += (("x-acs-retry-after", "1000"),)
    return Response(status, headers, _encoder.encode(body))


def internal(family: Family | None, request_id: str) -> Response:
    """Our own fault: the request id, and nothing else."""
    return refusal(family, Refusal(Code.INTERNAL, INTERNAL_MESSAGE), request_id)
