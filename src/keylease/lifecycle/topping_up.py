"""Money in: it is booked, its owner is told, and what was outstanding falls. rules.md 8."""

from keylease.billing.wallet.payment import top_up
from keylease.core import ids
from keylease.lifecycle.debt import settle_debt
from keylease.lifecycle.letters import Scribe
from keylease.lifecycle.work import Work


def add_funds(work: Work, account_id: str, amount: int, note: str = "") -> tuple[str, int]:
    """Put minor units into an account's balance; the reference, and the balance afterwards."""
    account = work.accounts.lock(account_id)
    reference = ids.uuid(work.entropy)
    balance = top_up(work, account.id, account.currency, amount, note)
    work.letters.add([Scribe(work).top_up(account, reference, amount, balance)])
    settle_debt(work, account.id)
    return reference, balance
