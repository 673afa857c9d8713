"""QueryAccountBalance, QueryAccountTransactions and …Details, QueryCashCoupons and what is empty.

Shapes: facts/bss-operations.txt; values and quirks: facts/billing.md 5. All fields of a transaction
are texts; a filter value that nobody knows finds nothing.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from keylease.access.accounts import Account
from keylease.api.rpc.arguments import Arguments, invalid
from keylease.api.rpc.billing.envelope import CODE_200, amount_text
from keylease.api.rpc.billing.pages import page_of
from keylease.api.rpc.billing.shopper import account_of
from keylease.api.rpc.billing.vouchers_shown import voucher_shown
from keylease.api.rpc.call import Answer, ApiWork, Call
from keylease.billing.bills.model import month_of
from keylease.billing.ledger.model import TransactionKind, cash
from keylease.billing.wallet.statement import Entry, EntryFilter, number_of, seq_of
from keylease.billing.wallet.vouchers import VoucherFilter
from keylease.core.clock import DAY, at_hour, iso, local_date
from keylease.core.terms import add_months

#: How many transactions a page of the Details has: MaxResults is ignored. facts/billing.md 5.
_DETAILS_PAGE = 20

#: QueryCashCoupons has no pages: the newest vouchers, at most so many.
_VOUCHERS_MAX = 1_000

_TYPES = {
    TransactionKind.TOP_UP: "Payment",
    TransactionKind.WITHDRAWAL: "Withdraw",
    TransactionKind.ORDER: "Consumption",
    TransactionKind.USAGE: "Consumption",
    TransactionKind.REFUND: "Refund",
    TransactionKind.ADJUSTMENT: "Adjust",
}
_INCOME, _EXPENSE = "Income", "Expense"
_CHANNEL, _CHANNEL_NUMBER = "AccountBalance", ""

#: Fits no entry.
_NOTHING = EntryFilter(kinds=())


def query_account_balance(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """What the account can spend."""
    account = account_of(call, work)
    balance = amount_text(work.ledger.balance(cash(account.id), account.currency))
    nothing = amount_text(0)
    data = {
        "AvailableAmount": balance,
        "AvailableCashAmount": balance,
        "CreditAmount": nothing,
        "MybankCreditAmount": nothing,
        "QuotaLimit": nothing,
        "Currency": account.currency,
    }
    return CODE_200 | {"Data": data}, ""


def query_account_transactions(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """What moved the balance, newest first; without times, in the last month."""
    arguments, account = call.arguments, account_of(call, work)
    page, size = page_of(call)
    since, until = arguments.instant("CreateTimeStart"), arguments.instant("CreateTimeEnd")
    chosen = _filter(arguments, since, until, work.now)
    entries, total = work.statements.page(
        account.id, account.currency, chosen, (page - 1) * size, size
    )
    data = _transactions(account, entries) | {
        "PageNum": page,
        "PageSize": size,
        "TotalCount": total,
    }
    return {"Data": data}, ""


def query_account_transaction_details(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """The same, page after page: NextToken names the last transaction of the page before."""
    arguments, account = call.arguments, account_of(call, work)
    since, until = _moment(arguments, "CreateTimeStart"), _moment(arguments, "CreateTimeEnd", 1)
    chosen = _filter(arguments, since, until, work.now)
    _, total = work.statements.page(account.id, account.currency, chosen, 0, 0)
    chosen = _from_token(work, account, arguments, chosen)
    found, left = work.statements.page(account.id, account.currency, chosen, 0, _DETAILS_PAGE)
    data = _transactions(account, found) | {
        "MaxResults": _DETAILS_PAGE,
        "NextToken": number_of(found[-1].seq) if left > len(found) else "",
        "TotalCount": total,
    }
    return CODE_200 | {"Message": "SUCCESS", "Data": data}, ""


def query_cash_coupons(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """The account's vouchers, newest first."""
    arguments, account = call.arguments, account_of(call, work)
    in_force = arguments.boolean("EffectiveOrNot") if arguments.text("EffectiveOrNot") else None
    chosen = VoucherFilter(
        account.id,
        expires_from=arguments.instant("ExpiryTimeStart"),
        expires_until=arguments.instant("ExpiryTimeEnd"),
        in_force=in_force,
    )
    found, _ = work.vouchers.page(chosen, 0, _VOUCHERS_MAX, work.now)
    listed = [voucher_shown(one, left, account.language, work.now) for one, left in found]
    return {"Data": {"CashCoupon": listed}}, ""


def query_prepaid_cards(call: Call, _work: ApiWork) -> tuple[Answer, str]:
    """There are no prepaid cards here."""
    _check_validity(call.arguments)
    return {"Data": {"PrepaidCard": []}}, ""


def query_redeem(call: Call, _work: ApiWork) -> tuple[Answer, str]:
    """There are no codes to redeem here."""
    _check_validity(call.arguments)
    page, size = page_of(call)
    nothing = {"Redeem": {"Redeem": []}, "TotalCount": 0}
    return {"Data": {"PageNum": page, "PageSize": size, **nothing}}, ""


def _check_validity(arguments: Arguments) -> None:
    """Refuse what cannot be read, also where nothing would be found."""
    arguments.boolean("EffectiveOrNot")
    arguments.instant("ExpiryTimeStart")
    arguments.instant("ExpiryTimeEnd")


def _moment(arguments: Arguments, name: str, days_later: int = 0) -> int | None:
    """A moment, or a date in UTC+8 and its first second, or its last one."""
    value = arguments.optional(name)
    if value is None or len(value) > len("2022-12-20"):
        return arguments.instant(name)
    try:
        return at_hour(date.fromisoformat(value), 0) + days_later * (DAY - 1)
    except (ValueError, OverflowError):
        raise invalid(name, "takes a date like 2022-12-20, or a UTC time") from None


def _filter(arguments: Arguments, since: int | None, until: int | None, now: int) -> EntryFilter:
    """What the parameters ask for; without a beginning, the month before the end."""
    since = _month_before(now if until is None else until) if since is None else since
    flow, number = arguments.optional("TransactionFlow"), arguments.optional("TransactionNumber")
    seq = None if number is None else seq_of(number)
    known = (
        flow in {None, _INCOME, _EXPENSE}
        and (number is None or seq is not None)
        and arguments.optional("TransactionChannel") in {None, _CHANNEL}
        and arguments.optional("TransactionChannelSN") is None
    )
    if not known:
        return _NOTHING
    wanted = arguments.optional("TransactionType")
    return EntryFilter(
        since=since,
        until=until,
        kinds=None if wanted is None else tuple(k for k, name in _TYPES.items() if name == wanted),
        income=None if flow is None else flow == _INCOME,
        reference=arguments.optional("RecordID"),
        seq=seq,
    )


def _month_before(instant: int) -> int:
    """The same time of the same day a calendar month earlier, in UTC+8.

    At the edges of the calendar, where nothing ever happened, it is 31 days.
    """
    try:
        day = local_date(instant)
        days = (day - add_months(day, -1)).days
    except (ValueError, OverflowError):
        days = 31
    return instant - days * DAY


def _from_token(
    work: ApiWork, account: Account, arguments: Arguments, chosen: EntryFilter
) -> EntryFilter:
    """What comes after the transaction that the token names, which has to be the account's own."""
    token = arguments.optional("NextToken")
    if token is None:
        return chosen
    last = seq_of(token)
    own = EntryFilter(seq=last)
    if last is None or not work.statements.page(account.id, account.currency, own, 0, 1)[1]:
        raise invalid("NextToken", "takes what the page before answered")
    return replace(chosen, before=last)


def _transactions(account: Account, entries: Sequence[Entry]) -> dict[str, Any]:
    """The list under its own name: a quirk of the original. facts/billing.md 5."""
    rows = [_transaction(account, one) for one in entries]
    return {
        "AccountName": account.name,
        "AccountTransactionsList": {"AccountTransactionsList": rows},
    }


def _transaction(account: Account, entry: Entry) -> dict[str, str]:
    return {
        "TransactionNumber": entry.number,
        "TransactionTime": iso(entry.at),
        "TransactionFlow": _INCOME if entry.amount > 0 else _EXPENSE,
        "TransactionType": _TYPES[entry.kind],
        "TransactionChannel": _CHANNEL,
        "TransactionChannelSN": _CHANNEL_NUMBER,
        "TransactionAccount": account.id,
        "FundType": "Cash",
        "RecordID": entry.reference,
        "BillingCycle": _cycle(entry),
        "Amount": amount_text(abs(entry.amount)),
        "Balance": amount_text(entry.balance),
        "Remarks": entry.note,
    }


def _cycle(entry: Entry) -> str:
    """The month of the bill that it is on: of a day's bill the day's, which its note names."""
    return entry.note[:7] if entry.kind == TransactionKind.USAGE else month_of(entry.at)
