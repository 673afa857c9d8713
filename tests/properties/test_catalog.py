"""The price book holds for every configuration, not only for those that somebody thought of."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from keylease.billing.catalog import (
    Configuration,
    Quote,
    Usage,
    configure,
    day_price,
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
#: The same with prices and factors that leave parts of a cent everywhere.
ODD = parse_price_book(
    default_price_book_text()
    .replace('USD = "500.00"', 'USD = "500.01"')
    .replace('"25.00"', '"24.99"')
    .replace('"250.00"', '"249.97"')
    .replace('"0.85"', '"0.8537"')
    .replace('"0.70"', '"0.7003"')
)
CURRENCY = st.sampled_from(BOOK.currencies)
MONTHS = st.sampled_from(BOOK.durations.purchase)
LEFT = st.integers(1, 1200 * DAY)


#: What each edition sells, written out a second time: Spec, keys, secrets, access units, storage.
SOLD: dict[str, tuple[tuple[int, ...], ...]] = {
    "software": ((1000, 2000, 4000), (1000, 100_000), (100, 100_000), (1, 10_000), (1000, 500_000)),
    "hardware": ((2000, 4000), (1000, 100_000), (100, 100_000), (1, 10_000), (1000, 500_000)),
    "software-small": ((200,), (100, 900), (20, 1000), (1, 10), (1000, 10_000)),
    "hardware-small": ((200,), (100, 900), (20, 1000), (1, 10), (1000, 10_000)),
}


@st.composite
def configurations(draw: st.DrawFn, edition: str | None = None) -> Configuration:
    edition = edition or draw(st.sampled_from(sorted(SOLD)))
    steps, *ranges = SOLD[edition]
    keys, secrets, units, storage = (
        least * draw(st.integers(1, most // least)) for least, most in ranges
    )
    log = draw(st.booleans())
    return Configuration(
        edition=edition,
        product_version=3 if edition.startswith("software") else 1,
        qps=draw(st.sampled_from(steps)),
        keys=keys,
        secrets=secrets,
        access_units=units,
        log=log,
        log_storage=storage if log else 0,
    )


@st.composite
def rises(draw: st.DrawFn) -> tuple[Configuration, Configuration]:
    """Two configurations of one edition; nothing is lower in the second."""
    one = draw(configurations())
    other = draw(configurations(one.edition))
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


#: The default file's prices, written out a second time: USD and CNY of the base, of each Spec, and
#: of a block of keys and of secrets.
PRICES = {
    "software": (
        (500, 3600),
        {1000: (0, 0), 2000: (250, 1800), 4000: (750, 5400)},
        (100, 720),
        (40, 290),
    ),
    "hardware": ((1799, 12900), {2000: (0, 0), 4000: (900, 6500)}, (100, 720), (40, 290)),
    "software-small": ((150, 1080), {200: (0, 0)}, (15, 108), (10, 72)),
    "hardware-small": ((600, 4300), {200: (0, 0)}, (15, 108), (10, 72)),
}


def naive_monthly(c: Configuration, currency: str) -> int:
    """Block by block."""
    n = ("USD", "CNY").index(currency)
    base, steps, of_keys, of_secrets = PRICES[c.edition]
    _, (keys, _), (secrets, _), *_ = SOLD[c.edition]
    total = base[n] + steps[c.qps][n]
    for _ in range(2 * keys, c.keys + 1, keys):
        total += of_keys[n]
    for _ in range(2 * secrets, c.secrets + 1, secrets):
        total += of_secrets[n]
    for _ in range(2, c.access_units + 1):
        total += (25, 180)[n]
    for _ in range(1000, c.log_storage + 1, 1000):
        total += (60, 430)[n]
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
    size = max(1, c.keys - less % SOLD[c.edition][1][0])
    assert monthly_price(BOOK, replace(c, keys=size), "USD") == monthly_price(BOOK, c, "USD")


# The lines of a price.


def check_shares(price: Quote) -> None:
    shares = price.shares()
    assert sum(share.list_amount for share in shares) == price.list_amount
    assert sum(share.payable_amount for share in shares) == price.payable_amount
    assert [share.line for share in shares] == list(price.lines)
    monthly = sum(line.amount for line in price.lines)
    for share in shares:
        exact = Fraction(share.line.amount, max(1, monthly)) * price.list_price
        assert abs(share.list_amount - exact) < 1
        assert abs(share.payable_amount - exact * price.discount) < 1


@given(configurations(), CURRENCY, st.integers(1, 60))
def test_the_lines_of_a_term_add_up_to_its_amounts_and_are_next_to_exact(
    c: Configuration, currency: str, months: int
) -> None:
    check_shares(quote(ODD, c, currency, months))


@given(rises(), CURRENCY, LEFT)
def test_the_lines_of_an_upgrade_add_up_to_its_amounts(
    pair: tuple[Configuration, Configuration], currency: str, left: int
) -> None:
    assume(pair[0] != pair[1])
    check_shares(upgrade_quote(ODD, *pair, currency, left))


# Pay-as-you-go. rules.md 8.

COUNTS = st.integers(0, 100_000)
USAGES = st.builds(Usage, st.booleans(), COUNTS, COUNTS, COUNTS)
BY_THE_DAY = st.sampled_from(("software", "hardware"))


@given(USAGES, USAGES, BY_THE_DAY, CURRENCY)
def test_a_day_is_linear_in_what_was_used(
    one: Usage, other: Usage, edition: str, currency: str
) -> None:
    both = Usage(
        existed=False,
        key_versions=one.key_versions + other.key_versions,
        secrets=one.secrets + other.secrets,
        peak_qps=one.peak_qps + other.peak_qps,
    )
    first, second, sum_of_both = (
        day_price(BOOK, edition, replace(usage, existed=False), currency).total
        for usage in (one, other, both)
    )
    assert first + second == sum_of_both
    day = day_price(BOOK, edition, Usage(existed=True), currency).total
    there = day_price(BOOK, edition, replace(one, existed=True), currency).total
    assert there == first + day


@given(USAGES, BY_THE_DAY)
def test_a_day_costs_what_the_published_prices_say(usage: Usage, edition: str) -> None:
    """facts/kms.md 2, in USD a day."""
    exact = Decimal("0.03") * usage.key_versions
    exact += Decimal("0.013") * usage.secrets
    exact += Decimal("0.5") * usage.peak_qps
    exact += (Decimal(9) if edition == "hardware" else Decimal("4.5")) if usage.existed else 0
    assert day_price(BOOK, edition, usage, "USD").total == Fraction(exact) * 100
