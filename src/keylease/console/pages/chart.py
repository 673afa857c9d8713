"""A bar chart as numbers: where each bar stands in a drawing of fixed size."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 200
#: That of a chart over the whole page, so that it is not as high.
BROAD = 800
_TOP, _BOTTOM, _GAP = 20, 24, 0.35


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with its corner and size, and the middle of its label, which may be empty."""

    label: str
    x: float
    y: float
    width: float
    height: float
    middle: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars on a line at the height ``zero``; those of negative values hang below it.

    The tallest one reaches up to ``highest``.
    """

    width: int
    height: int
    zero: float
    highest: int
    bars: tuple[Bar, ...]

    @property
    def is_broad(self) -> bool:
        """Whether its labels are small on a small page."""
        return self.width > WIDTH


def chart(values: Sequence[tuple[str, int]], width: int = WIDTH) -> Chart:
    """The bars of these labels and values."""
    amounts = [value for _, value in values]
    highest, lowest = max([0, *amounts]), min([0, *amounts])
    scale = (HEIGHT - _TOP - _BOTTOM) / ((highest - lowest) or 1)
    zero = _TOP + highest * scale
    step = width / (len(values) or 1)
    bars = (
        Bar(
            label,
            round(number * step + step * _GAP / 2, 1),
            round(zero - max(0, value) * scale, 1),
            round(step * (1 - _GAP), 1),
            round(abs(value) * scale, 1),
            round((number + 0.5) * step, 1),
        )
        for number, (label, value) in enumerate(values)
    )
    return Chart(width, HEIGHT, round(zero, 1), _TOP, tuple(bars))
