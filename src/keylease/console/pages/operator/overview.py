"""The operator's first page: how much there is, and what waits for somebody."""

from keylease.console.ports import ConsoleWork
from keylease.console.visit import Page, Visit
from keylease.lifecycle.books import books_status


def show(_visit: Visit, work: ConsoleWork) -> Page:
    """Accounts, instances, what waits, the books' last check, the nodes that are alive."""
    values = {
        "totals": work.totals.at(work.now),
        "books": books_status(work.facts),
        "alive": sum(node.is_heard(work.machine) for node in work.nodes.all()),
    }
    return Page("operator/overview.html", "Overview", values)
