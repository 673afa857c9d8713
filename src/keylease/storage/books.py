"""The questions of the books' check, asked of the database."""

from collections.abc import Iterable

from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)

from keylease.billing.bills.model import BillItem
from keylease.billing.catalog import PAY_AS_YOU_GO_PRODUCT_TYPES
from keylease.billing.ledger.model import (
    REFUNDS,
    SALES,
    USAGE,
    TransactionKind,
    cash,
)
from keylease.billing.orders.model import OrderType
from keylease.billing.orders.states import PaymentStatus
from keylease.core.terms import RETENTION
from keylease.lifecycle.metering import DAILY_BILL
from keylease.storage import schema
from keylease.storage.bills import BILL_KEY, SUMS
from keylease.storage.ledger import OF_ORDERS
from keylease.storage.usage import UNBILLED

_L, _P, _O, _T, _I, _R, _BL, _BT, _BM = (
    schema.ledger_transactions,
    schema.ledger_postings,
    schema.orders,
    schema.terms,
    schema.instances,
    schema.refund_lines,
    schema.bill_lines,
    schema.bill_totals,
    schema.bill_months,
)
_VOUCHER = literal("voucher:")

#: The chains of terms as they count: what was ended early ends there, and a term that was given
#: back before it began is none.
_C = (
    select(
        _T.c.order_id,
        _T.c.instance_id,
        _T.c.start,
        case((_O.c.ended_at < _T.c.end, _O.c.ended_at), else_=_T.c.end).label("end"),
    )
    .join(_O, _O.c.id == _T.c.order_id)
    .where(or_(_O.c.ended_at.is_(None), _O.c.ended_at >= _T.c.start))
    .subquery("chain")
)


class SqlBooks:
    """Fits `keylease.billing.ledger.check.Books`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def unbalanced_transactions(self) -> Iterable[tuple[str, int]]:
        """Transactions whose postings do not add up to zero, or that have none.

        And postings of no transaction, or that stand in another place of the ledger than theirs.
        """
        total = func.coalesce(func.sum(_P.c.amount), 1)
        query = (
            select(_L.c.id, total)
            .outerjoin(_P, _P.c.transaction_id == _L.c.id)
            .group_by(_L.c.id, _P.c.currency)
            .having(total != 0)
        )
        for transaction, amount in self._db.execute(query):
            yield transaction, int(amount)
        own = _L.c.id == _P.c.transaction_id, _L.c.seq == _P.c.seq
        lost = (
            select(_P.c.transaction_id, func.sum(_P.c.amount))
            .where(~select(_L.c.id).where(*own).exists())
            .group_by(_P.c.transaction_id)
        )
        for transaction, amount in self._db.execute(lost):
            yield transaction, int(amount)

    def overdrawn_customers(self) -> Iterable[tuple[str, str, int]]:
        """Cash accounts below zero but for pay-as-you-go debt, and vouchers below zero."""
        total = func.sum(_P.c.amount)
        in_debt = select(cash("") + schema.accounts.c.id).where(
            schema.accounts.c.debt_since.is_not(None)
        )
        query = (
            select(_P.c.account, _P.c.currency, total)
            .where(
                or_(_P.c.account.like("cash:%"), _P.c.account.like("voucher:%")),
                _P.c.account.not_in(in_debt),
            )
            .group_by(_P.c.account, _P.c.currency)
            .having(total < 0)
        )
        for account, currency, balance in self._db.execute(query):
            yield account, currency, int(balance)

    def paid_orders_without_entry(self) -> Iterable[str]:
        """Paid orders whose customer was not charged exactly their amounts, once.

        And refunds whose customer was not given exactly their amount.
        """
        charged = (
            select(
                _L.c.reference.label("order_id"),
                func.count().label("times"),
                func.sum(_P.c.amount).label("amount"),
            )
            .join(_P, _P.c.transaction_id == _L.c.id)
            .where(_L.c.kind.in_(OF_ORDERS), _P.c.account.in_((SALES, REFUNDS)))
            .group_by(_L.c.reference)
            .subquery()
        )
        gives = _O.c.type == OrderType.REFUND.value
        sign = case((gives, -1), else_=1)
        query = (
            select(_O.c.id)
            .outerjoin(charged, charged.c.order_id == _O.c.id)
            .where(
                _O.c.status == PaymentStatus.PAID.value,
                or_(
                    charged.c.times.is_(None),
                    charged.c.times != 1,
                    charged.c.amount != sign * _O.c.payable_amount,
                    _moved(cash("") + _O.c.account_id)
                    != -sign * (_O.c.payable_amount - _O.c.voucher_amount),
                    and_(
                        _O.c.voucher_id.is_not(None),
                        _moved(_VOUCHER + cast(_O.c.voucher_id, String))
                        != -sign * _O.c.voucher_amount,
                    ),
                ),
            )
        )
        yield from self._db.execute(query).scalars()

    def entries_without_order(self) -> Iterable[str]:
        """Transactions of an order that does not exist, or is not paid."""
        paid = and_(_O.c.id == _L.c.reference, _O.c.status == PaymentStatus.PAID.value)
        query = select(_L.c.id).where(
            _L.c.kind.in_(OF_ORDERS), ~select(_O.c.id).where(paid).exists()
        )
        yield from self._db.execute(query).scalars()

    def paid_orders_without_term(self) -> Iterable[str]:
        """Paid orders that buy time but have no term, unless all their cash came back.

        What could not be delivered is given back whole.
        """
        back = (
            select(func.sum(_R.c.amount)).where(_R.c.related_order_id == _O.c.id).scalar_subquery()
        )
        query = (
            select(_O.c.id)
            .outerjoin(_T, _T.c.order_id == _O.c.id)
            .where(
                _O.c.status == PaymentStatus.PAID.value,
                _O.c.type.in_((OrderType.NEW.value, OrderType.RENEW.value)),
                _O.c.product_type.not_in(PAY_AS_YOU_GO_PRODUCT_TYPES),
                _T.c.order_id.is_(None),
                or_(back.is_(None), back != _O.c.payable_amount - _O.c.voucher_amount),
            )
        )
        yield from self._db.execute(query).scalars()

    def broken_chains(self) -> Iterable[tuple[str, str]]:
        """Instances whose end is not that of their newest term, or whose terms overlap."""
        newest = (
            select(_C.c.instance_id, func.max(_C.c.end).label("end"))
            .group_by(_C.c.instance_id)
            .subquery()
        )
        query = (
            select(_I.c.id)
            .outerjoin(newest, newest.c.instance_id == _I.c.id)
            .where(
                _I.c.product_type.not_in(PAY_AS_YOU_GO_PRODUCT_TYPES),
                or_(newest.c.end.is_(None), newest.c.end != _I.c.end),
            )
        )
        for instance in self._db.execute(query).scalars():
            yield instance, "its end is not the end of its newest term"
        other = _C.alias()
        overlap = select(_C.c.instance_id).join(
            other,
            and_(
                other.c.instance_id == _C.c.instance_id,
                other.c.order_id != _C.c.order_id,
                other.c.start >= _C.c.start,
                other.c.start < _C.c.end,
                other.c.start < other.c.end,  # not what was bought and ended in one second
            ),
        )
        for instance in self._db.execute(overlap.distinct()).scalars():
            yield instance, "two of its terms overlap"
        yield from self._gaps()

    def _gaps(self) -> Iterable[tuple[str, str]]:
        before = func.max(_C.c.end).over(
            partition_by=_C.c.instance_id, order_by=_C.c.start, rows=(None, -1)
        )
        steps = select(_C.c.instance_id, _C.c.start, before.label("before")).subquery()
        query = select(steps.c.instance_id).where(steps.c.start - steps.c.before >= RETENTION)
        for instance in self._db.execute(query).scalars():
            yield instance, "a term begins after the release"

    def refunds_beyond_cash(self) -> Iterable[str]:
        """Orders for which more came back than was paid in cash."""
        back = func.sum(_R.c.amount)
        query = (
            select(_O.c.id)
            .join(_R, _R.c.related_order_id == _O.c.id)
            .group_by(_O.c.id, _O.c.payable_amount, _O.c.voucher_amount)
            .having(back > _O.c.payable_amount - _O.c.voucher_amount)
        )
        yield from self._db.execute(query).scalars()

    def refunds_unlike_their_lines(self) -> Iterable[str]:
        """Refund orders whose cash is not the sum of their lines."""
        lines = func.coalesce(func.sum(_R.c.amount), 0)
        query = (
            select(_O.c.id)
            .outerjoin(_R, _R.c.order_id == _O.c.id)
            .where(_O.c.type == OrderType.REFUND.value)
            .group_by(_O.c.id, _O.c.payable_amount, _O.c.voucher_amount)
            .having(lines != _O.c.payable_amount - _O.c.voucher_amount)
        )
        yield from self._db.execute(query).scalars()

    def bills_unlike_their_lines(self) -> Iterable[tuple[str, str]]:
        """Accounts and months whose totals are not the sums of their lines, or not their own."""
        key = [_BL.c[name] for name in BILL_KEY]
        sums = [func.count(), func.sum(_BL.c.item_count), *(func.sum(_BL.c[n]) for n in SUMS)]
        names = ("lines", "items", *SUMS)
        added = select(
            *key, *(one.label(name) for one, name in zip(sums, names, strict=True))
        ).group_by(*key)
        stored = select(*(_BT.c[name] for name in (*BILL_KEY, *names)))
        for one, other in ((added, stored), (stored, added)):
            for row in self._db.execute(one.except_(other)):
                yield row.account_id, row.month

    def closed_months_unlike_their_bill(self) -> Iterable[tuple[str, str]]:
        """Accounts and closed months to which something was added, or from which it was taken."""
        month = _BM.c.account_id, _BM.c.month
        query = (
            select(*month)
            .outerjoin(_BT, and_(_BT.c.account_id == _BM.c.account_id, _BT.c.month == _BM.c.month))
            .group_by(*month, _BM.c.lines, _BM.c.pretax)
            .having(
                or_(
                    func.coalesce(func.sum(_BT.c.lines), 0) != _BM.c.lines,
                    func.coalesce(func.sum(_BT.c.pretax), 0) != _BM.c.pretax,
                )
            )
        )
        for row in self._db.execute(query):
            yield row.account_id, row.month

    def orders_unlike_their_bill(self) -> Iterable[str]:
        """Paid orders whose bill lines do not add up to their amount."""
        sign = case((_O.c.type == OrderType.REFUND.value, -1), else_=1)
        billed = func.coalesce(func.sum(_BL.c.pretax), 0)
        lines = func.count(_BL.c.seq)
        query = (
            select(_O.c.id)
            .outerjoin(_BL, _BL.c.record_id == _O.c.id)
            .where(_O.c.status == PaymentStatus.PAID.value)
            .group_by(_O.c.id, _O.c.payable_amount, _O.c.type)
            .having(
                or_(
                    billed != sign * _O.c.payable_amount,
                    and_(lines == 0, _O.c.type != OrderType.REFUND.value),
                )
            )
        )
        yield from self._db.execute(query).scalars()

    def usage_bills_unlike_their_entry(self) -> Iterable[str]:
        """Bills of days whose entry did not move exactly what their lines say, and the reverse."""
        of_usage = _L.c.kind == TransactionKind.USAGE.value
        customer = or_(_P.c.account.like("cash:%"), _P.c.account.like("voucher:%"))
        moved = (
            select(_L.c.reference.label("bill"), func.sum(_P.c.amount).label("amount"))
            .join(_P, _P.c.transaction_id == _L.c.id)
            .where(of_usage, customer)
            .group_by(_L.c.reference)
            .subquery()
        )
        sold = (
            select(_L.c.reference, func.sum(_P.c.amount))
            .join(_P, _P.c.transaction_id == _L.c.id)
            .where(of_usage, _P.c.account == USAGE)
            .group_by(_L.c.reference)
        )
        billed = (
            select(_BL.c.record_id, func.sum(_BL.c.pretax))
            .where(_BL.c.item == BillItem.PAY_AS_YOU_GO.value)
            .group_by(_BL.c.record_id)
        )
        wrong = {row[0] for row in self._db.execute(sold.except_(billed))}
        wrong |= {row[0] for row in self._db.execute(billed.except_(sold)) if row[1]}
        parts = (
            select(_BL.c.record_id)
            .outerjoin(moved, moved.c.bill == _BL.c.record_id)
            .where(_BL.c.item == BillItem.PAY_AS_YOU_GO.value)
            .group_by(_BL.c.record_id)
            .having(
                or_(
                    func.sum(_BL.c.voucher + _BL.c.cash + _BL.c.outstanding - _BL.c.pretax) != 0,
                    func.sum(_BL.c.pretax) != -func.coalesce(func.max(moved.c.amount), 0),
                )
            )
        )
        yield from sorted(wrong | {*self._db.execute(parts).scalars()})

    def unbilled_days(self) -> Iterable[tuple[str, str]]:
        """Instances and days that are in no bill, and none is planned for."""
        days, agenda = schema.usage_days, schema.agenda
        planned = select(agenda.c.id).where(
            agenda.c.kind == DAILY_BILL,
            agenda.c.state == "pending",
            agenda.c.subject == days.c.account_id,
        )
        query = select(days.c.instance_id, days.c.day).where(UNBILLED, ~planned.exists())
        yield from ((row.instance_id, row.day) for row in self._db.execute(query))

    def outstanding_beyond_debt(self) -> Iterable[tuple[str, int]]:
        """Accounts whose lines have more outstanding than their balance lacks, with how much."""
        owed = func.sum(_BL.c.outstanding)
        query = (
            select(_BL.c.account_id, _BL.c.currency, owed.label("owed"))
            .where(_BL.c.outstanding != 0)
            .group_by(_BL.c.account_id, _BL.c.currency)
        )
        balance = func.coalesce(func.sum(_P.c.amount), 0)
        for account, currency, outstanding in self._db.execute(query).all():
            mine = (_P.c.account == cash(account), _P.c.currency == currency)
            left = int(self._db.execute(select(balance).where(*mine)).scalar_one())
            if outstanding > max(0, -left):
                yield account, int(outstanding) - max(0, -left)

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


def _moved(account: ColumnElement[str]) -> ColumnElement[int]:
    """What the entries of an order moved on a ledger account."""
    return (
        select(func.coalesce(func.sum(_P.c.amount), 0))
        .join(_L, _L.c.id == _P.c.transaction_id)
        .where(_L.c.kind.in_(OF_ORDERS), _L.c.reference == _O.c.id, _P.c.account == account)
        .scalar_subquery()
    )
