"""Texts in the reader's language: English is written where it is used, Chinese in a table."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol

from keylease.console.chinese import CHINESE
from keylease.core.errors import Explained, Word, Words

LANGUAGES = ("en", "zh")

#: What English says instead if the number is one. Chinese says the same of any.
_OF_ONE = {
    "{number} days": "{number} day",
    "{number} hours": "{number} hour",
    "{number} findings": "{number} finding",
    "in {number} days": "in {number} day",
    "in {number} hours": "in {number} hour",
    "in {number} minutes": "in {number} minute",
    "released in {number} days": "released in {number} day",
    "The renewal of {number} instances is set.": "The renewal of {number} instance is set.",
}


class Text(Protocol):
    """Translates an English text, and puts values into its ``{name}``s."""

    def __call__(self, english: str, /, **values: Any) -> str:
        """The text."""
        ...


@cache
def texts_in(language: str) -> Text:
    """Translates into a language; what has no translation stays English."""
    table: Mapping[str, str] = CHINESE if language == "zh" else {}
    of_one = _OF_ONE if language == "en" else {}

    def text(english: str, /, **values: Any) -> str:
        said = table.get(english, english)
        if str(values.get("number")) == "1":
            said = of_one.get(english, said)
        return said.format(**values) if values else said

    return text


def reason(text: Text, said: Explained | Word) -> str:
    """What a refusal says, translated together with the words among its values."""
    values = {name: _translated(text, value) for name, value in said.values.items()}
    return text(said.text, **values)


def _translated(text: Text, value: Any) -> Any:
    match value:
        case Word():
            return reason(text, value)
        case Words():
            return text(value.between).join(_translated(text, one) for one in value.each)
        case _:
            return value
