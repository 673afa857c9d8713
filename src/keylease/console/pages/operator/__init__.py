"""The operator's pages, a module for each; what they do stands in the audit trail."""

from keylease.console.pages.operator import (
    accounts,
    agenda,
    audit,
    books,
    clock,
    letters,
    nodes,
    overview,
    prices,
    tickets,
)

__all__ = [
    "accounts",
    "agenda",
    "audit",
    "books",
    "clock",
    "letters",
    "nodes",
    "overview",
    "prices",
    "tickets",
]
