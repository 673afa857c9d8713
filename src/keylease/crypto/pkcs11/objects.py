"""Keys as objects of a token: made, brought in, wrapped, found, destroyed.

A key of ours that the token keeps has the bytes of its version's UUID as CKA_ID, and as CKA_LABEL
``keylease``, the version's id and the second in which it was made: PKCS#11 tells no object's age,
and a sweep needs it. All functions take a session and may raise PKCS11Error.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pkcs11 import Attribute, KeyType, MechanismFlag, ObjectClass
from pkcs11.exceptions import NoSuchKey

from keylease.core.errors import ensure
from keylease.crypto.algorithms import Family, KeySpec
from keylease.crypto.key_pairs import CURVES, PrivateKey
from keylease.crypto.pkcs11.mechanisms import CAPABILITIES, KEY_TYPES, WRAP
from keylease.crypto.pkcs11.sessions import Locate, TokenSession
from keylease.crypto.secret import SecretBytes

KEK_LABEL = "keylease-kek"

_OURS = "keylease"
_ID_BYTES = 16
_WRAPPED_V1 = 1

#: The material never leaves the token, not even wrapped.
LOCKED: Mapping[Attribute, Any] = MappingProxyType(
    {Attribute.PRIVATE: True, Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False}
)
#: The material leaves the token wrapped only. For objects that live until they are wrapped.
_WRAPPABLE: Mapping[Attribute, Any] = MappingProxyType({**LOCKED, Attribute.EXTRACTABLE: True})

#: DER of the curves' object identifiers. Source: SEC 2 A.2.
_CURVE_OIDS = MappingProxyType(
    {
        "secp256r1": bytes.fromhex("06082a8648ce3d030107"),
        "secp256k1": bytes.fromhex("06052b8104000a"),
    }
)
_POINT_BYTES = 65


class Name(NamedTuple):
    """What a kept key is called: its version's id, and when it was made (machine time)."""

    version_id: str
    made: int

    @property
    def attributes(self) -> dict[Attribute, Any]:
        """As attributes of the object."""
        label = f"{_OURS} {self.version_id} {self.made}"
        return {Attribute.ID: id_bytes(self.version_id), Attribute.LABEL: label}


def id_bytes(version_id: str) -> bytes:
    """The CKA_ID of a version's object."""
    return UUID(version_id).bytes


def read_name(label: str) -> Name | None:
    """The name in a label, None if the object is not one of our keys."""
    match label.split(" "):
        case [ours, version_id, made] if ours == _OURS and made.isdecimal():
            return Name(version_id, int(made))
    return None


def generate_secret(session: TokenSession, spec: KeySpec, name: Name) -> None:
    """A new AES or MAC key that the token keeps."""
    _generated(session, spec, _place(name))


def generate_wrapped(session: TokenSession, spec: KeySpec) -> SecretBytes:
    """A new AES or MAC key that the token gives out wrapped."""
    return _wrap(session, _generated(session, spec, _WRAPPABLE))


def bring_in(session: TokenSession, spec: KeySpec, name: Name, material: SecretBytes) -> None:
    """Somebody's AES or MAC key, for the token to keep."""
    _created(session, spec, material, _place(name))


def bring_in_wrapped(session: TokenSession, spec: KeySpec, material: SecretBytes) -> SecretBytes:
    """Somebody's AES or MAC key, given out wrapped."""
    return _wrap(session, _created(session, spec, material, _WRAPPABLE))


def generate_rsa(session: TokenSession, spec: KeySpec, name: Name) -> rsa.RSAPublicKey:
    """A new RSA key that the token keeps."""
    public, _private = session.raw.generate_keypair(
        KeyType.RSA,
        spec.size,
        capabilities=CAPABILITIES[Family.RSA],
        public_template={Attribute.TOKEN: False},
        private_template=_place(name),
    )
    modulus, exponent = public[Attribute.MODULUS], public[Attribute.PUBLIC_EXPONENT]
    public.destroy()
    return rsa.RSAPublicNumbers(int.from_bytes(exponent), int.from_bytes(modulus)).public_key()


def generate_ec(session: TokenSession, spec: KeySpec, name: Name) -> ec.EllipticCurvePublicKey:
    """A new key on a curve that the token keeps."""
    curve = session.raw.create_domain_parameters(
        KeyType.EC, {Attribute.EC_PARAMS: _CURVE_OIDS[spec.curve]}, local=True
    )
    public, _private = curve.generate_keypair(
        capabilities=CAPABILITIES[Family.EC],
        public_template={Attribute.TOKEN: False},
        private_template=_place(name),
    )
    # An OCTET STRING with the point in it; some tokens leave out the two bytes before the point.
    point = public[Attribute.EC_POINT][-_POINT_BYTES:]
    public.destroy()
    return ec.EllipticCurvePublicKey.from_encoded_point(CURVES[spec.curve], point)


def bring_in_pair(session: TokenSession, spec: KeySpec, name: Name | None, key: PrivateKey) -> Any:
    """Somebody's private key, for the token to keep; without a name, for the session only."""
    if isinstance(key, rsa.RSAPrivateKey):
        return _private_key(session, KeyType.RSA, name, _rsa_parts(key))
    return _private_key(session, KeyType.EC, name, _ec_parts(spec, key))


def passing(spec: KeySpec, material: SecretBytes | PrivateKey) -> Locate:
    """Brings a key in that lives as long as the session, and is nowhere afterwards."""
    return partial(_pass, spec=spec, material=material)


def replacing(session: TokenSession, version_id: str, bring: Callable[[], object]) -> None:
    """Bring in a version of which the token may hold an object, then destroy the older one.

    It is there if its owner brings the same material again, or if a crash or a full disk kept us
    from writing down what was brought in before: there must not be two to choose from.
    """
    older = [found for found, _name in _ours(session, {Attribute.ID: id_bytes(version_id)})]
    bring()
    for one in older:
        one.destroy()


def _pass(session: TokenSession, spec: KeySpec, material: SecretBytes | PrivateKey) -> Any:
    if isinstance(material, SecretBytes):
        return _created(session, spec, material, _place(None))
    return bring_in_pair(session, spec, None, material)


def _rsa_parts(key: rsa.RSAPrivateKey) -> dict[Attribute, Any]:
    numbers = key.private_numbers()
    parts = {
        Attribute.MODULUS: numbers.public_numbers.n,
        Attribute.PUBLIC_EXPONENT: numbers.public_numbers.e,
        Attribute.PRIVATE_EXPONENT: numbers.d,
        Attribute.PRIME_1: numbers.p,
        Attribute.PRIME_2: numbers.q,
        Attribute.EXPONENT_1: numbers.dmp1,
        Attribute.EXPONENT_2: numbers.dmq1,
        Attribute.COEFFICIENT: numbers.iqmp,
    }
    template: dict[Attribute, Any] = {part: _unsigned(number) for part, number in parts.items()}
    return template | {Attribute.SIGN: True, Attribute.DECRYPT: True}


def _ec_parts(spec: KeySpec, key: ec.EllipticCurvePrivateKey) -> dict[Attribute, Any]:
    scalar = key.private_numbers().private_value.to_bytes(spec.size // 8)
    return {
        Attribute.EC_PARAMS: _CURVE_OIDS[spec.curve],
        Attribute.VALUE: scalar,
        Attribute.SIGN: True,
    }


def kept(version_id: str) -> Locate:
    """Finds a key that the token keeps; NoSuchKey."""
    return partial(_find_kept, version_id=version_id)


def wrapped(spec: KeySpec, blob: bytes) -> Locate:
    """Unwraps a key that was given out wrapped, into an object that lives as long as its session.

    NoSuchKey if the token has lost what it was wrapped with.
    """
    ensure(blob[0] == _WRAPPED_V1, "a wrapped key of a known version")
    return partial(_unwrap, spec=spec, blob=blob)


def destroy(session: TokenSession, version_id: str) -> None:
    """Destroy a key that the token keeps; nothing if it keeps none."""
    for found, name in _ours(session, {Attribute.ID: id_bytes(version_id)}):
        if name.version_id == version_id:
            found.destroy()


def names(session: TokenSession) -> list[Name]:
    """Every key of ours that the token keeps."""
    return [name for _found, name in _ours(session, {})]


def _ours(session: TokenSession, among: Mapping[Attribute, Any]) -> Iterator[tuple[Any, Name]]:
    for one in (ObjectClass.SECRET_KEY, ObjectClass.PRIVATE_KEY):
        template = {Attribute.TOKEN: True, Attribute.CLASS: one, **among}
        for found in session.find(template):
            name = read_name(found[Attribute.LABEL])
            if name is not None:
                yield found, name


def _find_kept(session: TokenSession, version_id: str) -> Any:
    for found, _name in _ours(session, {Attribute.ID: id_bytes(version_id)}):
        return found
    raise NoSuchKey


def _generated(session: TokenSession, spec: KeySpec, template: Mapping[Attribute, Any]) -> Any:
    return session.raw.generate_key(
        KEY_TYPES[spec.family],
        spec.size,
        capabilities=CAPABILITIES[spec.family],
        template=dict(template),
    )


def _created(
    session: TokenSession, spec: KeySpec, material: SecretBytes, template: Mapping[Attribute, Any]
) -> Any:
    can = CAPABILITIES[spec.family]
    return session.raw.create_object(
        {
            Attribute.CLASS: ObjectClass.SECRET_KEY,
            Attribute.KEY_TYPE: KEY_TYPES[spec.family],
            Attribute.TOKEN: False,
            Attribute.VALUE: material.reveal(),
            Attribute.ENCRYPT: bool(can & MechanismFlag.ENCRYPT),
            Attribute.DECRYPT: bool(can & MechanismFlag.DECRYPT),
            Attribute.SIGN: bool(can & MechanismFlag.SIGN),
            **template,
        }
    )


def _private_key(
    session: TokenSession, key_type: KeyType, name: Name | None, template: Mapping[Attribute, Any]
) -> Any:
    return session.raw.create_object(
        {
            Attribute.CLASS: ObjectClass.PRIVATE_KEY,
            Attribute.KEY_TYPE: key_type,
            **_place(name),
            **template,
        }
    )


def _place(name: Name | None) -> dict[Attribute, Any]:
    """What an object has that the token keeps under a name; without, that its session keeps."""
    kept = {} if name is None else name.attributes
    return {**LOCKED, Attribute.TOKEN: name is not None, **kept}


def _unsigned(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8)


def _wrap(session: TokenSession, key: Any) -> SecretBytes:
    """Version, the CKA_ID of the wrapping key, and the key wrapped; the object is destroyed."""
    kek_id = _kek_for_new_keys(session)
    try:
        kek = session.key(kek_id.hex(), partial(_find_kek, kek_id=kek_id))
        return SecretBytes(bytes([_WRAPPED_V1]) + kek_id + kek.wrap_key(key, mechanism=WRAP))
    finally:
        key.destroy()


def _unwrap(session: TokenSession, spec: KeySpec, blob: bytes) -> Any:
    kek_id, body = blob[1 : 1 + _ID_BYTES], blob[1 + _ID_BYTES :]
    kek = session.key(kek_id.hex(), partial(_find_kek, kek_id=kek_id))
    return kek.unwrap_key(
        ObjectClass.SECRET_KEY,
        KEY_TYPES[spec.family],
        body,
        mechanism=WRAP,
        capabilities=CAPABILITIES[spec.family],
        template=dict(LOCKED),
    )


def _find_kek(session: TokenSession, kek_id: bytes) -> Any:
    template = {Attribute.TOKEN: True, Attribute.LABEL: KEK_LABEL, Attribute.ID: kek_id}
    for found in session.find(template):
        return found
    raise NoSuchKey


def _kek_for_new_keys(session: TokenSession) -> bytes:
    """The CKA_ID of the key-encryption key, made at first use.

    Two processes may both make one. Each blob names the one that wrapped it, so both serve.
    """
    found = session.find({Attribute.TOKEN: True, Attribute.LABEL: KEK_LABEL})
    if found:
        return bytes(min(one[Attribute.ID] for one in found))
    kek_id = session.raw.generate_random(8 * _ID_BYTES)
    session.raw.generate_key(
        KeyType.AES,
        256,
        id=kek_id,
        label=KEK_LABEL,
        store=True,
        # It wraps and unwraps only: could it decrypt, what it wrapped could be read.
        capabilities=MechanismFlag.WRAP | MechanismFlag.UNWRAP,
        template=dict(LOCKED),
    )
    return kek_id
