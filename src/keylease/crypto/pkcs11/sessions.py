"""One opened token: sessions that are kept and used again, and the keys found in them.

A login belongs to the whole process, so that sessions opened later need no PIN. Only one session
may write; the others are lent to one call each, so a call never waits for another.
"""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from threading import Lock
from typing import Any

import pkcs11
from pkcs11 import Attribute
from pkcs11.exceptions import PKCS11Error

#: Keys that one session remembers. A session that has more is closed when it comes back: the
#: token then forgets the session objects among them.
KEYS_PER_SESSION = 1_000

_PROBE_BITS = 64
#: Seconds; whoever calls waits for them once when a token is lost.
_PROBE_PAUSES = (0.001, 0.005, 0.02)


class TokenSession:
    """A session, and the keys that were found or unwrapped in it. For one thread at a time.

    Finding a key takes the token 260 microseconds, and python-pkcs11 ties what was found to its
    session, so each session remembers its own.
    """

    def __init__(self, raw: pkcs11.Session) -> None:
        self.raw = raw
        self._keys: dict[str, Any] = {}

    @property
    def is_full(self) -> bool:
        """Whether it remembers so much that it should not be used again."""
        return len(self._keys) >= KEYS_PER_SESSION

    def key(self, name: str, locate: "Locate") -> Any:
        """The token's object for a key: remembered, else what ``locate`` finds; PKCS11Error."""
        found = self._keys.get(name)
        if found is None:
            found = self._keys[name] = locate(self)
        return found

    def forget(self) -> None:
        """Forget the keys: a handle turned out to be stale."""
        self._keys.clear()

    def find(self, template: Mapping[Attribute, Any]) -> list[Any]:
        """All objects with these attributes; PKCS11Error.

        python-pkcs11 reports a search that cannot begin a second time where nobody can catch it,
        so the session is tried first.
        """
        self.probe()
        return list(self.raw.get_objects(dict(template)))

    def probe(self) -> None:
        """PKCS11Error unless session and token answer, if not at once then in a moment.

        A login elsewhere makes SoftHSM write the token's file anew, and who reads it meanwhile
        finds no token.
        """
        for pause in _PROBE_PAUSES:
            with suppress(PKCS11Error):
                return self._ask()
            time.sleep(pause)
        return self._ask()

    def _ask(self) -> None:
        self.raw.generate_random(_PROBE_BITS)
        self.raw.token.slot.get_token()

    def close(self) -> None:
        """End it; nothing if it ended already."""
        with suppress(PKCS11Error):
            self.raw.close()


#: How a key is found in a session: `TokenSession.key`.
Locate = Callable[[TokenSession], Any]


class OpenToken:
    """A token from login to loss. ``users`` counts the calls that are under way.

    Whoever uses the writer holds ``writing``.
    """

    def __init__(self, token: pkcs11.Token, writer: pkcs11.Session) -> None:
        self.token = token
        self.writer = TokenSession(writer)
        self.writing = Lock()
        self.users = 0
        self._changing = Lock()  # of the two below; never held while the token is asked
        self._idle: list[TokenSession] = []
        self._lent: set[int] = set()

    def borrow(self) -> TokenSession:
        """A session for one call, the latest used first; PKCS11Error if the token has no more."""
        with self._changing:
            if self._idle:
                return self._lend(self._idle.pop())
        fresh = TokenSession(self.token.open())
        with self._changing:
            return self._lend(fresh)

    def _lend(self, session: TokenSession) -> TokenSession:
        self._lent.add(id(session))
        return session

    def give_back(self, session: TokenSession, *, is_sound: bool) -> None:
        """Keep a session for the next call, or close it if something happened to it."""
        with self._changing:
            is_current = id(session) in self._lent
            self._lent.discard(id(session))
            is_kept = is_sound and is_current and not session.is_full
            if is_kept:
                self._idle.append(session)
        if not is_kept:
            session.close()

    def retire_sessions(self) -> None:
        """Use none of the present sessions again: they may hold a key that was destroyed."""
        with self._changing:
            self._lent.clear()
            retired, self._idle = self._idle, []
        for session in retired:
            session.close()

    def is_well(self, session: TokenSession | None) -> bool:
        """Whether token and session still answer, asked after an error that may mean anything.

        Without a session the writer is asked; who holds ``writing`` names the writer itself.
        """
        try:
            if session is None:
                with self.writing:
                    self.writer.probe()
            else:
                session.probe()
        except PKCS11Error:
            return False
        return True
