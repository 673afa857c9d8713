"""Which kinds of keys there are and what each may do: the table that everybody asks.

A row of `KEY_SPECS` says what keys of a spec are for, with which algorithms, and how long their
inputs are. Nobody else compares the names of specs, usages and algorithms. What a hardware token
can do of it, its provider says (`keylease.crypto.providers`).

Names that begin with ``Keylease_`` are our own, so that they are never mistaken for documented
ones: post-quantum signatures (FIPS 204) and key encapsulation (FIPS 203). The specs of MAC keys
are named like their algorithm; no source tells the original's names.
Source: facts/kms-api.md A.2 (Asymmetric), facts/kms.md 4.1.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from keylease.core.errors import Code, Refusal


class KeyUsage(StrEnum):
    """What a key is for."""

    ENCRYPT_DECRYPT = "ENCRYPT/DECRYPT"
    SIGN_VERIFY = "SIGN/VERIFY"
    GENERATE_VERIFY_MAC = "GENERATE_VERIFY_MAC"


class ProtectionLevel(StrEnum):
    """Where the material of a key lives."""

    SOFTWARE = "SOFTWARE"
    HSM = "HSM"


class Family(StrEnum):
    """The mathematics behind a spec: which code does the work."""

    AES = "AES"
    SM4 = "SM4"
    ML_KEM = "ML-KEM"
    RSA = "RSA"
    EC = "EC"
    SM2 = "SM2"
    ML_DSA = "ML-DSA"
    HMAC = "HMAC"


class Algorithm(StrEnum):
    """What callers name in ``Algorithm``, and the sealing of texts, which has no name there."""

    SEAL = "seal"
    RSAES_OAEP_SHA_256 = "RSAES_OAEP_SHA_256"
    RSAES_OAEP_SHA_1 = "RSAES_OAEP_SHA_1"
    SM2PKE = "SM2PKE"
    RSA_PSS_SHA_256 = "RSA_PSS_SHA_256"
    RSA_PKCS1_SHA_256 = "RSA_PKCS1_SHA_256"
    ECDSA_SHA_256 = "ECDSA_SHA_256"
    SM2DSA = "SM2DSA"
    ML_DSA = "Keylease_ML_DSA"
    HMAC_SHA_224 = "HMAC_SHA_224"
    HMAC_SHA_256 = "HMAC_SHA_256"
    HMAC_SHA_384 = "HMAC_SHA_384"
    HMAC_SHA_512 = "HMAC_SHA_512"
    HMAC_SM3 = "HMAC_SM3"


#: The bytes that a signature is made over: a digest, or for ML-DSA the representative ``mu``.
DIGEST_BYTES = MappingProxyType(
    {
        Algorithm.RSA_PSS_SHA_256: 32,
        Algorithm.RSA_PKCS1_SHA_256: 32,
        Algorithm.ECDSA_SHA_256: 32,
        Algorithm.SM2DSA: 32,
        Algorithm.ML_DSA: 64,
    }
)

_BOTH = frozenset(ProtectionLevel)
_SOFTWARE = frozenset({ProtectionLevel.SOFTWARE})


@dataclass(frozen=True, slots=True)
class KeySpec:
    """A kind of key.

    ``size`` is in bits: of an AES, SM4 or MAC key, of an RSA modulus, of a curve; of ML-KEM and
    ML-DSA the parameter set. The first usage of ``algorithms`` is the default. ``plaintext_max``
    is the longest input, in bytes, of each algorithm that encrypts with a public key.
    """

    name: str
    family: Family
    size: int
    algorithms: Mapping[KeyUsage, tuple[Algorithm, ...]]
    protections: frozenset[ProtectionLevel] = _BOTH
    curve: str = ""
    plaintext_max: Mapping[Algorithm, int] = field(default_factory=dict)

    @property
    def usages(self) -> tuple[KeyUsage, ...]:
        """What keys of this spec can be made for."""
        return tuple(self.algorithms)

    @property
    def seals(self) -> bool:
        """Whether `Encrypt` and data keys work with it: its ciphertexts name their version."""
        return Algorithm.SEAL in self.algorithms.get(KeyUsage.ENCRYPT_DECRYPT, ())

    @property
    def is_symmetric(self) -> bool:
        """Whether the material is a string of random bytes that encrypts: AES and SM4."""
        return self.family in {Family.AES, Family.SM4}

    @property
    def has_public_key(self) -> bool:
        """Whether there is a public half to hand out."""
        return self.family not in {Family.AES, Family.SM4, Family.HMAC}

    @property
    def material_bytes(self) -> int:
        """The length of the material of a key that is a string of random bytes."""
        return self.size // 8

    def usage(self, name: str | None) -> KeyUsage:
        """The usage with this name, or the default; Refusal if keys of this spec cannot do it."""
        if name is None:
            return self.usages[0]
        for usage in self.usages:
            if usage == name:
                return usage
        raise Refusal(
            Code.INVALID_PARAMETER,
            "A key of KeySpec {spec} can be used for {allowed} only.",
            spec=self.name,
            allowed=" or ".join(self.usages),
        )


def _sealing(
    name: str, family: Family, size: int, protections: frozenset[ProtectionLevel] = _BOTH
) -> KeySpec:
    usages = {KeyUsage.ENCRYPT_DECRYPT: (Algorithm.SEAL,)}
    return KeySpec(name, family, size, usages, protections)


def _rsa(size: int) -> KeySpec:
    """Longest plaintext: what OAEP leaves of the modulus, RFC 8017 7.1.1."""
    return KeySpec(
        f"RSA_{size}",
        Family.RSA,
        size,
        {
            KeyUsage.SIGN_VERIFY: (Algorithm.RSA_PSS_SHA_256, Algorithm.RSA_PKCS1_SHA_256),
            KeyUsage.ENCRYPT_DECRYPT: (Algorithm.RSAES_OAEP_SHA_256, Algorithm.RSAES_OAEP_SHA_1),
        },
        plaintext_max={
            Algorithm.RSAES_OAEP_SHA_256: size // 8 - 2 * 32 - 2,
            Algorithm.RSAES_OAEP_SHA_1: size // 8 - 2 * 20 - 2,
        },
    )


def _ec(name: str, curve: str) -> KeySpec:
    usages = {KeyUsage.SIGN_VERIFY: (Algorithm.ECDSA_SHA_256,)}
    return KeySpec(name, Family.EC, 256, usages, curve=curve)


def _mac(algorithm: Algorithm, size: int) -> KeySpec:
    """A key as long as the hash, RFC 2104 3."""
    usages = {KeyUsage.GENERATE_VERIFY_MAC: (algorithm,)}
    return KeySpec(algorithm.value, Family.HMAC, size, usages)


def _ml_dsa(level: int) -> KeySpec:
    usages = {KeyUsage.SIGN_VERIFY: (Algorithm.ML_DSA,)}
    return KeySpec(f"Keylease_ML_DSA_{level}", Family.ML_DSA, level, usages, _SOFTWARE)


AES_256 = _sealing("Aliyun_AES_256", Family.AES, 256)
EC_SM2 = KeySpec(
    "EC_SM2",
    Family.SM2,
    256,
    {
        KeyUsage.SIGN_VERIFY: (Algorithm.SM2DSA,),
        KeyUsage.ENCRYPT_DECRYPT: (Algorithm.SM2PKE,),
    },
    plaintext_max={Algorithm.SM2PKE: 6_047},
)

_ALL = (
    AES_256,
    _sealing("Aliyun_AES_192", Family.AES, 192),
    _sealing("Aliyun_AES_128", Family.AES, 128),
    _sealing("Aliyun_SM4", Family.SM4, 128),
    _rsa(2048),
    _rsa(3072),
    _rsa(4096),
    _ec("EC_P256", "secp256r1"),
    _ec("EC_P256K", "secp256k1"),
    EC_SM2,
    _mac(Algorithm.HMAC_SHA_224, 224),
    _mac(Algorithm.HMAC_SHA_256, 256),
    _mac(Algorithm.HMAC_SHA_384, 384),
    _mac(Algorithm.HMAC_SHA_512, 512),
    _mac(Algorithm.HMAC_SM3, 256),
    _ml_dsa(44),
    _ml_dsa(65),
    _ml_dsa(87),
    _sealing("Keylease_ML_KEM_768", Family.ML_KEM, 768, _SOFTWARE),
    _sealing("Keylease_ML_KEM_1024", Family.ML_KEM, 1024, _SOFTWARE),
)

#: All key specs, by name; the first is the default.
KEY_SPECS = {spec.name: spec for spec in _ALL}

#: How `GetParametersForImport` and the export of data keys may wrap, by the wrapping key's spec.
WRAPPINGS = MappingProxyType(
    {
        "RSA_2048": ("RSAES_PKCS1_V1_5", "RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"),
        "EC_SM2": ("SM2PKE",),
    }
)


def key_spec(name: str | None) -> KeySpec:
    """The spec with this name, or the default; Refusal if there is none."""
    if name is None:
        return AES_256
    if name not in KEY_SPECS:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "This KeySpec is not offered: choose one of {allowed}.",
            allowed=", ".join(KEY_SPECS),
        )
    return KEY_SPECS[name]


def require_digest(algorithm: Algorithm, digest: bytes) -> None:
    """Refuse with InvalidParameter what cannot be the digest that an algorithm signs."""
    if len(digest) != DIGEST_BYTES[algorithm]:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "{algorithm} signs a digest of {size} bytes, not of {given}.",
            algorithm=algorithm,
            size=DIGEST_BYTES[algorithm],
            given=len(digest),
        )


def require_plaintext(spec: KeySpec, algorithm: Algorithm, plaintext: bytes) -> None:
    """Refuse with InvalidParameter what is too long for a public key, and nothing at all for SM2.

    The standard of SM2 says nothing of an empty plaintext, and OpenSSL refuses it.
    """
    shortest, longest = int(algorithm is Algorithm.SM2PKE), spec.plaintext_max[algorithm]
    if not shortest <= len(plaintext) <= longest:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "{algorithm} with a {spec} key encrypts {least} to {most} bytes, not {given}.",
            algorithm=algorithm,
            spec=spec.name,
            least=shortest,
            most=longest,
            given=len(plaintext),
        )


def algorithm_of(spec: KeySpec, usage: str, needed: KeyUsage, name: str | None) -> Algorithm:
    """The algorithm that a caller named, for a key of this spec that was made for ``usage``.

    ``needed`` is the usage that the operation takes; without a name the key's only algorithm is
    meant. Refusals: Rejected.UnsupportedOperation for a key that was made for something else,
    InvalidParameter for an algorithm that it does not have.
    """
    if usage != needed:
        raise Refusal(
            Code.REJECTED_UNSUPPORTED,
            "The key is for {usage}; this operation needs one for {needed}.",
            usage=usage,
            needed=needed,
        )
    offered = spec.algorithms.get(needed, ())
    if name is None and len(offered) == 1:
        return offered[0]
    for one in offered:
        if one == name and one is not Algorithm.SEAL:
            return one
    named = [one.value for one in offered if one is not Algorithm.SEAL]
    if not named:
        raise Refusal(
            Code.REJECTED_UNSUPPORTED,
            "A key of KeySpec {spec} does not do this: it encrypts with Encrypt and Decrypt.",
            spec=spec.name,
        )
    raise Refusal(
        Code.INVALID_PARAMETER,
        "Algorithm takes {allowed} for a {spec} key.",
        allowed=" or ".join(named),
        spec=spec.name,
    )
