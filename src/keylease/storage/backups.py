"""Backups in the database, and the contents of instances in bulk.

What may be much is read with a cursor, so that no more than a batch of it is in memory.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    union,
    update,
)

from keylease.custody.backups.model import Backup, BackupKind
from keylease.custody.backups.ports import Place, StoredKey, StoredSecret, StoredSecretVersion
from keylease.custody.backups.records import SecretRecord
from keylease.custody.instances.model import Edition
from keylease.custody.instances.states import InstanceState
from keylease.custody.keys.model import Alias, KeyVersion, key_scope
from keylease.custody.tags import TaggedKind
from keylease.storage import schema
from keylease.storage.keys import SqlWrappingKeys
from keylease.storage.rows import key_from_row
from keylease.storage.tags import SqlTags, tag_rows

_B, _P, _I = schema.backups, schema.backup_parts, schema.instances
_K, _V, _A, _T = schema.keys, schema.key_versions, schema.aliases, schema.resource_tags
_S, _SV, _W = schema.secrets, schema.secret_versions, schema.wrapping_keys

#: How many keys or secrets are read at once, and how many rows of a cursor.
_BATCH = 500

_BY_CURSOR = {"yield_per": _BATCH}

#: The columns of a secret that go into its record as they are.
_SECRET_COLUMNS = [_S.c[name] for name in SecretRecord.__struct_fields__ if name != "tags"]


class SqlBackups:
    """Fits `keylease.custody.backups.ports.Backups`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, backup: Backup) -> None:
        """Write down one that is being made: without a digest."""
        self._db.execute(insert(_B), _row(backup))

    def update(self, backup: Backup) -> bool:
        """Replace what is written of it; False if it is there no more."""
        changed = update(_B).where(_B.c.id == backup.id)
        return self._db.execute(changed, _row(backup)).rowcount == 1

    def touch(self, backup_id: str, machine: int) -> bool:
        """Note that one is still being made; False if it was cleared away."""
        mine = update(_B).where(_B.c.id == backup_id, _B.c.digest == b"")
        return self._db.execute(mine.values(checked_at=machine)).rowcount == 1

    def checked(self, backup_id: str, now: int) -> None:
        """Note that its instance still holds just what it holds."""
        self._db.execute(update(_B).where(_B.c.id == backup_id).values(checked_at=now))

    def find(self, backup_id: str, *, lock: bool = False) -> Backup | None:
        """The backup, whoever owns it."""
        query = select(_B).where(_B.c.id == backup_id)
        row = self._db.execute(query.with_for_update() if lock else query).mappings().one_or_none()
        return None if row is None else _backup(row)

    def page(
        self,
        account_id: str | None,
        now: int,
        offset: int,
        limit: int,
        *,
        region: str | None = None,
    ) -> tuple[Sequence[Backup], int]:
        """A page of whole backups, newest first, and how many there are; None means any."""
        fit = and_(_IS_WHOLE, or_(_B.c.expires_at.is_(None), _B.c.expires_at > now))
        if account_id is not None:
            fit = and_(fit, _B.c.account_id == account_id)
        if region is not None:
            fit = and_(fit, _B.c.region == region)
        total = self._db.execute(select(func.count()).select_from(_B).where(fit)).scalar_one()
        query = select(_B).where(fit).order_by(_B.c.created_at.desc(), _B.c.id.desc())
        return self._all(query.offset(offset).limit(limit)), total

    def with_contents(self, instance_id: str, digest: bytes) -> Backup | None:
        """A backup that was made of an instance here and holds just this."""
        query = select(_B).where(
            _B.c.instance_id == instance_id, _B.c.digest == digest, _IS_WHOLE, _MADE_HERE
        )
        found = self._all(query.order_by(_B.c.created_at.desc(), _B.c.id.desc()).limit(1))
        return found[0] if found else None

    def of_instances(self, instance_ids: Collection[str]) -> Sequence[Backup]:
        """The whole backups that were made of these instances here, newest first."""
        query = select(_B).where(_B.c.instance_id.in_(instance_ids), _IS_WHOLE, _MADE_HERE)
        return self._all(query.order_by(_B.c.created_at.desc(), _B.c.id.desc()))

    def expire(self, instance_id: str, at: int) -> None:
        """Have the backups that were made of an instance here end at a moment."""
        mine = update(_B).where(_B.c.instance_id == instance_id, _MADE_HERE)
        self._db.execute(mine.values(expires_at=at))

    def expired(self, instance_ids: Collection[str], now: int) -> Sequence[Backup]:
        """Those that were made of these instances and whose time is over."""
        query = select(_B).where(_B.c.instance_id.in_(instance_ids), _B.c.expires_at <= now)
        return self._all(query)

    def older(self, before: int) -> Sequence[str]:
        """Automatic backups of living instances that nobody needs any more.

        They show what was before the moment ``before`` only, and another shows what came later.
        """
        newer = _B.alias()
        followed = exists().where(
            newer.c.instance_id == _B.c.instance_id,
            newer.c.kind == BackupKind.AUTOMATIC,
            newer.c.digest != b"",
            newer.c.checked_at > _B.c.checked_at,
        )
        query = select(_B.c.id).where(
            _B.c.kind == BackupKind.AUTOMATIC,
            _B.c.expires_at.is_(None),
            _IS_WHOLE,
            _B.c.checked_at < before,
            followed,
        )
        return list(self._db.execute(query).scalars())

    def unfinished(self, before: int) -> Sequence[str]:
        """Those whose making ended half way: nothing was added since a moment of the machine."""
        query = select(_B.c.id).where(_B.c.digest == b"", _B.c.checked_at < before)
        return list(self._db.execute(query).scalars())

    def due(self) -> Sequence[str]:
        """The enabled software instances that may differ from their newest automatic backup.

        Left out are those that hold nothing, and of which nothing but that was ever backed up.
        """
        software = [one.value for one in Edition if not one.is_hardware and not one.is_service]
        query = select(_I.c.id).where(
            _I.c.edition.in_(software),
            _I.c.state != InstanceState.UNINITIALIZED,
            or_(
                exists().where(_K.c.instance_id == _I.c.id),
                exists().where(_S.c.instance_id == _I.c.id),
                exists().where(_of(_I.c.id), or_(_B.c["keys"] > 0, _B.c.secrets > 0)),
                ~exists().where(_of(_I.c.id)),
            ),
        )
        return list(self._db.execute(query.order_by(_I.c.id)).scalars())

    def found_empty(self, now: int) -> None:
        """Note that the living instances of which nothing was ever backed up are as they were."""
        other = _B.alias()
        differs = exists().where(
            other.c.instance_id == _B.c.instance_id, or_(other.c["keys"] > 0, other.c.secrets > 0)
        )
        holds = or_(
            exists().where(_K.c.instance_id == _B.c.instance_id),
            exists().where(_S.c.instance_id == _B.c.instance_id),
        )
        still = and_(_IS_AUTOMATIC, _B.c["keys"] == 0, _B.c.secrets == 0, ~differs, ~holds)
        self._db.execute(update(_B).where(still).values(checked_at=now))

    def add_parts(self, backup_id: str, first: int, parts: Sequence[bytes]) -> None:
        """Write down parts, numbered from ``first``."""
        rows = [
            {"backup_id": backup_id, "number": number, "data": part}
            for number, part in enumerate(parts, first)
        ]
        self._db.execute(insert(_P), rows)

    def parts(self, backup_id: str) -> Iterator[bytes]:
        """The parts in their order, one after the other."""
        query = select(_P.c.data).where(_P.c.backup_id == backup_id).order_by(_P.c.number)
        yield from self._db.execute(query, execution_options={"yield_per": 4}).scalars()

    def remove(self, backup_ids: Collection[str]) -> None:
        """Forget backups with their parts; their wrapping keys are destroyed by then."""
        self._db.execute(delete(_P).where(_P.c.backup_id.in_(backup_ids)))
        self._db.execute(delete(_B).where(_B.c.id.in_(backup_ids)))

    def _all(self, query: Any) -> list[Backup]:
        return [_backup(row) for row in self._db.execute(query).mappings()]


_IS_WHOLE = _B.c.digest != b""
_MADE_HERE = _B.c.kind != BackupKind.IMPORTED
_IS_AUTOMATIC = and_(_IS_WHOLE, _B.c.kind == BackupKind.AUTOMATIC, _B.c.expires_at.is_(None))


def _of(instance_id: ColumnElement[str]) -> ColumnElement[bool]:
    return and_(_B.c.instance_id == instance_id, _IS_AUTOMATIC)


def _row(backup: Backup) -> dict[str, Any]:
    values = asdict(backup)
    values["bytes"] = values.pop("size")
    return values


def _backup(row: RowMapping) -> Backup:
    values = dict(row)
    values["size"] = values.pop("bytes")
    values["kind"], values["edition"] = BackupKind(values["kind"]), Edition(values["edition"])
    return Backup(**values)


class SqlContents:
    """Fits `keylease.custody.backups.ports.Contents`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection
        self._tags = SqlTags(connection)

    def holding(self, instance_ids: Collection[str]) -> set[str]:
        """Those of the instances that hold a key or a secret."""
        query = union(
            *(select(t.c.instance_id).where(t.c.instance_id.in_(instance_ids)) for t in (_K, _S))
        )
        return set(self._db.execute(query).scalars())

    def keys(self, instance_id: str) -> Iterator[StoredKey]:
        """The keys of an instance by id, with all that belongs to them."""
        query = select(_K).where(_K.c.instance_id == instance_id).order_by(_K.c.id)
        rows = self._db.execute(query, execution_options=_BY_CURSOR).mappings()
        for batch in rows.partitions(_BATCH):
            yield from self._with_all(batch)

    def _with_all(self, rows: Sequence[RowMapping]) -> Iterator[StoredKey]:
        ids = [row["id"] for row in rows]
        aliases = _by(
            self._rows(select(_A).where(_A.c.key_id.in_(ids)).order_by(_A.c.name)), "key_id"
        )
        tags = self._tags.of_many(TaggedKind.KEY, ids)
        blobs = select(_W.c.scope, _W.c.blob).where(_W.c.scope.in_([key_scope(one) for one in ids]))
        wrapping = {row.scope: row.blob for row in self._db.execute(blobs)}
        versions = select(_V).where(_V.c.key_id.in_(ids))
        ordered = versions.order_by(_V.c.key_id, _V.c.created_at, _V.c.id)
        grouped = _grouped(self._db.execute(ordered, execution_options=_BY_CURSOR), "key_id")
        for row in rows:
            yield StoredKey(
                key_from_row(row),
                (KeyVersion(**one) for one in grouped.of(row["id"])),
                [Alias(**one) for one in aliases.get(row["id"], ())],
                tags.get(row["id"], {}),
                wrapping.get(key_scope(row["id"])),
            )

    def secrets(self, instance_id: str) -> Iterator[StoredSecret]:
        """The secrets of an instance by id."""
        query = select(_S.c.id, _S.c.instance_id, *_SECRET_COLUMNS)
        query = query.where(_S.c.instance_id == instance_id).order_by(_S.c.id)
        rows = self._db.execute(query, execution_options=_BY_CURSOR).mappings()
        for batch in rows.partitions(_BATCH):
            ids = [row["id"] for row in batch]
            tags = self._tags.of_many(TaggedKind.SECRET, ids)
            versions = select(_SV).where(_SV.c.secret_id.in_(ids))
            ordered = versions.order_by(_SV.c.secret_id, _SV.c.number)
            found = self._db.execute(ordered, execution_options=_BY_CURSOR)
            grouped = _grouped(found, "secret_id")
            for row in batch:
                values = dict(row)
                yield StoredSecret(
                    values.pop("id"),
                    values.pop("instance_id"),
                    SecretRecord(**values, tags=tags.get(row["id"], {})),
                    (StoredSecretVersion(**one) for one in grouped.of(row["id"])),
                )

    def keys_taken(self, key_ids: Collection[str]) -> Mapping[str, str]:
        """The instances in which key ids are taken."""
        query = select(_K.c.id, _K.c.instance_id).where(_K.c.id.in_(key_ids))
        return {row.id: row.instance_id for row in self._db.execute(query)}

    def versions_taken(self, version_ids: Collection[str]) -> set[str]:
        """Which key version ids are taken."""
        found: set[str] = set()
        for some in _slices(version_ids):
            found |= set(self._db.execute(select(_V.c.id).where(_V.c.id.in_(some))).scalars())
        return found

    def aliases_taken(self, account_id: str, region: str, names: Collection[str]) -> set[str]:
        """Which names of aliases are taken."""
        found: set[str] = set()
        for some in _slices(names):
            query = select(_A.c.name).where(
                _A.c.account_id == account_id, _A.c.region == region, _A.c.name.in_(some)
            )
            found |= set(self._db.execute(query).scalars())
        return found

    def secrets_taken(
        self, account_id: str, region: str, names: Collection[str]
    ) -> Mapping[str, Place]:
        """Where names of secrets are taken."""
        query = select(_S.c.name, _S.c.instance_id, _S.c.created_at).where(
            _S.c.account_id == account_id, _S.c.region == region, _S.c.name.in_(names)
        )
        return {row.name: Place(row.instance_id, row.created_at) for row in self._db.execute(query)}

    def add_keys(
        self,
        keys: Sequence[StoredKey],
        versions: Sequence[KeyVersion],
        wrapping: Mapping[str, bytes],
        root: str,
    ) -> None:
        """Write down keys with aliases and tags, versions, and wrapping keys by scope."""
        SqlWrappingKeys(self._db).add_many(wrapping, root)
        self._insert(_K, [asdict(one.key) for one in keys])
        self._insert(_V, [asdict(one) for one in versions])
        self._insert(_A, [asdict(alias) for one in keys for alias in one.aliases])
        tags = [
            row
            for one in keys
            for row in tag_rows(
                one.key.account_id, one.key.region, TaggedKind.KEY, one.key.id, one.tags
            )
        ]
        self._insert(_T, tags)

    def add_secrets(
        self,
        account_id: str,
        region: str,
        secrets: Sequence[StoredSecret],
        versions: Sequence[StoredSecretVersion],
    ) -> None:
        """Write down secrets with tags, and versions of secrets."""
        place = {"account_id": account_id, "region": region}
        rows = [
            {column.name: getattr(one.record, column.name) for column in _SECRET_COLUMNS}
            | {"id": one.id, "instance_id": one.instance_id, "rotate_at": None}
            | place
            for one in secrets
        ]
        self._insert(_S, rows)
        self._insert(_SV, [asdict(one) for one in versions])
        tags = [
            row
            for one in secrets
            for row in tag_rows(account_id, region, TaggedKind.SECRET, one.id, one.record.tags)
        ]
        self._insert(_T, tags)

    def _insert(self, table: Any, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            self._db.execute(insert(table), rows)

    def _rows(self, query: Any) -> list[dict[str, Any]]:
        return [dict(row) for row in self._db.execute(query).mappings()]


class _Grouped:
    """Rows that are ordered by a column, given out group by group in the order of the groups."""

    def __init__(self, rows: Any, column: str) -> None:
        self._groups = groupby(rows, key=lambda row: row[column])
        self._next: tuple[str, Iterator[RowMapping]] | None = next(self._groups, None)

    def of(self, value: str) -> Iterator[RowMapping]:
        """The rows of one group, as they are asked for."""
        if self._next is None or self._next[0] != value:
            return
        yield from self._next[1]
        self._next = next(self._groups, None)


def _grouped(result: Any, column: str) -> _Grouped:
    return _Grouped(result.mappings(), column)


def _by(rows: Sequence[dict[str, Any]], column: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row[column], []).append(row)
    return found


def _slices(values: Collection[str]) -> Iterator[list[str]]:
    """A few at a time: databases take so many values in a question, and no more."""
    held = list(values)
    for start in range(0, len(held), 5_000):
        yield held[start : start + 5_000]
