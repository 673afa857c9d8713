"""What concerns the deployment as a whole: facts, clock, nodes, changes, nonces."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from keylease.core.clock import ClockState
from keylease.core.errors import Code, Refusal
from keylease.core.nodes import Node
from keylease.storage import schema

#: Names of facts.
SEAL_FINGERPRINT = "seal_fingerprint"
RELEASES_HELD = "releases_held"
HEARTBEAT = "heartbeat"


# Every unit of work reads the clock, so that is asked in words that are made once.
_CLOCK = select(schema.clock).where(schema.clock.c.id == 1)
_CLOCK_LOCKED = _CLOCK.with_for_update()
_CLOCK_SHARED = _CLOCK.with_for_update(read=True)


class SqlFacts:
    """Small facts about the deployment, by name."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def get(self, name: str) -> str | None:
        """The fact, or None."""
        t = schema.facts
        return self._db.execute(select(t.c.value).where(t.c.name == name)).scalar_one_or_none()

    def put(self, name: str, value: str) -> None:
        """State a fact."""
        t = schema.facts
        make = sqlite_insert if self._db.dialect.name == "sqlite" else postgres_insert
        self._db.execute(
            make(t)
            .values(name=name, value=value)
            .on_conflict_do_update(index_elements=["name"], set_={"value": value})
        )


class SqlClock:
    """The stored clock."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def read(self, *, lock: bool = False, share: bool = False) -> ClockState | None:
        """The clock; None before the deployment is initialised.

        ``share`` keeps others from moving it until the end, ``lock`` waits for all who share it.
        """
        query = _CLOCK_LOCKED if lock else _CLOCK_SHARED if share else _CLOCK
        if lock and self._db.dialect.name == "postgresql":
            # The table, not the row: two that initialise an empty one wait for each other, too.
            self._db.execute(text("lock table clock in share row exclusive mode"))
        row = self._db.execute(query).one_or_none()
        if row is None:
            return None
        return ClockState(row.kind, row.base, row.since, row.running, row.held_until)

    def write(self, state: ClockState, *, first: bool = False) -> None:
        """Store it."""
        statement = insert(schema.clock) if first else update(schema.clock)
        self._db.execute(statement, {"id": 1, **asdict(state)} if first else asdict(state))


class SqlNodes:
    """Who is alive, and what they have adopted."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def all(self) -> Sequence[Node]:
        """Every node that is written down."""
        return [Node(**row) for row in self._db.execute(select(schema.nodes)).mappings()]

    def add(self, node: Node) -> None:
        """A node starts."""
        self._db.execute(insert(schema.nodes), asdict(node))

    def beat(self, node_id: str, machine: float, adopted: int) -> bool:
        """It is alive, and has adopted the changes up to ``adopted``; False if it is not here."""
        t = schema.nodes
        done = self._db.execute(
            update(t).where(t.c.id == node_id).values(heartbeat=machine, adopted=adopted)
        )
        return done.rowcount == 1

    def remove(self, node_ids: Collection[str]) -> None:
        """They have ended."""
        self._db.execute(delete(schema.nodes).where(schema.nodes.c.id.in_(node_ids)))


@dataclass(frozen=True, slots=True)
class Change:
    """Something changed that nodes may remember: its place in the log, kind and subject."""

    seq: int
    kind: str
    subject: str


class SqlChanges:
    """The append-only log by which nodes forget what is old. Source: design.md 3."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, changes: Sequence[tuple[str, str]], machine: float) -> None:
        """Log changes of this transaction."""
        xid = 0
        if self._db.dialect.name == "postgresql":
            xid = self._db.execute(text("select pg_current_xact_id()::text::bigint")).scalar_one()
        self._db.execute(
            insert(schema.changes),
            [{"xid": xid, "kind": k, "subject": s, "at": machine} for k, s in changes],
        )

    def last(self) -> int:
        """The number of the newest change."""
        query = select(func.coalesce(func.max(schema.changes.c.seq), 0))
        return int(self._db.execute(query).scalar_one())

    def oldest(self) -> int:
        """The number of the oldest change that is still kept, 0 if there is none."""
        query = select(func.coalesce(func.min(schema.changes.c.seq), 0))
        return int(self._db.execute(query).scalar_one())

    def after(self, seq: int) -> Sequence[Change]:
        """Changes numbered above ``seq``: complete on SQLite, where numbers follow commits."""
        t = schema.changes
        rows = self._db.execute(
            select(t.c.seq, t.c.kind, t.c.subject).where(t.c.seq > seq).order_by(t.c.seq)
        )
        return [Change(*row) for row in rows]

    def since_transaction(self, xid: int) -> tuple[Sequence[Change], int]:
        """PostgreSQL: changes of the transaction ``xid`` and later, and where to go on from.

        Numbers are given out before commits, so a smaller one may appear later. Everything from
        the oldest transaction that was running is read again until that transaction is over.
        """
        horizon = self._db.execute(
            text("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        ).scalar_one()
        t = schema.changes
        rows = self._db.execute(
            select(t.c.seq, t.c.kind, t.c.subject).where(t.c.xid >= xid).order_by(t.c.seq)
        )
        return [Change(*row) for row in rows], horizon

    def prune(self, before: float) -> None:
        """Forget changes older than the machine time ``before``; the newest one stays."""
        t = schema.changes
        self._db.execute(delete(t).where(t.c.at < before, t.c.seq < self.last()))


class SqlNonces:
    """Signature nonces of changing calls: refused a second time, also by another process."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def remember(self, access_key_id: str, nonce: str, expires: float) -> None:
        """Record it in the call's own transaction; Refusal SignatureNonceUsed."""
        make = sqlite_insert if self._db.dialect.name == "sqlite" else postgres_insert
        added = self._db.execute(
            make(schema.nonces)
            .values(access_key_id=access_key_id, nonce=nonce, expires=expires)
            .on_conflict_do_nothing()
            .returning(schema.nonces.c.nonce)
        )
        if added.first() is None:
            raise Refusal(Code.NONCE_USED, "Specified signature nonce was used already.")

    def prune(self, before: float) -> None:
        """Forget those that expired before the machine time ``before``."""
        self._db.execute(delete(schema.nonces).where(schema.nonces.c.expires < before))
