"""Keeping finished calls for log analysis, within the storage that was bought.

When it is full no new entries are kept; its owner is told once before that and once then.
Source: facts/kms.md 10.2.
"""

from collections.abc import Sequence
from typing import Literal

from keylease.billing.bills.model import day_of
from keylease.custody.instances.model import Instance
from keylease.lifecycle.letters import Scribe
from keylease.lifecycle.work import Work
from keylease.notifications.letters import Kind
from keylease.records.call_log import ENTRY_BYTES_MAX, GB, Entry, FinishedCall

#: Storage is nearly full from so many hundredths on.
NEARLY_FULL = 90

Level = Literal["nearly", "full"]


def keep(work: Work, instance_id: str, calls: Sequence[FinishedCall]) -> None:
    """Keep as many of an instance's calls as there is room for, and tell its owner."""
    instance = work.instances.find(instance_id)
    if instance is None or not instance.is_kept(work.now):
        return
    bought = instance.capacity_at(work.now)
    if not bought.log:
        return
    used = work.call_log.used(instance_id, day_of(work.now))
    room = bought.log_storage * GB
    before = _level(used, room)
    kept: dict[str, list[Entry]] = {}
    for call in calls:
        if _level(used, room) == "full":
            break
        entry = Entry(call.at, call.api_name, call.status, call.entry())
        used += entry.size
        kept.setdefault(day_of(call.at), []).append(entry)
    work.call_log.add(instance_id, kept)
    reached = _level(used, room)
    if reached is not None and reached != before:
        _tell(work, instance, reached, bought.log_storage)


def _level(used: int, room: int) -> Level | None:
    """Full is where the longest entry would find no room."""
    if used > room - ENTRY_BYTES_MAX:
        return "full"
    return "nearly" if used * 100 >= room * NEARLY_FULL else None


def _tell(work: Work, instance: Instance, level: Level, capacity: int) -> None:
    scribe = Scribe(work)
    letter = scribe.about(Kind.LOG_STORAGE, instance, work.now, level=level, log_capacity=capacity)
    work.letters.add([letter])
