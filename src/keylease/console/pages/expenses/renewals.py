"""Renewals: when subscriptions end and how they are renewed, set for many at once. rules.md 5."""

from keylease.billing.catalog import PRODUCT_CODE
from keylease.billing.orders.model import Subscription
from keylease.billing.renewals.model import RenewalMode
from keylease.console.pages.instances import EDITIONS, MODES, remaining
from keylease.console.ports import ConsoleWork
from keylease.console.visit import PAGE_SIZE, Goto, Page, Visit
from keylease.core.errors import Code, Refusal
from keylease.core.terms import RETENTION
from keylease.lifecycle.listing import SubscriptionFilter


def listed(visit: Visit, work: ConsoleWork) -> Page:
    """All subscriptions, of all regions, with the form for those that are ticked."""
    mode = visit.query.get("mode", "")
    mode = mode if mode in MODES else ""
    chosen = SubscriptionFilter(
        subscription=Subscription.SUBSCRIPTION.value, renewal_mode=mode or None
    )
    kept = work.now - RETENTION
    found, total = work.subscriptions.page(visit.account_id, chosen, kept, visit.offset, PAGE_SIZE)
    _, book = work.price_books.current()
    values = {
        "rows": [(one, setting, remaining(one, work.now)) for one, setting in found],
        "total": total,
        "mode": mode,
        "modes": MODES,
        "editions": EDITIONS,
        "months": book.durations.automatic,
        "ticked": visit.lists.get("instance", ()),
    }
    return Page("expenses/renewals.html", "Renewals", values)


def set_mode(visit: Visit) -> Goto:
    """Set how the ticked instances are renewed: all of them, or none."""
    ticked = visit.lists.get("instance", ())
    if not ticked:
        raise Refusal(Code.MISSING_PARAMETER, "Tick the instances that you want to change.")
    mode = visit.given("RenewalStatus")
    visit.perform(
        "SetRenewal",
        InstanceIDs=",".join(ticked),
        ProductCode=PRODUCT_CODE,
        RenewalStatus=mode,
        RenewalPeriod=visit.given("RenewalPeriod") if mode == RenewalMode.AUTO else "",
        RenewalPeriodUnit="M" if mode == RenewalMode.AUTO else "",
    )
    return Goto(
        "/console/expenses/renewals",
        "The renewal of {number} instances is set.",
        {"number": str(len(ticked))},
    )
