"""A monthly statement: what an account bought and got back in a month, and what is left.

A month is a calendar month in UTC+8: an order belongs to the month in which it was paid, a refund
to the one in which it was made, and the figures of a month are the sums of its lines (rules.md 9).

Each line adds up by itself: list price - discount - vouchers = charged. What is charged is cash;
where cash comes back, the line is negative. Vouchers pay before the balance and are no part of
it. So the month adds up, too::

    opening balance + top-ups - the sum of what the lines charged = closing balance

All amounts are minor units of the account's currency. A line or a statement that does not add up
does not construct: a wrong figure must never be printed.
"""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from keylease.core.errors import ensure
from keylease.documents.texts import Language


class LineKind(StrEnum):
    """Why money moved, in the order in which the totals are listed."""

    PURCHASE = "purchase"
    RENEWAL = "renewal"
    UPGRADE = "upgrade"
    PAY_AS_YOU_GO = "pay_as_you_go"
    REFUND = "refund"
    ADJUSTMENT = "adjustment"


@dataclass(frozen=True, slots=True)
class Amounts:
    """The four figures of a line: ``charged`` is what is left of ``listed`` for the balance."""

    listed: int
    discount: int
    voucher: int
    charged: int

    def __post_init__(self) -> None:
        left = self.listed - self.discount - self.voucher
        ensure(left == self.charged, f"{self} does not add up")


def total(amounts: Iterable[Amounts]) -> Amounts:
    """The sum, figure by figure."""
    rows = list(amounts)
    return Amounts(
        sum(row.listed for row in rows),
        sum(row.discount for row in rows),
        sum(row.voucher for row in rows),
        sum(row.charged for row in rows),
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One order, refund or daily bill; ``at`` is the business instant of its payment.

    ``record_id`` is its order or bill, ``related_id`` the order that a refund gives back from.
    ``configuration`` are words in the statement's language, ``term`` the business instants from
    when to when was paid. What is empty is not shown.
    """

    at: int
    kind: LineKind
    record_id: str
    amounts: Amounts
    instance_id: str = ""
    instance_name: str = ""
    region: str = ""
    configuration: tuple[str, ...] = ()
    term: tuple[int, int] | None = None
    related_id: str = ""


@dataclass(frozen=True, slots=True)
class Subtotal:
    """The lines of one kind: how many, and what they add up to."""

    kind: LineKind
    count: int
    amounts: Amounts


@dataclass(frozen=True, slots=True)
class Statement:
    """Everything that is printed. ``lines`` are printed in the order given.

    ``month`` is ``YYYY-MM``. ``issued_at`` is the business instant up to which the figures are
    right; until the month is ``closed`` they may still change. ``top_ups`` is the money that came
    in, less what was paid out. ``refund_rules`` is where a customer finds the rules for refunds,
    an address or the name of a page.
    """

    language: Language
    issuer: str
    account_id: str
    account_name: str
    currency: str
    month: str
    issued_at: int
    closed: bool
    opening_balance: int
    top_ups: int
    closing_balance: int
    lines: tuple[Line, ...]
    refund_rules: str

    def __post_init__(self) -> None:
        left = self.opening_balance + self.top_ups - self.total.charged
        ensure(left == self.closing_balance, f"the statement for {self.month} does not add up")

    @property
    def total(self) -> Amounts:
        """All lines together."""
        return total(line.amounts for line in self.lines)

    @property
    def subtotals(self) -> tuple[Subtotal, ...]:
        """The lines by kind; a kind without lines is left out."""
        by_kind = {kind: [x.amounts for x in self.lines if x.kind is kind] for kind in LineKind}
        return tuple(Subtotal(kind, len(x), total(x)) for kind, x in by_kind.items() if x)

    def charged(self, *kinds: LineKind) -> int:
        """What the lines of these kinds took from the balance; negative if they gave."""
        return sum(line.amounts.charged for line in self.lines if line.kind in kinds)

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day of the month."""
        year, month = map(int, self.month.split("-"))
        last = calendar.monthrange(year, month)[1]
        return date(year, month, 1), date(year, month, last)
