"""From a configuration to money: pure functions, exact until an order rounds. rules.md 4 and 6."""

from fractions import Fraction

from keylease.billing.catalog.model import (
    Configuration,
    PriceBook,
    PriceLine,
    PriceRow,
    Quote,
)
from keylease.core.clock import DAY, HOUR
from keylease.core.errors import Code, Refusal, ensure

#: What a monthly price is divided by for an hourly one: 30 days of 24 hours. rules.md 6.
HOURS_OF_MONTH = 720


def monthly_lines(
    book: PriceBook, configuration: Configuration, currency: str
) -> tuple[PriceLine, ...]:
    """A month's list price: the edition's base first, then every module, also with 0 blocks.

    Refusal if the book has no such edition or currency.
    """
    edition = book.edition(configuration.product_version)
    _check_currency(book, currency)
    quantities = configuration.quantities
    base = PriceLine("ProductVersion", 1, edition.monthly[currency])
    more = (
        PriceLine(module.code, module.blocks(quantities[module.code]), module.monthly[currency])
        for module in edition.modules
    )
    return (base, *more)


def monthly_price(book: PriceBook, configuration: Configuration, currency: str) -> int:
    """A month's list price in minor units."""
    return sum(line.amount for line in monthly_lines(book, configuration, currency))


def quote(book: PriceBook, configuration: Configuration, currency: str, months: int) -> Quote:
    """What a purchase or a renewal of so many months costs."""
    ensure(months > 0, "a term has at least one month")
    lines = monthly_lines(book, configuration, currency)
    monthly = sum(line.amount for line in lines)
    return Quote(currency, months, book.discount(months), Fraction(monthly * months), lines)


def upgrade_quote(
    book: PriceBook,
    old: Configuration,
    new: Configuration,
    currency: str,
    remaining_seconds: int,
) -> Quote:
    """What an upgrade costs that takes effect at once; the end does not move.

    ``remaining_seconds`` run from now to the end of the last paid term. Refusal if something
    falls or nothing rises. Source: rules.md 6.
    """
    ensure(remaining_seconds > 0, "only a running instance can be upgraded")
    _check_only_up(book, old, new)
    lines = tuple(
        PriceLine(after.module, after.quantity - before.quantity, after.unit_price)
        for before, after in zip(
            monthly_lines(book, old, currency), monthly_lines(book, new, currency), strict=True
        )
    )
    added = max(0, sum(line.amount for line in lines))
    list_price = Fraction(added, HOURS_OF_MONTH) * Fraction(remaining_seconds, HOUR)
    months = remaining_seconds // (30 * DAY)
    return Quote(currency, months, book.discount(months), list_price, lines)


def show(book: PriceBook, currency: str) -> list[PriceRow]:
    """The price list in one currency: each edition's base, then its modules."""
    _check_currency(book, currency)
    rows: list[PriceRow] = []
    for edition in book.editions:
        versions = ", ".join(map(str, edition.product_versions))
        base = PriceRow(edition.name, "ProductVersion", 0, 1, versions, edition.monthly[currency])
        rows.append(base)
        rows += [
            PriceRow(edition.name, m.code, m.included, m.block, m.offered(), m.monthly[currency])
            for m in edition.modules
        ]
    return rows


def _check_currency(book: PriceBook, currency: str) -> None:
    if currency not in book.currencies:
        raise Refusal(
            Code.NOT_APPLICABLE,
            f"Nothing is sold in {currency}; the price book has {', '.join(book.currencies)}.",
        )


def _check_only_up(book: PriceBook, old: Configuration, new: Configuration) -> None:
    if new.edition != old.edition:
        raise Refusal(
            Code.INVALID_PARAMETER,
            f"ProductVersion cannot be changed; allowed value: {old.product_version}.",
        )
    if old.log and not new.log:
        raise Refusal(Code.INVALID_PARAMETER, "Log cannot be switched off; allowed value: 1.")
    before, after = old.quantities, new.quantities
    for module in book.edition(old.product_version).modules:
        code = module.code
        if after[code] < before[code]:
            raise Refusal(
                Code.INVALID_PARAMETER,
                f"{code} cannot fall from {before[code]} to {after[code]}; allowed values: "
                f"{module.offered(before[code])}.",
            )
    if after == before:
        codes = ", ".join(before)
        raise Refusal(
            Code.INVALID_PARAMETER, f"Nothing rises; give a higher value for one of {codes}."
        )
