"""Each operation of the instance gateway, asked by applications that have no business there.

What is asked really works for the application that may; an application of another instance, of
another account or with other keys gets what it would get if there were nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import pytest

from doors.application import KEYS, SECRETS, Answer, Application, allow
from doors.house import CLOCK, customer, freeze, signer_of
from doors.signed import Signer
from keylease.api.gateway.messages import API_NAMES
from product import Customer, serving

#: What names nothing, so that there is nothing to be shut out of.
OF_NO_KEY = {"GenerateRandom", "Hash"}
HIDDEN = {(404, "Forbidden.KeyNotFound"), (404, "Forbidden.ResourceNotFound")}
NOBODY = "key-hzz000000000000000000"
NO_VERSION = b"00000000-0000-4000-8000-000000000000"


@dataclass
class There:
    """An instance with everything in it, an application for all of it, one for nothing in it."""

    signer: Signer
    instance: str
    app: Application
    narrow: Application
    strangers: dict[str, Application]
    names: dict[str, str] = field(default_factory=dict)

    def key(self, spec: str, usage: str) -> str:
        """A key of this kind, made when it is first asked for."""
        if spec not in self.names:
            asked = {"DKMSInstanceId": self.instance, "KeySpec": spec, "KeyUsage": usage}
            answer = self.signer.call("CreateKey", asked)
            self.names[spec] = str(answer.json["KeyMetadata"]["KeyId"])
        return self.names[spec]

    @property
    def aes(self) -> str:
        return self.key("Aliyun_AES_256", "ENCRYPT/DECRYPT")

    @property
    def pair(self) -> str:
        return self.key("EC_P256", "SIGN/VERIFY")

    def sealed(self, name: str) -> Answer:
        """What a key of the instance encrypted."""
        return self.app.call(name, KeyId=self.aes, Plaintext=b"x")


def keep(someone: Customer) -> tuple[str, Application]:
    """An instance with one application that may use every key and secret in it."""
    instance = someone.buy()["InstanceId"]
    someone.enable(instance)
    everything = {"permissions": [KEYS, SECRETS], "resources": ["key/*", "secret/*"]}
    return instance, allow(someone, f"of-{instance}", instance, **everything)


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[There]:
    data = tmp_path_factory.mktemp("there") / "data"
    with serving(data, "--clock", CLOCK) as product:
        freeze(product)
        ada, eve = (customer(product, name, "5000.00") for name in ("ada", "eve"))
        instance, app = keep(ada)
        strangers = {"another instance": keep(ada)[1], "another account": keep(eve)[1]}
        nothing = {"permissions": [KEYS, SECRETS], "resources": ["key/none", "secret/none"]}
        narrow = allow(ada, "narrow", instance, **nothing)
        yield There(signer_of(ada), instance, app, narrow, strangers)


def pairs_of(there: There) -> dict[str, Any]:
    return {"KeyId": there.aes, "KeyPairSpec": "EC_P256", "KeyFormat": "DER"}


def secret_of(there: There) -> dict[str, Any]:
    if "db" not in there.names:
        place = {"DKMSInstanceId": there.instance, "EncryptionKeyId": there.aes}
        value = {"SecretName": "db", "VersionId": "v1", "SecretData": "hidden"}
        assert there.signer.call("CreateSecret", place | value).status == 200
        there.names["db"] = "db"
    return {"SecretName": "db"}


def parts_of(there: There) -> dict[str, Any]:
    sealed = there.sealed("Encrypt")
    return {"KeyId": there.aes, "CiphertextBlob": sealed["CiphertextBlob"], "Iv": sealed["Iv"]}


def verified(there: There) -> dict[str, Any]:
    signature = there.app.call("Sign", KeyId=there.pair, Digest=sha256(b"x").digest())["Signature"]
    return {"KeyId": there.pair, "Digest": sha256(b"x").digest(), "Signature": signature}


#: A message that works for the application of the instance, by operation.
WORKS: dict[str, Callable[[There], dict[str, Any]]] = {
    "Encrypt": lambda there: {"KeyId": there.aes, "Plaintext": b"x"},
    "KmsEncrypt": lambda there: {"KeyId": there.aes, "Plaintext": b"x"},
    "AdvanceEncrypt": lambda there: {"KeyId": there.aes, "Plaintext": b"x"},
    "Decrypt": parts_of,
    "KmsDecrypt": lambda there: {"CiphertextBlob": there.sealed("KmsEncrypt")["CiphertextBlob"]},
    "AdvanceDecrypt": lambda there: {
        "CiphertextBlob": there.sealed("AdvanceEncrypt")["CiphertextBlob"]
    },
    "Sign": lambda there: {"KeyId": there.pair, "Digest": sha256(b"x").digest()},
    "Verify": verified,
    "Hmac": lambda there: {
        "KeyId": there.key("HMAC_SHA_256", "GENERATE_VERIFY_MAC"),
        "Message": b"x",
    },
    "GetPublicKey": lambda there: {"KeyId": there.pair},
    "GenerateDataKey": lambda there: {"KeyId": there.aes},
    "AdvanceGenerateDataKey": lambda there: {"KeyId": there.aes},
    "GenerateDataKeyPair": pairs_of,
    "GenerateDataKeyPairWithoutPlaintext": pairs_of,
    "AdvanceGenerateDataKeyPair": pairs_of,
    "AdvanceGenerateDataKeyPairWithoutPlaintext": pairs_of,
    "GetSecretValue": secret_of,
}


def of_nothing(fields: dict[str, Any]) -> dict[str, Any]:
    """The same message about what does not exist."""
    other = dict(fields)
    if "KeyId" in fields:
        other["KeyId"] = NOBODY
    elif "SecretName" in fields:
        other["SecretName"] = "nothing"
    else:
        blob = fields["CiphertextBlob"]
        at = 3 if blob.startswith(b"$") else 0
        other["CiphertextBlob"] = blob[:at] + NO_VERSION + blob[at + len(NO_VERSION) :]
    return other


def told(answer: Answer) -> tuple[tuple[int, str], str]:
    return answer.refusal, str(answer["ErrorMessage"])


def test_every_operation_is_tried() -> None:
    assert WORKS.keys() | OF_NO_KEY == API_NAMES


@pytest.mark.parametrize("name", WORKS)
@pytest.mark.parametrize("who", ["another instance", "another account"])
def test_for_a_stranger_there_is_nothing(there: There, name: str, who: str) -> None:
    fields = WORKS[name](there)
    assert there.app.call(name, **fields).status == 200
    stranger = there.strangers[who]
    asked = told(stranger.call(name, **fields))
    assert asked[0] in HIDDEN
    assert asked == told(stranger.call(name, **of_nothing(fields)))


@pytest.mark.parametrize("name", WORKS)
def test_who_may_use_something_else_learns_nothing(there: There, name: str) -> None:
    fields = WORKS[name](there)
    asked = told(there.narrow.call(name, **fields))
    assert asked[0] == (403, "Forbidden.NoPermission")
    assert asked == told(there.narrow.call(name, **of_nothing(fields)))
