"""An account's transactions: what moved its balance, and what the balance was after each.

Nothing of this is stored but the ledger: a balance is the sum of all that was written before.
Source: facts/billing.md 5, rules.md 9.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from keylease.billing.ledger.model import TransactionKind

#: A number is this digit and so many more: the transaction's place in the ledger.
_PREFIX, _DIGITS = "4", 14


@dataclass(frozen=True, slots=True)
class Entry:
    """One transaction as its account sees it; ``amount`` is negative for what went out.

    ``balance`` is the account's balance after it. Both are minor units, ``at`` a business instant;
    ``seq`` is the order of the ledger, ``id`` and ``reference`` are those of the transaction.
    """

    seq: int
    id: str
    at: int
    kind: TransactionKind
    reference: str
    note: str
    amount: int
    balance: int

    @property
    def number(self) -> str:
        """The number that people and the API name it by."""
        return number_of(self.seq)


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries a list is about; None means any. Both ends of the time count.

    ``kinds`` are the kinds that fit, ``income`` is True for what came in and False for what went
    out, ``before`` a place in the ledger that the entries come before.
    """

    since: int | None = None
    until: int | None = None
    kinds: tuple[TransactionKind, ...] | None = None
    income: bool | None = None
    reference: str | None = None
    seq: int | None = None
    before: int | None = None


class Statements(Protocol):
    """Accounts' transactions, inside a unit of work. What moves no cash is not among them."""

    def page(
        self, account_id: str, currency: str, chosen: EntryFilter, offset: int, limit: int
    ) -> tuple[Sequence[Entry], int]:
        """A page of an account's entries, newest first, and how many fit in all."""
        ...


def number_of(seq: int) -> str:
    """15 digits for a place in the ledger; always the same ones."""
    return f"{_PREFIX}{seq:0{_DIGITS}}"


def seq_of(number: str) -> int | None:
    """The place in the ledger that a number stands for; None for what is no number."""
    digits = number[len(_PREFIX) :]
    whole = number.startswith(_PREFIX) and len(digits) == _DIGITS
    return int(digits) if whole and digits.isascii() and digits.isdigit() else None
