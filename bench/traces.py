"""What using the product leaves behind: requests by the minute, the log of calls, a long file."""

import time
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from itertools import groupby
from typing import Any

from population import NOW
from sqlalchemy import insert, select, update

from keylease.app.deployment import Deployment
from keylease.app.file_exports import FileExports
from keylease.billing.bills.subscriptions import BillSubscription, ExportType
from keylease.console.pages.expenses.tables import name_of, table_of
from keylease.console.ports import Export, ExportState
from keylease.core.clock import DAY, MINUTE, local_date
from keylease.core.regions import DEFAULT_REGION, REGIONS
from keylease.custody.instances.model import Edition
from keylease.records.call_log import Entry, FinishedCall, HandledFor
from keylease.storage import schema
from keylease.storage.unit_of_work import UnitOfWork

#: Instances that were busy in each minute of the last 24 hours; the days before, once an hour.
BUSY = 100
BUSY_FROM = NOW - NOW % MINUTE - DAY

_OPERATIONS = ("Encrypt", "Decrypt", "GenerateDataKey", "Sign", "GetSecretValue")
_EXPORT_SECONDS = 300


def busy_minutes(
    account_id: str, instance_ids: list[str], minutes: int
) -> Iterator[dict[str, Any]]:
    """So many of the last minutes, of each of these instances."""
    for minute in range(minutes):
        for number, instance_id in enumerate(instance_ids):
            yield {
                "instance_id": instance_id,
                "minute": NOW - NOW % MINUTE - minute * MINUTE,
                "account_id": account_id,
                "region": DEFAULT_REGION,
                "requests": (minute * 7 + number) % 1_000 + 1,
            }


def log_calls(work: UnitOfWork, account_id: str, instance_id: str, count: int) -> None:
    """Calls of the last week that an instance with log analysis handled; one of 100 refused."""
    i = schema.instances
    bought = {"log": True, "log_storage": 1_000}
    work.connection.execute(update(i).where(i.c.id == instance_id).values(bought))
    k = schema.keys
    of_instance = select(k.c.id).where(k.c.instance_id == instance_id).order_by(k.c.id)
    keys = work.connection.execute(of_instance).scalars().all()
    calls = (_call(number, count, account_id, instance_id, keys[0]) for number in range(count))
    for day, some in groupby(calls, key=lambda one: local_date(one.at).isoformat()):
        entries = [Entry(one.at, one.api_name, one.status, one.entry()) for one in some]
        work.call_log.add(instance_id, {day: entries})


def _call(number: int, count: int, account_id: str, instance_id: str, key_id: str) -> FinishedCall:
    is_refused = number % 100 == 0
    return FinishedCall(
        used=HandledFor(instance_id, account_id, key_id, key_id),
        at=NOW - 7 * DAY + number * 7 * DAY // count,
        operation=_OPERATIONS[number % len(_OPERATIONS)],
        api_version="2016-01-20",
        is_shared=number % 2 == 0,
        account_id=account_id,
        identity_type="cloud-account",
        principal_id=account_id,
        access_key_id="LTAI0000000000000000bnch",
        client_ip="192.0.2.7",
        user_agent="AlibabaCloud (Linux; amd64) Python/3.11 Core/1.0.0 TeaDSL/1",
        region=DEFAULT_REGION,
        request_id=f"{number:08X}-0000-4000-8000-000000000000",
        key_version_id="",
        duration=3,
        status=403 if is_refused else 200,
        error_message="The key is disabled." if is_refused else "",
    )


def services(work: UnitOfWork, account_id: str, instance_id: str) -> None:
    """A value-added service in each region, and subscriptions to all types of bill files."""
    db = work.connection
    edition = Edition.DEFAULT_KEY_ROTATION.value
    for table, name in ((schema.instances, "id"), (schema.renewal_settings, "instance_id")):
        found = db.execute(select(table).where(table.c[name] == instance_id)).mappings().one()
        made = [{**found, name: f"kst-service-{region}"} for region in REGIONS]
        if table is schema.instances:
            for row, region in zip(made, REGIONS, strict=True):
                row |= {"edition": edition, "name": f"service {region}", "region": region}
        db.execute(insert(table), made)
    for type_ in ExportType:
        wanted = BillSubscription(account_id, type_, "bills", "monthly", 10_000, "2026-01", NOW)
        work.bill_subscriptions.put(wanted)


def export_orders(deployment: Deployment, account_id: str) -> None:
    """A long file of all orders, ready to be downloaded."""
    with deployment.database.read() as work:
        account = work.accounts.find(account_id)
    if account is None:
        raise RuntimeError("the account is gone")
    name, directory = name_of(account_id, "orders", ""), deployment.settings.data / "exports"
    make = partial(table_of, account=account, kind="orders", month="")
    until = time.monotonic() + _EXPORT_SECONDS
    with closing(FileExports(deployment.database.read, directory, deployment.machine)) as exports:
        exports.begin(account_id, Export(name, "orders", "", 0, 0, ExportState.MAKING), make)
        while (found := exports.find(account_id)) is None or found.state is ExportState.MAKING:
            if time.monotonic() > until:
                raise RuntimeError("the file is not ready")
            time.sleep(0.1)
    if found.state is not ExportState.READY:
        raise RuntimeError("the file could not be made")
