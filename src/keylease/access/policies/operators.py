"""The operators of conditions: what kind of thing each compares, and how.

A value of the request that is not of the operator's kind fits nothing.
"""

import operator
import re
from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from ipaddress import ip_network
from typing import Any, TypeVar

from keylease.access.addresses import peer_address
from keylease.access.policies.globs import any_glob
from keylease.core.clock import parse_iso
from keylease.core.errors import Word

#: What a request says of one condition key. A moment is a business instant.
Value = str | int | bool

T = TypeVar("T")
Test = Callable[[Value], bool]
#: Makes the test whether a value fits one of a policy's texts; Unfit if one makes no sense.
Maker = Callable[[tuple[str, ...]], Test]
Block = tuple[int, int, int]

_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,9})?")
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_BLOCK = re.compile(r"[0-9a-fA-F:.]{2,45}(/[0-9]{1,3})?")


class Kind(StrEnum):
    """What an operator compares."""

    STRING = "text"
    NUMERIC = "a number"
    DATE = "a time like 2026-11-23T03:20:19Z or 2026-11-23T11:20:19+08:00"
    BOOL = "true or false"
    IP = "an IP address or a block like 10.0.0.0/8"


class Unfit(ValueError):
    """A condition makes no sense; ``text`` says why, with ``values`` in its ``{name}``s."""

    def __init__(self, text: str, **values: Any) -> None:
        super().__init__(text.format(**values))
        self.text = text
        self.values = values


def _number(value: Value) -> Decimal | None:
    if isinstance(value, str):
        return Decimal(value) if _NUMBER.fullmatch(value) else None
    return None if isinstance(value, bool) else Decimal(value)


def _moment(value: Value) -> int | None:
    if not isinstance(value, str):
        return None if isinstance(value, bool) else value
    try:
        return parse_iso(value) if _TIME.fullmatch(value) else None
    except (ValueError, OverflowError):
        return None


def _truth(value: Value) -> bool | None:
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower())
    return value if isinstance(value, bool) else None


@lru_cache(maxsize=4096)
def _address(text: str) -> tuple[int, int] | None:
    """The version and the number of an address; IPv4 inside IPv6 is IPv4."""
    address = peer_address(text)
    return None if address is None else (address.version, int(address))


def _block(text: str) -> Block | None:
    """The version, the mask and the masked number of a block of addresses."""
    if not _BLOCK.fullmatch(text):
        return None
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return None
    return network.version, int(network.netmask), int(network.network_address)


def _read_all(read: Callable[[str], T | None], values: tuple[str, ...], kind: Kind) -> list[T]:
    """What the values of a policy stand for; Unfit if one stands for nothing."""
    found = []
    for value in values:
        one = read(value)
        if one is None:
            raise Unfit("{value!a} is not {kind}", value=value[:80], kind=Word(kind))
        found.append(one)
    return found


def _text_test(make: Callable[[tuple[str, ...]], Callable[[str], bool]]) -> Maker:
    def maker(values: tuple[str, ...]) -> Test:
        fits = make(values)
        return lambda value: isinstance(value, str) and fits(value)

    return maker


def _without_case(values: tuple[str, ...]) -> Callable[[str], bool]:
    folded = frozenset(one.casefold() for one in values)
    return lambda text: text.casefold() in folded


def _ordered(
    kind: Kind, read: Callable[[Value], T | None], compare: Callable[[T, T], bool]
) -> Maker:
    def maker(values: tuple[str, ...]) -> Test:
        wanted = _read_all(read, values, kind)

        def fits(value: Value) -> bool:
            found = read(value)
            return found is not None and any(compare(found, one) for one in wanted)

        return fits

    return maker


def _in_blocks(values: tuple[str, ...]) -> Test:
    blocks = _read_all(_block, values, Kind.IP)

    def fits(value: Value) -> bool:
        address = _address(value) if isinstance(value, str) else None
        return address is not None and any(
            address[0] == version and address[1] & mask == network
            for version, mask, network in blocks
        )

    return fits


_EXACT = _text_test(lambda values: frozenset(values).__contains__)
_NO_CASE = _text_test(_without_case)
_LIKE = _text_test(any_glob)
_COMPARISONS = {
    "Equals": (False, operator.eq),
    "NotEquals": (True, operator.eq),
    "LessThan": (False, operator.lt),
    "LessThanEquals": (False, operator.le),
    "GreaterThan": (False, operator.gt),
    "GreaterThanEquals": (False, operator.ge),
}

#: Every operator: what it compares, whether it negates, and how its test is made.
OPERATORS: dict[str, tuple[Kind, bool, Maker]] = {
    "StringEquals": (Kind.STRING, False, _EXACT),
    "StringNotEquals": (Kind.STRING, True, _EXACT),
    "StringEqualsIgnoreCase": (Kind.STRING, False, _NO_CASE),
    "StringNotEqualsIgnoreCase": (Kind.STRING, True, _NO_CASE),
    "StringLike": (Kind.STRING, False, _LIKE),
    "StringNotLike": (Kind.STRING, True, _LIKE),
    "Bool": (Kind.BOOL, False, _ordered(Kind.BOOL, _truth, operator.eq)),
    "IpAddress": (Kind.IP, False, _in_blocks),
    "NotIpAddress": (Kind.IP, True, _in_blocks),
}
for _name, (_negated, _compare) in _COMPARISONS.items():
    OPERATORS[f"Numeric{_name}"] = (
        Kind.NUMERIC,
        _negated,
        _ordered(Kind.NUMERIC, _number, _compare),
    )
    OPERATORS[f"Date{_name}"] = (Kind.DATE, _negated, _ordered(Kind.DATE, _moment, _compare))
