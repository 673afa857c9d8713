"""The hardware module is opened as the settings say, or the operator is told what to do."""

import fcntl
import sys
import threading

import pytest

from keylease.app.hardware import module_opener, open_module
from keylease.app.settings import read_settings
from keylease.core.errors import Misuse
from keylease.crypto.algorithms import AES_256
from keylease.crypto.pkcs11 import thread_test
from keylease.crypto.providers import Storage
from keylease.crypto.secret import SecretBytes
from machine import HeldMachine
from softhsm import LIBRARY, PIN


@pytest.fixture
def settings(softhsm, monkeypatch, tmp_path):
    """Settings for the token, with what a test changes."""
    monkeypatch.setenv("SOFTHSM2_CONF", str(softhsm.configuration))

    def make(**changed):
        given = {
            "data": str(tmp_path),
            "pkcs11_library": str(LIBRARY),
            "pkcs11_token": softhsm.label,
            "pkcs11_pin_file": str(softhsm.pin_file),
        }
        return read_settings({**given, **changed}, {})

    return make


def pin_file(tmp_path, content, mode=0o600):
    path = tmp_path / "pin"
    path.write_text(content)
    path.chmod(mode)
    return str(path)


def message(settings):
    with pytest.raises(Misuse) as misuse:
        open_module(settings, HeldMachine())
    return str(misuse.value)


def test_without_a_library_there_are_no_hardware_keys(settings):
    assert module_opener(settings(pkcs11_library=""), HeldMachine()) is None


def test_the_settings_open_the_token(settings):
    provider = open_module(settings(pkcs11_quick="off"), HeldMachine())
    try:
        version_id = "6f1c1f0e-0d2b-4b64-9d6b-3c1f5a7f3e11"
        made = provider.generate(AES_256, Storage.HSM_INTERNAL, version_id)
        assert not provider.load(AES_256, Storage.HSM_INTERNAL, version_id, made).is_quick
        provider.destroy(version_id)
    finally:
        provider.module.close()


def test_one_process_at_a_time_logs_in(settings, softhsm):
    """Two that log in to a SoftHSM at the same moment may both find no token."""
    opened = []
    with softhsm.pin_file.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        thread = threading.Thread(
            target=lambda: opened.append(open_module(settings(), HeldMachine()))
        )
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()
    thread.join(10)
    try:
        assert opened[0].check()
    finally:
        opened[0].module.close()


def test_a_library_that_is_not_there_is_named(settings):
    assert "/nowhere/lib.so" in message(settings(pkcs11_library="/nowhere/lib.so"))


def test_a_file_that_is_no_pkcs11_library_is_named(settings, tmp_path):
    path = tmp_path / "lib.so"
    path.write_text("text")
    assert f"{path} does not work as a PKCS#11 library" in message(
        settings(pkcs11_library=str(path))
    )


def test_a_token_that_is_not_there_is_named(settings):
    assert "no token with the label 'other'" in message(settings(pkcs11_token="other"))


def test_a_wrong_pin_is_told_without_the_pin(settings, tmp_path):
    text = message(settings(pkcs11_pin_file=pin_file(tmp_path, "31415926")))
    assert "does not accept the PIN" in text
    assert "31415926" not in text


def test_a_pin_file_that_is_missing_empty_or_open_to_others_is_refused(settings, tmp_path):
    assert "pkcs11_pin_file" in message(settings(pkcs11_pin_file=""))
    assert "/nowhere/pin" in message(settings(pkcs11_pin_file="/nowhere/pin"))
    assert "empty" in message(settings(pkcs11_pin_file=pin_file(tmp_path, "\n")))
    assert "chmod 600" in message(settings(pkcs11_pin_file=pin_file(tmp_path, "1234", 0o640)))


_UNLOCKED = """
import sys
from keylease.crypto.pkcs11 import library, thread_test
from keylease.crypto.secret import SecretBytes
library._OS_LOCKING_OK = 0
sys.exit(thread_test.main(*sys.argv[1:], SecretBytes(sys.stdin.buffer.read())))
"""


def test_a_library_that_was_started_without_locks_is_found_out(settings, monkeypatch, pytestconfig):
    """Chance decides when it crashes, so it gets a few tries; one that is locked never does."""
    monkeypatch.setenv("PYTHONPATH", str(pytestconfig.rootpath / "src"))
    monkeypatch.setattr(thread_test, "COMMAND", (sys.executable, "-c", _UNLOCKED))
    monkeypatch.setattr(thread_test, "SECONDS", 5)
    chosen = settings()
    told = ""
    for _ in range(5):
        try:
            thread_test.require_threads(LIBRARY, chosen.pkcs11_token, SecretBytes(PIN.encode()))
        except Misuse as misuse:
            told = str(misuse)
            break
    assert "two threads" in told


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "crashes when two threads"),
        ("import time; time.sleep(60)", "hangs when two threads"),
        ("raise SystemExit('what is wrong')", "what is wrong"),
    ],
)
def test_a_library_that_does_not_survive_two_threads_is_refused(
    settings, monkeypatch, program, told
):
    monkeypatch.setattr(thread_test, "COMMAND", (sys.executable, "-c", program))
    monkeypatch.setattr(thread_test, "SECONDS", 1)
    assert told in message(settings())
