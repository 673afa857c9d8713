"""Bills in the database, to read: pages of lines by index, sums, months.

What is paged goes on from a key, in the order of an index, so that a late page costs what an early
one does. Lists by place skip over index entries.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    cast,
    func,
    or_,
    select,
    true,
    tuple_,
)

from keylease.billing.bills.model import BillItem, BillLine, read_items
from keylease.billing.bills.months import bounds
from keylease.billing.bills.parts import Amounts
from keylease.billing.bills.ports import CostLine, LineFilter, Total
from keylease.storage import schema
from keylease.storage.bills import BILL_KEY, SUMS
from keylease.storage.paging import page_of

_B, _T, _O, _L = (
    schema.bill_lines,
    schema.bill_totals,
    schema.orders,
    schema.ledger_transactions,
)
_GROUP = (_B.c.instance_id, _B.c.item, _B.c.subscription, _B.c.product_type)
_ORDERED = _B.outerjoin(_O, _O.c.id == _B.c.record_id)
_ORDER = (_B.c.month, _B.c.seq)
_COST = select(_B, _O.c.ended_at).select_from(_ORDERED)


class SqlBillViews:
    """Fits `keylease.billing.bills.ports.BillViews`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def totals(self, account_id: str, month: str | None = None) -> Sequence[Total]:
        """What an account's months, or one of them, add up to."""
        query = select(_T).where(_T.c.account_id == account_id)
        if month is not None:
            query = query.where(_T.c.month == month)
        return self._totals(query.order_by(*(_T.c[name] for name in BILL_KEY)))

    def day_totals(self, chosen: LineFilter) -> Sequence[Total]:
        """The same of the chosen lines, added up now."""
        key = [_B.c[name] for name in BILL_KEY]
        sums = [func.sum(_B.c[name]).label(name) for name in SUMS]
        counts = [func.count().label("lines"), func.sum(_B.c.item_count).label("items")]
        query = select(*key, *counts, *sums).where(*_fit(chosen)).group_by(*key).order_by(*key)
        return self._totals(query)

    def accounts(self, month: str) -> Sequence[str]:
        """The accounts that have lines in a month."""
        query = select(_T.c.account_id).where(_T.c.month == month).distinct()
        return self._db.execute(query.order_by(_T.c.account_id)).scalars().all()

    def count(self, chosen: LineFilter) -> int:
        """How many lines there are: from the totals, where these can tell."""
        if chosen.is_narrow:
            query = select(func.count()).select_from(_B).where(*_fit(chosen))
        else:
            query = select(func.coalesce(func.sum(_T.c.lines), 0)).where(*_fit_totals(chosen))
        return int(self._db.execute(query).scalar_one())

    def page(self, chosen: LineFilter, offset: int, limit: int) -> Sequence[BillLine]:
        """Lines in the order in which they were written."""
        page = page_of(select(_B), _B.c.seq, and_(*_fit(chosen)), _ORDER, offset, limit)
        return [_line(row) for row in self._db.execute(page).mappings()]

    def after(self, chosen: LineFilter, seq: int, limit: int) -> Sequence[tuple[int, BillLine]]:
        """The lines after ``seq``, each with its own."""
        query = select(_B).where(*_fit(chosen), _B.c.seq > seq).order_by(_B.c.seq).limit(limit)
        return [(row["seq"], _line(row)) for row in self._db.execute(query).mappings()]

    def rows(
        self, chosen: LineFilter, columns: Sequence[str], chunk: int
    ) -> Iterator[Sequence[tuple[Any, ...]]]:
        """These columns of all lines, as they are stored, in pages by key: for large exports."""
        seq = 0
        query = select(*(_B.c[name] for name in columns), _B.c.seq).where(*_fit(chosen))
        query = query.order_by(_B.c.seq).limit(chunk)
        while found := self._db.execute(query.where(_B.c.seq > seq)).all():
            yield found
            seq = found[-1].seq

    def by_instance(
        self, chosen: LineFilter, first: str = "", chunk: int = 500
    ) -> Iterator[BillLine]:
        """Lines from the instance ``first`` on, in order of their instance."""
        place = tuple_(_B.c.instance_id, _B.c.seq)
        query = select(_B).where(*_fit(chosen)).order_by(_B.c.instance_id, _B.c.seq).limit(chunk)
        after = (first, 0)
        while True:
            found = self._db.execute(query.where(place > after)).mappings().all()
            yield from map(_line, found)
            if len(found) < chunk:
                return
            after = (found[-1]["instance_id"], found[-1]["seq"])

    def count_groups(self, chosen: LineFilter, *, by_item: bool) -> int:
        """How many groups `keylease.billing.bills.parts.grouped` makes of them."""
        query = select(*_GROUP).where(*_fit(chosen)).distinct()
        if by_item:
            query = self._by_item(query, hide_zero=chosen.hide_zero)
        return self._count_rows(query)

    def _by_item(self, query: Select[Any], *, hide_zero: bool) -> Select[Any]:
        """Each billable item of each line, by the database's own JSON."""
        code: ColumnElement[Any]
        if self._db.dialect.name == "sqlite":
            each = func.json_each(_B.c["items"]).table_valued("value", joins_implicitly=True)
            code = func.json_extract(each.c.value, "$.code")
            gross = func.json_extract(each.c.value, "$.gross")
        else:
            each = func.json_array_elements(cast(_B.c["items"], JSON)).table_valued(
                "value", joins_implicitly=True
            )
            code = func.json_extract_path_text(each.c.value, "code")
            gross = func.json_extract_path_text(each.c.value, "gross")
        query = query.outerjoin_from(_B, each, true()).add_columns(code)
        if hide_zero:
            query = query.where(or_(gross.is_(None), cast(gross, _B.c.gross.type) != 0))
        return query

    def costs(self, chosen: LineFilter, chunk: int) -> Iterator[Sequence[CostLine]]:
        """Earlier lines whose period reaches into the month, then its own: for large exports.

        Where the earlier ones are is found out once: no index has them in their order.
        """
        earlier = select(_B.c.seq).where(*_fit_earlier(chosen)).order_by(*_ORDER)
        places = self._db.execute(earlier).scalars().all()
        for first in range(0, len(places), chunk):
            these = _B.c.seq.in_(places[first : first + chunk])
            yield self._cost(_COST.where(these).order_by(*_ORDER))
        own = _COST.where(*_fit(chosen.of_day(None))).order_by(_B.c.seq).limit(chunk)
        seq = 0
        while found := self._cost(own.where(_B.c.seq > seq)):
            yield found
            seq = found[-1].seq

    def cost_page(
        self, chosen: LineFilter, offset: int, limit: int
    ) -> tuple[Sequence[CostLine], int]:
        """The same by place: earlier orders first, then the lines of the month."""
        before = self._count_earlier(chosen)
        found: list[CostLine] = []
        if offset < before:
            earlier = and_(*_fit_earlier(chosen))
            found = self._cost(page_of(_COST, _B.c.seq, earlier, _ORDER, offset, limit))
        chosen = chosen.of_day(None)
        rest, skipped = limit - len(found), max(0, offset - before)
        found += self._cost(page_of(_COST, _B.c.seq, and_(*_fit(chosen)), _ORDER, skipped, rest))
        return found, before + self.count(chosen)

    def cost_by_instance(
        self, chosen: LineFilter, after: tuple[str, str], chunk: int = 500
    ) -> Iterator[CostLine]:
        """The same in order of month and instance, after those of a month's instance."""
        order = (_B.c.month, _B.c.instance_id, _B.c.seq)
        for fit in (_fit_earlier(chosen), _fit(chosen.of_day(None))):
            query = _COST.where(*fit).order_by(*order).limit(chunk)
            place: ColumnElement[bool] = tuple_(*order[:2]) > after
            while True:
                found = self._cost(query.where(place))
                yield from found
                if len(found) < chunk:
                    break
                last = found[-1]
                place = tuple_(*order) > (last.line.month, last.line.instance_id, last.seq)

    def count_cost(self, chosen: LineFilter, *, by_instance: bool) -> int:
        """How many of those lines there are, or how many instances in how many months."""
        if not by_instance:
            return self._count_earlier(chosen) + self.count(chosen.of_day(None))
        return sum(
            self._count_rows(select(_B.c.month, _B.c.instance_id).where(*fit).distinct())
            for fit in (_fit_earlier(chosen), _fit(chosen.of_day(None)))
        )

    def _count_earlier(self, chosen: LineFilter) -> int:
        return self._count_rows(select(_B.c.seq).where(*_fit_earlier(chosen)))

    def _count_rows(self, query: Select[Any]) -> int:
        counted = select(func.count()).select_from(query.subquery())
        return int(self._db.execute(counted).scalar_one())

    def payments(self, record_ids: Sequence[str]) -> dict[str, str]:
        """The ledger's transaction of each order or bill."""
        query = select(_L.c.reference, _L.c.id).where(_L.c.reference.in_(record_ids))
        return {row.reference: row.id for row in self._db.execute(query.order_by(_L.c.seq))}

    def _totals(self, query: Select[Any]) -> list[Total]:
        return [
            Total(
                row["month"],
                row["subscription"],
                row["product_type"],
                row["item"],
                row["currency"],
                row["lines"],
                int(row["items"]),
                Amounts(*(int(row[name]) for name in SUMS)),
            )
            for row in self._db.execute(query).mappings()
        ]

    def _cost(self, query: Select[Any]) -> list[CostLine]:
        return [
            CostLine(row["seq"], _line(row), row["ended_at"])
            for row in self._db.execute(query).mappings()
        ]


_LINE = tuple(name for name in BillLine.__slots__ if name not in {"item", "items"})


def _line(row: RowMapping) -> BillLine:
    values: dict[str, Any] = {name: row[name] for name in _LINE}
    return BillLine(**values, item=BillItem(row["item"]), items=read_items(row["items"]))


def _fit(chosen: LineFilter) -> list[ColumnElement[bool]]:
    period = _B.c.day == chosen.day if chosen.day else _B.c.month == chosen.month
    return [period, *_fit_any_month(chosen)]


def _fit_any_month(chosen: LineFilter) -> list[ColumnElement[bool]]:
    return [_B.c.account_id == chosen.account_id, *_fit_further(chosen)]


def _fit_further(chosen: LineFilter) -> list[ColumnElement[bool]]:
    """What is asked of a line besides its account and its period."""
    conditions: list[ColumnElement[bool]] = []
    for name in ("item", "product_type", "subscription", "record_id", "instance_id"):
        wanted = getattr(chosen, name)
        if wanted is not None:
            conditions.append(_B.c[name] == wanted)
    if chosen.instance_ids:
        conditions.append(_B.c.instance_id.in_(sorted(chosen.instance_ids)))
    if chosen.billed_in:
        conditions.append(_B.c.month.in_(sorted(chosen.billed_in)))
    if chosen.hide_zero:
        conditions.append(or_(_B.c.gross != 0, _B.c.pretax != 0))
    return conditions


def _fit_earlier(chosen: LineFilter) -> list[ColumnElement[bool]]:
    """Earlier orders of which something may still be to come.

    Their lines are found by the account's orders: its lines can be very many more. So nothing is
    asked of a line that its index of accounts could answer.
    """
    begins = bounds(chosen.month)[0]
    return [
        *_fit_further(chosen),
        _B.c.record_id == _O.c.id,
        _B.c.item == BillItem.SUBSCRIPTION_ORDER.value,
        _B.c.month < chosen.month,
        _O.c.account_id == chosen.account_id,
        _O.c.end > begins,
        or_(_O.c.ended_at.is_(None), _O.c.ended_at >= begins),
    ]


def _fit_totals(chosen: LineFilter) -> list[ColumnElement[bool]]:
    conditions = [_T.c.account_id == chosen.account_id, _T.c.month == chosen.month]
    for name in ("item", "product_type", "subscription"):
        wanted = getattr(chosen, name)
        if wanted is not None:
            conditions.append(_T.c[name] == wanted)
    return conditions
