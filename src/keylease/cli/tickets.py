"""``keylease ticket``."""

from typing import Any

import click

from keylease.app import tickets as app
from keylease.app.accounts import find_account
from keylease.billing.tickets.model import Ticket, TicketFilter, TicketMessage
from keylease.billing.tickets.states import TicketState
from keylease.cli.common import Common, common, group
from keylease.cli.output import details, document, table
from keylease.core.clock import iso, local_text
from keylease.core.errors import Misuse

LIST_MAX = 10_000


@group(epilog="Example: `keylease ticket list --state open`")
@common
def ticket(_given: Common, /) -> None:
    """Tickets: what customers ask for, and what becomes of it."""


@ticket.command("open")
@click.argument("account_", metavar="ACCOUNT")
@click.option("--reason", required=True, help="What is asked for, and why.")
@click.option("--instance", default="", help="The instance that it is about.")
@click.option("--order", "order_", default="", help="The order that it is about.")
@common
def open_ticket(given: Common, /, account_: str, reason: str, instance: str, order_: str) -> None:
    """Open a ticket on behalf of a customer."""
    with given.deployment() as deployment:
        made = app.open_for(deployment, account_, reason, instance, order_)
    _print(given, made)


@ticket.command("list")
@click.option("--account", help="Only those of this account (id or name).")
@click.option("--state", help=f"Only those that are {', '.join(TicketState)}.")
@common
def list_tickets(given: Common, /, account: str | None, state: str | None) -> None:
    """All tickets, newest first."""
    states = None if state is None else (_state(state),)
    with given.deployment() as deployment, deployment.database.read() as work:
        chosen = TicketFilter(find_account(work, account).id if account else None, states)
        found, total = work.tickets.page(chosen, 0, LIST_MAX)
    if given.json:
        document([_document(one) for one in found])
        return
    rows = [
        (
            one.id,
            local_text(one.created_at),
            one.state.value,
            one.account_id,
            one.instance_id,
            one.order_id,
            " ".join(one.reason.split())[:60],
        )
        for one in found
    ]
    columns = ("TICKET", "OPENED (UTC+8)", "STATE", "ACCOUNT", "INSTANCE", "ORDER", "REASON")
    table(columns, rows, "There are no tickets.", total)


@ticket.command()
@click.argument("ticket_id")
@common
def show(given: Common, /, ticket_id: str) -> None:
    """One ticket with its messages."""
    with given.deployment() as deployment, deployment.database.read() as work:
        found = work.tickets.find(ticket_id)
        if found is None:
            raise Misuse(
                "There is no ticket {ticket!r}: see `keylease ticket list`.", ticket=ticket_id
            )
        messages = work.tickets.messages(ticket_id)
    if given.json:
        document(_document(found) | {"messages": [_message(one) for one in messages]})
        return
    details(_document(found))
    for one in messages:
        click.echo()
        details(_message(one))


@ticket.command(epilog="Example: `keylease ticket answer T01234567890123 'Which order is it?'`")
@click.argument("ticket_id")
@click.argument("text")
@common
def answer(given: Common, /, ticket_id: str, text: str) -> None:
    """Write to the owner of a ticket."""
    with given.deployment() as deployment:
        changed = app.answer(deployment, ticket_id, text)
    _print(given, changed)


@ticket.command(epilog="Example: `keylease ticket approve T01234567890123 --amount 20.00`")
@click.argument("ticket_id")
@click.option("--amount", default="", help="What comes back for the order that it names.")
@click.option("--unsubscribe", is_flag=True, help="Release its instance now, keys and all.")
@click.option("--note", "why", default="", help="A word to its owner.")
@common
def approve(given: Common, /, ticket_id: str, amount: str, why: str, *, unsubscribe: bool) -> None:
    """Approve a ticket and carry it out."""
    with given.deployment() as deployment:
        changed = app.approve(deployment, ticket_id, amount, why, unsubscribe=unsubscribe)
    _print(given, changed)


@ticket.command()
@click.argument("ticket_id")
@click.argument("text")
@common
def refuse(given: Common, /, ticket_id: str, text: str) -> None:
    """Refuse what a ticket asks for, and say why."""
    with given.deployment() as deployment:
        changed = app.refuse(deployment, ticket_id, text)
    _print(given, changed)


def _state(text: str) -> TicketState:
    if text not in set(TicketState):
        raise Misuse(
            "{text!r} is no state of a ticket: use {states}.",
            text=text,
            states=", ".join(TicketState),
        )
    return TicketState(text)


def _print(given: Common, changed: Ticket) -> None:
    if given.json:
        document(_document(changed))
    else:
        click.echo(f"{changed.id}: {changed.state.value}")


def _document(one: Ticket) -> dict[str, Any]:
    return {
        "ticket_id": one.id,
        "account_id": one.account_id,
        "instance_id": one.instance_id,
        "order_id": one.order_id,
        "state": one.state.value,
        "reason": one.reason,
        "created_at": iso(one.created_at),
        "changed_at": iso(one.changed_at),
        "refund_order_id": one.refund_order_id,
    }


def _message(one: TicketMessage) -> dict[str, str]:
    return {"author": one.author.value, "at": iso(one.at), "text": one.text}
