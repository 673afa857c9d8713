"""From an HTTP request to the message that it carries."""

from keylease.access.request import Request
from keylease.access.signatures.client_key import ClientKeyClaim
from keylease.api.gateway.messages import API_NAMES, Fields, decode
from keylease.core.errors import Code, Refusal

CONTENT_TYPE = "application/x-protobuf"
API_VERSION = "dkms-gcs-0.2"

#: The longest body that is read as a message. facts/kms-api.md C.
BODY_BYTES_MAX = 3 * 1024 * 1024


def check_body(request: Request) -> None:
    """Refuse with HTTP 415 what is not a message, and with HTTP 413 what is too long for one."""
    media_type = request.headers.get("content-type", "").partition(";")[0].rstrip().lower()
    if media_type != CONTENT_TYPE:
        raise Refusal(
            Code.INVALID_CONTENT_TYPE, f"Send a protobuf message as Content-Type {CONTENT_TYPE}."
        )
    if len(request.body) > BODY_BYTES_MAX:
        raise Refusal(Code.MALFORMED, f"A message has at most {BODY_BYTES_MAX} bytes.", status=413)


def read_message(request: Request, claim: ClientKeyClaim) -> Fields:
    """What a request asks for.

    Refusals: ``InvalidApiVersion``, ``InvalidApiName``, and ``InvalidParameter`` for a body that
    is not the message of this operation.
    """
    if claim.api_version != API_VERSION:
        raise Refusal(
            Code.INVALID_API_VERSION,
            f"The ApiVersion is invalid: send {API_VERSION} in the header x-kms-apiversion.",
        )
    if claim.api_name not in API_NAMES:
        raise Refusal(
            Code.INVALID_API_NAME,
            "The ApiName is invalid: name an operation of the instance gateway in the header "
            "x-kms-apiname.",
        )
    return decode(f"{claim.api_name}Request", request.body)
