"""Bill lines in the database, and what the lines of a month add up to."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from keylease.billing.bills.model import BillLine
from keylease.storage import schema
from keylease.storage.rows import dumps

_B, _T = schema.bill_lines, schema.bill_totals

#: The amounts that are added up.
SUMS = ("gross", "discount", "pretax", "voucher", "cash", "outstanding")

#: What a total is of.
BILL_KEY = ("account_id", "month", "subscription", "product_type", "item", "currency")


class SqlBills:
    """Fits `keylease.billing.bills.model.Bills`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, lines: list[BillLine]) -> None:
        """Write them down, and add them to what their months add up to."""
        if not lines:
            return
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
