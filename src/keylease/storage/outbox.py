"""The letters that wait to be sent, for the sender: each step is a transaction of its own."""

from sqlalchemy import literal_column, select, update

from keylease.notifications.mailer import Claim
from keylease.storage import schema
from keylease.storage.database import Database
from keylease.storage.letters import letter_from_row

_L = schema.letters

# A literal, not a parameter: only so does a query use the partial index.
_WAITING = _L.c.state == literal_column("'waiting'")


class SqlOutbox:
    """Fits `keylease.notifications.mailer.Outbox`: each step is a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, limit: int, machine_now: float, lease_s: float) -> list[Claim]:
        """Take up to ``limit`` letters that wait, in order of their moment, for a while."""
        if not self._any_waiting(machine_now):
            return []
        with self._database.begin() as work:
            db = work.connection
            rows = (
                db.execute(
                    select(_L)
                    .where(_WAITING, _L.c.not_before <= machine_now)
                    .order_by(_L.c.due_at, _L.c.seq)
                    .limit(limit)
                    .with_for_update(skip_locked=True)
                )
                .mappings()
                .all()
            )
            taken = [row["id"] for row in rows]
            db.execute(
                update(_L).where(_L.c.id.in_(taken)).values(not_before=machine_now + lease_s)
            )
        return [Claim(letter_from_row(row), row["attempts"]) for row in rows]

    def sent(self, letter_id: str) -> None:
        """The letter was delivered."""
        with self._database.begin() as work:
            work.connection.execute(
                update(_L)
                .where(_L.c.id == letter_id, _L.c.state != "sent")
                .values(state="sent", sent_at=work.now, last_error="")
            )

    def failed(self, letter_id: str, reason: str, next_attempt_machine: float) -> None:
        """Count a failure and put the letter off."""
        with self._database.begin() as work:
            work.connection.execute(
                update(_L)
                .where(_L.c.id == letter_id, _WAITING)
                .values(
                    attempts=_L.c.attempts + 1,
                    not_before=next_attempt_machine,
                    last_error=reason[:500],
                )
            )

    def _any_waiting(self, machine_now: float) -> bool:
        with self._database.read() as work:
            query = select(_L.c.seq).where(_WAITING, _L.c.not_before <= machine_now).limit(1)
            return work.connection.execute(query).first() is not None
