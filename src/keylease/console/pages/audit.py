"""The audit log of an account: what changed, and which keys and secrets were used.

Changes are read by index, the newest first; of uses only the newest are found, since they have no
index by account.
"""

from collections.abc import Iterable, Iterator

from keylease.console.pages.csv_files import ROWS_MAX, csv_file
from keylease.console.ports import ConsoleWork
from keylease.console.visit import PAGE_SIZE, Download, Page, Visit, whole
from keylease.core.clock import iso
from keylease.records.audit import AuditRecord, decode
from keylease.records.ports import TrailFilter

TABS = {"changes": "Changes", "uses": "Uses"}

#: The columns of a file.
COLUMNS = (
    "time",
    "principal",
    "access_key_id",
    "operation",
    "region",
    "resource",
    "outcome",
    "peer",
    "request_id",
)


def listed(visit: Visit, work: ConsoleWork) -> Page:
    """The newest first; of one operation if it is asked for."""
    tab, operation = _tab(visit), visit.given("operation")
    if tab == "uses":
        found = visit.outside.recent_uses(visit.account_id, operation)
        total = len(found)
        rows, onward = found[visit.offset : visit.offset + PAGE_SIZE], 0
    else:
        rows, onward = newest_changes(visit, work, visit.account_id, operation)
        total = 0
    values = {"rows": rows, "onward": onward, "total": total, "operation": operation}
    return Page("audit.html", "Audit log", values | {"tab": tab, "tabs": TABS})


def export(visit: Visit, work: ConsoleWork) -> Download:
    """The same as a CSV file, at most `ROWS_MAX` records."""
    tab, operation = _tab(visit), visit.given("operation")
    if tab == "uses":
        records: Iterable[AuditRecord] = visit.outside.recent_uses(visit.account_id, operation)
    else:
        records, _ = _changes(work, TrailFilter(visit.account_id, operation), ROWS_MAX)
    return csv_file(f"audit-{tab}.csv", COLUMNS, rows_of(records))


def newest_changes(
    visit: Visit, work: ConsoleWork, account_id: str, operation: str
) -> tuple[list[AuditRecord], int]:
    """A page of records below the place that the address names; where to go on, 0 at the end."""
    before = whole(visit.query.get("before", ""))
    return _changes(work, TrailFilter(account_id, operation), PAGE_SIZE, before)


def _changes(
    work: ConsoleWork, chosen: TrailFilter, limit: int, before: int | None = None
) -> tuple[list[AuditRecord], int]:
    """The newest, or those below ``before``; where to go on, 0 at the end."""
    place = work.audit.head().seq + 1 if before is None else before
    entries, onward = work.audit.newest(chosen, place, limit)
    return [decode(entry.record) for entry in entries], onward


def rows_of(records: Iterable[AuditRecord]) -> Iterator[list[str]]:
    """The records as rows of a file, by `COLUMNS`."""
    for one in records:
        yield [iso(one.at), *(getattr(one, name) for name in COLUMNS[1:])]


def _tab(visit: Visit) -> str:
    return "uses" if visit.query.get("tab") == "uses" else "changes"
