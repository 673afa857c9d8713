"""The documented answers of the billing API as trees, and what of an answer does not fit its tree.

The trees are in tests/vectors/bss_responses.txt.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

VECTORS = Path(__file__).resolve().parents[1] / "vectors" / "bss_responses.txt"

#: How a JSON value of each documented type looks. A bool is no number.
FITS: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "whole": lambda value: type(value) is int,
    "number": lambda value: type(value) in {int, float},
    "boolean": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "objects": lambda value: all_of(dict, value),
    "maps": lambda value: (
        all_of(dict, value) and all(all_of(str, [*one.values()]) for one in value)
    ),
    "strings": lambda value: all_of(str, value),
    "texts": lambda value: isinstance(value, dict) and all_of(str, [*value.values()]),
}


def all_of(kind: type, values: object) -> bool:
    return isinstance(values, list) and all(isinstance(one, kind) for one in values)


@dataclass
class Node:
    """A documented field: its type, and the fields of the object or of each object in the list."""

    kind: str
    fields: dict[str, "Node"] = field(default_factory=dict)


@dataclass
class Documented:
    """An operation: the parameters that it needs, and its answer."""

    required: tuple[str, ...]
    answer: Node = field(default_factory=lambda: Node("object"))

    def paths(self) -> set[str]:
        """Every documented field, as ``Data.Items.Item``."""
        return {path for path, _ in _below(self.answer, "")}


@dataclass
class Findings:
    """What was seen in answers of one operation. Paths are as in `Documented.paths`."""

    answered: set[str] = field(default_factory=set)
    left_out: set[str] = field(default_factory=set)
    undocumented: set[str] = field(default_factory=set)
    misshapen: set[str] = field(default_factory=set)

    def look_at(self, node: Node, value: dict[str, Any], above: str = "") -> None:
        """Compare an object with its tree."""
        self.undocumented |= {f"{above}{name}" for name in value.keys() - node.fields.keys()}
        for name, child in node.fields.items():
            path = f"{above}{name}"
            if name not in value:
                self.left_out.add(path)
            elif not FITS[child.kind](value[name]):
                self.misshapen.add(f"{path} is no {child.kind}: {value[name]!r}"[:120])
            else:
                self.answered.add(path)
                if child.fields:
                    held = value[name]
                    for one in held if isinstance(held, list) else [held]:
                        self.look_at(child, one, f"{path}.")


def documented() -> dict[str, Documented]:
    """All operations by name."""
    found: dict[str, Documented] = {}
    above: list[Node] = []
    for line in VECTORS.read_text().splitlines():
        words, depth = line.split(), len(line) - len(line.lstrip())
        if line.startswith("#"):
            continue
        if depth == 0:
            found[words[0]] = Documented(tuple(words[1:]))
            above = [found[words[0]].answer]
        else:
            node = Node(words[1])
            above[depth - 1].fields[words[0]] = node
            above[depth:] = [node]
    return found


def _below(node: Node, above: str) -> Iterator[tuple[str, Node]]:
    for name, child in node.fields.items():
        yield f"{above}{name}", child
        yield from _below(child, f"{above}{name}.")
