"""The price book's rules: what is offered, what it costs, what is refused.

Numbers: 500.00 and 1,799.00 are documented (facts/kms.md 1.3); the upgrade vectors are those of
rules.md 6; other prices are those of the books made here or of the default file's examples.
"""

from fractions import Fraction

import pytest

from keylease.billing.catalog import (
    Configuration,
    PriceBook,
    PriceLine,
    configure,
    default_price_book_text,
    monthly_lines,
    monthly_price,
    parse_price_book,
    quote,
    reconfigure,
    resolve_automatic_months,
    resolve_purchase_months,
    resolve_renewal_months,
    show,
    upgrade_quote,
)
from keylease.core.clock import DAY
from keylease.core.errors import Code, Refusal

BOOK = parse_price_book(default_price_book_text())

SOFTWARE = Configuration(
    edition="software",
    product_version=3,
    qps=1000,
    keys=1000,
    secrets=100,
    access_units=1,
    log=False,
    log_storage=0,
)
HARDWARE = Configuration("hardware", 1, 2000, 1000, 100, 1, log=False, log_storage=0)


def small_book(*, base: str, key_block: str, discounts: str = "") -> PriceBook:
    """A software edition that sells keys in blocks of 1,000, everything else for nothing."""
    free = 'included = 0\nblock = 1\nmaximum = 10\nmonthly = { USD = "0.00" }'
    return parse_price_book(f"""
        currencies = ["USD"]
        durations = {{ purchase = [1], renewal = [1], automatic = [1] }}
        discounts = {{ {discounts} }}
        [editions.software]
        monthly = {{ USD = "{base}" }}
        [editions.software.qps]
        steps = [1000]
        block = 1000
        monthly = {{ USD = "0.00" }}
        [editions.software.keys]
        included = 1000
        block = 1000
        maximum = 5000
        monthly = {{ USD = "{key_block}" }}
        [editions.software.secrets]
        {free}
        [editions.software.access_units]
        {free}
        [editions.software.log_storage]
        {free}
    """)


# What a configuration is.


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"ProductVersion": "3", "Region": "cn-hangzhou"},
        {"Spec": "0", "KeyNum": "0", "SecretNum": "0", "VpcNum": "0", "Log": "0"},
        {"Spec": "200", "KeyNum": "100", "SecretNum": "99", "LogStorage": "0"},
        {"spec": "1000", "KEYNUM": "1000", "secretnum": "100", "vpcNum": "1", "log": "0"},
    ],
)
def test_what_is_missing_or_below_what_is_included_is_what_is_included(
    parameters: dict[str, str],
) -> None:
    assert configure(BOOK, parameters) == SOFTWARE


@pytest.mark.parametrize("version", ["1", "5"])
def test_both_versions_of_hardware_are_answered_as_1(version: str) -> None:
    assert configure(BOOK, {"ProductVersion": version}) == HARDWARE


def test_every_parameter_is_taken_over() -> None:
    chosen = configure(
        BOOK,
        {
            "ProductVersion": "3",
            "Spec": "4000",
            "KeyNum": "2000",
            "SecretNum": "300",
            "VpcNum": "7",
            "Log": "1",
            "LogStorage": "2000",
        },
    )
    assert chosen == Configuration("software", 3, 4000, 2000, 300, 7, log=True, log_storage=2000)


@pytest.mark.parametrize(
    ("parameters", "log", "storage"),
    [
        ({"Log": "0", "LogStorage": "5000"}, False, 0),
        ({"LogStorage": "5000"}, False, 0),
        ({"Log": "1"}, True, 1000),
        ({"Log": "1", "LogStorage": "0"}, True, 1000),
        ({"Log": "1", "LogStorage": "3000"}, True, 3000),
    ],
)
def test_log_storage_is_kept_only_with_the_log_and_then_is_at_least_one_block(
    parameters: dict[str, str],
    log: bool,
    storage: int,
) -> None:
    chosen = configure(BOOK, parameters)
    assert (chosen.log, chosen.log_storage) == (log, storage)


@pytest.mark.parametrize(
    ("code", "value", "allowed"),
    [
        ("Spec", "1234", "1000, 2000, 4000"),
        ("Spec", "3000", "1000, 2000, 4000"),
        ("Spec", "8000", "1000, 2000, 4000"),
        ("KeyNum", "1500", "1000 to 100000 in blocks of 1000"),
        ("KeyNum", "101000", "1000 to 100000 in blocks of 1000"),
        ("KeyNum", "-1000", "1000 to 100000 in blocks of 1000"),
        ("KeyNum", "+2000", "1000 to 100000 in blocks of 1000"),
        ("KeyNum", "2000.0", "1000 to 100000 in blocks of 1000"),
        ("KeyNum", "2e3", "1000 to 100000 in blocks of 1000"),
        ("KeyNum", " 2000", "1000 to 100000 in blocks of 1000"),
        ("KeyNum", "２０００", "1000 to 100000 in blocks of 1000"),
        ("KeyNum", "", "1000 to 100000 in blocks of 1000"),
        ("KeyNum", "9" * 5000, "1000 to 100000 in blocks of 1000"),
        ("SecretNum", "150", "100 to 100000 in blocks of 100"),
        ("SecretNum", "100100", "100 to 100000 in blocks of 100"),
        ("VpcNum", "10001", "1 to 10000"),
        ("VpcNum", "many", "1 to 10000"),
        ("LogStorage", "500", "0 to 500000 in blocks of 1000"),
        ("LogStorage", "501000", "0 to 500000 in blocks of 1000"),
        ("Log", "true", "0, 1"),
        ("Log", "2", "0, 1"),
        ("ProductVersion", "4", "1, 3, 5, hardware-small, software-small"),
        ("ProductVersion", "software", "1, 3, 5, hardware-small, software-small"),
        ("ProductVersion", "", "1, 3, 5, hardware-small, software-small"),
    ],
)
def test_what_is_not_offered_is_refused_with_the_allowed_values(
    code: str,
    value: str,
    allowed: str,
) -> None:
    with pytest.raises(Refusal) as refused:
        configure(BOOK, {"Log": "1", code: value} if code != "Log" else {code: value})
    assert refused.value.code is Code.INVALID_PARAMETER
    assert code in refused.value.message
    assert refused.value.message.endswith(f"allowed values: {allowed}.")
    assert len(refused.value.message) < 200


def test_hardware_has_steps_of_its_own() -> None:
    with pytest.raises(Refusal, match=r"allowed values: 2000, 4000\."):
        configure(BOOK, {"ProductVersion": "5", "Spec": "3000"})


def test_the_largest_of_everything_can_be_bought() -> None:
    largest = {
        "Spec": "4000",
        "KeyNum": "100000",
        "SecretNum": "100000",
        "VpcNum": "10000",
        "Log": "1",
        "LogStorage": "500000",
    }
    for version in ("3", "1"):
        parameters = {"ProductVersion": version, **largest}
        assert configure(BOOK, parameters).as_parameters() == parameters


def test_an_unknown_code_is_refused_by_name() -> None:
    with pytest.raises(Refusal, match="'ValueAddedService'") as refused:
        configure(BOOK, {"ValueAddedService": "2"})
    assert refused.value.code is Code.INVALID_PARAMETER


def test_a_code_given_twice_is_refused() -> None:
    with pytest.raises(Refusal, match="Log is given twice"):
        configure(BOOK, {"Log": "1", "log": "0"})


def test_a_configuration_survives_storage() -> None:
    chosen = configure(BOOK, {"KeyNum": "3000", "Log": "1"})
    assert Configuration.from_dict(chosen.to_dict()) == chosen


def test_stored_log_storage_without_the_log_is_our_bug() -> None:
    with pytest.raises(AssertionError):
        Configuration("software", 3, 1000, 1000, 100, 1, log=False, log_storage=1000)


# Changing a configuration.


def test_what_is_not_named_stays_as_it_was() -> None:
    old = configure(BOOK, {"KeyNum": "3000", "Log": "1", "LogStorage": "2000"})
    new = reconfigure(BOOK, old, {"spec": "2000"})
    assert new.as_parameters() == {**old.as_parameters(), "Spec": "2000"}


def test_another_edition_is_refused_and_the_same_may_be_sent_along() -> None:
    assert reconfigure(BOOK, HARDWARE, {"ProductVersion": "5"}) == HARDWARE
    with pytest.raises(Refusal, match="allowed value: 3"):
        reconfigure(BOOK, SOFTWARE, {"ProductVersion": "1"})


def test_a_value_that_todays_book_no_longer_offers_may_stay() -> None:
    old = Configuration("software", 3, 1000, 1500, 100, 1, log=False, log_storage=0)
    assert reconfigure(BOOK, old, {"Spec": "2000"}).keys == 1500
    assert reconfigure(BOOK, old, {"KeyNum": "1500"}).keys == 1500
    with pytest.raises(Refusal, match="1000 to 100000"):
        reconfigure(BOOK, old, {"KeyNum": "2500"})


# Prices.


def test_the_default_book_has_the_documented_prices() -> None:
    assert monthly_price(BOOK, SOFTWARE, "USD") == 500_00
    assert monthly_price(BOOK, HARDWARE, "USD") == 1_799_00


def test_the_lines_name_each_module_with_the_base_first() -> None:
    chosen = configure(BOOK, {"Spec": "4000", "KeyNum": "3000", "Log": "1"})
    assert monthly_lines(BOOK, chosen, "USD") == (
        PriceLine("ProductVersion", 1, 500_00),
        PriceLine("Spec", 3, 250_00),
        PriceLine("KeyNum", 2, 100_00),
        PriceLine("SecretNum", 0, 40_00),
        PriceLine("VpcNum", 0, 25_00),
        PriceLine("LogStorage", 1, 60_00),
    )
    assert monthly_price(BOOK, chosen, "USD") == 500_00 + 750_00 + 200_00 + 60_00


def test_a_block_that_is_started_costs_a_whole_one() -> None:
    old = Configuration("software", 3, 1000, 1001, 100, 1, log=False, log_storage=0)
    assert monthly_price(BOOK, old, "USD") == 600_00


def test_each_currency_has_prices_of_its_own() -> None:
    assert monthly_price(BOOK, SOFTWARE, "CNY") == 3_600_00


def test_a_currency_that_the_book_has_not_is_refused() -> None:
    book = small_book(base="1.00", key_block="1.00")
    for attempt in (lambda: quote(book, SOFTWARE, "CNY", 1), lambda: show(book, "CNY")):
        with pytest.raises(Refusal, match="Nothing is sold in CNY; the price book has USD"):
            attempt()


def test_an_edition_that_the_book_has_not_is_refused() -> None:
    book = small_book(base="1.00", key_block="1.00")
    with pytest.raises(Refusal, match=r"ProductVersion '1' is not offered; allowed values: 3\."):
        quote(book, HARDWARE, "USD", 1)


@pytest.mark.parametrize(
    ("months", "factor"),
    [(0, "1"), (1, "1"), (11, "1"), (12, "0.85"), (23, "0.85"), (24, "0.7"), (36, "0.5")],
)
def test_the_discount_is_that_of_the_highest_tier_reached(months: int, factor: str) -> None:
    assert BOOK.discount(months) == Fraction(factor)


def test_a_year_costs_twelve_months_less_the_discount() -> None:
    year = quote(BOOK, SOFTWARE, "USD", 12)
    assert year.list_price == year.list_amount == 6_000_00
    assert year.payable_price == year.payable_amount == 5_100_00
    assert year.discount == Fraction("0.85")


def test_each_amount_is_rounded_once_half_up_from_the_exact_value() -> None:
    book = small_book(base="0.05", key_block="0.00", discounts='1 = "0.5"')
    assert quote(book, SOFTWARE, "USD", 1).payable_price == Fraction(5, 2)
    assert quote(book, SOFTWARE, "USD", 1).payable_amount == 3


def test_a_price_of_nothing_is_a_price() -> None:
    book = small_book(base="0.00", key_block="0.00")
    assert quote(book, SOFTWARE, "USD", 1).payable_amount == 0


# Upgrades. rules.md 6.


@pytest.mark.parametrize(
    ("base", "block", "discounts", "days", "fee"),
    [
        ("120.00", "180.00", '6 = "0.85"', 184, 938_40),
        ("7200.00", "7200.00", "", 50, 12_000_00),
    ],
)
def test_upgrade_vectors(base: str, block: str, discounts: str, days: int, fee: int) -> None:
    book = small_book(base=base, key_block=block, discounts=discounts)
    old = configure(book, {})
    new = reconfigure(book, old, {"KeyNum": "2000"})
    assert upgrade_quote(book, old, new, "USD", days * DAY).payable_amount == fee


def test_an_upgrade_is_exact_to_the_second_and_its_tier_counts_whole_30_day_months() -> None:
    book = small_book(base="0.00", key_block="720.00", discounts='6 = "0.50"')
    old, new = configure(book, {}), configure(book, {"KeyNum": "2000"})
    edge = 180 * DAY
    assert upgrade_quote(book, old, new, "USD", 1).payable_price == Fraction(100, 3600)
    assert upgrade_quote(book, old, new, "USD", edge).payable_price == 180 * 24 * 50
    before = upgrade_quote(book, old, new, "USD", edge - 1)
    assert before.months == 5
    assert before.discount == 1
    assert before.payable_price == 180 * 24 * 100 - Fraction(100, 3600)


def test_the_lines_of_an_upgrade_are_what_it_adds() -> None:
    old = configure(BOOK, {"KeyNum": "2000"})
    new = reconfigure(BOOK, old, {"KeyNum": "4000", "Log": "1"})
    added = upgrade_quote(BOOK, old, new, "USD", DAY).lines
    assert [(line.module, line.quantity) for line in added if line.quantity] == [
        ("KeyNum", 2),
        ("LogStorage", 1),
    ]
    assert sum(line.amount for line in added) == monthly_price(BOOK, new, "USD") - monthly_price(
        BOOK, old, "USD"
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ({}, {}, "Nothing rises; give a higher value for one of Spec, KeyNum"),
        ({"Spec": "4000"}, {"Spec": "2000"}, "Spec cannot fall .* allowed values: 4000"),
        ({"Spec": "2000"}, {"Spec": "0"}, "from 2000 to 1000; allowed values: 2000, 4000"),
        ({"KeyNum": "3000"}, {"KeyNum": "2000", "Spec": "2000"}, "allowed values: 3000 to 100000"),
        ({"KeyNum": "100000"}, {"KeyNum": "1000"}, r"allowed values: 100000\."),
        ({"SecretNum": "300"}, {"SecretNum": "100"}, "300 to 100000 in blocks of 100"),
        ({"VpcNum": "3"}, {"VpcNum": "2"}, "3 to 10000"),
        ({"Log": "1"}, {"Log": "0", "Spec": "2000"}, "Log cannot be switched off"),
        ({"Log": "1", "LogStorage": "2000"}, {"LogStorage": "1000"}, "2000 to 500000"),
    ],
)
def test_an_upgrade_goes_only_up_and_something_rises(
    old: dict[str, str],
    new: dict[str, str],
    message: str,
) -> None:
    before = configure(BOOK, old)
    with pytest.raises(Refusal, match=message) as refused:
        upgrade_quote(BOOK, before, reconfigure(BOOK, before, new), "USD", DAY)
    assert refused.value.code is Code.INVALID_PARAMETER


def test_an_upgrade_to_the_other_edition_is_refused() -> None:
    with pytest.raises(Refusal, match="ProductVersion cannot be changed"):
        upgrade_quote(BOOK, SOFTWARE, HARDWARE, "USD", DAY)


def test_an_upgrade_of_what_no_longer_runs_is_our_bug() -> None:
    new = reconfigure(BOOK, SOFTWARE, {"Spec": "2000"})
    with pytest.raises(AssertionError):
        upgrade_quote(BOOK, SOFTWARE, new, "USD", 0)


# Durations. facts/kms.md 1.4.


def test_the_documented_durations_are_sold() -> None:
    sold = range(-1, 61)
    resolvers = {
        resolve_purchase_months: [1, 2, 3, 6, 12, 24, 36],
        resolve_renewal_months: [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 24, 36],
        resolve_automatic_months: [1, 2, 3, 6, 12],
    }
    for resolve, allowed in resolvers.items():
        for months in sold:
            if months in allowed:
                assert resolve(BOOK, months) == months
            else:
                with pytest.raises(Refusal, match=", ".join(map(str, allowed))) as refused:
                    resolve(BOOK, months)
                assert refused.value.code is Code.INVALID_PARAMETER


def test_a_year_of_automatic_renewal_is_twelve_months() -> None:
    assert resolve_automatic_months(BOOK, 1, "Y") == 12
    with pytest.raises(Refusal, match="24 months"):
        resolve_automatic_months(BOOK, 2, "Y")
    with pytest.raises(Refusal, match="allowed values: M, Y"):
        resolve_automatic_months(BOOK, 1, "D")


# The list for people.


def test_the_price_list_has_every_edition_with_its_modules() -> None:
    rows = show(BOOK, "USD")
    assert [row.module for row in rows if row.edition == "software"] == [
        "ProductVersion",
        "Spec",
        "KeyNum",
        "SecretNum",
        "VpcNum",
        "LogStorage",
    ]
    bases = [(r.edition, r.offered, r.monthly) for r in rows if r.module == "ProductVersion"]
    assert bases == [
        ("software", "3", 500_00),
        ("hardware", "1, 5", 1_799_00),
        ("software-small", "software-small", 150_00),
        ("hardware-small", "hardware-small", 600_00),
    ]
