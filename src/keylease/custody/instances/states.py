"""The life of an instance inside its running phase, as a table. Source: rules.md 2."""

from enum import StrEnum

from keylease.core.errors import Code
from keylease.core.states import Life


class InstanceState(StrEnum):
    """What ``GetKmsInstance`` answers as ``Status``."""

    UNINITIALIZED = "Uninitialized"
    CONNECTED = "Connected"
    DISCONNECTED = "Disconnected"


class InstanceEvent(StrEnum):
    """What can happen to an instance while it runs."""

    CONNECT = "ConnectKmsInstance"
    TOKEN_LOST = "losing the token"  # noqa: S105 - a hardware token, no secret
    TOKEN_BACK = "regaining the token"  # noqa: S105 - a hardware token, no secret


_NO = Code.INSTANCE_STATE_INVALID

INSTANCE_LIFE: Life[InstanceState, InstanceEvent] = Life(
    "instance",
    InstanceState,
    InstanceEvent,
    {
        InstanceState.UNINITIALIZED: {
            InstanceEvent.CONNECT: InstanceState.CONNECTED,
            InstanceEvent.TOKEN_LOST: _NO,
            InstanceEvent.TOKEN_BACK: _NO,
        },
        InstanceState.CONNECTED: {
            InstanceEvent.CONNECT: _NO,
            InstanceEvent.TOKEN_LOST: InstanceState.DISCONNECTED,
            InstanceEvent.TOKEN_BACK: _NO,
        },
        InstanceState.DISCONNECTED: {
            InstanceEvent.CONNECT: _NO,
            InstanceEvent.TOKEN_LOST: _NO,
            InstanceEvent.TOKEN_BACK: InstanceState.CONNECTED,
        },
    },
)
