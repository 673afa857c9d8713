"""The table of a statement: its head, a band for each line, and the sums."""

from collections.abc import Iterator
from dataclasses import replace

from keylease.core.clock import local
from keylease.documents.page import (
    BODY,
    GREY,
    INK,
    LEFT,
    RIGHT,
    SMALL,
    STRONG,
    Band,
    Pen,
    Style,
    Text,
    enumeration,
    paragraph,
    text_height,
    write_down,
)
from keylease.documents.statement import Amounts, Line
from keylease.documents.words import Words, figure, moment

#: Where the columns are: the first two start here, the four figures end here.
_DATE, _ITEM = LEFT, LEFT + 76
_FIGURES = tuple(RIGHT - 64 * n for n in (3, 2, 1, 0))
_ITEM_ROOM = _FIGURES[0] - 60 - _ITEM
_DETAIL_ROOM = _FIGURES[2] - _ITEM  # below the figures


def table_head(words: Words) -> Band:
    """The names of the columns."""

    def draw(pen: Pen, y: float) -> None:
        pen.write(_DATE, y + 8, words.say("date"), SMALL)
        pen.write(_ITEM, y + 8, words.say("item"), SMALL)
        for name, x in zip(("listed", "discount", "voucher", "charged"), _FIGURES, strict=True):
            pen.write_to(x, y + 8, words.say(name), SMALL)
        pen.rule(y + 15, INK, 0.7)

    return Band(15, draw)


def rows(words: Words) -> Iterator[Band]:
    """A band for each line, then the totals, which stay together."""
    for line in words.statement.lines:
        yield _row(words, line)
    yield _totals(words) if words.statement.lines else _nothing(words)


def _row(words: Words, line: Line) -> Band:
    when = local(line.at)
    left = [
        (f"{when:%Y-%m-%d}", BODY),
        (f"{when:%H:%M:%S}", SMALL),
        *paragraph(line.record_id, SMALL, _ITEM - _DATE - 8),
    ]
    middle = list(_description(words, line))
    height = max(text_height(left), text_height(middle)) + 11

    def draw(pen: Pen, y: float) -> None:
        write_down(pen, _DATE, y + 6, left)
        write_down(pen, _ITEM, y + 6, middle)
        _figures(pen, y + 6 + BODY.size, line.amounts, BODY)
        pen.rule(y + height)

    return Band(height, draw)


def _description(words: Words, line: Line) -> Iterator[Text]:
    """What was bought, for which instance and how long, and how big it is."""
    kind, name = words.kind(line.kind), line.instance_name
    first = words.say("named", kind=kind, name=name) if name else kind
    yield from paragraph(first, BODY, _ITEM_ROOM)
    about = [line.instance_id, words.region(line.region)]
    if line.related_id:
        about.append(words.say("refund_of", order_id=line.related_id))
    if line.term:
        start, end = (moment(instant) for instant in line.term)
        about.append(words.say("range", start=start, end=end))
    for parts in (about, line.configuration):
        yield from enumeration(parts, SMALL, _DETAIL_ROOM)


def _figures(pen: Pen, y: float, amounts: Amounts, style: Style) -> None:
    """The four figures on the base line ``y``; what lowers a price is negative."""
    values = (amounts.listed, -amounts.discount, -amounts.voucher, amounts.charged)
    for minor, x in zip(values, _FIGURES, strict=True):
        pen.write_to(x, y, figure(minor), style if minor else replace(style, colour=GREY))


def _totals(words: Words) -> Band:
    """A row for each kind, then all of it."""
    statement = words.statement
    subtotals = statement.subtotals
    height = 16 * len(subtotals) + 30

    def draw(pen: Pen, y: float) -> None:
        base = y + 18
        for sub in subtotals:
            label = words.say("counted", kind=words.kind(sub.kind), count=sub.count)
            pen.write(_ITEM, base, label, BODY)
            _figures(pen, base, sub.amounts, BODY)
            base += 16
        pen.rule(base - 8, INK, 0.7)
        pen.write(_ITEM, base + 6, words.say("total", currency=statement.currency), STRONG)
        _figures(pen, base + 6, statement.total, STRONG)

    return Band(height, draw)


def _nothing(words: Words) -> Band:
    def draw(pen: Pen, y: float) -> None:
        pen.write(_DATE, y + 22, words.say("nothing"), SMALL)

    return Band(36, draw)
