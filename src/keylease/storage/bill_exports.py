"""Subscriptions to bills as files, in the database."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Connection, Select, delete, insert, select

from keylease.billing.bills.subscriptions import BillSubscription, ExportType
from keylease.storage import schema

_E = schema.bill_exports


class SqlBillSubscriptions:
    """Fits `keylease.billing.bills.subscriptions.BillSubscriptions`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def put(self, subscription: BillSubscription) -> None:
        """Write it down in place of the one of its type."""
        self.remove(subscription.account_id, subscription.type)
        self._db.execute(insert(_E), asdict(subscription) | {"type": subscription.type.value})

    def remove(self, account_id: str, type_: ExportType) -> bool:
        """Take it away; whether there was one."""
        chosen = _E.c.account_id == account_id, _E.c.type == type_.value
        return self._db.execute(delete(_E).where(*chosen)).rowcount == 1

    def of_account(self, account_id: str) -> Sequence[BillSubscription]:
        """Those of an account, by type."""
        query = select(_E).where(_E.c.account_id == account_id).order_by(_E.c.type)
        return self._found(query)

    def all(self) -> Sequence[BillSubscription]:
        """Those of all accounts."""
        return self._found(select(_E).order_by(_E.c.account_id, _E.c.type))

    def _found(self, query: Select[tuple[object, ...]]) -> list[BillSubscription]:
        return [
            BillSubscription(**dict(row) | {"type": ExportType(row["type"])})
            for row in self._db.execute(query).mappings()
        ]
