"""Transactions as units of work, and who is told after a commit."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import exc

from keylease.core.clock import ClockState
from keylease.core.errors import Collision, Unreachable
from keylease.storage.deployment import SqlClock
from keylease.storage.engine import Store
from keylease.storage.services import Services
from keylease.storage.unit_of_work import UnitOfWork

#: Called after a commit with what changed, as (kind, subject).
Listener = Callable[[Sequence[tuple[str, str]]], None]

#: PostgreSQL undid a transaction because of others: serialization failure, deadlock, or a row that
#: another one wrote since it was looked for.
_COLLISIONS = frozenset({"40001", "40P01", "23505"})

#: Of the operational errors of SQLite those that are not our own mistakes.
_SQLITE_TROUBLE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
    }
)

#: Before a deployment is initialised its work happens at the machine's time.
_UNSET = ClockState("real")


class Database:
    """The one way to the stored state."""

    def __init__(self, store: Store, services: Services) -> None:
        self.store = store
        self.services = services
        self._listeners: list[Listener] = []
        self._may_move = True

    def listen(self, listener: Listener) -> None:
        """Have this process told right after each of its commits."""
        self._listeners.append(listener)

    @contextmanager
    def begin(self, *, moves_clock: bool = False) -> Iterator[UnitOfWork]:
        """A unit of work that may change things: all of it or, after an exception, nothing.

        The clock is read once, inside the transaction. rules.md 1. A test clock stands still until
        every unit of work that has read it is over; ``moves_clock`` is for the one that moves it.
        `Collision` if it was undone because another was in its way; `Unreachable`.
        """
        try:
            yield from self._begun(moves_clock=moves_clock)
        except (exc.DBAPIError, exc.TimeoutError) as error:
            _raise_what_it_means(error)
            raise

    def _begun(self, *, moves_clock: bool) -> Iterator[UnitOfWork]:
        with self.store.writing() as connection:
            machine = self.services.machine.wall()
            clock = SqlClock(connection).read(lock=moves_clock, share=self._may_move) or _UNSET
            self._may_move = clock.kind == "test"
            work = UnitOfWork(connection, clock, machine, self.services)
            yield work
            if work.changes_made:
                work.change_log.add(work.changes_made, machine)
        if work.changes_made:
            for listener in self._listeners:
                listener(work.changes_made)

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """A unit of work that only reads; `Unreachable`."""
        try:
            with self.store.reading() as connection:
                machine = self.services.machine.wall()
                clock = SqlClock(connection).read() or _UNSET
                yield UnitOfWork(connection, clock, machine, self.services)
        except (exc.DBAPIError, exc.TimeoutError) as error:
            _raise_what_it_means(error)
            raise


def _raise_what_it_means(error: exc.DBAPIError | exc.TimeoutError) -> None:
    """Return only if it is a mistake of our own."""
    if isinstance(error, exc.TimeoutError):  # no connection became free
        raise Unreachable from error
    if getattr(error.orig, "sqlstate", None) in _COLLISIONS:
        raise Collision from None
    if error.connection_invalidated or isinstance(error, exc.OperationalError):
        code = getattr(error.orig, "sqlite_errorcode", None)
        if code is None or code & 0xFF in _SQLITE_TROUBLE:
            raise Unreachable from error
