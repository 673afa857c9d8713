"""AES-256 key versions, through the calls that production makes, and the table of key specs."""

import base64

import pytest

from keylease.core.entropy import SystemEntropy
from keylease.core.errors import Code, Refusal
from keylease.crypto.algorithms import AES_256, KEY_SPECS, KeyUsage, ProtectionLevel, key_spec
from keylease.crypto.ciphertext import parse
from keylease.crypto.nonces import NonceSequence
from keylease.crypto.providers import Made, Storage, UndecryptableInput
from keylease.crypto.secret import SecretBytes
from keylease.crypto.software import SoftwareProvider
from vectors.aes_gcm_256 import FORGERIES, KNOWN_ANSWERS

VERSION_ID = "0d0c1f60-7a3f-4c1e-9c53-0f6f1f2a9b11"


class Fixed:
    """Entropy that draws the nonce of a vector."""

    def __init__(self, nonce):
        self._nonce = bytes.fromhex(nonce)

    def random(self, size):
        assert size == len(self._nonce)
        return self._nonce


def key_with(material, version_id=VERSION_ID):
    made = Made(SecretBytes(material))
    return SoftwareProvider(SystemEntropy()).load(AES_256, Storage.SOFTWARE, version_id, made)


def key_of(vector):
    return key_with(bytes.fromhex(vector.key))


def new_key():
    return key_with(SystemEntropy().random(32))


def encrypt(key, plaintext, context, nonces):
    return base64.b64encode(key.version_id.encode() + key.seal(plaintext, context, nonces))


def decrypt(key, blob, context):
    version_id, body = parse(blob)
    assert version_id == key.version_id
    return key.open(body, context)


def blob_of(vector):
    raw = VERSION_ID.encode() + bytes.fromhex(vector.nonce + vector.ciphertext + vector.tag)
    return base64.b64encode(raw)


@pytest.mark.parametrize("vector", KNOWN_ANSWERS, ids=lambda v: v.name)
def test_the_known_answers_come_out_bit_for_bit(vector):
    plaintext, context = bytes.fromhex(vector.plaintext), bytes.fromhex(vector.aad)
    blob = encrypt(key_of(vector), plaintext, context, NonceSequence(Fixed(vector.nonce)))
    assert blob == blob_of(vector)
    assert decrypt(key_of(vector), blob, context) == plaintext


@pytest.mark.parametrize("vector", FORGERIES, ids=lambda v: v.name)
def test_the_known_forgeries_are_refused(vector):
    with pytest.raises(UndecryptableInput):
        decrypt(key_of(vector), blob_of(vector), bytes.fromhex(vector.aad))


def test_the_same_text_never_encrypts_to_the_same_ciphertext():
    key = new_key()
    nonces = NonceSequence(SystemEntropy())
    blobs = {encrypt(key, b"text", b"", nonces) for _ in range(100)}
    assert len(blobs) == 100
    assert {decrypt(key, blob, b"") for blob in blobs} == {b"text"}


def test_another_key_does_not_decrypt():
    nonces = NonceSequence(SystemEntropy())
    blob = encrypt(new_key(), b"text", b"", nonces)
    with pytest.raises(UndecryptableInput):
        decrypt(new_key(), blob, b"")


@pytest.mark.parametrize("size", [0, 16, 24, 31, 33])
def test_material_of_another_length_is_our_own_mistake(size):
    with pytest.raises(AssertionError):
        key_with(bytes(size))


def test_a_version_id_that_would_not_fit_the_ciphertext_is_our_own_mistake():
    with pytest.raises(AssertionError):
        key_with(bytes(32), "key-hzz65f1a0b9c8d7e6f5a4")


# The table of key specs.


def test_the_default_spec_is_aes_256_for_encryption():
    assert key_spec(None) is AES_256
    assert AES_256.usage(None) is KeyUsage.ENCRYPT_DECRYPT


def test_every_spec_is_found_by_its_name_and_has_a_usage_and_a_home():
    for name, spec in KEY_SPECS.items():
        assert key_spec(name) is spec
        assert spec.usages
        assert spec.protections <= set(ProtectionLevel)
        assert [spec.usage(usage) for usage in spec.usages] == list(spec.usages)


@pytest.mark.parametrize("name", ["", "aliyun_aes_256", "AES_256", "RSA_1024"])
def test_an_unknown_spec_is_refused_with_those_that_are_offered(name):
    with pytest.raises(Refusal, match="Aliyun_AES_256") as caught:
        key_spec(name)
    assert caught.value.code is Code.INVALID_PARAMETER


@pytest.mark.parametrize("usage", ["", "SIGN/VERIFY", "encrypt/decrypt"])
def test_a_usage_that_the_spec_cannot_do_is_refused_with_those_it_can(usage):
    with pytest.raises(Refusal, match="ENCRYPT/DECRYPT") as caught:
        AES_256.usage(usage)
    assert caught.value.code is Code.INVALID_PARAMETER
