"""Reading the price book: TOML in, a `PriceBook` or everything that is wrong with it out.

A finding names the place in the file, what is wrong there and what is allowed, and all of them are
collected, so that an operator needs one round. Prices and discounts are strings: a TOML number
with a point is a binary float and never meets money. Source: rules.md 4.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from importlib import resources
from itertools import pairwise
from typing import Any, TypeGuard

from keylease.billing.catalog.model import (
    PRODUCT_VERSIONS,
    Durations,
    Edition,
    Module,
    PriceBook,
)
from keylease.core.errors import Misuse
from keylease.core.money import CURRENCIES, parse_amount

#: The tables of an edition in the file, and the parameter code of each.
_CODES = {
    "qps": "Spec",
    "keys": "KeyNum",
    "secrets": "SecretNum",
    "access_units": "VpcNum",
    "log_storage": "LogStorage",
}

# Together these keep every amount of every order within 64 bits.
_MOST_PRICE = 99_999_999_99
_MOST_QUANTITY = 1_000_000
_MOST_MONTHS = 60

_TIER = re.compile(r"[1-9][0-9]?")
_FACTOR = re.compile(r"0\.[0-9]{1,4}|1\.0{1,4}")


class PriceBookInvalid(Misuse):
    """A price book that cannot be used; ``findings`` says everything that is wrong."""

    def __init__(self, findings: list[str]) -> None:
        super().__init__("The price book is not valid: " + "; ".join(findings))
        self.findings = findings


def default_price_book_text() -> str:
    """The price book that a new data directory starts with."""
    return resources.files(__package__).joinpath("default.toml").read_text("utf-8")


def check_price_book(text: str) -> list[str]:
    """All that is wrong with a price book; an empty list if it can be used."""
    try:
        parse_price_book(text)
    except PriceBookInvalid as invalid:
        return invalid.findings
    return []


def parse_price_book(text: str) -> PriceBook:
    """Read a price book; PriceBookInvalid with all findings if it cannot be used."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PriceBookInvalid([f"not TOML: {error}"]) from error
    findings: list[str] = []
    book = _book(_Section("", content, findings))
    if findings:
        raise PriceBookInvalid(findings)
    return book


@dataclass(frozen=True, slots=True)
class _Section:
    """A table of the file at ``path``. What is wrong becomes a finding and a harmless value."""

    path: str
    content: Mapping[str, Any]
    findings: list[str]

    def place(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def complain(self, key: str, wrong: str) -> None:
        self.findings.append(f"{self.place(key)}: {wrong}")

    def only(self, *keys: str) -> None:
        """Every key there must be one of these: a typo must not go unnoticed."""
        for key in self.content:
            if key not in keys:
                self.complain(key, f"unknown; allowed here: {', '.join(keys)}")

    def table(self, key: str) -> "_Section":
        value = self.content.get(key)
        if isinstance(value, dict):
            return _Section(self.place(key), value, self.findings)
        self.complain(key, "missing" if value is None else "must be a table")
        return _Section(self.place(key), {}, [])  # said once, not again for all that is inside

    def whole(self, key: str, least: int) -> int:
        value = self.content.get(key)
        if _is_whole(value, least, _MOST_QUANTITY):
            return value
        self.complain(key, f"must be a whole number from {least} to {_MOST_QUANTITY}")
        return least

    def rising(self, key: str, most: int) -> tuple[int, ...]:
        """A list of whole numbers, each higher than the one before; at least one."""
        value = self.content.get(key)
        numbers = tuple(value) if isinstance(value, list) else ()
        if not numbers or not all(_is_whole(number, 1, most) for number in numbers):
            self.complain(key, f"must be a list of whole numbers from 1 to {most}")
            return (1,)
        if any(after <= before for before, after in pairwise(numbers)):
            self.complain(key, "must rise from each number to the next")
        return numbers

    def prices(self, key: str, currencies: tuple[str, ...]) -> dict[str, int]:
        """A table of prices in minor units, one for each currency."""
        table = self.table(key)
        if currencies:
            table.only(*currencies)
        return {currency: table.price(currency) for currency in currencies}

    def price(self, key: str) -> int:
        value = self.content.get(key)
        try:
            amount = parse_amount(value) if isinstance(value, str) else -1
        except ValueError:
            amount = -1
        if not 0 <= amount <= _MOST_PRICE:
            self.complain(
                key, 'must be a price in quotes, like "500.00", from "0.00" to "99999999.99"'
            )
            return 0
        return amount


def _is_whole(value: object, least: int, most: int) -> TypeGuard[int]:
    return type(value) is int and least <= value <= most  # a bool is no number here


def _book(top: _Section) -> PriceBook:
    top.only("currencies", "durations", "discounts", "editions")
    currencies = _currencies(top)
    return PriceBook(
        currencies=currencies,
        durations=_durations(top.table("durations")),
        discounts=_discounts(top.table("discounts")),
        editions=_editions(top.table("editions"), currencies),
    )


def _currencies(top: _Section) -> tuple[str, ...]:
    value = top.content.get("currencies")
    if (
        isinstance(value, list)
        and value
        and all(currency in CURRENCIES for currency in value)
        and len(set(value)) == len(value)
    ):
        return tuple(value)
    top.complain("currencies", f"must be a list of {' or '.join(CURRENCIES)}, each once")
    return ()


def _durations(section: _Section) -> Durations:
    section.only("purchase", "renewal", "automatic")
    return Durations(
        purchase=section.rising("purchase", _MOST_MONTHS),
        renewal=section.rising("renewal", _MOST_MONTHS),
        automatic=section.rising("automatic", _MOST_MONTHS),
    )


def _discounts(section: _Section) -> tuple[tuple[int, Fraction], ...]:
    """The tiers by rising months; the factor must fall with them."""
    tiers: list[tuple[int, Fraction]] = []
    for key, value in section.content.items():
        if not _TIER.fullmatch(key):
            section.complain(key, "must be a number of months from 1 to 99")
        elif not isinstance(value, str) or not _FACTOR.fullmatch(value) or not Fraction(value):
            section.complain(
                key, 'must be a factor in quotes, like "0.85", above "0.00" up to "1.00"'
            )
        else:
            tiers.append((int(key), Fraction(value)))
    tiers.sort()
    for (shorter, before), (longer, after) in pairwise(tiers):
        if after >= before:
            section.complain(str(longer), f"must be lower than the factor from {shorter} months")
    return tuple(tiers)


def _editions(section: _Section, currencies: tuple[str, ...]) -> tuple[Edition, ...]:
    section.only(*PRODUCT_VERSIONS)
    if "software" not in section.content:
        section.complain("software", "missing; it is what a purchase means unless it says more")
    names = [name for name in PRODUCT_VERSIONS if name in section.content]
    return tuple(_edition(name, section.table(name), currencies) for name in names)


def _edition(name: str, section: _Section, currencies: tuple[str, ...]) -> Edition:
    section.only("monthly", *_CODES)
    return Edition(
        name=name,
        monthly=section.prices("monthly", currencies),
        modules=tuple(
            _stepped(code, section.table(key), currencies)
            if code == "Spec"
            else _in_blocks(code, section.table(key), currencies)
            for key, code in _CODES.items()
        ),
    )


def _in_blocks(code: str, section: _Section, currencies: tuple[str, ...]) -> Module:
    section.only("included", "block", "maximum", "monthly")
    known = len(section.findings)
    included = section.whole("included", 0)
    block = section.whole("block", 1)
    maximum = section.whole("maximum", 0)
    if len(section.findings) == known and (maximum < included or (maximum - included) % block):
        section.complain("maximum", f"must be {included} and a whole number of blocks of {block}")
    return Module(code, included, block, maximum, section.prices("monthly", currencies))


def _stepped(code: str, section: _Section, currencies: tuple[str, ...]) -> Module:
    """A module that is offered in a few steps only; the first is included."""
    section.only("steps", "block", "monthly")
    known = len(section.findings)
    steps = section.rising("steps", _MOST_QUANTITY)
    block = section.whole("block", 1)
    if len(section.findings) == known and any((step - steps[0]) % block for step in steps):
        section.complain(
            "steps", f"must each be {steps[0]} and a whole number of blocks of {block}"
        )
    prices = section.prices("monthly", currencies)
    return Module(code, steps[0], block, steps[-1], prices, steps)
