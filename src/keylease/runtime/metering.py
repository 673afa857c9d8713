"""Counting requests: one append for each, no lock, no database. rules.md 8.

A crypto call leaves a note; whoever writes them down (`take`) adds the notes up. A deque takes and
gives notes atomically, so that none is lost or counted twice while both happen at once. What a
process has not handed over when it is killed is lost, in the customer's favour.
"""

from collections import Counter, deque

from keylease.records.usage import MinuteCount

#: An instance, its account, its region, and the business instant of a request.
Note = tuple[str, str, str, int]


class RequestCounter:
    """The requests that this process admitted and nobody has written down yet."""

    def __init__(self) -> None:
        self._notes: deque[Note] = deque()
        #: Notes one request: ``(instance_id, account_id, region, now)``.
        self.note = self._notes.append

    def take(self) -> list[MinuteCount]:
        """All that was noted, added up by minute and instance; it is not given again."""
        waiting = len(self._notes)  # those that come meanwhile wait for the next time
        noted = Counter(self._notes.popleft() for _ in range(waiting))
        counts: Counter[Note] = Counter()
        for (instance_id, account_id, region, now), requests in noted.items():
            counts[instance_id, account_id, region, now - now % 60] += requests
        return [
            MinuteCount(instance_id, account_id, region, minute, requests)
            for (instance_id, account_id, region, minute), requests in counts.items()
        ]
