"""Accounts: the list with balances, and one with its instances, vouchers and money."""

from collections.abc import Callable
from datetime import date, timedelta

from keylease.access.accounts import Account
from keylease.billing.ledger.model import cash
from keylease.billing.wallet.vouchers import Grant, VoucherFilter, VoucherScope
from keylease.console.pages.asking import amount_of
from keylease.console.pages.doing import in_words, not_found
from keylease.console.pages.instances import EDITIONS, rows_of
from keylease.console.pages.once import Answer, change_once
from keylease.console.ports import ConsoleWork
from keylease.console.visit import PAGE_SIZE, Goto, Page, Visit
from keylease.core import ids
from keylease.core.clock import midnight
from keylease.core.errors import Code, Parameter, Refusal
from keylease.core.terms import RETENTION
from keylease.lifecycle.listing import SubscriptionFilter
from keylease.lifecycle.topping_up import add_funds
from keylease.lifecycle.vouchers import grant_voucher

SCOPES = {
    VoucherScope.ALL: "Everything",
    VoucherScope.SUBSCRIPTION: "Subscriptions",
    VoucherScope.PAY_AS_YOU_GO: "Pay-as-you-go",
}

_VOUCHERS = 10


def listed(visit: Visit, work: ConsoleWork) -> Page:
    """All accounts, or the one whose id or name was asked for."""
    asked = visit.given("name")
    if asked:
        one = work.accounts.find(asked) or work.accounts.by_name(asked)
        found, total = ([one], 1) if one else ([], 0)
    else:
        page, total = work.accounts.page(visit.offset, PAGE_SIZE)
        found = list(page)
    sums = work.ledger.balances([cash(one.id) for one in found])
    rows = [(one, sums.get((cash(one.id), one.currency), 0)) for one in found]
    values = {"rows": rows, "total": total, "asked": asked}
    return Page("operator/accounts.html", "Accounts", values)


def details(visit: Visit, work: ConsoleWork) -> Page:
    """One account."""
    account = _account(work, visit.path["account_id"])
    chosen = SubscriptionFilter(services=False)
    kept = work.now - RETENTION
    page, total = work.subscriptions.page(account.id, chosen, kept, visit.offset, PAGE_SIZE)
    held, vouchers = work.vouchers.page(VoucherFilter(account.id), 0, _VOUCHERS, work.now)
    values = {
        "account": account,
        "balance": work.ledger.balance(cash(account.id), account.currency),
        "rows": rows_of(work, page),
        "total": total,
        "vouchers": [(one, one.spendable(left, work.now)) for one, left in held],
        "vouchers_in_all": vouchers,
        "editions": EDITIONS,
        "scopes": SCOPES,
        "client_token": ids.uuid(work.entropy),
    }
    return Page("operator/account.html", account.name, values)


def credit(visit: Visit) -> Goto:
    """Money in."""
    account_id, note = visit.path["account_id"], visit.given("note")
    amount = amount_of(visit.given("amount"), _amount_label(visit))

    def do(work: ConsoleWork) -> dict[str, str]:
        reference, _ = add_funds(work, account_id, amount, note)
        return {"reference": reference}

    _once(visit, "account credit", do)
    return Goto(f"/operator/accounts/{account_id}", "The money is in the balance.")


def grant(visit: Visit) -> Goto:
    """A voucher that can be spent at once, until the end of a day."""
    account_id = visit.path["account_id"]
    nominal = amount_of(visit.given("nominal"), _amount_label(visit))
    threshold = Parameter("Only for orders of at least")
    least = amount_of(visit.given("threshold", "0"), threshold, least=0)
    scope, until = _scope(visit.given("scope", "all")), _end_of_day(visit.given("until"))

    def do(work: ConsoleWork) -> dict[str, str]:
        wanted = Grant(nominal, scope, least, work.now, until, visit.given("description"))
        return {"number": grant_voucher(work, _account(work, account_id), wanted).number}

    number = _once(visit, "voucher grant", do)["number"]
    return Goto(
        f"/operator/accounts/{account_id}", "The voucher {number} is granted.", {"number": number}
    )


def _once(visit: Visit, operation: str, do: Callable[[ConsoleWork], Answer]) -> Answer:
    """Do it for the account of the address, however often its form is sent."""
    account_id = visit.path["account_id"]
    with visit.transactions.read() as work:
        _account(work, account_id)
    return in_words(lambda: change_once(visit, operation, account_id, account_id, do))


def _account(work: ConsoleWork, account_id: str) -> Account:
    found = work.accounts.find(account_id)
    if found is None:
        raise not_found("There is no such account.")
    return found


def _amount_label(visit: Visit) -> Parameter:
    with visit.transactions.read() as work:
        account = _account(work, visit.path["account_id"])
    return Parameter("Amount in {currency}", currency=account.currency)


def _scope(text: str) -> VoucherScope:
    try:
        return VoucherScope(text)
    except ValueError:
        raise Refusal(Code.INVALID_PARAMETER, "Choose what the voucher is for.") from None


def _end_of_day(text: str) -> int:
    try:
        return midnight(date.fromisoformat(text) + timedelta(days=1))
    except (ValueError, OverflowError):
        raise Refusal(
            Code.INVALID_PARAMETER,
            "Choose the last day on which the voucher can be spent.",
            about=Parameter("Last day"),
        ) from None
