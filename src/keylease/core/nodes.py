"""Nodes: the processes that serve a deployment. Source: design.md 3."""

from dataclasses import dataclass

#: A node that has not been heard of for so long is taken for dead.
NODE_SILENT_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Node:
    """A process that serves; ``heartbeat`` and ``started`` are machine time."""

    id: str
    host: str
    pid: int
    role: str
    started: float
    heartbeat: float
    adopted: int

    def is_heard(self, machine: float) -> bool:
        """Whether it was heard of lately."""
        return machine - self.heartbeat < NODE_SILENT_SECONDS
