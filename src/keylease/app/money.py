"""Money out, corrections, alerts and the list of transactions: the operator's side."""

from dataclasses import replace

from keylease.access.accounts import Account
from keylease.app.accounts import balance_of, find_account
from keylease.app.deployment import Deployment
from keylease.app.operator_audit import audit_operator
from keylease.billing.wallet.corrections import adjust, reverse, withdraw
from keylease.core.errors import Misuse
from keylease.core.money import any_amount, positive_amount
from keylease.lifecycle.debt import settle_debt
from keylease.lifecycle.letters import Scribe
from keylease.storage.unit_of_work import UnitOfWork


def debit(deployment: Deployment, account: str, amount: str, note: str = "") -> tuple[Account, int]:
    """Take money out of a balance; the account, and its balance afterwards. Misuse."""
    minor = positive_amount(amount)
    with deployment.database.begin() as work:
        found, before = _locked(work, account)
        after = withdraw(work, found.id, found.currency, minor, note)
        _tell(work, found, before, after, "account debit")
    return found, after


def correct(
    deployment: Deployment, account: str, amount: str = "", reversed_: str = "", note: str = ""
) -> tuple[Account, int]:
    """Correct a balance by an amount, or by the opposite of an earlier entry. Misuse."""
    if bool(amount) == bool(reversed_):
        raise Misuse("Give either an amount, or the number of an entry with --reverse.")
    minor = any_amount(amount) if amount else 0
    if amount and minor == 0:
        raise Misuse("An adjustment is not 0.00: give what to add, or a negative amount to take.")
    with deployment.database.begin() as work:
        found, before = _locked(work, account)
        if reversed_:
            after = reverse(work, found.id, found.currency, reversed_, note)
        else:
            after = adjust(work, found.id, found.currency, minor, note)
        _tell(work, found, before, after, "account adjust")
        settle_debt(work, found.id)
    return found, after


def set_alert(deployment: Deployment, account: str, amount: str) -> Account:
    """Have the owner told when the balance falls below an amount, or not (``off``). Misuse."""
    below = None if amount == "off" else positive_amount(amount)
    with deployment.database.begin() as work:
        found = work.accounts.lock(find_account(work, account).id)
        changed = replace(found, alert_below=below)
        work.accounts.update(changed)
        audit_operator(work, "account alert", found.id, found.id)
    return changed


def _locked(work: UnitOfWork, account: str) -> tuple[Account, int]:
    found = work.accounts.lock(find_account(work, account).id)
    return found, balance_of(work, found)


def _tell(work: UnitOfWork, account: Account, before: int, after: int, command: str) -> None:
    work.letters.add(Scribe(work).low_balance(account, before, after))
    audit_operator(work, command, account.id, account.id)
