"""Audit entries in the main database: those of changing calls, written in their transaction."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, and_, insert, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from keylease.records.audit import AuditRecord, encode
from keylease.records.chain import Entry, Head, genesis, link
from keylease.records.ports import TrailFilter
from keylease.storage import schema
from keylease.storage.paging import page_of

#: The writer of changing calls. Its head is in the same database and changes with each entry.
CHANGES_WRITER: Final = "changes"


class SqlAuditTrail:
    """The chain of changing calls, inside a unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def append(self, records: Sequence[AuditRecord]) -> None:
        """Link the records to the chain; others wait until this transaction ends."""
        head = self._locked_head()
        entries = link(head, [(record, encode(record)) for record in records])
        self._db.execute(insert(schema.audit_entries), [entry._asdict() for entry in entries])
        last = entries[-1]
        self._db.execute(
            update(schema.audit_heads)
            .where(schema.audit_heads.c.writer == CHANGES_WRITER)
            .values(seq=last.seq, hash=last.hash)
        )

    def start(self) -> None:
        """Write down the chain's beginning: once, when the deployment is initialised."""
        head = genesis(CHANGES_WRITER)
        self._db.execute(
            insert(schema.audit_heads), {"writer": head.writer, "seq": head.seq, "hash": head.hash}
        )

    def head(self) -> Head:
        """How far the chain goes."""
        row = self._db.execute(
            select(schema.audit_heads).where(schema.audit_heads.c.writer == CHANGES_WRITER)
        ).one()
        return Head(row.writer, row.seq, row.hash)

    def entries(self, from_seq: int = 1, limit: int = 1000) -> Sequence[Entry]:
        """A page of the chain."""
        t = schema.audit_entries
        rows = self._db.execute(
            select(t)
            .where(t.c.writer == CHANGES_WRITER, t.c.seq >= from_seq)
            .order_by(t.c.seq)
            .limit(limit)
        )
        return [Entry(*row) for row in rows]

    def newest(self, chosen: TrailFilter, before: int, limit: int) -> tuple[list[Entry], int]:
        """At most ``limit`` entries below ``before``, the newest first, and where to go on.

        What comes back as second is the next ``before``, 0 at the end.
        """
        t = schema.audit_entries
        # A literal, not a parameter: only so does a query use the partial indexes.
        changes = t.c.writer == literal_column(f"'{CHANGES_WRITER}'")
        fit = and_(changes, t.c.seq < before)
        for column, value in (
            (t.c.account_id, chosen.account_id),
            (t.c.operation, chosen.operation),
        ):
            if value:
                fit = and_(fit, column == value)
        page = page_of(select(t), t.c.seq, fit, (t.c.seq.desc(),), 0, limit).where(changes)
        found = [Entry(*row) for row in self._db.execute(page)]
        return found, found[-1].seq if len(found) == limit else 0

    def anchor(self, head: Head, machine: float) -> None:
        """Keep the newest place in the chain that another writer gave out."""
        make = sqlite_insert if self._db.dialect.name == "sqlite" else postgres_insert
        values = {"seq": head.seq, "hash": head.hash, "at": machine}
        self._db.execute(
            make(schema.audit_anchors)
            .values(writer=head.writer, **values)
            .on_conflict_do_update(index_elements=["writer"], set_=values)
        )

    def anchors(self) -> dict[str, Head]:
        """The newest anchor of each writer."""
        rows = self._db.execute(select(schema.audit_anchors))
        return {row.writer: Head(row.writer, row.seq, row.hash) for row in rows}

    def _locked_head(self) -> Head:
        row = self._db.execute(
            select(schema.audit_heads)
            .where(schema.audit_heads.c.writer == CHANGES_WRITER)
            .with_for_update()
        ).one()
        return Head(row.writer, row.seq, row.hash)
