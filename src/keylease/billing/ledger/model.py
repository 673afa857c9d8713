"""Transactions that add up to zero.

Accounts of the ledger are names: ``cash:<account id>`` is what we owe a customer, ``funds`` what
customers paid in, ``sales`` what was sold. A positive amount adds to what the name stands for; a
top-up of 100 is ``cash:… +100, funds -100``, a purchase ``cash:… -100, sales +100``.
"""

from dataclasses import dataclass
from enum import StrEnum

from keylease.core.errors import ensure

FUNDS = "funds"
SALES = "sales"


class TransactionKind(StrEnum):
    """Why money moved."""

    TOP_UP = "top_up"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Posting:
    """One leg: an account of the ledger and what it gains, in minor units."""

    account: str
    amount: int


@dataclass(frozen=True, slots=True)
class Transaction:
    """A balanced set of postings in one currency; one that does not balance does not construct.

    ``reference`` is the order it belongs to, or empty.
    """

    id: str
    at: int
    kind: TransactionKind
    currency: str
    reference: str
    note: str
    postings: tuple[Posting, ...]

    def __post_init__(self) -> None:
        ensure(sum(p.amount for p in self.postings) == 0, f"{self.kind} does not balance")


def cash(account_id: str) -> str:
    """The ledger account of what we owe a customer."""
    return f"cash:{account_id}"
