"""Draw a statement on A4: lay out first, then draw, so that the number of pages is known.

The first page begins with `front`, the others with a line that says what they belong to; then
comes as much of the `table` as fits, under the table's head. The same statement gives the same
bytes.
"""

import threading
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from keylease.core.clock import local
from keylease.documents import typeface
from keylease.documents.front import opening
from keylease.documents.page import BOTTOM, FOOT, LEFT, RIGHT, SMALL, TOP, Band, Pen, height_of
from keylease.documents.statement import Statement
from keylease.documents.table import rows, table_head
from keylease.documents.words import PRODUCT, Words

#: The library reads glyphs from one position in the one typeface.
_ONE_AT_A_TIME = threading.Lock()


def statement_pdf(statement: Statement) -> bytes:
    """The statement as a PDF file."""
    words = Words(statement)
    pages = list(_paged(words))
    with _ONE_AT_A_TIME:
        return _drawn(words, pages)


def _drawn(words: Words, pages: Sequence[Sequence[Band]]) -> bytes:
    file = BytesIO()
    canvas = _canvas(file, words)
    for number, bands in enumerate(pages, 1):
        pen = Pen(canvas)
        y: float = TOP
        for band in bands:
            band.draw(pen, y)
            y += band.height
        _foot(words, pen, number, len(pages))
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _canvas(file: BytesIO, words: Words) -> Any:
    """An empty document that says what it is; its date is the statement's."""
    statement = words.statement
    language = "zh-CN" if statement.language == "zh" else "en"
    canvas = Canvas(
        file,
        pagesize=A4,
        invariant=1,
        lang=language,
        initialFontName=typeface.name(),
        pdfVersion=(1, 7),
    )
    issued = local(statement.issued_at)
    canvas.setDateFormatter(lambda *_: f"D:{issued:%Y%m%d%H%M%S}+08'00'")
    canvas.setTitle(f"{PRODUCT} {words.say('title')} {statement.month}")
    canvas.setAuthor(typeface.printable(statement.issuer))
    account = f"{statement.account_name} ({statement.account_id})"
    canvas.setSubject(typeface.printable(f"{account} {statement.month}"))
    canvas.setCreator(PRODUCT)
    canvas.setProducer(PRODUCT)
    canvas.setViewerPreference("DisplayDocTitle", "true")
    return canvas


def _paged(words: Words) -> Iterator[list[Band]]:
    """The bands of each page, from the top: as many lines as fit, under the table's head."""
    head = table_head(words)
    page = [*opening(words), head]
    began = len(page)
    for band in rows(words):
        if len(page) > began and height_of(page) + band.height > BOTTOM - TOP:
            yield page
            page = [_running_head(words), head]
            began = len(page)
        page.append(band)
    yield page


def _running_head(words: Words) -> Band:
    """What later pages begin with instead of the title."""

    def draw(pen: Pen, y: float) -> None:
        pen.write(LEFT, y + 8, f"{PRODUCT}  ·  {words.say('title')}  ·  {words.month()}", SMALL)
        pen.write_to(RIGHT, y + 8, words.statement.account_id, SMALL)

    return Band(28, draw)


def _foot(words: Words, pen: Pen, page: int, pages: int) -> None:
    """How amounts are rounded, where the rules are, and which page this is."""
    y = BOTTOM + 18
    pen.rule(y)
    pen.write(LEFT, y + 13, words.say("rounding"), FOOT)
    rules = words.say("refund_rules", place=words.statement.refund_rules)
    pen.write(LEFT, y + 23, typeface.wrapped(rules, FOOT.size, RIGHT - LEFT)[0], FOOT)
    pen.write_to(RIGHT, y + 13, words.say("page", page=page, pages=pages), FOOT)
