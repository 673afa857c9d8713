"""Tickets: the list, one with its messages, and what the operator decides. rules.md 7."""

from collections.abc import Callable

from keylease.billing.tickets.model import UNDECIDED, Ticket, TicketFilter
from keylease.billing.tickets.states import TicketState
from keylease.console.pages.asking import amount_of
from keylease.console.pages.doing import not_found, operate
from keylease.console.ports import ConsoleWork
from keylease.console.visit import PAGE_SIZE, Goto, Page, Visit
from keylease.core.errors import Code, Parameter, Refusal
from keylease.lifecycle import tickets
from keylease.lifecycle.tickets import Decision

TABS = {"undecided": "Undecided", "decided": "Decided"}

#: How the states are called on pages, and their colours.
STATES = {
    TicketState.OPEN: ("Open", "wait"),
    TicketState.ANSWERED: ("Answered", "plain"),
    TicketState.APPROVED: ("Approved", "good"),
    TicketState.REFUSED: ("Refused", "bad"),
    TicketState.CLOSED: ("Closed by its owner", "plain"),
}

_DECIDED = tuple(state for state in TicketState if state not in UNDECIDED)


def listed(visit: Visit, work: ConsoleWork) -> Page:
    """Those that wait, or those that are decided; of one account if it is asked for."""
    tab = "decided" if visit.query.get("tab") == "decided" else "undecided"
    states = _DECIDED if tab == "decided" else UNDECIDED
    chosen = TicketFilter(visit.given("account") or None, states)
    found, total = work.tickets.page(chosen, visit.offset, PAGE_SIZE)
    owners = work.accounts.find_many([one.account_id for one in found])
    values = {"rows": [(one, owners[one.account_id]) for one in found], "total": total}
    values |= {"tab": tab, "tabs": TABS, "states": STATES}
    return Page("operator/tickets.html", "Tickets", values)


def details(visit: Visit, work: ConsoleWork) -> Page:
    """One ticket."""
    ticket = work.tickets.find(visit.path["ticket_id"])
    if ticket is None:
        raise not_found("There is no such ticket.")
    order = work.orders.find(ticket.order_id) if ticket.order_id else None
    values = {
        "ticket": ticket,
        "owner": work.accounts.find_many([ticket.account_id])[ticket.account_id],
        "messages": work.tickets.messages(ticket.id),
        "order": order,
        "is_undecided": ticket.state in UNDECIDED,
        "states": STATES,
    }
    return Page("operator/ticket.html", ticket.id, values)


def answer(visit: Visit) -> Goto:
    """Write to its owner."""
    text = visit.given("answer")
    _decide(visit, "answer", lambda work, found: tickets.answer(work, found, text))
    return _back(visit, "The answer is sent.")


def refuse(visit: Visit) -> Goto:
    """Refuse what it asks for."""
    text = visit.given("why")
    _decide(visit, "refuse", lambda work, found: tickets.refuse(work, found, text))
    return _back(visit, "The ticket is refused.")


def approve(visit: Visit) -> Goto:
    """Approve it: money comes back, an instance ends, or both."""
    asked, note = visit.given("amount"), visit.given("note")
    amount = amount_of(asked, Parameter("Amount")) if asked else None
    ends = visit.given("unsubscribe") == "true"

    def do(work: ConsoleWork, ticket_id: str) -> Ticket:
        ticket = work.tickets.find(ticket_id)
        if ends and ticket is not None and visit.given("confirm") != ticket.instance_id:
            raise Refusal(
                Code.INVALID_PARAMETER,
                "Type the id of the instance: it is released at once, with all its keys.",
                about=Parameter("To release it, type its id"),
            )
        return tickets.approve(work, ticket_id, Decision(amount, ends), note)

    _decide(visit, "approve", do)
    return _back(visit, "The ticket is approved.")


def _decide(visit: Visit, verb: str, do: Callable[[ConsoleWork, str], Ticket]) -> None:
    ticket_id = visit.path["ticket_id"]
    with visit.transactions.read() as work:
        ticket = work.tickets.find(ticket_id)
    if ticket is None:
        raise not_found("There is no such ticket.")
    operate(
        visit,
        f"ticket {verb}",
        ticket_id,
        lambda work: do(work, ticket_id),
        concerns=ticket.account_id,
    )


def _back(visit: Visit, done: str) -> Goto:
    return Goto(f"/operator/tickets/{visit.path['ticket_id']}", done)
