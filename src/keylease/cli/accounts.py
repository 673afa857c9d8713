"""``keylease account``."""

import click

from keylease.access.accounts import STORAGE_SERVICE
from keylease.app import accounts as app
from keylease.cli.common import Common, common, group
from keylease.cli.output import details, document, note, table
from keylease.core.clock import iso
from keylease.core.money import amount_for_people, amount_text

LIST_MAX = 10_000


@group(epilog="Example: `keylease account credit acme 500.00 --note 'invoice 17'`")
@common
def account(_given: Common, /) -> None:
    """Accounts: make them, put money in, look at them."""


@account.command(epilog="Example: `keylease account create acme --email ops@acme.example --json`")
@click.argument("name")
@click.option("--email", default="", help="Where letters go.")
@click.option("--language", default="en", help="en or zh: the language of letters.")
@click.option("--currency", default="USD", help="USD or CNY.")
@common
def create(given: Common, /, name: str, email: str, language: str, currency: str) -> None:
    """Make an account, usable at once; its secrets are shown this once."""
    with given.deployment() as deployment:
        made = app.create_account(deployment, name, email, language, currency)
    shown = {
        "account_id": made.account.id,
        "access_key_id": made.access_key_id,
        "access_key_secret": made.access_key_secret,
        "console_user": made.console_user,
        "console_password": made.console_password,
    }
    if given.json:
        document(shown)
        return
    details(shown)
    note("The secret and the password are not shown again.")


@account.command(epilog="Example: `keylease account password acme`")
@click.argument("name")
@common
def password(given: Common, /, name: str) -> None:
    """A new password for the console, shown this once; ``operator`` is yours."""
    with given.deployment() as deployment:
        made = app.new_password(deployment, name)
    shown = {"console_user": name, "console_password": made}
    if given.json:
        document(shown)
        return
    details(shown)
    note("The password is not shown again; whoever was signed in with the old one is signed out.")


@account.command(
    "service-key", epilog="Example: `keylease account service-key acme --service storage`"
)
@click.argument("account_", metavar="ACCOUNT")
@click.option(
    "--service",
    default=STORAGE_SERVICE,
    help="Its name; its key is alias/acs/NAME.",
    show_default=True,
)
@common
def service_key(given: Common, /, account_: str, service: str) -> None:
    """An access key for a service, to encrypt with the account's default keys."""
    with given.deployment() as deployment:
        key_id, secret = app.create_service_key(deployment, account_, service)
    shown = {"access_key_id": key_id, "access_key_secret": secret}
    if given.json:
        document(shown)
        return
    details(shown)
    note("The secret is not shown again.")


@account.command(epilog="Example: `keylease account credit acme 500.00 --note 'invoice 17'`")
@click.argument("account_", metavar="ACCOUNT")
@click.argument("amount")
@click.option("--note", "why", default="", help="Why; kept with the entry.")
@common
def credit(given: Common, /, account_: str, amount: str, why: str) -> None:
    """Put money into an account's balance."""
    with given.deployment() as deployment:
        balance = app.credit(deployment, account_, amount, why)
        with deployment.database.read() as work:
            found = app.find_account(work, account_)
    if given.json:
        document({"account_id": found.id, "balance": amount_text(balance)})
        return
    click.echo(f"{found.name}: {amount_for_people(balance, found.currency)}")


@account.command("list")
@common
def list_accounts(given: Common, /) -> None:
    """All accounts."""
    with given.deployment() as deployment, deployment.database.read() as work:
        found, total = work.accounts.page(0, LIST_MAX)
        balances = [app.balance_of(work, one) for one in found]
    if given.json:
        document(
            [
                {
                    "account_id": one.id,
                    "name": one.name,
                    "email": one.email,
                    "language": one.language,
                    "currency": one.currency,
                    "balance": amount_text(balance),
                    "created_at": iso(one.created_at),
                }
                for one, balance in zip(found, balances, strict=True)
            ]
        )
        return
    rows = [
        (one.id, one.name, amount_for_people(balance, one.currency), one.language, one.email)
        for one, balance in zip(found, balances, strict=True)
    ]
    table(
        ("ID", "NAME", "BALANCE>", "LANGUAGE", "EMAIL"), rows, "There are no accounts yet.", total
    )


@account.command()
@click.argument("account_", metavar="ACCOUNT")
@common
def show(given: Common, /, account_: str) -> None:
    """One account: its balance and how many instances it has."""
    with given.deployment() as deployment, deployment.database.read() as work:
        found = app.find_account(work, account_)
        balance = app.balance_of(work, found)
        _, instances = work.instances.page(found.id, None, 0, 1)
    shown = {
        "account_id": found.id,
        "name": found.name,
        "email": found.email,
        "language": found.language,
        "currency": found.currency,
        "balance": amount_text(balance),
        "instances": instances,
        "created_at": iso(found.created_at),
    }
    if given.json:
        document(shown)
    else:
        details(shown)
