"""Rows of a split bill add up to it, and so do the months of what is spread. rules.md 9."""

import calendar
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from contracts.bill_samples import bill_line
from keylease.billing.bills.amortisation import Amortised, amortise, share
from keylease.billing.bills.model import BillItem, BillLine, LineItem
from keylease.billing.bills.months import bounds, next_month
from keylease.billing.bills.parts import Amounts, amounts_of, grouped, split
from keylease.core.clock import DAY, local_date, midnight

CENTS = st.integers(0, 10**9)
FIRST, LAST = midnight(date(2024, 1, 1)), midnight(date(2030, 1, 1))


@st.composite
def amounts(draw: st.DrawFn) -> Amounts:
    """Figures that keep the identities of a line."""
    gross = draw(CENTS)
    pretax = draw(st.integers(0, gross))
    voucher = draw(st.integers(0, pretax))
    owed = draw(st.integers(0, pretax - voucher))
    return Amounts(gross, gross - pretax, pretax, voucher, pretax - voucher - owed, owed)


@st.composite
def parts(draw: st.DrawFn, gross: int) -> tuple[LineItem, ...]:
    """Billable items that add up to a list price."""
    cuts = sorted(draw(st.lists(st.integers(0, gross), max_size=5)))
    edges = [0, *cuts, gross]
    shares = [after - before for before, after in pairwise(edges)]
    return tuple(LineItem(f"C{n}", "1", "Day", "1", one) for n, one in enumerate(shares))


@st.composite
def lines(draw: st.DrawFn) -> BillLine:
    """A line of any kind, whose period may begin later than it was paid."""
    whole = draw(amounts())
    if kind := draw(st.sampled_from([None, BillItem.REFUND])):
        whole = Amounts(-whole.pretax, 0, -whole.pretax, 0, -whole.pretax, 0)
    at = draw(st.integers(FIRST, LAST))
    start = at + draw(st.integers(0, 400)) * DAY
    end = start + draw(st.integers(1, 1_200 * DAY))
    return bill_line(
        draw(st.integers(1, 9)),
        item=kind or draw(st.sampled_from([BillItem.SUBSCRIPTION_ORDER, BillItem.PAY_AS_YOU_GO])),
        month=f"{local_date(at):%Y-%m}",
        at=at,
        usage_start=start,
        usage_end=end,
        items=() if kind else draw(parts(whole.gross)),
        **{name: getattr(whole, name) for name in Amounts.__slots__},
    )


def holds(one: Amounts) -> bool:
    """The identities of a line."""
    paid = one.voucher + one.cash + one.outstanding
    return one.pretax == one.gross - one.discount == paid


def total(found: list[Amounts]) -> Amounts:
    return sum(found, Amounts())


@given(st.data())
def test_billable_items_add_up_to_their_line_and_keep_its_identities(data: st.DataObject) -> None:
    whole = data.draw(amounts())
    items = data.draw(parts(whole.gross))
    found = split(whole, items)
    assert [item for item, _ in found] == list(items)
    assert total([one for _, one in found]) == whole
    for _, one in found:
        assert holds(one)
        assert min(one.gross, one.discount, one.pretax, one.voucher, one.cash, one.outstanding) >= 0


@given(amounts())
def test_a_line_without_items_is_its_own_part(whole: Amounts) -> None:
    assert split(whole, ()) == [(None, whole)]


@given(st.lists(lines(), max_size=8), st.booleans())
def test_groups_add_up_to_their_lines(found: list[BillLine], by_item: bool) -> None:
    found.sort(key=lambda line: line.instance_id)
    made = list(grouped(found, by_item=by_item))
    assert total([one.amounts for one in made]) == total([amounts_of(line) for line in found])
    keys = [one.key for one in made]
    assert keys == sorted(set(keys))
    assert all(holds(one.amounts) for one in made)


@given(st.integers(-(10**9), 10**9), st.integers(1, 2_000), st.data())
def test_shares_of_days_differ_by_at_most_one(amount: int, days: int, data: st.DataObject) -> None:
    assert (share(amount, days, 0), share(amount, days, days)) == (0, amount)
    day = data.draw(st.integers(1, days))
    of_day = share(amount, days, day) - share(amount, days, day - 1)
    assert of_day in {amount // days, -(-amount // days)}
    assert share(amount, days, -day) == 0
    assert share(amount, days, days + day) == amount


def naive(line: BillLine, month: str, stopped_at: int | None) -> int:
    """What of a line's amount falls into a month, day by day with a calendar."""
    if line.item is not BillItem.SUBSCRIPTION_ORDER:
        return line.pretax if line.month == month else 0
    first, last = local_date(line.usage_start), local_date(line.usage_end - 1)
    days = [first + timedelta(n) for n in range((last - first).days + 1)]
    each, left = divmod(line.pretax, len(days))
    stop = None if stopped_at is None else f"{local_date(stopped_at):%Y-%m}"
    found = 0
    for place, day in enumerate(days):
        of_month = f"{day:%Y-%m}"
        if stop is not None and of_month > stop:
            of_month = stop
        found += (each + (place < left)) if of_month == month else 0
    return found


@given(lines(), st.integers(-3, 60), st.none() | st.integers(0, 1_000 * DAY))
def test_a_line_seen_from_a_month(line: BillLine, later: int, stopped: int | None) -> None:
    month = next_month(line.month, later)
    stopped_at = None if stopped is None else line.at + stopped
    seen = amortise(line, month, stopped_at)
    assert seen.total == amounts_of(line)
    assert seen.current.pretax == naive(line, month, stopped_at)
    assert all(holds(one) for one in (seen.before, seen.current, seen.remaining))
    following = amortise(line, next_month(month), stopped_at)
    assert following.before == seen.to_date


@given(lines(), st.integers(0, 1_000 * DAY))
def test_nothing_is_left_to_come_when_the_period_was_cut_short(line: BillLine, after: int) -> None:
    stopped_at = line.at + after
    month = max(line.month, f"{local_date(stopped_at):%Y-%m}")
    assert amortise(line, month, stopped_at).remaining == Amounts()
    before = next_month(line.month, -1)
    assert amortise(line, before, stopped_at).to_date == Amounts()


@given(lines())
def test_the_months_of_a_line_add_up_to_it(line: BillLine) -> None:
    month, found = line.month, Amounts()
    while found != amounts_of(line) or bounds(month)[0] <= line.usage_end:
        found += amortise(line, month).current
        month = next_month(month)
        assert month < "2040"
    assert found == amounts_of(line)


def test_a_month_costs_what_its_days_cost() -> None:
    """365.00 for the 365 days of 2026: one a day; 100 a day for a leap February."""
    line = replace(
        bill_line(1, discount=0, voucher=0, gross=36_500, pretax=36_500, cash=36_500),
        usage_start=bounds("2026-01")[0],
        usage_end=bounds("2026-12")[1],
        items=(),
    )
    for number in range(1, 13):
        days = calendar.monthrange(2026, number)[1]
        seen = amortise(line, f"2026-{number:02}")
        assert seen.current.pretax == 100 * days
        assert isinstance(seen, Amortised)
