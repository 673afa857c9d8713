"""Tickets: opened and answered, decided by the operator, and what an approval brings about.

What self-service refuses can be asked for in a ticket: money back for an order, or the end of an
instance for which nothing would come back. Customers' functions take an account id and treat
somebody else's ids like unknown ones. Source: rules.md 7.
"""

from dataclasses import dataclass, replace

from keylease.access.accounts import Account
from keylease.billing.orders.model import Order, OrderType
from keylease.billing.orders.states import PaymentStatus
from keylease.billing.refunds.quote import RefundLine, quote_refund, total
from keylease.billing.tickets.model import (
    MESSAGES_MAX,
    UNDECIDED,
    UNDECIDED_MAX,
    Author,
    Ticket,
    TicketFilter,
    TicketMessage,
    checked_text,
)
from keylease.billing.tickets.states import TICKET_LIFE, TicketEvent, TicketState
from keylease.core import ids
from keylease.core.errors import Code, Misuse, Refusal
from keylease.core.money import amount_for_people
from keylease.core.terms import Phase
from keylease.custody.instances.model import Instance
from keylease.lifecycle.letters import Scribe
from keylease.lifecycle.refund import (
    end_orders,
    quote_orders,
    release_at_once,
    require_may_end,
    standing_orders,
)
from keylease.lifecycle.refund_order import book_refund
from keylease.lifecycle.renewal import not_exists, owned, require_subscription
from keylease.lifecycle.work import Work


@dataclass(frozen=True, slots=True)
class Decision:
    """What an approval grants.

    ``amount`` is what comes back for the ticket's order, in minor units; None leaves that to the
    rules of refunds. ``unsubscribe`` releases the ticket's instance at once, also if nothing comes
    back; what comes back for its other orders is what self-service would give.
    """

    amount: int | None = None
    unsubscribe: bool = False


# What customers do


def open_ticket(
    work: Work, account_id: str, reason: str, *, instance_id: str = "", order_id: str = ""
) -> Ticket:
    """Ask for something, about an instance or an order if they are named.

    Refusals: InvalidParameter; ResourceNotExists for an instance or order that the account has
    not; Rejected.LimitExceeded while too many of its tickets are undecided.
    """
    work.accounts.lock(account_id)
    text = checked_text("Reason", reason)
    about = _subject(work, account_id, instance_id, order_id)
    _, undecided = work.tickets.page(TicketFilter(account_id, UNDECIDED), 0, 0)
    if undecided >= UNDECIDED_MAX:
        raise Refusal(
            Code.LIMIT_EXCEEDED,
            "{number} of your tickets are not decided yet: close one, or wait for an answer.",
            number=undecided,
        )
    ticket = Ticket(
        id=ids.ticket_id(work.entropy),
        account_id=account_id,
        instance_id=about,
        order_id=order_id,
        reason=text,
        state=TicketState.OPEN,
        created_at=work.now,
        changed_at=work.now,
    )
    work.tickets.add(ticket)
    return ticket


def reply(work: Work, account_id: str, ticket_id: str, text: str) -> Ticket:
    """Write on an undecided ticket; it is open again. ResourceNotExists, ResourceStatusError."""
    ticket = owned_ticket(work, account_id, ticket_id)
    written = len(work.tickets.messages(ticket.id))
    if written >= MESSAGES_MAX:
        raise Refusal(
            Code.LIMIT_EXCEEDED,
            "The ticket {ticket} holds no more messages: open another.",
            ticket=ticket.id,
        )
    changed = _after(work, ticket, TicketEvent.REPLY)
    _write(work, changed, written + 1, Author.CUSTOMER, checked_text("Text", text))
    return changed


def close(work: Work, account_id: str, ticket_id: str) -> Ticket:
    """Close an undecided ticket; ResourceNotExists, ResourceStatusError."""
    return _after(work, owned_ticket(work, account_id, ticket_id), TicketEvent.CLOSE)


def owned_ticket(work: Work, account_id: str, ticket_id: str) -> Ticket:
    """The account's ticket, locked; ResourceNotExists."""
    ticket = work.tickets.find(ticket_id, lock=True)
    if ticket is None or ticket.account_id != account_id:
        raise not_exists()
    return ticket


# What the operator does


def answer(work: Work, ticket_id: str, text: str) -> Ticket:
    """Write to the owner of a ticket; Misuse, InvalidParameter, ResourceStatusError."""
    _, ticket = _locked(work, ticket_id)
    return _decided(work, _after(work, ticket, TicketEvent.ANSWER), checked_text("Text", text))


def refuse(work: Work, ticket_id: str, text: str) -> Ticket:
    """Refuse what a ticket asks for; Misuse, InvalidParameter, ResourceStatusError."""
    _, ticket = _locked(work, ticket_id)
    return _decided(work, _after(work, ticket, TicketEvent.REFUSE), checked_text("Text", text))


def approve(work: Work, ticket_id: str, decision: Decision, text: str = "") -> Ticket:
    """Approve a ticket and carry the decision out, in one.

    Misuse for what cannot be granted; ResourceStatusError if the ticket is decided, or deletion
    protection is on; CSS_CHECK_ORDER_ERROR while an order of the instance is unpaid.
    """
    account, ticket = _locked(work, ticket_id)
    approved = _after(work, ticket, TicketEvent.APPROVE)
    refund_id = _carry_out(work, account, ticket, decision)
    approved = replace(approved, refund_order_id=refund_id)
    work.tickets.update(approved)
    return _decided(work, approved, checked_text("Note", text) if text else "")


def _carry_out(work: Work, account: Account, ticket: Ticket, decision: Decision) -> str:
    """Give money back and end what is to end; the refund order, or "" if nothing came back."""
    instance = _instance_of(work, ticket)
    ended: list[Order] = []
    if decision.unsubscribe:
        instance = _require_endable(work, ticket, instance)
        ended = standing_orders(work, instance.id)
    orders = {order.id: order for order in ended}
    lines = {line.order_id: line for line in quote_orders(work, ended).lines}
    if decision.amount is not None:
        order = _require_refundable(work, ticket)
        orders[order.id] = order
        lines[order.id] = _decided_line(work, order, decision.amount)
    quote = total(account.currency, list(lines.values()))
    refund_id = ""
    if quote.amount > 0:
        name = ticket.instance_id if instance is None else instance.name
        refund_id = book_refund(work, account, name, list(orders.values()), quote).id
    if decision.unsubscribe and instance is not None:
        end_orders(work, ended)
        release_at_once(work, instance)
    return refund_id


def _instance_of(work: Work, ticket: Ticket) -> Instance | None:
    found = work.instances.find(ticket.instance_id, lock=True)
    return None if found is None or found.phase(work.now) is Phase.RELEASED else found


def _require_endable(work: Work, ticket: Ticket, instance: Instance | None) -> Instance:
    if instance is None:
        raise Misuse(
            "The ticket {ticket} is about no instance that is still there.", ticket=ticket.id
        )
    require_subscription(instance)
    require_may_end(work, instance)
    return instance


def _require_refundable(work: Work, ticket: Ticket) -> Order:
    order = work.orders.find(ticket.order_id, lock=True) if ticket.order_id else None
    if order is None:
        raise Misuse(
            "The ticket {ticket} names no order: no amount can come back for it.", ticket=ticket.id
        )
    if order.status is not PaymentStatus.PAID or order.type is OrderType.REFUND:
        raise Misuse(
            "The order {order} is no paid purchase: nothing can come back for it.", order=order.id
        )
    return order


def _decided_line(work: Work, order: Order, amount: int) -> RefundLine:
    """The line of an order with the amount that the operator decided."""
    refunded = work.orders.refunded([order.id]).get(order.id, 0)
    left = order.cash - refunded
    if not 0 < amount <= left:
        raise Misuse(
            "Of the order {order} at most {most} can come "
            "back: what was paid in cash and did not come back yet.",
            order=order.id,
            most=amount_for_people(left, order.currency),
        )
    book = work.price_books.version(order.price_book)
    return replace(quote_refund(order, book, work.now, refunded), amount=amount)


# What both need


def _subject(work: Work, account_id: str, instance_id: str, order_id: str) -> str:
    """The instance that a ticket is about, or ""; ResourceNotExists, InvalidParameter."""
    if instance_id:
        owned(work, account_id, instance_id, lock=False)
    if not order_id:
        return instance_id
    order = work.orders.find(order_id)
    if order is None or order.account_id != account_id:
        raise not_exists()
    if instance_id and order.instance_id != instance_id:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "The order {order} is not about {instance}: name one.",
            order=order_id,
            instance=instance_id,
        )
    return order.instance_id


def _locked(work: Work, ticket_id: str) -> tuple[Account, Ticket]:
    """Any ticket for the operator, its account locked before it; Misuse."""
    found = work.tickets.find(ticket_id)
    if found is None:
        raise Misuse("There is no ticket {ticket!r}: see `keylease ticket list`.", ticket=ticket_id)
    account = work.accounts.lock(found.account_id)
    return account, owned_ticket(work, found.account_id, ticket_id)


def _after(work: Work, ticket: Ticket, event: TicketEvent) -> Ticket:
    state = TICKET_LIFE.after(ticket.state, event, ticket.id)
    changed = replace(ticket, state=state, changed_at=work.now)
    work.tickets.update(changed)
    return changed


def _decided(work: Work, ticket: Ticket, text: str) -> Ticket:
    """Write what the operator said and tell the owner."""
    number = len(work.tickets.messages(ticket.id)) + bool(text)
    if text:
        _write(work, ticket, number, Author.OPERATOR, text)
    work.letters.add([Scribe(work).ticket(ticket, number, text)])
    return ticket


def _write(work: Work, ticket: Ticket, position: int, author: Author, text: str) -> None:
    work.tickets.add_message(TicketMessage(ticket.id, position, author, text, work.now))
