"""Stored bills on both engines: what is added up is what the lines are, and pages miss nothing."""

from dataclasses import replace
from itertools import islice

import pytest

from contracts import samples
from contracts.bill_samples import bill_line, day_line
from contracts.samples import ADA, BOB
from keylease.billing.bills.model import BillItem, BillLine
from keylease.billing.bills.months import MONTH_CLOSE, bounds, closes_at
from keylease.billing.bills.parts import Amounts, amounts_of, grouped
from keylease.billing.bills.ports import ClosedMonth, LineFilter
from keylease.billing.bills.sheet import STORED
from keylease.billing.bills.subscriptions import BillSubscription, ExportType
from keylease.billing.ledger.check import check_books
from keylease.core.agenda import Appointment
from keylease.core.clock import DAY
from keylease.lifecycle.closing import close_due, closing_balance
from keylease.storage import schema
from keylease.storage.unit_of_work import UnitOfWork

JANUARY = LineFilter(ADA, "2026-01")
ZERO = {"gross": 0, "discount": 0, "pretax": 0, "voucher": 0, "cash": 0, "items": ()}

#: Of January: orders, a refund, days, a line of nothing; and what must not be mixed in.
OURS = [
    *(bill_line(number) for number in range(1, 8)),
    replace(bill_line(8), item=BillItem.REFUND, gross=-700, discount=0, pretax=-700, voucher=0,
            cash=-700, items=()),
    *(day_line(number) for number in range(10, 16)),
    bill_line(16, **ZERO),
]  # fmt: skip
OTHERS = [
    bill_line(20, account_id=BOB),
    bill_line(21, month="2026-02", day="2026-02-01"),
    day_line(22, month="2025-12", day="2025-12-31"),
]


@pytest.fixture
def filled(work: UnitOfWork) -> UnitOfWork:
    for one in (ADA, BOB):
        work.accounts.add(samples.account(int(one[0]), id=one, currency="USD"))
    work.bills.add([*OURS, *OTHERS])
    return work


def total(lines: list[BillLine]) -> Amounts:
    return sum((amounts_of(line) for line in lines), Amounts())


def test_lines_come_back_as_they_were_written(filled: UnitOfWork) -> None:
    assert list(filled.bill_views.page(JANUARY, 0, 100)) == OURS


def test_totals_are_the_sums_of_the_lines(filled: UnitOfWork) -> None:
    totals = filled.bill_views.totals(ADA, "2026-01")
    assert sum((one.amounts for one in totals), Amounts()) == total(OURS)
    assert sum(one.lines for one in totals) == len(OURS)
    assert {(one.item, one.subscription) for one in totals} == {
        (line.item.value, line.subscription) for line in OURS
    }
    assert {one.month for one in filled.bill_views.totals(ADA)} == {"2025-12", "2026-01", "2026-02"}


def test_a_day_adds_up_to_its_lines(filled: UnitOfWork) -> None:
    day = OURS[0].day
    of_day = [line for line in OURS if line.day == day]
    totals = filled.bill_views.day_totals(replace(JANUARY, day=day))
    assert sum((one.amounts for one in totals), Amounts()) == total(of_day)


FILTERS = {
    "all": JANUARY,
    "a kind": replace(JANUARY, item="Refund"),
    "an unknown kind": replace(JANUARY, item="refund"),
    "a billing method": replace(JANUARY, subscription="PayAsYouGo"),
    "a product type": replace(JANUARY, product_type="kms_ddi_public_intl"),
    "a record": replace(JANUARY, record_id=OURS[2].record_id),
    "an instance": replace(JANUARY, instance_id=OURS[1].instance_id),
    "without zeros": replace(JANUARY, hide_zero=True),
    "a day": replace(JANUARY, day=OURS[4].day),
    "a month without lines": replace(JANUARY, month="2024-01"),
}


def fits(line: BillLine, chosen: LineFilter) -> bool:
    wanted = (chosen.item, chosen.subscription, chosen.product_type, chosen.record_id)
    has = (line.item.value, line.subscription, line.product_type, line.record_id)
    return (
        all(want in {None, one} for want, one in zip(wanted, has, strict=True))
        and chosen.instance_id in {None, line.instance_id}
        and chosen.day in {None, line.day}
        and chosen.month == line.month
        and not (chosen.hide_zero and line.gross == line.pretax == 0)
    )


@pytest.mark.parametrize("name", FILTERS)
def test_every_way_of_paging_shows_the_same_lines(filled: UnitOfWork, name: str) -> None:
    chosen = FILTERS[name]
    expected = [line for line in OURS if fits(line, chosen)]
    views = filled.bill_views
    assert views.count(chosen) == len(expected)
    assert [line for at in range(0, 20, 3) for line in views.page(chosen, at, 3)] == expected
    found, seq = [], 0
    while page := views.after(chosen, seq, 3):
        found += [line for _, line in page]
        seq = page[-1][0]
    assert found == expected
    stored = [row for rows in views.rows(chosen, STORED, 4) for row in rows]
    assert [row[6] for row in stored] == [line.record_id for line in expected]
    by_instance = sorted(expected, key=lambda line: line.instance_id)
    assert list(views.by_instance(chosen, chunk=2)) == by_instance


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("by_item", [False, True])
def test_as_many_groups_are_counted_as_are_made(
    filled: UnitOfWork, name: str, *, by_item: bool
) -> None:
    chosen = FILTERS[name]
    lines = [line for line in OURS if fits(line, chosen)]
    made = list(
        grouped(
            filled.bill_views.by_instance(chosen, chunk=3),
            by_item=by_item,
            hide_zero=chosen.hide_zero,
        )
    )
    assert filled.bill_views.count_groups(chosen, by_item=by_item) == len(made)
    assert sum((one.amounts for one in made), Amounts()) == total(lines)
    assert [one.key for one in made] == sorted({one.key for one in made})


def test_groups_go_on_from_an_instance(filled: UnitOfWork) -> None:
    every = list(grouped(filled.bill_views.by_instance(JANUARY), by_item=False))
    middle = every[len(every) // 2].key[0]
    found = list(grouped(filled.bill_views.by_instance(JANUARY, middle, 1), by_item=False))
    assert found == [one for one in every if one.key[0] >= middle]


def test_the_first_groups_read_no_more_than_a_chunk(filled: UnitOfWork) -> None:
    lines = filled.bill_views.by_instance(JANUARY, chunk=2)
    assert len(list(islice(lines, 2))) == 2


def test_costs_are_those_of_the_month_and_what_reaches_into_it(filled: UnitOfWork) -> None:
    march = LineFilter(ADA, "2026-03")
    over = bounds("2026-03")[0]
    reaching = [line for line in [*OURS, *OTHERS] if line.account_id == ADA]
    expected = [
        line
        for line in sorted(reaching, key=lambda line: line.month)
        if line.item is BillItem.SUBSCRIPTION_ORDER and line.usage_end > over
    ]
    assert expected
    for line in reaching:
        if line.item is BillItem.SUBSCRIPTION_ORDER:
            filled.orders.add(samples.order(id=line.record_id, end=line.usage_end))
    views = filled.bill_views
    assert [one.line for one in views.cost_page(march, 0, 100)[0]] == expected
    assert [one.line for n in range(9) for one in views.cost_page(march, n, 1)[0]] == expected[:9]
    assert views.cost_page(march, 99, 1) == ([], len(expected))
    assert views.count_cost(march, by_instance=False) == len(expected)
    assert [one.line for page in views.costs(march, 2) for one in page] == expected
    by_instance = [one.line for one in views.cost_by_instance(march, ("", ""), 2)]
    assert by_instance == sorted(expected, key=lambda line: (line.month, line.instance_id))
    pairs = {(line.month, line.instance_id) for line in expected}
    assert views.count_cost(march, by_instance=True) == len(pairs)
    rest = [one.line for one in views.cost_by_instance(march, min(pairs), 2)]
    assert {(line.month, line.instance_id) for line in rest} == pairs - {min(pairs)}


def test_an_order_that_was_stopped_before_a_month_costs_it_nothing(filled: UnitOfWork) -> None:
    over, ends = bounds("2026-03")[0], OURS[1].usage_end
    stopped = samples.order(1, id=OURS[0].record_id, end=ends, ended_at=over - 1)
    running = samples.order(2, id=OURS[1].record_id, end=ends, ended_at=over)
    filled.orders.add(stopped)
    filled.orders.add(running)
    found, _ = filled.bill_views.cost_page(LineFilter(ADA, "2026-03"), 0, 100)
    records = {one.line.record_id: one.stopped_at for one in found}
    assert stopped.id not in records
    assert records[running.id] == running.ended_at


# --- months ---------------------------------------------------------------------------------


def closings(work: UnitOfWork) -> list[Appointment]:
    rows, _ = work.agenda.page(["pending"], 1_000)
    return [row.appointment for row in rows if row.appointment.kind == MONTH_CLOSE]


def test_the_first_line_of_a_month_plans_its_closing_once(work: UnitOfWork) -> None:
    work.bills.add([bill_line(1), bill_line(2)])
    work.bills.add([bill_line(3), bill_line(4, account_id=BOB)])
    due = closes_at("2026-01")
    planned = [Appointment(MONTH_CLOSE, one, due, {"month": "2026-01"}) for one in (ADA, BOB)]
    assert sorted(closings(work), key=lambda one: one.subject) == planned


def test_nothing_is_added_to_a_closed_month(filled: UnitOfWork) -> None:
    close_due(filled, closings(filled))
    before = filled.bill_views.count(JANUARY)
    with pytest.raises(AssertionError, match=r"2026-01 .* is closed"):
        filled.bills.add([bill_line(99)])
    assert filled.bill_views.count(JANUARY) == before
    filled.bills.add([bill_line(99, month="2026-03")])


def test_a_closed_month_remembers_what_it_was(filled: UnitOfWork) -> None:
    close_due(filled, closings(filled))
    closed = filled.bills.closed(ADA, "2026-01")
    assert closed is not None
    assert (closed.lines, closed.pretax) == (len(OURS), total(OURS).pretax)
    assert closed.closed_at == filled.now
    assert closed in filled.bills.closed_months(ADA)
    assert {one.account_id for one in filled.bills.closed_months(ADA)} == {ADA}
    close_due(filled, closings(filled))  # again, after a crash: nothing happens
    assert filled.bills.closed(ADA, "2026-01") == closed


def test_a_bill_made_after_the_end_of_its_month_counts_in_it(filled: UnitOfWork) -> None:
    """It is subtracted from the balance of its month, and from none that follows."""
    end = bounds("2026-01")[1]
    late = day_line(50, at=end + 3_600, day="2026-01-31")
    assert closing_balance(filled, ADA, "USD", "2026-01") == 0
    filled.bills.add([late])
    assert filled.bills.booked_late(ADA, "2026-01") == late.pretax - late.voucher
    assert closing_balance(filled, ADA, "USD", "2026-01") == -late.pretax
    assert filled.bills.booked_late(ADA, "2026-02") == 0


def test_the_check_finds_a_closed_month_that_was_changed(work: UnitOfWork) -> None:
    work.bills.close(ClosedMonth(ADA, "2026-01", 5, lines=1, pretax=7, opening=0, closing=0))
    assert [(one.rule, one.subject) for one in check_books(work.books)] == [("bill", ADA)]
    work.connection.execute(schema.bill_months.update().values(lines=0, pretax=0))
    assert check_books(work.books) == []


# --- subscriptions to files -----------------------------------------------------------------


def test_a_subscription_takes_the_place_of_the_one_of_its_type(work: UnitOfWork) -> None:
    first = BillSubscription(ADA, ExportType.ITEMS, "bucket", "a/b", 1_000, "2026-01", 5)
    second = replace(first, bucket="another", subscribed_at=6 + DAY)
    other = replace(first, type=ExportType.STATEMENT)
    foreign = replace(first, account_id=BOB)
    for one in (first, second, other, foreign):
        work.bill_subscriptions.put(one)
    assert work.bill_subscriptions.of_account(ADA) == [second, other]
    assert work.bill_subscriptions.all() == [second, other, foreign]
    assert work.bill_subscriptions.remove(ADA, ExportType.ITEMS)
    assert not work.bill_subscriptions.remove(ADA, ExportType.ITEMS)
    assert work.bill_subscriptions.all() == [other, foreign]
