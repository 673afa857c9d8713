"""Sessions are lent to one call at a time, and none that was retired is used again."""

import threading
import time

import pytest
from pkcs11.exceptions import DeviceError

from keylease.core.errors import Code, Refusal
from keylease.crypto.pkcs11 import sessions
from keylease.crypto.pkcs11.sessions import OpenToken, TokenSession

SECONDS = 10


class RawSession:
    """A session of a token; ``is_open`` until somebody closes it."""

    is_open = True

    def close(self):
        self.is_open = False


class Token:
    """Opens sessions, after what ``meanwhile`` does."""

    def __init__(self):
        self.opened = 0

    def open(self):
        self.opened += 1
        self.meanwhile()
        return RawSession()

    def meanwhile(self):
        """Nothing, if nobody says otherwise."""


@pytest.fixture
def token():
    return Token()


@pytest.fixture
def opened(token):
    return OpenToken(token, RawSession())


class Retirement:
    """Runs once, in a thread of its own: as soon as it is begun, or when it is let."""

    def __init__(self, opened):
        self._thread = threading.Thread(target=opened.retire_sessions)

    def begin(self):
        if self._thread.ident is None:
            self._thread.start()
            self._thread.join(0.2)  # it ends here, if nothing keeps it from ending

    def end(self):
        self._thread.join(SECONDS)
        assert not self._thread.is_alive()


def used(opened):
    """A session that was used and came back."""
    session = opened.borrow()
    opened.give_back(session, is_sound=True)
    return session


def test_a_session_that_came_back_is_lent_again(opened, token):
    session = used(opened)
    assert opened.borrow() is session
    assert opened.borrow() is not session
    assert token.opened == 2


@pytest.mark.parametrize("what", ["unsound", "full"])
def test_a_session_to_which_something_happened_is_closed(opened, monkeypatch, what):
    session = opened.borrow()
    if what == "full":
        monkeypatch.setattr(sessions, "KEYS_PER_SESSION", 0)
    opened.give_back(session, is_sound=what != "unsound")
    assert not session.raw.is_open
    assert opened.borrow() is not session


def test_no_session_is_used_again_after_a_retirement(opened):
    lent, idle = opened.borrow(), used(opened)
    opened.retire_sessions()
    assert lent.raw.is_open
    assert not idle.raw.is_open
    opened.give_back(lent, is_sound=True)
    assert not lent.raw.is_open
    assert opened.borrow() not in (lent, idle)


def test_a_session_that_is_lent_while_others_are_retired_is_not_used_again(opened):
    session = used(opened)
    retirement = Retirement(opened)

    class Lent(set):
        def add(self, one):
            retirement.begin()
            super().add(one)

    opened._lent = Lent()
    assert opened.borrow() is session
    retirement.end()
    opened.give_back(session, is_sound=True)
    assert not session.raw.is_open
    assert opened.borrow() is not session


def test_a_session_that_comes_back_while_others_are_retired_is_not_used_again(opened, monkeypatch):
    session = opened.borrow()
    retirement = Retirement(opened)

    def is_full(_session):
        retirement.begin()
        return False

    monkeypatch.setattr(TokenSession, "is_full", property(is_full))
    opened.give_back(session, is_sound=True)
    retirement.end()
    assert not session.raw.is_open
    assert opened.borrow() is not session


def test_nobody_waits_while_a_session_is_opened(opened, token):
    """A token that hangs must not keep others from lending, giving back and retiring."""
    lent = opened.borrow()
    retirement = Retirement(opened)
    token.meanwhile = lambda: (opened.give_back(lent, is_sound=True), retirement.begin())
    fresh = opened.borrow()
    retirement.end()
    assert not lent.raw.is_open
    assert fresh.raw.is_open


# The writer, of a real token.


@pytest.fixture(scope="module")
def module(softhsm):
    with softhsm.opened() as one:
        yield one


@pytest.fixture
def asked(monkeypatch):
    """What is done whenever a session is asked whether it is well."""
    steps = []
    ask = TokenSession._ask

    def first(session):
        for step in steps:
            step(session)
        ask(session)

    monkeypatch.setattr(TokenSession, "_ask", first)
    return steps


def in_thread(call, *arguments):
    thread = threading.Thread(target=call, args=arguments)
    thread.start()
    return thread


def fail(_session):
    raise DeviceError


def refused(call, *arguments):
    with pytest.raises(Refusal) as answer:
        call(*arguments)
    assert answer.value.code is Code.UNAVAILABLE


def test_nobody_writes_while_the_writer_is_asked_after_a_failure(module, asked):
    wrote, wrote_meanwhile, threads = threading.Event(), [], []

    def write_too(_session):
        if not threads:
            threads.append(in_thread(module.write, lambda _writer: wrote.set()))
            wrote_meanwhile.append(wrote.wait(0.2))

    asked.append(write_too)
    refused(module.write, fail)
    assert wrote_meanwhile == [False]
    assert wrote.wait(SECONDS)
    threads[0].join(SECONDS)
    assert module.is_available


def test_the_writer_is_not_asked_for_another_call_while_it_writes(module, asked, monkeypatch):
    writes, go_on, asked_meanwhile = threading.Event(), threading.Event(), []

    def write(_session):
        writes.set()
        assert go_on.wait(SECONDS)
        writes.clear()

    asked.append(lambda _session: asked_meanwhile.append(writes.is_set()))
    writer = in_thread(module.write, write)
    assert writes.wait(SECONDS)
    monkeypatch.setattr(OpenToken, "borrow", fail)
    caller = in_thread(refused, module.run, TokenSession.probe)
    time.sleep(0.2)
    go_on.set()
    writer.join(SECONDS)
    caller.join(SECONDS)
    assert not caller.is_alive()
    assert asked_meanwhile == [False]
    assert module.is_available
