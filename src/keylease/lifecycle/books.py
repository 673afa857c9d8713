"""What the last daily check of the books found, as it is remembered. rules.md 9."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from keylease.records.ports import Facts

#: The names of the facts: the last check, and the last ones with what each found.
BOOKS_CHECKED = "books_checked"
BOOKS_HISTORY = "books_history"

#: How many checks are remembered.
HISTORY_MAX = 30


@dataclass(frozen=True, slots=True)
class BooksStatus:
    """When the daily check ran last, as a business instant, and how much it found."""

    checked_at: int
    findings: int


@dataclass(frozen=True, slots=True)
class PastCheck:
    """A daily check: when it ran, as a business instant, and how much it found, by question."""

    checked_at: int
    found: Mapping[str, int]

    @property
    def findings(self) -> int:
        """How much in all."""
        return sum(self.found.values())


def books_history(facts: Facts) -> list[PastCheck]:
    """The last daily checks, the newest first."""
    stored = facts.get(BOOKS_HISTORY)
    return [] if stored is None else [PastCheck(**one) for one in json.loads(stored)]


def with_check(history: Sequence[PastCheck], newest: PastCheck) -> str:
    """The fact of the history with one check more."""
    return json.dumps([asdict(one) for one in [newest, *history][:HISTORY_MAX]])


def books_status(facts: Facts) -> BooksStatus | None:
    """What the last daily check found; None before the first."""
    stored = facts.get(BOOKS_CHECKED)
    return None if stored is None else BooksStatus(**json.loads(stored))
