"""A database that cannot be used is told apart from mistakes of our own, on both engines."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from keylease.app.deployment import Deployment
from keylease.core.errors import Unreachable
from keylease.storage.unit_of_work import UnitOfWork
from postgres import PostgresServer

_ME = text("SELECT pg_backend_pid()")


def test_a_mistake_of_our_own_stays_what_it_is(shared: Deployment) -> None:
    for begin in (shared.database.begin, shared.database.read):
        with pytest.raises(DBAPIError), begin() as work:
            work.connection.execute(text("SELECT * FROM nothing_of_this_name"))


def test_a_full_disk_is_unreachable_and_nothing_is_written(
    deployment_on_sqlite: Deployment,
) -> None:
    database = deployment_on_sqlite.database

    def fill() -> None:
        with database.begin() as work:
            work.connection.execute(text("PRAGMA max_page_count = 1"))  # no fewer than there are
            work.facts.put("filler", "x" * 10_000_000)

    with pytest.raises(Unreachable):
        fill()
    with database.read() as work:
        assert work.facts.get("filler") is None


def test_a_lost_connection_is_unreachable_and_the_next_one_serves(
    on_postgres: Deployment, postgres: PostgresServer
) -> None:
    database = on_postgres.database

    def asks(begin: Callable[[], AbstractContextManager[UnitOfWork]]) -> None:
        with begin() as work:
            _cut(work, postgres)
            work.connection.execute(_ME)

    for begin in (database.begin, database.read):
        with pytest.raises(Unreachable):
            asks(begin)
    with database.read() as work:
        assert work.connection.execute(_ME).scalar_one()


def test_what_a_lost_connection_had_written_is_not_there(
    on_postgres: Deployment, postgres: PostgresServer
) -> None:
    database = on_postgres.database

    def writes() -> None:
        with database.begin() as work:
            work.facts.put("half", "done")
            _cut(work, postgres)

    with pytest.raises(Unreachable):
        writes()
    with database.read() as work:
        assert work.facts.get("half") is None


def _cut(work: UnitOfWork, postgres: PostgresServer) -> None:
    pid = work.connection.execute(_ME).scalar_one()
    with psycopg.connect(postgres.url(), autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
