"""Granting vouchers, and what becomes of the rest of one that ends. Source: facts/billing.md 5.

Granting books what the operator promises: ``promotions -n, voucher:<id> +n``. When a voucher is
cancelled or expires, what is left of it goes back the same way. No cash moves.
"""

from keylease.billing.ledger.model import PROMOTIONS, Posting, TransactionKind, voucher
from keylease.billing.ledger.posting import post
from keylease.billing.wallet.vouchers import Grant, Voucher
from keylease.billing.work import BillingWork
from keylease.core import ids
from keylease.core.errors import ensure


def book_grant(work: BillingWork, account_id: str, currency: str, grant: Grant) -> Voucher:
    """Write down a voucher for an account, and what it holds."""
    ensure(grant.nominal > 0 and grant.threshold >= 0, "a voucher is worth something")
    number = ids.voucher_number(work.entropy)
    made = work.vouchers.add(account_id, currency, number, grant, work.now)
    _move(work, TransactionKind.VOUCHER_GRANT, made, grant.nominal)
    return made


def book_end(work: BillingWork, ended: Voucher, rest: int) -> None:
    """Take back what is left of a voucher that ended; nothing is written if that is nothing.

    The account is locked by the caller, so that nobody spends the rest meanwhile.
    """
    ensure(rest >= 0, "no voucher is overdrawn")
    if rest:
        _move(work, TransactionKind.VOUCHER_END, ended, -rest)


def _move(work: BillingWork, kind: TransactionKind, about: Voucher, amount: int) -> None:
    post(
        work,
        kind,
        about.currency,
        (Posting(PROMOTIONS, -amount), Posting(voucher(about.id), amount)),
        reference=about.number,
        note=about.description,
    )
