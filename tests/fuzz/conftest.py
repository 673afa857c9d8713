"""One world for each file of targets."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from fuzz.world import World, open_world

#: Here nothing waits for a disk, and twice as much is tried in the same time.
_MEMORY = Path("/dev/shm")
_ROOM = 2**30


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    in_memory = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM
    with (
        TemporaryDirectory(dir=_MEMORY if in_memory else None) as place,
        open_world(Path(place) / "data") as opened,
    ):
        yield opened
