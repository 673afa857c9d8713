"""What forms have in common: names typed again, lists as lines, texts of several lines."""

import json
from datetime import datetime

from keylease.console.visit import Visit
from keylease.core.clock import UTC8
from keylease.core.errors import Code, Refusal


def require_typed(visit: Visit, name: str) -> None:
    """Refuse what cannot be undone unless the form's ``typed`` repeats this name."""
    if visit.given("typed") != name:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "Nothing was done: the name that was typed is not {name}.",
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


def tags_of(visit: Visit, name: str) -> str:
    """Lines like ``team=payments`` as the API takes tags; Refusal. Without any line, empty."""
    tags = []
    for line in lines_of(visit, name):
        key, equals, value = line.partition("=")
        if not equals:
            raise Refusal(
                Code.INVALID_PARAMETER, "Write each tag on a line of its own, like team=payments."
            )
        tags.append({"TagKey": key.strip(), "TagValue": value.strip()})
    return json.dumps(tags, ensure_ascii=False) if tags else ""


def moment_of(visit: Visit, name: str) -> int | None:
    """A moment of UTC+8, as a browser sends a date and time; None if it is empty. Refusal."""
    text = visit.given(name)
    if not text:
        return None
    try:
        return int(datetime.fromisoformat(text).replace(tzinfo=UTC8).timestamp())
    except (ValueError, OverflowError):
        raise Refusal(
            Code.INVALID_PARAMETER, "Write a date and time like 2026-01-31T08:00."
        ) from None
