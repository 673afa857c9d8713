"""Bring your own key: outside material, wrapped in every documented way, used on both sides.

Source: facts/kms-api.md A (Import), A.2, facts/kms.md 4.5; private keys: docs/formats/import.md.
"""

import hashlib
import hmac
import os
import sqlite3
from base64 import b64decode
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import gmalg
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.serialization import (
    load_pem_public_key,
)

from scenarios.estate import (
    INVALID,
    MISSING,
    NOT_FOUND,
    NOT_MODIFIED,
    PENDING_IMPORT,
    REJECTED,
    UNSUPPORTED,
    Estate,
    open_estate,
)
from scenarios.import_kit import WRAPPINGS, bring, sent, text, ticket
from scenarios.town import moment, utc
from unit.crypto import sm2_outside
from unit.crypto.outside import hmac_sm3, pkcs8

PLAIN = "aGVsbG8="
BAD_MATERIAL = (400, "InvalidKeyMaterial")
BAD_TOKEN = (400, "InvalidImportToken")
EXPIRED_TOKEN = (400, "ExpiredImportToken")
BAD_ORIGIN = (400, "Unsupported.Origin")


def imported(estate: Estate, material: bytes, expires: int = 0, **parameters: str) -> str:
    key = estate.key_id(Origin="EXTERNAL", **parameters)
    bring(estate, key, material, expires)
    return key


def unix(when: str) -> int:
    return int(moment(when).timestamp())


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate]:
    with open_estate(tmp_path_factory.mktemp("import") / "data") as found:
        yield found


def test_a_key_waits_for_its_material(estate: Estate) -> None:
    made = estate.key(Origin="EXTERNAL")
    key = made["KeyId"]
    assert (made["KeyState"], made["Origin"]) == ("PendingImport", "EXTERNAL")
    assert made["MaterialExpireTime"] == ""
    assert estate.refused("Encrypt", KeyId=key, Plaintext=PLAIN) == PENDING_IMPORT
    assert estate.refused("EnableKey", KeyId=key) == NOT_MODIFIED
    assert estate.refused("DisableKey", KeyId=key) == NOT_MODIFIED
    assert estate.refused("CreateKeyVersion", KeyId=key) == PENDING_IMPORT
    got = ticket(estate, key)
    assert got.expires == utc("2026-02-01 10:00:00")
    again = ticket(estate, key)
    assert got.public != again.public
    assert got.token != again.token
    estate.call("ImportKeyMaterial", **sent(key, got, bytes(32)))
    assert estate.state(key) == "Enabled"
    assert estate.described(key)["PrimaryKeyVersion"] == made["PrimaryKeyVersion"]
    assert estate.refused("CreateKeyVersion", KeyId=key) == REJECTED
    policy = {"KeyId": key, "EnableAutomaticRotation": True, "RotationInterval": "30d"}
    assert estate.refused("UpdateRotationPolicy", **policy) == REJECTED


@pytest.mark.parametrize(("spec", "algorithm"), WRAPPINGS)
@pytest.mark.parametrize(
    ("key_spec", "size"), [("Aliyun_AES_256", 32), ("Aliyun_AES_128", 16), ("Aliyun_SM4", 16)]
)
def test_symmetric_material_seals_what_opens_outside(
    estate: Estate, spec: str, algorithm: str, key_spec: str, size: int
) -> None:
    material = os.urandom(size)
    key = estate.key_id(Origin="EXTERNAL", KeySpec=key_spec)
    got = ticket(estate, key, spec, algorithm)
    for wrong in (material[:-1], material + b"\0", os.urandom(8)):
        assert estate.refused("ImportKeyMaterial", **sent(key, got, wrong)) == BAD_MATERIAL
    estate.call("ImportKeyMaterial", **sent(key, got, material))
    blob = b64decode(estate.call("Encrypt", KeyId=key, Plaintext=PLAIN)["CiphertextBlob"])
    version, nonce, sealed = blob[:36], blob[36:48], blob[48:]
    assert opened_outside(key_spec, material, nonce, sealed) == PLAIN.encode()
    if key_spec != "Aliyun_SM4":
        mine = bytes(11) + b"\x01"
        outside = version + mine + AESGCM(material).encrypt(mine, b"outside", b"")
        opened = estate.call("Decrypt", CiphertextBlob=text(outside))
        assert (opened["Plaintext"], opened["KeyId"]) == ("outside", key)


def opened_outside(spec: str, material: bytes, nonce: bytes, sealed: bytes) -> bytes:
    if spec == "Aliyun_SM4":
        mode = modes.GCM(nonce, sealed[-16:])
        opener = Cipher(SM4(material), mode).decryptor()
        return opener.update(sealed[:-16]) + opener.finalize()
    return AESGCM(material).decrypt(nonce, sealed, b"")


@pytest.mark.parametrize(("spec", "algorithm"), WRAPPINGS)
def test_a_mac_with_brought_material_is_the_one_computed_outside(
    estate: Estate, spec: str, algorithm: str
) -> None:
    for name, size in (("sha224", 28), ("sha256", 32), ("sha384", 48), ("sha512", 64)):
        material, mac = os.urandom(size), f"HMAC_SHA_{name[3:]}"
        key = estate.key_id(Origin="EXTERNAL", KeySpec=mac)
        got = ticket(estate, key, spec, algorithm)
        estate.call("ImportKeyMaterial", **sent(key, got, material))
        asked = {"KeyId": key, "Algorithm": mac, "Message": text(b"message")}
        expected = text(hmac.digest(material, b"message", name))
        assert estate.call("GenerateMac", **asked)["Mac"] == expected
        assert estate.call("VerifyMac", **asked, Mac=expected)["Value"] is True


def test_a_mac_with_sm3_is_the_one_computed_outside(estate: Estate) -> None:
    material = os.urandom(32)
    key = imported(estate, material, KeySpec="HMAC_SM3")
    expected = hmac_sm3(material, b"message")
    asked = {"KeyId": key, "Algorithm": "HMAC_SM3", "Message": text(b"message")}
    assert estate.call("GenerateMac", **asked)["Mac"] == text(expected)


@pytest.mark.parametrize(("spec", "algorithm"), WRAPPINGS)
@pytest.mark.parametrize("key_spec", ["RSA_2048", "EC_P256", "EC_P256K"])
def test_a_private_key_from_outside_signs_inside(
    estate: Estate, spec: str, algorithm: str, key_spec: str
) -> None:
    private: Any = {
        "RSA_2048": lambda: rsa.generate_private_key(65_537, 2_048),
        "EC_P256": lambda: ec.generate_private_key(ec.SECP256R1()),
        "EC_P256K": lambda: ec.generate_private_key(ec.SECP256K1()),
    }[key_spec]()
    made = estate.key(Origin="EXTERNAL", KeySpec=key_spec)
    key = {"KeyId": made["KeyId"], "KeyVersionId": made["PrimaryKeyVersion"]}
    got = ticket(estate, key["KeyId"], spec, algorithm)
    other = ec.generate_private_key(ec.SECP384R1())
    for wrong in (pkcs8(other), os.urandom(200), os.urandom(32)):
        refused = estate.refused("ImportKeyMaterial", **sent(key["KeyId"], got, wrong))
        assert refused == BAD_MATERIAL
    estate.call("ImportKeyMaterial", **sent(key["KeyId"], got, pkcs8(private)))
    shown = load_pem_public_key(estate.call("GetPublicKey", **key)["PublicKey"].encode())
    assert shown == private.public_key()
    signing = "RSA_PKCS1_SHA_256" if key_spec == "RSA_2048" else "ECDSA_SHA_256"
    sign = {"Algorithm": signing, "Digest": text(hashlib.sha256(b"message").digest())}
    signature = b64decode(estate.call("AsymmetricSign", **key, **sign)["Value"])
    scheme = (
        (padding.PKCS1v15(), hashes.SHA256())
        if key_spec == "RSA_2048"
        else (ec.ECDSA(hashes.SHA256()),)
    )
    private.public_key().verify(signature, b"message", *scheme)
    mine = private.sign(b"message", *scheme)
    assert estate.call("AsymmetricVerify", **key, **sign, Value=text(mine))["Value"] is True


@pytest.mark.parametrize(("spec", "algorithm"), WRAPPINGS)
def test_an_sm2_key_from_outside_decrypts_inside(estate: Estate, spec: str, algorithm: str) -> None:
    secret, point = gmalg.SM2().generate_keypair()
    made = estate.key(Origin="EXTERNAL", KeySpec="EC_SM2", KeyUsage="ENCRYPT/DECRYPT")
    key = {"KeyId": made["KeyId"], "KeyVersionId": made["PrimaryKeyVersion"]}
    got = ticket(estate, key["KeyId"], spec, algorithm)
    material = sm2_outside.pkcs8(secret, point)
    estate.call("ImportKeyMaterial", **sent(key["KeyId"], got, material))
    blob = sm2_outside.encrypt(sm2_outside.spki(point), b"outside")
    opened = estate.call("AsymmetricDecrypt", **key, Algorithm="SM2PKE", CiphertextBlob=text(blob))
    assert b64decode(opened["Plaintext"]) == b"outside"
    blob = estate.call("AsymmetricEncrypt", **key, Algorithm="SM2PKE", Plaintext=text(b"in"))
    assert sm2_outside.decrypt(material, b64decode(blob["CiphertextBlob"])) == b"in"


def test_only_the_first_material_fits_ever_after(estate: Estate) -> None:
    material = os.urandom(32)
    key = imported(estate, material)
    blob = estate.call("Encrypt", KeyId=key, Plaintext=PLAIN)["CiphertextBlob"]
    other = sent(key, ticket(estate, key), os.urandom(32))
    assert estate.refused("ImportKeyMaterial", **other) == BAD_MATERIAL
    assert estate.call("Decrypt", CiphertextBlob=blob)["Plaintext"] == PLAIN
    estate.call("DeleteKeyMaterial", KeyId=key)
    assert estate.state(key) == "PendingImport"
    assert estate.refused("Decrypt", CiphertextBlob=blob) == PENDING_IMPORT
    other = sent(key, ticket(estate, key), os.urandom(32))
    assert estate.refused("ImportKeyMaterial", **other) == BAD_MATERIAL
    bring(estate, key, material)
    assert estate.call("Decrypt", CiphertextBlob=blob)["Plaintext"] == PLAIN
    estate.call("DisableKey", KeyId=key)
    bring(estate, key, material)
    assert estate.state(key) == "Disabled"


def test_the_same_material_in_two_keys_does_not_open_each_other(estate: Estate) -> None:
    first, second = (imported(estate, bytes(range(32))) for _ in range(2))
    blob = b64decode(estate.call("Encrypt", KeyId=first, Plaintext=PLAIN)["CiphertextBlob"])
    version = estate.versions(second)[0]["KeyVersionId"].encode()
    opened = estate.call("Decrypt", CiphertextBlob=text(blob))
    assert opened["KeyId"] == first
    assert version != blob[:36]


def test_a_token_is_good_for_its_key_and_its_pair_only(estate: Estate) -> None:
    key, other = (estate.key_id(Origin="EXTERNAL") for _ in range(2))
    got, foreign = ticket(estate, key), ticket(estate, other)
    good = sent(key, got, bytes(32))
    mixed = good | {"ImportToken": foreign.token}
    assert estate.refused("ImportKeyMaterial", **mixed) == BAD_TOKEN
    second = ticket(estate, key)
    assert estate.refused("ImportKeyMaterial", **(good | {"ImportToken": second.token})) == (
        BAD_MATERIAL
    )
    for token in ("AAAA", "no Base64", text(os.urandom(300)), "A" * 20_000):
        assert estate.refused("ImportKeyMaterial", **(good | {"ImportToken": token})) == BAD_TOKEN
    for material in ("AAAA", "no Base64", text(os.urandom(256)), text(os.urandom(600))):
        wrong = good | {"EncryptedKeyMaterial": material}
        assert estate.refused("ImportKeyMaterial", **wrong) == BAD_MATERIAL
    assert estate.state(key) == "PendingImport"
    for _ in range(2):  # a token may be used again
        estate.call("ImportKeyMaterial", **good)
    for name in good:
        less = {one: value for one, value in good.items() if one != name}
        assert estate.refused("ImportKeyMaterial", **less) == MISSING


@pytest.mark.parametrize(
    ("spec", "algorithm"),
    [("RSA_4096", "RSAES_OAEP_SHA_1"), ("RSA_2048", "SM2PKE"), ("EC_SM2", "RSAES_OAEP_SHA_1")],
)
def test_another_wrapping_is_refused(estate: Estate, spec: str, algorithm: str) -> None:
    key = estate.key_id(Origin="EXTERNAL")
    asked = {"KeyId": key, "WrappingKeySpec": spec, "WrappingAlgorithm": algorithm}
    assert estate.refused("GetParametersForImport", **asked) == INVALID


def test_keys_of_our_own_material_take_none(estate: Estate) -> None:
    key = estate.key_id()
    asked = {"WrappingKeySpec": "RSA_2048", "WrappingAlgorithm": "RSAES_OAEP_SHA_1"}
    assert estate.refused("GetParametersForImport", KeyId=key, **asked) == BAD_ORIGIN
    assert estate.refused("GetParametersForImport", KeyId="key-x", **asked) == NOT_FOUND
    external = estate.key_id(Origin="EXTERNAL")
    other = sent(external, ticket(estate, external), bytes(32)) | {"KeyId": key}
    assert estate.refused("ImportKeyMaterial", **other) == BAD_ORIGIN
    assert estate.refused("DeleteKeyMaterial", KeyId=key) == BAD_ORIGIN


@pytest.mark.parametrize("spec", ["Keylease_ML_DSA_44", "Keylease_ML_KEM_768"])
def test_keys_against_quantum_computers_are_not_imported(estate: Estate, spec: str) -> None:
    key = estate.key_id(Origin="EXTERNAL", KeySpec=spec)
    wrong = sent(key, ticket(estate, key), bytes(64))
    assert estate.refused("ImportKeyMaterial", **wrong) == UNSUPPORTED


@pytest.mark.parametrize("expires", [1, -1, 253_402_300_800, 999_999_999_999])
def test_an_expiry_that_is_over_or_out_of_reach_is_refused(estate: Estate, expires: int) -> None:
    key = estate.key_id(Origin="EXTERNAL")
    got = ticket(estate, key)
    assert estate.refused("ImportKeyMaterial", **sent(key, got, bytes(32), expires)) == INVALID
    now = unix("2026-01-31 10:00:00")
    assert estate.refused("ImportKeyMaterial", **sent(key, got, bytes(32), now)) == INVALID
    estate.call("ImportKeyMaterial", **sent(key, got, bytes(32), 253_402_300_799))
    assert estate.described(key)["MaterialExpireTime"] == "9999-12-31T23:59:59Z"
    estate.call("ImportKeyMaterial", **sent(key, got, bytes(32)))
    assert estate.described(key)["MaterialExpireTime"] == ""


def test_material_expires_and_tokens_too_to_the_second(tmp_path: Path) -> None:
    with open_estate(tmp_path / "data", months=2) as estate:
        town, material = estate.town, os.urandom(32)
        key = imported(estate, material, unix("2026-02-10 12:00:00"))
        late, deleted = (
            imported(estate, os.urandom(32), unix("2026-02-10 12:00:00")) for _ in range(2)
        )
        hold(town.data, late)
        estate.call("ScheduleKeyDeletion", KeyId=deleted, PendingWindowInDays=30)
        blobs = wrapped(town.data, key)
        blob = estate.call("Encrypt", KeyId=key, Plaintext=PLAIN)["CiphertextBlob"]
        got = ticket(estate, key)
        town.at("2026-02-01 09:59:59")
        estate.call("ImportKeyMaterial", **sent(key, got, material, unix("2026-02-10 12:00:00")))
        town.at("2026-02-01 10:00:00")
        assert estate.refused("ImportKeyMaterial", **sent(key, got, material)) == EXPIRED_TOKEN
        town.at("2026-02-10 11:59:59")
        assert estate.described(key)["MaterialExpireTime"] == utc("2026-02-10 12:00:00")
        assert estate.call("Decrypt", CiphertextBlob=blob)["Plaintext"] == PLAIN
        town.at("2026-02-10 12:00:00")
        pending = estate.listed(Filters='[{"Key":"KeyState","Values":["PendingImport"]}]')
        assert set(pending) == {key, late}
        for one in (key, late):  # of one nothing was carried out
            assert estate.state(one) == "PendingImport"
            assert estate.refused("Encrypt", KeyId=one, Plaintext=PLAIN) == PENDING_IMPORT
        assert estate.refused("Decrypt", CiphertextBlob=blob) == PENDING_IMPORT
        assert estate.state(deleted) == "PendingDeletion"
        estate.call("CancelKeyDeletion", KeyId=deleted)
        assert estate.state(deleted) == "PendingImport"
        town.at("2026-02-10 13:00:00")
        assert wrapped(town.data, key) == [b""]
        files = [one.read_bytes() for one in town.data.rglob("*") if one.is_file()]
        assert not any(piece in one for one in files for piece in blobs)
        bring(estate, key, material)
        assert estate.described(key)["MaterialExpireTime"] == ""
        assert estate.call("Decrypt", CiphertextBlob=blob)["Plaintext"] == PLAIN


def hold(data: Path, key: str) -> None:
    """Keep the runner from carrying out what is planned for a key."""
    with closing(sqlite3.connect(data / "keylease.sqlite3")) as database:
        database.execute("UPDATE agenda SET not_before = 1e12 WHERE subject = ?", (key,))
        database.commit()


def wrapped(data: Path, key: str) -> list[bytes]:
    """What is kept of a key's versions."""
    query = "SELECT wrapped FROM key_versions WHERE key_id = ?"
    with closing(sqlite3.connect(data / "keylease.sqlite3")) as database:
        return [bytes(one) for (one,) in database.execute(query, (key,))]
