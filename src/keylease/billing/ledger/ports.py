"""What the ledger needs remembered."""

from collections.abc import Sequence
from typing import Protocol

from keylease.billing.ledger.model import Movement, Transaction


class Ledger(Protocol):
    """Transactions, only ever added."""

    def post(self, transaction: Transaction) -> None:
        """Write down a transaction."""
        ...

    def balance(self, account: str, currency: str) -> int:
        """The sum of an account of the ledger in a currency, in minor units."""
        ...

    def balances(self, accounts: Sequence[str]) -> dict[tuple[str, str], int]:
        """The sums of accounts of the ledger, by account and currency; those without left out."""
        ...

    def balance_before(self, account: str, currency: str, moment: int) -> int:
        """The sum of what was posted to an account before a moment."""
        ...

    def unbilled(self, account: str, currency: str, start: int, end: int) -> Sequence[Movement]:
        """What moved on an account from ``start`` to before ``end`` and is on no bill."""
        ...
