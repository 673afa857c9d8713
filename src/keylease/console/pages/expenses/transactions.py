"""Transactions: what moved the balance, and what it was after each. Source: facts/billing.md 5."""

from keylease.billing.ledger.model import TransactionKind, cash
from keylease.billing.wallet.statement import EntryFilter
from keylease.console.pages.expenses.bill_files import LINES_MAX
from keylease.console.pages.expenses.words import ORDER_TYPES, TRANSACTION_KINDS
from keylease.console.ports import ConsoleWork
from keylease.console.visit import PAGE_SIZE, Page, Visit

#: Those whose reference is an order.
_OF_ORDERS = frozenset({TransactionKind.ORDER, TransactionKind.REFUND})


def listed(visit: Visit, work: ConsoleWork) -> Page:
    """The account's transactions, newest first."""
    account, kind = visit.account, visit.query.get("kind", "")
    kind = kind if kind in TRANSACTION_KINDS else ""
    chosen = EntryFilter(kinds=(TransactionKind(kind),)) if kind else EntryFilter()
    rows, total = work.statements.page(
        account.id, account.currency, chosen, visit.offset, PAGE_SIZE
    )
    values = {
        "rows": rows,
        "total": total,
        "is_long": total > LINES_MAX,
        "kind": kind,
        "kinds": TRANSACTION_KINDS,
        "of_orders": _OF_ORDERS,
        "order_types": ORDER_TYPES,
        "currency": account.currency,
        "balance": work.ledger.balance(cash(account.id), account.currency),
    }
    return Page("expenses/transactions.html", "Transactions", values)
