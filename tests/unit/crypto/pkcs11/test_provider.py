"""Hardware keys in a real SoftHSM: what they do, and that their material stays in the token.

What every provider must do is in `unit.crypto.test_software_keys`; here is what only a token does.
"""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pkcs11 import Attribute, KeyType, ObjectClass
from pkcs11.exceptions import PKCS11Error

from keylease.core.entropy import SystemEntropy
from keylease.core.errors import Code, Misuse, Refusal
from keylease.crypto.algorithms import AES_256, KEY_SPECS, Algorithm, Family
from keylease.crypto.nonces import NonceSequence
from keylease.crypto.pkcs11 import Pkcs11Provider, sessions
from keylease.crypto.pkcs11 import objects as inside
from keylease.crypto.pkcs11.objects import KEK_LABEL
from keylease.crypto.providers import BadSignature, Made, Storage, UndecryptableInput
from keylease.crypto.secret import SecretBytes
from machine import HeldMachine
from softhsm import PIN
from unit.crypto.outside import pkcs8

NONCES = NonceSequence(SystemEntropy())
HMAC_224 = KEY_SPECS["HMAC_SHA_224"]
HMAC_256 = KEY_SPECS["HMAC_SHA_256"]
RSA_2048 = KEY_SPECS["RSA_2048"]
P256 = KEY_SPECS["EC_P256"]
INSIDE, OUTSIDE = Storage.HSM_INTERNAL, Storage.HSM_DATABASE
DIGEST = bytes(range(32))

BOTH = pytest.mark.parametrize("storage", [INSIDE, OUTSIDE])

#: Key specs that SoftHSM offers, with how their keys may be kept.
OFFERED = {
    "Aliyun_AES_256": {INSIDE, OUTSIDE},
    "Aliyun_AES_192": {INSIDE, OUTSIDE},
    "Aliyun_AES_128": {INSIDE, OUTSIDE},
    "RSA_2048": {INSIDE},
    "RSA_3072": {INSIDE},
    "RSA_4096": {INSIDE},
    "EC_P256": {INSIDE},
    "EC_P256K": {INSIDE},
    "HMAC_SHA_224": {INSIDE, OUTSIDE},
    "HMAC_SHA_256": {INSIDE, OUTSIDE},
    "HMAC_SHA_384": {INSIDE, OUTSIDE},
    "HMAC_SHA_512": {INSIDE, OUTSIDE},
}


def new_id():
    return str(uuid4())


def key_of(provider, spec, storage=INSIDE, material=None):
    """A new key, or one from outside."""
    version_id = new_id()
    if material is None:
        made = provider.generate(spec, storage, version_id)
    else:
        made = provider.adopt(spec, storage, version_id, SecretBytes(material))
    return provider.load(spec, storage, version_id, made)


def objects(provider, **template):
    """What the token holds with these attributes."""
    wanted = {Attribute[name]: value for name, value in template.items()}
    return provider.module.write(lambda session: session.find(wanted))


@pytest.fixture(scope="module")
def machine():
    return HeldMachine()


@pytest.fixture(scope="module")
def provider(softhsm, machine):
    with softhsm.opened() as module:
        yield Pkcs11Provider(module, machine, quick=True)


# What it offers.


def test_the_token_offers_what_its_mechanisms_allow_and_nothing_of_sm_or_post_quantum(provider):
    offers = provider.offers()
    assert {name: set(kept) for name, kept in offers.storages.items()} == OFFERED
    assert offers.algorithms["Aliyun_AES_256"] == {Algorithm.SEAL}
    assert offers.algorithms["RSA_2048"] == {
        Algorithm.RSA_PSS_SHA_256,
        Algorithm.RSA_PKCS1_SHA_256,
        Algorithm.RSAES_OAEP_SHA_1,
    }


@pytest.mark.parametrize("spec", KEY_SPECS.values(), ids=KEY_SPECS)
@BOTH
def test_what_is_not_offered_is_refused_before_anything_is_made(provider, spec, storage):
    if storage in OFFERED.get(spec.name, set()):
        provider.require(spec, storage)
        return
    before = len(objects(provider))
    for make in (
        lambda: provider.generate(spec, storage, new_id()),
        lambda: provider.adopt(spec, storage, new_id(), SecretBytes(bytes(32))),
    ):
        with pytest.raises(Refusal) as refused:
            make()
        assert refused.value.code is Code.UNSUPPORTED
    assert len(objects(provider)) == before


def test_oaep_with_sha_256_is_refused_because_softhsm_cannot_take_it_off(provider):
    version_id = new_id()
    made = provider.generate(RSA_2048, Storage.HSM_INTERNAL, version_id)
    key = provider.load(RSA_2048, Storage.HSM_INTERNAL, version_id, made)
    with pytest.raises(Refusal) as refused:
        key.require(Algorithm.RSAES_OAEP_SHA_256)
    assert refused.value.code is Code.UNSUPPORTED
    key.require(Algorithm.RSAES_OAEP_SHA_1)


def test_symmetric_keys_are_quick_where_the_operator_says_so_and_key_pairs_never(provider):
    assert key_of(provider, AES_256).is_quick
    assert key_of(provider, HMAC_256).is_quick
    assert not key_of(provider, P256).is_quick
    far = Pkcs11Provider(provider.module, HeldMachine(), quick=False)
    assert not key_of(far, AES_256).is_quick


# The material stays in the token.


@pytest.mark.parametrize("name", OFFERED)
@pytest.mark.parametrize("is_adopted", [False, True], ids=["generated", "adopted"])
def test_no_secret_half_can_be_read_or_wrapped_out_of_the_token(provider, name, is_adopted):
    spec = KEY_SPECS[name]
    version_id = new_id()
    if is_adopted:
        provider.adopt(spec, INSIDE, version_id, SecretBytes(material_for(spec)))
    else:
        made = provider.generate(spec, INSIDE, version_id)
        assert made.kept.reveal() == b""
    (found,) = objects(provider, ID=UUID(version_id).bytes)
    assert version_id in found[Attribute.LABEL]
    assert found[Attribute.SENSITIVE]
    assert not found[Attribute.EXTRACTABLE]
    for secret in ("VALUE", "PRIVATE_EXPONENT", "PRIME_1", "PRIME_2", "COEFFICIENT"):
        with pytest.raises(PKCS11Error):
            found[Attribute[secret]]
    key_of(provider, AES_256, OUTSIDE)  # so that there is a key that wraps
    kek = objects(provider, LABEL=KEK_LABEL)[0]
    with pytest.raises(PKCS11Error):
        kek.wrap_key(found)
    with pytest.raises(PKCS11Error):
        found[Attribute.EXTRACTABLE] = True
    with pytest.raises(PKCS11Error):
        found[Attribute.SENSITIVE] = False


def material_for(spec):
    if spec.family is Family.RSA:
        return pkcs8(rsa.generate_private_key(65_537, spec.size))
    if spec.family is Family.EC:
        curve = ec.SECP256R1() if spec.curve == "secp256r1" else ec.SECP256K1()
        return pkcs8(ec.generate_private_key(curve))
    return bytes(range(spec.material_bytes))


def test_the_key_that_wraps_can_neither_be_read_nor_read_what_it_wrapped(provider):
    blob = provider.generate(AES_256, OUTSIDE, new_id()).kept.reveal()
    kek = objects(provider, LABEL=KEK_LABEL)[0]
    with pytest.raises(PKCS11Error):
        kek[Attribute.VALUE]
    assert not kek[Attribute.EXTRACTABLE]
    assert not kek[Attribute.DECRYPT]
    assert not kek[Attribute.ENCRYPT]
    assert blob[0] == 1
    assert blob[1:17] == kek[Attribute.ID]


def test_what_is_kept_outside_leaves_no_object_in_the_token_and_loads_from_its_blob(provider):
    before = len(objects(provider, TOKEN=True))
    version_id = new_id()
    made = provider.generate(AES_256, OUTSIDE, version_id)
    one, other = (provider.load(AES_256, OUTSIDE, version_id, made) for _ in range(2))
    assert other.open(one.seal(b"text", b"", NONCES), b"") == b"text"
    assert len(objects(provider, TOKEN=True)) == before
    stays = objects(provider, TOKEN=False, CLASS=ObjectClass.SECRET_KEY)
    assert all(not one[Attribute.EXTRACTABLE] for one in stays)


def test_a_blob_that_was_changed_does_not_become_a_key(provider):
    version_id = new_id()
    blob = bytearray(provider.generate(AES_256, OUTSIDE, version_id).kept.reveal())
    blob[-1] ^= 1
    key = provider.load(AES_256, OUTSIDE, version_id, Made(SecretBytes(bytes(blob))))
    with pytest.raises(Refusal):
        key.seal(b"text", b"", NONCES)


# The formats.


@BOTH
@pytest.mark.parametrize("size", [0, 1, 32, 6_144, 8_192, 30_000])
def test_what_the_token_seals_is_nonce_ciphertext_and_tag_of_aes_gcm(provider, storage, size):
    material = bytes(range(32))
    key = key_of(provider, AES_256, storage, material)
    text = bytes(size)
    body = key.seal(text, b"context", NONCES)
    assert len(body) == 12 + size + 16
    assert AESGCM(material).decrypt(body[:12], body[12:], b"context") == text
    nonce = bytes(12)
    assert key.open(nonce + AESGCM(material).encrypt(nonce, text, b"context"), b"context") == text


def test_signatures_from_the_token_fit_the_public_half(provider):
    for spec, algorithm in (
        (RSA_2048, Algorithm.RSA_PSS_SHA_256),
        (RSA_2048, Algorithm.RSA_PKCS1_SHA_256),
        (P256, Algorithm.ECDSA_SHA_256),
        (KEY_SPECS["EC_P256K"], Algorithm.ECDSA_SHA_256),
    ):
        key = key_of(provider, spec)
        signature = key.sign(algorithm, DIGEST)
        key.verify(algorithm, DIGEST, signature)
        with pytest.raises(BadSignature):
            key.verify(algorithm, bytes(32), signature)


def test_a_code_of_an_imported_key_is_that_of_rfc_4231(provider):
    # RFC 4231 4.2 has a key of 20 bytes; keys here have 28 and 32, so zeros are appended, which
    # HMAC does anyway.
    material = b"\x0b" * 20
    for spec, tag in (
        (HMAC_224, "896fb1128abbdf196832107cd49df33f47b4b1169912ba4f53684b22"),
        (HMAC_256, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    ):
        for storage in (INSIDE, OUTSIDE):
            key = key_of(provider, spec, storage, material.ljust(spec.material_bytes, b"\0"))
            assert key.mac(Algorithm(spec.name), b"Hi There").hex() == tag
            with pytest.raises(BadSignature):
                key.verify_mac(Algorithm(spec.name), b"Hi There", bytes(len(tag) // 2))


def test_imported_key_pairs_are_the_customers(provider):
    for private, spec, algorithm in (
        (rsa.generate_private_key(65_537, 2048), RSA_2048, Algorithm.RSA_PSS_SHA_256),
        (ec.generate_private_key(ec.SECP256R1()), P256, Algorithm.ECDSA_SHA_256),
    ):
        key = key_of(provider, spec, material=pkcs8(private))
        own = private.public_key().public_numbers()
        assert key._public.public_numbers() == own
        key.verify(algorithm, DIGEST, key.sign(algorithm, DIGEST))


@pytest.mark.parametrize(
    ("name", "material"),
    [
        ("Aliyun_AES_256", bytes(16)),
        ("Aliyun_AES_128", b""),
        ("HMAC_SHA_256", bytes(31)),
        ("RSA_2048", b"no key"),
        ("RSA_2048", pkcs8(ec.generate_private_key(ec.SECP256R1()))),
        ("RSA_3072", pkcs8(rsa.generate_private_key(65_537, 2048))),
        ("EC_P256", pkcs8(ec.generate_private_key(ec.SECP256K1()))),
        ("EC_P256", pkcs8(ec.generate_private_key(ec.SECP384R1()))),
        ("EC_P256", pkcs8(ed25519.Ed25519PrivateKey.generate())),
        ("EC_P256", pkcs8(rsa.generate_private_key(65_537, 2048))),
    ],
)
def test_other_material_is_refused_and_leaves_nothing(provider, name, material):
    before = len(objects(provider))
    with pytest.raises(Refusal) as refused:
        key_of(provider, KEY_SPECS[name], material=material)
    assert refused.value.code is Code.INVALID_KEY_MATERIAL
    assert len(objects(provider)) == before


def test_ciphertexts_that_do_not_fit_are_answered_alike_and_the_token_stays(provider):
    seal = key_of(provider, AES_256)
    body = seal.seal(b"text", b"context", NONCES)
    for wrong in (b"", body[:11], body[:-1], body + b"\0", bytes(len(body)), body[:12] + body[13:]):
        with pytest.raises(UndecryptableInput):
            seal.open(wrong, b"context")
    with pytest.raises(UndecryptableInput):
        seal.open(body, b"other")
    pair = key_of(provider, RSA_2048)
    for wrong in (b"", bytes(255), bytes(256), b"\xff" * 256, bytes(257)):
        with pytest.raises(UndecryptableInput):
            pair.decrypt(Algorithm.RSAES_OAEP_SHA_1, wrong)
    assert provider.module.is_available


# Destroying.


@BOTH
def test_a_destroyed_version_is_gone_from_the_token_and_from_its_sessions(provider, storage):
    version_id = new_id()
    made = provider.generate(AES_256, storage, version_id)
    key = provider.load(AES_256, storage, version_id, made)
    key.seal(b"text", b"", NONCES)
    provider.destroy(version_id)
    assert objects(provider, ID=UUID(version_id).bytes) == []
    assert objects(provider, TOKEN=False, CLASS=ObjectClass.SECRET_KEY) == []
    provider.destroy(version_id)  # again, and of what never was
    if storage is INSIDE:
        with pytest.raises(Refusal) as refused:
            key.seal(b"text", b"", NONCES)
        assert refused.value.code is Code.KEY_UNAVAILABLE
        assert provider.module.is_available


def test_destroying_one_version_leaves_the_others(provider):
    keys = [key_of(provider, spec) for spec in (AES_256, P256)]
    provider.destroy(keys[0].version_id)
    keys[1].sign(Algorithm.ECDSA_SHA_256, DIGEST)


def test_a_sweep_destroys_what_was_never_committed_and_is_old_enough(provider, machine):
    committed, forgotten = (key_of(provider, AES_256).version_id for _ in range(2))
    pair = key_of(provider, P256).version_id
    start = machine.wall()
    machine.advance(100)
    young = key_of(provider, AES_256).version_id
    ours = {committed, forgotten, pair, young}
    known = {found.version_id for found in names(provider)} - ours | {committed}
    assert provider.sweep(known, start) == []  # a second is not yet over
    assert set(provider.sweep(known, start + 1)) == {forgotten, pair}
    left = {found.version_id for found in names(provider)}
    assert {committed, young} <= left
    assert not {forgotten, pair} & left
    provider.destroy(young)


def names(provider):
    return provider.module.write(inside.names)


def test_a_sweep_touches_nothing_where_it_knows_nothing(provider, machine):
    version_id = key_of(provider, AES_256).version_id
    with pytest.raises(Misuse):
        provider.sweep(set(), machine.wall() + 10)
    assert objects(provider, ID=UUID(version_id).bytes)


def test_a_sweep_leaves_what_is_not_ours(provider, machine):
    kept = key_of(provider, AES_256).version_id
    foreign = uuid4().bytes

    def make(session):
        session.raw.generate_key(KeyType.AES, 256, id=foreign, label="theirs", store=True)

    provider.module.write(make)
    everything = {found.version_id for found in names(provider)} | {kept}
    assert provider.sweep(everything, machine.wall() + 10) == []
    (found,) = objects(provider, ID=foreign)
    found.destroy()


# Threads and processes.


def test_four_threads_sign_and_encrypt_without_an_error(provider):
    aes, wrapped = key_of(provider, AES_256), key_of(provider, AES_256, OUTSIDE)
    pair, curve = key_of(provider, RSA_2048), key_of(provider, P256)

    def work(_thread):
        for _ in range(25):
            for key in (aes, wrapped):
                assert key.open(key.seal(b"text", b"c", NONCES), b"c") == b"text"
            pair.verify(
                Algorithm.RSA_PSS_SHA_256, DIGEST, pair.sign(Algorithm.RSA_PSS_SHA_256, DIGEST)
            )
            curve.verify(
                Algorithm.ECDSA_SHA_256, DIGEST, curve.sign(Algorithm.ECDSA_SHA_256, DIGEST)
            )
            key_of(provider, AES_256, OUTSIDE).seal(b"", b"", NONCES)
        return True

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(4))) == [True] * 4


_OTHER_PROCESS = """
import sys
from softhsm import SoftHsm
from pathlib import Path
from keylease.core.clock import SystemClock
from keylease.crypto.algorithms import AES_256
from keylease.crypto.pkcs11 import Pkcs11Provider
from keylease.crypto.pkcs11 import objects as inside
from keylease.crypto.pkcs11 import sessions
from keylease.crypto.providers import Made, Storage
from keylease.crypto.secret import SecretBytes

directory, inside, outside, blob, texts = sys.argv[1:]
with SoftHsm(Path(directory)).opened() as module:
    provider = Pkcs11Provider(module, SystemClock(), quick=True)
    for storage, name, text in zip(
        (Storage.HSM_INTERNAL, Storage.HSM_DATABASE), (inside, outside), texts.split(",")
    ):
        made = Made(SecretBytes(bytes.fromhex(blob)))
        key = provider.load(AES_256, storage, name, made)
        assert key.open(bytes.fromhex(text), b"c") == b"text"
    provider.destroy(inside)
"""


def test_two_processes_use_one_token_and_see_what_the_other_destroyed(
    provider, softhsm, pytestconfig
):
    ids = [new_id(), new_id()]
    made = [provider.generate(AES_256, *one) for one in zip((INSIDE, OUTSIDE), ids, strict=True)]
    loading = zip((INSIDE, OUTSIDE), ids, made, strict=True)
    keys = [provider.load(AES_256, *one) for one in loading]
    texts = ",".join(key.seal(b"text", b"c", NONCES).hex() for key in keys)
    blob = made[1].kept.reveal().hex()
    run_python(pytestconfig, _OTHER_PROCESS, str(softhsm.directory), *ids, blob, texts)
    with pytest.raises(Refusal) as refused:
        keys[0].seal(b"text", b"c", NONCES)
    assert refused.value.code is Code.KEY_UNAVAILABLE


def run_python(pytestconfig, program, *arguments):
    path = f"{pytestconfig.rootpath / 'src'}:{pytestconfig.rootpath / 'tests'}"
    subprocess.run(
        [sys.executable, "-c", program, *arguments], env={"PYTHONPATH": path}, check=True
    )


def test_random_bytes_come_from_the_token(provider):
    drawn = {provider.generate_random(size) for size in (16, 16, 32)}
    assert sorted(map(len, drawn)) == [16, 16, 32]


def test_nothing_of_a_pin_or_key_shows(provider):
    made = provider.generate(AES_256, OUTSIDE, new_id())
    key = provider.load(AES_256, OUTSIDE, new_id(), made)
    for shown in (repr(key), repr(made), repr(provider), repr(provider.module)):
        assert PIN not in shown
        assert made.kept.reveal().hex() not in shown


def test_a_session_that_knows_too_many_keys_is_closed_so_that_the_token_forgets_them(
    provider, monkeypatch
):
    monkeypatch.setattr(sessions, "KEYS_PER_SESSION", 4)
    provider.module.write(lambda _session: None, retires_sessions=True)
    for _ in range(9):
        key_of(provider, AES_256, OUTSIDE).seal(b"", b"", NONCES)
    assert len(objects(provider, TOKEN=False, CLASS=ObjectClass.SECRET_KEY)) < 4


def test_a_key_that_another_process_put_back_is_found_again(provider):
    """The session remembers a handle that the token no longer knows."""
    version_id, material = new_id(), SecretBytes(bytes(32))
    made = provider.adopt(AES_256, INSIDE, version_id, material)
    key = provider.load(AES_256, INSIDE, version_id, made)
    body = key.seal(b"text", b"", NONCES)
    (found,) = objects(provider, ID=UUID(version_id).bytes)
    found.destroy()
    provider.adopt(AES_256, INSIDE, version_id, material)
    assert key.open(body, b"") == b"text"
