"""Telling the other serving processes what this one is asked for, and reading what they are."""

from keylease.app.liveness import live_nodes
from keylease.core.clock import MachineClock
from keylease.runtime.sharing import Demand, FairShares
from keylease.storage.database import Database
from keylease.storage.unit_of_work import UnitOfWork

#: How often demands are exchanged.
EXCHANGE_SECONDS = 1.0

#: What a node told longer ago does not count: it has died, or lost touch.
STALE_SECONDS = 10.0

#: The roles of nodes that serve.
SERVING_ROLES = frozenset({"serve", "worker"})


class RateExchange:
    """One node's side of the exchange. While it serves alone, nothing is written."""

    def __init__(self, shares: FairShares, database: Database, machine: MachineClock) -> None:
        self._shares = shares
        self._database = database
        self._machine = machine
        self._measured = machine.monotonic()
        self._told: frozenset[str] = frozenset()

    def step(self, node_id: str) -> None:
        """Measure, tell, and adopt this node's parts; nothing is written for what is idle."""
        now = self._machine.monotonic()
        if now <= self._measured:
            return
        self._shares.measure(now - self._measured)
        self._measured = now
        with self._database.read() as work:
            nodes = {one.id for one in live_nodes(work) if one.role in SERVING_ROLES} | {node_id}
            others = _told_by(work, nodes - {node_id})
        demands = self._shares.demands(len(nodes))
        if demands or self._told:
            with self._database.begin() as work:
                work.rate_demands.put(node_id, demands, work.machine)
                work.rate_demands.remove(node_id, self._told - demands.keys())
            self._told = frozenset(demands)
        own = [Demand(subject, node_id, asked, now) for subject, asked in demands.items()]
        self._shares.adopt(node_id, [*own, *others], len(nodes))

    def end(self, node_id: str) -> None:
        """The node ends: what it told is taken back."""
        if self._told:
            with self._database.begin() as work:
                work.rate_demands.remove(node_id, self._told)
            self._told = frozenset()


def _told_by(work: UnitOfWork, nodes: set[str]) -> list[Demand]:
    if not nodes:
        return []
    told = work.rate_demands.since(work.machine - STALE_SECONDS)
    return [one for one in told if one.node_id in nodes]
