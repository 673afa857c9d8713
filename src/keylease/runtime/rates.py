"""Rates: what an instance may do in a second, and how often a caller may be wrong.

A bucket for each subject: it holds ``burst`` seconds' worth, a request takes one out, time fills
it. Rates protect the machine, so they run on machine time. Source: rules.md 1, design.md 6.
"""

from keylease.core.clock import MachineClock
from keylease.core.errors import Code, Refusal

_SUBJECTS_MAX = 100_000


class RateLimiter:
    """Admits ``rate`` a second for each subject, with bursts of up to ``burst`` seconds' worth.

    A rate may change from call to call: what is in a bucket stays, as far as it fits. Every bucket
    holds at least one request, so that a small rate is slow and not nothing.
    """

    def __init__(self, machine: MachineClock, burst: float = 1.0) -> None:
        self._machine = machine
        self._burst = burst
        #: How many requests were in a subject's bucket, and when.
        self._buckets: dict[str, tuple[float, float]] = {}

    def admit(self, subject: str, rate: float) -> None:
        """Count one; Refusal Rejected.Throttling (429) beyond the rate."""
        now = self._machine.monotonic()
        left = self._left(subject, rate, now) - 1.0
        if left < -_ROUNDING:
            raise Refusal(Code.THROTTLED, "QPS Limit Exceeded")
        self._keep(subject, left, now)

    def require_room(self, subject: str, rate: float) -> None:
        """Refuse like `admit` while the rate is used up; count nothing."""
        if self._left(subject, rate, self._machine.monotonic()) < 1.0 - _ROUNDING:
            raise Refusal(Code.THROTTLED, "QPS Limit Exceeded")

    def count(self, subject: str, rate: float) -> None:
        """Count one that has happened, whether or not there was room for it."""
        now = self._machine.monotonic()
        self._keep(subject, max(self._left(subject, rate, now), 0.0) - 1.0, now)

    def _left(self, subject: str, rate: float, now: float) -> float:
        full = max(self._burst * rate, 1.0)
        left, since = self._buckets.get(subject, (full, now))
        return min(left + (now - since) * rate, full)

    def _keep(self, subject: str, left: float, now: float) -> None:
        if len(self._buckets) >= _SUBJECTS_MAX:
            self._buckets.clear()
        self._buckets[subject] = left, now


#: What adding up fractions of a second may lose of one request.
_ROUNDING = 1e-6
