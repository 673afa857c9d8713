"""QueryAvailableInstances, QueryOrders and GetOrderDetail.

Shapes: facts/bss-operations.txt; which values: rules.md 2 and 4, facts/billing.md 1 and 7.
"""

import json
from collections.abc import Mapping
from typing import Any

from keylease.api.rpc.billing.envelope import PRODUCT_CODE, amount_text
from keylease.api.rpc.billing.order_config import configs
from keylease.api.rpc.billing.pages import page_of
from keylease.api.rpc.billing.shopper import Names, shopper
from keylease.api.rpc.call import Answer, ApiWork, Call
from keylease.billing.orders.model import Order, OrderFilter, OrderType, subscription_of
from keylease.billing.refunds.quote import RefundLine
from keylease.billing.renewals.model import RenewalMode, RenewalSetting
from keylease.core.clock import HOUR, iso
from keylease.core.money import factor_text
from keylease.core.terms import NEVER, RETENTION, Phase, release_of
from keylease.custody.instances.model import Instance
from keylease.lifecycle.listing import SubscriptionFilter
from keylease.lifecycle.renewal import not_exists


def query_available_instances(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """The account's instances that are not released; unknown filter values find nothing."""
    arguments = call.arguments
    page, size = page_of(call)
    rows: Any = []
    total = 0
    if _about_us(call):
        ids = arguments.commas("InstanceIDs")
        chosen = SubscriptionFilter(
            instance_ids=ids or None,
            region=arguments.optional("Region"),
            product_type=arguments.optional("ProductType"),
            subscription=arguments.optional("SubscriptionType"),
            renewal_mode=arguments.optional("RenewStatus"),
            created_from=arguments.instant("CreateTimeStart"),
            created_until=arguments.instant("CreateTimeEnd"),
            end_from=arguments.instant("EndTimeStart"),
            end_until=arguments.instant("EndTimeEnd"),
        )
        kept = work.now - RETENTION
        offset = (page - 1) * size
        rows, total = work.subscriptions.page(call.account_id, chosen, kept, offset, size)
    listed = [_instance(instance, setting, work.now) for instance, setting in rows]
    data = {"InstanceList": listed, "PageNum": page, "PageSize": size, "TotalCount": total}
    return {"Data": data}, ""


def query_orders(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """The account's orders, newest first; without times, those of the last hour."""
    arguments = call.arguments
    page, size = page_of(call)
    until = arguments.instant("CreateTimeEnd")
    since = arguments.instant("CreateTimeStart")
    if since is None:
        since = (work.now if until is None else until) - HOUR
    chosen = OrderFilter(
        created_from=since,
        created_until=until,
        type=arguments.optional("OrderType"),
        status=arguments.optional("PaymentStatus"),
        product_type=arguments.optional("ProductType"),
        subscription=arguments.optional("SubscriptionType"),
    )
    found: Any = []
    total = 0
    if _about_us(call):
        found, total = work.orders.page(call.account_id, chosen, (page - 1) * size, size, work.now)
    related = work.orders.related(found)
    listed = [_order(one, work.now) | _related(one, related) for one in found]
    data = {
        "HostName": "",
        "OrderList": {"Order": listed},
        "PageNum": page,
        "PageSize": size,
        "TotalCount": total,
    }
    return {"Data": data}, ""


def get_order_detail(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """One order with its configuration and term; 400 ResourceNotExists."""
    order = work.orders.find(call.arguments.required("OrderId"))
    if order is None or order.account_id != call.account_id:
        raise not_exists()
    listed = _suborders(order, shopper(call, work).names, work)
    data = {
        "HostName": "",
        "OrderList": {"Order": listed},
        "PageNum": 1,
        "PageSize": max(20, len(listed)),
        "TotalCount": len(listed),
    }
    return {"Data": data}, order.id


def _about_us(call: Call) -> bool:
    """Whether the product can be one that is sold here."""
    return call.arguments.optional("ProductCode") in {None, PRODUCT_CODE}


def _instance(instance: Instance, setting: RenewalSetting, now: int) -> dict[str, Any]:
    running = instance.phase(now) is Phase.RUNNING
    row = {
        "OwnerId": int(instance.account_id),
        "SellerId": 0,
        "Seller": "",
        "ProductCode": PRODUCT_CODE,
        "ProductType": instance.product_type,
        "SubscriptionType": subscription_of(instance.product_type).value,
        "InstanceID": instance.id,
        "Region": instance.region,
        "CreateTime": iso(instance.created_at),
        "Status": "Normal" if running else "Expired",
        "SubStatus": "Normal",
        "RenewStatus": setting.mode.value,
    }
    if instance.end != NEVER:
        row |= {"EndTime": iso(instance.end), "StopTime": iso(instance.end)}
        released = iso(release_of(instance.end))
        row |= {"ReleaseTime": released, "ExpectedReleaseTime": released}
    if setting.mode is RenewalMode.AUTO:
        row |= {"RenewalDuration": setting.months, "RenewalDurationUnit": "M"}
    return row


def _order(order: Order, now: int) -> dict[str, Any]:
    payable = amount_text(order.payable_amount)
    row = {
        "OrderId": order.id,
        "ProductCode": PRODUCT_CODE,
        "ProductType": order.product_type,
        "CommodityCode": order.product_type,
        "SubscriptionType": order.subscription.value,
        "OrderType": order.type.value,
        "CreateTime": iso(order.created_at),
        "Currency": order.currency,
        "PaymentCurrency": order.currency,
        "PretaxGrossAmount": amount_text(order.list_amount),
        "PretaxAmount": payable,
        "PretaxAmountLocal": payable,
        "Tax": amount_text(0),
        "AfterTaxAmount": payable,
    }
    if order.type is not OrderType.REFUND:  # a refund has no status. facts/billing.md 1
        row["PaymentStatus"] = order.status_at(now).value
    if order.paid_at is not None:
        row["PaymentTime"] = iso(order.paid_at)
    return row


def _related(order: Order, related: Mapping[str, str]) -> dict[str, str]:
    return {"RelatedOrderId": related.get(order.id, "")}


def _suborders(order: Order, names: Names, work: ApiWork) -> list[dict[str, Any]]:
    """One element for each suborder: a refund has one for each order that it ended."""
    if order.type is not OrderType.REFUND:
        related = work.orders.related([order])
        return [_detail(order, names, work.now) | _related(order, related)]
    rows = []
    for position, line in enumerate(work.orders.refund_lines(order.id)):
        original = work.orders.find(line.order_id)
        amount = amount_text(line.amount)
        row = _detail(original or order, names, work.now) | _order(order, work.now)
        row.pop("PaymentStatus")
        rows.append(
            row
            | {
                "SubOrderId": f"{order.id}{position + 1}",
                "OrderSubType": "RefundSubOrder",
                "RelatedOrderId": line.order_id,
                "PretaxGrossAmount": amount,
                "PretaxAmount": amount,
                "PretaxAmountLocal": amount,
                "AfterTaxAmount": amount,
                "ExtendInfos": explained(line),
            }
        )
    return rows


def explained(line: RefundLine) -> dict[str, str]:
    """How a refund was worked out, for the one who asks. Amounts are decimal text."""
    return {
        "ListAmount": amount_text(line.list_amount),
        "CashPaid": amount_text(line.cash),
        "RefundedBefore": amount_text(line.refunded_before),
        "PaidByVoucher": amount_text(line.voucher_amount),
        "OrderDays": str(line.order_days),
        "UsedDays": str(line.used_days),
        "DiscountOfUsedDays": factor_text(line.factor),
        "Consumed": amount_text(line.consumed),
        "DiscountLost": amount_text(line.discount_lost),
        "RefundAmount": amount_text(line.amount),
    }


def _detail(order: Order, names: Names, now: int) -> dict[str, Any]:
    detail = _order(order, now) | {
        "SubOrderId": f"{order.id}1",
        "OrderSubType": "ProductSubOrder",
        "InstanceIDs": json.dumps([order.instance_id]),
        "Region": order.region,
        "Quantity": "1",
        **configs(order, names),
        "Operator": "",
        "ExtendInfos": _further(order, now),
    }
    if order.start is not None and order.end is not None:
        detail |= {"UsageStartTime": iso(order.start), "UsageEndTime": iso(order.end)}
    return detail


def _further(order: Order, now: int) -> dict[str, str]:
    """Until when it can be paid, and which terms of service were accepted with it."""
    further = {"TermsVersion": str(order.terms_version)} if order.terms_version else {}
    if order.is_payable(now) and order.pay_until is not None:
        further["PayUntil"] = iso(order.pay_until)
    return further
