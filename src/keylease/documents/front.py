"""What is said once, on top of the first page: whose statement it is, and the month in short."""

from keylease.documents.page import (
    ACCENT,
    BODY,
    BRAND,
    FIGURE,
    FINAL,
    LEFT,
    NOTICE,
    RIGHT,
    SMALL,
    TITLE,
    Band,
    Pen,
    paragraph,
)
from keylease.documents.statement import LineKind, Statement
from keylease.documents.words import PRODUCT, Words, figure, moment


def opening(words: Words) -> list[Band]:
    """The first page's title, account and summary."""
    return [_title(words), _account(words), _summary(words), _in_common(words)]


def _title(words: Words) -> Band:
    def draw(pen: Pen, y: float) -> None:
        pen.write(LEFT, y + 14, PRODUCT, BRAND)
        pen.write(LEFT, y + 27, words.say("service"), SMALL)
        pen.write_to(RIGHT, y + 16, words.say("title"), TITLE)
        pen.write_to(RIGHT, y + 30, words.month(), BODY)
        pen.rule(y + 42, ACCENT, 1)

    return Band(58, draw)


def _account(words: Words) -> Band:
    """Two columns of facts: the account, and the paper itself."""
    statement = words.statement
    first, last = statement.days
    state = words.say("closed" if statement.closed else "provisional")
    issued = f"{moment(statement.issued_at)}  ·  {state}"
    middle = (LEFT + RIGHT) / 2 + 20
    indent = 64
    name = paragraph(statement.account_name, BODY, middle - LEFT - indent - 20)
    issuer = paragraph(statement.issuer, BODY, RIGHT - middle - indent)
    left = [("account", [*(text for text, _ in name), statement.account_id])]
    right = [
        ("period", [words.say("range", start=first, end=last)]),
        ("issued", [issued]),
        ("issuer", [text for text, _ in issuer]),
    ]
    rows = max(sum(len(lines) for _, lines in side) for side in (left, right))

    def draw(pen: Pen, y: float) -> None:
        for side, x in ((left, LEFT), (right, middle)):
            base = y + 8
            for label, lines in side:
                pen.write(x, base, words.say(label), SMALL)
                for line in lines:
                    pen.write(x + indent, base, line, BODY)
                    base += 14

    return Band(14 * rows + 10, draw)


def _summary(words: Words) -> Band:
    """The balance from the first day to the last, and what vouchers paid."""
    statement = words.statement
    notices = [(words.say("vouchers", amount=words.money(statement.total.voucher)), SMALL)]
    if not statement.closed:
        notices.append((words.say("may_change"), NOTICE))
    cells = _balance(statement)
    step = (RIGHT - LEFT - 24) / len(cells)
    height = 52 + 13 * len(notices)

    def draw(pen: Pen, y: float) -> None:
        pen.panel(y, height)
        for place, (label, minor) in enumerate(cells):
            last = place == len(cells) - 1
            x = RIGHT - 12 if last else LEFT + 12 + step * place
            write = pen.write_to if last else pen.write
            shown = words.money(minor) if last else figure(minor)
            write(x, y + 16, words.say(label), SMALL)
            write(x, y + 32, shown, FINAL if last else FIGURE)
        for row, (text, style) in enumerate(notices):
            pen.write(LEFT + 12, y + 54 + 13 * row, text, style)

    return Band(height + 16, draw)


def _in_common(words: Words) -> Band:
    """What all dates and amounts below have in common."""
    currency = words.say("amounts_in", currency=words.statement.currency)

    def draw(pen: Pen, y: float) -> None:
        pen.write(LEFT, y + 8, words.say("utc8"), SMALL)
        pen.write_to(RIGHT, y + 8, currency, SMALL)

    return Band(26, draw)


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
