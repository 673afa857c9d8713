"""Default keys: of services, and the master key that its owner manages. facts/kms.md 4.7, K7."""

import os
import subprocess
import sys
import urllib.error
import urllib.request
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import load_der_public_key

from product import Customer
from scenarios.estate import (
    ALIAS_NOT_FOUND,
    DISABLED,
    INVALID,
    LIMIT,
    NO_PERMISSION,
    NOT_FOUND,
    PENDING_IMPORT,
    REJECTED,
    Estate,
    open_estate,
)
from scenarios.town import Town, in_utc8

PLAIN = "aGVsbG8="
EXAMPLE = Path(__file__).parents[2] / "examples" / "storage_service.py"
POLICY_UNSUPPORTED = (400, "Forbidden.KeyPolicyUnSupported")


def served(town: Town, customer: Customer, *service: str) -> Estate:
    """A service, acting for a customer."""
    made = town.cli("account", "service-key", customer.name, *service)
    return Estate(town, Customer(town, customer.name, customer.made | made), "")


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate]:
    with open_estate(tmp_path_factory.mktemp("default") / "data", months=12) as found:
        yield found


def use(service: Estate, key: str) -> str:
    """Encrypt and decrypt with a key; its id."""
    sealed = service.call("Encrypt", KeyId=key, Plaintext=PLAIN)
    opened = service.call("Decrypt", CiphertextBlob=sealed["CiphertextBlob"])
    assert (opened["Plaintext"], opened["KeyId"]) == (PLAIN, sealed["KeyId"])
    return str(opened["KeyId"])


def test_each_service_has_a_key_of_its_own_that_no_other_uses(estate: Estate) -> None:
    storage, photos = (
        served(estate.town, estate.customer, *name) for name in ((), ("--service", "photos"))
    )
    keys = {use(storage, "alias/acs/storage"), use(photos, "alias/acs/photos")}
    assert len(keys) == 2
    assert use(storage, "alias/acs/kms") == use(photos, "alias/acs/kms")
    for service, other in ((storage, "photos"), (photos, "storage"), (photos, "unheard-of")):
        asked = {"KeyId": f"alias/acs/{other}", "Plaintext": PLAIN}
        assert service.refused("Encrypt", **asked) == NO_PERMISSION
    shown = estate.described("alias/acs/photos")
    assert shown["Creator"] == "Service"
    assert shown["KeyId"] in keys
    assert shown["Description"] == "Default key for server-side encryption by the service photos"
    asked = {"KeyId": shown["KeyId"], "Plaintext": PLAIN}
    assert estate.refused("Encrypt", **asked) == NO_PERMISSION
    for action in ("EnableKey", "DisableKey", "CreateKeyVersion"):
        assert estate.refused(action, KeyId=shown["KeyId"]) == REJECTED
    assert estate.refused("ScheduleKeyDeletion", KeyId=shown["KeyId"], PendingWindowInDays=7) == (
        REJECTED
    )
    assert estate.refused("DescribeKey", KeyId="alias/acs/unheard-of") == ALIAS_NOT_FOUND


@pytest.mark.parametrize("name", ["", "Storage", "1a", "a_b", "a" * 33, "-a"])
def test_what_is_no_name_of_a_service_is_refused(estate: Estate, name: str) -> None:
    done = estate.town.run("account", "service-key", "ada", "--service", name)
    assert done.returncode != 0
    assert "lower case" in done.stderr


def test_the_default_master_key_is_one_and_its_owner_manages_it(estate: Estate) -> None:
    owner = estate.neighbour("bea")
    before = owner.call("GetKmsInstanceQuotaInfos", KmsInstanceId=owner.instance)
    made = owner.call("CreateKey", Description="mine", Tags='[{"TagKey":"a","TagValue":"b"}]')
    shown = made["KeyMetadata"]
    key = shown["KeyId"]
    assert "DKMSInstanceId" not in shown
    assert (shown["KeySpec"], shown["Creator"]) == ("Aliyun_AES_256", owner.customer.account_id)
    assert owner.refused("CreateKey") == LIMIT
    after = owner.call("GetKmsInstanceQuotaInfos", KmsInstanceId=owner.instance)
    assert after == before
    service = served(owner.town, owner.customer)
    owner.call("CreateAlias", KeyId=key, AliasName="alias/master")
    assert use(service, key) == use(service, "alias/master") == key
    for action, asked in (
        ("Encrypt", {"Plaintext": PLAIN}),
        ("GenerateDataKey", {}),
        ("GenerateDataKeyWithoutPlaintext", {}),
    ):
        assert owner.refused(action, KeyId=key, **asked) == NO_PERMISSION
    assert service.refused("DisableKey", KeyId=key) == NO_PERMISSION
    owner.call("DisableKey", KeyId=key)
    assert service.refused("Encrypt", KeyId=key, Plaintext=PLAIN) == DISABLED
    owner.call("EnableKey", KeyId=key)
    owner.call("UpdateKeyDescription", KeyId=key, Description="other")
    assert owner.described("alias/master")["Description"] == "other"
    owner.call("ScheduleKeyDeletion", KeyId=key, PendingWindowInDays=7)
    assert owner.refused("CreateKey") == LIMIT
    owner.call("CancelKeyDeletion", KeyId=key)
    assert use(service, key) == key


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"KeySpec": "RSA_2048"}, INVALID),
        ({"KeyUsage": "SIGN/VERIFY"}, INVALID),
        ({"Policy": "{}"}, POLICY_UNSUPPORTED),
        ({"EnableAutomaticRotation": True, "RotationInterval": "30d"}, INVALID),
        ({"EnableAutomaticRotation": True, "RotationInterval": "365d"}, REJECTED),
        ({"Origin": "external"}, INVALID),
    ],
    ids=str,
)
def test_another_default_key_is_refused(
    estate: Estate, asked: dict[str, Any], code: tuple[int, str]
) -> None:
    assert estate.refused("CreateKey", **asked) == code


def test_the_default_master_key_takes_material_of_its_owner(estate: Estate) -> None:
    owner = estate.neighbour("cleo")
    key = owner.call("CreateKey", Origin="EXTERNAL")["KeyMetadata"]["KeyId"]
    service = served(owner.town, owner.customer)
    assert service.refused("Encrypt", KeyId=key, Plaintext=PLAIN) == PENDING_IMPORT
    ask = {"KeyId": key, "WrappingKeySpec": "RSA_2048", "WrappingAlgorithm": "RSAES_PKCS1_V1_5"}
    got = owner.call("GetParametersForImport", **ask)
    public: Any = load_der_public_key(b64decode(got["PublicKey"]))
    wrapped = b64encode(public.encrypt(os.urandom(32), padding.PKCS1v15())).decode()
    token = {"ImportToken": got["ImportToken"], "KeyMaterialExpireUnix": 0}
    owner.call("ImportKeyMaterial", KeyId=key, EncryptedKeyMaterial=wrapped, **token)
    assert use(service, key) == key


def test_the_default_master_key_rotates_while_that_is_bought(tmp_path: Path) -> None:
    with open_estate(tmp_path / "data") as owner:
        town = owner.town
        key = owner.call("CreateKey")["KeyMetadata"]["KeyId"]
        policy = {"KeyId": key, "EnableAutomaticRotation": True, "RotationInterval": "365d"}
        assert owner.refused("UpdateRotationPolicy", **policy) == REJECTED
        assert owner.refused("CreateKeyVersion", KeyId=key) == REJECTED
        owner.customer.buy(12, ProductVersion="4", ValueAddedService="2")
        month = policy | {"RotationInterval": "30d"}
        assert owner.refused("UpdateRotationPolicy", **month) == INVALID
        owner.call("CreateKeyVersion", KeyId=key)
        owner.call("UpdateRotationPolicy", **policy)
        town.at("2027-01-31 10:00:00")
        assert [in_utc8(one["CreationDate"]) for one in owner.versions(key)] == [
            "2027-01-31 10:00:00",
            "2026-01-31 10:00:00",
            "2026-01-31 10:00:00",
        ]
        town.at("2027-02-05 10:00:00")  # the service has ended
        assert owner.refused("UpdateRotationPolicy", **policy) == REJECTED
        owner.call("UpdateRotationPolicy", KeyId=key, EnableAutomaticRotation=False)
        assert owner.described(key)["AutomaticRotation"] == "Disabled"
        owner.call("ScheduleKeyDeletion", KeyId=key, PendingWindowInDays=7)
        town.at("2027-02-12 10:00:00")
        assert owner.refused("DescribeKey", KeyId=key) == NOT_FOUND
        assert owner.call("CreateKey")["KeyMetadata"]["KeyId"] != key


def test_the_storage_service_of_the_examples_keeps_only_ciphertext(
    estate: Estate, tmp_path: Path
) -> None:
    letter = "Streng geheim 绝密".encode() * 100
    with storage(estate, tmp_path) as url:
        assert put(f"{url}/letters/%E4%BF%A1", letter) == 201
        assert put(f"{url}/other", b"") == 201
        assert get(f"{url}/letters/%E4%BF%A1") == (200, letter)
        assert get(f"{url}/other") == (200, b"")
        assert get(f"{url}/unknown")[0] == 404
    files = sorted((one for one in tmp_path.iterdir()), key=lambda one: -one.stat().st_size)
    assert len(files) == 2
    assert all(b"geheim" not in one.read_bytes() for one in files)
    with storage(estate, tmp_path) as url:  # nothing was in memory only
        assert get(f"{url}/letters/%E4%BF%A1") == (200, letter)
        files[1].write_bytes(files[0].read_bytes())
        assert get(f"{url}/other")[0] == 502  # one object in the place of another
    stored = files[0].read_bytes()
    blob = stored[2 : 2 + int.from_bytes(stored[:2])].decode()
    context = {"EncryptionContext": {"object": "letters/信"}}
    assert estate.refused("Decrypt", CiphertextBlob=blob, **context) == NO_PERMISSION


@contextmanager
def storage(estate: Estate, folder: Path) -> Iterator[str]:
    """The example, as it is started from its folder; its address."""
    made = estate.town.cli("account", "service-key", estate.customer.name, "--service", "storage")
    names = {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": made["access_key_id"],
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": made["access_key_secret"],
    }
    where = ["--folder", str(folder), "--endpoint", estate.town.host_port, "--port", "0"]
    process = subprocess.Popen(
        [sys.executable, str(EXAMPLE), *where],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | names,
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().split()[1]
    finally:
        process.kill()
        process.communicate()


def put(url: str, content: bytes) -> int:
    request = urllib.request.Request(url, data=content, method="PUT")
    with urllib.request.urlopen(request, timeout=20) as answer:
        return int(answer.status)


def get(url: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, b""
