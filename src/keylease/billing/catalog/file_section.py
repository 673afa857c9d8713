"""Reading a table of the price book: each value as what it must be, or a finding."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, TypeGuard

from keylease.core.clock import parse_iso
from keylease.core.errors import Word
from keylease.core.money import parse_amount

# Together these keep every amount of every order within 64 bits.
MOST_PRICE = 99_999_999_99
MOST_QUANTITY = 1_000_000

_DAY_PRICE = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong at a place of the file; the place is a path with points."""

    place: str
    wrong: Word


@dataclass(frozen=True, slots=True)
class Section:
    """A table of the file at ``path``. What is wrong becomes a finding and a harmless value."""

    path: str
    content: Mapping[str, Any]
    findings: list[Finding]

    def place(self, key: str) -> str:
        """The path of a key of this table."""
        return f"{self.path}.{key}" if self.path else key

    def complain(self, key: str, wrong: str, /, **values: object) -> None:
        """Something is wrong with a key."""
        self.findings.append(Finding(self.place(key), Word(wrong, **values)))

    def only(self, *keys: str) -> None:
        """Every key there must be one of these: a typo must not go unnoticed."""
        for key in self.content:
            if key not in keys:
                self.complain(key, "unknown; allowed here: {keys}", keys=", ".join(keys))

    def table(self, key: str) -> "Section":
        """A table that must be there."""
        value = self.content.get(key)
        if isinstance(value, dict):
            return Section(self.place(key), value, self.findings)
        self.complain(key, "missing" if value is None else "must be a table")
        return Section(self.place(key), {}, [])  # said once, not again for all that is inside

    def optional_table(self, key: str) -> "Section":
        """A table that may be left out: then it is empty."""
        return self.table(key) if key in self.content else Section(self.place(key), {}, [])

    def whole(self, key: str, least: int, most: int = MOST_QUANTITY) -> int:
        """A whole number within bounds."""
        value = self.content.get(key)
        if _is_whole(value, least, most):
            return value
        self.complain(key, "must be a whole number from {least} to {most}", least=least, most=most)
        return least

    def rising(self, key: str, most: int) -> tuple[int, ...]:
        """A list of whole numbers, each higher than the one before; at least one."""
        value = self.content.get(key)
        numbers = tuple(value) if isinstance(value, list) else ()
        if not numbers or not all(_is_whole(number, 1, most) for number in numbers):
            self.complain(key, "must be a list of whole numbers from 1 to {most}", most=most)
            return (1,)
        if any(after <= before for before, after in pairwise(numbers)):
            self.complain(key, "must rise from each number to the next")
        return numbers

    def moment(self, key: str) -> int | None:
        """A business instant; None where it is left out."""
        value = self.content.get(key)
        if value is None:
            return None
        try:
            return parse_iso(value)
        except (TypeError, ValueError, OverflowError):
            self.complain(key, 'must be a moment in quotes, like "2027-01-01T00:00:00+08:00"')
            return None

    def prices(self, key: str, currencies: tuple[str, ...]) -> dict[str, int]:
        """A table of prices in minor units, one for each currency."""
        table = self.table(key)
        if currencies:
            table.only(*currencies)
        return {currency: table.price(currency) for currency in currencies}

    def price(self, key: str) -> int:
        """A price in minor units."""
        value = self.content.get(key)
        try:
            amount = parse_amount(value) if isinstance(value, str) else -1
        except ValueError:
            amount = -1
        if not 0 <= amount <= MOST_PRICE:
            self.complain(
                key, 'must be a price in quotes, like "500.00", from "0.00" to "99999999.99"'
            )
            return 0
        return amount

    def day_prices(self, key: str, currencies: tuple[str, ...]) -> dict[str, Fraction]:
        """A table of exact prices in minor units, one for each currency."""
        table = self.table(key)
        if currencies:
            table.only(*currencies)
        return {currency: table.day_price(currency) for currency in currencies}

    def day_price(self, key: str) -> Fraction:
        """An exact price in minor units, which may have parts of them."""
        value = self.content.get(key)
        if isinstance(value, str) and _DAY_PRICE.fullmatch(value):
            return Fraction(value) * 100
        self.complain(
            key, 'must be a price in quotes, like "0.013", with up to six decimals, below "1000000"'
        )
        return Fraction(0)


def _is_whole(value: object, least: int, most: int) -> TypeGuard[int]:
    return type(value) is int and least <= value <= most  # a bool is no number here
