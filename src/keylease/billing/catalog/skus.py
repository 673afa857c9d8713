"""The price list as the API asks for it: one row for each thing that has a price of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from keylease.billing.catalog.model import (
    PAY_AS_YOU_GO_PRODUCT_TYPES,
    PRODUCT_TYPES,
    PRODUCT_VERSIONS,
    SERVICE_VERSION,
    PriceBook,
)

#: What is counted, where it is not plain pieces.
_UNITS = {"Spec": "QPS", "LogStorage": "GB"}


@dataclass(frozen=True, slots=True)
class Sku:
    """So much of a module at an exact price in minor units, where the factors have these values.

    The price is for a month, or for a day where it is sold as pay-as-you-go.
    """

    module: str
    factors: Mapping[str, str]
    block: int
    price: Fraction


def products(book: PriceBook) -> tuple[str, ...]:
    """The product types that this book sells."""
    return PRODUCT_TYPES + (PAY_AS_YOU_GO_PRODUCT_TYPES if book.pay_as_you_go else ())


def skus(book: PriceBook, product_type: str, currency: str) -> list[Sku]:
    """All that is sold under a product type, a module at a time; nothing where it is unknown."""
    if product_type in PRODUCT_TYPES:
        listed = [*_by_the_month(book, currency)]
    elif product_type in PAY_AS_YOU_GO_PRODUCT_TYPES:
        listed = [*_by_the_day(book, currency)]
    else:
        return []
    modules = list(dict.fromkeys(one.module for one in listed))
    return sorted(listed, key=lambda one: modules.index(one.module))


def unit_of(module: str) -> str:
    """What a module is counted in."""
    return _UNITS.get(module, "Count")


def _by_the_month(book: PriceBook, currency: str) -> Iterator[Sku]:
    book.require_currency(currency)
    for edition in book.editions:
        for version in edition.product_versions:
            chosen = {"ProductVersion": version}
            yield Sku("ProductVersion", chosen, 1, Fraction(edition.monthly[currency]))
            for module in edition.modules:
                yield Sku(module.code, chosen, module.block, Fraction(module.monthly[currency]))
    for service in book.services:
        if service.value:
            chosen = {"ProductVersion": SERVICE_VERSION, "ValueAddedService": service.value}
            yield Sku("ValueAddedService", chosen, 1, Fraction(service.monthly[currency]))


def _by_the_day(book: PriceBook, currency: str) -> Iterator[Sku]:
    book.require_currency(currency)
    for one in book.pay_as_you_go:
        for version in PRODUCT_VERSIONS[one.edition]:
            for code, prices in one.daily.items():
                yield Sku(code, {"ProductVersion": version}, 1, prices[currency])
