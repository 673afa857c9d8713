"""From a refusal to HTTP: one table, and how an error looks on the wire.

Source: facts/kms-api.md D and B.6, rules.md 4 (business errors of billing answer 400).
"""

from keylease.core.errors import Code, Refusal

_FORBIDDEN = (
    Code.NO_PERMISSION,
    Code.SERVICE_NOT_ENABLED,
    Code.INSTANCE_STATE_INVALID,
    Code.METHOD_UNSUPPORTED,
    Code.IN_DEBT,
    Code.NO_BACKUP,
    Code.STS_NO_PERMISSION,
)
_NOT_FOUND = (
    Code.INSTANCE_NOT_FOUND,
    Code.KEY_NOT_FOUND,
    Code.ALIAS_NOT_FOUND,
    Code.RESOURCE_NOT_FOUND,
    Code.RESOURCE_ID_NOT_FOUND,
    Code.ACCESS_KEY_NOT_FOUND,
    Code.UNKNOWN_API,
    Code.UNAUTHORIZED,
    Code.STS_ROLE_NOT_FOUND,
)
_CONFLICT = (
    Code.KEY_DISABLED,
    Code.KEY_PENDING_DELETION,
    Code.KEY_PENDING_IMPORT,
    Code.KEY_UNAVAILABLE,
    Code.KEY_STATE_NOT_MODIFIED,
    Code.RESOURCE_EXISTS,
    Code.RESOURCE_DELETING,
    Code.RESOURCE_IN_USE,
)

#: The HTTP status of every code; what is not named otherwise is a bad request.
STATUS: dict[Code, int] = (
    dict.fromkeys(Code, 400)
    | dict.fromkeys(_FORBIDDEN, 403)
    | dict.fromkeys(_NOT_FOUND, 404)
    | dict.fromkeys(_CONFLICT, 409)
    | {Code.THROTTLED: 429, Code.INTERNAL: 500, Code.UNAVAILABLE: 503}
    | {Code.SIGNATURE_NOT_MATCHED: 401, Code.INVALID_CONTENT_TYPE: 415}
)

#: What an error of ours says: nothing of what went wrong.
INTERNAL_MESSAGE = "The request failed on our side. Try again; if it stays, tell us the RequestId."


def status_of(refusal: Refusal) -> int:
    """The HTTP status that a refusal is answered with."""
    return refusal.status or STATUS[refusal.code]
