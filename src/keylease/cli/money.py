"""``keylease account debit``, ``adjust``, ``alert`` and ``transactions``."""

import click

from keylease.access.accounts import Account
from keylease.app import money as app
from keylease.app.accounts import find_account
from keylease.billing.wallet.statement import EntryFilter
from keylease.cli.common import Common, common
from keylease.cli.output import document, table
from keylease.core.clock import iso, local_text
from keylease.core.money import amount_for_people, amount_text

LIST_MAX = 10_000


@click.command(epilog="Example: `keylease account debit acme 20.00 --note 'paid back'`")
@click.argument("account_", metavar="ACCOUNT")
@click.argument("amount")
@click.option("--note", "why", default="", help="Why; kept with the entry.")
@common
def debit(given: Common, /, account_: str, amount: str, why: str) -> None:
    """Take money out of an account's balance."""
    with given.deployment() as deployment:
        found, balance = app.debit(deployment, account_, amount, why)
    _print(given, found, balance)


@click.command(
    context_settings={"ignore_unknown_options": True},  # -5.00 is an amount, not an option
    epilog="Example: `keylease account adjust acme -5.00 --note 'credited twice'`",
)
@click.argument("account_", metavar="ACCOUNT")
@click.argument("amount", required=False, default="")
@click.option("--reverse", "number", default="", help="The opposite of this earlier entry.")
@click.option("--note", "why", default="", help="Why; kept with the entry.")
@common
def adjust(given: Common, /, account_: str, amount: str, number: str, why: str) -> None:
    """Correct an account's balance by an amount, up or down, or undo an entry of yours."""
    with given.deployment() as deployment:
        found, balance = app.correct(deployment, account_, amount, number, why)
    _print(given, found, balance)


@click.command(epilog="Example: `keylease account alert acme 100.00`")
@click.argument("account_", metavar="ACCOUNT")
@click.argument("amount")
@common
def alert(given: Common, /, account_: str, amount: str) -> None:
    """Write to the owner when the balance falls below an amount; off writes no more."""
    with given.deployment() as deployment:
        found = app.set_alert(deployment, account_, amount)
    below = found.alert_below
    if given.json:
        shown = None if below is None else amount_text(below)
        document({"account_id": found.id, "alert_below": shown})
        return
    said = "off" if below is None else f"below {amount_for_people(below, found.currency)}"
    click.echo(f"{found.name}: alert {said}")


@click.command()
@click.argument("account_", metavar="ACCOUNT")
@common
def transactions(given: Common, /, account_: str) -> None:
    """What moved an account's balance, newest first, and the balance after each."""
    with given.deployment() as deployment, deployment.database.read() as work:
        found = find_account(work, account_)
        entries, total = work.statements.page(found.id, found.currency, EntryFilter(), 0, LIST_MAX)
    if given.json:
        document(
            [
                {
                    "number": one.number,
                    "at": iso(one.at),
                    "kind": one.kind.value,
                    "amount": amount_text(one.amount),
                    "balance": amount_text(one.balance),
                    "reference": one.reference,
                    "note": one.note,
                }
                for one in entries
            ]
        )
        return
    rows = [
        (
            one.number,
            local_text(one.at),
            one.kind.value,
            amount_for_people(one.amount, found.currency),
            amount_for_people(one.balance, found.currency),
            one.reference,
            one.note,
        )
        for one in entries
    ]
    columns = ("NUMBER", "AT (UTC+8)", "KIND", "AMOUNT>", "BALANCE>", "REFERENCE", "NOTE")
    table(columns, rows, "Nothing moved this balance yet.", total)


def _print(given: Common, found: Account, balance: int) -> None:
    if given.json:
        document({"account_id": found.id, "balance": amount_text(balance)})
    else:
        click.echo(f"{found.name}: {amount_for_people(balance, found.currency)}")


COMMANDS = (debit, adjust, alert, transactions)
