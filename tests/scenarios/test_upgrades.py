"""More, or less, of an instance: upgrades at once, and renewals with another configuration.

Source: rules.md 4, 5 and 6, facts/billing.md 7.3. Each story begins on a later day than the one
before it, with its own customers, so that all of them can happen in one town. Its book includes two
keys and two requests a second, so that both can be used up.
"""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from doors.house import signer_of
from product import Customer
from scenarios.town import (
    Town,
    amounts_of,
    balance_of,
    listed,
    moment,
    open_town,
    order_of,
    price_of,
    refusal,
    refused,
    term_of,
    utc,
)
from scenarios.town_orders import (
    CHANGE_PENDING,
    INVALID,
    NOT_THERE,
    WRONG_PHASE,
    ask,
    cancel_renewal,
    load_book,
    modify,
    nothing_changes,
    parts_of,
    refundable,
    renew_changed,
    set_automatic,
    unsubscribe,
    upgrade,
)

SMALL = (
    (
        "[editions.software.keys]  # KeyNum\nincluded = 1000\nblock = 1000\nmaximum = 100000",
        "[editions.software.keys]\nincluded = 2\nblock = 2\nmaximum = 100",
    ),
    ("steps = [1000, 2000, 4000]\nblock = 1000", "steps = [2, 1000, 1998]\nblock = 998"),
)
MISMATCH = (400, "IdempotentParameterMismatch")
FULL = "Rejected.LimitExceeded"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("town")
    with open_town(folder / "data", "2026-02-01 00:00:00") as served:
        load_book(served, folder, *SMALL)
        yield served
        assert served.findings() == []


def test_an_upgrade_works_at_once_on_quota_and_rate_and_leaves_the_end(town: Town) -> None:
    town.at("2026-02-01 09:30:00")
    ada = town.customer("ada-at-once", "2000.00")
    instance = ada.buy(1)["InstanceId"]
    ada.enable(instance)
    key, _ = ada.create_key(instance), ada.create_key(instance)
    assert code_of_next_key(ada, instance) == FULL
    assert served_of(ada, key, 12) < 12  # of two a second
    before = ada.instance(instance)

    town.at("2026-02-03 10:20:30")
    left = Fraction(int((moment("2026-03-02") - moment("2026-02-03 10:20:30")).total_seconds()))
    fee = Fraction(100 + 250, 720) * left / 3600  # a block of keys, one of rate
    order = upgrade(ada, instance, token="once", KeyNum="4", Spec="1000")
    paid = f"{float(fee):.2f}"
    assert amounts_of(ada, order) == (paid, paid, "USD")
    assert term_of(ada, order) == (utc("2026-02-03 10:20:30"), utc("2026-03-02 00:00:00"))
    found = order_of(ada, order)
    assert "KeyNum:[KeyNum:2;]" in found["OriginalConfig"]
    assert "KeyNum:[KeyNum:4;]" in found["Config"]
    assert balance_of(ada) == (f"{1500 - float(paid):.2f}", "USD")

    assert served_of(ada, key, 12) == 12
    ada.create_key(instance)
    ada.create_key(instance)
    assert code_of_next_key(ada, instance) == FULL
    after = ada.instance(instance)
    assert (after["KeyNum"], after["Spec"]) == (4, 1000)
    assert (after["EndDate"], after["StartDate"]) == (before["EndDate"], before["StartDate"])
    assert upgrade(ada, instance, token="once", Spec="1000", KeyNum="4") == order
    assert refused(lambda: upgrade(ada, instance, token="once", KeyNum="6")) == MISMATCH
    assert price_of(ada, 1, instance) == ("850.00", "USD")  # renewed as it is now
    assert [kind for kind, _ in town.told(ada)] == ["top_up", "purchase", "upgrade"]
    assert town.findings() == []


def test_what_does_not_change_may_be_sent_along(town: Town) -> None:
    """As Terraform's provider does: the changed ones, and Log and LogStorage always."""
    town.at("2026-02-10 10:00:00")
    ada = town.customer("ada-terraform", "2000.00")
    instance = ada.buy(1)["InstanceId"]
    along = {"ProductVersion": "3", "Log": "0", "LogStorage": "0", "Region": "cn-hangzhou"}
    upgrade(ada, instance, KeyNum="4", VpcNum="1", Spec="2", **along)
    assert ada.instance(instance)["KeyNum"] == 4
    upgrade(ada, instance, Log="1", LogStorage="1000")
    found = ada.instance(instance)
    assert (found["KeyNum"], found["Log"], found["LogStorage"]) == (4, 1, 1000)


def test_the_published_vectors_on_days_of_their_length(town: Town, tmp_path: Path) -> None:
    """rules.md 6: both prices are from the book in force at the upgrade."""
    town.at("2026-03-01 12:00:00")
    ada = town.customer("ada-vectors", "90000.00")
    first, second = (ada.buy(12)["InstanceId"] for _ in range(2))  # until 2 March 2027, 00:00
    base, block = 'USD = "500.00"', 'USD = "250.00"'
    town.at("2026-08-30 00:00:00")  # 184 days before
    book = ((base, 'USD = "120.00"'), (block, 'USD = "180.00"'), ('12 = "0.85"', '6 = "0.85"'))
    load_book(town, tmp_path, *SMALL, *book)
    order = upgrade(ada, first, Spec="1000")
    assert amounts_of(ada, order) == ("1104.00", "938.40", "USD")
    town.at("2027-01-11 00:00:00")  # 50 days before
    book = ((base, 'USD = "7200.00"'), (block, 'USD = "7200.00"'))
    load_book(town, tmp_path, *SMALL, *book)
    order = upgrade(ada, second, Spec="1000")
    assert amounts_of(ada, order) == ("12000.00", "12000.00", "USD")
    load_book(town, tmp_path, *SMALL)
    assert town.findings() == []


def test_less_begins_with_the_next_term_and_until_then_nothing_else_is_changed(
    town: Town,
) -> None:
    town.at("2027-03-10 10:00:00")
    ada = town.customer("ada-less", "3000.00")
    instance = ada.buy(1, KeyNum="4", Spec="1000")["InstanceId"]
    ada.enable(instance)
    key = ada.create_key(instance)
    order = renew_changed(ada, instance, 1, "less", KeyNum="2", Spec="2")
    assert renew_changed(ada, instance, 1, "less", Spec="2", KeyNum="2") == order
    assert amounts_of(ada, order) == ("500.00", "500.00", "USD")
    assert term_of(ada, order) == (utc("2027-04-11 00:00:00"), utc("2027-05-11 00:00:00"))
    with nothing_changes(town):
        assert refused(lambda: upgrade(ada, instance, KeyNum="6")) == CHANGE_PENDING
        assert refused(lambda: renew_changed(ada, instance, KeyNum="6")) == CHANGE_PENDING

    town.at("2027-04-10 23:59:59")
    assert (ada.instance(instance)["KeyNum"], ada.instance(instance)["Spec"]) == (4, 1000)
    ada.create_key(instance)
    assert served_of(ada, key, 12) == 12
    town.at("2027-04-11 00:00:00")
    assert (ada.instance(instance)["KeyNum"], ada.instance(instance)["Spec"]) == (2, 2)
    assert code_of_next_key(ada, instance) == FULL
    assert served_of(ada, key, 12) < 12
    upgrade(ada, instance, KeyNum="4")  # nothing is pending any more
    ada.create_key(instance)
    status, code, text = refusal(lambda: renew_changed(ada, instance, KeyNum="2"))
    assert (status, code) == INVALID
    assert "3 key versions" in text  # they would not have room
    assert town.findings() == []


def test_more_begins_with_the_next_term_and_every_renewal_behind_it_costs_more(
    town: Town,
) -> None:
    town.at("2027-06-10 10:00:00")
    ada = town.customer("ada-more", "5000.00")
    instance = ada.buy(1)["InstanceId"]
    ada.enable(instance)
    changed = renew_changed(ada, instance, KeyNum="6")
    assert amounts_of(ada, changed) == ("700.00", "700.00", "USD")
    assert price_of(ada, 1, instance) == ("700.00", "USD")
    plain = ada.renew(instance)["OrderId"]
    assert amounts_of(ada, plain) == ("700.00", "700.00", "USD")
    assert cancel_renewal(ada, instance, plain).status == 200
    assert cancel_renewal(ada, instance, changed).status == 200
    assert price_of(ada, 1, instance) == ("500.00", "USD")
    changed = renew_changed(ada, instance, KeyNum="6")  # 11 July to 11 August
    set_automatic(ada, instance)

    town.at("2027-07-11 00:00:00")
    assert ada.instance(instance)["KeyNum"] == 6
    for _ in range(3):
        ada.create_key(instance)
    town.at("2027-08-07 08:00:00")  # E-3
    (row,) = listed(ada)
    assert row["EndTime"] == utc("2027-09-11 00:00:00")
    assert balance_of(ada) == ("3100.00", "USD")  # 500.00, and twice 700.00
    assert town.findings() == []


def test_each_order_gives_its_own_part_back(town: Town) -> None:
    """Upgraded, renewed, unsubscribed: the upgrade counts its own days."""
    town.at("2027-10-01 00:00:00")
    ada = town.customer("ada-parts", "5000.00")
    bought = ada.buy(1)  # 31 days, until 2 November, 00:00
    instance = bought["InstanceId"]
    town.at("2027-10-03 00:00:00")
    upgraded = upgrade(ada, instance, KeyNum="4")
    assert amounts_of(ada, upgraded)[1] == "100.00"  # 30 days of 30
    renewed = ada.renew(instance, 2)["OrderId"]
    town.at("2027-10-13 00:00:00")
    back = unsubscribe(ada, instance)
    assert parts_of(ada, back) == {
        bought["OrderId"]: "306.45",  # 12 days of 31
        upgraded: "66.67",  # 10 days of 30
        renewed: "1200.00",
    }
    assert town.findings() == []


def test_what_is_refused_changes_nothing(town: Town) -> None:
    town.at("2027-11-01 10:00:00")
    ada, eve = town.customer("ada-refused", "1100.00"), town.customer("eve-refused", "500.00")
    instance = ada.buy(1, KeyNum="4")["InstanceId"]
    with nothing_changes(town):
        status, code, text = refusal(lambda: modify(ada, instance, "", "Downgrade", KeyNum="2"))
        assert (status, code) == INVALID
        assert "no downgrades" in text
        for parameters, allowed in [
            ({"KeyNum": "2"}, "4 to 100"),
            ({"KeyNum": "5"}, "2 to 100 in blocks of 2"),
            ({"KeyNum": "6", "Spec": "500"}, "2, 1000, 1998"),
            ({"ProductVersion": "1", "KeyNum": "6"}, "3"),
            ({"KeyNum": "4"}, "Nothing rises"),
            ({}, "Nothing rises"),
        ]:
            status, code, text = refusal(lambda sent=parameters: upgrade(ada, instance, **sent))
            assert (status, code) == INVALID
            assert allowed in text
        assert refused(lambda: upgrade(ada, instance, KeyNum="100")) == (
            400,
            "PAY.INSUFFICIENT_BALANCE",
        )
        assert refused(lambda: upgrade(eve, instance, KeyNum="6")) == NOT_THERE
        assert refused(lambda: renew_changed(eve, instance, KeyNum="6")) == NOT_THERE
        assert ask(ada, "ModifyInstance", ProductCode="kms").code == "MissingParameter"
        assert refused(lambda: renew_changed(ada, instance, 10, KeyNum="6")) == INVALID
    assert refundable(ada, instance) == "580.00"  # as if nothing had been asked
    town.at("2027-12-02 00:00:00")
    with nothing_changes(town):
        assert refused(lambda: upgrade(ada, instance, KeyNum="6")) == WRONG_PHASE
    assert town.findings() == []


def code_of_next_key(customer: Customer, instance: str) -> str:
    """What becomes of one key more."""
    _, code = refused(lambda: customer.create_key(instance))
    return code


def served_of(customer: Customer, key: str, calls: int) -> int:
    """How many of so many calls in a row are served; the others are throttled."""
    signer = signer_of(customer)
    asked = {"KeyId": key, "Plaintext": "aGVsbG8="}
    codes = [signer.call("Encrypt", asked).code for _ in range(calls)]
    assert set(codes) <= {"", "Rejected.Throttling"}
    return codes.count("")
