"""``keylease books``."""

import sys
from datetime import datetime
from pathlib import Path

import click

from keylease.billing.ledger.check import check_books
from keylease.billing.ledger.journals import FORMATS
from keylease.cli.common import Common, common, group
from keylease.cli.output import document, findings, note
from keylease.core.clock import iso, time_for_people
from keylease.core.errors import Misuse
from keylease.lifecycle.books import books_status

_DAY = click.DateTime(["%Y-%m-%d"])


@group(epilog="Example: `keylease books check`")
@common
def books(_given: Common, /) -> None:
    """The books: check them, write them out."""


@books.command()
@common
def check(given: Common, /) -> None:
    """Check the whole books."""
    with given.deployment() as deployment, deployment.database.read() as work:
        found = check_books(work.books)
    shown = [{"rule": one.rule, "subject": one.subject, "text": one.text} for one in found]
    findings(shown, "The books are in order.", as_json=given.json)


@books.command()
@common
def status(given: Common, /) -> None:
    """When the daily check of the books ran last, and how much it found."""
    with given.deployment() as deployment, deployment.database.read() as work:
        last = books_status(work.facts)
    if given.json:
        document(
            {
                "checked_at": None if last is None else iso(last.checked_at),
                "findings": None if last is None else last.findings,
            }
        )
    elif last is None:
        click.echo("The daily check has not run yet.")
    else:
        click.echo(f"{time_for_people(last.checked_at)}: {last.findings} findings")


@books.command(epilog="Example: `keylease books export --format hledger | hledger -f - balance`")
@click.option(
    "--format", "form", type=click.Choice(sorted(FORMATS)), default="hledger", show_default=True,
    help="For which program.",
)  # fmt: skip
@click.option("--account", help="Only entries of this account (id or name).")
@click.option("--from", "first", type=_DAY, metavar="DAY", help="First day, UTC+8.")
@click.option("--to", "last", type=_DAY, metavar="DAY", help="Last day, UTC+8.")
@click.option("--out", default="-", metavar="FILE", help="Where to; - is standard output.")
@common
def export(
    given: Common,
    /,
    form: str,
    account: str | None,
    first: datetime | None,
    last: datetime | None,
    out: str,
) -> None:
    """Write the ledger as a plain-text journal for hledger or Beancount."""
    from keylease.app.journal import select_entries, whole_file, write_journal

    if given.json and out == "-":
        raise Misuse("A journal is not JSON: name a file with --out, or leave out --json.")
    with given.deployment() as deployment, deployment.database.read() as work:
        chosen = select_entries(
            work, account, first.date() if first else None, last.date() if last else None
        )
        if out == "-":
            write_journal(work, form, chosen, sys.stdout)
            return
        with whole_file(Path(out)) as file:
            write_journal(work, form, chosen, file)
    if given.json:
        document({"file": out, "format": form})
    else:
        note(f"Written to {out}.")
