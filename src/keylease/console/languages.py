"""Texts in the reader's language: English is written where it is used, Chinese in a table.

Pages say some refusals in other words than the API, which names its parameters and operations.
"""

import re
from collections.abc import Mapping
from functools import cache, partial
from typing import Any, Protocol

from keylease.console.chinese import CHINESE
from keylease.console.english import ENGLISH
from keylease.console.labels import LABELS
from keylease.core.errors import Explained, Parameter, Refusal, Word, Words

LANGUAGES = ("en", "zh")

#: A number and what is counted.
_COUNTED = re.compile(
    r"(?P<noun>\{(?P<name>\w+)(?::,)?\} (?:attempt|byte|call|character|day|finding|hour|instance|"
    r"message|minute|month|network|second|ticket|version|year))s\b"
)

#: So many characters of what somebody sent are repeated.
_REPEATED = 200


class Text(Protocol):
    """Translates an English text, and puts values into its ``{name}``s."""

    def __call__(self, english: str, /, **values: Any) -> str:
        """The text."""
        ...


@cache
def texts_in(language: str) -> Text:
    """Translates into a language; what has no translation stays English."""
    table: Mapping[str, str] = CHINESE if language == "zh" else ENGLISH

    def text(english: str, /, **values: Any) -> str:
        said = table.get(english, english)
        if not values:
            return said
        if language != "zh":
            said = _COUNTED.sub(partial(_noun, values), said)
        return said.format(**values)

    return text


def _noun(values: Mapping[str, Any], counted: re.Match[str]) -> str:
    """A number and its noun, which has no plural after 1."""
    return counted["noun"] if str(values.get(counted["name"])) == "1" else counted[0]


def reason(text: Text, said: Explained | Word) -> str:
    """What a refusal says, translated together with the words among its values."""
    values = {name: _translated(text, value) for name, value in said.values.items()}
    return text(said.text, **values)


def blamed(text: Text, refusal: Refusal | None) -> str:
    """The label of the field that a refusal is about; empty if it is about none."""
    if refusal is None:
        return ""
    named = (one for one in refusal.values.values() if isinstance(one, Parameter))
    about = refusal.about or next(named, None)
    return _label(text, about) if about else ""


def _label(text: Text, name: Parameter) -> str:
    return text(LABELS.get(name.text, name.text), **name.values)


def _translated(text: Text, value: Any) -> Any:
    match value:
        case Parameter():
            return f"“{_label(text, value)}”"
        case Word():
            return reason(text, value)
        case Words():
            return text(value.between).join(_translated(text, one) for one in value.each)
        case str() if len(value) > _REPEATED:
            return f"{value[:_REPEATED]}…"
        case _:
            return value
