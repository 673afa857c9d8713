"""Signing in to a console: passwords, sessions, and what slows guessing down.

A session is a random token in a cookie; its digest is what is kept. It ends after half an hour
without a request, and after twelve hours in any case. From the fifth wrong password on, the next
try for that name has to wait: a second, two, four, up to a quarter of an hour. So it is for each
browser that has signed in with that name before, and for all others together. All of it is machine
time: moving a test clock signs nobody out.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

from keylease.access.accounts import Account, User
from keylease.access.devices import counted_as
from keylease.access.passwords import check_password, hash_password, wrong
from keylease.core.entropy import Entropy
from keylease.core.errors import Code, Refusal

IDLE_SECONDS = 30 * 60
SESSION_SECONDS = 12 * 3_600
#: How stale the moment of the last request may be, so that not every page writes.
SEEN_SECONDS = 60
FREE_TRIES = 4
WAIT_SECONDS_MAX = 900
FAILURES_KEPT_SECONDS = 86_400

_TOKEN_BYTES = 32
_SHORT = 16


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who has signed in. ``form_token`` stands in each form of theirs."""

    digest: bytes = field(repr=False)
    user_id: str
    form_token: str = field(repr=False)
    began: float
    seen: float

    @property
    def short(self) -> str:
        """Tells it from others of the same person, and says nothing about its token."""
        return self.digest.hex()[:_SHORT]

    def is_over(self, machine: float) -> bool:
        """Whether it has ended."""
        return machine >= self.seen + IDLE_SECONDS or machine >= self.began + SESSION_SECONDS

    def check_form(self, token: str) -> None:
        """Refuse a form that does not come from a page of this session."""
        if not hmac.compare_digest(token.encode(), self.form_token.encode()):
            raise Refusal(
                Code.NO_PERMISSION, "This page was open for too long. Open it again, and try again."
            )


@dataclass(frozen=True, slots=True)
class Failures:
    """Wrong passwords for a name, or for it from one browser, and when the last one was."""

    count: int = 0
    last: float = 0.0

    def require_patience(self, machine: float) -> None:
        """Refuse with Rejected.Throttling while the next try has to wait."""
        if self.count <= FREE_TRIES:
            return
        wait = self.last + min(2 ** (self.count - FREE_TRIES - 1), WAIT_SECONDS_MAX) - machine
        if wait > 0:
            raise Refusal(
                Code.THROTTLED,
                "Too many wrong passwords: try again in {seconds} seconds.",
                seconds=int(wait) + 1,
            )


class SignIns(Protocol):
    """Sessions and failures, inside a unit of work."""

    def user(self, name: str, *, lock: bool = False) -> User | None:
        """Who signs in with this name; ``lock`` keeps the password as it is until the end."""
        ...

    def visitor(self, digest: bytes) -> tuple[Session, User, Account | None] | None:
        """Whose session a token is, in one question; the operator has no account."""
        ...

    def add(self, session: Session) -> None:
        """Remember a session."""
        ...

    def touch(self, digest: bytes, seen: float) -> None:
        """It was used."""
        ...

    def end(self, digest: bytes) -> None:
        """Forget a session."""
        ...

    def of_user(self, user_id: str) -> Sequence[Session]:
        """The sessions of somebody, the latest first."""
        ...

    def end_all(self, user_id: str, but: bytes = b"") -> None:
        """Forget every session of somebody, except the one with a digest."""
        ...

    def tidy(self, idle_since: float, failed_before: float) -> None:
        """Forget what is over."""
        ...

    def failures(self, name: str) -> Failures:
        """The wrong passwords for a name, with others kept from counting until the end."""
        ...

    def note_failures(self, name: str, failures: Failures) -> None:
        """Write them down."""
        ...


class SignInWork(Protocol):
    """A unit of work, as signing in sees it."""

    @property
    def entropy(self) -> Entropy:
        """The source of chance."""
        ...

    @property
    def machine(self) -> float:
        """Machine time."""
        ...

    @property
    def sign_ins(self) -> SignIns:
        """Sessions and failures."""
        ...


def count_try(work: SignInWork, name: str, device: str = "", *, operator: bool) -> User | None:
    """Count a try before its password is looked at, so that many at once are counted, too.

    Who has that name, in this console. ``device`` is what the browser keeps since it signed in with
    that name. Refusal Rejected.Throttling while the next try has to wait.
    """
    user = work.sign_ins.user(name)
    if user is not None and (user.account_id == "") is not operator:
        user = None
    counted = counted_as(name, user, device)
    failures = work.sign_ins.failures(counted)
    failures.require_patience(work.machine)
    work.sign_ins.note_failures(counted, Failures(failures.count + 1, work.machine))
    return user


def require_password(user: User | None, password: str) -> User:
    """The user, whose password it is; Refusal. Slow on purpose: call it outside a transaction."""
    check_password(_nobodys() if user is None else user.password_hash, password)
    if user is None:
        raise wrong()
    return user


def begin_session(work: SignInWork, user: User, device: str = "") -> str:
    """The token of a new session; the tries that it took, from such a browser, are forgotten.

    Refused where the password was changed or the user removed since it was looked at: their
    sessions have ended, and none may begin behind that.
    """
    if work.sign_ins.user(user.name, lock=True) != user:
        raise wrong()
    work.sign_ins.note_failures(counted_as(user.name, user, device), Failures())
    work.sign_ins.tidy(work.machine - IDLE_SECONDS, work.machine - FAILURES_KEPT_SECONDS)
    token = work.entropy.random(_TOKEN_BYTES).hex()
    form_token = work.entropy.random(_TOKEN_BYTES).hex()
    work.sign_ins.add(Session(digest_of(token), user.id, form_token, work.machine, work.machine))
    return token


def digest_of(token: str) -> bytes:
    """What is kept of a session's token."""
    return hashlib.sha256(token.encode()).digest()


@cache
def _nobodys() -> str:
    """What a password is held against when nobody has the name: that takes as long."""
    return hash_password("nobody's")
