"""One world for each file of targets."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from fuzz.world import World, open_world
from postgres import PostgresServer

#: Here nothing waits for a disk, and twice as much is tried in the same time.
_MEMORY = Path("/dev/shm")
_ROOM = 2**30


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with world_on("") as opened:
        yield opened


@pytest.fixture(params=["sqlite", "postgresql"])
def each_world(request: pytest.FixtureRequest) -> Iterator[World]:
    """On each engine: PostgreSQL is stricter about what a value may be."""
    url = ""
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.create_database()
    with world_on(url) as opened:
        yield opened


@contextmanager
def world_on(database: str) -> Iterator[World]:
    in_memory = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM
    with (
        TemporaryDirectory(dir=_MEMORY if in_memory else None) as place,
        open_world(Path(place) / "data", database) as opened,
    ):
        yield opened
