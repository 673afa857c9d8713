"""Rates: what an instance may do in a second, and how often a caller may be wrong.

A generic cell rate algorithm: one number per subject, the moment at which it will have caught up.
Rates protect the machine, so they run on machine time. Source: rules.md 1, design.md 6 (quotas).
"""

from keylease.core.clock import MachineClock
from keylease.core.errors import Code, Refusal

_SUBJECTS_MAX = 100_000


class RateLimiter:
    """Admits ``rate`` a second for each subject, with bursts of up to ``burst`` seconds' worth."""

    def __init__(self, machine: MachineClock, burst: float = 1.0) -> None:
        self._machine = machine
        self._burst = burst
        self._caught_up: dict[str, float] = {}

    def admit(self, subject: str, rate: float) -> None:
        """Count one; Refusal Rejected.Throttling (429) beyond the rate."""
        now = self._machine.monotonic()
        caught_up = max(self._caught_up.get(subject, 0.0), now) + 1.0 / rate
        if caught_up - now > self._burst:
            raise Refusal(Code.THROTTLED, "QPS Limit Exceeded")
        if len(self._caught_up) >= _SUBJECTS_MAX:
            self._caught_up.clear()
        self._caught_up[subject] = caught_up

    def require_room(self, subject: str, rate: float) -> None:
        """Refuse like `admit` while the rate is used up; count nothing."""
        now = self._machine.monotonic()
        if max(self._caught_up.get(subject, 0.0), now) + 1.0 / rate - now > self._burst:
            raise Refusal(Code.THROTTLED, "QPS Limit Exceeded")

    def count(self, subject: str, rate: float) -> None:
        """Count one that has happened, whether or not there was room for it."""
        now = self._machine.monotonic()
        if len(self._caught_up) >= _SUBJECTS_MAX:
            self._caught_up.clear()
        ahead = max(self._caught_up.get(subject, 0.0), now) + 1.0 / rate
        self._caught_up[subject] = min(ahead, now + self._burst + 1.0 / rate)
