"""How the gateway's errors look: an ``Error`` message. Source: facts/kms-api.md C (Errors)."""

import json
from collections.abc import Mapping

from keylease.api.errors import INTERNAL_MESSAGE, status_of
from keylease.api.gateway.messages import encode
from keylease.api.gateway.requests import CONTENT_TYPE
from keylease.api.http.reader import MESSAGE_HEADER
from keylease.api.http.response import Response, refused
from keylease.core.errors import Code, Refusal

_HEADERS = (("Content-Type", CONTENT_TYPE),)


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
    return Response(status, _HEADERS, body)


def before_reading(status: int, target: str, headers: Mapping[str, str]) -> Response:
    """What a request is told that never reaches a door; a message of ours if it was for this."""
    plain = refused(status, target, headers)
    if MESSAGE_HEADER not in headers:
        return plain
    said = json.loads(plain.body)
    body = encode(
        "Error",
        {"StatusCode": status, "ErrorCode": said["Code"], "ErrorMessage": said["Message"]},
    )
    return Response(status, _HEADERS, body)


def internal(request_id: str) -> Response:
    """Our own fault: the request id, and nothing else."""
    return refusal(Refusal(Code.INTERNAL, INTERNAL_MESSAGE), request_id)
