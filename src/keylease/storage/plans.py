"""What is planned for keys and secrets. Fits `keylease.lifecycle.calendar.Plans`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
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
    """One question, by the account's own rows."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def between(
        self, account_id: str, start: int, end: int, limit: int, region: str | None = None
    ) -> Sequence[Event]:
        """The first ``limit`` rotations and deletions from ``start`` to before ``end``."""
        planned = union_all(
            *(_found(one, account_id, start, end, region) for one in _PLANS)
        ).subquery()
        first = select(planned).order_by(planned.c.at, planned.c.subject).limit(limit)
        return [
            Event(row.at, EventKind(row.kind), row.subject, row.name, row.region)
            for row in self._db.execute(first)
        ]


@dataclass(frozen=True, slots=True)
class _Plan:
    """A column that says when something is to happen, and how what it happens to is called."""

    moment: Column[int]
    kind: EventKind
    subject: Column[str]
    name: ColumnElement[str]


_KEY_NAME = func.coalesce(alias_of(_K.c.id), _K.c.description)
_PLANS = (
    _Plan(_K.c.rotate_at, EventKind.KEY_ROTATION, _K.c.id, _KEY_NAME),
    _Plan(_K.c.delete_at, EventKind.KEY_DELETION, _K.c.id, _KEY_NAME),
    _Plan(_S.c.rotate_at, EventKind.SECRET_ROTATION, _S.c.name, _S.c.description),
    _Plan(_S.c.delete_at, EventKind.SECRET_DELETION, _S.c.name, _S.c.description),
)


def _found(plan: _Plan, account_id: str, start: int, end: int, region: str | None) -> Select[Any]:
    """What is kept until then: an instance that is released takes its plans with it."""
    table, moment = plan.moment.table, plan.moment
    return (
        select(
            moment.label("at"),
            literal(plan.kind.value).label("kind"),
            plan.subject.label("subject"),
            plan.name.label("name"),
            table.c.region.label("region"),
        )
        .select_from(table.outerjoin(_I, _I.c.id == table.c.instance_id))
        .where(
            table.c.account_id == account_id,
            moment >= start,
            moment < end,
            or_(table.c.instance_id == "", moment < _I.c.end + RETENTION),
            *(() if region is None else (table.c.region == region,)),
        )
    )
