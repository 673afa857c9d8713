"""Wrapped keys open with the same key and the same context, and in no other case."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from keylease.core.entropy import SystemEntropy
from keylease.crypto.envelope import UnwrapFailed, WrappingKey
from keylease.crypto.framing import frame
from keylease.crypto.nonces import NonceSequence
from keylease.crypto.secret import SecretBytes

ENTROPY = SystemEntropy()
NONCES = NonceSequence(ENTROPY)
KEY = WrappingKey.generate(ENTROPY)
SECRET = SecretBytes(b"the material of a key")
CONTEXT = ("key-version", "1234567890123456", "kst-hzz1", "key-hzz1", "v1")


def test_the_layout_is_version_nonce_ciphertext_tag():
    blob = KEY.wrap(SECRET, CONTEXT, NONCES)
    assert blob[:1] == b"\x01"
    assert len(blob) == 1 + 12 + len(SECRET) + 16
    assert SECRET.reveal() not in blob


@given(st.binary(max_size=100), st.lists(st.text("ab\0é", max_size=3), max_size=4).map(tuple))
def test_what_was_wrapped_is_unwrapped(content, context):
    blob = KEY.wrap(SecretBytes(content), context, NONCES)
    assert KEY.unwrap(blob, context).reveal() == content


def test_wrapping_twice_gives_different_blobs():
    assert KEY.wrap(SECRET, CONTEXT, NONCES) != KEY.wrap(SECRET, CONTEXT, NONCES)


def test_every_flipped_bit_is_refused():
    blob = KEY.wrap(SECRET, CONTEXT, NONCES)
    for bit in range(len(blob) * 8):
        changed = bytearray(blob)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(UnwrapFailed):
            KEY.unwrap(bytes(changed), CONTEXT)


def test_a_blob_that_is_cut_short_anywhere_is_refused():
    blob = KEY.wrap(SECRET, CONTEXT, NONCES)
    for length in range(len(blob)):
        with pytest.raises(UnwrapFailed):
            KEY.unwrap(blob[:length], CONTEXT)


@given(st.binary(max_size=80), st.booleans())
def test_random_bytes_are_refused_and_nothing_else_happens(blob, versioned):
    with pytest.raises(UnwrapFailed):
        KEY.unwrap(b"\x01" + blob if versioned else blob, CONTEXT)


@pytest.mark.parametrize("version", [0x00, 0x02, 0xFF])
def test_an_unknown_version_byte_is_named(version):
    blob = bytes([version]) + KEY.wrap(SECRET, CONTEXT, NONCES)[1:]
    with pytest.raises(UnwrapFailed, match=f"key-version has the unknown format {version:02x}"):
        KEY.unwrap(blob, CONTEXT)


@pytest.mark.parametrize("place", range(len(CONTEXT)))
def test_a_context_that_differs_in_one_place_is_refused(place):
    other = (*CONTEXT[:place], CONTEXT[place] + "x", *CONTEXT[place + 1 :])
    with pytest.raises(UnwrapFailed):
        KEY.unwrap(KEY.wrap(SECRET, CONTEXT, NONCES), other)


@pytest.mark.parametrize(
    "other", [(), CONTEXT[:-1], (*CONTEXT, ""), ("".join(CONTEXT),), tuple(reversed(CONTEXT))]
)
def test_a_context_of_another_shape_is_refused(other):
    with pytest.raises(UnwrapFailed):
        KEY.unwrap(KEY.wrap(SECRET, CONTEXT, NONCES), other)


def test_another_key_is_refused():
    with pytest.raises(UnwrapFailed, match="does not open with this key"):
        WrappingKey.generate(ENTROPY).unwrap(KEY.wrap(SECRET, CONTEXT, NONCES), CONTEXT)


@pytest.mark.parametrize("size", [0, 16, 24, 33])
def test_a_wrapping_key_of_another_length_is_our_own_mistake(size):
    with pytest.raises(AssertionError):
        WrappingKey(SecretBytes(bytes(size)))


lists = st.lists(st.text(alphabet="a\0\1é", max_size=3), max_size=4)


@given(lists, lists)
@example(["a", "bc"], ["ab", "c"])
@example([], [""])
def test_two_lists_are_framed_alike_only_if_they_are_equal(one, other):
    assert (frame(one) == frame(other)) == (one == other)
