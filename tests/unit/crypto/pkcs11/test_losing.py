"""A token that goes away and comes back: calls are refused, then served, in the same process."""

import ctypes
import threading
import time
from uuid import uuid4

import pytest
from pkcs11.exceptions import DeviceError

from keylease.core.entropy import SystemEntropy
from keylease.core.errors import Code, Refusal
from keylease.crypto.algorithms import AES_256, KEY_SPECS, Algorithm
from keylease.crypto.nonces import NonceSequence
from keylease.crypto.pkcs11 import Module, Pkcs11Provider
from keylease.crypto.pkcs11.library import Library
from keylease.crypto.pkcs11.sessions import TokenSession
from keylease.crypto.providers import Storage, UndecryptableInput
from keylease.crypto.secret import SecretBytes
from machine import HeldMachine
from softhsm import LIBRARY, PIN, new_softhsm
from waiting import until

NONCES = NonceSequence(SystemEntropy())
P256 = KEY_SPECS["EC_P256"]
DIGEST = bytes(32)
SECONDS = 10


@pytest.fixture(scope="module")
def token():
    with new_softhsm() as one:
        yield one


@pytest.fixture
def provider(token):
    with token.opened() as module:
        yield Pkcs11Provider(module, HeldMachine(), quick=True)


@pytest.fixture
def keys(provider):
    """One of each way to be kept, and a key pair; each was used."""
    made = []
    for spec, storage in (
        (AES_256, Storage.HSM_INTERNAL),
        (AES_256, Storage.HSM_DATABASE),
        (P256, Storage.HSM_INTERNAL),
    ):
        version_id = str(uuid4())
        kept = provider.generate(spec, storage, version_id)
        made.append(provider.load(spec, storage, version_id, kept))
        use(made[-1])
    return made


def use(key):
    if key.spec is P256:
        key.verify(Algorithm.ECDSA_SHA_256, DIGEST, key.sign(Algorithm.ECDSA_SHA_256, DIGEST))
    else:
        assert key.open(key.seal(b"text", b"c", NONCES), b"c") == b"text"


def refused(call, *arguments):
    with pytest.raises(Refusal) as answer:
        call(*arguments)
    assert answer.value.code is Code.UNAVAILABLE


def remove(token):
    """The token is pulled out, or its server is gone: SoftHSM reads its objects from files."""
    token.tokens.rename(token.directory / "away")


def put_back(token):
    (token.directory / "away").rename(token.tokens)


def restart(_token):
    """The module's server was restarted, so that no session or login of before is known."""
    library = ctypes.CDLL(str(LIBRARY))
    assert library.C_Finalize(None) == 0
    arguments = (ctypes.c_size_t * 6)(0, 0, 0, 0, 2, 0)
    assert library.C_Initialize(ctypes.byref(arguments)) == 0


def stop(_token):
    """The library gave up on its own: every call answers CKR_CRYPTOKI_NOT_INITIALIZED."""
    assert ctypes.CDLL(str(LIBRARY)).C_Finalize(None) == 0


def test_while_the_token_is_away_calls_are_refused_as_retryable_and_then_served(
    provider, keys, token
):
    heard = []
    provider.module.watch(heard.append)
    remove(token)
    refused(use, keys[0])
    assert not provider.module.is_available
    assert provider.module.trouble
    time.sleep(0.3)  # several tries to open it fail meanwhile
    for key in keys:
        refused(use, key)
    refused(provider.generate, AES_256, Storage.HSM_INTERNAL, str(uuid4()))
    refused(provider.destroy, keys[0].version_id)
    refused(provider.generate_random, 16)
    assert heard == [False]
    put_back(token)
    until(lambda: provider.module.is_available)
    for key in keys:
        use(key)
    assert heard == [False, True]
    assert provider.module.trouble == ""


@pytest.mark.parametrize("event", [restart, stop])
def test_after_a_restart_behind_its_back_the_same_keys_work_again(provider, keys, token, event):
    event(token)
    refused(use, keys[0])
    until(lambda: provider.module.is_available)
    for key in keys:
        use(key)


def test_a_loss_is_not_mistaken_for_a_ciphertext_that_does_not_fit(provider, keys, token):
    body = keys[0].seal(b"text", b"c", NONCES)
    with pytest.raises(UndecryptableInput):
        keys[0].open(body, b"other")
    assert provider.module.is_available
    stop(token)
    refused(keys[0].open, body, b"c")
    until(lambda: provider.module.is_available)
    assert keys[0].open(body, b"c") == b"text"


def test_a_check_notices_the_loss_without_a_customers_call(provider, token):
    assert provider.module.check()
    remove(token)
    assert not provider.module.check()
    assert not provider.module.is_available
    put_back(token)
    until(provider.module.check)


def test_a_token_that_does_not_answer_for_a_moment_is_not_lost(provider, monkeypatch):
    """Another process logs in, and SoftHSM writes the token's file anew."""
    answers = iter([DeviceError, DeviceError, None])

    def ask(_session):
        if error := next(answers):
            raise error

    monkeypatch.setattr(TokenSession, "_ask", ask)
    assert provider.check()
    assert provider.is_available
    assert next(answers, "all were asked") == "all were asked"


def test_a_lost_token_is_tried_ever_less_often_and_not_by_calls(provider, keys, token, monkeypatch):
    tries = []
    log_in = Module._log_in

    def counted(module):
        tries.append(time.monotonic())
        return log_in(module)

    monkeypatch.setattr(Module, "_log_in", counted)
    remove(token)
    end = time.monotonic() + 0.5
    calls = 0
    while time.monotonic() < end:
        refused(use, keys[0])
        calls += 1
    put_back(token)
    until(lambda: provider.module.is_available)
    assert calls > 50
    assert 2 <= len(tries) <= 10  # after 0.02, 0.06, 0.14, then every 0.1 seconds


def test_the_library_is_not_started_again_under_a_call(provider, keys, token):
    """To finalise a library under a call is undefined, so the call is waited for."""
    inside, go_on = threading.Event(), threading.Event()

    def slow(_session):
        inside.set()
        assert go_on.wait(SECONDS)

    thread = threading.Thread(target=provider.module.run, args=(slow,))
    thread.start()
    assert inside.wait(SECONDS)
    stop(token)
    refused(use, keys[0])
    time.sleep(0.3)
    assert not provider.module.is_available
    go_on.set()
    thread.join()
    until(lambda: provider.module.is_available)
    use(keys[0])


def test_a_pin_that_became_wrong_is_tried_once_so_that_the_token_does_not_lock_itself(
    provider, keys, token, monkeypatch
):
    tries = []
    log_in = Library.log_in

    def with_wrong_pin(library, label, _pin):
        tries.append(label)
        return log_in(library, label, SecretBytes(b"not " + PIN.encode()))

    monkeypatch.setattr(Library, "log_in", with_wrong_pin)
    stop(token)
    refused(use, keys[0])
    until(lambda: "PIN" in provider.module.trouble)
    time.sleep(0.3)
    assert len(tries) == 1
    assert not provider.module.is_available


def test_calls_in_four_threads_all_end_well_or_refused_while_the_token_comes_and_goes(
    provider, keys, token
):
    stopping, errors, served = threading.Event(), [], []

    def work():
        while not stopping.is_set():
            for key in keys:
                try:
                    use(key)
                    served.append(key)
                except Refusal as refusal:
                    # A key is looked for in the moment in which its token goes away.
                    if refusal.code is not Code.UNAVAILABLE:
                        errors.append(refusal)
                except BaseException as error:
                    errors.append(error)
                    raise

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(5):
        time.sleep(0.1)
        remove(token)
        time.sleep(0.1)
        put_back(token)
    until(lambda: provider.module.is_available)
    stopping.set()
    for thread in threads:
        thread.join()
    assert errors == []
    assert served


def test_one_process_has_one_module_for_a_library(provider):
    with pytest.raises(AssertionError):
        Module(Library(LIBRARY), "keylease", SecretBytes(PIN.encode()))
    assert provider.module.check()


def test_a_module_that_was_opened_before_a_fork_is_not_used_after_it(provider, monkeypatch):
    monkeypatch.setattr("keylease.crypto.pkcs11.module.os.getpid", lambda: 1)
    with pytest.raises(AssertionError):
        provider.module.check()
