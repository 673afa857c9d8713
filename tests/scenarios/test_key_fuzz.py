"""Whatever is sent to key operations is answered or refused as documented: never a 5xx.

On PostgreSQL, which is stricter about what a text may be.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doors.house import signer_of
from doors.signed import Signer
from postgres import PostgresServer
from scenarios.estate import Estate, open_estate

#: What these operations may be refused with. facts/kms-api.md A and D.1.
DOCUMENTED = {
    "InvalidParameter",
    "InvalidParameter.TagKey",
    "InvalidParameter.TagValue",
    "MissingParameter",
    "Duplicate.TagKey",
    "InvalidCiphertext",
    "InvalidKeyMaterial",
    "InvalidImportToken",
    "InvalidResourceId.NotFound",
    "Forbidden.KeyNotFound",
    "Forbidden.AliasNotFound",
    "Rejected.UnsupportedOperation",
    "Rejected.PendingImport",
    "UnsupportedOperation",
    "Unsupported.Origin",
    "ParseRequestParameterException",
    "AliasAlreadyExists",
}

_BYTES = st.binary(max_size=700).map(lambda data: b64encode(data).decode())
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
_ANY = _BYTES | _TEXT | st.just("\0") | st.just("[" * 300) | st.just('{"a":"\\ud800"}')


@dataclass(frozen=True)
class Target:
    """Keys to aim at, and good values that are damaged."""

    signer: Signer
    keys: dict[str, tuple[str, str]]
    good: dict[str, str]


@pytest.fixture(scope="module")
def target(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    data, url = tmp_path_factory.mktemp("fuzz") / "data", postgres.create_database()
    with open_estate(data, database=url) as estate:
        yield Target(signer_of(estate.customer), *_prepared(estate))


def _prepared(estate: Estate) -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
    asked = {
        "aes": {},
        "kem": {"KeySpec": "Keylease_ML_KEM_768"},
        "sm2": {"KeySpec": "EC_SM2", "KeyUsage": "ENCRYPT/DECRYPT"},
        "rsa": {"KeySpec": "RSA_2048", "KeyUsage": "ENCRYPT/DECRYPT"},
        "ec": {"KeySpec": "EC_P256"},
        "sm2dsa": {"KeySpec": "EC_SM2"},
        "mac": {"KeySpec": "HMAC_SM3"},
        "own": {"Origin": "EXTERNAL"},
    }
    made = {name: estate.key(**one) for name, one in asked.items()}
    keys = {name: (one["KeyId"], one["PrimaryKeyVersion"]) for name, one in made.items()}
    good = {
        name: estate.call("Encrypt", KeyId=keys[name][0], Plaintext="eA==")["CiphertextBlob"]
        for name in ("aes", "kem")
    }
    for name, algorithm in (("sm2", "SM2PKE"), ("rsa", "RSAES_OAEP_SHA_256")):
        place = {"KeyId": keys[name][0], "KeyVersionId": keys[name][1], "Algorithm": algorithm}
        good[name] = estate.call("AsymmetricEncrypt", **place, Plaintext="eA==")["CiphertextBlob"]
    wrapping = {"WrappingKeySpec": "RSA_2048", "WrappingAlgorithm": "RSAES_OAEP_SHA_1"}
    got = estate.call("GetParametersForImport", KeyId=keys["own"][0], **wrapping)
    return keys, good | {"token": got["ImportToken"], "public": got["PublicKey"]}


def damaged(good: str) -> st.SearchStrategy[str]:
    """A good value with a byte changed, cut off, or more behind it."""
    data = b64decode(good)
    at = st.integers(0, len(data) - 1)
    changed = st.tuples(at, st.integers(1, 255)).map(
        lambda one: data[: one[0]] + bytes([data[one[0]] ^ one[1]]) + data[one[0] + 1 :]
    )
    cut = at.map(lambda end: data[:end])
    more = st.binary(min_size=1, max_size=40).map(lambda rest: data + rest)
    return (changed | cut | more).map(lambda one: b64encode(one).decode())


def calls(target: Target) -> st.SearchStrategy[tuple[str, dict[str, str]]]:
    keys, good = target.keys, target.good

    def of(name: str, algorithm: str = "") -> dict[str, str]:
        key = {"KeyId": keys[name][0], "KeyVersionId": keys[name][1]}
        return key | ({"Algorithm": algorithm} if algorithm else {})

    def call(
        action: str, fixed: dict[str, str], **fuzzed: st.SearchStrategy[str]
    ) -> st.SearchStrategy[tuple[str, dict[str, str]]]:
        return st.fixed_dictionaries(fuzzed).map(lambda some: (action, fixed | some))

    digest = st.binary(min_size=32, max_size=32).map(lambda data: b64encode(data).decode())
    export = {"WrappingKeySpec": "RSA_2048", "WrappingAlgorithm": "RSAES_OAEP_SHA_1"}
    sm2_export = {"WrappingKeySpec": "EC_SM2", "WrappingAlgorithm": "SM2PKE"}
    own = {"KeyId": keys["own"][0], "KeyMaterialExpireUnix": "0"}
    kinds = {"RegionId": "cn-hangzhou", "ResourceType": "key"}
    aes = {"KeyId": keys["aes"][0]}
    return st.one_of(
        *(call("Decrypt", {}, CiphertextBlob=damaged(good[n]) | _ANY) for n in ("aes", "kem")),
        call("AsymmetricDecrypt", of("sm2", "SM2PKE"), CiphertextBlob=damaged(good["sm2"])),
        call("AsymmetricDecrypt", of("sm2", "SM2PKE"), CiphertextBlob=_ANY),
        call("AsymmetricDecrypt", of("rsa", "RSAES_OAEP_SHA_256"), CiphertextBlob=_ANY),
        call("AsymmetricVerify", of("ec", "ECDSA_SHA_256"), Digest=digest, Value=_ANY),
        call("AsymmetricVerify", of("sm2dsa", "SM2DSA"), Digest=digest | _ANY, Value=_ANY),
        call("AsymmetricSign", of("ec", "ECDSA_SHA_256"), Digest=_ANY),
        call("GenerateMac", of("mac", "HMAC_SM3"), Message=_ANY),
        call("VerifyMac", of("mac", "HMAC_SM3") | {"Message": "eA=="}, Mac=_ANY),
        call("GenerateAndExportDataKey", aes | export, PublicKeyBlob=damaged(good["public"])),
        call("GenerateAndExportDataKey", aes | sm2_export, PublicKeyBlob=_ANY),
        call("ExportDataKey", export | {"PublicKeyBlob": good["public"]}, CiphertextBlob=_ANY),
        call("ImportKeyMaterial", own, EncryptedKeyMaterial=_ANY, ImportToken=_ANY),
        call(
            "ImportKeyMaterial",
            own | {"ImportToken": good["token"]},
            EncryptedKeyMaterial=_ANY
            | st.binary(min_size=256, max_size=320).map(lambda data: b64encode(data).decode()),
        ),
        call(
            "ImportKeyMaterial",
            own,
            EncryptedKeyMaterial=_BYTES,
            ImportToken=damaged(good["token"]),
        ),
        call("Encrypt", {"Plaintext": "eA=="}, KeyId=_ANY),
        call("Encrypt", aes, Plaintext=_ANY, EncryptionContext=_ANY),
        call("DescribeKey", {}, KeyId=_ANY | _ANY.map(lambda one: f"alias/{one}")),
        call("DescribeKey", {}, KeyId=_ANY.map(lambda one: f"acs:kms:cn-hangzhou:{one}")),
        call("DescribeKeyVersion", aes, KeyVersionId=_ANY),
        call("GetPublicKey", {"KeyId": keys["ec"][0]}, KeyVersionId=_ANY),
        call("UpdateKeyDescription", aes, Description=_ANY),
        call("UpdateRotationPolicy", aes, EnableAutomaticRotation=_ANY, RotationInterval=_ANY),
        call("CreateAlias", aes, AliasName=_ANY | _ANY.map(lambda one: f"alias/{one}")),
        call("ListKeys", {}, Filters=_ANY),
        call(
            "ListKeys",
            {},
            Filters=_ANY.map(lambda one: json.dumps([{"Key": "AliasName", "Values": [one]}])),
        ),
        call("TagResource", aes, Tags=_ANY),
        call("UntagResource", aes, TagKeys=_ANY.map(lambda one: json.dumps([one]))),
        call(
            "ListTagResources",
            kinds | {"Tag.1.Key": "a"},
            NextToken=_ANY | _ANY.map(lambda one: one.encode().hex()),
        ),
        call("ListTagResources", kinds, **{"Tag.1.Key": _ANY, "Tag.1.Value": _ANY}),
        call(
            "SetDeletionProtection",
            {"EnableDeletionProtection": "false"},
            ProtectedResourceArn=_ANY | _ANY.map(lambda one: f"acs:kms:{one}"),
        ),
        call("ScheduleKeyDeletion", aes, PendingWindowInDays=_TEXT),
    )


@pytest.mark.long
def test_nothing_that_is_sent_is_a_fault_of_ours(target: Target) -> None:
    @settings(max_examples=1_000)
    @given(calls(target))
    def answered(call: tuple[str, dict[str, str]]) -> None:
        answer = target.signer.call(*call)
        assert answer.status < 500
        if answer.status != 200:
            assert answer.refusal[1] in DOCUMENTED

    answered()
