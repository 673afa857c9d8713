"""A PostgreSQL server of our own for the tests: real, empty, and gone afterwards.

A missing PostgreSQL is an error, never a skip: what was not tested does not work.
"""

import itertools
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

SECONDS_TO_START = 30
SECONDS_TO_STOP = 10


@dataclass(frozen=True)
class PostgresServer:
    """A running server: ``directory`` holds its Unix socket, data and log."""

    directory: Path
    port: int
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1), repr=False)

    def url(self, dbname: str = "postgres") -> str:
        """Where a database is, over TCP: ``postgresql://postgres@127.0.0.1:PORT/NAME``."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{dbname}"

    def create_database(self) -> str:
        """A new, empty database; returns its URL."""
        name = f"test{next(self._numbers)}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return self.url(name)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Start a server in a new directory; stop it, and it alone, at the end."""
    programs = _programs()
    with tempfile.TemporaryDirectory(prefix="keylease-pg-") as name:
        directory = Path(name)
        who = _unprivileged(directory)
        server = PostgresServer(directory, _free_port())
        data, log = directory / "data", directory / "log"
        initdb = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        # No test pulls the plug, so nothing is flushed; everything else is as it comes.
        options = f"-p {server.port} -h 127.0.0.1 -F -c full_page_writes=off -B 32MB".split()
        with log.open("wb") as output:
            run = {"cwd": directory, "stdout": output, "stderr": output, **who}
            subprocess.run([programs / "initdb", "-D", data, *initdb], check=True, **run)
            process = subprocess.Popen(
                [programs / "postgres", "-D", data, "-k", name, *options], **run
            )
        try:
            _wait_until_ready(server, process, log)
            yield server
        finally:
            _stop(process)


def _programs() -> Path:
    """Where Debian keeps the newest server's programs."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name)
    )
    if not found:
        raise RuntimeError("no PostgreSQL server: apt-get install postgresql")
    return found[-1]


def _unprivileged(directory: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: the directory's owner, as arguments for a process."""
    if os.geteuid() != 0:
        return {}
    subprocess.run(["chown", "postgres:postgres", directory], check=True)
    return {"user": "postgres", "group": "postgres", "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(server: PostgresServer, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(server.url(), connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')[-2000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """A fast shutdown, which ends sessions; a hard one if that takes too long."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGQUIT)
        process.wait(SECONDS_TO_STOP)
