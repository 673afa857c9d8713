"""The seal: the root key in the data directory, and its rotation. Source: design.md 4.

The root key wraps the wrapping keys that the database holds, and the database names its root key by
fingerprint. ``seal.json`` holds the root key. To rotate it, inside `rotating`:

1. `settle` with the database's fingerprint, read after the lock was taken: clears up after a
   rotation that was interrupted.
2. `stage_next` writes the new root key to ``seal.next.json``.
3. The caller re-wraps everything and stores the new fingerprint, in one database transaction.
4. `promote` destroys the old root key and puts the new one in its place.

The commit of step 3 decides. Whatever dies wherever, one of the two files holds the root key that
the database names, and `open_seal` opens that one: before the commit ``seal.json``, afterwards
``seal.next.json`` until it has become ``seal.json``.

`open_seal` finishes an interrupted rotation, for a database that names the next root key proves
the commit. It never discards a next root key: the fingerprint it was given may have been read just
before another process committed, and discarding would then destroy the one root key that fits.
Only `settle` discards, under the lock. Format, and what overwriting can and cannot do:
docs/formats/seal.md.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from keylease.core.entropy import Entropy
from keylease.core.errors import ensure
from keylease.crypto.private_files import (
    overwrite,
    sync_directory,
    try_lock,
    wipe,
    write_private,
)
from keylease.crypto.root_key import (
    RootKey,
    Seal,
    SealDamaged,
    SealError,
    WrongPassphrase,
    is_named,
    make,
    read,
    unseal,
)
from keylease.crypto.secret import SecretBytes

__all__ = [
    "CURRENT",
    "LOCK",
    "NEXT",
    "RootKey",
    "SealDamaged",
    "SealError",
    "SealMismatch",
    "WrongPassphrase",
    "create_seal",
    "open_seal",
    "promote",
    "rotating",
    "settle",
    "stage_next",
]

CURRENT = "seal.json"
NEXT = "seal.next.json"
LOCK = "seal.lock"


class SealMismatch(SealError):
    """The directory holds another root key than the database expects."""


def create_seal(
    directory: Path, entropy: Entropy, passphrase: SecretBytes | None = None
) -> RootKey:
    """Make the first root key of a directory; SealError if there is one already."""
    with rotating(directory):
        for name in (CURRENT, NEXT):
            if (directory / name).exists():
                raise SealError(
                    "{path} exists: a directory has one root key.", path=directory / name
                )
        root, content = make(entropy, passphrase)
        write_private(directory / CURRENT, content)
        return root


def open_seal(
    directory: Path,
    passphrase: SecretBytes | None = None,
    expected_fingerprint: str | None = None,
) -> RootKey:
    """Open the root key that the database names, and finish a rotation that was interrupted.

    Without ``expected_fingerprint`` (nothing is stored yet) the current one is opened. Raises
    SealMismatch if no file here holds what the database expects, WrongPassphrase, or SealError.
    """
    if expected_fingerprint is not None:
        # The next one is looked at first. Another process may promote it while we are here; in
        # this order we see it under its old name or under its new one, never under neither.
        following = _peek(directory / NEXT)
        if following is not None and is_named(following, expected_fingerprint):
            root = unseal(following, directory / NEXT, passphrase)
            with try_lock(directory / LOCK) as held:
                if held:  # else the process that rotates is alive and promotes by itself
                    _settle(directory, expected_fingerprint)
            return root
    current = _read_current(directory, expected_fingerprint)
    return unseal(current, directory / CURRENT, passphrase)


@contextmanager
def rotating(directory: Path) -> Iterator[None]:
    """Hold the seal's lock; SealError if another process does."""
    with try_lock(directory / LOCK) as held:
        if not held:
            raise SealError("The root key is being made or rotated right now: try again later.")
        yield


def settle(directory: Path, expected_fingerprint: str) -> None:
    """Finish or discard a rotation that was interrupted, inside `rotating`.

    ``expected_fingerprint`` must have been read from the database after the lock was taken.
    SealMismatch or SealError, and nothing changes, if neither file holds that root key.
    """
    _ensure_locked(directory)
    _settle(directory, expected_fingerprint)


def stage_next(directory: Path, entropy: Entropy, passphrase: SecretBytes | None = None) -> RootKey:
    """Make the next root key and write it beside the current one, inside `rotating`.

    SealError if there is a next one already: it may be the one that the database names.
    """
    _ensure_locked(directory)
    if (directory / NEXT).exists():
        raise SealError(
            "{path} is left from a rotation that has not been settled.", path=directory / NEXT
        )
    root, content = make(entropy, passphrase)
    write_private(directory / NEXT, content)
    return root


def promote(directory: Path) -> None:
    """Destroy the current root key and put the next one in its place, inside `rotating`.

    To be called once the database has committed to the next one, and not before.
    """
    _ensure_locked(directory)
    ensure((directory / NEXT).exists(), "a root key is staged before it is promoted")
    _promote(directory)


def _settle(directory: Path, expected_fingerprint: str) -> None:
    if not (directory / NEXT).exists():
        return
    following = _peek(directory / NEXT)
    if following is not None and is_named(following, expected_fingerprint):
        _promote(directory)
    else:
        _read_current(directory, expected_fingerprint)  # raises before anything is destroyed
        wipe(directory / NEXT)


def _promote(directory: Path) -> None:
    overwrite(directory / CURRENT)
    (directory / NEXT).replace(directory / CURRENT)
    sync_directory(directory)


def _read_current(directory: Path, expected_fingerprint: str | None) -> Seal:
    current = read(directory / CURRENT)
    if current is None:
        raise SealError(
            "There is no {file} in {directory}: "
            "copy the one there that belongs to this database, or give the right data directory.",
            file=CURRENT,
            directory=directory,
        )
    if expected_fingerprint is not None and not is_named(current, expected_fingerprint):
        raise SealMismatch(
            "{directory} holds the root key {held}, but the database expects "
            "{expected}: copy the {file} that belongs to this database there, "
            "or give the database that belongs to this directory.",
            directory=directory,
            held=current.fingerprint[:12],
            expected=expected_fingerprint[:12],
            file=CURRENT,
        )
    return current


def _peek(path: Path) -> Seal | None:
    """Like `read`, but None also for a damaged file: a crash while it was wiped leaves one."""
    try:
        return read(path)
    except SealDamaged:
        return None


def _ensure_locked(directory: Path) -> None:
    with try_lock(directory / LOCK) as was_free:
        ensure(not was_free, "a rotation happens inside `rotating`")
