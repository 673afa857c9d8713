"""What a place must do that keeps audit entries, and how one is read without filling the memory.

`keylease.storage` has two such places: SQLite files and a table in PostgreSQL.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from keylease.records.chain import Entry, Head

#: How many entries are in memory at a time while a chain is read.
PAGE: Final = 1000


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """Which entries a list is about; empty means any."""

    account_id: str = ""
    operation: str = ""


class TrailDamaged(Exception):
    """The place that holds entries cannot be read as what it should be."""


class Sink(Protocol):
    """Where one writer's entries go. Used by one thread at a time."""

    def append(self, entries: Sequence[Entry]) -> None:
        """Store all of them in one transaction, durable on return; none of them if it raises.

        After it raised, only `head` knows whether they are there: a commit whose answer got lost
        may have happened.
        """
        ...

    def head(self) -> Head | None:
        """The last entry that is stored for this writer; None before the first."""
        ...


class Trail(Protocol):
    """All entries of all writers, to be read by any process, also while they are being written."""

    def writers(self) -> list[str]:
        """The ids of all writers there are, sorted."""
        ...

    def head(self, writer: str) -> Head | None:
        """The last entry of this writer; None if it has none."""
        ...

    def read(self, writer: str, from_seq: int = 1, limit: int | None = None) -> Iterator[Entry]:
        """At most ``limit`` entries from ``from_seq`` on, in order, a page in memory at a time.

        Raises `TrailDamaged` if what is stored cannot be read.
        """
        ...


def pages(
    fetch: Callable[[int, int], Sequence[Entry]], from_seq: int, limit: int | None
) -> Iterator[Entry]:
    """The entries that ``fetch(from_seq, count)`` finds, page by page.

    Each page is a query of its own: no transaction stays open while the reader takes its time,
    which would keep SQLite's log from being emptied and PostgreSQL's dead rows from being removed.
    """
    while limit is None or limit > 0:
        page = fetch(from_seq, PAGE if limit is None else min(PAGE, limit))
        yield from page
        if not page:
            return
        from_seq = page[-1].seq + 1
        limit = None if limit is None else limit - len(page)


class Facts(Protocol):
    """Small facts about the deployment, by name."""

    def get(self, name: str) -> str | None:
        """The fact, or None."""
        ...
