"""Tickets: what self-service refuses can be asked for. Source: rules.md 7, facts/billing.md 2.4."""

from keylease.billing.tickets.model import TEXT_CHARACTERS_MAX, UNDECIDED, TicketFilter
from keylease.console.pages.doing import with_money
from keylease.console.pages.expenses.words import TICKET_STATES, names_of
from keylease.console.ports import ConsoleWork
from keylease.console.visit import PAGE_SIZE, Goto, Page, Visit
from keylease.lifecycle import tickets
from keylease.lifecycle.renewal import not_exists

_PATH = "/console/expenses/tickets"


def listed(visit: Visit, work: ConsoleWork) -> Page:
    """The account's tickets, newest first, and the form that opens one."""
    chosen = TicketFilter(visit.account_id)
    rows, total = work.tickets.page(chosen, visit.offset, PAGE_SIZE)
    names = names_of(work, visit.account_id, [one.instance_id for one in rows])
    values = {"rows": rows, "total": total, "names": names, "instance": visit.given("instance_id")}
    return Page("expenses/tickets.html", "Tickets", values | _NAMES)


def details(visit: Visit, work: ConsoleWork) -> Page:
    """One ticket with what was written on it."""
    ticket = work.tickets.find(visit.path["ticket_id"])
    if ticket is None or ticket.account_id != visit.account_id:
        raise not_exists()
    values = {
        "ticket": ticket,
        "messages": work.tickets.messages(ticket.id),
        "undecided": ticket.state in UNDECIDED,
        "name": names_of(work, visit.account_id, [ticket.instance_id]).get(ticket.instance_id),
    }
    return Page("expenses/ticket.html", "Ticket", values | _NAMES)


def open_new(visit: Visit) -> Goto:
    """Open a ticket."""
    instance_id, order_id = visit.given("instance_id"), visit.given("order_id")
    opened = visit.change(
        "OpenTicket",
        instance_id or order_id,
        lambda work: tickets.open_ticket(
            work,
            visit.account_id,
            visit.given("reason"),
            instance_id=instance_id,
            order_id=order_id,
        ),
        permissions=with_money("OpenTicket"),
    )
    return Goto(f"{_PATH}/{opened.id}", "The ticket is open: you get an answer by mail and here.")


def reply(visit: Visit) -> Goto:
    """Write on a ticket."""
    ticket_id = visit.path["ticket_id"]
    visit.change(
        "ReplyToTicket",
        ticket_id,
        lambda work: tickets.reply(work, visit.account_id, ticket_id, visit.given("text")),
        permissions=with_money("ReplyToTicket"),
    )
    return Goto(f"{_PATH}/{ticket_id}", "Your message is on the ticket.")


def close(visit: Visit) -> Goto:
    """Close a ticket."""
    ticket_id = visit.path["ticket_id"]
    visit.change(
        "CloseTicket",
        ticket_id,
        lambda work: tickets.close(work, visit.account_id, ticket_id),
        permissions=with_money("CloseTicket"),
    )
    return Goto(f"{_PATH}/{ticket_id}", "The ticket is closed.")


_NAMES = {"states": TICKET_STATES, "longest": TEXT_CHARACTERS_MAX}
