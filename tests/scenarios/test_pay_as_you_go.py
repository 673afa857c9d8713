"""Pay-as-you-go through the official SDKs: days, bills, debt, trial, release. rules.md 8.

Prices a day in USD: an instance 4.50, a key version 0.03, a request a second at the peak 0.50.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_bssopenapi20171214 import models as bss
from alibabacloud_kms20160120 import models as kms

from product import Customer
from scenarios.town import Town, balance_of, listed, open_town, refusal, refused, utc
from scenarios.town_orders import buy_by_the_day

FIRST_DAY = "2026-01-31 15:00:00"


@pytest.fixture
def town(tmp_path: Path, database_url: str) -> Iterator[Town]:
    """A town for each test, on both engines: every test has days of its own."""
    with open_town(tmp_path / "data", FIRST_DAY, database=database_url) as opened:
        yield opened
        assert opened.findings() == []


def release(customer: Customer, instance: str, force: str | None = None) -> None:
    customer.kms.release_kms_instance(
        kms.ReleaseKmsInstanceRequest(kms_instance_id=instance, force_delete_without_backup=force)
    )


def status_of(customer: Customer) -> str:
    return str(customer.kms.describe_account_kms_status().body.account_status)


def usage_of(customer: Customer, by: str, since: str, until: str) -> list[dict[str, str]]:
    """QueryUserOmsData, page by page of two."""
    rows: list[dict[str, str]] = []
    marker = None
    while True:
        request = bss.QueryUserOmsDataRequest(
            table="kms", data_type=by, start_time=utc(since), end_time=utc(until),
            page_size=2, marker=marker,
        )  # fmt: skip
        data: dict[str, Any] = customer.bss.query_user_oms_data(request).body.to_map()["Data"]
        assert len(data["OmsData"]) <= 2
        rows += data["OmsData"]
        marker = data["Marker"]
        if not marker:
            return rows


def test_what_a_day_cost_is_a_transaction_of_the_month_whose_bill_has_the_day(town: Town) -> None:
    ada = town.customer("ada", "20.00")
    buy_by_the_day(ada)
    town.at("2026-02-02 10:00:00")  # the bill of 31 January was made on 1 February
    paid = bss.QueryAccountTransactionsRequest(
        transaction_type="Consumption", create_time_start=utc(FIRST_DAY)
    )
    data = ada.bss.query_account_transactions(paid).body.to_map()["Data"]
    found = data["AccountTransactionsList"]["AccountTransactionsList"]
    assert [(one["BillingCycle"], one["TransactionTime"], one["Amount"]) for one in found] == [
        ("2026-02", utc("2026-02-02 10:00:00"), "4.50"),
        ("2026-01", utc("2026-02-01 10:00:00"), "4.50"),
    ]
    for month in ("2026-01", "2026-02"):
        bill = ada.bss.query_bill(bss.QueryBillRequest(billing_cycle=month)).body.to_map()["Data"]
        assert sum(line["CashAmount"] for line in bill["Items"]["Item"]) == 4.5


def test_each_day_is_billed_at_ten_on_the_next_for_exactly_what_was_used(town: Town) -> None:
    ada = town.customer("ada", "20.00")
    instance = buy_by_the_day(ada)
    found = ada.instance(instance)
    assert (found["ChargeType"], found["ProductType"]) == ("POSTPAY", "kms_ppi_public_intl")
    assert "EndDate" not in found
    (row,) = listed(ada)
    assert (row["SubscriptionType"], row["Status"]) == ("PayAsYouGo", "Normal")
    assert not {"EndTime", "StopTime", "ReleaseTime", "ExpectedReleaseTime"} & row.keys()
    ada.enable(instance)
    key, _ = ada.create_key(instance), ada.create_key(instance)
    for _ in range(61):  # in one minute: 61 / 60, rounded up to 2
        ada.encrypt(key, "x")
    assert balance_of(ada) == ("20.00", "USD")

    town.at("2026-02-01 09:59:59")
    assert balance_of(ada) == ("20.00", "USD")
    town.at("2026-02-01 10:00:00")
    assert balance_of(ada) == ("14.44", "USD")  # 4.50 + 2 x 0.03 + 2 x 0.50
    ada.encrypt(key, "x")  # 1 / 60, rounded up to 1
    town.at("2026-02-02 10:00:00")
    assert balance_of(ada) == ("9.38", "USD")  # 4.50 + 2 x 0.03 + 1 x 0.50
    town.at("2026-02-03 10:00:00")
    assert balance_of(ada) == ("4.82", "USD")  # 4.50 + 2 x 0.03
    assert [kind for kind, _ in town.told(ada)] == ["top_up", "purchase"]

    days = usage_of(ada, "Day", "2026-01-31 00:00:00", "2026-02-04 00:00:00")
    assert [(one["StartTime"], one["Requests"], one["PeakQps"]) for one in days] == [
        (utc("2026-01-31 00:00:00"), "61", "2"),
        (utc("2026-02-01 00:00:00"), "1", "1"),
        (utc("2026-02-02 00:00:00"), "0", "0"),
    ]
    assert {one["KeyVersions"] for one in days} == {"2"}
    months = usage_of(ada, "Month", "2026-01-01 00:00:00", "2026-03-01 00:00:00")
    assert [(one["StartTime"], one["Requests"]) for one in months] == [
        (utc("2026-01-01 00:00:00"), "61"),
        (utc("2026-02-01 00:00:00"), "1"),
    ]
    raw = usage_of(ada, "Raw", "2026-01-31 00:00:00", "2026-02-04 00:00:00")
    assert [(one["StartTime"], one["EndTime"], one["Requests"]) for one in raw] == [
        (utc("2026-01-31 15:00:00"), utc("2026-01-31 15:01:00"), "61"),
        (utc("2026-02-01 10:00:00"), utc("2026-02-01 10:01:00"), "1"),
    ]
    exported = town.run(
        "usage", "export", "ada", "--from", "2026-01-31T00:00:00+08:00",
        "--to", "2026-02-04T00:00:00+08:00", "--by", "day",
    ).stdout.splitlines()  # fmt: skip
    assert exported[0] == ",".join(days[0])
    assert exported[1:] == [",".join(one.values()) for one in days]


def test_a_debt_stops_after_7_days_and_releases_after_15_more_unless_it_is_paid(
    town: Town,
) -> None:
    ada = town.customer("ada", "5.00")
    instance = buy_by_the_day(ada)
    ada.enable(instance)
    key = ada.create_key(instance)
    blob = ada.encrypt(key, "treasure")  # peak 1: the first day costs 4.50 + 0.03 + 0.50 = 5.03
    town.at("2026-02-01 10:00:00")
    assert balance_of(ada) == ("-0.03", "USD")
    assert status_of(ada) == "InDebt"
    assert refused(lambda: buy_by_the_day(ada)) == (400, "Forbidden.InDebt")
    assert ada.instance(instance)["EndDate"] == utc("2026-02-08 10:00:00")
    town.at("2026-02-08 09:59:59")
    assert ada.decrypt(blob) == "treasure"  # that is 0.50 more for the day
    town.at("2026-02-08 10:00:00")
    status, code, text = refusal(lambda: ada.decrypt(blob))
    assert (status, code) == (403, "Forbidden.DKMSInstanceStateInvalid")
    assert "Paying the debt" in text
    (row,) = listed(ada)
    assert (row["Status"], row["EndTime"]) == ("Expired", utc("2026-02-08 10:00:00"))
    assert row["ExpectedReleaseTime"] == utc("2026-02-23 10:00:00")

    # 5.03 - 5.00 on the first day, then 4.53 on 7 days: 1 to 7 February.
    assert balance_of(ada) == ("-31.74", "USD")
    town.cli("account", "credit", "ada", "31.73")
    assert status_of(ada) == "InDebt"
    assert refused(lambda: ada.decrypt(blob))[0] == 403
    town.cli("account", "credit", "ada", "0.01")
    assert status_of(ada) == "Enabled"
    assert ada.decrypt(blob) == "treasure"
    assert "EndDate" not in ada.instance(instance)
    assert town.told(ada)[-5:] == [
        ("in_debt", "2026-02-01 10:00:00"),
        ("stopped", "2026-02-08 10:00:00"),
        ("top_up", "2026-02-08 10:00:00"),
        ("top_up", "2026-02-08 10:00:00"),
        ("debt_paid", "2026-02-08 10:00:00"),
    ]

    # The next bill is not covered either: 5.03 for 8 February.
    town.at("2026-02-09 10:00:00")
    assert balance_of(ada) == ("-5.03", "USD")
    town.at("2026-03-03 09:59:59")
    assert ada.instance(instance)["EndDate"] == utc("2026-02-16 10:00:00")
    town.at("2026-03-03 10:00:00")
    assert refused(lambda: ada.instance(instance)) == (404, "Forbidden.DKMSInstanceNotFound")
    assert refused(lambda: ada.decrypt(blob)) == (404, "Forbidden.KeyNotFound")
    # 9 February to 2 March: 22 days at 4.53; the last day, without keys, at 4.50 the next morning.
    assert balance_of(ada) == ("-104.69", "USD")
    town.at("2026-03-10 10:00:00")
    assert balance_of(ada) == ("-109.19", "USD")
    assert town.told(ada)[-4:] == [
        ("in_debt", "2026-02-09 10:00:00"),
        ("stopped", "2026-02-16 10:00:00"),
        ("release_soon", "2026-03-03 09:00:00"),
        ("released", "2026-03-03 10:00:00"),
    ]
    town.cli("account", "credit", "ada", "109.19")
    assert (balance_of(ada)[0], status_of(ada)) == ("0.00", "Enabled")


def test_a_trial_is_free_for_14_days_and_then_goes_on_by_itself(town: Town) -> None:
    ada = town.customer("ada", "100.00")
    instance = buy_by_the_day(ada, Trial="1")
    assert "free of charge until 2026-02-14 15:00:00" in town.letters(ada)[-1]["text"]
    town.at("2026-02-14 10:00:00")
    assert balance_of(ada) == ("100.00", "USD")
    town.at("2026-02-15 10:00:00")
    assert balance_of(ada) == ("95.50", "USD")  # 14 February ended after the trial
    assert ada.instance(instance)["ChargeType"] == "POSTPAY"
    assert refused(lambda: buy_by_the_day(ada, Trial="1")) == (400, "NotApplicable")


def test_a_release_is_at_once_and_its_last_day_is_billed_without_keys(town: Town) -> None:
    ada = town.customer("ada", "1000.00")
    instance, bought = buy_by_the_day(ada), ada.buy(1)["InstanceId"]
    ada.enable(instance)
    key = ada.create_key(instance)
    assert refused(lambda: release(ada, instance)) == (403, "Forbidden.NoBackup")
    assert refused(lambda: release(ada, bought, "true")) == (400, "UnsupportedOperation")
    town.at("2026-02-02 12:00:00")
    assert balance_of(ada) == ("490.94", "USD")  # 500.00 for the subscription, 2 x 4.53
    release(ada, instance, "true")
    assert refused(lambda: ada.instance(instance)) == (404, "Forbidden.DKMSInstanceNotFound")
    assert refused(lambda: ada.encrypt(key, "x")) == (404, "Forbidden.KeyNotFound")
    town.at("2026-02-05 12:00:00")
    assert balance_of(ada) == ("486.44", "USD")


def test_what_only_a_subscription_has_is_not_applicable(town: Town) -> None:
    ada = town.customer("ada", "1000.00")
    instance = buy_by_the_day(ada, "one")
    assert buy_by_the_day(ada, "one") == instance
    assert refused(lambda: buy_by_the_day(ada, "one", KeyNum="1000")) == (
        400,
        "IdempotentParameterMismatch",
    )
    assert refused(lambda: ada.renew(instance, 1)) == (400, "NotApplicable")
    request = bss.SetRenewalRequest(
        instance_ids=instance,
        product_code="kms",
        subscription_type="PayAsYouGo",
        renewal_status="NotRenewal",
    )
    assert refused(lambda: ada.bss.set_renewal(request)) == (400, "NotApplicable")
    assert refused(lambda: buy_by_the_day(ada, ProductVersion="software-small")) == (
        400,
        "InvalidParameter",
    )
    bought = ada.buy(1)["InstanceId"]
    for method, expected in (("PayAsYouGo", [instance]), ("Subscription", [bought]), ("X", [])):
        asked = bss.QueryAvailableInstancesRequest(subscription_type=method)
        data = ada.bss.query_available_instances(asked).body.to_map()["Data"]
        assert [one["InstanceID"] for one in data["InstanceList"]] == expected
    assert json.dumps(balance_of(ada)) == '["500.00", "USD"]'
