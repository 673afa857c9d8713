"""The instance gateway, by messages signed by hand: what it answers, and what it refuses.

What official clients see of it is tested in tests/clients/test_gateway.py.
"""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_kms20160120 import models as kms
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from doors.application import ACCOUNT_SECRETS, SECRETS, Application, allow, client_key
from doors.house import CLOCK, Tables, customer, freeze, signer_of
from doors.http_raw import Client
from doors.signed import Signer
from keylease.api.gateway.messages import API_NAMES, MESSAGES, encode
from keylease.storage import schema
from product import Customer, Product, serving
from scenarios.town import Town, open_town
from waiting import until

INVALID = (400, "InvalidParameter")
UNSUPPORTED = (400, "UnsupportedOperation")
MESSAGE = b"a message"
VERSION = "x-kms-migrationkeyversionid"


@dataclass
class Gate:
    """An application that may use every key of an instance."""

    product: Product
    ada: Customer
    signer: Signer
    app: Application
    instance: str
    key: str

    def made(self, **parameters: str) -> str:
        """CreateKey in the instance; the key id."""
        answer = self.signer.call("CreateKey", {"DKMSInstanceId": self.instance, **parameters})
        return str(answer.json["KeyMetadata"]["KeyId"])


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    data = tmp_path_factory.mktemp("gate") / "data"
    with serving(data, "--clock", CLOCK) as product:
        freeze(product)
        ada = customer(product, "ada", "5000.00")
        instance = ada.buy()["InstanceId"]
        ada.enable(instance)
        key = ada.create_key(instance)
        app = allow(ada, "app", instance)
        yield Gate(product, ada, signer_of(ada), app, instance, key)


# --- what is no request of an application ------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"content_type": "application/json"}, (415, "InvalidContentType")),
        ({"x_kms_apiversion": "dkms-gcs-0.1"}, (400, "InvalidApiVersion")),
        ({"x_kms_apiname": "EncryptEverything"}, (400, "InvalidApiName")),
        ({"x_kms_signaturemethod": "HMAC"}, (400, "InvalidParam")),
        ({"x_kms_acccesskeyid": "KAAP.nobody"}, (404, "Unauthorized")),
        ({"x_kms_acccesskeyid": ""}, (400, "MissingParameter")),
        ({"date": "Mon, 23 Nov 2020 03:25:33 GMT"}, (400, "RequestTimeTooSkewed")),
        ({"date": "yesterday"}, (400, "InvalidParam")),
        ({"content_sha256": "00" * 32}, (401, "SignatureNotMatch")),
        ({"authorization": "Bearer AAAA"}, (401, "SignatureNotMatch")),
        ({"authorization": "Basic AAAA"}, (400, "InvalidParam")),
    ],
)
def test_what_is_not_a_signed_message_is_refused_with_an_error_message(
    gate: Gate, headers: dict[str, str], expected: tuple[int, str]
) -> None:
    request = gate.app.request("Encrypt", b"", **headers)
    found = gate.app.send(request)
    assert found.refusal == expected
    assert found["RequestId"]
    assert found["StatusCode"] == expected[0]
    assert found.headers["content-type"] == "application/x-protobuf"


def test_a_get_is_refused(gate: Gate) -> None:
    request = gate.app.request("Encrypt", b"")
    request.method = "GET"
    assert gate.app.send(request).refusal == (403, "UnsupportedHTTPMethod")


def test_messages_of_three_megabytes_are_read_and_longer_ones_are_told_so(gate: Gate) -> None:
    longest = b"x" * (3 * 1024 * 1024 - 64)
    found = gate.app.call("Hash", Algorithm="SHA_256", Message=longest)
    assert found["Digest"] == hashlib.sha256(longest).digest()
    request = gate.app.request("Hash", b"x" * (3 * 1024 * 1024 + 1))
    found = gate.app.send(request)
    assert found.refusal == (413, "ParseRequestParameterException")
    assert found["StatusCode"] == 413


def test_other_requests_are_still_read_up_to_one_megabyte(gate: Gate) -> None:
    port = int(gate.product.host_port.rpartition(":")[2])
    head = "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1048577\r\n\r\n"
    with Client(port) as client:
        found = client.send(head.encode()).read()
    assert found.status == 413
    assert found.headers["content-type"] == "application/json"


# --- encryption --------------------------------------------------------------------------------


def test_nobody_chooses_the_nonce(gate: Gate) -> None:
    chosen = {"KeyId": gate.key, "Plaintext": b"x", "Iv": b"123456789012"}
    for name in ("Encrypt", "AdvanceEncrypt"):
        assert gate.app.call(name, **chosen).refusal == INVALID


@pytest.mark.parametrize("algorithm", ["AES_CBC", "AES_ECB", "SM4_GCM", "RSAES_OAEP_SHA_256", "x"])
def test_an_aes_key_encrypts_in_one_mode(gate: Gate, algorithm: str) -> None:
    asked = {"KeyId": gate.key, "Algorithm": algorithm}
    for name in ("Encrypt", "AdvanceEncrypt", "GenerateDataKey"):
        fields = asked if name in {"Encrypt", "GenerateDataKey"} else asked | {"Plaintext": b"x"}
        assert gate.app.call(name, **fields).refusal == UNSUPPORTED


def test_as_much_is_encrypted_as_by_the_openapi(gate: Gate) -> None:
    most, more = ({"KeyId": gate.key, "Plaintext": b"x" * size} for size in (8_192, 8_193))
    for name in ("Encrypt", "AdvanceEncrypt", "KmsEncrypt"):
        assert gate.app.call(name, **most).status == 200
        assert gate.app.call(name, **more).refusal == INVALID


def test_the_ciphertext_of_the_openapi_is_made_and_read_as_bytes(gate: Gate) -> None:
    sealed = gate.app.call("KmsEncrypt", KeyId=gate.key, Plaintext=b"text")
    text = base64.b64encode(sealed["CiphertextBlob"]).decode()
    assert gate.ada.decrypt(text) == "text"
    here = base64.b64decode(gate.ada.encrypt(gate.key, "there"))
    opened = gate.app.call("KmsDecrypt", CiphertextBlob=here)
    assert (opened["KeyId"], opened["Plaintext"]) == (gate.key, b"there")


def test_damaged_ciphertexts_have_one_answer(gate: Gate) -> None:
    sealed = gate.app.call("AdvanceEncrypt", KeyId=gate.key, Plaintext=b"x")
    blob = bytearray(sealed["CiphertextBlob"])
    told = set()
    for at in (0, 1, 2, 3, 40, 51, len(blob) - 1):
        damaged = bytearray(blob)
        damaged[at] ^= 1
        found = gate.app.call("AdvanceDecrypt", CiphertextBlob=bytes(damaged))
        assert found.refusal in {(400, "InvalidCiphertext"), (404, "Forbidden.KeyNotFound")}
        if found.status == 400:
            told.add(found["ErrorMessage"])
    assert len(told) == 1
    other = gate.made()
    named = gate.app.call("AdvanceDecrypt", CiphertextBlob=bytes(blob), KeyId=other)
    assert named.refusal == (400, "InvalidCiphertext")
    another = gate.app.call("AdvanceDecrypt", CiphertextBlob=bytes(blob), Iv=b"123456789012")
    assert another.refusal == (400, "InvalidCiphertext")


@pytest.mark.parametrize("size", [0, 11, 16])
def test_decrypt_needs_the_nonce_that_encrypt_answered(gate: Gate, size: int) -> None:
    found = gate.app.call("Decrypt", KeyId=gate.key, CiphertextBlob=b"x" * 32, Iv=b"x" * size)
    assert found.refusal == INVALID


# --- signatures, codes, hashes -----------------------------------------------------------------


def test_a_digest_may_come_in_the_field_of_older_clients(gate: Gate) -> None:
    key = gate.made(KeySpec="EC_P256", KeyUsage="SIGN/VERIFY")
    digest = hashlib.sha256(MESSAGE).digest()
    signed = gate.app.call("Sign", KeyId=key, Digest=digest)
    assert signed["MessageType"] == "DIGEST"
    fields = {"KeyId": key, "Signature": signed["Signature"]}
    assert gate.app.call("Verify", **fields, Message=MESSAGE, MessageType="RAW")["Value"] is True
    assert gate.app.call("Verify", **fields, Message=MESSAGE)["Value"] is True
    assert gate.app.call("Verify", **fields, Digest=digest)["Value"] is True
    assert gate.app.call("Verify", **fields, Message=b"other")["Value"] is False


def test_what_cannot_be_signed_is_refused(gate: Gate) -> None:
    key = gate.made(KeySpec="EC_P256", KeyUsage="SIGN/VERIFY")
    short = {"KeyId": key, "Message": b"short", "MessageType": "DIGEST"}
    assert gate.app.call("Sign", **short).refusal == INVALID
    assert gate.app.call("Sign", KeyId=key, MessageType="HASH").refusal == INVALID
    assert gate.app.call("Sign", KeyId=key, Algorithm="SM2DSA").refusal == INVALID
    wrong_use = gate.app.call("Sign", KeyId=gate.key, Message=b"x")
    assert wrong_use.refusal == (400, "Rejected.UnsupportedOperation")
    assert gate.app.call("GetPublicKey", KeyId=gate.key).refusal == UNSUPPORTED
    sealing = gate.app.call("AdvanceEncrypt", KeyId=key, Plaintext=b"x")
    assert sealing.refusal == (400, "Rejected.UnsupportedOperation")


def test_a_post_quantum_signature_of_a_message_verifies_outside(gate: Gate) -> None:
    key = gate.made(KeySpec="Keylease_ML_DSA_65", KeyUsage="SIGN/VERIFY")
    signed = gate.app.call("Sign", KeyId=key, Message=MESSAGE)
    public = load_pem_public_key(gate.app.call("GetPublicKey", KeyId=key)["PublicKey"].encode())
    assert isinstance(public, MLDSA65PublicKey)
    public.verify(signed["Signature"], MESSAGE)


def test_hmac_is_the_code_of_the_openapi(gate: Gate) -> None:
    key = gate.made(KeySpec="HMAC_SHA_256", KeyUsage="GENERATE_VERIFY_MAC")
    code = gate.app.call("Hmac", KeyId=key, Message=MESSAGE)["Signature"]
    message, mac = (base64.b64encode(one).decode() for one in (MESSAGE, code))
    asked = {"KeyId": key, "Algorithm": "HMAC_SHA_256", "Message": message, "Mac": mac}
    assert gate.signer.call("VerifyMac", asked).json["Value"] is True


#: SM3 of "abc": GB/T 32905, example 1.
SM3_OF_ABC = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_hashes_are_the_standards_own(gate: Gate) -> None:
    for name in ("sha224", "sha256", "sha384", "sha512"):
        asked = f"SHA_{name.removeprefix('sha')}"
        found = gate.app.call("Hash", Algorithm=asked, Message=b"abc")
        assert found["Digest"] == hashlib.new(name, b"abc").digest()
    found = gate.app.call("Hash", Algorithm="SM3", Message=b"abc")
    assert found["Digest"].hex() == SM3_OF_ABC
    assert gate.app.call("Hash", Algorithm="MD5", Message=b"abc").refusal == INVALID


@pytest.mark.parametrize(
    "fields",
    [
        {"KeyPairSpec": "RSA_1024"},
        {"KeyPairSpec": ""},
        {"KeyPairSpec": "EC_P256", "KeyFormat": "JWK"},
        {"KeyPairSpec": "EC_P256", "Algorithm": "AES_CBC"},
    ],
)
def test_key_pairs_that_are_not_offered_are_refused(gate: Gate, fields: dict[str, str]) -> None:
    found = gate.app.call("GenerateDataKeyPair", KeyId=gate.key, **fields)
    assert found.refusal in {INVALID, UNSUPPORTED}


@pytest.mark.parametrize("name", sorted(API_NAMES))
def test_every_operation_needs_what_its_first_field_says(gate: Gate, name: str) -> None:
    found = gate.app.send(gate.app.request(name, b""))
    assert found.status in {400, 403}
    first = MESSAGES[f"{name}Request"].split()[1]
    if first in {"KeyId", "SecretName"} and "KeyPair" not in name:
        assert found.refusal == (400, "MissingParameter")


def test_bytes_that_are_no_message_are_refused(gate: Gate) -> None:
    assert gate.app.send(gate.app.request("Encrypt", b"\x0a\xff")).refusal == INVALID


# --- secrets ------------------------------------------------------------------------------------


def test_a_secret_is_read_by_who_may_read_it_and_nothing_is_told_of_others(gate: Gate) -> None:
    place = {"DKMSInstanceId": gate.instance, "VersionId": "v1", "SecretData": "密 secret"}
    made = gate.signer.call(
        "CreateSecret", place | {"SecretName": "db", "EncryptionKeyId": gate.key}
    )
    assert made.status == 200, made.text
    reader = allow(
        gate.ada, "reader", gate.instance, permissions=[SECRETS], resources=["secret/db"]
    )
    found = reader.call("GetSecretValue", SecretName="db", FetchExtendedConfig=True)
    said = [found[one] for one in ("SecretName", "SecretData", "SecretDataType", "VersionId")]
    assert said == ["db", "密 secret", "text", "v1"]
    assert found["VersionStages"] == ["ACSCurrent"]
    assert found["RequestId"]
    arn = f"acs:kms:cn-hangzhou:{gate.ada.account_id}:secret/db"
    assert reader.call("GetSecretValue", SecretName=arn)["SecretData"] == "密 secret"
    version = reader.call("GetSecretValue", SecretName="db", VersionId="v2")
    assert version.refusal == (404, "Forbidden.ResourceNotFound")
    assert reader.call("Encrypt", KeyId=gate.key).refusal == (403, "Forbidden.NoPermission")
    for app in (reader, gate.app):
        hidden = app.call("GetSecretValue", SecretName="nothing")
        assert hidden.refusal == (403, "Forbidden.NoPermission")


def test_secrets_of_another_instance_are_read_with_the_permission_for_the_account_only(
    gate: Gate,
) -> None:
    elsewhere = gate.ada.buy()["InstanceId"]
    gate.ada.enable(elsewhere)
    place = {"DKMSInstanceId": elsewhere, "VersionId": "v1", "SecretData": "far"}
    key = gate.ada.create_key(elsewhere)
    made = gate.signer.call("CreateSecret", place | {"SecretName": "far", "EncryptionKeyId": key})
    assert made.status == 200, made.text
    near = allow(gate.ada, "near", gate.instance, permissions=[SECRETS], resources=["secret/*"])
    wide = allow(gate.ada, "wide", "", permissions=[ACCOUNT_SECRETS], resources=["secret/*"])
    found, unknown = (near.call("GetSecretValue", SecretName=one) for one in ("far", "nothing"))
    assert found.refusal == unknown.refusal == (404, "Forbidden.ResourceNotFound")
    assert found["ErrorMessage"] == unknown["ErrorMessage"]
    assert wide.call("GetSecretValue", SecretName="far")["SecretData"] == "far"


# --- who may use what --------------------------------------------------------------------------


def test_keys_are_named_by_alias_and_resource_name_too(gate: Gate) -> None:
    gate.signer.call("CreateAlias", {"KeyId": gate.key, "AliasName": "alias/app"})
    arn = f"acs:kms:cn-hangzhou:{gate.ada.account_id}:key/{gate.key}"
    for name in ("alias/app", arn):
        found = gate.app.call("Encrypt", KeyId=name, Plaintext=b"x")
        assert found["KeyId"] == gate.key


def test_default_keys_are_not_for_applications(gate: Gate) -> None:
    found = gate.app.call("Encrypt", KeyId="alias/acs/kms", Plaintext=b"x")
    assert found.refusal == (403, "Forbidden.NoPermission")


def test_the_states_of_keys_hold_for_applications(gate: Gate) -> None:
    key = gate.made()
    sealed = gate.app.call("AdvanceEncrypt", KeyId=key, Plaintext=b"x")
    gate.signer.call("DisableKey", {"KeyId": key})
    for found in (
        gate.app.call("Encrypt", KeyId=key, Plaintext=b"x"),
        gate.app.call("AdvanceDecrypt", CiphertextBlob=sealed["CiphertextBlob"]),
    ):
        assert found.refusal == (409, "Rejected.Disabled")
    gate.signer.call("EnableKey", {"KeyId": key})
    assert gate.app.call("Encrypt", KeyId=key, Plaintext=b"x").status == 200


def test_a_change_holds_from_the_next_message_on(gate: Gate) -> None:
    app = allow(gate.ada, "changing", gate.instance, resources=["key/none"])
    fields = {"KeyId": gate.key, "Plaintext": b"x"}
    assert app.call("Encrypt", **fields).refusal == (403, "Forbidden.NoPermission")
    one = kms.UpdatePolicyRequest(name="changing-policy", resources=f'["key/{gate.key}"]')
    gate.ada.kms.update_policy(one)
    assert app.call("Encrypt", **fields).status == 200
    none = kms.UpdatePolicyRequest(name="changing-policy", resources='["secret/*"]')
    gate.ada.kms.update_policy(none)
    assert app.call("Encrypt", **fields).refusal == (403, "Forbidden.NoPermission")
    assert app.call("GenerateRandom", Length=1).refusal == (403, "Forbidden.NoPermission")


def test_who_is_allowed_some_keys_learns_nothing_of_others_from_their_ciphertexts(
    gate: Gate,
) -> None:
    narrow = allow(gate.ada, "narrow", gate.instance, resources=["key/none"])
    sealed = gate.app.call("AdvanceEncrypt", KeyId=gate.key, Plaintext=b"x")["CiphertextBlob"]
    unknown = sealed[:3] + b"00000000-0000-4000-8000-000000000000" + sealed[39:]
    one, other = (narrow.call("AdvanceDecrypt", CiphertextBlob=blob) for blob in (sealed, unknown))
    assert one.refusal == other.refusal == (403, "Forbidden.NoPermission")
    assert one["ErrorMessage"] == other["ErrorMessage"]


def test_a_key_of_another_account_is_answered_like_none(gate: Gate) -> None:
    eve = customer(gate.product, "eve", "1100.00")
    theirs = eve.buy()["InstanceId"]
    eve.enable(theirs)
    key, app = eve.create_key(theirs), allow(eve, "app", theirs)
    found = gate.app.call("Encrypt", KeyId=key, Plaintext=b"x")
    nobody = gate.app.call("Encrypt", KeyId="key-hzz000000000000000000", Plaintext=b"x")
    assert found.refusal == nobody.refusal == (404, "Forbidden.KeyNotFound")
    assert found["ErrorMessage"] == nobody["ErrorMessage"]
    sealed = app.call("AdvanceEncrypt", KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    opened = gate.app.call("AdvanceDecrypt", CiphertextBlob=sealed)
    assert opened.refusal == (404, "Forbidden.KeyNotFound")


def test_who_asks_for_much_that_is_not_there_has_to_wait(gate: Gate) -> None:
    prober = client_key(gate.ada, "app")
    unknown = {"KeyId": "key-hzz000000000000000000", "Plaintext": b"x"}
    request = prober.request("Encrypt", encode("EncryptRequest", unknown))
    told: set[tuple[int, str]] = set()
    for _ in range(10):  # the first time is enough, unless the machine is very busy
        told |= {one.refusal for one in prober.rush(request, 8, 40)}
        if len(told) > 1:
            break
    assert told == {(404, "Forbidden.KeyNotFound"), (429, "Rejected.Throttling")}
    assert prober.call("Encrypt", KeyId=gate.key, Plaintext=b"x").status == 200
    assert gate.app.call("Encrypt", **unknown).status == 404


def test_an_application_is_named_in_the_audit_trail(gate: Gate) -> None:
    gate.app.call("Encrypt", KeyId=gate.key, Plaintext=b"top secret")
    gate.app.call("Encrypt", KeyId="key-hzz-unknown", Plaintext=b"top secret")
    records = gate.product.cli("audit", "list", "--limit", "50")
    mine = [one for one in records if one["access_key_id"] == gate.app.id]
    arn = f"acs:kms:cn-hangzhou:{gate.ada.account_id}:applicationaccesspoint/app"
    assert {one["principal"] for one in mine} == {arn}
    assert {(one["resource"], one["outcome"]) for one in mine} >= {
        (gate.key, "OK"),
        ("key-hzz-unknown", "Forbidden.KeyNotFound"),
    }
    assert "top secret" not in str(records)


# --- time --------------------------------------------------------------------------------------


@pytest.fixture
def town(tmp_path: Path) -> Iterator[tuple[Town, Gate]]:
    """The same, in a town whose clock a test moves."""
    with open_town(tmp_path / "data", "2026-01-31 10:00:00") as town:
        ada = town.customer("ada", "5000.00")
        instance = ada.buy()["InstanceId"]
        ada.enable(instance)
        key, app = ada.create_key(instance), allow(ada, "app", instance)
        yield town, Gate(town, ada, signer_of(ada), app, instance, key)


def test_encrypt_works_with_the_first_version_and_advance_encrypt_with_the_newest(
    town: tuple[Town, Gate],
) -> None:
    moved, gate = town
    app, key = gate.app, gate.key
    initial = app.call("Encrypt", KeyId=key, Plaintext=b"x").headers[VERSION]
    moved.at("2026-02-20 10:00:00")
    assert gate.signer.call("CreateKeyVersion", {"KeyId": key}).status == 200
    assert app.call("Encrypt", KeyId=key, Plaintext=b"x").headers[VERSION] == initial
    advance = app.call("AdvanceEncrypt", KeyId=key, Plaintext=b"x")
    described = gate.signer.call("DescribeKey", {"KeyId": key}).json["KeyMetadata"]
    assert advance["KeyVersionId"] == described["PrimaryKeyVersion"] != initial
    assert advance.headers[VERSION] == advance["KeyVersionId"]
    fields = {"CiphertextBlob": advance["CiphertextBlob"][51:], "Iv": advance["Iv"]}
    named = {VERSION.replace("-", "_"): advance["KeyVersionId"]}
    assert app.call("Decrypt", named, **fields)["Plaintext"] == b"x"
    assert app.call("Decrypt", named, **fields, KeyId=key)["Plaintext"] == b"x"
    assert app.call("Decrypt", **fields, KeyId=key).refusal == (400, "InvalidCiphertext")
    unknown = {VERSION.replace("-", "_"): "00000000-0000-4000-8000-000000000000"}
    assert app.call("Encrypt", unknown, KeyId=key, Plaintext=b"x").refusal == INVALID


def test_a_client_key_ends_to_the_second_and_an_instance_with_its_term(
    town: tuple[Town, Gate],
) -> None:
    moved, gate = town
    fields = {"KeyId": gate.key, "Plaintext": b"x"}
    dates = {"not_before": "2026-02-01T02:00:00Z", "not_after": "2026-02-10T02:00:00Z"}
    short = client_key(gate.ada, "app", **dates)
    for when, expected in {
        "2026-02-01 09:59:59": 404,
        "2026-02-01 10:00:00": 200,
        "2026-02-10 09:59:59": 200,
        "2026-02-10 10:00:00": 404,
    }.items():
        moved.at(when)
        assert short.call("Encrypt", **fields).status == expected, when
    assert short.call("Encrypt", **fields).refusal == (404, "Unauthorized")
    moved.at("2026-02-28 23:59:59")
    assert gate.app.call("Encrypt", **fields).status == 200
    moved.at("2026-03-01 00:00:00")
    expired = (403, "Forbidden.DKMSInstanceStateInvalid")
    assert gate.app.call("Encrypt", **fields).refusal == expired
    assert gate.app.call("GenerateRandom", Length=1).refusal == expired
    moved.at("2026-03-16 00:00:00")
    assert gate.app.call("Encrypt", **fields).refusal == (404, "Forbidden.KeyNotFound")


def test_every_call_counts_once_as_use_of_its_instance(town: tuple[Town, Gate]) -> None:
    moved, gate = town
    fields = {"KeyId": gate.key}
    sealed = gate.app.call("AdvanceEncrypt", **fields)
    for name, said in {
        "Encrypt": fields,
        "GenerateDataKey": fields,
        "GenerateDataKeyPair": fields | {"KeyPairSpec": "EC_P256"},
        "AdvanceDecrypt": {"CiphertextBlob": sealed["CiphertextBlob"]},
        "KmsEncrypt": fields,
        "GenerateRandom": {"Length": 1},
        "Hash": {"Algorithm": "SM3"},
    }.items():
        assert gate.app.call(name, **said).status == 200
    until(lambda: _requests(moved, gate) >= 8)
    assert _requests(moved, gate) == 8


def _requests(town: Town, gate: Gate) -> int:
    minutes = schema.usage_minutes
    query = select(func.sum(minutes.c.requests)).where(minutes.c.instance_id == gate.instance)
    with Tables(town).engine.connect() as connection:
        return connection.execute(query).scalar() or 0


# --- whatever comes in ---------------------------------------------------------------------------

TEXTS = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40)
HEADERS = st.dictionaries(
    st.sampled_from([
        "content_type", "date", "x_kms_apiversion", "x_kms_apiname", "x_kms_acccesskeyid",
        "x_kms_signaturemethod", "x_kms_migrationkeyversionid", "content_sha256", "authorization",
    ]),
    TEXTS,
    max_size=3,
)  # fmt: skip


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from(sorted(API_NAMES)), st.binary(max_size=80), HEADERS)
def test_whatever_is_sent_is_answered_and_never_with_a_fault_of_ours(
    gate: Gate, name: str, body: bytes, headers: dict[str, str]
) -> None:
    found = gate.app.send(gate.app.request(name, body, **headers))
    assert found.status < 500
    if found.status != 200:
        assert found["ErrorCode"]


def _values(kind: str, key: str) -> st.SearchStrategy[Any]:
    return {
        "bytes": st.binary(max_size=80) | st.just(b"$\x00\x02" + b"0" * 80),
        "int32": st.integers(-(2**31), 2**31 - 1),
        "bool": st.booleans(),
    }.get(kind, TEXTS | st.sampled_from([key, "alias/app", "RAW", "DIGEST", "EC_P256", "DER"]))


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data(), st.sampled_from(sorted(API_NAMES)))
def test_whatever_a_message_says_is_answered_and_never_with_a_fault_of_ours(
    gate: Gate, data: st.DataObject, name: str
) -> None:
    fields = {
        (parts := (*line.split(), "")[:3])[1]: data.draw(_values(parts[2], gate.key), parts[1])
        for line in MESSAGES[f"{name}Request"].split(", ")
        if data.draw(st.booleans())
    }
    named = {"x_kms_migrationkeyversionid": data.draw(TEXTS)} if data.draw(st.booleans()) else {}
    found = gate.app.call(name, named, **fields)
    assert found.status < 500
