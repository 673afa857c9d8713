"""Whatever is sent as a ciphertext: it is refused as documented, and only a real one opens."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field

from fuzz.harness import Damage, fuzz
from fuzz.world import World
from keylease.api.gateway.messages import decode, encode
from keylease.core.errors import Code

#: facts/kms-api.md A and D.1: what these operations refuse a ciphertext with.
DOCUMENTED = {
    Code.INVALID_CIPHERTEXT,
    Code.INVALID_PARAMETER,
    Code.MISSING_PARAMETER,
    Code.KEY_NOT_FOUND,
    Code.UNSUPPORTED,
}

CONTEXT = {"EncryptionContext": '{"order":"17"}'}
OAEP = "RSAES_OAEP_SHA_256"


@dataclass
class Ciphertexts:
    """Good ciphertexts by what opens them, and the ways to have one opened."""

    world: World
    public: str
    good: dict[str, list[bytes]] = field(default_factory=dict)

    def openers(self) -> dict[str, Callable[[bytes], tuple[int, str]]]:
        """By name: status and code of the answer."""
        return {
            "Decrypt": self.rpc("Decrypt", **CONTEXT),
            "ReEncrypt": self.rpc(
                "ReEncrypt",
                DestinationKeyId=self.world.keys["aes"][0],
                SourceEncryptionContext=CONTEXT["EncryptionContext"],
            ),
            "ExportDataKey": self.rpc(
                "ExportDataKey",
                WrappingKeySpec="RSA_2048",
                WrappingAlgorithm=OAEP,
                PublicKeyBlob=self.public,
                **CONTEXT,
            ),
            "rsa": self.rpc("AsymmetricDecrypt", **self.key("rsa", OAEP)),
            "sm2": self.rpc("AsymmetricDecrypt", **self.key("sm2", "SM2PKE")),
            "AdvanceDecrypt": self.gateway("AdvanceDecrypt"),
            "KmsDecrypt": self.gateway("KmsDecrypt"),
        }

    def key(self, name: str, algorithm: str) -> dict[str, str]:
        key, version = self.world.keys[name]
        return {"KeyId": key, "KeyVersionId": version, "Algorithm": algorithm}

    def rpc(self, action: str, **given: str) -> Callable[[bytes], tuple[int, str]]:
        def opened(blob: bytes) -> tuple[int, str]:
            sent = given | {"CiphertextBlob": base64.b64encode(blob).decode()}
            answer = self.world.answer(self.world.signer.request(action, form=sent))
            return answer.status, json.loads(answer.body).get("Code", "")

        return opened

    def gateway(self, name: str) -> Callable[[bytes], tuple[int, str]]:
        def opened(blob: bytes) -> tuple[int, str]:
            body = encode(f"{name}Request", {"CiphertextBlob": blob, "Aad": b"aad"})
            answer = self.world.answer(self.world.app.request(name, body))
            if answer.status == 200:
                return 200, ""
            return answer.status, decode("Error", answer.body).text("ErrorCode")

        return opened


#: What stands before a ciphertext of ``AdvanceEncrypt``: it says how it is framed, and no more.
ADVANCED = b"$\x00\x02"


def ciphertexts(world: World) -> Ciphertexts:
    """One of each family, for each way to open it."""
    wrapping = {"WrappingKeySpec": "RSA_2048", "WrappingAlgorithm": "RSAES_OAEP_SHA_1"}
    public = world.call("GetParametersForImport", {"KeyId": world.keys["own"][0], **wrapping})
    made = Ciphertexts(world, public["PublicKey"])
    sealed = []
    for name in ("aes", "sm4", "kem"):
        sent = {"KeyId": world.keys[name][0], "Plaintext": "eA==", **CONTEXT}
        sealed.append(base64.b64decode(world.call("Encrypt", sent)["CiphertextBlob"]))
    made.good = dict.fromkeys(("Decrypt", "ReEncrypt", "ExportDataKey"), sealed)
    for name, algorithm in (("rsa", OAEP), ("sm2", "SM2PKE")):
        sent = made.key(name, algorithm) | {"Plaintext": "eA=="}
        blob = world.call("AsymmetricEncrypt", sent)["CiphertextBlob"]
        made.good[name] = [base64.b64decode(blob)]
    for name in ("AdvanceDecrypt", "KmsDecrypt"):
        made.good[name] = [_sealed_at_gateway(world, name, key) for key in ("aes", "sm4")]
    return made


def _sealed_at_gateway(world: World, opener: str, key: str) -> bytes:
    name = opener.replace("Decrypt", "Encrypt")
    said = {"KeyId": world.keys[key][0], "Plaintext": b"x", "Aad": b"aad"}
    answer = world.answer(world.app.request(name, encode(f"{name}Request", said)))
    assert answer.status == 200, answer.body
    return decode(f"{name}Response", answer.body).data("CiphertextBlob")


def test_a_damaged_ciphertext_is_refused_as_documented_and_never_opens(world: World) -> None:
    made = ciphertexts(world)
    openers = made.openers()
    everything = [one for several in made.good.values() for one in several]
    sealed = {one.removeprefix(ADVANCED) for one in everything}
    for name, open_ in openers.items():
        assert {open_(good)[0] for good in made.good[name]} == {200}, name

    def damaged(damage: Damage) -> tuple[str, bytes]:
        name = damage.one_of(sorted(openers))
        own = made.good[name] if damage.now_and_then(0.9) else everything
        return name, damage.data(damage.one_of(own), everything)

    def refused(tried: tuple[str, bytes]) -> None:
        name, blob = tried
        status, code = openers[name](blob)
        if status == 200:
            assert blob.removeprefix(ADVANCED) in sealed, "it opened, and nobody made it"
        else:
            assert (status < 500, code in DOCUMENTED) == (True, True), (status, code)

    fuzz(damaged, refused)
