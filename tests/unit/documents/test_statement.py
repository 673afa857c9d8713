from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keylease.documents.statement import Amounts, LineKind, total
from unit.documents.samples import busy_month, line, statement

minor = st.integers(-(10**12), 10**12)
amounts = st.builds(lambda a, b, c: Amounts(a, b, c, a - b - c), minor, minor, minor)
lines = st.builds(lambda a, kind: line(amounts=a, kind=kind), amounts, st.sampled_from(LineKind))


def test_a_line_that_does_not_add_up_does_not_construct():
    assert Amounts(10_000, 1_500, 500, 8_000).charged == 8_000
    with pytest.raises(AssertionError, match="does not add up"):
        Amounts(10_000, 1_500, 500, 8_001)


def test_a_statement_that_does_not_add_up_does_not_construct():
    whole = statement(line(), opening_balance=70_000, top_ups=1)
    assert whole.closing_balance == 70_000 + 1 - 50_000
    with pytest.raises(AssertionError, match="2026-03 does not add up"):
        replace(whole, closing_balance=20_000)


@given(st.lists(lines))
def test_the_subtotals_add_up_to_the_total_and_count_every_line(some):
    whole = statement(*some)
    assert total(sub.amounts for sub in whole.subtotals) == whole.total
    assert sum(sub.count for sub in whole.subtotals) == len(some)
    assert sum(whole.charged(kind) for kind in LineKind) == whole.total.charged


def test_subtotals_come_in_one_order_and_leave_out_what_did_not_happen():
    kinds = [sub.kind for sub in busy_month("en").subtotals]
    assert kinds == [LineKind.PURCHASE, LineKind.RENEWAL, LineKind.UPGRADE, LineKind.REFUND]


@pytest.mark.parametrize(
    ("month", "last"),
    [("2026-02", "2026-02-28"), ("2024-02", "2024-02-29"), ("2026-12", "2026-12-31")],
)
def test_a_month_ends_with_its_last_day(month, last):
    first, end = statement(month=month).days
    assert (str(first), str(end)) == (f"{month}-01", last)
