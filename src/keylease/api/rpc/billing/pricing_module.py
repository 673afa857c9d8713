"""DescribePricingModule: the modules that have a price, and the values that can be asked for.

Shapes: facts/bss-operations.txt, facts/kms.md 1.2 and 1.5.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from keylease.api.rpc.arguments import invalid
from keylease.api.rpc.billing.envelope import PAY_AS_YOU_GO, PRODUCT_CODE, SUBSCRIPTION
from keylease.api.rpc.billing.shopper import Names, Shopper, method_of, shopper
from keylease.api.rpc.call import Answer, ApiWork, Call
from keylease.billing.catalog import (
    PRODUCT_VERSIONS,
    SERVICE_VERSION,
    Module,
    PriceBook,
    products,
    skus,
    unit_of,
)

_Values = Iterator[dict[str, str]]

#: What the price of a module depends on besides its edition and its own value.
_DEPENDS = {"LogStorage": ["Log"]}


def describe_pricing_module(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """The modules of a product type; without one, of the first that is paid for this way."""
    arguments = call.arguments
    product, method = arguments.required("ProductCode"), arguments.required("SubscriptionType")
    if method not in {SUBSCRIPTION, PAY_AS_YOU_GO}:
        raise invalid(
            "SubscriptionType",
            "takes {subscription} or {use}",
            subscription=SUBSCRIPTION,
            use=PAY_AS_YOU_GO,
        )
    named = arguments.optional("ProductType")
    asks = shopper(call, work)
    fit = [
        one
        for one in products(asks.book)
        if product == PRODUCT_CODE and method_of(one) == method and named in {None, one}
    ]
    data = {
        "AttributeList": {"Attribute": _attributes(asks, method) if fit else []},
        "ModuleList": {"Module": _modules(asks, fit[0]) if fit else []},
    }
    return {"Data": data}, ""


def _modules(asks: Shopper, product_type: str) -> list[dict[str, Any]]:
    period = "Month" if method_of(product_type) == SUBSCRIPTION else "Day"
    factors = {one.module: one.factors for one in skus(asks.book, product_type, asks.currency)}
    return [
        {
            "ModuleCode": code,
            "ModuleName": asks.names[code],
            "PriceType": period,
            "Currency": asks.currency,
            "ConfigList": {"ConfigList": _depends_on(code, factors[code])},
        }
        for code in factors
    ]


def _depends_on(code: str, factors: Iterable[str]) -> list[str]:
    own = [] if code == "Instance" else [code]  # an instance by the day is there or is not
    return list(dict.fromkeys([*factors, *_DEPENDS.get(code, []), *own]))


def _attributes(asks: Shopper, method: str) -> list[dict[str, Any]]:
    book, names = asks.book, asks.names
    described = _by_the_month(book, names) if method == SUBSCRIPTION else _by_the_day(book, names)
    return [
        {
            "Code": code,
            "Name": names[code],
            "Unit": unit_of(code) if code in _COUNTED else "",
            "Values": {"AttributeValue": [*values]},
        }
        for code, values in described
    ]


_COUNTED = ("Spec", "KeyNum", "SecretNum", "VpcNum", "LogStorage")


def _by_the_month(book: PriceBook, names: Names) -> Iterator[tuple[str, _Values]]:
    services = [service for service in book.services if service.value]
    versions = [(v, e.name) for e in book.editions for v in e.product_versions]
    versions += [(SERVICE_VERSION, "ValueAddedService")] if services else []
    yield "ProductVersion", (_text(version, names[name]) for version, name in versions)
    for code in _COUNTED:
        yield code, _of_editions(book, code, names)
        if code == "VpcNum":
            yield (
                "Log",
                (_number(value, names[what]) for value, what in (("0", "off"), ("1", "on"))),
            )
    if services:
        yield "ValueAddedService", (_text(one.value, names[one.name]) for one in services)


def _by_the_day(book: PriceBook, names: Names) -> Iterator[tuple[str, _Values]]:
    sold = book.pay_as_you_go
    versions = [(v, one.edition) for one in sold for v in PRODUCT_VERSIONS[one.edition]]
    yield "ProductVersion", (_text(version, names[name]) for version, name in versions)
    for code in ("KeyNum", "SecretNum", "Spec"):
        yield (
            code,
            (_range(0, one.configuration.quantities[code], names[one.edition]) for one in sold),
        )


def _of_editions(book: PriceBook, code: str, names: Names) -> _Values:
    for edition in book.editions:
        (module,) = [one for one in edition.modules if one.code == code]
        yield from _of_module(module, names[edition.name])


def _of_module(module: Module, edition: str) -> _Values:
    if module.steps:
        for step in module.steps:
            yield _number(str(step), str(step), edition)
        return
    yield _range(module.included, module.maximum, f"{edition}: {module.offered()}")


def _text(value: str, name: str) -> dict[str, str]:
    return {"Name": name, "Value": value, "Type": "single_string", "Remark": ""}


def _number(value: str, name: str, remark: str = "") -> dict[str, str]:
    return {"Name": name, "Value": value, "Type": "single_float", "Remark": remark}


def _range(least: int, most: int, remark: str) -> dict[str, str]:
    span = f"{least}-{most}"
    return {"Name": span, "Value": span, "Type": "range_float", "Remark": remark}
