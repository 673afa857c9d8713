"""QueryInstanceGaapCost and DescribeInstanceAmortizedCostByAmortizationPeriod.

What was paid at once, seen from a month: what of it belongs to that month, to earlier and to later
ones (`keylease.billing.bills.amortisation`). Listed are the month's own lines and earlier orders
whose period reaches into it. Shapes: facts/bss-operations.txt.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any

from keylease.api.rpc.billing.bill_view import View, view_of
from keylease.api.rpc.billing.envelope import amount_number, amount_text
from keylease.api.rpc.billing.pages import TokenPage, page_of
from keylease.api.rpc.call import Answer, ApiWork, Call
from keylease.billing.bills import names
from keylease.billing.bills.amortisation import Amortised, amortise
from keylease.billing.bills.model import BillLine
from keylease.billing.bills.parts import Amounts
from keylease.billing.bills.ports import CostLine
from keylease.billing.catalog import PRODUCT_CODE
from keylease.core.clock import local_text


def query_instance_gaap_cost(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """Costs by order and daily bill. All amounts are text."""
    view, (page, size) = view_of(call, work), page_of(call)
    found: Any = []
    total = 0
    if view.chosen is not None:
        found, total = work.bill_views.cost_page(view.chosen, (page - 1) * size, size)
    data = {
        "HostId": "",
        "Modules": {"Module": [_module(view, one) for one in found]},
        "PageNum": page,
        "PageSize": size,
        "TotalCount": total,
    }
    return {"Data": data}, ""


def describe_amortized_cost(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """Costs by instance and the month in which they were billed. All amounts are numbers."""
    view = _amortised_view(call, work)
    chosen = view.chosen
    page = TokenPage(call, chosen, tuple[str, str])
    found: list[_Cost] = []
    total = page.total
    if chosen is not None:
        lines = work.bill_views.cost_by_instance(chosen, page.key or ("", ""))
        found = list(islice(_costs(lines, view.month), page.size + 1))
        if total is None:
            total = work.bill_views.count_cost(chosen, by_instance=True)
    shown = found[: page.size]
    last = (shown[-1].last.month, shown[-1].last.instance_id) if shown else ("", "")
    data = view.data() | page.data(total or 0, last, more=len(found) > page.size)
    del data["BillingCycle"]
    return {"Data": data | {"Items": [_item(view, one) for one in shown]}}, ""


@dataclass(frozen=True, slots=True)
class _Cost:
    """An instance's lines of a month, seen from another."""

    last: BillLine
    amortised: Amortised


def _amortised_view(call: Call, work: ApiWork) -> View:
    """The view, with the filters that only this operation takes."""
    view, arguments = view_of(call, work), call.arguments
    own = {view.account.id}
    fits = arguments.optional("CostUnitCode") is None and arguments.optional("ProductDetail") in {
        None,
        *(names.product_detail(one, view.language) for one in ("Subscription", "PayAsYouGo")),
    }
    for name in ("BillOwnerIdList", "BillUserIdList"):
        listed = _listed(call, name)
        fits = fits and (not listed or bool(own & listed))
    chosen = view.chosen if fits else None
    if chosen is not None:
        months = frozenset(_dashed(one) for one in _listed(call, "ConsumePeriodFilter"))
        chosen = chosen.narrowed(frozenset(_listed(call, "InstanceIdList")), months)
    return View(view.account, view.month, chosen)


def _listed(call: Call, name: str) -> set[str]:
    return {entry[""] for entry in call.arguments.objects(name) if entry.get("")}


def _dashed(month: str) -> str:
    """``202601`` to ``2026-01``."""
    return f"{month[:4]}-{month[4:]}" if month.isdigit() else month


def _costs(lines: Iterator[CostLine], month: str) -> Iterator[_Cost]:
    for _, group in groupby(lines, key=lambda one: (one.line.month, one.line.instance_id)):
        found = list(group)
        amortised = Amortised(Amounts(), Amounts(), Amounts())
        for one in found:
            amortised += amortise(one.line, month, one.stopped_at)
        yield _Cost(found[-1].line, amortised)


def _module(view: View, cost: CostLine) -> dict[str, Any]:
    line = cost.line
    amortised = amortise(line, view.month, cost.stopped_at)
    row: dict[str, Any] = {
        "AccountingUnit": "",
        "BillType": line.item.value,
        "BillingCycle": view.month,
        "Currency": line.currency,
        "InstanceID": line.instance_id,
        "OrderId": line.record_id,
        "OrderType": line.order_type,
        "OwnerID": view.account.id,
        "PayTime": local_text(line.at),
        "PayerAccount": view.account.id,
        "PaymentCurrency": line.currency,
        "ProductCode": PRODUCT_CODE,
        "ProductType": line.product_type,
        "Region": line.region,
        "ResourceGroup": names.text("Default resource group", view.language),
        "SubOrderId": line.sub_order_id,
        "SubscriptionType": line.subscription,
        "Tag": "",
        "UsageStartDate": local_text(line.usage_start),
        "UsageEndDate": local_text(line.usage_end),
    }
    for prefix, amounts in (
        ("", amortised.total),
        ("MonthGaap", amortised.current),
        ("Gaap", amortised.to_date),
        ("Unallocated", amortised.remaining),
    ):
        row |= {prefix + name: amount_text(minor) for name, minor in _gaap(amounts).items()}
    return row


def _gaap(amounts: Amounts) -> dict[str, int]:
    return {
        "PretaxGrossAmount": amounts.gross,
        "PricingDiscount": amounts.discount,
        "PretaxAmount": amounts.pretax,
        "PretaxAmountLocal": amounts.pretax,
        "PaymentAmount": amounts.cash,
        "DeductedByCashCoupons": amounts.voucher,
        "DeductedByCoupons": 0,
        "DeductedByPrepaidCard": 0,
    }


def _item(view: View, cost: _Cost) -> dict[str, Any]:
    line, amortised, language = cost.last, cost.amortised, view.language
    detail = names.product_detail(line.subscription, language)
    row: dict[str, Any] = {
        "AmortizationPeriod": view.month.replace("-", ""),
        "AmortizationStatus": "unamortized" if amortised.remaining != Amounts() else "amortized",
        "BillAccountID": int(view.account.id),
        "BillAccountName": view.account.name,
        "BillOwnerID": int(view.account.id),
        "BillOwnerName": view.account.name,
        "BizType": "",
        "ConsumePeriod": line.month.replace("-", ""),
        "CostUnit": names.text("Not allocated", language),
        "CostUnitCode": "",
        "InstanceID": line.instance_id,
        "InternetIP": "",
        "IntranetIP": "",
        "ProductCode": PRODUCT_CODE,
        "ProductDetail": detail,
        "ProductDetailCode": line.product_type,
        "ProductName": names.product_name(language),
        "Region": names.region_name(line.region, language),
        "ResourceGroup": names.text("Default resource group", language),
        "SplitAccountName": view.account.name,
        "SplitItemID": line.instance_id,
        "SplitItemName": line.instance_name,
        "SplitProductDetail": detail,
        "SubscriptionType": line.subscription,
        "Tag": "",
        "Zone": "",
    }
    for prefix, amounts in (
        ("", amortised.total),
        ("PreviouslyAmortized", amortised.before),
        ("CurrentAmortization", amortised.current),
        ("RemainingAmortization", amortised.remaining),
    ):
        row |= {prefix + name: amount_number(minor) for name, minor in _cost(amounts).items()}
    return row


def _cost(amounts: Amounts) -> dict[str, int]:
    return {
        "PretaxGrossAmount": amounts.gross,
        "InvoiceDiscount": amounts.discount,
        "AfterDiscountAmount": amounts.pretax,
        "RoundDownDiscount": 0,
        "PretaxAmount": amounts.pretax,
        "DeductedByCoupons": 0,
        "DeductedByCashCoupons": amounts.voucher,
        "DeductedByPrepaidCard": 0,
        "ExpenditureAmount": amounts.pretax - amounts.voucher,
    }
