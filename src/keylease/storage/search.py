"""Resources by the beginning of an id or a name. Fits `keylease.lifecycle.searching.Search`.

Letters count as they are written on PostgreSQL; SQLite takes A and a for the same.
"""

from collections.abc import Sequence

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    func,
    or_,
    select,
)

from keylease.core.terms import RETENTION
from keylease.lifecycle.searching import FOUND_MAX, Found, Sort
from keylease.storage import schema
from keylease.storage.keys import alias_of

_I, _K, _A, _S, _O = (
    schema.instances,
    schema.keys,
    schema.aliases,
    schema.secrets,
    schema.orders,
)


class SqlSearch:
    """Each question is one statement, by the account's own rows."""

    def __init__(self, connection: Connection, now: int) -> None:
        self._db = connection
        self._now = now

    def instances(self, account_id: str, begins: str) -> Sequence[Found]:
        """Instances whose id or name begins so."""
        fit = and_(_I.c.account_id == account_id, _I.c.end > self._now - RETENTION)
        named = or_(_begins(_I.c.id, begins), _begins(_I.c.name, begins))
        return self._found(Sort.INSTANCE, _I, _I.c.name, _I.c.region, and_(fit, named))

    def keys(self, account_id: str, begins: str) -> Sequence[Found]:
        """Keys whose id begins so, or an alias of theirs with or without ``alias/``."""
        fit = and_(
            _K.c.account_id == account_id,
            or_(_K.c.delete_at.is_(None), _K.c.delete_at > self._now),
            _K.c.instance_id.not_in(self._released()),
        )
        by_id = self._found(
            Sort.KEY,
            _K,
            func.coalesce(alias_of(_K.c.id), ""),
            _K.c.region,
            and_(fit, _begins(_K.c.id, begins)),
            _K.c.id,
        )
        aliased = _A.join(_K, _A.c.key_id == _K.c.id)
        name = begins if begins.startswith("alias/") else f"alias/{begins}"
        named = and_(fit, _A.c.account_id == account_id, _begins(_A.c.name, name))
        by_alias = self._found(Sort.KEY, aliased, _A.c.name, _K.c.region, named, _A.c.key_id)
        return [*by_id, *by_alias][:FOUND_MAX]

    def secrets(self, account_id: str, begins: str) -> Sequence[Found]:
        """Secrets whose name begins so."""
        fit = and_(
            _S.c.account_id == account_id,
            or_(_S.c.delete_at.is_(None), _S.c.delete_at > self._now),
            _S.c.instance_id.not_in(self._released()),
            _begins(_S.c.name, begins),
        )
        return self._found(Sort.SECRET, _S, _S.c.name, _S.c.region, fit, _S.c.id)

    def orders(self, account_id: str, begins: str) -> Sequence[Found]:
        """Orders whose id begins so."""
        fit = and_(_O.c.account_id == account_id, _begins(_O.c.id, begins))
        return self._found(Sort.ORDER, _O, _O.c.instance_id, _O.c.region, fit, _O.c.id)

    def _released(self) -> Select[tuple[str]]:
        """The instances that are released, of which that is not carried out yet: few or none."""
        return select(_I.c.id).where(_I.c.end <= self._now - RETENTION)

    def _found(
        self,
        sort: Sort,
        held: FromClause,
        name: ColumnElement[str],
        region: ColumnElement[str],
        fit: ColumnElement[bool],
        key: ColumnElement[str] = _I.c.id,
    ) -> list[Found]:
        query = select(key, name, region).select_from(held).where(fit).order_by(name, key)
        return [Found(sort, *row) for row in self._db.execute(query.limit(FOUND_MAX))]


def _begins(column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    return column.startswith(text, autoescape=True)
