"""What can be refused, and why.

A `Refusal` is the world's fault (bad input, too little money, a key that is disabled): it carries
the documented code and a sentence that says what to do. Each door turns it into its own form with
one table (`keylease.api.errors`). Anything else that is raised is our fault; the doors answer it
as ``InternalFailure`` and keep its text to themselves. `ensure` states what must hold.
"""

import traceback
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Self


class Code(StrEnum):
    """Every error code that this program answers with. Source: facts/kms-api.md D, billing.md 7."""

    # The gateway: who are you, and is this a request at all?
    MISSING_PARAMETER = "MissingParameter"
    MISSING_ACTION = "MissingAction"
    MISSING_VERSION = "MissingVersion"
    MISSING_ACCESS_KEY_ID = "MissingAccessKeyId"
    MISSING_TIMESTAMP = "MissingTimestamp"
    MISSING_SIGNATURE_NONCE = "MissingSignatureNonce"
    INCOMPLETE_SIGNATURE = "IncompleteSignature"
    SIGNATURE_MISMATCH = "SignatureDoesNotMatch"
    NONCE_USED = "SignatureNonceUsed"
    TIMESTAMP_EXPIRED = "InvalidTimeStamp.Expired"
    TIMESTAMP_FORMAT = "InvalidTimeStamp.Format"
    ACCESS_KEY_NOT_FOUND = "InvalidAccessKeyId.NotFound"
    ACCESS_KEY_INACTIVE = "InvalidAccessKeyId.Inactive"
    TOKEN_MISSING = "MissingSecurityToken"  # noqa: S105 - an error code, no secret
    TOKEN_EXPIRED = "InvalidSecurityToken.Expired"  # noqa: S105 - an error code, no secret
    TOKEN_WRONG = "InvalidSecurityToken.MismatchWithAccessKey"  # noqa: S105 - an error code
    UNKNOWN_API = "InvalidApi.NotFound"
    MALFORMED = "ParseRequestParameterException"
    METHOD_UNSUPPORTED = "UnsupportedHTTPMethod"
    NO_PERMISSION = "Forbidden.NoPermission"
    THROTTLED = "Rejected.Throttling"
    INTERNAL = "InternalFailure"
    UNAVAILABLE = "ServiceUnavailableTemporary"

    # The instance gateway: requests that are signed with a client key.
    INVALID_API_NAME = "InvalidApiName"
    INVALID_API_VERSION = "InvalidApiVersion"
    INVALID_CONTENT_TYPE = "InvalidContentType"
    INVALID_PARAM = "InvalidParam"
    TIME_SKEWED = "RequestTimeTooSkewed"
    SIGNATURE_NOT_MATCHED = "SignatureNotMatch"
    UNAUTHORIZED = "Unauthorized"

    # Keys and instances.
    INVALID_PARAMETER = "InvalidParameter"
    UNSUPPORTED = "UnsupportedOperation"
    REJECTED_UNSUPPORTED = "Rejected.UnsupportedOperation"
    UNSUPPORTED_ORIGIN = "Unsupported.Origin"
    SERVICE_NOT_ENABLED = "Forbidden.KmsServiceNotEnabled"
    SERVICE_ALREADY_OPEN = "Forbidden.Opened"
    INSTANCE_NOT_FOUND = "Forbidden.DKMSInstanceNotFound"
    INSTANCE_STATE_INVALID = "Forbidden.DKMSInstanceStateInvalid"
    KEY_NOT_FOUND = "Forbidden.KeyNotFound"
    ALIAS_NOT_FOUND = "Forbidden.AliasNotFound"
    RESOURCE_NOT_FOUND = "Forbidden.ResourceNotFound"
    INVALID_CIPHERTEXT = "InvalidCiphertext"
    INVALID_KEY_MATERIAL = "InvalidKeyMaterial"
    INVALID_IMPORT_TOKEN = "InvalidImportToken"  # noqa: S105 - an error code, no secret
    EXPIRED_IMPORT_TOKEN = "ExpiredImportToken"  # noqa: S105 - an error code, no secret
    ALIAS_EXISTS = "AliasAlreadyExists"
    RESOURCE_EXISTS = "Rejected.ResourceExist"
    RESOURCE_DELETING = "Rejected.ResourceInDeleteWindow"
    RESOURCE_IN_USE = "Rejected.ResourceInUse"
    RESOURCE_ID_NOT_FOUND = "InvalidResourceId.NotFound"
    STAGES_MISMATCH = "Rejected.InvalidRequest"
    LIMIT_EXCEEDED = "Rejected.LimitExceeded"
    SHARE_LIMIT_EXCEEDED = "Rejected.ShareQuotaExceedLimit"
    KEY_POLICY_UNSUPPORTED = "Forbidden.KeyPolicyUnSupported"
    KEY_DISABLED = "Rejected.Disabled"
    KEY_PENDING_DELETION = "Rejected.PendingDeletion"
    KEY_PENDING_IMPORT = "Rejected.PendingImport"
    KEY_UNAVAILABLE = "Rejected.Unavailable"
    KEY_STATE_NOT_MODIFIED = "Rejected.StateModifiedFailed"
    TAG_DUPLICATE = "Duplicate.TagKey"
    TAG_KEY_INVALID = "InvalidParameter.TagKey"
    TAG_VALUE_INVALID = "InvalidParameter.TagValue"
    IN_DEBT = "Forbidden.InDebt"
    NO_BACKUP = "Forbidden.NoBackup"
    DRY_RUN_OK = "DryRunOperationError"
    DRY_RUN_INVALID = "ValidationError"
    DRY_RUN_DENIED = "AccessDeniedError"

    # Temporary credentials of roles.
    STS_NO_PERMISSION = "NoPermission"
    STS_ROLE_NOT_FOUND = "EntityNotExist.Role"
    STS_ROLE_ARN = "InvalidParameter.RoleArn"
    STS_SESSION_NAME = "InvalidParameter.RoleSessionName"
    STS_DURATION = "InvalidParameter.DurationSeconds"
    STS_POLICY_GRAMMAR = "InvalidParameter.PolicyGrammar"
    STS_POLICY_SIZE = "InvalidParameter.PolicySize"

    # Billing.
    NOT_APPLICABLE = "NotApplicable"
    INVALID_MODULE = "InvalidModuleCode"
    INVALID_CONFIG = "InvalidConfigCode"
    RESOURCE_NOT_EXISTS = "ResourceNotExists"
    RESOURCE_STATUS = "ResourceStatusError"
    INSUFFICIENT_BALANCE = "PAY.INSUFFICIENT_BALANCE"
    ORDER_CONFLICT = "CSS_CHECK_ORDER_ERROR"
    CHANGE_PENDING = "INSTANCE_HAS_INACTIVE_CHANGE"
    TOKEN_MISMATCH = "IdempotentParameterMismatch"  # noqa: S105 - an error code, no secret


class Word(str):
    """English words among the values of what is said, which other languages say as well.

    They may have values themselves: see `Explained`.
    """

    __slots__ = ("text", "values")

    text: str
    values: Mapping[str, Any]

    def __new__(cls, text: str, /, **values: Any) -> Self:
        """The words in English."""
        said = super().__new__(cls, text.format(**values) if values else text)
        said.text = text
        said.values = values
        return said


class Parameter(Word):
    """The name of a parameter among them: pages say how the field is called that it comes from."""

    __slots__ = ()


class Words(str):
    """Several of them, and what stands between each and the next."""

    __slots__ = ("between", "each")

    between: str
    each: Sequence[str]

    def __new__(cls, between: str, each: Iterable[str]) -> Self:
        """All of them in English."""
        listed = tuple(each)
        said = super().__new__(cls, between.join(listed))
        said.between = between
        said.each = listed
        return said


class Explained(Exception):
    """What is not done, and what to do instead.

    ``text`` says it and holds no secret; ``values`` stand in its ``{name}``s, so that it can be
    said in other languages too. ``message`` is both together, in English. ``about`` is the
    parameter that is wrong, where the text does not name it.
    """

    def __init__(self, text: str, /, *, about: Parameter | None = None, **values: Any) -> None:
        self.text = text
        self.values = values
        self.about = about
        self.message = text.format(**values) if values else text
        super().__init__(self.message)


class Refusal(Explained):
    """A request that is refused for a documented reason.

    ``status`` overrides the door's usual HTTP status for the code, where the same code has two.
    """

    def __init__(
        self,
        code: Code,
        text: str,
        /,
        *,
        status: int | None = None,
        about: Parameter | None = None,
        **values: Any,
    ) -> None:
        super().__init__(text, about=about, **values)
        self.code = code
        self.status = status


class Collision(Exception):
    """Two transactions were in each other's way and this one was undone: try it again."""


class Unreachable(Exception):
    """The database cannot be reached, or has no room: nothing of ours, and over some time.

    Not a `Refusal`, so that what is done about refusals is not done about this.
    """

    refusal = Refusal(
        Code.UNAVAILABLE, "The database cannot be used at the moment. Try again in a few seconds."
    )


class Misuse(Explained):
    """The operator asked for something that cannot be done."""


def ensure(condition: object, message: str) -> None:
    """Stop if something that must hold does not: our own bug, never the caller's.

    Unlike ``assert`` this stays when Python runs with ``-O``.
    """
    if not condition:
        raise AssertionError(message)


def told(error: BaseException | None) -> dict[str, Any]:
    """What a log may say of an error: its kind and where it happened, never what it says."""
    if error is None:
        return {}
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "error": type(error).__qualname__,
        "trace": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
