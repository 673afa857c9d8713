"""From an offer to what was bought: order, money, delivery, bill line and letter, all or nothing.

A call that buys makes the order and pays it at once (`check_out`). In the console an order can wait
to be paid (`lifecycle.ordering`). Either way it is paid, delivered and written by `settle`.
Source: rules.md 4.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from keylease.access.accounts import Account
from keylease.billing.bills.model import LineItem, line_of_order
from keylease.billing.catalog import Configuration
from keylease.billing.legal.model import LegalKind
from keylease.billing.orders.model import Order, OrderType, PaidTerm
from keylease.billing.orders.placing import Offer, make_order
from keylease.billing.wallet.payment import pay
from keylease.core.errors import Code, Refusal
from keylease.core.money import allocate, amount_text
from keylease.core.terms import Term
from keylease.custody.instances.model import Instance
from keylease.lifecycle.letters import Scribe
from keylease.lifecycle.undelivered import Undeliverable, give_all_back
from keylease.lifecycle.work import Work
from keylease.notifications.letters import Kind


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an order brought about."""

    order_id: str
    instance_id: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """The instance as it is after an order was delivered, and the period that was paid for.

    ``order_days`` is the length of that period as refunds count it; ``term`` is there if the order
    bought time. What is paid for as it is used has no ``end``.
    """

    instance: Instance
    start: int
    end: int | None
    order_days: int
    term: Term | None = None


#: Does what a paid order is for, and writes it down; Undeliverable before anything is written.
Deliver = Callable[[Work, Order], Delivery]

_LETTERS: dict[OrderType, Literal[Kind.PURCHASE, Kind.RENEWAL, Kind.UPGRADE]] = {
    OrderType.NEW: Kind.PURCHASE,
    OrderType.RENEW: Kind.RENEWAL,
    OrderType.UPGRADE: Kind.UPGRADE,
}


def check_out(work: Work, account: Account, offer: Offer, deliver: Deliver) -> Receipt:
    """Make the order and pay it now; the Refusal PAY.INSUFFICIENT_BALANCE changes nothing.

    The account is locked by the caller. Who calls an API accepts the terms of service in force.
    """
    order = make_order(work, offer, work.legal_texts.current_version(LegalKind.SERVICE))
    require_no_unpaid_order(work, order.instance_id)
    paid, balance = pay(work, replace(order, pay_until=None))
    work.orders.add(paid)  # after it is paid: who lacks the money leaves no order behind
    return _hand_over(work, account, paid, balance, deliver)


def settle(work: Work, account: Account, order: Order, deliver: Deliver) -> Receipt:
    """Pay an order that is written down and deliver what it is for."""
    paid, balance = pay(work, order)
    return _hand_over(work, account, paid, balance, deliver)


def _hand_over(
    work: Work, account: Account, paid: Order, balance: int, deliver: Deliver
) -> Receipt:
    """Deliver what a paid order is for, and write down what it brought about.

    What cannot be delivered is accepted and given back whole.
    """
    try:
        delivery = deliver(work, paid)
    except Undeliverable as failure:
        give_all_back(work, account, paid, line_items(paid), str(failure))
        return Receipt(paid.id, paid.instance_id)
    paid = replace(paid, start=delivery.start, end=delivery.end, order_days=delivery.order_days)
    instance = delivery.instance
    term = None if delivery.term is None else PaidTerm(paid.id, instance.id, delivery.term)
    work.orders.update(paid, term)
    work.bills.add([line_of_order(paid, instance.name, line_items(paid))])
    scribe = Scribe(work)
    letters = [scribe.receipt(_LETTERS[paid.type], instance, paid, balance)]
    work.letters.add([*letters, *scribe.low_balance(account, balance + paid.cash, balance)])
    work.changed("instance", instance.id)
    return Receipt(paid.id, instance.id)


def require_no_unpaid_order(work: Work, instance_id: str) -> None:
    """Refuse with CSS_CHECK_ORDER_ERROR while another order for the instance waits to be paid."""
    for order in work.orders.of_instance(instance_id):
        if order.is_payable(work.now):
            raise Refusal(
                Code.ORDER_CONFLICT,
                "The order {order} for {instance} waits to be paid: pay it or cancel it first.",
                order=order.id,
                instance=instance_id,
            )


def line_items(order: Order) -> tuple[LineItem, ...]:
    """How the list amount of an order is made up, item by item; the parts add up to it."""
    lines: list[list[int | str]] = order.details.get("lines", [])
    shares = allocate(order.list_amount, [int(q) * int(price) for _, q, price in lines])
    usage = {"ProductVersion": 1, **Configuration.from_dict(order.configuration).quantities}
    return tuple(
        LineItem(
            str(code), str(usage.get(str(code), quantity)), "Month", amount_text(int(price)), gross
        )
        for (code, quantity, price), gross in zip(lines, shares, strict=True)
    )
