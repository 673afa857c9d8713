"""What forms have in common: names typed again, lists as lines, texts of several lines."""

import json
import re
from collections.abc import Callable
from datetime import datetime

from keylease.console.visit import Visit, whole
from keylease.core.clock import UTC8
from keylease.core.errors import Code, Parameter, Refusal, Word
from keylease.core.money import amount_text, parse_amount

_QUOTED = 80
_AMOUNT_DIGITS = 13
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?", re.ASCII)


def require_typed(visit: Visit, name: str) -> None:
    """Refuse what cannot be undone unless the form's ``typed`` repeats this name."""
    if visit.given("typed") != name:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "Nothing was done: the name that was typed is not {name}.",
            about=Parameter("Type {name} to confirm", name=name),
            name=name,
        )


def text_of(visit: Visit, name: str) -> str:
    """A text as it was typed, blanks and all, with line ends as they are meant."""
    return visit.form.get(name, "").replace("\r\n", "\n")


def base64_of(visit: Visit, name: str) -> str:
    """A field without the line ends that tools put into Base64."""
    return "".join(visit.given(name).split())


def lines_of(visit: Visit, name: str) -> list[str]:
    """The lines of a text that are not empty, without outer blanks."""
    return [line.strip() for line in text_of(visit, name).splitlines() if line.strip()]


def lines_that(
    visit: Visit, parameter: str, check: Callable[[tuple[str, ...]], object], what: Word
) -> list[str]:
    """The lines of the field of a parameter, each of which ``check`` takes; Refusal."""
    lines = lines_of(visit, parameter)
    for line in lines:
        try:
            check((line,))
        except Refusal:
            raise Refusal(
                Code.INVALID_PARAMETER,
                "{name} takes {what}, one on each line, not {line!r}.",
                name=Parameter(parameter),
                what=what,
                line=line[:_QUOTED],
            ) from None
    return lines


def days_of(visit: Visit, name: str, parameter: str) -> str:
    """A number of days as the API takes a period, like ``365d``; empty stays empty. Refusal."""
    text = visit.given(name)
    if text and whole(text) is None:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "{name} takes a whole number of days.",
            name=Parameter(parameter),
        )
    return text and f"{text}d"


def amount_of(text: str, label: Parameter, least: int = 1) -> int:
    """Minor units of an amount that somebody wrote, with or without commas in it; Refusal."""
    plain = text.replace(",", "") if _THOUSANDS.fullmatch(text) else text
    whole = plain.removeprefix("+").partition(".")[0].lstrip("0")
    if whole.isdecimal() and len(whole) > _AMOUNT_DIGITS:
        raise Refusal(
            Code.INVALID_PARAMETER, "{name}: {given} is too large.", name=label, given=text
        )
    try:
        minor = parse_amount(plain)
    except ValueError:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "{name} takes an amount like 1,234.56, not {given!r}.",
            name=label,
            given=text,
        ) from None
    if minor < least:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "{name} takes {least} or more.",
            name=label,
            least=amount_text(least),
        )
    return minor


def tags_of(visit: Visit, name: str) -> str:
    """Lines like ``team=payments`` as the API takes tags; Refusal. Without any line, empty."""
    tags = []
    for line in lines_of(visit, name):
        key, equals, value = line.partition("=")
        if not equals:
            raise Refusal(
                Code.INVALID_PARAMETER,
                "{name}: write each tag on a line of its own, like team=payments, not {line!r}.",
                name=Parameter("Tags"),
                line=line[:_QUOTED],
            )
        tags.append({"TagKey": key.strip(), "TagValue": value.strip()})
    return json.dumps(tags, ensure_ascii=False) if tags else ""


def moment_of(visit: Visit, name: str, label: str) -> int | None:
    """A moment of UTC+8, as a browser sends a date and time; None if it is empty. Refusal."""
    text = visit.given(name)
    if not text:
        return None
    try:
        return int(datetime.fromisoformat(text).replace(tzinfo=UTC8).timestamp())
    except (ValueError, OverflowError):
        raise Refusal(
            Code.INVALID_PARAMETER,
            "{name}: write a date and time like 2026-01-31T08:00.",
            name=Parameter(label),
        ) from None
