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


class VoucherStatus(StrEnum):
    """What a voucher is at a moment, as the API names it. Source: facts/billing.md 5."""

    AVAILABLE = "Available"
    EXPIRED = "Expired"
    CANCELLED = "Cancelled"


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

    def status(self, now: int) -> VoucherStatus:
        """What it is called now; one that is spent, or not yet in force, is still available."""
        if self.cancelled_at is not None:
            return VoucherStatus.CANCELLED
        return VoucherStatus.EXPIRED if self.expires_at <= now else VoucherStatus.AVAILABLE

    def spendable(self, left: int, now: int) -> int:
        """What of the rest can still be spent: nothing once it ended, booked as lapsed or not."""
        return left if self.status(now) is VoucherStatus.AVAILABLE else 0

    def in_force(self, now: int) -> bool:
        """Whether it has begun, and is neither over nor cancelled."""
        return self.effective_at <= now and self.status(now) is VoucherStatus.AVAILABLE

    def pays_for(self, method: Subscription, amount: int, now: int) -> bool:
        """Whether it may be spent now on something of this amount."""
        large_enough = amount >= self.threshold
        return self.in_force(now) and large_enough and self.scope.covers(method)


@dataclass(frozen=True, slots=True)
class Grant:
    """What an operator grants; the fields are those of `Voucher`."""

    nominal: int
    scope: VoucherScope
    threshold: int
    effective_at: int
    expires_at: int
    description: str = ""


@dataclass(frozen=True, slots=True)
class VoucherFilter:
    """Which vouchers a list is about; None means any. Both ends of the expiry count."""

    account_id: str | None = None
    expires_from: int | None = None
    expires_until: int | None = None
    in_force: bool | None = None


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

    def add(self, account_id: str, currency: str, number: str, grant: Grant, now: int) -> Voucher:
        """Write down a new voucher, granted now; it gets its id."""
        ...

    def find_many(self, voucher_ids: Sequence[int]) -> Sequence[tuple[Voucher, int]]:
        """Those with these ids, by id, with what is left of each."""
        ...

    def by_number(self, number: str) -> tuple[Voucher, int] | None:
        """The one with this number, whoever owns it, with what is left."""
        ...

    def cancel(self, voucher_id: int, at: int) -> None:
        """Write down that it was cancelled."""
        ...

    def page(
        self, chosen: VoucherFilter, offset: int, limit: int, now: int
    ) -> tuple[Sequence[tuple[Voucher, int]], int]:
        """A page of vouchers with what is left, newest first, and how many fit in all."""
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
