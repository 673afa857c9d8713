"""The first page after signing in: what there is, how much of it is used, what comes next."""

from collections.abc import Sequence

from keylease.access.permissions import Permission
from keylease.billing.ledger.model import cash
from keylease.console.pages.calendar import KINDS, address_of
from keylease.console.pages.instances import Row, rows_of
from keylease.console.pages.notices import notices_of
from keylease.console.pages.requests import requests_of
from keylease.console.ports import ConsoleWork
from keylease.console.visit import Page, Visit
from keylease.core.clock import DAY
from keylease.core.terms import RETENTION
from keylease.lifecycle.calendar import Event
from keylease.lifecycle.listing import SubscriptionFilter

_NEXT = 5
_MAY_SEE_PLANS = (Permission("kms:ListKeys"), Permission("kms:ListSecrets"))
_LISTED = 100
_AHEAD_DAYS = 30


def show(visit: Visit, work: ConsoleWork) -> Page:
    """The customer's overview of a region."""
    chosen = SubscriptionFilter(region=visit.region, services=False)
    kept = work.now - RETENTION
    listed, total = work.subscriptions.page(visit.account_id, chosen, kept, 0, _LISTED, by_end=True)
    rows = rows_of(work, listed)
    balance = None
    if visit.allows((Permission("bss:QueryAccountBalance"),), work):
        balance = work.ledger.balance(cash(visit.account_id), visit.account.currency)
    values = {
        "total": total,
        "used": _sums(rows),
        "counted": len(rows),
        "ending": rows[:_NEXT],
        "balance": balance,
        "planned": _planned(visit, work) if visit.allows(_MAY_SEE_PLANS, work) else [],
        "notices": notices_of(visit, work),
        "kinds": KINDS,
        "address_of": address_of,
    }
    return Page("overview.html", "Overview", values | requests_of(visit, work, visit.region))


def _planned(visit: Visit, work: ConsoleWork) -> Sequence[Event]:
    """The next rotations and deletions of keys and secrets of the region."""
    until = work.now + _AHEAD_DAYS * DAY
    return work.plans.between(visit.account_id, work.now, until, _NEXT, visit.region)


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
