"""Chaining: each entry carries the hash of the one before it.

Whoever changes, removes, inserts or moves an entry has to change every later hash too, and then
contradicts the newest *anchor*: a `Head` that was kept in another place. The hash is SHA-256 over
parts whose lengths are all fixed or written before them, so no two different entries are hashed as
the same bytes. There is no key: the chain shows tampering to whoever holds an anchor; it does not
show it to somebody who trusts the same disk for both.
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from keylease.records.audit import AuditRecord

_ENTRY = b"keylease/audit/entry/1\0"
_GENESIS = b"keylease/audit/genesis/1\0"
_POSITION = struct.Struct(">Q32sI")  # sequence number, previous hash, length of the record


class Entry(NamedTuple):
    """One row of a chain, in the order of the columns that it is stored in.

    ``record`` is the truth. ``at``, ``account_id``, ``operation`` and ``outcome`` repeat it so that
    a database can list by them; the hash does not cover them, `verify` compares them.
    A plain tuple, because both databases take it as it is.
    """

    writer: str
    seq: int
    at: int
    account_id: str
    operation: str
    outcome: str
    previous: bytes
    record: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """How far a chain goes: its last entry's number (0: no entry yet) and hash.

    A head that is kept somewhere else is an anchor: the chain must still go through it.
    """

    writer: str
    seq: int
    hash: bytes


def genesis(writer: str) -> Head:
    """Where the chain of this writer starts; no two start alike, so none passes as another."""
    return Head(writer, 0, sha256(_GENESIS + _prefixed(writer)).digest())


def link(head: Head, records: Iterable[tuple[AuditRecord, bytes]]) -> list[Entry]:
    """The entries that follow ``head``, one for each record and its bytes."""
    writer, seq, previous = head.writer, head.seq, head.hash
    prefix = _ENTRY + _prefixed(writer)
    entries = []
    for record, data in records:
        seq += 1
        digest = _digest(prefix, seq, previous, data)
        listed = record.at, record.account_id, record.operation, record.outcome
        entries.append(Entry(writer, seq, *listed, previous, data, digest))
        previous = digest
    return entries


def head_of(entry: Entry) -> Head:
    """The head of a chain that ends with this entry."""
    return Head(entry.writer, entry.seq, entry.hash)


def entry_hash(writer: str, seq: int, previous: bytes, record: bytes) -> bytes:
    """The 32 bytes that bind a record to its place in its writer's chain.

    ValueError if ``previous`` is no hash: it would be cut or filled up, and its length be in doubt.
    """
    if len(previous) != 32:
        raise ValueError("a previous hash has 32 bytes")
    return _digest(_ENTRY + _prefixed(writer), seq, previous, record)


def _digest(prefix: bytes, seq: int, previous: bytes, record: bytes) -> bytes:
    return sha256(prefix + _POSITION.pack(seq, previous, len(record)) + record).digest()


def _prefixed(writer: str) -> bytes:
    """The writer's id with its length, 2 bytes, in front: where it ends is never in doubt."""
    name = writer.encode()
    return len(name).to_bytes(2) + name
