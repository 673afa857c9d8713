"""Closing the months of bills, and what a balance was at the end of one. rules.md 9.

Balances of months are *by booking*: what a line charged counts in the month of the line. A day's
pay-as-you-go bill is made on the day after; so that of the last day of a month is paid when the
next one has begun, and belongs to the old one on both sides of ``opening + money in - charged =
closing``. Money that is on no bill (top-ups, withdrawals, adjustments) counts by its moment.
"""

from collections.abc import Sequence
from dataclasses import replace

from keylease.billing.bills.model import day_of
from keylease.billing.bills.months import bounds, next_month
from keylease.billing.bills.ports import ClosedMonth
from keylease.billing.ledger.model import cash
from keylease.billing.work import BillingWork
from keylease.core.agenda import Appointment
from keylease.core.clock import DAY
from keylease.lifecycle.work import Work


def closing_balance(work: BillingWork, account_id: str, currency: str, month: str) -> int:
    """An account's cash balance at the end of a month, by booking, in minor units."""
    at_the_end = work.ledger.balance_before(cash(account_id), currency, bounds(month)[1])
    return at_the_end - work.bills.booked_late(account_id, month)


def close_due(work: Work, due: Sequence[Appointment]) -> None:
    """Close the months whose time has come; one of which a day is not billed yet, a day later."""
    for one in due:
        month = str(one.details["month"])
        if work.usage.unbilled(one.subject, day_of(bounds(month)[1] - 1)):
            work.agenda.add([replace(one, due=one.due + DAY)])
        else:
            _close(work, one.subject, month)


def _close(work: Work, account_id: str, month: str) -> None:
    account = work.accounts.find(account_id)
    if account is None or work.bills.closed(account_id, month) is not None:
        return
    totals = work.bill_views.totals(account_id, month)
    work.bills.close(
        ClosedMonth(
            account_id,
            month,
            closed_at=work.now,
            lines=sum(one.lines for one in totals),
            pretax=sum(one.amounts.pretax for one in totals),
            opening=closing_balance(work, account_id, account.currency, next_month(month, -1)),
            closing=closing_balance(work, account_id, account.currency, month),
        )
    )
