"""What the billing API refuses: always HTTP 400 with Success false, and nothing has changed then.

Rules: rules.md 4 and 5; codes: facts/billing.md 7.2.
"""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from doors.house import House, told_officially
from doors.signed import BILLING
from product import refusal_of

Send = Callable[[House], dict[str, str]]

NOBODYS_INSTANCE = "kst-hzz000000000000000000"


class Case(NamedTuple):
    name: str
    action: str
    send: Send
    code: str
    says: str = ""

    def __str__(self) -> str:
        return f"{self.action} with {self.name}"


def parameters(*pairs: tuple[str, str]) -> dict[str, str]:
    sent = {}
    for number, (code, value) in enumerate(pairs, 1):
        sent |= {f"Parameter.{number}.Code": code, f"Parameter.{number}.Value": value}
    return sent


def buying(*pairs: tuple[str, str], **changed: str) -> Send:
    """A purchase that could be carried out if there were the money; "" leaves a part out."""
    good = {"ProductCode": "kms", "SubscriptionType": "Subscription", "Period": "1"}
    sent = good | parameters(*pairs) | changed
    return lambda _: {name: value for name, value in sent.items() if value}


def renewing(**changed: str) -> Send:
    def send(house: House) -> dict[str, str]:
        good = {"ProductCode": "kms", "InstanceId": house.full, "RenewPeriod": "1"}
        return {name: value for name, value in (good | changed).items() if value}

    return send


def setting(**changed: str) -> Send:
    def send(house: House) -> dict[str, str]:
        good = {"ProductCode": "kms", "InstanceIDs": house.full, "RenewalStatus": "NotRenewal"}
        return {name: value for name, value in (good | changed).items() if value}

    return send


def pricing(**changed: str) -> Send:
    good = {"ProductCode": "kms", "SubscriptionType": "Subscription", "OrderType": "NewOrder"}
    return lambda _: {name: value for name, value in (good | changed).items() if value}


def config(text: str, code: str = "Instance") -> dict[str, str]:
    """One module with its configuration."""
    return {"ModuleList.1.ModuleCode": code, "ModuleList.1.Config": text}


def upgrading(wanted: str) -> Send:
    return lambda house: pricing(OrderType="Upgrade", InstanceId=house.full, **config(wanted))(
        house
    )


def daily(**changed: str) -> Send:
    good = {"ProductCode": "kms", "SubscriptionType": "PayAsYouGo", **config("KeyNum:1", "KeyNum")}
    return lambda _: {name: value for name, value in (good | changed).items() if value}


#: What each operation that describes what is sold needs.
DESCRIBED = {
    "DescribePricingModule": {"ProductCode": "kms", "SubscriptionType": "Subscription"},
    "QueryProductList": {"PageNum": "1"},
    "QueryCommodityList": {"ProductCode": "kms"},
    "QueryPriceEntityList": {"CommodityCode": "kms_ddi_public_intl"},
    "QuerySkuPriceList": {
        "CommodityCode": "kms_ddi_public_intl",
        "PriceEntityCode": "KeyNum",
        "PageSize": "50",
    },
}


def describing(action: str, **changed: str) -> Send:
    sent = DESCRIBED[action] | changed
    return lambda _: {name: value for name, value in sent.items() if value}


def listing(**sent: str) -> Send:
    return lambda _: {"ProductCode": "kms", **sent}


INVALID, MISSING, NO_MONEY = "InvalidParameter", "MissingParameter", "PAY.INSUFFICIENT_BALANCE"
NOT_THERE, MISMATCH, CONFIG = (
    "ResourceNotExists",
    "IdempotentParameterMismatch",
    "InvalidConfigCode",
)
MODULE = "InvalidModuleCode"
SPEC, KEYS = "Spec", "KeyNum"
#: What the house's first purchase sent with its token.
FIRST = (("Region", "cn-hangzhou"), ("ProductVersion", "3"))
INTL = {"ProductType": "kms_ddi_public_intl"}

CASES = [
    # CreateInstance
    Case("too little money", "CreateInstance", buying(), NO_MONEY,
         "USD 500.00, the balance is USD 100.00: USD 400.00 are missing"),
    *[Case(f"no {name}", "CreateInstance", buying(**{name: ""}), MISSING, name)
      for name in ("ProductCode", "SubscriptionType", "Period")],
    Case("another product", "CreateInstance", buying(ProductCode="ecs"), INVALID, "kms"),
    Case("another type of product", "CreateInstance", buying(ProductType="kms_ppi_public_cn"),
         INVALID, "kms_ddi_public_intl"),
    Case("another method", "CreateInstance", buying(SubscriptionType="Monthly"), INVALID,
         "Subscription"),
    Case("pay-as-you-go of a subscription's type", "CreateInstance",
         buying(SubscriptionType="PayAsYouGo", **INTL), INVALID, "kms_ppi_public_intl"),
    *[Case(f"a period of {months}", "CreateInstance", buying(Period=months), INVALID, "Period")
      for months in ("0", "-1", "4", "5", "37", "1.5", "month", "9" * 13, "１")],
    *[Case(f"the cycle {one}", "CreateInstance", buying(PricingCycle=one), INVALID, "PricingCycle")
      for one in ("0", "3", "month")],
    *[Case(f"a Spec of {one}", "CreateInstance", buying((SPEC, one)), INVALID, "1000, 2000, 4000")
      for one in ("1234", "8000", "fast", "-1000", "1000.0")],
    *[Case(f"a KeyNum of {one}", "CreateInstance", buying((KEYS, one)), INVALID, "2 to 100")
      for one in ("3", "102", "many", "-2", "9" * 13)],
    Case("a SecretNum of 150", "CreateInstance", buying(("SecretNum", "150")), INVALID, "100"),
    Case("a VpcNum of 10,001", "CreateInstance", buying(("VpcNum", "10001")), INVALID, "10000"),
    Case("a log that is perhaps on", "CreateInstance", buying(("Log", "2")), INVALID, "0, 1"),
    Case("half a block of log", "CreateInstance", buying(("Log", "1"), ("LogStorage", "500")),
         INVALID, "1000"),
    Case("an unknown version", "CreateInstance", buying(("ProductVersion", "2")),
         INVALID, "1, 3, 5"),
    *[Case(f"the hardware of version {one}, which is not sold", "CreateInstance",
           buying(("ProductVersion", one)), INVALID, "PKCS#11")
      for one in ("1", "5")],
    Case("an unknown code", "CreateInstance", buying(("Colour", "red")), INVALID, "KeyNum"),
    Case("a code twice", "CreateInstance", buying((KEYS, "2"), (KEYS, "2")), INVALID, "twice"),
    Case("a code twice in other letters", "CreateInstance", buying((KEYS, "2"), ("keynum", "2")),
         INVALID, "twice"),
    Case("a code without a value", "CreateInstance", buying(**{"Parameter.1.Code": SPEC}), MISSING,
         "Value"),
    Case("a value without a code", "CreateInstance", buying(**{"Parameter.1.Value": "1"}), MISSING,
         "Code"),
    Case("a parameter without a number", "CreateInstance", buying(**{"Parameter.Code": SPEC}),
         INVALID, "Parameter.1"),
    Case("a parameter with the number 01", "CreateInstance",
         buying(**{"Parameter.01.Code": SPEC, "Parameter.01.Value": "1000"}),
         INVALID, "Parameter.1"),
    Case("101 parameters", "CreateInstance", buying(*[(SPEC, "1000")] * 101), INVALID, "100"),
    Case("the Region mars", "CreateInstance", buying(("Region", "mars")), INVALID, "cn-hangzhou"),
    Case("the RegionId mars", "CreateInstance", buying(RegionId="mars"), INVALID, "cn-hangzhou"),
    Case("an unknown way to renew", "CreateInstance", buying(RenewalStatus="Perhaps"), INVALID,
         "AutoRenewal"),
    Case("automatic renewal without a period", "CreateInstance",
         buying(RenewalStatus="AutoRenewal"), MISSING),
    Case("automatic renewal every 4 months", "CreateInstance",
         buying(RenewalStatus="AutoRenewal", RenewPeriod="4"), INVALID, "1, 2, 3, 6, 12"),
    Case("a token of 65 characters", "CreateInstance", buying(ClientToken="t" * 65), INVALID, "64"),
    Case("a token that is not ASCII", "CreateInstance", buying(ClientToken="令牌"),
         INVALID, "ASCII"),
    Case("a NUL in the token", "CreateInstance", buying(ClientToken="\0"), INVALID, "NUL"),
    Case("a used token and another period", "CreateInstance",
         buying(*FIRST, ClientToken="first", Period="2", **INTL), MISMATCH, "other parameters"),
    Case("a used token and another Spec", "CreateInstance",
         buying(*FIRST, (SPEC, "2000"), ClientToken="first", **INTL), MISMATCH),
    Case("a used token and another region", "CreateInstance",
         buying(("Region", "cn-beijing"), FIRST[1], ClientToken="first", **INTL), MISMATCH),
    # RenewInstance
    Case("a token that bought something", "RenewInstance", renewing(ClientToken="first"), MISMATCH,
         "CreateInstance"),
    Case("too little money", "RenewInstance", renewing(RenewPeriod="36"), NO_MONEY,
         "USD 9,000.00, the balance is USD 100.00: USD 8,900.00 are missing"),
    *[Case(f"no {name}", "RenewInstance", renewing(**{name: ""}), MISSING, name)
      for name in ("ProductCode", "InstanceId", "RenewPeriod")],
    Case("an instance that nobody has", "RenewInstance", renewing(InstanceId=NOBODYS_INSTANCE),
         NOT_THERE),
    Case("another product", "RenewInstance", renewing(ProductCode="ecs"), INVALID, "kms"),
    *[Case(f"a period of {months}", "RenewInstance", renewing(RenewPeriod=months), INVALID)
      for months in ("0", "-1", "10", "37", "one")],
    # SetRenewal
    *[Case(f"no {name}", "SetRenewal", setting(**{name: ""}), MISSING, name)
      for name in ("ProductCode", "InstanceIDs", "RenewalStatus")],
    Case("an unknown status", "SetRenewal", setting(RenewalStatus="Perhaps"),
         INVALID, "AutoRenewal"),
    Case("automatic renewal without a period", "SetRenewal", setting(RenewalStatus="AutoRenewal"),
         MISSING),
    *[Case(f"automatic renewal every {period} {unit}", "SetRenewal",
           setting(RenewalStatus="AutoRenewal", RenewalPeriod=period, RenewalPeriodUnit=unit),
           INVALID)
      for period, unit in (("4", "M"), ("0", "M"), ("2", "Y"), ("1", "D"), ("9" * 12, "Y"))],
    Case("an instance that nobody has", "SetRenewal", setting(InstanceIDs=NOBODYS_INSTANCE),
         NOT_THERE),
    Case("one instance that nobody has", "SetRenewal",
         lambda house: setting(InstanceIDs=f"{house.full},{NOBODYS_INSTANCE}")(house), NOT_THERE),
    Case("101 instances", "SetRenewal", setting(InstanceIDs=",".join(["kst-1"] * 101)), INVALID,
         "100"),
    # GetSubscriptionPrice
    *[Case(f"no {name}", "GetSubscriptionPrice", pricing(**{name: ""}), MISSING, name)
      for name in ("ProductCode", "SubscriptionType", "OrderType")],
    Case("another type of order", "GetSubscriptionPrice", pricing(OrderType="Gift"), INVALID,
         "NewOrder"),
    Case("the unit day", "GetSubscriptionPrice", pricing(ServicePeriodUnit="Day"),
         INVALID, "Month"),
    Case("4 months", "GetSubscriptionPrice", pricing(ServicePeriodQuantity="4"), INVALID, "Period"),
    Case("nothing of it", "GetSubscriptionPrice", pricing(Quantity="0"), INVALID, "Quantity"),
    Case("a module without a code", "GetSubscriptionPrice",
         pricing(**{"ModuleList.1.Config": "Spec:1000"}), MISSING, "ModuleCode"),
    Case("a module without a colon", "GetSubscriptionPrice",
         pricing(**{"ModuleList.1.ModuleCode": "Spec", "ModuleList.1.Config": "1000"}), CONFIG),
    Case("an unknown module", "GetSubscriptionPrice", pricing(**config("Colour:red", "Colour")),
         MODULE, "Colour"),
    Case("an unknown code of a module", "GetSubscriptionPrice",
         pricing(**config("Colour:red", "KeyNum")), INVALID, "KeyNum"),
    Case("a Spec of 1234", "GetSubscriptionPrice",
         pricing(**{"ModuleList.1.ModuleCode": "Spec", "ModuleList.1.Config": "Spec:1234"}),
         INVALID,
         "1000, 2000, 4000"),
    Case("the renewal of nothing", "GetSubscriptionPrice", pricing(OrderType="Renewal"), MISSING,
         "InstanceId"),
    Case("the renewal of what nobody has", "GetSubscriptionPrice",
         pricing(OrderType="Renewal", InstanceId=NOBODYS_INSTANCE), NOT_THERE),
    Case("the region mars", "GetSubscriptionPrice", pricing(Region="mars"), INVALID, "cn-hangzhou"),
    Case("the upgrade of nothing", "GetSubscriptionPrice", pricing(OrderType="Upgrade"), MISSING,
         "InstanceId"),
    Case("the upgrade of what nobody has", "GetSubscriptionPrice",
         pricing(OrderType="Upgrade", InstanceId=NOBODYS_INSTANCE), NOT_THERE),
    *[Case(f"an upgrade to {wanted or 'nothing'}", "GetSubscriptionPrice",
           upgrading(wanted), INVALID, says)
      for wanted, says in (("", "Nothing rises"), ("KeyNum:2", "Nothing rises"),
                           ("Spec:3000", "1000, 2000, 4000"), ("ProductVersion:1", "3"),
                           ("ProductVersion:software-small", "3"))],
    Case("a service without a name", "GetSubscriptionPrice",
         pricing(**config("ProductVersion:4")), MISSING, "ValueAddedService"),
    Case("a service for a month", "GetSubscriptionPrice",
         pricing(**config("ProductVersion:4,ValueAddedService:2")), INVALID, "12, 24, 36"),
    Case("a service that is not named", "CreateInstance", buying(("ProductVersion", "4")), MISSING,
         "ValueAddedService"),
    Case("a service that is not sold", "CreateInstance",
         buying(("ProductVersion", "4"), ("ValueAddedService", "1")), INVALID, "2"),
    Case("a service for a month", "CreateInstance",
         buying(("ProductVersion", "4"), ("ValueAddedService", "2")), INVALID, "12, 24, 36"),
    Case("a service with keys", "CreateInstance",
         buying(("ProductVersion", "4"), ("ValueAddedService", "2"), ("KeyNum", "1000"),
                Period="12"), INVALID, "KeyNum"),
    Case("a service that the money does not cover", "CreateInstance",
         buying(("ProductVersion", "4"), ("ValueAddedService", "2"), Period="36"), NO_MONEY),
    # GetPayAsYouGoPrice
    *[Case(f"no {name}", "GetPayAsYouGoPrice", daily(**{name: ""}), MISSING, name)
      for name in ("ProductCode", "SubscriptionType")],
    Case("no module", "GetPayAsYouGoPrice",
         daily(**dict.fromkeys(config("Instance", "Instance"), "")), MISSING, "ModuleList"),
    *[Case(f"the {name} {value}", "GetPayAsYouGoPrice", daily(**{name: value}), code, says)
      for name, value, code, says in (
          ("SubscriptionType", "Subscription", INVALID, "PayAsYouGo"),
          ("ProductCode", "ecs", INVALID, "kms"),
          ("ProductType", "kms_ddi_public_intl", INVALID, "kms_ppi_public_intl"),
          ("Region", "mars", INVALID, "cn-hangzhou"),
          ("ModuleList.1.ModuleCode", "VpcNum", MODULE, "KeyNum"),
          ("ModuleList.1.ModuleCode", "", MISSING, "ModuleCode"),
          ("ModuleList.1.PriceType", "Hour", INVALID, "Usage"),
          ("ModuleList.1.Config", "KeyNum", CONFIG, "AA:aa"),
          ("ModuleList.1.Config", "KeyNum:-1", CONFIG, "KeyNum"),
          ("ModuleList.1.Config", "KeyNum:12345678", CONFIG, "7 digits"),
          ("ModuleList.1.Config", "Log:1", INVALID, "allowed codes"),
          ("ModuleList.1.Config", "ProductVersion:software-small", INVALID, "1, 3, 5"))],
    # The catalogue
    *[Case(f"no {name}", action, describing(action, **{name: ""}), MISSING, name)
      for action, needed in DESCRIBED.items() for name in needed],
    *[Case(f"the {name} {value}", action, describing(action, **{name: value}), INVALID, name)
      for action, name, value in (
          ("DescribePricingModule", "SubscriptionType", "Gift"),
          ("QueryProductList", "PageNum", "0"), ("QueryProductList", "PageSize", "301"),
          ("QueryProductList", "QueryTotalCount", "maybe"),
          ("QuerySkuPriceList", "PageSize", "51"), ("QuerySkuPriceList", "PageSize", "0"),
          ("QuerySkuPriceList", "NextPageToken", "next"),
          ("QuerySkuPriceList", "NextPageToken", "-1"),
          *(("QuerySkuPriceList", "PriceFactorConditionMap", wrong)
            for wrong in ("{", "[]", '{"ProductVersion":"3"}', '{"ProductVersion":[3]}')))],
    # Lists
    *[Case(f"the {name} {value}", action, listing(**{name: value}), INVALID, name)
      for action in ("QueryAvailableInstances", "QueryOrders")
      for name, value in (("PageSize", "0"), ("PageSize", "301"), ("PageNum", "0"), ("PageNum",
                           "x"),
                          ("CreateTimeStart", "yesterday"), ("CreateTimeEnd",
                          "2026-01-31 10:00:00"),
                          ("CreateTimeStart", "2026-01-31T10:00:00"))],
    *[Case(f"the {name} never", "QueryAvailableInstances", listing(**{name: "never"}),
           INVALID, name)
      for name in ("EndTimeStart", "EndTimeEnd")],
    # Money
    *[Case(f"the {name} {value}", action, listing(**{name: value}), INVALID, name)
      for action, name, value in (
          ("QueryAccountTransactions", "PageSize", "301"),
          ("QueryAccountTransactions", "PageNum", "0"),
          ("QueryAccountTransactions", "CreateTimeStart", "2026-01-31"),
          ("QueryAccountTransactionDetails", "CreateTimeStart", "2026-02-30"),
          ("QueryAccountTransactionDetails", "CreateTimeEnd", "yesterday and more"),
          ("QueryAccountTransactionDetails", "NextToken", "next"),
          ("QueryAccountTransactionDetails", "NextToken", "499999999999999"),
          ("QueryCashCoupons", "EffectiveOrNot", "maybe"),
          ("QueryCashCoupons", "ExpiryTimeStart", "2026-01-31"),
          ("QueryPrepaidCards", "EffectiveOrNot", "maybe"),
          ("QueryRedeem", "ExpiryTimeEnd", "never"), ("QueryRedeem", "PageSize", "0"))],
    Case("101 instances", "QueryAvailableInstances",
         listing(InstanceIDs=",".join(["kst-1"] * 101)), INVALID, "100"),
    Case("no order", "GetOrderDetail", listing(), MISSING, "OrderId"),
    Case("an order that nobody has", "GetOrderDetail", listing(OrderId="200000000000000"),
         NOT_THERE),
    Case("an instance's id as an order", "GetOrderDetail",
         lambda house: {"OrderId": house.full}, NOT_THERE),
    Case("a NUL as an order", "GetOrderDetail", listing(OrderId="\0"), INVALID, "NUL"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_it_is_refused_and_nothing_changes(house: House, case: Case) -> None:
    before = house.tables.rows()
    answer = house.call(case.action, case.send(house), version=BILLING)
    assert answer.refusal == (400, case.code), answer.text
    assert answer.json["Success"] is False
    assert answer.json["HttpStatus"] == 400
    assert case.says in answer.message
    assert house.tables.rows() == before


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_official_client_is_told_the_same(house: House, case: Case) -> None:
    told = told_officially(house.ada.bss, BILLING, case.action, case.send(house))
    assert told == (400, case.code)


def test_the_refusals_left_the_books_in_order(house: House) -> None:
    assert house.product.cli("books", "check") == {"findings": []}
    balance = house.call("QueryAccountBalance", version=BILLING).json["Data"]["AvailableAmount"]
    assert balance == "100.00"


def test_the_token_of_the_first_purchase_still_returns_it(house: House) -> None:
    before = house.tables.rows()
    again = house.ada.buy(1, token="first")
    assert again == {"OrderId": house.order, "InstanceId": house.full}
    assert house.tables.rows() == before


def test_the_official_client_raises_what_was_refused(house: House) -> None:
    with pytest.raises(Exception, match=r"USD 400\.00 are missing") as refused:
        house.ada.buy(1)
    assert refusal_of(refused.value) == (400, NO_MONEY)
    with pytest.raises(Exception, match="1000, 2000, 4000") as refused:
        house.ada.buy(1, Spec="1234")
    assert refusal_of(refused.value) == (400, INVALID)
