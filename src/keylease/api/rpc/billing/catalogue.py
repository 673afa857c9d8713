"""QueryProductList, QueryCommodityList, QueryPriceEntityList and QuerySkuPriceList: what is sold.

Commodities are the product types, price entities are the modules. What nobody sells is an empty
list, never an error. Shapes: facts/bss-operations.txt; rules.md 4.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from keylease.api.rpc.billing.envelope import PRODUCT_CODE, SUBSCRIPTION
from keylease.api.rpc.billing.shopper import Names, method_of, shopper
from keylease.api.rpc.call import Answer, ApiWork, Call
from keylease.billing.catalog import Sku, products, skus, unit_of
from keylease.core.money import exact_text

_PRODUCTS_MAX = 300
_SKUS_MAX = 50


def query_product_list(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """The products on sale, a page of them; how many there are only if that is asked for."""
    arguments = call.arguments
    arguments.required("PageNum")
    page = arguments.number_between("PageNum", 1, 1_000_000, 1)
    size = arguments.number_between("PageSize", 1, _PRODUCTS_MAX, 20)
    asks = shopper(call, work)
    sold = products(asks.book)
    listed = [
        {
            "ProductCode": PRODUCT_CODE,
            "ProductName": asks.names[method_of(one)],
            "ProductType": one,
            "SubscriptionType": method_of(one),
        }
        for one in sold[(page - 1) * size : page * size]
    ]
    data: dict[str, Any] = {
        "PageNum": page,
        "PageSize": size,
        "ProductList": {"Product": listed},
    }
    if arguments.boolean("QueryTotalCount"):
        data["TotalCount"] = len(sold)
    return {"Data": data}, ""


def query_commodity_list(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """The commodities of a product: its product types."""
    known = call.arguments.required("ProductCode") == PRODUCT_CODE
    asks = shopper(call, work)
    listed = [
        {
            "CommodityCode": one,
            "CommodityName": asks.names[method_of(one)],
            "ChargeType": "PREPAY" if method_of(one) == SUBSCRIPTION else "POSTPAY",
        }
        for one in (products(asks.book) if known else ())
    ]
    return {"Data": {"CommodityList": listed}}, ""


def query_price_entity_list(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """What of a commodity has a price, and what that depends on."""
    asks = shopper(call, work)
    listed = skus(asks.book, call.arguments.required("CommodityCode"), asks.currency)
    entities = [
        {
            "PriceEntityCode": code,
            "PriceEntityName": asks.names[code],
            "PriceFactorList": _factors([one for one in listed if one.module == code], asks.names),
        }
        for code in dict.fromkeys(one.module for one in listed)
    ]
    return {"Data": {"PriceEntityInfoList": entities}}, ""


def query_sku_price_list(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """The prices of one entity, a page of them; the token on the last page is empty."""
    arguments = call.arguments
    commodity = arguments.required("CommodityCode")
    entity = arguments.required("PriceEntityCode")
    arguments.required("PageSize")
    size = arguments.number_between("PageSize", 1, _SKUS_MAX, _SKUS_MAX)
    start = arguments.number_between("NextPageToken", 0, 1_000_000, 0)
    wanted = arguments.text_lists("PriceFactorConditionMap")
    asks = shopper(call, work)
    found = [
        one
        for one in skus(asks.book, commodity, asks.currency)
        if one.module == entity and _fits(one, wanted)
    ]
    page = found[start : start + size]
    data = {
        "NextPageToken": str(start + size) if start + size < len(found) else "",
        "SkuPriceList": [_sku(one, commodity, asks.currency) for one in page],
        "TotalCount": len(found),
    }
    return {"Data": {"SkuPricePage": data}}, ""


def _factors(listed: Sequence[Sku], names: Names) -> list[dict[str, Any]]:
    """Each factor with all values that it has there."""
    values: dict[str, dict[str, None]] = {}
    for one in listed:
        for code, value in one.factors.items():
            values.setdefault(code, {})[value] = None
    return [
        {
            "PriceFactorCode": code,
            "PriceFactorName": names[code],
            "PriceFactorValueList": [*there],
        }
        for code, there in values.items()
    ]


def _fits(one: Sku, wanted: Mapping[str, Sequence[str]]) -> bool:
    """Whether each factor that is named has one of the values that are named."""
    return all(one.factors.get(code) in values for code, values in wanted.items())


def _sku(one: Sku, commodity: str, currency: str) -> dict[str, Any]:
    code = ":".join((commodity, one.module, *one.factors.values()))
    monthly = method_of(commodity) == SUBSCRIPTION
    price: dict[str, Any] = {
        "CskuCode": f"{code}:{currency}",
        "Currency": currency,
        "Price": exact_text(one.price),
        "PriceMode": "NORMAL_PRICE",
        "PriceType": "monthPrice" if monthly else "dayPrice",
        "PriceUnit": f"{currency} (per {one.block if one.block > 1 else 'unit'})",
        "RangeList": [],  # only prices by steps have ranges
        "UsageUnit": unit_of(one.module),
    }
    return {"SkuCode": code, "SkuFactorMap": one.factors, "CskuPriceList": [price]}
