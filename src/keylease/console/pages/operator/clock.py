"""The clock: what it shows, and moving it forward if it is one for tests. rules.md 1."""

from datetime import datetime

from keylease.console.pages.doing import in_words
from keylease.console.ports import ConsoleWork
from keylease.console.visit import Goto, Page, Visit
from keylease.core.clock import DAY, HOUR, UTC8, local
from keylease.core.errors import Code, Parameter, Refusal

STEPS = (("By 1 hour", HOUR), ("By 1 day", DAY), ("By 7 days", 7 * DAY))


def show(_visit: Visit, work: ConsoleWork) -> Page:
    """What it shows."""
    values = {
        "state": work.clock_state,
        "steps": STEPS,
        "earliest": f"{local(work.now):%Y-%m-%dT%H:%M}",
    }
    return Page("operator/clock.html", "Test clock", values)


def advance(visit: Visit) -> Goto:
    """Move it; all that is due on the way happens at its moment, before this returns."""
    with visit.transactions.read() as work:
        now = work.now
    target = _until(visit.given("until")) if visit.given("until") else now + _step(visit)
    in_words(lambda: visit.outside.move_clock(target))
    return Goto("/operator/clock", "The clock was moved, and all that was due has happened.")


def _step(visit: Visit) -> int:
    steps = {str(seconds): seconds for _, seconds in STEPS}
    if visit.given("by") not in steps:
        raise Refusal(Code.INVALID_PARAMETER, "Choose how far the clock moves.")
    return steps[visit.given("by")]


def _until(text: str) -> int:
    try:
        return int(datetime.fromisoformat(text).replace(tzinfo=UTC8).timestamp())
    except (ValueError, OverflowError):
        raise Refusal(
            Code.INVALID_PARAMETER,
            "Write the moment like 2026-03-10T10:00, in UTC+8.",
            about=Parameter("Until a moment, UTC+8"),
        ) from None
