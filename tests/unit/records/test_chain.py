"""Entries are linked as docs/formats/audit.md says, and no two are hashed as the same bytes."""

import hashlib
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keylease.records.audit import decode, encode
from keylease.records.chain import entry_hash, genesis, head_of, link
from unit.records.builders import WRITER, chain, record


def test_a_writers_chain_starts_with_the_hash_of_its_name():
    spelled = b"keylease/audit/genesis/1\0" + (36).to_bytes(2, "big") + WRITER.encode()
    assert genesis(WRITER).hash == hashlib.sha256(spelled).digest()
    assert genesis(WRITER).seq == 0


def test_an_entrys_hash_covers_its_writer_number_predecessor_and_record():
    spelled = (
        b"keylease/audit/entry/1\0"
        + (36).to_bytes(2, "big")
        + WRITER.encode()
        + (7).to_bytes(8, "big")
        + b"p" * 32
        + (4).to_bytes(4, "big")
        + b"data"
    )
    assert entry_hash(WRITER, 7, b"p" * 32, b"data") == hashlib.sha256(spelled).digest()


def test_the_documented_example_is_what_is_written():
    text = (Path(__file__).parents[3] / "docs" / "formats" / "audit.md").read_text("utf-8")
    data, previous, digest = re.search(
        r"record    (.*)\nprevious  (.*)\nhash      (.*)", text
    ).groups()
    (entry,) = link(genesis(WRITER), [(decode(data.encode()), data.encode())])
    assert (entry.previous.hex(), entry.hash.hex()) == (previous, digest)


def test_entries_count_from_one_and_each_names_the_one_before():
    entries = chain(5)
    assert [entry.seq for entry in entries] == [1, 2, 3, 4, 5]
    assert entries[0].previous == genesis(WRITER).hash
    assert all(after.previous == before.hash for before, after in pairwise(entries))


def test_linking_in_two_goes_is_linking_in_one():
    records = [(r, encode(r)) for r in (record(at=i) for i in range(6))]
    first = link(genesis(WRITER), records[:2])
    assert first + link(head_of(first[-1]), records[2:]) == link(genesis(WRITER), records)


places = st.tuples(
    st.text(max_size=4), st.integers(0, 300), st.binary(min_size=32, max_size=32), st.binary()
)


@given(places, places)
def test_different_entries_have_different_hashes(one, other):
    assert (entry_hash(*one) == entry_hash(*other)) == (one == other)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_predecessor_of_another_length_is_refused(size):
    with pytest.raises(ValueError, match="32 bytes"):
        entry_hash(WRITER, 1, bytes(size), b"")
