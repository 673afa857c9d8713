"""The payment of an order that waits: what it is, what pays for it, Pay and Cancel. rules.md 4."""

from keylease.billing.catalog import Configuration
from keylease.billing.orders.model import Order, OrderType
from keylease.billing.orders.states import PaymentStatus
from keylease.billing.wallet.payment import means_for
from keylease.console.navigation import SERVICES_PAGE, page_of
from keylease.console.pages import offers
from keylease.console.pages.doing import with_money
from keylease.console.pages.expenses.words import ORDER_TYPES
from keylease.console.pages.instances import EDITIONS
from keylease.console.ports import ConsoleWork
from keylease.console.visit import Goto, Page, Visit
from keylease.core import ids
from keylease.core.errors import Code, Refusal
from keylease.custody.instances.model import Edition
from keylease.lifecycle import ordering

_DONE = {
    OrderType.NEW: "Paid. The instance is yours: enable it to use it.",
    OrderType.RENEW: "Paid. The instance is renewed.",
    OrderType.UPGRADE: "Paid. The instance is upgraded.",
}


def show(visit: Visit, work: ConsoleWork) -> Page:
    """Confirm and pay, while it waits; else what became of it."""
    order = _owned(visit, work)
    configuration = Configuration.from_dict(order.configuration)
    means = None
    if order.is_payable(work.now):
        method, amount = order.subscription, order.payable_amount
        means = means_for(work, order.account_id, order.currency, method, amount)
    values = {
        "order": order,
        "kind": ORDER_TYPES[order.type],
        "edition": EDITIONS[Edition(configuration.edition)],
        "rows": _rows(order, configuration),
        "duration": offers.months_text(visit, order.months) if order.months else "",
        "automatic": _automatic(visit, order),
        "instance": work.instances.find(order.instance_id),
        "status": order.status_at(work.now),
        "means": means,
    }
    return Page("buying/pay.html", "Pay", values)


def pay(visit: Visit) -> Goto:
    """Pay, and get what was ordered."""
    order_id = visit.path["order_id"]

    def settle(work: ConsoleWork) -> tuple[OrderType, str, bool]:
        ordering.pay_order(work, visit.account_id, order_id)
        order = _owned(visit, work)
        is_there = work.instances.find(order.instance_id) is not None
        return order.type, order.instance_id, is_there

    try:
        kind, instance_id, is_there = visit.change(
            "PayOrder", order_id, settle, permissions=with_money("PayOrder")
        )
    except Refusal:
        paid = _paid(visit)  # a second click
        if paid is None:
            raise
        kind, instance_id, is_there = paid.type, paid.instance_id, True
    if not is_there:
        said = "What was ordered cannot be had any more: the money was given back."
        return Goto(_list_of(instance_id), said)
    return Goto(page_of(instance_id), _done_of(kind, instance_id))


def cancel(visit: Visit) -> Goto:
    """Cancel it: nothing is paid, and nothing changes."""
    visit.perform("CancelOrder", OrderId=visit.path["order_id"])
    with visit.transactions.read() as work:
        order = _owned(visit, work)
    is_new = order.type is OrderType.NEW
    place = _list_of(order.instance_id) if is_new else page_of(order.instance_id)
    return Goto(place, "The order is cancelled. Nothing was charged.")


def _list_of(instance_id: str) -> str:
    """The list that an instance or a service stands in."""
    return SERVICES_PAGE if ids.is_service(instance_id) else "/console/instances"


def _done_of(kind: OrderType, instance_id: str) -> str:
    """What is said when an order is paid."""
    return "Paid. The service is in effect." if ids.is_service(instance_id) else _DONE[kind]


def _owned(visit: Visit, work: ConsoleWork) -> Order:
    order = work.orders.find(visit.path["order_id"])
    if order is None or order.account_id != visit.account_id or order.type not in _DONE:
        raise Refusal(Code.RESOURCE_NOT_EXISTS, "There is no such order.")
    return order


def _paid(visit: Visit) -> Order | None:
    with visit.transactions.read() as work:
        order = _owned(visit, work)
    return order if order.status is PaymentStatus.PAID else None


def _automatic(visit: Visit, order: Order) -> str:
    """The period of its automatic renewal, if a new instance is to have it."""
    months = order.details.get("renewal_months")
    return offers.months_text(visit, months) if months else ""


def _rows(order: Order, configuration: Configuration) -> list[tuple[str, int | None, int]]:
    """The instance's items, each with its quantity before, if that changes, and now."""
    if configuration.is_service:
        return []
    before = None
    if order.original is not None:
        before = Configuration.from_dict(order.original).quantities
    return [
        (offers.ITEMS[code], before[code] if before and before[code] != now else None, now)
        for code, now in configuration.quantities.items()
        if now or (before and before[code])
    ]
