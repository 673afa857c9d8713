"""The ledger as it is read out for a journal: in the order in which it was written, streamed."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    String,
    cast,
    func,
    literal,
    or_,
    select,
)

from keylease.billing.ledger.journals import Entry, Leg, OpenedAccount
from keylease.billing.ledger.model import cash
from keylease.storage import schema

_L, _P, _V = schema.ledger_transactions, schema.ledger_postings, schema.vouchers

#: Rows that are fetched at a time.
_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Selection:
    """Which entries: those of one customer, from ``start`` until just before ``end``; or all."""

    account_id: str | None = None
    start: int | None = None
    end: int | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same for SQL."""
        found: list[ColumnElement[bool]] = []
        if self.start is not None:
            found.append(_L.c.at >= self.start)
        if self.end is not None:
            found.append(_L.c.at < self.end)
        if self.account_id is not None:
            found.append(_L.c.id.in_(_touching(self.account_id)))
        return found


class SqlJournal:
    """Reads the ledger from a transaction's one consistent picture."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def accounts(self, selection: Selection) -> Iterator[OpenedAccount]:
        """The ledger accounts of the entries, by name, each with the moment of its first one."""
        query = (
            select(_P.c.account, func.min(_L.c.at))
            .join(_L, _L.c.id == _P.c.transaction_id)
            .where(*selection.conditions())
            .group_by(_P.c.account)
            .order_by(_P.c.account)
        )
        for account, since in self._db.execute(query.execution_options(yield_per=_PAGE)):
            yield OpenedAccount(account, since)

    def entries(self, selection: Selection) -> Iterator[Entry]:
        """The entries in order of their number."""
        query = (
            select(_L, _P.c.account, _P.c.currency.label("leg_currency"), _P.c.amount)
            .join(_P, _P.c.transaction_id == _L.c.id)
            .where(*selection.conditions())
            .order_by(_L.c.seq, _P.c.position)
        )
        rows = self._db.execute(query.execution_options(yield_per=_PAGE))
        for _, group in groupby(rows, lambda row: row.seq):
            yield _entry(list(group))


def _entry(rows: list[Row[tuple[object, ...]]]) -> Entry:
    first = rows[0]
    return Entry(
        first.seq,
        first.id,
        first.at,
        first.kind,
        first.reference,
        first.note,
        tuple(Leg(row.account, row.leg_currency, row.amount) for row in rows),
    )


def _touching(account_id: str) -> Select[tuple[str]]:
    """The transactions that moved a customer's cash or one of the customer's vouchers."""
    held = select(literal("voucher:") + cast(_V.c.id, String)).where(_V.c.account_id == account_id)
    mine = or_(_P.c.account == cash(account_id), _P.c.account.in_(held))
    return select(_P.c.transaction_id).where(mine)
