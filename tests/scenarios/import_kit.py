"""Bringing key material from outside: wrapped as its owner wraps it, for any estate."""

import os
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.keywrap import aes_key_wrap_with_padding
from cryptography.hazmat.primitives.serialization import load_der_public_key

from scenarios.estate import Estate
from unit.crypto import sm2_outside


def oaep(hashed: hashes.HashAlgorithm) -> padding.OAEP:
    """OAEP with one hash for both of its uses."""
    return padding.OAEP(padding.MGF1(hashed), hashed, None)


PADDINGS = {
    "RSAES_PKCS1_V1_5": padding.PKCS1v15(),
    "RSAES_OAEP_SHA_1": oaep(hashes.SHA1()),
    "RSAES_OAEP_SHA_256": oaep(hashes.SHA256()),
}
WRAPPINGS = [*(("RSA_2048", name) for name in PADDINGS), ("EC_SM2", "SM2PKE")]


@dataclass(frozen=True)
class Ticket:
    """What GetParametersForImport answered."""

    spec: str
    algorithm: str
    public: bytes
    token: str
    expires: str

    def wrap(self, material: bytes) -> str:
        """Material as its owner sends it: longer than RSA takes under an AES key."""
        if self.spec == "EC_SM2":
            return text(sm2_outside.encrypt(self.public, material))
        key: Any = load_der_public_key(self.public)
        if len(material) <= 64:
            return text(key.encrypt(material, PADDINGS[self.algorithm]))
        aes = os.urandom(32)
        wrapped = aes_key_wrap_with_padding(aes, material)
        return text(key.encrypt(aes, PADDINGS[self.algorithm]) + wrapped)


def text(data: bytes) -> str:
    """As the APIs write bytes."""
    return b64encode(data).decode()


def ticket(
    estate: Estate, key: str, spec: str = "RSA_2048", algorithm: str = "RSAES_OAEP_SHA_256"
) -> Ticket:
    """GetParametersForImport."""
    asked = {"KeyId": key, "WrappingKeySpec": spec, "WrappingAlgorithm": algorithm}
    answer = estate.call("GetParametersForImport", **asked)
    assert answer["KeyId"] == key
    return Ticket(
        spec,
        algorithm,
        b64decode(answer["PublicKey"]),
        answer["ImportToken"],
        answer["TokenExpireTime"],
    )


def sent(key: str, got: Ticket, material: bytes, expires: int = 0) -> dict[str, Any]:
    """The parameters of ImportKeyMaterial."""
    return {
        "KeyId": key,
        "EncryptedKeyMaterial": got.wrap(material),
        "ImportToken": got.token,
        "KeyMaterialExpireUnix": expires,
    }


def bring(estate: Estate, key: str, material: bytes, expires: int = 0) -> None:
    """GetParametersForImport and ImportKeyMaterial."""
    estate.call("ImportKeyMaterial", **sent(key, ticket(estate, key), material, expires))
