"""Small files that only their owner may read, written whole or not at all."""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from keylease.core.errors import Misuse

_OWNER_ONLY = 0o600
_ANYBODY_ELSE = 0o077


def read_private(path: Path) -> bytes | None:
    """The content, None if there is no such file; Misuse if others than its owner may read it."""
    try:
        handle = path.open("rb")
    except FileNotFoundError:
        return None
    with handle:
        # Asked of the open file, not of the name, so that it cannot be swapped in between.
        if stat.S_IMODE(os.fstat(handle.fileno()).st_mode) & _ANYBODY_ELSE:
            raise Misuse("Others than its owner may read {path}: run chmod 600 {path}", path=path)
        return handle.read()


def write_private(path: Path, content: bytes) -> None:
    """Write a file so that a crash leaves the old one or the new one, on the disk, never half.

    The caller makes sure that nobody else writes it at the same time.
    """
    partial = path.with_name(path.name + ".tmp")
    wipe(partial)  # left behind by a crash
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    sync_directory(path.parent)


@contextmanager
def new_private(path: Path) -> Iterator[BinaryIO]:
    """Write a new file piece by piece; it gets its name once it is whole and on the disk.

    Misuse if there is one of that name. Whatever goes wrong, nothing is left behind.
    """
    if path.exists():
        raise Misuse("{path} exists: name another file.", path=path)
    partial = path.with_name(path.name + ".tmp")
    try:
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    except FileExistsError:
        raise Misuse(
            "{partial} is left from before: remove it, if nobody writes it.", partial=partial
        ) from None
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.link(partial, path)  # unlike a rename it does not replace what came meanwhile
    except FileExistsError:
        raise Misuse("{path} exists: name another file.", path=path) from None
    finally:
        partial.unlink(missing_ok=True)
        sync_directory(path.parent)


def overwrite(path: Path) -> None:
    """Put zeros over a file's bytes, where it exists; see docs/formats/seal.md for the limits."""
    try:
        file = path.open("r+b")
    except FileNotFoundError:
        return
    with file:
        file.write(bytes(os.fstat(file.fileno()).st_size))
        file.flush()
        os.fsync(file.fileno())


def wipe(path: Path) -> None:
    """Overwrite and remove a file, where it exists."""
    overwrite(path)
    path.unlink(missing_ok=True)
    sync_directory(path.parent)


def sync_directory(directory: Path) -> None:
    """Make renames and removals in a directory survive a power failure."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def try_lock(path: Path) -> Iterator[bool]:
    """Try to hold a lock file for a while; yields whether it worked.

    The operating system gives the lock up when its holder dies, so none is ever left behind.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, _OWNER_ONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)
