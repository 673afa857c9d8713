"""The documented ciphertext: its form, its limits, and what it refuses."""

import base64
import hashlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from keylease.core.entropy import SystemEntropy
from keylease.core.errors import Code, Refusal
from keylease.crypto.algorithms import AES_256
from keylease.crypto.ciphertext import (
    MAX_CONTEXT,
    MAX_PLAINTEXT,
    canonical_context,
    check_plaintext,
    invalid_ciphertext,
    is_version_id,
    parse,
)
from keylease.crypto.providers import Made, Storage, UndecryptableInput
from keylease.crypto.secret import SecretBytes
from keylease.crypto.software import SoftwareProvider

VERSION_ID = "0d0c1f60-7a3f-4c1e-9c53-0f6f1f2a9b11"
NONCE = bytes(range(12))
KEY = SoftwareProvider(SystemEntropy()).load(
    AES_256, Storage.SOFTWARE, VERSION_ID, Made(SecretBytes(bytes(range(32))))
)
CONTEXT = canonical_context({"tenant": "blue"})


class Nonces:
    """Always the same nonce, so that a ciphertext is known."""

    def take(self):
        return NONCE


def encrypt(plaintext, context=CONTEXT):
    check_plaintext(plaintext)
    return base64.b64encode(VERSION_ID.encode() + KEY.seal(plaintext, context, Nonces()))


def decrypt(blob, context=CONTEXT):
    version_id, body = parse(blob)
    if version_id != VERSION_ID:  # as the caller does with a key version that it does not know
        raise invalid_ciphertext()
    try:
        return KEY.open(body, context)
    except UndecryptableInput:
        raise invalid_ciphertext() from None


def refused(blob, context=CONTEXT):
    with pytest.raises(Refusal) as caught:
        decrypt(blob, context)
    return caught.value


def test_the_layout_is_the_documented_one():
    raw = base64.b64decode(encrypt(b"SGVsbG8gd29ybGQ="), validate=True)
    assert raw[:36] == VERSION_ID.encode()
    assert raw[36:48] == NONCE
    assert len(raw) == 36 + 12 + 16 + 16


@given(st.binary(max_size=200))
def test_what_was_encrypted_is_decrypted_byte_for_byte(plaintext):
    assert decrypt(encrypt(plaintext)) == plaintext


@pytest.mark.parametrize("size", [0, 1, MAX_PLAINTEXT])
def test_plaintexts_up_to_the_limit_go_through(size):
    assert decrypt(encrypt(b"x" * size)) == b"x" * size


def test_a_plaintext_beyond_the_limit_is_refused():
    with pytest.raises(Refusal, match="at most 8192") as caught:
        encrypt(b"x" * (MAX_PLAINTEXT + 1))
    assert caught.value.code is Code.INVALID_PARAMETER


def test_every_flipped_bit_of_the_decoded_ciphertext_is_refused():
    raw = base64.b64decode(encrypt(b"plaintext"))
    for bit in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        refused(base64.b64encode(changed))


def test_every_flipped_bit_of_the_base64_is_refused():
    blob = encrypt(b"plaintext")  # its length leaves unused bits at the end
    assert blob.endswith(b"=")
    for bit in range(len(blob) * 8):
        changed = bytearray(blob)
        changed[bit // 8] ^= 1 << bit % 8
        refused(bytes(changed))


def test_a_ciphertext_that_is_cut_short_anywhere_is_refused():
    raw = base64.b64decode(encrypt(b"plaintext"))
    for length in range(len(raw)):
        refused(base64.b64encode(raw[:length]))


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda raw: raw + b"\0", id="a byte too many"),
        pytest.param(lambda raw: b"\x01" + raw, id="a version byte in front"),
        pytest.param(lambda raw: raw[:36].upper() + raw[36:], id="the UUID in upper case"),
        pytest.param(lambda raw: b"key-hzz" + raw[7:], id="a key id in place of the UUID"),
        pytest.param(lambda raw: "é".encode() + raw[2:], id="not ASCII"),
        pytest.param(lambda raw: raw[:36].replace(b"-", b"0") + raw[36:], id="no hyphens"),
    ],
)
def test_a_changed_header_is_refused(damage):
    refused(base64.b64encode(damage(base64.b64decode(encrypt(b"plaintext")))))


@pytest.mark.parametrize(
    "rewrite",
    [
        pytest.param(lambda blob: blob + b"\n", id="line break at the end"),
        pytest.param(lambda blob: blob[:40] + b"\n" + blob[40:], id="line break inside"),
        pytest.param(lambda blob: b" " + blob, id="blank in front"),
        pytest.param(lambda blob: blob.rstrip(b"="), id="without padding"),
        pytest.param(lambda blob: blob + b"AAAA", id="more after the padding"),
        pytest.param(base64.b64encode, id="encoded twice"),
        pytest.param(base64.b64decode, id="not encoded"),
        pytest.param(lambda blob: blob[:0], id="empty"),
    ],
)
def test_another_spelling_of_the_base64_is_refused(rewrite):
    refused(rewrite(encrypt(b"plaintext")))


def test_all_failures_look_alike():
    blob = encrypt(b"plaintext")
    raw = base64.b64decode(blob)
    refusals = [
        refused(b"?"),
        refused(b"QUJD"),
        refused(base64.b64encode(b"x" * 36 + raw[36:])),
        refused(base64.b64encode(raw[:-1] + bytes([raw[-1] ^ 1]))),
        refused(blob, canonical_context({"tenant": "red"})),
    ]
    assert {(r.code, r.message, r.status, r.__cause__) for r in refusals} == {
        (Code.INVALID_CIPHERTEXT, invalid_ciphertext().message, None, None)
    }
    assert all(r.__suppress_context__ or r.__context__ is None for r in refusals)


@given(
    st.one_of(st.binary(max_size=200), st.binary(min_size=60, max_size=120).map(base64.b64encode))
)
@example(base64.b64encode(VERSION_ID.encode() + bytes(28)))
@example(base64.b64encode(VERSION_ID.encode() + bytes(27)))
def test_parsing_random_bytes_succeeds_or_refuses_and_does_nothing_else(blob):
    try:
        version_id, body = parse(blob)
    except Refusal as refusal:
        code = refusal.code
    else:
        code = Code.INVALID_CIPHERTEXT
        assert base64.b64encode(version_id.encode() + body) == blob
        assert is_version_id(version_id)
        assert len(body) >= 12 + 16
    assert code is Code.INVALID_CIPHERTEXT


@pytest.mark.parametrize(
    "text",
    [
        "",
        VERSION_ID.upper(),
        VERSION_ID + "\n",
        VERSION_ID[:-1],
        "key-hzz65f1a0b9c8d7e6f5a4",
        "é" * 36,
    ],
)
def test_only_a_uuid_in_lower_case_names_a_key_version(text):
    assert not is_version_id(text)
    assert is_version_id(VERSION_ID)


# Encryption contexts.

# Few characters, among them those that separate, so that look-alikes turn up often.
look_alikes = st.text(alphabet="a&=\0é", max_size=4)
contexts = st.dictionaries(look_alikes, look_alikes, max_size=3)


@given(contexts, contexts)
@example({"a": "1&b=2"}, {"a": "1", "b": "2"})
@example({"a=b": "c"}, {"a": "b=c"})
@example({"a": ""}, {"": "a"})
@example({}, {"": ""})
@example({"a": "&"}, {"a&": ""})
def test_two_contexts_have_the_same_bytes_only_if_they_are_equal(one, other):
    assert (canonical_context(one) == canonical_context(other)) == (one == other)


@given(contexts, st.randoms(use_true_random=False))
def test_the_order_of_a_context_does_not_matter(context, chance):
    entries = list(context.items())
    chance.shuffle(entries)
    assert canonical_context(dict(entries)) == canonical_context(context)


def test_an_empty_context_is_no_context():
    assert canonical_context({}) == b""


def test_an_unambiguous_context_is_what_the_official_gateway_clients_compute():
    # Source: facts/kms-api.md C, "Transfer client": sha256("a=1&b=2") = 8e85be58...1ab23f.
    computed = canonical_context({"b": "2", "a": "1"})
    assert computed == hashlib.sha256(b"a=1&b=2").hexdigest().encode()
    assert computed.startswith(b"8e85be58")
    assert computed.endswith(b"1ab23f")
    # A value may hold "=": Base64 often does.
    assert canonical_context({"a": "MQ=="}) == hashlib.sha256(b"a=MQ==").hexdigest().encode()


def test_another_context_does_not_decrypt():
    blob = encrypt(b"plaintext", canonical_context({"a": "1", "b": "2"}))
    assert decrypt(blob, canonical_context({"b": "2", "a": "1"})) == b"plaintext"
    for wrong in [{}, {"a": "1"}, {"a": "1", "b": "3"}, {"A": "1", "b": "2"}, {"a": "1&b=2"}]:
        assert refused(blob, canonical_context(wrong)).code is Code.INVALID_CIPHERTEXT


@pytest.mark.parametrize(
    "context",
    [
        {"k": "x" * (MAX_CONTEXT - len('{"k":""}'))},
        {"k": "测" * (MAX_CONTEXT - len('{"k":""}'))},
        {"k": "", "l": "x" * (MAX_CONTEXT - len('{"k":"","l":""}'))},
    ],
    ids=["one entry", "not ASCII", "two entries"],
)
def test_a_context_is_limited_in_characters_of_compact_json(context):
    assert canonical_context(context)
    context["k"] += "x"
    with pytest.raises(Refusal, match="at most 8192") as caught:
        canonical_context(context)
    assert caught.value.code is Code.INVALID_PARAMETER


@pytest.mark.parametrize("context", [{"k": "\ud800"}, {"\udfff": "&"}])
def test_half_a_surrogate_pair_is_refused(context):
    with pytest.raises(Refusal) as caught:
        canonical_context(context)
    assert caught.value.code is Code.INVALID_PARAMETER
