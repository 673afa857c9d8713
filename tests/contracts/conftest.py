"""One deployment for each engine and file, and a unit of work in it that is rolled back."""

from collections.abc import Iterator
from contextlib import suppress

import pytest

from keylease.app.deployment import Deployment, open_deployment
from keylease.app.settings import read_settings
from keylease.storage.unit_of_work import UnitOfWork
from machine import HeldMachine


class _Undo(Exception):
    """Rolls back what a test wrote."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployment]:
    """A deployment for all tests of a file: leave nothing in it, or nothing that others see."""
    url = ""
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").create_database()
    data = tmp_path_factory.mktemp("shared") / "data"
    opened = open_deployment(
        read_settings({"data": str(data), "database": url}, {}),
        clock="test=2026-01-31T10:00:00+08:00",
        may_initialise=True,
        machine=HeldMachine(),
    )
    yield opened
    opened.close()


@pytest.fixture
def work(shared: Deployment) -> Iterator[UnitOfWork]:
    """A unit of work whose changes are rolled back after the test."""
    with suppress(_Undo), shared.database.begin() as begun:
        yield begun
        raise _Undo
