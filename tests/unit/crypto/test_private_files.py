"""Files for their owner only, whole or not at all."""

import os

import pytest

from keylease.core.errors import Misuse
from keylease.crypto import private_files
from keylease.crypto.private_files import overwrite, read_private, try_lock, wipe, write_private


def test_what_was_written_is_read_and_nothing_else_is_left(tmp_path):
    write_private(tmp_path / "file", b"one")
    write_private(tmp_path / "file", b"two")
    assert read_private(tmp_path / "file") == b"two"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_missing_file_reads_as_none(tmp_path):
    assert read_private(tmp_path / "file") is None


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_a_file_is_written_for_its_owner_only_whatever_the_umask(tmp_path, umask):
    before = os.umask(umask)
    try:
        write_private(tmp_path / "file", b"one")
    finally:
        os.umask(before)
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o602, 0o644, 0o666])
def test_a_file_that_others_may_read_or_write_is_refused_with_the_remedy(tmp_path, mode):
    path = tmp_path / "file"
    write_private(path, b"one")
    path.chmod(mode)
    with pytest.raises(Misuse, match=f"chmod 600 {path}"):
        read_private(path)
    path.chmod(0o600)
    assert read_private(path) == b"one"


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_crash_while_writing_leaves_the_old_file_and_no_obstacle(tmp_path, monkeypatch, step):
    write_private(tmp_path / "file", b"old")

    def crash(*_):
        raise InterruptedError

    with monkeypatch.context() as patch:
        if step == "fsync":
            patch.setattr(private_files.os, "fsync", crash)
            # The first fsync is that of the directory, after a leftover was wiped.
            patch.setattr(private_files, "sync_directory", lambda _: None)
        else:
            patch.setattr(private_files.Path, "replace", crash)
        with pytest.raises(InterruptedError):
            write_private(tmp_path / "file", b"new")
    assert read_private(tmp_path / "file") == b"old"
    assert (tmp_path / "file.tmp").exists()
    write_private(tmp_path / "file", b"new")
    assert read_private(tmp_path / "file") == b"new"
    assert not (tmp_path / "file.tmp").exists()


def test_overwriting_reaches_the_bytes_behind_every_name(tmp_path):
    path, other_name = tmp_path / "file", tmp_path / "hard-link"
    path.write_bytes(b"secret")
    other_name.hardlink_to(path)
    wipe(path)
    assert other_name.read_bytes() == bytes(6)
    assert not path.exists()


def test_overwriting_and_wiping_a_missing_file_does_nothing(tmp_path):
    overwrite(tmp_path / "file")
    wipe(tmp_path / "file")
    assert list(tmp_path.iterdir()) == []


def test_a_lock_has_one_holder_at_a_time(tmp_path):
    with try_lock(tmp_path / "lock") as first, try_lock(tmp_path / "lock") as second:
        assert first
        assert not second
    with try_lock(tmp_path / "lock") as third:
        assert third


def test_a_lock_dies_with_its_holder(tmp_path):
    child = os.fork()
    if child == 0:
        with try_lock(tmp_path / "lock") as held:
            os._exit(0 if held else 1)
    assert os.waitpid(child, 0)[1] == 0
    with try_lock(tmp_path / "lock") as held:
        assert held
