"""The instance gateway, through the unmodified official clients, over HTTP and TLS.

Outside of Keylease, signatures are verified and key pairs read with `cryptography`.
"""

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_kms20160120 import models as kms
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)

from clients.environments import hexed, run, unhexed
from doors.application import PASSWORD, Application, allow, client_key
from product import Customer

Calls = list[tuple[str, dict[str, Any]]]
MESSAGE = "to be signed 消息".encode()
DIGEST = hashlib.sha256(MESSAGE).digest()


@pytest.fixture(scope="module")
def app(ada: Customer, instance_id: str) -> Application:
    """May use every key of the instance, from here."""
    return allow(ada, "gateway-app", instance_id, sources=["127.0.0.0/8", "::1"])


@pytest.fixture
def ask(app: Application, home: Path) -> Callable[[Calls], list[dict[str, Any]]]:
    """Calls of the official client, in one program."""
    return lambda calls: asked(app, home, calls)


def asked(app: Application, home: Path, calls: Calls, **given: Any) -> Any:
    given = {"password": PASSWORD} | given
    return run(
        "gateway", "dkms_gcs.py", home,
        endpoint=app.host_port, client_key=app.file, calls=calls, **given,
    )  # fmt: skip


def made(someone: Customer, instance_id: str, spec: str, usage: str) -> tuple[str, str]:
    """A new key, and its first version."""
    request = kms.CreateKeyRequest(dkmsinstance_id=instance_id, key_spec=spec, key_usage=usage)
    found = someone.kms.create_key(request).body.key_metadata
    return found.key_id, found.primary_key_version


def test_encrypt_and_decrypt_bind_what_the_application_wants_bound(
    ada: Customer, instance_id: str, ask: Callable[[Calls], list[dict[str, Any]]]
) -> None:
    key, version = made(ada, instance_id, "Aliyun_AES_256", "ENCRYPT/DECRYPT")
    fields = {"KeyId": key, "Plaintext": hexed(b"secret"), "Aad": hexed(b"aad")}
    (sealed,) = ask([("Encrypt", fields)])
    assert (sealed["KeyId"], sealed["Algorithm"]) == (key, "AES_GCM")
    assert sealed["version"] == version
    assert len(unhexed(sealed["Iv"])) == 12
    assert len(unhexed(sealed["CiphertextBlob"])) == len(b"secret") + 16
    again = {"KeyId": key, "CiphertextBlob": sealed["CiphertextBlob"], "Iv": sealed["Iv"]}
    opened, other = ask([
        ("Decrypt", again | {"Aad": hexed(b"aad")}),
        ("Decrypt", again | {"Aad": hexed(b"another")}),
    ])  # fmt: skip
    assert opened["Plaintext"] == hexed(b"secret")
    assert opened["version"] == version
    assert (other["refused"], other["httpCode"]) == ("InvalidCiphertext", 400)


@pytest.mark.parametrize("spec", ["Aliyun_AES_256", "Aliyun_AES_128", "Aliyun_SM4"])
def test_advance_ciphertexts_find_their_key_by_themselves(
    ada: Customer,
    instance_id: str,
    ask: Callable[[Calls], list[dict[str, Any]]],
    spec: str,
) -> None:
    key, version = made(ada, instance_id, spec, "ENCRYPT/DECRYPT")
    (sealed,) = ask(
        [("AdvanceEncrypt", {"KeyId": key, "Plaintext": hexed(b"s"), "Aad": hexed(b"a")})]
    )
    blob = unhexed(sealed["CiphertextBlob"])
    assert blob[:3] == b"$\x00\x02"
    assert blob[3:39].decode() == version == sealed["KeyVersionId"]
    assert blob[39:51] == unhexed(sealed["Iv"])
    (opened,) = ask([("AdvanceDecrypt", {"CiphertextBlob": hexed(blob), "Aad": hexed(b"a")})])
    assert opened["Plaintext"] == hexed(b"s")
    assert (opened["KeyId"], opened["KeyVersionId"]) == (key, version)


def test_data_keys_come_in_plain_and_encrypted(
    ada: Customer, instance_id: str, ask: Callable[[Calls], list[dict[str, Any]]]
) -> None:
    key, _ = made(ada, instance_id, "Aliyun_AES_256", "ENCRYPT/DECRYPT")
    bound = {"KeyId": key, "Aad": hexed(b"a")}
    first, advance = ask([
        ("GenerateDataKey", bound | {"NumberOfBytes": 16}),
        ("AdvanceGenerateDataKey", bound | {"NumberOfBytes": 1024}),
    ])  # fmt: skip
    assert len(unhexed(first["Plaintext"])) == 16
    assert len(unhexed(advance["Plaintext"])) == 1024
    opened, found = ask([
        ("Decrypt", bound | {"CiphertextBlob": first["CiphertextBlob"], "Iv": first["Iv"]}),
        ("AdvanceDecrypt", {"CiphertextBlob": advance["CiphertextBlob"], "Aad": hexed(b"a")}),
    ])  # fmt: skip
    assert opened["Plaintext"] == first["Plaintext"]
    assert found["Plaintext"] == advance["Plaintext"]


SIGNING = [
    ("RSA_2048", "RSA_PKCS1_SHA_256"),
    ("RSA_2048", "RSA_PSS_SHA_256"),
    ("EC_P256", "ECDSA_SHA_256"),
    ("EC_P256K", "ECDSA_SHA_256"),
    ("EC_SM2", "SM2DSA"),
]


@pytest.mark.parametrize(("spec", "algorithm"), SIGNING)
def test_messages_and_digests_are_signed_and_verified(
    ada: Customer,
    instance_id: str,
    ask: Callable[[Calls], list[dict[str, Any]]],
    spec: str,
    algorithm: str,
) -> None:
    key, version = made(ada, instance_id, spec, "SIGN/VERIFY")
    raw = {"KeyId": key, "Algorithm": algorithm, "Message": hexed(MESSAGE), "MessageType": "RAW"}
    signed, public = ask([("Sign", raw), ("GetPublicKey", {"KeyId": key})])
    assert (signed["version"], public["version"]) == (version, version)
    right, wrong = ask([
        ("Verify", raw | {"Signature": signed["Signature"]}),
        ("Verify", raw | {"Signature": signed["Signature"], "Message": hexed(b"other")}),
    ])  # fmt: skip
    assert right["Value"] is True
    assert right["version"] == version
    assert not wrong.get("Value")
    if algorithm != "SM2DSA":
        digest = raw | {"Message": hexed(DIGEST), "MessageType": "DIGEST"}
        (same,) = ask([("Verify", digest | {"Signature": signed["Signature"]})])
        assert same["Value"] is True
        verify_outside(public["PublicKey"], algorithm, unhexed(signed["Signature"]))


def verify_outside(pem: str, algorithm: str, signature: bytes) -> None:
    key = load_pem_public_key(pem.encode())
    if isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, MESSAGE, ec.ECDSA(SHA256()))
        return
    assert isinstance(key, rsa.RSAPublicKey)
    pss = padding.PSS(padding.MGF1(SHA256()), 32)
    key.verify(signature, MESSAGE, pss if "PSS" in algorithm else padding.PKCS1v15(), SHA256())


@pytest.mark.parametrize(
    ("spec", "algorithm"),
    [("RSA_2048", "RSAES_OAEP_SHA_256"), ("RSA_3072", "RSAES_OAEP_SHA_1"), ("EC_SM2", "SM2PKE")],
)
def test_public_keys_encrypt_what_private_keys_decrypt(
    ada: Customer,
    instance_id: str,
    ask: Callable[[Calls], list[dict[str, Any]]],
    spec: str,
    algorithm: str,
) -> None:
    key, version = made(ada, instance_id, spec, "ENCRYPT/DECRYPT")
    named = {"KeyId": key, "Algorithm": algorithm}
    (sealed,) = ask([("Encrypt", named | {"Plaintext": hexed(b"secret")})])
    assert sealed["version"] == version
    (opened,) = ask([("Decrypt", named | {"CiphertextBlob": sealed["CiphertextBlob"]})])
    assert opened["Plaintext"] == hexed(b"secret")


@pytest.mark.parametrize("spec", ["RSA_2048", "EC_P256", "EC_P256K", "EC_SM2"])
def test_key_pairs_are_made_in_both_formats_and_the_private_key_decrypts_to_itself(
    ada: Customer,
    instance_id: str,
    ask: Callable[[Calls], list[dict[str, Any]]],
    spec: str,
) -> None:
    key, _ = made(ada, instance_id, "Aliyun_AES_256", "ENCRYPT/DECRYPT")
    wanted = {"KeyId": key, "KeyPairSpec": spec, "Aad": hexed(b"a")}
    pem, der, hidden, advance, advance_hidden = ask([
        ("GenerateDataKeyPair", wanted | {"Algorithm": "AES_GCM", "KeyFormat": "PEM"}),
        ("GenerateDataKeyPair", wanted | {"KeyFormat": "DER"}),
        ("GenerateDataKeyPairWithoutPlaintext", wanted | {"KeyFormat": "DER"}),
        ("AdvanceGenerateDataKeyPair", wanted | {"KeyFormat": "DER"}),
        ("AdvanceGenerateDataKeyPairWithoutPlaintext", wanted | {"KeyFormat": "PEM"}),
    ])  # fmt: skip
    assert "PrivateKeyPlaintext" not in hidden
    assert "PrivateKeyPlaintext" not in advance_hidden
    opened = ask([
        *[("Decrypt", {"KeyId": key, "Aad": hexed(b"a"), "Iv": one["Iv"],
                       "CiphertextBlob": one["PrivateKeyCiphertextBlob"]})
          for one in (pem, der, hidden)],
        *[("AdvanceDecrypt", {"CiphertextBlob": one["PrivateKeyCiphertextBlob"],
                              "Aad": hexed(b"a")})
          for one in (advance, advance_hidden)],
    ])  # fmt: skip
    for one, private in zip((pem, der, advance), (opened[0], opened[1], opened[3]), strict=True):
        assert one["KeyPairSpec"] == spec
        assert private["Plaintext"] == one["PrivateKeyPlaintext"]
    if spec == "EC_SM2":  # which cryptography does not read
        return
    for one, private in zip((pem, der, hidden, advance, advance_hidden), opened, strict=True):
        assert public_of(unhexed(private["Plaintext"])) == read_public(unhexed(one["PublicKey"]))


def public_of(private: bytes) -> Any:
    is_pem = private.startswith(b"-----BEGIN PRIVATE KEY-----")
    read: Any = load_pem_private_key if is_pem else load_der_private_key
    return read(private, None).public_key()


def read_public(public: bytes) -> Any:
    is_pem = public.startswith(b"-----BEGIN PUBLIC KEY-----")
    read: Any = load_pem_public_key if is_pem else load_der_public_key
    return read(public)


def test_random_bytes_are_as_many_as_asked_for(
    ask: Callable[[Calls], list[dict[str, Any]]],
) -> None:
    one, most, none, more = ask([("GenerateRandom", {"Length": n}) for n in (1, 1024, 0, 1025)])
    assert len(unhexed(one["Random"])) == 1
    assert len(unhexed(most["Random"])) == 1024
    assert none["refused"] == more["refused"] == "InvalidParameter"


def test_a_secret_that_is_not_allowed_is_refused(
    ask: Callable[[Calls], list[dict[str, Any]]],
) -> None:
    (found,) = ask([("GetSecretValue", {"SecretName": "db"})])
    assert (found["refused"], found["httpCode"]) == ("Forbidden.NoPermission", 403)


# --- who is refused --------------------------------------------------------------------------


def test_a_wrong_password_does_not_open_the_client_key(app: Application, home: Path) -> None:
    assert "unopened" in asked(app, home, [], password="Correct-Horse-8")


def test_a_client_key_signs_for_itself_only(ada: Customer, app: Application, home: Path) -> None:
    other = client_key(ada, "gateway-app")
    forged = Application(app.host_port, other.id, app.private_key_data)
    (found,) = asked(forged, home, [("GenerateRandom", {"Length": 1})])
    assert (found["refused"], found["httpCode"]) == ("SignatureNotMatch", 401)


def test_a_client_key_that_is_not_valid_yet_is_nobody(
    ada: Customer, app: Application, home: Path
) -> None:
    dates = {"not_before": "2100-01-01T00:00:00Z", "not_after": "2101-01-01T00:00:00Z"}
    early = client_key(ada, "gateway-app", **dates)
    stranger = Application(app.host_port, "KAAP.nobody", app.private_key_data)
    (found,) = asked(early, home, [("GenerateRandom", {"Length": 1})])
    (same,) = asked(stranger, home, [("GenerateRandom", {"Length": 1})])
    assert (found["refused"], found["httpCode"]) == ("Unauthorized", 404)
    assert found["message"] == same["message"]


@pytest.mark.usefixtures("app")
def test_a_deleted_client_key_is_nobody(ada: Customer, home: Path) -> None:
    gone = client_key(ada, "gateway-app")
    assert "Random" in asked(gone, home, [("GenerateRandom", {"Length": 1})])[0]
    ada.kms.delete_client_key(kms.DeleteClientKeyRequest(client_key_id=gone.id))
    (found,) = asked(gone, home, [("GenerateRandom", {"Length": 1})])
    assert found["refused"] == "Unauthorized"


def test_network_rules_let_nobody_in_from_elsewhere(
    ada: Customer, instance_id: str, home: Path
) -> None:
    far = allow(ada, "far-app", instance_id, sources=["10.0.0.0/8"])
    key = ada.create_key(instance_id)
    calls: Calls = [("Encrypt", {"KeyId": key, "Plaintext": hexed(b"x")})]
    (found,) = asked(far, home, calls)
    assert (found["refused"], found["httpCode"]) == ("Forbidden.NoPermission", 403)
    here = kms.UpdateNetworkRuleRequest(name="far-app-rule", source_private_ip='["127.0.0.1"]')
    ada.kms.update_network_rule(here)
    assert "CiphertextBlob" in asked(far, home, calls)[0]


def test_a_key_of_another_instance_is_not_there(
    ada: Customer, app: Application, home: Path
) -> None:
    elsewhere = ada.buy()["InstanceId"]
    ada.enable(elsewhere)
    foreign = ada.create_key(elsewhere)
    found, unknown = asked(app, home, [
        ("Encrypt", {"KeyId": one, "Plaintext": hexed(b"x")})
        for one in (foreign, "key-hzz000000000000000000")
    ])  # fmt: skip
    assert (found["refused"], found["httpCode"]) == ("Forbidden.KeyNotFound", 404)
    assert found["message"] == unknown["message"]


def test_only_keys_that_are_named_can_be_used_and_nothing_is_told_of_others(
    ada: Customer, instance_id: str, home: Path
) -> None:
    named, other = ada.create_key(instance_id), ada.create_key(instance_id)
    narrow = allow(ada, "narrow-app", instance_id, resources=[f"key/{named}"])
    allowed, hidden, unknown = asked(narrow, home, [
        ("AdvanceEncrypt", {"KeyId": one, "Plaintext": hexed(b"x")})
        for one in (named, other, "key-hzz000000000000000000")
    ])  # fmt: skip
    assert allowed["KeyId"] == named
    assert (hidden["refused"], hidden["httpCode"]) == ("Forbidden.NoPermission", 403)
    assert hidden["message"] == unknown["message"]
    assert unknown["refused"] == "Forbidden.NoPermission"


# --- TLS -------------------------------------------------------------------------------------


def test_everything_works_over_tls_with_the_instance_s_own_ca(grace: Customer, home: Path) -> None:
    instance = grace.buy()["InstanceId"]
    grace.enable(instance)
    app, key = allow(grace, "tls-app", instance), grace.create_key(instance)
    ca = home / "ca.pem"
    ca.write_text(grace.instance(instance)["CaCertificateChainPem"])
    given = {"protocol": "https", "ca_file": str(ca)}
    fields = {"KeyId": key, "Plaintext": hexed(b"x")}
    (sealed,) = asked(app, home, [("AdvanceEncrypt", fields)], **given)
    blob = {"CiphertextBlob": sealed["CiphertextBlob"]}
    (opened,) = asked(app, home, [("AdvanceDecrypt", blob)], **given)
    assert opened["Plaintext"] == hexed(b"x")


# --- the clients that change from one API to the other -----------------------------------------


@pytest.fixture
def transfer(ada: Customer, app: Application, home: Path) -> Callable[..., list[dict[str, Any]]]:
    """Calls of the transfer client, which send them to the gateway."""

    def call(calls: Calls, *, low: bool = False) -> list[dict[str, Any]]:
        answers: list[dict[str, Any]] = run(
            "gateway", "transfer_gateway.py", home,
            endpoint=app.host_port, client_key=app.file, password=PASSWORD,
            access_key_id=ada.made["access_key_id"],
            access_key_secret=ada.made["access_key_secret"],
            calls=calls, low=low,
        )  # fmt: skip
        return answers

    return call


CONTEXT = {"tenant": "blue", "用途": "a+b"}
TEXT = base64.b64encode("文 text".encode()).decode()


@pytest.mark.parametrize("context", [None, CONTEXT])
@pytest.mark.parametrize("spec", ["Aliyun_AES_256", "Aliyun_SM4"])
def test_ciphertexts_go_both_ways_between_the_gateway_and_the_openapi(
    ada: Customer,
    instance_id: str,
    transfer: Callable[..., list[dict[str, Any]]],
    context: dict[str, str] | None,
    spec: str,
) -> None:
    key, version = made(ada, instance_id, spec, "ENCRYPT/DECRYPT")
    bound = {"EncryptionContext": context} if context else {}
    here = ada.encrypt(key, TEXT, context)
    sealed, opened, data_key = transfer([
        ("Encrypt", {"KeyId": key, "Plaintext": TEXT} | bound),
        ("Decrypt", {"CiphertextBlob": here} | bound),
        ("GenerateDataKey", {"KeyId": key, "KeySpec": "AES_128"} | bound),
    ])  # fmt: skip
    assert sealed["KeyVersionId"] == version
    assert ada.decrypt(sealed["CiphertextBlob"], context) == TEXT
    assert opened["Plaintext"] == TEXT
    assert ada.decrypt(data_key["CiphertextBlob"], context) == data_key["Plaintext"]
    assert len(base64.b64decode(data_key["Plaintext"])) == 16


def test_the_older_way_to_transfer_names_the_version_in_a_header(
    ada: Customer, instance_id: str, transfer: Callable[..., list[dict[str, Any]]]
) -> None:
    key, version = made(ada, instance_id, "Aliyun_AES_256", "ENCRYPT/DECRYPT")
    (sealed,) = transfer([("Encrypt", {"KeyId": key, "Plaintext": TEXT})], low=True)
    assert sealed["KeyVersionId"] == version
    assert ada.decrypt(sealed["CiphertextBlob"]) == TEXT
    here = ada.encrypt(key, TEXT)
    own, opened = transfer([
        ("Decrypt", {"CiphertextBlob": sealed["CiphertextBlob"]}),
        ("Decrypt", {"CiphertextBlob": here}),
    ], low=True)  # fmt: skip
    assert own["Plaintext"] == opened["Plaintext"] == TEXT


def test_signatures_of_the_transfer_client_are_those_of_the_openapi(
    ada: Customer, instance_id: str, transfer: Callable[..., list[dict[str, Any]]]
) -> None:
    key, version = made(ada, instance_id, "EC_P256", "SIGN/VERIFY")
    digest = base64.b64encode(DIGEST).decode()
    one = {"KeyId": key, "KeyVersionId": version, "Algorithm": "ECDSA_SHA_256", "Digest": digest}
    signed, public = transfer([
        ("AsymmetricSign", one),
        ("GetPublicKey", {"KeyId": key, "KeyVersionId": version}),
    ])  # fmt: skip
    assert signed["KeyVersionId"] == public["KeyVersionId"] == version
    verified = ada.kms.asymmetric_verify(
        kms.AsymmetricVerifyRequest().from_map(one | {"Value": signed["Value"]})
    ).body
    assert verified.value is True
    (again,) = transfer([("AsymmetricVerify", one | {"Value": signed["Value"]})])
    assert again["Value"] is True


def test_a_refusal_reaches_the_transfer_client_in_its_own_words(
    transfer: Callable[..., list[dict[str, Any]]],
) -> None:
    (found,) = transfer([("Encrypt", {"KeyId": "key-hzz0000000000", "Plaintext": TEXT})])
    assert found == {
        "refused": "Forbidden.KeyNotFound",
        "message": "The specified Key is not found.",
    }


def test_one_client_speaks_both_apis_to_one_server(
    ada: Customer, instance_id: str, app: Application, home: Path
) -> None:
    found = run(
        "gateway", "kms_instance_client.py", home,
        endpoint=app.host_port, client_key=app.file, password=PASSWORD, instance_id=instance_id,
        access_key_id=ada.made["access_key_id"], access_key_secret=ada.made["access_key_secret"],
        plaintext="both ways",
    )  # fmt: skip
    assert found["same_key"]
    assert found["plaintext"] == "both ways"
