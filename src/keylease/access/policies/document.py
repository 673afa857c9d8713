"""Reading the text of a policy: whatever is not exactly understood is refused.

Three kinds have the same form: an *identity policy* says what its user, group or role may do; a
*resource policy* belongs to one key or secret and says who may do what with it; a *trust policy*
belongs to a role and says who may assume it.
Source: facts/kms.md 4.6 and 6.4, facts/kms-api.md A.2 (policies), RAM "Policy elements". The bounds
are ours: they keep a decision quick whatever a customer writes.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NoReturn

from keylease.access.policies.conditions import Condition, read_condition
from keylease.access.policies.globs import has_wildcards
from keylease.access.policies.operators import Unfit
from keylease.core.errors import Code, Refusal, Word

BYTES_MAX = 32_768
STATEMENTS_MAX = 100
PATTERN_MAX = 256
WILDCARDS_IN_ONE_MAX = 8
WILDCARD_PATTERNS_MAX = 200

_SID = re.compile(r"[A-Za-z0-9 _/+=.@-]{1,128}")
_ACTION = re.compile(r"\*|[A-Za-z0-9*?-]+:[A-Za-z0-9*?_-]+")
_PRINCIPAL = re.compile(r"acs:ram::[0-9]{16}:(root|\*|(user|role)/[A-Za-z0-9._-]{1,64})")
_WILDCARD = re.compile(r"\*+|\?")
#: Where something is wrong that is in no statement.
_WHOLE = Word("The policy")
_ELEMENTS = ("Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition")


class Effect(StrEnum):
    """What a statement does where it applies."""

    ALLOW = "Allow"
    DENY = "Deny"


@dataclass(frozen=True, slots=True)
class Selection:
    """What fits one of the patterns, or, if ``inverted``, what fits none."""

    patterns: tuple[str, ...]
    inverted: bool


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. ``principals`` is None in an identity policy."""

    sid: str
    effect: Effect
    actions: Selection
    resources: Selection
    principals: tuple[str, ...] | None
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """A policy that was understood."""

    statements: tuple[Statement, ...]
    of_resource: bool


def parse_identity_policy(text: str) -> PolicyDocument:
    """Read what a user, group or role may do; Refusal InvalidParameter says what is wrong where."""
    return _parse(text, of_resource=False)


def parse_resource_policy(text: str) -> PolicyDocument:
    """Read who may do what with a key or secret; Refusal InvalidParameter, as above."""
    return _parse(text, of_resource=True)


def parse_trust_policy(text: str) -> PolicyDocument:
    """Read who may assume a role: like a resource policy, for ``sts:AssumeRole``, no Resource."""
    return _parse(text, of_resource=True, service="sts")


def _parse(text: str, *, of_resource: bool, service: str = "kms") -> PolicyDocument:
    document = _object(_WHOLE, _json(text))
    _only(document, ("Version", "Statement"), _WHOLE)
    if document.get("Version") != "1":
        _wrong("Version", 'takes "1"')
    found = document.get("Statement")
    written = found if isinstance(found, list) else [found]
    if not 1 <= len(written) <= STATEMENTS_MAX:
        _wrong("Statement", "takes 1 to {most} statements", most=STATEMENTS_MAX)
    places = [f"Statement[{number}]" for number in range(len(written))]
    statements = tuple(
        _statement(place, _object(place, one), of_resource=of_resource, service=service)
        for place, one in zip(places, written, strict=True)
    )
    _check_wildcards(statements)
    return PolicyDocument(statements, of_resource)


def _json(text: str) -> Any:
    if len(text.encode(errors="surrogatepass")) > BYTES_MAX:
        _wrong(_WHOLE, "takes at most {most:,} bytes", most=BYTES_MAX)
    try:
        return json.loads(text, object_pairs_hook=_without_duplicates)
    except (ValueError, RecursionError):
        _wrong(_WHOLE, "takes JSON")


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entries = dict(pairs)
    if len(entries) < len(pairs):
        _wrong(_WHOLE, "takes each name once in each object")
    return entries


def _statement(
    place: str, written: dict[str, Any], *, of_resource: bool, service: str
) -> Statement:
    if service == "sts":
        written = {"Resource": "*"} | written
    _only(written, (*_ELEMENTS, "Principal") if of_resource else _ELEMENTS, place)
    if written.get("Effect") not in list(Effect):
        _wrong(f"{place}.Effect", "takes Allow or Deny")
    actions = _selection(place, written, "Action", _check_action)
    resources = _selection(place, written, "Resource", _check_resource)
    if of_resource:
        _check_own(place, actions, resources, service)
    return Statement(
        sid=_sid(place, written),
        effect=Effect(written["Effect"]),
        actions=actions,
        resources=resources,
        principals=_principals(place, written) if of_resource else None,
        conditions=_conditions(f"{place}.Condition", written.get("Condition", {})),
    )


def _sid(place: str, written: dict[str, Any]) -> str:
    sid = written.get("Sid", "")
    if "Sid" in written and not (isinstance(sid, str) and _SID.fullmatch(sid)):
        _wrong(f"{place}.Sid", "takes 1 to 128 letters, digits, blanks and _/+=.@-")
    return str(sid)


def _selection(
    place: str, written: dict[str, Any], name: str, check: Callable[[str, str], None]
) -> Selection:
    given = [one for one in (name, f"Not{name}") if one in written]
    if len(given) != 1:
        _wrong(place, "takes exactly one of {name} and Not{name}", name=name)
    where = f"{place}.{given[0]}"
    patterns = _texts(where, written[given[0]])
    for one in patterns:
        check(where, one)
    return Selection(patterns, inverted=given[0] != name)


def _check_action(where: str, pattern: str) -> None:
    if not _ACTION.fullmatch(pattern):
        _wrong(
            where, "takes actions like kms:Encrypt or kms:List*, not {given}", given=_shown(pattern)
        )
    _check_length(where, pattern)


def _check_resource(where: str, pattern: str) -> None:
    if pattern != "*" and not pattern.startswith("acs:"):
        _wrong(
            where,
            "takes * or names like acs:kms:<region>:<account>:key/*, not {given}",
            given=_shown(pattern),
        )
    if "${" in pattern:
        _wrong(where, "takes no variables")
    _check_length(where, pattern)


def _check_length(where: str, pattern: str) -> None:
    if len(pattern) > PATTERN_MAX:
        _wrong(where, "takes at most {most} characters in one pattern", most=PATTERN_MAX)
    if len(_WILDCARD.findall(pattern)) > WILDCARDS_IN_ONE_MAX:
        _wrong(where, "takes at most {most} wildcards in one pattern", most=WILDCARDS_IN_ONE_MAX)


def _check_own(place: str, actions: Selection, resources: Selection, service: str) -> None:
    """A resource's policy speaks of that resource and of its service only."""
    for one in actions.patterns:
        if not one.lower().startswith(f"{service}:"):
            _wrong(
                f"{place}.Action",
                "takes actions that start with {service}:, not {given}",
                service=service,
                given=_shown(one),
            )
    if resources.inverted or set(resources.patterns) != {"*"}:
        _wrong(f"{place}.Resource", 'takes "*": the policy belongs to one resource')


def _principals(place: str, written: dict[str, Any]) -> tuple[str, ...]:
    where = f"{place}.Principal"
    if set(_object(where, written.get("Principal"))) != {"RAM"}:
        _wrong(where, 'takes {{"RAM": [...]}}')
    names = _texts(f"{where}.RAM", written["Principal"]["RAM"])
    for name in names:
        if not _PRINCIPAL.fullmatch(name):
            _wrong(
                f"{where}.RAM",
                "takes acs:ram::<account>:root, acs:ram::<account>:user/<name> or "
                "acs:ram::<account>:role/<name>, not {given}",
                given=_shown(name),
            )
    return names


def _conditions(place: str, written: Any) -> tuple[Condition, ...]:
    found = []
    for operator, comparisons in _object(place, written).items():
        inside = f"{place}.{_shown(operator)}"
        for key, values in _object(inside, comparisons).items():
            where = f"{inside}.{_shown(key)}"
            wanted = _texts(where, values)
            try:
                found.append(read_condition(operator, key, wanted))
            except Unfit as unfit:
                _wrong(where, f"cannot be: {unfit.text}", **unfit.values)
            if "Like" in operator:
                for pattern in wanted:
                    _check_length(where, pattern)
    return tuple(found)


def _check_wildcards(statements: tuple[Statement, ...]) -> None:
    patterns = [
        pattern
        for one in statements
        for part in (one.actions.patterns, one.resources.patterns, *_likes(one))
        for pattern in part
    ]
    if sum(map(has_wildcards, patterns)) > WILDCARD_PATTERNS_MAX:
        _wrong(_WHOLE, "takes at most {most} patterns with wildcards", most=WILDCARD_PATTERNS_MAX)


def _likes(statement: Statement) -> list[tuple[str, ...]]:
    return [one.values for one in statement.conditions if "Like" in one.operator]


def _texts(where: str, written: Any) -> tuple[str, ...]:
    texts = written if isinstance(written, list) else [written]
    if not texts or not all(isinstance(one, str) and one.isprintable() for one in texts):
        _wrong(where, "takes a text or a list of texts, numbers and true or false in quotes too")
    return tuple(texts)


def _object(where: str, written: Any) -> dict[str, Any]:
    if not isinstance(written, dict):
        _wrong(where, "takes a JSON object")
    return written


def _only(written: dict[str, Any], names: tuple[str, ...], where: str) -> None:
    for name in written:
        if name not in names:
            _wrong(where, "takes {names}, not {given}", names=", ".join(names), given=_shown(name))


def _shown(text: str) -> str:
    return ascii(text[:80])


def _wrong(where: str, what: str, **values: Any) -> NoReturn:
    raise Refusal(Code.INVALID_PARAMETER, f"{{where}} {what}.", where=where, **values)
