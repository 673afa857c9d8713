"""The life of a ticket as a table. Source: rules.md 7.

A decision is final: who disagrees opens another ticket.
"""

from enum import StrEnum

from keylease.core.errors import Code
from keylease.core.states import Life


class TicketState(StrEnum):
    """Where a ticket stands; answered means that its owner is asked or told something."""

    OPEN = "open"
    ANSWERED = "answered"
    APPROVED = "approved"
    REFUSED = "refused"
    CLOSED = "closed"


class TicketEvent(StrEnum):
    """What its owner or the operator can do."""

    REPLY = "A reply by its owner"
    CLOSE = "Closing by its owner"
    ANSWER = "An answer"
    APPROVE = "Approval"
    REFUSE = "Refusal"


_S, _E = TicketState, TicketEvent
_OVER = dict.fromkeys(TicketEvent, Code.RESOURCE_STATUS)

TICKET_LIFE: Life[TicketState, TicketEvent] = Life(
    "ticket",
    TicketState,
    TicketEvent,
    {
        _S.OPEN: {
            _E.REPLY: _S.OPEN,
            _E.CLOSE: _S.CLOSED,
            _E.ANSWER: _S.ANSWERED,
            _E.APPROVE: _S.APPROVED,
            _E.REFUSE: _S.REFUSED,
        },
        _S.ANSWERED: {
            _E.REPLY: _S.OPEN,
            _E.CLOSE: _S.CLOSED,
            _E.ANSWER: _S.ANSWERED,
            _E.APPROVE: _S.APPROVED,
            _E.REFUSE: _S.REFUSED,
        },
        _S.APPROVED: _OVER,
        _S.REFUSED: _OVER,
        _S.CLOSED: _OVER,
    },
)
