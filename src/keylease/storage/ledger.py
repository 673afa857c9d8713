"""The ledger in the database."""

from collections.abc import Sequence

from sqlalchemy import Connection, func, insert, select

from keylease.billing.ledger.model import Movement, Transaction, TransactionKind
from keylease.storage import schema

_L, _P = schema.ledger_transactions, schema.ledger_postings

#: The kinds of transactions whose reference is an order.
OF_ORDERS = (TransactionKind.ORDER.value, TransactionKind.REFUND.value)
_BILLED = (*OF_ORDERS, TransactionKind.USAGE.value)


class SqlLedger:
    """Fits `keylease.billing.ledger.ports.Ledger`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def post(self, transaction: Transaction) -> None:
        """Write down a transaction."""
        seq = self._db.execute(
            insert(_L).returning(_L.c.seq),
            {
                "id": transaction.id,
                "at": transaction.at,
                "kind": transaction.kind.value,
                "currency": transaction.currency,
                "reference": transaction.reference,
                "note": transaction.note,
            },
        ).scalar_one()
        self._db.execute(
            insert(_P),
            [
                {
                    "transaction_id": transaction.id,
                    "position": position,
                    "seq": seq,
                    "account": posting.account,
                    "currency": transaction.currency,
                    "amount": posting.amount,
                }
                for position, posting in enumerate(transaction.postings)
            ],
        )

    def balance(self, account: str, currency: str) -> int:
        """The sum of an account of the ledger in a currency, in minor units."""
        query = select(func.coalesce(func.sum(_P.c.amount), 0)).where(
            _P.c.account == account, _P.c.currency == currency
        )
        return int(self._db.execute(query).scalar_one())

    def balances(self, accounts: Sequence[str]) -> dict[tuple[str, str], int]:
        """The sums of accounts of the ledger, by account and currency; those without are left out.

        In minor units.
        """
        query = (
            select(_P.c.account, _P.c.currency, func.sum(_P.c.amount))
            .where(_P.c.account.in_(accounts))
            .group_by(_P.c.account, _P.c.currency)
        )
        return {(row[0], row[1]): int(row[2]) for row in self._db.execute(query)}

    def balance_before(self, account: str, currency: str, moment: int) -> int:
        """The sum of what was posted to an account before a moment."""
        query = (
            select(func.coalesce(func.sum(_P.c.amount), 0))
            .join(_L, _L.c.id == _P.c.transaction_id)
            .where(_P.c.account == account, _P.c.currency == currency, _L.c.at < moment)
        )
        return int(self._db.execute(query).scalar_one())

    def unbilled(self, account: str, currency: str, start: int, end: int) -> Sequence[Movement]:
        """What moved on an account from ``start`` to before ``end`` and is on no bill."""
        query = (
            select(_L.c.id, _L.c.at, _L.c.kind, _P.c.amount)
            .join(_P, _P.c.transaction_id == _L.c.id)
            .where(
                _P.c.account == account,
                _P.c.currency == currency,
                _L.c.at >= start,
                _L.c.at < end,
                _L.c.kind.not_in(_BILLED),
            )
            .order_by(_L.c.seq)
        )
        return [
            Movement(row.id, row.at, TransactionKind(row.kind), row.amount)
            for row in self._db.execute(query)
        ]
