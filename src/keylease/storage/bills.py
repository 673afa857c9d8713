"""Bill lines in the database, and what the lines of a month add up to."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, exists, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from keylease.billing.bills.model import BillLine
from keylease.billing.bills.months import MONTH_CLOSE, bounds, closes_at
from keylease.billing.bills.ports import ClosedMonth
from keylease.core.agenda import Agenda, Appointment
from keylease.core.errors import ensure
from keylease.storage import schema
from keylease.storage.rows import dumps

_B, _T, _M = schema.bill_lines, schema.bill_totals, schema.bill_months

#: The amounts that are added up.
SUMS = ("gross", "discount", "pretax", "voucher", "cash", "outstanding")

#: What a total is of.
BILL_KEY = ("account_id", "month", "subscription", "product_type", "item", "currency")


class SqlBills:
    """Fits `keylease.billing.bills.ports.Bills`."""

    def __init__(self, connection: Connection, agenda: Agenda) -> None:
        self._db = connection
        self._agenda = agenda

    def add(self, lines: list[BillLine]) -> None:
        """Write them down, and add them to what their months add up to.

        The first line of an account's month plans when it is closed; a closed one takes none.
        """
        if not lines:
            return
        for account_id, month in sorted({(line.account_id, line.month) for line in lines}):
            self._open(account_id, month)
        self._db.execute(insert(_B), [_row(line) for line in lines])
        totals: dict[tuple[str, ...], dict[str, int]] = {}
        for line in lines:
            key = tuple(str(getattr(line, name)) for name in BILL_KEY)
            sums = totals.setdefault(key, dict.fromkeys(("lines", "items", *SUMS), 0))
            sums["lines"] += 1
            sums["items"] += max(1, len(line.items))
            for name in SUMS:
                sums[name] += getattr(line, name)
        make = sqlite_insert if self._db.dialect.name == "sqlite" else postgres_insert
        added = make(_T)
        grown = {name: _T.c[name] + added.excluded[name] for name in ("lines", "items", *SUMS)}
        self._db.execute(
            added.on_conflict_do_update(index_elements=list(BILL_KEY), set_=grown),
            [dict(zip(BILL_KEY, key, strict=True)) | sums for key, sums in sorted(totals.items())],
        )

    def _open(self, account_id: str, month: str) -> None:
        of_lines = _T.c.account_id == account_id, _T.c.month == month
        of_months = _M.c.account_id == account_id, _M.c.month == month
        begun = exists(select(literal(1)).where(*of_lines)).label("begun")
        closed = exists(select(literal(1)).where(*of_months)).label("closed")
        found = self._db.execute(select(begun, closed)).one()
        ensure(not found.closed, f"the month {month} of {account_id} is closed")
        if not found.begun:
            due, month_of = closes_at(month), {"month": month}
            self._agenda.add([Appointment(MONTH_CLOSE, account_id, due, month_of)])

    def close(self, month: ClosedMonth) -> None:
        """Write down that nothing is added to a month any more."""
        self._db.execute(insert(_M), asdict(month))

    def closed(self, account_id: str, month: str) -> ClosedMonth | None:
        """A month of an account, if it is closed."""
        query = select(_M).where(_M.c.account_id == account_id, _M.c.month == month)
        row = self._db.execute(query).mappings().one_or_none()
        return None if row is None else ClosedMonth(**row)

    def closed_months(self, account_id: str) -> Sequence[ClosedMonth]:
        """An account's closed months, the oldest first."""
        query = select(_M).where(_M.c.account_id == account_id).order_by(_M.c.month)
        return [ClosedMonth(**row) for row in self._db.execute(query).mappings()]

    def booked_late(self, account_id: str, month: str) -> int:
        """What lines of this month and earlier ones charged after its end, in minor units.

        Only months that were still open at the end can have such lines.
        """
        end = bounds(month)[1]
        closed = select(_M.c.month).where(_M.c.account_id == account_id, _M.c.closed_at < end)
        months = self._db.execute(
            select(_T.c.month)
            .where(_T.c.account_id == account_id, _T.c.month <= month, _T.c.month.not_in(closed))
            .distinct()
        ).scalars()
        late = select(func.coalesce(func.sum(_B.c.pretax - _B.c.voucher), 0)).where(
            _B.c.account_id == account_id, _B.c.month.in_(list(months)), _B.c.at >= end
        )
        return int(self._db.execute(late).scalar_one())

    def settle(self, account_id: str, currency: str, still_owed: int) -> None:
        """Count outstanding amounts as paid in cash, oldest first, until this much is left."""
        owed = self._db.execute(
            select(_B.c.seq, _B.c.outstanding, *(_B.c[name] for name in BILL_KEY))
            .where(_B.c.account_id == account_id, _B.c.currency == currency, _B.c.outstanding > 0)
            .order_by(_B.c.seq)
        ).all()
        paid = sum(row.outstanding for row in owed) - still_owed
        for row in owed:
            part = min(paid, row.outstanding)
            if part <= 0:
                return
            paid -= part
            moved = [_T.c[name] == getattr(row, name) for name in BILL_KEY]
            for table, which in ((_B, [_B.c.seq == row.seq]), (_T, moved)):
                values = {"cash": table.c.cash + part, "outstanding": table.c.outstanding - part}
                self._db.execute(update(table).where(*which).values(values))


def _row(line: BillLine) -> dict[str, Any]:
    row = {name: getattr(line, name) for name in line.__slots__}
    row["item"] = line.item.value
    row["items"] = dumps([asdict(one) for one in line.items])
    row["item_count"] = max(1, len(line.items))
    return row
