"""A backup as one file under a passphrase. Format: docs/formats/backup.md.

The file holds the backup's own key, wrapped by a key that is derived from the passphrase, and then
the parts as they are.
"""

from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from keylease.core.entropy import Entropy
from keylease.core.errors import Misuse
from keylease.crypto.envelope import UnwrapFailed, WrappingKey
from keylease.crypto.nonces import NonceSequence
from keylease.crypto.passphrase import Scrypt
from keylease.crypto.secret import SecretBytes
from keylease.crypto.unreadable import UNREADABLE

MAGIC = b"KLBACKUP"
_VERSION = b"\x01"

#: The work of trying one passphrase: 128 MiB of memory and some tenths of a second.
SCRYPT_N = 2**17

_LENGTH_BYTES = 4
_HEADER_BYTES_MAX = 4_096
_PART_BYTES_MAX = 64 * 1024 * 1024


class BackupFileDamaged(Misuse):
    """A file is no backup, or not a whole one."""

    def __init__(self, why: str) -> None:
        super().__init__(
            "The file is no backup that can be read ({why}): take another copy.", why=why
        )


class _Header(msgspec.Struct, frozen=True):
    """Which backup it is, and its key under the passphrase."""

    backup_id: str
    scrypt: Scrypt
    key: bytes


def write_header(
    file: BinaryIO,
    backup_id: str,
    key: WrappingKey,
    passphrase: SecretBytes,
    entropy: Entropy,
    nonces: NonceSequence,
) -> None:
    """Begin a file for a backup with this key."""
    scrypt = Scrypt.fresh(entropy, SCRYPT_N)
    wrapped = scrypt.derive(passphrase).wrap(key.material, _context(backup_id), nonces)
    header = msgspec.msgpack.encode(_Header(backup_id, scrypt, wrapped))
    file.write(MAGIC + _VERSION)
    _write(file, header)


def write_part(file: BinaryIO, part: bytes) -> None:
    """Add a part."""
    _write(file, part)


def read_header(file: BinaryIO, passphrase: SecretBytes) -> tuple[str, WrappingKey]:
    """The id of the backup in a file, and its key; `BackupFileDamaged`, Misuse."""
    begin = file.read(len(MAGIC) + len(_VERSION))
    if not begin.startswith(MAGIC):
        raise BackupFileDamaged("it does not begin like one")
    if begin[len(MAGIC) :] != _VERSION:
        raise BackupFileDamaged("its format is unknown: a newer release may have written it")
    try:
        header = msgspec.msgpack.decode(_read(file, _HEADER_BYTES_MAX) or b"", type=_Header)
        derived = header.scrypt.derive(passphrase)
    except (*UNREADABLE, ValueError):
        raise BackupFileDamaged("its beginning is changed") from None
    try:
        material = derived.unwrap(header.key, _context(header.backup_id))
        return header.backup_id, WrappingKey(material)
    except (UnwrapFailed, UnicodeEncodeError):
        raise Misuse(
            "The passphrase does not open the file: give the one that it was exported with. If it "
            "is the right one, the file is damaged."
        ) from None


def read_parts(file: BinaryIO) -> Iterator[bytes]:
    """The parts that follow the header; `BackupFileDamaged`."""
    while (part := _read(file, _PART_BYTES_MAX)) is not None:
        yield part


def _write(file: BinaryIO, content: bytes) -> None:
    file.write(len(content).to_bytes(_LENGTH_BYTES) + content)


def _read(file: BinaryIO, most: int) -> bytes | None:
    """What stands next after its length; None at the end of the file."""
    length = file.read(_LENGTH_BYTES)
    if not length:
        return None
    size = int.from_bytes(length)
    if len(length) < _LENGTH_BYTES or size > most:
        raise BackupFileDamaged("it is cut off or changed")
    content = file.read(size)
    if len(content) < size:
        raise BackupFileDamaged("it is cut off")
    return content


def _context(backup_id: str) -> tuple[str, ...]:
    return ("backup-file", backup_id)
