"""A line of a month's bill. Source: rules.md 9, facts/billing.md 6.

A line is an order, an order that money came back for, or a pay-as-you-go instance's day. It belongs
to the month, in UTC+8, in which the order was paid or the refund made, or to the month of its day.
Amounts are minor units; those of a refund are negative, so that a month adds up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import msgspec

from keylease.billing.orders.model import Order
from keylease.billing.refunds.quote import RefundLine
from keylease.core.clock import local


class BillItem(StrEnum):
    """What kind of line it is, as the API names it. Source: facts/billing.md 6."""

    SUBSCRIPTION_ORDER = "SubscriptionOrder"
    PAY_AS_YOU_GO = "PayAsYouGoBill"
    REFUND = "Refund"
    ADJUSTMENT = "Adjustment"


@dataclass(frozen=True, slots=True)
class LineItem:
    """A billable item's part of a line: so much of it, for so much of the line's gross amount.

    ``code`` is the parameter's, for instance ``KeyNum``; ``price`` its list price as text, in units
    of the currency for one ``unit``.
    """

    code: str
    usage: str
    unit: str
    price: str
    gross: int


@dataclass(frozen=True, slots=True)
class BillLine:
    """One line. ``pretax = gross - discount = voucher + cash + outstanding``.

    ``record_id`` is the order or the day's bill, ``related_record_id`` the order that a refund is
    about. ``at`` is when it was paid, ``usage_start`` and ``usage_end`` what it was paid for.
    """

    account_id: str
    month: str
    day: str
    item: BillItem
    subscription: str
    product_type: str
    record_id: str
    sub_order_id: str
    related_record_id: str
    order_type: str
    instance_id: str
    instance_name: str
    region: str
    edition: str
    currency: str
    gross: int
    discount: int
    pretax: int
    voucher: int
    cash: int
    outstanding: int
    at: int
    usage_start: int
    usage_end: int
    items: tuple[LineItem, ...] = field(default=())


_read_items = msgspec.json.Decoder(tuple[LineItem, ...]).decode


def read_items(stored: str) -> tuple[LineItem, ...]:
    """Billable items as they are stored, in JSON."""
    return _read_items(stored)


def month_of(instant: int) -> str:
    """``2026-01``: the month of an instant in UTC+8."""
    return f"{local(instant):%Y-%m}"


def day_of(instant: int) -> str:
    """``2026-01-31``: the day of an instant in UTC+8."""
    return f"{local(instant):%Y-%m-%d}"


def line_of_order(order: Order, name: str, items: tuple[LineItem, ...] = ()) -> BillLine:
    """The line of a paid order; ``name`` is its instance's."""
    at = order.paid_at or 0
    return BillLine(
        **_common(order, order.configuration, name, at),
        item=BillItem.SUBSCRIPTION_ORDER,
        record_id=order.id,
        sub_order_id=f"{order.id}1",
        related_record_id="",
        gross=order.list_amount,
        discount=order.list_amount - order.payable_amount,
        pretax=order.payable_amount,
        voucher=order.voucher_amount,
        cash=order.cash,
        outstanding=0,
        usage_start=order.start or at,
        usage_end=order.end or at,
        items=items,
    )


def line_of_refund(
    refund: Order, position: int, line: RefundLine, original: Order, name: str
) -> BillLine:
    """The negative line of one order of a refund.

    What went back to a voucher is on the only line of its refund.
    """
    at = refund.paid_at or 0
    by_voucher = refund.voucher_amount
    whole = line.amount + by_voucher
    return BillLine(
        **_common(refund, original.configuration, name, at),
        item=BillItem.REFUND,
        record_id=refund.id,
        sub_order_id=f"{refund.id}{position + 1}",
        related_record_id=line.order_id,
        gross=-whole,
        discount=0,
        pretax=-whole,
        voucher=-by_voucher,
        cash=-line.amount,
        outstanding=0,
        usage_start=original.start or at,
        usage_end=original.end or at,
    )


def _common(order: Order, configuration: Mapping[str, Any], name: str, at: int) -> dict[str, Any]:
    return {
        "account_id": order.account_id,
        "month": month_of(at),
        "day": day_of(at),
        "subscription": order.subscription.value,
        "product_type": order.product_type,
        "order_type": order.type.value,
        "instance_id": order.instance_id,
        "instance_name": name,
        "region": order.region,
        "edition": str(configuration.get("edition", "")),
        "currency": order.currency,
        "at": at,
    }
