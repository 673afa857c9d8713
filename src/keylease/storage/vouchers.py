"""Vouchers in the database; what is left of one is the sum of its ledger account."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    String,
    and_,
    cast,
    func,
    insert,
    literal,
    not_,
    select,
    true,
    update,
)

from keylease.billing.wallet.vouchers import Grant, Voucher, VoucherFilter, VoucherScope
from keylease.storage import schema
from keylease.storage.paging import page_of

_V, _P = schema.vouchers, schema.ledger_postings

#: What is left of a voucher.
LEFT = (
    select(func.coalesce(func.sum(_P.c.amount), 0))
    .where(_P.c.account == literal("voucher:") + cast(_V.c.id, String))
    .scalar_subquery()
)


_WITH_LEFT = select(_V, LEFT.label("left"))


class SqlVouchers:
    """Fits `keylease.billing.wallet.vouchers.Vouchers`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def spendable(self, account_id: str, currency: str, now: int) -> Sequence[tuple[Voucher, int]]:
        """Those in force that have something left, with what is left."""
        rows = self._db.execute(
            _WITH_LEFT.where(
                _V.c.account_id == account_id, _V.c.currency == currency, _in_force(now)
            )
        ).mappings()
        return [_with_left(row) for row in rows if row["left"] > 0]

    def add(self, account_id: str, currency: str, number: str, grant: Grant, now: int) -> Voucher:
        """Write down a new voucher, granted now; it gets its id."""
        values = {
            **asdict(grant),
            "scope": grant.scope.value,
            "number": number,
            "account_id": account_id,
            "currency": currency,
            "granted_at": now,
        }
        query = insert(_V).values(values).returning(*_V.c)
        return voucher_from_row(self._db.execute(query).mappings().one())

    def find_many(self, voucher_ids: Sequence[int]) -> Sequence[tuple[Voucher, int]]:
        """Those with these ids, by id, with what is left of each."""
        rows = self._db.execute(_WITH_LEFT.where(_V.c.id.in_(voucher_ids)).order_by(_V.c.id))
        return [_with_left(row) for row in rows.mappings()]

    def by_number(self, number: str) -> tuple[Voucher, int] | None:
        """The one with this number, whoever owns it, with what is left."""
        row = self._db.execute(_WITH_LEFT.where(_V.c.number == number)).mappings().one_or_none()
        return None if row is None else _with_left(row)

    def cancel(self, voucher_id: int, at: int) -> None:
        """Write down that it was cancelled."""
        self._db.execute(update(_V).where(_V.c.id == voucher_id).values(cancelled_at=at))

    def page(
        self, chosen: VoucherFilter, offset: int, limit: int, now: int
    ) -> tuple[Sequence[tuple[Voucher, int]], int]:
        """A page of vouchers with what is left, newest first, and how many fit in all."""
        fit = and_(true(), *_conditions(chosen, now))
        total = self._db.execute(select(func.count()).select_from(_V).where(fit)).scalar_one()
        newest = (_V.c.granted_at.desc(), _V.c.id.desc())
        page = page_of(_WITH_LEFT, _V.c.id, fit, newest, offset, limit)
        rows = self._db.execute(page).mappings()
        return [_with_left(row) for row in rows], total


def _in_force(now: int) -> ColumnElement[bool]:
    """As `Voucher.in_force` answers it."""
    begun, over = _V.c.effective_at <= now, _V.c.expires_at <= now
    return and_(begun, not_(over), _V.c.cancelled_at.is_(None))


def _conditions(chosen: VoucherFilter, now: int) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if chosen.account_id is not None:
        conditions.append(_V.c.account_id == chosen.account_id)
    if chosen.expires_from is not None:
        conditions.append(_V.c.expires_at >= chosen.expires_from)
    if chosen.expires_until is not None:
        conditions.append(_V.c.expires_at <= chosen.expires_until)
    if chosen.in_force is not None:
        conditions.append(_in_force(now) if chosen.in_force else not_(_in_force(now)))
    return conditions


def _with_left(row: RowMapping) -> tuple[Voucher, int]:
    return voucher_from_row(row), int(row["left"])


def voucher_from_row(row: RowMapping) -> Voucher:
    """A voucher from its row."""
    values = {name: row[name] for name in _V.c.keys()}  # noqa: SIM118 - a row's names, not a dict's
    return Voucher(**{**values, "scope": VoucherScope(values["scope"])})
