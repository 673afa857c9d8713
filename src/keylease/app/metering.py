"""Writing down the requests that a serving process counted. rules.md 8."""

import threading
from collections import Counter
from dataclasses import replace

from keylease.records.usage import MinuteCount
from keylease.runtime.metering import RequestCounter
from keylease.storage.database import Database

#: How often counts are written down.
USAGE_SECONDS = 2.0


class Meter:
    """Moves counts from memory to the database; what could not be written is kept for later."""

    def __init__(self, requests: RequestCounter, database: Database) -> None:
        self._requests = requests
        self._database = database
        self._lock = threading.Lock()
        self._waiting: Counter[MinuteCount] = Counter()

    def write_down(self) -> None:
        """Add all that was counted so far to the database; nothing is opened for nothing."""
        with self._lock:
            for one in self._requests.take():
                self._waiting[replace(one, requests=0)] += one.requests
            if not self._waiting:
                return
            counts = [replace(one, requests=n) for one, n in self._waiting.items()]
            with self._database.begin() as work:
                work.usage.add_minutes(counts)
            self._waiting.clear()
