"""Secrets, their versions, and what rotates them, in the database."""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from keylease.custody.secrets.model import DataType, Rotation, Secret, SecretType, SecretVersion
from keylease.custody.secrets.ports import SecretFilter
from keylease.custody.secrets.targets import RotationTarget
from keylease.custody.tags import TaggedKind
from keylease.storage import schema
from keylease.storage.paging import page_of
from keylease.storage.rows import dumps
from keylease.storage.tags import has_tag

_S, _V = schema.secrets, schema.secret_versions
_I, _T, _A = schema.instances, schema.resource_tags, schema.shared_access
_R = schema.rotation_targets


class SqlSecrets:
    """Fits `keylease.custody.secrets.ports.Secrets`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, secret: Secret, versions: Sequence[SecretVersion]) -> None:
        """Write down a new secret with its first versions."""
        self._db.execute(insert(_S), asdict(secret))
        for version in versions:
            self.add_version(version)

    def update(self, secret: Secret) -> None:
        """Replace what is written of the secret itself."""
        self._db.execute(update(_S).where(_S.c.id == secret.id), asdict(secret))

    def find(self, secret_id: str, *, lock: bool = False) -> Secret | None:
        """The secret with this id, whoever owns it."""
        return self.find_many([secret_id], lock=lock).get(secret_id)

    def by_name(
        self, account_id: str, region: str, name: str, *, lock: bool = False
    ) -> Secret | None:
        """The account's secret with this name in a region."""
        query = select(_S).where(
            _S.c.account_id == account_id, _S.c.region == region, _S.c.name == name
        )
        row = self._db.execute(query.with_for_update() if lock else query).mappings().one_or_none()
        return None if row is None else _secret(row)

    def find_many(self, secret_ids: Collection[str], *, lock: bool = False) -> dict[str, Secret]:
        """Those of the given ids that exist, by id."""
        query = select(_S).where(_S.c.id.in_(secret_ids)).order_by(_S.c.id)
        rows = self._db.execute(query.with_for_update() if lock else query).mappings()
        return {row["id"]: _secret(row) for row in rows}

    def page(
        self, account_id: str, region: str, chosen: SecretFilter, offset: int, limit: int
    ) -> tuple[Sequence[Secret], int]:
        """A page of an account's secrets in a region, oldest first, and how many fit in all."""
        tags = chosen.tag_keys, chosen.tag_values
        fit = and_(
            _S.c.account_id == account_id,
            _S.c.region == region,
            *_conditions(chosen),
            *has_tag(_S.c.id, TaggedKind.SECRET, account_id, region, *tags),
        )
        total = self._db.execute(select(func.count()).select_from(_S).where(fit)).scalar_one()
        page = page_of(select(_S), _S.c.id, fit, (_S.c.created_at, _S.c.id), offset, limit)
        rows = self._db.execute(page).mappings()
        return [_secret(row) for row in rows], total

    def versions(self, secret_id: str) -> Sequence[SecretVersion]:
        """All versions of a secret, the oldest first: at most ten."""
        query = select(_V).where(_V.c.secret_id == secret_id).order_by(_V.c.number)
        return [_version(row) for row in self._db.execute(query).mappings()]

    def add_version(self, version: SecretVersion) -> None:
        """Write down a further version."""
        self._db.execute(insert(_V), asdict(version) | {"stages": dumps(version.stages)})

    def update_stages(self, versions: Sequence[SecretVersion]) -> None:
        """Replace the stages of these versions."""
        changed = update(_V).where(
            _V.c.secret_id == bindparam("of"), _V.c.id == bindparam("version")
        )
        rows = [
            {"of": one.secret_id, "version": one.id, "new": dumps(one.stages)} for one in versions
        ]
        if rows:
            self._db.execute(changed.values(stages=bindparam("new")), rows)

    def remove_versions(self, secret_id: str, version_ids: Collection[str]) -> None:
        """Overwrite these versions, then forget them."""
        self._remove_versions((_V.c.secret_id == secret_id) & _V.c.id.in_(version_ids))

    def count(self, instance_id: str) -> int:
        """How many secrets an instance holds: what counts against its quota."""
        query = select(func.count()).where(_S.c.instance_id == instance_id)
        return self._db.execute(query).scalar_one()

    def remove(self, secret_ids: Collection[str]) -> None:
        """Overwrite the versions, then forget secrets, versions, tags and grants."""
        self._remove_versions(_V.c.secret_id.in_(secret_ids))
        for table in (_T, _A):
            of_secrets = (table.c.kind == TaggedKind.SECRET) & table.c.resource_id.in_(secret_ids)
            self._db.execute(delete(table).where(of_secrets))
        self._db.execute(delete(_S).where(_S.c.id.in_(secret_ids)))

    def _remove_versions(self, chosen: ColumnElement[bool]) -> None:
        sizes = select(
            _V.c.secret_id,
            _V.c.id,
            func.length(_V.c.data_key).label("key"),
            func.length(_V.c.sealed).label("value"),
        )
        blanks = [
            {"of": row.secret_id, "version": row.id, "k": bytes(row.key), "v": bytes(row.value)}
            for row in self._db.execute(sizes.where(chosen))
        ]
        if blanks:
            blank = update(_V).where(
                _V.c.secret_id == bindparam("of"), _V.c.id == bindparam("version")
            )
            values: dict[str, Any] = {"data_key": bindparam("k"), "sealed": bindparam("v")}
            self._db.execute(blank.values(values), blanks)
        self._db.execute(delete(_V).where(chosen))


def _conditions(chosen: SecretFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        _S.c[name].in_(values) for name, values in chosen.fields.items()
    ]
    if chosen.kept_after:
        released = select(_I.c.id).where(_I.c.end <= chosen.kept_after)
        conditions.append(_S.c.instance_id.not_in(released))
    if chosen.name_part:
        conditions.append(_S.c.name.icontains(chosen.name_part, autoescape=True))
    if chosen.now:
        conditions.append(or_(_S.c.delete_at.is_(None), _S.c.delete_at > chosen.now))
    return conditions


def _secret(row: RowMapping) -> Secret:
    values: dict[str, Any] = dict(row)
    values["type"], values["rotation"] = SecretType(values["type"]), Rotation(values["rotation"])
    return Secret(**values)


def _version(row: RowMapping) -> SecretVersion:
    values: dict[str, Any] = dict(row)
    values["data_type"] = DataType(values["data_type"])
    values["stages"] = tuple(json.loads(values["stages"]))
    return SecretVersion(**values)


class SqlRotationTargets:
    """Fits `keylease.custody.secrets.targets.RotationTargets`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def put(self, target: RotationTarget) -> None:
        """Write one down, in the place of another with the same id."""
        self.remove(target.account_id, target.id)
        self._db.execute(insert(_R), asdict(target))

    def find(self, account_id: str, target_id: str) -> RotationTarget | None:
        """The account's target with this id."""
        query = select(_R).where(_R.c.account_id == account_id, _R.c.id == target_id)
        row = self._db.execute(query).mappings().one_or_none()
        return None if row is None else RotationTarget(**row)

    def all(self) -> Sequence[RotationTarget]:
        """Every target, by account and id."""
        query = select(_R).order_by(_R.c.account_id, _R.c.id)
        return [RotationTarget(**row) for row in self._db.execute(query).mappings()]

    def remove(self, account_id: str, target_id: str) -> bool:
        """Overwrite and forget one; whether it was there."""
        mine = and_(_R.c.account_id == account_id, _R.c.id == target_id)
        found = self._db.execute(select(func.length(_R.c.wrapped_config)).where(mine)).scalar()
        if found is None:
            return False
        self._db.execute(update(_R).where(mine).values(wrapped_config=bytes(found)))
        self._db.execute(delete(_R).where(mine))
        return True
