"""The price book's file: each kind of mistake yields a finding with its line and its place."""

import re
from decimal import Decimal
from fractions import Fraction

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


def place(finding: str) -> str:
    """The second part of ``line 12: editions.software.keys.block: must be ...``."""
    line, where, _ = finding.split(": ", 2)
    assert re.fullmatch(r"line [1-9][0-9]*", line)
    return where


def test_the_default_file_is_valid() -> None:
    assert check_price_book(DEFAULT) == []


def test_the_default_file_marks_every_price_that_nobody_published() -> None:
    unmarked = [line for line in DEFAULT.splitlines() if "CNY =" in line or "USD =" in line]
    assert [line for line in unmarked if "EXAMPLE" not in line] == [
        'USD = "500.00"',
        'USD = "1799.00"',
        *['USD = "4.50"', 'USD = "0.03"', 'USD = "0.013"', 'USD = "0.50"'],  # facts/kms.md 2
        *['USD = "9.00"', 'USD = "0.03"', 'USD = "0.013"', 'USD = "0.50"'],
    ]


def test_a_book_from_before_services_and_day_prices_is_valid_for_ever() -> None:
    """Orders are looked up in the book that they were made with."""
    old = DEFAULT[: DEFAULT.index("# Software key management, small")]
    book = parse_price_book(old.replace("service = [12, 24, 36]", ""))
    assert [edition.name for edition in book.editions] == ["software", "hardware"]
    assert (book.services, book.pay_as_you_go, book.trial_days) == ((), (), 0)
    assert (book.durations.service, book.valid_from) == ((), None)


def test_day_prices_are_exact_parts_of_a_cent() -> None:
    software, hardware = parse_price_book(DEFAULT).pay_as_you_go
    assert {code: prices["USD"] for code, prices in software.daily.items()} == {
        "Instance": 450,
        "KeyNum": 3,
        "SecretNum": Fraction(13, 10),
        "Spec": 50,
    }
    assert hardware.daily["Instance"]["USD"] == 900
    assert software.configuration.quantities == {
        "Spec": 1000,
        "KeyNum": 100_000,
        "SecretNum": 100_000,
        "VpcNum": 10_000,
        "LogStorage": 0,
    }
    assert parse_price_book(DEFAULT).trial_days == 14
    smallest = parse_price_book(changed(('"0.013"', '"0.000001"')))
    assert smallest.pay_as_you_go[0].daily["SecretNum"]["USD"] == Fraction(1, 10_000)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2027-01-01T00:00:00+08:00", 1_798_732_800),
        ("2026-12-31T16:00:00Z", 1_798_732_800),
    ],
)
def test_a_book_can_name_the_moment_from_which_it_is_valid(text: str, instant: int) -> None:
    book = parse_price_book(f'valid_from = "{text}"\n{DEFAULT}')
    assert book.valid_from == instant


@pytest.mark.parametrize(
    ("old", "new", "where", "says"),
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
        (
            '[services.backup]  # not sold through the API\nmonthly = { USD = "20.00"',
            '[services.backup]\nmonthly = { USD = "20.001"',
            "services.backup.monthly.USD",
            'like "500.00"',
        ),
        ("[services.backup]", "[services.expert]", "services.expert", "default-key-rotation, back"),
        ("[services.backup]", "[services.backup.daily]", "services.backup.daily", "unknown"),
        ("service = [12, 24, 36]", "", "durations.service", "whole numbers from 1 to 60"),
        ("currencies =", "valid_from = 2027-01-01T00:00:00Z\ncurrencies =", "valid_from", "quotes"),
        ("currencies =", 'valid_from = "2027-01-01"\ncurrencies =', "valid_from", "+08:00"),
        ("currencies =", 'valid_from = "soon"\ncurrencies =', "valid_from", "a moment in quotes"),
        ("trial_days = 14", "trial_days = 367", "pay_as_you_go.trial_days", "from 0 to 366"),
        ("trial_days = 14", "trial = 14", "pay_as_you_go.trial", "unknown; allowed here: trial_d"),
        (
            "[pay_as_you_go.hardware.maximum]",
            "[pay_as_you_go.hardware.limits]",
            "pay_as_you_go.hardware.maximum",
            "missing",
        ),
        (
            "[pay_as_you_go.software.daily.key]",
            "[pay_as_you_go.software.daily.keys]",
            "pay_as_you_go.software.daily.key",
            "missing",
        ),
        *[
            ('USD = "0.013"', f"USD = {wrong}", "pay_as_you_go.software.daily.secret.USD", "0.013")
            for wrong in ("0.013", '"0.0000001"', '"-1"', '"1e-3"', '".5"', '"1000000"', '"١"')
        ],
        (
            "[pay_as_you_go.hardware.daily.instance]",
            "[pay_as_you_go.hardware-small.daily.instance]",
            "pay_as_you_go.hardware-small",
            "unknown",
        ),
    ],
)
def test_a_mistake_yields_a_finding_that_names_the_place(
    old: str,
    new: str,
    where: str,
    says: str,
) -> None:
    findings = check_price_book(changed((old, new)))
    assert [f for f in findings if place(f).endswith(where) and says in f], findings


#: Each line of the default file that gives a key a value: its number, and the number of its table.
KEYS: list[tuple[int, int]] = []
_table = 1
for _number, _line in enumerate(DEFAULT.splitlines(), 1):
    _table = _number if _line.startswith("[") else _table
    if re.match(r"[a-z0-9A-Z_]+ = ", _line):
        KEYS.append((_number, _table))


def test_whatever_value_is_wrong_its_line_is_named() -> None:
    lines = DEFAULT.splitlines()
    assert len(KEYS) > 80
    for number, _ in KEYS:
        key = lines[number - 1].split(" = ")[0]
        edited = [*lines[: number - 1], f"{key} = false", *lines[number:]]
        findings = check_price_book("\n".join(edited))
        assert findings, lines[number - 1]
        assert {finding.split(": ")[0] for finding in findings} == {f"line {number}"}


def test_whatever_key_is_missing_the_line_of_its_table_is_named() -> None:
    lines = DEFAULT.splitlines()
    for number, table in KEYS:
        if lines[table - 1].startswith("[discounts]") or "trial_days" in lines[number - 1]:
            continue  # they may be left out
        findings = check_price_book("\n".join([*lines[: number - 1], "", *lines[number:]]))
        assert findings, lines[number - 1]
        assert {finding.split(": ")[0] for finding in findings} == {f"line {table}"}


def test_lines_are_found_however_toml_is_written() -> None:
    text = """\
currencies = [
  "USD",
]
durations = { purchase = [1], renewal = [1], automatic = [0] }
discounts."12" = 0.5
note = \'\'\'
discounts.24 = 1
[editions]
\'\'\'
[ editions . "software" ]
monthly.USD = 1
"""
    found = {place(one): one.split(": ")[0] for one in check_price_book(text)}
    assert found["durations.automatic"] == "line 4"
    assert found["discounts.12"] == "line 5"
    assert found["note"] == "line 6"
    assert found["editions.software.qps"] == "line 10"
    assert found["editions.software.monthly.USD"] == "line 11"


def test_findings_come_in_the_order_of_the_lines() -> None:
    text = changed(('USD = "1799.00"', "USD = 0"), ("trial_days = 14", "trial_days = false"))
    numbers = [int(one.split(": ")[0][5:]) for one in check_price_book(f"colour = 1\n{text}")]
    assert len(numbers) == 3
    assert numbers == sorted(numbers)


def test_what_is_no_toml_is_named_with_its_line() -> None:
    line = DEFAULT.splitlines().index('USD = "500.00"') + 1
    [finding] = check_price_book(changed(('USD = "500.00"', "USD = five")))
    assert finding.startswith(f"line {line}: not TOML: ")


def test_a_file_that_ends_too_early_is_named_with_its_last_line() -> None:
    [finding] = check_price_book('currencies = ["USD"]\n\ndiscounts = "')
    assert finding.startswith("line 3: not TOML: ")


def test_a_book_without_software_is_not_valid() -> None:
    start, end = DEFAULT.index("[editions.software"), DEFAULT.index("[editions.hardware")
    [finding] = check_price_book(DEFAULT[:start] + DEFAULT[end:])
    assert ": editions.software: missing" in finding


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
    assert [place(finding) for finding in check_price_book(text)] == [
        "durations.purchase",
        "discounts.24",
        "editions.software.access_units",
        "editions.software.units",
        "editions.hardware.monthly.USD",
    ]


def test_a_wrong_currency_does_not_drown_the_findings() -> None:
    assert len(check_price_book(changed(('["USD", "CNY"]', '["USD", "EUR"]')))) == 1


def test_an_empty_file_names_all_that_is_missing() -> None:
    places = [place(finding) for finding in check_price_book("")]
    assert places == ["currencies", "durations", "discounts", "editions"]


def test_an_invalid_book_raises_with_every_finding_in_its_text() -> None:
    with pytest.raises(PriceBookInvalid) as invalid:
        parse_price_book("")
    assert isinstance(invalid.value, Misuse)
    assert all(finding in str(invalid.value) for finding in invalid.value.findings)


def test_the_largest_order_of_the_largest_book_fits_64_bits() -> None:
    # Source of the bounds: file_section.MOST_* and book_file._MOST_MONTHS.
    # Base and five modules, each of the most blocks.
    price, quantity, months = Decimal("99999999.99"), 1_000_000, 60
    assert (1 + 5 * quantity) * price * 100 * months < 2**63
