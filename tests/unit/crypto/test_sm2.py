"""SM2 over the system's OpenSSL, by the standard's examples and against another implementation."""

import contextlib
import copy
import pickle
import ssl
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from keylease.core.entropy import SystemEntropy
from keylease.core.errors import Code, Refusal
from keylease.crypto import openssl, sm2
from keylease.crypto.algorithms import EC_SM2
from keylease.crypto.providers import Made, Storage
from keylease.crypto.secret import SecretBytes
from keylease.crypto.software import SoftwareProvider
from unit.crypto import sm2_outside as outside
from unit.crypto.outside import pkcs8
from vectors import sm2 as example

N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
PAIR = sm2.generate(SystemEntropy())
DIGEST = bytes(range(32))

VERSION_ID = "0d0c1f60-7a3f-4c1e-9c53-0f6f1f2a9b11"


class Drawn:
    """Entropy that draws what the test says."""

    def __init__(self, *numbers):
        self._left = [number.to_bytes(32) for number in numbers]

    def random(self, size):
        assert size == 32
        return self._left.pop(0)


def loaded(scalar, point=b""):
    return sm2.from_pkcs8(SecretBytes(outside.pkcs8(scalar, point)))


def flips(data):
    for bit in range(8 * len(data)):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        yield bytes(changed)


# The examples of the standard.

POINT = b"\x04" + bytes.fromhex(example.PUBLIC_X + example.PUBLIC_Y)
EXAMPLE = loaded(bytes.fromhex(example.PRIVATE))
SIGNATURE = outside.der(
    0x30,
    outside.integer(bytes.fromhex(example.SIGNATURE_R)),
    outside.integer(bytes.fromhex(example.SIGNATURE_S)),
)
CIPHERTEXT = outside.ciphertext_der(
    bytes.fromhex(example.CIPHERTEXT_X),
    bytes.fromhex(example.CIPHERTEXT_Y),
    bytes.fromhex(example.CIPHERTEXT_C3),
    bytes.fromhex(example.CIPHERTEXT_C2),
)


def test_the_examples_public_key_follows_from_its_private_key():
    assert EXAMPLE.public_der() == outside.spki(POINT)


def test_the_examples_digest_binds_identity_key_and_message():
    digest = sm2.message_digest(EXAMPLE.public_der(), example.MESSAGE, example.IDENTITY)
    assert digest == bytes.fromhex(example.DIGEST)
    assert digest == sm2.message_digest(EXAMPLE.public_der(), example.MESSAGE)
    assert digest != sm2.message_digest(EXAMPLE.public_der(), example.MESSAGE, b"somebody else")
    assert digest != sm2.message_digest(PAIR.public_der(), example.MESSAGE)


def test_the_examples_signature_is_one_of_its_digest_and_of_no_other():
    digest = bytes.fromhex(example.DIGEST)
    assert EXAMPLE.verify_digest(digest, SIGNATURE)
    assert not any(EXAMPLE.verify_digest(other, SIGNATURE) for other in flips(digest))
    assert not any(EXAMPLE.verify_digest(digest, other) for other in flips(SIGNATURE))
    assert not PAIR.verify_digest(digest, SIGNATURE)


def test_the_examples_ciphertext_opens_and_with_any_other_bit_it_does_not():
    assert EXAMPLE.decrypt(CIPHERTEXT) == example.PLAINTEXT
    for changed in flips(CIPHERTEXT):
        with pytest.raises(ValueError):
            EXAMPLE.decrypt(changed)


# Against gmalg.


@pytest.mark.parametrize("round_", range(3))
def test_signatures_are_taken_by_another_implementation_and_its_by_us(round_):
    pair = sm2.generate(SystemEntropy())
    private, public = pair.private_pkcs8().reveal(), pair.public_der()
    message = b"message %d" % round_
    digest = sm2.message_digest(public, message)
    assert outside.verifies(public, message, pair.sign_digest(digest))
    assert not outside.verifies(public, b"another", pair.sign_digest(digest))
    assert pair.verify_digest(digest, outside.sign(private, message))


@pytest.mark.parametrize("size", [1, 2, 31, 32, 33, 200, 6_047])
def test_ciphertexts_are_opened_by_another_implementation_and_its_by_us(size):
    private, public = PAIR.private_pkcs8().reveal(), PAIR.public_der()
    plaintext = SystemEntropy().random(size)
    assert outside.decrypt(private, PAIR.encrypt(plaintext)) == plaintext
    assert PAIR.decrypt(outside.encrypt(public, plaintext)) == plaintext
    assert outside.decrypt(private, sm2.from_public_der(public).encrypt(plaintext)) == plaintext


@pytest.mark.parametrize("size", [1, 31, 127, 128, 255, 256, 6_047])
def test_the_bare_form_of_other_tools_is_read_too(size):
    plaintext = SystemEntropy().random(size)
    bare = outside.encrypt_bare(PAIR.public_der(), plaintext)
    assert PAIR.decrypt(bare) == plaintext
    for changed in (bare[:-1], bare + b"\0", bare[:40], b"\x04"):
        with pytest.raises(ValueError, match="not a ciphertext"):
            PAIR.decrypt(changed)


# What there is to know of keys.


@pytest.mark.parametrize("scalar", [1, 2, N - 2])
def test_scalars_from_one_to_n_minus_two_work(scalar):
    pair = loaded(scalar.to_bytes(32))
    assert pair.verify_digest(DIGEST, pair.sign_digest(DIGEST))
    assert pair.decrypt(pair.encrypt(b"text")) == b"text"


@pytest.mark.parametrize("scalar", [0, N - 1, N, N + 1, 2**256 - 1])
def test_other_scalars_are_no_private_keys_and_are_never_generated(scalar):
    with pytest.raises(ValueError):
        loaded(scalar.to_bytes(32))
    made = sm2.generate(Drawn(scalar, 7))
    assert made.public_der() == loaded((7).to_bytes(32)).public_der()


def test_a_key_comes_out_in_one_form_however_it_went_in():
    scalar, point = bytes.fromhex(example.PRIVATE), POINT
    compressed = bytes([2 + point[-1] % 2]) + point[1:33]
    for given_point in (b"", point, compressed):
        pair = loaded(scalar, given_point)
        assert pair.private_pkcs8().reveal() == outside.pkcs8(scalar, point)
        assert pair.public_der() == outside.spki(point)
    for given_point in (point, compressed):
        assert sm2.from_public_der(outside.spki(given_point)).public_der() == outside.spki(point)


@pytest.mark.parametrize(
    "material",
    [
        b"",
        b"\x30",
        pkcs8(ec.generate_private_key(ec.SECP256R1())),
        PAIR.private_pkcs8().reveal()[:-1],
        PAIR.private_pkcs8().reveal() + b"\0",
        PAIR.private_pkcs8().reveal()[7:],
        PAIR.public_der(),
        outside.pkcs8(bytes.fromhex(example.PRIVATE), outside.point_of(PAIR.public_der())),
        outside.pkcs8(bytes.fromhex(example.PRIVATE), POINT[:-1] + b"\x12"),
        outside.pkcs8(bytes.fromhex(example.PRIVATE), b"\0"),
    ],
    ids=[
        "nothing",
        "a byte",
        "another curve",
        "cut off",
        "something after it",
        "without its head",
        "a public key",
        "another pair's point",
        "no point of the curve",
        "the point at infinity",
    ],
)
def test_what_is_no_sm2_private_key_is_refused(material):
    with pytest.raises(ValueError, match="not an SM2 private key"):
        sm2.from_pkcs8(SecretBytes(material))


@pytest.mark.parametrize(
    "public",
    [
        b"",
        PAIR.public_der()[:-1],
        PAIR.public_der() + b"\0",
        outside.spki(POINT[:-1] + b"\x12"),
        outside.spki(b"\0"),
        PAIR.private_pkcs8().reveal(),
        ec.generate_private_key(ec.SECP256R1())
        .public_key()
        .public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    ],
    ids=["nothing", "cut off", "a byte more", "off the curve", "infinity", "private", "P-256"],
)
def test_what_is_no_sm2_public_key_is_refused(public):
    with pytest.raises(ValueError, match="not an SM2 public key"):
        sm2.from_public_der(public)


@pytest.mark.parametrize(
    "public",
    [b"", POINT, outside.spki(POINT)[:-1], bytes(91)],
    ids=["nothing", "bare point", "cut off", "zeros"],
)
def test_a_digest_is_made_with_a_public_key_in_our_form_only(public):
    with pytest.raises(ValueError, match="not an SM2 public key"):
        sm2.message_digest(public, b"message")


def test_an_empty_plaintext_and_a_digest_of_another_length_are_refused():
    with pytest.raises(ValueError, match="one byte"):
        PAIR.encrypt(b"")
    for size in (0, 20, 31, 33, 64):
        assert not PAIR.verify_digest(bytes(size), PAIR.sign_digest(DIGEST))
        with pytest.raises(AssertionError):
            PAIR.sign_digest(bytes(size))


def test_a_ciphertext_under_a_mask_of_zeros_is_made_again(monkeypatch):
    made = [b"..secret", b"..other!"]
    monkeypatch.setattr(openssl, "encrypt", lambda _key, _plaintext: made.pop(0))
    assert PAIR.encrypt(b"secret") == b"..other!"


# Whatever comes in.


@given(st.binary(max_size=300))
def test_random_bytes_are_neither_keys_nor_ciphertexts_nor_signatures(data):
    with pytest.raises(ValueError):
        sm2.from_pkcs8(SecretBytes(data))
    with pytest.raises(ValueError):
        sm2.from_public_der(data)
    with pytest.raises(ValueError):
        PAIR.decrypt(data)
    assert not PAIR.verify_digest(DIGEST, data)


WELL_FORMED = (PAIR.private_pkcs8().reveal(), PAIR.encrypt(b"text"), PAIR.sign_digest(DIGEST))


@given(st.sampled_from(WELL_FORMED), st.data())
def test_damage_is_refused_or_harmless(whole, data):
    """A changed PKCS#8 may still be a key: another private number without a point."""
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))
    damaged = whole[:start] + data.draw(st.binary(max_size=40)) + whole[end:]
    if damaged == whole:
        return
    with contextlib.suppress(ValueError):
        sm2.from_pkcs8(SecretBytes(damaged)).private_pkcs8()
    with contextlib.suppress(ValueError):
        sm2.from_public_der(damaged)
    with pytest.raises(ValueError):
        PAIR.decrypt(damaged)
    assert not PAIR.verify_digest(DIGEST, damaged)


@pytest.mark.parametrize("half", [PAIR, sm2.from_public_der(PAIR.public_der())])
def test_a_pair_shows_copies_and_compares_nothing(half):
    assert repr(half) == f"<{type(half).__name__}: hidden>"
    assert not hasattr(half, "__dict__")
    for duplicate in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="neither pickled nor copied"):
            duplicate(half)
    with pytest.raises(TypeError, match="does not compare"):
        _ = half == PAIR


def test_a_public_half_can_neither_sign_nor_decrypt():
    public = sm2.from_public_der(PAIR.public_der())
    assert public.verify_digest(DIGEST, PAIR.sign_digest(DIGEST))
    assert not {"sign_digest", "decrypt", "private_pkcs8"} & set(dir(public))


def test_one_pair_serves_many_threads():
    def work(number):
        digest = number.to_bytes(32)
        text = b"text %d" % number
        signature = PAIR.sign_digest(digest)
        assert PAIR.verify_digest(digest, signature)
        assert not PAIR.verify_digest(DIGEST, signature)
        assert PAIR.decrypt(PAIR.encrypt(text)) == text
        other = sm2.generate(SystemEntropy())
        with pytest.raises(ValueError):
            other.decrypt(PAIR.encrypt(text))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(400)))


def test_every_object_of_openssl_is_freed_once_by_work_and_by_failures(monkeypatch):
    addresses = []

    class Counted(openssl.Owned):
        def __init__(self, address, free):
            super().__init__(address, lambda it: (addresses.remove(it), free(it)))
            addresses.append(address)

    monkeypatch.setattr(openssl, "Owned", Counted)
    pair = sm2.from_pkcs8(PAIR.private_pkcs8())
    assert pair.decrypt(pair.encrypt(b"text")) == b"text"
    assert not pair.verify_digest(DIGEST, pair.sign_digest(DIGEST)[:-1])
    for fails in (
        lambda: pair.decrypt(bytes(50)),
        lambda: loaded(bytes(32)),
        lambda: sm2.from_pkcs8(SecretBytes(PAIR.private_pkcs8().reveal() + b"\0")),
        lambda: sm2.from_public_der(outside.spki(b"\0")),
    ):
        with pytest.raises(ValueError):
            fails()
    assert len(addresses) == 1
    pair = None
    assert addresses == []


def test_failures_leave_nothing_in_the_error_queue_that_others_would_take_for_theirs():
    PAIR.verify_digest(DIGEST, b"no signature")
    with pytest.raises(ValueError):
        loaded(bytes(32))
    assert openssl._library().ERR_peek_error() == 0
    ssl.create_default_context()


# Without the library.


@pytest.fixture
def without_sm2():
    yield
    openssl._library.cache_clear()
    sm2.is_available.cache_clear()


@pytest.mark.usefixtures("without_sm2")
@pytest.mark.parametrize("library", ["libkeylease-absent.so.3", "libm.so.6"])
def test_where_the_library_lacks_sm2_the_spec_is_refused_and_nothing_else_serves_it(
    library, monkeypatch
):
    monkeypatch.setattr(openssl, "LIBRARY", library)
    openssl._library.cache_clear()
    sm2.is_available.cache_clear()
    assert not sm2.is_available()
    provider = SoftwareProvider(SystemEntropy())
    private = SecretBytes(outside.pkcs8(bytes.fromhex(example.PRIVATE)))
    for use in (
        lambda: provider.require(EC_SM2, Storage.SOFTWARE),
        lambda: provider.generate(EC_SM2, Storage.SOFTWARE, "version"),
        lambda: provider.adopt(EC_SM2, Storage.SOFTWARE, "version", private),
        lambda: provider.load(EC_SM2, Storage.SOFTWARE, VERSION_ID, Made(private)),
    ):
        with pytest.raises(Refusal, match="EC_SM2 is not offered") as caught:
            use()
        assert caught.value.code is Code.UNSUPPORTED


def test_the_library_is_there_and_is_loaded_when_it_is_needed_only():
    assert sm2.is_available()
    code = "import keylease.crypto.sm2 as m; assert m.openssl._library.cache_info().currsize == 0"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_sm3_gives_the_digests_of_its_standard():
    """Source: GM/T 0004-2012, annex A."""
    assert sm2.sm3(b"abc").hex() == (
        "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    )
