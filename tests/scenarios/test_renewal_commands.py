"""``keylease renewal``: the mode, one day for all, and taking a renewal back."""

from alibabacloud_bssopenapi20171214 import models as bss

from scenarios.town import Town, balance_of, listed, order_of, refused, utc


def test_one_day_for_all_is_shown_before_it_is_paid(town: Town) -> None:
    ada = town.customer("ada", "4000.00")
    short, long = ada.buy(1)["InstanceId"], ada.buy(2)["InstanceId"]
    shown = town.cli("renewal", "unify", "ada", "--day", "12")
    assert shown["amount"] == "1366.66"
    assert shown["currency"] == "USD"
    assert {row["instance_id"]: row for row in shown["instances"]} == {
        short: {
            "instance_id": short,
            "old_end": utc("2026-03-01 00:00:00"),
            "new_end": utc("2026-04-12 00:00:00"),
            "months": 1,
            "days": 11,
            "amount": "683.33",
            "order_id": None,
        },
        long: {
            "instance_id": long,
            "old_end": utc("2026-04-01 00:00:00"),
            "new_end": utc("2026-05-12 00:00:00"),
            "months": 1,
            "days": 11,
            "amount": "683.33",
            "order_id": None,
        },
    }
    assert balance_of(ada) == ("2500.00", "USD")

    paid = town.cli("renewal", "unify", "ada", "--day", "12", "--pay", short)
    (row,) = paid["instances"]
    assert order_of(ada, row["order_id"])["UsageEndTime"] == row["new_end"]
    assert ada.instance(short)["EndDate"] == utc("2026-04-12 00:00:00")
    assert ada.instance(long)["EndDate"] == utc("2026-04-01 00:00:00")
    assert balance_of(ada) == ("1816.67", "USD")

    back = town.cli("renewal", "cancel", "ada", short, row["order_id"])
    assert (back["instance_id"], back["amount"]) == (short, "683.33")
    assert ada.instance(short)["EndDate"] == utc("2026-03-01 00:00:00")
    assert balance_of(ada) == ("2500.00", "USD")
    (line,) = town.cli("order", "show", back["order_id"])["refund_lines"]
    assert (line["order_id"], line["used_days"], line["refund"]) == (row["order_id"], 0, "683.33")


def test_the_mode_is_set_for_all_or_for_none(town: Town) -> None:
    bob = town.customer("bob", "1000.00")
    ids = [bob.buy(1)["InstanceId"] for _ in range(2)]
    town.cli("renewal", "set", "bob", "AutoRenewal", *ids, "--months", "3")
    assert {(one["RenewStatus"], one["RenewalDuration"]) for one in listed(bob)} == {
        ("AutoRenewal", 3)
    }
    bad = town.run("renewal", "set", "bob", "NotRenewal", ids[0], "kst-hzz000000000000000000")
    assert bad.returncode == 1
    assert {one["RenewStatus"] for one in listed(bob)} == {"AutoRenewal"}


def test_the_api_names_the_command(town: Town) -> None:
    cem = town.customer("cem")
    request = bss.SetAllExpirationDayRequest(unify_expire_day="12")
    assert refused(lambda: cem.bss.set_all_expiration_day(request)) == (400, "NotApplicable")
