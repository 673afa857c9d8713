"""The root key: always exactly the one that the database names, whatever dies where."""

import base64
import json
import os

import pytest

from keylease.core.entropy import SystemEntropy
from keylease.core.errors import Misuse
from keylease.crypto import root_key, seal
from keylease.crypto.nonces import NonceSequence
from keylease.crypto.seal import (
    RootKey,
    SealError,
    SealMismatch,
    WrongPassphrase,
    create_seal,
    open_seal,
    promote,
    rotating,
    settle,
    stage_next,
)
from keylease.crypto.secret import SecretBytes

ENTROPY = SystemEntropy()
PASSPHRASE = SecretBytes(b"correct horse battery staple")
CONTEXT = ("wrapping-key", "1234567890123456", "kst-hzz1")
FINGERPRINT_OF_32_ONES = "ce8258ebdef8fd4f94579a778952eb345591926acc24f31ab21959edbc9866e3"


@pytest.fixture(autouse=True)
def _cheap_scrypt(monkeypatch):
    monkeypatch.setattr(root_key, "SCRYPT_N", 2**4)


def names(directory):
    return sorted(path.name for path in directory.iterdir() if path.name != "seal.lock")


def material(root):
    return root.material.reveal()


each_kind = pytest.mark.parametrize("passphrase", [None, PASSPHRASE], ids=["file", "passphrase"])


# Making and opening.


@each_kind
def test_what_was_made_is_opened(tmp_path, passphrase):
    root = create_seal(tmp_path, ENTROPY, passphrase)
    for expected in (None, root.fingerprint):
        opened = open_seal(tmp_path, passphrase, expected)
        assert material(opened) == material(root)
        assert opened.fingerprint == root.fingerprint
    assert names(tmp_path) == ["seal.json"]


@each_kind
def test_an_opened_root_key_unwraps_what_the_made_one_wrapped(tmp_path, passphrase):
    secret = SecretBytes(b"an instance's wrapping key")
    blob = create_seal(tmp_path, ENTROPY, passphrase).wrap(secret, CONTEXT, NonceSequence(ENTROPY))
    opened = open_seal(tmp_path, passphrase)
    assert opened.unwrap(blob, CONTEXT).reveal() == secret.reveal()


def test_the_file_is_as_documented(tmp_path):
    root = create_seal(tmp_path, ENTROPY)
    stored = json.loads((tmp_path / "seal.json").read_text())
    assert list(stored) == ["kind", "version", "fingerprint", "key"]
    assert (stored["kind"], stored["version"]) == ("file", 1)
    assert stored["fingerprint"] == root.fingerprint
    assert base64.b64decode(stored["key"]) == material(root)
    assert (tmp_path / "seal.json").stat().st_mode & 0o777 == 0o600


def test_the_file_under_a_passphrase_is_as_documented_and_does_not_hold_the_key(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(root_key, "SCRYPT_N", 2**17)  # once with the real cost
    root = create_seal(tmp_path, ENTROPY, PASSPHRASE)
    stored = json.loads((tmp_path / "seal.json").read_text())
    assert list(stored) == ["kind", "version", "fingerprint", "scrypt", "wrapped_key"]
    assert stored["kind"] == "passphrase"
    assert list(stored["scrypt"]) == ["salt", "n", "r", "p"]
    assert [stored["scrypt"][name] for name in "nrp"] == [131072, 8, 1]
    assert base64.b64encode(material(root)) not in (tmp_path / "seal.json").read_bytes()


def test_the_file_does_not_show_its_key_when_printed(tmp_path):
    create_seal(tmp_path, ENTROPY)
    stored = root_key.read(tmp_path / "seal.json")
    assert "hidden" in repr(stored)
    assert repr(stored.key) not in repr([stored])


def test_a_fingerprint_names_a_root_key():
    one, other = RootKey(SecretBytes(b"1" * 32)), RootKey(SecretBytes(b"2" * 32))
    assert one.fingerprint == RootKey(SecretBytes(b"1" * 32)).fingerprint
    assert one.fingerprint != other.fingerprint
    # HMAC-SHA-256 with the key over a fixed tag, computed apart with
    # printf 'keylease root key fingerprint v1' | openssl dgst -sha256 -hmac 111...1 (32 ones)
    assert one.fingerprint == FINGERPRINT_OF_32_ONES


def test_a_directory_gets_one_root_key(tmp_path):
    root = create_seal(tmp_path, ENTROPY)
    with pytest.raises(SealError, match=r"seal\.json exists"):
        create_seal(tmp_path, ENTROPY)
    assert material(open_seal(tmp_path)) == material(root)


def test_without_a_seal_file_the_error_says_what_to_do(tmp_path):
    with pytest.raises(SealError, match=r"no seal\.json in .* copy the one there"):
        open_seal(tmp_path)


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o644])
def test_a_seal_that_others_may_read_is_refused(tmp_path, mode):
    create_seal(tmp_path, ENTROPY)
    (tmp_path / "seal.json").chmod(mode)
    with pytest.raises(Misuse, match="chmod 600"):
        open_seal(tmp_path)


def test_another_root_key_than_the_database_expects_is_refused(tmp_path):
    root = create_seal(tmp_path, ENTROPY)
    with pytest.raises(SealMismatch, match=r"copy the seal\.json that belongs") as caught:
        open_seal(tmp_path, None, "ab" * 32)
    assert root.fingerprint[:12] in str(caught.value)
    assert "ab" * 6 in str(caught.value)


def test_a_wrong_passphrase_is_refused(tmp_path):
    create_seal(tmp_path, ENTROPY, PASSPHRASE)
    with pytest.raises(WrongPassphrase, match="does not open") as caught:
        open_seal(tmp_path, SecretBytes(b"correct horse battery stapler"))
    assert "horse" not in str(caught.value)
    with pytest.raises(WrongPassphrase, match="start with the passphrase"):
        open_seal(tmp_path)


def test_an_empty_passphrase_is_refused(tmp_path):
    with pytest.raises(SealError, match="empty"):
        create_seal(tmp_path, ENTROPY, SecretBytes(b""))
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"version": 2}, id="newer version"),
        pytest.param({"kind": "pkcs11"}, id="unknown kind"),
        pytest.param({"key": "AAAA"}, id="short key"),
        pytest.param({"key": "not Base64"}, id="not Base64"),
        pytest.param({"key": "A" * 43 + "="}, id="another key"),
        pytest.param({"fingerprint": "00" * 32}, id="another fingerprint"),
        pytest.param({"fingerprint": "é"}, id="fingerprint not ASCII"),
        pytest.param({"fingerprint": None}, id="fingerprint null"),
    ],
)
def test_a_changed_file_is_refused(tmp_path, change):
    create_seal(tmp_path, ENTROPY)
    path = tmp_path / "seal.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(SealError, match="is damaged, or a newer release wrote it"):
        open_seal(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        {"n": 17},
        {"n": 2**18},
        {"n": 2**30},
        {"r": 9},
        {"r": 2**20},
        {"p": 0},
        {"p": 2},
        {"salt": 7},
    ],
    ids=str,
)
def test_impossible_scrypt_parameters_are_refused(tmp_path, change):
    create_seal(tmp_path, ENTROPY, PASSPHRASE)
    path = tmp_path / "seal.json"
    stored = json.loads(path.read_text())
    path.write_text(json.dumps(stored | {"scrypt": stored["scrypt"] | change}))
    with pytest.raises(SealError, match="is damaged"):
        open_seal(tmp_path, PASSPHRASE)


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b"\0" * 90, b'{"kind": "file"', b"\xff", b'{"kind":"\xff"}', b"[" * 9_000],
)
def test_a_file_that_is_no_seal_is_refused(tmp_path, content):
    create_seal(tmp_path, ENTROPY)
    (tmp_path / "seal.json").write_bytes(content)
    with pytest.raises(SealError, match="is damaged"):
        open_seal(tmp_path)


# Rotation, and crashes in it. A crash is simulated by doing the first steps only.


@each_kind
def test_a_rotation_puts_the_next_root_key_in_place(tmp_path, passphrase):
    old = create_seal(tmp_path, ENTROPY)
    with rotating(tmp_path):
        settle(tmp_path, old.fingerprint)
        new = stage_next(tmp_path, ENTROPY, passphrase)
        promote(tmp_path)
    assert names(tmp_path) == ["seal.json"]
    assert material(new) != material(old)
    assert material(open_seal(tmp_path, passphrase, new.fingerprint)) == material(new)
    with pytest.raises(SealMismatch):
        open_seal(tmp_path, passphrase, old.fingerprint)


def test_promoting_destroys_the_bytes_of_the_old_root_key(tmp_path):
    create_seal(tmp_path, ENTROPY)
    witness = tmp_path / "witness"
    witness.hardlink_to(tmp_path / "seal.json")  # the same bytes on the disk
    with rotating(tmp_path):
        stage_next(tmp_path, ENTROPY)
        promote(tmp_path)
    assert set(witness.read_bytes()) == {0}


def died_before_anything(_directory, _monkeypatch):
    return "old"


def died_while_staging(directory, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(seal.Path, "replace", crash)
        with pytest.raises(Crashed), rotating(directory):
            stage_next(directory, ENTROPY)
    return "old"


def died_after_staging(directory, _monkeypatch):
    with rotating(directory):
        stage_next(directory, ENTROPY)
    return "old"


def died_after_the_commit(directory, _monkeypatch):
    with rotating(directory):
        stage_next(directory, ENTROPY)
    return "new"


def died_while_overwriting(directory, monkeypatch):
    died_after_staging(directory, monkeypatch)
    path = directory / "seal.json"
    path.write_bytes(bytes(60) + path.read_bytes()[60:])
    return "new"


def died_after_overwriting(directory, monkeypatch):
    died_after_staging(directory, monkeypatch)
    with monkeypatch.context() as patch:
        patch.setattr(seal.Path, "replace", crash)
        with pytest.raises(Crashed), rotating(directory):
            promote(directory)
    assert set((directory / "seal.json").read_bytes()) == {0}
    return "new"


def died_after_the_rename(directory, monkeypatch):
    died_after_staging(directory, monkeypatch)
    with monkeypatch.context() as patch:
        patch.setattr(seal, "sync_directory", crash)
        with pytest.raises(Crashed), rotating(directory):
            promote(directory)
    return "new"


def died_while_discarding(directory, monkeypatch):
    died_after_staging(directory, monkeypatch)
    path = directory / "seal.next.json"
    path.write_bytes(bytes(path.stat().st_size))
    return "old"


class Crashed(BaseException):
    """Stands for the end of the process: nothing catches it."""


def crash(*_):
    raise Crashed


CRASHES = [
    died_before_anything,
    died_while_staging,
    died_after_staging,
    died_after_the_commit,
    died_while_overwriting,
    died_after_overwriting,
    died_after_the_rename,
    died_while_discarding,
]
each_crash = pytest.mark.parametrize("crashed", CRASHES, ids=lambda c: c.__name__)


@pytest.fixture
def roots(monkeypatch):
    """The material of every root key that was made, in order."""
    made = []
    make = root_key.make

    def remember(entropy, passphrase):
        root, content = make(entropy, passphrase)
        made.append(root)
        return root, content

    monkeypatch.setattr(seal, "make", remember)
    return made


@each_crash
def test_after_a_crash_exactly_the_root_key_that_the_database_names_is_opened(
    tmp_path, monkeypatch, roots, crashed
):
    create_seal(tmp_path, ENTROPY)
    expected = roots[0 if crashed(tmp_path, monkeypatch) == "old" else -1]
    for _ in range(2):
        opened = open_seal(tmp_path, None, expected.fingerprint)
        assert material(opened) == material(expected)


@each_crash
def test_after_a_crash_settling_leaves_one_file_and_the_next_rotation_works(
    tmp_path, monkeypatch, roots, crashed
):
    create_seal(tmp_path, ENTROPY)
    expected = roots[0 if crashed(tmp_path, monkeypatch) == "old" else -1]
    with rotating(tmp_path):
        settle(tmp_path, expected.fingerprint)
        assert material(open_seal(tmp_path, None, expected.fingerprint)) == material(expected)
        new = stage_next(tmp_path, ENTROPY)
        assert names(tmp_path) == ["seal.json", "seal.next.json"]
        promote(tmp_path)
    assert names(tmp_path) == ["seal.json"]
    assert material(open_seal(tmp_path, None, new.fingerprint)) == material(new)


@each_crash
def test_after_a_crash_a_database_of_somebody_else_changes_nothing(tmp_path, monkeypatch, crashed):
    create_seal(tmp_path, ENTROPY)
    crashed(tmp_path, monkeypatch)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(SealError):
        open_seal(tmp_path, None, "ab" * 32)
    if (tmp_path / "seal.next.json").exists():
        with pytest.raises(SealError), rotating(tmp_path):
            settle(tmp_path, "ab" * 32)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_opening_finishes_a_rotation_that_was_committed(tmp_path):
    create_seal(tmp_path, ENTROPY)
    with rotating(tmp_path):
        new = stage_next(tmp_path, ENTROPY)
    open_seal(tmp_path, None, new.fingerprint)
    assert names(tmp_path) == ["seal.json"]
    assert material(open_seal(tmp_path)) == material(new)


def test_opening_never_discards_a_next_root_key(tmp_path):
    # The fingerprint may be read just before another process commits to the next root key.
    old = create_seal(tmp_path, ENTROPY)
    with rotating(tmp_path):
        new = stage_next(tmp_path, ENTROPY)
    open_seal(tmp_path, None, old.fingerprint)
    assert material(open_seal(tmp_path, None, new.fingerprint)) == material(new)


def test_a_process_that_starts_during_a_rotation_leaves_it_alone(tmp_path):
    old = create_seal(tmp_path, ENTROPY)
    with rotating(tmp_path):
        new = stage_next(tmp_path, ENTROPY)
        assert material(open_seal(tmp_path, None, old.fingerprint)) == material(old)
        # ... the database commits ...
        assert material(open_seal(tmp_path, None, new.fingerprint)) == material(new)
        assert names(tmp_path) == ["seal.json", "seal.next.json"]
        promote(tmp_path)
    assert material(open_seal(tmp_path, None, new.fingerprint)) == material(new)


def test_a_rotation_that_ends_while_another_process_opens_the_seal_does_not_confuse_it(
    tmp_path, monkeypatch
):
    create_seal(tmp_path, ENTROPY)
    with rotating(tmp_path):
        new = stage_next(tmp_path, ENTROPY)

    def read_then_be_overtaken(path):
        found = root_key.read(path)
        if (tmp_path / "seal.next.json").exists():
            seal._promote(tmp_path)
        return found

    monkeypatch.setattr(seal, "read", read_then_be_overtaken)
    assert material(open_seal(tmp_path, None, new.fingerprint)) == material(new)
    assert names(tmp_path) == ["seal.json"]


def test_a_next_root_key_that_does_not_open_destroys_nothing(tmp_path):
    create_seal(tmp_path, ENTROPY)
    with rotating(tmp_path):
        new = stage_next(tmp_path, ENTROPY, PASSPHRASE)
    with pytest.raises(WrongPassphrase):
        open_seal(tmp_path, SecretBytes(b"wrong"), new.fingerprint)
    assert names(tmp_path) == ["seal.json", "seal.next.json"]
    open_seal(tmp_path, PASSPHRASE, new.fingerprint)
    assert names(tmp_path) == ["seal.json"]


def test_settling_with_a_damaged_current_and_a_next_that_does_not_fit_destroys_nothing(tmp_path):
    old = create_seal(tmp_path, ENTROPY)
    with rotating(tmp_path):
        stage_next(tmp_path, ENTROPY)
        (tmp_path / "seal.json").write_bytes(b"")
        with pytest.raises(SealError, match="is damaged"):
            settle(tmp_path, old.fingerprint)
    assert names(tmp_path) == ["seal.json", "seal.next.json"]


def test_a_staged_root_key_is_never_replaced_by_another(tmp_path):
    create_seal(tmp_path, ENTROPY)
    with rotating(tmp_path):
        new = stage_next(tmp_path, ENTROPY)
        with pytest.raises(SealError, match="has not been settled"):
            stage_next(tmp_path, ENTROPY)
    assert material(open_seal(tmp_path, None, new.fingerprint)) == material(new)


def test_a_seal_is_not_made_beside_a_next_root_key(tmp_path):
    create_seal(tmp_path, ENTROPY)
    with rotating(tmp_path):
        stage_next(tmp_path, ENTROPY)
    (tmp_path / "seal.json").unlink()
    with pytest.raises(SealError, match=r"seal\.next\.json exists"):
        create_seal(tmp_path, ENTROPY)


def test_one_rotation_at_a_time(tmp_path):
    create_seal(tmp_path, ENTROPY)
    with rotating(tmp_path), pytest.raises(SealError, match="try again later"), rotating(tmp_path):
        pass


@pytest.mark.parametrize(
    "step",
    [
        lambda directory: settle(directory, "ab" * 32),
        lambda directory: stage_next(directory, ENTROPY),
        promote,
    ],
    ids=["settle", "stage_next", "promote"],
)
def test_a_step_outside_a_rotation_is_our_own_mistake(tmp_path, step):
    create_seal(tmp_path, ENTROPY)
    with pytest.raises(AssertionError, match="inside"):
        step(tmp_path)
    assert names(tmp_path) == ["seal.json"]


def test_promoting_what_was_not_staged_is_our_own_mistake_and_destroys_nothing(tmp_path):
    old = create_seal(tmp_path, ENTROPY)
    with rotating(tmp_path), pytest.raises(AssertionError, match="staged before"):
        promote(tmp_path)
    assert material(open_seal(tmp_path, None, old.fingerprint)) == material(old)


def test_a_killed_process_leaves_no_lock_behind(tmp_path):
    old = create_seal(tmp_path, ENTROPY)
    child = os.fork()
    if child == 0:
        with rotating(tmp_path):
            stage_next(tmp_path, ENTROPY)
            os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    with rotating(tmp_path):
        settle(tmp_path, old.fingerprint)
    assert names(tmp_path) == ["seal.json"]
