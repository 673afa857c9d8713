"""What nodes are asked for, so that they can share rates. See `keylease.runtime.sharing`."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from keylease.runtime.sharing import Demand
from keylease.storage import schema

_T = schema.rate_demands


class SqlRateDemands:
    """One row for each subject and node under load; moments are machine time."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection
        sqlite = connection.dialect.name == "sqlite"
        self._insert = sqlite_insert if sqlite else postgres_insert

    def since(self, moment: float) -> Sequence[Demand]:
        """What was told after a moment."""
        rows = self._db.execute(
            select(_T.c.instance_id, _T.c.node_id, _T.c.asked, _T.c.at).where(_T.c.at > moment)
        )
        return [Demand(*row) for row in rows]

    def put(self, node_id: str, demands: Mapping[str, float], at: float) -> None:
        """A node tells what it is asked for, by subject."""
        if not demands:
            return
        added = self._insert(_T)
        told = {"asked": added.excluded.asked, "at": added.excluded.at}
        self._db.execute(
            added.on_conflict_do_update(index_elements=["instance_id", "node_id"], set_=told),
            [
                {"instance_id": subject, "node_id": node_id, "asked": asked, "at": at}
                for subject, asked in sorted(demands.items())
            ],
        )

    def remove(self, node_id: str, subjects: Collection[str]) -> None:
        """A node is no longer asked for these."""
        if subjects:
            mine = _T.c.node_id == node_id
            self._db.execute(delete(_T).where(mine, _T.c.instance_id.in_(subjects)))

    def prune(self, before: float) -> None:
        """Forget what nodes told before a moment: they are gone."""
        self._db.execute(delete(_T).where(_T.c.at < before))
