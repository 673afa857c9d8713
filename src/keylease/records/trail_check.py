"""A check of the whole audit trail, as it is remembered: how far it is, or what it found."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from keylease.records.ports import Facts

#: The name of the fact.
TRAIL_CHECK = "trail_check"

#: A check that has told nothing for so long has been cut off.
_SILENT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class TrailCheck:
    """``told`` is when it last said how many entries it has ``read``. Moments are machine time."""

    told: float
    read: int = 0
    finished: bool = False
    findings: Sequence[str] = ()

    def goes_on(self, machine: float) -> bool:
        """Whether it is being made."""
        return not self.finished and machine < self.told + _SILENT_SECONDS

    def as_fact(self) -> str:
        """How it is remembered, in place of the last."""
        return json.dumps(asdict(self))


def last_trail_check(facts: Facts) -> TrailCheck | None:
    """The last one that was begun, or None."""
    stored = facts.get(TRAIL_CHECK)
    return None if stored is None else TrailCheck(**json.loads(stored))
