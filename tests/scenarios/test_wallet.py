"""Vouchers, the balance and its transactions, as a customer sees them through the billing SDK."""

from itertools import accumulate
from typing import Any

import pytest
from alibabacloud_bssopenapi20171214 import models as bss

from product import Customer
from scenarios.town import Town, amounts_of, balance_of, refusal, refused, utc

START = "2026-01-31 10:00:00"


@pytest.fixture
def town(new_town: Town) -> Town:
    return new_town


def coupons(customer: Customer, **asked: Any) -> list[dict[str, Any]]:
    request = bss.QueryCashCouponsRequest(**asked)
    body = customer.bss.query_cash_coupons(request).body.to_map()
    assert body["Code"] == "Success"
    return list(body["Data"]["CashCoupon"])


def transactions(customer: Customer, **asked: Any) -> dict[str, Any]:
    request = bss.QueryAccountTransactionsRequest(**asked)
    data: dict[str, Any] = customer.bss.query_account_transactions(request).body.to_map()["Data"]
    assert data["AccountName"] == customer.name
    return data


def rows(data: dict[str, Any]) -> list[dict[str, str]]:
    return list(data["AccountTransactionsList"]["AccountTransactionsList"])


def moved(data: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    names = ("TransactionFlow", "TransactionType", "Amount", "Balance")
    return [tuple(row[name] for name in names) for row in rows(data)]


def left(customer: Customer) -> dict[str, tuple[str, str]]:
    return {one["Description"]: (one["Balance"], one["Status"]) for one in coupons(customer)}


def grant(town: Town, name: str, amount: str, note: str, *more: str) -> dict[str, str]:
    until = () if "--until" in more else ("--until", "30d")
    made: dict[str, str] = town.cli("voucher", "grant", name, amount, "--note", note, *until, *more)
    return made


def test_vouchers_pay_first_one_for_each_order_the_largest_that_may(town: Town) -> None:
    ada = town.customer("ada", "1000.00")
    grant(town, "ada", "150.00", "small")
    grant(town, "ada", "200.00", "large")
    grant(town, "ada", "900.00", "for large orders", "--threshold", "500.01")
    grant(town, "ada", "900.00", "for usage", "--for", "pay-as-you-go")
    grant(town, "ada", "900.00", "later", "--from", "2026-02-01T00:00:00+08:00")
    bought = ada.buy(1)
    assert balance_of(ada) == ("700.00", "USD")
    assert amounts_of(ada, bought["OrderId"]) == ("500.00", "500.00", "USD")
    assert left(ada) == {
        "small": ("150.00", "Available"),
        "large": ("0.00", "Available"),
        "for large orders": ("900.00", "Available"),
        "for usage": ("900.00", "Available"),
        "later": ("900.00", "Available"),
    }
    ada.renew(bought["InstanceId"], 1)
    assert balance_of(ada) == ("350.00", "USD")
    assert left(ada)["small"] == ("0.00", "Available")
    ada.renew(bought["InstanceId"], 2)
    assert balance_of(ada) == ("250.00", "USD")
    assert left(ada)["for large orders"] == ("0.00", "Available")


def test_a_voucher_shows_what_it_is_in_the_language_of_its_owner(town: Town) -> None:
    li = town.customer("li", language="zh", currency="CNY")
    made = grant(
        town, "li", "88.80", "新年", "--for", "subscription", "--threshold", "100",
        "--until", "2026-03-01T00:00:00+08:00", "--from", "2026-02-01T00:00:00+08:00",
    )  # fmt: skip
    (one,) = coupons(li)
    assert isinstance(one.pop("CashCouponId"), int)
    assert one == {
        "CashCouponNo": made["number"],
        "NominalValue": "88.80",
        "Balance": "88.80",
        "Status": "Available",
        "GrantedTime": utc(START),
        "EffectiveTime": utc("2026-02-01 00:00:00"),
        "ExpiryTime": utc("2026-03-01 00:00:00"),
        "ApplicableProducts": "密钥管理服务",
        "ApplicableScenarios": "预付费订单，金额不低于 CNY 100.00",
        "Description": "新年",
    }
    assert coupons(li, effective_or_not=True) == []
    assert len(coupons(li, effective_or_not=False)) == 1
    end = utc("2026-03-01 00:00:00")
    assert len(coupons(li, expiry_time_start=end, expiry_time_end=end)) == 1
    assert coupons(li, expiry_time_start=utc("2026-03-01 00:00:01")) == []
    assert coupons(li, expiry_time_end=utc("2026-02-28 23:59:59")) == []


def test_an_expired_or_cancelled_voucher_pays_nothing_and_no_second_before(town: Town) -> None:
    ada = town.customer("ada", "600.00")
    grant(town, "ada", "400.00", "expires", "--until", "1d")
    number = grant(town, "ada", "300.00", "cancelled")["number"]
    town.at("2026-02-01 09:59:59")
    instance = ada.buy(1)["InstanceId"]
    assert balance_of(ada)[0] == "500.00"
    assert left(ada)["expires"] == ("0.00", "Available")
    grant(town, "ada", "1.00", "a second", "--until", "1s")
    town.at("2026-02-01 10:00:00")
    assert left(ada)["expires"] == ("0.00", "Expired")
    town.cli("voucher", "cancel", number)
    assert left(ada)["cancelled"] == ("0.00", "Cancelled")
    assert town.run("voucher", "cancel", number).returncode == 1
    ada.renew(instance, 1)
    assert balance_of(ada)[0] == "0.00"
    listed = town.cli("voucher", "list", "--account", "ada")
    assert [one["status"] for one in listed] == ["Expired", "Cancelled", "Expired"]


def test_what_is_missing_counts_the_voucher(town: Town) -> None:
    ada = town.customer("ada", "100.00")
    grant(town, "ada", "150.00", "gift")
    status, code, text = refusal(lambda: ada.buy(1))
    assert (status, code) == (400, "PAY.INSUFFICIENT_BALANCE")
    assert "a voucher pays USD 150.00, the balance is USD 100.00: USD 250.00 are missing" in text
    assert left(ada)["gift"] == ("150.00", "Available")
    assert balance_of(ada)[0] == "100.00"
    town.cli("account", "credit", "ada", "250.00")
    ada.buy(1)
    assert balance_of(ada)[0] == "0.00"


def test_a_letter_about_a_failed_renewal_counts_the_voucher(town: Town) -> None:
    ada = town.customer("ada", "600.00")
    instance = ada.buy(1)["InstanceId"]
    grant(town, "ada", "150.00", "gift")
    request = bss.SetRenewalRequest(
        instance_ids=instance, product_code="kms", renewal_status="AutoRenewal",
        renewal_period=1, renewal_period_unit="M", subscription_type="Subscription",
    )  # fmt: skip
    ada.bss.set_renewal(request)
    town.at("2026-02-25 08:00:00")
    (letter,) = [one for one in town.letters(ada) if one["kind"] == "auto_renewal_failed"]
    assert "USD 250.00 missing" in letter["subject"]
    assert "- A voucher pays: USD 150.00\n- Balance now: USD 100.00\n" in letter["text"]


def test_an_order_that_a_voucher_paid_moves_no_money(town: Town) -> None:
    ada = town.customer("ada", "100.00")
    grant(town, "ada", "500.00", "gift")
    ada.buy(1)
    assert balance_of(ada)[0] == "100.00"
    assert [row["TransactionType"] for row in rows(transactions(ada))] == ["Payment"]
    assert left(ada)["gift"] == ("0.00", "Available")


def test_a_refund_gives_no_voucher_back_and_is_a_transaction(town: Town) -> None:
    ada = town.customer("ada", "500.00")
    grant(town, "ada", "120.00", "gift")
    bought = ada.buy(1)
    ticket = town.cli(
        "ticket", "open", "ada", "--order", bought["OrderId"], "--reason", "The wrong region"
    )
    assert (ticket["state"], ticket["instance_id"]) == ("open", bought["InstanceId"])
    too_much = town.run("ticket", "approve", ticket["ticket_id"], "--amount", "380.01")
    assert too_much.returncode == 1
    assert "at most USD 380.00" in too_much.stderr
    granted = ("--amount", "380", "--unsubscribe", "--note", "Sorry.")
    done = town.cli("ticket", "approve", ticket["ticket_id"], *granted)
    assert balance_of(ada)[0] == "500.00"
    assert left(ada)["gift"] == ("0.00", "Available")
    data = transactions(ada, transaction_type="Refund")
    assert moved(data) == [("Income", "Refund", "380.00", "500.00")]
    assert rows(data)[0]["RecordID"] == done["refund_order_id"]
    (letter,) = [one for one in town.letters(ada) if one["kind"] == "ticket"]
    assert letter["subject"] == f"Your ticket {ticket['ticket_id']} was approved"
    assert "> Sorry." in letter["text"].splitlines()
    shown = town.cli("ticket", "show", ticket["ticket_id"])
    assert [one["text"] for one in shown["messages"]] == ["Sorry."]
    assert town.cli("ticket", "list", "--state", "open") == []


def test_a_ticket_is_answered_and_refused_in_its_owners_language(town: Town) -> None:
    li = town.customer("li", language="zh", currency="CNY")
    ticket = town.cli("ticket", "open", "li", "--reason", "发票？")["ticket_id"]
    town.cli("ticket", "answer", ticket, "哪个月？\n请说明。")
    town.cli("ticket", "refuse", ticket, "没有回复。")
    assert town.run("ticket", "answer", ticket, "?").returncode == 1
    letters = [one for one in town.letters(li) if one["kind"] == "ticket"]
    assert [one["subject"] for one in letters] == [
        f"您的工单 {ticket} 已回复",
        f"您的工单 {ticket} 未通过",
    ]
    assert "我们的回复：\n\n> 哪个月？\n> 请说明。\n" in letters[0]["text"]


def test_transactions_have_exact_balances_newest_first(town: Town) -> None:
    ada = town.customer("ada", "2000.00")
    town.cli("account", "adjust", "ada", "-0.01", "--note", "rounding")
    grant(town, "ada", "120.50", "gift")
    order = ada.buy(1)["OrderId"]
    town.at("2026-02-01 00:00:00")
    town.cli("account", "debit", "ada", "20.00", "--note", "back")
    town.cli("account", "adjust", "ada", "5")
    data = transactions(ada)
    assert moved(data) == [
        ("Income", "Adjust", "5.00", "1605.49"),
        ("Expense", "Withdraw", "20.00", "1600.49"),
        ("Expense", "Consumption", "379.50", "1620.49"),
        ("Expense", "Adjust", "0.01", "1999.99"),
        ("Income", "Payment", "2000.00", "2000.00"),
    ]
    assert (data["PageNum"], data["PageSize"], data["TotalCount"]) == (1, 20, 5)
    assert balance_of(ada)[0] == rows(data)[0]["Balance"]
    assert rows(data)[2] == {
        "TransactionNumber": rows(data)[2]["TransactionNumber"],
        "TransactionTime": utc(START),
        "TransactionFlow": "Expense",
        "TransactionType": "Consumption",
        "TransactionChannel": "AccountBalance",
        "TransactionChannelSN": "",
        "TransactionAccount": ada.account_id,
        "FundType": "Cash",
        "RecordID": order,
        "BillingCycle": "2026-01",
        "Amount": "379.50",
        "Balance": "1620.49",
        "Remarks": "New",
    }
    assert [row["BillingCycle"] for row in rows(data)[:2]] == ["2026-02", "2026-02"]
    assert moved(transactions(ada, page_num=2, page_size=2)) == moved(data)[2:4]
    shown = town.cli("account", "transactions", "ada")
    assert [one["balance"] for one in shown] == [row["Balance"] for row in rows(data)]
    assert [one["number"] for one in shown] == [row["TransactionNumber"] for row in rows(data)]


def test_transactions_are_filtered_and_an_unknown_value_finds_nothing(town: Town) -> None:
    ada = town.customer("ada", "2000.00")
    order = ada.buy(1)["OrderId"]
    number = rows(transactions(ada, record_id=order))[0]["TransactionNumber"]

    def found(**asked: Any) -> list[str]:
        data = transactions(ada, **asked)
        assert data["TotalCount"] == len(rows(data))
        return [row["Balance"] for row in rows(data)]

    assert found(transaction_type="Payment") == ["2000.00"]
    assert found(transaction_flow="Expense") == ["1500.00"]
    assert found(transaction_number=number) == ["1500.00"]
    assert found(transaction_channel="AccountBalance") == ["1500.00", "2000.00"]
    for unknown in (
        {"transaction_type": "Transfer"},
        {"transaction_flow": "Sideways"},
        {"transaction_number": "abc"},
        {"transaction_channel": "Alipay"},
        {"transaction_channel_sn": "1"},
        {"record_id": "299999999999999"},
    ):
        assert found(**unknown) == []


def test_without_times_the_transactions_of_the_last_month_are_listed(town: Town) -> None:
    ada = town.customer("ada", "1.00")
    town.at("2026-02-28 10:00:00")  # a month before is 28 January
    assert transactions(ada)["TotalCount"] == 1
    town.at("2026-03-31 10:00:00")  # a month before is 28 February
    assert transactions(ada)["TotalCount"] == 0
    start = utc(START)
    assert transactions(ada, create_time_start=start)["TotalCount"] == 1
    assert transactions(ada, create_time_end=start)["TotalCount"] == 1
    assert transactions(ada, create_time_start=utc("2026-01-31 10:00:01"))["TotalCount"] == 0
    assert transactions(ada, create_time_end=utc("2026-01-31 09:59:59"))["TotalCount"] == 0
    for edge in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"):
        assert transactions(ada, create_time_end=edge)["TotalCount"] == 0
        assert transactions(ada, create_time_start=edge)["TotalCount"] == (edge < "2026")
    assert (
        refused(lambda: transactions(ada, create_time_start="yesterday"))[1] == "InvalidParameter"
    )


def test_details_are_paged_by_their_token_also_while_more_is_written(town: Town) -> None:
    ada = town.customer("ada")
    amounts = [f"{number}.00" for number in range(1, 46)]
    for amount in amounts:
        town.cli("account", "credit", "ada", amount)
    seen: list[dict[str, str]] = []
    token = None
    sizes = []
    while token != "":
        request = bss.QueryAccountTransactionDetailsRequest(
            max_results=3, next_token=token, create_time_start="2026-01-31"
        )
        body = ada.bss.query_account_transaction_details(request).body.to_map()
        assert (body["Code"], body["Message"]) == ("200", "SUCCESS")
        data = body["Data"]
        assert data["MaxResults"] == 20
        assert data["TotalCount"] == len(amounts) + len(sizes)
        seen += rows(data)
        sizes.append(len(rows(data)))
        token = data["NextToken"]
        town.cli("account", "credit", "ada", "7.00")  # meanwhile
    assert sizes == [20, 20, 5]
    assert [row["Amount"] for row in reversed(seen)] == amounts
    sums = [f"{total}.00" for total in accumulate(range(1, 46))]
    assert [row["Balance"] for row in reversed(seen)] == sums
    wrong = bss.QueryAccountTransactionDetailsRequest(next_token="x")
    assert refused(lambda: ada.bss.query_account_transaction_details(wrong)) == (
        400,
        "InvalidParameter",
    )
    before = bss.QueryAccountTransactionDetailsRequest(create_time_end="2026-01-30")
    data = ada.bss.query_account_transaction_details(before).body.to_map()["Data"]
    assert (rows(data), data["NextToken"], data["TotalCount"]) == ([], "", 0)


def test_there_are_no_prepaid_cards_and_nothing_to_redeem(town: Town) -> None:
    ada = town.customer("ada")
    cards = ada.bss.query_prepaid_cards(bss.QueryPrepaidCardsRequest()).body.to_map()
    assert cards["Data"] == {"PrepaidCard": []}
    redeem = ada.bss.query_redeem(bss.QueryRedeemRequest(page_num=2, page_size=5)).body.to_map()
    nothing = {"Redeem": {"Redeem": []}, "TotalCount": 0}
    assert redeem["Data"] == {"PageNum": 2, "PageSize": 5, **nothing}
