"""The books: what is checked each day, the last checks, and one on request. rules.md 9."""

from typing import Any

from keylease.billing.ledger.check import QUESTIONS, answers
from keylease.console.ports import ConsoleWork
from keylease.console.visit import Page, Visit
from keylease.lifecycle.books import books_history, books_status


def show(_visit: Visit, work: ConsoleWork) -> Page:
    """Each question with what the daily check found last, and the checks before it."""
    past = books_history(work.facts)
    found = past[0].found if past else None
    rows = [(one.holds, None if found is None else found.get(one.holds, 0)) for one in QUESTIONS]
    return _page(work, rows=rows, found_now=None)


def check(visit: Visit) -> Page:
    """Ask everything now, and say what is wrong; nothing is written."""
    with visit.transactions.read() as work:
        asked = answers(work.books)
        rows = [(one.holds, len(found)) for one, found in asked]
        return _page(work, rows=rows, found_now=[one for _, found in asked for one in found])


def _page(work: ConsoleWork, **values: Any) -> Page:
    history = {"last": books_status(work.facts), "history": books_history(work.facts)}
    return Page("operator/books.html", "Books", history | values)
