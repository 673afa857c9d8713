"""Expenses and Costs: what was bought and paid, what it will cost, and what can be given back."""

from keylease.console.pages.expenses import (
    account,
    bill_files,
    bills,
    exports,
    orders,
    renewals,
    subscriptions,
    tickets,
    transactions,
    unsubscribe,
    usage,
)

__all__ = [
    "account",
    "bill_files",
    "bills",
    "exports",
    "orders",
    "renewals",
    "subscriptions",
    "tickets",
    "transactions",
    "unsubscribe",
    "usage",
]
