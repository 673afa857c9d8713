"""Upgrading an instance: more from now on, paid until the end of the last paid term. rules.md 6."""

from collections.abc import Mapping
from dataclasses import replace

from keylease.access.accounts import Account
from keylease.billing.catalog import Configuration, Quote, reconfigure, upgrade_quote
from keylease.billing.orders.model import Order, OrderType
from keylease.billing.orders.placing import Offer, Subject
from keylease.billing.refunds.quote import days_of_upgrade
from keylease.core.errors import Code
from keylease.core.terms import Phase
from keylease.custody.instances.model import Instance, expired
from keylease.lifecycle.checkout import Delivery, Receipt, check_out
from keylease.lifecycle.configuration import capacity_of, configuration_of
from keylease.lifecycle.renewal import (
    not_exists,
    owned,
    require_no_change_pending,
    require_sizes,
    require_subscription,
)
from keylease.lifecycle.work import Work


def upgrade(
    work: Work, account_id: str, instance_id: str, parameters: Mapping[str, str]
) -> Receipt:
    """Upgrade a running instance; what it may hold and do rises at once, the end stays.

    Refusals: ResourceNotExists, ResourceStatusError (expired), INSTANCE_HAS_INACTIVE_CHANGE,
    InvalidParameter (nothing rises, or something falls), CSS_CHECK_ORDER_ERROR,
    PAY.INSUFFICIENT_BALANCE.
    """
    account = work.accounts.lock(account_id)
    instance = owned(work, account_id, instance_id)
    return check_out(work, account, offer(work, account, instance, parameters), deliver)


def offer(work: Work, account: Account, instance: Instance, parameters: Mapping[str, str]) -> Offer:
    """What an upgrade would get and cost now; the Refusals of `upgrade` but for the balance."""
    require_upgradable(instance, work.now)
    version, book = work.price_books.current()
    old = configuration_of(instance, work.now)
    new = reconfigure(book, old, parameters)
    return Offer(
        OrderType.UPGRADE,
        Subject(account.id, instance.id, instance.region, instance.product_type),
        upgrade_quote(book, old, new, account.currency, instance.end - work.now),
        new,
        old,
        version,
        months=0,
    )


def price_of(work: Work, account_id: str, instance_id: str, parameters: Mapping[str, str]) -> Quote:
    """What `upgrade` would charge now; the same Refusals but for the balance."""
    instance = owned(work, account_id, instance_id, lock=False)
    account = work.accounts.find_many([account_id])[account_id]
    return offer(work, account, instance, parameters).price


def deliver(work: Work, order: Order) -> Delivery:
    """Give the instance the capacity that a paid upgrade is for."""
    instance = work.instances.find(order.instance_id, lock=True)
    if instance is None:
        raise not_exists()
    require_upgradable(instance, work.now)
    capacity = capacity_of(Configuration.from_dict(order.configuration))
    upgraded = replace(instance.settled(work.now), capacity=capacity)
    work.instances.update(upgraded)
    days = days_of_upgrade(work.now, instance.end)
    return Delivery(upgraded, work.now, instance.end, days)


def require_upgradable(instance: Instance, now: int) -> None:
    """Refuse what cannot be upgraded now, whatever is asked for."""
    require_subscription(instance)
    require_sizes(instance)
    if instance.phase(now) is not Phase.RUNNING:
        raise expired(Code.RESOURCE_STATUS, instance.id, instance.end)
    require_no_change_pending(instance, now)
