"""Charging a day's bill: one voucher first, then the balance, also below zero. rules.md 8."""

from keylease.billing.ledger.model import USAGE, TransactionKind
from keylease.billing.ledger.posting import post
from keylease.billing.orders.model import Subscription
from keylease.billing.usage.bill import DayBill, Payment, lines_of
from keylease.billing.wallet.payment import means_for
from keylease.billing.work import BillingWork
from keylease.core import ids


def charge(work: BillingWork, account_id: str, bill: DayBill) -> tuple[str, int, int]:
    """Book a bill; its number, and the balance before and after. The account is locked.

    What the balance does not cover is outstanding on its lines: the debt. A bill of 0.00 has lines
    and no entry in the ledger.
    """
    number = ids.bill_number(work.entropy)
    means = means_for(work, account_id, bill.currency, Subscription.PAY_AS_YOU_GO, bill.total)
    if bill.total:
        post(
            work,
            TransactionKind.USAGE,
            bill.currency,
            means.postings(account_id, USAGE),
            reference=number,
            note=bill.days[0].day,
        )
    covered = min(means.rest, max(0, means.balance))
    payment = Payment(means.deduction.amount, covered, means.rest - covered)
    work.bills.add(lines_of(bill, number, payment, work.now))
    return number, means.balance, means.balance - means.rest
