"""What one price book changes against another, item by item."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from keylease.core.money import CURRENCIES


@dataclass(frozen=True, slots=True)
class Difference:
    """An item of the file, its currency where it is a price, and its values; empty: not there."""

    item: str
    currency: str
    old: str
    new: str


def differences(old: str, new: str) -> list[Difference]:
    """What differs between two valid price books, as texts of files, in the order of the items."""
    before, after = dict(_items(old)), dict(_items(new))
    return [
        Difference(*key, before.get(key, ""), after.get(key, ""))
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    ]


def _items(text: str) -> Iterator[tuple[tuple[str, str], str]]:
    for path, value in _leaves((), tomllib.loads(text)):
        *table, last = path
        priced = last in CURRENCIES
        yield (".".join(table if priced else path), last if priced else ""), _shown(value)


def _leaves(path: tuple[str, ...], value: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    if not isinstance(value, dict):
        yield path, value
        return
    for key, inner in value.items():
        yield from _leaves((*path, key), inner)


def _shown(value: Any) -> str:
    """``"500"`` and ``"500.0"`` are one price: 500.00."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    whole, point, decimals = str(value).partition(".")
    if isinstance(value, str) and whole.isdigit() and (decimals.isdigit() or not point):
        return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"
    return str(value)
