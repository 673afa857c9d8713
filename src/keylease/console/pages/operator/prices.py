"""The price book: its versions, one of them, and loading another in two steps. rules.md 4."""

from keylease.billing.catalog import BookVersion, differences
from keylease.console.pages.asking import text_of
from keylease.console.pages.doing import in_words, not_found, operate
from keylease.console.ports import ConsoleWork
from keylease.console.visit import Goto, Page, Visit
from keylease.core.errors import Code, Parameter, Refusal
from keylease.lifecycle.prices import check_loadable, load_prices


def listed(_visit: Visit, work: ConsoleWork) -> Page:
    """The versions, and a form for another, which begins with the text in force."""
    in_force, _ = work.price_books.current()
    values = {
        "versions": work.price_books.versions(),
        "in_force": in_force,
        "text": work.price_books.text(in_force),
    }
    return Page("operator/prices.html", "Price book", values)


def details(visit: Visit, work: ConsoleWork) -> Page:
    """One version: its file, and how it differs from the one in force."""
    version = _version(work, visit.path["version"])
    in_force, _ = work.price_books.current()
    text = work.price_books.text(version.number)
    values = {
        "version": version,
        "in_force": in_force,
        "text": text,
        "changes": differences(work.price_books.text(in_force), text),
    }
    return Page("operator/price_version.html", "Price book", values)


def preview(visit: Visit) -> Page:
    """What another book would change; nothing is loaded."""
    text = _text(visit)
    with visit.transactions.read() as work:
        in_words(lambda: check_loadable(work, text))
        in_force, _ = work.price_books.current()
        changes = differences(work.price_books.text(in_force), text)
    values = {"text": text, "changes": changes, "in_force": in_force}
    return Page("operator/price_preview.html", "What the new book changes", values)


def load(visit: Visit) -> Goto:
    """Load what was previewed, if the book in force is still the one it was compared with."""
    text = _text(visit)

    def do(work: ConsoleWork) -> BookVersion:
        if visit.given("against") != str(work.price_books.current()[0]):
            raise Refusal(
                Code.INVALID_PARAMETER,
                "Another version came into force meanwhile: look at the differences again.",
            )
        return load_prices(work, text)

    loaded = operate(visit, "prices load", "", do)
    number = str(loaded.number)
    return Goto("/operator/prices", "Version {number} is loaded.", {"number": number})


def _version(work: ConsoleWork, text: str) -> BookVersion:
    for version in work.price_books.versions():
        if str(version.number) == text:
            return version
    raise not_found("There is no such version of the price book.")


def _text(visit: Visit) -> str:
    text = text_of(visit, "text")
    if not text.strip():
        raise Refusal(
            Code.INVALID_PARAMETER,
            "Paste the text of a price book.",
            about=Parameter("Text of the book (TOML)"),
        )
    return text
