"""Tags in the database."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, insert, select, tuple_

from keylease.custody.tags import Tag, TaggedKind
from keylease.storage import schema

_T = schema.resource_tags


class SqlTags:
    """Fits `keylease.custody.tags.Tags`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def of(self, kind: TaggedKind, resource_id: str) -> Mapping[str, str]:
        """The tags of one, by name in order."""
        return self.of_many(kind, [resource_id]).get(resource_id, {})

    def of_many(
        self, kind: TaggedKind, resource_ids: Sequence[str]
    ) -> Mapping[str, Mapping[str, str]]:
        """The tags of several; those without any are left out."""
        query = select(_T.c.resource_id, _T.c.name, _T.c.value).where(
            _T.c.kind == kind, _T.c.resource_id.in_(resource_ids)
        )
        found: dict[str, dict[str, str]] = {}
        for row in self._db.execute(query.order_by(_T.c.name)):
            found.setdefault(row.resource_id, {})[row.name] = row.value
        return found

    def put(
        self,
        account_id: str,
        region: str,
        kind: TaggedKind,
        resource_id: str,
        tags: Mapping[str, str],
    ) -> None:
        """Add these, or give them other values."""
        self.remove(kind, resource_id, list(tags))
        self._db.execute(insert(_T), tag_rows(account_id, region, kind, resource_id, tags))

    def remove(self, kind: TaggedKind, resource_id: str, names: Sequence[str] | None) -> None:
        """Take these away; all of them for None."""
        gone = delete(_T).where(_T.c.kind == kind, _T.c.resource_id == resource_id)
        self._db.execute(gone if names is None else gone.where(_T.c.name.in_(names)))

    def page(
        self,
        account_id: str,
        region: str,
        kind: TaggedKind,
        resource_ids: Sequence[str],
        wanted: Mapping[str, str | None],
        after: tuple[str, str],
        limit: int,
    ) -> Sequence[Tag]:
        """Tags in order of (resource id, name) after that pair."""
        query = select(_T).where(
            _T.c.account_id == account_id,
            _T.c.region == region,
            _T.c.kind == kind,
            tuple_(_T.c.resource_id, _T.c.name) > tuple_(*after),
        )
        if resource_ids:
            query = query.where(_T.c.resource_id.in_(resource_ids))
        for name, value in wanted.items():
            other = _T.alias()
            fits = and_(
                other.c.kind == kind, other.c.resource_id == _T.c.resource_id, other.c.name == name
            )
            if value is not None:
                fits = and_(fits, other.c.value == value)
            query = query.where(exists().where(fits))
        rows = self._db.execute(query.order_by(_T.c.resource_id, _T.c.name).limit(limit))
        return [Tag(row.resource_id, row.name, row.value) for row in rows]


def tag_rows(
    account_id: str, region: str, kind: TaggedKind, resource_id: str, tags: Mapping[str, str]
) -> list[dict[str, str]]:
    """The rows of a resource's tags."""
    place = {"account_id": account_id, "region": region}
    one = {"kind": kind.value, "resource_id": resource_id, **place}
    return [one | {"name": name, "value": value} for name, value in tags.items()]


def has_tag(
    resource_id: ColumnElement[str],
    kind: TaggedKind,
    account_id: str,
    region: str | None,
    names: Collection[str] | None,
    values: Collection[str] | None,
) -> list[ColumnElement[bool]]:
    """That one of an account's resources has a tag with one of these names and of these values.

    None leaves names or values open, both of them every resource; no ``region`` is all regions.
    """
    if names is None and values is None:
        return []
    tagged = select(_T.c.resource_id).where(_T.c.account_id == account_id, _T.c.kind == kind)
    for column, chosen in ((_T.c.name, names), (_T.c.value, values)):
        if chosen is not None:
            tagged = tagged.where(column.in_(chosen))
    if region is not None:
        tagged = tagged.where(_T.c.region == region)
    return [resource_id.in_(tagged)]
