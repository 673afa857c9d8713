"""Getting money back, as days in customers' lives: unsubscribing, and cancelling a renewal.

Source: rules.md 3, 4, 5 and 7. Each story begins on a later day than the one before it, with its
own customers, so that all of them can happen in one town.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from doors.house import opened
from keylease.lifecycle import ordering
from keylease.lifecycle import upgrade as upgrading
from scenarios.town import (
    Town,
    amounts_of,
    balance_of,
    listed,
    open_town,
    order_of,
    refusal,
    refused,
    term_of,
    utc,
)
from scenarios.town_orders import (
    INVALID,
    MISSING,
    NOT_THERE,
    UNPAID_ORDER,
    WRONG_PHASE,
    ask,
    cancel_renewal,
    explained,
    load_book,
    nothing_changes,
    parts_of,
    refundable,
    set_automatic,
    unsubscribe,
    upgrade,
)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("town")
    with open_town(folder / "data", "2026-01-01 00:00:00") as served:
        yield served
        assert served.findings() == []


def test_the_vectors_of_the_rules_on_their_days(town: Town, tmp_path: Path) -> None:
    """rules.md 7. Each order keeps to the prices and discounts that it was bought with."""
    town.at("2026-01-01 00:00:00")
    load_book(town, tmp_path, ('USD = "500.00"', 'USD = "100.00"'))
    ada, bob = town.customer("ada-year", "1020.00"), town.customer("bob-month", "2000.00")
    year = ada.buy(12)
    assert amounts_of(ada, year["OrderId"]) == ("1200.00", "1020.00", "USD")
    load_book(town, tmp_path, ('12 = "0.85"', '6 = "0.80"'))

    town.at("2026-03-10 15:04:05")
    month = bob.buy(1)
    town.at("2026-03-11 15:04:05")
    assert refundable(bob, month["InstanceId"]) == "483.87"
    town.at("2026-03-11 15:04:06")
    assert refundable(bob, month["InstanceId"]) == "467.74"
    town.at("2026-03-20 09:00:00")
    renewed = bob.renew(month["InstanceId"], 3)
    town.at("2026-03-20 09:00:01")
    assert refundable(bob, month["InstanceId"]) == "1838.71"
    back = unsubscribe(bob, month["InstanceId"])
    assert parts_of(bob, back) == {month["OrderId"]: "338.71", renewed["OrderId"]: "1500.00"}
    assert balance_of(bob) == ("1838.71", "USD")

    town.at("2026-07-02 00:00:00")
    (line,) = explained(ada, year["InstanceId"]).values()
    assert line == {
        "OrderId": year["OrderId"],
        "OrderType": "New",
        "ListAmount": "1200.00",
        "CashPaid": "1020.00",
        "RefundedBefore": "0.00",
        "PaidByVoucher": "0.00",
        "OrderDays": "365",
        "UsedDays": "182",
        "DiscountOfUsedDays": "1",
        "Consumed": "598.36",
        "DiscountLost": "89.76",
        "RefundAmount": "421.64",
    }
    back = unsubscribe(ada, year["InstanceId"])
    assert parts_of(ada, back) == {year["OrderId"]: "421.64"}
    assert balance_of(ada) == ("421.64", "USD")
    load_book(town, tmp_path)
    assert town.findings() == []


def test_unsubscribed_at_once_the_instance_and_its_keys_are_gone(town: Town) -> None:
    town.at("2026-07-03 10:00:00")
    ada = town.customer("ada-at-once", "1000.00")
    bought = ada.buy(1)
    instance = bought["InstanceId"]
    ada.enable(instance)
    blob = ada.encrypt(ada.create_key(instance), "aGVsbG8=")
    town.at("2026-07-05 09:00:00")
    back = unsubscribe(ada, instance, token="once")

    assert refused(lambda: ada.instance(instance)) == (404, "Forbidden.DKMSInstanceNotFound")
    assert refused(lambda: ada.decrypt(blob)) == (404, "Forbidden.KeyNotFound")
    assert listed(ada) == []
    assert balance_of(ada) == ("967.74", "USD")  # 500.00 - 2 days of 31
    found = order_of(ada, back)
    assert (found["OrderType"], found["PretaxAmount"]) == ("Refund", "467.74")
    assert (found["OrderSubType"], found["RelatedOrderId"]) == ("RefundSubOrder", bought["OrderId"])
    assert found["CreateTime"] == found["PaymentTime"] == utc("2026-07-05 09:00:00")
    assert "PaymentStatus" not in found
    assert order_of(ada, bought["OrderId"])["PaymentStatus"] == "Paid"
    assert town.told(ada)[1:] == [
        ("purchase", "2026-07-03 10:00:00"),
        ("refund", "2026-07-05 09:00:00"),
        ("released", "2026-07-05 09:00:00"),
    ]
    refund_letter = next(one["text"] for one in town.letters(ada) if one["kind"] == "refund")
    assert back in refund_letter
    assert "USD 467.74" in refund_letter

    with nothing_changes(town):
        for gone in (
            lambda: unsubscribe(ada, instance),
            lambda: unsubscribe(ada, instance, token="another"),
            lambda: refundable(ada, instance),
            lambda: ada.renew(instance),
            lambda: upgrade(ada, instance, KeyNum="2000"),
        ):
            assert refused(gone) == NOT_THERE
        assert unsubscribe(ada, instance, token="once") == back
    town.at("2026-08-20 00:00:00")
    assert len(town.told(ada)) == 4  # nothing that was planned for it comes
    assert town.findings() == []


def test_unsubscribed_and_kept_it_comes_back_and_its_first_refund_is_not_repeated(
    town: Town,
) -> None:
    town.at("2026-08-21 15:04:05")
    ada = town.customer("ada-kept", "2000.00")
    first = ada.buy(1)
    instance = first["InstanceId"]
    ada.enable(instance)
    key = ada.create_key(instance)
    blob = ada.encrypt(key, "aGVsbG8=")
    pending = ada.renew(instance, 2)
    town.at("2026-08-25 12:30:00")
    back = unsubscribe(ada, instance, at_once="0")
    assert parts_of(ada, back) == {first["OrderId"]: "435.48", pending["OrderId"]: "1000.00"}

    (row,) = listed(ada)
    assert (row["Status"], row["RenewStatus"]) == ("Expired", "NotRenewal")
    assert row["EndTime"] == utc("2026-08-25 12:30:00")
    assert row["ExpectedReleaseTime"] == utc("2026-09-09 12:30:00")
    assert refused(lambda: ada.decrypt(blob)) == (403, "Forbidden.DKMSInstanceStateInvalid")
    with nothing_changes(town):
        for attempt in (
            lambda: unsubscribe(ada, instance),
            lambda: refundable(ada, instance),
            lambda: upgrade(ada, instance, KeyNum="2000"),
        ):
            status, code, text = refusal(attempt)
            assert (status, code) == WRONG_PHASE
            assert "2026-08-25 12:30:00" in text

    town.at("2026-09-09 12:29:59")  # a second before it is released
    again = ada.renew(instance, 1)
    assert term_of(ada, again["OrderId"]) == (
        utc("2026-09-09 12:29:59"),
        utc("2026-10-10 00:00:00"),
    )
    assert ada.instance(instance)["StartDate"] == utc("2026-09-09 12:29:59")
    assert ada.decrypt(blob) == "aGVsbG8="
    assert refundable(ada, instance) == "483.33"  # one day of 30
    back = unsubscribe(ada, instance)
    assert parts_of(ada, back) == {again["OrderId"]: "483.33"}
    assert balance_of(ada) == ("1918.81", "USD")  # 2,000.00 - 64.52 - 16.67
    assert town.told(ada)[1:] == [
        ("purchase", "2026-08-21 15:04:05"),
        ("renewal", "2026-08-21 15:04:05"),
        ("refund", "2026-08-25 12:30:00"),
        ("expired", "2026-08-25 12:30:00"),
        ("release_soon", "2026-09-09 09:00:00"),
        ("renewal", "2026-09-09 12:29:59"),
        ("refund", "2026-09-09 12:29:59"),
        ("released", "2026-09-09 12:29:59"),
    ]
    assert town.findings() == []


def test_a_cancelled_renewal_gives_the_old_end_and_its_reminders_back(town: Town) -> None:
    """Ada renewed by hand; Bob's was automatic, and then he wants it no more."""
    town.at("2026-10-10 10:00:00")
    ada, bob = town.customer("ada-hand", "3000.00"), town.customer("bob-auto", "2000.00")
    mine, his = ada.buy(1)["InstanceId"], bob.buy(1)["InstanceId"]
    set_automatic(bob, his)
    assert ada.instance(mine)["EndDate"] == utc("2026-11-11 00:00:00")

    town.at("2026-11-04 10:00:00")  # the reminder of 3 November was sent
    first, second = ada.renew(mine, 2)["OrderId"], ada.renew(mine, 1)["OrderId"]
    assert ada.instance(mine)["EndDate"] == utc("2027-02-11 00:00:00")
    town.at("2026-11-05 10:00:00")
    with nothing_changes(town):
        assert cancel_renewal(ada, mine, first).refusal == WRONG_PHASE  # not the latest
        assert cancel_renewal(bob, mine, second).refusal == NOT_THERE
        assert cancel_renewal(bob, his, second).refusal == NOT_THERE
        assert ask(ada, "CancelRenewal", InstanceId=mine).refusal == MISSING
    (line,) = explained(ada, mine, OrderId=second).values()
    assert (line["UsedDays"], line["RefundAmount"]) == ("0", "500.00")
    answer = cancel_renewal(ada, mine, second, token="second")
    back = answer.json["Data"]["OrderId"]
    assert (answer.code, parts_of(ada, back)) == ("Success", {second: "500.00"})
    assert cancel_renewal(ada, mine, second, token="second").json["Data"]["OrderId"] == back
    assert ada.instance(mine)["EndDate"] == utc("2027-01-11 00:00:00")
    assert cancel_renewal(ada, mine, first).status == 200
    assert ada.instance(mine)["EndDate"] == utc("2026-11-11 00:00:00")
    assert balance_of(ada) == ("2500.00", "USD")

    town.at("2026-11-07 08:00:00")  # E-3
    (row,) = listed(bob)
    assert row["EndTime"] == utc("2026-12-11 00:00:00")
    (renewed,) = (one for one in explained(bob, his).values() if one["OrderType"] == "Renew")
    assert cancel_renewal(bob, his, renewed["OrderId"]).status == 200
    (row,) = listed(bob)
    assert (row["EndTime"], row["RenewStatus"]) == (utc("2026-11-11 00:00:00"), "ManualRenewal")
    assert balance_of(bob) == ("1500.00", "USD")

    town.at("2026-11-11 00:00:00")
    assert town.told(ada)[1:] == [
        ("purchase", "2026-10-10 10:00:00"),
        ("reminder", "2026-11-03 09:00:00"),
        ("renewal", "2026-11-04 10:00:00"),
        ("renewal", "2026-11-04 10:00:00"),
        ("refund", "2026-11-05 10:00:00"),
        ("refund", "2026-11-05 10:00:00"),
        ("reminder", "2026-11-07 09:00:00"),
        ("reminder", "2026-11-09 09:00:00"),
        ("expired", "2026-11-11 00:00:00"),
    ]
    assert town.told(bob)[1:] == [
        ("purchase", "2026-10-10 10:00:00"),
        ("reminder", "2026-11-03 09:00:00"),
        ("renewal", "2026-11-07 08:00:00"),
        ("refund", "2026-11-07 08:00:00"),
        ("reminder", "2026-11-07 09:00:00"),
        ("reminder", "2026-11-09 09:00:00"),
        ("expired", "2026-11-11 00:00:00"),
    ]
    assert town.findings() == []


def test_what_is_refused_changes_nothing(town: Town) -> None:
    town.at("2026-12-01 10:00:00")
    ada, eve = town.customer("ada-refused", "5000.00"), town.customer("eve-refused", "500.00")
    instance, guarded, asked = (ada.buy(1)["InstanceId"] for _ in range(3))
    upgraded, bought = ada.buy(1)["InstanceId"], ada.renew(instance)["OrderId"]
    renewed = ada.renew(upgraded)["OrderId"]
    upgrade(ada, upgraded, KeyNum="2000")
    unpaid = make_ready(town, ada.account_id, guarded, asked)
    with nothing_changes(town):
        assert refused(lambda: unsubscribe(ada, "kst-hzz000000000000000000")) == NOT_THERE
        assert refused(lambda: unsubscribe(eve, instance)) == NOT_THERE
        assert refused(lambda: refundable(eve, instance)) == NOT_THERE
        assert refused(lambda: unsubscribe(ada, instance, at_once="2")) == INVALID
        assert ask(ada, "RefundInstance", ProductCode="kms").refusal == MISSING
        assert ask(ada, "InquiryPriceRefundInstance").refusal == MISSING
        assert ask(ada, "RefundInstance", InstanceId=instance, ProductCode="ecs").refusal == INVALID
        assert refused(lambda: unsubscribe(ada, guarded)) == WRONG_PHASE
        assert refused(lambda: unsubscribe(ada, asked)) == UNPAID_ORDER
        assert refused(lambda: upgrade(ada, asked, KeyNum="3000")) == UNPAID_ORDER
        assert refused(lambda: ada.renew(asked)) == UNPAID_ORDER
        answer = cancel_renewal(ada, upgraded, renewed)
        assert answer.refusal == WRONG_PHASE
        assert "upgrade" in answer.message
        assert ask(ada, "CancelOrder", OrderId=bought).refusal == WRONG_PHASE  # it is paid
        assert ask(eve, "CancelOrder", OrderId=unpaid).refusal == NOT_THERE
    assert refundable(ada, asked) == "483.87"
    assert ask(ada, "CancelOrder", OrderId=unpaid).status == 200
    assert order_of(ada, unpaid)["PaymentStatus"] == "Cancelled"
    unsubscribe(ada, asked)

    town.at("2026-12-31 10:00:01")  # the 31st day of 31 has begun
    spent = ada.buy(1)["InstanceId"]
    assert refundable(ada, guarded) == "0.00"
    town.at("2027-01-31 23:59:59")
    assert refundable(ada, spent) == "0.00"
    with nothing_changes(town):
        assert refused(lambda: unsubscribe(ada, spent)) == WRONG_PHASE
    assert town.findings() == []


def make_ready(town: Town, account_id: str, guarded: str, asked: str) -> str:
    """Protect one instance against deletion; order an upgrade of the other and do not pay it."""
    with opened(town) as deployment, deployment.database.begin() as work:
        found = work.instances.find(guarded)
        assert found is not None
        work.instances.update(replace(found, deletion_protection=True))
        account = work.accounts.lock(account_id)
        instance = work.instances.find(asked)
        assert instance is not None
        offer = upgrading.offer(work, account, instance, {"KeyNum": "2000"})
        return ordering.place(work, offer, 0).id
