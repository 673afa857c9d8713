"""Versions of the price book come into force when they say, on both engines. rules.md 4."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from contracts import samples
from contracts.samples import AT
from keylease.billing.catalog import PriceBook, default_price_book_text
from keylease.core.clock import DAY, iso
from keylease.core.errors import Misuse
from keylease.lifecycle.prices import load_prices, require_version
from keylease.storage.price_books import SqlPriceBooks
from keylease.storage.unit_of_work import UnitOfWork

TEXT = default_price_book_text()
LATER = AT + 30 * DAY


@pytest.fixture
def parsed(work: UnitOfWork) -> Iterator[dict[int, PriceBook]]:
    """What this process has read; numbers are given out again after the test."""
    yield work.services.parsed_books
    work.services.parsed_books.clear()


def at(work: UnitOfWork, now: int) -> SqlPriceBooks:
    """The books as another moment sees them."""
    return SqlPriceBooks(work.connection, now, work.services.parsed_books)


def book(price: str, valid_from: int | None = None) -> str:
    text = TEXT.replace('USD = "500.00"', f'USD = "{price}"')
    return text if valid_from is None else f'valid_from = "{iso(valid_from)}"\n{text}'


def price_in(chosen: PriceBook) -> int:
    return chosen.editions[0].monthly["USD"]


@pytest.mark.usefixtures("parsed")
def test_a_book_comes_into_force_at_its_moment_and_not_a_second_earlier(work: UnitOfWork) -> None:
    first, _ = work.price_books.current()
    second = work.price_books.add(book("600.00", LATER))
    assert work.price_books.current()[0] == first
    assert at(work, LATER - 1).current()[0] == first
    number, there = at(work, LATER).current()
    assert (number, price_in(there)) == (second, 600_00)


@pytest.mark.usefixtures("parsed")
def test_of_the_valid_ones_the_one_loaded_last_is_in_force(work: UnitOfWork) -> None:
    work.price_books.add(book("600.00", LATER))
    last = work.price_books.add(book("700.00"))
    assert work.price_books.current()[0] == last
    assert at(work, LATER + DAY).current()[0] == last


@pytest.mark.usefixtures("parsed")
def test_a_moment_that_is_past_counts_from_now(work: UnitOfWork) -> None:
    number = work.price_books.add(book("600.00", work.now - DAY))
    assert require_version(work, number).valid_from == work.now
    assert at(work, work.now - 1).current()[0] < number


@pytest.mark.usefixtures("parsed")
def test_an_old_version_stays_what_it_was(work: UnitOfWork) -> None:
    first, _ = work.price_books.current()
    second = work.price_books.add(book("600.00"))
    third = work.price_books.add(book("700.00"))
    prices = {one: price_in(work.price_books.version(one)) for one in (first, second, third)}
    assert prices == {first: 500_00, second: 600_00, third: 700_00}
    assert [one.number for one in work.price_books.versions()] == [third, second, first]


def test_a_book_is_read_once(work: UnitOfWork, parsed: dict[int, PriceBook]) -> None:
    number, there = work.price_books.current()
    assert parsed[number] is there
    assert at(work, LATER).version(number) is there


def test_there_is_a_book_at_every_moment_that_a_clock_can_show(work: UnitOfWork) -> None:
    assert price_in(at(work, 1).current()[1]) == 500_00


# --- loading --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("parsed")
def test_loading_tells_when_it_comes_into_force(work: UnitOfWork) -> None:
    loaded = load_prices(work, book("600.00", LATER))
    assert (loaded.loaded_at, loaded.valid_from) == (work.now, LATER)
    with pytest.raises(Misuse, match="no version 99"):
        require_version(work, 99)


def without(name: str) -> str:
    """The default book without one edition."""
    start = TEXT.index(f"[editions.{name}.monthly]")
    end = TEXT.find("\n# ", TEXT.index(f"[editions.{name}.log_storage]"))
    return TEXT[:start] + TEXT[end:]


@pytest.mark.usefixtures("parsed")
def test_a_book_without_what_customers_have_is_refused(work: UnitOfWork) -> None:
    assert load_prices(work, without("hardware-small"))
    one = samples.instance(1)
    work.instances.add(replace(one, edition=type(one.edition).HARDWARE_SMALL))
    with pytest.raises(Misuse, match="There are hardware-small instances"):
        load_prices(work, without("hardware-small"))
    work.accounts.add(samples.account(currency="CNY"))
    with pytest.raises(Misuse, match="There are accounts in CNY"):
        load_prices(work, only_in_usd())


def only_in_usd() -> str:
    lines = TEXT.replace('["USD", "CNY"]', '["USD"]').splitlines()
    kept = [line.split(", CNY")[0] + (" }" if ", CNY" in line else "") for line in lines]
    return "\n".join(line for line in kept if not line.startswith("CNY"))


@pytest.mark.usefixtures("parsed")
def test_day_prices_of_what_is_paid_by_the_day_cannot_be_left_out(work: UnitOfWork) -> None:
    text = TEXT[: TEXT.index("[pay_as_you_go]")]
    assert load_prices(work, text)
    work.instances.add(samples.instance(1, product_type="kms_ppi_public_cn"))
    with pytest.raises(Misuse, match="There are pay-as-you-go software instances"):
        load_prices(work, text)


@pytest.mark.usefixtures("parsed")
@pytest.mark.parametrize(
    ("missing", "text"), [("hardware-small", without("hardware-small")), ("CNY", only_in_usd())]
)
def test_a_book_for_later_has_all_that_can_be_sold_until_then(
    work: UnitOfWork, missing: str, text: str
) -> None:
    later = f'valid_from = "{iso(LATER)}"\n'
    with pytest.raises(Misuse, match=missing):
        load_prices(work, later + text)
    load_prices(work, text)  # at once it can go, and then for later too
    load_prices(work, later + text)
    load_prices(work, f'valid_from = "{iso(LATER - DAY)}"\n{TEXT}')
    with pytest.raises(Misuse, match=missing):
        load_prices(work, later + text)
