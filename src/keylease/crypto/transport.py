"""Wrapping on the way: key material that is imported, data keys that are exported.

Source: facts/kms-api.md A.2 (Import, Data keys), facts/kms.md 4.5. Symmetric material is encrypted
with the public key itself. A private key is too long for that, and no source tells the original's
format; ours is AES key wrap under RSA, docs/formats/import.md: an AES-256 key encrypted with the
public key, then the PKCS#8 DER of the private key wrapped with it (RFC 5649).
"""

from collections.abc import Callable
from types import MappingProxyType
from typing import Protocol, TypeVar

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap_with_padding
from cryptography.hazmat.primitives.serialization import load_der_public_key

from keylease.core.entropy import Entropy
from keylease.core.errors import Code, Refusal
from keylease.crypto import sm2
from keylease.crypto.key_pairs import PUBLIC_EXPONENT, kept_rsa, pkcs8, public_der
from keylease.crypto.public_halves import OAEP_SHA_1, OAEP_SHA_256
from keylease.crypto.secret import SecretBytes

T = TypeVar("T")

_PADDINGS = MappingProxyType(
    {
        "RSAES_PKCS1_V1_5": padding.PKCS1v15(),
        "RSAES_OAEP_SHA_1": OAEP_SHA_1,
        "RSAES_OAEP_SHA_256": OAEP_SHA_256,
    }
)
_RSA_BYTES = 256
_WRAPPED_MAX = 8_192
_AES_BYTES = 32


class TransportKey(Protocol):
    """A key pair that material is wrapped with on its way to us."""

    def private(self) -> SecretBytes:
        """The private half as PKCS#8 DER."""
        ...

    def public(self) -> bytes:
        """The public half as DER SubjectPublicKeyInfo."""
        ...

    def unwrap(self, algorithm: str, wrapped: bytes) -> SecretBytes:
        """What was wrapped; Refusal InvalidKeyMaterial."""
        ...


def new_transport_key(spec: str, entropy: Entropy) -> TransportKey:
    """A new key pair: ``RSA_2048`` or ``EC_SM2``; UnsupportedOperation without SM2."""
    if spec == "EC_SM2":
        return _Sm2(_require_sm2(lambda: sm2.generate(entropy)))
    return _Rsa(rsa.generate_private_key(PUBLIC_EXPONENT, 2_048))


def transport_key(spec: str, private: SecretBytes) -> TransportKey:
    """The key pair of a private half that was `TransportKey.private`."""
    if spec == "EC_SM2":
        return _Sm2(_require_sm2(lambda: sm2.from_pkcs8(private)))
    return _Rsa(kept_rsa(private))


def wrap_for(public: bytes, spec: str, algorithm: str, data: bytes) -> bytes:
    """Encrypt data for the holder of a public key (DER); Refusal InvalidParameter."""
    if spec == "EC_SM2":
        try:
            return _require_sm2(lambda: sm2.from_public_der(public)).encrypt(data)
        except ValueError:
            raise _bad_public_key(spec) from None
    try:
        key = load_der_public_key(public)
        if not isinstance(key, rsa.RSAPublicKey) or key.key_size != 2_048:
            raise _bad_public_key(spec)
        return key.encrypt(data, _PADDINGS[algorithm])
    except (ValueError, TypeError, UnsupportedAlgorithm):  # the last: of an unknown kind
        raise _bad_public_key(spec) from None


class _Rsa:
    def __init__(self, key: rsa.RSAPrivateKey) -> None:
        self._key = key

    def private(self) -> SecretBytes:
        return pkcs8(self._key)

    def public(self) -> bytes:
        return public_der(self._key.public_key())

    def unwrap(self, algorithm: str, wrapped: bytes) -> SecretBytes:
        if not _RSA_BYTES <= len(wrapped) <= _WRAPPED_MAX:
            raise _bad_material()
        try:
            inner = self._key.decrypt(wrapped[:_RSA_BYTES], _PADDINGS[algorithm])
            if len(wrapped) == _RSA_BYTES:
                return SecretBytes(inner)
            if len(inner) != _AES_BYTES:
                raise _bad_material()
            return SecretBytes(aes_key_unwrap_with_padding(inner, wrapped[_RSA_BYTES:]))
        except (ValueError, InvalidUnwrap):
            raise _bad_material() from None


class _Sm2:
    def __init__(self, pair: sm2.Sm2Pair) -> None:
        self._pair = pair

    def private(self) -> SecretBytes:
        return self._pair.private_pkcs8()

    def public(self) -> bytes:
        return self._pair.public_der()

    def unwrap(self, _algorithm: str, wrapped: bytes) -> SecretBytes:
        try:
            return SecretBytes(self._pair.decrypt(wrapped))
        except ValueError:
            raise _bad_material() from None


def _require_sm2(make: Callable[[], T]) -> T:
    if not sm2.is_available():
        raise Refusal(Code.UNSUPPORTED, "EC_SM2 is not offered: this system has no SM2.")
    return make()


def _bad_material() -> Refusal:
    """One answer for all that can be wrong: telling failures apart would help who forges."""
    return Refusal(
        Code.INVALID_KEY_MATERIAL,
        "key material is invalid: wrap it with the public key and the WrappingAlgorithm of the "
        "same GetParametersForImport.",
    )


def _bad_public_key(spec: str) -> Refusal:
    return Refusal(
        Code.INVALID_PARAMETER,
        "PublicKeyBlob takes the Base64 of a DER SubjectPublicKeyInfo of an {spec} key that the "
        "data fits.",
        spec=spec,
    )
