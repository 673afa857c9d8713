"""The ``Condition`` of a statement: operators, keys, and what they compare.

All conditions of a statement must hold. Several values of one key are alternatives; an operator
that negates holds if none of them fits. Documented are the operators' names and kinds (RAM,
"Conditional operators") and the keys (facts/kms.md 6.2, 6.4). Where that is silent we decide:

* The request has no such key: ``...IfExists`` and ``ForAllValues:`` hold, ``ForAnyValue:`` does
  not, an operator that negates holds, any other does not. So a Deny of "not from this network"
  also denies what comes from no network.
* Every key here has one value, so that is all that ``ForAnyValue:`` and ``ForAllValues:`` change.
* A name is read without regard to case up to the first ``/``; a tag's key after it is exact.
* A key below ``acs:`` or ``kms:`` that is not known here, or that is compared as what it is not, is
  refused: a Deny that can never apply is worse than an error. Other services' keys are let be.
"""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TypeVar

from keylease.access.policies.globs import any_glob
from keylease.core.clock import parse_iso

#: What a request says of one condition key. A moment is a business instant.
Value = str | int | bool

CURRENT_TIME = "acs:currenttime"
SOURCE_IP = "acs:sourceip"
SECURE_TRANSPORT = "acs:securetransport"
SOURCE_VPC = "acs:sourcevpc"
VPC_SOURCE_IP = "acs:vpcsourceip"
_TAG = "kms:tag/"


class Kind(StrEnum):
    """What an operator compares."""

    STRING = "text"
    NUMERIC = "a number"
    DATE = "a time like 2026-11-23T03:20:19Z or 2026-11-23T11:20:19+08:00"
    BOOL = "true or false"
    IP = "an IP address or a block like 10.0.0.0/8"


#: The keys of our own with the kind that they must be compared as.
KEYS = {
    CURRENT_TIME: Kind.DATE,
    SOURCE_IP: Kind.IP,
    SECURE_TRANSPORT: Kind.BOOL,
    SOURCE_VPC: Kind.STRING,
    VPC_SOURCE_IP: Kind.IP,
}

_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,9})?")
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_BLOCK = re.compile(r"[0-9a-fA-F:.]{2,45}(/[0-9]{1,3})?")
_FOREIGN_KEY = re.compile(r"[a-z][a-z0-9-]*:.+")

T = TypeVar("T")
Test = Callable[[Value], bool]
Block = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison, checked when it was read. ``key`` is as `canonical_key` gives it."""

    operator: str
    key: str
    values: tuple[str, ...]
    negated: bool
    when_missing: bool


def canonical_key(name: str) -> str:
    """The one spelling of a key: in lower case up to the first ``/``."""
    head, slash, rest = name.partition("/")
    return head.lower() + slash + rest


def tag_key(tag: str) -> str:
    """The key under which a request says what value a tag of its key or secret has."""
    return _TAG + tag


def read_condition(name: str, key: str, values: tuple[str, ...]) -> Condition:
    """Check one comparison; ValueError says what is wrong with it."""
    base, qualifier, if_exists = _parts(name)
    if base not in OPERATORS:
        raise ValueError(f"there is no operator {name[:80]!r}")
    kind, negated, make = OPERATORS[base]
    canonical = canonical_key(key)
    _check_key(canonical, key, kind)
    make(values)
    when_missing = if_exists or qualifier == "ForAllValues" or (negated and not qualifier)
    return Condition(base, canonical, values, negated, when_missing)


def compile_condition(condition: Condition) -> Callable[[Mapping[str, Value]], bool]:
    """A test whether it holds for the values of a request."""
    fits = OPERATORS[condition.operator][2](condition.values)
    key, negated, when_missing = condition.key, condition.negated, condition.when_missing

    def holds(values: Mapping[str, Value]) -> bool:
        value = values.get(key)
        return when_missing if value is None else fits(value) is not negated

    return holds


def _parts(name: str) -> tuple[str, str, bool]:
    """The plain operator, its qualifier, and whether it ends in ``IfExists``."""
    qualifier, colon, rest = name.partition(":")
    if not colon:
        qualifier, rest = "", name
    elif qualifier not in {"ForAnyValue", "ForAllValues"}:
        raise ValueError(f"there is no operator {name[:80]!r}")
    return rest.removesuffix("IfExists"), qualifier, rest.endswith("IfExists")


def _check_key(canonical: str, written: str, kind: Kind) -> None:
    if canonical in KEYS:
        if KEYS[canonical] != kind:
            raise ValueError(f"{written!r} is {KEYS[canonical].value}: use an operator for that")
    elif canonical.startswith(("acs:", "kms:")):
        if not (canonical.startswith(_TAG) and len(canonical) > len(_TAG)):
            raise ValueError(
                f"{written[:80]!r} is not known: use acs:CurrentTime, acs:SourceIp, "
                "acs:SecureTransport, acs:SourceVpc, acs:VpcSourceIp or kms:tag/<key>"
            )
    elif not _FOREIGN_KEY.fullmatch(canonical):
        raise ValueError(f"{written[:80]!r} is not a condition key")


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
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.version, int(address)


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
    """What the values of a policy stand for; ValueError if one stands for nothing."""
    found = []
    for value in values:
        one = read(value)
        if one is None:
            raise ValueError(f"{value[:80]!r} is not {kind.value}")
        found.append(one)
    return found


def _text_test(make: Callable[[tuple[str, ...]], Callable[[str], bool]]) -> "Maker":
    def maker(values: tuple[str, ...]) -> Test:
        fits = make(values)
        return lambda value: isinstance(value, str) and fits(value)

    return maker


def _without_case(values: tuple[str, ...]) -> Callable[[str], bool]:
    folded = frozenset(one.casefold() for one in values)
    return lambda text: text.casefold() in folded


def _ordered(
    kind: Kind, read: Callable[[Value], T | None], compare: Callable[[T, T], bool]
) -> "Maker":
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


Maker = Callable[[tuple[str, ...]], Test]

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
