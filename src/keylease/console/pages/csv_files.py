"""Lists as CSV files that spreadsheets open: UTF-8 with a byte order mark, no value a formula."""

from collections.abc import Iterable, Sequence
from io import StringIO

from keylease.billing.bills.files import write_csv
from keylease.billing.bills.sheet import harmless
from keylease.console.visit import Download

MEDIA_TYPE = "text/csv"

#: How many rows of a log a file holds at most.
ROWS_MAX = 10_000


def csv_file(name: str, columns: tuple[str, ...], rows: Iterable[Sequence[str]]) -> Download:
    """A file of texts, some of which callers chose."""
    return table_file(name, columns, [[[harmless(value) for value in row] for row in rows]])


def table_file(
    name: str, columns: tuple[str, ...], batches: Iterable[list[list[object]]]
) -> Download:
    """A file with a line for each row below the names of the columns."""
    text = StringIO(newline="")
    write_csv(text, batches, columns)
    return Download(name, MEDIA_TYPE, text.getvalue().encode("utf-8-sig"))
