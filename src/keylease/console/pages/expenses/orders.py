"""Orders: all of them, and one with what it is made up of. Source: rules.md 4 and 7."""

from collections.abc import Container

from keylease.billing.orders.model import Order, OrderFilter, OrderType
from keylease.console.pages.expenses.bill_files import LINES_MAX
from keylease.console.pages.expenses.words import ITEMS, ORDER_STATUSES, ORDER_TYPES, names_of
from keylease.console.pages.instances import EDITIONS
from keylease.console.ports import ConsoleWork
from keylease.console.visit import PAGE_SIZE, Goto, Page, Visit
from keylease.lifecycle.checkout import line_items
from keylease.lifecycle.renewal import not_exists


def listed(visit: Visit, work: ConsoleWork) -> Page:
    """The account's orders, newest first."""
    kind = _known(visit.query.get("type", ""), ORDER_TYPES)
    status = _known(visit.query.get("status", ""), ORDER_STATUSES)
    chosen = OrderFilter(type=kind or None, status=status or None)
    rows, total = work.orders.page(visit.account_id, chosen, visit.offset, PAGE_SIZE, work.now)
    values = {
        "rows": rows,
        "total": total,
        "is_long": total > LINES_MAX,
        "names": names_of(work, visit.account_id, [one.instance_id for one in rows]),
        "type": kind,
        "status": status,
    }
    return Page("expenses/orders.html", "Orders", values | _NAMES)


def details(visit: Visit, work: ConsoleWork) -> Page:
    """One order; of a refund, how it was worked out."""
    order = _owned(visit, work)
    is_refund = order.type is OrderType.REFUND
    lines = work.orders.refund_lines(order.id) if is_refund else ()
    originals = {one.id: one for one in work.orders.of_instance(order.instance_id)} if lines else {}
    values = {
        "order": order,
        "payable": order.is_payable(work.now),
        "name": names_of(work, visit.account_id, [order.instance_id]).get(order.instance_id),
        "made_of": [] if is_refund else line_items(order),
        "rows": [(originals.get(line.order_id), line) for line in lines],
        "amount": order.payable_amount,
        "related": work.orders.related([order]).get(order.id, ""),
        "refunded": 0 if is_refund else work.orders.refunded([order.id]).get(order.id, 0),
        "edition": order.configuration.get("edition", ""),
        "currency": order.currency,
    }
    return Page("expenses/order.html", order.id, values | _NAMES)


def cancel(visit: Visit) -> Goto:
    """Cancel an order that is not paid."""
    order_id = visit.path["order_id"]
    visit.perform("CancelOrder", OrderId=order_id)
    return Goto(f"/console/expenses/orders/{order_id}", "The order is cancelled.")


def _owned(visit: Visit, work: ConsoleWork) -> Order:
    order = work.orders.find(visit.path["order_id"])
    if order is None or order.account_id != visit.account_id:
        raise not_exists()
    return order


def _known(value: str, names: Container[object]) -> str:
    return value if value in names else ""


_NAMES = {
    "order_types": ORDER_TYPES,
    "order_statuses": ORDER_STATUSES,
    "items": ITEMS,
    "editions": EDITIONS,
}
