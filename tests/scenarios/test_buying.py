"""Buying and renewing through the official SDK: terms, tokens, prices, and what is refused.

Source: rules.md 1, 2 and 4; the vectors are those of `vectors.terms`.
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_bssopenapi20171214 import models as bss

from product import Customer
from scenarios.estate import FIRST_DAY
from scenarios.town import (
    Town,
    amounts_of,
    balance_of,
    listed,
    moment,
    open_town,
    price_of,
    refusal,
    refused,
    term_of,
    utc,
)
from vectors.terms import RULES, WORKED_OUT

MISMATCH = (400, "IdempotentParameterMismatch")
INVALID = (400, "InvalidParameter")
INSUFFICIENT = (400, "PAY.INSUFFICIENT_BALANCE")


# --- terms ----------------------------------------------------------------------------------

#: The vectors of rules.md 1, and those about its edges in the months around its last one.
TERMS = [
    vector
    for vector in (*RULES, *(one for one in WORKED_OUT if "2025-12" < one.paid[0].at < "2026-11"))
    if all(one.how != "renewed automatically" for one in vector.paid)
]


def test_every_term_that_is_bought_or_renewed_starts_and_ends_to_the_second(
    tmp_path: Path,
) -> None:
    """All of them in one town, in the order of their days."""
    payments = sorted(
        ((moment(paid.at), vector.name, paid) for vector in TERMS for paid in vector.paid),
        key=lambda payment: payment[0],
    )
    assert len(payments) > 15
    instances: dict[str, str] = {}
    with open_town(tmp_path / "data", payments[0][2].at) as town:
        ada = town.customer("ada", "1000000.00")
        for when, name, paid in payments:
            town.at(when.isoformat())
            if paid.how == "bought":
                bought = ada.buy(paid.months)
                order_id, instances[name] = bought["OrderId"], bought["InstanceId"]
            else:
                order_id = ada.renew(instances[name], paid.months)["OrderId"]
            assert (name, *term_of(ada, order_id)) == (name, utc(paid.start), utc(paid.end))
            assert (name, ada.instance(instances[name])["EndDate"]) == (name, utc(paid.end))
        assert town.findings() == []


# --- client tokens --------------------------------------------------------------------------


def test_the_same_token_and_parameters_give_the_same_ids_under_a_fresh_request_id(
    town: Town,
) -> None:
    ada = town.customer("token-same", "5000.00")
    first = _create(ada, "one", KeyNum="1000", ProductVersion="3")
    again = _create(ada, "one", ProductVersion="3", KeyNum="1000")  # the order does not matter
    assert again["Data"] == first["Data"]
    assert again["RequestId"] != first["RequestId"]
    instance = first["Data"]["InstanceId"]
    renewed = ada.renew(instance, 1, token="two")
    assert ada.renew(instance, 1, token="two") == renewed
    assert ada.instance(instance)["EndDate"] == utc("2026-04-01 00:00:00")
    assert balance_of(ada) == ("4000.00", "USD")


def test_a_token_with_other_parameters_or_for_another_operation_is_a_mismatch(town: Town) -> None:
    ada = town.customer("token-other", "5000.00")
    instance = _create(ada, "one")["Data"]["InstanceId"]
    ada.renew(instance, 1, token="two")
    others = {
        "another period": lambda: _create(ada, "one", months=2),
        "another parameter": lambda: _create(ada, "one", KeyNum="2000"),
        "another product type": lambda: _create(ada, "one", product_type="kms_ddi_public_cn"),
        "a renewal": lambda: ada.renew(instance, 1, token="one"),
        "another renewal period": lambda: ada.renew(instance, 2, token="two"),
        "a purchase": lambda: _create(ada, "two"),
    }
    answers = {name: refused(call) for name, call in others.items()}
    assert answers == dict.fromkeys(others, MISMATCH)
    assert balance_of(ada) == ("4000.00", "USD")
    assert len(listed(ada)) == 1


def test_a_failure_is_not_remembered(town: Town) -> None:
    ada = town.customer("token-failure")
    assert refused(lambda: _create(ada, "one")) == INSUFFICIENT
    town.cli("account", "credit", ada.name, "500.00")
    first = _create(ada, "one")
    assert _create(ada, "one")["Data"] == first["Data"]
    assert balance_of(ada) == ("0.00", "USD")


def test_another_account_may_use_the_same_token(town: Town) -> None:
    ada, bob = town.customer("token-ada", "500.00"), town.customer("token-bob", "1000.00")
    mine = _create(ada, "one")
    his = _create(bob, "one", months=2)
    assert his["Data"]["InstanceId"] != mine["Data"]["InstanceId"]
    assert his["Data"]["OrderId"] != mine["Data"]["OrderId"]


def test_a_token_has_at_most_64_ascii_characters(town: Town) -> None:
    ada = town.customer("token-long", "500.00")
    assert refused(lambda: _create(ada, "a" * 65)) == INVALID
    assert refused(lambda: _create(ada, "密钥")) == INVALID
    assert _create(ada, "a" * 64)["Data"] == _create(ada, "a" * 64)["Data"]


def test_a_token_holds_for_ever_after_and_against_a_rush(tmp_path: Path, database_url: str) -> None:
    """On both engines: four at once, a restart, and a year later, when all is long released."""
    with open_town(tmp_path / "data", FIRST_DAY, database=database_url) as town:
        ada = town.customer("ada", "1000.00")
        with ThreadPoolExecutor(4) as rush:
            answers = list(rush.map(lambda _: _create(ada, "one"), range(4)))
        (first,) = {(one["Data"]["OrderId"], one["Data"]["InstanceId"]) for one in answers}
        assert len({one["RequestId"] for one in answers}) == 4
        renewed = ada.renew(first[1], 1, token="two")
        assert balance_of(ada) == ("0.00", "USD")
        town.stop()
        town.cli("clock", "advance", "400d")
        town.start()
        assert listed(ada) == []
        late = _create(ada, "one")["Data"]
        assert (late["OrderId"], late["InstanceId"]) == first
        assert ada.renew(first[1], 1, token="two") == renewed
        assert listed(ada) == []
        assert town.findings() == []


# --- prices ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("months", "gross", "paid"),
    [
        (6, "3000.00", "3000.00"),
        (12, "6000.00", "5100.00"),
        (24, "12000.00", "8400.00"),
        (36, "18000.00", "9000.00"),
    ],
)
def test_long_terms_are_discounted_by_15_30_and_50_percent(
    town: Town, months: int, gross: str, paid: str
) -> None:
    ada = town.customer(f"discount-{months}", "20000.00")
    assert price_of(ada, months) == (paid, "USD")
    bought = ada.buy(months)
    assert amounts_of(ada, bought["OrderId"]) == (gross, paid, "USD")
    assert balance_of(ada)[0] == f"{20000 - float(paid):.2f}"
    if months < 36:  # two terms of 36 months cost more than there is
        assert price_of(ada, months, bought["InstanceId"]) == (paid, "USD")
        renewed = ada.renew(bought["InstanceId"], months)
        assert amounts_of(ada, renewed["OrderId"]) == (gross, paid, "USD")


def test_a_new_price_book_leaves_orders_alone_and_prices_the_renewal(
    town: Town, tmp_path: Path
) -> None:
    ada = town.customer("price-book", "10000.00")
    before = ada.buy(1)
    source = town.run("prices", "show", "--source").stdout
    old, new = tmp_path / "old.toml", tmp_path / "new.toml"
    old.write_text(source, "utf-8")
    edited = source.replace('USD = "500.00"', 'USD = "549.99"', 1)
    new.write_text(edited, "utf-8")
    assert edited != source
    town.cli("prices", "load", str(new))
    try:
        assert amounts_of(ada, before["OrderId"]) == ("500.00", "500.00", "USD")
        assert price_of(ada, 1) == price_of(ada, 1, before["InstanceId"]) == ("549.99", "USD")
        renewed = ada.renew(before["InstanceId"], 1)
        assert amounts_of(ada, renewed["OrderId"]) == ("549.99", "549.99", "USD")
        year = ada.buy(12)  # 5,609.898, rounded half up to the cent
        assert amounts_of(ada, year["OrderId"]) == ("6599.88", "5609.90", "USD")
        assert balance_of(ada) == ("3340.11", "USD")
    finally:
        town.cli("prices", "load", str(old))
    assert price_of(ada, 1) == ("500.00", "USD")


def test_an_account_in_cny_pays_the_prices_in_cny(town: Town) -> None:
    li = town.customer("cny", "6120.00", language="zh", currency="CNY")
    assert price_of(li, 1, KeyNum="2000", VpcNum="2") == ("4500.00", "CNY")
    bought = li.buy(1, KeyNum="2000", VpcNum="2")  # 3,600 + 720 + 180
    assert amounts_of(li, bought["OrderId"]) == ("4500.00", "4500.00", "CNY")
    assert balance_of(li) == ("1620.00", "CNY")
    assert "CNY 4,500.00" in town.letters(li)[-1]["text"]
    status, code, text = refusal(lambda: li.renew(bought["InstanceId"], 1))
    assert (status, code) == INSUFFICIENT
    assert "CNY 2,880.00" in text


# --- what is refused ------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["1", "5"])
def test_hardware_is_refused_before_money_moves(town: Town, version: str) -> None:
    """Where no PKCS#11 module is configured."""
    ada = town.customer(f"hardware-{version}", "5000.00")
    before = _state(town, ada)
    assert refused(lambda: ada.buy(1, ProductVersion=version)) == INVALID
    assert _state(town, ada) == before
    # Its price is told all the same: the price book is one for all nodes.
    assert price_of(ada, 1, ProductVersion=version)[1] == "USD"


def test_too_little_money_names_amount_balance_and_shortfall_and_changes_nothing(
    town: Town,
) -> None:
    ada = town.customer("short", "999.98")
    instance = ada.buy(1)["InstanceId"]
    before = _state(town, ada)
    attempts = {
        "a purchase": (lambda: ada.buy(1, KeyNum="2000"), "USD 600.00", "USD 100.02"),
        "a renewal": (lambda: ada.renew(instance, 1), "USD 500.00", "USD 0.02"),
    }
    for attempt, (call, amount, shortfall) in attempts.items():
        status, code, text = refusal(call)
        assert (attempt, status, code) == (attempt, *INSUFFICIENT)
        for needed in (amount, "USD 499.98", shortfall):
            assert needed in text
    assert _state(town, ada) == before
    town.cli("account", "credit", ada.name, "0.02")
    ada.renew(instance, 1)
    assert balance_of(ada) == ("0.00", "USD")


def _create(
    customer: Customer,
    token: str,
    months: int = 1,
    product_type: str = "kms_ddi_public_intl",
    **parameters: str,
) -> dict[str, Any]:
    """CreateInstance with a token: the whole answer."""
    request = bss.CreateInstanceRequest(
        product_code="kms",
        product_type=product_type,
        subscription_type="Subscription",
        period=months,
        client_token=token,
        parameter=[
            bss.CreateInstanceRequestParameter(code=code, value=value)
            for code, value in parameters.items()
        ],
    )
    return dict(customer.bss.create_instance(request).body.to_map())


def _state(town: Town, customer: Customer) -> list[object]:
    """All that a purchase or a renewal would change."""
    orders = bss.QueryOrdersRequest(create_time_start="2026-01-01T00:00:00Z")
    return [
        customer.bss.query_orders(orders).body.to_map()["Data"],
        listed(customer),
        balance_of(customer),
        town.letters(customer),
        town.cli("agenda", "list", "--limit", "1000"),
    ]
