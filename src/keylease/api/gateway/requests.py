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
            Code.INVALID_CONTENT_TYPE,
            "Send a protobuf message as Content-Type {content_type}.",
            content_type=CONTENT_TYPE,
        )
    if len(request.body) > BODY_BYTES_MAX:
        raise Refusal(
            Code.MALFORMED, "A message has at most {most} bytes.", status=413, most=BODY_BYTES_MAX
        )


def read_message(request: Request, claim: ClientKeyClaim) -> Fields:
    """What a request asks for.

    Refusals: ``InvalidApiVersion``, ``InvalidApiName``, and ``InvalidParameter`` for a body that
    is not the message of this operation.
    """
    if claim.api_version != API_VERSION:
        raise Refusal(
            Code.INVALID_API_VERSION,
            "The ApiVersion is invalid: send {version} in the header x-kms-apiversion.",
            version=API_VERSION,
        )
    if claim.api_name not in API_NAMES:
        raise Refusal(
            Code.INVALID_API_NAME,
            "The ApiName is invalid: name an operation of the instance gateway in the header "
            "x-kms-apiname.",
        )
    return decode(f"{claim.api_name}Request", request.body)
