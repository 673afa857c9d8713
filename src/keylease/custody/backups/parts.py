"""Records to sealed parts and back. Format: docs/formats/backup.md.

A part is a msgpack array of records, encrypted under the backup's own key and bound to the backup,
to its place among the parts and to whether it is the last: parts that are missing, moved or mixed
do not open. Neither side holds more than a part in memory.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import msgspec

from keylease.core.errors import Misuse, Word
from keylease.crypto.envelope import UnwrapFailed, WrappingKey
from keylease.crypto.secret import SecretBytes
from keylease.crypto.unreadable import UNREADABLE
from keylease.custody.backups.records import Fingerprint, Head, Record, Tail, Tally

#: A part is closed before it would grow beyond this; a record of that size has one for itself.
PART_BYTES = 256 * 1024

T = TypeVar("T")

#: Encrypts something under the backup's key, bound to its context.
Seal = Callable[[SecretBytes, tuple[str, ...]], bytes]

_PART: msgspec.msgpack.Decoder[list[msgspec.Raw]] = msgspec.msgpack.Decoder(list[msgspec.Raw])
_RECORD: msgspec.msgpack.Decoder[Record] = msgspec.msgpack.Decoder(Record)


class BackupDamaged(Misuse):
    """A backup is not whole: parts are missing, changed, or another backup's."""

    def __init__(self, backup_id: str, why: Word) -> None:
        super().__init__(
            "The backup {backup} is damaged ({why}): use another one.", backup=backup_id, why=why
        )


class PartWriter:
    """Seals the records of one backup; what it counted is there once all parts were taken."""

    def __init__(self, head: Head, seal: Seal) -> None:
        self._head = head
        self._seal = seal
        self._number = 0
        self._fingerprint = Fingerprint()
        self._tally = Tally()
        self.size = 0

    @property
    def counts(self) -> dict[str, int]:
        """How many records of each kind there are by now."""
        return self._tally.counts

    @property
    def fingerprint(self) -> bytes:
        """Of all contents by now."""
        return self._fingerprint.digest()

    def parts(self, contents: Iterable[Record]) -> Iterator[bytes]:
        """The sealed parts, in order; there is at least one."""
        held: list[bytes] = []
        size = 0
        for encoded in self._encoded(contents):
            if held and size + len(encoded) > PART_BYTES:
                yield self._sealed(held, last=False)
                held, size = [], 0
            held.append(encoded)
            size += len(encoded)
        yield self._sealed(held, last=True)

    def _encoded(self, contents: Iterable[Record]) -> Iterator[bytes]:
        yield self._counted(self._head)
        for record in contents:
            self._fingerprint.add(record)
            yield self._counted(record)
        yield msgspec.msgpack.encode(self._tally.tail())

    def _counted(self, record: Record) -> bytes:
        encoded = msgspec.msgpack.encode(record)
        self._tally.add(record, encoded)
        return encoded

    def _sealed(self, held: list[bytes], *, last: bool) -> bytes:
        self._number += 1
        plain = msgspec.msgpack.encode([msgspec.Raw(one) for one in held])
        context = _context(self._head.backup_id, self._number, last=last)
        sealed = self._seal(SecretBytes(plain), context)
        self.size += len(sealed)
        return sealed


def read_records(key: WrappingKey, backup_id: str, parts: Iterable[bytes]) -> Iterator[Record]:
    """All records of a backup, head and tail included; `BackupDamaged`.

    That nothing is missing is known once the tail was given.
    """
    tally = Tally()
    last: Record | None = None
    for encoded in _opened(key, backup_id, parts):
        record = _decoded(backup_id, encoded)
        if (last is None) != isinstance(record, Head) or isinstance(last, Tail):
            raise BackupDamaged(backup_id, Word("its records are not in order"))
        if isinstance(record, Head) and record.backup_id != backup_id:
            raise BackupDamaged(backup_id, Word("it says that it is another one"))
        if isinstance(record, Tail) and record != tally.tail():
            raise BackupDamaged(backup_id, Word("what it holds is not what was counted"))
        tally.add(record, encoded)
        last = record
        yield record
    if not isinstance(last, Tail):
        raise BackupDamaged(backup_id, Word("its end is missing"))


def _opened(key: WrappingKey, backup_id: str, parts: Iterable[bytes]) -> Iterator[bytes]:
    for number, (part, last) in enumerate(with_last(parts), 1):
        try:
            plain = key.unwrap(part, _context(backup_id, number, last=last))
            records = _PART.decode(plain.reveal())
        except (UnwrapFailed, *UNREADABLE):
            raise BackupDamaged(
                backup_id, Word("part {number} does not open", number=number)
            ) from None
        for one in records:
            yield bytes(one)


def _decoded(backup_id: str, encoded: bytes) -> Record:
    try:
        return _RECORD.decode(encoded)
    except UNREADABLE:
        raise BackupDamaged(
            backup_id, Word("a record cannot be read; a newer release may have written it")
        ) from None


def with_last(parts: Iterable[T]) -> Iterator[tuple[T, bool]]:
    """Each of them, and whether no other follows."""
    held: T | None = None
    for part in parts:
        if held is not None:
            yield held, False
        held = part
    if held is not None:
        yield held, True


def _context(backup_id: str, number: int, *, last: bool) -> tuple[str, ...]:
    return ("backup-part", backup_id, str(number), "last" if last else "more")
