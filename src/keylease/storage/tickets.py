"""Tickets and their messages in the database."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    func,
    insert,
    select,
    true,
    update,
)

from keylease.billing.tickets.model import Author, Ticket, TicketFilter, TicketMessage
from keylease.billing.tickets.states import TicketState
from keylease.storage import schema
from keylease.storage.paging import page_of

_T, _M = schema.tickets, schema.ticket_messages


class SqlTickets:
    """Fits `keylease.billing.tickets.ports.Tickets`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, ticket: Ticket) -> None:
        """Write down a new ticket."""
        self._db.execute(insert(_T), _row(ticket))

    def update(self, ticket: Ticket) -> None:
        """Replace what is written of it."""
        self._db.execute(update(_T).where(_T.c.id == ticket.id), _row(ticket))

    def find(self, ticket_id: str, *, lock: bool = False) -> Ticket | None:
        """The ticket, whoever owns it."""
        query = select(_T).where(_T.c.id == ticket_id)
        row = self._db.execute(query.with_for_update() if lock else query).mappings().one_or_none()
        return None if row is None else _ticket(row)

    def page(self, chosen: TicketFilter, offset: int, limit: int) -> tuple[Sequence[Ticket], int]:
        """A page of tickets, newest first, and how many fit in all."""
        fit = and_(true(), *_conditions(chosen))
        total = self._db.execute(select(func.count()).select_from(_T).where(fit)).scalar_one()
        newest = (_T.c.created_at.desc(), _T.c.id.desc())
        page = page_of(select(_T), _T.c.id, fit, newest, offset, limit)
        rows = self._db.execute(page).mappings()
        return [_ticket(row) for row in rows], total

    def add_message(self, message: TicketMessage) -> None:
        """Write down a message."""
        self._db.execute(insert(_M), asdict(message) | {"author": message.author.value})

    def messages(self, ticket_id: str) -> Sequence[TicketMessage]:
        """The messages of a ticket, in order."""
        rows = self._db.execute(
            select(_M).where(_M.c.ticket_id == ticket_id).order_by(_M.c.position)
        ).mappings()
        return [TicketMessage(**{**row, "author": Author(row["author"])}) for row in rows]


def _conditions(chosen: TicketFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if chosen.account_id is not None:
        conditions.append(_T.c.account_id == chosen.account_id)
    if chosen.states is not None:
        conditions.append(_T.c.state.in_([state.value for state in chosen.states]))
    return conditions


def _row(ticket: Ticket) -> dict[str, Any]:
    return asdict(ticket) | {"state": ticket.state.value}


def _ticket(row: RowMapping) -> Ticket:
    return Ticket(**{**row, "state": TicketState(row["state"])})
