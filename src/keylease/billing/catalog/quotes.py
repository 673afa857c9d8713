"""From a configuration to money: pure functions, exact until an order rounds. rules.md 4 and 6."""

from dataclasses import dataclass
from fractions import Fraction

from keylease.billing.catalog.model import Configuration, PriceBook
from keylease.core.clock import DAY, HOUR
from keylease.core.errors import Code, Parameter, Refusal, ensure
from keylease.core.money import round_half_up, split_exactly

#: What a monthly price is divided by for an hourly one: 30 days of 24 hours. rules.md 6.
HOURS_OF_MONTH = 720


@dataclass(frozen=True, slots=True)
class PriceLine:
    """A month of one module: so many blocks at a unit price in minor units."""

    module: str
    quantity: int
    unit_price: int

    @property
    def amount(self) -> int:
        """Minor units a month."""
        return self.quantity * self.unit_price


@dataclass(frozen=True, slots=True)
class Share:
    """A line's part of the amounts of an order: minor units before and after the discount."""

    line: PriceLine
    list_amount: int
    payable_amount: int


@dataclass(frozen=True, slots=True)
class Quote:
    """What something costs, exactly, in minor units, and as an order books it.

    ``months`` is what ``discount`` was looked up with: the months bought or, for an upgrade, the
    whole 30-day months that are left. ``lines`` are a month's list price; for an upgrade, what is
    added to it.
    """

    currency: str
    months: int
    discount: Fraction
    list_price: Fraction
    lines: tuple[PriceLine, ...]

    @property
    def payable_price(self) -> Fraction:
        """After the discount, exact."""
        return self.list_price * self.discount

    @property
    def list_amount(self) -> int:
        """Before the discount, rounded once. rules.md 4."""
        return round_half_up(self.list_price)

    @property
    def payable_amount(self) -> int:
        """What is charged: rounded once, from the exact value. rules.md 4."""
        return round_half_up(self.payable_price)

    def shares(self) -> list[Share]:
        """The amounts split over the lines: each share is its exact part or next to it.

        The shares add up to ``list_amount`` and ``payable_amount``.
        """
        monthly = sum(line.amount for line in self.lines)
        times = self.list_price / monthly if monthly else Fraction(0)
        exact = [line.amount * times for line in self.lines]
        before = split_exactly(exact)
        after = split_exactly([part * self.discount for part in exact])
        return [Share(*each) for each in zip(self.lines, before, after, strict=True)]


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A row of the price list: each block above ``included`` costs ``monthly`` minor units.

    An edition's own row has the module ``ProductVersion``: one instance with all it includes.
    """

    edition: str
    module: str
    included: int
    block: int
    offered: str
    monthly: int


def monthly_lines(
    book: PriceBook, configuration: Configuration, currency: str
) -> tuple[PriceLine, ...]:
    """A month's list price: the edition's base first, then every module, also with 0 blocks.

    A service has its own price alone. Refusal if the book has no such edition or currency.
    """
    if configuration.is_service:
        service = book.service(configuration.edition)
        book.require_currency(currency)
        return (PriceLine("ValueAddedService", 1, service.monthly[currency]),)
    edition = book.edition_named(configuration.edition)
    book.require_currency(currency)
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
    book.require_currency(currency)
    rows: list[PriceRow] = []
    for edition in book.editions:
        versions = ", ".join(edition.product_versions)
        base = PriceRow(edition.name, "ProductVersion", 0, 1, versions, edition.monthly[currency])
        rows.append(base)
        rows += [
            PriceRow(edition.name, m.code, m.included, m.block, m.offered(), m.monthly[currency])
            for m in edition.modules
        ]
    return rows


def _check_only_up(book: PriceBook, old: Configuration, new: Configuration) -> None:
    edition = book.edition_named(old.edition)
    if new.edition != old.edition:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "ProductVersion cannot be changed; allowed value: {allowed}.",
            allowed=edition.product_versions[0],
        )
    if old.log and not new.log:
        raise Refusal(Code.INVALID_PARAMETER, "Log cannot be switched off; allowed value: 1.")
    before, after = old.quantities, new.quantities
    for module in edition.modules:
        code = module.code
        if after[code] < before[code]:
            raise Refusal(
                Code.INVALID_PARAMETER,
                "{code} cannot fall from {before} to {after}; allowed values: {allowed}.",
                code=Parameter(code),
                before=before[code],
                after=after[code],
                allowed=module.offered(before[code]),
            )
    if after == before:
        codes = ", ".join(before)
        raise Refusal(
            Code.INVALID_PARAMETER,
            "Nothing rises; give a higher value for one of {codes}.",
            codes=codes,
        )
