"""Charging a day's bill: one voucher first, then the balance, also below zero. rules.md 8."""

from keylease.billing.ledger.model import USAGE, Posting, TransactionKind, cash, voucher
from keylease.billing.ledger.posting import post
from keylease.billing.orders.model import Subscription
from keylease.billing.usage.bill import DayBill, Payment, lines_of
from keylease.billing.wallet.vouchers import Deduction, choose
from keylease.billing.work import BillingWork
from keylease.core import ids


def charge(work: BillingWork, account_id: str, bill: DayBill) -> tuple[str, int, int]:
    """Book a bill; its number, and the balance before and after. The account is locked.

    What the balance does not cover is outstanding on its lines: the debt. A bill of 0.00 has lines
    and no entry in the ledger.
    """
    number = ids.bill_number(work.entropy)
    before = work.ledger.balance(cash(account_id), bill.currency)
    held = work.vouchers.spendable(account_id, bill.currency, work.now)
    deduction = choose(held, Subscription.PAY_AS_YOU_GO, bill.total, work.now)
    rest = bill.total - deduction.amount
    if bill.total:
        _post(work, account_id, bill, number, deduction)
    covered = min(rest, max(0, before))
    payment = Payment(deduction.amount, covered, rest - covered)
    work.bills.add(lines_of(bill, number, payment, work.now))
    return number, before, before - rest


def _post(
    work: BillingWork, account_id: str, bill: DayBill, number: str, deduction: Deduction
) -> None:
    postings = [
        Posting(cash(account_id), deduction.amount - bill.total),
        Posting(USAGE, bill.total),
    ]
    if deduction.voucher is not None:
        postings.append(Posting(voucher(deduction.voucher.id), -deduction.amount))
    post(
        work,
        TransactionKind.USAGE,
        bill.currency,
        tuple(postings),
        reference=number,
        note=bill.days[0].day,
    )
