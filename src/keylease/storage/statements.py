"""Accounts' transactions from the ledger, by index; each balance is a sum."""

from collections.abc import Sequence
from itertools import accumulate

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, func, select

from keylease.billing.ledger.model import TransactionKind, cash
from keylease.billing.wallet.statement import Entry, EntryFilter
from keylease.storage import schema

_L, _P = schema.ledger_transactions, schema.ledger_postings
_MOVES = _P.join(_L, _L.c.seq == _P.c.seq)
_EARLIER = _P.alias("earlier")


class SqlStatements:
    """Fits `keylease.billing.wallet.statement.Statements`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def page(
        self, account_id: str, currency: str, chosen: EntryFilter, offset: int, limit: int
    ) -> tuple[Sequence[Entry], int]:
        """A page of an account's entries, newest first, and how many fit in all."""
        own = _P.c.account == cash(account_id), _P.c.currency == currency
        of_moves = _of_moves(chosen)
        fit = and_(*own, _P.c.amount != 0, *_of_postings(chosen), *of_moves)
        held = _MOVES if of_moves else _P
        total = self._db.execute(select(func.count()).select_from(held).where(fit)).scalar_one()
        place = select(_P.c.seq, _P.c.amount).select_from(held).where(fit)
        place = place.order_by(_P.c.seq.desc()).offset(offset).limit(limit)
        rows = self._db.execute(_with_steps(place, account_id, currency)).mappings().all()
        balances = accumulate(int(row["step"]) for row in reversed(rows))
        entries = [_entry(*one) for one in zip(reversed(rows), balances, strict=True)]
        return entries[::-1], total


def _with_steps(
    place: Select[tuple[int, int]], account_id: str, currency: str
) -> Select[tuple[object, ...]]:
    """The transactions of a page, newest first, each with what was added since the one before it.

    That of the oldest is all until then: so all entries are added up once, not for each balance.
    """
    page = place.subquery()
    since = func.lag(page.c.seq, 1, 0).over(order_by=page.c.seq).label("since")
    page = select(page, since).subquery()
    step = select(func.coalesce(func.sum(_EARLIER.c.amount), 0)).where(
        _EARLIER.c.account == cash(account_id),
        _EARLIER.c.currency == currency,
        _EARLIER.c.seq > page.c.since,
        _EARLIER.c.seq <= page.c.seq,
    )
    query = select(_L, page.c.amount, step.scalar_subquery().label("step"))
    return query.join(page, page.c.seq == _L.c.seq).order_by(_L.c.seq.desc())


def _of_postings(chosen: EntryFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if chosen.income is not None:
        conditions.append(_P.c.amount > 0 if chosen.income else _P.c.amount < 0)
    if chosen.seq is not None:
        conditions.append(_P.c.seq == chosen.seq)
    if chosen.before is not None:
        conditions.append(_P.c.seq < chosen.before)
    return conditions


def _of_moves(chosen: EntryFilter) -> list[ColumnElement[bool]]:
    """What is looked up in the transactions, one for each entry that is skipped."""
    conditions: list[ColumnElement[bool]] = []
    if chosen.since is not None:
        conditions.append(_L.c.at >= chosen.since)
    if chosen.until is not None:
        conditions.append(_L.c.at <= chosen.until)
    if chosen.kinds is not None:
        conditions.append(_L.c.kind.in_([kind.value for kind in chosen.kinds]))
    if chosen.reference is not None:
        conditions.append(_L.c.reference == chosen.reference)
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
