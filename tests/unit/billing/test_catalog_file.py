"""The price book's file: each kind of mistake yields a finding that names its place."""

from decimal import Decimal

import pytest

from keylease.billing.catalog import (
    PriceBookInvalid,
    check_price_book,
    default_price_book_text,
    parse_price_book,
)
from keylease.core.errors import Misuse

DEFAULT = default_price_book_text()


def changed(*edits: tuple[str, str]) -> str:
    """The default file with the first place of each text replaced."""
    text = DEFAULT
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def test_the_default_file_is_valid() -> None:
    assert check_price_book(DEFAULT) == []


def test_the_default_file_marks_every_price_that_nobody_published() -> None:
    unmarked = [line for line in DEFAULT.splitlines() if "CNY =" in line or "USD =" in line]
    assert [line for line in unmarked if "EXAMPLE" not in line] == [
        'USD = "500.00"',
        'USD = "1799.00"',
    ]


@pytest.mark.parametrize(
    ("old", "new", "place", "says"),
    [
        ('["USD", "CNY"]', '["USD", "EUR"]', "currencies", "USD or CNY, each once"),
        ('["USD", "CNY"]', '["USD", "USD"]', "currencies", "USD or CNY, each once"),
        ('["USD", "CNY"]', "[]", "currencies", "USD or CNY, each once"),
        ('["USD", "CNY"]', "[[]]", "currencies", "USD or CNY, each once"),
        ('["USD", "CNY"]', '"USD"', "currencies", "USD or CNY, each once"),
        ('currencies = ["USD", "CNY"]', "", "currencies", "USD or CNY, each once"),
        ("currencies =", "colour = 1\ncurrencies =", "colour", "unknown; allowed here: currencies"),
        ("[durations]", "[spans]", "durations", "missing"),
        ("[1, 2, 3, 6, 12, 24, 36]", "[1, 3, 2]", "durations.purchase", "must rise"),
        ("[1, 2, 3, 6, 12, 24, 36]", "[1, 1]", "durations.purchase", "must rise"),
        ("[1, 2, 3, 6, 12, 24, 36]", "[]", "durations.purchase", "whole numbers from 1 to 60"),
        ("[1, 2, 3, 6, 12, 24, 36]", "[0, 1]", "durations.purchase", "whole numbers from 1 to 60"),
        ("[1, 2, 3, 6, 12, 24, 36]", "[1.0]", "durations.purchase", "whole numbers from 1 to 60"),
        ("[1, 2, 3, 6, 12, 24, 36]", "[true]", "durations.purchase", "whole numbers from 1 to 60"),
        ("automatic = [1, 2, 3, 6, 12]", "", "durations.automatic", "whole numbers from 1 to 60"),
        ("automatic =", "auto =", "durations.auto", "unknown"),
        ('24 = "0.70"', '24 = "0.90"', "discounts.24", "lower than the factor from 12 months"),
        ('24 = "0.70"', '24 = "0.85"', "discounts.24", "lower than the factor from 12 months"),
        ('24 = "0.70"', "24 = 0.70", "discounts.24", 'a factor in quotes, like "0.85"'),
        ('24 = "0.70"', '24 = "0.00"', "discounts.24", 'above "0.00" up to "1.00"'),
        ('24 = "0.70"', '24 = "1.10"', "discounts.24", 'above "0.00" up to "1.00"'),
        ('24 = "0.70"', '24 = "30 %"', "discounts.24", 'above "0.00" up to "1.00"'),
        ('24 = "0.70"', 'year = "0.70"', "discounts.year", "a number of months from 1 to 99"),
        ('24 = "0.70"', '0 = "0.90"', "discounts.0", "a number of months from 1 to 99"),
        ("[editions.hardware.monthly]", "[editions.cloud.monthly]", "editions.cloud", "unknown"),
        ('USD = "500.00"', "USD = 500.00", "editions.software.monthly.USD", "in quotes"),
        ('USD = "500.00"', "USD = 500", "editions.software.monthly.USD", "in quotes"),
        ('USD = "500.00"', 'USD = "-5.00"', "editions.software.monthly.USD", 'from "0.00"'),
        ('USD = "500.00"', 'USD = "5.001"', "editions.software.monthly.USD", 'like "500.00"'),
        ('USD = "500.00"', 'USD = "5,0"', "editions.software.monthly.USD", 'like "500.00"'),
        ('USD = "500.00"', 'USD = "100000000.00"', "editions.software.monthly.USD", "99999999.99"),
        ('USD = "500.00"', "", "editions.software.monthly.USD", "in quotes"),
        ('USD = "500.00"', 'EUR = "1.00"\nUSD = "500.00"', "editions.software.monthly.EUR", "unkn"),
        (
            'monthly = { USD = "100.00", CNY = "720.00" }',
            "monthly = {}",
            "editions.software.keys.monthly.CNY",
            "in quotes",
        ),
        (
            'monthly = { USD = "100.00", CNY = "720.00" }',
            'monthly = "100.00"',
            "editions.software.keys.monthly",
            "must be a table",
        ),
        (
            "[editions.software.secrets]",
            "[editions.software.secret]",
            "editions.software.secrets",
            "missing",
        ),
        (
            "[editions.software.secrets]",
            "[editions.software.secret]",
            "editions.software.secret",
            "unknown; allowed here: monthly, qps, keys, secrets, access_units, log_storage",
        ),
        ("[1000, 2000, 4000]", "[1000, 4000, 2000]", "editions.software.qps.steps", "must rise"),
        ("[1000, 2000, 4000]", "[1000, 1500]", "editions.software.qps.steps", "blocks of 1000"),
        ("[1000, 2000, 4000]", "[]", "editions.software.qps.steps", "a list of whole numbers"),
        ("[1000, 2000, 4000]", "2000", "editions.software.qps.steps", "a list of whole numbers"),
        ("maximum = 100000", "maximum = 100500", "editions.software.keys.maximum", "of 1000"),
        ("maximum = 100000", "maximum = 500", "editions.software.keys.maximum", "must be 1000"),
        ("maximum = 100000", "maximum = 1e5", "editions.software.keys.maximum", "to 1000000"),
        ("maximum = 100000", "maximum = 2000000", "editions.software.keys.maximum", "to 1000000"),
        ("included = 1000", "included = -1", "editions.software.keys.included", "from 0"),
        ("included = 1000", "included = true", "editions.software.keys.included", "whole number"),
        ("included = 1000", "free = 1000", "editions.software.keys.included", "whole number"),
        ("included = 1000", "free = 1000", "editions.software.keys.free", "unknown"),
        ("included = 1000\nblock = 1000", "included = 1000\nblock = 0", "keys.block", "from 1"),
    ],
)
def test_a_mistake_yields_a_finding_that_names_the_place(
    old: str,
    new: str,
    place: str,
    says: str,
) -> None:
    findings = check_price_book(changed((old, new)))
    assert [f for f in findings if f.split(": ")[0].endswith(place) and says in f], findings


def test_what_is_no_toml_is_named_with_its_line() -> None:
    line = DEFAULT.splitlines().index('USD = "500.00"') + 1
    [finding] = check_price_book(changed(('USD = "500.00"', "USD = five")))
    assert finding.startswith("not TOML:")
    assert f"line {line}" in finding


def test_a_book_without_software_is_not_valid() -> None:
    start, end = DEFAULT.index("[editions.software"), DEFAULT.index("[editions.hardware")
    [finding] = check_price_book(DEFAULT[:start] + DEFAULT[end:])
    assert finding.startswith("editions.software: missing")


def test_a_book_may_leave_hardware_and_discounts_out() -> None:
    only_software = DEFAULT[: DEFAULT.index("[editions.hardware")]
    book = parse_price_book(
        only_software.replace('12 = "0.85"', "")
        .replace('24 = "0.70"', "")
        .replace('36 = "0.50"', "")
    )
    assert [edition.name for edition in book.editions] == ["software"]
    assert book.discounts == ()


def test_all_mistakes_are_found_at_once_and_each_only_once() -> None:
    text = changed(
        ("[1, 2, 3, 6, 12, 24, 36]", "[3, 1]"),
        ('24 = "0.70"', '24 = "0.90"'),
        ("[editions.software.access_units]", "[editions.software.units]"),
        ('USD = "1799.00"', "USD = 1799.00"),
    )
    assert [finding.split(": ")[0] for finding in check_price_book(text)] == [
        "durations.purchase",
        "discounts.24",
        "editions.software.units",
        "editions.software.access_units",
        "editions.hardware.monthly.USD",
    ]


def test_a_wrong_currency_does_not_drown_the_findings() -> None:
    assert len(check_price_book(changed(('["USD", "CNY"]', '["USD", "EUR"]')))) == 1


def test_an_empty_file_names_all_that_is_missing() -> None:
    places = [finding.split(": ")[0] for finding in check_price_book("")]
    assert places == ["currencies", "durations", "discounts", "editions"]


def test_an_invalid_book_raises_with_every_finding_in_its_text() -> None:
    with pytest.raises(PriceBookInvalid) as invalid:
        parse_price_book("")
    assert isinstance(invalid.value, Misuse)
    assert all(finding in str(invalid.value) for finding in invalid.value.findings)


def test_the_largest_order_of_the_largest_book_fits_64_bits() -> None:
    # Source of the bounds: book_file._MOST_*. Base and five modules, each of the most blocks.
    price, quantity, months = Decimal("99999999.99"), 1_000_000, 60
    assert (1 + 5 * quantity) * price * 100 * months < 2**63
