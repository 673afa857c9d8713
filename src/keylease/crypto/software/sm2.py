"""SM2 signatures and encryption, over the system's OpenSSL. Source: GB/T 32918, GB/T 35276.

A signature is made over SM3(Z(A) || M), which the caller computes; ASN.1 DER. A ciphertext is the
ASN.1 SEQUENCE of x, y, C3 and C2.
"""

from keylease.crypto import sm2
from keylease.crypto.algorithms import Algorithm, KeySpec, require_digest, require_plaintext
from keylease.crypto.providers import BadSignature, Made, UndecryptableInput, UsableKey


class Sm2Key(UsableKey):
    """An SM2 key pair."""

    __slots__ = ("_pair",)

    is_quick = False

    def __init__(self, spec: KeySpec, version_id: str, made: Made) -> None:
        super().__init__(spec, version_id, made.public)
        self._pair = sm2.from_pkcs8(made.kept)

    def encrypt(self, algorithm: Algorithm, plaintext: bytes) -> bytes:
        """ASN.1 DER of x, y, C3 and C2."""
        require_plaintext(self.spec, algorithm, plaintext)
        return self._pair.encrypt(plaintext)

    def decrypt(self, _algorithm: Algorithm, ciphertext: bytes) -> bytes:
        """The plaintext; UndecryptableInput."""
        try:
            return self._pair.decrypt(ciphertext)
        except ValueError:
            raise UndecryptableInput from None

    def sign(self, algorithm: Algorithm, digest: bytes) -> bytes:
        """ASN.1 DER of r and s."""
        require_digest(algorithm, digest)
        return self._pair.sign_digest(digest)

    def verify(self, algorithm: Algorithm, digest: bytes, signature: bytes) -> None:
        """BadSignature unless it fits."""
        require_digest(algorithm, digest)
        if not self._pair.verify_digest(digest, signature):
            raise BadSignature
