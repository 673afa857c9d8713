"""What comes back for an order: one pure function for the preview and for the booking.

``refund = max(0, cash paid - consumed)``, and what was consumed is the list amount of the days
used, at the discount that so many days alone would have earned: who leaves early gives up the
discount of a long term. Vouchers are never given back. Source: rules.md 7, facts/billing.md 2.2.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from keylease.billing.catalog import PriceBook
from keylease.billing.orders.model import Order
from keylease.core.clock import DAY
from keylease.core.errors import ensure
from keylease.core.money import round_half_up
from keylease.core.terms import Term

#: Discounts are earned by months of 30 days.
DAYS_OF_MONTH = 30


@dataclass(frozen=True, slots=True)
class RefundLine:
    """What comes back for one order, and why. Amounts are minor units.

    ``cash`` is what was paid from the balance, of which ``refunded_before`` came back earlier;
    ``voucher_amount`` is what a voucher paid and nobody gets back. ``factor`` is the discount that
    the used days earn, ``discount_lost`` what the order's own discount would have saved on them.
    """

    order_id: str
    list_amount: int
    cash: int
    refunded_before: int
    voucher_amount: int
    order_days: int
    used_days: int
    factor: Fraction
    consumed: int
    amount: int

    @property
    def discount_lost(self) -> int:
        """How much more the used days cost than at the discount of the whole order."""
        paid = Fraction(self.cash + self.voucher_amount)
        at_own_discount = paid * self.used_days / self.order_days
        return max(0, self.consumed - round_half_up(at_own_discount))


@dataclass(frozen=True, slots=True)
class RefundQuote:
    """What comes back in all: one line for each order."""

    currency: str
    lines: tuple[RefundLine, ...]

    @property
    def amount(self) -> int:
        """The sum of the lines, in minor units."""
        return sum(line.amount for line in self.lines)


def days_of_term(term: Term, *, begins_chain: bool) -> int:
    """How many days an order for time has.

    A purchase, or a renewal by hand after expiry, begins a chain: from the anchor to E. One that
    queues behind another term: from its start to its end.
    """
    if begins_chain:
        return (term.expiration_date - term.anchor).days
    return _days(term.end - term.start)


def days_of_upgrade(start: int, end: int) -> int:
    """How many days an upgrade pays for: what remained, rounded up."""
    return _days(end - start)


def quote_refund(order: Order, book: PriceBook, now: int, refunded: int = 0) -> RefundLine:
    """What comes back for a paid order at ``now``, of which ``refunded`` came back before.

    ``book`` is the price book that the order was made with: its discounts are those that could
    have been earned. A period that has not begun has used nothing; one that is over gives nothing.
    """
    ensure(order.start is not None and order.end is not None, "only what was paid comes back")
    start, end, days = order.start or 0, order.end or 0, order.order_days or 1
    used = _used_days(start, end, days, now)
    factor = book.discount(used // DAYS_OF_MONTH)
    consumed = round_half_up(Fraction(order.list_amount * used, days) * factor)
    amount = 0 if order.is_over(now) else max(0, order.cash - refunded - consumed)
    return RefundLine(
        order_id=order.id,
        list_amount=order.list_amount,
        cash=order.cash,
        refunded_before=refunded,
        voucher_amount=order.voucher_amount,
        order_days=days,
        used_days=used,
        factor=factor,
        consumed=consumed,
        amount=amount,
    )


def total(currency: str, lines: Sequence[RefundLine]) -> RefundQuote:
    """What comes back for several orders together."""
    return RefundQuote(currency, tuple(lines))


def _used_days(start: int, end: int, days: int, now: int) -> int:
    """The elapsed time in days, rounded up, at least 1, at most the order's days."""
    if now < start:
        return 0
    if now >= end:
        return days
    return min(days, max(1, _days(now - start)))


def _days(seconds: int) -> int:
    return -(-seconds // DAY)
