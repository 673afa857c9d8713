"""Bills for the operator: months with their state."""

from dataclasses import dataclass
from enum import StrEnum

from keylease.access.accounts import Account
from keylease.billing.bills.months import closes_at, is_month
from keylease.billing.bills.parts import Amounts
from keylease.billing.bills.ports import ClosedMonth
from keylease.core.errors import Misuse
from keylease.storage.unit_of_work import UnitOfWork


class MonthState(StrEnum):
    """What a month's bill is. Source: facts/billing.md 6."""

    GENERATING = "Generating"
    UNCLEARED = "Uncleared"
    CLEARED = "Cleared"


@dataclass(frozen=True, slots=True)
class MonthlyBill:
    """A month of an account: what it adds up to, and how it stands."""

    account_id: str
    month: str
    currency: str
    lines: int
    amounts: Amounts
    closed: ClosedMonth | None
    closes_at: int
    state: MonthState


def check_month(month: str) -> str:
    """The month, if it is one; Misuse."""
    if not is_month(month):
        raise Misuse("{month!r} is no month: write it like 2026-01.", month=month)
    return month


def months_of(work: UnitOfWork, account: Account, month: str | None = None) -> list[MonthlyBill]:
    """An account's months that have lines, oldest first, or the one asked for."""
    found: dict[tuple[str, str], tuple[int, Amounts]] = {}
    for one in work.bill_views.totals(account.id, month):
        lines, amounts = found.get((one.month, one.currency), (0, Amounts()))
        found[one.month, one.currency] = lines + one.lines, amounts + one.amounts
    return [
        _monthly(work, account, key, lines, amounts)
        for key, (lines, amounts) in sorted(found.items())
    ]


def _monthly(
    work: UnitOfWork, account: Account, key: tuple[str, str], lines: int, amounts: Amounts
) -> MonthlyBill:
    month, currency = key
    closed = work.bills.closed(account.id, month)
    state = MonthState.GENERATING
    if closed is not None:
        state = MonthState.UNCLEARED if amounts.outstanding else MonthState.CLEARED
    due = closes_at(month)
    return MonthlyBill(account.id, month, currency, lines, amounts, closed, due, state)
