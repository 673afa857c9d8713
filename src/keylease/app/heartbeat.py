"""The deployment's heartbeat, and what waits while the machine's clock is in doubt. rules.md 1.

A clock that jumped far ahead may be wrong, and a wrong clock must not destroy keys: releases wait
until an operator says `keylease clock confirm`. Test clocks are never in doubt.
"""

import structlog

from keylease.core.clock import DAY
from keylease.storage.deployment import HEARTBEAT, RELEASES_HELD
from keylease.storage.unit_of_work import UnitOfWork

#: A jump of the machine's clock beyond this, since the last heartbeat, brings it into doubt.
JUMP_SECONDS = DAY

log = structlog.get_logger()


def note_heartbeat(work: UnitOfWork) -> None:
    """A node is alive now; from a jump on, releases wait."""
    if _jumped(work):
        work.facts.put(RELEASES_HELD, str(work.machine))
        log.warning(
            "the machine's clock is more than a day ahead of the last heartbeat: releases wait "
            "for `keylease clock confirm`"
        )
    work.facts.put(HEARTBEAT, str(work.machine))


def releases_wait(work: UnitOfWork) -> bool:
    """Whether releases wait; also right after a jump, before a heartbeat could note it."""
    if work.clock_state.kind == "test":  # said before anything is read: it is asked all the time
        return False
    return bool(work.facts.get(RELEASES_HELD)) or _jumped(work)


def trust_clock(work: UnitOfWork) -> None:
    """The machine's clock is right: what waited is carried out."""
    work.facts.put(RELEASES_HELD, "")
    work.facts.put(HEARTBEAT, str(work.machine))


def _jumped(work: UnitOfWork) -> bool:
    if work.clock_state.kind == "test":
        return False
    last = work.facts.get(HEARTBEAT)
    return last is not None and work.machine - float(last) > JUMP_SECONDS
