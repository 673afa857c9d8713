"""Paying an order from the balance, and putting money into it.

There is no overdue state: what cannot be covered is refused and changes nothing. rules.md 4.
"""

from keylease.billing.ledger.model import (
    FUNDS,
    SALES,
    Posting,
    Transaction,
    TransactionKind,
    cash,
)
from keylease.billing.orders.model import Order
from keylease.billing.work import BillingWork
from keylease.core import ids
from keylease.core.errors import Code, Refusal, ensure
from keylease.core.money import amount_for_people


def require_funds(work: BillingWork, account_id: str, currency: str, amount: int) -> int:
    """The balance, if it covers the amount; Refusal PAY.INSUFFICIENT_BALANCE that says what lacks.

    The account's row has to be locked before, so that two purchases cannot spend the same money.
    """
    balance = work.ledger.balance(cash(account_id), currency)
    if balance < amount:
        raise Refusal(
            Code.INSUFFICIENT_BALANCE,
            f"The order costs {amount_for_people(amount, currency)}, the balance is "
            f"{amount_for_people(balance, currency)}: "
            f"{amount_for_people(amount - balance, currency)} are missing. Top up and try again.",
        )
    return balance


def pay(work: BillingWork, order: Order) -> int:
    """Charge the order to its account; the balance afterwards, in minor units."""
    before = require_funds(work, order.account_id, order.currency, order.payable_amount)
    work.ledger.post(
        Transaction(
            id=ids.uuid(work.entropy),
            at=work.now,
            kind=TransactionKind.ORDER,
            currency=order.currency,
            reference=order.id,
            note=order.type,
            postings=(
                Posting(cash(order.account_id), -order.payable_amount),
                Posting(SALES, order.payable_amount),
            ),
        )
    )
    after = before - order.payable_amount
    ensure(after >= 0, "a paid order left a balance below zero")
    return after


def top_up(work: BillingWork, account_id: str, currency: str, amount: int, note: str) -> int:
    """Money in; the balance afterwards, in minor units."""
    ensure(amount > 0, "a top-up is more than zero")
    work.ledger.post(
        Transaction(
            id=ids.uuid(work.entropy),
            at=work.now,
            kind=TransactionKind.TOP_UP,
            currency=currency,
            reference="",
            note=note,
            postings=(Posting(cash(account_id), amount), Posting(FUNDS, -amount)),
        )
    )
    return work.ledger.balance(cash(account_id), currency)
