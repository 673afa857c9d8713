"""A token that can be lost and comes back: what keys and the provider call.

While the token is away, calls are refused at once with a retryable code and a thread opens it
again, ever less often; no call waits for that. Whoever wants to know is told of both.
"""

import os
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import NamedTuple, TypeVar

from pkcs11.exceptions import (
    ArgumentsBad,
    DataInvalid,
    DataLenRange,
    DeviceError,
    DeviceMemory,
    EncryptedDataInvalid,
    EncryptedDataLenRange,
    FunctionCancelled,
    FunctionFailed,
    FunctionRejected,
    GeneralError,
    HostMemory,
    KeyHandleInvalid,
    NoSuchKey,
    ObjectHandleInvalid,
    PKCS11Error,
    SessionCount,
)

from keylease.core.errors import Code, Misuse, Refusal, ensure
from keylease.crypto.pkcs11.library import Library, Trouble
from keylease.crypto.pkcs11.sessions import OpenToken, TokenSession
from keylease.crypto.secret import SecretBytes

T = TypeVar("T")

#: What a token that is well may answer to a ciphertext that it does not open. SoftHSM says
#: GeneralError to a wrong tag, so the word alone proves nothing.
_ABOUT_INPUT = (
    ArgumentsBad,
    DataInvalid,
    DataLenRange,
    EncryptedDataInvalid,
    EncryptedDataLenRange,
    FunctionFailed,
    GeneralError,
)
_PASSING = (
    DeviceError,
    DeviceMemory,
    FunctionCancelled,
    FunctionFailed,
    FunctionRejected,
    GeneralError,
    HostMemory,
    SessionCount,
)
_STALE = (KeyHandleInvalid, ObjectHandleInvalid)


class Pauses(NamedTuple):
    """Seconds before a lost token is tried for the first time, and at most between two tries."""

    first: float = 1.0
    longest: float = 30.0


_PAUSES = Pauses()

#: Libraries with an open module: a second one would finalise the first one's sessions.
_IN_USE: set[str] = set()


class Module:
    """The one token of a process. Open it after a fork, never before. Safe from any thread."""

    def __init__(
        self,
        library: Library,
        label: str,
        pin: SecretBytes,
        pauses: Pauses = _PAUSES,
        alone: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        """``alone`` keeps other processes from logging in at the same time: SoftHSM needs that."""
        self._library = library
        self._label = label
        self._pin = pin
        self._pauses = pauses
        self._alone = alone
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._listeners: list[Callable[[bool], None]] = []
        self._closing = threading.Event()
        self._trouble = ""
        ensure(str(library.path) not in _IN_USE, "one module for a library in a process")
        try:
            self._open: OpenToken | None = self._log_in()
        except Trouble as trouble:
            raise Misuse(str(trouble)) from None
        _IN_USE.add(str(library.path))

    @property
    def is_available(self) -> bool:
        """Whether the token is there, as far as calls have noticed; `check` asks it."""
        return self._open is not None

    @property
    def trouble(self) -> str:
        """Why the token is away, for the operator; empty while it is there."""
        return self._trouble

    def watch(self, listener: Callable[[bool], None]) -> None:
        """Have ``listener`` called with False when the token is lost, with True when it is back.

        It is called from whatever thread noticed, and must neither block nor raise.
        """
        self._listeners.append(listener)

    def check(self) -> bool:
        """Ask the token whether it is there, and notice if not: call it now and then."""
        try:
            self.run(TokenSession.probe)
        except Refusal:
            return False
        return True

    def run(self, work: Callable[[TokenSession], T], refused: type[Exception] | None = None) -> T:
        """What ``work`` returns, done in a session of its own.

        Refusals: ServiceUnavailableTemporary if the token is away or does not manage,
        Rejected.Unavailable if it has no such key. ``refused`` is raised if the token is well and
        does not like the input. Any other PKCS11Error is our own mistake.
        """
        opened = self._enter()
        session: TokenSession | None = None
        is_sound = False
        try:
            session = opened.borrow()
            result = _with_fresh_handles(session, work)
            is_sound = True
        except PKCS11Error as error:
            judged = self._judge(opened, session, error, refused)
            is_sound = refused is not None and isinstance(judged, refused)
            raise judged from None
        finally:
            self._leave(opened, session, is_sound=is_sound)
        return result

    def write(self, work: Callable[[TokenSession], T], *, retires_sessions: bool = False) -> T:
        """Like `run`, in the one session that may make and destroy the token's objects.

        With ``retires_sessions`` no present session is used again afterwards.
        """
        opened = self._enter()
        try:
            with opened.writing:
                try:
                    result = _with_fresh_handles(opened.writer, work)
                except PKCS11Error as error:
                    # Here, because judging asks the writer.
                    raise self._judge(opened, opened.writer, error, None) from None
            if retires_sessions:
                opened.retire_sessions()
            return result
        finally:
            self._leave(opened, None, is_sound=True)

    def close(self) -> None:
        """Let go of the token for good, if no call is under way; for tests and the end."""
        self._closing.set()
        with self._lock:
            opened, self._open = self._open, None
        if opened is not None and not opened.users:
            self._library.stop()
        _IN_USE.discard(str(self._library.path))

    def _log_in(self) -> OpenToken:
        with self._alone():
            self._library.start()
            return OpenToken(*self._library.log_in(self._label, self._pin))

    def _enter(self) -> OpenToken:
        ensure(os.getpid() == self._pid, "a PKCS#11 module is opened after the fork")
        with self._lock:
            opened = self._open
            if opened is None:
                raise _unavailable()
            opened.users += 1
        return opened

    def _leave(self, opened: OpenToken, session: TokenSession | None, *, is_sound: bool) -> None:
        if session is not None:
            opened.give_back(session, is_sound=is_sound)
        with self._lock:
            opened.users -= 1

    def _judge(
        self,
        opened: OpenToken,
        session: TokenSession | None,
        error: PKCS11Error,
        refused: type[Exception] | None,
    ) -> Exception:
        """What an error means; a token that does not answer any more is lost."""
        if not opened.is_well(session):
            self._lose(opened, error)
            return _unavailable()
        if isinstance(error, NoSuchKey):
            return Refusal(
                Code.KEY_UNAVAILABLE, "The hardware module does not hold this key: contact support."
            )
        if refused is not None and isinstance(error, _ABOUT_INPUT):
            return refused()
        return _unavailable() if isinstance(error, _PASSING) else error

    def _lose(self, opened: OpenToken, error: PKCS11Error) -> None:
        with self._lock:
            if self._open is not opened:
                return
            self._open = None
            self._trouble = f"The token {self._label!r} was lost: {type(error).__name__}."
        self._tell(is_available=False)
        threading.Thread(
            target=self._reopen, args=(opened,), name="pkcs11-reopen", daemon=True
        ).start()

    def _reopen(self, lost: OpenToken) -> None:
        """Open the token again, ever less often, as soon as no call is left in the lost one.

        The library must not be finalised under a call, so one that hangs keeps the token away.
        """
        pause = self._pauses.first
        while not self._closing.wait(pause):
            pause = min(2 * pause, self._pauses.longest)
            if lost.users:
                continue
            try:
                opened = self._log_in()
            except Trouble as trouble:
                self._trouble = str(trouble)
                if trouble.is_final:
                    return
                continue
            with self._lock:
                if self._closing.is_set():
                    return
                self._open, self._trouble = opened, ""
            self._tell(is_available=True)
            return

    def _tell(self, *, is_available: bool) -> None:
        for listener in self._listeners:
            listener(is_available)


def _with_fresh_handles(session: TokenSession, work: Callable[[TokenSession], T]) -> T:
    """Do it; once more if a remembered handle was stale.

    Another process destroyed, or restored, the object behind it.
    """
    try:
        return work(session)
    except _STALE:
        session.forget()
        return work(session)


def _unavailable() -> Refusal:
    return Refusal(
        Code.UNAVAILABLE, "The hardware module is not available at the moment. Try again later."
    )
