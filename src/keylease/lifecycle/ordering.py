"""Orders that wait to be paid: made in the console, paid, cancelled or void. rules.md 4.

The amounts of such an order are fixed when it is made, its term when it is paid. It can be paid for
30 minutes, but not beyond the present phase of its instance; an attempt to renew automatically
cancels it. While it waits, the instance can be neither unsubscribed nor ordered for again.
"""

from collections.abc import Sequence
from dataclasses import replace

from keylease.billing.orders.model import PAY_WITHIN, Order, OrderType
from keylease.billing.orders.placing import Offer, make_order
from keylease.billing.orders.states import ORDER_LIFE, OrderEvent, PaymentStatus
from keylease.core.agenda import Appointment
from keylease.core.errors import Code, Refusal
from keylease.core.money import amount_for_people
from keylease.core.terms import Phase, release_of
from keylease.lifecycle import purchase, renewal, upgrade
from keylease.lifecycle.checkout import Deliver, Receipt, require_no_unpaid_order, settle
from keylease.lifecycle.work import Work

#: The appointment at the end of an order's time to be paid.
ORDER_DEADLINE = "order_deadline"

DELIVER: dict[OrderType, Deliver] = {
    OrderType.NEW: purchase.deliver,
    OrderType.RENEW: renewal.deliver,
    OrderType.UPGRADE: upgrade.deliver,
}


def place(work: Work, offer: Offer, terms_version: int, shown_amount: int | None = None) -> Order:
    """Make an order that waits to be paid. The caller has locked the account.

    ``shown_amount`` is what the page showed: if the price book changed in between, the order is
    refused (InvalidParameter) with the new price. CSS_CHECK_ORDER_ERROR while another one waits.
    """
    require_no_unpaid_order(work, offer.about.instance_id)
    order = make_order(work, offer, terms_version)
    until = _pay_until(work, order.instance_id)
    order = replace(order, pay_until=until)
    if shown_amount is not None and order.payable_amount != shown_amount:
        raise _price_changed(order)
    work.orders.add(order)
    work.agenda.add([Appointment(ORDER_DEADLINE, order.id, until)])
    return order


def pay_order(work: Work, account_id: str, order_id: str) -> Receipt:
    """Pay an order that waits, from vouchers and balance, and get what it is for.

    Refusals: ResourceNotExists; ResourceStatusError if it can no longer be paid;
    PAY.INSUFFICIENT_BALANCE, and the order goes on waiting.
    """
    account = work.accounts.lock(account_id)
    order = owned_order(work, account_id, order_id)
    ORDER_LIFE.after(order.status_at(work.now), OrderEvent.PAY, order.id)
    work.agenda.void(order.id, (ORDER_DEADLINE,))
    return settle(work, account, order, DELIVER[order.type])


def cancel_order(work: Work, account_id: str, order_id: str) -> Order:
    """Cancel an order that waits to be paid; ResourceNotExists, ResourceStatusError."""
    work.accounts.lock(account_id)
    order = owned_order(work, account_id, order_id)
    status = ORDER_LIFE.after(order.status_at(work.now), OrderEvent.CANCEL, order.id)
    return _close(work, replace(order, status=status))


def cancel_waiting(work: Work, instance_id: str) -> None:
    """Cancel what waits to be paid for an instance: it is renewed automatically now."""
    for order in work.orders.of_instance(instance_id):
        if order.is_payable(work.now):
            _close(work, replace(order, status=PaymentStatus.CANCELLED))


def lapse(work: Work, due: Sequence[Appointment]) -> None:
    """Cancel the orders whose time to be paid is over."""
    for one in due:
        order = work.orders.find(one.subject, lock=True)
        if order is not None and order.status is PaymentStatus.UNPAID:
            status = ORDER_LIFE.after(order.status, OrderEvent.LAPSE, order.id)
            work.orders.update(replace(order, status=status))


def owned_order(work: Work, account_id: str, order_id: str) -> Order:
    """The account's order; 400 ResourceNotExists."""
    order = work.orders.find(order_id, lock=True)
    if order is None or order.account_id != account_id:
        raise renewal.not_exists()
    return order


def _close(work: Work, order: Order) -> Order:
    work.orders.update(order)
    work.agenda.void(order.id, (ORDER_DEADLINE,))
    return order


def _pay_until(work: Work, instance_id: str) -> int:
    """For 30 minutes, but no longer than the instance stays in the phase that it is in now."""
    until = work.now + PAY_WITHIN
    instance = work.instances.find(instance_id)
    if instance is None:
        return until
    running = instance.phase(work.now) is Phase.RUNNING
    return min(until, instance.end if running else release_of(instance.end))


def _price_changed(order: Order) -> Refusal:
    return Refusal(
        Code.INVALID_PARAMETER,
        "The price has changed since it was shown: the order costs {price} now. Confirm it again.",
        price=amount_for_people(order.payable_amount, order.currency),
    )
