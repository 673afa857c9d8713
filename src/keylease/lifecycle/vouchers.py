"""Vouchers in time: granted, cancelled, and lapsed when they expire. Source: facts/billing.md 5.

A voucher cannot be spent from the moment at which it expires, whether or not a job has run; the job
only books what is left of it as lapsed.
"""

from collections.abc import Sequence

from keylease.access.accounts import Account
from keylease.billing.wallet.granting import book_end, book_grant
from keylease.billing.wallet.vouchers import Grant, Voucher, VoucherStatus
from keylease.core.agenda import Appointment
from keylease.core.clock import LAST_MOMENT
from keylease.core.errors import Misuse, Word
from keylease.lifecycle.work import Work

#: The appointment at the end of a voucher; its subject is the voucher's id.
VOUCHER_EXPIRY = "voucher_expiry"

#: How long the note on a voucher can be: its owner sees it.
NOTE_CHARACTERS_MAX = 200


def grant_voucher(work: Work, account: Account, grant: Grant) -> Voucher:
    """Grant a voucher in the account's currency, and plan its end; Misuse."""
    _check_grant(work.now, grant)
    made = book_grant(work, account.id, account.currency, grant)
    work.agenda.add([Appointment(VOUCHER_EXPIRY, str(made.id), made.expires_at)])
    return made


def _check_grant(now: int, grant: Grant) -> None:
    if grant.threshold < 0:
        raise Misuse("A threshold is 0.00 or more.")
    if len(grant.description) > NOTE_CHARACTERS_MAX or not grant.description.isprintable():
        raise Misuse("A note is one line of at most {most} characters.", most=NOTE_CHARACTERS_MAX)
    if grant.expires_at <= max(grant.effective_at, now):
        raise Misuse("A voucher ends after it begins, and after now: choose a later end.")
    if grant.expires_at > LAST_MOMENT:
        raise Misuse("A voucher ends in the year 9000 at the latest.")


def cancel_voucher(work: Work, number: str) -> Voucher:
    """End a voucher now; the voucher as it was. Misuse if there is none, or it has ended."""
    found = work.vouchers.by_number(number)
    if found is None:
        raise Misuse("There is no voucher {number!r}: see `keylease voucher list`.", number=number)
    work.accounts.lock(found[0].account_id)
    ((voucher, left),) = work.vouchers.find_many([found[0].id])
    status = voucher.status(work.now)
    if status is not VoucherStatus.AVAILABLE:
        raise Misuse(
            "The voucher {number} is {state}: there is nothing to cancel.",
            number=number,
            state=Word(status.value.lower()),
        )
    work.vouchers.cancel(voucher.id, work.now)
    book_end(work, voucher, left)
    work.agenda.void(str(voucher.id), (VOUCHER_EXPIRY,))
    return voucher


def lapse_due(work: Work, due: Sequence[Appointment]) -> None:
    """Book what is left of the vouchers that expired."""
    voucher_ids = [int(one.subject) for one in due]
    for account_id in sorted({one.account_id for one, _ in work.vouchers.find_many(voucher_ids)}):
        work.accounts.lock(account_id)
    for voucher, left in work.vouchers.find_many(voucher_ids):
        if voucher.status(work.now) is VoucherStatus.EXPIRED:
            book_end(work, voucher, left)
