"""Processes share what was bought: together never more, and nobody goes without what is left.

Source: design.md 6 (quotas). The nodes here exchange demands once a second, each at its own moment
of the second, as `keylease.app.rates` lets them.
"""

from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keylease.core.errors import Refusal
from keylease.runtime.rates import RateLimiter
from keylease.runtime.sharing import EVEN_PART, Demand, FairRates, FairShares
from machine import HeldMachine

BOUGHT = 1_000
TICKS = 20  # in a second


@dataclass
class Node:
    machine: HeldMachine
    id: str
    shares: FairShares
    rates: FairRates = field(init=False)
    measured: float = 0.0
    owed: float = 0.0

    def __post_init__(self) -> None:
        self.rates = FairRates(RateLimiter(self.machine), self.shares)

    def ask(self, times: float, subject: str = "a") -> int:
        """How many requests are admitted; fractions add up."""
        self.owed += times
        whole, done = int(self.owed), 0
        self.owed -= whole
        for _ in range(whole):
            with suppress(Refusal):
                self.rates.admit(subject, BOUGHT)
                done += 1
        return done


@dataclass
class Town:
    """Nodes around one table of demands."""

    count: int
    machine: HeldMachine = field(default_factory=HeldMachine)
    table: dict[tuple[str, str], Demand] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)
    ticks: int = 0

    def __post_init__(self) -> None:
        for number in range(self.count):
            self.nodes.append(Node(self.machine, f"n{number}", FairShares(1 / self.count)))

    def run(self, seconds: int, load: list[int]) -> list[int]:
        """What each node admitted, asked for so much a second."""
        done = [0] * self.count
        for _ in range(seconds * TICKS):
            self.machine.advance(1 / TICKS)
            self.ticks += 1
            for place, node in enumerate(self.nodes):
                done[place] += node.ask(load[place] / TICKS)
                if self.ticks % TICKS == place % TICKS:
                    self.exchange(node)
        return done

    def exchange(self, node: Node) -> None:
        now = self.machine.monotonic()
        node.shares.measure(now - node.measured)
        node.measured = now
        told = node.shares.demands(self.count)
        self.table = {at: one for at, one in self.table.items() if one.node_id != node.id}
        for subject, asked in told.items():
            self.table[subject, node.id] = Demand(subject, node.id, asked, now)
        node.shares.adopt(node.id, list(self.table.values()), self.count)


def test_alone_a_process_admits_all_that_was_bought_and_tells_nobody() -> None:
    town = Town(1)
    assert sum(town.run(10, [3_000])) == pytest.approx(11 * BOUGHT, rel=0.01)  # and one burst
    assert town.table == {}


@pytest.mark.parametrize("nodes", [2, 3, 8])
def test_one_node_that_gets_all_the_load_admits_nearly_all_that_was_bought(nodes: int) -> None:
    town = Town(nodes)
    load = [0] * (nodes - 1) + [3 * BOUGHT]
    town.run(5, load)
    assert 0.9 * 10 * BOUGHT <= sum(town.run(10, load)) <= 10 * BOUGHT


@pytest.mark.parametrize("load", [[2000, 2000], [5000, 500], [100, 3000, 3000], [900, 900, 10]])
def test_together_nodes_admit_what_was_bought_and_no_more(load: list[int]) -> None:
    town = Town(len(load))
    town.run(5, load)
    assert 0.95 * 10 * BOUGHT <= sum(town.run(10, load)) <= 1.01 * 10 * BOUGHT


def test_what_fits_is_admitted_to_the_last_request() -> None:
    town = Town(3)
    town.run(5, [700, 150, 50])
    assert town.run(10, [700, 150, 50]) == [7_000, 1_500, 500]


def test_nodes_get_parts_in_proportion_to_what_they_are_asked_for() -> None:
    town = Town(2)
    town.run(5, [4_000, 1_000])
    much, little = town.run(10, [4_000, 1_000])
    assert much / little == pytest.approx(4, rel=0.15)


def test_an_idle_node_begins_at_once() -> None:
    town = Town(2)
    town.run(5, [3_000, 0])
    assert town.nodes[1].ask(10) == 10


def test_load_that_moves_to_another_node_follows_within_seconds_and_is_never_admitted_twice() -> (
    None
):
    town = Town(2)
    town.run(5, [3_000, 0])
    moving = sum(town.run(4, [0, 3_000]))
    assert moving <= 4 * BOUGHT + BOUGHT  # and the burst of a node that was idle
    assert sum(town.run(5, [0, 3_000])) >= 0.9 * 5 * BOUGHT


@settings(max_examples=30, deadline=None)
@given(
    loads=st.lists(
        st.lists(st.sampled_from([0, 20, 300, 900, 2_500]), min_size=3, max_size=3),
        min_size=2,
        max_size=6,
    )
)
def test_whatever_comes_no_more_is_admitted_than_was_bought_and_a_burst(
    loads: list[list[int]],
) -> None:
    """A part shrinks up to a second after another node's has begun to be asked for."""
    town = Town(3)
    done = sum(sum(town.run(3, load)) for load in loads)
    assert done <= BOUGHT * (3 * len(loads) + 1) * 1.05


def test_nothing_is_told_of_what_is_idle_or_fits_into_the_even_part() -> None:
    town = Town(2)
    town.run(3, [int(BOUGHT * EVEN_PART / 2) - 1, 0])
    assert town.table == {}
    town.run(3, [500, 0])
    assert town.table.keys() == {("a", "n0")}
    town.run(6, [0, 0])
    assert town.table == {}, "a pause takes it back"


def test_what_a_dead_node_asked_for_is_given_to_the_others() -> None:
    town = Town(2)
    town.run(5, [2_000, 2_000])
    alive = town.nodes[0]
    for _ in range(2):
        alive.shares.adopt(alive.id, [Demand("a", alive.id, 2_000, 0.0)], 1)
    assert alive.shares.part("a") == 1


@given(
    asked=st.lists(st.floats(1, 1e6), min_size=1, max_size=8),
    others=st.integers(0, 4),
)
def test_the_parts_of_all_nodes_add_up_to_one(asked: list[float], others: int) -> None:
    nodes = len(asked) + others
    table = [Demand("a", f"n{place}", one, 0.0) for place, one in enumerate(asked)]
    parts = []
    for place in range(nodes):
        shares = FairShares()
        for _ in range(2):
            shares.adopt(f"n{place}", table, nodes)
        parts.append(shares.part("a"))
    assert sum(parts) == pytest.approx(1)
    assert min(parts) >= EVEN_PART / nodes * 0.999


def test_one_request_is_admitted_however_small_a_part_is() -> None:
    machine = HeldMachine()
    limiter = RateLimiter(machine)
    limiter.admit("a", 0.1)
    with pytest.raises(Refusal):
        limiter.admit("a", 0.1)
    machine.advance(10)
    limiter.admit("a", 0.1)
