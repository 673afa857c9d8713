"""One house for all doors' tests of a worker: what is refused leaves it as it was."""

from collections.abc import Iterator

import pytest

from doors.house import House
from doors.house import house as a_house


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with a_house(tmp_path_factory.mktemp("house") / "data") as served:
        yield served
