"""Lists as CSV files that spreadsheets open: UTF-8 with a mark, and no value is a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from keylease.console.visit import Download

#: How many rows a file holds at most.
ROWS_MAX = 10_000

#: What spreadsheets take for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_file(name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Download:
    """A file with a line for each row below the names of the columns."""
    return Download(name, "text/csv", csv_text(columns, rows).encode("utf-8-sig"))


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """What stands in such a file."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_plain(value) for value in row])
    return text.getvalue()


def _plain(value: str) -> str:
    """The value, and no formula: callers choose some of them."""
    return f"'{value}" if value.startswith(_FORMULA) else value
