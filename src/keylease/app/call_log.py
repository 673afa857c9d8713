"""Log analysis: writing down what a process noted, forgetting what is old, and asking about it."""

import threading
from dataclasses import dataclass, replace
from itertools import groupby

from keylease.app.deployment import Deployment
from keylease.core.errors import Misuse
from keylease.lifecycle.call_log import keep
from keylease.records.call_log import (
    Entry,
    FinishedCall,
    LogDay,
    LogQuestion,
    first_day,
    first_instant,
    place_in,
)
from keylease.runtime.call_log import CallLog
from keylease.storage.database import Database
from keylease.storage.unit_of_work import UnitOfWork

#: How often finished calls are written down: a process that is killed loses so much.
LOG_SECONDS = 2.0

#: How many old entries are forgotten in one transaction, so that nobody waits for it long.
_FORGOTTEN_AT_ONCE = 10_000


class CallLogWriter:
    """Moves finished calls from memory to the database; what could not be written waits."""

    def __init__(self, calls: CallLog, database: Database) -> None:
        self._calls = calls
        self._database = database
        self._lock = threading.Lock()

    def write_down(self) -> None:
        """Keep all that was noted so far; nothing is opened for nothing."""
        with self._lock:
            calls = self._calls.take()
            if not calls:
                return
            try:
                with self._database.begin() as work:
                    _keep_all(work, calls)
            except BaseException:
                self._calls.put_back(calls)
                raise


def forget_old(database: Database) -> None:
    """Forget the days that are over their age, whoever still buys log analysis."""
    more = True
    while more:
        with database.begin() as work:
            more = work.call_log.prune(first_day(work.now), _FORGOTTEN_AT_ONCE)


@dataclass(frozen=True, slots=True)
class LogPage:
    """Entries, newest first, and where to go on; ``following`` is None at the end."""

    entries: list[Entry]
    following: str | None


def page(deployment: Deployment, asked: LogQuestion, limit: int) -> LogPage:
    """The newest entries that fit; Misuse for an instance that is not there."""
    with deployment.database.read() as work:
        require_instance(work, asked.instance_id)
        asked = replace(asked, since=max(asked.since, first_instant(work.now)))
        found = list(work.call_log.page(asked, limit + 1))
    shown = found[:limit]
    return LogPage(shown, shown[-1].place if len(found) > limit else None)


def days(deployment: Deployment, instance_id: str) -> list[LogDay]:
    """What is kept of an instance, by the day; Misuse for an instance that is not there."""
    with deployment.database.read() as work:
        require_instance(work, instance_id)
        return list(work.call_log.days(instance_id, first_day(work.now)))


def require_instance(work: UnitOfWork, instance_id: str) -> None:
    """Misuse unless there is such an instance."""
    if work.instances.find(instance_id) is None:
        raise Misuse(
            "There is no instance {instance!r}: see `keylease renewal list ACCOUNT`.",
            instance=instance_id,
        )


def parse_place(text: str) -> tuple[int, int]:
    """The place of an entry; Misuse for anything else."""
    place = place_in(text)
    if place is None:
        raise Misuse(
            "{text!r} is no place to go on from: take it from an answer before.", text=text
        )
    return place


def _keep_all(work: UnitOfWork, calls: list[FinishedCall]) -> None:
    def of(call: FinishedCall) -> str:
        return call.used.instance_id

    # In one order, so that no two processes wait for each other.
    for instance_id, some in groupby(sorted(calls, key=of), key=of):
        keep(work, instance_id, list(some))
