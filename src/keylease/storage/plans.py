"""What is planned for keys and secrets. Fits `keylease.lifecycle.calendar.Plans`."""

from collections.abc import Sequence

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Table,
    func,
    literal,
    or_,
    select,
    union_all,
)

from keylease.core.terms import RETENTION
from keylease.lifecycle.calendar import Event, EventKind
from keylease.storage import schema
from keylease.storage.keys import alias_of

_I, _K, _S = schema.instances, schema.keys, schema.secrets


class SqlPlans:
    """Two questions, by the account's own rows."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def between(
        self, account_id: str, start: int, end: int, limit: int, region: str | None = None
    ) -> Sequence[Event]:
        """Rotations and deletions from ``start`` to before ``end``, at most ``limit`` of each."""
        keys = ((_K.c.rotate_at, EventKind.KEY_ROTATION), (_K.c.delete_at, EventKind.KEY_DELETION))
        secrets = (
            (_S.c.rotate_at, EventKind.SECRET_ROTATION),
            (_S.c.delete_at, EventKind.SECRET_DELETION),
        )
        span = (account_id, start, end, limit, region)
        called = func.coalesce(alias_of(_K.c.id), _K.c.description)
        return [
            *self._of(_K, _K.c.id, called, keys, *span),
            *self._of(_S, _S.c.name, _S.c.description, secrets, *span),
        ]

    def _of(
        self,
        table: Table,
        subject: Column[str],
        name: ColumnElement[str],
        planned: tuple[tuple[Column[int], EventKind], ...],
        account_id: str,
        start: int,
        end: int,
        limit: int,
        region: str | None,
    ) -> list[Event]:
        """What is kept until then: an instance that is released takes its plans with it."""
        held = table.outerjoin(_I, _I.c.id == table.c.instance_id)
        parts = [
            select(
                moment.label("at"),
                literal(kind.value).label("kind"),
                subject.label("subject"),
                name.label("name"),
                table.c.region.label("region"),
            )
            .select_from(held)
            .where(
                table.c.account_id == account_id,
                moment >= start,
                moment < end,
                or_(table.c.instance_id == "", moment < _I.c.end + RETENTION),
                *(() if region is None else (table.c.region == region,)),
            )
            for moment, kind in planned
        ]
        both = union_all(*parts).subquery()
        rows = self._db.execute(select(both).order_by(both.c.at, both.c.subject).limit(limit))
        return [
            Event(row.at, EventKind(row.kind), row.subject, row.name, row.region) for row in rows
        ]
