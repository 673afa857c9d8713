"""An order, what became of it, and the term it pays for. Source: rules.md 4, facts/billing.md 1.

Amounts are minor units of the order's currency. They are fixed when the order is made; its period
is fixed when it is paid.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from keylease.billing.catalog import PAY_AS_YOU_GO_PRODUCT_TYPES
from keylease.billing.orders.states import PaymentStatus
from keylease.core.terms import Term

#: How long an order that nobody has paid can still be paid.
PAY_WITHIN = 30 * 60


class OrderType(StrEnum):
    """The documented types. A renewal with another configuration is a ``Renew`` too."""

    NEW = "New"
    RENEW = "Renew"
    UPGRADE = "Upgrade"
    REFUND = "Refund"


class Subscription(StrEnum):
    """The two billing methods, as the API names them. Mission M3."""

    SUBSCRIPTION = "Subscription"
    PAY_AS_YOU_GO = "PayAsYouGo"


def subscription_of(product_type: str) -> Subscription:
    """The billing method of a product type: the API has another one for each."""
    if product_type in PAY_AS_YOU_GO_PRODUCT_TYPES:
        return Subscription.PAY_AS_YOU_GO
    return Subscription.SUBSCRIPTION


@dataclass(frozen=True, slots=True)
class Order:
    """One order. ``configuration`` is what it buys, ``original`` what there was before it.

    ``list_amount`` and ``payable_amount`` were each rounded once when the order was made;
    ``price_book`` is the version that they come from. Of the payable amount ``voucher_amount`` was
    paid by the voucher ``voucher_id``, the rest in cash. ``start`` and ``end`` are the period that
    it pays for, ``order_days`` its length as refunds count it; ``ended_at`` is when that period
    was cut short, if it was. ``details`` is what its delivery needs, as small JSON. A refund order
    gives back its payable amount.
    """

    id: str
    account_id: str
    type: OrderType
    status: PaymentStatus
    product_type: str
    instance_id: str
    region: str
    months: int
    currency: str
    list_amount: int
    payable_amount: int
    created_at: int
    configuration: Mapping[str, Any]
    original: Mapping[str, Any] | None
    price_book: int
    pay_until: int | None = None
    paid_at: int | None = None
    voucher_id: int | None = None
    voucher_amount: int = 0
    start: int | None = None
    end: int | None = None
    order_days: int | None = None
    ended_at: int | None = None
    automatic: bool = False
    terms_version: int = 0
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def cash(self) -> int:
        """What was or has to be paid from the balance."""
        return self.payable_amount - self.voucher_amount

    @property
    def subscription(self) -> Subscription:
        """The billing method."""
        return subscription_of(self.product_type)

    def is_payable(self, now: int) -> bool:
        """Whether it waits to be paid, and still can be."""
        waits = self.status is PaymentStatus.UNPAID
        return waits and self.pay_until is not None and now < self.pay_until

    def status_at(self, now: int) -> PaymentStatus:
        """Its status: one whose time to be paid is over is cancelled, whoever noticed."""
        if self.status is PaymentStatus.UNPAID and not self.is_payable(now):
            return PaymentStatus.CANCELLED
        return self.status

    def is_over(self, now: int) -> bool:
        """Whether the period that it paid for is past, or was cut short."""
        return self.ended_at is not None or self.end is None or self.end <= now


@dataclass(frozen=True, slots=True)
class PaidTerm:
    """The term that an order paid for; one for each order that buys time."""

    order_id: str
    instance_id: str
    term: Term


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders a list is about; None means any.

    ``pending_at``: paid for a term that begins after this instant and was not given back.
    """

    created_from: int | None = None
    created_until: int | None = None
    type: str | None = None
    status: str | None = None
    product_type: str | None = None
    subscription: str | None = None
    pending_at: int | None = None
