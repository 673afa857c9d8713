"""Instances in the database."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, Select, delete, func, insert, literal, select, update

from keylease.billing.catalog import PAY_AS_YOU_GO_PRODUCT_TYPES
from keylease.custody.instances.model import Edition, Instance
from keylease.custody.keys.model import key_scope
from keylease.custody.tags import TaggedKind
from keylease.storage import schema
from keylease.storage.paging import page_of
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
        page = page_of(select(_T), _T.c.id, mine, (_T.c.created_at, _T.c.id), offset, limit)
        return [instance_from_row(row) for row in self._db.execute(page).mappings()], total

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
        keys, wrapping = schema.keys, schema.wrapping_keys
        inside = keys.c.instance_id.in_(instance_ids)
        key_ids = select(keys.c.id).where(inside)
        scopes = select(literal(key_scope("")) + keys.c.id).where(inside)
        self._db.execute(delete(wrapping).where(wrapping.c.scope.in_(scopes)))
        versions, aliases = schema.key_versions, schema.aliases
        self._db.execute(delete(versions).where(versions.c.instance_id.in_(instance_ids)))
        self._db.execute(delete(aliases).where(aliases.c.key_id.in_(key_ids)))
        sealed = schema.managed_data_keys
        self._db.execute(delete(sealed).where(sealed.c.key_id.in_(key_ids)))
        _remove_tags(self._db, TaggedKind.KEY, key_ids)
        self._db.execute(delete(keys).where(inside))
        secrets, secret_versions = schema.secrets, schema.secret_versions
        kept = secrets.c.instance_id.in_(instance_ids)
        secret_ids = select(secrets.c.id).where(kept)
        self._db.execute(delete(secret_versions).where(secret_versions.c.secret_id.in_(secret_ids)))
        _remove_tags(self._db, TaggedKind.SECRET, secret_ids)
        self._db.execute(delete(secrets).where(kept))
        _remove_tags(self._db, TaggedKind.INSTANCE, instance_ids)
        for table in (schema.shared_access, schema.log_entries, schema.log_days):
            self._db.execute(delete(table).where(table.c.instance_id.in_(instance_ids)))
        settings = schema.renewal_settings
        self._db.execute(delete(settings).where(settings.c.instance_id.in_(instance_ids)))
        self._db.execute(delete(_T).where(_T.c.id.in_(instance_ids)))


def _remove_tags(
    db: Connection, kind: TaggedKind, of: Select[tuple[str]] | Collection[str]
) -> None:
    tags = schema.resource_tags
    db.execute(delete(tags).where(tags.c.kind == kind, tags.c.resource_id.in_(of)))
