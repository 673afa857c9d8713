"""Bills for the operator: months with their state, and lines as CSV.

A file is written page by page, each read by key, so that a month of a million lines needs no more
memory than a short one.
"""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TextIO

from keylease.access.accounts import Account
from keylease.billing.bills.months import closes_at, is_month
from keylease.billing.bills.parts import Amounts, grouped
from keylease.billing.bills.ports import ClosedMonth, LineFilter
from keylease.billing.bills.sheet import STORED, STORED_WITH_ITEMS, Sheet, header
from keylease.core.errors import Misuse
from keylease.storage.unit_of_work import UnitOfWork

CHUNK = 2_000

#: What a file has a row for.
DETAILS = ("line", "item", "instance", "item-of-instance", "split-item")


class MonthState(StrEnum):
    """What a month's bill is. Source: facts/billing.md 6."""

    GENERATING = "Generating"
    UNCLEARED = "Uncleared"
    CLEARED = "Cleared"


@dataclass(frozen=True, slots=True)
class MonthlyBill:
    """A month of an account: what it adds up to, and how it stands."""

    account_id: str
    month: str
    currency: str
    lines: int
    amounts: Amounts
    closed: ClosedMonth | None
    closes_at: int
    state: MonthState


def check_month(month: str) -> str:
    """The month, if it is one; Misuse."""
    if not is_month(month):
        raise Misuse(f"{month!r} is no month: write it like 2026-01.")
    return month


def months_of(work: UnitOfWork, account: Account, month: str | None = None) -> list[MonthlyBill]:
    """An account's months that have lines, oldest first, or the one asked for."""
    found: dict[tuple[str, str], tuple[int, Amounts]] = {}
    for one in work.bill_views.totals(account.id, month):
        lines, amounts = found.get((one.month, one.currency), (0, Amounts()))
        found[one.month, one.currency] = lines + one.lines, amounts + one.amounts
    return [
        _monthly(work, account, key, lines, amounts)
        for key, (lines, amounts) in sorted(found.items())
    ]


def _monthly(
    work: UnitOfWork, account: Account, key: tuple[str, str], lines: int, amounts: Amounts
) -> MonthlyBill:
    month, currency = key
    closed = work.bills.closed(account.id, month)
    state = MonthState.GENERATING
    if closed is not None:
        state = MonthState.UNCLEARED if amounts.outstanding else MonthState.CLEARED
    due = closes_at(month)
    return MonthlyBill(account.id, month, currency, lines, amounts, closed, due, state)


def sheet_of(account: Account) -> Sheet:
    """How an account's lines are written."""
    return Sheet(account.id, account.name, account.language)


def header_of(by: str) -> tuple[str, ...]:
    """The names of the columns of a file with a row for each ``by`` of `DETAILS`."""
    return header(items=by not in {"line", "instance"}, splits=by == "split-item")


def rows_of(
    work: UnitOfWork, account: Account, chosen: LineFilter, by: str
) -> Iterator[list[list[object]]]:
    """The rows of an account's lines, in batches."""
    sheet = sheet_of(account)
    if by == "line":
        for stored in work.bill_views.rows(chosen, STORED, CHUNK):
            yield [sheet.line(row) for row in stored]
    elif by in {"item", "split-item"}:
        parts = sheet.items if by == "item" else sheet.split_items
        for stored in work.bill_views.rows(chosen, STORED_WITH_ITEMS, CHUNK):
            yield [part for row in stored for part in parts(row)]
    else:
        by_item = by == "item-of-instance"
        lines = work.bill_views.by_instance(chosen, chunk=CHUNK)
        groups = grouped(lines, by_item=by_item)
        yield from batched(sheet.group(one, chosen.month, by_item=by_item) for one in groups)


def write_csv(
    file: TextIO,
    batches: Iterable[list[list[object]]],
    columns: tuple[str, ...],
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Write a header and the rows; how many rows. ``progress`` is told now and then."""
    writer = csv.writer(file)  # lines end as RFC 4180 says, so that a lone CR is quoted
    writer.writerow(columns)
    done = 0
    for rows in batches:
        writer.writerows(rows)
        done += len(rows)
        progress(done)
    return done


def batched(rows: Iterable[list[object]]) -> Iterator[list[list[object]]]:
    """The rows some thousands at a time."""
    batch: list[list[object]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == CHUNK:
            yield batch
            batch = []
    if batch:
        yield batch
