"""RefundInstance, InquiryPriceRefundInstance, CancelRenewal and CancelOrder: taking things back.

CancelRenewal is our own: the original cancels a pending renewal in its console only.
Shapes: facts/bss-operations.txt; rules: rules.md 4 and 7.
"""

from collections.abc import Mapping
from typing import Any

from keylease.api.rpc.arguments import Arguments, invalid
from keylease.api.rpc.billing.envelope import CODE_200, HOST_ID, PRODUCT_CODE, amount_number
from keylease.api.rpc.billing.queries import explained
from keylease.api.rpc.billing.tokens import once
from keylease.api.rpc.call import Answer, ApiWork, Call
from keylease.billing.legal.model import LegalKind
from keylease.lifecycle import ordering, purchase, refund
from keylease.lifecycle.refund import Unsubscription


def refund_instance(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """Unsubscribe an instance; what comes back goes to the balance."""
    arguments = call.arguments
    instance_id = _instance_id(arguments)
    released = arguments.optional("ImmediatelyRelease") or "1"
    if released not in {"0", "1"}:
        raise invalid("ImmediatelyRelease", "takes 1 (release it now) or 0 (keep it for 15 days)")
    at_once = released == "1"

    def act() -> Mapping[str, Any]:
        receipt = refund.unsubscribe(work, call.account_id, instance_id, at_once=at_once)
        return CODE_200 | {"Data": {"HostId": HOST_ID, "OrderId": int(receipt.order_id)}}

    same = {"instance_id": instance_id, "at_once": at_once}
    return once(call, work, same, act), instance_id


def inquiry_price_refund_instance(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """What would come back now, and why; with an OrderId, for cancelling that renewal alone."""
    arguments = call.arguments
    instance_id = _instance_id(arguments)
    order_id = arguments.optional("OrderId")
    if order_id is None:
        asked = refund.quote_unsubscription(work, call.account_id, instance_id)
    else:
        asked = refund.quote_cancellation(work, call.account_id, instance_id, order_id)
    data = {
        "HostId": HOST_ID,
        "InstanceId": instance_id,
        "Currency": asked.quote.currency,
        "RefundAmount": amount_number(asked.quote.amount),
        "Details": _details(asked),
        "RulesVersion": work.legal_texts.current_version(LegalKind.UNSUBSCRIPTION),
    }
    return CODE_200 | {"Data": data}, instance_id


def cancel_renewal(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """Give back the latest renewal that has not begun; service goes on until the end before it."""
    instance_id = call.arguments.required("InstanceId")
    order_id = call.arguments.required("OrderId")

    def act() -> Mapping[str, Any]:
        receipt = refund.cancel_renewal(work, call.account_id, instance_id, order_id)
        return {"Data": {"HostId": HOST_ID, "OrderId": receipt.order_id}}

    same = {"instance_id": instance_id, "order_id": order_id}
    return once(call, work, same, act), instance_id


def cancel_order(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """Cancel an order that nobody has paid."""
    order_id = call.arguments.required("OrderId")
    ordering.cancel_order(work, call.account_id, order_id)
    return {"Data": {"HostId": HOST_ID}}, order_id


def _instance_id(arguments: Arguments) -> str:
    """The instance that is named; product code and type are optional, and checked if sent."""
    product_code = arguments.optional("ProductCode") or PRODUCT_CODE
    purchase.check_product(product_code, arguments.text("ProductType"))
    return arguments.required("InstanceId")


def _details(asked: Unsubscription) -> list[dict[str, str]]:
    """How it was worked out, order by order."""
    return [
        {"OrderId": order.id, "OrderType": order.type.value} | explained(line)
        for order, line in zip(asked.orders, asked.quote.lines, strict=True)
    ]
