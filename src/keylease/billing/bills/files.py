"""An account's bill lines as CSV files.

A file is written page by page, each read by key, so that a month of a million lines needs no more
memory than a short one.
"""

import csv
from collections.abc import Callable, Iterable, Iterator
from typing import TextIO

from keylease.access.accounts import Account
from keylease.billing.bills.amortisation import amortise
from keylease.billing.bills.parts import grouped
from keylease.billing.bills.ports import CostLine, LineFilter
from keylease.billing.bills.sheet import STORED, STORED_WITH_ITEMS, Sheet, harmless, header
from keylease.billing.work import BillingWork
from keylease.core.clock import local_text
from keylease.core.money import amount_text

CHUNK = 2_000

#: What a file has a row for.
DETAILS = ("line", "item", "instance", "item-of-instance", "split-item")


def sheet_of(account: Account) -> Sheet:
    """How an account's lines are written."""
    return Sheet(account.id, account.name, account.language)


def header_of(by: str) -> tuple[str, ...]:
    """The names of the columns of a file with a row for each ``by`` of `DETAILS`."""
    return header(items=by not in {"line", "instance"}, splits=by == "split-item")


def rows_of(
    work: BillingWork, account: Account, chosen: LineFilter, by: str
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


#: The columns of a file of amortised costs; the last four each for list price and amount.
AMORTISED = (
    *("BillingCycle", "OrderMonth", "RecordID", "Item", "InstanceID", "NickName", "Region"),
    *("UsageStartTime", "UsageEndTime", "Currency"),
    *("PretaxGrossAmount", "GrossBefore", "GrossInCycle", "GrossAfter"),
    *("PretaxAmount", "AmountBefore", "AmountInCycle", "AmountAfter"),
)


def amortised_rows(work: BillingWork, account: Account, month: str) -> Iterator[list[list[object]]]:
    """A row for each line whose cost is spread into a month, and each of its own, in batches."""
    for found in work.bill_views.costs(LineFilter(account.id, month), CHUNK):
        yield [_amortised(one, month) for one in found]


def _amortised(one: CostLine, month: str) -> list[object]:
    line, cost = one.line, amortise(one.line, month, one.stopped_at)
    parts = (cost.total, cost.before, cost.current, cost.remaining)
    return [
        *(month, line.month, line.record_id, line.item.value, line.instance_id),
        *(harmless(line.instance_name), line.region),
        *(local_text(line.usage_start), local_text(line.usage_end), line.currency),
        *(amount_text(part.gross) for part in parts),
        *(amount_text(part.pretax) for part in parts),
    ]


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
