"""Buying and renewing through the official SDK: terms, tokens, prices, and what is refused.

Source: rules.md 1, 2 and 4; the vectors are those of `vectors.terms`.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_bssopenapi20171214 import models as bss

from product import Customer
from scenarios.town import Town, in_utc8, moment, open_town, refusal, refused, utc
from vectors.terms import RULES, WORKED_OUT, Paid

MISMATCH = (400, "IdempotentParameterMismatch")
INSUFFICIENT = (400, "PAY.INSUFFICIENT_BALANCE")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One server for all tests that need no day of their own; each brings its own customers."""
    with open_town(tmp_path_factory.mktemp("town") / "data", "2026-01-31 10:00:00") as opened:
        yield opened


def test_every_term_that_can_be_bought_or_renewed_ends_to_the_second(tmp_path: Path) -> None:
    """All vectors in one town, in the order of their days."""
    days = sorted(
        (
            (moment(paid.at), vector.name, paid)
            for vector in RULES + WORKED_OUT
            for paid in vector.paid
            if not any(one.how == "renewed automatically" for one in vector.paid)
        ),
        key=lambda day: day[0],
    )
    instances: dict[str, str] = {}
    with open_town(tmp_path / "data", "2017-11-08 10:00:00") as town:
        ada = town.customer("ada", "1000000.00")
        for when, name, paid in days:
            town.at(when.isoformat())
            if paid.how == "bought":
                bought = ada.buy(paid.months)
                order, instances[name] = bought["OrderId"], bought["InstanceId"]
            else:
                order = ada.renew(instances[name], paid.months)["OrderId"]
            assert (name, _term(ada, order)) == (name, _promised(paid))
            assert (name, ada.instance(instances[name])["EndDate"]) == (name, utc(paid.end))
        assert town.findings() == []


def test_a_client_token_stands_for_its_first_success(tmp_path: Path, database_url: str) -> None:
    data, first_day = tmp_path / "data", "2026-01-31 10:00:00"
    with open_town(data, first_day, database=database_url) as town:
        ada, bob = town.customer("ada", "5000.00"), town.customer("bob")
        first = _create(ada, "one")
        renewal = ada.renew(first["Data"]["InstanceId"], 1, token="two")

        again = _create(ada, "one")
        assert again["Data"] == first["Data"]
        assert again["RequestId"] != first["RequestId"]
        turned = _create(ada, "one", KeyNum="1000", ProductVersion="3", Region="cn-hangzhou")
        straight = _create(ada, "three", ProductVersion="3", Region="cn-hangzhou", KeyNum="1000")
        assert turned["Code"] == "IdempotentParameterMismatch"
        assert _create(ada, "three", KeyNum="1000", Region="cn-hangzhou", ProductVersion="3")[
            "Data"
        ] == (straight["Data"]), "the order of the parameters does not matter"
        assert ada.renew(first["Data"]["InstanceId"], 1, token="two") == renewal
