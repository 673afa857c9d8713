"""One world for each file of targets."""

from collections.abc import Iterator

import pytest

from fuzz.world import World, open_world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with open_world(tmp_path_factory.mktemp("world") / "data") as opened:
        yield opened
