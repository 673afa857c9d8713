"""A simulated year: people with habits, price changes, month ends, and a process that crashes."""

from pathlib import Path
from random import Random

import pytest

from simulation.crashes import CrashingMarket
from simulation.journal import balances_by_hledger
from simulation.year import BEGINNING, Year

#: Every letter that time and money bring.
LETTERS = {
    *("top_up", "purchase", "renewal", "upgrade", "refund", "auto_renewal_failed"),
    *("reminder", "expired", "release_soon", "released", "in_debt", "stopped", "debt_paid"),
}


def live(place: Path, seed: int, people: int, *, mean_writes: int, **often: int) -> None:
    market = CrashingMarket(place, BEGINNING - 3_600, Random(seed), mean_writes)
    try:
        year = Year(market, seed, people, **often)
        year.run()
        assert balances_by_hledger(market) == year.balances()
    finally:
        market.deployment.close()
    assert year.letters() == LETTERS
    assert market.fuse.burnt > 20
    assert year.actions > 5 * people


def test_a_year_of_forty_people_is_what_the_rules_say(tmp_path: Path) -> None:
    live(tmp_path, 1, 40, mean_writes=400, moments=2, books_every=1, looks=2)


@pytest.mark.long
def test_a_year_of_a_hundred_people_is_what_the_rules_say(tmp_path: Path) -> None:
    live(tmp_path, 3, 100, mean_writes=400, moments=2, books_every=1, looks=2)


@pytest.mark.long
def test_a_year_of_two_thousand_people_is_what_the_rules_say(tmp_path: Path) -> None:
    live(tmp_path, 2, 2_000, mean_writes=4_000, moments=3, books_every=7, looks=3)
