"""The life of a secret as a table. Source: facts/kms-api.md A (Secrets) and A.2.

A secret that waits for its deletion still shows itself and its versions, but has no value to give.
"""

from enum import StrEnum

from keylease.core.errors import Code
from keylease.core.states import Life


class SecretState(StrEnum):
    """Where a secret is in its life; the API shows it as ``PlannedDeleteTime`` only."""

    LIVE = "Live"
    PENDING_DELETION = "PendingDeletion"


class SecretEvent(StrEnum):
    """What can be done to a secret or with it."""

    DESCRIBE = "Describing the secret"
    GET_VALUE = "GetSecretValue"
    PUT_VALUE = "PutSecretValue"
    MOVE_STAGE = "UpdateSecretVersionStage"
    CHANGE_METADATA = "Changing description, configuration, tags or policy"
    ROTATE = "Rotating the secret"
    DELETE = "DeleteSecret"
    RESTORE = "RestoreSecret"


_S, _E = SecretState, SecretEvent
_DELETING = Code.RESOURCE_DELETING

SECRET_LIFE: Life[SecretState, SecretEvent] = Life(
    "secret",
    SecretState,
    SecretEvent,
    {
        _S.LIVE: {
            _E.DESCRIBE: _S.LIVE,
            _E.GET_VALUE: _S.LIVE,
            _E.PUT_VALUE: _S.LIVE,
            _E.MOVE_STAGE: _S.LIVE,
            _E.CHANGE_METADATA: _S.LIVE,
            _E.ROTATE: _S.LIVE,
            _E.DELETE: _S.PENDING_DELETION,
            _E.RESTORE: Code.RESOURCE_IN_USE,
        },
        _S.PENDING_DELETION: {
            _E.DESCRIBE: _S.PENDING_DELETION,
            _E.GET_VALUE: Code.RESOURCE_NOT_FOUND,
            _E.PUT_VALUE: Code.RESOURCE_NOT_FOUND,
            _E.MOVE_STAGE: _DELETING,
            _E.CHANGE_METADATA: _DELETING,
            _E.ROTATE: _DELETING,
            _E.DELETE: _DELETING,
            _E.RESTORE: _S.LIVE,
        },
    },
)


def state_of(delete_at: int | None) -> SecretState:
    """The state of a secret whose deletion is planned for then, or not at all."""
    return SecretState.LIVE if delete_at is None else SecretState.PENDING_DELETION
