"""A signed request is carried out once: in a process, after a restart, and on every node.

A crypto call is looked up in the memory of its process, a changing call in its transaction as
well. design.md 3.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from doors.house import CLOCK, House, Tables, customer, signer_of
from doors.signed import ALGORITHMS, BILLING, send, stamp
from postgres import PostgresServer
from product import Product, serving

USED = (400, "SignatureNonceUsed")
PURCHASE = {"ProductCode": "kms", "SubscriptionType": "Subscription", "Period": "1"}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_crypto_call_is_carried_out_once(house: House, algorithm: str) -> None:
    sent = {"KeyId": house.key, "Plaintext": "aGVsbG8="}
    request = house.signer.request("Encrypt", sent, algorithm=algorithm)
    first, again = house.signer.send(request), house.signer.send(request)
    assert first.status == 200
    assert again.refusal == USED
    assert "CiphertextBlob" not in again.json


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_changing_call_is_carried_out_once(house: House, algorithm: str) -> None:
    disable = house.signer.request("DisableKey", {"KeyId": house.key}, algorithm=algorithm)
    assert house.signer.send(disable).status == 200
    assert house.call("EnableKey", {"KeyId": house.key}).status == 200
    before = house.tables.rows()
    assert house.signer.send(disable).refusal == USED
    assert house.tables.rows() == before


def test_a_reading_call_is_answered_once(house: House) -> None:
    request = house.signer.request("QueryAccountBalance", version=BILLING)
    assert house.signer.send(request).status == 200
    assert house.signer.send(request).refusal == USED


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_nonce_is_used_up_under_any_timestamp_and_action(house: House, algorithm: str) -> None:
    nonce = f"once-{algorithm}"
    how = {"algorithm": algorithm, "SignatureNonce": nonce}
    assert house.call("DescribeKey", {"KeyId": house.key}, **how).status == 200
    later = house.call("Encrypt", {"KeyId": house.key, "Plaintext": "x"}, **how)
    assert later.refusal == USED
    later = house.call("DescribeKey", {"KeyId": house.key}, Timestamp=stamp(5), **how)
    assert later.refusal == USED


def test_a_nonce_belongs_to_its_access_key(house: House) -> None:
    how = {"version": "2015-04-01", "SignatureNonce": "shared"}
    assert house.call("GetCallerIdentity", **how).status == 200
    assert house.service.call("GetCallerIdentity", **how).status == 200


def test_a_refused_signature_uses_up_nothing(house: House) -> None:
    """Else a stranger could use up somebody else's nonces."""
    how = {"SignatureNonce": "not-yet"}
    forged = replace(house.signer, secret="another secret")
    assert forged.call("DescribeKey", {"KeyId": house.key}, **how).code == "SignatureDoesNotMatch"
    assert house.call("DescribeKey", {"KeyId": house.key}, **how).status == 200


def test_a_refused_change_does_not_use_up_its_token(house: House) -> None:
    """Failures are not remembered: the same ClientToken may succeed later. rules.md 4."""
    sent = PURCHASE | {"ClientToken": "later"}
    before = house.tables.rows()
    for _ in range(2):
        answer = house.call("CreateInstance", sent, version=BILLING)
        assert answer.refusal == (400, "PAY.INSUFFICIENT_BALANCE")
    assert house.tables.rows() == before


# Across processes.


@pytest.fixture
def two_nodes(tmp_path: Path, postgres: PostgresServer) -> Iterator[tuple[Product, Product]]:
    """Two servers on one PostgreSQL, with the same root key."""
    url = postgres.create_database()
    with (
        serving(tmp_path / "data", "--clock", CLOCK, database=url) as first,
        serving(tmp_path / "data", database=url) as second,
    ):
        yield first, second


def test_a_changing_call_is_not_carried_out_again_at_another_node(
    two_nodes: tuple[Product, Product],
) -> None:
    first, second = two_nodes
    signer = signer_of(customer(first, "ada", "2000.00"))
    request = signer.request("CreateInstance", PURCHASE, version=BILLING)
    assert send(first.host_port, request).status == 200
    before = Tables(first).rows()
    for node in (second, first):
        assert send(node.host_port, request).refusal == USED
    assert Tables(first).rows()["orders"] == before["orders"]
    assert Tables(first).rows()["ledger_postings"] == before["ledger_postings"]


def test_a_changing_call_is_not_carried_out_again_after_a_restart(tmp_path: Path) -> None:
    with serving(tmp_path / "data", "--clock", CLOCK) as product:
        signer = signer_of(customer(product, "ada", "2000.00"))
        request = signer.request("CreateInstance", PURCHASE, version=BILLING)
        assert signer.send(request).status == 200
        before = Tables(product).rows()["orders"]
        product.kill()
        product.start()
        assert send(product.host_port, request).refusal == USED
        assert Tables(product).rows()["orders"] == before
        assert len(before) == 1
