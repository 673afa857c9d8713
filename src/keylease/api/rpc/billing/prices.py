"""GetSubscriptionPrice and GetPayAsYouGoPrice: what something would cost now.

A subscription's price comes from the functions that book it. Shapes: facts/bss-operations.txt.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from keylease.api.rpc.arguments import Arguments, invalid, missing
from keylease.api.rpc.billing.envelope import (
    PAY_AS_YOU_GO,
    PRODUCT_CODE,
    SUBSCRIPTION,
    amount_number,
    exact_number,
    require_method,
)
from keylease.api.rpc.billing.shopper import account_of, shopper
from keylease.api.rpc.call import Answer, ApiWork, Call
from keylease.billing.catalog import (
    PAY_AS_YOU_GO_PRODUCT_TYPES,
    DayLine,
    Quote,
    Usage,
    by_code,
    day_price,
    version_of,
)
from keylease.core.errors import Code, Refusal
from keylease.lifecycle import purchase, renewal, upgrade
from keylease.lifecycle.purchase import Purchase

#: What a pay-as-you-go price can be asked for by: all of them mean a day here.
_DAILY = (None, "Usage", "Day")

#: Modules and what their Config can name, in small letters. A module may be called as its buyer
#: likes, if its Config names something that there is.
_KNOWN = {
    *("instance", "region", "productversion", "valueaddedservice"),
    *("spec", "keynum", "secretnum", "vpcnum", "log", "logstorage"),
}

_COUNT = re.compile(r"[0-9]{1,7}")


def get_subscription_price(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """What a purchase, a renewal or an upgrade would cost now: the same function that books it."""
    arguments = call.arguments
    require_method(arguments, SUBSCRIPTION)
    purchase.check_product(arguments.required("ProductCode"), arguments.text("ProductType"))
    months = _service_months(arguments)
    quantity = arguments.number_between("Quantity", 1, 1_000, 1)
    order_type = arguments.required("OrderType")
    if order_type == "NewOrder":
        price = _new_order(call, work, months)
    elif order_type == "Renewal":
        currency, instance_id = account_of(call, work).currency, arguments.required("InstanceId")
        price = renewal.price_of(work, call.account_id, currency, instance_id, months)
    elif order_type == "Upgrade":
        instance_id = arguments.required("InstanceId")
        price = upgrade.price_of(work, call.account_id, instance_id, _configured(arguments))
    else:
        raise invalid("OrderType", "takes NewOrder, Renewal or Upgrade")
    return {"Data": _price(price, quantity)}, ""


def get_pay_as_you_go_price(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """What a day costs of each module that is named, exactly; its Config says how much of it."""
    arguments = call.arguments
    require_method(arguments, PAY_AS_YOU_GO)
    _check_product(arguments)
    entries = arguments.objects("ModuleList")
    if not entries:
        raise missing("ModuleList")
    if any(entry.get("PriceType") not in _DAILY for entry in entries):
        raise invalid("ModuleList.n.PriceType", "takes Usage: prices are for a day")
    parameters = _configured(arguments)
    purchase.region_of(parameters, call.region)
    asks = shopper(call, work)
    edition = asks.book.edition(version_of(parameters)).name
    day = day_price(asks.book, edition, _usage(parameters), asks.currency)
    lines = {line.code: line for line in day.lines}
    details = [_day_detail(lines, entry["ModuleCode"]) for entry in entries]
    return {"Data": {"Currency": asks.currency, **_listed(details)}}, ""


def _check_product(arguments: Arguments) -> None:
    if arguments.required("ProductCode") != PRODUCT_CODE:
        raise invalid("ProductCode", "takes {allowed}", allowed=PRODUCT_CODE)
    if arguments.optional("ProductType") not in {None, *PAY_AS_YOU_GO_PRODUCT_TYPES}:
        raise invalid(
            "ProductType", "takes {allowed}", allowed=" or ".join(PAY_AS_YOU_GO_PRODUCT_TYPES)
        )


def _new_order(call: Call, work: ApiWork, months: int) -> Quote:
    """An instance, or a value-added service."""
    asked = Purchase("", months, _configured(call.arguments))
    return purchase.price_of(work, account_of(call, work).currency, asked, call.region)


def _configured(arguments: Arguments) -> dict[str, str]:
    """``ModuleList.n.Config`` as ``AA:aa,BB:bb``, merged into parameters, and ``Region``."""
    region = arguments.optional("Region")
    parameters = {"Region": region} if region else {}
    for entry in arguments.objects("ModuleList"):
        code = entry.get("ModuleCode")
        if not code:
            raise missing("ModuleList.n.ModuleCode")
        config = _config(code, entry.get("Config", ""))
        if not {code.lower(), *(name.lower() for name in config)} & _KNOWN:
            raise Refusal(
                Code.INVALID_MODULE,
                "There is no module {code!r}: see DescribePricingModule.",
                code=code[:40],
            )
        parameters |= config
    return parameters


def _config(code: str, text: str) -> dict[str, str]:
    config = {}
    for pair in filter(None, text.split(",")):
        name, colon, value = pair.partition(":")
        if not colon:
            raise Refusal(
                Code.INVALID_CONFIG,
                "The Config of the module {code!r} takes AA:aa,BB:bb.",
                code=code[:40],
            )
        config[name.strip()] = value.strip()
    return config


def _service_months(arguments: Arguments) -> int:
    quantity = arguments.number_between("ServicePeriodQuantity", 1, 1_000, 1)
    unit = arguments.optional("ServicePeriodUnit") or "Month"
    if unit not in {"Month", "Year"}:
        raise invalid("ServicePeriodUnit", "takes Month or Year")
    return quantity * (12 if unit == "Year" else 1)


def _usage(parameters: Mapping[str, str]) -> Usage:
    """How much is asked about; one of what is not named."""
    given = by_code(parameters, ("Region", "ProductVersion", "KeyNum", "SecretNum", "Spec"))
    return Usage(
        existed=True,
        key_versions=_count("KeyNum", given),
        secrets=_count("SecretNum", given),
        peak_qps=_count("Spec", given),
    )


def _count(code: str, given: Mapping[str, str]) -> int:
    text = given.get(code, "1")
    if not _COUNT.fullmatch(text):
        raise Refusal(
            Code.INVALID_CONFIG, "{code} takes a whole number of at most 7 digits.", code=code
        )
    return int(text)


def _price(price: Quote, quantity: int) -> dict[str, Any]:
    """The totals, and the lines of one piece, which add up to its totals."""
    details = [
        {
            "ModuleCode": share.line.module,
            "UnitPrice": amount_number(share.line.unit_price),
            "OriginalCost": amount_number(share.list_amount),
            "InvoiceDiscount": amount_number(share.list_amount - share.payable_amount),
            "CostAfterDiscount": amount_number(share.payable_amount),
        }
        for share in price.shares()
    ]
    original, trade = price.list_amount * quantity, price.payable_amount * quantity
    return {
        "Currency": price.currency,
        "OriginalPrice": amount_number(original),
        "DiscountPrice": amount_number(original - trade),
        "TradePrice": amount_number(trade),
        "Quantity": quantity,
        "PaymentScheme": _at_once(trade),
        **_listed(details),
    }


def _at_once(trade: int) -> dict[str, str]:
    """That all of it is paid with the order, in its currency; in cents."""
    fees = ("OrderTotalFee", "OrderTotalSettleFee")
    down = ("OrderDownPaymentFee", "OrderDownPaymentSettleFee")
    return {"PaymentType": "PAYMENT_NORMAL"} | dict.fromkeys((*fees, *down), str(trade))


def _day_detail(lines: Mapping[str, DayLine], code: str) -> dict[str, Any]:
    line = lines.get(code)
    if line is None:
        raise Refusal(
            Code.INVALID_MODULE,
            "There is no module {code!r}: use {allowed}.",
            code=code[:40],
            allowed=", ".join(lines),
        )
    return {
        "ModuleCode": code,
        "UnitPrice": exact_number(line.unit_price),
        "OriginalCost": exact_number(line.amount),
        "InvoiceDiscount": amount_number(0),
        "CostAfterDiscount": exact_number(line.amount),
    }


def _listed(details: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "ModuleDetails": {"ModuleDetail": details},
        "PromotionDetails": {"PromotionDetail": []},
    }
