"""Connections: SQLite in one file, or PostgreSQL, behind the same few words.

SQLite runs in WAL mode with ``synchronous=FULL``: what is committed is on the disk. Writers begin
with an immediate transaction and queue up on a lock of this process, because SQLite's own waiting
sleeps and is unfair. ``secure_delete`` overwrites what is deleted. Source: design.md 2 and 4,
tech.md 4.
"""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.pool import QueuePool

from keylease.core.errors import Misuse

BUSY_TIMEOUT_MS = 60_000
SQLITE_FILE = "keylease.sqlite3"

_READ = "keylease_read_only"
_WAL_ATTEMPTS = 600

#: What is committed is on the disk, whatever the server's default; a dead server is noticed.
POSTGRES_CONNECTION: dict[str, Any] = {
    "options": "-c synchronous_commit=on",
    "connect_timeout": 5,
    "tcp_user_timeout": 10_000,
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}


def database_url(data: Path, url: str) -> str:
    """The URL in use: the one given, or the SQLite file of the data directory; Misuse."""
    if not url:
        return f"sqlite:///{data / SQLITE_FILE}"
    scheme = url.partition(":")[0]
    if scheme not in {"postgresql", "postgres"}:
        raise Misuse("--database takes postgresql://USER@HOST/NAME; without it SQLite is used.")
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


class Store:
    """An engine and the two kinds of transaction on it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url) if self.is_sqlite else _postgres_engine(url)
        self._reading: dict[str, Any] = {_READ: True}
        if not self.is_sqlite:
            self._reading["isolation_level"] = "REPEATABLE READ"
        self._writers = threading.Lock() if self.is_sqlite else nullcontext()

    @property
    def sqlite_path(self) -> Path:
        """The file of an SQLite store."""
        return Path(make_url(self.url).database or "")

    @property
    def plain_url(self) -> str:
        """The URL as psycopg takes it."""
        return self.url.replace("postgresql+psycopg:", "postgresql:", 1)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that may write; committed at the end, rolled back by any exception."""
        with self._writers, self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads, from one consistent picture."""
        with (
            self.engine.connect().execution_options(**self._reading) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def alone(self) -> Iterator[Any]:
        """A raw connection outside any transaction, with this process's writers kept out."""
        with self._writers:
            raw = self.engine.raw_connection()
            driver: Any = raw.driver_connection
            try:
                if not self.is_sqlite:
                    driver.autocommit = True
                yield driver
            finally:
                if not self.is_sqlite:
                    driver.autocommit = False
                raw.close()

    def close(self) -> None:
        """Close every idle connection."""
        self.engine.dispose()


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=16,
        max_overflow=16,
        hide_parameters=True,  # they hold secrets, and errors are logged
        connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000},
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        _write_ahead(connection)
        for pragma in (
            "synchronous=FULL",
            "secure_delete=ON",
            "cache_size=-32000",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get(_READ)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to WAL; whoever makes the same new file at the same time may be in the way.

    SQLite does not wait for that by itself, whatever its timeout says.
    """
    for attempt in range(_WAL_ATTEMPTS):
        try:
            connection.execute("PRAGMA journal_mode=WAL").close()
        except sqlite3.OperationalError:
            if attempt == _WAL_ATTEMPTS - 1:
                raise
            time.sleep(BUSY_TIMEOUT_MS / 1000 / _WAL_ATTEMPTS)
        else:
            return


def _postgres_engine(url: str) -> Engine:
    return create_engine(
        url,
        pool_size=16,
        max_overflow=16,
        pool_pre_ping=True,
        hide_parameters=True,  # they hold secrets, and errors are logged
        connect_args=POSTGRES_CONNECTION,
    )
