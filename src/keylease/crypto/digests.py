"""What is signed of a message, and digests on their own."""

import hashlib
from types import MappingProxyType

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)

from keylease.crypto import sm2
from keylease.crypto.algorithms import Algorithm

#: Digests by their names in requests.
DIGESTS = MappingProxyType(
    {
        "SHA_224": "sha224",
        "SHA_256": "sha256",
        "SHA_384": "sha384",
        "SHA_512": "sha512",
        "SM3": "sm3",
    }
)

_MU_BYTES = 64


def digest(name: str, message: bytes) -> bytes:
    """The digest with a name of `DIGESTS`."""
    if name == "SM3":
        return sm2.sm3(message)
    return hashlib.new(DIGESTS[name], message).digest()


def signed_of(algorithm: Algorithm, public: bytes, message: bytes) -> bytes:
    """What an algorithm signs of a message; ``public`` is the key's public half as DER.

    SM2 binds the signer's public key (GB/T 32918.2 5.5), ML-DSA the hash of it (FIPS 204,
    algorithm 7, line 6, with an empty context).
    """
    match algorithm:
        case Algorithm.SM2DSA:
            return sm2.message_digest(public, message)
        case Algorithm.ML_DSA:
            raw = load_der_public_key(public).public_bytes(Encoding.Raw, PublicFormat.Raw)
            hashed = hashlib.shake_256(raw).digest(_MU_BYTES)
            return hashlib.shake_256(hashed + b"\x00\x00" + message).digest(_MU_BYTES)
        case _:
            return hashlib.sha256(message).digest()
