"""What each operation answers in each state of a key, from one table.

Sources: facts/kms-api.md D.2, facts/kms.md 4.2.

On a software and on a hardware instance. The state is set in the table of keys, so that each
operation is tried in all four, wherever a life may lead.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)

from doors.house import CLOCK, House, Tables, customer, freeze, signer_of
from doors.signed import Answer, Signer, done
from keylease.api.rpc.call import Family, Mode
from keylease.api.rpc.operations import OPERATIONS
from product import serving
from softhsm import new_softhsm

OK = (200, "")
DISABLED = (409, "Rejected.Disabled")
DELETING = (409, "Rejected.PendingDeletion")
IMPORTING = (409, "Rejected.PendingImport")
UNMODIFIED = (409, "Rejected.StateModifiedFailed")

STATES = ("Enabled", "Disabled", "PendingDeletion", "PendingImport")

_USE = (OK, DISABLED, DELETING, IMPORTING)
_LOOK = (OK, OK, OK, OK)
_METADATA = (OK, OK, DELETING, OK)

#: By operation: what is answered in each of `STATES`.
ANSWERS = {
    "Encrypt": _USE,
    "Decrypt": _USE,
    "ReEncrypt": _USE,
    "GenerateDataKey": _USE,
    "GenerateDataKeyWithoutPlaintext": _USE,
    "GenerateAndExportDataKey": _USE,
    "ExportDataKey": _USE,
    "AdvanceEncrypt": _USE,
    "AsymmetricSign": _USE,
    "AsymmetricVerify": _USE,
    "AsymmetricEncrypt": _USE,
    "AsymmetricDecrypt": _USE,
    "GetPublicKey": _USE,
    "GenerateMac": _USE,
    "VerifyMac": _USE,
    "DescribeKey": _LOOK,
    "DescribeKeyVersion": _LOOK,
    "ListKeyVersions": _LOOK,
    "ListResourceTags": _LOOK,
    "ListAliasesByKeyId": _LOOK,
    "ListKeys": _LOOK,
    "ListAliases": _LOOK,
    "ListTagResources": _LOOK,
    "EnableKey": (OK, OK, UNMODIFIED, UNMODIFIED),
    "DisableKey": (OK, OK, UNMODIFIED, UNMODIFIED),
    "ScheduleKeyDeletion": (OK, OK, UNMODIFIED, OK),
    "CancelKeyDeletion": (UNMODIFIED, UNMODIFIED, OK, UNMODIFIED),
    "CreateAlias": (OK, OK, UNMODIFIED, OK),
    "UpdateAlias": (OK, OK, DELETING, OK),
    "DeleteAlias": _LOOK,
    "UpdateKeyDescription": _METADATA,
    "TagResource": _METADATA,
    "UntagResource": _METADATA,
    "TagResources": _METADATA,
    "UntagResources": _METADATA,
    "SetDeletionProtection": _METADATA,
    "UpdateRotationPolicy": _USE,
    "CreateKeyVersion": _USE,
    "GetParametersForImport": _LOOK,
    "ImportKeyMaterial": (OK, OK, UNMODIFIED, OK),
    "DeleteKeyMaterial": _LOOK,
    "GetKeyPolicy": _LOOK,
    "SetKeyPolicy": _METADATA,
}

#: Where an operation that succeeds leads; every other one leaves the state.
LEADS_TO = {
    "EnableKey": {"Disabled": "Enabled"},
    "DisableKey": {"Enabled": "Disabled"},
    "ScheduleKeyDeletion": dict.fromkeys(STATES, "PendingDeletion"),
    "CancelKeyDeletion": {"PendingDeletion": "Enabled"},
    "ImportKeyMaterial": {"PendingImport": "Enabled"},
    "DeleteKeyMaterial": {"Enabled": "PendingImport", "Disabled": "PendingImport"},
}

#: Key operations that are about no key that exists already, or about no key at all.
ABOUT_NO_KEY = {"CreateKey"}

_SYMMETRIC = {"KeyStorageMechanism": "HsmEncryptedDatabase"}  # ignored in software


@dataclass
class Place:
    """An instance with a key of each kind that operations need, and what was made with them."""

    tables: Tables
    signer: Signer
    keys: dict[str, str]
    versions: dict[str, str]
    ciphertext: str
    sealed: str
    signature: str
    mac: str
    material: bytes
    public: str

    def call(self, action: str, sent: dict[str, str]) -> Answer:
        return self.signer.call(action, sent)


@pytest.fixture(scope="module", params=["software", "hardware"])
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    data: Path = tmp_path_factory.mktemp("states") / "data"
    with new_softhsm() as token:
        environment = token.environment if request.param == "hardware" else None
        with serving(data, "--clock", CLOCK, environment=environment) as product:
            freeze(product)
            ada = customer(product, "ada", "5000.00")
            version = "1" if request.param == "hardware" else "3"
            instance = ada.buy(1, ProductVersion=version)["InstanceId"]
            ada.enable(instance)
            yield _furnished(Tables(product), signer_of(ada), instance)


DIGEST = b64encode(sha256(b"message").digest()).decode()
MESSAGE = b64encode(b"message").decode()
SIGNING = {"Algorithm": "RSA_PSS_SHA_256", "Digest": DIGEST}
#: SoftHSM has no OAEP with SHA-256.
OAEP = {"Algorithm": "RSAES_OAEP_SHA_1"}
WRAPPING = {"WrappingKeySpec": "RSA_2048", "WrappingAlgorithm": "RSAES_OAEP_SHA_256"}


def _furnished(tables: Tables, signer: Signer, instance: str) -> Place:
    wanted = {
        "own": {},
        "other": {},
        "external": {"Origin": "EXTERNAL"},
        "signing": {"KeySpec": "RSA_2048"},
        "encrypting": {"KeySpec": "RSA_2048", "KeyUsage": "ENCRYPT/DECRYPT"},
        "mac": {"KeySpec": "HMAC_SHA_256"},
    }
    keys, versions = {}, {}
    for name, what in wanted.items():
        pair = what.get("KeySpec") == "RSA_2048"
        asked = {"DKMSInstanceId": instance, **what, **({} if pair else _SYMMETRIC)}
        made = done(signer.call("CreateKey", asked)).json["KeyMetadata"]
        keys[name], versions[name] = made["KeyId"], made["PrimaryKeyVersion"]
    public = rsa.generate_private_key(65_537, 2_048).public_key()
    place = Place(tables, signer, keys, versions, "", "", "", "", bytes(range(32)), "")
    place.public = b64encode(
        public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    ).decode()
    done(place.call("ImportKeyMaterial", _import(place)))
    plain = {"Plaintext": "aGVsbG8="}
    sealed = done(place.call("Encrypt", {"KeyId": keys["own"], **plain})).json
    place.ciphertext = sealed["CiphertextBlob"]
    named = {"KeyId": keys["encrypting"], "KeyVersionId": versions["encrypting"]}
    place.sealed = done(place.call("AsymmetricEncrypt", named | plain | OAEP)).json[
        "CiphertextBlob"
    ]
    named = {"KeyId": keys["signing"], "KeyVersionId": versions["signing"]}
    place.signature = done(place.call("AsymmetricSign", named | SIGNING)).json["Value"]
    authenticated = {"KeyId": keys["mac"], "Algorithm": "HMAC_SHA_256", "Message": MESSAGE}
    place.mac = done(place.call("GenerateMac", authenticated)).json["Mac"]
    alias = {"KeyId": keys["other"], "AliasName": "alias/moving"}
    done(place.call("CreateAlias", alias))
    return place


def _import(place: Place) -> dict[str, str]:
    """The parameters of an import of the external key's material."""
    key = {"KeyId": place.keys["external"]}
    given = done(place.call("GetParametersForImport", key | WRAPPING)).json
    public = load_der_public_key(b64decode(given["PublicKey"]))
    assert isinstance(public, rsa.RSAPublicKey)
    wrapped = public.encrypt(place.material, padding.OAEP(padding.MGF1(SHA256()), SHA256(), None))
    return {
        **key,
        "EncryptedKeyMaterial": b64encode(wrapped).decode(),
        "ImportToken": given["ImportToken"],
        "KeyMaterialExpireUnix": "0",
    }


def _key_for(operation: str) -> str:
    """Which of a place's keys an operation is tried with."""
    if operation in {"AsymmetricSign", "AsymmetricVerify", "GetPublicKey"}:
        return "signing"
    if operation in {"AsymmetricEncrypt", "AsymmetricDecrypt"}:
        return "encrypting"
    if operation in {"GenerateMac", "VerifyMac"}:
        return "mac"
    if operation in {"GetParametersForImport", "ImportKeyMaterial", "DeleteKeyMaterial"}:
        return "external"
    return "own"


def _sent(place: Place, operation: str) -> dict[str, str]:
    name = _key_for(operation)
    key = place.keys[name]
    named = {"KeyId": key, "KeyVersionId": place.versions[name]}
    export = WRAPPING | {"PublicKeyBlob": place.public}
    tag = json.dumps([{"TagKey": "team", "TagValue": "a"}])
    resource = {"ResourceType": "key", "ResourceId.1": key}
    further = {
        "Encrypt": {"Plaintext": "aGVsbG8="},
        "Decrypt": {"CiphertextBlob": place.ciphertext},
        "ReEncrypt": {
            "CiphertextBlob": place.ciphertext,
            "DestinationKeyId": place.keys["other"],
        },
        "GenerateAndExportDataKey": export,
        "ExportDataKey": export | {"CiphertextBlob": place.ciphertext},
        "AdvanceEncrypt": {"Plaintext": "aGVsbG8="},
        "AsymmetricSign": SIGNING,
        "AsymmetricVerify": SIGNING | {"Value": place.signature},
        "AsymmetricEncrypt": OAEP | {"Plaintext": "aGVsbG8="},
        "AsymmetricDecrypt": OAEP | {"CiphertextBlob": place.sealed},
        "GenerateMac": {"Algorithm": "HMAC_SHA_256", "Message": MESSAGE},
        "VerifyMac": {"Algorithm": "HMAC_SHA_256", "Message": MESSAGE, "Mac": place.mac},
        "ScheduleKeyDeletion": {"PendingWindowInDays": "7"},
        "CreateAlias": {"AliasName": "alias/new"},
        "UpdateAlias": {"AliasName": "alias/moving"},
        "DeleteAlias": {"AliasName": "alias/gone"},
        "UpdateKeyDescription": {"Description": "another"},
        "TagResource": {"Tags": tag},
        "UntagResource": {"TagKeys": '["team"]'},
        "TagResources": resource | {"Tag.1.Key": "team", "Tag.1.Value": "a"},
        "UntagResources": resource | {"TagKey.1": "team"},
        "ListTagResources": resource,
        "SetDeletionProtection": {"EnableDeletionProtection": "false"},
        "UpdateRotationPolicy": {"EnableAutomaticRotation": "false"},
        "GetParametersForImport": WRAPPING,
        "SetKeyPolicy": {
            "PolicyName": "default",
            "Policy": json.dumps(
                {"Version": "1", "Statement": [_everything_for(place)]},
            ),
        },
        "GetKeyPolicy": {"PolicyName": "default"},
    }
    if operation == "ImportKeyMaterial":
        return _import(place)
    if operation == "ReEncrypt":
        return further[operation]
    return named | further.get(operation, {})


def _everything_for(place: Place) -> dict[str, object]:
    account = place.call("DescribeKey", {"KeyId": place.keys["own"]}).json["KeyMetadata"]["Creator"]
    return {
        "Effect": "Allow",
        "Principal": {"RAM": [f"acs:ram::{account}:*"]},
        "Action": ["kms:*"],
        "Resource": ["*"],
    }


@pytest.mark.parametrize("before", STATES)
def test_each_operation_answers_as_the_table_says(place: Place, before: str) -> None:
    for operation, row in ANSWERS.items():
        if (Family.KMS.value, operation) in OPERATIONS:
            _try(place, operation, before, row[STATES.index(before)])


def _try(place: Place, operation: str, before: str, expected: tuple[int, str]) -> None:
    key = place.keys[_key_for(operation)]
    _made_ready(place, operation)
    sent = _sent(place, operation)
    _set(place, key, before)
    answer = place.call(operation, sent)
    assert answer.refusal == expected, f"{operation}: {answer.text}"
    after = LEADS_TO.get(operation, {}).get(before, before) if expected == OK else before
    assert _state(place, key) == after, operation
    if expected != OK:
        assert key in answer.message, operation


def test_every_operation_on_a_key_is_in_the_table() -> None:
    about_keys = {
        one.name
        for one in OPERATIONS.values()
        if one.family is Family.KMS
        and (one.mode is Mode.CRYPTO or "Key" in one.name or "Alias" in one.name)
        and not any(word in one.name for word in ("Secret", "ClientKey", "DataKeyVersion"))
        and one.name != "GetManagedDataKey"
    }
    assert about_keys - ANSWERS.keys() == ABOUT_NO_KEY


def _made_ready(place: Place, operation: str) -> None:
    """What an operation needs, or must not find."""
    if operation == "DeleteAlias":
        _set(place, place.keys["own"], "Enabled")
        alias = {"KeyId": place.keys["own"], "AliasName": "alias/gone"}
        place.call("CreateAlias", alias)
    if operation == "CreateAlias":
        place.call("DeleteAlias", {"AliasName": "alias/new"})
    if operation in {"ImportKeyMaterial", "DeleteKeyMaterial"}:
        _set(place, place.keys["external"], "PendingImport")
        done(place.call("ImportKeyMaterial", _import(place)))


def _set(place: Place, key: str, state: str) -> None:
    if _state(place, key) == state:
        return
    deleted = 2_000_000_000 if state == "PendingDeletion" else None
    place.tables.overwrite("keys", key, state=state, delete_at=deleted)


def _state(place: Place, key: str) -> str:
    found = place.call("DescribeKey", {"KeyId": key}).json["KeyMetadata"]["KeyState"]
    return str(found)


def test_disabling_acts_at_once_and_enabling_too(house: House) -> None:
    """The process that changed a key has adopted the change before it answers. design.md 3."""
    key = {"KeyId": house.key}
    for _ in range(5):
        assert house.call("DisableKey", key).status == 200
        assert house.call("Encrypt", key | {"Plaintext": "x"}).refusal == DISABLED
        assert house.call("EnableKey", key).status == 200
        assert house.call("Encrypt", key | {"Plaintext": "x"}).status == 200


def test_a_disabled_key_in_an_instance_that_cannot_be_used_answers_for_the_instance(
    house: House,
) -> None:
    """The instance is looked at before the key. rules.md 2."""
    house.tables.overwrite("keys", house.lost_key, state="Disabled")
    answer = house.call("Encrypt", {"KeyId": house.lost_key, "Plaintext": "x"})
    assert answer.refusal == (403, "Forbidden.DKMSInstanceStateInvalid")
    house.tables.overwrite("keys", house.lost_key, state="Enabled")
