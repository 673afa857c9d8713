"""A customer who does everything that the billing API offers, and asks everything, in two months.

What was sent and answered is kept, to be compared with the documents. The prices are those of the
default book; times are UTC+8.
"""

from dataclasses import dataclass, field
from typing import Any

from doors.house import signer_of
from doors.signed import BILLING, Answer, Signer
from product import Customer
from scenarios.town import Town

BOUGHT, ASKED, LATER = "2026-01-31 10:00:00", "2026-01-31 12:00:00", "2026-04-02 10:00:00"
MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04")

Sent = dict[str, str]

KMS = {"ProductCode": "kms"}
BY_TERM = KMS | {"SubscriptionType": "Subscription", "ProductType": "kms_ddi_public_intl"}
BY_USE = KMS | {"SubscriptionType": "PayAsYouGo", "ProductType": "kms_ppi_public_intl"}
ALL_TIME = {"CreateTimeStart": "2026-01-01T00:00:00Z", "CreateTimeEnd": "2027-01-01T00:00:00Z"}
EVER = {"StartTime": "2026-01-01T00:00:00Z", "EndTime": "2027-01-01T00:00:00Z"}
BY_MONTH = (
    *("QueryBill", "QuerySettleBill", "QueryBillOverview", "QueryAccountBill"),
    *("QueryInstanceBill", "DescribeInstanceBill", "QuerySplitItemBill", "DescribeSplitItemBill"),
    *("QueryInstanceGaapCost", "DescribeInstanceAmortizedCostByAmortizationPeriod"),
)


@dataclass
class Life:
    """``kept`` runs on, ``gone`` was given back, ``by_use`` is pay-as-you-go.

    ``said`` has, by operation, every call that succeeded; ``tokens`` the one with a ClientToken.
    """

    town: Town
    ada: Customer
    eve: Customer
    said: dict[str, list[tuple[Sent, dict[str, Any]]]] = field(default_factory=dict)
    tokens: dict[str, tuple[Sent, dict[str, Any]]] = field(default_factory=dict)
    kept: str = ""
    gone: str = ""
    by_use: str = ""
    purchase: str = ""
    pending: str = ""

    def ask(self, action: str, sent: Sent | None = None, **more: str) -> Any:
        """The Data of a call that has to succeed."""
        said = (sent or {}) | more
        answer = self.try_to(action, said)
        assert answer.status == 200, (action, said, answer.text)
        self.said.setdefault(action, []).append((said, answer.json))
        if "ClientToken" in said:
            self.tokens[action] = said, answer.json
        return answer.json.get("Data")

    def try_to(self, action: str, sent: Sent, who: Signer | None = None) -> Answer:
        """What any call is answered."""
        return (who or signer_of(self.ada)).call(action, sent, version=BILLING)

    def buy(self, sent: Sent, **parameters: str) -> str:
        """The id of a new instance."""
        return str(self.ask("CreateInstance", sent | numbered(parameters))["InstanceId"])


def numbered(parameters: dict[str, str]) -> Sent:
    """``Parameter.n``."""
    pairs = enumerate(parameters.items(), 1)
    return {
        f"Parameter.{number}.{part}": text
        for number, pair in pairs
        for part, text in zip(("Code", "Value"), pair, strict=True)
    }


def lived(town: Town) -> Life:
    """The whole life."""
    life = Life(town, town.customer("ada", "50000.00"), town.customer("eve", "5000.00"))
    _change_everything(life)
    town.at(ASKED)
    _look_around(life)
    town.at(LATER)
    _look_around(life)
    life.ask("UnsubscribeBillToOSS", SubscribeType="MonthBill")
    return life


def _change_everything(life: Life) -> None:
    life.town.cli("voucher", "grant", "ada", "200.00", "--until", "90d", "--note", "welcome")
    first = BY_TERM | {"Period": "1", "ClientToken": "buy"}
    life.kept = life.buy(first, KeyNum="2000", Log="1", LogStorage="1000")
    life.purchase = life.said["CreateInstance"][0][1]["Data"]["OrderId"]
    kept = KMS | {"InstanceId": life.kept}
    life.ask("RenewInstance", kept, RenewPeriod="3", ClientToken="renew")
    more = numbered({"KeyNum": "3000"})
    upgrade = {"ModifyType": "Upgrade", "SubscriptionType": "Subscription", "ClientToken": "more"}
    life.ask("ModifyInstance", kept | more | upgrade)
    less = numbered({"KeyNum": "1000"})
    life.ask("RenewChangeInstance", kept | less, RenewPeriod="2", ClientToken="less")
    last = life.ask("RenewInstance", kept, RenewPeriod="1")["OrderId"]
    life.pending = life.said["RenewChangeInstance"][0][1]["Data"]["OrderId"]
    life.ask("CancelRenewal", InstanceId=life.kept, OrderId=last, ClientToken="cancel")
    automatic = {"RenewalStatus": "AutoRenewal", "RenewalPeriod": "1", "RenewalPeriodUnit": "M"}
    life.ask("SetRenewal", KMS | automatic, InstanceIDs=life.kept)
    life.gone = life.buy(BY_TERM | {"Period": "12"}, Region="cn-beijing", ProductVersion="3")
    gone = KMS | {"InstanceId": life.gone}
    life.ask("InquiryPriceRefundInstance", gone)
    life.ask("RefundInstance", gone, ImmediatelyRelease="1", ClientToken="refund")
    life.by_use = life.buy(BY_USE)
    life.ada.enable(life.by_use)
    life.ada.encrypt(life.ada.create_key(life.by_use), "aGVsbG8=")
    waits = life.town.cli("order", "place", "ada", "--months", "1")
    life.ask("CancelOrder", OrderId=waits["order_id"])
    for kind in ("MonthBill", "BillingItemDetailForBillingPeriod"):
        life.ask("SubscribeBillToOSS", SubscribeBucket="bills", SubscribeType=kind)


def _look_around(life: Life) -> None:
    life.ask("QueryAvailableInstances", KMS)
    for order in life.ask("QueryOrders", ALL_TIME, PageSize="100")["OrderList"]["Order"]:
        life.ask("GetOrderDetail", OrderId=order["OrderId"])
    for action in ("QueryAccountBalance", "QueryCashCoupons", "QueryPrepaidCards", "QueryRedeem"):
        life.ask(action)
    for action in ("QueryAccountTransactions", "QueryAccountTransactionDetails"):
        life.ask(action, ALL_TIME)
    life.ask("QueryBillToOSSSubscription")
    for kind in ("Raw", "Hour", "Day", "Month"):
        life.ask("QueryUserOmsData", EVER, Table="kms", DataType=kind)
    for month in MONTHS:
        for action in BY_MONTH:
            life.ask(action, BillingCycle=month)
        for action in ("QueryInstanceBill", "DescribeInstanceBill"):
            life.ask(action, BillingCycle=month, IsBillingItem="true")
        life.ask("QueryAccountBill", BillingCycle=month, IsGroupByProduct="true")
    _ask_for_prices(life)


def _ask_for_prices(life: Life) -> None:
    module = {"ModuleList.1.ModuleCode": "KeyNum", "ModuleList.1.Config": "KeyNum:2000"}
    life.ask("GetSubscriptionPrice", BY_TERM | module, OrderType="NewOrder", Quantity="2")
    renewal = {"OrderType": "Renewal", "InstanceId": life.kept, "ServicePeriodQuantity": "12"}
    life.ask("GetSubscriptionPrice", BY_TERM | renewal)
    life.ask("GetPayAsYouGoPrice", BY_USE | module)
    for what in (BY_TERM, BY_USE):
        life.ask("DescribePricingModule", what)
    life.ask("QueryProductList", PageNum="1", QueryTotalCount="true")
    for sold in life.ask("QueryCommodityList", KMS)["CommodityList"]:
        commodity = {"CommodityCode": sold["CommodityCode"]}
        for entity in life.ask("QueryPriceEntityList", commodity)["PriceEntityInfoList"]:
            code = entity["PriceEntityCode"]
            life.ask("QuerySkuPriceList", commodity, PriceEntityCode=code, PageSize="50")
