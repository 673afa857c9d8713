"""Paying an order by voucher and from the balance, giving money back, and putting money in.

There is no overdue state: what cannot be covered is refused and changes nothing. rules.md 4.
"""

from dataclasses import dataclass, replace

from keylease.billing.ledger.model import (
    FUNDS,
    REFUNDS,
    SALES,
    Posting,
    TransactionKind,
    cash,
    voucher,
)
from keylease.billing.ledger.posting import post
from keylease.billing.orders.model import Order, Subscription
from keylease.billing.orders.states import ORDER_LIFE, OrderEvent
from keylease.billing.wallet.vouchers import Deduction, choose
from keylease.billing.work import BillingWork
from keylease.core.errors import Code, Refusal, ensure
from keylease.core.money import amount_for_people


@dataclass(frozen=True, slots=True)
class Means:
    """How an amount would be paid now: by a voucher, the rest from the balance. Minor units."""

    amount: int
    deduction: Deduction
    balance: int

    @property
    def rest(self) -> int:
        """What the voucher leaves to be paid from the balance."""
        return self.amount - self.deduction.amount

    @property
    def missing(self) -> int:
        """What the balance lacks; 0 if the amount is covered, also whatever a debt is."""
        return self.rest - self.balance if self.rest > max(0, self.balance) else 0

    def postings(self, account_id: str, earned: str) -> list[Posting]:
        """What paying so moves, to the ledger account of what is ``earned``."""
        postings = [Posting(cash(account_id), -self.rest), Posting(earned, self.amount)]
        if self.deduction.voucher is not None:
            postings.append(Posting(voucher(self.deduction.voucher.id), -self.deduction.amount))
        return postings


def means_for(
    work: BillingWork, account_id: str, currency: str, method: Subscription, amount: int
) -> Means:
    """How an account would pay this amount now."""
    held = work.vouchers.spendable(account_id, currency, work.now)
    deduction = choose(held, method, amount, work.now)
    return Means(amount, deduction, work.ledger.balance(cash(account_id), currency))


def require_funds(means: Means, currency: str) -> None:
    """Refuse with PAY.INSUFFICIENT_BALANCE what is not covered, and say what is missing.

    The account's row has to be locked before, so that two purchases cannot spend the same money.
    """
    if not means.missing:
        return

    def shown(amount: int) -> str:
        return amount_for_people(amount, currency)

    costs, balance, missing = map(shown, (means.amount, means.balance, means.missing))
    if means.deduction.amount:
        raise Refusal(
            Code.INSUFFICIENT_BALANCE,
            "The order costs {costs}, a voucher pays {pays}, the balance is {balance}: {missing} "
            "are missing. Top up and try again.",
            costs=costs,
            pays=shown(means.deduction.amount),
            balance=balance,
            missing=missing,
        )
    raise Refusal(
        Code.INSUFFICIENT_BALANCE,
        "The order costs {costs}, the balance is {balance}: {missing} are missing. Top up and try "
        "again.",
        costs=costs,
        balance=balance,
        missing=missing,
    )


def pay(work: BillingWork, order: Order) -> tuple[Order, int]:
    """Charge the order to its account now; the paid order, and the balance afterwards.

    Refusals: PAY.INSUFFICIENT_BALANCE; ResourceStatusError if it waits for no payment.
    """
    status = ORDER_LIFE.after(order.status, OrderEvent.PAY, order.id)
    means = means_for(
        work, order.account_id, order.currency, order.subscription, order.payable_amount
    )
    require_funds(means, order.currency)
    deduction, rest, before = means.deduction, means.rest, means.balance
    post(
        work,
        TransactionKind.ORDER,
        order.currency,
        means.postings(order.account_id, SALES),
        reference=order.id,
        note=order.type,
    )
    ensure(rest == 0 or before - rest >= 0, "a paid order left a balance below zero")
    paid = replace(
        order,
        status=status,
        paid_at=work.now,
        voucher_id=None if deduction.voucher is None else deduction.voucher.id,
        voucher_amount=deduction.amount,
    )
    return paid, before - rest


def give_back(work: BillingWork, order: Order) -> int:
    """Put the amount of a refund order back into the balance; the balance afterwards.

    If it names a voucher, that one gets its part back: what was paid with it was not delivered.
    """
    ensure(order.payable_amount >= 0, "a refund gives")
    postings = [
        Posting(cash(order.account_id), order.cash),
        Posting(REFUNDS, -order.payable_amount),
    ]
    if order.voucher_id is not None:
        postings.append(Posting(voucher(order.voucher_id), order.voucher_amount))
    post(
        work,
        TransactionKind.REFUND,
        order.currency,
        postings,
        reference=order.id,
        note=order.type,
    )
    return work.ledger.balance(cash(order.account_id), order.currency)


def top_up(work: BillingWork, account_id: str, currency: str, amount: int, note: str) -> int:
    """Money in; the balance afterwards, in minor units."""
    ensure(amount > 0, "a top-up is more than zero")
    post(
        work,
        TransactionKind.TOP_UP,
        currency,
        (Posting(cash(account_id), amount), Posting(FUNDS, -amount)),
        note=note,
    )
    return work.ledger.balance(cash(account_id), currency)
