"""Noting finished calls for log analysis: one append for each, no lock, no database.

Whoever writes them down (`take`) comes every other second; what a process has not handed over when
it is killed is lost, and so is the oldest of what a database that is away does not take.
"""

from collections import deque
from collections.abc import Sequence

from keylease.records.call_log import FinishedCall

_CALLS_MAX = 200_000


class CallLog:
    """The finished calls that nobody has written down yet."""

    def __init__(self) -> None:
        self._calls: deque[FinishedCall] = deque(maxlen=_CALLS_MAX)
        #: Notes one finished call.
        self.note = self._calls.append

    def take(self) -> list[FinishedCall]:
        """All that was noted, oldest first; it is not given again."""
        return [self._calls.popleft() for _ in range(len(self._calls))]

    def put_back(self, calls: Sequence[FinishedCall]) -> None:
        """They could not be written down: they are given again, before those that came since."""
        self._calls.extendleft(reversed(calls))
