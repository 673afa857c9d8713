"""Bills as files, written each day below a folder that the operator names. facts/billing.md 6."""

from keylease.billing.bills.model import month_of
from keylease.billing.bills.subscriptions import ROWS_DEFAULT, ExportType
from keylease.console.ports import ConsoleWork
from keylease.console.visit import Goto, Page, Visit

_PATH = "/console/expenses/exports/subscriptions"

#: What files have a line for, and when they are written.
TYPES = {
    ExportType.LINES: ("Lines (CSV)", "a file for each day, and one for the month"),
    ExportType.ITEMS: ("Billable items (CSV)", "a file for each day, and one for the month"),
    ExportType.INSTANCES_OF_MONTH: ("By instance (CSV)", "one for the month, anew each day"),
    ExportType.ITEMS_OF_MONTH: (
        "Billable items of each instance (CSV)",
        "one for the month, anew each day",
    ),
    ExportType.SPLIT_ITEMS: ("Split items (CSV)", "one for the month, anew each day"),
    ExportType.STATEMENT: ("Statement (PDF)", "one when the month is over"),
}


def listed(visit: Visit, work: ConsoleWork) -> Page:
    """What the account subscribed to, and the form for more."""
    values = {
        "rows": work.bill_subscriptions.of_account(visit.account_id),
        "types": TYPES,
        "choices": [(one.value, visit.t(said)) for one, (said, _) in TYPES.items()],
        "month": month_of(work.now),
        "rows_default": str(ROWS_DEFAULT),
        "is_possible": work.exports_bills,
    }
    return Page("expenses/subscriptions.html", "Bills as files", values)


def subscribe(visit: Visit) -> Goto:
    """Have files of a type written, or to another place."""
    visit.perform(
        "SubscribeBillToOSS",
        SubscribeType=visit.given("SubscribeType"),
        SubscribeBucket=visit.given("SubscribeBucket"),
        BucketPath=visit.given("BucketPath"),
        BeginBillingCycle=visit.given("BeginBillingCycle"),
        RowLimitPerFile=visit.given("RowLimitPerFile"),
    )
    return Goto(_PATH, "The files are written from the next 12:30 UTC+8 on.")


def unsubscribe(visit: Visit) -> Goto:
    """Have no more files of a type written."""
    visit.perform("UnsubscribeBillToOSS", SubscribeType=visit.given("SubscribeType"))
    return Goto(_PATH, "No more of these files are written. Those that are there stay.")
