"""Network rules, permission policies, access points and client keys in the database."""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict
from functools import cached_property
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)

from keylease.custody.applications.model import (
    AccessPoint,
    NetworkRule,
    Owned,
    PermissionPolicy,
    StoredClientKey,
)
from keylease.storage import schema
from keylease.storage.rows import dumps

_C = schema.client_keys

T = TypeVar("T", bound=Owned)


class SqlNamed(Generic[T]):
    """Fits `keylease.custody.applications.ports.Named`: lists are kept as JSON."""

    def __init__(
        self, connection: Connection, table: Table, kind: Callable[..., T], *lists: str
    ) -> None:
        self._db = connection
        self._table = table
        self._kind = kind
        self._lists = lists

    def add(self, one: T) -> None:
        """Write down a new one."""
        self._db.execute(insert(self._table), _row(one))

    def update(self, one: T) -> None:
        """Replace what is written of it."""
        mine = self._at(one.account_id, one.region, [one.name])
        self._db.execute(update(self._table).where(*mine).values(_row(one)))

    def remove(self, one: T) -> None:
        """Forget it."""
        mine = self._at(one.account_id, one.region, [one.name])
        self._db.execute(delete(self._table).where(*mine))

    def find(self, account_id: str, region: str, name: str, *, lock: bool = False) -> T | None:
        """The one with this name."""
        return self.find_many(account_id, region, [name], lock=lock).get(name)

    def find_many(
        self, account_id: str, region: str, names: Collection[str], *, lock: bool = False
    ) -> dict[str, T]:
        """Those of the given names that exist, by name."""
        mine = self._at(account_id, region, names)
        query = select(self._table).where(*mine).order_by(self._table.c.name)
        rows = self._db.execute(query.with_for_update() if lock else query).mappings()
        return {row["name"]: self._read(row) for row in rows}

    def page(
        self, account_id: str, region: str, offset: int, limit: int
    ) -> tuple[Sequence[T], int]:
        """A page by name, and how many there are."""
        table, fit = self._table, self._at(account_id, region)
        total = self._db.execute(select(func.count()).select_from(table).where(*fit)).scalar_one()
        query = select(table).where(*fit).order_by(table.c.name).offset(offset).limit(limit)
        return [self._read(row) for row in self._db.execute(query).mappings()], total

    def _at(
        self, account_id: str, region: str, names: Collection[str] | None = None
    ) -> list[ColumnElement[bool]]:
        columns = self._table.c
        fit = [columns.account_id == account_id, columns.region == region]
        return fit if names is None else [*fit, columns.name.in_(names)]

    def _read(self, row: RowMapping) -> T:
        lists = {name: tuple(json.loads(row[name])) for name in self._lists}
        return self._kind(**{**row, **lists})


class SqlClientKeys:
    """Fits `keylease.custody.applications.ports.ClientKeys`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, one: StoredClientKey) -> None:
        """Write down a new one."""
        self._db.execute(insert(_C), asdict(one))

    def find(self, client_key_id: str) -> StoredClientKey | None:
        """The client key, whoever owns it."""
        return self.find_many([client_key_id]).get(client_key_id)

    def find_many(self, client_key_ids: Collection[str]) -> dict[str, StoredClientKey]:
        """Those of the given ids that exist, by id."""
        rows = self._db.execute(select(_C).where(_C.c.id.in_(client_key_ids))).mappings()
        return {row["id"]: StoredClientKey(**row) for row in rows}

    def remove(self, client_key_id: str) -> None:
        """Forget it."""
        self._db.execute(delete(_C).where(_C.c.id == client_key_id))

    def of(
        self, account_id: str, region: str, access_points: Collection[str] | None
    ) -> Sequence[StoredClientKey]:
        """Those of these access points, oldest first; of all in the region for None."""
        query = select(_C).where(_C.c.account_id == account_id, _C.c.region == region)
        if access_points is not None:
            query = query.where(_C.c.access_point.in_(access_points))
        rows = self._db.execute(query.order_by(_C.c.created_at, _C.c.id)).mappings()
        return [StoredClientKey(**row) for row in rows]


class SqlApplications:
    """Fits `keylease.custody.applications.ports.Applications`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    @cached_property
    def network_rules(self) -> SqlNamed[NetworkRule]:
        """The network rules."""
        return SqlNamed(self._db, schema.network_rules, NetworkRule, "source_ips")

    @cached_property
    def policies(self) -> SqlNamed[PermissionPolicy]:
        """The permission policies."""
        lists = "permissions", "resources", "network_rules"
        return SqlNamed(self._db, schema.permission_policies, PermissionPolicy, *lists)

    @cached_property
    def access_points(self) -> SqlNamed[AccessPoint]:
        """The application access points."""
        return SqlNamed(self._db, schema.access_points, AccessPoint, "policies")

    @cached_property
    def client_keys(self) -> SqlClientKeys:
        """The client keys."""
        return SqlClientKeys(self._db)


def _row(one: Owned) -> dict[str, Any]:
    return {n: dumps(v) if isinstance(v, tuple) else v for n, v in asdict(one).items()}
