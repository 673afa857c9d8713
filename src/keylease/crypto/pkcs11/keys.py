"""Key versions in a token, ready for use.

What needs the secret half is done by the token. Verifying and encrypting with a public half is
done here in software, which is quicker and needs no secret.
"""

import hmac
from collections.abc import Callable, Collection
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key
from pkcs11.mechanisms import GCMParams

from keylease.core.errors import Code, Refusal, ensure
from keylease.crypto.algorithms import Algorithm, KeySpec, require_digest
from keylease.crypto.ciphertext import TAG_BYTES
from keylease.crypto.nonces import NONCE_BYTES, NonceSequence
from keylease.crypto.pkcs11.mechanisms import PARAMETERS, WORK
from keylease.crypto.pkcs11.module import Module
from keylease.crypto.pkcs11.sessions import Locate
from keylease.crypto.providers import BadSignature, UndecryptableInput, UsableKey
from keylease.crypto.public_halves import ec_verify, rsa_encrypt, rsa_verify

#: DER of DigestInfo up to the digest, for SHA-256. Source: RFC 8017 9.2, note 1.
_DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


class TokenKey(UsableKey):
    """A key version in a token; ``locate`` finds it in a session."""

    __slots__ = ("_locate", "_module", "is_quick", "offered")

    def __init__(
        self, spec: KeySpec, version_id: str, public: bytes, module: Module, locate: Locate
    ) -> None:
        super().__init__(spec, version_id, public)
        self._module = module
        self._locate = locate
        self.is_quick = False
        #: What the token does with keys of this spec.
        self.offered: Collection[Algorithm] = ()

    def require(self, algorithm: Algorithm) -> None:
        """Refuse algorithms without their mechanism, also where the public half would do."""
        if algorithm not in self.offered:
            raise Refusal(
                Code.UNSUPPORTED,
                "The hardware module does not do {algorithm} with a {spec} key.",
                algorithm=algorithm,
                spec=self.spec.name,
            )

    def _use(self, work: Callable[[Any], bytes], refused: type[Exception] | None = None) -> bytes:
        return self._module.run(
            lambda session: work(session.key(self.version_id, self._locate)), refused
        )


class TokenAesKey(TokenKey):
    """AES-GCM inside the token, with nonces of ours: SoftHSM makes none."""

    __slots__ = ()

    def seal(self, plaintext: bytes, context: bytes, nonces: NonceSequence) -> bytes:
        """Nonce, ciphertext, tag."""
        nonce = nonces.take()
        how = {"mechanism": WORK[Algorithm.SEAL], "mechanism_param": GCMParams(nonce, context)}
        return nonce + self._use(lambda key: key.encrypt(plaintext, **how))

    def open(self, body: bytes, context: bytes) -> bytes:
        """The plaintext; UndecryptableInput if key, context or any bit is another."""
        if len(body) < NONCE_BYTES + TAG_BYTES:
            raise UndecryptableInput
        nonce, sealed = body[:NONCE_BYTES], body[NONCE_BYTES:]
        how = {"mechanism": WORK[Algorithm.SEAL], "mechanism_param": GCMParams(nonce, context)}
        return self._use(lambda key: key.decrypt(sealed, **how), UndecryptableInput)


class TokenMacKey(TokenKey):
    """HMAC inside the token."""

    __slots__ = ()

    def mac(self, algorithm: Algorithm, message: bytes) -> bytes:
        """The code, as long as the hash."""
        return self._use(lambda key: key.sign(message, mechanism=WORK[algorithm]))

    def verify_mac(self, algorithm: Algorithm, message: bytes, tag: bytes) -> None:
        """BadSignature unless it is the whole code; the token makes it, and it is compared here."""
        if not hmac.compare_digest(self.mac(algorithm, message), tag):
            raise BadSignature


class TokenRsaKey(TokenKey):
    """An RSA key pair with the private half in the token."""

    __slots__ = ("_public",)

    def __init__(
        self, spec: KeySpec, version_id: str, public: bytes, module: Module, locate: Locate
    ) -> None:
        super().__init__(spec, version_id, public, module, locate)
        self._public: rsa.RSAPublicKey = _loaded(rsa.RSAPublicKey, public)

    def encrypt(self, algorithm: Algorithm, plaintext: bytes) -> bytes:
        """As long as the modulus."""
        return rsa_encrypt(self._public, self.spec, algorithm, plaintext)

    def decrypt(self, algorithm: Algorithm, ciphertext: bytes) -> bytes:
        """The plaintext; UndecryptableInput. The token takes the padding off."""
        if len(ciphertext) != self.spec.size // 8:
            raise UndecryptableInput
        how = {"mechanism": WORK[algorithm], "mechanism_param": PARAMETERS[algorithm]}
        return self._use(lambda key: key.decrypt(ciphertext, **how), UndecryptableInput)

    def sign(self, algorithm: Algorithm, digest: bytes) -> bytes:
        """As long as the modulus."""
        require_digest(algorithm, digest)
        signed = digest if algorithm is Algorithm.RSA_PSS_SHA_256 else _DIGEST_INFO + digest
        how = {"mechanism": WORK[algorithm], "mechanism_param": PARAMETERS.get(algorithm)}
        return self._use(lambda key: key.sign(signed, **how))

    def verify(self, algorithm: Algorithm, digest: bytes, signature: bytes) -> None:
        """BadSignature unless it fits."""
        rsa_verify(self._public, algorithm, digest, signature)


class TokenEcKey(TokenKey):
    """A key pair on a curve with the private half in the token."""

    __slots__ = ("_public",)

    def __init__(
        self, spec: KeySpec, version_id: str, public: bytes, module: Module, locate: Locate
    ) -> None:
        super().__init__(spec, version_id, public, module, locate)
        self._public: ec.EllipticCurvePublicKey = _loaded(ec.EllipticCurvePublicKey, public)

    def sign(self, algorithm: Algorithm, digest: bytes) -> bytes:
        """ASN.1 DER of r and s, which the token returns side by side."""
        require_digest(algorithm, digest)
        both = self._use(lambda key: key.sign(digest, mechanism=WORK[algorithm]))
        half = len(both) // 2
        return encode_dss_signature(int.from_bytes(both[:half]), int.from_bytes(both[half:]))

    def verify(self, algorithm: Algorithm, digest: bytes, signature: bytes) -> None:
        """BadSignature unless it fits."""
        ec_verify(self._public, algorithm, digest, signature)


def _loaded(kind: type, public: bytes) -> Any:
    key = load_der_public_key(public)
    ensure(isinstance(key, kind), "a public key of the right kind")
    return key
