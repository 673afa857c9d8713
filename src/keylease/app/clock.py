"""What an operator does with a test clock, and how moments and durations are written."""

import re
from collections.abc import Callable

from keylease.app.deployment import Deployment
from keylease.app.heartbeat import trust_clock
from keylease.app.liveness import wait_for_nodes
from keylease.app.operator_audit import audit_operator
from keylease.core.clock import LAST_MOMENT, ClockState, iso, parse_iso
from keylease.core.errors import Misuse
from keylease.lifecycle.runner import move_clock

_UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_DURATION = re.compile(r"(?:\d+[wdhms])+")
_PART = re.compile(r"(\d+)([wdhms])")


def parse_moment(text: str) -> int:
    """A moment with an offset; Misuse."""
    try:
        return parse_iso(text)
    except ValueError:
        raise Misuse(
            "{text!r} is not a moment: write it like 2026-01-31T10:00:00+08:00 or …Z.", text=text
        ) from None


def parse_duration(text: str) -> int:
    """``7d12h`` in seconds; Misuse."""
    if not _DURATION.fullmatch(text):
        raise Misuse("{text!r} is not a duration: write it like 7d12h, 90m or 30s.", text=text)
    return sum(int(count) * _UNITS[unit] for count, unit in _PART.findall(text))


def advance(deployment: Deployment, seconds: int, progress: Callable[[int], None]) -> int:
    """Move the test clock forward by so many seconds; what it shows then."""
    with deployment.database.read() as work:
        target = work.now + seconds
    return move(deployment, target, progress)


def move(
    deployment: Deployment, target: int, progress: Callable[[int], None] = lambda _: None
) -> int:
    """Move the test clock to a moment; returns when every live node has adopted it."""
    from keylease.app.runner import make_runner  # slow to import, and few commands need it

    if target > LAST_MOMENT:
        raise Misuse("A clock goes to the year 9000 at most.")
    _settle_usage(deployment)
    move_clock(make_runner(deployment, "clock"), target, progress)
    with deployment.database.begin() as work:
        audit_operator(work, "clock set", iso(target))
    return _adopted(deployment)


def _settle_usage(deployment: Deployment) -> None:
    """Wait until all requests so far are written down: days that pass now are billed by them."""
    with deployment.database.read() as work:
        billed = work.instances.any_pay_as_you_go()
    if billed:
        wait_for_nodes(deployment)


def freeze(deployment: Deployment) -> int:
    """Stop the test clock where it is."""
    return _set_running(deployment, running=False)


def run(deployment: Deployment) -> int:
    """Let the test clock go on at the pace of the real one."""
    return _set_running(deployment, running=True)


def confirm(deployment: Deployment) -> None:
    """Say that the machine's clock is right: releases that waited are carried out."""
    with deployment.database.begin() as work:
        trust_clock(work)
        audit_operator(work, "clock confirm")


def show(deployment: Deployment) -> tuple[int, ClockState]:
    """What the clock shows, and its state."""
    with deployment.database.read() as work:
        return work.now, work.clock_state


def _set_running(deployment: Deployment, *, running: bool) -> int:
    with deployment.database.begin(moves_clock=True) as work:
        state = work.clock.read(lock=True)
        if state is None or state.kind != "test":
            raise Misuse("This data directory keeps real time: only a test clock can be stopped.")
        if state.is_held(work.machine):
            raise Misuse("Somebody else is moving this clock: wait until that is done.")
        base = state.now(work.machine)
        work.clock.write(ClockState("test", base, work.machine, running, 0.0))
        audit_operator(work, "clock run" if running else "clock freeze")
        work.changed("clock", "")
    return _adopted(deployment)


def _adopted(deployment: Deployment) -> int:
    """Wait until every live node has adopted all changes so far; the present business instant."""
    wait_for_nodes(deployment)
    with deployment.database.read() as work:
        return work.now
