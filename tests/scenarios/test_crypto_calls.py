"""Cryptography through the official SDKs, and on the other side with libraries of others.

`cryptography` signs, verifies, encrypts and decrypts outside what keys do inside, gmalg for SM2.
Source: facts/kms-api.md A (Cryptography), A.2.
"""

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from typing import Any

import gmalg
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSAMuHasher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

from keylease.crypto.sm2 import message_digest
from scenarios.estate import (
    ALIAS_NOT_FOUND,
    INVALID,
    MISSING,
    NO_PERMISSION,
    NOT_FOUND,
    REJECTED,
    UNSUPPORTED,
    Estate,
    open_estate,
)
from unit.crypto import sm2_outside

MESSAGE = "Die Post 邮件".encode()
PLAIN = "aGVsbG8="
BAD_CIPHERTEXT = (400, "InvalidCiphertext")
CONTEXT = {"App": "payroll", "部门": "财务"}


def text(data: bytes) -> str:
    return b64encode(data).decode()


def oaep(hashed: hashes.HashAlgorithm) -> padding.OAEP:
    return padding.OAEP(padding.MGF1(hashed), hashed, None)


OAEPS = {
    "RSAES_OAEP_SHA_256": oaep(hashes.SHA256()),
    "RSAES_OAEP_SHA_1": oaep(hashes.SHA1()),
}
MODULI = {"RSA_2048": 256, "RSA_3072": 384, "RSA_4096": 512}
SIGNERS = [
    *(
        (spec, algorithm)
        for spec in MODULI
        for algorithm in ("RSA_PSS_SHA_256", "RSA_PKCS1_SHA_256")
    ),
    ("EC_P256", "ECDSA_SHA_256"),
    ("EC_P256K", "ECDSA_SHA_256"),
    ("EC_SM2", "SM2DSA"),
    *((f"Keylease_ML_DSA_{level}", "Keylease_ML_DSA") for level in (44, 65, 87)),
]
MACS = {
    "HMAC_SHA_224": 28,
    "HMAC_SHA_256": 32,
    "HMAC_SHA_384": 48,
    "HMAC_SHA_512": 64,
    "HMAC_SM3": 32,
}
SEALERS = (
    "Aliyun_AES_256",
    "Aliyun_AES_192",
    "Aliyun_AES_128",
    "Aliyun_SM4",
    "Keylease_ML_KEM_768",
    "Keylease_ML_KEM_1024",
)


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate]:
    with open_estate(tmp_path_factory.mktemp("crypto") / "data") as found:
        yield found


Made = dict[tuple[str, str], dict[str, str]]


@pytest.fixture(scope="module")
def made() -> Made:
    return {}


def named(estate: Estate, made: Made, spec: str, usage: str = "") -> dict[str, str]:
    """KeyId and KeyVersionId of a key of a spec, made once."""
    if (spec, usage) not in made:
        key = estate.key(KeySpec=spec, **({"KeyUsage": usage} if usage else {}))
        made[spec, usage] = {"KeyId": key["KeyId"], "KeyVersionId": key["PrimaryKeyVersion"]}
    return made[spec, usage]


def public_pem(estate: Estate, key: dict[str, str]) -> bytes:
    answer = estate.call("GetPublicKey", **key)
    assert {name: answer[name] for name in key} == key
    return str(answer["PublicKey"]).encode()


def as_der(pem: bytes) -> bytes:
    return b64decode("".join(pem.decode().splitlines()[1:-1]))


def digest_of(spec: str, pem: bytes) -> bytes:
    """What is signed for `MESSAGE`, computed outside."""
    if spec == "EC_SM2":
        return message_digest(as_der(pem), MESSAGE)  # gmalg checks it below
    if spec.startswith("Keylease_ML_DSA"):
        hasher = MLDSAMuHasher(load_pem_public_key(pem))
        hasher.update(MESSAGE)
        return bytes(hasher.finalize())
    return hashlib.sha256(MESSAGE).digest()


def verifies(spec: str, algorithm: str, pem: bytes, signature: bytes) -> bool:
    """Whether a library of others takes the signature for one of `MESSAGE`."""
    if spec == "EC_SM2":
        return sm2_outside.verifies(as_der(pem), MESSAGE, signature)
    key: Any = load_pem_public_key(pem)
    extra: tuple[Any, ...] = ()
    if algorithm == "RSA_PSS_SHA_256":
        extra = (padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    elif algorithm == "RSA_PKCS1_SHA_256":
        extra = (padding.PKCS1v15(), hashes.SHA256())
    elif algorithm == "ECDSA_SHA_256":
        extra = (ec.ECDSA(hashes.SHA256()),)
    try:
        key.verify(signature, MESSAGE, *extra)
    except InvalidSignature:
        return False
    return True


@pytest.mark.parametrize(("spec", "algorithm"), SIGNERS)
def test_a_signature_verifies_outside_over_the_message(
    estate: Estate, made: Made, spec: str, algorithm: str
) -> None:
    key = named(estate, made, spec)
    pem = public_pem(estate, key)
    digest = digest_of(spec, pem)
    sign = key | {"Algorithm": algorithm, "Digest": text(digest)}
    answer = estate.call("AsymmetricSign", **sign)
    signature = b64decode(answer.pop("Value"))
    assert answer == key
    assert verifies(spec, algorithm, pem, signature)
    assert estate.call("AsymmetricVerify", **sign, Value=text(signature))["Value"] is True
    other = text(bytes(len(digest)))
    wrong = sign | {"Digest": other, "Value": text(signature)}
    assert estate.call("AsymmetricVerify", **wrong)["Value"] is False
    for damaged in (bytes(1), signature[:-1], signature + b"\0", bytes(len(signature))):
        assert estate.call("AsymmetricVerify", **sign, Value=text(damaged))["Value"] is False
    for length in (len(digest) - 1, len(digest) + 1):
        short = sign | {"Digest": text(bytes(length))}
        assert estate.refused("AsymmetricSign", **short) == INVALID
        assert estate.refused("AsymmetricVerify", **short, Value=text(signature)) == INVALID


@pytest.mark.parametrize("spec", MODULI)
@pytest.mark.parametrize("algorithm", OAEPS)
def test_rsa_ciphertext_made_outside_decrypts_inside(
    estate: Estate, made: Made, spec: str, algorithm: str
) -> None:
    key = named(estate, made, spec, "ENCRYPT/DECRYPT") | {"Algorithm": algorithm}
    place = {name: key[name] for name in ("KeyId", "KeyVersionId")}
    public: Any = load_pem_public_key(public_pem(estate, place))
    longest = MODULI[spec] - 2 * (32 if algorithm.endswith("256") else 20) - 2
    for plain in (b"x", bytes(longest)):
        outside = text(public.encrypt(plain, OAEPS[algorithm]))
        opened = estate.call("AsymmetricDecrypt", **key, CiphertextBlob=outside)
        assert opened == place | {"Plaintext": text(plain)}
        inside = estate.call("AsymmetricEncrypt", **key, Plaintext=text(plain))["CiphertextBlob"]
        assert len(b64decode(inside)) == MODULI[spec]
        opened = estate.call("AsymmetricDecrypt", **key, CiphertextBlob=inside)
        assert b64decode(opened["Plaintext"]) == plain
    long = text(bytes(longest + 1))
    assert estate.refused("AsymmetricEncrypt", **key, Plaintext=long) == INVALID
    for wrong in (bytes(MODULI[spec]), b"x", bytes(MODULI[spec] + 1)):
        damaged = estate.refused("AsymmetricDecrypt", **key, CiphertextBlob=text(wrong))
        assert damaged == BAD_CIPHERTEXT


@pytest.mark.parametrize("encrypt", [sm2_outside.encrypt, sm2_outside.encrypt_bare])
def test_sm2_ciphertext_made_outside_decrypts_inside(
    estate: Estate, made: Made, encrypt: Callable[[bytes, bytes], bytes]
) -> None:
    place = named(estate, made, "EC_SM2", "ENCRYPT/DECRYPT")
    key = place | {"Algorithm": "SM2PKE"}
    pem = public_pem(estate, place)
    plain = MESSAGE * 3
    outside = encrypt(as_der(pem), plain)
    opened = estate.call("AsymmetricDecrypt", **key, CiphertextBlob=text(outside))
    assert b64decode(opened["Plaintext"]) == plain


def test_sm2_takes_its_longest_plaintext_and_no_longer_one(estate: Estate, made: Made) -> None:
    key = named(estate, made, "EC_SM2", "ENCRYPT/DECRYPT") | {"Algorithm": "SM2PKE"}
    longest = text(bytes(range(256)) * 23 + bytes(6_047 - 256 * 23))
    inside = estate.call("AsymmetricEncrypt", **key, Plaintext=longest)["CiphertextBlob"]
    assert len(b64decode(inside)) <= 6_144 + 16
    assert estate.call("AsymmetricDecrypt", **key, CiphertextBlob=inside)["Plaintext"] == longest
    assert estate.refused("AsymmetricEncrypt", **key, Plaintext=text(bytes(6_048))) == INVALID


@pytest.mark.parametrize("spec", ["Keylease_ML_KEM_768", "Keylease_ML_KEM_1024"])
def test_what_is_encapsulated_outside_opens_inside(estate: Estate, made: Made, spec: str) -> None:
    """docs/formats/ciphertext.md: version, encapsulation, nonce, AES-256-GCM."""
    key = named(estate, made, spec)
    public: Any = load_pem_public_key(public_pem(estate, key))
    secret, encapsulation = public.encapsulate()
    nonce = bytes(12)
    sealed = AESGCM(secret).encrypt(nonce, PLAIN.encode(), b"")
    blob = text(key["KeyVersionId"].encode() + encapsulation + nonce + sealed)
    assert estate.call("Decrypt", CiphertextBlob=blob) == key | {"Plaintext": PLAIN}
    context = {"EncryptionContext": {"a": "b"}}
    assert estate.refused("Decrypt", CiphertextBlob=blob, **context) == BAD_CIPHERTEXT


@pytest.mark.parametrize("spec", MACS)
def test_a_mac_fits_its_message_and_no_other(estate: Estate, made: Made, spec: str) -> None:
    key = named(estate, made, spec)["KeyId"]
    mac = {"KeyId": key, "Algorithm": spec, "Message": text(MESSAGE)}
    answer = estate.call("GenerateMac", **mac)
    tag = answer.pop("Mac")
    assert answer == {"KeyId": key, "Algorithm": spec}
    assert len(b64decode(tag)) == MACS[spec]
    assert estate.call("VerifyMac", **mac, Mac=tag)["Value"] is True
    for wrong in (text(bytes(MACS[spec])), text(b64decode(tag)[:-1])):
        assert estate.call("VerifyMac", **mac, Mac=wrong)["Value"] is False
    long = mac | {"Message": text(bytes(6_144))}
    assert estate.call("GenerateMac", **long)["Mac"]
    longer = mac | {"Message": text(bytes(6_145))}
    assert estate.refused("GenerateMac", **longer) == INVALID
    assert estate.refused("GenerateMac", **(mac | {"Algorithm": "HMAC_MD5"})) == INVALID


@pytest.mark.parametrize("spec", SEALERS)
def test_a_text_comes_back_exactly(estate: Estate, made: Made, spec: str) -> None:
    key = named(estate, made, spec)
    for plain in ("a", "plaintext", "ä\n不是Base64 =", "x" * 8_192):
        sealed = estate.call("Encrypt", KeyId=key["KeyId"], Plaintext=plain)
        blob = sealed.pop("CiphertextBlob")
        assert sealed == key
        assert b64decode(blob)[:36].decode() == key["KeyVersionId"]
        assert estate.call("Decrypt", CiphertextBlob=blob) == key | {"Plaintext": plain}
        assert estate.classic("Decrypt", CiphertextBlob=blob)["Plaintext"] == plain
    assert estate.refused("Encrypt", KeyId=key["KeyId"], Plaintext="x" * 8_193) == INVALID


def test_the_context_has_to_be_the_same_in_any_order(estate: Estate, made: Made) -> None:
    key = named(estate, made, "Aliyun_AES_256")["KeyId"]
    encrypt = {"KeyId": key, "Plaintext": PLAIN}
    blob = estate.call("Encrypt", **encrypt, EncryptionContext=CONTEXT)["CiphertextBlob"]
    turned = dict(reversed(CONTEXT.items()))
    opened = estate.call("Decrypt", CiphertextBlob=blob, EncryptionContext=turned)
    assert opened["Plaintext"] == PLAIN
    for wrong in ({}, CONTEXT | {"x": ""}, {"App": "payroll"}, CONTEXT | {"App": "Payroll"}):
        other = {"EncryptionContext": wrong} if wrong else {}
        assert estate.refused("Decrypt", CiphertextBlob=blob, **other) == BAD_CIPHERTEXT
    longest = {"k": "v" * (8_192 - len('{"k":""}'))}
    estate.call("Encrypt", **encrypt, EncryptionContext=longest)
    longer = {"k": longest["k"] + "v"}
    assert estate.refused("Encrypt", **encrypt, EncryptionContext=longer) == INVALID


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        ({}, 32),
        ({"KeySpec": "AES_256"}, 32),
        ({"KeySpec": "AES_128"}, 16),
        ({"NumberOfBytes": 1}, 1),
        ({"NumberOfBytes": 1_024}, 1_024),
        ({"KeySpec": "AES_128", "NumberOfBytes": 64}, 64),
    ],
    ids=str,
)
def test_a_data_key_is_as_long_as_asked(
    estate: Estate, made: Made, asked: dict[str, Any], size: int
) -> None:
    key = named(estate, made, "Aliyun_AES_256")
    ask = {"KeyId": key["KeyId"], "EncryptionContext": CONTEXT, **asked}
    answer = estate.call("GenerateDataKey", **ask)
    blob, plain = answer.pop("CiphertextBlob"), answer.pop("Plaintext")
    assert answer == key
    assert len(b64decode(plain)) == size
    opened = estate.call("Decrypt", CiphertextBlob=blob, EncryptionContext=CONTEXT)
    assert opened["Plaintext"] == plain
    hidden = estate.call("GenerateDataKeyWithoutPlaintext", **ask)
    assert set(hidden) == {"KeyId", "KeyVersionId", "CiphertextBlob"}
    blob = hidden["CiphertextBlob"]
    opened = estate.call("Decrypt", CiphertextBlob=blob, EncryptionContext=CONTEXT)
    assert len(b64decode(opened["Plaintext"])) == size


@pytest.mark.parametrize(
    "asked", [{"NumberOfBytes": 0}, {"NumberOfBytes": 1_025}, {"KeySpec": "AES_192"}], ids=str
)
def test_a_data_key_of_another_length_is_refused(
    estate: Estate, made: Made, asked: dict[str, Any]
) -> None:
    key = named(estate, made, "Aliyun_AES_256")["KeyId"]
    for action in ("GenerateDataKey", "GenerateDataKeyWithoutPlaintext"):
        assert estate.refused(action, KeyId=key, **asked) == INVALID


@pytest.mark.parametrize(
    ("spec", "algorithm"),
    [
        ("RSA_2048", "RSAES_OAEP_SHA_256"),
        ("RSA_2048", "RSAES_OAEP_SHA_1"),
        ("EC_SM2", "SM2PKE"),
    ],
)
def test_an_exported_data_key_opens_outside(
    estate: Estate, made: Made, spec: str, algorithm: str
) -> None:
    key = named(estate, made, "Aliyun_AES_256")
    if spec == "RSA_2048":
        private = rsa.generate_private_key(65_537, 2_048)
        spki = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    else:
        secret, point = gmalg.SM2().generate_keypair()
        spki = sm2_outside.spki(point)
    wrapping = {
        "WrappingKeySpec": spec,
        "WrappingAlgorithm": algorithm,
        "PublicKeyBlob": text(spki),
    }

    def opened(wrapped: str) -> bytes:
        data = b64decode(wrapped)
        if spec == "RSA_2048":
            return private.decrypt(data, OAEPS[algorithm])
        return sm2_outside.decrypt(sm2_outside.pkcs8(secret, point), data)

    place = {"KeyId": key["KeyId"], "EncryptionContext": CONTEXT}
    answer = estate.call("GenerateAndExportDataKey", **place, **wrapping, NumberOfBytes=48)
    blob = answer["CiphertextBlob"]
    inside = estate.call("Decrypt", CiphertextBlob=blob, EncryptionContext=CONTEXT)["Plaintext"]
    assert opened(answer["ExportedDataKey"]) == b64decode(inside)
    assert len(b64decode(inside)) == 48
    again = {"CiphertextBlob": blob, "EncryptionContext": CONTEXT}
    exported = estate.call("ExportDataKey", **again, **wrapping)
    assert opened(exported.pop("ExportedDataKey")) == b64decode(inside)
    assert exported == key
    for wrong in (
        {"PublicKeyBlob": text(b"no key")},
        {"PublicKeyBlob": "no Base64"},
        {"WrappingKeySpec": "RSA_4096"},
        {"WrappingAlgorithm": "RSAES_PKCS1_V1_5"},
        {"WrappingAlgorithm": "SM2PKE" if spec == "RSA_2048" else "RSAES_OAEP_SHA_1"},
    ):
        assert estate.refused("ExportDataKey", **again, **(wrapping | wrong)) == INVALID
        assert estate.refused("GenerateAndExportDataKey", **place, **(wrapping | wrong)) == INVALID
    if spec == "RSA_2048":
        unknown = spki.replace(bytes.fromhex("2a864886f70d010101"), b"\x2b" + bytes(8))
        wrong = wrapping | {"PublicKeyBlob": text(unknown)}
        assert estate.refused("ExportDataKey", **again, **wrong) == INVALID
        long = {"NumberOfBytes": 215}
        assert estate.refused("GenerateAndExportDataKey", **place, **wrapping, **long) == INVALID


def test_a_ciphertext_is_encrypted_again_under_another_key(estate: Estate, made: Made) -> None:
    source, other = named(estate, made, "Aliyun_AES_256"), named(estate, made, "Aliyun_SM4")
    encrypt = {"KeyId": source["KeyId"], "Plaintext": PLAIN, "EncryptionContext": CONTEXT}
    blob = estate.call("Encrypt", **encrypt)["CiphertextBlob"]
    turn = {"CiphertextBlob": blob, "DestinationKeyId": other["KeyId"]}
    answer = estate.call(
        "ReEncrypt",
        **turn,
        SourceEncryptionContext=CONTEXT,
        DestinationEncryptionContext={"b": "2"},
    )
    turned = answer.pop("CiphertextBlob")
    assert answer == other
    opened = estate.call("Decrypt", CiphertextBlob=turned, EncryptionContext={"b": "2"})
    assert opened["Plaintext"] == PLAIN
    assert estate.refused("ReEncrypt", **turn) == BAD_CIPHERTEXT
    assert estate.refused("ReEncrypt", CiphertextBlob=blob) == MISSING
    turn["DestinationKeyId"] = "key-nowhere"
    context = {"SourceEncryptionContext": CONTEXT}
    assert estate.refused("ReEncrypt", **turn, **context) == NOT_FOUND
    turn["DestinationKeyId"] = named(estate, made, "EC_P256")["KeyId"]
    assert estate.refused("ReEncrypt", **turn, **context) == UNSUPPORTED


@pytest.mark.parametrize(
    ("spec", "algorithm"), [("RSA_2048", "RSAES_OAEP_SHA_1"), ("EC_SM2", "SM2PKE")]
)
def test_what_was_encrypted_for_a_public_key_is_encrypted_again(
    estate: Estate, made: Made, spec: str, algorithm: str
) -> None:
    source = named(estate, made, spec, "ENCRYPT/DECRYPT")
    other = named(estate, made, "Aliyun_AES_256")
    blob = estate.call(
        "AsymmetricEncrypt", **source, Algorithm=algorithm, Plaintext=text(PLAIN.encode())
    )["CiphertextBlob"]
    turn = {
        "CiphertextBlob": blob,
        "DestinationKeyId": other["KeyId"],
        "SourceKeyId": source["KeyId"],
        "SourceKeyVersionId": source["KeyVersionId"],
        "SourceEncryptionAlgorithm": algorithm,
    }
    answer = estate.call("ReEncrypt", **turn)
    assert answer["KeyId"] == other["KeyId"]
    opened = estate.call("Decrypt", CiphertextBlob=answer["CiphertextBlob"])
    assert opened["Plaintext"] == PLAIN
    for name in ("SourceKeyId", "SourceKeyVersionId", "SourceEncryptionAlgorithm"):
        less = {one: value for one, value in turn.items() if one != name}
        assert estate.refused("ReEncrypt", **less) == MISSING


def test_a_key_does_only_what_it_was_made_for(estate: Estate, made: Made) -> None:
    aes, signer = named(estate, made, "Aliyun_AES_256"), named(estate, made, "RSA_2048")
    opener = named(estate, made, "RSA_2048", "ENCRYPT/DECRYPT")
    digest = {"Algorithm": "RSA_PSS_SHA_256", "Digest": text(bytes(32))}
    plain = {"Algorithm": "RSAES_OAEP_SHA_256", "Plaintext": PLAIN}
    assert estate.refused("Encrypt", KeyId=signer["KeyId"], Plaintext=PLAIN) == UNSUPPORTED
    assert estate.refused("GenerateDataKey", KeyId=opener["KeyId"]) == UNSUPPORTED
    assert estate.refused("GetPublicKey", **aes) == UNSUPPORTED
    assert estate.refused("AsymmetricSign", **aes, **digest) == REJECTED
    assert estate.refused("AsymmetricSign", **opener, **digest) == REJECTED
    assert estate.refused("AsymmetricEncrypt", **aes, **plain) == REJECTED
    assert estate.refused("AsymmetricEncrypt", **signer, **plain) == REJECTED
    mac = {"KeyId": aes["KeyId"], "Algorithm": "HMAC_SHA_256", "Message": PLAIN}
    assert estate.refused("GenerateMac", **mac) == REJECTED
    wrong = digest | {"Algorithm": "ECDSA_SHA_256"}
    assert estate.refused("AsymmetricSign", **signer, **wrong) == INVALID
    elsewhere = signer | {"KeyVersionId": aes["KeyVersionId"]}
    assert estate.refused("AsymmetricSign", **elsewhere, **digest) == INVALID
    assert estate.refused("GetPublicKey", **elsewhere) == INVALID
    for name in ("KeyId", "KeyVersionId", "Algorithm", "Digest"):
        less = {one: value for one, value in (signer | digest).items() if one != name}
        assert estate.refused("AsymmetricSign", **less) == MISSING


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("key-nowhere", NOT_FOUND),
        ("alias/nowhere", ALIAS_NOT_FOUND),
        ("alias/" + "x" * 400, ALIAS_NOT_FOUND),
        ("k" * 400, NOT_FOUND),
        ("acs:kms:cn-hangzhou:1:key/key-nowhere", NOT_FOUND),
        ("acs:kms:nowhere", NOT_FOUND),
        ("alias/acs/kms", NO_PERMISSION),
    ],
)
def test_a_key_that_is_not_there_is_not_found(
    estate: Estate, name: str, answer: tuple[int, str]
) -> None:
    assert estate.refused("Encrypt", KeyId=name, Plaintext=PLAIN) == answer
    assert estate.refused("GenerateDataKey", KeyId=name) == answer


def test_a_ciphertext_of_somebody_else_is_of_an_unknown_key(estate: Estate) -> None:
    other = estate.neighbour("bea")
    blob = other.call("Encrypt", KeyId=other.key_id(), Plaintext=PLAIN)["CiphertextBlob"]
    unknown = text(b"00000000-0000-4000-8000-000000000000" + b64decode(blob)[36:])
    for one in (blob, unknown):
        assert estate.refused("Decrypt", CiphertextBlob=one) == NOT_FOUND


def test_a_dry_run_never_succeeds_and_says_how_it_would_have_ended(
    estate: Estate, made: Made
) -> None:
    aes, signer = named(estate, made, "Aliyun_AES_256"), named(estate, made, "EC_P256")
    blob = estate.call("Encrypt", KeyId=aes["KeyId"], Plaintext=PLAIN)["CiphertextBlob"]
    mac = named(estate, made, "HMAC_SHA_256")["KeyId"]
    sign = signer | {"Algorithm": "ECDSA_SHA_256", "Digest": text(bytes(32))}
    authenticate = {"KeyId": mac, "Algorithm": "HMAC_SHA_256", "Message": PLAIN}
    calls: list[tuple[str, dict[str, Any]]] = [
        ("Encrypt", {"KeyId": aes["KeyId"], "Plaintext": PLAIN}),
        ("Decrypt", {"CiphertextBlob": blob}),
        ("ReEncrypt", {"CiphertextBlob": blob, "DestinationKeyId": aes["KeyId"]}),
        ("GenerateDataKey", {"KeyId": aes["KeyId"]}),
        ("GenerateDataKeyWithoutPlaintext", {"KeyId": aes["KeyId"]}),
        ("AsymmetricSign", sign),
        ("AsymmetricVerify", sign | {"Value": PLAIN}),
        ("GenerateMac", authenticate),
        ("VerifyMac", authenticate | {"Mac": PLAIN}),
        ("GetPublicKey", signer),
    ]
    for action, asked in calls:
        assert estate.refused(action, **asked, DryRun="true") == (400, "DryRunOperationError")
    for wrong in ({"KeyId": "key-nowhere"}, {"KeyId": signer["KeyId"]}):
        asked = {"Plaintext": PLAIN, "DryRun": "true", **wrong}
        assert estate.refused("Encrypt", **asked) == (400, "ValidationError")
    denied = {"KeyId": "alias/acs/kms", "Plaintext": PLAIN, "DryRun": "true"}
    assert estate.refused("Encrypt", **denied) == (400, "AccessDeniedError")


def test_attested_enclaves_are_not_offered(estate: Estate, made: Made) -> None:
    aes = named(estate, made, "Aliyun_AES_256")["KeyId"]
    assert estate.refused("GenerateDataKey", KeyId=aes, Recipient="{}") == UNSUPPORTED
