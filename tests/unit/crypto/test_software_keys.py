"""Every key spec, usage and algorithm of the table, with every provider that makes such keys.

The tests know a provider by `keylease.crypto.providers.Provider` only. Another one joins them with
a line in `WORKSHOPS`; what it cannot make is left out for it.
"""

import hashlib
import hmac
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PublicFormat,
    load_der_public_key,
)

from keylease.core.clock import SystemClock
from keylease.core.entropy import SystemEntropy
from keylease.core.errors import Code, Refusal
from keylease.crypto import sm2
from keylease.crypto.algorithms import (
    DIGEST_BYTES,
    KEY_SPECS,
    Algorithm,
    Family,
    KeySpec,
    KeyUsage,
)
from keylease.crypto.nonces import NonceSequence
from keylease.crypto.pkcs11 import Pkcs11Provider
from keylease.crypto.providers import (
    BadSignature,
    Provider,
    Storage,
    UndecryptableInput,
    UsableKey,
)
from keylease.crypto.secret import SecretBytes
from keylease.crypto.software import SoftwareProvider
from softhsm import new_softhsm
from unit.crypto import sm2_outside
from unit.crypto.outside import hmac_sm3, pkcs8

ENTROPY = SystemEntropy()
NONCES = NonceSequence(ENTROPY)
TEXT = b"A text that is a little longer than one block of any cipher here."
CONTEXT = b"context"

ROWS = [
    (spec, usage, algorithm)
    for spec in KEY_SPECS.values()
    for usage, algorithms in spec.algorithms.items()
    for algorithm in algorithms
]


_OF_SOFTHSM = {
    Algorithm.SEAL: ("Aliyun_AES",),
    Algorithm.RSA_PSS_SHA_256: ("RSA",),
    Algorithm.RSA_PKCS1_SHA_256: ("RSA",),
    Algorithm.RSAES_OAEP_SHA_1: ("RSA",),
    Algorithm.ECDSA_SHA_256: ("EC_P256",),
    **{one: ("HMAC_SHA",) for one in Algorithm if one.startswith("HMAC_SHA")},
}


def is_offered(place, spec, algorithm):
    """Whether keys of this spec do this there: software does all, SoftHSM what stands above."""
    if place == "software":
        return True
    pair = spec.family in {Family.RSA, Family.EC}
    if place == "wrapped by a token" and pair:
        return False
    return spec.name.startswith(_OF_SOFTHSM.get(algorithm, ("nothing",)))


def rows(which):
    """The rows of the table for which this holds, in each workshop that offers them."""
    chosen = [
        (place, spec, algorithm)
        for place in WORKSHOPS
        for spec, usage, algorithm in ROWS
        if which(usage, algorithm) and is_offered(place, spec, algorithm)
    ]
    ids = [f"{place}-{spec.name}-{algorithm}" for place, spec, algorithm in chosen]
    names = ("workshop", "spec", "algorithm")
    return pytest.mark.parametrize(names, chosen, ids=ids, indirect=["workshop"])


class Workshop:
    """A provider with a place to keep keys, and the keys that were made in it: RSA takes long."""

    def __init__(self, provider: Provider, storage: Storage) -> None:
        self.provider = provider
        self.storage = storage
        self._made = {}

    def key(self, spec: KeySpec, number: int = 0, algorithm: Algorithm | None = None) -> UsableKey:
        """The key with this number; what is not offered fails here."""
        if (spec.name, number) not in self._made:
            version_id = f"00000000-0000-4000-8000-{len(self._made):012}"
            made = self.provider.generate(spec, self.storage, version_id)
            self._made[spec.name, number] = version_id, made
        key = self.provider.load(spec, self.storage, *self._made[spec.name, number])
        if algorithm is not None:
            key.require(algorithm)
        return key

    def adopted(self, spec: KeySpec, material: bytes) -> UsableKey:
        """A key from outside."""
        version_id = str(uuid4())
        made = self.provider.adopt(spec, self.storage, version_id, SecretBytes(material))
        return self.provider.load(spec, self.storage, version_id, made)


@contextmanager
def software() -> Iterator[Workshop]:
    yield Workshop(SoftwareProvider(ENTROPY), Storage.SOFTWARE)


@contextmanager
def hardware(storage: Storage) -> Iterator[Workshop]:
    with new_softhsm() as token, token.opened() as module:
        yield Workshop(Pkcs11Provider(module, SystemClock(), quick=True), storage)


WORKSHOPS = {
    "software": software,
    "in a token": lambda: hardware(Storage.HSM_INTERNAL),
    "wrapped by a token": lambda: hardware(Storage.HSM_DATABASE),
}


sealing = rows(lambda _usage, algorithm: algorithm is Algorithm.SEAL)
encrypting = rows(
    lambda usage, algorithm: usage is KeyUsage.ENCRYPT_DECRYPT and algorithm is not Algorithm.SEAL
)
signing = rows(lambda usage, _algorithm: usage is KeyUsage.SIGN_VERIFY)
authenticating = rows(lambda usage, _algorithm: usage is KeyUsage.GENERATE_VERIFY_MAC)

_PLACED = [
    (place, spec)
    for place in WORKSHOPS
    for spec in KEY_SPECS.values()
    if any(is_offered(place, spec, a) for some in spec.algorithms.values() for a in some)
]
every_spec = pytest.mark.parametrize(
    ("workshop", "spec"),
    _PLACED,
    ids=[f"{place}-{spec.name}" for place, spec in _PLACED],
    indirect=["workshop"],
)


@pytest.fixture(scope="module", params=WORKSHOPS)
def workshop(request):
    with WORKSHOPS[request.param]() as one:
        yield one


@pytest.mark.parametrize("spec", KEY_SPECS.values(), ids=KEY_SPECS)
def test_a_workshop_offers_exactly_what_is_tested_in_it(workshop, spec, request):
    place = request.node.callspec.params["workshop"]
    some = [a for algorithms in spec.algorithms.values() for a in algorithms]
    if any(is_offered(place, spec, a) for a in some):
        key = workshop.key(spec)
        for one in some:
            if is_offered(place, spec, one):
                key.require(one)
            else:
                with pytest.raises(Refusal) as refused:
                    key.require(one)
                assert refused.value.code is Code.UNSUPPORTED
    else:
        with pytest.raises(Refusal) as refused:
            workshop.provider.require(spec, workshop.storage)
        assert refused.value.code is Code.UNSUPPORTED


def damaged(whole):
    """It with one bit changed in each byte, cut off, longer, and nothing at all."""
    for at in range(len(whole)):
        yield whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :]
    yield from (whole[:-1], whole[1:], whole + b"\0", b"\0" + whole, b"")


# Sealing.


@sealing
@pytest.mark.parametrize("size", [0, 1, 15, 16, 17, 8_192])
def test_what_was_sealed_opens_and_no_two_are_alike(workshop, spec, algorithm, size):
    key = workshop.key(spec, algorithm=algorithm)
    text = ENTROPY.random(size)
    bodies = {key.seal(text, CONTEXT, NONCES) for _ in range(5)}
    assert len(bodies) == 5
    assert {key.open(body, CONTEXT) for body in bodies} == {text}
    assert {workshop.key(spec).open(body, CONTEXT) for body in bodies} == {text}


@sealing
def test_another_key_context_or_bit_opens_nothing(workshop, spec, algorithm):
    key = workshop.key(spec, algorithm=algorithm)
    body = key.seal(TEXT, CONTEXT, NONCES)
    with pytest.raises(UndecryptableInput):
        workshop.key(spec, 1).open(body, CONTEXT)
    for context in (b"", b"contexT", CONTEXT + b"\0"):
        with pytest.raises(UndecryptableInput):
            key.open(body, context)
    for changed in damaged(body):
        with pytest.raises(UndecryptableInput):
            key.open(changed, CONTEXT)


@sealing
def test_no_cut_of_a_sealed_text_opens(workshop, spec, algorithm):
    key = workshop.key(spec, algorithm=algorithm)
    body = key.seal(b"", b"", NONCES)
    for size in range(len(body)):
        with pytest.raises(UndecryptableInput):
            key.open(body[:size], b"")
    for size in range(60):
        with pytest.raises(UndecryptableInput):
            key.open(ENTROPY.random(size), b"")


@sealing
def test_a_text_that_is_sealed_outside_with_the_public_key_opens(workshop, spec, algorithm):
    key = workshop.key(spec, algorithm=algorithm)
    if not spec.has_public_key:
        assert key.public == b""
        return
    secret, encapsulation = load_der_public_key(key.public).encapsulate()
    nonce = ENTROPY.random(12)
    body = encapsulation + nonce + AESGCM(secret).encrypt(nonce, TEXT, CONTEXT)
    assert key.open(body, CONTEXT) == TEXT


# Encrypting.


@encrypting
def test_what_was_encrypted_decrypts_up_to_the_longest_plaintext(workshop, spec, algorithm):
    key = workshop.key(spec, algorithm=algorithm)
    longest = spec.plaintext_max[algorithm]
    for size in (1, 2, 32, longest - 1, longest):
        text = ENTROPY.random(size)
        ciphertexts = {key.encrypt(algorithm, text) for _ in range(3)}
        assert len(ciphertexts) == 3
        assert {key.decrypt(algorithm, one) for one in ciphertexts} == {text}


@encrypting
def test_a_plaintext_beyond_the_limit_is_refused_with_the_limit(workshop, spec, algorithm):
    key = workshop.key(spec, algorithm=algorithm)
    longest = spec.plaintext_max[algorithm]
    for size in (longest + 1, 10_000):
        with pytest.raises(Refusal, match=f"to {longest} bytes") as caught:
            key.encrypt(algorithm, bytes(size))
        assert caught.value.code is Code.INVALID_PARAMETER


@encrypting
def test_an_empty_plaintext_works_with_rsa_and_is_refused_with_sm2(workshop, spec, algorithm):
    key = workshop.key(spec, algorithm=algorithm)
    if spec.family is Family.RSA:
        assert key.decrypt(algorithm, key.encrypt(algorithm, b"")) == b""
    else:
        with pytest.raises(Refusal, match="1 to 6047"):
            key.encrypt(algorithm, b"")


@encrypting
def test_another_key_algorithm_or_bit_decrypts_nothing(workshop, spec, algorithm):
    key = workshop.key(spec, algorithm=algorithm)
    ciphertext = key.encrypt(algorithm, TEXT)
    with pytest.raises(UndecryptableInput):
        workshop.key(spec, 1).decrypt(algorithm, ciphertext)
    for other in spec.algorithms[KeyUsage.ENCRYPT_DECRYPT]:
        if other is not algorithm:
            with pytest.raises(UndecryptableInput):
                key.decrypt(other, ciphertext)
    for changed in list(damaged(ciphertext))[::7]:
        with pytest.raises(UndecryptableInput):
            key.decrypt(algorithm, changed)
    for size in (0, 1, len(ciphertext) - 1, len(ciphertext) + 1, 10_000):
        with pytest.raises(UndecryptableInput):
            key.decrypt(algorithm, ENTROPY.random(size))


HASHES = {Algorithm.RSAES_OAEP_SHA_1: SHA1(), Algorithm.RSAES_OAEP_SHA_256: SHA256()}


@encrypting
def test_what_is_encrypted_outside_with_the_public_key_decrypts(workshop, spec, algorithm):
    key = workshop.key(spec, algorithm=algorithm)
    if spec.family is Family.SM2:
        ciphertext = sm2_outside.encrypt(key.public, TEXT)
    else:
        algorithm_hash = HASHES[algorithm]
        oaep = padding.OAEP(padding.MGF1(algorithm_hash), algorithm_hash, None)
        ciphertext = load_der_public_key(key.public).encrypt(TEXT, oaep)
    assert key.decrypt(algorithm, ciphertext) == TEXT


# Signing.


@signing
def test_a_signature_is_one_of_its_digest_by_its_key_bit_for_bit(workshop, spec, algorithm):
    key = workshop.key(spec, algorithm=algorithm)
    digest = ENTROPY.random(DIGEST_BYTES[algorithm])
    signature = key.sign(algorithm, digest)
    key.verify(algorithm, digest, signature)
    workshop.key(spec).verify(algorithm, digest, signature)
    with pytest.raises(BadSignature):
        workshop.key(spec, 1).verify(algorithm, digest, signature)
    for other in list(damaged(digest))[: len(digest)]:
        with pytest.raises(BadSignature):
            key.verify(algorithm, other, signature)
    for other in [*list(damaged(signature))[::5], b"", bytes(len(signature)), bytes(10_000)]:
        with pytest.raises(BadSignature):
            key.verify(algorithm, digest, other)


@signing
def test_a_signature_by_one_algorithm_is_none_by_another(workshop, spec, algorithm):
    key = workshop.key(spec, algorithm=algorithm)
    digest = ENTROPY.random(DIGEST_BYTES[algorithm])
    for other in spec.algorithms[KeyUsage.SIGN_VERIFY]:
        if other is not algorithm:
            with pytest.raises(BadSignature):
                key.verify(other, digest, key.sign(algorithm, digest))


@signing
def test_a_digest_of_another_length_is_refused_with_the_right_one(workshop, spec, algorithm):
    key = workshop.key(spec, algorithm=algorithm)
    right = DIGEST_BYTES[algorithm]
    signature = key.sign(algorithm, bytes(right))
    for size in {0, 20, right - 1, right + 1, 48, 96}:
        for use in (
            lambda digest: key.sign(algorithm, digest),
            lambda digest: key.verify(algorithm, digest, signature),
        ):
            with pytest.raises(Refusal, match=f"of {right} bytes") as caught:
                use(bytes(size))
            assert caught.value.code is Code.INVALID_PARAMETER


def digest_outside(spec, public, message):
    """What a caller hands in for a message."""
    if spec.family is Family.SM2:
        return sm2.message_digest(public, message)
    if spec.family is Family.ML_DSA:
        raw = load_der_public_key(public).public_bytes_raw()
        tr = hashlib.shake_256(raw).digest(64)
        return hashlib.shake_256(tr + b"\0\0" + message).digest(64)
    return hashlib.sha256(message).digest()


def verify_outside(spec, algorithm, public, message, signature):
    """InvalidSignature unless others take it, over the message itself."""
    if spec.family is Family.SM2:
        if not sm2_outside.verifies(public, message, signature):
            raise InvalidSignature
        return
    key = load_der_public_key(public)
    if spec.family is Family.ML_DSA:
        key.verify(signature, message)
    elif spec.family is Family.EC:
        key.verify(signature, message, ec.ECDSA(SHA256()))
    elif algorithm is Algorithm.RSA_PSS_SHA_256:
        key.verify(signature, message, padding.PSS(padding.MGF1(SHA256()), 32), SHA256())
    else:
        digest = hashlib.sha256(message).digest()
        key.verify(signature, digest, padding.PKCS1v15(), Prehashed(SHA256()))


@signing
def test_others_verify_a_signature_over_the_message_with_the_public_key(workshop, spec, algorithm):
    key = workshop.key(spec, algorithm=algorithm)
    signature = key.sign(algorithm, digest_outside(spec, key.public, TEXT))
    verify_outside(spec, algorithm, key.public, TEXT, signature)
    with pytest.raises(InvalidSignature):
        verify_outside(spec, algorithm, key.public, TEXT + b"!", signature)


# Authentication codes.


@authenticating
def test_a_code_is_the_one_that_others_compute_from_the_same_material(workshop, spec, algorithm):
    workshop.key(spec, algorithm=algorithm)
    material = ENTROPY.random(spec.material_bytes)
    key = workshop.adopted(spec, material)
    name = algorithm.removeprefix("HMAC_").replace("_", "").lower()
    for message in (b"", TEXT, bytes(6_144)):
        expected = (
            hmac_sm3(material, message) if name == "sm3" else hmac.digest(material, message, name)
        )
        assert key.mac(algorithm, message) == expected


@authenticating
def test_a_code_is_verified_whole_and_with_its_key_only(workshop, spec, algorithm):
    key = workshop.key(spec, algorithm=algorithm)
    tag = key.mac(algorithm, TEXT)
    key.verify_mac(algorithm, TEXT, tag)
    workshop.key(spec).verify_mac(algorithm, TEXT, tag)
    with pytest.raises(BadSignature):
        workshop.key(spec, 1).verify_mac(algorithm, TEXT, tag)
    with pytest.raises(BadSignature):
        key.verify_mac(algorithm, TEXT + b"\0", tag)
    for other in damaged(tag):
        with pytest.raises(BadSignature):
            key.verify_mac(algorithm, TEXT, other)


# Material and public keys.


@every_spec
def test_a_public_key_says_what_it_is_to_others(workshop, spec):
    public = workshop.key(spec).public
    if not spec.has_public_key:
        assert public == b""
    elif spec.family is Family.SM2:
        assert public == sm2_outside.spki(sm2_outside.point_of(public))
        sm2.from_public_der(public)
    else:
        key = load_der_public_key(public)
        assert key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) == public
        if spec.family in {Family.RSA, Family.EC}:
            assert key.key_size == spec.size
        if spec.family is Family.EC:
            assert key.curve.name == spec.curve
        if spec.family is Family.RSA:
            assert key.public_numbers().e == 65_537


RSA = {size: rsa.generate_private_key(65_537, size) for size in (1_024, 2_048)}
P256 = ec.generate_private_key(ec.SECP256R1())
SM2 = sm2_outside.pkcs8(bytes(31) + b"\x07")


def from_outside(spec):
    """Material as a customer has it."""
    match spec.family:
        case Family.RSA:
            return pkcs8(rsa.generate_private_key(65_537, spec.size))
        case Family.EC:
            curve = {"secp256r1": ec.SECP256R1(), "secp256k1": ec.SECP256K1()}[spec.curve]
            return pkcs8(ec.generate_private_key(curve))
        case Family.SM2:
            return SM2
        case _:
            return ENTROPY.random(spec.material_bytes)


@every_spec
def test_material_from_outside_makes_a_key_with_its_own_public_half(workshop, spec):
    workshop.key(spec)
    if spec.family in {Family.ML_DSA, Family.ML_KEM}:
        with pytest.raises(Refusal, match="cannot be imported") as caught:
            workshop.adopted(spec, bytes(spec.material_bytes))
        assert caught.value.code is Code.UNSUPPORTED
        return
    material = from_outside(spec)
    key, again = workshop.adopted(spec, material), workshop.adopted(spec, material)
    assert key.public == again.public
    if spec.seals:
        assert again.open(key.seal(TEXT, CONTEXT, NONCES), CONTEXT) == TEXT
    elif spec.family is Family.HMAC:
        algorithm = Algorithm(spec.name)
        again.verify_mac(algorithm, TEXT, key.mac(algorithm, TEXT))
    else:
        algorithm = spec.algorithms[KeyUsage.SIGN_VERIFY][0]
        again.verify(algorithm, bytes(32), key.sign(algorithm, bytes(32)))


def rsa_of_256_bits():
    """As long as the curves' keys; OpenSSL makes no RSA key this short, but reads it."""
    p, q, e = 2**128 - 159, 2**128 - 173, 65_537
    d = pow(e, -1, (p - 1) * (q - 1))
    numbers = (0, p * q, e, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p))
    inner = sm2_outside.der(0x30, *(sm2_outside.integer(n.to_bytes(32)) for n in numbers))
    algorithm = bytes.fromhex("300d06092a864886f70d0101010500")
    version = sm2_outside.integer(b"\0")
    return sm2_outside.der(0x30, version, algorithm, sm2_outside.der(0x04, inner))


def wrong_materials():
    other_point = pkcs8(P256)[:-65] + pkcs8(ec.generate_private_key(ec.SECP256R1()))[-65:]
    whole = pkcs8(RSA[2_048])
    return {
        "nothing": b"",
        "a byte": b"\0",
        "a thousand bytes": bytes(1_000),
        "RSA of 256 bits": rsa_of_256_bits(),
        "too short an RSA key": pkcs8(RSA[1_024]),
        "RSA under a password": pkcs8(RSA[2_048], BestAvailableEncryption(b"password")),
        "RSA with another modulus": whole[:100] + bytes([whole[100] ^ 1]) + whole[101:],
        "RSA and something after it": whole + b"\0",
        "a public key": RSA[2_048]
        .public_key()
        .public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        "P-384": pkcs8(ec.generate_private_key(ec.SECP384R1())),
        "P-256 with another's point": other_point,
        "Ed25519": pkcs8(ed25519.Ed25519PrivateKey.generate()),
        "SM2 with zero": sm2_outside.pkcs8(bytes(32)),
    }


WRONG = wrong_materials()
OTHERS = {"RSA_2048": pkcs8(RSA[2_048]), "EC_P256": pkcs8(P256), "EC_SM2": SM2}


@every_spec
def test_material_that_is_none_of_the_spec_is_refused(workshop, spec):
    workshop.key(spec)
    if spec.family in {Family.ML_DSA, Family.ML_KEM}:
        return
    wrong = WRONG | {name: other for name, other in OTHERS.items() if name != spec.name}
    for name, material in wrong.items():
        if not spec.has_public_key and len(material) == spec.material_bytes:
            continue  # any bytes of that length will do
        with pytest.raises(Refusal, match=f"Material for {spec.name} is") as caught:
            workshop.adopted(spec, material)
        assert caught.value.code is Code.INVALID_KEY_MATERIAL, name


@every_spec
def test_material_that_is_a_byte_too_short_or_too_long_is_refused(workshop, spec):
    workshop.key(spec)
    if spec.has_public_key:
        return
    for size in (spec.material_bytes - 1, spec.material_bytes + 1):
        with pytest.raises(Refusal, match=f"{spec.material_bytes} random bytes"):
            workshop.adopted(spec, bytes(size))


# Keys as objects.


@every_spec
def test_a_key_knows_its_spec_and_version_and_shows_nothing_else(workshop, spec):
    key = workshop.key(spec)
    assert key.spec is spec
    assert len(key.version_id) == 36
    assert repr(key) == f"<{type(key).__name__}: hidden>"
    assert not hasattr(key, "__dict__")
    with pytest.raises(TypeError, match="does not compare"):
        _ = key == key  # noqa: PLR0124 - also with itself


@every_spec
def test_what_a_spec_cannot_do_is_our_own_mistake(workshop, spec):
    key = workshop.key(spec)
    usages = {usage for one, usage, _algorithm in ROWS if one is spec}
    calls = {
        KeyUsage.SIGN_VERIFY: [
            lambda: key.sign(Algorithm.ECDSA_SHA_256, bytes(32)),
            lambda: key.verify(Algorithm.ECDSA_SHA_256, bytes(32), b""),
        ],
        KeyUsage.GENERATE_VERIFY_MAC: [
            lambda: key.mac(Algorithm.HMAC_SHA_256, b""),
            lambda: key.verify_mac(Algorithm.HMAC_SHA_256, b"", b""),
        ],
        KeyUsage.ENCRYPT_DECRYPT: [
            lambda: key.encrypt(Algorithm.SM2PKE, b""),
            lambda: key.decrypt(Algorithm.SM2PKE, b""),
            lambda: key.seal(b"", b"", NONCES),
            lambda: key.open(b"", b""),
        ],
    }
    for usage in set(calls) - usages:
        for call in calls[usage]:
            with pytest.raises(AssertionError, match="ask the table first"):
                call()


@every_spec
def test_one_key_serves_many_threads(workshop, spec):
    key = workshop.key(spec)
    usage, (algorithm, *_rest) = next(iter(spec.algorithms.items()))

    def work(number):
        text = b"%d" % number
        if algorithm is Algorithm.SEAL:
            assert key.open(key.seal(text, text, NONCES), text) == text
        elif usage is KeyUsage.SIGN_VERIFY:
            digest = text.zfill(DIGEST_BYTES[algorithm])
            key.verify(algorithm, digest, key.sign(algorithm, digest))
        else:
            key.verify_mac(algorithm, text, key.mac(algorithm, text))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(40)))
