"""What a scenario about changing and giving back an instance says and asks, in official clients."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alibabacloud_bssopenapi20171214 import models as bss

from doors.house import Rows, Tables, signer_of
from doors.signed import BILLING, Answer
from keylease.billing.catalog import default_price_book_text
from keylease.custody.erasing import ERASE
from product import Customer
from scenarios.town import Town, balance_of

INVALID = (400, "InvalidParameter")
MISSING = (400, "MissingParameter")
NOT_THERE = (400, "ResourceNotExists")
WRONG_PHASE = (400, "ResourceStatusError")
CHANGE_PENDING = (400, "INSTANCE_HAS_INACTIVE_CHANGE")
UNPAID_ORDER = (400, "CSS_CHECK_ORDER_ERROR")


def buy_by_the_day(customer: Customer, token: str = "", **parameters: str) -> str:
    """Buy a pay-as-you-go instance; its id."""
    given = {"Region": "cn-hangzhou", "ProductVersion": "3", **parameters}
    request = bss.CreateInstanceRequest(
        product_code="kms",
        product_type="kms_ppi_public_intl",
        subscription_type="PayAsYouGo",
        client_token=token or None,
        parameter=[
            bss.CreateInstanceRequestParameter(code=code, value=value)
            for code, value in given.items()
        ],
    )
    return str(customer.bss.create_instance(request).body.to_map()["Data"]["InstanceId"])


def upgrade(customer: Customer, instance: str, token: str = "", **parameters: str) -> str:
    """ModifyInstance; the order's id."""
    return modify(customer, instance, token, "Upgrade", **parameters)


def modify(
    customer: Customer, instance: str, token: str = "", kind: str = "Upgrade", **parameters: str
) -> str:
    request = bss.ModifyInstanceRequest(
        product_code="kms",
        product_type="kms_ddi_public_intl",
        subscription_type="Subscription",
        modify_type=kind,
        instance_id=instance,
        client_token=token or None,
        parameter=[
            bss.ModifyInstanceRequestParameter(code=code, value=value)
            for code, value in parameters.items()
        ],
    )
    body = customer.bss.modify_instance(request).body
    assert (body.success, body.code) == (True, "Success")
    return str(body.data.order_id)


def renew_changed(
    customer: Customer, instance: str, months: int = 1, token: str = "", **parameters: str
) -> str:
    """RenewChangeInstance; the order's id."""
    request = bss.RenewChangeInstanceRequest(
        product_code="kms",
        instance_id=instance,
        renew_period=months,
        client_token=token or None,
        parameter=[
            bss.RenewChangeInstanceRequestParameter(code=code, value=value)
            for code, value in parameters.items()
        ],
    )
    body = customer.bss.renew_change_instance(request).body
    assert (body.success, body.code) == (True, "Success")
    return str(body.data.order_id)


def unsubscribe(customer: Customer, instance: str, at_once: str = "1", token: str = "") -> str:
    """RefundInstance as Terraform's provider sends it; the refund order's id."""
    request = bss.RefundInstanceRequest(
        instance_id=instance,
        immediately_release=at_once or None,
        product_code="kms",
        product_type="kms_ddi_public_intl",
        client_token=token or None,
    )
    body = customer.bss.refund_instance(request).body
    assert (body.success, body.code, body.message) == (True, "200", "success")
    assert isinstance(body.data.order_id, int)
    return str(body.data.order_id)


def refundable(customer: Customer, instance: str) -> str:
    """InquiryPriceRefundInstance: how much would come back."""
    request = bss.InquiryPriceRefundInstanceRequest(instance_id=instance, product_code="kms")
    body = customer.bss.inquiry_price_refund_instance(request).body
    assert (body.code, body.data.instance_id) == ("200", instance)
    assert body.data.currency == balance_of(customer)[1]
    return f"{body.data.refund_amount:.2f}"


def set_automatic(customer: Customer, instance: str) -> None:
    """SetRenewal: AutoRenewal, a month each time."""
    request = bss.SetRenewalRequest(
        instance_ids=instance,
        product_code="kms",
        renewal_status="AutoRenewal",
        renewal_period=1,
        renewal_period_unit="M",
    )
    customer.bss.set_renewal(request)


def ask(customer: Customer, action: str, **parameters: str) -> Answer:
    """A billing call that the official client has no fields for."""
    return signer_of(customer).call(action, parameters, version=BILLING)


def explained(customer: Customer, instance: str, **parameters: str) -> dict[str, dict[str, Any]]:
    """How a refund would be worked out, by order."""
    answer = ask(customer, "InquiryPriceRefundInstance", InstanceId=instance, **parameters)
    assert answer.status == 200, answer.text
    return {one["OrderId"]: one for one in answer.json["Data"]["Details"]}


def cancel_renewal(customer: Customer, instance: str, order_id: str, token: str = "") -> Answer:
    """CancelRenewal, which is our own."""
    sent = {"InstanceId": instance, "OrderId": order_id, "ClientToken": token}
    return ask(customer, "CancelRenewal", **sent)


def parts_of(customer: Customer, order_id: str) -> dict[str, str]:
    """A refund order: how much came back, by the order that it came back for."""
    request = bss.GetOrderDetailRequest(order_id=order_id)
    data = customer.bss.get_order_detail(request).body.to_map()["Data"]
    rows = data["OrderList"]["Order"]
    assert {row["OrderType"] for row in rows} == {"Refund"}
    return {row["RelatedOrderId"]: row["PretaxAmount"] for row in rows}


def load_book(town: Town, folder: Path, *changes: tuple[str, str]) -> None:
    """Put a book in force that is the default one with these changes."""
    text = default_price_book_text()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    book = folder / "book.toml"
    book.write_text(text, "utf-8")
    town.cli("prices", "load", str(book))


@contextmanager
def nothing_changes(town: Town) -> Iterator[None]:
    """Whatever happens inside, no row of any business table changes."""
    before = business_rows(town)
    yield
    assert business_rows(town) == before


def business_rows(town: Town) -> Rows:
    """All of them, but for what the server does meanwhile: it counts use and erases files."""
    rows = Tables(town).rows()
    rows["agenda"] = [row for row in rows["agenda"] if ERASE not in row]
    return {name: found for name, found in rows.items() if not name.startswith("usage_")}
