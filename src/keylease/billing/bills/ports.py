"""What is asked of stored bills: pages of lines, sums, and months."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from keylease.billing.bills.model import BillLine
from keylease.billing.bills.parts import Amounts


@dataclass(frozen=True, slots=True)
class LineFilter:
    """Which lines of an account's month a view is about; None means any.

    With ``day`` only those of that day, which is in the month. ``hide_zero`` leaves out lines whose
    list price and amount are both zero. ``instance_ids`` and ``billed_in``, months, mean any where
    they are empty.
    """

    account_id: str
    month: str
    day: str | None = None
    item: str | None = None
    product_type: str | None = None
    subscription: str | None = None
    record_id: str | None = None
    instance_id: str | None = None
    hide_zero: bool = False
    instance_ids: frozenset[str] = frozenset()
    billed_in: frozenset[str] = frozenset()

    @property
    def is_narrow(self) -> bool:
        """Whether it takes a part of the lines that a month's totals are sums of."""
        one = self.day or self.record_id or self.instance_id or self.instance_ids
        return bool(one or self.billed_in or self.hide_zero)

    def of_day(self, day: str | None) -> "LineFilter":
        """The same of one day; of the whole month for None."""
        return replace(self, day=day)

    def of_instance(self, instance_id: str) -> "LineFilter":
        """The same of one instance."""
        return replace(self, instance_id=instance_id)

    def narrowed(self, instance_ids: frozenset[str], billed_in: frozenset[str]) -> "LineFilter":
        """The same of these instances and lines of these months."""
        return replace(self, instance_ids=instance_ids, billed_in=billed_in)


@dataclass(frozen=True, slots=True)
class Total:
    """What lines of one kind and billing method add up to; ``items`` counts billable items."""

    month: str
    subscription: str
    product_type: str
    item: str
    currency: str
    lines: int
    items: int
    amounts: Amounts


@dataclass(frozen=True, slots=True)
class ClosedMonth:
    """A month that nothing is added to any more. Amounts are minor units.

    ``opening`` and ``closing`` are the cash balance by booking: what a line charged counts in the
    month of the line, also where its bill was made a day later.
    """

    account_id: str
    month: str
    closed_at: int
    lines: int
    pretax: int
    opening: int
    closing: int


@dataclass(frozen=True, slots=True)
class CostLine:
    """A line whose cost is not all past, and when its period was cut short, if it was."""

    seq: int
    line: BillLine
    stopped_at: int | None


class Bills(Protocol):
    """The lines of all bills, inside a unit of work: only ever added."""

    def add(self, lines: list[BillLine]) -> None:
        """Write them down, and add them to what their months add up to.

        The first line of an account's month plans when it is closed; a closed one takes none.
        """
        ...

    def settle(self, account_id: str, currency: str, still_owed: int) -> None:
        """Count outstanding amounts as paid in cash, oldest first, until this much is left."""
        ...

    def close(self, month: ClosedMonth) -> None:
        """Write down that nothing is added to a month any more."""
        ...

    def closed(self, account_id: str, month: str) -> ClosedMonth | None:
        """A month of an account, if it is closed."""
        ...

    def closed_months(self, account_id: str) -> Sequence[ClosedMonth]:
        """An account's closed months, the oldest first."""
        ...

    def booked_late(self, account_id: str, month: str) -> int:
        """What lines of this month and earlier ones charged after its end, in minor units."""
        ...


class BillViews(Protocol):
    """Stored bills, to read. Lists are paged by index: a later page costs no more."""

    def totals(self, account_id: str, month: str | None = None) -> Sequence[Total]:
        """What an account's months, or one of them, add up to; kept with each line."""
        ...

    def day_totals(self, chosen: LineFilter) -> Sequence[Total]:
        """The same of one day, added up now."""
        ...

    def count(self, chosen: LineFilter) -> int:
        """How many lines there are."""
        ...

    def page(self, chosen: LineFilter, offset: int, limit: int) -> Sequence[BillLine]:
        """Lines in the order in which they were written."""
        ...

    def after(self, chosen: LineFilter, seq: int, limit: int) -> Sequence[tuple[int, BillLine]]:
        """The lines after ``seq``, each with its own."""
        ...

    def rows(
        self, chosen: LineFilter, columns: Sequence[str], chunk: int
    ) -> Iterator[Sequence[tuple[Any, ...]]]:
        """These columns of all lines, as they are stored, so many at once."""
        ...

    def by_instance(
        self, chosen: LineFilter, first: str = "", chunk: int = 500
    ) -> Iterator[BillLine]:
        """Lines from the instance ``first`` on, in order of their instance."""
        ...

    def count_groups(self, chosen: LineFilter, *, by_item: bool) -> int:
        """How many groups `keylease.billing.bills.parts.grouped` makes of them."""
        ...

    def costs(self, chosen: LineFilter, chunk: int) -> Iterator[Sequence[CostLine]]:
        """Lines of the month, and earlier ones whose period reaches into it, by (month, seq)."""
        ...

    def cost_page(
        self, chosen: LineFilter, offset: int, limit: int
    ) -> tuple[Sequence[CostLine], int]:
        """A page of the same by place, and how many there are in all."""
        ...

    def cost_by_instance(
        self, chosen: LineFilter, after: tuple[str, str], chunk: int = 500
    ) -> Iterator[CostLine]:
        """The same in order of month and instance, after those of a month's instance."""
        ...

    def count_cost(self, chosen: LineFilter, *, by_instance: bool) -> int:
        """How many of those lines there are, or how many instances in how many months."""
        ...

    def payments(self, record_ids: Sequence[str]) -> dict[str, str]:
        """The ledger's transaction of each order or bill."""
        ...
