"""A ticket and its messages. Source: rules.md 7, facts/billing.md 2.4."""

from dataclasses import dataclass
from enum import StrEnum
from unicodedata import category

from keylease.billing.tickets.states import TicketState
from keylease.core.errors import Code, Parameter, Refusal

#: How many characters a reason or a message has at most.
TEXT_CHARACTERS_MAX = 2_000

#: Control characters, and halves of pairs: no database keeps them all.
_UNUSABLE = frozenset({"Cc", "Cs"})

#: How many tickets of an account can be undecided at once.
UNDECIDED_MAX = 20

#: How many messages a ticket has at most.
MESSAGES_MAX = 100

#: The states of a ticket that waits for something.
UNDECIDED = (TicketState.OPEN, TicketState.ANSWERED)


class Author(StrEnum):
    """Who wrote a message."""

    CUSTOMER = "customer"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A request about an instance, an order, or neither; moments are business instants.

    ``reason`` is its owner's first message. ``refund_order_id`` is the refund order that an
    approval brought about, or empty.
    """

    id: str
    account_id: str
    instance_id: str
    order_id: str
    reason: str
    state: TicketState
    created_at: int
    changed_at: int
    refund_order_id: str = ""


@dataclass(frozen=True, slots=True)
class TicketMessage:
    """A message on a ticket after its reason; ``position`` counts from 1."""

    ticket_id: str
    position: int
    author: Author
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """Which tickets a list is about; None means any."""

    account_id: str | None = None
    states: tuple[TicketState, ...] | None = None


def checked_text(name: str, text: str) -> str:
    """The text without the space around it; InvalidParameter if it is empty, long or unusable."""
    stripped = text.replace("\r\n", "\n").strip()
    usable = all(one in "\n\t" or category(one) not in _UNUSABLE for one in stripped)
    if not 1 <= len(stripped) <= TEXT_CHARACTERS_MAX or not usable:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "{name} takes 1 to {most} characters, and no control characters.",
            name=Parameter(name),
            most=TEXT_CHARACTERS_MAX,
        )
    return stripped
