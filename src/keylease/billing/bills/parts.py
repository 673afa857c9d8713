"""Lines taken apart and put together: by billable item, by instance. Pure. rules.md 9.

The parts of a line add up to it, figure by figure: each figure is split by largest remainder, then
position, in proportion to the one before it (list price, pretax amount, vouchers, what is owed), so
that each part keeps the identities of a line and none has another sign.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import groupby
from operator import attrgetter

from keylease.billing.bills.model import BillLine, LineItem
from keylease.core.money import allocate


@dataclass(frozen=True, slots=True)
class Amounts:
    """The figures of a line, a part or a sum, in minor units.

    ``pretax = gross - discount = voucher + cash + outstanding``.
    """

    gross: int = 0
    discount: int = 0
    pretax: int = 0
    voucher: int = 0
    cash: int = 0
    outstanding: int = 0

    def __add__(self, other: "Amounts") -> "Amounts":
        return Amounts(
            self.gross + other.gross,
            self.discount + other.discount,
            self.pretax + other.pretax,
            self.voucher + other.voucher,
            self.cash + other.cash,
            self.outstanding + other.outstanding,
        )

    @property
    def charged(self) -> int:
        """What was taken from the balance, also where that went below zero."""
        return self.pretax - self.voucher


def amounts_of(line: BillLine) -> Amounts:
    """The figures of a line."""
    return Amounts(
        line.gross, line.discount, line.pretax, line.voucher, line.cash, line.outstanding
    )


def split(whole: Amounts, items: Sequence[LineItem]) -> list[tuple[LineItem | None, Amounts]]:
    """A line's figures by billable item; a line that has none is its own only part."""
    if not items:
        return [(None, whole)]
    shares = [item.gross for item in items]
    gross = shares if sum(shares) == whole.gross else allocate(whole.gross, shares)
    pretax = gross if whole.pretax == whole.gross else allocate(whole.pretax, gross)
    voucher = allocate(whole.voucher, pretax)
    rest = [one - by_voucher for one, by_voucher in zip(pretax, voucher, strict=True)]
    owed = allocate(whole.outstanding, rest)
    return [
        (item, Amounts(g, g - p, p, v, p - v - o, o))
        for item, g, p, v, o in zip(items, gross, pretax, voucher, owed, strict=True)
    ]


#: What makes a group: instance, kind of line, billing method, product type, billable item.
GroupKey = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Group:
    """What an instance's lines of one kind add up to, or one billable item of them.

    ``last`` is the newest line: name, region and edition are its. ``usage`` is the sum of the days
    that were used, or what was ordered last; ``price`` is the newest list price; both are empty for
    a whole instance.
    """

    key: GroupKey
    last: BillLine
    amounts: Amounts
    usage_start: int
    usage_end: int
    usage: str = ""
    unit: str = ""
    price: str = ""

    @property
    def code(self) -> str:
        """The billable item; empty for a whole instance, and for lines that have none."""
        return self.key[4]


def grouped(
    lines: Iterable[BillLine], *, by_item: bool, hide_zero: bool = False
) -> Iterator[Group]:
    """Lines in order of their instance, by instance, kind and billing method, in order of the key.

    ``hide_zero`` leaves out billable items that neither cost nor would have cost anything.
    """
    for _, of_instance in groupby(lines, key=attrgetter("instance_id")):
        found: dict[GroupKey, Group] = {}
        for line in of_instance:
            for part in _parts(line, by_item=by_item, hide_zero=hide_zero):
                known = found.get(part.key)
                found[part.key] = part if known is None else _joined(known, part)
        for key in sorted(found):
            yield found[key]


def _parts(line: BillLine, *, by_item: bool, hide_zero: bool) -> Iterator[Group]:
    key = (line.instance_id, line.item.value, line.subscription, line.product_type)
    start, end = line.usage_start, line.usage_end
    if not by_item:
        yield Group((*key, ""), line, amounts_of(line), start, end)
        return
    for item, amounts in split(amounts_of(line), line.items):
        if hide_zero and not amounts.gross and not amounts.pretax:
            continue
        if item is None:
            yield Group((*key, ""), line, amounts, start, end)
        else:
            about = item.usage, item.unit, item.price
            yield Group((*key, item.code), line, amounts, start, end, *about)


def _joined(one: Group, other: Group) -> Group:
    return Group(
        one.key,
        other.last,
        one.amounts + other.amounts,
        min(one.usage_start, other.usage_start),
        max(one.usage_end, other.usage_end),
        other.usage if other.unit == "Month" else _sum(one.usage, other.usage),
        other.unit,
        other.price,
    )


def _sum(one: str, other: str) -> str:
    """Two amounts of use; what is no number is left as it is now."""
    try:
        return f"{Decimal(one) + Decimal(other):f}"
    except InvalidOperation:
        return other
