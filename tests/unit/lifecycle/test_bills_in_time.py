"""Months in the course of time: closed at noon of day 2, with balances that the lines explain."""

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

from conftest import MakeDeployment
from contracts.bill_samples import day_line
from keylease.app.bill_export import export_bills
from keylease.app.clock import move
from keylease.app.deployment import Deployment
from keylease.billing.bills.months import MONTH_CLOSE, bounds, closes_at, complete_at, next_export
from keylease.billing.bills.ports import ClosedMonth
from keylease.billing.bills.subscriptions import BILL_EXPORT, BillSubscription, ExportType
from keylease.billing.ledger.model import (
    ADJUSTMENTS,
    USAGE,
    Posting,
    Transaction,
    TransactionKind,
    cash,
)
from keylease.billing.usage.model import UsageDay
from keylease.core.agenda import Appointment
from keylease.core.clock import at_hour, parse_iso
from keylease.documents.statement import LineKind
from keylease.lifecycle.closing import close_due
from keylease.lifecycle.statements import LINES_MAX, statement_of
from keylease.storage.unit_of_work import UnitOfWork
from unit.lifecycle.tenant import Tenant

JANUARY = "2026-01"


def advance(deployment: Deployment, text: str) -> None:
    move(deployment, parse_iso(text), lambda _: None)


def closed(deployment: Deployment, tenant: Tenant, month: str) -> ClosedMonth | None:
    with deployment.database.read() as work:
        return work.bills.closed(tenant.account_id, month)


def bill_a_day(work: UnitOfWork, tenant: Tenant, number: int, day: date) -> int:
    """What is made at 10:00 of the next day, from the balance."""
    line = day_line(
        number,
        account_id=tenant.account_id,
        month=f"{day:%Y-%m}",
        day=day.isoformat(),
        at=work.now,
        cash=200 + number,
        outstanding=0,
    )
    work.bills.add([line])
    legs = (Posting(cash(tenant.account_id), -line.pretax), Posting(USAGE, line.pretax))
    post(work, f"bill-{number}", TransactionKind.USAGE, line.record_id, legs)
    return line.pretax


def post(
    work: UnitOfWork, name: str, kind: TransactionKind, about: str, legs: tuple[Posting, ...]
) -> None:
    work.ledger.post(Transaction(name, work.now, kind, "USD", about, "", legs))


def test_a_month_is_closed_at_noon_of_day_2_and_not_before(deployment: Deployment) -> None:
    tenant = Tenant.arrive(deployment, 100_000)
    tenant.buy()
    advance(deployment, "2026-02-02T11:59:59+08:00")
    assert closed(deployment, tenant, JANUARY) is None
    advance(deployment, "2026-02-02T12:00:00+08:00")
    assert closed(deployment, tenant, JANUARY) == ClosedMonth(
        tenant.account_id, JANUARY, closes_at(JANUARY), 1, 50_000, 0, 50_000
    )
    assert closes_at(JANUARY) == at_hour(date(2026, 2, 2), 12)


def test_the_bill_of_the_last_day_counts_in_its_month_on_both_sides(
    make_deployment: MakeDeployment,
) -> None:
    """Made at 10:00 of 1 February: in January's lines, and in January's closing balance."""
    deployment = make_deployment()
    tenant = Tenant.arrive(deployment, 100_000)
    advance(deployment, "2026-02-01T10:00:00+08:00")
    with deployment.database.begin() as work:
        last = bill_a_day(work, tenant, 1, date(2026, 1, 31))
    advance(deployment, "2026-02-02T10:00:00+08:00")
    with deployment.database.begin() as work:
        first = bill_a_day(work, tenant, 2, date(2026, 2, 1))
        legs = (Posting(cash(tenant.account_id), -77), Posting(ADJUSTMENTS, 77))
        post(work, "correction", TransactionKind.ADJUSTMENT, "", legs)
    advance(deployment, "2026-03-05T00:00:00+08:00")
    with deployment.database.read() as work:
        account = work.accounts.find(tenant.account_id)
        assert account is not None
        january = statement_of(work, account, JANUARY)
        february = statement_of(work, account, "2026-02", "zh")
    assert (january.opening_balance, january.top_ups) == (0, 100_000)
    assert january.closing_balance == february.opening_balance == 100_000 - last
    assert february.closing_balance == 100_000 - last - first - 77
    assert february.charged(LineKind.ADJUSTMENT) == 77
    assert [line.amounts.charged for line in january.lines] == [last]
    months = [closed(deployment, tenant, month) for month in (JANUARY, "2026-02")]
    assert [(one.opening, one.closing) for one in months if one] == [
        (january.opening_balance, january.closing_balance),
        (february.opening_balance, february.closing_balance),
    ]


def test_a_month_waits_until_each_of_its_days_is_billed(make_deployment: MakeDeployment) -> None:
    """A bill that could not be made is tried again; the month takes it."""
    deployment = make_deployment()
    tenant = Tenant.arrive(deployment)
    one = tenant.buy()
    day = UsageDay(one, "2026-01-31", tenant.account_id, "cn-hangzhou", "software",
                   "kms_ppi_public_intl", "", 0, 0, free=False)  # fmt: skip
    with deployment.database.begin() as work:
        work.usage.add_days([day])
        close_due(work, [Appointment(MONTH_CLOSE, tenant.account_id, closes_at(JANUARY),
                                     {"month": JANUARY})])  # fmt: skip
    assert closed(deployment, tenant, JANUARY) is None
    advance(deployment, "2026-02-03T11:59:59+08:00")
    assert closed(deployment, tenant, JANUARY) is None
    with deployment.database.begin() as work:
        work.usage.bill([replace(day, record_id="3")])
    advance(deployment, "2026-02-03T12:00:00+08:00")
    assert closed(deployment, tenant, JANUARY) is not None


def test_a_month_of_very_many_lines_is_printed_by_instance(
    make_deployment: MakeDeployment,
) -> None:
    deployment = make_deployment()
    tenant = Tenant.arrive(deployment, 0)
    lines = [
        day_line(number, account_id=tenant.account_id, cash=0) for number in range(1, LINES_MAX + 2)
    ]
    with deployment.database.begin() as work:
        work.bills.add(lines)
        whole = sum(line.pretax for line in lines)
        legs = (Posting(cash(tenant.account_id), -whole), Posting(USAGE, whole))
        post(work, "all", TransactionKind.USAGE, "", legs)
    with deployment.database.read() as work:
        account = work.accounts.find(tenant.account_id)
        assert account is not None
        statement = statement_of(work, account, JANUARY)
    assert len(statement.lines) == len({line.instance_id for line in lines})
    assert statement.total.charged == whole


# --- files on a schedule --------------------------------------------------------------------


def subscribe(deployment: Deployment, tenant: Tenant, kind: ExportType, rows: int = 2) -> None:
    with deployment.database.begin() as work:
        work.bill_subscriptions.put(
            BillSubscription(tenant.account_id, kind, "bucket", "", rows, JANUARY, work.now)
        )
        work.agenda.add([Appointment(BILL_EXPORT, "bills", next_export(work.now))])


def exporting(make_deployment: MakeDeployment, place: Path) -> Deployment:
    deployment = make_deployment()
    deployment.settings = replace(deployment.settings, export_dir=str(place))
    return deployment


def files(place: Path, tenant: Tenant) -> dict[str, str]:
    folder = place / tenant.account_id / "bucket"
    found = folder.iterdir() if folder.exists() else ()
    return {path.name.removeprefix(f"{tenant.account_id}_"): path.read_text() for path in found}


def test_each_day_has_a_file_until_the_month_has_one(
    make_deployment: MakeDeployment, tmp_path: Path
) -> None:
    deployment = exporting(make_deployment, tmp_path / "out")
    tenant = Tenant.arrive(deployment)
    tenant.buy()
    subscribe(deployment, tenant, ExportType.LINES)
    advance(deployment, "2026-02-01T12:29:59+08:00")
    assert files(tmp_path / "out", tenant) == {}
    advance(deployment, "2026-02-02T12:30:00+08:00")  # two runs were due: one makes up for both
    assert files(tmp_path / "out", tenant).keys() == {
        "InstanceDetail_20260131.csv",
        "InstanceDetail_20260201.csv",
    }
    advance(deployment, "2026-02-04T12:29:59+08:00")
    assert "InstanceDetail_202601.csv" not in files(tmp_path / "out", tenant)
    advance(deployment, "2026-02-04T12:30:00+08:00")
    assert complete_at(JANUARY) == parse_iso("2026-02-04T12:30:00+08:00")
    whole = files(tmp_path / "out", tenant)["InstanceDetail_202601.csv"]
    (row,) = csv.DictReader(whole.splitlines())
    assert row["PretaxAmount"] == "500.00"


def test_a_file_of_too_many_rows_is_split(make_deployment: MakeDeployment, tmp_path: Path) -> None:
    deployment = exporting(make_deployment, tmp_path / "out")
    tenant = Tenant.arrive(deployment)
    orders = [tenant.buy() for _ in range(5)]
    subscribe(deployment, tenant, ExportType.LINES, rows=2)
    advance(deployment, "2026-02-01T12:30:00+08:00")
    found = files(tmp_path / "out", tenant)
    assert sorted(found) == [f"InstanceDetail_20260131{part}.csv" for part in ("", "_2", "_3")]
    listed = [row["InstanceID"] for name in sorted(found) for row in
              csv.DictReader(found[name].splitlines())]  # fmt: skip
    assert listed == orders


def test_a_growing_file_is_written_until_its_month_is_complete(
    make_deployment: MakeDeployment, tmp_path: Path
) -> None:
    deployment = exporting(make_deployment, tmp_path / "out")
    tenant = Tenant.arrive(deployment)
    subscribe(deployment, tenant, ExportType.INSTANCES_OF_MONTH)
    export_bills(deployment)
    name = "InstanceDetailMonthly_202601.csv"
    assert len(files(tmp_path / "out", tenant)[name].splitlines()) == 1
    tenant.buy()
    advance(deployment, "2026-05-01T00:00:00+08:00")  # nothing ran for months
    found = files(tmp_path / "out", tenant)
    assert len(found[name].splitlines()) == 2
    path = tmp_path / "out" / tenant.account_id / "bucket" / f"{tenant.account_id}_{name}"
    path.write_text("kept")
    export_bills(deployment)
    assert path.read_text() == "kept"  # it was complete


def test_the_next_run_is_planned_while_anybody_is_subscribed(
    make_deployment: MakeDeployment, tmp_path: Path
) -> None:
    deployment = exporting(make_deployment, tmp_path / "out")
    tenant = Tenant.arrive(deployment)
    subscribe(deployment, tenant, ExportType.ITEMS)
    advance(deployment, "2026-02-01T12:30:00+08:00")
    assert pending(deployment) == [parse_iso("2026-02-02T12:30:00+08:00")]
    with deployment.database.begin() as work:
        work.bill_subscriptions.remove(tenant.account_id, ExportType.ITEMS)
    advance(deployment, "2026-02-02T12:30:00+08:00")
    assert pending(deployment) == []


def pending(deployment: Deployment) -> list[int]:
    with deployment.database.read() as work:
        found, _ = work.agenda.page(["pending"], 100)
    return [one.appointment.due for one in found if one.appointment.kind == BILL_EXPORT]


def test_one_place_that_cannot_be_written_to_holds_up_nobody(
    make_deployment: MakeDeployment, tmp_path: Path
) -> None:
    deployment = exporting(make_deployment, tmp_path / "out")
    first, second = sorted(
        (Tenant.arrive(deployment) for _ in range(2)), key=lambda one: one.account_id
    )
    for one in (first, second):
        subscribe(deployment, one, ExportType.ITEMS_OF_MONTH)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / first.account_id).symlink_to(elsewhere)
    export_bills(deployment)
    assert list(elsewhere.iterdir()) == []
    assert files(tmp_path / "out", second).keys() == {"BillingItemDetailMonthly_202601.csv"}


def test_the_month_of_a_line_is_in_utc8(deployment: Deployment) -> None:
    """10:00 UTC+8 on 31 January is January; 16:00Z is February."""
    tenant = Tenant.arrive(deployment)
    tenant.buy()
    advance(deployment, "2026-01-31T16:00:00+00:00")
    tenant.buy()
    with deployment.database.read() as work:
        months = [one.month for one in work.bill_views.totals(tenant.account_id)]
    assert months == [JANUARY, "2026-02"]
    assert bounds(JANUARY)[1] == parse_iso("2026-01-31T16:00:00+00:00")
