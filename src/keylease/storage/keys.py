"""Keys, their versions, aliases and wrapping keys in the database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    ScalarSelect,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    update,
)

from keylease.crypto.providers import Storage
from keylease.custody.keys.model import SERVICE_CREATOR, USER, Alias, Key, KeyVersion
from keylease.custody.keys.ports import KeyFilter
from keylease.custody.keys.states import KeyState
from keylease.custody.tags import TaggedKind
from keylease.custody.vault import RootChanged
from keylease.storage import schema
from keylease.storage.deployment import SEAL_FINGERPRINT
from keylease.storage.paging import page_of
from keylease.storage.rows import key_from_row
from keylease.storage.tags import has_tag

_K, _V, _A = schema.keys, schema.key_versions, schema.aliases
_T, _S = schema.resource_tags, schema.shared_access
_W, _F, _I = schema.wrapping_keys, schema.facts, schema.instances


def alias_of(key_id: Column[str]) -> ScalarSelect[str]:
    """The first of a key's aliases by name, or NULL: part of a statement about keys."""
    aliases = select(func.min(_A.c.name)).where(_A.c.key_id == key_id)
    return aliases.correlate(key_id.table).scalar_subquery()


class SqlKeys:
    """Fits `keylease.custody.keys.ports.Keys`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, key: Key, version: KeyVersion) -> None:
        """Write down a new key with its first version."""
        self._db.execute(insert(_K), asdict(key))
        self._db.execute(insert(_V), asdict(version))

    def update(self, key: Key) -> None:
        """Replace what is written of the key itself."""
        self._db.execute(update(_K).where(_K.c.id == key.id), asdict(key))

    def find(self, key_id: str, *, lock: bool = False) -> Key | None:
        """The key, whoever owns it."""
        query = select(_K).where(_K.c.id == key_id)
        row = self._db.execute(query.with_for_update() if lock else query).mappings().one_or_none()
        return None if row is None else key_from_row(row)

    def find_many(self, key_ids: Collection[str], *, lock: bool = False) -> dict[str, Key]:
        """Those of the given ids that exist, by id."""
        query = select(_K).where(_K.c.id.in_(key_ids)).order_by(_K.c.id)
        rows = self._db.execute(query.with_for_update() if lock else query).mappings()
        return {row["id"]: key_from_row(row) for row in rows}

    def find_by_version(self, version_id: str) -> Key | None:
        """The key that a version belongs to."""
        query = select(_K).join(_V, _V.c.key_id == _K.c.id).where(_V.c.id == version_id)
        row = self._db.execute(query).mappings().one_or_none()
        return None if row is None else key_from_row(row)

    def default_key(
        self, account_id: str, region: str, service: str, *, lock: bool = False
    ) -> Key | None:
        """The default key of an account, region and service, if it exists by now."""
        if lock and self._db.dialect.name == "postgresql":
            self._db.execute(
                text("select pg_advisory_xact_lock(hashtextextended(:scope, 0))"),
                {"scope": f"default:{account_id}:{region}"},
            )
        query = select(_K).where(
            _K.c.account_id == account_id,
            _K.c.region == region,
            _K.c.service == service,
            _K.c.instance_id == "",
        )
        row = self._db.execute(query).mappings().one_or_none()
        return None if row is None else key_from_row(row)

    def page(
        self, account_id: str, region: str, chosen: KeyFilter, offset: int, limit: int
    ) -> tuple[Sequence[Key], int]:
        """A page of an account's keys in a region, oldest first, and how many fit in all."""
        tags = chosen.tag_keys, chosen.tag_values
        fit = and_(
            _K.c.account_id == account_id,
            _K.c.region == region,
            *_conditions(chosen),
            *has_tag(_K.c.id, TaggedKind.KEY, account_id, region, *tags),
        )
        total = self._db.execute(select(func.count()).select_from(_K).where(fit)).scalar_one()
        page = page_of(select(_K), _K.c.id, fit, (_K.c.created_at, _K.c.id), offset, limit)
        rows = self._db.execute(page).mappings()
        return [key_from_row(row) for row in rows], total

    def versions(self, key_id: str, offset: int, limit: int) -> tuple[Sequence[KeyVersion], int]:
        """A page of a key's versions, newest first, and how many there are."""
        mine = _V.c.key_id == key_id
        total = self._db.execute(select(func.count()).select_from(_V).where(mine)).scalar_one()
        rows = self._db.execute(
            select(_V)
            .where(mine)
            .order_by(_V.c.created_at.desc(), _V.c.id.desc())
            .offset(offset)
            .limit(limit)
        ).mappings()
        return [KeyVersion(**row) for row in rows], total

    def version(self, key_id: str, version_id: str) -> KeyVersion | None:
        """One version of one key."""
        query = select(_V).where(_V.c.id == version_id, _V.c.key_id == key_id)
        row = self._db.execute(query).mappings().one_or_none()
        return None if row is None else KeyVersion(**row)

    def add_version(self, version: KeyVersion) -> None:
        """Write down a further version."""
        self._db.execute(insert(_V), asdict(version))

    def update_version(self, version: KeyVersion) -> None:
        """Replace what is written of a version; old material is overwritten first."""
        mine = _V.c.id == version.id
        size = self._db.execute(select(func.length(_V.c.wrapped)).where(mine)).scalar_one()
        self._db.execute(update(_V).where(mine).values(wrapped=bytes(size)))
        self._db.execute(update(_V).where(mine).values(asdict(version)))

    def in_token(self, instance_ids: Collection[str] | None = None) -> Sequence[str]:
        """The ids of all versions that a hardware token itself keeps, or of these instances'.

        Of these instances also those whose imported material was deleted, of all only the others.
        """
        kept = select(_V.c.id).join(_K, _K.c.id == _V.c.key_id)
        kept = kept.where(_K.c.storage == Storage.HSM_INTERNAL)
        if instance_ids is None:
            kept = kept.where(_V.c.wrapped != b"")
        else:
            kept = kept.where(_V.c.instance_id.in_(instance_ids))
        return self._db.execute(kept).scalars().all()

    def count_versions(self, instance_id: str) -> int:
        """How many key versions an instance holds."""
        query = select(func.count()).where(_V.c.instance_id == instance_id)
        return self._db.execute(query).scalar_one()

    def remove(self, key_ids: Collection[str]) -> None:
        """Overwrite the versions, then forget keys, versions, aliases, tags and grants."""
        mine = _V.c.key_id.in_(key_ids)
        rows = self._db.execute(select(_V.c.id, func.length(_V.c.wrapped).label("n")).where(mine))
        blanks = [{"of": row.id, "new": bytes(row.n)} for row in rows]
        if blanks:
            blank = update(_V).where(_V.c.id == bindparam("of")).values(wrapped=bindparam("new"))
            self._db.execute(blank, blanks)
        self._db.execute(delete(_V).where(mine))
        self._db.execute(delete(_A).where(_A.c.key_id.in_(key_ids)))
        sealed = schema.managed_data_keys
        self._db.execute(delete(sealed).where(sealed.c.key_id.in_(key_ids)))
        for table in (_T, _S):
            of_keys = (table.c.kind == TaggedKind.KEY) & table.c.resource_id.in_(key_ids)
            self._db.execute(delete(table).where(of_keys))
        self._db.execute(delete(_K).where(_K.c.id.in_(key_ids)))


def _conditions(chosen: KeyFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        (_state_at(chosen.now) if name == "state" else _K.c[name]).in_(values)
        for name, values in chosen.fields.items()
    ]
    if chosen.is_default is not None:
        default = _K.c.instance_id == ""
        conditions.append(default if chosen.is_default else ~default)
    if chosen.kept_after:
        released = select(_I.c.id).where(_I.c.end <= chosen.kept_after)
        conditions.append(_K.c.instance_id.not_in(released))
    if chosen.alias_names is not None:
        named = select(_A.c.key_id).where(
            _A.c.account_id == _K.c.account_id, _A.c.name.in_(chosen.alias_names)
        )
        conditions.append(_K.c.id.in_(named))
    if chosen.creator_types is not None:
        creator_type = case((_K.c.creator == SERVICE_CREATOR, SERVICE_CREATOR), else_=USER)
        conditions.append(creator_type.in_(chosen.creator_types))
    if chosen.now:
        conditions.append(or_(_K.c.delete_at.is_(None), _K.c.delete_at > chosen.now))
    return conditions


def _state_at(now: int) -> ColumnElement[str]:
    """`Key.state_at` in SQL."""
    expired = and_(_K.c.material_expires_at <= now, _K.c.state != KeyState.PENDING_DELETION)
    return case((expired, KeyState.PENDING_IMPORT.value), else_=_K.c.state)


class SqlAliases:
    """Fits `keylease.custody.keys.ports.Aliases`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, alias: Alias) -> None:
        """Write down a new one."""
        self._db.execute(insert(_A), asdict(alias))

    def find(self, account_id: str, region: str, name: str) -> Alias | None:
        """The alias with this name."""
        query = select(_A).where(*_named(account_id, region, name))
        row = self._db.execute(query).mappings().one_or_none()
        return None if row is None else Alias(**row)

    def update(self, alias: Alias) -> None:
        """Let it stand for another key."""
        mine = _named(alias.account_id, alias.region, alias.name)
        self._db.execute(update(_A).where(*mine).values(key_id=alias.key_id))

    def remove(self, alias: Alias) -> None:
        """Forget it; the key stays."""
        self._db.execute(delete(_A).where(*_named(alias.account_id, alias.region, alias.name)))

    def of_keys(self, key_ids: Collection[str]) -> Sequence[Alias]:
        """All aliases of several keys, by name."""
        query = select(_A).where(_A.c.key_id.in_(key_ids)).order_by(_A.c.name)
        return [Alias(**row) for row in self._db.execute(query).mappings()]

    def page(
        self, account_id: str, region: str, key_id: str | None, offset: int, limit: int
    ) -> tuple[Sequence[Alias], int]:
        """A page of an account's aliases in a region by name, of one key or of all."""
        fit = [_A.c.account_id == account_id, _A.c.region == region]
        if key_id is not None:
            fit.append(_A.c.key_id == key_id)
        total = self._db.execute(select(func.count()).select_from(_A).where(*fit)).scalar_one()
        query = select(_A).where(*fit).order_by(_A.c.name).offset(offset).limit(limit)
        return [Alias(**row) for row in self._db.execute(query).mappings()], total


def _named(account_id: str, region: str, name: str) -> tuple[ColumnElement[bool], ...]:
    return _A.c.account_id == account_id, _A.c.region == region, _A.c.name == name


class SqlWrappingKeys:
    """Fits `keylease.custody.keys.ports.WrappingKeys`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, scope: str, blob: bytes, root: str) -> None:
        """Write down a new one, wrapped by the root key with the fingerprint ``root``."""
        self._require_root(root)
        self._db.execute(insert(_W), {"scope": scope, "blob": blob})

    def add_many(self, blobs: Mapping[str, bytes], root: str) -> None:
        """Write down many at once, as `add` does."""
        self._require_root(root)
        if blobs:
            self._db.execute(insert(_W), [{"scope": s, "blob": b} for s, b in blobs.items()])

    def _require_root(self, root: str) -> None:
        query = select(_F.c.value).where(_F.c.name == SEAL_FINGERPRINT).with_for_update(read=True)
        if self._db.execute(query).scalar_one() != root:
            raise RootChanged("the root key was rotated")

    def find(self, scope: str) -> bytes | None:
        """The blob of one."""
        return self._db.execute(select(_W.c.blob).where(_W.c.scope == scope)).scalar_one_or_none()

    def destroy(self, scopes: Collection[str]) -> None:
        """Overwrite the blobs in place with zeros of the same length, then remove the rows."""
        rows = self._db.execute(
            select(_W.c.scope, func.length(_W.c.blob).label("size")).where(_W.c.scope.in_(scopes))
        ).all()
        self.replace({row.scope: bytes(row.size) for row in rows})
        self._db.execute(delete(_W).where(_W.c.scope.in_(scopes)))

    def all(self) -> Sequence[tuple[str, bytes]]:
        """Every scope with its blob; until the end of the transaction nobody adds one."""
        self._db.execute(select(_F).where(_F.c.name == SEAL_FINGERPRINT).with_for_update())
        query = select(_W.c.scope, _W.c.blob).order_by(_W.c.scope).with_for_update()
        return [(row.scope, row.blob) for row in self._db.execute(query)]

    def replace(self, blobs: Mapping[str, bytes]) -> None:
        """Put new blobs in the place of old ones."""
        if blobs:
            self._db.execute(
                update(_W).where(_W.c.scope == bindparam("of")).values(blob=bindparam("new")),
                [{"of": scope, "new": blob} for scope, blob in blobs.items()],
            )
