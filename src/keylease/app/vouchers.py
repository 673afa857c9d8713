"""Granting and cancelling vouchers: the operator's side."""

from keylease.app.accounts import find_account
from keylease.app.clock import parse_duration, parse_moment
from keylease.app.deployment import Deployment
from keylease.app.operator_audit import audit_operator
from keylease.billing.wallet.vouchers import Grant, Voucher, VoucherScope
from keylease.core.errors import Misuse
from keylease.core.money import any_amount, positive_amount
from keylease.lifecycle.vouchers import cancel_voucher, grant_voucher


def grant(
    deployment: Deployment,
    account: str,
    amount: str,
    until: str,
    *,
    begins: str = "",
    threshold: str = "0",
    scope: str = "all",
    note: str = "",
) -> Voucher:
    """Grant an account a voucher; Misuse.

    ``until`` is a moment, or a duration from the beginning; ``begins`` is a moment, else now.
    """
    nominal = positive_amount(amount)
    least = any_amount(threshold)
    chosen = _scope(scope)
    with deployment.database.begin() as work:
        found = work.accounts.lock(find_account(work, account).id)
        start = parse_moment(begins) if begins else work.now
        wanted = Grant(nominal, chosen, least, start, _end(until, start), note)
        made = grant_voucher(work, found, wanted)
        audit_operator(work, "voucher grant", made.number, found.id)
    return made


def cancel(deployment: Deployment, number: str) -> Voucher:
    """Cancel a voucher; what is left of it is gone. Misuse."""
    with deployment.database.begin() as work:
        ended = cancel_voucher(work, number)
        audit_operator(work, "voucher cancel", number, ended.account_id)
    return ended


def _scope(text: str) -> VoucherScope:
    names = {scope.value.replace("_", "-"): scope for scope in VoucherScope}
    if text not in names:
        raise Misuse(
            "{text!r} is nothing a voucher can be for: use {offered}.",
            text=text,
            offered=", ".join(names),
        )
    return names[text]


def _end(until: str, start: int) -> int:
    """The moment, or the end of a duration that starts then."""
    return parse_moment(until) if "-" in until else start + parse_duration(until)
