"""A record has exactly one spelling, and only that one is read."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keylease.records.audit import decode, encode
from unit.records.builders import record

texts = st.text(max_size=20)
plain = texts.filter(lambda text: "\0" not in text)
details = st.dictionaries(
    texts,
    st.none() | st.booleans() | st.integers() | texts | st.lists(texts, max_size=3),
    max_size=4,
)


@given(
    at=st.integers(0, 2**40),
    machine=st.floats(0, 1e12),
    account_id=plain,
    operation=plain,
    resource=texts,
    details=details,
)
def test_what_is_encoded_is_decoded_and_encoded_alike(**fields):
    written = record(**fields)
    assert decode(encode(written)) == written
    assert encode(decode(encode(written))) == encode(written)


def test_the_bytes_are_those_of_the_documented_format():
    # docs/formats/audit.md
    assert encode(record(details={"b": ["x"], "a": 1})) == (
        b'{"v":1,"at":1795423219,"machine":1795423219.25,'
        b'"request_id":"7C3D6F6E-6E0E-4D1E-9E9B-0D2C5B7A1F30",'
        b'"account_id":"1234567890123456","principal":"alice",'
        b'"access_key_id":"LTAIabcdefghijklmnopqrst","operation":"Encrypt",'
        b'"region":"cn-hangzhou","resource":"key-hzz62f1cb66fa42qo5abcd","outcome":"OK",'
        b'"peer":"192.0.2.17","details":{"a":1,"b":["x"]}}'
    )


def test_a_whole_second_is_written_as_a_fraction():
    assert b'"machine":5.0,' in encode(record(machine=5))


SPELLING = encode(record(details={"a": 1, "b": 2}))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(SPELLING.replace(b'"v":1', b'"v":2'), id="another version"),
        pytest.param(SPELLING.replace(b'"v":1,', b""), id="no version"),
        pytest.param(SPELLING.replace(b",", b", ", 1), id="a space"),
        pytest.param(json.dumps(json.loads(SPELLING), sort_keys=True).encode(), id="other order"),
        pytest.param(SPELLING.replace(b'{"a":1,"b":2}', b'{"b":2,"a":1}'), id="details unsorted"),
        pytest.param(SPELLING.replace(b'"peer"', b'"x":1,"peer"'), id="an unknown field"),
        pytest.param(SPELLING.replace(b'"peer":"192.0.2.17",', b""), id="a missing field"),
        pytest.param(SPELLING.replace(b"alice", b"\\u0061lice"), id="an escape too many"),
        pytest.param(SPELLING.replace(b"alice", b"\xff"), id="no UTF-8"),
        pytest.param(b'{"x":' + b"[" * 9_000, id="nested without end"),
        pytest.param(SPELLING[:-1], id="cut off"),
        pytest.param(SPELLING + b" ", id="something behind"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_any_other_spelling_is_refused(data):
    assert data != SPELLING
    with pytest.raises(ValueError):
        decode(data)


@pytest.mark.parametrize("field", ["account_id", "operation", "outcome"])
def test_a_zero_character_in_a_column_is_refused(field):
    with pytest.raises(ValueError, match="zero character"):
        encode(record(**{field: "a\0b"}))


def test_half_a_surrogate_has_no_spelling():
    with pytest.raises(ValueError, match="surrogates"):
        encode(record(resource="\ud800"))


def test_a_record_does_not_change():
    with pytest.raises(AttributeError):
        record().outcome = "OK"
    assert issubclass(msgspec.DecodeError, ValueError)  # what `decode` promises rests on this
