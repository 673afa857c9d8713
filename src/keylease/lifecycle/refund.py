"""Money back: the preview, unsubscribing, and cancelling a renewal that has not begun. rules.md 7.

The preview and the booking are one function (`quote_unsubscription`, `quote_cancellation`). A
refund is one order with one line for each order that it is about, also where nothing comes back, so
that it tells why; the money goes to the balance.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from keylease.billing.orders.model import Order, OrderType
from keylease.billing.orders.states import PaymentStatus
from keylease.billing.refunds.quote import RefundLine, RefundQuote, quote_refund, total
from keylease.billing.renewals.model import RenewalMode, RenewalSetting
from keylease.core.errors import Code, Refusal
from keylease.core.terms import Phase, Term, expiration_date_of
from keylease.custody.instances.model import Instance, expired
from keylease.lifecycle.checkout import Receipt, require_no_unpaid_order
from keylease.lifecycle.planning import EVERYTHING_PLANNED, plan
from keylease.lifecycle.refund_order import book_refund
from keylease.lifecycle.release import release_now
from keylease.lifecycle.renewal import not_exists, owned, require_subscription
from keylease.lifecycle.work import Work


@dataclass(frozen=True, slots=True)
class Unsubscription:
    """What unsubscribing would give back now: the orders that it ends, and a line for each."""

    instance: Instance
    orders: tuple[Order, ...]
    quote: RefundQuote


def quote_unsubscription(
    work: Work, account_id: str, instance_id: str, *, lock: bool = False
) -> Unsubscription:
    """What comes back for a running instance, also if that is nothing.

    Refusals: ResourceNotExists, ResourceStatusError (expired), NotApplicable (pay-as-you-go).
    """
    instance = owned(work, account_id, instance_id, lock=lock)
    require_subscription(instance)
    if instance.phase(work.now) is not Phase.RUNNING:
        raise expired(Code.RESOURCE_STATUS, instance.id, instance.end)
    orders = standing_orders(work, instance.id)
    return Unsubscription(instance, tuple(orders), quote_orders(work, orders))


def quote_unsubscriptions(work: Work, instance_ids: Sequence[str]) -> Mapping[str, RefundQuote]:
    """What each of these running subscriptions would give back now, in two questions."""
    orders = _standing(work, work.orders.of_instances(instance_ids))
    quoted = quote_orders(work, orders)
    lines: dict[str, list[RefundLine]] = {one: [] for one in instance_ids}
    for order, line in zip(orders, quoted.lines, strict=True):
        lines[order.instance_id].append(line)
    return {one: total(quoted.currency, found) for one, found in lines.items()}


def unsubscribe(work: Work, account_id: str, instance_id: str, *, at_once: bool = True) -> Receipt:
    """End the current term and every pending renewal; the money goes back to the balance.

    ``at_once`` releases the instance now; otherwise it ends now, and is kept and released like any
    that expires. Refusals: those of `quote_unsubscription`; ResourceStatusError when nothing would
    come back or deletion protection is on; CSS_CHECK_ORDER_ERROR while an order is unpaid.
    """
    account = work.accounts.lock(account_id)
    ended = quote_unsubscription(work, account_id, instance_id, lock=True)
    instance = ended.instance
    require_may_end(work, instance)
    if ended.quote.amount <= 0:
        raise Refusal(
            Code.RESOURCE_STATUS,
            "Nothing would come back for {instance}: open a ticket, or let it run to its end.",
            instance=instance.id,
        )
    refund = book_refund(work, account, instance.name, ended.orders, ended.quote)
    end_orders(work, ended.orders)
    if at_once:
        release_at_once(work, instance)
    else:
        _end_now(work, instance, ended.orders)
    return Receipt(refund.id, instance.id)


def require_may_end(work: Work, instance: Instance) -> None:
    """Refuse to end what is protected (ResourceStatusError) or has an unpaid order."""
    if instance.deletion_protection:
        raise Refusal(
            Code.RESOURCE_STATUS,
            "Deletion protection of {instance} is on: switch it off first.",
            instance=instance.id,
        )
    require_no_unpaid_order(work, instance.id)


def release_at_once(work: Work, instance: Instance) -> None:
    """Release a locked instance now; nothing that was planned for it happens."""
    work.agenda.void(instance.id, EVERYTHING_PLANNED)
    release_now(work, [instance])


def cancellable_renewal(work: Work, instance: Instance) -> Order | None:
    """The order of the latest paid term that has not begun, if there is one."""
    return _latest_pending(standing_orders(work, instance.id), work.now)


def cancellable_renewals(work: Work, instance_ids: Sequence[str]) -> Mapping[str, Order]:
    """By instance, the renewal that `cancel_renewal` would take now; in one question."""
    standing: dict[str, list[Order]] = {}
    for order in _standing(work, work.orders.of_instances(instance_ids)):
        standing.setdefault(order.instance_id, []).append(order)
    latest = {one: _latest_pending(orders, work.now) for one, orders in standing.items()}
    return {
        one: order
        for one, order in latest.items()
        if order is not None and not any(_covers(other, order) for other in standing[one])
    }


def quote_cancellation(
    work: Work, account_id: str, instance_id: str, order_id: str, *, lock: bool = False
) -> Unsubscription:
    """What comes back when the latest pending renewal is cancelled: all its cash.

    Refusals: ResourceNotExists for the instance or the order, ResourceStatusError for an order
    that is not the latest pending renewal, or after which an upgrade was bought.
    """
    instance = owned(work, account_id, instance_id, lock=lock)
    order = work.orders.find(order_id)
    if order is None or order.instance_id != instance.id:
        raise not_exists()
    latest = cancellable_renewal(work, instance)
    if latest is None:
        raise Refusal(
            Code.RESOURCE_STATUS,
            "The order {order} is not the latest renewal of {instance} that has not begun.",
            order=order_id,
            instance=instance.id,
        )
    if latest.id != order.id:
        raise Refusal(
            Code.RESOURCE_STATUS,
            "The order {order} is not the latest renewal of {instance} that has not begun; that is "
            "{latest}.",
            order=order_id,
            instance=instance.id,
            latest=latest.id,
        )
    if any(_covers(one, order) for one in standing_orders(work, instance.id)):
        raise Refusal(
            Code.RESOURCE_STATUS,
            "An upgrade was bought after the renewal {order}, and covers its term: it cannot be "
            "cancelled alone.",
            order=order_id,
        )
    return Unsubscription(instance, (order,), quote_orders(work, [order]))


def cancel_renewal(work: Work, account_id: str, instance_id: str, order_id: str) -> Receipt:
    """Give back a pending renewal; the instance ends when it did before it.

    Refusals: those of `quote_cancellation`; CSS_CHECK_ORDER_ERROR while an order is unpaid.
    """
    account = work.accounts.lock(account_id)
    cancelled = quote_cancellation(work, account_id, instance_id, order_id, lock=True)
    instance, (order,) = cancelled.instance, cancelled.orders
    require_no_unpaid_order(work, instance.id)
    refund = book_refund(work, account, instance.name, cancelled.orders, cancelled.quote)
    end_orders(work, cancelled.orders)
    restored = _without(work, instance, order)
    work.instances.update(restored)
    setting = work.renewal_settings.find_many([instance.id])[instance.id]
    if order.automatic:
        setting = RenewalSetting(RenewalMode.MANUAL)
        work.renewal_settings.put(instance.id, setting)
    plan(work, restored, setting)
    work.changed("instance", instance.id)
    return Receipt(refund.id, instance.id)


def standing_orders(work: Work, instance_id: str) -> list[Order]:
    """The paid orders of an instance whose period is not over, by its start."""
    return _standing(work, work.orders.of_instance(instance_id))


def _standing(work: Work, orders: Sequence[Order]) -> list[Order]:
    standing = (
        order
        for order in orders
        if order.status is PaymentStatus.PAID and not order.is_over(work.now)
    )
    return sorted(standing, key=lambda order: order.start or 0)


def _latest_pending(standing: Sequence[Order], now: int) -> Order | None:
    """Of orders whose period is not over, the latest renewal that has not begun."""
    pending = [
        order
        for order in standing
        if order.type is OrderType.RENEW and order.start is not None and order.start > now
    ]
    return max(pending, key=lambda order: order.start or 0, default=None)


def _covers(upgrade: Order, renewal: Order) -> bool:
    """Whether an upgrade pays for time of a pending renewal: it was bought after it."""
    return upgrade.type is OrderType.UPGRADE and (upgrade.end or 0) > (renewal.start or 0)


def quote_orders(work: Work, orders: Sequence[Order]) -> RefundQuote:
    """What comes back for these paid orders now, a line for each."""
    refunded = work.orders.refunded([order.id for order in orders])
    lines: list[RefundLine] = [
        quote_refund(
            order, work.price_books.version(order.price_book), work.now, refunded.get(order.id, 0)
        )
        for order in orders
    ]
    return total(orders[0].currency if orders else "", lines)


def end_orders(work: Work, orders: Sequence[Order]) -> None:
    """Cut short, now, the periods that these orders paid for."""
    for order in orders:
        work.orders.update(replace(order, ended_at=work.now))


def _end_now(work: Work, instance: Instance, orders: Sequence[Order]) -> None:
    """The instance expires now: kept like any other, not renewed by itself. rules.md 7.

    Its chain of terms is at an end: months that were given back must not count in a later one.
    """
    begun = [order for order in orders if (order.start or 0) <= work.now]
    ended = replace(
        instance.settled(work.now),
        term_start=_last_term(work, begun).start,
        end=work.now,
        anchor=expiration_date_of(work.now),
        months=0,
        planned=None,
        planned_from=None,
    )
    work.instances.update(ended)
    setting = RenewalSetting(RenewalMode.NEVER)
    work.renewal_settings.put(instance.id, setting)
    plan(work, ended, setting)
    work.changed("instance", instance.id)


def _without(work: Work, instance: Instance, order: Order) -> Instance:
    """The instance as it is without its last term, that of this order, which is ended by now."""
    before = _last_term(work, standing_orders(work, instance.id))
    restored = replace(
        instance,
        term_start=before.start,
        end=before.end,
        anchor=before.anchor,
        months=before.months,
    )
    if restored.planned_from is not None and restored.planned_from == order.start:
        restored = replace(restored, planned=None, planned_from=None)
    return restored


def _last_term(work: Work, orders: Sequence[Order]) -> Term:
    """The last of the terms that these orders paid for."""
    found = (work.orders.term(order.id) for order in orders)
    return max((paid.term for paid in found if paid), key=lambda term: term.end)
