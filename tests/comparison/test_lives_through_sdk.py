"""Random lives through a served product and the official clients come to what rules.md says."""

from pathlib import Path

import pytest

from comparison.through_sdk import ServedMarket
from comparison.timeline import BEGINNING, TimeLine
from naive import days
from scenarios.town import open_town


def lead(data: Path, seeds: range) -> None:
    with open_town(data, days.text(BEGINNING)) as town:
        TimeLine(ServedMarket(town), seeds).run()


@pytest.mark.long
def test_fifty_random_lives_through_the_official_clients(tmp_path: Path) -> None:
    lead(tmp_path / "data", range(4_000, 4_050))
