"""Writing files into a folder that customers name, and never outside it.

Every step into the folder is opened below the one before without following links; a file is written
under another name and renamed when it is whole. Its time is the business moment of its figures.
"""

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from keylease.core import ids
from keylease.core.entropy import Entropy

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_UNFINISHED = ".part"


class Folder:
    """An open folder. Its methods raise OSError."""

    def __init__(self, descriptor: int, entropy: Entropy) -> None:
        self._at = descriptor
        self._entropy = entropy

    def written_at(self, name: str) -> int | None:
        """The business moment of a file's figures, or None where there is no such file."""
        try:
            found = os.stat(name, dir_fd=self._at, follow_symlinks=False)
        except FileNotFoundError:
            return None
        return int(found.st_mtime) if stat.S_ISREG(found.st_mode) else None

    def begin(self) -> tuple[str, BinaryIO]:
        """A new file to write to, and the name that it has until it is finished."""
        name = f".{ids.uuid(self._entropy)}{_UNFINISHED}"
        return name, os.fdopen(os.open(name, _NEW_FILE, 0o600, dir_fd=self._at), "wb")

    def finish(self, unfinished: str, name: str, at: int) -> None:
        """Give a file its name and time."""
        os.utime(unfinished, (at, at), dir_fd=self._at, follow_symlinks=False)
        os.rename(unfinished, name, src_dir_fd=self._at, dst_dir_fd=self._at)

    def drop(self, unfinished: str) -> None:
        """Forget a file that was not finished."""
        with suppress(FileNotFoundError):
            os.unlink(unfinished, dir_fd=self._at)

    def sweep(self, before: float) -> None:
        """Remove what was begun before this machine time and never finished."""
        with os.scandir(self._at) as entries:
            old = [
                entry.name
                for entry in entries
                if entry.name.startswith(".")
                and entry.name.endswith(_UNFINISHED)
                and entry.stat(follow_symlinks=False).st_mtime < before
            ]
        for name in old:
            self.drop(name)


@contextmanager
def open_folder(root: Path, steps: Sequence[str], entropy: Entropy) -> Iterator[Folder]:
    """The folder below ``root``, made where it is missing. OSError where a step is a link."""
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    at = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for step in steps:
            with suppress(FileExistsError):
                os.mkdir(step, 0o700, dir_fd=at)
            inner = os.open(step, _DIRECTORY, dir_fd=at)
            os.close(at)
            at = inner
        yield Folder(at, entropy)
    finally:
        os.close(at)
