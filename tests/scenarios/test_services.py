"""Value-added services through the official SDKs: bought by the year, once for a region.

Source: facts/kms.md 1.4 and 1.5. The default book sells the rotation of default keys for 10.00 a
month, and gives 15 % off from 12 months (rules.md 7).
"""

from typing import Any

import pytest
from alibabacloud_bssopenapi20171214 import models as bss
from alibabacloud_kms20160120 import models as kms

from product import Customer
from scenarios.town import (
    Town,
    amounts_of,
    balance_of,
    listed,
    order_of,
    price_of,
    refused,
    utc,
)

ROTATION = {"ProductVersion": "4", "ValueAddedService": "2"}
INVALID = (400, "InvalidParameter")


@pytest.fixture
def town(new_town: Town) -> Town:
    return new_town


def orders_of(customer: Customer) -> list[dict[str, Any]]:
    data = customer.bss.query_orders(bss.QueryOrdersRequest()).body.to_map()["Data"]
    return list(data["OrderList"]["Order"])


def discounted(months: int, town: Town) -> str:
    """10.00 a month at the discount of the book in force."""
    tiers = town.cli("prices", "show")["discounts"]
    (*_, factor) = [float(one["factor"]) for one in tiers if one["from_months"] <= months]
    return f"{10 * months * factor:.2f}"


def test_a_service_is_bought_listed_renewed_and_given_back_like_an_instance(town: Town) -> None:
    ada = town.customer("ada", "1000.00")
    shown = price_of(ada, 12, **ROTATION)
    bought = ada.buy(12, **ROTATION)
    service = bought["InstanceId"]
    assert service.startswith("dkr-hzz")
    assert amounts_of(ada, bought["OrderId"]) == ("120.00", discounted(12, town), "USD")
    assert shown == (discounted(12, town), "USD")
    config = order_of(ada, bought["OrderId"])["Config"]
    assert "ValueAddedService:[ValueAddedService:2;]" in config
    assert "KeyNum" not in config
    assert [(one["InstanceID"], one["EndTime"]) for one in listed(ada)] == [
        (service, utc("2027-02-01 00:00:00"))
    ]
    assert price_of(ada, 24, service) == (discounted(24, town), "USD")
    pending = ada.renew(service, 24)["OrderId"]
    assert listed(ada)[0]["EndTime"] == utc("2029-02-01 00:00:00")
    town.cli("renewal", "cancel", "ada", service, pending)
    assert listed(ada)[0]["EndTime"] == utc("2027-02-01 00:00:00")


def test_a_service_is_sold_by_the_year(town: Town) -> None:
    ada = town.customer("ada", "1000.00")
    assert refused(lambda: ada.buy(1, **ROTATION)) == INVALID
    service = ada.buy(12, **ROTATION)["InstanceId"]
    assert refused(lambda: ada.renew(service, 1)) == INVALID
    assert (
        town.run("renewal", "set", "ada", "AutoRenewal", service, "--months", "1").returncode == 1
    )
    town.cli("renewal", "set", "ada", "AutoRenewal", service, "--months", "12")
    assert listed(ada)[0]["RenewalDuration"] == 12


def test_nothing_can_be_kept_in_a_service(town: Town) -> None:
    ada = town.customer("ada", "1000.00")
    service = ada.buy(12, **ROTATION)["InstanceId"]
    assert ada.kms.list_kms_instances(kms.ListKmsInstancesRequest()).body.total_count == 0
    assert refused(lambda: ada.create_key(service))[1] == "Forbidden.DKMSInstanceNotFound"
    assert refused(lambda: ada.enable(service)) == (404, "Forbidden.DKMSInstanceNotFound")
    assert refused(lambda: ada.instance(service)) == (404, "Forbidden.DKMSInstanceNotFound")
    upgrade = ("order", "place", "ada", "--instance", service, "--upgrade", "--param", "KeyNum=9")
    assert "nothing of it to change" in town.run(*upgrade).stderr


def test_a_second_purchase_is_accepted_paid_and_given_back(town: Town) -> None:
    ada = town.customer("ada", "1000.00")
    first = ada.buy(12, **ROTATION)["InstanceId"]
    money = balance_of(ada)
    second = ada.buy(36, **ROTATION)
    assert second["InstanceId"] != first
    assert balance_of(ada) == money
    assert [one["InstanceID"] for one in listed(ada)] == [first]
    new = order_of(ada, second["OrderId"])
    (refund,) = [one for one in orders_of(ada) if one["OrderType"] == "Refund"]
    assert (new["OrderType"], new["PaymentStatus"]) == ("New", "Paid")
    assert (refund["PretaxAmount"], order_of(ada, refund["OrderId"])["RelatedOrderId"]) == (
        discounted(36, town),
        second["OrderId"],
    )
    kinds = [one["kind"] for one in town.letters(ada) if one["instance_id"] == second["InstanceId"]]
    assert kinds == ["refund"]
    assert first in town.cli("order", "show", refund["OrderId"])["reason"]


def test_another_region_or_account_may_have_one_too_and_a_new_one_follows_the_release(
    town: Town,
) -> None:
    ada, bob = town.customer("ada", "1000.00"), town.customer("bob", "1000.00")
    ada.buy(12, **ROTATION)
    ada.buy(12, **ROTATION, Region="cn-shanghai")
    bob.buy(12, **ROTATION)
    assert (len(listed(ada)), len(listed(bob))) == (2, 1)
    town.at("2027-02-16 00:00:00")
    assert listed(ada) == []
    again = ada.buy(12, **ROTATION)["InstanceId"]
    assert [one["InstanceID"] for one in listed(ada)] == [again]
