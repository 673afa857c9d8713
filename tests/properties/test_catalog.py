"""The price book holds for every configuration, not only for those that somebody thought of."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keylease.billing.catalog import (
    Configuration,
    configure,
    default_price_book_text,
    monthly_lines,
    monthly_price,
    parse_price_book,
    quote,
    reconfigure,
    upgrade_quote,
)
from keylease.core.clock import DAY
from keylease.core.errors import Code, Refusal
from keylease.core.money import round_half_up

BOOK = parse_price_book(default_price_book_text())
CURRENCY = st.sampled_from(BOOK.currencies)
MONTHS = st.sampled_from(BOOK.durations.purchase)
LEFT = st.integers(1, 1200 * DAY)


@st.composite
def configurations(draw: st.DrawFn, version: int | None = None) -> Configuration:
    version = version or draw(st.sampled_from((3, 1)))
    log = draw(st.booleans())
    return Configuration(
        edition="software" if version == 3 else "hardware",
        product_version=version,
        qps=draw(st.sampled_from((1000, 2000, 4000) if version == 3 else (2000, 4000))),
        keys=1000 * draw(st.integers(1, 100)),
        secrets=100 * draw(st.integers(1, 1000)),
        access_units=draw(st.integers(1, 10_000)),
        log=log,
        log_storage=1000 * draw(st.integers(1, 500)) if log else 0,
    )


@st.composite
def rises(draw: st.DrawFn) -> tuple[Configuration, Configuration]:
    """Two configurations of one edition; nothing is lower in the second."""
    one = draw(configurations())
    other = draw(configurations(one.product_version))
    log = one.log or other.log
    return one, Configuration(
        one.edition,
        one.product_version,
        max(one.qps, other.qps),
        max(one.keys, other.keys),
        max(one.secrets, other.secrets),
        max(one.access_units, other.access_units),
        log=log,
        log_storage=max(one.log_storage, other.log_storage),
    )


def naive_monthly(c: Configuration, currency: str) -> int:
    """Block by block, with the default file's prices written out a second time."""
    usd = currency == "USD"
    qps = {
        ("software", 1000): (0, 0),
        ("software", 2000): (250, 1800),
        ("software", 4000): (750, 5400),
        ("hardware", 2000): (0, 0),
        ("hardware", 4000): (900, 6500),
    }[c.edition, c.qps]
    base = (500, 3600) if c.edition == "software" else (1799, 12900)
    total = (base[0] + qps[0]) if usd else (base[1] + qps[1])
    for _ in range(2000, c.keys + 1, 1000):
        total += 100 if usd else 720
    for _ in range(200, c.secrets + 1, 100):
        total += 40 if usd else 290
    for _ in range(2, c.access_units + 1):
        total += 25 if usd else 180
    for _ in range(1000, c.log_storage + 1, 1000):
        total += 60 if usd else 430
    return total * 100


@settings(max_examples=60)
@given(configurations(), CURRENCY)
def test_a_month_costs_its_lines_and_a_naive_count_agrees(c: Configuration, currency: str) -> None:
    assert monthly_price(BOOK, c, currency) == naive_monthly(c, currency)
    assert monthly_price(BOOK, c, currency) == sum(
        line.quantity * line.unit_price for line in monthly_lines(BOOK, c, currency)
    )


@given(configurations(), CURRENCY, MONTHS)
def test_a_term_costs_its_months_and_never_more_after_the_discount(
    c: Configuration,
    currency: str,
    months: int,
) -> None:
    term = quote(BOOK, c, currency, months)
    factor = {12: "0.85", 24: "0.70", 36: "0.50"}.get(months, "1")
    assert term.list_price == months * monthly_price(BOOK, c, currency)
    assert term.payable_price == term.list_price * Fraction(factor)
    assert term.payable_amount <= term.list_amount
    assert term.payable_amount == round_half_up(term.payable_price)


@given(rises(), CURRENCY, MONTHS)
def test_more_of_anything_costs_more_and_nothing_more_costs_the_same(
    pair: tuple[Configuration, Configuration],
    currency: str,
    months: int,
) -> None:
    less, more = (quote(BOOK, c, currency, months).payable_amount for c in pair)
    assert (less < more) == (pair[0] != pair[1])


@given(configurations(), CURRENCY)
def test_a_longer_term_costs_more_in_all_and_less_a_month(c: Configuration, currency: str) -> None:
    terms = [quote(BOOK, c, currency, months) for months in BOOK.durations.purchase]
    totals = [term.payable_price for term in terms]
    assert totals == sorted(totals)
    a_month = [term.payable_price / term.months for term in terms]
    assert a_month == sorted(a_month, reverse=True)


@given(configurations())
def test_parameters_and_configuration_are_two_forms_of_one_thing(c: Configuration) -> None:
    assert configure(BOOK, c.as_parameters()) == c
    assert configure(BOOK, {k.swapcase(): v for k, v in c.as_parameters().items()}) == c
    assert reconfigure(BOOK, c, c.as_parameters()) == c
    assert Configuration.from_dict(c.to_dict()) == c


@given(rises(), CURRENCY, LEFT)
def test_an_upgrade_costs_the_difference_for_the_time_that_is_left(
    pair: tuple[Configuration, Configuration],
    currency: str,
    left: int,
) -> None:
    old, new = pair
    if old == new:
        with pytest.raises(Refusal, match="Nothing rises"):
            upgrade_quote(BOOK, old, new, currency, left)
        return
    fee = upgrade_quote(BOOK, old, new, currency, left)
    more = naive_monthly(new, currency) - naive_monthly(old, currency)
    assert fee.list_price == Fraction(more * left, 30 * DAY)
    assert fee.payable_price == fee.list_price * BOOK.discount(left // (30 * DAY))
    assert 0 <= fee.payable_amount <= fee.list_amount


@given(rises(), CURRENCY, LEFT)
def test_going_down_is_never_an_upgrade(
    pair: tuple[Configuration, Configuration],
    currency: str,
    left: int,
) -> None:
    with pytest.raises(Refusal) as refused:
        upgrade_quote(BOOK, pair[1], pair[0], currency, left)
    assert refused.value.code is Code.INVALID_PARAMETER


#: What software offers, written out; the lowest is what is included.
OFFERED = {
    "Spec": [1000, 2000, 4000],
    "KeyNum": range(1000, 100_001, 1000),
    "SecretNum": range(100, 100_001, 100),
    "VpcNum": range(1, 10_001),
}


@given(
    st.sampled_from(sorted(OFFERED)),
    st.integers(-50, 1100).map(lambda n: str(n * 100))
    | st.integers(-5, 200_000).map(str)
    | st.text("019+-. e", max_size=8),
)
def test_any_value_means_what_is_offered_or_is_refused(code: str, text: str) -> None:
    number = int(text) if text.isdigit() else None
    allowed = OFFERED[code]
    if number is not None and (number <= allowed[0] or number in allowed):
        chosen = configure(BOOK, {code: text}).as_parameters()
        assert chosen == {**configure(BOOK, {}).as_parameters(), code: str(max(number, allowed[0]))}
        return
    with pytest.raises(Refusal, match="allowed values: ") as refused:
        configure(BOOK, {code: text})
    assert refused.value.code is Code.INVALID_PARAMETER


@given(configurations(), st.integers(1, 5_000))
def test_an_old_size_between_two_blocks_is_priced_like_the_next_one(
    c: Configuration,
    less: int,
) -> None:
    size = max(1, c.keys - less % 1000)
    assert monthly_price(BOOK, replace(c, keys=size), "USD") == monthly_price(BOOK, c, "USD")
