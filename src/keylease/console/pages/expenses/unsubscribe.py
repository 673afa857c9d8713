"""Unsubscribing: what can be given back, how much of it comes back and why, and doing it.

Source: rules.md 7, facts/billing.md 2.4.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from keylease.billing.orders.model import Order, OrderFilter, OrderType, Subscription
from keylease.console.pages.expenses.words import ITEMS, ORDER_TYPES, names_of
from keylease.console.pages.instances import EDITIONS
from keylease.console.pages.terms import require_rules_accepted, rules_of_unsubscription
from keylease.console.ports import ConsoleWork
from keylease.console.visit import PAGE_SIZE, Goto, Page, Visit
from keylease.core.errors import Code, Refusal
from keylease.core.money import amount_for_people
from keylease.custody.instances.model import Instance
from keylease.lifecycle import refund
from keylease.lifecycle.listing import SubscriptionFilter

TABS = {"active": "Active instances", "pending": "Pending renewals"}
_TEMPLATES = {
    "active": "expenses/unsubscribe_active.html",
    "pending": "expenses/unsubscribe_pending.html",
}


@dataclass(frozen=True, slots=True)
class Active:
    """A running subscription, and what would come back for it now, in minor units."""

    instance: Instance
    amount: int


@dataclass(frozen=True, slots=True)
class Pending:
    """A paid renewal that has not begun. ``amount`` comes back if it ``is_next`` to be cancelled.

    The others of its instance wait for that one, or an upgrade covers it.
    """

    order: Order
    name: str
    amount: int
    is_next: bool


def listed(visit: Visit, work: ConsoleWork) -> Page:
    """What can be unsubscribed, in two tabs."""
    tab = visit.query.get("tab", "active")
    tab = tab if tab in TABS else "active"
    rows, total = _active(visit, work) if tab == "active" else _pending(visit, work)
    values = {"tab": tab, "tabs": TABS, "rows": rows, "total": total, "editions": EDITIONS}
    template = _TEMPLATES[tab]
    return Page(template, "Unsubscribe", values | _money(visit))


def preview(visit: Visit, work: ConsoleWork) -> Page:
    """What comes back for an instance, order by order, and the form that does it."""
    ended = refund.quote_unsubscription(work, visit.account_id, visit.path["instance_id"])
    instance = ended.instance
    orders = work.orders.of_instance(instance.id)
    values = {
        "one": instance,
        "rows": list(zip(ended.orders, ended.quote.lines, strict=True)),
        "amount": ended.quote.amount,
        "held": work.usage.holdings([instance.id])[instance.id],
        "unpaid": next((order for order in orders if order.is_payable(work.now)), None),
        "editions": EDITIONS,
        "order_types": ORDER_TYPES,
        "confirm": instance.name,
        **rules_of_unsubscription(visit, work),
    }
    return Page("expenses/unsubscribe_instance.html", "Unsubscribe", values | _money(visit))


def unsubscribe(visit: Visit) -> Goto:
    """Give the instance back for what was shown; its name has to be typed."""
    instance_id = visit.path["instance_id"]
    require_rules_accepted(visit)
    with visit.transactions.read() as work:
        quoted = refund.quote_unsubscription(work, visit.account_id, instance_id)
    _require_name(visit, quoted.instance)
    _require_amount(visit, quoted.quote.amount)
    answer = visit.perform(
        "RefundInstance",
        InstanceId=instance_id,
        ImmediatelyRelease=visit.given("ImmediatelyRelease", "1"),
    )
    return Goto(_order(answer), "The instance is unsubscribed; the money is on the balance.")


def preview_renewal(visit: Visit, work: ConsoleWork) -> Page:
    """What comes back for a renewal that has not begun, and the form that cancels it."""
    cancelled = refund.quote_cancellation(
        work, visit.account_id, visit.path["instance_id"], visit.path["renewal_id"]
    )
    values = {
        "one": cancelled.instance,
        "rows": list(zip(cancelled.orders, cancelled.quote.lines, strict=True)),
        "order": cancelled.orders[0],
        "amount": cancelled.quote.amount,
        "order_types": ORDER_TYPES,
        **rules_of_unsubscription(visit, work),
    }
    return Page("expenses/unsubscribe_renewal.html", "Cancel the renewal", values | _money(visit))


def cancel_renewal(visit: Visit) -> Goto:
    """Give a pending renewal back."""
    require_rules_accepted(visit)
    answer = visit.perform(
        "CancelRenewal", InstanceId=visit.path["instance_id"], OrderId=visit.path["renewal_id"]
    )
    return Goto(_order(answer), "The renewal is cancelled; the money is on the balance.")


def _active(visit: Visit, work: ConsoleWork) -> tuple[list[Active], int]:
    chosen = SubscriptionFilter(subscription=Subscription.SUBSCRIPTION.value)
    found, total = work.subscriptions.page(
        visit.account_id, chosen, work.now, visit.offset, PAGE_SIZE
    )
    quotes = refund.quote_unsubscriptions(work, [instance.id for instance, _ in found])
    return [Active(one, quotes[one.id].amount) for one, _ in found], total


def _pending(visit: Visit, work: ConsoleWork) -> tuple[list[Pending], int]:
    chosen = OrderFilter(type=OrderType.RENEW.value, pending_at=work.now)
    orders, total = work.orders.page(visit.account_id, chosen, visit.offset, PAGE_SIZE, work.now)
    instance_ids = sorted({order.instance_id for order in orders})
    names = names_of(work, visit.account_id, instance_ids)
    latest = refund.cancellable_renewals(work, instance_ids)
    lines = refund.quote_orders(work, orders).lines
    return [
        Pending(
            order,
            names.get(order.instance_id, order.instance_id),
            line.amount,
            latest.get(order.instance_id) == order,
        )
        for order, line in zip(orders, lines, strict=True)
    ], total


def _require_name(visit: Visit, instance: Instance) -> None:
    """Refuse unless the instance's name was typed: this cannot be undone."""
    if visit.given("confirm_name") != instance.name:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "Type the name of the instance, {name}, to confirm.",
            name=instance.name,
        )


def _require_amount(visit: Visit, amount: int) -> None:
    """Refuse if a day began, or something was bought, since the page was shown."""
    if visit.given("amount") != str(amount):
        raise Refusal(
            Code.INVALID_PARAMETER,
            "What comes back has changed since it was shown: it is {amount} now. Confirm it again.",
            amount=amount_for_people(amount, visit.account.currency),
        )


def _order(answer: Mapping[str, Mapping[str, object]]) -> str:
    """Where the refund that an operation made is shown."""
    return f"/console/expenses/orders/{answer['Data']['OrderId']}"


def _money(visit: Visit) -> dict[str, object]:
    return {"currency": visit.account.currency, "items": ITEMS}
