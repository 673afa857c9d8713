"""The entries of log analysis in the database. Fits `keylease.records.call_log.CallLogStore`."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from keylease.core.clock import DAY, midnight
from keylease.records.call_log import Entry, LogDay, LogQuestion, Place, fragment
from keylease.storage import schema

_E, _D = schema.log_entries, schema.log_days

#: The HTTP status of a call that did what it was asked.
_SUCCEEDED = 200


class SqlCallLog:
    """Entries, and what those of each day take."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection
        self._sqlite = connection.dialect.name == "sqlite"
        self._insert = sqlite_insert if self._sqlite else postgres_insert

    def used(self, instance_id: str, day: str) -> int:
        """The bytes in use; nobody else adds to this instance's day until the end."""
        self._grow(instance_id, day, [])
        query = select(func.sum(_D.c.bytes)).where(_D.c.instance_id == instance_id)
        return int(self._db.execute(query).scalar_one() or 0)

    def add(self, instance_id: str, entries: Mapping[str, Sequence[Entry]]) -> None:
        """Keep entries, by their day."""
        for day, some in sorted(entries.items()):
            self._grow(instance_id, day, some)
            self._db.execute(
                insert(_E),
                [
                    {
                        "instance_id": instance_id,
                        "at": one.at,
                        "api_name": one.api_name,
                        "status_code": one.status,
                        "entry": one.text,
                    }
                    for one in some
                ],
            )

    def page(self, asked: LogQuestion, limit: int) -> Sequence[Entry]:
        """The newest entries that fit."""
        query = (
            select(_E.c.at, _E.c.api_name, _E.c.status_code, _E.c.entry, _E.c.seq)
            .where(*self._conditions(asked))
            .order_by(_E.c.at.desc(), _E.c.seq.desc())
            .limit(limit)
        )
        return [Entry(*row) for row in self._db.execute(query)]

    def horizon(self, asked: LogQuestion, most: int) -> Place | None:
        """Where one is after so many entries of the time; read from the index alone."""
        query = (
            select(_E.c.at, _E.c.seq)
            .where(*_range(asked))
            .order_by(_E.c.at.desc(), _E.c.seq.desc())
            .offset(most - 1)
            .limit(1)
        )
        found = self._db.execute(query).first()
        return None if found is None else (found.at, found.seq)

    def days(self, instance_id: str, first: str) -> Sequence[LogDay]:
        """What there is from a day on, oldest first."""
        query = (
            select(_D.c.day, _D.c.entries, _D.c.bytes)
            .where(_D.c.instance_id == instance_id, _D.c.day >= first, _D.c.entries > 0)
            .order_by(_D.c.day)
        )
        return [LogDay(*row) for row in self._db.execute(query)]

    def prune(self, first: str, limit: int) -> bool:
        """Forget up to ``limit`` entries of one day before ``first``; False if there is none."""
        query = select(_D.c.instance_id, _D.c.day).where(_D.c.day < first).limit(1)
        found = self._db.execute(query).first()
        if found is None:
            return False
        instance_id, day = found
        start = midnight(date.fromisoformat(day))
        of_the_day = (_E.c.instance_id == instance_id) & (_E.c.at >= start)
        oldest = select(_E.c.seq).where(of_the_day, _E.c.at < start + DAY).limit(limit)
        done = self._db.execute(delete(_E).where(_E.c.seq.in_(oldest)))
        if done.rowcount < limit:
            self._db.execute(delete(_D).where(_D.c.instance_id == instance_id, _D.c.day == day))
        return True

    def _grow(self, instance_id: str, day: str, added: Sequence[Entry]) -> None:
        new = self._insert(_D)
        grown = {
            "entries": _D.c.entries + new.excluded.entries,
            "bytes": _D.c.bytes + new.excluded.bytes,
        }
        self._db.execute(
            new.on_conflict_do_update(index_elements=["instance_id", "day"], set_=grown),
            {
                "instance_id": instance_id,
                "day": day,
                "entries": len(added),
                "bytes": sum(one.size for one in added),
            },
        )

    def _conditions(self, asked: LogQuestion) -> list[ColumnElement[bool]]:
        conditions = [*_range(asked), *(self._holds(one) for one in asked.fragments)]
        if asked.api is not None:
            shared = self._holds(fragment("share_gateway_api_name", asked.api))
            conditions.append(or_(_E.c.api_name == asked.api, shared))
        if asked.status is not None:
            conditions.append(_E.c.status_code == asked.status)
        if asked.is_refused is not None:
            succeeded = _E.c.status_code == _SUCCEEDED
            conditions.append(~succeeded if asked.is_refused else succeeded)
        return conditions

    def _holds(self, text: str) -> ColumnElement[bool]:
        found = func.instr if self._sqlite else func.strpos
        return found(_E.c.entry, text) > 0


def _range(asked: LogQuestion) -> list[ColumnElement[bool]]:
    """What the index tells."""
    conditions: list[ColumnElement[bool]] = [
        _E.c.instance_id == asked.instance_id,
        _E.c.at >= asked.since,
        _E.c.at < asked.until,
    ]
    if asked.after is not None:
        at, seq = asked.after
        conditions += [_E.c.at <= at, or_(_E.c.at < at, _E.c.seq < seq)]
    if asked.down_to is not None:
        at, seq = asked.down_to
        conditions += [_E.c.at >= at, or_(_E.c.at > at, _E.c.seq >= seq)]
    return conditions
