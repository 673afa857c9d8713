"""Signing in: the attempt is counted, then the password checked, then a session begins."""

from keylease.access import sign_in as rules
from keylease.console.ports import Transactions

#: Nobody's name is longer: a user's of an account has 64 characters, ``@``, and 63.
NAME_MAX = 128


def sign_in(transactions: Transactions, name: str, password: str, *, is_operator: bool) -> str:
    """The token of a new session; Refusal for a wrong name or password, or too many of them."""
    with transactions.begin() as work:
        user = rules.count_try(work, name.strip()[:NAME_MAX], operator=is_operator)
    user = rules.require_password(user, password)
    with transactions.begin() as work:
        return rules.begin_session(work, user)
