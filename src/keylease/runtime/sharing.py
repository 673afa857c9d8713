"""Sharing a rate among all processes that serve, by what each is asked for.

A rate is bought once, and any process may be asked for all of it. Each tells the others how much
it is asked for (`Demand`) about once a second, reads what they are asked for, and admits its part:
a small part that everybody has without asking, the rest in proportion to the demands. So nobody
goes without what somebody else leaves, and the parts add up to one. A part grows one exchange
later than it could: by then all others have read that theirs shrinks.
"""

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from keylease.runtime.rates import RateLimiter

#: What of a rate is spread evenly, so that an idle process can begin at once.
EVEN_PART = 0.05

#: What no process is asked for, others included, is shared evenly as well.
Parts = tuple[Mapping[str, float], float]


@dataclass(frozen=True, slots=True)
class Demand:
    """How much of a subject's rate a node was asked for a second, at a machine moment."""

    subject: str
    node_id: str
    asked: float
    at: float


class FairShares:
    """A process's parts of all rates. ``note`` is called on the event loop, the rest in a thread.

    ``evenly`` is the part of every rate until the first exchange.
    """

    def __init__(self, evenly: float = 1.0) -> None:
        self._notes: deque[tuple[str, float]] = deque()
        #: Notes that one request was asked for: ``(subject, the whole rate)``.
        self.note = self._notes.append
        self._asked: dict[str, tuple[float, float]] = {}
        self._parts: Parts = ({}, evenly)
        self._next: Parts = ({}, evenly)

    def part(self, subject: str) -> float:
        """The part of a rate that this process may admit now."""
        parts, rest = self._parts
        return parts.get(subject, rest)

    def measure(self, seconds: float) -> None:
        """Add up what was asked for in the last so many seconds; a pause halves it."""
        waiting = len(self._notes)
        counts: Counter[str] = Counter()
        rates: dict[str, float] = {}
        for _ in range(waiting):
            subject, rate = self._notes.popleft()
            counts[subject] += 1
            rates[subject] = rate
        before, self._asked = self._asked, {}
        for subject in before.keys() | counts.keys():
            asked, rate = before.get(subject, (0.0, 0.0))
            asked = max(counts[subject] / seconds, asked / 2)
            if asked >= 0.5:
                self._asked[subject] = asked, rates.get(subject, rate)

    def demands(self, nodes: int) -> dict[str, float]:
        """What the others have to be told, by subject: what the even part does not cover."""
        if nodes == 1:
            return {}
        return {
            subject: asked
            for subject, (asked, rate) in self._asked.items()
            if asked > rate * EVEN_PART / nodes
        }

    def adopt(self, node_id: str, demands: Sequence[Demand], nodes: int) -> None:
        """Take the parts that follow from what all nodes, this one included, are asked for."""
        totals: Counter[str] = Counter()
        own: dict[str, float] = {}
        for one in demands:
            totals[one.subject] += one.asked  # type: ignore[assignment] # a sum of floats
            if one.node_id == node_id:
                own[one.subject] = one.asked
        even = EVEN_PART / nodes
        parts = {
            subject: even + (1 - EVEN_PART) * own.get(subject, 0.0) / total
            for subject, total in totals.items()
        }
        last, self._next = self._next, (parts, 1 / nodes)
        self._parts = _smaller(last, self._next)


class FairRates:
    """Admits each subject's rate once over all processes. Like `RateLimiter`, with shares."""

    def __init__(self, limiter: RateLimiter, shares: FairShares) -> None:
        self._admit = limiter.admit
        self._note = shares.note
        self._part = shares.part

    def admit(self, subject: str, rate: float) -> None:
        """Count one; Refusal Rejected.Throttling (429) beyond this process's part of the rate."""
        self._note((subject, rate))
        self._admit(subject, rate * self._part(subject))


def _smaller(one: Parts, other: Parts) -> Parts:
    (parts, rest), (others, other_rest) = one, other
    both = {
        subject: min(parts.get(subject, rest), others.get(subject, other_rest))
        for subject in parts.keys() | others.keys()
    }
    return both, min(rest, other_rest)
