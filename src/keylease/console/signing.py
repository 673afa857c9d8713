"""Signing in: the attempt is counted, then the password checked, then a session begins."""

from dataclasses import dataclass, field

from keylease.access import sign_in as rules
from keylease.access.devices import new_device
from keylease.console.ports import Transactions

#: Nobody's name is longer: a user's of an account has 64 characters, ``@``, and 63.
NAME_MAX = 128


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a browser keeps: the token of a session, and what tells that it has had one."""

    token: str = field(repr=False)
    device: str = field(repr=False)


def sign_in(
    transactions: Transactions, name: str, password: str, device: str, *, is_operator: bool
) -> SignedIn:
    """A new session; Refusal for a wrong name or password, or too many of them.

    ``device`` is what the browser kept when it last signed in with that name, or empty.
    """
    with transactions.begin() as work:
        user = rules.count_try(work, name, device, operator=is_operator)
    user = rules.require_password(user, password)
    with transactions.begin() as work:
        token = rules.begin_session(work, user, device)
        return SignedIn(token, new_device(user, work.entropy))


def name_in(text: str) -> str:
    """The name that was typed."""
    return text.strip()[:NAME_MAX]
