"""What is sold and for how much, through the official SDK and the command line. rules.md 4 and 6.

Numbers: 500.00 a month and the day prices are documented (facts/kms.md 1.3 and 2); all others are
the default file's examples.
"""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_bssopenapi20171214 import models as bss

from product import Customer
from scenarios.town import Town, amounts_of, open_town, price_of, refused

INTL, BY_THE_DAY = "kms_ddi_public_intl", "kms_ppi_public_intl"


@pytest.fixture(scope="module")
def ada(town: Town) -> Customer:
    return town.customer("ada")


@pytest.fixture(scope="module")
def li(town: Town) -> Customer:
    return town.customer("li", language="zh", currency="CNY")


# --- subscriptions ----------------------------------------------------------------------------


def test_an_upgrade_costs_the_difference_for_the_rest_of_the_paid_time(tmp_path: Path) -> None:
    """100.00 more a month, 14 days and 8 hours before the end: 100 / 720 x 344 hours."""
    with open_town(tmp_path / "data", "2026-01-31 00:00:00") as town:
        ada = town.customer("ada", "500.00")
        instance = ada.buy(1)["InstanceId"]  # until 2026-03-01 00:00:00
        town.at("2026-02-14 16:00:00")
        price = subscription(ada, "Upgrade", "KeyNum:2000,ProductVersion:3", instance)
        assert (price["TradePrice"], price["OriginalPrice"]) == (47.78, 47.78)
        assert costs(price) == {"KeyNum": Decimal("47.78")}
        town.at("2026-03-01 00:00:00")
        status = refused(lambda: subscription(ada, "Upgrade", "KeyNum:2000", instance))
        assert status == (400, "ResourceStatusError")


def test_the_lines_of_a_price_add_up_to_its_totals(ada: Customer) -> None:
    price = subscription(ada, "NewOrder", "KeyNum:3000,Log:1,VpcNum:2", months=12)
    assert [one["ModuleCode"] for one in price["ModuleDetails"]["ModuleDetail"]] == [
        "ProductVersion", "Spec", "KeyNum", "SecretNum", "VpcNum", "LogStorage",
    ]  # fmt: skip
    assert price["OriginalPrice"] == 12 * (500 + 200 + 25 + 60)
    assert price["TradePrice"] == 8007  # 9,420 x 0.85
    assert sum(costs(price).values()) == 8007
    assert sum(costs(price, "OriginalCost").values()) == 9420
    assert sum(costs(price, "InvoiceDiscount").values()) == 1413
    assert price["DiscountPrice"] == 1413


def test_a_small_edition_is_priced_bought_and_answered_as_software(town: Town) -> None:
    eva = town.customer("eva", "300.00")
    assert price_of(eva, 1, ProductVersion="software-small", KeyNum="200") == ("165.00", "USD")
    bought = eva.buy(1, ProductVersion="software-small", KeyNum="200")
    assert amounts_of(eva, bought["OrderId"]) == ("165.00", "165.00", "USD")
    found = eva.instance(bought["InstanceId"])
    assert (found["ProductVersion"], found["Spec"], found["KeyNum"]) == ("3", 200, 200)
    assert "Software key management, small" in town.letters(eva)[-1]["text"]
    price = subscription(eva, "Upgrade", "KeyNum:300", bought["InstanceId"])
    assert [*costs(price)] == ["KeyNum"]
    assert price_of(eva, 1, bought["InstanceId"]) == ("165.00", "USD")
    hardware = refused(lambda: eva.buy(1, ProductVersion="hardware-small"))
    assert hardware == (400, "InvalidParameter")


def test_a_service_is_priced_by_the_year(ada: Customer) -> None:
    price = subscription(ada, "NewOrder", "ProductVersion:4,ValueAddedService:2", months=12)
    assert (price["OriginalPrice"], price["TradePrice"]) == (120, 102)
    assert costs(price) == {"ValueAddedService": 102}


# --- pay-as-you-go ------------------------------------------------------------------------------


def test_a_day_is_priced_exactly_by_what_is_used(ada: Customer, li: Customer) -> None:
    usage = {
        "Instance": "ProductVersion:1",
        "KeyNum": "KeyNum:1001",
        "SecretNum": "SecretNum:7",
        "Spec": "",
    }
    price = by_the_day(ada, usage)
    assert price["Currency"] == "USD"
    assert costs(price) == {
        "Instance": 9,
        "KeyNum": Decimal("30.03"),
        "SecretNum": Decimal("0.091"),
        "Spec": Decimal("0.5"),
    }
    assert costs(price, "UnitPrice")["SecretNum"] == Decimal("0.013")
    assert by_the_day(li, {"Instance": "ProductVersion:3"})["Currency"] == "CNY"


# --- the catalogue ------------------------------------------------------------------------------


def test_products_are_paged_and_counted_if_asked(ada: Customer, li: Customer) -> None:
    def page(who: Customer, number: int, size: int, count: object = None) -> dict[str, Any]:
        request = bss.QueryProductListRequest(
            page_num=number, page_size=size, query_total_count=count
        )
        return dict(who.bss.query_product_list(request).body.to_map()["Data"])

    whole = page(ada, 1, 300, count=True)
    assert (whole["TotalCount"], whole["PageNum"], whole["PageSize"]) == (4, 1, 300)
    listed = whole["ProductList"]["Product"]
    assert {
        (one["ProductCode"], one["ProductType"], one["SubscriptionType"]) for one in listed
    } == {
        ("kms", "kms_ddi_public_cn", "Subscription"),
        ("kms", INTL, "Subscription"),
        ("kms", "kms_ppi_public_cn", "PayAsYouGo"),
        ("kms", BY_THE_DAY, "PayAsYouGo"),
    }
    pages = [page(ada, number, 3)["ProductList"]["Product"] for number in (1, 2, 3)]
    assert [len(one) for one in pages] == [3, 1, 0]
    assert [*pages[0], *pages[1]] == listed
    assert "TotalCount" not in page(ada, 1, 3)
    names = {one["ProductName"] for one in page(li, 1, 20)["ProductList"]["Product"]}
    assert names == {"密钥管理服务（包年包月）", "密钥管理服务（按量付费）"}


def test_from_product_to_price_by_the_lists_alone(ada: Customer) -> None:
    """Every price that can be found is the one that the price operations answer."""
    asked = bss.QueryCommodityListRequest(product_code="kms")
    sold = ada.bss.query_commodity_list(asked).body.to_map()["Data"]["CommodityList"]
    assert {one["CommodityCode"]: one["ChargeType"] for one in sold} == {
        "kms_ddi_public_cn": "PREPAY",
        INTL: "PREPAY",
        "kms_ppi_public_cn": "POSTPAY",
        BY_THE_DAY: "POSTPAY",
    }
    assert entities(ada, BY_THE_DAY) == {
        code: {"ProductVersion": ["3", "1", "5"]}
        for code in ("Instance", "KeyNum", "SecretNum", "Spec")
    }
    versions = entities(ada, INTL)["KeyNum"]["ProductVersion"]
    assert versions == ["3", "1", "5", "software-small", "hardware-small"]
    for version in versions:
        [sku] = prices(ada, INTL, "ProductVersion", {"ProductVersion": [version]})["SkuPriceList"]
        [price] = sku["CskuPriceList"]
        assert price_of(ada, 1, ProductVersion=version) == (price["Price"], price["Currency"])
        assert price["PriceType"] == "monthPrice"
    [sku] = prices(ada, BY_THE_DAY, "SecretNum", {"ProductVersion": ["1"]})["SkuPriceList"]
    [price] = sku["CskuPriceList"]
    assert (price["Price"], price["PriceType"], price["UsageUnit"]) == (
        "0.013",
        "dayPrice",
        "Count",
    )
    [service] = prices(ada, INTL, "ValueAddedService")["SkuPriceList"]
    assert service["SkuFactorMap"] == {"ProductVersion": "4", "ValueAddedService": "2"}


def test_prices_are_paged_by_a_token_that_is_empty_at_the_end(ada: Customer) -> None:
    found, token, pages = [], "", 0
    while pages == 0 or token:
        page = prices(ada, INTL, "KeyNum", size=2, token=token)
        assert page["TotalCount"] == 5
        found += page["SkuPriceList"]
        token, pages = page["NextPageToken"], pages + 1
    assert pages == 3
    assert found == prices(ada, INTL, "KeyNum")["SkuPriceList"]
    assert len({one["SkuCode"] for one in found}) == 5
    some = {"ProductVersion": ["1", "software-small", "none"]}
    assert prices(ada, INTL, "KeyNum", some)["TotalCount"] == 2
    assert prices(ada, INTL, "KeyNum", {"Colour": ["red"]})["TotalCount"] == 0


def test_modules_are_described_with_the_values_that_can_be_asked_for(
    ada: Customer, li: Customer
) -> None:
    monthly = described(ada, "Subscription")
    values = {
        one["Code"]: one["Values"]["AttributeValue"]
        for one in monthly["AttributeList"]["Attribute"]
    }
    assert [one["Value"] for one in values["Spec"]] == ["1000", "2000", "4000", "2000", "4000"] + [
        "200"
    ] * 2
    assert [(one["Value"], one["Type"]) for one in values["KeyNum"]][:1] == [
        ("1000-100000", "range_float")
    ]
    assert {one["Value"] for one in values["ProductVersion"]} >= {"1", "3", "4", "5"}
    modules = monthly["ModuleList"]["Module"]
    assert {(one["PriceType"], one["Currency"]) for one in modules} == {("Month", "USD")}
    [storage] = [one for one in modules if one["ModuleCode"] == "LogStorage"]
    assert storage["ConfigList"]["ConfigList"] == ["ProductVersion", "Log", "LogStorage"]
    price = subscription(ada, "NewOrder", "ProductVersion:3")
    priced = {one["ModuleCode"] for one in price["ModuleDetails"]["ModuleDetail"]}
    assert {one["ModuleCode"] for one in modules} == priced | {"ValueAddedService"}

    daily = described(li, "PayAsYouGo", BY_THE_DAY)["ModuleList"]["Module"]
    assert {(one["PriceType"], one["Currency"]) for one in daily} == {("Day", "CNY")}
    assert [one["ModuleName"] for one in daily] == ["实例", "密钥数量", "凭据数量", "计算性能"]


def test_what_nobody_sells_is_an_empty_list(ada: Customer) -> None:
    asked = bss.QueryCommodityListRequest(product_code="ecs")
    assert ada.bss.query_commodity_list(asked).body.to_map()["Data"] == {"CommodityList": []}
    assert entities(ada, "ecs") == {}
    assert prices(ada, "ecs", "KeyNum")["TotalCount"] == 0
    assert prices(ada, INTL, "instance_type")["SkuPriceList"] == []
    nothing = {"AttributeList": {"Attribute": []}, "ModuleList": {"Module": []}}
    assert described(ada, "Subscription", product="ecs") == nothing
    assert described(ada, "Subscription", BY_THE_DAY) == nothing


# --- the command line and a book for later --------------------------------------------------------


def test_a_book_for_later_is_in_force_from_its_moment_on(tmp_path: Path) -> None:
    with open_town(tmp_path / "data", "2026-12-01 10:00:00") as town:
        ada = town.customer("ada", "10000.00")
        source = town.run("prices", "show", "--source").stdout
        later = source.replace('USD = "500.00"', 'USD = "550.00"', 1)
        book = tmp_path / "later.toml"
        book.write_text(f'valid_from = "2027-01-01T00:00:00+08:00"\n{later}', "utf-8")
        changes = [
            {"item": "editions.software.monthly", "currency": "USD", "old": "500.00",
             "new": "550.00"},
            {"item": "valid_from", "currency": "", "old": "", "new": "2027-01-01T00:00:00+08:00"},
        ]  # fmt: skip
        assert town.cli("prices", "diff", str(book)) == changes
        loaded = town.cli("prices", "load", str(book))
        assert loaded == {"version": 2, "valid_from": "2026-12-31T16:00:00Z"}
        assert town.cli("prices", "diff", "2") == town.cli("prices", "diff", "2", "1") == changes
        assert [(one["version"], one["in_force"]) for one in town.cli("prices", "list")] == [
            (2, False),
            (1, True),
        ]
        town.at("2026-12-31 23:59:59")
        assert price_of(ada, 1) == ("500.00", "USD")
        before = ada.buy(1)
        town.at("2027-01-01 00:00:00")
        assert price_of(ada, 1) == ("550.00", "USD")
        assert amounts_of(ada, before["OrderId"]) == ("500.00", "500.00", "USD")
        assert [(one["version"], one["in_force"]) for one in town.cli("prices", "list")] == [
            (2, True),
            (1, False),
        ]
        shown = {number: town.cli("prices", "show", "--version", number) for number in ("1", "2")}
        assert [shown[number]["prices"][0]["monthly"] for number in shown] == ["500.00", "550.00"]
        assert shown["1"]["pay_as_you_go"][2] == {
            "edition": "software", "module": "SecretNum", "daily": "0.013",
        }  # fmt: skip
        assert shown["1"]["services"][0]["service"] == "default-key-rotation"
        failed = town.run("prices", "show", "--version", "3")
        assert (failed.returncode, "prices list" in failed.stderr) == (1, True)
        assert town.findings() == []


def test_checking_a_file_tells_the_line_of_each_mistake(town: Town, tmp_path: Path) -> None:
    source = town.run("prices", "show", "--source").stdout
    lines = source.splitlines()
    wrong = lines.index("block = 1000")
    lines[wrong] = "block = 0"
    book = tmp_path / "wrong.toml"
    book.write_text("\n".join(lines), "utf-8")
    failed = town.run("prices", "check", str(book), "--json")
    assert failed.returncode == 1
    [finding] = json.loads(failed.stdout)["findings"]
    assert finding.startswith(f"line {wrong + 1}: editions.software.qps.block: must be a whole")
    assert finding in town.run("prices", "check", str(book)).stderr
    assert f"line {wrong + 1}: " in town.run("prices", "load", str(book)).stderr
    assert town.cli("prices", "list")[0]["version"] == 1


# --- asking ---------------------------------------------------------------------------------------


def subscription(
    who: Customer, kind: str, config: str, instance: str = "", months: int = 1
) -> dict[str, Any]:
    """GetSubscriptionPrice of one module's configuration."""
    module = bss.GetSubscriptionPriceRequestModuleList(
        module_code="Instance", config=config, module_status=1
    )
    request = bss.GetSubscriptionPriceRequest(
        product_code="kms",
        product_type=INTL,
        subscription_type="Subscription",
        order_type=kind,
        instance_id=instance or None,
        module_list=[module],
        service_period_quantity=months,
        service_period_unit="Month",
    )
    return dict(who.bss.get_subscription_price(request).body.to_map()["Data"])


def by_the_day(who: Customer, usage: dict[str, str]) -> dict[str, Any]:
    """GetPayAsYouGoPrice of these modules, each with its configuration."""
    modules = [
        bss.GetPayAsYouGoPriceRequestModuleList(module_code=code, price_type="Usage", config=config)
        for code, config in usage.items()
    ]
    request = bss.GetPayAsYouGoPriceRequest(
        product_code="kms",
        product_type=BY_THE_DAY,
        subscription_type="PayAsYouGo",
        module_list=modules,
    )
    return dict(who.bss.get_pay_as_you_go_price(request).body.to_map()["Data"])


def costs(price: dict[str, Any], field: str = "CostAfterDiscount") -> dict[str, Decimal]:
    """What each module costs, without those that cost nothing."""
    details = price["ModuleDetails"]["ModuleDetail"]
    return {
        one["ModuleCode"]: Decimal(str(one[field])) for one in details if one["OriginalCost"] != 0
    }


def entities(who: Customer, commodity: str) -> dict[str, dict[str, list[str]]]:
    """QueryPriceEntityList: the factors of each entity with their values."""
    request = bss.QueryPriceEntityListRequest(commodity_code=commodity)
    found = who.bss.query_price_entity_list(request).body.to_map()["Data"]["PriceEntityInfoList"]
    return {
        one["PriceEntityCode"]: {
            factor["PriceFactorCode"]: factor["PriceFactorValueList"]
            for factor in one["PriceFactorList"]
        }
        for one in found
    }


def prices(
    who: Customer,
    commodity: str,
    entity: str,
    factors: dict[str, list[str]] | None = None,
    size: int = 50,
    token: str = "",
) -> dict[str, Any]:
    """QuerySkuPriceList: a page."""
    request = bss.QuerySkuPriceListRequest(
        commodity_code=commodity,
        price_entity_code=entity,
        page_size=size,
        next_page_token=token or None,
        price_factor_condition_map=factors,
    )
    return dict(who.bss.query_sku_price_list(request).body.to_map()["Data"]["SkuPricePage"])


def described(
    who: Customer, method: str, product_type: str = "", product: str = "kms"
) -> dict[str, Any]:
    """DescribePricingModule."""
    request = bss.DescribePricingModuleRequest(
        product_code=product,
        product_type=product_type or None,
        subscription_type=method,
    )
    return dict(who.bss.describe_pricing_module(request).body.to_map()["Data"])
