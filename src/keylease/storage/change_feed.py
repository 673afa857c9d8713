"""Following the log of changes. Source: design.md 3.

On SQLite numbers follow commits, and ``data_version`` says for next to nothing whether anything
was committed at all. On PostgreSQL numbers are given out before commits; see
`SqlChanges.since_transaction`.
"""

import sqlite3
from collections.abc import Sequence
from typing import Protocol

from keylease.storage.database import Database
from keylease.storage.deployment import Change


class Gap(Exception):
    """Changes were pruned before they were read: everything remembered may be old."""


class ChangeFeed(Protocol):
    """Tells what was committed since it was asked last. One thread uses it."""

    position: int

    def poll(self) -> Sequence[Change]:
        """New changes; raises `Gap`, or any error of the database."""
        ...

    def close(self) -> None:
        """Stop following."""
        ...


def change_feed(database: Database) -> ChangeFeed:
    """The feed for this database, from the present on."""
    return _SqliteFeed(database) if database.store.is_sqlite else _PostgresFeed(database)


class _SqliteFeed:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._watch = sqlite3.connect(
            database.store.sqlite_path, isolation_level=None, check_same_thread=False
        )
        self._version = self._data_version()
        with database.read() as work:
            self.position = work.change_log.last()

    def poll(self) -> Sequence[Change]:
        version = self._data_version()
        if version == self._version:
            return []
        with self._database.read() as work:
            changes = work.change_log.after(self.position)
            oldest = work.change_log.oldest()
        self._version = version
        if oldest > self.position + 1:
            self.position = max(oldest, *(change.seq for change in changes))
            raise Gap
        if changes:
            self.position = changes[-1].seq
        return changes

    def close(self) -> None:
        self._watch.close()

    def _data_version(self) -> int:
        return int(self._watch.execute("PRAGMA data_version").fetchone()[0])


class _PostgresFeed:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen: set[int] = set()
        with database.read() as work:
            changes, self._horizon = work.change_log.since_transaction(2**62)
            self.position = work.change_log.last()
            recent, _ = work.change_log.since_transaction(self._horizon)
        self._seen.update(change.seq for change in (*changes, *recent))

    def poll(self) -> Sequence[Change]:
        with self._database.read() as work:
            changes, horizon = work.change_log.since_transaction(self._horizon)
            oldest = work.change_log.oldest()
        new = [change for change in changes if change.seq not in self._seen]
        # Only what may be read again has to be recognised again.
        self._seen = {change.seq for change in changes}
        self._horizon = horizon
        if oldest > self.position + 1:
            self.position = max(oldest, *(change.seq for change in changes))
            raise Gap
        if new:
            self.position = max(self.position, *(change.seq for change in new))
        return new

    def close(self) -> None:
        """Nothing is held."""
