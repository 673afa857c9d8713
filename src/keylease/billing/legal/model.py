"""What a legal text is: a kind in versions, each in both languages. An order names its version.

The defaults say what rules.md says; the operator loads other ones with ``keylease terms load``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from typing import Protocol

from keylease.core.errors import Misuse

#: Every version has its text in each of them.
LANGUAGES = ("en", "zh")


class LegalKind(StrEnum):
    """Which text: what is accepted with an order, and what with giving one back."""

    SERVICE = "service"
    UNSUBSCRIPTION = "unsubscription"


@dataclass(frozen=True, slots=True)
class LegalText:
    """A version of a text in one language; ``loaded_at`` is a business instant."""

    kind: LegalKind
    version: int
    language: str
    text: str
    loaded_at: int


class LegalTexts(Protocol):
    """Where they are kept, inside a unit of work."""

    def current_version(self, kind: str) -> int:
        """The newest version of a kind of text; 0 if there is none."""
        ...

    def find(self, kind: LegalKind, version: int, language: str) -> LegalText | None:
        """A version in a language, also an old one."""
        ...


def require_whole(texts: Mapping[str, str]) -> None:
    """Misuse unless there is a text that says something in each language, and in no other."""
    for language in LANGUAGES:
        if not texts.get(language, "").strip():
            raise Misuse(
                "The text in {language} is missing or empty: every version needs both.",
                language=language,
            )
    if len(texts) > len(LANGUAGES):
        raise Misuse(
            "Texts are in {languages}, and in no other language.", languages=" and ".join(LANGUAGES)
        )


def default_texts(kind: LegalKind) -> dict[str, str]:
    """The texts that Keylease brings along, by language."""
    here = files("keylease.billing.legal")
    return {
        language: here.joinpath(f"{kind.value}.{language}.txt").read_text("utf-8")
        for language in LANGUAGES
    }
