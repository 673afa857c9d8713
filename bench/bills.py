"""A month with very many bill lines: export as CSV, the overview, the first and the last page."""

import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from tables import milliseconds, show

from keylease.access.accounts import Account, Principal
from keylease.api.rpc.arguments import Arguments
from keylease.api.rpc.billing import bill_details, bills
from keylease.api.rpc.call import Call
from keylease.api.rpc.operations import OPERATIONS
from keylease.app.deployment import Deployment, open_deployment
from keylease.app.settings import read_settings
from keylease.billing.bills.files import header_of, rows_of, write_csv
from keylease.billing.bills.ports import LineFilter
from keylease.core.clock import DAY, parse_iso
from keylease.storage import schema
from keylease.storage.bills import BILL_KEY, SUMS

MONTH = "2026-01"
ACCOUNT = "1000000000000001"
NOW = parse_iso("2026-01-31T10:00:00+08:00")
DAYS = 31

_DETAILS = ("line", "item", "instance")
_CHUNK = 20_000
_ITEMS = (
    '[{"code":"ProductVersion","gross":65,"price":"0.65","unit":"Day","usage":"1"},'
    '{"code":"KeyNum","gross":35,"price":"0.01","unit":"Day","usage":"35"}]'
)


def run(directory: Path, *, quick: bool) -> None:
    lines, data = 20_000 if quick else 1_000_000, directory / "bills"
    deployment = _filled(data, lines)
    # Each in a process of its own: what filling took does not hide what exporting takes.
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as fresh:
        rows = [fresh.submit(_export, data, by, lines).result() for by in _DETAILS]
    header = ["", "rows", "seconds", "lines/s", "MB", "memory"]
    note = "memory: by how much the process grew, 32 MB of it SQLite's cache; aim: 20,000 lines/s"
    show(f"Export of a month of {lines:,} bill lines", header, rows, note)
    _pages(deployment)
    deployment.close()


def _filled(data: Path, lines: int) -> Deployment:
    """An account with so many daily lines: one for each instance and day of the month."""
    settings = read_settings({"data": str(data)}, {})
    deployment = open_deployment(
        settings, clock="test=2026-01-31T10:00:00+08:00", may_initialise=True
    )
    with deployment.database.begin() as work:
        work.accounts.add(Account(ACCOUNT, "bench", "", "en", "USD", NOW, NOW))
        for first in range(0, lines, _CHUNK):
            chunk = [line(number) for number in range(first, min(lines, first + _CHUNK))]
            work.connection.execute(insert(schema.bill_lines), chunk)
        total = {name: line(0)[name] for name in BILL_KEY}
        total |= {name: line(0)[name] * lines for name in SUMS}
        work.connection.execute(
            insert(schema.bill_totals), total | {"lines": lines, "items": 2 * lines}
        )
    return deployment


def line(number: int, account_id: str = ACCOUNT) -> dict[str, Any]:
    """The row of a line: of one instance after the other, each day of the month."""
    day, start = number % DAYS, parse_iso("2026-01-01T00:00:00+08:00")
    instance = f"kst-hzz{number // DAYS:018}"
    return {
        "account_id": account_id,
        "month": MONTH,
        "day": f"{MONTH}-{day + 1:02}",
        "item": "PayAsYouGoBill",
        "subscription": "PayAsYouGo",
        "product_type": "kms_ppi_public_intl",
        "record_id": f"3{day:014}",
        "sub_order_id": f"3{day:014}{number // DAYS}",
        "related_record_id": "",
        "order_type": "",
        "instance_id": instance,
        "instance_name": f"instance {number // DAYS}",
        "region": "cn-hangzhou",
        "edition": "software",
        "currency": "USD",
        "gross": 100,
        "discount": 0,
        "pretax": 100,
        "voucher": 0,
        "cash": 100,
        "outstanding": 0,
        "at": start + (day + 1) * DAY + 36_000,
        "usage_start": start + day * DAY,
        "usage_end": start + (day + 1) * DAY,
        "items": _ITEMS,
        "item_count": 2,
    }


def _export(data: Path, by: str, lines: int) -> list[str]:
    out = data / "bill.csv"
    deployment = open_deployment(read_settings({"data": str(data)}, {}))
    before, begun = _peak(), time.perf_counter()
    with deployment.database.read() as work, out.open("w", encoding="utf-8", newline="") as file:
        account = work.accounts.find(ACCOUNT)
        if account is None:
            raise RuntimeError("the account is gone")
        rows = rows_of(work, account, LineFilter(ACCOUNT, MONTH), by)
        done = write_csv(file, rows, header_of(by))
    seconds = time.perf_counter() - begun
    size, grown = out.stat().st_size / 1e6, (_peak() - before) / 1024
    out.unlink()
    deployment.close()
    rate = f"{lines / seconds:,.0f}"
    return [f"by {by}", f"{done:,}", f"{seconds:.1f}", rate, f"{size:.0f}", f"+{grown:.0f} MiB"]


def _peak() -> int:
    """The most memory that this program has held, in KiB; `getrusage` counts its parent's too."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0])


def _pages(deployment: Deployment) -> None:
    """Through the handlers: without HTTP and signatures."""

    def ask(name: str, handler: Callable[..., Any], **more: str) -> tuple[float, Any]:
        begun = time.perf_counter()
        with deployment.database.read() as work:
            answer, _ = handler(_call(name, more), work)
        return time.perf_counter() - begun, answer["Data"]

    rows = []
    for name, handler in (
        ("QueryBillOverview", bills.query_bill_overview),
        ("QueryAccountBill", bills.query_account_bill),
    ):
        seconds = min(ask(name, handler)[0] for _ in range(5))
        rows.append([name, milliseconds(seconds), "", "", ""])
    for name, handler, more in (
        ("QuerySettleBill", bills.query_settle_bill, {}),
        ("DescribeInstanceBill", bill_details.describe_instance_bill, {}),
        ("DescribeInstanceBill, items", bill_details.describe_instance_bill, _BY_ITEM),
    ):
        operation = name.split(",")[0]
        first, data = ask(operation, handler, MaxResults="300", **more)
        times = []
        while data["NextToken"]:
            page = {"MaxResults": "300", "NextToken": data["NextToken"]}
            seconds, data = ask(operation, handler, **page, **more)
            times.append(seconds)
        early, late = min(times[:5]), min(times[-6:-1])
        shown = [milliseconds(one) for one in (first, early, late)]
        rows.append([f"{name}: {len(times) + 1:,} pages", *shown, f"{late / early:.2f}"])
    header = ["milliseconds", "first", "second", "last", "last/second"]
    show("Pages of 300; the first one counts", header, rows, "aim: the overview below 200 ms")


_BY_ITEM = {"IsBillingItem": "true"}


def _call(name: str, more: dict[str, str]) -> Call:
    operation = OPERATIONS["2017-12-14", name]
    arguments = Arguments({"BillingCycle": MONTH, **more})
    return Call("", operation, Principal(ACCOUNT), "", "cn-hangzhou", "", "", 0, arguments)
