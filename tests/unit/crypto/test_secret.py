"""Handles keep what they hold to themselves."""

import copy
import dataclasses
import json
import logging
import pickle
import traceback

import pytest

from keylease.core.entropy import SystemEntropy
from keylease.crypto.algorithms import AES_256
from keylease.crypto.envelope import WrappingKey
from keylease.crypto.providers import Made, Storage
from keylease.crypto.seal import RootKey
from keylease.crypto.secret import Handle, SecretBytes
from keylease.crypto.software import SoftwareProvider

MATERIAL = b"thirty-two bytes that must hide."
VERSION_ID = "0d0c1f60-7a3f-4c1e-9c53-0f6f1f2a9b11"

HANDLES = [
    SecretBytes(MATERIAL),
    SoftwareProvider(SystemEntropy()).load(
        AES_256, Storage.SOFTWARE, VERSION_ID, Made(SecretBytes(MATERIAL))
    ),
    WrappingKey(SecretBytes(MATERIAL)),
    RootKey(SecretBytes(MATERIAL)),
]
each_handle = pytest.mark.parametrize("handle", HANDLES, ids=lambda h: type(h).__name__)


def test_what_went_in_comes_out_by_reveal_only():
    secret = SecretBytes(MATERIAL)
    assert secret.reveal() == MATERIAL
    assert len(secret) == 32
    with pytest.raises(TypeError):
        bytes(secret)


@each_handle
def test_a_handle_shows_nothing_as_text(handle, caplog):
    logging.getLogger("test").warning("%s %r", handle, [handle])
    shown = [repr(handle), str(handle), f"{handle}", f"{handle!r:>80}", f"{[handle]}", caplog.text]
    for text in shown:
        assert "hidden" in text
        assert "thirty-two" not in text
        assert MATERIAL.hex() not in text


@each_handle
def test_a_handle_shows_nothing_inside_a_dataclass(handle):
    @dataclasses.dataclass
    class Record:
        key: Handle

    assert "thirty-two" not in repr(Record(handle))


@each_handle
def test_a_handle_shows_nothing_in_a_traceback_with_locals(handle):
    def fails(secret):
        raise RuntimeError(f"cannot use {secret}")

    try:
        fails(handle)
    except RuntimeError as error:
        shown = "".join(
            traceback.TracebackException.from_exception(error, capture_locals=True).format()
        )
    assert "secret = <" in shown
    assert "thirty-two" not in shown


@each_handle
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_handle_does_not_pickle(handle, protocol):
    with pytest.raises(TypeError, match="neither pickled nor copied"):
        pickle.dumps(handle, protocol)


@each_handle
@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
def test_a_handle_does_not_copy(handle, duplicate):
    with pytest.raises(TypeError, match="neither pickled nor copied"):
        duplicate(handle)


@each_handle
def test_a_handle_does_not_compare_or_hash(handle):
    with pytest.raises(TypeError, match="does not compare"):
        _ = handle == SecretBytes(MATERIAL)
    with pytest.raises(TypeError, match="does not compare"):
        _ = handle != handle  # noqa: PLR0124 - also with itself
    with pytest.raises(TypeError, match="unhashable"):
        hash(handle)


@each_handle
def test_a_handle_has_no_dictionary_and_no_json(handle):
    assert not hasattr(handle, "__dict__")
    with pytest.raises(TypeError):
        json.dumps(handle)


def test_a_secret_does_not_follow_the_buffer_it_was_made_from():
    buffer = bytearray(MATERIAL)
    secret = SecretBytes(buffer)
    buffer[:] = bytes(32)
    assert secret.reveal() == MATERIAL


def test_generated_keys_come_from_the_entropy_that_was_passed_in():
    class Fixed:
        def random(self, size):
            return MATERIAL[:size]

    assert WrappingKey.generate(Fixed()).material.reveal() == MATERIAL
    made = SoftwareProvider(Fixed()).generate(AES_256, Storage.SOFTWARE, VERSION_ID)
    assert made.kept.reveal() == MATERIAL
    assert WrappingKey.generate(SystemEntropy()).material.reveal() != MATERIAL
