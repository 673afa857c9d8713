"""The ledger in the database, and the questions of the books' check."""

from collections.abc import Iterable

from sqlalchemy import Connection, and_, func, insert, or_, select
from sqlalchemy.orm import aliased

from keylease.billing.ledger.model import SALES, Transaction, TransactionKind, cash
from keylease.core.terms import RETENTION
from keylease.storage import schema

_L, _P, _O, _T, _I = (
    schema.ledger_transactions,
    schema.ledger_postings,
    schema.orders,
    schema.terms,
    schema.instances,
)


class SqlLedger:
    """Fits `keylease.billing.ledger.ports.Ledger`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def post(self, transaction: Transaction) -> None:
        """Write down a transaction."""
        self._db.execute(
            insert(_L),
            {
                "id": transaction.id,
                "at": transaction.at,
                "kind": transaction.kind.value,
                "currency": transaction.currency,
                "reference": transaction.reference,
                "note": transaction.note,
            },
        )
        self._db.execute(
            insert(_P),
            [
                {
                    "transaction_id": transaction.id,
                    "position": position,
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


class SqlBooks:
    """Fits `keylease.billing.ledger.check.Books`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def unbalanced_transactions(self) -> Iterable[tuple[str, int]]:
        """Transactions whose postings do not add up to zero, or that have none."""
        total = func.coalesce(func.sum(_P.c.amount), 1)
        query = (
            select(_L.c.id, total)
            .outerjoin(_P, _P.c.transaction_id == _L.c.id)
            .group_by(_L.c.id, _P.c.currency)
            .having(total != 0)
        )
        for transaction, amount in self._db.execute(query):
            yield transaction, int(amount)
        lost = (
            select(_P.c.transaction_id, func.sum(_P.c.amount))
            .where(~select(_L.c.id).where(_L.c.id == _P.c.transaction_id).exists())
            .group_by(_P.c.transaction_id)
        )
        for transaction, amount in self._db.execute(lost):
            yield transaction, int(amount)

    def overdrawn_customers(self) -> Iterable[tuple[str, str, int]]:
        """Cash accounts below zero."""
        total = func.sum(_P.c.amount)
        query = (
            select(_P.c.account, _P.c.currency, total)
            .where(_P.c.account.like("cash:%"))
            .group_by(_P.c.account, _P.c.currency)
            .having(total < 0)
        )
        for account, currency, balance in self._db.execute(query):
            yield account, currency, int(balance)

    def paid_orders_without_entry(self) -> Iterable[str]:
        """Paid orders whose customer was not charged exactly the payable amount, once."""
        charged = (
            select(
                _L.c.reference.label("order_id"),
                func.count().label("times"),
                func.sum(_P.c.amount).label("amount"),
            )
            .join(_P, _P.c.transaction_id == _L.c.id)
            .where(_L.c.kind == TransactionKind.ORDER.value, _P.c.account == SALES)
            .group_by(_L.c.reference)
            .subquery()
        )
        taken = (
            select(func.coalesce(func.sum(_P.c.amount), 0))
            .join(_L, _L.c.id == _P.c.transaction_id)
            .where(
                _L.c.kind == TransactionKind.ORDER.value,
                _L.c.reference == _O.c.id,
                _P.c.account == cash("") + _O.c.account_id,
            )
            .scalar_subquery()
        )
        query = (
            select(_O.c.id)
            .outerjoin(charged, charged.c.order_id == _O.c.id)
            .where(
                or_(
                    charged.c.times.is_(None),
                    charged.c.times != 1,
                    charged.c.amount != _O.c.payable_amount,
                    taken != -_O.c.payable_amount,
                )
            )
        )
        yield from self._db.execute(query).scalars()

    def entries_without_order(self) -> Iterable[str]:
        """Transactions of an order that does not exist."""
        query = select(_L.c.id).where(
            _L.c.kind == TransactionKind.ORDER.value,
            ~select(_O.c.id).where(_O.c.id == _L.c.reference).exists(),
        )
        yield from self._db.execute(query).scalars()

    def paid_orders_without_term(self) -> Iterable[str]:
        """Paid orders that buy time but have no term."""
        query = (
            select(_O.c.id)
            .outerjoin(_T, _T.c.order_id == _O.c.id)
            .where(_O.c.months > 0, _T.c.order_id.is_(None))
        )
        yield from self._db.execute(query).scalars()

    def broken_chains(self) -> Iterable[tuple[str, str]]:
        """Instances whose end is not that of their newest term, or whose terms overlap."""
        newest = (
            select(_T.c.instance_id, func.max(_T.c.end).label("end"))
            .group_by(_T.c.instance_id)
            .subquery()
        )
        query = (
            select(_I.c.id)
            .outerjoin(newest, newest.c.instance_id == _I.c.id)
            .where(or_(newest.c.end.is_(None), newest.c.end != _I.c.end))
        )
        for instance in self._db.execute(query).scalars():
            yield instance, "its end is not the end of its newest term"
        other = aliased(_T)
        overlap = select(_T.c.instance_id).join(
            other,
            and_(
                other.c.instance_id == _T.c.instance_id,
                other.c.order_id != _T.c.order_id,
                other.c.start >= _T.c.start,
                other.c.start < _T.c.end,
            ),
        )
        for instance in self._db.execute(overlap.distinct()).scalars():
            yield instance, "two of its terms overlap"
        yield from self._gaps()

    def _gaps(self) -> Iterable[tuple[str, str]]:
        before = func.max(_T.c.end).over(
            partition_by=_T.c.instance_id, order_by=_T.c.start, rows=(None, -1)
        )
        steps = select(_T.c.instance_id, _T.c.start, before.label("before")).subquery()
        query = select(steps.c.instance_id).where(steps.c.start - steps.c.before >= RETENTION)
        for instance in self._db.execute(query).scalars():
            yield instance, "a term begins after the release"

    def entries_in_another_currency(self) -> Iterable[str]:
        """Transactions that mix currencies, or are in another one than their order."""
        query = (
            select(_L.c.id)
            .join(_P, _P.c.transaction_id == _L.c.id)
            .outerjoin(_O, _O.c.id == _L.c.reference)
            .where(or_(_P.c.currency != _L.c.currency, _L.c.currency != _O.c.currency))
            .distinct()
        )
        yield from self._db.execute(query).scalars()
