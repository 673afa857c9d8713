"""Managed data keys in the database. Fits `keylease.custody.data_keys.DataKeys`."""

from base64 import b64decode, b64encode
from collections.abc import Sequence

from sqlalchemy import Connection, func, insert, select

from keylease.custody.data_keys import DataKey, DataKeyRow, DataKeyVersion
from keylease.storage import schema

_T = schema.managed_data_keys


class SqlDataKeys:
    """A row for each version."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def find(self, account_id: str, region: str, name: str) -> DataKey | None:
        """The data key with this name."""
        query = select(_T.c.version_id, _T.c.number, _T.c.key_id, _T.c.ciphertext, _T.c.created_at)
        mine = (_T.c.account_id == account_id) & (_T.c.region == region) & (_T.c.name == name)
        rows = self._db.execute(query.where(mine).order_by(_T.c.number))
        versions = tuple(
            DataKeyVersion(version_id, number, key_id, b64decode(sealed), created_at)
            for version_id, number, key_id, sealed, created_at in rows
        )
        return DataKey(account_id, region, name, versions) if versions else None

    def add(self, account_id: str, region: str, name: str, version: DataKeyVersion) -> None:
        """A version more."""
        self._db.execute(
            insert(_T),
            {
                "account_id": account_id,
                "region": region,
                "name": name,
                "version_id": version.id,
                "number": version.number,
                "key_id": version.key_id,
                "ciphertext": b64encode(version.ciphertext).decode(),
                "created_at": version.created_at,
            },
        )

    def page(
        self, account_id: str, region: str, offset: int, limit: int
    ) -> tuple[Sequence[DataKeyRow], int]:
        """A page of an account's data keys in a region, by name; how many there are."""
        mine = (_T.c.account_id == account_id) & (_T.c.region == region)
        query = select(_T.c.name, func.count(), func.max(_T.c.created_at)).where(mine)
        rows = self._db.execute(
            query.group_by(_T.c.name).order_by(_T.c.name).offset(offset).limit(limit)
        )
        total = self._db.execute(select(func.count(_T.c.name.distinct())).where(mine))
        return [DataKeyRow(*row) for row in rows], int(total.scalar_one())

    def names(self, account_id: str) -> Sequence[tuple[str, str]]:
        """The region and the name of each of an account's data keys, sorted."""
        query = select(_T.c.region, _T.c.name).where(_T.c.account_id == account_id).distinct()
        rows = self._db.execute(query.order_by(_T.c.region, _T.c.name))
        return [(region, name) for region, name in rows]
