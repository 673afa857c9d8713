"""How much there is of what an operator looks after."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class TotalsNow:
    """Counts at a moment. ``overdue``: appointments whose moment has come; ``failed``: given up."""

    accounts: int
    instances: int
    tickets_open: int
    letters_waiting: int
    overdue: int
    failed: int


class Totals(Protocol):
    """The counts, inside a unit of work."""

    def at(self, now: int) -> TotalsNow:
        """All of them, in one question."""
        ...
