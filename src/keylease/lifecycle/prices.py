"""Loading a price book, and the versions that there are."""

from keylease.billing.catalog import BookVersion, PriceBook, parse_price_book
from keylease.core.errors import Misuse, Word, Words
from keylease.lifecycle.work import Work


def load_prices(work: Work, text: str) -> BookVersion:
    """Load a book, which comes into force at once or when it says; its version.

    PriceBookInvalid if it is wrong. Misuse if it leaves out what customers have, or can get until
    it comes into force: their instances could neither be renewed nor their owners be told what
    that costs.
    """
    check_loadable(work, text)
    number = work.price_books.add(text)
    return require_version(work, number)


def check_loadable(work: Work, text: str) -> None:
    """Stop what `load_prices` would not load; PriceBookInvalid, Misuse."""
    _check_complete(work, parse_price_book(text))


def require_version(work: Work, number: int) -> BookVersion:
    """The version of that number; Misuse if there is none."""
    for version in work.price_books.versions():
        if version.number == number:
            return version
    raise Misuse(
        "There is no version {number} of the price book: see keylease prices list.", number=number
    )


def _check_complete(work: Work, book: PriceBook) -> None:
    used = work.price_books.in_use()
    for currency in sorted(used.currencies.difference(book.currencies)):
        raise Misuse(
            "There are accounts in {currency}: the book needs prices in it.", currency=currency
        )
    names = [*(one.name for one in book.editions), *(one.name for one in book.services)]
    for edition in sorted(used.editions.difference(names)):
        raise Misuse("There are {edition} instances: the book needs that edition.", edition=edition)
    for edition in sorted(used.daily_editions - {one.edition for one in book.pay_as_you_go}):
        raise Misuse(
            "There are pay-as-you-go {edition} instances: the book needs day prices.",
            edition=edition,
        )
    if book.valid_from is not None and book.valid_from > work.now:
        for sold in _sold_until(work, book.valid_from):
            _check_not_less(book, sold)


def _sold_until(work: Work, moment: int) -> list[PriceBook]:
    """The book in force and those that can come into force before this moment."""
    number, current = work.price_books.current()
    later = (
        one.number
        for one in work.price_books.versions()
        if one.number > number and work.now < one.valid_from < moment
    )
    return [current, *(work.price_books.version(one) for one in later)]


def _check_not_less(book: PriceBook, sold: PriceBook) -> None:
    missing = sorted(_parts(sold) - _parts(book))
    if missing:
        raise Misuse(
            "Until the book comes into force, {missing} can be sold: it needs prices "
            "for that too, or load it on that day, without valid_from.",
            missing=Words(", ", missing),
        )


def _parts(book: PriceBook) -> set[str]:
    """What customers can have: currencies, editions, editions by the day."""
    return {
        *book.currencies,
        *(one.name for one in book.editions),
        *(Word("pay-as-you-go {edition}", edition=one.edition) for one in book.pay_as_you_go),
    }
