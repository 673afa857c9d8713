"""The books: the last daily check, and one on request. rules.md 9."""

from keylease.billing.ledger.check import check_books
from keylease.console.ports import ConsoleWork
from keylease.console.visit import Page, Visit
from keylease.lifecycle.books import books_status


def show(_visit: Visit, work: ConsoleWork) -> Page:
    """When the daily check ran last, and how much it found."""
    return Page("operator/books.html", "Books", {"last": books_status(work.facts), "found": None})


def check(visit: Visit) -> Page:
    """Check them all now, and say what is wrong; nothing is written."""
    with visit.transactions.read() as work:
        found, last = check_books(work.books), books_status(work.facts)
    return Page("operator/books.html", "Books", {"last": last, "found": found})
