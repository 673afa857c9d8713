"""Usage, outstanding amounts and the questions about them, on both engines. rules.md 8 and 9."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from contracts import samples
from contracts.samples import ADA, AT, BOB
from keylease.app.deployment import Deployment
from keylease.app.metering import Meter
from keylease.billing.catalog import default_price_book_text, parse_price_book
from keylease.billing.ledger.check import check_books
from keylease.billing.usage.bill import Payment, lines_of, make_bill
from keylease.billing.usage.charge import charge
from keylease.billing.usage.model import (
    By,
    RequestsQuestion,
    UsageDay,
    UsageQuestion,
    UsageRow,
    bounds_of,
)
from keylease.billing.wallet.payment import top_up
from keylease.core.agenda import Appointment
from keylease.core.clock import DAY, HOUR
from keylease.custody.keys.states import KeyState
from keylease.lifecycle.metering import DAILY_BILL
from keylease.records.usage import MinuteCount
from keylease.runtime.metering import RequestCounter
from keylease.storage import schema
from keylease.storage.unit_of_work import UnitOfWork

REGION = "cn-hangzhou"
DAY_1, DAY_2 = "2026-01-31", "2026-02-01"
START, _ = bounds_of(DAY_1)
BOOK = parse_price_book(default_price_book_text())


def minute(at: int, requests: int, instance: str = "kst-a", account: str = ADA) -> MinuteCount:
    return MinuteCount(instance, account, REGION, START + at, requests)


def day(name: str = "kst-a", on: str = DAY_1, **changed: Any) -> UsageDay:
    made = UsageDay(
        name, on, ADA, REGION, "software", "kms_ppi_public_intl", "front", 2, 0, free=False
    )
    return replace(made, **changed)


def asked(by: By, first: int = 0, last: int = 2 * DAY, **changed: Any) -> UsageQuestion:
    return replace(UsageQuestion(ADA, by, START + first, START + last), **changed)


def shown(rows: Any) -> list[tuple[int, str, int, int]]:
    return [(r.start - START, r.instance_id, r.requests, r.busiest_minute) for r in rows]


# --- minutes --------------------------------------------------------------------------------


def test_counts_of_one_minute_are_added_and_listed_by_any_period(work: UnitOfWork) -> None:
    work.usage.add_minutes([minute(0, 3), minute(60, 1), minute(0, 9, "kst-b"), minute(DAY, 7)])
    work.usage.add_minutes([minute(0, 4), minute(HOUR, 2), minute(0, 5, "kst-c", BOB)])
    assert shown(work.usage.page(asked(By.RAW), 9)) == [
        (0, "kst-a", 7, 7), (0, "kst-b", 9, 9), (60, "kst-a", 1, 1), (HOUR, "kst-a", 2, 2),
        (DAY, "kst-a", 7, 7),
    ]  # fmt: skip
    assert shown(work.usage.page(asked(By.HOUR), 9)) == [
        (0, "kst-a", 8, 7), (0, "kst-b", 9, 9), (HOUR, "kst-a", 2, 2), (DAY, "kst-a", 7, 7),
    ]  # fmt: skip
    assert shown(work.usage.page(asked(By.DAY), 9)) == [
        (0, "kst-a", 10, 7), (0, "kst-b", 9, 9), (DAY, "kst-a", 7, 7),
    ]  # fmt: skip
    assert shown(work.usage.page(asked(By.DAY, DAY), 9)) == [(DAY, "kst-a", 7, 7)]
    months = asked(By.MONTH, -30 * DAY, 29 * DAY)
    assert shown(work.usage.page(months, 9)) == [
        (-30 * DAY, "kst-a", 10, 7), (-30 * DAY, "kst-b", 9, 9), (DAY, "kst-a", 7, 7),
    ]  # fmt: skip


def test_requests_are_added_up_for_a_region_or_an_instance(work: UnitOfWork) -> None:
    work.usage.add_minutes([minute(0, 3), minute(60, 1), minute(0, 9, "kst-b"), minute(900, 7)])
    elsewhere = replace(minute(0, 50, "kst-d"), region="cn-beijing")
    work.usage.add_minutes([minute(-60, 5), minute(HOUR, 2), minute(0, 5, "kst-c", BOB), elsewhere])
    each = RequestsQuestion(ADA, REGION, START, START + HOUR, 900)
    assert work.usage.requests(each) == {START: 13, START + 900: 7}
    assert work.usage.requests(replace(each, instance_id="kst-a", step=60)) == {
        START: 3, START + 60: 1, START + 900: 7,
    }  # fmt: skip
    assert work.usage.requests(replace(each, instance_id="kst-c")) == {}


@pytest.mark.parametrize("by", list(By))
@pytest.mark.parametrize("size", [1, 2, 3])
def test_pages_follow_each_other_without_a_gap(work: UnitOfWork, by: By, size: int) -> None:
    """Also where days were held without a request."""
    work.usage.add_minutes(
        [minute(at, 1, f"kst-{n}") for n in "abc" for at in (0, 60, HOUR, DAY + 60)]
    )
    work.usage.add_days([day("kst-b"), day("kst-d"), day("kst-a", DAY_2), day("kst-e", DAY_2)])
    question = asked(by, -30 * DAY, 29 * DAY)
    whole = list(work.usage.page(question, 100))
    assert len(whole) == {By.RAW: 12, By.HOUR: 9, By.DAY: 8, By.MONTH: 8}[by]
    found: list[UsageRow] = []
    while page := work.usage.page(question, size):
        found += page
        question = replace(question, after=(page[-1].start, page[-1].instance_id))
    assert found == whole


def test_what_was_held_is_told_of_days_and_of_months(work: UnitOfWork) -> None:
    work.usage.add_minutes([minute(0, 60)])
    work.usage.add_days([day(), day(on=DAY_2, key_versions=5), day("kst-b", account_id=BOB)])
    found = work.usage.page(asked(By.DAY), 9)
    assert [(one.requests, one.key_versions) for one in found] == [(60, 2), (0, 5)]
    (hour,) = work.usage.page(asked(By.HOUR), 9)
    assert (hour.key_versions, hour.secrets) == (None, None)
    months = work.usage.page(asked(By.MONTH, -30 * DAY, 29 * DAY), 9)
    assert [(one.requests, one.key_versions) for one in months] == [(60, 2), (0, 5)]


def test_old_minutes_are_forgotten(work: UnitOfWork) -> None:
    work.usage.add_minutes([minute(0, 1), minute(60, 1)])
    work.usage.prune(START + 60)
    assert shown(work.usage.page(asked(By.RAW), 9)) == [(60, "kst-a", 1, 1)]


_OTHER_PROCESS = """
import sys
from keylease.app.deployment import open_deployment
from keylease.app.metering import Meter
from keylease.app.settings import read_settings
from keylease.runtime.metering import RequestCounter

data, database, minute = sys.argv[1], sys.argv[2], int(sys.argv[3])
deployment = open_deployment(read_settings({"data": data, "database": database}, {}))
requests = RequestCounter()
meter = Meter(requests, deployment.database)
for _ in range(20):
    for _ in range(10):
        requests.note(("kst-shared", "1000000000000001", "cn-hangzhou", minute))
    meter.write_down()
deployment.close()
"""


def test_two_processes_add_to_the_same_minute(shared: Deployment) -> None:
    settings = shared.settings
    place = [str(settings.data), settings.database, str(START)]
    command = [sys.executable, "-c", _OTHER_PROCESS, *place]
    others = [subprocess.Popen(command) for _ in range(2)]
    requests = RequestCounter()
    meter = Meter(requests, shared.database)
    for _ in range(20):
        requests.note(("kst-shared", ADA, REGION, START))
        meter.write_down()
    assert [one.wait(60) for one in others] == [0, 0]
    with shared.database.begin() as work:
        assert work.usage.busiest_minutes(["kst-shared"], DAY_1) == {"kst-shared": 420}
        work.connection.execute(schema.usage_minutes.delete())


# --- days -----------------------------------------------------------------------------------


def test_versions_of_keys_that_wait_to_be_deleted_are_free(work: UnitOfWork) -> None:
    one, two = samples.key(1), samples.key(2, state=KeyState.PENDING_DELETION)
    work.keys.add(one, samples.version(one))
    work.keys.add(two, samples.version(two))
    held = work.usage.holdings([one.instance_id, "kst-empty"])
    assert {name: h.key_versions for name, h in held.items()} == {
        one.instance_id: 1,
        "kst-empty": 0,
    }


def test_a_day_is_written_once_and_billed_once(work: UnitOfWork) -> None:
    work.usage.add_days([day()])
    work.usage.add_days([day(key_versions=99), day("kst-b")])
    found = work.usage.unbilled(ADA, DAY_1)
    assert [(one.instance_id, one.key_versions) for one in found] == [("kst-a", 2), ("kst-b", 2)]
    work.usage.bill([replace(found[0], record_id="3", peak_qps=7)])
    assert [one.instance_id for one in work.usage.unbilled(ADA, DAY_1)] == ["kst-b"]
    work.usage.add_days([day(on=DAY_2)])
    assert [one.instance_id for one in work.usage.unbilled(ADA, DAY_1)] == ["kst-b"]
    assert [one.day for one in work.usage.unbilled(ADA, DAY_2)] == [DAY_1, DAY_2]


# --- what is outstanding --------------------------------------------------------------------


def outstanding(work: UnitOfWork) -> list[int]:
    t = schema.bill_lines
    query = t.select().where(t.c.account_id == ADA).order_by(t.c.seq)
    return [row.outstanding for row in work.connection.execute(query)]


def in_debt(work: UnitOfWork) -> None:
    """Ada with 5.00 and two bills of 5.56: 0.56 and 5.56 are not covered."""
    work.accounts.add(samples.account(1, id=ADA, currency="USD", debt_since=AT))
    top_up(work, ADA, "USD", 500, "")
    for on in (DAY_1, DAY_2):
        work.usage.add_days([day(on=on)])
        bill = make_bill(BOOK, [day(on=on, peak_qps=2)], "USD")
        number, _, _ = charge(work, ADA, bill)
        work.usage.bill([replace(one, record_id=number) for one in bill.days])


def test_income_pays_the_oldest_bill_first_and_the_totals_follow(work: UnitOfWork) -> None:
    in_debt(work)
    assert outstanding(work) == [56, 556]
    work.bills.settle(ADA, "USD", 612)
    assert outstanding(work) == [56, 556]
    top_up(work, ADA, "USD", 100, "")
    work.bills.settle(ADA, "USD", 512)
    assert outstanding(work) == [0, 512]
    assert check_books(work.books) == []
    top_up(work, ADA, "USD", 512, "")
    work.bills.settle(ADA, "USD", 0)
    assert outstanding(work) == [0, 0]
    assert check_books(work.books) == []


# --- the check of the books -----------------------------------------------------------------


def rules(work: UnitOfWork) -> list[tuple[str, str]]:
    return [(one.rule, one.subject) for one in check_books(work.books)]


def test_income_that_nobody_took_note_of_is_found(work: UnitOfWork) -> None:
    in_debt(work)
    top_up(work, ADA, "USD", 100, "")
    assert rules(work) == [("debt", ADA)]


def test_a_bill_that_was_not_charged_is_found_and_a_charge_without_one(work: UnitOfWork) -> None:
    bill = make_bill(BOOK, [day()], "USD")
    work.bills.add(lines_of(bill, "300", Payment(0, bill.total, 0), AT))
    assert rules(work) == [("usage", "300")]
    work.connection.execute(schema.bill_lines.delete())
    work.connection.execute(schema.bill_totals.delete())
    top_up(work, ADA, "USD", 500, "")
    number, _, _ = charge(work, ADA, bill)
    assert rules(work) == []
    work.connection.execute(schema.bill_lines.delete())
    work.connection.execute(schema.bill_totals.delete())
    assert rules(work) == [("usage", number)]


def test_a_day_that_is_in_no_bill_is_found_unless_its_bill_is_to_come(work: UnitOfWork) -> None:
    work.usage.add_days([day()])
    assert rules(work) == [("usage", "kst-a")]
    work.agenda.add([Appointment(DAILY_BILL, BOB, AT)])
    assert rules(work) == [("usage", "kst-a")]
    work.agenda.add([Appointment(DAILY_BILL, ADA, AT)])
    assert rules(work) == []


def plans_of(work: UnitOfWork, ask: Callable[[], object]) -> str:
    """How the engine would carry out the queries of ``ask``, where reading whole tables is dear."""
    asked: list[tuple[str, Any]] = []

    def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    event.listen(work.connection, "before_cursor_execute", note)
    ask()
    event.remove(work.connection, "before_cursor_execute", note)
    sqlite = work.connection.dialect.name == "sqlite"
    if not sqlite:
        work.connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    explain = "EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN "
    return "\n".join(
        str(row)
        for statement, parameters in asked
        for row in work.connection.exec_driver_sql(explain + statement, parameters)
    )


def test_days_in_no_bill_are_found_by_their_index(work: UnitOfWork) -> None:
    assert "ix_usage_days_unbilled" in plans_of(work, lambda: work.usage.unbilled(ADA, DAY_2))
    everyone = plans_of(work, lambda: list(work.books.unbilled_days()))
    assert "ix_usage_days_unbilled" in everyone
