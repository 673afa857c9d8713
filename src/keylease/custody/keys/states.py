"""The life of a key as a table. Source: facts/kms-api.md D.2, facts/kms.md 4.2."""

from enum import StrEnum

from keylease.core.errors import Code
from keylease.core.states import Life


class KeyState(StrEnum):
    """What ``DescribeKey`` answers as ``KeyState``."""

    ENABLED = "Enabled"
    DISABLED = "Disabled"
    PENDING_DELETION = "PendingDeletion"
    PENDING_IMPORT = "PendingImport"


class KeyEvent(StrEnum):
    """What can be done to a key or with it."""

    USE = "Using the key"
    ENABLE = "EnableKey"
    DISABLE = "DisableKey"
    SCHEDULE_DELETION = "ScheduleKeyDeletion"
    CANCEL_DELETION = "CancelKeyDeletion"
    DESCRIBE = "Describing the key"
    CHANGE_METADATA = "Changing description, tags or policy"
    ROTATE = "Rotating the key"
    CREATE_ALIAS = "CreateAlias"
    POINT_ALIAS = "UpdateAlias"
    PREPARE_IMPORT = "GetParametersForImport"
    IMPORT = "ImportKeyMaterial"
    DELETE_MATERIAL = "DeleteKeyMaterial"


_S, _E = KeyState, KeyEvent
_UNMODIFIED = Code.KEY_STATE_NOT_MODIFIED

KEY_LIFE: Life[KeyState, KeyEvent] = Life(
    "key",
    KeyState,
    KeyEvent,
    {
        _S.ENABLED: {
            _E.USE: _S.ENABLED,
            _E.ENABLE: _S.ENABLED,
            _E.DISABLE: _S.DISABLED,
            _E.SCHEDULE_DELETION: _S.PENDING_DELETION,
            _E.CANCEL_DELETION: _UNMODIFIED,
            _E.DESCRIBE: _S.ENABLED,
            _E.CHANGE_METADATA: _S.ENABLED,
            _E.ROTATE: _S.ENABLED,
            _E.CREATE_ALIAS: _S.ENABLED,
            _E.POINT_ALIAS: _S.ENABLED,
            _E.PREPARE_IMPORT: _S.ENABLED,
            _E.IMPORT: _S.ENABLED,
            _E.DELETE_MATERIAL: _S.PENDING_IMPORT,
        },
        _S.DISABLED: {
            _E.USE: Code.KEY_DISABLED,
            _E.ENABLE: _S.ENABLED,
            _E.DISABLE: _S.DISABLED,
            _E.SCHEDULE_DELETION: _S.PENDING_DELETION,
            _E.CANCEL_DELETION: _UNMODIFIED,
            _E.DESCRIBE: _S.DISABLED,
            _E.CHANGE_METADATA: _S.DISABLED,
            _E.ROTATE: Code.KEY_DISABLED,
            _E.CREATE_ALIAS: _S.DISABLED,
            _E.POINT_ALIAS: _S.DISABLED,
            _E.PREPARE_IMPORT: _S.DISABLED,
            _E.IMPORT: _S.DISABLED,
            _E.DELETE_MATERIAL: _S.PENDING_IMPORT,
        },
        _S.PENDING_DELETION: {
            _E.USE: Code.KEY_PENDING_DELETION,
            _E.ENABLE: _UNMODIFIED,
            _E.DISABLE: _UNMODIFIED,
            _E.SCHEDULE_DELETION: _UNMODIFIED,
            _E.CANCEL_DELETION: _S.ENABLED,
            _E.DESCRIBE: _S.PENDING_DELETION,
            _E.CHANGE_METADATA: Code.KEY_PENDING_DELETION,
            _E.ROTATE: Code.KEY_PENDING_DELETION,
            _E.CREATE_ALIAS: _UNMODIFIED,
            _E.POINT_ALIAS: Code.KEY_PENDING_DELETION,
            _E.PREPARE_IMPORT: _S.PENDING_DELETION,
            _E.IMPORT: _UNMODIFIED,
            _E.DELETE_MATERIAL: _S.PENDING_DELETION,
        },
        _S.PENDING_IMPORT: {
            _E.USE: Code.KEY_PENDING_IMPORT,
            _E.ENABLE: _UNMODIFIED,
            _E.DISABLE: _UNMODIFIED,
            _E.SCHEDULE_DELETION: _S.PENDING_DELETION,
            _E.CANCEL_DELETION: _UNMODIFIED,
            _E.DESCRIBE: _S.PENDING_IMPORT,
            _E.CHANGE_METADATA: _S.PENDING_IMPORT,
            _E.ROTATE: Code.KEY_PENDING_IMPORT,
            _E.CREATE_ALIAS: _S.PENDING_IMPORT,
            _E.POINT_ALIAS: _S.PENDING_IMPORT,
            _E.PREPARE_IMPORT: _S.PENDING_IMPORT,
            _E.IMPORT: _S.ENABLED,
            _E.DELETE_MATERIAL: _S.PENDING_IMPORT,
        },
    },
)
