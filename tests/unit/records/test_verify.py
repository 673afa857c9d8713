"""Whatever is done to a chain, `verify` says so; and it says nothing about a whole one."""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keylease.records.chain import Entry, Head, entry_hash, genesis, head_of, link
from keylease.records.ports import TrailDamaged
from keylease.records.verify import MOST_FINDINGS, Finding, verify
from unit.records.builders import WRITER, chain

Chain = list[Entry]


def rehashed(entry: Entry) -> Entry:
    """As somebody would forge it who knows how entries are hashed."""
    place = (entry.writer, entry.seq, entry.previous, entry.record)
    return entry._replace(hash=entry_hash(*place))


def changed(entries: Chain, index: int, **fields: object) -> Chain:
    return [*entries[:index], entries[index]._replace(**fields), *entries[index + 1 :]]


def flipped(data: bytes, position: int) -> bytes:
    return data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]


@given(st.integers(0, 20), st.data())
def test_a_whole_chain_has_no_findings(length, data):
    entries = chain(length)
    anchor = data.draw(st.sampled_from([None, genesis(WRITER), *map(head_of, entries)]))
    assert verify(WRITER, iter(entries), anchor) == []


@given(st.integers(1, 8), st.data())
def test_a_changed_byte_of_any_stored_hash_or_record_is_found(length, data):
    entries = chain(length)
    index = data.draw(st.integers(0, length - 1))
    column = data.draw(st.sampled_from(["previous", "record", "hash"]))
    value = getattr(entries[index], column)
    position = data.draw(st.integers(0, len(value) - 1))
    assert verify(WRITER, changed(entries, index, **{column: flipped(value, position)}))


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        ("writer", "somebody-else", "belongs to the writer 'somebody-else'"),
        ("seq", 9, "follows 2: entries are missing, repeated or moved"),
        ("at", 4, "columns contradict"),
        ("account_id", "9999999999999999", "columns contradict"),
        ("operation", "Decrypt", "columns contradict"),
        ("outcome", "Forbidden.NoPermission", "columns contradict"),
        ("previous", b"", "does not follow"),
        ("previous", None, "does not follow"),
        ("record", None, "its record cannot be read"),
        ("record", "a text", "hash does not fit"),
        ("hash", None, "hash does not fit"),
    ],
)
def test_a_change_of_any_column_is_found_where_it_is(column, value, text):
    findings = verify(WRITER, changed(chain(5), 2, **{column: value}))
    assert any(text in finding.text for finding in findings)
    assert findings[0].seq == (9 if column == "seq" else 3)


def test_one_changed_record_is_found_once():
    entries = chain(5)
    forged = changed(entries, 2, record=entries[2].record.replace(b"alice", b"mallo"))
    assert verify(WRITER, forged) == [Finding(WRITER, 3, "its hash does not fit what it says")]


Tampering = Callable[[Chain], Chain]
TAMPERINGS: dict[str, Tampering] = {
    "the first is deleted": lambda c: c[1:],
    "one in the middle is deleted": lambda c: c[:3] + c[4:],
    "the last is deleted": lambda c: c[:-1],
    "all are deleted": lambda _: [],
    "two are swapped": lambda c: [*c[:2], c[3], c[2], *c[4:]],
    "one is repeated": lambda c: [*c[:3], c[2], *c[3:]],
    "one of another writer is inserted": lambda c: [*c[:3], chain(9, "x")[3], *c[3:]],
    "one is replaced and hashed anew": lambda c: [
        *c[:2],
        rehashed(c[2]._replace(record=c[1].record, at=c[1].at)),
        *c[3:],
    ],
    "a deleted one's number is closed up": lambda c: [
        *c[:3],
        *(rehashed(entry._replace(seq=entry.seq - 1)) for entry in c[4:]),
    ],
    "the whole chain is made anew without one": lambda c: link(
        genesis(WRITER), [(entry, entry.record) for entry in c if entry.seq != 3]
    ),
    "it is another writer's whole chain": lambda _: chain(6, "x"),
    "another chain with the same name": lambda _: [
        *link(genesis(WRITER), [(entry, entry.record) for entry in reversed(chain(6))])
    ],
}


@pytest.mark.parametrize("tampering", TAMPERINGS.values(), ids=TAMPERINGS)
def test_tampering_is_found(tampering):
    entries = chain(6)
    assert verify(WRITER, tampering(entries), head_of(entries[-1]))


def test_a_cut_is_found_from_the_anchor_on_and_not_beyond():
    entries = chain(6)
    anchor = head_of(entries[3])
    assert verify(WRITER, entries[:4], anchor) == []
    text = "is missing: the anchor names it, the chain ends at 3"
    assert verify(WRITER, entries[:3], anchor) == [Finding(WRITER, 4, text)]


def test_an_entry_that_contradicts_the_anchor_is_found():
    text = "is not the entry that the anchor names"
    assert verify(WRITER, chain(6), Head(WRITER, 4, bytes(32))) == [Finding(WRITER, 4, text)]


def test_an_unreadable_record_is_found_even_if_it_is_linked_well():
    entries = chain(2)
    entries += link(head_of(entries[-1]), [(entries[1], b"not a record")])  # the columns are copied
    assert verify(WRITER, entries) == [Finding(WRITER, 3, "its record cannot be read")]


def test_a_trail_that_breaks_off_is_a_finding():
    def damaged() -> Iterator[Entry]:
        yield from chain(2)
        raise TrailDamaged("database disk image is malformed")

    text = "cannot be read: database disk image is malformed"
    assert verify(WRITER, damaged()) == [Finding(WRITER, 3, text)]


def test_the_list_of_findings_is_bounded():
    findings = verify(WRITER, (entry._replace(hash=b"") for entry in chain(1000)))
    assert len(findings) == MOST_FINDINGS + 1
    assert findings[-1].text == "too many findings: not checked further"
