"""Audit entries in PostgreSQL: one table for all writers, filled by COPY."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

import psycopg

from keylease.records.chain import Entry, Head
from keylease.records.ports import pages

#: Opens a connection. It sets what ends one that hangs: ``connect_timeout``, ``tcp_user_timeout``.
Connect = Callable[[], psycopg.Connection[tuple[Any, ...]]]

_COLUMNS = "writer, seq, at, account_id, operation, outcome, previous, record, hash"
_TYPES = ("text", "int8", "int8", "text", "text", "text", "bytea", "bytea", "bytea")
_COPY = f"COPY audit_entries ({_COLUMNS}) FROM STDIN (FORMAT BINARY)"
_PAGE = f"""
    SELECT {_COLUMNS} FROM audit_entries
    WHERE writer = %s AND seq >= %s ORDER BY seq LIMIT %s"""  # noqa: S608 - a constant
_HEAD = "SELECT seq, hash FROM audit_entries WHERE writer = %s ORDER BY seq DESC LIMIT 1"
#: From one writer to the next by the primary key; DISTINCT would read the whole table.
_WRITERS = """
    WITH RECURSIVE found AS (
        SELECT min(writer) AS writer FROM audit_entries
        UNION ALL
        SELECT (SELECT min(writer) FROM audit_entries WHERE writer > found.writer)
        FROM found WHERE found.writer IS NOT NULL
    )
    SELECT writer FROM found WHERE writer IS NOT NULL"""
#: Durable means durable: a server that was told to answer before the disk did is overruled.
_DURABLE = """
    SELECT set_config('synchronous_commit', 'on', false)
    WHERE current_setting('synchronous_commit') = 'off'"""


class PostgresSink:
    """The rows of one writer, over a connection of its own; a lost one is opened again."""

    def __init__(self, connect: Connect, writer: str) -> None:
        self._connect = connect
        self._writer = writer
        self._connection: psycopg.Connection[tuple[Any, ...]] | None = None

    def append(self, entries: Sequence[Entry]) -> None:
        """Store all of them in one transaction, durable on return.

        None of them is stored if it raises, unless the connection broke during the commit itself.
        """
        with (
            self._using() as connection,
            connection.transaction(),
            connection.cursor() as cursor,
            cursor.copy(_COPY) as copy,
        ):
            copy.set_types(_TYPES)
            for entry in entries:
                copy.write_row(entry)

    def head(self) -> Head | None:
        """The last entry that is stored for this writer; None before the first."""
        with self._using() as connection:
            return _head(connection, self._writer)

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @contextmanager
    def _using(self) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        """The connection. After any failure it is dropped, and the next use opens another."""
        if self._connection is None:
            self._connection = _opened(self._connect)
        try:
            yield self._connection
        except BaseException:
            self.close()
            raise


class PostgresTrail:
    """The rows of all writers."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect

    def writers(self) -> list[str]:
        """The ids of all writers there are, sorted."""
        with closing(_opened(self._connect)) as connection:
            return sorted(writer for (writer,) in connection.execute(_WRITERS))

    def head(self, writer: str) -> Head | None:
        """The last entry of this writer; None if it has none."""
        with closing(_opened(self._connect)) as connection:
            return _head(connection, writer)

    def read(self, writer: str, from_seq: int = 1, limit: int | None = None) -> Iterator[Entry]:
        """At most ``limit`` entries from ``from_seq`` on, in order, a page in memory at a time."""
        with closing(_opened(self._connect)) as connection:

            def fetch(start: int, count: int) -> list[Entry]:
                rows = connection.execute(_PAGE, (writer, start, count))
                return [Entry(*row) for row in rows]

            yield from pages(fetch, from_seq, limit)


def _opened(connect: Connect) -> psycopg.Connection[tuple[Any, ...]]:
    """A connection that leaves no transaction open behind a query, and commits to the disk."""
    connection = connect()
    connection.autocommit = True
    connection.execute(_DURABLE)
    return connection


def _head(connection: psycopg.Connection[tuple[Any, ...]], writer: str) -> Head | None:
    row = connection.execute(_HEAD, (writer,)).fetchone()
    return Head(writer, *row) if row else None
