"""What tickets need remembered."""

from collections.abc import Sequence
from typing import Protocol

from keylease.billing.tickets.model import Ticket, TicketFilter, TicketMessage


class Tickets(Protocol):
    """Tickets and their messages, inside a unit of work."""

    def add(self, ticket: Ticket) -> None:
        """Write down a new ticket."""
        ...

    def update(self, ticket: Ticket) -> None:
        """Replace what is written of it."""
        ...

    def find(self, ticket_id: str, *, lock: bool = False) -> Ticket | None:
        """The ticket, whoever owns it."""
        ...

    def page(self, chosen: TicketFilter, offset: int, limit: int) -> tuple[Sequence[Ticket], int]:
        """A page of tickets, newest first, and how many fit in all."""
        ...

    def add_message(self, message: TicketMessage) -> None:
        """Write down a message."""
        ...

    def messages(self, ticket_id: str) -> Sequence[TicketMessage]:
        """The messages of a ticket, in order."""
        ...
