"""The account's money: balance, costs of the months and of renewals, debt, trials, vouchers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from keylease.access.accounts import Account
from keylease.billing.bills.model import BillItem, month_of
from keylease.billing.bills.months import next_month
from keylease.billing.bills.parts import Amounts
from keylease.billing.bills.ports import Total
from keylease.billing.catalog import quote
from keylease.billing.ledger.model import cash
from keylease.billing.renewals.model import RenewalMode, RenewalSetting
from keylease.billing.renewals.schedule import ATTEMPT_DAYS
from keylease.billing.wallet.vouchers import VoucherFilter
from keylease.console.pages.chart import chart
from keylease.console.pages.expenses.words import VOUCHER_SCOPES, voucher_status
from keylease.console.ports import ConsoleWork
from keylease.console.visit import PAGE_SIZE, Page, Visit
from keylease.core.clock import DAY, HOUR
from keylease.core.money import amount_for_people
from keylease.core.terms import RETENTION, release_of
from keylease.custody.instances.model import Instance
from keylease.lifecycle.debt import GRACE
from keylease.lifecycle.listing import SubscriptionFilter
from keylease.lifecycle.renewal import next_configuration

_MONTHS = 12
_AHEAD_DAYS = 30

#: How many renewals the forecast adds up at most.
_FORECAST_MAX = 200


@dataclass(frozen=True, slots=True)
class MonthCosts:
    """What was charged to the balance for the lines of a month."""

    month: str
    amounts: Amounts


@dataclass(frozen=True, slots=True)
class Forecast:
    """An automatic renewal that comes: of which instance, for how many months, at which price."""

    instance: Instance
    months: int
    price: int


@dataclass(frozen=True, slots=True)
class Debt:
    """What is missing, in minor units, and when instances stop and are released for it."""

    amount: int
    since: int
    stops: int
    released: int


def show(visit: Visit, work: ConsoleWork) -> Page:
    """Balance, costs, forecast, debt, vouchers."""
    account = visit.account
    balance = work.ledger.balance(cash(account.id), account.currency)
    totals = [one for one in work.bill_views.totals(account.id) if one.currency == account.currency]
    months = _last_months(totals, month_of(work.now))
    renewals, coming = _forecast(work, account)
    trials, _ = work.subscriptions.page(
        account.id, SubscriptionFilter(trial_from=work.now + 1), work.now, 0, PAGE_SIZE
    )
    vouchers, _ = work.vouchers.page(VoucherFilter(account.id), 0, PAGE_SIZE, work.now)
    values = {
        "currency": account.currency,
        "balance": balance,
        "debt": _debt(account, balance),
        "months": months,
        "present": _present(totals, month_of(work.now)),
        "trials": [instance for instance, _ in trials],
        "renewals": renewals,
        "renewals_price": sum(one.price for one in renewals),
        "renewals_more": coming - len(renewals),
        "vouchers": [
            (one, one.spendable(left, work.now), voucher_status(one, left, work.now))
            for one, left in vouchers
        ],
        "scopes": VOUCHER_SCOPES,
    }
    values |= _drawn(months, account.currency)
    return Page("expenses/account.html", "Expenses and Costs", values)


def _last_months(totals: Sequence[Total], present: str) -> list[MonthCosts]:
    """The last twelve months, oldest first, also those that cost nothing."""
    months = [next_month(present, -ago) for ago in reversed(range(_MONTHS))]
    return [MonthCosts(month, _sum(totals, month)) for month in months]


def _drawn(months: Sequence[MonthCosts], currency: str) -> dict[str, Any]:
    """What they cost as bars, with the highest amount, and all of them on hover."""
    charged = {one.month: one.amounts.charged for one in months}
    return {
        "chart": chart([(month[2:], amount) for month, amount in charged.items()]),
        "highest": max(charged.values()),
        "titles": [
            f"{month}: {amount_for_people(amount, currency)}" for month, amount in charged.items()
        ],
    }


def _present(totals: Sequence[Total], month: str) -> dict[str, int]:
    """What this month cost so far: in all, and the parts of it."""
    of_month = [one for one in totals if one.month == month]
    by_use = [one for one in of_month if one.item == BillItem.PAY_AS_YOU_GO.value]
    back = [one for one in of_month if one.item == BillItem.REFUND.value]
    whole, used, returned = (_sum(part, month).charged for part in (of_month, by_use, back))
    return {
        "whole": whole,
        "subscriptions": whole - used - returned,
        "by_use": used,
        "refunds": returned,
    }


def _sum(totals: Sequence[Total], month: str) -> Amounts:
    return sum((one.amounts for one in totals if one.month == month), Amounts())


def _forecast(work: ConsoleWork, account: Account) -> tuple[list[Forecast], int]:
    """The automatic renewals of the next 30 days at today's prices, and how many there are.

    Money is taken some days before an end. rules.md 5.
    """
    taken_before = (1 - ATTEMPT_DAYS[0]) * DAY - work.renewal_hour * HOUR
    until = work.now + _AHEAD_DAYS * DAY + taken_before
    chosen = SubscriptionFilter(renewal_mode=RenewalMode.AUTO.value, end_until=until)
    kept = work.now - RETENTION
    found, total = work.subscriptions.page(account.id, chosen, kept, 0, _FORECAST_MAX)
    by_end = sorted(found, key=lambda one: one[0].end)
    return [_price(work, account, *one) for one in by_end], total


def _price(
    work: ConsoleWork, account: Account, instance: Instance, setting: RenewalSetting
) -> Forecast:
    _, book = work.price_books.current()
    wanted = next_configuration(instance, work.now)
    price = quote(book, wanted, account.currency, setting.months).payable_amount
    return Forecast(instance, setting.months, price)


def _debt(account: Account, balance: int) -> Debt | None:
    if account.debt_since is None:
        return None
    stops = account.debt_since + GRACE
    return Debt(-balance, account.debt_since, stops, release_of(stops))
