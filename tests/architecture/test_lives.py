"""The pictures in docs/lives show the tables that the program runs on."""

import runpy
from enum import StrEnum
from pathlib import Path

from keylease.core.errors import Code
from keylease.core.states import Life

ROOT = Path(__file__).resolve().parents[2]
DRAW = runpy.run_path(str(ROOT / "tools" / "draw_lives.py"))


class Lamp(StrEnum):
    LIT = "Lit"
    BURNT_OUT = "Burnt out"


class Act(StrEnum):
    LOOK = "LookAtLamp"
    BURN = "BurnOut"


LAMP = Life(
    "street lamp",
    Lamp,
    Act,
    {
        Lamp.LIT: {Act.LOOK: Lamp.LIT, Act.BURN: Lamp.BURNT_OUT},
        Lamp.BURNT_OUT: {Act.LOOK: Lamp.BURNT_OUT, Act.BURN: Code.KEY_DISABLED},
    },
)


def test_the_drawings_are_current() -> None:
    pages = {
        DRAW["file_name"](life.noun): DRAW["page"](life, module)
        for module, life in DRAW["lives"](ROOT / "src")
    }
    assert DRAW["stale"](ROOT / "docs" / "lives", pages) == [], "run `make lives`"


def test_each_file_of_states_has_a_drawing() -> None:
    drawn = {module for module, _ in DRAW["lives"](ROOT / "src")}
    files = set((ROOT / "src").rglob("states.py")) - {ROOT / "src/keylease/core/states.py"}
    assert {ROOT / "src" / (name.replace(".", "/") + ".py") for name in drawn} == files


def test_a_page_shows_moves_ends_and_refusals() -> None:
    lines = DRAW["page"](LAMP, "town.lamps.states").splitlines()
    assert lines[0] == "# The life of the street lamp"
    assert [line.strip() for line in lines if "-->" in line] == [
        "LIT --> BURNT_OUT: BurnOut",
        "BURNT_OUT --> [*]",
    ]
    assert lines[-4:] == [
        "| event | Lit | Burnt out |",
        "|---|---|---|",
        "| LookAtLamp | **Lit** | **Burnt out** |",
        "| BurnOut | **Burnt out** | `Rejected.Disabled` |",
    ]


def test_what_is_missing_old_or_left_over_is_stale_until_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "old.md").write_text("as it was")
    (tmp_path / "left-over.md").write_text("of something that is gone")
    (tmp_path / "current.md").write_text("as it is")
    pages = {"old.md": "as it is", "current.md": "as it is", "missing.md": "new"}
    assert DRAW["stale"](tmp_path, pages) == ["left-over.md", "missing.md", "old.md"]
    DRAW["write"](tmp_path, pages)
    assert DRAW["stale"](tmp_path, pages) == []
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == pages
