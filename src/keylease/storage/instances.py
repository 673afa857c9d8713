"""Instances in the database."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, delete, func, insert, select, update

from keylease.billing.catalog import PAY_AS_YOU_GO_PRODUCT_TYPES
from keylease.custody.instances.model import Edition, Instance
from keylease.custody.keys.model import instance_scope
from keylease.storage import schema
from keylease.storage.rows import instance_from_row, instance_to_row

_T = schema.instances

#: How value-added services are stored.
SERVICES = [edition.value for edition in Edition if edition.is_service]


class SqlInstances:
    """Fits `keylease.custody.instances.ports.Instances`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, instance: Instance) -> None:
        """Write down a new instance."""
        self._db.execute(insert(_T), instance_to_row(instance))

    def update(self, instance: Instance) -> None:
        """Replace what is written of it."""
        self._db.execute(update(_T).where(_T.c.id == instance.id), instance_to_row(instance))

    def find(self, instance_id: str, *, lock: bool = False) -> Instance | None:
        """The instance, whoever owns it."""
        query = select(_T).where(_T.c.id == instance_id)
        row = self._db.execute(query.with_for_update() if lock else query).mappings().one_or_none()
        return None if row is None else instance_from_row(row)

    def find_many(
        self, instance_ids: Collection[str], *, lock: bool = False
    ) -> dict[str, Instance]:
        """Those of the given ids that exist, by id."""
        query = select(_T).where(_T.c.id.in_(instance_ids)).order_by(_T.c.id)
        rows = self._db.execute(query.with_for_update() if lock else query).mappings()
        return {row["id"]: instance_from_row(row) for row in rows}

    def page(
        self, account_id: str, region: str | None, offset: int, limit: int
    ) -> tuple[Sequence[Instance], int]:
        """A page of an account's instances, oldest first, and how many there are in all.

        Value-added services are not among them.
        """
        mine = (_T.c.account_id == account_id) & _T.c.edition.not_in(SERVICES)
        if region is not None:
            mine = mine & (_T.c.region == region)
        total = self._db.execute(select(func.count()).select_from(_T).where(mine)).scalar_one()
        rows = self._db.execute(
            select(_T).where(mine).order_by(_T.c.created_at, _T.c.id).offset(offset).limit(limit)
        ).mappings()
        return [instance_from_row(row) for row in rows], total

    def pay_as_you_go(self, account_id: str) -> Sequence[Instance]:
        """An account's pay-as-you-go instances, locked."""
        query = select(_T).where(
            _T.c.account_id == account_id, _T.c.product_type.in_(PAY_AS_YOU_GO_PRODUCT_TYPES)
        )
        rows = self._db.execute(query.order_by(_T.c.id).with_for_update()).mappings()
        return [instance_from_row(row) for row in rows]

    def any_pay_as_you_go(self) -> bool:
        """Whether anybody has one."""
        query = select(_T.c.id).where(_T.c.product_type.in_(PAY_AS_YOU_GO_PRODUCT_TYPES))
        return self._db.execute(query.limit(1)).first() is not None

    def services(self, account_id: str, region: str) -> Sequence[Instance]:
        """An account's value-added services in a region."""
        query = select(_T).where(
            _T.c.account_id == account_id, _T.c.region == region, _T.c.edition.in_(SERVICES)
        )
        return [instance_from_row(row) for row in self._db.execute(query).mappings()]

    def remove(self, instance_ids: Collection[str]) -> None:
        """Forget the instances and everything in them but their wrapping keys."""
        keys, versions, tags = schema.keys, schema.key_versions, schema.key_tags
        inside = keys.c.instance_id.in_(instance_ids)
        scopes = [instance_scope(one) for one in instance_ids]
        self._db.execute(delete(tags).where(tags.c.key_id.in_(select(keys.c.id).where(inside))))
        self._db.execute(delete(versions).where(versions.c.scope.in_(scopes)))
        self._db.execute(delete(keys).where(inside))
        settings = schema.renewal_settings
        self._db.execute(delete(settings).where(settings.c.instance_id.in_(instance_ids)))
        self._db.execute(delete(_T).where(_T.c.id.in_(instance_ids)))
