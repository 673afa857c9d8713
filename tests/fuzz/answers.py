"""Whether an answer has the form that its door has promised, whatever was asked."""

import json

from keylease.access.request import Request
from keylease.api.gateway.messages import decode
from keylease.api.http.response import Response


def check(request: Request, answer: Response) -> None:
    """AssertionError unless it is the answer of the door that the request went to, and no fault.

    Which one that is, the request alone decides: its path and one header. docs/formats/gateway.md.
    """
    assert answer.status < 500, answer.body
    kind = dict(answer.headers)["Content-Type"]
    if request.path not in {"/", ""}:
        assert kind.startswith("text/plain")
        answer.body.decode()
    elif "x-kms-apiname" in request.headers:
        assert kind == "application/x-protobuf"
        _check_message(request, answer)
    else:
        assert kind == "application/json;charset=utf-8"
        said = json.loads(answer.body)
        assert answer.status == 200 or said["Code"]
        assert said["RequestId"]


def _check_message(request: Request, answer: Response) -> None:
    """As an official client of the instance gateway reads it."""
    if answer.status == 200:
        decode(f"{request.headers['x-kms-apiname']}Response", answer.body)
    else:
        error = decode("Error", answer.body)
        assert error.number("StatusCode") == answer.status
        assert error.text("ErrorCode")
