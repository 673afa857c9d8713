"""Every answer of the billing API has the documented fields, in the documented JSON types.

The documents: tests/vectors/bss_responses.txt, with which parameters are needed. What we answer
besides, and what we do not answer, is listed here with the reason. Rules: rules.md 4.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_bssopenapi20171214 import models as bss

from doors.house import signer_of
from doors.one_life import ALL_TIME, BOUGHT, BY_MONTH, EVER, KMS, Life, Sent, lived
from doors.shapes import Documented, Findings, documented
from keylease.api.rpc.call import Family
from keylease.api.rpc.operations import OPERATIONS
from scenarios.town import open_town

DOCUMENTED = documented()
OFFERED = {one.name for one in OPERATIONS.values() if one.family is Family.BILLING}

#: Reasons are in docs/compatibility.md.
NOT_OFFERED = {"ConvertChargeType", "ReleaseInstance", "PayOrder", "GetResourcePackagePrice"}
OUR_OWN = {"CancelRenewal"}
#: Documented, offered, and always refused.
REFUSED = {"SetAllExpirationDay"}
ANSWERED = sorted(OFFERED - OUR_OWN - REFUSED)

#: Fields below these have no rows to be in.
NEVER = {
    "QueryPrepaidCards": ("Data.PrepaidCard.", "there are no prepaid cards"),
    "QueryRedeem": ("Data.Redeem.Redeem.", "there are no codes to redeem"),
    "GetSubscriptionPrice": ("Data.PromotionDetails.PromotionDetail.", "there are no promotions"),
    "GetPayAsYouGoPrice": ("Data.PromotionDetails.PromotionDetail.", "there are no promotions"),
    "QuerySkuPriceList": (
        "Data.SkuPricePage.SkuPriceList.CskuPriceList.RangeList.",
        "no price is by steps",
    ),
}

_NOT_PAID, _NO_TERM = "was not paid", "has no term: not paid, or pay-as-you-go"
_ENDLESS, _BY_HAND = "is pay-as-you-go and has no end", "is not renewed automatically"
_ORDER, _INSTANCE = "Data.OrderList.Order.", "Data.InstanceList."

#: Fields that a row leaves out, and of which rows.
SOMETIMES = {
    "QueryOrders": {
        f"{_ORDER}PaymentStatus": "a refund has none",
        f"{_ORDER}PaymentTime": _NOT_PAID,
    },
    "GetOrderDetail": {
        f"{_ORDER}PaymentStatus": "a refund has none",
        f"{_ORDER}PaymentTime": _NOT_PAID,
        f"{_ORDER}UsageStartTime": _NO_TERM,
        f"{_ORDER}UsageEndTime": _NO_TERM,
    },
    "QueryAvailableInstances": {
        f"{_INSTANCE}EndTime": _ENDLESS,
        f"{_INSTANCE}StopTime": _ENDLESS,
        f"{_INSTANCE}ReleaseTime": _ENDLESS,
        f"{_INSTANCE}ExpectedReleaseTime": _ENDLESS,
        f"{_INSTANCE}RenewalDuration": _BY_HAND,
        f"{_INSTANCE}RenewalDurationUnit": _BY_HAND,
    },
}

#: What we answer besides.
BESIDES = {"InquiryPriceRefundInstance": {"Data.Details", "Data.RulesVersion"}}

#: How these say that all is well. facts/billing.md 7.1.
CODE_200 = {
    "RefundInstance",
    "InquiryPriceRefundInstance",
    "QueryAccountBalance",
    "QueryAccountTransactionDetails",
}

#: Documented as needed; without it a price is that of what the edition includes.
NEED_NOT = {("GetSubscriptionPrice", "ModuleList")}


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    data: Path = tmp_path_factory.mktemp("life") / "data"
    data.mkdir()
    exports = data.parent / "exports"
    (data / "keylease.toml").write_text(f'export_dir = "{exports}"\n', "utf-8")
    with open_town(data, BOUGHT) as town:
        yield lived(town)
        assert town.findings() == []


def test_every_documented_operation_is_offered_or_known_not_to_be() -> None:
    assert DOCUMENTED.keys() | OUR_OWN == OFFERED | NOT_OFFERED
    assert not OFFERED & NOT_OFFERED


def test_the_life_asks_everything(life: Life) -> None:
    assert life.said.keys() == OFFERED - REFUSED


@pytest.mark.parametrize("name", ANSWERED)
def test_an_answer_has_all_documented_fields_in_their_types(life: Life, name: str) -> None:
    tree, found = DOCUMENTED[name], seen(life, name)
    assert found.misshapen == set()
    assert found.undocumented == BESIDES.get(name, set())
    prefix, _ = NEVER.get(name, ("nothing", ""))
    never = {path for path in tree.paths() if path.startswith(prefix)}
    assert tree.paths() - found.answered == never
    assert found.left_out == SOMETIMES.get(name, {}).keys()


@pytest.mark.parametrize("name", ANSWERED)
def test_the_typed_client_reads_every_documented_field(life: Life, name: str) -> None:
    model = getattr(bss, f"{name}ResponseBody")
    besides = {path.removeprefix("Data.") for path in BESIDES.get(name, ())}
    for _, answer in life.said[name]:
        known = dict(answer)
        if besides:
            kept = {key: one for key, one in answer["Data"].items() if key not in besides}
            known["Data"] = kept
        assert model().from_map(answer).to_map() == known


@pytest.mark.parametrize("name", ANSWERED)
def test_an_answer_says_that_all_is_well(life: Life, name: str) -> None:
    for _, answer in life.said[name]:
        assert answer["Success"] is True
        assert answer["Code"] == ("200" if name in CODE_200 else "Success")
        assert re.fullmatch(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", answer["RequestId"])


def needed() -> Iterator[tuple[str, str]]:
    for name, one in sorted(DOCUMENTED.items()):
        if name in OFFERED:
            yield from ((name, parameter) for parameter in one.required)
    yield from (("CancelRenewal", parameter) for parameter in ("InstanceId", "OrderId"))


@pytest.mark.parametrize(("name", "parameter"), sorted({*needed()} - NEED_NOT))
def test_what_is_needed_is_missed(life: Life, name: str, parameter: str) -> None:
    said = life.said.get(name, [({}, {})])[0][0]
    sent = {key: one for key, one in said.items() if key.split(".")[0] != parameter}
    sent.pop("ClientToken", None)
    answer = life.try_to(name, sent)
    assert answer.refusal == (400, "MissingParameter"), answer.text
    assert parameter in answer.message
    assert answer.json["Success"] is False


LISTS_OF_A_PRODUCT = (
    *("QueryAvailableInstances", "QueryOrders", "QueryCommodityList", "DescribePricingModule"),
    *BY_MONTH,
)


@pytest.mark.parametrize("name", LISTS_OF_A_PRODUCT)
def test_an_unknown_product_has_empty_lists(life: Life, name: str) -> None:
    sent = life.said[name][0][0] | {"ProductCode": "ecs"}
    answer = life.try_to(name, sent)
    assert answer.status == 200, answer.text
    assert not listed(answer.json["Data"])
    assert answer.json["Data"].get("TotalCount", 0) == 0
    found = Findings()
    found.look_at(DOCUMENTED[name].answer, answer.json)
    assert (found.misshapen, found.left_out) == (set(), set())


BY_NUMBER: dict[str, Sent] = {
    "QueryAvailableInstances": {},
    "QueryOrders": ALL_TIME,
    "QueryAccountTransactions": ALL_TIME,
    "QueryProductList": {},
    **{
        name: {"BillingCycle": "2026-01"}
        for name in (
            "QueryBill",
            "QueryInstanceBill",
            "QuerySplitItemBill",
            "QueryInstanceGaapCost",
        )
    },
}


@pytest.mark.parametrize("name", BY_NUMBER)
@pytest.mark.parametrize("size", [1, 3])
def test_pages_by_number_hold_every_row_once(life: Life, name: str, size: int) -> None:
    whole = all_rows(life, name)
    assert len(whole) > 1
    pages = [page(life, name, n, size) for n in range(1, len(whole) // size + 3)]
    assert [row for rows in pages for row in rows] == whole
    assert {len(rows) for rows in pages} <= {size, len(whole) % size, 0}


def all_rows(life: Life, name: str) -> list[Any]:
    return page(life, name, 1, 300)


def page(life: Life, name: str, number: int, size: int) -> list[Any]:
    paging = {"PageNum": str(number), "PageSize": str(size)}
    data = life.try_to(name, BY_NUMBER[name] | paging).json["Data"]
    assert (data["PageNum"], data["PageSize"]) == (number, size)
    return listed(data)


#: What asks for how much, what for the next page, and what else is sent.
BY_TOKEN: dict[str, tuple[str, str, Sent]] = {
    **{
        name: ("MaxResults", "NextToken", {"BillingCycle": "2026-01"})
        for name in (
            *("QuerySettleBill", "DescribeInstanceBill", "DescribeSplitItemBill"),
            "DescribeInstanceAmortizedCostByAmortizationPeriod",
        )
    },
    "QueryAccountTransactionDetails": ("", "NextToken", ALL_TIME),
    "QueryUserOmsData": ("PageSize", "Marker", EVER | {"Table": "kms", "DataType": "Day"}),
    "QuerySkuPriceList": (
        *("PageSize", "NextPageToken"),
        {"CommodityCode": "kms_ddi_public_intl", "PriceEntityCode": "KeyNum"},
    ),
}


@pytest.mark.parametrize("name", BY_TOKEN)
def test_pages_by_token_hold_every_row_once(life: Life, name: str) -> None:
    """Small pages and one big one; 20 transactions at a time is as the original has it."""
    size_name, _, _ = BY_TOKEN[name]
    small = pages(life, name, {size_name: "1"} if size_name else {})
    rows = [row for part in small for row in part]
    assert len(small) > 1
    assert len({repr(row) for row in rows}) == len(rows)
    if size_name:
        assert [len(part) for part in small] == [1] * len(rows)
        most = "50" if name == "QuerySkuPriceList" else "200"
        assert pages(life, name, {size_name: most}) == [rows]
    else:
        assert rows == page(life, "QueryAccountTransactions", 1, 300)


@pytest.mark.parametrize("name", BY_TOKEN)
@pytest.mark.parametrize("token", ["x", "AAAA", "1e3", "-1", "４"])
def test_a_token_that_no_page_answered_is_refused(life: Life, name: str, token: str) -> None:
    size_name, token_name, sent = BY_TOKEN[name]
    said = sent | {token_name: token} | ({size_name: "1"} if size_name else {})
    assert life.try_to(name, said).refusal == (400, "InvalidParameter")


def pages(life: Life, name: str, how: Sent) -> list[list[Any]]:
    _, token_name, sent = BY_TOKEN[name]
    found, token = [], ""
    while not found or token:
        said = sent | how | ({token_name: token} if token else {})
        data = life.try_to(name, said).json["Data"]
        found.append(listed(data))
        token = data.get("SkuPricePage", data)[token_name]
        assert len(found) < 500
    return found


def test_a_first_answer_stays_also_when_the_instance_is_gone(life: Life) -> None:
    """Same token and parameters: the same answer under a fresh RequestId. rules.md 4."""
    assert len(life.tokens) == 6  # every operation that takes a ClientToken and changes something
    life.ask("RefundInstance", KMS, InstanceId=life.kept)
    for action, (sent, answer) in life.tokens.items():
        again = life.try_to(action, sent)
        assert again.status == 200, again.text
        assert again.json["RequestId"] != answer["RequestId"]
        assert again.json | {"RequestId": ""} == answer | {"RequestId": ""}


def test_a_token_is_of_one_operation_with_one_set_of_parameters(life: Life) -> None:
    mismatch = 400, "IdempotentParameterMismatch"
    other = {
        "CreateInstance": {"Period": "2"},
        "RenewInstance": {"RenewPeriod": "2"},
        "RenewChangeInstance": {"RenewPeriod": "3"},
        "ModifyInstance": {"Parameter.1.Value": "4000"},
        "RefundInstance": {"ImmediatelyRelease": "0"},
        "CancelRenewal": {"OrderId": life.purchase},
    }
    assert other.keys() == life.tokens.keys()
    for action, (sent, _) in life.tokens.items():
        assert life.try_to(action, sent | other[action]).refusal == mismatch
        for other_action, (said, _) in life.tokens.items():
            if other_action != action:
                borrowed = said | {"ClientToken": sent["ClientToken"]}
                assert life.try_to(other_action, borrowed).refusal == mismatch


def test_a_later_order_names_the_one_that_it_is_about(life: Life) -> None:
    """A refund of one order that order, all others the purchase. Source: facts/billing.md 1."""
    orders = life.ask("QueryOrders", ALL_TIME, PageSize="100")["OrderList"]["Order"]
    parts = {
        one["OrderId"]: life.ask("GetOrderDetail", OrderId=one["OrderId"])["OrderList"]["Order"]
        for one in orders
    }
    bought = {
        parts[one["OrderId"]][0]["InstanceIDs"]: one["OrderId"]
        for one in orders
        if one["OrderType"] == "New"
    }
    assert {one["OrderType"] for one in orders} == {"New", "Renew", "Upgrade", "Refund"}
    for order in orders:
        mine = parts[order["OrderId"]]
        if order["OrderType"] == "New":
            assert order["RelatedOrderId"] == ""
        elif order["OrderType"] != "Refund" or len(mine) > 1:
            assert order["RelatedOrderId"] == bought[mine[0]["InstanceIDs"]]
        if len(mine) == 1:
            assert order["RelatedOrderId"] == mine[0]["RelatedOrderId"]


def test_an_order_tells_its_modules_as_its_text_does(life: Life) -> None:
    (order,) = life.ask("GetOrderDetail", OrderId=life.pending)["OrderList"]["Order"]
    new = {
        one["Code"]: one["BillModuleProperties"]["billModuleProperties"][0]["Value"]
        for one in order["BillModuleConfig"]["billModuleConfig"]
    }
    old = {
        one["Code"]: one["ModuleProperties"]["moduleProperties"][0]["Value"]
        for one in order["OriginalModuleConfig"]["originalModuleConfig"]
    }
    assert (new["KeyNum"], old["KeyNum"]) == ("1000", "3000")
    assert (new["Region"], new["ProductVersion"]) == ("cn-hangzhou", "3")
    assert as_text(new) == order["Config"]
    assert as_text(old) == order["OriginalConfig"]


def as_text(modules: dict[str, str]) -> str:
    return "".join(f"{code}:[{code}:{value};]" for code, value in modules.items())


def test_a_billable_item_is_counted_in_its_own_unit(life: Life) -> None:
    """Orders: what was ordered last, and the version of the edition; days: added up."""
    sent = {"BillingCycle": "2026-01", "IsBillingItem": "true", "InstanceID": life.kept}
    rows = listed(life.ask("DescribeInstanceBill", sent))
    used = {one["BillingItemCode"]: (one["Usage"], one["UsageUnit"]) for one in rows}
    assert used == {
        "": ("", ""),
        "ProductVersion": ("1", "Count"),
        "KeyNum": ("3000", "Count"),
        "LogStorage": ("1000", "GB"),
    }
    assert all(one["InstanceConfig"].split(";")[0] == "ProductVersion:3" for one in rows)
    sent |= {"InstanceID": life.by_use, "BillingCycle": "2026-02"}
    days = listed(life.ask("DescribeInstanceBill", sent))
    assert {(one["Usage"], one["UsageUnit"]) for one in days} == {("28", "Day")}


def test_a_price_is_paid_at_once(life: Life) -> None:
    for _, answer in life.said["GetSubscriptionPrice"]:
        scheme = answer["Data"]["PaymentScheme"]
        assert scheme.pop("PaymentType") == "PAYMENT_NORMAL"
        assert set(scheme.values()) == {f"{answer['Data']['TradePrice'] * 100:.0f}"}


def test_strangers_find_nothing_under_an_id(life: Life) -> None:
    eve = signer_of(life.eve)
    nobody = {"InstanceId": "kst-hzz000000000000000000", "OrderId": "200000000000000"}
    for action in ("InquiryPriceRefundInstance", "RefundInstance", "CancelRenewal", "CancelOrder"):
        hers = KMS | {"InstanceId": life.by_use, "OrderId": life.pending}
        answers = [life.try_to(action, KMS | sent, eve) for sent in (hers, nobody)]
        assert [one.refusal for one in answers] == [(400, "ResourceNotExists")] * 2
        assert answers[0].message == answers[1].message


def test_a_method_that_nobody_pays_by_is_refused_to_set_renewals(life: Life) -> None:
    sent = KMS | {"InstanceIDs": life.by_use, "RenewalStatus": "NotRenewal"}
    answer = life.try_to("SetRenewal", sent | {"SubscriptionType": "Monthly"})
    assert answer.refusal == (400, "InvalidParameter")
    assert "Subscription or PayAsYouGo" in answer.message


def seen(life: Life, name: str) -> Findings:
    tree: Documented = DOCUMENTED[name]
    found = Findings()
    for _, answer in life.said[name]:
        found.look_at(tree.answer, answer)
    return found


def listed(data: dict[str, Any]) -> list[Any]:
    """The rows of an answer, however deep they are."""
    for value in data.values():
        if isinstance(value, list):
            return value
        if isinstance(value, dict):
            return listed(value)
    return []
