"""Draw a statement on A4: lay out first, then draw, so that the number of pages is known.

The page is a few *bands* stacked from the top: what is said once, the table's head, a band for
each line, the totals. A band knows its height and is never broken. Lengths are points, measured
from the top of the page. The same statement gives the same bytes.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from keylease.core.clock import local
from keylease.core.money import amount_for_people
from keylease.core.regions import REGIONS
from keylease.documents import typeface
from keylease.documents.statement import Amounts, Line, LineKind, Statement
from keylease.documents.texts import KINDS, STATEMENT, month_name

PRODUCT = "Keylease"

_WIDTH, _HEIGHT = A4
_LEFT, _RIGHT = 42, _WIDTH - 42
_TOP, _BOTTOM = 40, _HEIGHT - 74  # the foot is below
_GAP = 8

#: Where the columns are: the first two start here, the four figures end here.
_DATE, _ITEM = _LEFT, _LEFT + 76
_FIGURES = tuple(_RIGHT - 64 * n for n in (3, 2, 1, 0))
_ITEM_ROOM = _FIGURES[0] - 60 - _ITEM
_DETAIL_ROOM = _FIGURES[2] - _ITEM  # below the figures

_Colour = tuple[float, float, float]
_INK: _Colour = (0.11, 0.13, 0.16)
_GREY: _Colour = (0.42, 0.45, 0.50)
_LINE: _Colour = (0.84, 0.86, 0.89)
_PANEL: _Colour = (0.955, 0.965, 0.975)
_ACCENT: _Colour = (0.09, 0.33, 0.50)
_WARNING: _Colour = (0.66, 0.37, 0.0)


@dataclass(frozen=True, slots=True)
class _Style:
    """How a text looks; ``weight`` is the width of the stroke that makes it bold."""

    size: float
    colour: _Colour = _INK
    weight: float = 0

    @property
    def leading(self) -> float:
        """From one line to the next."""
        return self.size * 1.45


_TITLE = _Style(19, weight=0.35)
_BRAND = _Style(13, _ACCENT, weight=0.3)
_FIGURE = _Style(11)
_FINAL = _Style(11, _ACCENT, weight=0.25)
_BODY = _Style(8.5)
_STRONG = _Style(8.5, weight=0.2)
_SMALL = _Style(7.5, _GREY)
_LABEL = _Style(7.5, _GREY)
_NOTICE = _Style(8.5, _WARNING)
_FOOT = _Style(6.5, _GREY)


class _Pen:
    """Writes and draws on the current page."""

    def __init__(self, canvas: Any) -> None:
        self._canvas = canvas

    def write(self, x: float, y: float, text: str, style: _Style) -> None:
        """One line of printable text; ``y`` is its base line."""
        self._canvas.setFont(typeface.NAME, style.size)
        self._canvas.setFillColorRGB(*style.colour)
        self._canvas.setStrokeColorRGB(*style.colour)
        self._canvas.setLineWidth(style.weight)
        self._canvas.drawString(x, _HEIGHT - y, text, mode=2 if style.weight else 0)

    def write_to(self, x: float, y: float, text: str, style: _Style) -> None:
        """The same, ending at ``x``."""
        self.write(x - typeface.width(text, style.size), y, text, style)

    def rule(self, y: float, colour: _Colour = _LINE, weight: float = 0.5) -> None:
        """A line across the page."""
        self._canvas.setStrokeColorRGB(*colour)
        self._canvas.setLineWidth(weight)
        self._canvas.line(_LEFT, _HEIGHT - y, _RIGHT, _HEIGHT - y)

    def panel(self, y: float, height: float) -> None:
        """A tinted area across the page."""
        self._canvas.setFillColorRGB(*_PANEL)
        self._canvas.roundRect(
            _LEFT, _HEIGHT - y - height, _RIGHT - _LEFT, height, 3, stroke=0, fill=1
        )


@dataclass(frozen=True, slots=True)
class _Band:
    """A strip of the page: ``draw`` gets the pen and the band's upper edge."""

    height: float
    draw: Callable[[_Pen, float], None]


def statement_pdf(statement: Statement) -> bytes:
    """The statement as a PDF file."""
    words = _Words(statement)
    pages = list(_paged(words))
    file = BytesIO()
    canvas = _canvas(file, words)
    for number, bands in enumerate(pages, 1):
        pen = _Pen(canvas)
        y: float = _TOP
        for band in bands:
            band.draw(pen, y)
            y += band.height
        _foot(words, pen, number, len(pages))
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _canvas(file: BytesIO, words: "_Words") -> Any:
    """An empty document that says what it is; its date is the statement's."""
    statement = words.statement
    typeface.width("", 1)  # the font is there before the first page asks for it
    language = "zh-CN" if statement.language == "zh" else "en"
    canvas = Canvas(
        file,
        pagesize=A4,
        invariant=1,
        lang=language,
        initialFontName=typeface.NAME,
        pdfVersion=(1, 7),
    )
    issued = local(statement.issued_at)
    canvas.setDateFormatter(lambda *_: f"D:{issued:%Y%m%d%H%M%S}+08'00'")
    canvas.setTitle(f"{PRODUCT} {words.say('title')} {statement.month}")
    canvas.setAuthor(typeface.printable(statement.issuer))
    canvas.setSubject(f"{words.account} {statement.month}")
    canvas.setCreator(PRODUCT)
    canvas.setProducer(PRODUCT)
    canvas.setViewerPreference("DisplayDocTitle", "true")
    return canvas


class _Words:
    """A statement's facts in its own language, ready to be printed."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self.account = typeface.printable(f"{statement.account_name} ({statement.account_id})")

    def say(self, name: str, /, **facts: object) -> str:
        """A text of `STATEMENT` with its fields filled in."""
        text = STATEMENT[name].of(self.statement.language).format(**facts)
        return typeface.printable(text)

    def kind(self, kind: LineKind) -> str:
        """The name of a kind of line."""
        return KINDS[kind].of(self.statement.language)

    def region(self, region: str) -> str:
        """The name of a region; an unknown one is named by its id."""
        known = REGIONS.get(region)
        if known is None:
            return region
        return known.name_zh if self.statement.language == "zh" else known.name_en

    def month(self) -> str:
        """The month in words."""
        return month_name(self.statement.days[0]).of(self.statement.language)

    def money(self, minor: int) -> str:
        """An amount with its currency."""
        return f"{self.statement.currency} {_figure(minor)}"


def _figure(minor: int) -> str:
    """12345 to ``123.45``, with a true minus sign, which is as wide as a digit."""
    return amount_for_people(minor, "").strip().replace("-", "\N{MINUS SIGN}")


def _paged(words: _Words) -> Iterator[list[_Band]]:
    """The bands of each page, from the top: as many lines as fit, under the table's head."""
    head = _table_head(words)
    page = [*_opening(words), head]
    began = len(page)
    for band in _rows(words):
        if len(page) > began and _height(page) + band.height > _BOTTOM - _TOP:
            yield page
            page = [_running_head(words), head]
            began = len(page)
        page.append(band)
    yield page


def _height(bands: Iterable[_Band]) -> float:
    return sum(band.height for band in bands)


# What is said once


def _opening(words: _Words) -> list[_Band]:
    """The first page's title, account and summary."""
    return [_title(words), _account(words), _summary(words), _in_common(words)]


def _title(words: _Words) -> _Band:
    def draw(pen: _Pen, y: float) -> None:
        pen.write(_LEFT, y + 14, PRODUCT, _BRAND)
        pen.write(_LEFT, y + 27, words.say("service"), _SMALL)
        pen.write_to(_RIGHT, y + 16, words.say("title"), _TITLE)
        pen.write_to(_RIGHT, y + 30, words.month(), _BODY)
        pen.rule(y + 42, _ACCENT, 1)

    return _Band(58, draw)


def _account(words: _Words) -> _Band:
    """Two columns of facts: the account, and the paper itself."""
    statement = words.statement
    first, last = statement.days
    state = words.say("closed" if statement.closed else "provisional")
    issued = f"{_moment(local(statement.issued_at))}  ·  {state}"
    middle = (_LEFT + _RIGHT) / 2 + 20
    name = typeface.wrapped(typeface.printable(statement.account_name), 8.5, middle - _LEFT - 84)
    issuer = typeface.wrapped(typeface.printable(statement.issuer), 8.5, _RIGHT - middle - 64)
    left = (("account", [*name, typeface.printable(statement.account_id)]),)
    right = (
        ("period", [words.say("range", start=first, end=last)]),
        ("issued", [issued]),
        ("issuer", issuer),
    )
    rows = max(sum(len(lines) for _, lines in side) for side in (left, right))

    def draw(pen: _Pen, y: float) -> None:
        for side, x, indent in ((left, _LEFT, 64), (right, middle, 64)):
            base = y + 8
            for label, lines in side:
                pen.write(x, base, words.say(label), _LABEL)
                for line in lines:
                    pen.write(x + indent, base, line, _BODY)
                    base += 14

    return _Band(14 * rows + 10, draw)


def _summary(words: _Words) -> _Band:
    """The balance from the first day to the last, and what vouchers paid."""
    statement = words.statement
    notices = [(words.say("vouchers", amount=words.money(statement.total.voucher)), _SMALL)]
    if not statement.closed:
        notices.append((words.say("may_change"), _NOTICE))
    cells = _balance(statement)
    step = (_RIGHT - _LEFT - 24) / len(cells)
    height = 52 + 13 * len(notices)

    def draw(pen: _Pen, y: float) -> None:
        pen.panel(y, height)
        for place, (label, minor) in enumerate(cells):
            last = place == len(cells) - 1
            x = _LEFT + 12 + step * place
            figure = words.money(minor) if last else _figure(minor)
            write = pen.write_to if last else pen.write
            x = _RIGHT - 12 if last else x
            write(x, y + 16, words.say(label), _LABEL)
            write(x, y + 32, figure, _FINAL if last else _FIGURE)
        for row, (text, style) in enumerate(notices):
            pen.write(_LEFT + 12, y + 54 + 13 * row, text, style)

    return _Band(height + 16, draw)


def _in_common(words: _Words) -> _Band:
    """What all dates and amounts below have in common."""
    currency = words.say("amounts_in", currency=words.statement.currency)

    def draw(pen: _Pen, y: float) -> None:
        pen.write(_LEFT, y + 8, words.say("utc8"), _SMALL)
        pen.write_to(_RIGHT, y + 8, currency, _SMALL)

    return _Band(26, draw)


def _balance(statement: Statement) -> list[tuple[str, int]]:
    """The figures whose sum is the last one; without adjustments there is none for them."""
    spent = statement.charged(*(set(LineKind) - {LineKind.REFUND, LineKind.ADJUSTMENT}))
    adjusted = statement.charged(LineKind.ADJUSTMENT)
    return [
        ("opening", statement.opening_balance),
        ("top_ups", statement.top_ups),
        ("charges", -spent),
        ("refunds", -statement.charged(LineKind.REFUND)),
        *([("adjustments", -adjusted)] if adjusted else []),
        ("closing", statement.closing_balance),
    ]


# The table


def _running_head(words: _Words) -> _Band:
    """What later pages begin with instead of the title."""

    def draw(pen: _Pen, y: float) -> None:
        pen.write(_LEFT, y + 8, f"{PRODUCT}  ·  {words.say('title')}  ·  {words.month()}", _SMALL)
        pen.write_to(_RIGHT, y + 8, typeface.printable(words.statement.account_id), _SMALL)

    return _Band(28, draw)


def _table_head(words: _Words) -> _Band:
    def draw(pen: _Pen, y: float) -> None:
        pen.write(_DATE, y + 8, words.say("date"), _LABEL)
        pen.write(_ITEM, y + 8, words.say("item"), _LABEL)
        for name, x in zip(("listed", "discount", "voucher", "charged"), _FIGURES, strict=True):
            pen.write_to(x, y + 8, words.say(name), _LABEL)
        pen.rule(y + 15, _INK, 0.7)

    return _Band(15, draw)


def _rows(words: _Words) -> Iterator[_Band]:
    """A band for each line, then the totals, which stay together."""
    for line in words.statement.lines:
        yield _row(words, line)
    yield _totals(words) if words.statement.lines else _nothing(words)


def _row(words: _Words, line: Line) -> _Band:
    when = local(line.at)
    left = [
        (f"{when:%Y-%m-%d}", _BODY),
        (f"{when:%H:%M:%S}", _SMALL),
        *_paragraph(line.record_id, _SMALL, _ITEM - _DATE - _GAP),
    ]
    middle = list(_description(words, line))
    height = max(_text_height(left), _text_height(middle)) + 11

    def draw(pen: _Pen, y: float) -> None:
        _write_down(pen, _DATE, y + 6, left)
        _write_down(pen, _ITEM, y + 6, middle)
        _figures(pen, y + 6 + _BODY.size, line.amounts, _BODY)
        pen.rule(y + height)

    return _Band(height, draw)


_Text = tuple[str, _Style]


def _description(words: _Words, line: Line) -> Iterator[_Text]:
    """What was bought, for which instance and how long, and how big it is."""
    kind, name = words.kind(line.kind), line.instance_name
    first = words.say("named", kind=kind, name=name) if name else kind
    yield from _paragraph(first, _BODY, _ITEM_ROOM)
    about = [line.instance_id, words.region(line.region)]
    if line.related_id:
        about.append(words.say("refund_of", order_id=line.related_id))
    if line.term:
        start, end = (_moment(local(instant)) for instant in line.term)
        about.append(words.say("range", start=start, end=end))
    for parts in (about, line.configuration):
        yield from _enumeration(parts, _SMALL, _DETAIL_ROOM)


def _enumeration(parts: Iterable[str], style: _Style, room: float) -> Iterator[_Text]:
    """Those of any parts that are not empty, as lines that fit into ``room``."""
    printable = [typeface.printable(part) for part in parts if part]
    for line in typeface.enumerated(printable, style.size, room) if printable else ():
        yield line, style


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _paragraph(text: str, style: _Style, room: float) -> Iterator[_Text]:
    """Any text as lines that fit into ``room``."""
    for line in typeface.wrapped(typeface.printable(text), style.size, room):
        yield line, style


def _text_height(lines: Iterable[_Text]) -> float:
    return sum(style.leading for _, style in lines)


def _write_down(pen: _Pen, x: float, y: float, lines: Iterable[_Text]) -> None:
    """Lines below each other; ``y`` is the upper edge."""
    for text, style in lines:
        pen.write(x, y + style.size, text, style)
        y += style.leading


def _figures(pen: _Pen, y: float, amounts: Amounts, style: _Style) -> None:
    """The four figures on the base line ``y``; what lowers a price is negative."""
    values = (amounts.listed, -amounts.discount, -amounts.voucher, amounts.charged)
    for minor, x in zip(values, _FIGURES, strict=True):
        pen.write_to(x, y, _figure(minor), style if minor else replace(style, colour=_GREY))


def _totals(words: _Words) -> _Band:
    """A row for each kind, then all of it."""
    statement = words.statement
    subtotals = statement.subtotals
    height = 16 * len(subtotals) + 30

    def draw(pen: _Pen, y: float) -> None:
        base = y + 18
        for sub in subtotals:
            label = words.say("counted", kind=words.kind(sub.kind), count=sub.count)
            pen.write(_ITEM, base, label, _BODY)
            _figures(pen, base, sub.amounts, _BODY)
            base += 16
        pen.rule(base - 8, _INK, 0.7)
        pen.write(_ITEM, base + 6, words.say("total", currency=statement.currency), _STRONG)
        _figures(pen, base + 6, statement.total, _STRONG)

    return _Band(height, draw)


def _nothing(words: _Words) -> _Band:
    def draw(pen: _Pen, y: float) -> None:
        pen.write(_DATE, y + 22, words.say("nothing"), _SMALL)

    return _Band(36, draw)


def _foot(words: _Words, pen: _Pen, page: int, pages: int) -> None:
    """How amounts are rounded, where the rules are, and which page this is."""
    y = _BOTTOM + 18
    pen.rule(y)
    pen.write(_LEFT, y + 13, words.say("rounding"), _FOOT)
    rules = words.say("refund_rules", place=words.statement.refund_rules)
    pen.write(_LEFT, y + 23, typeface.wrapped(rules, _FOOT.size, _RIGHT - _LEFT)[0], _FOOT)
    pen.write_to(_RIGHT, y + 13, words.say("page", page=page, pages=pages), _FOOT)
