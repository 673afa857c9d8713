"""``keylease prices``."""

from pathlib import Path

import click

from keylease.app.operator_audit import audit_operator
from keylease.app.prices import load_prices
from keylease.billing.catalog import check_price_book, show
from keylease.cli.common import Common, common
from keylease.cli.output import document, note, table
from keylease.core.errors import Misuse
from keylease.core.money import amount_text

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
@common
def prices(_given: Common, /) -> None:
    """The price book: what is sold, and for how much."""


@prices.command("show")
@click.option("--currency", default="USD", help="USD or CNY.")
@click.option("--source", is_flag=True, help="Print the file that is in force, to edit it.")
@common
def show_prices(given: Common, /, currency: str, *, source: bool) -> None:
    """The prices in force."""
    with given.deployment() as deployment, deployment.database.read() as work:
        version, book = work.price_books.current()
        text = work.price_books.text(version)
    if source:
        if given.json:
            document({"version": version, "source": text})
        else:
            click.echo(text, nl=False)
        return
    rows = show(book, currency)
    if given.json:
        document(
            {
                "version": version,
                "currency": currency,
                "discounts": [
                    {"from_months": months, "factor": f"{float(factor):.2f}"}
                    for months, factor in book.discounts
                ],
                "prices": [
                    {
                        "edition": row.edition,
                        "module": row.module,
                        "included": row.included,
                        "block": row.block,
                        "offered": row.offered,
                        "monthly": amount_text(row.monthly),
                    }
                    for row in rows
                ],
            }
        )
        return
    table(
        ("EDITION", "MODULE", "INCLUDED>", "BLOCK>", "OFFERED", f"{currency}/MONTH>"),
        [
            (r.edition, r.module, r.included, r.block, r.offered, amount_text(r.monthly))
            for r in rows
        ],
        "The price book is empty.",
    )
    note(f"Version {version}.")


@prices.command()
@click.argument("file", type=_FILE)
@common
def check(given: Common, /, file: Path) -> None:
    """Say what is wrong with a price book file; nothing is loaded."""
    findings = check_price_book(_read(file))
    if given.json:
        document({"findings": findings})
    elif not findings:
        click.echo(f"{file}: nothing is wrong with it")
    if findings:
        if not given.json:
            for finding in findings:
                note(finding)
        raise Misuse(f"{file} has {len(findings)} findings.")


@prices.command()
@click.argument("file", type=_FILE)
@common
def load(given: Common, /, file: Path) -> None:
    """Put a price book in force; orders that exist keep their prices."""
    with given.deployment() as deployment, deployment.database.begin() as work:
        version = load_prices(work, _read(file))
        audit_operator(work, "prices load", str(version))
    if given.json:
        document({"version": version})
    else:
        click.echo(f"Version {version} is in force.")


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        raise Misuse(f"{file} is not UTF-8 text.") from None
