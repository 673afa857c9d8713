"""Transactions as units of work, and who is told after a commit."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from keylease.core.clock import ClockState
from keylease.storage.deployment import SqlClock
from keylease.storage.engine import Store
from keylease.storage.services import Services
from keylease.storage.unit_of_work import UnitOfWork

#: Called after a commit with what changed, as (kind, subject).
Listener = Callable[[Sequence[tuple[str, str]]], None]

#: Before a deployment is initialised its work happens at the machine's time.
_UNSET = ClockState("real")


class Database:
    """The one way to the stored state."""

    def __init__(self, store: Store, services: Services) -> None:
        self.store = store
        self.services = services
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Have this process told right after each of its commits."""
        self._listeners.append(listener)

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        """A unit of work that may change things: all of it or, after an exception, nothing.

        The clock is read once, inside the transaction. rules.md 1.
        """
        with self.store.writing() as connection:
            machine = self.services.machine.wall()
            clock = SqlClock(connection).read() or _UNSET
            work = UnitOfWork(connection, clock, machine, self.services)
            yield work
            if work.changes_made:
                work.change_log.add(work.changes_made, machine)
        if work.changes_made:
            for listener in self._listeners:
                listener(work.changes_made)

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """A unit of work that only reads."""
        with self.store.reading() as connection:
            machine = self.services.machine.wall()
            clock = SqlClock(connection).read() or _UNSET
            yield UnitOfWork(connection, clock, machine, self.services)
