"""``keylease prices``."""

from pathlib import Path
from typing import Any

import click

from keylease.app.operator_audit import audit_operator
from keylease.billing.catalog import PriceBook, check_price_book, differences, show
from keylease.cli.common import Common, common, group, read_text
from keylease.cli.output import document, note, table
from keylease.core.clock import iso, local_text, time_for_people
from keylease.core.errors import Misuse
from keylease.core.money import amount_text, exact_text
from keylease.lifecycle.prices import load_prices, require_version
from keylease.storage.unit_of_work import UnitOfWork

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@group(epilog="Example: `keylease prices show --source > prices.toml`")
@common
def prices(_given: Common, /) -> None:
    """The price book: what is sold, and for how much."""


@prices.command("show")
@click.option("--currency", default="USD", help="USD or CNY.")
@click.option("--version", type=int, help="Another version than the one in force.")
@click.option("--source", is_flag=True, help="Print the file it was loaded from, to edit it.")
@common
def show_prices(given: Common, /, currency: str, version: int | None, *, source: bool) -> None:
    """The prices in force, or those of another version."""
    with given.deployment() as deployment, deployment.database.read() as work:
        chosen = work.price_books.current()[0] if version is None else version
        number = require_version(work, chosen).number
        book, text = work.price_books.version(number), work.price_books.text(number)
    if source:
        if given.json:
            document({"version": number, "source": text})
        else:
            click.echo(text, nl=False)
        return
    if given.json:
        document({"version": number, "currency": currency, **_as_document(book, currency)})
        return
    _print(book, currency)
    note(f"Version {number}.")


@prices.command("list")
@common
def list_versions(given: Common, /) -> None:
    """The versions of the price book, the last loaded first."""
    with given.deployment() as deployment, deployment.database.read() as work:
        versions = work.price_books.versions()
        in_force, _ = work.price_books.current()
    if given.json:
        document(
            [
                {
                    "version": one.number,
                    "loaded_at": iso(one.loaded_at),
                    "valid_from": iso(one.valid_from),
                    "in_force": one.number == in_force,
                }
                for one in versions
            ]
        )
        return
    table(
        ("VERSION>", "LOADED (UTC+8)", "VALID FROM (UTC+8)", "IN FORCE"),
        [
            (
                one.number,
                local_text(one.loaded_at),
                local_text(one.valid_from) if one.valid_from else "always",
                "yes" if one.number == in_force else "",
            )
            for one in versions
        ],
        "There is no price book.",
    )


@prices.command()
@click.argument("new", metavar="FILE|VERSION")
@click.argument("old", metavar="[AGAINST]", required=False, type=int)
@common
def diff(given: Common, /, new: str, old: int | None) -> None:
    """Say what a file or a version changes against the version in force, or AGAINST another."""
    with given.deployment() as deployment, deployment.database.read() as work:
        base = work.price_books.current()[0] if old is None else old
        before = work.price_books.text(require_version(work, base).number)
        after = _text_of(work, new)
    changed = differences(before, after)
    if given.json:
        document(
            [
                {"item": one.item, "currency": one.currency, "old": one.old, "new": one.new}
                for one in changed
            ]
        )
        return
    table(
        ("ITEM", "CURRENCY", "OLD>", "NEW>"),
        [(one.item, one.currency, one.old, one.new) for one in changed],
        f"Nothing differs from version {base}.",
    )


@prices.command()
@click.argument("file", type=_FILE)
@common
def check(given: Common, /, file: Path) -> None:
    """Say what is wrong with a price book file; nothing is loaded."""
    findings = check_price_book(read_text(file))
    if given.json:
        document({"findings": findings})
    elif not findings:
        click.echo(f"{file}: nothing is wrong with it")
    if findings:
        if not given.json:
            for finding in findings:
                note(finding)
        raise Misuse("{file} has {number} findings.", file=file, number=len(findings))


@prices.command()
@click.argument("file", type=_FILE)
@common
def load(given: Common, /, file: Path) -> None:
    """Put a price book in force, at once or from its valid_from; orders keep their prices."""
    with given.deployment() as deployment, deployment.database.begin() as work:
        loaded = load_prices(work, read_text(file))
        at_once = loaded.valid_from <= work.now
        audit_operator(work, "prices load", str(loaded.number))
    if given.json:
        document({"version": loaded.number, "valid_from": iso(loaded.valid_from)})
    elif at_once:
        click.echo(f"Version {loaded.number} is in force.")
    else:
        click.echo(
            f"Version {loaded.number} comes into force at {time_for_people(loaded.valid_from)}."
        )


def _text_of(work: UnitOfWork, named: str) -> str:
    """A version by its number, or else a file, which must be a valid price book."""
    if named.isdecimal() and not Path(named).exists():
        return work.price_books.text(require_version(work, int(named)).number)
    if not Path(named).is_file():
        raise Misuse("{named} is neither a file nor the number of a version.", named=named)
    text = read_text(Path(named))
    findings = check_price_book(text)
    if findings:
        raise Misuse("{named} is not valid: keylease prices check {named} says why.", named=named)
    return text


def _as_document(book: PriceBook, currency: str) -> dict[str, Any]:
    return {
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
            for row in show(book, currency)
        ],
        "services": [
            {"service": one.name, "monthly": amount_text(one.monthly[currency])}
            for one in book.services
        ],
        "pay_as_you_go": [
            {"edition": edition, "module": code, "daily": daily}
            for edition, code, daily in _by_the_day(book, currency)
        ],
        "trial_days": book.trial_days,
    }


def _print(book: PriceBook, currency: str) -> None:
    services = [
        ("", one.name, "", "", one.value, amount_text(one.monthly[currency]))
        for one in book.services
    ]
    rows = show(book, currency)
    table(
        ("EDITION", "MODULE", "INCLUDED>", "BLOCK>", "OFFERED", f"{currency}/MONTH>"),
        [
            *(
                (r.edition, r.module, r.included, r.block, r.offered, amount_text(r.monthly))
                for r in rows
            ),
            *services,
        ],
        "The price book is empty.",
    )
    table(
        ("PAY-AS-YOU-GO", "MODULE", f"{currency}/DAY>"),
        _by_the_day(book, currency),
        "Nothing is sold by the day.",
    )


def _by_the_day(book: PriceBook, currency: str) -> list[tuple[str, str, str]]:
    return [
        (one.edition, code, exact_text(prices[currency]))
        for one in book.pay_as_you_go
        for code, prices in one.daily.items()
    ]
