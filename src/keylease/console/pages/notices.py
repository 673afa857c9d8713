"""What an account should act on soon: a debt, orders, instances that end. rules.md 2 to 5.

They are about the whole account, whatever the region.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from keylease.access.permissions import Permission
from keylease.billing.ledger.model import cash
from keylease.billing.orders.model import OrderFilter, Subscription
from keylease.billing.orders.states import PaymentStatus
from keylease.billing.renewals.model import RenewalMode, RenewalSetting
from keylease.console.pages.instances import called
from keylease.console.ports import ConsoleWork
from keylease.console.visit import Visit
from keylease.core.clock import DAY
from keylease.core.money import amount_for_people
from keylease.core.terms import RETENTION, Phase, release_of
from keylease.custody.instances.model import Instance
from keylease.lifecycle.debt import GRACE
from keylease.lifecycle.listing import SubscriptionFilter

_AHEAD_DAYS = 7

#: As many of a sort are told; the list behind them has all.
_TOLD_MAX = 5

_NEEDS = tuple(
    Permission(f"bss:{operation}")
    for operation in ("QueryAccountBalance", "QueryAvailableInstances", "QueryOrders")
)


@dataclass(frozen=True, slots=True)
class Notice:
    """What there is to know, with a moment, and a link to what can be done; texts are English."""

    text: str
    at: int
    address: str
    link: str
    values: Mapping[str, str] = field(default_factory=dict)


def notices_of(visit: Visit, work: ConsoleWork) -> list[Notice]:
    """The most urgent first; none for a user who may not see the account's money."""
    if not visit.allows(_NEEDS, work):
        return []
    return [*_debt(visit, work), *_orders(visit, work), *_endings(visit, work)]


def _debt(visit: Visit, work: ConsoleWork) -> list[Notice]:
    account = visit.account
    if account.debt_since is None:
        return []
    missing = -work.ledger.balance(cash(account.id), account.currency)
    return [
        Notice(
            "The balance lacks {amount}. Pay-as-you-go instances stop on:",
            account.debt_since + GRACE,
            "/console/expenses",
            "Account",
            {"amount": amount_for_people(missing, account.currency)},
        )
    ]


def _orders(visit: Visit, work: ConsoleWork) -> list[Notice]:
    unpaid = OrderFilter(status=PaymentStatus.UNPAID.value)
    found, _ = work.orders.page(visit.account_id, unpaid, 0, _TOLD_MAX, work.now)
    return [
        Notice(
            "An order waits to be paid, until:",
            one.pay_until,
            f"/console/orders/{one.id}/pay",
            "Go to the order",
        )
        for one in found
        if one.pay_until is not None
    ]


def _endings(visit: Visit, work: ConsoleWork) -> list[Notice]:
    """Subscriptions that have expired, or do so soon."""
    chosen = SubscriptionFilter(
        subscription=Subscription.SUBSCRIPTION.value, end_until=work.now + _AHEAD_DAYS * DAY
    )
    kept = work.now - RETENTION
    found, total = work.subscriptions.page(
        visit.account_id, chosen, kept, 0, _TOLD_MAX, by_end=True
    )
    told = [_ending(visit, work.now, *one) for one in found]
    if total > len(told):
        more = {"number": str(total - len(told))}
        text = "{number} more expire, or have expired, until:"
        until = work.now + _AHEAD_DAYS * DAY
        told.append(Notice(text, until, "/console/expenses/renewals", "Renewals", more))
    return told


def _ending(visit: Visit, now: int, instance: Instance, renewal: RenewalSetting) -> Notice:
    name = {"name": called(instance, visit.t)}
    own = f"/console/instances/{instance.id}"
    if instance.phase(now) is not Phase.RUNNING:
        text = "{name} has expired, and can be renewed until it is released on:"
        return Notice(text, release_of(instance.end), f"{own}/renew", "Renew", name)
    if renewal.mode is RenewalMode.AUTO:
        text = "{name} renews itself if the balance covers it; otherwise it expires on:"
        return Notice(text, instance.end, f"{own}/auto-renewal", "Auto-renewal", name)
    return Notice("{name} expires on:", instance.end, f"{own}/renew", "Renew", name)
