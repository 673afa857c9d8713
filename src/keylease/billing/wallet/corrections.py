"""Money out, and corrections by the operator. rules.md 9: corrections are reversals.

None of them takes a balance below zero; the account is locked by the caller.
"""

from keylease.billing.ledger.model import ADJUSTMENTS, FUNDS, Posting, TransactionKind, cash
from keylease.billing.ledger.posting import post
from keylease.billing.wallet.statement import Entry, EntryFilter, seq_of
from keylease.billing.work import BillingWork
from keylease.core.errors import Misuse, ensure
from keylease.core.money import amount_for_people

#: What an operator wrote by hand, and the account of the ledger on its other side.
_BY_HAND = {
    TransactionKind.TOP_UP: FUNDS,
    TransactionKind.WITHDRAWAL: FUNDS,
    TransactionKind.ADJUSTMENT: ADJUSTMENTS,
}


def withdraw(work: BillingWork, account_id: str, currency: str, amount: int, note: str) -> int:
    """Money out; the balance afterwards, in minor units. Misuse if there is less."""
    ensure(amount > 0, "a withdrawal is more than zero")
    return _move(work, TransactionKind.WITHDRAWAL, account_id, currency, -amount, FUNDS, "", note)


def adjust(work: BillingWork, account_id: str, currency: str, amount: int, note: str) -> int:
    """Correct a balance by an amount, up or down; the balance afterwards. Misuse."""
    ensure(amount != 0, "an adjustment is not zero")
    kind = TransactionKind.ADJUSTMENT
    return _move(work, kind, account_id, currency, amount, ADJUSTMENTS, "", note)


def reverse(work: BillingWork, account_id: str, currency: str, number: str, note: str) -> int:
    """Post the exact opposite of what an operator wrote by hand, once; the balance afterwards.

    Misuse if the account has no such entry, it is none of the operator's, or was reversed before.
    """
    entry = _find(work, account_id, currency, number)
    if entry.kind not in _BY_HAND:
        raise Misuse(
            "The entry {number} is no operator's: an order comes back by a refund.", number=number
        )
    if _reversal_of(work, account_id, currency, number) is not None:
        raise Misuse(
            "The entry {number} was reversed before: reverse that reversal.", number=number
        )
    other = _other_side(work, account_id, currency, entry)
    kind = TransactionKind.ADJUSTMENT
    return _move(work, kind, account_id, currency, -entry.amount, other, number, note)


def _find(work: BillingWork, account_id: str, currency: str, number: str) -> Entry:
    seq = seq_of(number)
    chosen = EntryFilter(seq=-1 if seq is None else seq)
    found, _ = work.statements.page(account_id, currency, chosen, 0, 1)
    if not found:
        raise Misuse(
            "The account has no entry {number!r}: see `keylease account transactions`.",
            number=number,
        )
    return found[0]


def _reversal_of(work: BillingWork, account_id: str, currency: str, number: str) -> Entry | None:
    chosen = EntryFilter(kinds=(TransactionKind.ADJUSTMENT,), reference=number)
    found, _ = work.statements.page(account_id, currency, chosen, 0, 1)
    return found[0] if found else None


def _other_side(work: BillingWork, account_id: str, currency: str, entry: Entry) -> str:
    """The account that the entry moved against; a reversal moved against that of its original."""
    if entry.kind is TransactionKind.ADJUSTMENT and entry.reference:
        original = _find(work, account_id, currency, entry.reference)
        return _other_side(work, account_id, currency, original)
    return _BY_HAND[entry.kind]


def _move(
    work: BillingWork,
    kind: TransactionKind,
    account_id: str,
    currency: str,
    amount: int,
    other: str,
    reference: str,
    note: str,
) -> int:
    balance = work.ledger.balance(cash(account_id), currency)
    if amount < 0 and balance + amount < 0:
        raise Misuse(
            "The balance is {balance}: {amount} cannot be taken from it.",
            balance=amount_for_people(balance, currency),
            amount=amount_for_people(-amount, currency),
        )
    post(
        work,
        kind,
        currency,
        (Posting(cash(account_id), amount), Posting(other, -amount)),
        reference=reference,
        note=note,
    )
    return balance + amount
