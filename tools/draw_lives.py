"""Draw the lives of things into ``docs/lives/``, from the tables that the program runs on.

Usage: ``python tools/draw_lives.py [--check]``. With ``--check`` nothing is written; exit status 1
if a drawing is missing, out of date, or left over.
"""

import argparse
import importlib
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from keylease.core.errors import Code
from keylease.core.states import Life

ROOT = Path(__file__).resolve().parents[1]
LIVES = ROOT / "docs" / "lives"

AnyLife = Life[StrEnum, StrEnum]


def lives(src: Path) -> Iterator[tuple[str, AnyLife]]:
    """Every `Life` of the package, with its module's name: they stand in files ``states.py``."""
    for path in sorted(src.rglob("states.py")):
        name = ".".join(path.relative_to(src).with_suffix("").parts)
        found = [x for x in vars(importlib.import_module(name)).values() if isinstance(x, Life)]
        if not found and name != "keylease.core.states":
            raise SystemExit(f"{name} has no Life: make its table one, or name the file otherwise")
        yield from ((name, life) for life in found)


def file_name(noun: str) -> str:
    """Where the life of this kind of thing is drawn."""
    return noun.replace(" ", "-") + ".md"


def page(life: AnyLife, module: str) -> str:
    """The page of one life: a diagram of the moves, and the table with the refusals."""
    return "\n".join(
        [
            f"# The life of the {life.noun}",
            "",
            f"Drawn from `{module}` by `make lives`; change the table there, not this page.",
            "",
            "```mermaid",
            "stateDiagram-v2",
            *_diagram(life),
            "```",
            "",
            "A cell is the next state, or the code with which the event is refused.",
            "",
            *_table(life),
            "",
        ]
    )


def _diagram(life: AnyLife) -> Iterator[str]:
    """The moves from state to state; what leaves a state as it is stands in the table only."""
    for state in life.states:
        yield f'    state "{state}" as {state.name}'
    for state in life.states:
        moves: dict[StrEnum, list[str]] = {}
        for event in life.events:
            cell = life.cells[state][event]
            if not isinstance(cell, Code) and cell is not state:
                moves.setdefault(cell, []).append(str(event))
        for target, events in moves.items():
            yield f"    {state.name} --> {target.name}: {', '.join(events)}"
        if not moves:
            yield f"    {state.name} --> [*]"


def _table(life: AnyLife) -> Iterator[str]:
    """One row for each event, one column for each state: there are fewer states than events."""
    states = list(life.states)
    yield f"| event | {' | '.join(states)} |"
    yield f"|---|{'---|' * len(states)}"
    for event in life.events:
        cells = (life.cells[state][event] for state in states)
        shown = (f"`{cell}`" if isinstance(cell, Code) else f"**{cell}**" for cell in cells)
        yield f"| {event} | {' | '.join(shown)} |"


def stale(folder: Path, pages: dict[str, str]) -> list[str]:
    """The file names in the folder that are missing, out of date, or left over."""
    there = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    return sorted(name for name in there.keys() | pages if there.get(name) != pages.get(name))


def write(folder: Path, pages: dict[str, str]) -> None:
    """Make the folder hold exactly these pages."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in stale(folder, pages):
        if name in pages:
            (folder / name).write_text(pages[name], encoding="utf-8")
        else:
            (folder / name).unlink()


def main() -> int:
    parser = argparse.ArgumentParser(description="Draw docs/lives/ from the state tables.")
    parser.add_argument("--check", action="store_true", help="only say whether they are current")
    check = parser.parse_args().check
    pages = {file_name(life.noun): page(life, module) for module, life in lives(ROOT / "src")}
    if not check:
        write(LIVES, pages)
    old = stale(LIVES, pages)
    for name in old:
        print(f"docs/lives/{name} does not show the state table: run `make lives`", file=sys.stderr)
    return 1 if old else 0


if __name__ == "__main__":
    sys.exit(main())
