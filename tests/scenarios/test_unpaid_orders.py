"""Orders that wait to be paid, by the operator's commands and through the official SDK. rules.md 4.

The clock stands still, so an order made here can be paid until 30 minutes later, to the second.
"""

from pathlib import Path
from typing import Any

import pytest
from alibabacloud_bssopenapi20171214 import models as bss

from product import Customer
from scenarios.town import Town, balance_of, order_of, refused, utc

CONFLICT = (400, "CSS_CHECK_ORDER_ERROR")


def orders_of(customer: Customer, status: str) -> list[dict[str, Any]]:
    """QueryOrders of the last hour with this status."""
    request = bss.QueryOrdersRequest(payment_status=status)
    data = customer.bss.query_orders(request).body.to_map()["Data"]
    return list(data["OrderList"]["Order"])


def test_an_order_is_placed_shown_and_paid(town: Town) -> None:
    ada = town.customer("ada", "2000.00")
    placed = town.cli("order", "place", "ada", "--months", "1", "--param", "KeyNum=2000")
    order_id = placed["order_id"]
    assert placed["status"] == "Unpaid"
    assert placed["pay_until"] == utc("2026-01-31 10:30:00")
    assert (placed["configuration"]["keys"], placed["original"]) == (2000, None)
    assert placed["start"] is None
    assert [one["OrderId"] for one in orders_of(ada, "Unpaid")] == [order_id]
    assert order_of(ada, order_id)["ExtendInfos"]["PayUntil"] == utc("2026-01-31 10:30:00")
    assert balance_of(ada) == ("2000.00", "USD")

    paid = town.cli("order", "pay", order_id)
    assert (paid["status"], paid["paid_at"]) == ("Paid", utc("2026-01-31 10:00:00"))
    assert (paid["start"], paid["end"]) == (utc("2026-01-31 10:00:00"), utc("2026-03-01 00:00:00"))
    assert town.cli("order", "show", order_id) == paid
    assert "PayUntil" not in order_of(ada, order_id)["ExtendInfos"]
    assert ada.instance(placed["instance_id"])["KeyNum"] == 2000
    spent = 2000 - float(paid["cash_amount"])
    assert balance_of(ada) == (f"{spent:.2f}", "USD")
    assert [one["operation"] for one in town.cli("audit", "list", "--account", "ada")] == [
        "account create",
        "account credit",
        "order place",
        "QueryOrders",
        "GetOrderDetail",
        "QueryAccountBalance",
        "order pay",
        "GetOrderDetail",
        "GetKmsInstance",
        "QueryAccountBalance",
    ]


def test_while_an_order_waits_the_api_refuses_to_order_again(town: Town) -> None:
    bob = town.customer("bob", "5000.00")
    instance = bob.buy(1)["InstanceId"]
    placed = town.cli("order", "place", "bob", "--instance", instance, "--months", "3")
    assert placed["type"] == "Renew"
    assert refused(lambda: bob.renew(instance)) == CONFLICT
    again = town.run("order", "place", "bob", "--instance", instance, "--months", "1")
    assert (again.returncode, placed["order_id"] in again.stderr) == (1, True)

    cancelled = town.cli("order", "cancel", placed["order_id"])
    assert cancelled["status"] == "Cancelled"
    assert [one["OrderId"] for one in orders_of(bob, "Cancelled")] == [placed["order_id"]]
    assert order_of(bob, placed["order_id"])["PaymentStatus"] == "Cancelled"
    bob.renew(instance)
    assert town.run("order", "pay", placed["order_id"]).returncode == 1


def test_an_upgrade_shows_what_there_was_before(town: Town) -> None:
    cem = town.customer("cem", "5000.00")
    instance = cem.buy(1)["InstanceId"]
    place = ("order", "place", "cem", "--instance", instance, "--upgrade")
    placed = town.cli(*place, "--param", "KeyNum=2000")
    assert (placed["type"], placed["months"]) == ("Upgrade", 0)
    assert (placed["original"]["keys"], placed["configuration"]["keys"]) == (1000, 2000)
    page = town.run("order", "show", placed["order_id"]).stdout
    assert "keys\t1000\t2000" in page
    town.cli("order", "pay", placed["order_id"])
    assert cem.instance(instance)["KeyNum"] == 2000
    listed = town.cli("order", "list", "--account", "cem", "--status", "Paid")
    assert {one["type"] for one in listed} == {"New", "Upgrade"}
    assert {one["account_id"] for one in town.cli("order", "list")} >= {cem.account_id}


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--upgrade"],
        ["--months", "1", "--upgrade", "--instance", "kst-1"],
        ["--months", "1", "--param", "KeyNum"],
        ["--months", "1", "--param", "KeyNum=1000", "--param", "KeyNum=2000"],
    ],
)
def test_wrong_usage_is_told_and_orders_nothing(town: Town, arguments: list[str]) -> None:
    done = town.run("order", "place", "nobody", *arguments)
    assert (done.returncode, done.stdout) == (2, "")


@pytest.mark.parametrize("command", ["show", "pay", "cancel"])
def test_an_order_that_is_not_there_is_told(town: Town, command: str) -> None:
    done = town.run("order", command, "200000000000000")
    assert done.returncode == 1
    assert "keylease order list" in done.stderr


def test_orders_name_the_terms_of_service_that_were_accepted(town: Town, tmp_path: Path) -> None:
    dee = town.customer("dee", "5000.00")
    before = town.cli("terms", "show", "service")
    first = dee.buy(1)["OrderId"]
    english, chinese = tmp_path / "en.txt", tmp_path / "zh.txt"
    english.write_text("Pay first.\n", encoding="utf-8")
    chinese.write_text("先付款。\n", encoding="utf-8")
    load = ("terms", "load", "service", "--en", str(english), "--zh", str(chinese))
    version = town.cli(*load)["version"]
    assert version == before["version"] + 1
    second = town.cli("order", "place", "dee", "--months", "1")["order_id"]
    for order_id, accepted in ((first, before["version"]), (second, version)):
        assert order_of(dee, order_id)["ExtendInfos"]["TermsVersion"] == str(accepted)
        assert town.cli("order", "show", order_id)["terms_version"] == accepted
    assert town.run("terms", "show", "service", "--language", "zh").stdout == "先付款。\n"
    old = town.cli("terms", "show", "service", "--version", str(before["version"]))
    assert old["text"] == before["text"]
    chinese.write_text("", encoding="utf-8")
    assert town.run(*load).returncode == 1
    assert town.run("terms", "load", "service", "--en", str(english)).returncode == 2
    assert town.cli("terms", "list")[-1]["kind"] == "unsubscription"
    assert town.cli("terms", "show", "service")["version"] == version
