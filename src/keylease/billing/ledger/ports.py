"""What the ledger needs remembered."""

from typing import Protocol

from keylease.billing.ledger.model import Transaction


class Ledger(Protocol):
    """Transactions, only ever added."""

    def post(self, transaction: Transaction) -> None:
        """Write down a transaction."""
        ...

    def balance(self, account: str, currency: str) -> int:
        """The sum of an account of the ledger in a currency, in minor units."""
        ...
