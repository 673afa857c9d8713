"""The agenda's values: work that becomes due at a business instant.

A row is written in the transaction that causes it and carried out once, in order of its moment.
What each kind does is listed in `keylease.lifecycle.jobs`. Source: rules.md 1, design.md 2.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Appointment:
    """Something that is due once per (kind, subject, due).

    ``subject`` names what it is about, for instance an instance id. ``details`` is small JSON.
    """

    kind: str
    subject: str
    due: int
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AgendaRow:
    """An appointment as it stands; ``not_before`` is machine time, ``finished_at`` an instant."""

    id: int
    appointment: Appointment
    state: str
    attempts: int
    not_before: float
    finished_at: int | None


class Agenda(Protocol):
    """Where appointments are kept, inside a unit of work."""

    def add(self, appointments: list[Appointment]) -> None:
        """Write them down. One that is there is left alone, or due again if it is void."""
        ...

    def void(self, subject: str, kinds: tuple[str, ...]) -> None:
        """Make the pending ones of these kinds and this subject void."""
        ...

    def pending_of(self, subjects: Collection[str], kind: str, until: int) -> Sequence[AgendaRow]:
        """Pending ones of a kind for these subjects that are due by ``until``."""
        ...
