"""Opening tickets for customers, answering and deciding them: the operator's side."""

from keylease.app.accounts import find_account
from keylease.app.deployment import Deployment
from keylease.app.operator_audit import audit_operator
from keylease.billing.tickets.model import Ticket
from keylease.core.money import positive_amount
from keylease.lifecycle import tickets
from keylease.lifecycle.tickets import Decision


def open_for(
    deployment: Deployment, account: str, reason: str, instance_id: str = "", order_id: str = ""
) -> Ticket:
    """Open a ticket on behalf of a customer; Misuse, and the Refusals of `open_ticket`."""
    with deployment.database.begin() as work:
        found = find_account(work, account)
        made = tickets.open_ticket(
            work, found.id, reason, instance_id=instance_id, order_id=order_id
        )
        audit_operator(work, "ticket open", made.id, found.id)
    return made


def answer(deployment: Deployment, ticket_id: str, text: str) -> Ticket:
    """Write to the owner of a ticket."""
    with deployment.database.begin() as work:
        ticket = tickets.answer(work, ticket_id, text)
        audit_operator(work, "ticket answer", ticket.id, ticket.account_id)
    return ticket


def refuse(deployment: Deployment, ticket_id: str, text: str) -> Ticket:
    """Refuse what a ticket asks for."""
    with deployment.database.begin() as work:
        ticket = tickets.refuse(work, ticket_id, text)
        audit_operator(work, "ticket refuse", ticket.id, ticket.account_id)
    return ticket


def approve(
    deployment: Deployment, ticket_id: str, amount: str = "", note: str = "", *, unsubscribe: bool
) -> Ticket:
    """Approve a ticket, with an amount that comes back and with the end of its instance."""
    decision = Decision(positive_amount(amount) if amount else None, unsubscribe)
    with deployment.database.begin() as work:
        ticket = tickets.approve(work, ticket_id, decision, note)
        audit_operator(work, "ticket approve", ticket.id, ticket.account_id)
    return ticket
