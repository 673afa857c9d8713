"""The first page after signing in: what there is, how much of it is used, what ends next."""

from keylease.access.permissions import Permission
from keylease.billing.ledger.model import cash
from keylease.console.pages.instances import Row, rows_of
from keylease.console.ports import ConsoleWork
from keylease.console.visit import Page, Visit
from keylease.core.terms import RETENTION
from keylease.lifecycle.listing import SubscriptionFilter

_NEXT = 5
_LISTED = 100


def show(visit: Visit, work: ConsoleWork) -> Page:
    """The customer's overview of a region."""
    chosen = SubscriptionFilter(region=visit.region, services=False)
    kept = work.now - RETENTION
    listed, total = work.subscriptions.page(visit.account_id, chosen, kept, 0, _LISTED)
    rows = rows_of(work, listed)
    ending = sorted(rows, key=lambda row: row.instance.end)[:_NEXT]
    balance = None
    if visit.allows((Permission("bss:QueryAccountBalance"),), work):
        balance = work.ledger.balance(cash(visit.account_id), visit.account.currency)
    return Page(
        "overview.html",
        "Overview",
        {"total": total, "used": _sums(rows), "ending": ending, "balance": balance},
    )


def _sums(rows: list[Row]) -> list[tuple[str, int, int]]:
    return [
        ("Keys", sum(row.keys for row in rows), sum(row.capacity.keys for row in rows)),
        ("Secrets", sum(row.secrets for row in rows), sum(row.capacity.secrets for row in rows)),
        (
            "Access units",
            sum(row.access_units for row in rows),
            sum(row.capacity.access_units for row in rows),
        ),
    ]
