"""The town that most scenarios happen in."""

from collections.abc import Iterator

import pytest

from scenarios.estate import FIRST_DAY
from scenarios.town import Town, open_town


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One for all tests of a file that need no day of their own; each brings its own customers."""
    with open_town(tmp_path_factory.mktemp("town") / "data", FIRST_DAY) as opened:
        yield opened
        assert opened.findings() == []


@pytest.fixture
def new_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One for each test, whose clock it may move."""
    with open_town(tmp_path_factory.mktemp("town") / "data", FIRST_DAY) as opened:
        yield opened
        assert opened.findings() == []
