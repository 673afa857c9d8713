"""Which other accounts keys and secrets are shared with, in the database."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, delete, func, insert, select

from keylease.custody.tags import TaggedKind
from keylease.storage import schema

_S = schema.shared_access


class SqlSharing:
    """Fits `keylease.custody.sharing.Sharing`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def replace(
        self, kind: TaggedKind, resource_id: str, instance_id: str, accounts: Collection[str]
    ) -> None:
        """Share a key or secret of an instance with exactly these accounts."""
        mine = (_S.c.kind == kind) & (_S.c.resource_id == resource_id)
        self._db.execute(delete(_S).where(mine))
        one = {"kind": kind.value, "resource_id": resource_id, "instance_id": instance_id}
        if accounts:
            self._db.execute(insert(_S), [one | {"account_id": each} for each in sorted(accounts)])

    def accounts(self, instance_id: str) -> set[str]:
        """The other accounts that anything of an instance is shared with."""
        query = select(_S.c.account_id).where(_S.c.instance_id == instance_id)
        return set(self._db.execute(query.distinct()).scalars())

    def counts(self, instance_ids: Collection[str]) -> Mapping[str, int]:
        """With how many other accounts anything of these instances is shared."""
        query = (
            select(_S.c.instance_id, func.count(_S.c.account_id.distinct()))
            .where(_S.c.instance_id.in_(instance_ids))
            .group_by(_S.c.instance_id)
        )
        return {row[0]: row[1] for row in self._db.execute(query)}
