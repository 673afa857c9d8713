"""Debt: what a bill of a day does to an account whose balance does not cover it. rules.md 8.

From that moment on the account is in debt. 7 x 24 hours later its pay-as-you-go instances stop, and
15 x 24 hours after that they are released. Whatever brings the balance back to zero or above ends
it, and makes what was planned void. The amount of the debt is the negative balance.
"""

from dataclasses import replace

from keylease.access.accounts import Account
from keylease.billing.ledger.model import cash
from keylease.core.clock import DAY
from keylease.core.errors import Code, Refusal
from keylease.core.terms import NEVER, Phase
from keylease.lifecycle.letters import Scribe
from keylease.lifecycle.work import Work
from keylease.notifications.schedule import KINDS, for_debt

#: How long the instances of an account in debt go on working.
GRACE = 7 * DAY


def fall_into_debt(work: Work, account: Account, bill: str, amount: int, balance: int) -> None:
    """Note that a bill is not covered; nothing happens to an account that is in debt already."""
    if account.debt_since is not None:
        return
    stops = work.now + GRACE
    work.accounts.update(replace(account, debt_since=work.now))
    for instance in work.instances.pay_as_you_go(account.id):
        work.instances.update(replace(instance, end=stops))
        work.agenda.add(for_debt(instance.id, stops, work.reminder_hour))
        work.changed("instance", instance.id)
    work.letters.add([Scribe(work).in_debt(account, bill, amount, balance, stops)])


def settle_debt(work: Work, account_id: str) -> None:
    """Take note of income: what is outstanding falls, oldest first, and at zero the debt ends.

    To be called after everything that adds to a balance; does nothing where there is no debt.
    """
    account = work.accounts.lock(account_id)
    if account.debt_since is None:
        return
    balance = work.ledger.balance(cash(account.id), account.currency)
    work.bills.settle(account.id, account.currency, max(0, -balance))
    if balance < 0:
        return
    work.accounts.update(replace(account, debt_since=None))
    for instance in work.instances.pay_as_you_go(account.id):
        if instance.phase(work.now) is not Phase.RELEASED:
            work.instances.update(replace(instance, end=NEVER))
            work.agenda.void(instance.id, KINDS)
            work.changed("instance", instance.id)
    work.letters.add([Scribe(work).debt_paid(account, balance)])


def require_no_debt(account: Account) -> None:
    """Refuse with Forbidden.InDebt (400) what is not sold to an account in debt."""
    if account.debt_since is not None:
        raise Refusal(
            Code.IN_DEBT,
            "The account is in debt: a bill is not covered by its balance. Top up and try again.",
            status=400,
        )
