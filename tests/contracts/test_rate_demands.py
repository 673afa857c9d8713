"""Nodes exchange what they are asked for through the database, on both engines."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import delete, select

from keylease.app.deployment import Deployment
from keylease.app.processes import host_name
from keylease.app.rates import STALE_SECONDS, RateExchange
from keylease.core.errors import Refusal
from keylease.core.nodes import Node
from keylease.runtime.rates import RateLimiter
from keylease.runtime.sharing import FairRates, FairShares
from keylease.storage import schema
from keylease.storage.unit_of_work import UnitOfWork

_T = schema.rate_demands


class Process:
    """A serving process's part of the exchange, in a deployment that it shares."""

    def __init__(self, deployment: Deployment, name: str, role: str = "worker") -> None:
        machine: Any = deployment.machine
        self.machine, self.id = machine, name
        self.shares = FairShares()
        self.rates = FairRates(RateLimiter(machine), self.shares)
        self.exchange = RateExchange(self.shares, deployment.database, machine)
        node = Node(name, host_name(), os.getpid(), role, machine.wall(), machine.wall(), 0)
        with deployment.database.begin() as work:
            work.nodes.add(node)

    def ask(self, times: int, subject: str = "kst-a") -> None:
        for _ in range(times):
            with suppress(Refusal):
                self.rates.admit(subject, 100)

    def step(self) -> None:
        self.exchange.step(self.id)


Start = Callable[..., Process]


@pytest.fixture
def start(shared: Deployment) -> Iterator[Start]:
    yield lambda name, role="worker": Process(shared, name, role)
    with shared.database.begin() as work:
        work.connection.execute(delete(_T))
        work.connection.execute(delete(schema.nodes))


def rows(deployment: Deployment) -> dict[tuple[str, str], float]:
    with deployment.database.read() as work:
        found = work.connection.execute(select(_T.c.instance_id, _T.c.node_id, _T.c.asked))
        return {(subject, node): asked for subject, node, asked in found}


def a_second(deployment: Deployment, *processes: Process) -> None:
    deployment.machine.advance(1)  # type: ignore[attr-defined] # a held one
    for process in processes:
        process.step()


def test_what_nodes_are_asked_for_decides_about_their_parts(
    shared: Deployment, start: Start
) -> None:
    one, other = start("one"), start("other", "serve")
    for _ in range(3):
        one.ask(300)
        other.ask(100)
        a_second(shared, one, other)
    assert rows(shared) == {("kst-a", "one"): 300, ("kst-a", "other"): 100}
    assert one.shares.part("kst-a") == pytest.approx(0.025 + 0.95 * 0.75)
    assert other.shares.part("kst-a") == pytest.approx(0.025 + 0.95 * 0.25)
    assert one.shares.part("kst-b") == 0.5


def test_nothing_is_written_while_one_serves_alone_nor_for_what_is_idle(
    shared: Deployment, start: Start
) -> None:
    alone = start("alone")
    start("agenda", "agenda")
    alone.ask(500)
    a_second(shared, alone)
    assert (rows(shared), alone.shares.part("kst-a")) == ({}, 1)
    other = start("other")
    other.ask(2)
    a_second(shared, alone, other)
    assert rows(shared) == {("kst-a", "alone"): 250}, "half of what it was asked a second ago"
    for _ in range(8):
        a_second(shared, alone, other)
    assert rows(shared) == {}


def test_a_node_that_died_or_ended_does_not_count(shared: Deployment, start: Start) -> None:
    alive, dead = start("alive"), start("dead")
    for _ in range(3):
        alive.ask(200)
        dead.ask(200)
        a_second(shared, alive, dead)
    assert alive.shares.part("kst-a") == pytest.approx(0.5)
    for _ in range(int(STALE_SECONDS) + 2):
        alive.ask(200)
        a_second(shared, alive)
    assert alive.shares.part("kst-a") == pytest.approx(0.975), "its node is still waited for"
    with shared.database.begin() as work:
        work.nodes.remove(["dead"])
    for _ in range(2):
        alive.ask(200)
        a_second(shared, alive)
    assert alive.shares.part("kst-a") == 1
    alive.exchange.end(alive.id)
    assert rows(shared).keys() == {("kst-a", "dead")}
    with shared.database.begin() as work:
        work.rate_demands.prune(work.machine - 5)
    assert rows(shared) == {}


def test_a_second_answer_replaces_the_first(work: UnitOfWork) -> None:
    work.rate_demands.put("one", {"kst-a": 5.0, "kst-b": 6.0}, 10.0)
    work.rate_demands.put("one", {"kst-a": 7.0}, 20.0)
    work.rate_demands.put("other", {}, 20.0)
    told = {(one.subject, one.asked, one.at) for one in work.rate_demands.since(0.0)}
    assert told == {("kst-a", 7.0, 20.0), ("kst-b", 6.0, 10.0)}
    assert [one.subject for one in work.rate_demands.since(10.0)] == ["kst-a"]
