"""Bills: all months, and one month by kind, line by line, or spread over its days. rules.md 9."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from keylease.billing.bills.amortisation import Amortised, amortise
from keylease.billing.bills.model import BillLine
from keylease.billing.bills.months import closes_at
from keylease.billing.bills.parts import Amounts, amounts_of
from keylease.billing.bills.ports import ClosedMonth, LineFilter, Total
from keylease.console.pages.expenses.bill_files import LINES_MAX, month_in
from keylease.console.pages.expenses.tables import OF_MONTHS
from keylease.console.pages.expenses.words import BILL_ITEMS, ORDER_TYPES
from keylease.console.ports import ConsoleWork
from keylease.console.visit import PAGE_SIZE, Page, Visit

TABS = {"overview": "Overview", "details": "Details", "amortised": "Amortised costs"}


@dataclass(frozen=True, slots=True)
class Month:
    """A month's bill: what it adds up to, and how it stands."""

    month: str
    lines: int
    amounts: Amounts
    closed: ClosedMonth | None

    @property
    def state(self) -> tuple[str, str]:
        """A word for it, and the colour of its badge."""
        if self.closed is None:
            return "Not final yet", "wait"
        return ("Not settled", "bad") if self.amounts.outstanding else ("Settled", "good")


@dataclass(frozen=True, slots=True)
class Cost:
    """A line seen from a month."""

    line: BillLine
    amortised: Amortised


def listed(visit: Visit, work: ConsoleWork) -> Page:
    """The months that have lines, newest first."""
    account = visit.account
    closed = {one.month: one for one in work.bills.closed_months(account.id)}
    months = sorted(_months(_totals(visit, work), closed), key=lambda one: one.month, reverse=True)
    rows = months[visit.offset : visit.offset + PAGE_SIZE]
    values = {"rows": rows, "total": len(months), "currency": account.currency}
    return Page("expenses/bills.html", "Bills", values)


def month(visit: Visit, work: ConsoleWork) -> Page:
    """One month in three tabs."""
    named = month_in(visit)
    tab = visit.query.get("tab", "overview")
    tab = tab if tab in TABS else "overview"
    totals, closed = _totals(visit, work, named), work.bills.closed(visit.account_id, named)
    template, rows_of = _SHOWN[tab]
    of_month = _months(totals, {named: closed} if closed else {})
    summary = of_month[0] if of_month else Month(named, 0, Amounts(), closed)
    values = {
        "month": named,
        "summary": summary,
        "closes": closes_at(named),
        "is_long": max(summary.lines, sum(one.items for one in totals)) > LINES_MAX,
        "files": OF_MONTHS,
        "tab": tab,
        "tabs": TABS,
        "currency": visit.account.currency,
        "bill_items": BILL_ITEMS,
        "order_types": ORDER_TYPES,
        **rows_of(visit, work, named, totals),
    }
    return Page(template, named, values)


def _overview(
    _visit: Visit, _work: ConsoleWork, _month: str, totals: Sequence[Total]
) -> dict[str, Any]:
    return {"rows": totals, "total": len(totals)}


def _details(
    visit: Visit, work: ConsoleWork, month: str, totals: Sequence[Total]
) -> dict[str, Any]:
    lines = work.bill_views.page(LineFilter(visit.account_id, month), visit.offset, PAGE_SIZE)
    rows = [(line, amounts_of(line)) for line in lines]
    return {"rows": rows, "total": sum(one.lines for one in totals)}


def _amortised(
    visit: Visit, work: ConsoleWork, month: str, _totals: Sequence[Total]
) -> dict[str, Any]:
    chosen = LineFilter(visit.account_id, month)
    found, total = work.bill_views.cost_page(chosen, visit.offset, PAGE_SIZE)
    rows = [Cost(one.line, amortise(one.line, month, one.stopped_at)) for one in found]
    return {"rows": rows, "total": total}


#: By tab: its template, and what it lists.
_SHOWN = {
    "overview": ("expenses/bill_overview.html", _overview),
    "details": ("expenses/bill_details.html", _details),
    "amortised": ("expenses/bill_amortised.html", _amortised),
}


def _totals(visit: Visit, work: ConsoleWork, month: str | None = None) -> list[Total]:
    totals = work.bill_views.totals(visit.account_id, month)
    return [one for one in totals if one.currency == visit.account.currency]


def _months(totals: Sequence[Total], closed: Mapping[str, ClosedMonth]) -> list[Month]:
    found: dict[str, tuple[int, Amounts]] = {}
    for one in totals:
        lines, amounts = found.get(one.month, (0, Amounts()))
        found[one.month] = lines + one.lines, amounts + one.amounts
    return [Month(named, *sums, closed.get(named)) for named, sums in found.items()]
