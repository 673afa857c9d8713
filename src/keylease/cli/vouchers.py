"""``keylease voucher``."""

from typing import Any

import click

from keylease.app import vouchers as app
from keylease.app.accounts import find_account
from keylease.app.deployment import Deployment
from keylease.billing.wallet.vouchers import Voucher, VoucherFilter
from keylease.cli.common import Common, common, group
from keylease.cli.output import document, table
from keylease.core.clock import iso, local_text, time_for_people
from keylease.core.money import amount_for_people, amount_text

LIST_MAX = 10_000


@group(epilog="Example: `keylease voucher grant acme 100.00 --until 90d`")
@common
def voucher(_given: Common, /) -> None:
    """Vouchers: money that an account can only spend here."""


@voucher.command(epilog="Example: `keylease voucher grant acme 100.00 --until 90d --note welcome`")
@click.argument("account_", metavar="ACCOUNT")
@click.argument("amount")
@click.option("--until", required=True, help="A moment, or how long: 90d.")
@click.option("--from", "begins", default="", help="The moment from which it can be spent (now).")
@click.option("--threshold", default="0.00", help="The least amount that it helps to pay.")
@click.option("--for", "scope", default="all", help="all, subscription or pay-as-you-go.")
@click.option("--note", "why", default="", help="What it is for; its owner sees it.")
@common
def grant(
    given: Common,
    /,
    account_: str,
    amount: str,
    until: str,
    begins: str,
    threshold: str,
    scope: str,
    why: str,
) -> None:
    """Grant an account a voucher, in the account's currency."""
    with given.deployment() as deployment:
        made = app.grant(
            deployment,
            account_,
            amount,
            until,
            begins=begins,
            threshold=threshold,
            scope=scope,
            note=why,
        )
        now = _now(deployment)
    if given.json:
        document(_document(made, made.nominal, now))
        return
    worth = amount_for_people(made.nominal, made.currency)
    click.echo(f"{made.number}: {worth} until {time_for_people(made.expires_at)}")


@voucher.command("list")
@click.option("--account", help="Only those of this account (id or name).")
@common
def list_vouchers(given: Common, /, account: str | None) -> None:
    """All vouchers, newest first, and what is left of them."""
    with given.deployment() as deployment, deployment.database.read() as work:
        chosen = VoucherFilter(find_account(work, account).id if account else None)
        found, total = work.vouchers.page(chosen, 0, LIST_MAX, work.now)
        now = work.now
    if given.json:
        document([_document(one, left, now) for one, left in found])
        return
    rows = [
        (
            one.number,
            one.account_id,
            amount_for_people(one.nominal, one.currency),
            amount_for_people(one.spendable(left, now), one.currency),
            one.status(now).value,
            local_text(one.effective_at),
            local_text(one.expires_at),
            one.description,
        )
        for one, left in found
    ]
    columns = (
        "NUMBER",
        "ACCOUNT",
        "WORTH>",
        "LEFT>",
        "STATUS",
        "FROM (UTC+8)",
        "UNTIL (UTC+8)",
        "NOTE",
    )
    table(columns, rows, "No vouchers were granted yet.", total)


@voucher.command()
@click.argument("number")
@common
def cancel(given: Common, /, number: str) -> None:
    """End a voucher now; what was paid with it stays paid."""
    with given.deployment() as deployment:
        ended = app.cancel(deployment, number)
    if given.json:
        document({"number": ended.number, "account_id": ended.account_id})
    else:
        click.echo(f"{ended.number} is cancelled.")


def _document(one: Voucher, left: int, now: int) -> dict[str, Any]:
    return {
        "number": one.number,
        "account_id": one.account_id,
        "currency": one.currency,
        "nominal": amount_text(one.nominal),
        "balance": amount_text(one.spendable(left, now)),
        "threshold": amount_text(one.threshold),
        "for": one.scope.value.replace("_", "-"),
        "status": one.status(now).value,
        "granted_at": iso(one.granted_at),
        "effective_at": iso(one.effective_at),
        "expires_at": iso(one.expires_at),
        "note": one.description,
    }


def _now(deployment: Deployment) -> int:
    with deployment.database.read() as work:
        return work.now
