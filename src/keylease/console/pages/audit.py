"""The audit log of an account: what changed, and which keys and secrets were used.

Changes are read by index, the newest first; of uses only the newest are found, since they have no
index by account.
"""

import csv
import io
from collections.abc import Iterable

from keylease.console.ports import ConsoleWork
from keylease.console.visit import PAGE_SIZE, Download, Page, Visit
from keylease.core.clock import iso
from keylease.records.audit import AuditRecord, decode
from keylease.records.ports import TrailFilter

TABS = {"changes": "Changes", "uses": "Uses"}

#: How many records a file holds at most.
EXPORTED_MAX = 10_000

_COLUMNS = (
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

#: What spreadsheets take for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


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
    """The same as a CSV file, at most `EXPORTED_MAX` records."""
    tab, operation = _tab(visit), visit.given("operation")
    if tab == "uses":
        records: Iterable[AuditRecord] = visit.outside.recent_uses(visit.account_id, operation)
    else:
        records = _all_changes(work, TrailFilter(visit.account_id, operation))
    body = as_csv(records).encode("utf-8-sig")  # so that spreadsheets take it for UTF-8
    return Download(f"audit-{tab}.csv", "text/csv", body)


def newest_changes(
    visit: Visit, work: ConsoleWork, account_id: str, operation: str
) -> tuple[list[AuditRecord], int]:
    """A page of records below the place that the address names; where to go on, 0 at the end."""
    asked = visit.query.get("before", "")
    known = asked.isdecimal() and len(asked) < 16
    before = int(asked) if known else work.audit.head().seq + 1
    chosen = TrailFilter(account_id, operation)
    entries, onward = work.audit.newest(chosen, before, PAGE_SIZE)
    return [decode(entry.record) for entry in entries], onward


def _all_changes(work: ConsoleWork, chosen: TrailFilter) -> list[AuditRecord]:
    entries, _ = work.audit.newest(chosen, work.audit.head().seq + 1, EXPORTED_MAX)
    return [decode(entry.record) for entry in entries]


def as_csv(records: Iterable[AuditRecord]) -> str:
    """A line for each record below one with the names of the columns."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for one in records:
        values = (iso(one.at), *(getattr(one, name) for name in _COLUMNS[1:]))
        writer.writerow([_plain(value) for value in values])
    return text.getvalue()


def _plain(value: str) -> str:
    """The value, and no formula: callers choose some of them."""
    return f"'{value}" if value.startswith(_FORMULA) else value


def _tab(visit: Visit) -> str:
    return "uses" if visit.query.get("tab") == "uses" else "changes"
