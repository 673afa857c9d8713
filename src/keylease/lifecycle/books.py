"""What the last daily check of the books found, as it is remembered. rules.md 9."""

import json
from dataclasses import dataclass
from typing import Protocol

#: The name of the fact.
BOOKS_CHECKED = "books_checked"


@dataclass(frozen=True, slots=True)
class BooksStatus:
    """When the daily check ran last, as a business instant, and how much it found."""

    checked_at: int
    findings: int


class Facts(Protocol):
    """Small facts about the deployment, by name."""

    def get(self, name: str) -> str | None:
        """The fact, or None."""
        ...


def books_status(facts: Facts) -> BooksStatus | None:
    """What the last daily check found; None before the first."""
    stored = facts.get(BOOKS_CHECKED)
    return None if stored is None else BooksStatus(**json.loads(stored))
