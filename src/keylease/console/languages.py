"""Texts in the reader's language: English is written where it is used, Chinese in a table."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol

from keylease.console.chinese import CHINESE
from keylease.core.errors import Explained, Word, Words

LANGUAGES = ("en", "zh")


class Text(Protocol):
    """Translates an English text, and puts values into its ``{name}``s."""

    def __call__(self, english: str, /, **values: Any) -> str:
        """The text."""
        ...


@cache
def texts_in(language: str) -> Text:
    """Translates into a language; what has no translation stays English."""
    table: Mapping[str, str] = CHINESE if language == "zh" else {}

    def text(english: str, /, **values: Any) -> str:
        said = table.get(english, english)
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
