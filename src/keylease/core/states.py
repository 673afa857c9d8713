"""Lives as tables: which event leads from which state to which, and how the rest is refused.

A table has one cell for each pair of state and event: the next state, or the `Code` of the
refusal. A table with a hole does not construct, so there is nothing left to forget. The pictures
in ``docs/lives/`` are drawn from the tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from keylease.core.errors import Code, Refusal, Word, ensure

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True)
class Life(Generic[S, E]):
    """The life of one kind of thing, for instance ``Life("key", KeyState, KeyEvent, cells)``."""

    noun: str
    states: type[S]
    events: type[E]
    cells: Mapping[S, Mapping[E, S | Code]]

    def __post_init__(self) -> None:
        for state in self.states:
            for event in self.events:
                ensure(
                    event in self.cells.get(state, {}), f"{self.noun}: {state} x {event} missing"
                )

    def after(self, state: S, event: E, subject: str) -> S:
        """The state that ``event`` leads to from ``state``; Refusal if it is not allowed there.

        ``subject`` names the thing in the message, for instance its key id.
        """
        cell = self.cells[state][event]
        if isinstance(cell, Code):
            raise Refusal(
                cell,
                "{event} is refused: the {noun} {subject} is {state}.",
                event=Word(event),
                noun=Word(self.noun),
                subject=subject,
                state=Word(state),
            )
        return cell
