"""Putting a price book in force."""

from sqlalchemy import select

from keylease.billing.catalog import parse_price_book
from keylease.core.errors import Misuse
from keylease.storage import schema
from keylease.storage.unit_of_work import UnitOfWork


def load_prices(work: UnitOfWork, text: str) -> int:
    """Put a book in force; the number of its version.

    PriceBookInvalid if it is wrong. Misuse if it leaves out what customers have: their instances
    could neither be renewed nor their owners be told what that costs.
    """
    book = parse_price_book(text)
    in_use = work.connection.execute(select(schema.accounts.c.currency).distinct()).scalars()
    for currency in in_use:
        if currency not in book.currencies:
            raise Misuse(f"There are accounts in {currency}: the book needs prices in it.")
    editions = {edition.name for edition in book.editions}
    sold = work.connection.execute(select(schema.instances.c.edition).distinct()).scalars()
    for edition in sold:
        if edition not in editions:
            raise Misuse(f"There are {edition} instances: the book needs that edition.")
    return work.price_books.add(text)
