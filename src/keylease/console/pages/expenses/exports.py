"""CSV files of bills, orders and transactions, for spreadsheets.

A short one is made at once. A long one is made in the background; a page tells how far it is, and
then offers it for download.
"""

from functools import partial

from keylease.billing.bills.model import month_of
from keylease.billing.bills.months import is_month
from keylease.console.pages.csv_files import MEDIA_TYPE, table_file
from keylease.console.pages.expenses.bill_files import LINES_MAX, month_in
from keylease.console.pages.expenses.tables import KINDS, OF_MONTHS, name_of, table_of
from keylease.console.ports import ConsoleWork, Export, ExportState
from keylease.console.visit import Download, Goto, Page, Visit
from keylease.core.errors import Code, Parameter, Refusal

_PATH = "/console/expenses/exports"


def of_month(visit: Visit, work: ConsoleWork) -> Download:
    """A file about a month's bill, at once."""
    month, kind = month_in(visit), visit.path["by"]
    if kind not in OF_MONTHS:
        raise Refusal(Code.RESOURCE_NOT_FOUND, "There is no such file.")
    return _at_once(visit, work, kind, month)


def of_orders(visit: Visit, work: ConsoleWork) -> Download:
    """All orders, at once."""
    return _at_once(visit, work, "orders", "")


def of_transactions(visit: Visit, work: ConsoleWork) -> Download:
    """All transactions, at once."""
    return _at_once(visit, work, "transactions", "")


def show(visit: Visit, work: ConsoleWork) -> Page:
    """How far the last long file is, and the form for another."""
    values = {
        "export": visit.outside.exports.find(visit.account_id),
        "kinds": KINDS,
        "month": visit.given("month", month_of(work.now)),
        "kind": visit.given("kind", "line"),
    }
    return Page("expenses/exports.html", "Exports", values)


def begin(visit: Visit) -> Goto:
    """Make a long file, in place of the last one."""
    kind, month = visit.given("kind"), visit.given("month")
    if kind not in KINDS:
        raise Refusal(Code.RESOURCE_NOT_FOUND, "There is no such file.")
    if kind not in OF_MONTHS:
        month = ""
    elif not is_month(month):
        raise Refusal(
            Code.INVALID_PARAMETER,
            "A month is written like 2026-01.",
            about=Parameter("Month, for bills"),
        )
    account = visit.account
    name = name_of(account.id, kind, month)
    export = Export(name, kind, month, 0, 0, ExportState.MAKING)
    make = partial(table_of, account=account, kind=kind, month=month)
    if not visit.outside.exports.begin(account.id, export, make):
        raise Refusal(Code.RESOURCE_IN_USE, "A file is being made: wait until it is ready.")
    return Goto(_PATH)


def file(visit: Visit, _work: ConsoleWork) -> Download:
    """The long file."""
    exports = visit.outside.exports
    export = exports.find(visit.account_id)
    opened = exports.open(visit.account_id) if export is not None else None
    if export is None or opened is None:
        raise Refusal(Code.RESOURCE_NOT_FOUND, "There is no such file.")
    return Download(export.name, MEDIA_TYPE, opened)


def _at_once(visit: Visit, work: ConsoleWork, kind: str, month: str) -> Download:
    table = table_of(work, visit.account, kind, month)
    if max(table.total, table.read) > LINES_MAX:
        raise Refusal(
            Code.LIMIT_EXCEEDED,
            "This file is long: make it on the page Exports, which tells how far it is.",
        )
    return table_file(name_of(visit.account_id, kind, month), table.columns, table.batches)
