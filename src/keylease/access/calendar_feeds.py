"""Passwords of calendar feeds: an account has at most one, made here and shown once.

A calendar program sends it again and again. It is chance, not somebody's choice, so its digest is
kept as it is; wrong ones are slowed like those of people, and the try and its outcome are one
transaction, in which others for that account wait.
"""

import hmac
from dataclasses import dataclass, field
from typing import Protocol

from keylease.access.sign_in import Failures, SignInWork, digest_of
from keylease.core.entropy import Entropy

_PASSWORD_BYTES = 24


@dataclass(frozen=True, slots=True)
class CalendarFeed:
    """Whose feed it is, the digest of its password, and when that was made (business time)."""

    account_id: str
    digest: bytes = field(repr=False)
    made_at: int


class CalendarFeeds(Protocol):
    """The feeds, inside a unit of work."""

    def find(self, account_id: str) -> CalendarFeed | None:
        """The feed of an account."""
        ...

    def put(self, feed: CalendarFeed) -> None:
        """Write it down in place of the one before."""
        ...

    def remove(self, account_id: str) -> None:
        """Take it away."""
        ...


class FeedWork(SignInWork, Protocol):
    """A unit of work, as reading a feed sees it."""

    @property
    def calendar_feeds(self) -> CalendarFeeds:
        """The feeds."""
        ...


def new_password(entropy: Entropy) -> str:
    """48 hexadecimal digits."""
    return entropy.random(_PASSWORD_BYTES).hex()


def is_let_in(work: FeedWork, account_id: str, password: str) -> bool:
    """Whether the password is the one of the account's feed; a wrong one is counted.

    Refusal Rejected.Throttling while the account's feed has to wait. Where there is no feed there
    is nothing to guess, and nothing is kept: looking costs no time, so anybody could fill the disk.
    """
    feed = work.calendar_feeds.find(account_id)
    if feed is None:
        return False
    name = f"calendar {account_id}"
    failures = work.sign_ins.failures(name)
    failures.require_patience(work.machine)
    right = hmac.compare_digest(feed.digest, digest_of(password))
    count = 0 if right else failures.count + 1
    if count != failures.count:
        work.sign_ins.note_failures(name, Failures(count, work.machine))
    return right
