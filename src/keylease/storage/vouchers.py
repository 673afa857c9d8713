"""Vouchers in the database; what is left of one is the sum of its ledger account."""

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, String, cast, func, literal, select

from keylease.billing.wallet.vouchers import Voucher, VoucherScope
from keylease.storage import schema

_V, _P = schema.vouchers, schema.ledger_postings

#: What is left of a voucher.
LEFT = (
    select(func.coalesce(func.sum(_P.c.amount), 0))
    .where(_P.c.account == literal("voucher:") + cast(_V.c.id, String))
    .scalar_subquery()
)


class SqlVouchers:
    """Fits `keylease.billing.wallet.vouchers.Vouchers`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def spendable(self, account_id: str, currency: str, now: int) -> Sequence[tuple[Voucher, int]]:
        """Those in force that have something left, with what is left."""
        rows = self._db.execute(
            select(_V, LEFT.label("left")).where(
                _V.c.account_id == account_id,
                _V.c.currency == currency,
                _V.c.expires_at > now,
                _V.c.effective_at <= now,
                _V.c.cancelled_at.is_(None),
            )
        ).mappings()
        return [(voucher_from_row(row), int(row["left"])) for row in rows if row["left"] > 0]


def voucher_from_row(row: RowMapping) -> Voucher:
    """A voucher from its row."""
    values = {name: row[name] for name in _V.c.keys()}  # noqa: SIM118 - a row's names, not a dict's
    return Voucher(**{**values, "scope": VoucherScope(values["scope"])})
