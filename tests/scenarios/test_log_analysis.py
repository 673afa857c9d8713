"""Log analysis as a customer buys it and the operator asks it. Source: facts/kms.md 10.2."""

from collections.abc import Iterator
from typing import Any

import pytest
from alibabacloud_kms20160120 import models as kms
from alibabacloud_kms20160120.client import Client as KmsClient

from doors.application import allow
from doors.house import customer, opened, service_of
from scenarios.estate import settle
from scenarios.town import Town, open_town, refused
from waiting import until

SECRET_TEXT = "c2VjcmV0LXRleHQ="


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with open_town(tmp_path_factory.mktemp("logs") / "data", "2026-01-31 10:00:30") as found:
        yield found
        assert found.findings() == []


class Shop:
    """A customer with an instance that has log analysis, or has not, and a key in it."""

    def __init__(self, town: Town, name: str, **bought: str) -> None:
        self.town = town
        estate = settle(town, name, **bought)
        self.owner, self.instance, self.key = estate.customer, estate.instance, estate.key_id()

    @property
    def kms(self) -> KmsClient:
        return self.owner.kms

    def query(self, *arguments: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.town.cli("logs", "query", self.instance, *arguments)[
            "entries"
        ]
        return found

    def logged(self, count: int, *arguments: str) -> list[dict[str, Any]]:
        """The entries, once there are so many."""
        until(lambda: len(self.query(*arguments)) >= count)
        return self.query(*arguments)


def test_every_call_on_the_keys_of_an_instance_is_an_entry(town: Town) -> None:
    shop = Shop(town, "ada", Log="1", LogStorage="1000")
    blob = shop.owner.encrypt(shop.key, SECRET_TEXT, {"order": "private-context"})
    shop.owner.decrypt(blob, {"order": "private-context"})
    request = kms.GenerateDataKeyWithoutPlaintextRequest(key_id=shop.key)
    shop.kms.generate_data_key_without_plaintext(request)
    wrong = refused(lambda: shop.owner.decrypt(blob, {"order": "other"}))
    assert wrong == (400, "InvalidCiphertext")
    shop.kms.disable_key(kms.DisableKeyRequest(key_id=shop.key))
    assert refused(lambda: shop.owner.encrypt(shop.key, "x")) == (409, "Rejected.Disabled")
    stranger = customer(town, "eve", "1.00")
    assert refused(lambda: stranger.encrypt(shop.key, "x")) == (404, "Forbidden.KeyNotFound")
    entries = shop.logged(5)
    shown = [
        (one["api_name"], one["share_gateway_api_name"], one["status_code"]) for one in entries
    ]
    assert shown == [
        ("Encrypt", "Encrypt", 409),
        ("Decrypt", "Decrypt", 400),
        ("GenerateDataKey", "GenerateDataKeyWithoutPlaintext", 200),
        ("Decrypt", "Decrypt", 200),
        ("Encrypt", "Encrypt", 200),
    ]
    for one in entries:
        assert one["instance_id"] == shop.instance
        assert one["resource_id"] == one["resource_parameters"]["key_id"] == shop.key
        assert one["user_id"] == one["account_id"] == one["principal_id"] == shop.owner.account_id
        assert one["identity_type"] == "cloud-account"
        assert one["access_key_id"] == shop.owner.made["access_key_id"]
        assert one["client_ip"] == "127.0.0.1"
        assert one["time"] == "2026-01-31T02:00:30Z"
        assert 0 <= one["duration"] < 10_000
        assert "AlibabaCloud" in one["useragent"]
    assert entries[-1]["resource_parameters"]["key_version_id"]
    assert "disabled" in entries[0]["error_message"].lower()
    whole = str(entries)
    assert SECRET_TEXT not in whole
    assert "private-context" not in whole
    assert shop.owner.made["access_key_secret"] not in whole


def test_entries_are_asked_for_by_what_they_tell_and_page_by_page(town: Town) -> None:
    shop = Shop(town, "bob", Log="1")
    blob = shop.owner.encrypt(shop.key, "x")
    for _ in range(4):
        shop.owner.decrypt(blob)
    assert len(shop.logged(5)) == 5
    assert len(shop.query("--api", "Decrypt")) == 4
    assert shop.query("--status", "403") == []
    assert len(shop.query("--principal", shop.owner.account_id)) == 5
    assert shop.query("--key", "key-other") == []
    assert shop.query("--from", "2026-01-31T10:00:31+08:00") == []
    assert len(shop.query("--to", "2026-01-31T10:00:31+08:00")) == 5
    seen: list[str] = []
    after: list[str] = []
    while True:
        page = town.cli("logs", "query", shop.instance, "--limit", "2", *after)
        seen += [one["request_id"] for one in page["entries"]]
        if page["after"] is None:
            break
        after = ["--after", page["after"]]
    assert seen == [one["request_id"] for one in shop.query()]
    (day,) = town.cli("logs", "days", shop.instance)
    assert (day["day"], day["entries"]) == ("2026-01-31", 5)
    assert day["bytes"] > 5 * 300
    assert "Decrypt" in town.run("logs", "query", shop.instance).stdout
    assert town.run("logs", "query", "kst-unknown").returncode == 1
    assert town.run("logs", "query", shop.instance, "--after", "x").returncode == 1


def test_without_log_analysis_there_are_no_entries(town: Town) -> None:
    without, beside = Shop(town, "carol"), Shop(town, "dave", Log="1")
    without.owner.encrypt(without.key, "x")
    beside.owner.encrypt(beside.key, "x")
    beside.logged(1)
    assert without.query() == []
    assert (
        service_of(without.owner)
        .call("Encrypt", {"KeyId": "alias/acs/kms", "Plaintext": "x"})
        .status
        == 200
    ), "default keys are in no instance"


def test_the_quota_of_performance_tells_the_requests_a_second_of_the_last_full_minute(
    town: Town,
) -> None:
    shop = Shop(town, "frank")
    for _ in range(61):
        shop.owner.encrypt(shop.key, "x")

    def used() -> tuple[int, int]:
        request = kms.GetKmsInstanceQuotaInfosRequest(
            kms_instance_id=shop.instance, resource_type="qps"
        )
        (one,) = shop.kms.get_kms_instance_quota_infos(request).body.kms_instance_quota_infos
        return one.used_quantity, one.resource_quota

    assert used() == (0, 1000), "the minute is not over"
    town.at("2026-01-31 10:01:10")
    until(lambda: used() == (2, 1000))
    town.at("2026-01-31 10:02:10")
    assert used() == (0, 1000)


def test_every_operation_on_a_key_counts_as_use(town: Town) -> None:
    shop = Shop(town, "grace", Log="1")

    def key(spec: str, usage: str) -> dict[str, str]:
        made = shop.kms.create_key(
            kms.CreateKeyRequest(dkmsinstance_id=shop.instance, key_spec=spec, key_usage=usage)
        ).body.key_metadata
        return {"key_id": made.key_id, "key_version_id": made.primary_key_version}

    signing, sealing = key("EC_P256", "SIGN/VERIFY"), key("RSA_2048", "ENCRYPT/DECRYPT")
    mac = {"key_id": key("HMAC_SHA_256", "GENERATE_VERIFY_MAC")["key_id"]}
    digest, message, api = "A" * 43 + "=", "aGVsbG8=", shop.kms
    ecdsa = {"algorithm": "ECDSA_SHA_256", "digest": digest, **signing}
    oaep = {"algorithm": "RSAES_OAEP_SHA_256", **sealing}
    hmac = {"algorithm": "HMAC_SHA_256", "message": message, **mac}
    signature = api.asymmetric_sign(kms.AsymmetricSignRequest(**ecdsa)).body.value
    api.asymmetric_verify(kms.AsymmetricVerifyRequest(value=signature, **ecdsa))
    request = kms.AsymmetricEncryptRequest(plaintext=message, **oaep)
    blob = api.asymmetric_encrypt(request).body.ciphertext_blob
    api.asymmetric_decrypt(kms.AsymmetricDecryptRequest(ciphertext_blob=blob, **oaep))
    tag = api.generate_mac(kms.GenerateMacRequest(**hmac)).body.mac
    api.verify_mac(kms.VerifyMacRequest(mac=tag, **hmac))
    api.get_public_key(kms.GetPublicKeyRequest(**signing))
    named = {one["api_name"] for one in shop.logged(7)}
    assert named == {
        "AsymmetricSign",
        "AsymmetricVerify",
        "AsymmetricEncrypt",
        "AsymmetricDecrypt",
        "GenerateMac",
        "VerifyMac",
        "GetPublicKey",
    }

    def counted() -> int:
        with opened(town) as deployment, deployment.database.read() as work:
            return work.usage.requests_in(shop.instance, work.now - work.now % 60)

    until(lambda: counted() >= 7)
    assert counted() == 7


def test_calls_of_the_instance_gateway_are_entries_too(town: Town) -> None:
    shop = Shop(town, "henry", Log="1")
    app = allow(shop.owner, "henrys-app", shop.instance)
    assert app.call("Encrypt", KeyId=shop.key, Plaintext=b"private-text").status == 200
    assert app.call("GenerateRandom", Length=16).status == 200
    shop.kms.disable_key(kms.DisableKeyRequest(key_id=shop.key))
    refusal = app.call("Encrypt", KeyId=shop.key, Plaintext=b"x").refusal
    assert refusal == (409, "Rejected.Disabled")
    entries = shop.logged(3)
    shown = [(one["api_name"], one["status_code"], one["resource_id"]) for one in entries]
    assert shown == [
        ("Encrypt", 409, shop.key),
        ("GenerateRandom", 200, ""),
        ("Encrypt", 200, shop.key),
    ]
    for one in entries:
        assert (one["identity_type"], one["principal_id"]) == ("aap", "henrys-app")
        assert one["access_key_id"] == app.id
        assert one["share_gateway_api_name"] == ""
        assert one["api_version"] == "dkms-gcs-0.2"
        assert one["user_id"] == shop.owner.account_id
    assert "private-text" not in str(entries)
    assert len(shop.query("--principal", "henrys-app")) == 3


def test_reading_a_secret_is_logged_as_decrypt(town: Town) -> None:
    shop = Shop(town, "ivan", Log="1")
    api = shop.kms
    api.create_secret(
        kms.CreateSecretRequest(
            secret_name="db",
            secret_data="private-value",
            version_id="v1",
            dkmsinstance_id=shop.instance,
            encryption_key_id=shop.key,
        )
    )
    assert api.get_secret_value(kms.GetSecretValueRequest(secret_name="db")).body.secret_data
    wrong = kms.GetSecretValueRequest(secret_name="db", version_stage="none")
    assert refused(lambda: api.get_secret_value(wrong))[0] in {400, 404}
    one, other = shop.logged(2)
    assert other["api_name"] == "Decrypt"
    assert other["share_gateway_api_name"] == "GetSecretValue"
    assert (other["resource_id"], other["resource_parameters"]["key_id"]) == ("db", shop.key)
    assert (other["status_code"], one["status_code"] >= 400) == (200, True)
    assert "private-value" not in str([one, other])
    assert len(shop.query("--api", "GetSecretValue", "--key", "db")) == 2
