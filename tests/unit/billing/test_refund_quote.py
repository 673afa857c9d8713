"""What comes back for an order, to the cent and the second.

Sources: rules.md 6 and 7, and numbers 4, 5 and 6 of facts/billing.md "Ready test vectors". Times
are UTC+8.
"""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from keylease.billing.catalog import (
    PriceBook,
    configure,
    default_price_book_text,
    parse_price_book,
    quote,
    upgrade_quote,
)
from keylease.billing.orders.model import Order, OrderType
from keylease.billing.orders.states import PaymentStatus
from keylease.billing.refunds.quote import days_of_term, days_of_upgrade, quote_refund, total
from keylease.core.clock import DAY, parse_iso
from keylease.core.terms import Term, bought, continued, extended_to

TIERS = '12 = "0.85"\n24 = "0.70"\n36 = "0.50"\n'


def book(base: str = "500.00", qps: str = "250.00", tiers: str = TIERS) -> PriceBook:
    """The default book with this price for the software edition and a block of its Spec."""
    text = default_price_book_text()
    assert TIERS in text
    text = text.replace(TIERS, tiers).replace('USD = "500.00"', f'USD = "{base}"', 1)
    return parse_price_book(text.replace('USD = "250.00"', f'USD = "{qps}"', 1))


DEFAULT = book()


def at(text: str) -> int:
    return parse_iso(f"{text.replace(' ', 'T')}+08:00")


def paid(
    prices: PriceBook, term: Term, months: int, *, begins_chain: bool = True, **changed: object
) -> Order:
    """An order of the smallest software instance for a term, paid at its price."""
    chosen = configure(prices, {})
    price = quote(prices, chosen, "USD", months)
    made = Order(
        id="1",
        account_id="1",
        type=OrderType.NEW,
        status=PaymentStatus.PAID,
        product_type="kms_ddi_public_intl",
        instance_id="kst-1",
        region="cn-hangzhou",
        months=months,
        currency="USD",
        list_amount=price.list_amount,
        payable_amount=price.payable_amount,
        created_at=term.start,
        paid_at=term.start,
        configuration=chosen.to_dict(),
        original=None,
        price_book=1,
        start=term.start,
        end=term.end,
        order_days=days_of_term(term, begins_chain=begins_chain),
    )
    return replace(made, **changed)


def purchase(when: str, months: int, prices: PriceBook = DEFAULT) -> Order:
    return paid(prices, bought(at(when), months), months)


# --- the vectors ----------------------------------------------------------------------------


def test_a_year_left_after_half_of_it_gives_421_64_back() -> None:
    """rules.md 7: 182 days of 365 earn no discount."""
    prices = book("100.00")
    order = purchase("2026-01-01 00:00:00", 12, prices)
    assert (order.list_amount, order.payable_amount, order.order_days) == (1200_00, 1020_00, 365)
    line = quote_refund(order, prices, at("2026-07-02 00:00:00"))
    assert (line.used_days, line.factor, line.consumed) == (182, 1, 598_36)
    assert line.amount == 421_64
    assert line.discount_lost == 598_36 - 508_60  # 1,020.00 x 182 / 365 is 508.60


def test_a_leap_year_left_after_exactly_half_of_it_gives_420_back() -> None:
    """Number 6: consumed are 600.00, exactly half of 1,200.00."""
    prices = book("100.00")
    order = purchase("2024-01-01 00:00:00", 12, prices)
    line = quote_refund(order, prices, at("2024-07-02 00:00:00"))
    assert (line.order_days, line.used_days) == (366, 183)
    assert (line.consumed, line.amount) == (600_00, 420_00)


@pytest.mark.parametrize(
    ("when", "used", "back"),
    [
        ("2026-03-10 15:04:05", 1, 483_87),
        ("2026-03-11 15:04:05", 1, 483_87),
        ("2026-03-11 15:04:06", 2, 467_74),
    ],
)
def test_a_month_left_after_a_day_and_after_a_second_more(when: str, used: int, back: int) -> None:
    """rules.md 7; the first second counts as a day."""
    order = purchase("2026-03-10 15:04:05", 1)
    line = quote_refund(order, DEFAULT, at(when))
    assert (line.order_days, line.used_days, line.amount) == (31, used, back)


def test_a_month_and_three_more_that_have_not_begun_give_1838_71_back() -> None:
    """rules.md 7."""
    first = bought(at("2026-03-10 15:04:05"), 1)
    second = continued(first, 3)
    orders = [
        paid(DEFAULT, first, 1),
        paid(DEFAULT, second, 3, begins_chain=False, type=OrderType.RENEW),
    ]
    now = at("2026-03-20 09:00:01")
    both = total("USD", [quote_refund(order, DEFAULT, now) for order in orders])
    assert [line.used_days for line in both.lines] == [10, 0]
    assert [line.amount for line in both.lines] == [338_71, 1500_00]
    assert (both.currency, both.amount) == ("USD", 1838_71)


@pytest.mark.parametrize(
    ("base", "block", "tiers", "days", "fee"),
    [
        ("120.00", "180.00", '6 = "0.85"\n', 184, 938_40),
        ("7200.00", "7200.00", "", 50, 12_000_00),
    ],
)
def test_an_upgrade_costs_what_is_published_and_its_first_day_is_consumed(
    base: str, block: str, tiers: str, days: int, fee: int
) -> None:
    """rules.md 6, numbers 4 and 5: 120 to 300 a month, and 7,200 to 14,400."""
    prices = book(base, block, tiers)
    old, new = configure(prices, {}), configure(prices, {"Spec": "2000"})
    price = upgrade_quote(prices, old, new, "USD", days * DAY)
    assert price.payable_amount == fee
    start = at("2026-02-01 00:00:00")
    order = replace(
        purchase("2026-02-01 00:00:00", 1),
        type=OrderType.UPGRADE,
        list_amount=price.list_amount,
        payable_amount=price.payable_amount,
        end=start + days * DAY,
        order_days=days_of_upgrade(start, start + days * DAY),
    )
    line = quote_refund(order, prices, start)
    assert line.order_days == days
    day = round(Fraction(price.list_amount, days))  # no half cent among the vectors
    assert line.amount == fee - day


@pytest.mark.parametrize(
    ("used", "back"),
    [
        (359, 499_73),  # 1,680.00 - 2,400.00 x 359 / 730; 11 whole months earn no discount
        (360, 673_97),  # 1,680.00 - 2,400.00 x 360 / 730 x 0.85; 12 do, and the refund rises
        (719, 0),  # 1,680.00 - 2,400.00 x 719 / 730 x 0.85 is below zero
        (720, 23_01),  # 1,680.00 - 2,400.00 x 720 / 730 x 0.70
    ],
)
def test_the_discount_is_what_the_used_length_earns(used: int, back: int) -> None:
    prices = book("100.00")
    order = purchase("2026-01-01 00:00:00", 24, prices)
    assert (order.order_days, order.payable_amount) == (730, 1680_00)
    line = quote_refund(order, prices, at("2026-01-01 00:00:00") + used * DAY)
    assert (line.used_days, line.amount) == (used, back)


# --- how many days an order has -------------------------------------------------------------


def test_an_order_that_begins_a_chain_has_the_days_from_its_anchor_to_e() -> None:
    first = bought(at("2026-01-31 10:00:00"), 1)
    assert days_of_term(first, begins_chain=True) == 28
    assert days_of_term(bought(at("2024-01-31 10:00:00"), 1), begins_chain=True) == 29


def test_an_order_that_queues_has_the_days_from_its_start_to_its_end() -> None:
    first = bought(at("2026-01-31 10:00:00"), 1)
    second = continued(first, 1)  # 1 March to 1 April
    assert days_of_term(second, begins_chain=False) == 31
    assert days_of_term(extended_to(second, second.expiration_date), begins_chain=False) == 0


def test_a_term_that_starts_in_the_middle_of_a_day_has_that_day() -> None:
    """After an instance was ended by its owner, the next automatic term starts in that second."""
    ended = Term(at("2026-03-01 00:00:00"), at("2026-03-12 10:00:00"), bought(0, 1).anchor, 0)
    ended = replace(ended, anchor=bought(at("2026-03-12 09:59:59"), 1).anchor)
    following = continued(ended, 1)
    assert following.end == at("2026-04-13 00:00:00")
    assert days_of_term(following, begins_chain=False) == 32


@pytest.mark.parametrize(("seconds", "days"), [(1, 1), (DAY, 1), (DAY + 1, 2), (184 * DAY, 184)])
def test_an_upgrade_has_its_remaining_time_in_days_rounded_up(seconds: int, days: int) -> None:
    assert days_of_upgrade(1_000, 1_000 + seconds) == days


# --- what holds for every order -------------------------------------------------------------

STARTS = st.integers(at("2020-01-01 00:00:00"), at("2040-01-01 00:00:00"))
BOOKS = st.sampled_from(
    [DEFAULT, book("0.01"), book("0.07", tiers='1 = "0.9999"\n7 = "0.3333"\n'), book(tiers="")]
)


@st.composite
def orders(draw: st.DrawFn) -> tuple[Order, PriceBook]:
    """A purchase or a queued renewal, paid by voucher in part."""
    prices = draw(BOOKS)
    months = draw(st.sampled_from([1, 2, 3, 6, 12, 24, 36]))
    term = bought(draw(STARTS), draw(st.sampled_from([1, 12])))
    begins = draw(st.booleans())
    term = bought(term.start, months) if begins else continued(term, months)
    order = paid(prices, term, months, begins_chain=begins)
    by_voucher = draw(st.integers(0, order.payable_amount))
    return replace(order, voucher_amount=by_voucher), prices


@given(orders(), st.integers(0, 40 * 31 * DAY))
def test_a_refund_is_never_below_zero_nor_above_the_cash(
    made: tuple[Order, PriceBook], elapsed: int
) -> None:
    order, prices = made
    line = quote_refund(order, prices, (order.start or 0) + elapsed)
    assert 0 <= line.amount <= order.cash
    assert 1 <= line.used_days <= line.order_days
    assert line.amount in {0, order.cash - line.consumed}
    assert line.discount_lost >= 0
    assert line.voucher_amount == order.voucher_amount


@given(orders(), st.integers(1, 10**9))
def test_before_the_start_all_cash_comes_back_and_from_the_end_on_nothing(
    made: tuple[Order, PriceBook], seconds: int
) -> None:
    order, prices = made
    before = quote_refund(order, prices, (order.start or 0) - seconds)
    assert (before.amount, before.used_days, before.consumed) == (order.cash, 0, 0)
    assert before.discount_lost == 0
    assert quote_refund(order, prices, (order.end or 0)).amount == 0
    assert quote_refund(order, prices, (order.end or 0) + seconds).amount == 0


@given(orders(), st.integers(0, 1_000 * DAY), st.integers(0, 40 * DAY))
def test_within_a_tier_waiting_never_pays(
    made: tuple[Order, PriceBook], elapsed: int, more: int
) -> None:
    order, prices = made
    sooner, later = (
        quote_refund(order, prices, (order.start or 0) + wait) for wait in (elapsed, elapsed + more)
    )
    assume(sooner.factor == later.factor)
    assert later.amount <= sooner.amount


@given(orders(), st.integers(-DAY, 1_000 * DAY), st.data())
def test_what_came_back_before_does_not_come_back_again(
    made: tuple[Order, PriceBook], elapsed: int, data: st.DataObject
) -> None:
    order, prices = made
    now = (order.start or 0) + elapsed
    whole = quote_refund(order, prices, now)
    refunded = data.draw(st.integers(0, order.cash))
    rest = quote_refund(order, prices, now, refunded)
    assert rest.amount == max(0, whole.amount - refunded)
    assert refunded + rest.amount <= order.cash
    assert (rest.cash, rest.refunded_before) == (order.cash, refunded)
    assert rest.discount_lost == whole.discount_lost


@given(orders(), st.integers(-DAY, 1_000 * DAY))
def test_an_order_that_was_ended_gives_nothing(made: tuple[Order, PriceBook], elapsed: int) -> None:
    order, prices = made
    now = (order.start or 0) + elapsed
    assert quote_refund(replace(order, ended_at=now), prices, now).amount == 0


@given(orders(), st.integers(0, 1_000))
def test_a_second_matters_only_where_a_day_begins(made: tuple[Order, PriceBook], day: int) -> None:
    """The same all through a day of use: from a second after it began to the second it is full."""
    order, prices = made
    start = (order.start or 0) + day * DAY
    assume(start + DAY < (order.end or 0))
    first, last = (quote_refund(order, prices, start + s) for s in (1, DAY))
    assert first == last


def test_an_order_of_nothing_gives_nothing() -> None:
    free = replace(purchase("2026-01-01 00:00:00", 1), list_amount=0, payable_amount=0)
    line = quote_refund(free, DEFAULT, at("2026-01-10 00:00:00"))
    assert (line.consumed, line.amount, line.discount_lost) == (0, 0, 0)


def test_a_pending_order_that_a_voucher_paid_gives_nothing() -> None:
    order = purchase("2026-01-01 00:00:00", 1)
    order = replace(order, voucher_amount=order.payable_amount)
    assert quote_refund(order, DEFAULT, at("2025-12-31 00:00:00")).amount == 0


def test_what_was_never_paid_is_our_own_mistake() -> None:
    waiting = replace(purchase("2026-01-01 00:00:00", 1), start=None, end=None)
    with pytest.raises(AssertionError, match="only what was paid"):
        quote_refund(waiting, DEFAULT, at("2026-01-02 00:00:00"))
