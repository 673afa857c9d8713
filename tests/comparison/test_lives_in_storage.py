"""Random lives through the program's own functions and real storage come to what rules.md says."""

import pytest

from comparison.in_storage import StorageMarket
from comparison.timeline import BEGINNING, TimeLine
from conftest import MakeDeployment
from keylease.core.clock import iso
from postgres import PostgresServer

#: How many lives share a deployment, and its clock.
COHORT = 50


def lead(make_deployment: MakeDeployment, seeds: range, url: str = "") -> TimeLine:
    deployment = make_deployment(url, clock=f"test={iso(BEGINNING)}", name=f"lives{seeds.start}")
    line = TimeLine(StorageMarket(deployment), seeds)
    line.run()
    return line


def test_random_lives_in_storage_come_to_the_same(make_deployment: MakeDeployment) -> None:
    line = lead(make_deployment, range(30))
    assert {kind for kind, outcome in line.outcomes if outcome == "done"} == {
        *("buy", "renew", "mode", "upgrade", "cancel", "unsubscribe", "top_up", "voucher")
    }


def test_random_lives_in_postgresql_come_to_the_same(
    make_deployment: MakeDeployment, postgres: PostgresServer
) -> None:
    lead(make_deployment, range(500_000, 500_010), postgres.create_database())


@pytest.mark.long
@pytest.mark.parametrize("start", range(1_000, 2_000, COHORT))
def test_a_thousand_random_lives_in_storage_come_to_the_same(
    make_deployment: MakeDeployment, start: int
) -> None:
    lead(make_deployment, range(start, start + COHORT))
