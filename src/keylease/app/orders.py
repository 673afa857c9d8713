"""What the operator does with orders: look them up, make, pay and cancel them for a customer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from keylease.access.accounts import Account
from keylease.app.accounts import find_account
from keylease.app.deployment import Deployment
from keylease.app.operator_audit import audit_operator
from keylease.billing.catalog import PRODUCT_TYPES
from keylease.billing.legal.model import LegalKind
from keylease.billing.orders.model import Order, OrderFilter
from keylease.billing.orders.placing import Offer
from keylease.core.errors import Misuse
from keylease.lifecycle import ordering, purchase, renewal, upgrade
from keylease.lifecycle.purchase import Purchase
from keylease.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to order: a new instance or, for the one that is named, more time or an upgrade.

    ``parameters`` are the documented codes; ``months`` is 0 for an upgrade.
    """

    months: int
    instance_id: str | None
    parameters: Mapping[str, str]
    upgrade: bool = False


def orders_page(
    work: UnitOfWork, account: str | None, status: str | None, limit: int
) -> tuple[Sequence[Order], int]:
    """The newest orders, of one account or of all, and how many there are. Misuse."""
    account_id = find_account(work, account).id if account else None
    return work.orders.page(account_id, OrderFilter(status=status), 0, limit, work.now)


def find_order(work: UnitOfWork, order_id: str) -> Order:
    """The order with this id; Misuse."""
    found = work.orders.find(order_id)
    if found is None:
        raise Misuse("There is no order {order!r}: see `keylease order list`.", order=order_id)
    return found


def place_order(deployment: Deployment, account: str, wanted: Wanted) -> Order:
    """Make an order that waits to be paid, under the terms of service in force."""
    with deployment.database.begin() as work:
        buyer = work.accounts.lock(find_account(work, account).id)
        offer = _offer(work, buyer, deployment.settings.default_region, wanted)
        order = ordering.place(work, offer, work.legal_texts.current_version(LegalKind.SERVICE))
        audit_operator(work, "order place", order.id, order.account_id)
    return order


def pay_order(deployment: Deployment, order_id: str) -> Order:
    """Pay an order that waits, from its account's vouchers and balance; the order as it is then."""
    with deployment.database.begin() as work:
        account_id = find_order(work, order_id).account_id
        ordering.pay_order(work, account_id, order_id)
        audit_operator(work, "order pay", order_id, account_id)
        return find_order(work, order_id)


def cancel_order(deployment: Deployment, order_id: str) -> Order:
    """Cancel an order that waits to be paid."""
    with deployment.database.begin() as work:
        account_id = find_order(work, order_id).account_id
        cancelled = ordering.cancel_order(work, account_id, order_id)
        audit_operator(work, "order cancel", order_id, account_id)
        return cancelled


def _offer(work: UnitOfWork, account: Account, default_region: str, wanted: Wanted) -> Offer:
    if wanted.instance_id is None:
        asked = Purchase(PRODUCT_TYPES[-1], wanted.months, wanted.parameters)
        return purchase.offer(work, account, default_region, asked)
    instance = renewal.owned(work, account.id, wanted.instance_id)
    if wanted.upgrade:
        return upgrade.offer(work, account, instance, wanted.parameters)
    changed = wanted.parameters or None
    return renewal.offer(work, account, instance, wanted.months, parameters=changed)
