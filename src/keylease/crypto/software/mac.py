"""HMAC with SHA-2 and SM3. Source: RFC 2104, facts/kms-api.md A.2 (MAC)."""

import hmac
from types import MappingProxyType

from cryptography.hazmat.primitives.hashes import SM3
from cryptography.hazmat.primitives.hmac import HMAC

from keylease.crypto.algorithms import Algorithm, KeySpec
from keylease.crypto.providers import BadSignature, Made, UsableKey, require_length
from keylease.crypto.secret import SecretBytes

_HASHES = MappingProxyType(
    {
        Algorithm.HMAC_SHA_224: "sha224",
        Algorithm.HMAC_SHA_256: "sha256",
        Algorithm.HMAC_SHA_384: "sha384",
        Algorithm.HMAC_SHA_512: "sha512",
    }
)


class MacKey(UsableKey):
    """A key for authentication codes."""

    __slots__ = ("_material",)

    def __init__(self, spec: KeySpec, version_id: str, made: Made) -> None:
        super().__init__(spec, version_id)
        require_length(made.kept, spec)
        self._material: SecretBytes = made.kept

    def mac(self, algorithm: Algorithm, message: bytes) -> bytes:
        """The code, as long as the hash."""
        if algorithm is not Algorithm.HMAC_SM3:
            return hmac.digest(self._material.reveal(), message, _HASHES[algorithm])
        sm3 = HMAC(self._material.reveal(), SM3())
        sm3.update(message)
        return sm3.finalize()

    def verify_mac(self, algorithm: Algorithm, message: bytes, tag: bytes) -> None:
        """BadSignature unless it is the whole code."""
        if not hmac.compare_digest(self.mac(algorithm, message), tag):
            raise BadSignature
