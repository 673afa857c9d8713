"""One deployment for each engine and file, and a unit of work in it that is rolled back."""

from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from keylease.app.deployment import Deployment, open_deployment
from keylease.app.settings import read_settings
from keylease.storage.unit_of_work import UnitOfWork
from machine import HeldMachine
from postgres import PostgresServer


class _Undo(Exception):
    """Rolls back what a test wrote."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployment]:
    """A deployment for all tests of a file: leave nothing in it, or nothing that others see."""
    if request.param == "postgresql":
        yield request.getfixturevalue("on_postgres")
        return
    with closing(_opened(tmp_path_factory.mktemp("shared"), "")) as opened:
        yield opened


@pytest.fixture(scope="module")
def on_postgres(
    postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployment]:
    """The shared deployment on PostgreSQL, for what only several writers at once can show."""
    url = postgres.create_database()
    with closing(_opened(tmp_path_factory.mktemp("shared"), url)) as opened:
        yield opened


@pytest.fixture
def deployment_on_sqlite(tmp_path: Path) -> Iterator[Deployment]:
    """One for a single test, which may do harm to it."""
    with closing(_opened(tmp_path, "")) as opened:
        yield opened


def _opened(directory: Path, url: str) -> Deployment:
    return open_deployment(
        read_settings({"data": str(directory / "data"), "database": url}, {}),
        clock="test=2026-01-31T10:00:00+08:00",
        may_initialise=True,
        machine=HeldMachine(),
    )


@pytest.fixture
def work(shared: Deployment) -> Iterator[UnitOfWork]:
    """A unit of work whose changes are rolled back after the test."""
    with suppress(_Undo), shared.database.begin() as begun:
        yield begun
        raise _Undo
