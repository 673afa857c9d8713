"""Vouchers: money that can only be spent here. Source: facts/billing.md 5, rules.md 4 and 7.

One voucher at most pays for an order: of those that may, the one with the largest balance, then the
one that expires first, then the oldest. What it does not cover is paid from the balance. What is
left of it can be spent later; what it paid never comes back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from keylease.billing.orders.model import Subscription


class VoucherScope(StrEnum):
    """What a voucher may be spent on."""

    ALL = "all"
    SUBSCRIPTION = "subscription"
    PAY_AS_YOU_GO = "pay_as_you_go"

    def covers(self, method: Subscription) -> bool:
        """Whether something sold by this billing method may be paid with it."""
        if self is VoucherScope.ALL:
            return True
        return (self is VoucherScope.SUBSCRIPTION) == (method is Subscription.SUBSCRIPTION)


@dataclass(frozen=True, slots=True)
class Voucher:
    """A voucher as it was granted. Amounts are minor units, moments business instants.

    It can be spent from ``effective_at`` until just before ``expires_at``, on orders of at least
    ``threshold``. What is left of it is the sum of its ledger account, not stored.
    """

    id: int
    number: str
    account_id: str
    currency: str
    nominal: int
    scope: VoucherScope
    threshold: int
    granted_at: int
    effective_at: int
    expires_at: int
    description: str = ""
    cancelled_at: int | None = None

    def pays_for(self, method: Subscription, amount: int, now: int) -> bool:
        """Whether it may be spent now on something of this amount."""
        in_time = self.effective_at <= now < self.expires_at and self.cancelled_at is None
        return in_time and amount >= self.threshold and self.scope.covers(method)


@dataclass(frozen=True, slots=True)
class Deduction:
    """What a voucher pays of an amount; nothing without a voucher."""

    voucher: Voucher | None = None
    amount: int = 0


class Vouchers(Protocol):
    """The vouchers, inside a unit of work."""

    def spendable(self, account_id: str, currency: str, now: int) -> Sequence[tuple[Voucher, int]]:
        """Those in force that have something left, with what is left."""
        ...


def choose(
    held: Sequence[tuple[Voucher, int]], method: Subscription, amount: int, now: int
) -> Deduction:
    """What is paid by voucher when something of ``amount`` is paid now."""
    usable = [(v, left) for v, left in held if left > 0 and v.pays_for(method, amount, now)]
    if not usable or amount <= 0:
        return Deduction()
    voucher, left = min(
        usable, key=lambda one: (-one[1], one[0].expires_at, one[0].granted_at, one[0].id)
    )
    return Deduction(voucher, min(left, amount))
