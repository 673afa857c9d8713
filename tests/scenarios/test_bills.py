"""Two months of bills through the official SDK: every view, exact figures, documented types.

The prices are those of the default book: USD 500.00 a month, 100.00 for 1,000 more keys. What each
figure must be is worked out beside it. Source: rules.md 4, 6, 7 and 9; facts/billing.md 6.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_bssopenapi20171214 import models as bss
from alibabacloud_bssopenapi20171214.client import Client

from doors.house import opened, signer_of
from keylease.lifecycle import refund, upgrade
from product import Customer, refusal_of
from scenarios.town import Town, balance_of, open_town, refused

FIRST_DAY = "2026-01-10 10:00:00"
JANUARY, FEBRUARY = "2026-01", "2026-02"
INVALID, MISSING = (400, "InvalidParameter"), (400, "MissingParameter")


class Street:
    """What was bought in January and February, and by whom."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.exports = town.data.parent / "exports"
        self.ada = town.customer("ada", "3000.00")
        self.eve = town.customer("eve", "600.00", language="zh")
        self.subscribe()
        self.first = self.ada.buy(1)
        town.at("2026-01-20 10:00:00")
        self.renewal = self.ada.renew(self.first["InstanceId"], 1)
        self.second = self.ada.buy(1, KeyNum="2000")
        self.eves = self.eve.buy(1)
        town.at("2026-02-05 12:00:00")
        with opened(town) as deployment, deployment.database.begin() as work:
            gone = self.second["InstanceId"]
            self.refund = refund.unsubscribe(work, self.ada.account_id, gone).order_id
        town.at("2026-02-06 12:00:00")
        with opened(town) as deployment, deployment.database.begin() as work:
            kept = self.first["InstanceId"]
            made = upgrade.upgrade(work, self.ada.account_id, kept, {"KeyNum": "2000"})
            self.upgrade = made.order_id
        town.at("2026-03-05 00:00:00")

    def subscribe(self) -> None:
        for kind in (
            "BillingItemDetailForBillingPeriod",
            "InstanceDetailForBillingPeriod",
            "InstanceDetailMonthly",
            "BillingItemDetailMonthly",
            "SplitItemDetailDaily",
            "MonthBill",
        ):
            request = bss.SubscribeBillToOSSRequest(
                subscribe_type=kind,
                subscribe_bucket="ada-bills",
                bucket_path="monthly/账单",
                row_limit_per_file=1_000,
                bucket_owner_id=int(self.ada.account_id),
            )
            self.ada.bss.subscribe_bill_to_oss(request)


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    directory = tmp_path_factory.mktemp("street")
    data = directory / "data"
    data.mkdir()
    settings = f"export_dir = {json.dumps(str(directory / 'exports'))}\n"
    (data / "keylease.toml").write_text(settings, "utf-8")
    with open_town(data, FIRST_DAY) as town:
        yield Street(town)
        assert town.findings() == []


def ask(customer: Customer, operation: str, month: str = JANUARY, **more: Any) -> dict[str, Any]:
    """What the official client makes of an answer: its ``Data``."""
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation).lower()
    request = getattr(bss, f"{operation}Request")(billing_cycle=month, **more)
    method: Callable[..., Any] = getattr(Client, name)
    data: dict[str, Any] = method(customer.bss, request).body.to_map()["Data"]
    return data


def rows(data: dict[str, Any]) -> list[dict[str, Any]]:
    if "Modules" in data:
        return list(data["Modules"]["Module"])
    items = data["Items"]
    return list(items if isinstance(items, list) else items["Item"])


def column(data: dict[str, Any], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in rows(data)]


VIEWS = (
    "QueryBill",
    "QuerySettleBill",
    "QueryBillOverview",
    "QueryAccountBill",
    "QueryInstanceBill",
    "DescribeInstanceBill",
    "QuerySplitItemBill",
    "DescribeSplitItemBill",
    "QueryInstanceGaapCost",
    "DescribeInstanceAmortizedCostByAmortizationPeriod",
)
LINES = ("QueryBill", "QuerySettleBill")
DETAILS = ("QueryInstanceBill", "DescribeInstanceBill")
SPLIT = ("QuerySplitItemBill", "DescribeSplitItemBill")
BY_TOKEN = (
    "QuerySettleBill",
    "DescribeInstanceBill",
    "DescribeSplitItemBill",
    "DescribeInstanceAmortizedCostByAmortizationPeriod",
)


def documented(operation: str) -> dict[str, str]:
    """The fields of a row, and their types, as the official client has them."""
    body = f"{operation}ResponseBodyData"
    model = next(
        found
        for rest in ("ItemsItem", "ModulesModule", "Items")
        if (found := getattr(bss, body + rest, None)) is not None
    )
    types = {
        name: kind.strip("'")
        for name, kind in model.__init__.__annotations__.items()
        if name != "return"
    }
    return {next(iter(model(**{name: name}).to_map())): kind for name, kind in types.items()}


# --- shapes ---------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", VIEWS)
def test_every_documented_field_is_answered_with_its_type(street: Street, operation: str) -> None:
    """The client's own models say which fields there are, and of which type."""
    names = documented(operation)
    signer = signer_of(street.ada)
    sent = {"BillingCycle": FEBRUARY}
    raw = signer.call(operation, sent, version="2017-12-14")
    assert raw.status == 200
    found = rows(raw.json["Data"])
    assert found
    accepted = {"str": str, "float": (int, float), "int": int, "bool": bool}
    for row in found:
        assert row.keys() == names.keys()
        for name, kind in names.items():
            assert isinstance(row[name], accepted[kind]), (name, kind, row[name])


@pytest.mark.parametrize("operation", VIEWS)
def test_a_month_is_needed_and_must_be_one(street: Street, operation: str) -> None:
    for wrong in ("2026", "2026-13", "2026-1", "202601", "January", "2026-01-01", "0000-01"):
        assert refused(lambda wrong=wrong: ask(street.ada, operation, wrong)) == INVALID
    assert refused(lambda: ask(street.ada, operation, None)) == MISSING


@pytest.mark.parametrize("operation", VIEWS)
@pytest.mark.parametrize("month", ["2025-12", "1999-01", "2026-07"])
def test_a_month_without_lines_is_empty(street: Street, operation: str, month: str) -> None:
    assert rows(ask(street.ada, operation, month)) == []


@pytest.mark.parametrize("operation", VIEWS)
def test_filters_that_fit_nothing_find_nothing(street: Street, operation: str) -> None:
    for filters in ({"product_code": "rds"}, {"subscription_type": "Forever"}):
        if operation == "QueryAccountBill" and "subscription_type" in filters:
            continue
        assert rows(ask(street.ada, operation, **filters)) == []
        assert ask(street.ada, operation, **filters).get("TotalCount") in {0, None}
    assert rows(ask(street.ada, operation, product_code="kms"))


@pytest.mark.parametrize("operation", sorted({*VIEWS} - {"QueryInstanceGaapCost", VIEWS[-1]}))
def test_an_account_pays_for_itself_only(street: Street, operation: str) -> None:
    own, eve = int(street.ada.account_id), int(street.eve.account_id)
    assert rows(ask(street.ada, operation, bill_owner_id=own)) == rows(ask(street.ada, operation))
    assert rows(ask(street.ada, operation, bill_owner_id=eve)) == []


# --- lines ----------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", LINES)
def test_the_lines_of_january_are_its_orders(street: Street, operation: str) -> None:
    """Two purchases and a renewal, paid from the balance."""
    data = ask(street.ada, operation)
    orders = [street.first["OrderId"], street.renewal["OrderId"], street.second["OrderId"]]
    names = ("RecordID", "PretaxGrossAmount", "PretaxAmount", "PaymentAmount", "CashAmount")
    assert column(data, *names) == [
        (one, amount, amount, amount, amount)
        for one, amount in zip(orders, (500.0, 500.0, 600.0), strict=True)
    ]
    assert column(data, "PaymentTime", "UsageStartTime", "UsageEndTime")[1] == (
        "2026-01-20 10:00:00",
        "2026-02-11 00:00:00",
        "2026-03-11 00:00:00",
    )
    for row in rows(data):
        nothing = (row["OutstandingAmount"], row["Tax"], row["InvoiceDiscount"])
        assert nothing == (0, 0, 0)
        assert (row["Status"], row["Item"]) == ("PayFinish", "SubscriptionOrder")
        assert row["ProductName"] == "Key Management Service"
        assert row["PaymentTransactionID"]
    assert data["TotalCount"] == 3
    assert data["AccountName"] == "ada"


@pytest.mark.parametrize("operation", LINES)
def test_a_refund_is_a_negative_line_of_the_month_in_which_it_was_made(
    street: Street, operation: str
) -> None:
    """17 of 31 days of 600.00 are 329.03; the upgrade is 100.00 / 720 for 780 hours."""
    data = ask(street.ada, operation, FEBRUARY)
    assert column(data, "RecordID", "Item", "PretaxAmount", "CashAmount") == [
        (street.refund, "Refund", -270.97, -270.97),
        (street.upgrade, "SubscriptionOrder", 108.33, 108.33),
    ]
    (found,) = rows(ask(street.ada, operation, FEBRUARY, type="Refund"))
    assert found["RecordID"] == street.refund


def test_one_record_can_be_asked_for(street: Street) -> None:
    wanted = street.renewal["OrderId"]
    data = ask(street.ada, "QuerySettleBill", record_id=wanted)
    assert (column(data, "RecordID"), data["TotalCount"]) == ([(wanted,)], 1)
    foreign = ask(street.ada, "QuerySettleBill", record_id=street.eves["OrderId"])
    assert rows(foreign) == []


def test_a_month_adds_up_to_what_the_balance_lost(street: Street) -> None:
    """3,000.00 came in."""
    spent = sum(
        row["PretaxAmount"]
        for month in (JANUARY, FEBRUARY)
        for row in rows(ask(street.ada, "QueryBill", month))
    )
    assert f"{3000 - spent:.2f}" == balance_of(street.ada)[0] == "1562.64"


# --- sums -----------------------------------------------------------------------------------


def test_the_overview_adds_up_by_kind_of_line(street: Street) -> None:
    names = ("Item", "SubscriptionType", "PretaxAmount", "PaymentAmount")
    assert column(ask(street.ada, "QueryBillOverview"), *names) == [
        ("SubscriptionOrder", "Subscription", 1600, 1600)
    ]
    assert column(ask(street.ada, "QueryBillOverview", FEBRUARY), *names) == [
        ("Refund", "Subscription", -270.97, -270.97),
        ("SubscriptionOrder", "Subscription", 108.33, 108.33),
    ]


def test_the_account_bill_is_of_a_month_or_a_day(street: Street) -> None:
    names = ("PretaxAmount", "ProductCode", "SubscriptionType", "BillingDate")
    assert column(ask(street.ada, "QueryAccountBill", FEBRUARY), *names) == [
        (-162.64, "", "", "2026-02")
    ]
    by_product = ask(street.ada, "QueryAccountBill", is_group_by_product=True)
    assert column(by_product, *names) == [(1600, "kms", "Subscription", "2026-01")]
    daily = {"granularity": "DAILY", "billing_date": "2026-01-20"}
    day = ask(street.ada, "QueryAccountBill", **daily)
    assert column(day, *names) == [(1100, "", "", "2026-01-20")]
    other = ask(street.ada, "QueryAccountBill", FEBRUARY, **daily)  # the month decides
    assert column(other, *names) == [(-162.64, "", "", "2026-02")]
    with_case = ask(street.ada, "QueryAccountBill", granularity="Monthly")
    assert column(with_case, "PretaxAmount") == [(1600,)]


# --- instances and items --------------------------------------------------------------------


@pytest.mark.parametrize("operation", DETAILS)
def test_an_instance_adds_up_its_lines_of_a_kind(street: Street, operation: str) -> None:
    kept, gone = street.first["InstanceId"], street.second["InstanceId"]
    data = ask(street.ada, operation)
    names = ("InstanceID", "Item", "PretaxAmount", "BillingDate", "Region", "InstanceSpec")
    shown = {row[0]: row[1:] for row in column(data, *names)}
    same = ("2026-01", "China (Hangzhou)", "software")
    assert shown == {
        kept: ("SubscriptionOrder", 1000, *same),
        gone: ("SubscriptionOrder", 600, *same),
    }
    assert data["TotalCount"] == 2
    february = {row[:2]: row[2] for row in column(ask(street.ada, operation, FEBRUARY), *names)}
    assert february == {(kept, "SubscriptionOrder"): 108.33, (gone, "Refund"): -270.97}


@pytest.mark.parametrize("operation", DETAILS)
def test_a_day_needs_a_date_of_the_month(street: Street, operation: str) -> None:
    day = {"granularity": "DAILY", "billing_date": "2026-01-20"}
    names = ("InstanceID", "PretaxAmount", "BillingDate")
    assert sorted(column(ask(street.ada, operation, **day), *names)) == sorted(
        [
            (street.first["InstanceId"], 500, "2026-01-20"),
            (street.second["InstanceId"], 600, "2026-01-20"),
        ]
    )
    assert refused(lambda: ask(street.ada, operation, granularity="DAILY")) == MISSING
    for wrong in ("2026-01-32", "20", "2026-01"):
        sent = day | {"billing_date": wrong}
        assert refused(lambda sent=sent: ask(street.ada, operation, **sent)) == INVALID
    assert refused(lambda: ask(street.ada, operation, granularity="HOURLY")) == INVALID
    of_february = ask(street.ada, operation, FEBRUARY, **day)
    assert len(rows(of_february)) == 2  # the month decides


@pytest.mark.parametrize("operation", [*DETAILS, *SPLIT])
def test_billable_items_add_up_to_their_lines(street: Street, operation: str) -> None:
    """600.00 are 500.00 for the instance and 100.00 for 1,000 keys more."""
    more = {} if operation in SPLIT else {"is_billing_item": True}
    data = ask(street.ada, operation, **more)
    gone = street.second["InstanceId"]
    names = ("InstanceID", "BillingItem", "PretaxAmount", "Usage")
    shown = {row[1]: row[2:] for row in column(data, *names) if row[0] == gone}
    assert {name: amount for name, (amount, _) in shown.items() if amount} == {
        "Instance": 500,
        "Keys": 100,
    }
    assert shown["Keys"][1] == "2000"
    assert sum(row["PretaxAmount"] for row in rows(data)) == 1600
    assert data["TotalCount"] == len(rows(data))
    without = ask(
        street.ada, "DescribeInstanceBill", is_billing_item=True, is_hide_zero_charge=True
    )
    assert all(row["PretaxGrossAmount"] for row in rows(without))
    assert without["TotalCount"] == len(rows(without))


def test_an_instance_can_be_asked_for(street: Street) -> None:
    kept, gone = street.first["InstanceId"], street.second["InstanceId"]
    data = ask(street.ada, "DescribeInstanceBill", instance_id=kept)
    assert column(data, "InstanceID") == [(kept,)]
    split = ask(street.ada, "DescribeSplitItemBill", split_item_id=kept)
    assert {row["SplitItemID"] for row in rows(split)} == {kept}
    both = ask(street.ada, "DescribeSplitItemBill", split_item_id=kept, instance_id=gone)
    assert rows(both) == []
    tagged = bss.DescribeSplitItemBillRequestTagFilter(tag_key="a", tag_values=["b"])
    assert rows(ask(street.ada, "DescribeSplitItemBill", tag_filter=[tagged])) == []


def test_bills_speak_the_language_of_the_account(street: Street) -> None:
    (row,) = rows(ask(street.eve, "DescribeInstanceBill"))
    assert row["ProductName"] == "密钥管理服务"
    assert row["ProductDetail"] == "密钥管理服务（包年包月）"
    assert row["Region"] == "华东1（杭州）"


# --- pages ----------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", BY_TOKEN)
def test_pages_by_token_miss_nothing(street: Street, operation: str) -> None:
    more = {"is_billing_item": True} if operation == "DescribeInstanceBill" else {}
    whole = rows(ask(street.ada, operation, **more))
    assert len(whole) > 1
    found: list[dict[str, Any]] = []
    token = None
    for _ in whole:
        data = ask(street.ada, operation, max_results=1, next_token=token, **more)
        found += rows(data)
        assert data["TotalCount"] == len(whole)
        token = data["NextToken"]
        assert bool(token) == (len(found) < len(whole))
    assert found == whole


@pytest.mark.parametrize("operation", BY_TOKEN)
def test_a_token_that_was_changed_or_is_of_another_list_is_refused(
    street: Street, operation: str
) -> None:
    token = ask(street.ada, operation, max_results=1)["NextToken"]
    other = ("A" if token[5] != "A" else "B").join((token[:5], token[6:]))
    for wrong in (other, token[:-4], "nonsense", "é", "AAAA", token + "AAAA"):
        with pytest.raises(Exception, match="NextToken") as caught:
            ask(street.ada, operation, next_token=wrong)
        assert refusal_of(caught.value) == INVALID
    others = {
        "another month": lambda: ask(street.ada, operation, FEBRUARY, next_token=token),
        "another filter": lambda: ask(
            street.ada, operation, next_token=token, subscription_type="Subscription"
        ),
        "another account": lambda: ask(street.eve, operation, next_token=token),
    }
    assert {name: refused(call) for name, call in others.items()} == dict.fromkeys(others, INVALID)


@pytest.mark.parametrize("operation", sorted({*VIEWS} - {*BY_TOKEN, "QueryBillOverview"}))
def test_pages_by_number_miss_nothing(street: Street, operation: str) -> None:
    whole = rows(ask(street.ada, operation))
    found = [
        row
        for number in range(1, len(whole) + 1)
        for row in rows(ask(street.ada, operation, page_num=number, page_size=1))
    ]
    assert found == whole
    assert rows(ask(street.ada, operation, page_num=len(whole) + 1, page_size=1)) == []
    assert refused(lambda: ask(street.ada, operation, page_size=301)) == INVALID


# --- costs ----------------------------------------------------------------------------------

#: (month, upfront, in the month, up to it, after it) by order, worked out by days.
#: First: 10 January to 10 February, 32 days, 22 of them in January: 50000 = 32 x 1562 + 16.
#: Renewal: 28 days, 18 of them in February: 50000 = 28 x 1785 + 20.
#: Second: 32 days, 12 of them in January, stopped in February. Upgrade: 33 days, 23 in February.
COSTS = {
    JANUARY: {
        "first": ("500.00", "343.80", "343.80", "156.20"),
        "renewal": ("500.00", "0.00", "0.00", "500.00"),
        "second": ("600.00", "225.00", "225.00", "375.00"),
    },
    FEBRUARY: {
        "first": ("500.00", "156.20", "500.00", "0.00"),
        "renewal": ("500.00", "321.48", "321.48", "178.52"),
        "second": ("600.00", "375.00", "600.00", "0.00"),
        "refund": ("-270.97", "-270.97", "-270.97", "0.00"),
        "upgrade": ("108.33", "75.53", "75.53", "32.80"),
    },
    "2026-03": {
        "renewal": ("500.00", "178.52", "500.00", "0.00"),
        "upgrade": ("108.33", "32.80", "108.33", "0.00"),
    },
    "2026-04": {},
}


@pytest.mark.parametrize("month", COSTS)
def test_what_was_paid_at_once_is_spread_over_its_days(street: Street, month: str) -> None:
    orders = {
        street.first["OrderId"]: "first",
        street.renewal["OrderId"]: "renewal",
        street.second["OrderId"]: "second",
        street.refund: "refund",
        street.upgrade: "upgrade",
    }
    data = ask(street.ada, "QueryInstanceGaapCost", month)
    prefixes = ("", "MonthGaap", "Gaap", "Unallocated")
    for figure in ("PretaxAmount", "PretaxGrossAmount", "PaymentAmount"):
        found = {
            orders[row["OrderId"]]: tuple(row[one + figure] for one in prefixes)
            for row in rows(data)
        }
        assert found == COSTS[month]
    assert data["TotalCount"] == len(COSTS[month])


@pytest.mark.parametrize("month", COSTS)
def test_the_costs_of_instances_are_those_of_their_orders(street: Street, month: str) -> None:
    operation = "DescribeInstanceAmortizedCostByAmortizationPeriod"
    data = ask(street.ada, operation, month)
    names = ("", "PreviouslyAmortized", "CurrentAmortization", "RemainingAmortization")
    whole = [0.0] * 4
    for row in rows(data):
        figures = [row[f"{one}PretaxAmount"] for one in names]
        assert round(sum(figures[1:]), 2) == figures[0]
        whole = [a + b for a, b in zip(whole, figures, strict=True)]
        assert (row["RemainingAmortizationPretaxAmount"] == 0) == (
            row["AmortizationStatus"] == "amortized"
        )
        assert row["AmortizationPeriod"] == month.replace("-", "")
    of_orders = COSTS[month].values()
    current = sum(float(one[1]) for one in of_orders)
    assert round(whole[2], 2) == round(current, 2)
    assert data["TotalCount"] == len(rows(data))


def test_costs_can_be_asked_for_by_instance_and_month_of_payment(street: Street) -> None:
    operation = "DescribeInstanceAmortizedCostByAmortizationPeriod"
    kept = street.first["InstanceId"]
    of_instance = ask(street.ada, operation, FEBRUARY, instance_id_list=[kept])
    assert column(of_instance, "InstanceID", "ConsumePeriod") == [
        (kept, "202601"),
        (kept, "202602"),
    ]
    of_month = ask(street.ada, operation, FEBRUARY, consume_period_filter=["202602"])
    assert {row["ConsumePeriod"] for row in rows(of_month)} == {"202602"}
    of_others = ask(street.ada, operation, FEBRUARY, bill_owner_id_list=["1000000000000000"])
    assert rows(of_others) == []


# --- the operator's side --------------------------------------------------------------------


def test_months_close_at_noon_of_day_2(street: Street) -> None:
    months = street.town.cli("bill", "list", "ada")
    assert [
        (one["month"], one["status"], one["lines"], one["pretax"], one["opening"], one["closing"])
        for one in months
    ] == [
        (JANUARY, "Cleared", 3, "1600.00", "0.00", "1400.00"),
        (FEBRUARY, "Cleared", 2, "-162.64", "1400.00", "1562.64"),
    ]
    assert [one["closed_at"] for one in months] == ["2026-02-02T04:00:00Z", "2026-03-02T04:00:00Z"]
    status = street.town.cli("bill", "close-status", JANUARY)
    assert {one["account_id"]: one["status"] for one in status} == {
        street.ada.account_id: "Cleared",
        street.eve.account_id: "Cleared",
    }


def test_the_lines_can_be_shown_and_exported(street: Street, tmp_path: Path) -> None:
    lines = street.town.cli("bill", "show", "ada", FEBRUARY)
    assert [(one["item"], one["pretax"]) for one in lines] == [
        ("Refund", "-270.97"),
        ("SubscriptionOrder", "108.33"),
    ]
    for by, amount in (("line", 1600), ("instance", 1600), ("item", 1600)):
        done = street.town.run("bill", "export", "ada", JANUARY, "--by", by)
        assert done.returncode == 0, done.stderr
        read = list(csv.DictReader(io.StringIO(done.stdout)))
        assert sum(float(row["PretaxAmount"]) for row in read) == amount
    file = tmp_path / "january.csv"
    told = street.town.cli("bill", "export", "ada", JANUARY, "--out", str(file))
    assert told == {"file": str(file), "rows": 3}
    assert file.read_text("utf-8").startswith(
        "BillingCycle,CostUnit,AccountID,AccountName,OwnerID,"
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_statement_is_made_for_each_month(street: Street, tmp_path: Path, language: str) -> None:
    for month in (JANUARY, FEBRUARY, "2026-03"):
        file = tmp_path / f"{month}.pdf"
        told = street.town.cli(
            "bill", "statement", "ada", month, "--language", language, "--out", str(file)
        )
        assert told == {"file": str(file), "closed": month != "2026-03"}
        assert file.read_bytes().startswith(b"%PDF-")


# --- files on a schedule --------------------------------------------------------------------


def test_subscribed_files_are_written(street: Street) -> None:
    """The clock jumps: at its end the months are complete, or each day has a file."""
    folder = street.exports / street.ada.account_id / "ada-bills" / "monthly" / "账单"
    found = {path.name.removeprefix(f"{street.ada.account_id}_") for path in folder.iterdir()}
    growing = ("InstanceDetailMonthly", "BillingItemDetailMonthly", "SplitItemDetailDaily")
    daily = ("BillingItemDetail", "InstanceDetail")
    over = ("202601", "202602")
    whole = {f"{kind}_{month}.csv" for month in over for kind in (*daily, *growing)}
    whole |= {f"MonthBill_{month}.pdf" for month in over}
    present = {f"{kind}_{day}.csv" for kind in daily for day in range(20260301, 20260304)}
    present |= {f"{kind}_202603.csv" for kind in growing}
    assert whole | present <= found
    text = (folder / f"{street.ada.account_id}_InstanceDetail_202601.csv").read_text("utf-8")
    read = list(csv.DictReader(io.StringIO(text)))
    assert [row["PretaxAmount"] for row in read] == ["500.00", "500.00", "600.00"]
    assert not (street.exports / street.eve.account_id).exists()


def test_subscriptions_can_be_seen_and_ended(street: Street) -> None:
    found = street.ada.bss.query_bill_to_osssubscription().body.to_map()["Data"]
    assert len(found["Items"]["Item"]) == 6
    (one,) = [row for row in found["Items"]["Item"] if row["SubscribeType"] == "MonthBill"]
    assert one == {
        "BucketOwnerId": int(street.ada.account_id),
        "BucketPath": "monthly/账单",
        "RowLimitPerFile": 1_000,
        "SubscribeBucket": "ada-bills",
        "SubscribeLanguage": "en",
        "SubscribeTime": "2026-01-10 10:00:00",
        "SubscribeType": "MonthBill",
    }
    request = bss.UnsubscribeBillToOSSRequest(subscribe_type="MonthBill")
    street.ada.bss.unsubscribe_bill_to_oss(request)
    assert refused(lambda: street.ada.bss.unsubscribe_bill_to_oss(request)) == (
        400,
        "ResourceNotExists",
    )
    assert refused(lambda: street.eve.bss.unsubscribe_bill_to_oss(request))[0] == 400


@pytest.mark.parametrize(
    "path", ["/a", "\\a", "a//b", "../a", "a/../b", "a/..", "..", "./a", "a/.", "a\nb", "x" * 255]
)
def test_a_path_that_could_leave_the_folder_is_refused(street: Street, path: str) -> None:
    request = bss.SubscribeBillToOSSRequest(subscribe_bucket="ada-bills", bucket_path=path)
    assert refused(lambda: street.ada.bss.subscribe_bill_to_oss(request)) == INVALID


@pytest.mark.parametrize(
    "wrong",
    [
        {"subscribe_bucket": "../x"},
        {"subscribe_bucket": "A"},
        {"subscribe_type": "Everything"},
        {"begin_billing_cycle": "2026"},
        {"row_limit_per_file": 1},
        {"bucket_owner_id": 1},
    ],
)
def test_what_cannot_be_subscribed_to_is_refused(street: Street, wrong: dict[str, Any]) -> None:
    request = bss.SubscribeBillToOSSRequest(**{"subscribe_bucket": "ada-bills"} | wrong)
    assert refused(lambda: street.ada.bss.subscribe_bill_to_oss(request)) == INVALID
