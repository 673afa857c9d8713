"""The bill of a day: exact, rounded once, and it adds up. rules.md 8 and 9, facts/kms.md 2."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keylease.billing.catalog import default_price_book_text, parse_price_book
from keylease.billing.usage.bill import Payment, lines_of, make_bill
from keylease.billing.usage.model import (
    By,
    UsageDay,
    bounds_of,
    day_before,
    first_period,
    peak_qps,
    period_end,
)
from keylease.core.clock import DAY, local, parse_iso

BOOK = parse_price_book(default_price_book_text())
ONE = UsageDay(
    "kst-1", "2026-01-31", "1", "cn-hangzhou", "software", "kms_ppi_public_intl", "front",
    key_versions=2, secrets=0, free=False, peak_qps=2,
)  # fmt: skip

#: Dollars a day. facts/kms.md 2.
INSTANCE = {"software": Fraction("4.5"), "hardware": Fraction(9)}
KEY, SECRET, QPS = Fraction("0.03"), Fraction("0.013"), Fraction("0.5")

days = st.builds(
    replace,
    st.just(ONE),
    instance_id=st.text("abcdefgh", min_size=3, max_size=5).map(lambda name: f"kst-{name}"),
    edition=st.sampled_from(sorted(INSTANCE)),
    key_versions=st.integers(0, 1_000),
    secrets=st.integers(0, 1_000),
    peak_qps=st.none() | st.integers(0, 4_000),
    free=st.booleans(),
)
bills = st.lists(days, min_size=1, max_size=8, unique_by=lambda day: day.instance_id)


def naive_cents(used: list[UsageDay]) -> int:
    """The sum in dollars, then the nearest cent, a half up: by counting up."""
    exact = Fraction(0)
    for day in used:
        if not day.free:
            exact += INSTANCE[day.edition] + day.key_versions * KEY + day.secrets * SECRET
            exact += (day.peak_qps or 0) * QPS
    return int(exact * 100 + Fraction(1, 2))


@given(bills)
def test_a_bill_is_the_exact_sum_of_its_days_rounded_once(used: list[UsageDay]) -> None:
    assert make_bill(BOOK, used, "USD").total == naive_cents(used)


@given(bills, st.data())
def test_the_lines_and_their_items_add_up_however_it_was_paid(
    used: list[UsageDay], data: st.DataObject
) -> None:
    bill = make_bill(BOOK, used, "USD")
    voucher = data.draw(st.integers(0, bill.total))
    cash = data.draw(st.integers(0, bill.total - voucher))
    payment = Payment(voucher, cash, bill.total - voucher - cash)
    lines = lines_of(bill, "3", payment, 0)
    assert [line.instance_id for line in lines] == sorted(day.instance_id for day in used)
    for line in lines:
        assert line.pretax == line.gross == sum(item.gross for item in line.items)
        assert line.pretax == line.voucher + line.cash + line.outstanding
        assert min(line.pretax, line.voucher, line.cash, line.outstanding) >= 0
    assert sum(line.pretax for line in lines) == bill.total
    assert sum(line.voucher for line in lines) == payment.voucher
    assert sum(line.cash for line in lines) == payment.cash
    assert sum(line.outstanding for line in lines) == payment.outstanding


@given(bills)
def test_no_line_is_a_cent_away_from_its_exact_part(used: list[UsageDay]) -> None:
    bill = make_bill(BOOK, used, "USD")
    for day, amount in zip(bill.days, bill.amounts, strict=True):
        alone = Fraction(0)
        if not day.free:
            alone = INSTANCE[day.edition] + day.key_versions * KEY + day.secrets * SECRET
            alone += (day.peak_qps or 0) * QPS
        assert abs(amount - alone * 100) < 2  # a half cent of the sum, and one of the split


def test_a_line_says_what_was_used_at_which_price() -> None:
    bill = make_bill(BOOK, [ONE], "USD")
    (line,) = lines_of(bill, "3", Payment(0, 556, 0), 0)
    assert [(one.code, one.usage, one.unit, one.price, one.gross) for one in line.items] == [
        ("Instance", "1", "Day", "4.50", 450),
        ("KeyNum", "2", "Day", "0.03", 6),
        ("Spec", "2", "Day", "0.50", 100),
    ]
    assert (line.month, line.day, line.usage_end - line.usage_start) == (
        "2026-01", "2026-01-31", DAY,
    )  # fmt: skip


def test_a_day_of_a_trial_costs_nothing() -> None:
    assert make_bill(BOOK, [replace(ONE, free=True)], "USD").total == 0


@pytest.mark.parametrize(("requests", "peak"), [(0, 0), (1, 1), (60, 1), (61, 2), (120, 2)])
def test_the_peak_is_the_average_of_the_busiest_minute_rounded_up(requests: int, peak: int) -> None:
    assert peak_qps(requests) == peak


def test_midnight_ends_the_day_before() -> None:
    midnight = parse_iso("2026-02-01T00:00:00+08:00")
    assert (day_before(midnight), day_before(midnight + 1)) == ("2026-01-31", "2026-02-01")
    assert bounds_of("2026-01-31") == (midnight - DAY, midnight)


@given(st.sampled_from(By), st.integers(0, 4_000_000_000))
def test_periods_lie_end_to_end_on_the_calendar_of_utc8(by: By, instant: int) -> None:
    start = first_period(by, instant)
    assert first_period(by, start) == start >= instant
    assert first_period(by, start + 1) == period_end(by, start)
    begins = local(start)
    shown = {By.RAW: f"{begins:%S}", By.HOUR: f"{begins:%M%S}"}
    shown |= {By.DAY: f"{begins:%H%M%S}", By.MONTH: f"{begins:%d%H%M%S}"}
    assert int(shown[by]) == (1_000_000 if by is By.MONTH else 0)
