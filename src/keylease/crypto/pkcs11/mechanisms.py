"""Which mechanism does what, and which of it a token has."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from pkcs11 import Attribute, KeyType, Mechanism, MechanismFlag, ObjectClass
from pkcs11.exceptions import PKCS11Error
from pkcs11.mechanisms import MGF

from keylease.crypto.algorithms import KEY_SPECS, Algorithm, Family, KeySpec, ProtectionLevel
from keylease.crypto.pkcs11.sessions import TokenSession
from keylease.crypto.providers import Storage

#: How the key-encryption key wraps. With padding, because 28 bytes (HMAC_SHA_224) do not fill
#: blocks. Source: RFC 5649.
WRAP = Mechanism.AES_KEY_WRAP_PAD

GENERATE = MappingProxyType(
    {
        Family.AES: Mechanism.AES_KEY_GEN,
        Family.HMAC: Mechanism.GENERIC_SECRET_KEY_GEN,
        Family.RSA: Mechanism.RSA_PKCS_KEY_PAIR_GEN,
        Family.EC: Mechanism.EC_KEY_PAIR_GEN,
    }
)
WORK = MappingProxyType(
    {
        Algorithm.SEAL: Mechanism.AES_GCM,
        Algorithm.RSA_PSS_SHA_256: Mechanism.RSA_PKCS_PSS,
        Algorithm.RSA_PKCS1_SHA_256: Mechanism.RSA_PKCS,
        Algorithm.RSAES_OAEP_SHA_256: Mechanism.RSA_PKCS_OAEP,
        Algorithm.RSAES_OAEP_SHA_1: Mechanism.RSA_PKCS_OAEP,
        Algorithm.ECDSA_SHA_256: Mechanism.ECDSA,
        Algorithm.HMAC_SHA_224: Mechanism.SHA224_HMAC,
        Algorithm.HMAC_SHA_256: Mechanism.SHA256_HMAC,
        Algorithm.HMAC_SHA_384: Mechanism.SHA384_HMAC,
        Algorithm.HMAC_SHA_512: Mechanism.SHA512_HMAC,
    }
)
#: Hash, mask generation with the same hash, no label; PSS: a salt of 32 bytes.
PARAMETERS: Mapping[Algorithm, Any] = MappingProxyType(
    {
        Algorithm.RSA_PSS_SHA_256: (Mechanism.SHA256, MGF.SHA256, 32),
        Algorithm.RSAES_OAEP_SHA_256: (Mechanism.SHA256, MGF.SHA256, None),
        Algorithm.RSAES_OAEP_SHA_1: (Mechanism.SHA_1, MGF.SHA1, None),
    }
)

_OAEP = (Algorithm.RSAES_OAEP_SHA_256, Algorithm.RSAES_OAEP_SHA_1)


@dataclass(frozen=True, slots=True)
class Offers:
    """What a token can do: for the name of each spec that it offers, how, and where it is kept."""

    algorithms: Mapping[str, frozenset[Algorithm]]
    storages: Mapping[str, tuple[Storage, ...]]


def ask(session: TokenSession) -> Offers:
    """What the token of a session can do, from its list of mechanisms; asked once.

    The list does not say with which hashes OAEP works (SoftHSM: SHA-1 only), so that is tried.
    """
    slot = session.raw.token.slot
    has = slot.get_mechanisms()
    largest = _largest_rsa(slot) if GENERATE[Family.RSA] in has else 0
    able = {one for one, mechanism in WORK.items() if mechanism in has}
    if Mechanism.RSA_PKCS_OAEP in has:
        able -= {one for one in _OAEP if not _accepts(session, one)}
    algorithms: dict[str, frozenset[Algorithm]] = {}
    for spec in KEY_SPECS.values():
        can = frozenset(one for usage in spec.usages for one in spec.algorithms[usage]) & able
        is_made = GENERATE.get(spec.family) in has and ProtectionLevel.HSM in spec.protections
        if can and is_made and (spec.family is not Family.RSA or spec.size <= largest):
            algorithms[spec.name] = can
    return Offers(algorithms, {name: _storages(KEY_SPECS[name], has) for name in algorithms})


def _storages(spec: KeySpec, has: set[Any]) -> tuple[Storage, ...]:
    """Only keys that are one string of bytes are kept outside: they are what can rotate."""
    if spec.family in {Family.AES, Family.HMAC} and WRAP in has:
        return (Storage.HSM_INTERNAL, Storage.HSM_DATABASE)
    return (Storage.HSM_INTERNAL,)


def _largest_rsa(slot: Any) -> int:
    return slot.get_mechanism_info(GENERATE[Family.RSA]).max_key_length or 0


def _accepts(session: TokenSession, algorithm: Algorithm) -> bool:
    """Whether the token takes OAEP's parameters, tried with a public key that nobody owns."""
    template = {
        Attribute.CLASS: ObjectClass.PUBLIC_KEY,
        Attribute.KEY_TYPE: KeyType.RSA,
        Attribute.MODULUS: b"\xc1" + bytes(254) + b"\x01",
        Attribute.PUBLIC_EXPONENT: b"\x01\x00\x01",
        Attribute.ENCRYPT: True,
        Attribute.TOKEN: False,
    }
    key: Any = session.raw.create_object(template)
    try:
        key.encrypt(b"?", mechanism=WORK[algorithm], mechanism_param=PARAMETERS[algorithm])
    except PKCS11Error:
        return False
    finally:
        key.destroy()
    return True


#: What keys of each family may do inside the token; nothing else.
CAPABILITIES = MappingProxyType(
    {
        Family.AES: MechanismFlag.ENCRYPT | MechanismFlag.DECRYPT,
        Family.HMAC: MechanismFlag.SIGN,
        Family.RSA: MechanismFlag.SIGN | MechanismFlag.DECRYPT,
        Family.EC: MechanismFlag.SIGN,
    }
)
KEY_TYPES = MappingProxyType(
    {
        Family.AES: KeyType.AES,
        Family.HMAC: KeyType.GENERIC_SECRET,
        Family.RSA: KeyType.RSA,
        Family.EC: KeyType.EC,
    }
)
