"""Audit entries in SQLite: one file for each writer, ``audit/<writer>.sqlite3``.

A file of its own, because two processes that commit into one wait for each other for up to half a
second (tech.md 4). WAL with ``synchronous=FULL``: what is committed is on the disk, and a process
that is killed leaves a file that opens at its last commit.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from keylease.records.chain import Entry, Head
from keylease.records.ports import TrailDamaged, pages

_SUFFIX = ".sqlite3"

#: No index besides the key: it would cost at each commit, and a list by time can go by ``seq``.
_CREATE = """CREATE TABLE entries (
        seq INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        account_id TEXT NOT NULL,
        operation TEXT NOT NULL,
        outcome TEXT NOT NULL,
        previous BLOB NOT NULL,
        record BLOB NOT NULL,
        hash BLOB NOT NULL
    )"""
#: An `Entry` without its first value: the writer is the name of the file.
_INSERT = "INSERT INTO entries VALUES "
_VALUES = "(?, ?, ?, ?, ?, ?, ?, ?)"
#: One statement takes so many entries. Each statement lets go of the interpreter while it runs, and
#: waits for it afterwards behind a busy event loop: so many rows by one, not one by each.
_AT_ONCE = 100
_PAGE = """
    SELECT seq, at, account_id, operation, outcome, previous, record, hash
    FROM entries WHERE seq >= ? ORDER BY seq LIMIT ?"""
_HEAD = "SELECT seq, hash FROM entries ORDER BY seq DESC LIMIT 1"


class FileSink:
    """The file of one writer, new for each process; an existing one is refused."""

    def __init__(self, directory: Path, writer: str) -> None:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._writer = writer
        # Made by one thread, used by the one that commits: never by two at a time.
        self._connection = sqlite3.connect(
            directory / f"{writer}{_SUFFIX}", isolation_level=None, check_same_thread=False
        )
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        # A checkpoint holds commits up for some 30 ms: once in 16 MB, about 25,000 entries.
        self._connection.execute("PRAGMA wal_autocheckpoint = 4000")
        self._connection.execute(_CREATE)

    def append(self, entries: Sequence[Entry]) -> None:
        """Store all of them in one transaction, on the disk on return; none if it raises."""
        if len(entries) <= _AT_ONCE:
            self._insert(entries)  # one statement is a transaction by itself
            return
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            for start in range(0, len(entries), _AT_ONCE):
                self._insert(entries[start : start + _AT_ONCE])
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:  # a full disk may have ended it already
                self._connection.execute("ROLLBACK")
            raise

    def _insert(self, entries: Sequence[Entry]) -> None:
        statement = _INSERT + ", ".join([_VALUES] * len(entries))
        self._connection.execute(statement, [value for entry in entries for value in entry[1:]])

    def head(self) -> Head | None:
        """The last entry that is stored; None before the first."""
        return _head(self._connection, self._writer)

    def close(self) -> None:
        """Close the file; SQLite moves its log into it."""
        self._connection.close()


class FileTrail:
    """The files of all writers, opened for reading only."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def writers(self) -> list[str]:
        """The ids of all writers that have a file, sorted."""
        return sorted(
            path.name.removesuffix(_SUFFIX) for path in self._directory.glob(f"*{_SUFFIX}")
        )

    def head(self, writer: str) -> Head | None:
        """The last entry of this writer; None if it has none."""
        with self._open(writer) as connection:
            return _head(connection, writer) if connection else None

    def read(self, writer: str, from_seq: int = 1, limit: int | None = None) -> Iterator[Entry]:
        """At most ``limit`` entries from ``from_seq`` on, in order, a page in memory at a time."""
        with self._open(writer) as connection:
            if connection is None:
                return

            def fetch(start: int, count: int) -> list[Entry]:
                return [Entry(writer, *row) for row in connection.execute(_PAGE, (start, count))]

            yield from pages(fetch, from_seq, limit)

    @contextmanager
    def _open(self, writer: str) -> Iterator[sqlite3.Connection | None]:
        """This writer's file; None if there is none, or nothing was ever written into it."""
        if writer not in self.writers():  # also keeps a name such as "../x" out of the path
            yield None
            return
        path = self._directory / f"{writer}{_SUFFIX}"
        try:
            with closing(
                sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
            ) as opened:
                # A text that was damaged is compared with its record; it does not end the reading.
                opened.text_factory = lambda text: text.decode(errors="replace")
                yield opened if _is_made(opened) else None
        except sqlite3.DatabaseError as error:
            raise TrailDamaged(str(error)) from error


def _is_made(connection: sqlite3.Connection) -> bool:
    """Whether the table is there: a process may have died before it was made."""
    made = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'entries'").fetchone()
    if made and made[0] != _CREATE:
        raise TrailDamaged("the table of entries is not the one that was made")
    return made is not None


def _head(connection: sqlite3.Connection, writer: str) -> Head | None:
    row = connection.execute(_HEAD).fetchone()
    return Head(writer, *row) if row else None
