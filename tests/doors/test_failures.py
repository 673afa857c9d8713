"""Our own faults: InternalFailure with a request id, nothing of the fault, nothing of the request.

What a client is told: facts/kms-api.md B.6 and D.1. What a log may hold: design.md 4.
"""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import text

from conftest import MakeDeployment
from doors.house import CLOCK, Tables, customer, freeze, service_of, signer_of
from doors.inside import inside
from doors.signed import ALGORITHMS, BILLING, Signer
from keylease.access.request import Request
from keylease.api.rpc.data import CryptoService
from keylease.core.clock import SystemClock
from product import Customer, Product, serving

#: What no log may hold, wherever a request carried it.
MARKED = "bWFya2VkLXBsYWludGV4dA=="
TOKEN = "marked-token-of-ada"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with serving(tmp_path_factory.mktemp("failing") / "data", "--clock", CLOCK) as served:
        freeze(served)
        yield served


@pytest.fixture(scope="module")
def ada(product: Product) -> Customer:
    return customer(product, "ada", "5000.00")


@pytest.fixture(scope="module")
def key(ada: Customer) -> str:
    instance = ada.buy(1)["InstanceId"]
    ada.enable(instance)
    return ada.create_key(instance)


def break_tables(product: Product, *statements: str) -> None:
    """Do something to the database that the server does not expect."""
    with Tables(product).engine.begin() as connection:
        for one in statements:
            connection.execute(text(one))


def events(log: Path, name: str) -> list[dict[str, Any]]:
    lines = [line for line in log.read_text().splitlines() if line.startswith("{")]
    return [one for one in map(json.loads, lines) if one.get("event") == name]


def failed(signer: Signer, action: str, sent: dict[str, str], log: Path, **how: Any) -> None:
    """The call fails as our own fault, the client learns nothing, and the log what it may."""
    answer = signer.call(action, sent, **how)
    assert answer.refusal == (500, "InternalFailure")
    expected = {"HttpStatus", "Code", "Message", "RequestId"}
    assert answer.json.keys() == expected | (
        {"Success"} if how.get("version") == BILLING else set()
    )
    assert answer.json.get("Success") is not True
    assert answer.json["HttpStatus"] == 500
    assert answer.headers["content-type"] == "application/json;charset=utf-8"
    values = [one for one in sent.values() if len(one) > 3]
    for word in ("sqlite", "Error", "Traceback", "table", "select", ".py", *values):
        assert word not in answer.message, word
    (line,) = (
        one for one in events(log, "call_failed") if one["request_id"] == answer.json["RequestId"]
    )
    assert line["operation"] == action
    assert line["error"]
    assert any("keylease" in frame for frame in line["trace"])
    logged = json.dumps(line)
    for value in (*values, signer.secret, signer.access_key_id):
        assert value not in logged


def test_a_broken_table_behind_each_kind_of_call(product: Product, ada: Customer, key: str) -> None:
    signer = signer_of(ada)
    purchase = {
        "ProductCode": "kms",
        "SubscriptionType": "Subscription",
        "Period": "1",
        "ClientToken": TOKEN,
    }
    break_tables(
        product,
        "ALTER TABLE resource_tags RENAME TO resource_tags_away",
        "ALTER TABLE letters RENAME TO letters_away",
        "ALTER TABLE key_versions RENAME TO key_versions_away",
    )
    failed(signer, "ListResourceTags", {"KeyId": key}, product.errors)
    failed(signer, "CreateInstance", purchase, product.errors, version=BILLING)
    failed(signer, "Encrypt", {"KeyId": key, "Plaintext": MARKED}, product.errors)
    break_tables(
        product,
        "ALTER TABLE resource_tags_away RENAME TO resource_tags",
        "ALTER TABLE letters_away RENAME TO letters",
        "ALTER TABLE key_versions_away RENAME TO key_versions",
    )


def test_what_failed_left_nothing_behind_and_works_afterwards(
    product: Product, ada: Customer, key: str
) -> None:
    """The purchase failed at its last step, the receipt: order, money and token went with it."""
    signer = signer_of(ada)
    rows = Tables(product).rows()
    assert [row for row in rows["client_tokens"] if TOKEN in row] == []
    assert len(rows["orders"]) == len(rows["instances"]) == len(rows["terms"]) == 1
    assert product.cli("books", "check") == {"findings": []}
    assert signer.call("ListResourceTags", {"KeyId": key}).status == 200
    assert signer.call("Encrypt", {"KeyId": key, "Plaintext": MARKED}).status == 200
    assert ada.buy(1, token=TOKEN)["InstanceId"]


def test_material_that_does_not_open_is_our_own_fault(
    product: Product, ada: Customer, key: str
) -> None:
    tables = Tables(product)
    break_tables(product, f"UPDATE key_versions SET wrapped = x'00' WHERE key_id = '{key}'")
    tables.overwrite("keys", key, state="Enabled")
    failed(signer_of(ada), "Encrypt", {"KeyId": key, "Plaintext": MARKED}, product.errors)


def test_a_whole_session_leaves_no_secret_in_the_log(product: Product, ada: Customer) -> None:
    """Good, refused and failing requests, by every algorithm, in query and body."""
    signer, service = signer_of(ada), service_of(ada)
    instance = ada.buy(1, token="marked-second-token")["InstanceId"]
    ada.enable(instance)
    key = ada.create_key(instance)
    secrets = {MARKED, TOKEN, "marked-second-token", signer.secret, service.secret}
    for algorithm in ALGORITHMS:
        for one, name in ((signer, key), (service, "alias/acs/kms")):
            how = {"algorithm": algorithm}
            sent = {"KeyId": name, "EncryptionContext": json.dumps({"marked-context": MARKED})}
            sealed = one.call("Encrypt", sent | {"Plaintext": MARKED}, **how).json
            made = one.call("GenerateDataKey", form=sent, **how).json
            blob = {"CiphertextBlob": sealed["CiphertextBlob"]}
            secrets |= {made["Plaintext"], sealed["CiphertextBlob"]}
            requests = [
                one.request("Decrypt", blob | {"Plaintext": MARKED}, **how),
                one.request("Encrypt", {"KeyId": "alias/x", "Plaintext": MARKED}, **how),
                one.request("Encrypt", {"KeyId": name, "Plaintext": MARKED * 400}, **how),
                one.request("NoSuchCall", {"Plaintext": MARKED}, **how),
                one.request("CreateKey", {"Tags": MARKED}, method="PUT", **how),
                Signer(one.host_port, one.access_key_id, "wrong").request(
                    "Encrypt", {"Plaintext": MARKED}, **how
                ),
                one.request("CreateInstance", {"ClientToken": TOKEN}, version=BILLING, **how),
            ]
            for request in requests:
                secrets |= signatures_in(request)
                assert one.send(request).status >= 400
    break_tables(product, "ALTER TABLE client_tokens RENAME TO client_tokens_away")
    renewal = {"ProductCode": "kms", "InstanceId": instance, "RenewPeriod": "1"}
    for algorithm in ALGORITHMS:
        request = signer.request(
            "RenewInstance", renewal | {"ClientToken": TOKEN}, version=BILLING, algorithm=algorithm
        )
        secrets |= signatures_in(request)
        assert signer.send(request).status == 500
    written = product.errors.read_text()
    assert "call_failed" in written
    for secret in secrets:
        assert secret not in written
    assert base64.b64decode(MARKED).decode() not in written
    assert "marked" not in written


def signatures_in(request: Request) -> set[str]:
    """The signature that a request carries, as it is on the wire."""
    carrier = request.headers.get("authorization", request.query)
    return {carrier.rpartition("Signature=")[2]}


# A fault on the event loop itself: nothing but the door stands between it and the client.


class Broken:
    """A provider that fails in a way nobody foresaw, and says everything it knows."""

    def __getattr__(self, name: str) -> object:
        def fails(*arguments: object) -> None:
            raise RuntimeError(f"could not {name} {arguments}")

        return fails


def test_a_fault_on_the_event_loop_is_answered_like_any_other(
    make_deployment: MakeDeployment,
) -> None:
    with (
        inside(make_deployment(machine=SystemClock())) as served,
        structlog.testing.capture_logs() as logged,
    ):
        signer = served.customer("ada")
        served.door._crypto = CryptoService(Broken(), Broken(), Broken())
        for _ in range(2):  # first after loading the access key, then straight from memory
            request = signer.request("Encrypt", {"KeyId": "key-1", "Plaintext": MARKED})
            answer = served.send(request)
            assert answer.refusal == (500, "InternalFailure")
            assert answer.json.keys() == {"HttpStatus", "Code", "Message", "RequestId"}
            assert MARKED not in answer.text
            assert "RuntimeError" not in answer.text
            line = logged[-1]
            assert (line["event"], line["error"]) == ("call_failed", "RuntimeError")
            assert (line["operation"], line["request_id"]) == ("Encrypt", answer.json["RequestId"])
    assert MARKED not in repr(logged)
    assert len([one for one in logged if one["event"] == "call_failed"]) == 2
