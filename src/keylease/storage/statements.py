"""Accounts' transactions from the ledger; each balance is a sum."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, func, select

from keylease.billing.ledger.model import TransactionKind, cash
from keylease.billing.wallet.statement import Entry, EntryFilter
from keylease.storage import schema

_L, _P = schema.ledger_transactions, schema.ledger_postings
_MOVES = _P.join(_L, _L.c.id == _P.c.transaction_id)


class SqlStatements:
    """Fits `keylease.billing.wallet.statement.Statements`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def page(
        self, account_id: str, currency: str, chosen: EntryFilter, offset: int, limit: int
    ) -> tuple[Sequence[Entry], int]:
        """A page of an account's entries, newest first, and how many fit in all."""
        own = and_(_P.c.account == cash(account_id), _P.c.currency == currency, _P.c.amount != 0)
        page = _place(own, chosen).offset(offset).limit(limit).subquery()
        query = select(_L, page.c.amount, page.c.balance).join(page, page.c.seq == _L.c.seq)
        rows = self._db.execute(query.order_by(_L.c.seq.desc())).mappings()
        return [_entry(row) for row in rows], self._count(own, chosen)

    def _count(self, own: ColumnElement[bool], chosen: EntryFilter) -> int:
        conditions = _conditions(chosen, _P.c.amount)
        query = select(func.count()).select_from(_MOVES if conditions else _P)
        return self._db.execute(query.where(own, *conditions)).scalar_one()


def _place(own: ColumnElement[bool], chosen: EntryFilter) -> Select[tuple[int, int, int]]:
    """Numbers and amounts of the chosen, newest first, with what all until each add up to."""
    balance = func.sum(_P.c.amount).over(order_by=_L.c.seq).label("balance")
    run = select(_L.c.seq, _P.c.amount, balance).select_from(_MOVES).where(own).subquery()
    conditions = _conditions(chosen, run.c.amount)
    fit = run.join(_L, _L.c.seq == run.c.seq) if conditions else run
    return select(run).select_from(fit).where(*conditions).order_by(run.c.seq.desc())


def _conditions(chosen: EntryFilter, amount: ColumnElement[int]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if chosen.since is not None:
        conditions.append(_L.c.at >= chosen.since)
    if chosen.until is not None:
        conditions.append(_L.c.at <= chosen.until)
    if chosen.kinds is not None:
        conditions.append(_L.c.kind.in_([kind.value for kind in chosen.kinds]))
    if chosen.income is not None:
        conditions.append(amount > 0 if chosen.income else amount < 0)
    if chosen.reference is not None:
        conditions.append(_L.c.reference == chosen.reference)
    if chosen.seq is not None:
        conditions.append(_L.c.seq == chosen.seq)
    if chosen.before is not None:
        conditions.append(_L.c.seq < chosen.before)
    return conditions


def _entry(row: RowMapping) -> Entry:
    return Entry(
        seq=row["seq"],
        id=row["id"],
        at=row["at"],
        kind=TransactionKind(row["kind"]),
        reference=row["reference"],
        note=row["note"],
        amount=row["amount"],
        balance=int(row["balance"]),
    )
