"""``keylease bill``."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, TextIO

import click

from keylease.app.accounts import find_account
from keylease.app.bills import MonthlyBill, check_month, months_of
from keylease.billing.bills.files import DETAILS, header_of, rows_of, write_csv
from keylease.billing.bills.model import BillLine
from keylease.billing.bills.parts import amounts_of
from keylease.billing.bills.ports import LineFilter
from keylease.cli.common import Common, common, group
from keylease.cli.output import Progress, document, note, table
from keylease.core.clock import iso, local_text
from keylease.core.money import amount_for_people, amount_text
from keylease.storage.unit_of_work import UnitOfWork

_OUT = click.Path(dir_okay=False, path_type=Path, allow_dash=True)
_LIST_MAX = 100_000


@group(epilog="Example: `keylease bill show acme 2026-01`")
@common
def bill(_given: Common, /) -> None:
    """Bills: what accounts owe and paid, by month."""


@bill.command("list")
@click.argument("account")
@common
def list_months(given: Common, /, account: str) -> None:
    """The months of an account: what they add up to, and how they stand."""
    with given.deployment() as deployment, deployment.database.read() as work:
        found = months_of(work, find_account(work, account))
    _show_months(given, found)


@bill.command("close-status")
@click.argument("month")
@common
def close_status(given: Common, /, month: str) -> None:
    """Every account's bill of a month: whether it is closed, and with which balances."""
    check_month(month)
    with given.deployment() as deployment, deployment.database.read() as work:
        found = [
            one
            for account_id in work.bill_views.accounts(month)
            for one in months_of(work, find_account(work, account_id), month)
        ]
    _show_months(given, found)


@bill.command("show")
@click.argument("account")
@click.argument("month")
@click.option("--limit", type=click.IntRange(1, _LIST_MAX), default=100, help="How many (100).")
@common
def show(given: Common, /, account: str, month: str, limit: int) -> None:
    """The lines of a month, in the order in which they were written."""
    check_month(month)
    with given.deployment() as deployment, deployment.database.read() as work:
        chosen = LineFilter(find_account(work, account).id, month)
        lines, total = work.bill_views.page(chosen, 0, limit), work.bill_views.count(chosen)
    if given.json:
        document([_line(one) for one in lines])
        return
    table(
        (
            *("PAID (UTC+8)", "ITEM", "TYPE", "RECORD", "INSTANCE"),
            *("PRETAX>", "VOUCHER>", "CASH>", "OUTSTANDING>"),
        ),
        [_row(one) for one in lines],
        f"There is nothing on the bill of {month}.",
    )
    if total > len(lines):
        note(f"… and {total - len(lines)} more: see `keylease bill export`")


@bill.command()
@click.argument("account")
@click.argument("month")
@click.option("--by", type=click.Choice(DETAILS), default="line", help="What has a row (line).")
@click.option("--out", type=_OUT, default="-", help="File to write; - is standard output.")
@common
def export(given: Common, /, account: str, month: str, by: str, out: Path) -> None:
    """A month as CSV (UTF-8, with a header)."""
    check_month(month)
    with (
        given.deployment() as deployment,
        deployment.database.read() as work,
        _opened(out) as file,
    ):
        found = find_account(work, account)
        done = _write(work, found, LineFilter(found.id, month), by, file)
    if given.json and str(out) != "-":
        document({"file": str(out), "rows": done})
    else:
        note(f"{done:,} rows")


@bill.command()
@click.argument("account")
@click.argument("month")
@click.option("--language", type=click.Choice(["en", "zh"]), help="The account's, if not given.")
@click.option("--out", type=_OUT, help="File to write (ACCOUNT_MonthBill_MONTH.pdf); - is stdout.")
@common
def statement(given: Common, /, account: str, month: str, language: Any, out: Path | None) -> None:
    """The statement of a month as PDF."""
    from keylease.documents.statement_pdf import statement_pdf
    from keylease.lifecycle.statements import statement_of

    check_month(month)
    with given.deployment() as deployment, deployment.database.read() as work:
        found = find_account(work, account)
        made = statement_of(work, found, month, language)
    pdf = statement_pdf(made)
    path = out or Path(f"{found.id}_MonthBill_{month.replace('-', '')}.pdf")
    if str(path) == "-":
        sys.stdout.buffer.write(pdf)
        return
    path.write_bytes(pdf)
    if given.json:
        document({"file": str(path), "closed": made.closed})
    else:
        click.echo(path)


def _write(work: UnitOfWork, account: Any, chosen: LineFilter, by: str, file: TextIO) -> int:
    progress = Progress()
    try:
        return write_csv(
            file,
            rows_of(work, account, chosen, by),
            header_of(by),
            lambda done: progress.show(f"{done:,} rows"),
        )
    finally:
        progress.end()


@contextmanager
def _opened(out: Path) -> Iterator[TextIO]:
    opening = (
        nullcontext(sys.stdout) if str(out) == "-" else out.open("w", encoding="utf-8", newline="")
    )
    with opening as file:
        yield file


def _line(one: BillLine) -> dict[str, Any]:
    return {
        "item": one.item.value,
        "order_type": one.order_type,
        "record_id": one.record_id,
        "related_record_id": one.related_record_id,
        "instance_id": one.instance_id,
        "paid_at": iso(one.at),
        "usage_start": iso(one.usage_start),
        "usage_end": iso(one.usage_end),
        "currency": one.currency,
        "gross": amount_text(one.gross),
        **_figures(amounts_of(one)),
    }


def _row(one: BillLine) -> tuple[str, ...]:
    amounts = (one.pretax, one.voucher, one.cash, one.outstanding)
    return (
        *(local_text(one.at), one.item.value, one.order_type, one.record_id, one.instance_id),
        *(amount_for_people(amount, one.currency) for amount in amounts),
    )


def _figures(amounts: Any) -> dict[str, str]:
    return {
        "pretax": amount_text(amounts.pretax),
        "voucher": amount_text(amounts.voucher),
        "cash": amount_text(amounts.cash),
        "outstanding": amount_text(amounts.outstanding),
    }


def _show_months(given: Common, found: list[MonthlyBill]) -> None:
    if given.json:
        document(
            [
                {
                    "account_id": one.account_id,
                    "month": one.month,
                    "status": one.state.value,
                    "currency": one.currency,
                    "lines": one.lines,
                    **_figures(one.amounts),
                    "closes_at": iso(one.closes_at),
                    "closed_at": iso(one.closed.closed_at) if one.closed else None,
                    "opening": amount_text(one.closed.opening) if one.closed else None,
                    "closing": amount_text(one.closed.closing) if one.closed else None,
                }
                for one in found
            ]
        )
        return
    table(
        ("ACCOUNT", "MONTH", "STATUS", "LINES>", "PRETAX>", "OUTSTANDING>", "OPENING>", "CLOSING>"),
        [
            (
                one.account_id,
                one.month,
                one.state.value,
                one.lines,
                amount_for_people(one.amounts.pretax, one.currency),
                amount_for_people(one.amounts.outstanding, one.currency),
                amount_for_people(one.closed.opening, one.currency) if one.closed else "",
                amount_for_people(one.closed.closing, one.currency) if one.closed else "",
            )
            for one in found
        ],
        "There are no bills yet.",
    )
