"""Transactions that add up to zero.

Accounts of the ledger are names. A positive amount adds to what the name stands for: a top-up of
100 is ``cash:… +100, funds -100``, a purchase ``cash:… -100, sales +100``.

=================== ==============================================================================
``cash:<account>``  what we owe a customer; below zero only by pay-as-you-go debt
``voucher:<id>``    what is left of a voucher
``funds``           what customers paid in, less what they took out; negative
``promotions``      vouchers granted, less what lapsed of them; negative
``sales``           subscriptions sold
``usage``           pay-as-you-go sold
``refunds``         what went back to customers; negative
``adjustments``     corrections by the operator
=================== ==============================================================================
"""

from dataclasses import dataclass
from enum import StrEnum

from keylease.core.errors import ensure

FUNDS = "funds"
PROMOTIONS = "promotions"
SALES = "sales"
USAGE = "usage"
REFUNDS = "refunds"
ADJUSTMENTS = "adjustments"


class TransactionKind(StrEnum):
    """Why money moved."""

    TOP_UP = "top_up"
    WITHDRAWAL = "withdrawal"
    ORDER = "order"
    REFUND = "refund"
    USAGE = "usage"
    ADJUSTMENT = "adjustment"
    VOUCHER_GRANT = "voucher_grant"
    VOUCHER_END = "voucher_end"


@dataclass(frozen=True, slots=True)
class Posting:
    """One leg: an account of the ledger and what it gains, in minor units."""

    account: str
    amount: int


@dataclass(frozen=True, slots=True)
class Movement:
    """What a transaction moved on one account of the ledger, in minor units."""

    transaction_id: str
    at: int
    kind: TransactionKind
    amount: int


@dataclass(frozen=True, slots=True)
class Transaction:
    """A balanced set of postings in one currency; one that does not balance does not construct.

    ``reference`` is the order, bill or voucher it belongs to, or empty.
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


def voucher(voucher_id: int) -> str:
    """The ledger account of what is left of a voucher."""
    return f"voucher:{voucher_id}"
