"""Hardware key management from the outside: bought, used, lost and found again, destroyed.

The token is a real SoftHSM. What operations answer in each state of a key: doors.test_key_states.
Source: issue rows K2 to K9 on hardware; design.md 4; facts/kms-api.md A.2.
"""

import hashlib
import hmac
import os
import sqlite3
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import (
    load_pem_public_key,
)

from doors.application import allow
from keylease.app.deployment import open_deployment
from keylease.app.hardware import SWEEP_AGE, sweep_module
from keylease.app.settings import read_settings
from keylease.crypto.algorithms import AES_256
from keylease.crypto.pkcs11 import Pkcs11Provider
from keylease.crypto.providers import Storage
from machine import HeldMachine
from scenarios.estate import INVALID, NOT_FOUND, PENDING_IMPORT, REJECTED, UNSUPPORTED, Estate
from scenarios.hardware_kit import HardwareTown, hardware_estate, open_hardware_town
from scenarios.import_kit import PADDINGS, bring, text
from scenarios.secrets_kit import Keeper
from scenarios.town import balance_of, refused
from unit.crypto.outside import pkcs8
from waiting import until

PLAIN = "aGVsbG8="
UNAVAILABLE = (503, "ServiceUnavailableTemporary")
DIGEST = b64encode(hashlib.sha256(b"message").digest()).decode()
PKCS1 = {"Algorithm": "RSA_PKCS1_SHA_256", "Digest": DIGEST}
DATABASE = {"KeyStorageMechanism": "HsmEncryptedDatabase"}
#: The node asks the token every 4 seconds and, after a loss, tries it after 1, 3, 7, 15 seconds.
NOTICED_SECONDS, BACK_SECONDS = 10.0, 15.0


def sealed(estate: Estate, key: str) -> str:
    return str(estate.call("Encrypt", KeyId=key, Plaintext=PLAIN)["CiphertextBlob"])


def opened(estate: Estate, blob: str) -> str:
    return str(estate.call("Decrypt", CiphertextBlob=blob)["Plaintext"])


def pair(made: dict[str, Any]) -> dict[str, str]:
    """How an asymmetric operation names a key just made."""
    return {"KeyId": made["KeyId"], "KeyVersionId": made["PrimaryKeyVersion"]}


def public_half(estate: Estate, key: dict[str, str]) -> Any:
    return load_pem_public_key(estate.call("GetPublicKey", **key)["PublicKey"].encode())


def stored(town: HardwareTown, key: str) -> int:
    """How many rows there are of a key."""
    with closing(sqlite3.connect(town.data / "keylease.sqlite3")) as database:
        found = database.execute("SELECT count(*) FROM keys WHERE id = ?", (key,)).fetchone()
    return int(found[0])


@contextmanager
def swept(
    town: HardwareTown,
) -> Iterator[tuple[Pkcs11Provider, HeldMachine, Callable[[], None]]]:
    """A deployment's hardware module in this process, its clock, and what sweeps it."""
    machine = HeldMachine(time.time())
    settings = read_settings({"data": str(town.data)}, dict(os.environ))
    with closing(open_deployment(settings, machine=machine)) as deployment:
        provider = cast("Pkcs11Provider", deployment.services.providers.hardware())
        with closing(provider.module):
            yield provider, machine, lambda: sweep_module(deployment)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HardwareTown]:
    with open_hardware_town(tmp_path_factory.mktemp("hardware") / "data") as found:
        yield found


@pytest.fixture(scope="module")
def estate(town: HardwareTown) -> Estate:
    return hardware_estate(town, "ada", months=12)


# --- buying --------------------------------------------------------------------------------------


def test_a_hardware_instance_is_bought_and_enabled(town: HardwareTown) -> None:
    eva = town.customer("eva", "90000.00")
    before = balance_of(eva)
    instance = eva.buy(1, ProductVersion="5")["InstanceId"]
    assert balance_of(eva) != before
    assert eva.instance(instance)["Status"] == "Uninitialized"
    eva.enable(instance)
    shown = eva.instance(instance)
    assert (shown["Status"], shown["ProductVersion"]) == ("Connected", "1")
    found = Estate(town, eva, instance)
    made = found.key()
    assert made["ProtectionLevel"] == "HSM"
    assert found.described(made["KeyId"])["ProtectionLevel"] == "HSM"
    assert town.kept(made["PrimaryKeyVersion"]) == 1
    assert opened(found, sealed(found, made["KeyId"])) == PLAIN


# --- what the token can do -----------------------------------------------------------------------


def test_oaep_with_sha_256_is_refused_both_ways_and_with_sha_1_it_works(estate: Estate) -> None:
    key = pair(estate.key(KeySpec="RSA_2048", KeyUsage="ENCRYPT/DECRYPT"))
    outside = text(public_half(estate, key).encrypt(b"x", PADDINGS["RSAES_OAEP_SHA_256"]))
    asked = {**key, "Algorithm": "RSAES_OAEP_SHA_256"}
    assert estate.refused("AsymmetricEncrypt", **asked, Plaintext=PLAIN) == UNSUPPORTED
    assert estate.refused("AsymmetricDecrypt", **asked, CiphertextBlob=outside) == UNSUPPORTED
    asked = {**key, "Algorithm": "RSAES_OAEP_SHA_1"}
    blob = estate.call("AsymmetricEncrypt", **asked, Plaintext=PLAIN)["CiphertextBlob"]
    answer = estate.call("AsymmetricDecrypt", **asked, CiphertextBlob=blob)
    assert answer["Plaintext"] == PLAIN


@pytest.mark.parametrize("spec", ["Aliyun_SM4", "EC_SM2", "HMAC_SM3"])
def test_specs_that_the_token_has_not_are_refused(estate: Estate, spec: str) -> None:
    place = {"DKMSInstanceId": estate.instance, "KeySpec": spec}
    before = estate.listed()
    for origin in ("Aliyun_KMS", "EXTERNAL"):
        assert estate.refused("CreateKey", **place, Origin=origin) == UNSUPPORTED
    assert estate.listed() == before


def test_signatures_and_codes_of_the_token_are_those_of_the_world(estate: Estate) -> None:
    key = pair(estate.key(KeySpec="RSA_3072"))
    signature = b64decode(estate.call("AsymmetricSign", **key, **PKCS1)["Value"])
    public_half(estate, key).verify(signature, b"message", padding.PKCS1v15(), hashes.SHA256())
    for spec in ("EC_P256", "EC_P256K"):
        key = pair(estate.key(KeySpec=spec))
        asked = {**key, "Algorithm": "ECDSA_SHA_256", "Digest": DIGEST}
        signature = b64decode(estate.call("AsymmetricSign", **asked)["Value"])
        public_half(estate, key).verify(signature, b"message", ec.ECDSA(hashes.SHA256()))


# --- import --------------------------------------------------------------------------------------


@pytest.mark.parametrize("mechanism", ["HsmInternal", "HsmEncryptedDatabase"])
def test_brought_material_is_used_on_both_sides_deleted_and_brought_again(
    town: HardwareTown, estate: Estate, mechanism: str
) -> None:
    material, inside = os.urandom(32), int(mechanism == "HsmInternal")
    made = estate.key(Origin="EXTERNAL", KeyStorageMechanism=mechanism)
    key, version = made["KeyId"], made["PrimaryKeyVersion"]
    assert town.kept(version) == 0
    bring(estate, key, material)
    assert town.kept(version) == inside
    bring(estate, key, material)  # the same again
    assert town.kept(version) == inside
    blob = b64decode(sealed(estate, key))
    assert AESGCM(material).decrypt(blob[36:48], blob[48:], b"") == PLAIN.encode()
    nonce = os.urandom(12)
    outside = blob[:36] + nonce + AESGCM(material).encrypt(nonce, b"outside", b"")
    assert opened(estate, text(outside)) == "outside"
    estate.call("DeleteKeyMaterial", KeyId=key)
    assert town.kept(version) == 0
    assert estate.refused("Decrypt", CiphertextBlob=text(outside)) == PENDING_IMPORT
    bring(estate, key, material)
    assert town.kept(version) == inside
    assert opened(estate, text(outside)) == "outside"


def test_a_mac_with_brought_material_is_the_one_computed_outside(estate: Estate) -> None:
    material = os.urandom(32)
    key = estate.key_id(Origin="EXTERNAL", KeySpec="HMAC_SHA_256")
    bring(estate, key, material)
    asked = {"KeyId": key, "Algorithm": "HMAC_SHA_256", "Message": text(b"message")}
    mac = text(hmac.digest(material, b"message", "sha256"))
    assert estate.call("GenerateMac", **asked)["Mac"] == mac
    assert estate.call("VerifyMac", **asked, Mac=mac)["Value"] is True


@pytest.mark.parametrize("spec", ["RSA_2048", "EC_P256", "EC_P256K"])
def test_a_private_key_from_outside_signs_in_the_token(
    town: HardwareTown, estate: Estate, spec: str
) -> None:
    private = {
        "RSA_2048": lambda: rsa.generate_private_key(65_537, 2_048),
        "EC_P256": lambda: ec.generate_private_key(ec.SECP256R1()),
        "EC_P256K": lambda: ec.generate_private_key(ec.SECP256K1()),
    }[spec]()
    key = pair(estate.key(Origin="EXTERNAL", KeySpec=spec))
    bring(estate, key["KeyId"], pkcs8(private))
    assert town.kept(key["KeyVersionId"]) == 1
    assert public_half(estate, key) == private.public_key()
    if isinstance(private, rsa.RSAPrivateKey):
        value = text(private.sign(b"message", padding.PKCS1v15(), hashes.SHA256()))
        assert estate.call("AsymmetricSign", **key, **PKCS1)["Value"] == value
        return
    asked = {**key, "Algorithm": "ECDSA_SHA_256", "Digest": DIGEST}
    signature = b64decode(estate.call("AsymmetricSign", **asked)["Value"])
    private.public_key().verify(signature, b"message", ec.ECDSA(hashes.SHA256()))
    value = text(private.sign(b"message", ec.ECDSA(hashes.SHA256())))
    assert estate.call("AsymmetricVerify", **asked, Value=value)["Value"] is True


# --- what is built on keys -----------------------------------------------------------------------


def test_a_secret_is_kept_under_a_hardware_key(estate: Estate) -> None:
    keeper = Keeper(estate.customer, estate.instance)
    name = keeper.create(encryption_key_id=estate.key_id())
    assert keeper.value(name) == "first"
    assert keeper.put(name, "v2", "second") == ["ACSCurrent"]
    assert keeper.value(name) == "second"
    assert keeper.value(name, version_stage="ACSPrevious") == "first"


def test_an_application_works_with_hardware_keys(estate: Estate) -> None:
    app = allow(estate.customer, "hardware-app", estate.instance)
    key = estate.key_id()
    made = app.call("Encrypt", KeyId=key, Plaintext=b"text")
    back = app.call("Decrypt", KeyId=key, CiphertextBlob=made["CiphertextBlob"], Iv=made["Iv"])
    assert back["Plaintext"] == b"text"
    made = app.call("AdvanceEncrypt", KeyId=key, Plaintext=b"text")
    back = app.call("AdvanceDecrypt", CiphertextBlob=made["CiphertextBlob"])
    assert back["Plaintext"] == b"text"
    signer = pair(estate.key(KeySpec="RSA_2048"))
    asked = {"KeyId": signer["KeyId"], "Algorithm": "RSA_PKCS1_SHA_256", "Message": b"message"}
    signature = app.call("Sign", MessageType="RAW", **asked)["Signature"]
    scheme = padding.PKCS1v15(), hashes.SHA256()
    public_half(estate, signer).verify(signature, b"message", *scheme)
    found = app.call("Verify", MessageType="RAW", Signature=signature, **asked)
    assert found["Value"] is True


# --- time ----------------------------------------------------------------------------------------


def test_keys_rotate_end_and_go_with_their_instance(town: HardwareTown) -> None:
    estate = hardware_estate(town, "tim")
    period = {"EnableAutomaticRotation": True, "RotationInterval": "7d"}
    rotating = estate.key(**DATABASE, **period)
    first = sealed(estate, rotating["KeyId"])
    place = {"DKMSInstanceId": estate.instance}
    assert estate.refused("CreateKey", **place, **period) == REJECTED
    ending, staying = estate.key(), estate.key()
    assert estate.refused("CreateKeyVersion", KeyId=staying["KeyId"]) == REJECTED
    assert estate.refused("UpdateRotationPolicy", KeyId=staying["KeyId"], **period) == REJECTED
    estate.call("ScheduleKeyDeletion", KeyId=ending["KeyId"], PendingWindowInDays=7)
    signing = pair(estate.key(KeySpec="EC_P256"))
    versions = [one["PrimaryKeyVersion"] for one in (ending, staying)] + [signing["KeyVersionId"]]
    assert [town.kept(one) for one in versions] == [1, 1, 1]

    town.at("2026-02-07 10:00:01")
    assert len(estate.versions(rotating["KeyId"])) == 2
    second = sealed(estate, rotating["KeyId"])
    assert b64decode(first)[:36] != b64decode(second)[:36]
    assert [opened(estate, one) for one in (first, second)] == [PLAIN, PLAIN]
    assert estate.refused("DescribeKey", KeyId=ending["KeyId"]) == NOT_FOUND
    assert [town.kept(one) for one in versions] == [0, 1, 1]

    town.at("2026-03-25 10:00:00")
    assert refused(lambda: estate.customer.instance(estate.instance))[0] == 404
    assert [town.kept(one) for one in versions] == [0, 0, 0]


# --- the token is lost ---------------------------------------------------------------------------


def test_while_the_token_is_away_hardware_waits_and_software_goes_on(tmp_path: Path) -> None:
    with open_hardware_town(tmp_path / "data") as town:
        hard = hardware_estate(town, "ada")
        bought = str(hard.customer.buy(1)["InstanceId"])
        hard.customer.enable(bought)
        soft = Estate(town, hard.customer, bought)
        keys = [hard.key(), hard.key(**DATABASE)]
        blobs = [sealed(hard, one["KeyId"]) for one in keys]
        signing = pair(hard.key(KeySpec="RSA_2048"))
        deleted, brought = hard.key(), hard.key(Origin="EXTERNAL")
        bring(hard, brought["KeyId"], bytes(32))
        hard.call("ScheduleKeyDeletion", KeyId=deleted["KeyId"], PendingWindowInDays=7)
        soft_key = soft.key_id()
        keeper = Keeper(hard.customer, hard.instance)
        secret = keeper.create(encryption_key_id=keys[0]["KeyId"])
        app = allow(hard.customer, "app", hard.instance)
        fields = {"KeyId": keys[0]["KeyId"], "Plaintext": b"text"}
        assert app.call("Encrypt", **fields).status == 200
        before, status = sorted(hard.listed()), lambda: hard.customer.instance(hard.instance)
        assert status()["Status"] == "Connected"

        town.take_away()
        for key, blob in zip(keys, blobs, strict=True):
            assert hard.refused("Encrypt", KeyId=key["KeyId"], Plaintext=PLAIN) == UNAVAILABLE
            assert hard.refused("Decrypt", CiphertextBlob=blob) == UNAVAILABLE
        assert hard.refused("AsymmetricSign", **signing, **PKCS1) == UNAVAILABLE
        assert app.call("Encrypt", **fields).refusal == UNAVAILABLE
        assert keeper.refused("get_secret_value", secret_name=secret) == UNAVAILABLE
        place = {"DKMSInstanceId": hard.instance}
        for asked in ({}, DATABASE, {"KeySpec": "RSA_2048"}):
            assert hard.refused("CreateKey", **place, **asked) == UNAVAILABLE
        assert hard.refused("DeleteKeyMaterial", KeyId=brought["KeyId"]) == UNAVAILABLE
        assert hard.state(brought["KeyId"]) == "Enabled"
        until(lambda: status()["Status"] == "Disconnected", seconds=NOTICED_SECONDS)
        assert sorted(hard.listed()) == before
        assert opened(soft, sealed(soft, soft_key)) == PLAIN
        assert soft.customer.instance(bought)["Status"] == "Connected"

        town.put_back()
        until(lambda: status()["Status"] == "Connected", seconds=BACK_SECONDS)
        assert [opened(hard, one) for one in blobs] == [PLAIN, PLAIN]
        assert hard.call("AsymmetricSign", **signing, **PKCS1)["Value"]
        assert app.call("Encrypt", **fields).status == 200
        assert keeper.value(secret) == "first"
        assert sorted(hard.listed()) == before
        kept = sum(label.startswith("keylease ") for label in town.labels())
        assert kept == 4  # keys[0], signing, deleted, brought: nothing half-made

        town.take_away()
        assert hard.refused("AsymmetricSign", **signing, **PKCS1) == UNAVAILABLE
        town.at("2026-02-07 10:00:01")
        until(lambda: not stored(town, deleted["KeyId"]), seconds=NOTICED_SECONDS)
        town.put_back()
        assert town.kept(deleted["PrimaryKeyVersion"]) == 1
        with swept(town) as (_, machine, sweep):
            machine.advance(SWEEP_AGE + 60)
            sweep()
        assert town.kept(deleted["PrimaryKeyVersion"]) == 0
        until(lambda: status()["Status"] == "Connected", seconds=BACK_SECONDS)
        assert [opened(hard, one) for one in blobs] == [PLAIN, PLAIN]


# --- crashes -------------------------------------------------------------------------------------


def test_a_sweep_removes_what_a_crash_left_and_nothing_else(
    town: HardwareTown, estate: Estate
) -> None:
    known = estate.key()
    blob = sealed(estate, known["KeyId"])
    waiting = estate.key(Origin="EXTERNAL")
    lost = str(uuid4())
    with swept(town) as (provider, machine, sweep):
        for version in (lost, waiting["PrimaryKeyVersion"]):
            provider.generate(AES_256, Storage.HSM_INTERNAL, version)
        machine.advance(SWEEP_AGE - 60)
        sweep()
        assert town.kept(lost) == 1  # who made it may be about to write it down
        machine.advance(120)
        before = set(town.labels())
        sweep()
    gone = {label.split()[1] for label in before - set(town.labels())}
    assert gone == {lost, waiting["PrimaryKeyVersion"]}
    assert opened(estate, blob) == PLAIN


@pytest.mark.long
def test_keys_survive_a_kill_and_are_shared_by_several_processes(tmp_path: Path) -> None:
    with open_hardware_town(tmp_path / "data", "--workers", "2") as town:
        estate = hardware_estate(town, "ada")
        blobs = [sealed(estate, estate.key_id(**how)) for how in ({}, DATABASE)]
        signing = pair(estate.key(KeySpec="RSA_2048"))
        signatures = {
            Estate(town, estate.customer, estate.instance).call(
                "AsymmetricSign", **signing, **PKCS1
            )["Value"]
            for _ in range(6)
        }
        assert len(signatures) == 1  # it is the same key, whoever of the two signs
        town.kill()
        town.start("--workers", "2")
        again = Estate(town, estate.customer, estate.instance)
        for _ in range(6):
            assert [opened(again, one) for one in blobs] == [PLAIN, PLAIN]
        assert again.call("AsymmetricSign", **signing, **PKCS1)["Value"] in signatures


def test_what_was_asked_wrongly_is_told(estate: Estate) -> None:
    place = {"DKMSInstanceId": estate.instance}
    assert estate.refused("CreateKey", **place, KeyStorageMechanism="Elsewhere") == INVALID
    asked = {**place, "KeySpec": "RSA_2048", **DATABASE}
    assert estate.refused("CreateKey", **asked) == UNSUPPORTED
