"""The one typeface of all documents: what it can print, how wide that is, where lines break.

WenQuanYi Micro Hei, cut down to Latin and GB 2312 by ``tools/subset_font.py``. Its figures are all
equally wide, so numbers that end at one place stand in columns. Lengths are points.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

_NAME = "Keylease"

#: Stands for a character that the typeface does not have.
REPLACEMENT = "\ufffd"

#: No cell of a document is longer; what is cut off ends with an ellipsis.
MOST_LINES = 8

_FILE = Path(__file__).parent / "fonts" / "wqy-microhei-subset.ttf"

# What stays together in a line: a Chinese character or a word, with its punctuation and the space
# after it. A word too long for a line is broken after one of its marks, else anywhere.
_WIDE = r"\u2e80-\u2fff\u3040-\ua4cf\uf900-\ufaff"
_OPENING, _CLOSING = "（《〈「『【〔“‘", "，。、；：？！）》〉」』】〕”’"
_UNIT = re.compile(
    rf"[{_OPENING}]*(?:[{_WIDE}]|[^\s{_WIDE}{_OPENING}{_CLOSING}]+)?[{_CLOSING}]*\s*"
)
_PIECE = re.compile(r"[^-_./]*[-_./]+|[^-_./]+")


@cache
def _font() -> Any:
    """The font, registered with the PDF library once."""
    font = TTFont(_NAME, _FILE)
    pdfmetrics.registerFont(font)
    return font


def name() -> str:
    """What the PDF library calls the typeface."""
    _font()
    return _NAME


def printable(text: str) -> str:
    """``text`` in one line, with `REPLACEMENT` for what cannot be printed."""
    known = _font().face.charToGlyph
    line = " ".join(unicodedata.normalize("NFC", text).split())
    return "".join(char if ord(char) in known else REPLACEMENT for char in line)


def width(text: str, size: float) -> float:
    """How wide a printable text is."""
    return float(_font().stringWidth(text, size))


def wrapped(text: str, size: float, room: float) -> list[str]:
    """The printable text in lines no wider than ``room``, at most `MOST_LINES` of them."""
    return _filled(_UNIT.findall(text), size, room)


def enumerated(parts: Iterable[str], size: float, room: float) -> list[str]:
    """Printable parts with dots between them, in such lines; a part stays whole if it can."""
    *others, last = list(parts) or [""]
    return _filled([*(f"{part} · " for part in others), last], size, room)


def _filled(units: Iterable[str], size: float, room: float) -> list[str]:
    """As many units in each line as fit."""
    lines = [""]
    for piece in _small_enough(units, size, room):
        if lines[-1] and width((lines[-1] + piece).rstrip(), size) > room:
            lines.append("")
        lines[-1] += piece
    lines = [line.rstrip() for line in lines]
    return lines if len(lines) <= MOST_LINES else [*lines[: MOST_LINES - 1], "…"]


def _small_enough(units: Iterable[str], size: float, room: float) -> Iterator[str]:
    """The units, those in pieces that no line could hold."""
    for unit in units:
        if width(unit.rstrip(), size) <= room:
            yield unit
            continue
        for piece in (p for word in _UNIT.findall(unit) for p in _PIECE.findall(word)):
            yield from [piece] if width(piece.rstrip(), size) <= room else piece
