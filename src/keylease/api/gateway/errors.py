"""How the gateway's errors look: an ``Error`` message. Source: facts/kms-api.md C (Errors)."""

from keylease.api.errors import INTERNAL_MESSAGE, status_of
from keylease.api.gateway.messages import encode
from keylease.api.gateway.requests import CONTENT_TYPE
from keylease.api.http.response import Response
from keylease.core.errors import Code, Refusal


def refusal(error: Refusal, request_id: str) -> Response:
    """The documented error, with the HTTP status that its message names."""
    status = status_of(error)
    body = encode(
        "Error",
        {
            "StatusCode": status,
            "ErrorCode": error.code.value,
            "ErrorMessage": error.message,
            "RequestId": request_id,
        },
    )
    return Response(status, (("Content-Type", CONTENT_TYPE),), body)


def internal(request_id: str) -> Response:
    """Our own fault: the request id, and nothing else."""
    return refusal(Refusal(Code.INTERNAL, INTERNAL_MESSAGE), request_id)
