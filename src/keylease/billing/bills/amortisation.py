"""What of a line belongs to which month: a subscription's cost, day by day. Pure.

An order is spread evenly over the days, in UTC+8, that its period ``[start, end)`` touches; what
does not divide goes to the first days, one minor unit each (largest remainder, then position). If
the period was cut short, what was still to come falls into the month in which that happened; the
refund itself, like all that is no subscription order, belongs whole to its own month. So at the end
of that month nothing is left to come, and a month's cost is what its days cost.
Source: facts/billing.md 6.
"""

from dataclasses import dataclass
from datetime import timedelta

from keylease.billing.bills.model import BillItem, BillLine
from keylease.billing.bills.months import first_day, next_month
from keylease.billing.bills.parts import Amounts
from keylease.core.clock import local_date


@dataclass(frozen=True, slots=True)
class Amortised:
    """A line seen from a month: before it, in it, after it. The three add up to the line."""

    before: Amounts
    current: Amounts
    remaining: Amounts

    def __add__(self, other: "Amortised") -> "Amortised":
        return Amortised(
            self.before + other.before,
            self.current + other.current,
            self.remaining + other.remaining,
        )

    @property
    def to_date(self) -> Amounts:
        """Up to the end of the month."""
        return self.before + self.current

    @property
    def total(self) -> Amounts:
        """All of it."""
        return self.to_date + self.remaining


def share(amount: int, days: int, past: int) -> int:
    """What of an amount that is spread over ``days`` falls on the first ``past`` of them."""
    each, left = divmod(amount, days)
    past = min(max(past, 0), days)
    return each * past + min(past, left)


def amortise(line: BillLine, month: str, stopped_at: int | None = None) -> Amortised:
    """A line seen from a month; ``stopped_at`` is when the order's period was cut short."""
    until_now = _until(line, month, stopped_at)
    until_then = _until(line, next_month(month), stopped_at)
    whole = _amounts(line.gross, line.pretax, line.voucher, line.outstanding)
    return Amortised(until_now, _less(until_then, until_now), _less(whole, until_then))


def _until(line: BillLine, month: str, stopped_at: int | None) -> Amounts:
    """What falls before a month begins."""
    figures = (line.gross, line.pretax, line.voucher, line.outstanding)
    begins = first_day(month)
    if line.item is not BillItem.SUBSCRIPTION_ORDER:
        return _amounts(*(figures if line.month < month else (0, 0, 0, 0)))
    if stopped_at is not None and local_date(stopped_at) < begins:
        return _amounts(*figures)
    first = local_date(line.usage_start)
    last = max(first, local_date(line.usage_end - 1))
    days, past = (last - first + timedelta(days=1)).days, (begins - first).days
    return _amounts(*(share(one, days, past) for one in figures))


def _amounts(gross: int, pretax: int, voucher: int, outstanding: int) -> Amounts:
    return Amounts(
        gross, gross - pretax, pretax, voucher, pretax - voucher - outstanding, outstanding
    )


def _less(one: Amounts, other: Amounts) -> Amounts:
    return Amounts(
        one.gross - other.gross,
        one.discount - other.discount,
        one.pretax - other.pretax,
        one.voucher - other.voucher,
        one.cash - other.cash,
        one.outstanding - other.outstanding,
    )
