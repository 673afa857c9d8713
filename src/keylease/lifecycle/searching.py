"""Looking for an account's resources by what people remember of them: an id, or a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

#: How many of each sort a search finds at most.
FOUND_MAX = 10

#: What is longer is neither an id nor a name.
ASKED_CHARACTERS_MAX = 200


class Sort(StrEnum):
    """What can be found."""

    INSTANCE = "instance"
    KEY = "key"
    SECRET = "secret"  # noqa: S105 - a sort, no secret
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Found:
    """A resource; ``name`` is what people call it, or empty."""

    sort: Sort
    id: str
    name: str
    region: str


class Search(Protocol):
    """What there is, inside a unit of work."""

    def instances(self, account_id: str, begins: str) -> Sequence[Found]:
        """Instances whose id or name begins so, at most `FOUND_MAX`."""
        ...

    def keys(self, account_id: str, begins: str) -> Sequence[Found]:
        """Keys whose id begins so, or an alias of theirs with or without ``alias/``."""
        ...

    def secrets(self, account_id: str, begins: str) -> Sequence[Found]:
        """Secrets whose name begins so."""
        ...

    def orders(self, account_id: str, begins: str) -> Sequence[Found]:
        """Orders whose id begins so."""
        ...


def look_for(search: Search, account_id: str, asked: str) -> dict[Sort, Sequence[Found]]:
    """What an account has of each sort; nothing for an empty or endless question."""
    if not 1 <= len(asked) <= ASKED_CHARACTERS_MAX or "\0" in asked:
        return {}
    found = {
        Sort.INSTANCE: search.instances(account_id, asked),
        Sort.KEY: search.keys(account_id, asked),
        Sort.SECRET: search.secrets(account_id, asked),
        Sort.ORDER: search.orders(account_id, asked),
    }
    return {sort: rows for sort, rows in found.items() if rows}
