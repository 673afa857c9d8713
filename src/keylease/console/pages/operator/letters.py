"""The letters: those that wait, those that were sent, those without an address."""

from keylease.console.ports import ConsoleWork
from keylease.console.visit import PAGE_SIZE, Page, Visit
from keylease.notifications.letters import LetterFilter

TABS = {"all": "All", "waiting": "Waiting", "sent": "Sent", "kept": "Without an address"}


def listed(visit: Visit, work: ConsoleWork) -> Page:
    """All of a tab with their text, the newest first; to one account if it is asked for."""
    tab = visit.query.get("tab", "all")
    tab = tab if tab in TABS else "all"
    chosen = LetterFilter(visit.given("account") or None, None if tab == "all" else tab)
    found, total = work.letters.newest(chosen, visit.offset, PAGE_SIZE)
    values = {"rows": found, "total": total, "tab": tab, "tabs": TABS}
    return Page("operator/letters.html", "Letters", values)
