"""The agenda: what is overdue, what is still to come, and what was given up."""

from keylease.console.ports import ConsoleWork
from keylease.console.visit import PAGE_SIZE, Page, Visit
from keylease.lifecycle.jobs import BY_KIND

TABS = {"pending": "To come", "overdue": "Overdue", "failed": "Given up"}


def listed(visit: Visit, work: ConsoleWork) -> Page:
    """Appointments by their moment."""
    tab = visit.query.get("tab", "pending")
    tab = tab if tab in TABS else "pending"
    state = "failed" if tab == "failed" else "pending"
    until = work.now if tab == "overdue" else None
    rows, total = work.agenda.page((state,), PAGE_SIZE, visit.offset, until)
    titles = {kind: job.title for kind, job in BY_KIND.items()}
    values = {"rows": rows, "total": total, "tab": tab, "tabs": TABS, "titles": titles}
    return Page("operator/agenda.html", "Agenda", values)
