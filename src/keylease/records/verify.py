"""Checking a chain: everything that is wrong with it, as a list of findings."""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from keylease.records.audit import decode
from keylease.records.chain import Entry, Head, entry_hash, genesis
from keylease.records.ports import TrailDamaged

#: Where a check of one chain stops: whoever replaced a million entries needs no million findings.
MOST_FINDINGS = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong with a writer's chain at the entry ``seq``."""

    writer: str
    seq: int
    text: str


def verify(writer: str, entries: Iterable[Entry], anchor: Head | None = None) -> list[Finding]:
    """What is wrong with a whole chain, read from its first entry; an empty list if nothing is.

    ``anchor`` is the newest head of this chain that was kept elsewhere. Without one, entries that
    were cut off the end leave no trace. Memory does not grow with the chain.
    """
    findings: list[Finding] = []
    for finding in _findings(writer, entries, anchor):
        findings.append(finding)
        if len(findings) == MOST_FINDINGS:
            findings.append(Finding(writer, finding.seq, "too many findings: not checked further"))
            break
    return findings


def _findings(writer: str, entries: Iterable[Entry], anchor: Head | None) -> Iterator[Finding]:
    head = genesis(writer)
    anchored = anchor is None or anchor.seq == 0
    try:
        for entry in entries:
            yield from (Finding(writer, entry.seq, text) for text in _flaws(head, entry))
            if anchor is not None and entry.seq == anchor.seq:
                anchored = True
                if entry.hash != anchor.hash:
                    yield Finding(writer, entry.seq, "is not the entry that the anchor names")
            # What follows is judged by what is stored here, so that one change is found once.
            head = Head(writer, entry.seq, entry.hash)
    except TrailDamaged as error:
        yield Finding(writer, head.seq + 1, f"cannot be read: {error}")
    if anchor is not None and not anchored:
        text = f"is missing: the anchor names it, the chain ends at {head.seq}"
        yield Finding(writer, anchor.seq, text)


def _flaws(head: Head, entry: Entry) -> Iterator[str]:
    """What is wrong with one entry, if the chain went as far as ``head`` before it."""
    if entry.writer != head.writer:
        yield f"belongs to the writer {entry.writer!r}"
    if entry.seq != head.seq + 1:
        yield f"follows {head.seq}: entries are missing, repeated or moved"
    elif entry.previous != head.hash:
        yield "does not follow from the entry before it"
    if entry.hash != _hash_of(entry):
        yield "its hash does not fit what it says"
    yield from _record_flaws(entry)


def _hash_of(entry: Entry) -> bytes | None:
    """The hash that the entry should have; None where a database was made to hold other types."""
    try:
        return entry_hash(entry.writer, entry.seq, entry.previous, entry.record)
    except (TypeError, ValueError, struct.error):
        return None


def _record_flaws(entry: Entry) -> Iterator[str]:
    try:
        record = decode(entry.record)
    except (TypeError, ValueError):
        yield "its record cannot be read"
        return
    said = (record.at, record.account_id, record.operation, record.outcome)
    if said != (entry.at, entry.account_id, entry.operation, entry.outcome):
        yield "its columns contradict its record"
