"""The agenda in the database. Source: rules.md 1, design.md 2.

Work is claimed inside the transaction that carries it out, so that a claim that is not carried
out leaves no trace. Only the earliest moment's most urgent kind can be claimed: rows that another
node holds still count as pending, so no node runs ahead of another.
"""

import json
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from keylease.core.agenda import AgendaRow, Appointment
from keylease.storage import schema
from keylease.storage.paging import page_of
from keylease.storage.rows import dumps

_A = schema.agenda

PENDING, DONE, VOID, FAILED = "pending", "done", "void", "failed"

# Literals, not parameters: only so does a query use the partial indexes.
_IN_STATE = {
    state: _A.c.state == literal_column(f"'{state}'") for state in (PENDING, DONE, VOID, FAILED)
}
_PENDING = _IN_STATE[PENDING]


class SqlAgenda:
    """Fits `keylease.core.agenda.Agenda`, and serves the runner."""

    def __init__(self, connection: Connection, now: int, ranks: Mapping[str, int]) -> None:
        self._db = connection
        self._now = now
        self._ranks = ranks

    def add(self, appointments: list[Appointment]) -> None:
        """Write them down; one that is there already is left alone, or due again if it is void."""
        if not appointments:
            return
        make = sqlite_insert if self._db.dialect.name == "sqlite" else postgres_insert
        added = make(_A)
        again = {"state": PENDING, "finished_at": None, "details": added.excluded.details}
        self._db.execute(
            added.on_conflict_do_update(
                index_elements=["kind", "subject", "due"], set_=again, where=_A.c.state == VOID
            ),
            [
                {
                    "kind": a.kind,
                    "rank": self._ranks[a.kind],
                    "subject": a.subject,
                    "due": a.due,
                    "details": dumps(dict(a.details)),
                    "state": PENDING,
                    "attempts": 0,
                    "not_before": 0.0,
                    "lease_until": 0.0,
                    "owner": "",
                    "fence": 0,
                }
                for a in appointments
            ],
        )

    def void(self, subject: str, kinds: tuple[str, ...]) -> None:
        """Make the pending ones of these kinds and this subject void."""
        self._db.execute(
            update(_A)
            .where(_A.c.subject == subject, _A.c.kind.in_(kinds), _A.c.state == PENDING)
            .values(state=VOID, finished_at=self._now)
        )

    def next_due(self, machine: float, without: Collection[str]) -> int | None:
        """The moment of the earliest pending appointment that is not put off."""
        query = (
            select(_A.c.due).where(self._waiting(machine, without)).order_by(_A.c.due, _A.c.rank)
        )
        return self._db.execute(query.limit(1)).scalar_one_or_none()

    def claim(
        self, until: int, machine: float, limit: int, without: Collection[str]
    ) -> Sequence[AgendaRow]:
        """The earliest due ones of one kind and one moment, at most ``limit``; locked."""
        waiting = self._waiting(machine, without)
        first = self._db.execute(
            select(_A.c.due, _A.c.rank)
            .where(waiting, _A.c.due <= until)
            .order_by(_A.c.due, _A.c.rank, _A.c.id)
            .limit(1)
        ).one_or_none()
        if first is None:
            return []
        rows = self._db.execute(
            select(_A)
            .where(waiting, _A.c.due == first.due, _A.c.rank == first.rank)
            .order_by(_A.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).mappings()
        return [_row(row) for row in rows]

    def claim_one(self, row_id: int) -> bool:
        """Lock one; False if somebody else holds it, or it is not pending any more."""
        query = select(_A.c.id).where(_A.c.id == row_id, _A.c.state == PENDING)
        return self._db.execute(query.with_for_update(skip_locked=True)).first() is not None

    def pending_of(self, subjects: Collection[str], kind: str, until: int) -> Sequence[AgendaRow]:
        """Pending ones of a kind for these subjects that are due by ``until``."""
        rows = self._db.execute(
            select(_A).where(
                _A.c.subject.in_(subjects),
                _A.c.kind == kind,
                _A.c.state == PENDING,
                _A.c.due <= until,
            )
        ).mappings()
        return [_row(row) for row in rows]

    def finish(self, row_ids: Collection[int], state: str = DONE) -> None:
        """They are carried out, or void."""
        self._db.execute(
            update(_A).where(_A.c.id.in_(row_ids)).values(state=state, finished_at=self._now)
        )

    def put_off(self, row_id: int, attempts: int, not_before: float, state: str) -> None:
        """An attempt failed: wait until the machine time ``not_before``, or give up."""
        self._db.execute(
            update(_A)
            .where(_A.c.id == row_id, _A.c.state == PENDING)
            .values(attempts=attempts, not_before=not_before, state=state)
        )

    def lease(self, row_id: int, owner: str, until: float, machine: float) -> int | None:
        """Take one for work outside a transaction; the fence to finish it with, None if taken."""
        return self._db.execute(
            update(_A)
            .where(_A.c.id == row_id, _A.c.state == PENDING, _A.c.lease_until <= machine)
            .values(owner=owner, lease_until=until, fence=_A.c.fence + 1)
            .returning(_A.c.fence)
        ).scalar_one_or_none()

    def finish_leased(self, row_id: int, fence: int) -> bool:
        """Finish it if nobody took it over meanwhile; whether that was so."""
        return (
            self._db.execute(
                update(_A)
                .where(_A.c.id == row_id, _A.c.fence == fence, _A.c.state == PENDING)
                .values(state=DONE, finished_at=self._now)
            ).rowcount
            == 1
        )

    def pending_by_kind(self, kind: str, until: int) -> Sequence[AgendaRow]:
        """All pending ones of a kind that are due by ``until``."""
        rows = self._db.execute(
            select(_A).where(_A.c.kind == kind, _A.c.state == PENDING, _A.c.due <= until)
        ).mappings()
        return [_row(row) for row in rows]

    def page(
        self, states: Collection[str], limit: int, offset: int = 0, until: int | None = None
    ) -> tuple[Sequence[AgendaRow], int]:
        """A page of those in these states, by moment, and how many there are.

        ``until`` leaves out what is due later.
        """
        fit = or_(*(_IN_STATE[state] for state in states))
        if until is not None:
            fit = and_(fit, _A.c.due <= until)
        total = self._db.execute(select(func.count()).select_from(_A).where(fit)).scalar_one()
        order = (_A.c.due, _A.c.rank, _A.c.id)
        rows = self._db.execute(page_of(select(_A), _A.c.id, fit, order, offset, limit)).mappings()
        return [_row(row) for row in rows], total

    def _waiting(self, machine: float, without: Collection[str]) -> ColumnElement[bool]:
        condition = and_(_PENDING, _A.c.not_before <= machine, _A.c.lease_until <= machine)
        return and_(condition, _A.c.kind.not_in(without)) if without else condition


def _row(row: RowMapping) -> AgendaRow:
    return AgendaRow(
        id=row["id"],
        appointment=Appointment(
            row["kind"], row["subject"], row["due"], json.loads(row["details"])
        ),
        state=row["state"],
        attempts=row["attempts"],
        not_before=row["not_before"],
        finished_at=row["finished_at"],
    )
