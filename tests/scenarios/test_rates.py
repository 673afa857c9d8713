"""Computing performance bought is what an instance gets, from all nodes together.

Two real processes on one database, official clients. Source: facts/kms.md 8, design.md 6.
"""

import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from darabonba.exceptions import DaraException
from sqlalchemy import update

from doors.house import customer, opened, signer_of
from keylease.storage import schema
from postgres import PostgresServer
from product import Customer, Product, refusal_of, serving

#: Requests a second that the instances here have: what a client is easily above.
BOUGHT = 40

THROTTLED = (429, "Rejected.Throttling")


@pytest.fixture(scope="module")
def nodes(
    postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Product, Product]]:
    place = tmp_path_factory.mktemp("rates")
    url = postgres.create_database()
    with serving(place / "a", database=url) as first:
        (place / "b").mkdir(mode=0o700)
        shutil.copy(first.data / "seal.json", place / "b" / "seal.json")
        with serving(place / "b", database=url) as second:
            yield first, second


def small_key(ada: Customer, qps: int = BOUGHT) -> str:
    """A key in an instance with little performance, of which none is sold."""
    instance_id = str(ada.buy(1)["InstanceId"])
    ada.enable(instance_id)
    table = schema.instances
    with opened(ada.product) as deployment, deployment.database.begin() as work:
        work.connection.execute(update(table).where(table.c.id == instance_id).values(qps=qps))
        work.changed("instance", instance_id)
    return ada.create_key(instance_id)


def hammer(asked: Customer, key_id: str, until: float) -> tuple[int, int]:
    """Ask as fast as a client can; how much was served, how much throttled."""
    served = throttled = 0
    client = signer_of(asked)
    while time.monotonic() < until:
        answer = client.call("Encrypt", {"KeyId": key_id, "Plaintext": "x"})
        served += answer.status == 200
        if answer.status != 200:
            assert answer.refusal == THROTTLED
            throttled += 1
    return served, throttled


@pytest.mark.long
def test_two_processes_together_serve_what_was_bought(nodes: tuple[Product, Product]) -> None:
    here = customer(nodes[0], "ada", "5000.00")
    there = replace(here, product=nodes[1])
    key = small_key(here)
    with ThreadPoolExecutor(2) as pool:

        def both(seconds: float) -> list[tuple[int, int]]:
            until = time.monotonic() + seconds
            return list(pool.map(lambda one: hammer(one, key, until), (here, there)))

        both(4.0)
        done = both(6.0)
    served = sum(one for one, _ in done)
    assert all(throttled for _, throttled in done), "the clients asked for more than there is"
    assert 0.85 * 6 * BOUGHT <= served <= 1.15 * 6 * BOUGHT
    assert min(one for one, _ in done) >= 0.2 * served, "each gets its part"


@pytest.mark.long
def test_one_process_that_gets_all_the_load_serves_what_was_bought(
    nodes: tuple[Product, Product],
) -> None:
    bob = customer(nodes[0], "bob", "5000.00")
    key = small_key(bob)
    hammer(bob, key, time.monotonic() + 4.0)
    served, throttled = hammer(bob, key, time.monotonic() + 5.0)
    assert throttled
    assert 0.9 * 5 * BOUGHT <= served <= 1.1 * 5 * BOUGHT


def test_a_throttled_call_is_what_the_official_client_retries(
    nodes: tuple[Product, Product],
) -> None:
    """Source: facts/kms-api.md B.6: 429 with ``x-acs-retry-after`` is a ThrottlingException."""
    eve = customer(nodes[0], "eve", "5000.00")
    key = small_key(eve, qps=1)
    refused: list[Any] = []
    for _ in range(10):
        try:
            eve.encrypt(key, "x")
        except DaraException as error:
            refused.append(error)
    assert refused, "ten calls take less than ten seconds"
    assert {refusal_of(error) for error in refused} == {THROTTLED}
    assert {type(error).__name__ for error in refused} == {"ThrottlingException"}
    assert "QPS Limit Exceeded" in str(refused[0])


def test_documented_quotas_limit_accounts_by_groups_of_operations(tmp_path: Path) -> None:
    with serving(tmp_path / "data", environment={"KEYLEASE_QUOTAS": "documented"}) as product:
        ada, bob = customer(product, "ada", "1.00"), customer(product, "bob", "1.00")
        answers = _at_once(ada, "DescribeAccountKmsStatus", 5)
        assert answers[0] == (200, "")
        assert answers.count((200, "")) <= 2
        assert set(answers) == {(200, ""), THROTTLED}
        assert signer_of(bob).call("DescribeAccountKmsStatus").status == 200
        assert signer_of(ada).call("ListKeys").status == 200, "another group"


def _at_once(someone: Customer, action: str, times: int) -> list[tuple[int, str]]:
    signer, found = signer_of(someone), []
    for _ in range(times):
        found.append(signer.call(action).refusal)
    return found
