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

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from keylease.access.policies.operators import OPERATORS, Kind, Unfit, Value
from keylease.core.errors import Word

CURRENT_TIME = "acs:currenttime"
SOURCE_IP = "acs:sourceip"
SECURE_TRANSPORT = "acs:securetransport"
SOURCE_VPC = "acs:sourcevpc"
VPC_SOURCE_IP = "acs:vpcsourceip"
_TAG = "kms:tag/"

#: The keys of our own with the kind that they must be compared as.
KEYS = {
    CURRENT_TIME: Kind.DATE,
    SOURCE_IP: Kind.IP,
    SECURE_TRANSPORT: Kind.BOOL,
    SOURCE_VPC: Kind.STRING,
    VPC_SOURCE_IP: Kind.IP,
}

_FOREIGN_KEY = re.compile(r"[a-z][a-z0-9-]*:.+")


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
    """Check one comparison; Unfit says what is wrong with it."""
    base, qualifier, if_exists = _parts(name)
    if base not in OPERATORS:
        raise Unfit("there is no operator {operator!a}", operator=name[:80])
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
        raise Unfit("there is no operator {operator!a}", operator=name[:80])
    return rest.removesuffix("IfExists"), qualifier, rest.endswith("IfExists")


def _check_key(canonical: str, written: str, kind: Kind) -> None:
    if canonical in KEYS:
        if KEYS[canonical] != kind:
            raise Unfit(
                "{key!a} is {kind}: use an operator for that",
                key=written,
                kind=Word(KEYS[canonical]),
            )
    elif canonical.startswith(("acs:", "kms:")):
        if not (canonical.startswith(_TAG) and len(canonical) > len(_TAG)):
            raise Unfit(
                "{key!a} is not known: use acs:CurrentTime, acs:SourceIp, acs:SecureTransport, "
                "acs:SourceVpc, acs:VpcSourceIp or kms:tag/<key>",
                key=written[:80],
            )
    elif not _FOREIGN_KEY.fullmatch(canonical):
        raise Unfit("{key!a} is not a condition key", key=written[:80])
