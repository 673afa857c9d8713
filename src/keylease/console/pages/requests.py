"""Requests of the last hour, day or week as a chart: of a region's instances, or of one of them."""

from dataclasses import dataclass

from keylease.billing.usage.model import RequestsQuestion
from keylease.console.pages.chart import BROAD, Chart, chart
from keylease.console.ports import ConsoleWork
from keylease.console.visit import Visit
from keylease.core.clock import DAY, HOUR, local, local_text

_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Span:
    """How far a chart goes back, and how long each of its bars lasts, in seconds and in words.

    ``marked`` is the time between two labels, in seconds.
    """

    title: str
    seconds: int
    step: int
    within: str
    marked: int
    label: str


SPANS = {
    "hour": Span("1 hour", HOUR, _MINUTE, "in one minute", 10 * _MINUTE, "%H:%M"),
    "day": Span("24 hours", DAY, 15 * _MINUTE, "in a quarter of an hour", 4 * HOUR, "%H:%M"),
    "week": Span("7 days", 7 * DAY, 2 * HOUR, "in two hours", DAY, "%m-%d"),
}


@dataclass(frozen=True, slots=True)
class Requests:
    """What a chart of requests shows. ``counts`` are the starts of its bars with their requests."""

    chosen: str
    span: Span
    counts: tuple[tuple[int, int], ...]

    @property
    def total(self) -> int:
        """All requests of the time."""
        return sum(count for _, count in self.counts)

    @property
    def most(self) -> int:
        """The most of one bar."""
        return max(count for _, count in self.counts)

    @property
    def some(self) -> list[tuple[int, int]]:
        """The bars that are higher than nothing, the newest first."""
        return [one for one in reversed(self.counts) if one[1]]

    @property
    def titles(self) -> list[str]:
        """When each bar begins, and how high it is."""
        return [f"{local_text(start)} UTC+8: {count:,}" for start, count in self.counts]

    @property
    def chart(self) -> Chart:
        """The bars; a few of them have a label."""
        return chart([(self._label(start), count) for start, count in self.counts], BROAD)

    def _label(self, start: int) -> str:
        is_marked = (start + 8 * HOUR) % self.span.marked == 0
        return f"{local(start):{self.span.label}}" if is_marked else ""


def requests_of(
    visit: Visit, work: ConsoleWork, region: str, instance_id: str = ""
) -> dict[str, object]:
    """The requests that a page asks for, up to this minute, and what its template needs.

    Without an instance they are those of all in the region.
    """
    chosen = visit.query.get("span", "hour")
    chosen = chosen if chosen in SPANS else "hour"
    span = SPANS[chosen]
    until = work.now - work.now % span.step + span.step
    since = until - span.seconds
    asked = RequestsQuestion(visit.account_id, region, since, until, span.step, instance_id)
    found = work.usage.requests(asked)
    counts = tuple((start, found.get(start, 0)) for start in range(since, until, span.step))
    spans = {name: one.title for name, one in SPANS.items()}
    return {"requests": Requests(chosen, span, counts), "spans": spans}
