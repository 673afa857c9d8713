"""Log analysis: the calls that an instance handled. Facts: facts/kms.md 10.2."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from keylease.console.pages.asking import moment_of
from keylease.console.pages.csv_files import ROWS_MAX, csv_file
from keylease.console.pages.instances import instances_of
from keylease.console.ports import ConsoleWork
from keylease.console.visit import PAGE_SIZE, Download, Page, Visit
from keylease.custody.instances import lookup
from keylease.custody.instances.model import Instance
from keylease.records.call_log import (
    GB,
    KEPT_DAYS,
    Entry,
    LogQuestion,
    Place,
    first_day,
    first_instant,
    place_in,
    place_text,
)

OUTCOMES = {"": "All", "served": "Carried out", "refused": "Refused"}

#: The fields of an entry in a file: all but those that are no text by themselves.
_COLUMNS = (
    "time",
    "api_name",
    "share_gateway_api_name",
    "status_code",
    "error_message",
    "resource_id",
    "identity_type",
    "principal_id",
    "account_id",
    "access_key_id",
    "client_ip",
    "useragent",
    "duration",
    "request_id",
    "region_id",
)

_FIELD_LENGTH = 256

#: So many entries are looked through for a page, and for a file, however few of them fit.
LOOKED_MAX = 20_000
LOOKED_FOR_FILE_MAX = 200_000


@dataclass(frozen=True, slots=True)
class Row:
    """An entry in the list."""

    at: int
    entry: dict[str, Any]

    @property
    def operation(self) -> str:
        """What was called."""
        return str(self.entry["share_gateway_api_name"] or self.entry["api_name"])

    @property
    def key_id(self) -> str:
        """The key that was used; empty for a secret."""
        return str(self.entry["resource_parameters"]["key_id"])

    @property
    def is_refused(self) -> bool:
        """Whether it did not succeed."""
        return bool(self.entry["status_code"] != 200)


def listed(visit: Visit, work: ConsoleWork) -> Page:
    """The newest calls that fit; a page goes on from the last entry that was looked at."""
    instances = instances_of(work, visit.account_id, visit.region)
    one = _chosen(visit, work, instances)
    values: dict[str, Any] = {
        "instances": instances,
        "one": one,
        "outcomes": OUTCOMES,
        "kept_days": KEPT_DAYS,
    }
    if one is None:
        return Page("logs.html", "Log analysis", values)
    found, horizon = _found(work, _question(visit, work, one), PAGE_SIZE + 1, LOOKED_MAX)
    is_full = len(found) > PAGE_SIZE
    onward = found[PAGE_SIZE - 1].place if is_full else place_text(horizon) if horizon else ""
    capacity = one.capacity_at(work.now)
    values |= {
        "rows": [Row(entry.at, json.loads(entry.text)) for entry in found[:PAGE_SIZE]],
        "onward": onward,
        "looked_to": horizon[0] if horizon and not is_full else None,
        "looked_max": LOOKED_MAX,
        "file_max": LOOKED_FOR_FILE_MAX,
        "is_bought": capacity.log,
        "used": sum(day.size for day in work.call_log.days(one.id, first_day(work.now))) / GB,
        "bought": capacity.log_storage,
        "rows_max": ROWS_MAX,
    }
    return Page("logs.html", "Log analysis", values)


def export(visit: Visit, work: ConsoleWork) -> Download:
    """The same as a CSV file: at most `ROWS_MAX` of the `LOOKED_FOR_FILE_MAX` newest."""
    one = lookup.owned(work.instances, visit.account_id, visit.given("instance"), work.now)
    asked = replace(_question(visit, work, one), after=None)
    found, _ = _found(work, asked, ROWS_MAX, LOOKED_FOR_FILE_MAX)
    return csv_file(f"log-{one.id}.csv", _COLUMNS, map(_fields, found))


def _found(
    work: ConsoleWork, asked: LogQuestion, limit: int, most: int
) -> tuple[Sequence[Entry], Place | None]:
    """The newest that fit among so many; where that many end, None if there are no more."""
    horizon = work.call_log.horizon(asked, most)
    return work.call_log.page(replace(asked, down_to=horizon), limit), horizon


def _fields(entry: Entry) -> list[str]:
    fields = json.loads(entry.text)
    return [str(fields[name]) for name in _COLUMNS]


def _chosen(visit: Visit, work: ConsoleWork, instances: list[Instance]) -> Instance | None:
    """The instance that is asked for; else the first that has log analysis, or any."""
    if asked := visit.given("instance"):
        return lookup.owned(work.instances, visit.account_id, asked, work.now)
    logging = [one for one in instances if one.capacity_at(work.now).log]
    return next(iter(logging or instances), None)


def _question(visit: Visit, work: ConsoleWork, one: Instance) -> LogQuestion:
    """What the filters of the page ask for."""
    oldest = first_instant(work.now)
    until = moment_of(visit, "until", "Before (UTC+8)")
    outcome = visit.given("outcome")
    return LogQuestion(
        one.id,
        max(moment_of(visit, "since", "From (UTC+8)") or oldest, oldest),
        work.now + 1 if until is None else until,
        api=visit.given("operation")[:_FIELD_LENGTH] or None,
        is_refused=None if outcome not in OUTCOMES or not outcome else outcome == "refused",
        resource=visit.given("resource")[:_FIELD_LENGTH] or None,
        request=visit.given("request")[:_FIELD_LENGTH] or None,
        after=place_in(visit.given("after")),
    )
