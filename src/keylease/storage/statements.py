"""Accounts' transactions from the ledger; each balance is a sum."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, select

from keylease.billing.ledger.model import TransactionKind, cash
from keylease.billing.wallet.statement import Entry, EntryFilter
from keylease.storage import schema

_L, _P = schema.ledger_transactions, schema.ledger_postings


class SqlStatements:
    """Fits `keylease.billing.wallet.statement.Statements`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def page(
        self, account_id: str, currency: str, chosen: EntryFilter, offset: int, limit: int
    ) -> tuple[Sequence[Entry], int]:
        """A page of an account's entries, newest first, and how many fit in all."""
        own = and_(_P.c.account == cash(account_id), _P.c.currency == currency, _P.c.amount != 0)
        moved = select(_L, _P.c.amount).join(_P, _P.c.transaction_id == _L.c.id).where(own)
        conditions = _conditions(chosen)
        fit = moved.where(*conditions)
        counted = fit.subquery() if conditions else select(_P.c.position).where(own).subquery()
        total = self._db.execute(select(func.count()).select_from(counted)).scalar_one()
        rows = self._db.execute(fit.order_by(_L.c.seq.desc()).offset(offset).limit(limit))
        found = rows.mappings().all()
        balances = self._balances(own, [row["seq"] for row in found])
        return [_entry(row, balances[row["seq"]]) for row in found], total

    def _balances(self, own: ColumnElement[bool], newest_first: list[int]) -> dict[int, int]:
        """The balance after each of these: all before the page by one sum, then running."""
        if not newest_first:
            return {}
        moves = select(_L.c.seq, _P.c.amount).join(_P, _P.c.transaction_id == _L.c.id).where(own)
        first, last = newest_first[-1], newest_first[0]
        earlier = moves.where(_L.c.seq < first).subquery()
        total = func.coalesce(func.sum(earlier.c.amount), 0)
        before = int(self._db.execute(select(total)).scalar_one())
        span = moves.where(_L.c.seq.between(first, last)).subquery()
        running = select(
            span.c.seq, func.sum(span.c.amount).over(order_by=span.c.seq).label("sum")
        ).subquery()
        rows = self._db.execute(select(running).where(running.c.seq.in_(newest_first)))
        return {row.seq: before + int(row.sum) for row in rows}


def _conditions(chosen: EntryFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if chosen.since is not None:
        conditions.append(_L.c.at >= chosen.since)
    if chosen.until is not None:
        conditions.append(_L.c.at <= chosen.until)
    if chosen.kinds is not None:
        conditions.append(_L.c.kind.in_([kind.value for kind in chosen.kinds]))
    if chosen.income is not None:
        conditions.append(_P.c.amount > 0 if chosen.income else _P.c.amount < 0)
    if chosen.reference is not None:
        conditions.append(_L.c.reference == chosen.reference)
    if chosen.seq is not None:
        conditions.append(_L.c.seq == chosen.seq)
    if chosen.before is not None:
        conditions.append(_L.c.seq < chosen.before)
    return conditions


def _entry(row: RowMapping, balance: int) -> Entry:
    return Entry(
        seq=row["seq"],
        id=row["id"],
        at=row["at"],
        kind=TransactionKind(row["kind"]),
        reference=row["reference"],
        note=row["note"],
        amount=row["amount"],
        balance=balance,
    )
