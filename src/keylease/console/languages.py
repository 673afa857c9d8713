"""Texts in the reader's language: English is written where it is used, Chinese in a table."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol

from keylease.console.chinese import CHINESE
from keylease.core.errors import Refusal, Word

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


def reason(text: Text, refusal: Refusal) -> str:
    """What a refusal says, translated, and so are the words among its values."""
    values = {n: text(v) if isinstance(v, Word) else v for n, v in refusal.values.items()}
    return text(refusal.text, **values)
