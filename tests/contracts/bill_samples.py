"""Bill lines for tests: whole, and told apart by a number."""

from typing import Any

from contracts.samples import ADA, AT
from keylease.billing.bills.model import BillItem, BillLine, LineItem
from keylease.core.clock import DAY


def bill_line(number: int = 1, **changed: Any) -> BillLine:
    """A line of January; every third instance has more than one of them."""
    values: dict[str, Any] = {
        "account_id": ADA,
        "month": "2026-01",
        "day": f"2026-01-{number % 28 + 1:02}",
        "item": BillItem.SUBSCRIPTION_ORDER,
        "subscription": "Subscription",
        "product_type": "kms_ddi_public_intl",
        "record_id": f"2{number:014}",
        "sub_order_id": f"2{number:014}1",
        "related_record_id": "",
        "order_type": "New",
        "instance_id": f"kst-hzz{number % 3:018}",
        "instance_name": f"实例 {number}",
        "region": "cn-hangzhou",
        "edition": "software",
        "currency": "USD",
        "gross": 60_000 + number,
        "discount": 1_000,
        "pretax": 59_000 + number,
        "voucher": 9_000,
        "cash": 50_000 + number,
        "outstanding": 0,
        "at": AT + number,
        "usage_start": AT,
        "usage_end": AT + 31 * DAY,
        "items": (
            LineItem("ProductVersion", "1", "Month", "500.00", 50_000),
            LineItem("KeyNum", "2000", "Month", "100.00", 10_000 + number),
        ),
    }
    return BillLine(**values | changed)


def day_line(number: int = 1, **changed: Any) -> BillLine:
    """A pay-as-you-go line without a discount, of which nothing is paid."""
    values: dict[str, Any] = {
        "item": BillItem.PAY_AS_YOU_GO,
        "subscription": "PayAsYouGo",
        "product_type": "kms_ppi_public_intl",
        "record_id": f"3{number:014}",
        "order_type": "",
        "gross": 200 + number,
        "discount": 0,
        "pretax": 200 + number,
        "voucher": 0,
        "cash": 0,
        "outstanding": 200 + number,
        "items": (LineItem("KeyNum", str(number), "Day", "0.01", 200 + number),),
    }
    return bill_line(number, **values | changed)
