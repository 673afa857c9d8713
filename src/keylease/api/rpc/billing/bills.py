"""QueryBill, QuerySettleBill, QueryBillOverview and QueryAccountBill.

The first two list a month's lines; the others are read from what is added up with each line.
Shapes: facts/bss-operations.txt; which values: facts/billing.md 6, rules.md 9.
"""

from collections.abc import Iterable
from typing import Any

from keylease.api.rpc.billing import bill_view
from keylease.api.rpc.billing.bill_view import View, figures, product, taxed, view_of
from keylease.api.rpc.billing.pages import TokenPage, page_of
from keylease.api.rpc.call import Answer, ApiWork, Call
from keylease.billing.bills import names
from keylease.billing.bills.model import BillLine
from keylease.billing.bills.parts import Amounts, amounts_of
from keylease.billing.bills.ports import Total
from keylease.billing.catalog import PRODUCT_CODE
from keylease.core.clock import local_text


def query_bill(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """The lines of a month, page by page."""
    view, (page, size) = view_of(call, work), page_of(call)
    lines: Any = []
    total = 0
    if view.chosen is not None:
        lines = work.bill_views.page(view.chosen, (page - 1) * size, size)
        total = work.bill_views.count(view.chosen)
    data = view.data() | {
        "Items": {"Item": _lines(view, work, lines)},
        "PageNum": page,
        "PageSize": size,
        "TotalCount": total,
    }
    return {"Data": data}, ""


def query_settle_bill(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """The lines of a month, as many as there are."""
    view = view_of(call, work)
    chosen = view.chosen
    page = TokenPage(call, chosen, int)
    found: Any = []
    total = page.total
    if chosen is not None:
        found = work.bill_views.after(chosen, page.key or 0, page.size + 1)
        total = work.bill_views.count(chosen) if total is None else total
    shown = found[: page.size]
    rows = _lines(view, work, [line for _, line in shown])
    last = shown[-1][0] if shown else 0
    data = view.data() | page.data(total or 0, last, more=len(found) > page.size)
    return {"Data": data | {"Items": {"Item": [row | view.payer() for row in rows]}}}, ""


def query_bill_overview(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """What a month adds up to, by product type, billing method and kind of line."""
    view = view_of(call, work)
    rows = [
        {
            **product(one.subscription, one.product_type, view.language),
            **figures(one.amounts),
            **taxed(one.amounts, one.currency),
            **view.payer(),
            "Item": one.item,
            "OwnerID": view.account.id,
        }
        for one in _month_totals(view, work)
    ]
    return {"Data": view.data() | {"Items": {"Item": rows}}}, ""


def query_account_bill(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """What a month or a day adds up to, for the account, or by billing method of its product."""
    view, (page, size) = view_of(call, work), page_of(call)
    day = bill_view.day_of(call, view.month)
    by_product = call.arguments.boolean("IsGroupByProduct")
    totals = _month_totals(view, work, day)
    groups: dict[tuple[str, str], Amounts] = {}
    for one in totals:
        key = (one.subscription if by_product else "", one.currency)
        groups[key] = groups.get(key, Amounts()) + one.amounts
    rows = [_account_row(view, day or view.month, *key, amounts) for key, amounts in groups.items()]
    data = view.data() | {
        "Items": {"Item": rows[(page - 1) * size : page * size]},
        "PageNum": page,
        "PageSize": size,
        "TotalCount": len(rows),
    }
    return {"Data": data}, ""


def _lines(view: View, work: ApiWork, lines: Iterable[BillLine]) -> list[dict[str, Any]]:
    listed = list(lines)
    payments = work.bill_views.payments([line.record_id for line in listed])
    return [_line(view, line, payments.get(line.record_id, "")) for line in listed]


def _line(view: View, line: BillLine, payment: str) -> dict[str, Any]:
    amounts = amounts_of(line)
    return {
        **product(line.subscription, line.product_type, view.language),
        **figures(amounts),
        **taxed(amounts, line.currency),
        "Item": line.item.value,
        "OwnerID": view.account.id,
        "PaymentTime": local_text(line.at),
        "PaymentTransactionID": payment,
        "RecordID": line.record_id,
        "SubOrderId": line.sub_order_id,
        "Status": "PayUnclear" if amounts.outstanding else "PayFinish",
        "UsageStartTime": local_text(line.usage_start),
        "UsageEndTime": local_text(line.usage_end),
    }


def _month_totals(view: View, work: ApiWork, day: str | None = None) -> list[Total]:
    """The sums of a month, which are kept, or of a day, that the filters fit."""
    chosen = view.chosen
    if chosen is None:
        return []
    totals = (
        work.bill_views.totals(chosen.account_id, chosen.month)
        if day is None
        else work.bill_views.day_totals(chosen.of_day(day))
    )
    return [
        one
        for one in totals
        if chosen.product_type in {None, one.product_type}
        and chosen.subscription in {None, one.subscription}
    ]


def _account_row(
    view: View, when: str, subscription: str, currency: str, amounts: Amounts
) -> dict[str, Any]:
    by_product = bool(subscription)
    return {
        **figures(amounts),
        **view.payer(),
        "BillingDate": when,
        "CostUnit": names.text("Not allocated", view.language),
        "Currency": currency,
        "OwnerID": view.account.id,
        "OwnerName": view.account.name,
        "PipCode": PRODUCT_CODE if by_product else "",
        "ProductCode": PRODUCT_CODE if by_product else "",
        "ProductName": names.product_name(view.language) if by_product else "",
        "SubscriptionType": subscription,
    }
