"""A page of any document: where things are, how texts look, and the pen that puts them there.

A page is a few *bands* stacked from the top. A band knows its height and is never broken. Lengths
are points, measured from the top of the page.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from reportlab.lib.pagesizes import A4

from keylease.documents import typeface

_WIDTH, _HEIGHT = A4
LEFT, RIGHT = 42, _WIDTH - 42
TOP, BOTTOM = 40, _HEIGHT - 74  # the foot is below

_Colour = tuple[float, float, float]
INK: _Colour = (0.11, 0.13, 0.16)
GREY: _Colour = (0.42, 0.45, 0.50)
_LINE: _Colour = (0.84, 0.86, 0.89)
_PANEL: _Colour = (0.955, 0.965, 0.975)
ACCENT: _Colour = (0.09, 0.33, 0.50)
WARNING: _Colour = (0.66, 0.37, 0.0)


@dataclass(frozen=True, slots=True)
class Style:
    """How a text looks; ``weight`` is the width of the stroke that makes it bold."""

    size: float
    colour: _Colour = INK
    weight: float = 0

    @property
    def leading(self) -> float:
        """From one line to the next."""
        return self.size * 1.45


TITLE = Style(19, weight=0.35)
BRAND = Style(13, ACCENT, weight=0.3)
FIGURE = Style(11)
FINAL = Style(11, ACCENT, weight=0.25)
BODY = Style(8.5)
STRONG = Style(8.5, weight=0.2)
SMALL = Style(7.5, GREY)
NOTICE = Style(8.5, WARNING)
FOOT = Style(6.5, GREY)


class Pen:
    """Writes and draws on the current page."""

    def __init__(self, canvas: Any) -> None:
        self._canvas = canvas

    def write(self, x: float, y: float, text: str, style: Style) -> None:
        """One line of printable text; ``y`` is its base line."""
        self._canvas.setFont(typeface.name(), style.size)
        self._canvas.setFillColorRGB(*style.colour)
        self._canvas.setStrokeColorRGB(*style.colour)
        self._canvas.setLineWidth(style.weight)
        self._canvas.drawString(x, _HEIGHT - y, text, mode=2 if style.weight else 0)

    def write_to(self, x: float, y: float, text: str, style: Style) -> None:
        """The same, ending at ``x``."""
        self.write(x - typeface.width(text, style.size), y, text, style)

    def rule(self, y: float, colour: _Colour = _LINE, weight: float = 0.5) -> None:
        """A line across the page."""
        self._canvas.setStrokeColorRGB(*colour)
        self._canvas.setLineWidth(weight)
        self._canvas.line(LEFT, _HEIGHT - y, RIGHT, _HEIGHT - y)

    def panel(self, y: float, height: float) -> None:
        """A tinted area across the page."""
        self._canvas.setFillColorRGB(*_PANEL)
        self._canvas.roundRect(
            LEFT, _HEIGHT - y - height, RIGHT - LEFT, height, 3, stroke=0, fill=1
        )


@dataclass(frozen=True, slots=True)
class Band:
    """A strip of the page: ``draw`` gets the pen and the band's upper edge."""

    height: float
    draw: Callable[[Pen, float], None]


#: A printable line and how it looks.
Text = tuple[str, Style]


def height_of(bands: Iterable[Band]) -> float:
    """How high they are together."""
    return sum(band.height for band in bands)


def paragraph(text: str, style: Style, room: float) -> Iterator[Text]:
    """Any text as lines that fit into ``room``."""
    for line in typeface.wrapped(typeface.printable(text), style.size, room):
        yield line, style


def text_height(lines: Iterable[Text]) -> float:
    """How high lines below each other are."""
    return sum(style.leading for _, style in lines)


def write_down(pen: Pen, x: float, y: float, lines: Iterable[Text]) -> None:
    """Lines below each other; ``y`` is the upper edge."""
    for text, style in lines:
        pen.write(x, y + style.size, text, style)
        y += style.leading


def enumeration(parts: Iterable[str], style: Style, room: float) -> Iterator[Text]:
    """Those of any parts that are not empty, as lines that fit into ``room``."""
    printable = [typeface.printable(part) for part in parts if part]
    for line in typeface.enumerated(printable, style.size, room) if printable else ():
        yield line, style
