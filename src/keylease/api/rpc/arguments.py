"""Reading the parameters of a call: types, maps in both spellings, flattened lists.

Source: facts/kms-api.md A.2 (types), B.2 (flattened maps), billing.md 7.1 (arrays).
"""

import json
import re
from collections.abc import Mapping, Sized
from typing import Any

from keylease.core.clock import parse_iso
from keylease.core.duration import parse_seconds
from keylease.core.errors import Code, Parameter, Refusal

_INTEGER = re.compile(r"[+-]?[0-9]{1,12}")
_ENTRY = re.compile(r"\.(0|[1-9][0-9]{0,3})(?:\.(.+))?")
_HALF_A_PAIR = re.compile(r"[\ud800-\udfff]")
LIST_ENTRIES_MAX = 100


class Arguments:
    """The decoded parameters of one call. Every reading refuses what it cannot read."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values

    def text(self, name: str, default: str = "") -> str:
        """A text, or the default where it was not sent."""
        value = self.values.get(name, default)
        if "\0" in value:
            raise invalid(name, "takes text without NUL")
        return value

    def optional(self, name: str) -> str | None:
        """A text, or None where it was not sent or is empty."""
        return self.text(name) or None

    def required(self, name: str) -> str:
        """A text that must be there and not be empty; Refusal MissingParameter."""
        value = self.text(name)
        if not value:
            raise missing(name)
        return value

    def integer(self, name: str) -> int | None:
        """A whole number, or None where it was not sent."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if not _INTEGER.fullmatch(value):
            raise invalid(name, "takes a whole number")
        return int(value)

    def number_between(self, name: str, least: int, most: int, default: int) -> int:
        """A whole number within bounds."""
        value = self.integer(name)
        if value is None:
            return default
        if not least <= value <= most:
            raise invalid(name, "takes {least} to {most}", least=least, most=most)
        return value

    def page(self, size: int) -> tuple[int, int]:
        """``PageNumber`` from 1, and ``PageSize`` of at most 100."""
        return (
            self.number_between("PageNumber", 1, 1_000_000, 1),
            self.number_between("PageSize", 1, 100, size),
        )

    def duration(self, name: str) -> int | None:
        """Seconds of a period like ``7d``, or None where it was not sent."""
        value = self.values.get(name)
        if not value:
            return None
        try:
            return parse_seconds(value)
        except ValueError:
            raise invalid(name, "takes a whole number and d, h, m or s, like 365d") from None

    def rotation_interval(self) -> int | None:
        """The period of automatic rotation in seconds, None where it is off."""
        if not self.boolean("EnableAutomaticRotation"):
            return None
        interval = self.duration("RotationInterval")
        if interval is None:
            raise missing("RotationInterval")
        return interval

    def boolean(self, name: str) -> bool:
        """``true`` or ``false`` in any case; False where it was not sent."""
        value = self.values.get(name, "").lower()
        if value not in {"", "true", "false"}:
            raise invalid(name, "takes true or false")
        return value == "true"

    def instant(self, name: str) -> int | None:
        """A time like 2026-11-23T03:20:19Z, or None where it was not sent."""
        value = self.values.get(name)
        if not value:
            return None
        try:
            return parse_iso(value)
        except (ValueError, OverflowError):
            raise invalid(name, "takes a UTC time like 2026-11-23T03:20:19Z") from None

    def texts(self, name: str) -> Mapping[str, str]:
        """A map from text to text: one JSON object, or one parameter for each entry."""
        value = self.values.get(name)
        if value:
            entries = _json(name, value)
            if not isinstance(entries, dict):
                raise invalid(name, "takes a JSON object from text to text")
        else:
            prefix = f"{name}."
            entries = {k[len(prefix) :]: v for k, v in self.values.items() if k.startswith(prefix)}
        if not all(isinstance(one, str) for one in entries.values()):
            raise invalid(name, "takes a JSON object from text to text")
        return entries

    def text_lists(self, name: str) -> Mapping[str, list[str]]:
        """A JSON object from text to lists of texts; empty where it was not sent."""
        value = self.values.get(name)
        if not value:
            return {}
        entries = _json(name, value)
        if not isinstance(entries, dict) or not all(_are_texts(one) for one in entries.values()):
            raise invalid(name, "takes a JSON object from text to lists of texts")
        for one in (entries, *entries.values()):
            _check_count(name, one)
        return entries

    def json_list(self, name: str) -> list[Any]:
        """A JSON array; empty where it was not sent."""
        value = self.values.get(name)
        if not value:
            return []
        entries = _json(name, value)
        if not isinstance(entries, list) or not _can_be_kept(entries):
            raise invalid(name, "takes a JSON array whose texts UTF-8 can write, without NUL")
        _check_count(name, entries)
        return entries

    def json_texts(self, name: str) -> tuple[str, ...] | None:
        """A JSON array of texts, or None where it was not sent."""
        if not self.values.get(name):
            return None
        entries = self.json_list(name)
        if not _are_texts(entries):
            raise invalid(name, "takes a JSON array of texts")
        return tuple(entries)

    def commas(self, name: str) -> tuple[str, ...]:
        """Texts separated by commas; empty where it was not sent."""
        entries = tuple(one.strip() for one in self.text(name).split(",") if one.strip())
        _check_count(name, entries)
        return entries

    def listed(self, name: str) -> list[str]:
        """A flattened list of texts: ``Name.1=…`` and so on, in the order of its numbers."""
        found = [entry.get("", "") for entry in self.objects(name)]
        if any("\0" in one for one in found):
            raise invalid(name, "takes text without NUL")
        return [one for one in found if one]

    def objects(self, name: str) -> list[dict[str, str]]:
        """A flattened list: ``Name.1.Code=…`` and so on, in the order of its numbers."""
        found: dict[int, dict[str, str]] = {}
        for key, value in self.values.items():
            if not key.startswith(f"{name}."):
                continue
            match = _ENTRY.fullmatch(key, len(name))
            if match is None:
                raise invalid(name, "takes entries like {name}.1")
            found.setdefault(int(match[1]), {})[match[2] or ""] = value
        _check_count(name, found)
        return [found[number] for number in sorted(found)]


def missing(name: str) -> Refusal:
    """What a call without a parameter that it needs is answered."""
    return Refusal(
        Code.MISSING_PARAMETER,
        "The parameter {name} is needed but was not provided.",
        name=Parameter(name),
    )


def invalid(name: str, rule: str, **values: Any) -> Refusal:
    """What a call with an unusable parameter is answered; the value is not repeated.

    ``values`` stand in the ``{name}``s of the rule.
    """
    return Refusal(
        Code.INVALID_PARAMETER,
        f"The parameter {{name}} is not valid: it {rule}.",
        name=Parameter(name),
        **values,
    )


def _check_count(name: str, entries: Sized) -> None:
    if len(entries) > LIST_ENTRIES_MAX:
        raise invalid(name, "takes at most {most} entries", most=LIST_ENTRIES_MAX)


def _are_texts(found: Any) -> bool:
    return isinstance(found, list) and all(isinstance(one, str) for one in found)


def _can_be_kept(found: Any) -> bool:
    """Whether both engines can keep every text: PostgreSQL has no NUL, UTF-8 no half pairs."""
    waiting = [found]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str) and ("\0" in one or _HALF_A_PAIR.search(one)):
            return False
        if isinstance(one, dict):
            waiting.extend([*one, *one.values()])
        elif isinstance(one, list):
            waiting.extend(one)
    return True


def _json(name: str, value: str) -> Any:
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise invalid(name, "takes JSON") from None
