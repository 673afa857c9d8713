"""The life of an order as a table. Source: rules.md 4, facts/billing.md 1.

A refund order is paid from the start. What was paid is never cancelled: its money can come back.
"""

from enum import StrEnum

from keylease.core.errors import Code
from keylease.core.states import Life


class PaymentStatus(StrEnum):
    """Whether an order is paid."""

    UNPAID = "Unpaid"
    PAID = "Paid"
    CANCELLED = "Cancelled"


class OrderEvent(StrEnum):
    """What can happen to an order."""

    PAY = "Paying"
    CANCEL = "CancelOrder"
    LAPSE = "the end of its time to be paid"


_S, _E = PaymentStatus, OrderEvent

ORDER_LIFE: Life[PaymentStatus, OrderEvent] = Life(
    "order",
    PaymentStatus,
    OrderEvent,
    {
        _S.UNPAID: {
            _E.PAY: _S.PAID,
            _E.CANCEL: _S.CANCELLED,
            _E.LAPSE: _S.CANCELLED,
        },
        _S.PAID: {
            _E.PAY: Code.RESOURCE_STATUS,
            _E.CANCEL: Code.RESOURCE_STATUS,
            _E.LAPSE: Code.RESOURCE_STATUS,
        },
        _S.CANCELLED: {
            _E.PAY: Code.RESOURCE_STATUS,
            _E.CANCEL: Code.RESOURCE_STATUS,
            _E.LAPSE: Code.RESOURCE_STATUS,
        },
    },
)
