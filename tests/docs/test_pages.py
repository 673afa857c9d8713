"""The documentation tells what the program does: pages are current, and what is named exists."""

import re
import runpy
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from keylease.api.errors import STATUS
from keylease.api.rpc.operations import OPERATIONS
from keylease.app.settings import SETTINGS
from keylease.cli.main import cli
from keylease.core.errors import Code

ROOT = Path(__file__).resolve().parents[2]
DOCS = runpy.run_path(str(ROOT / "tools" / "docs.py"))
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])

CODE = re.compile(r"^```\w*\n.*?^```$|`[^`\n]+`", re.DOTALL | re.MULTILINE)
# Also after a path; but not the text that the fingerprint of a root key is made of.
COMMAND = re.compile(
    r"(?:^|[`\s]|bin/)keylease(?! root key)(?: --data \S+)? ([a-z]+(?:-[a-z]+)*)(?: ([a-z-]+))?",
    re.MULTILINE,
)
#: A file of Python by its path, below the package or below the repository.
MODULE = re.compile(r"`([\w./-]+/[\w-]+\.py)`")
PACKAGE = ROOT / "src" / "keylease"
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
REGISTRY = re.compile(r"pypi\.|pythonhosted|npmjs|index-url|registry\.|/simple\b")
PLACE = re.compile(r"(?<![\w.~])/(?:home|root|Users|work|tmp)/\w")


def test_the_generated_pages_are_current() -> None:
    old = DOCS["stale"](ROOT / "docs", DOCS["pages"]())
    assert old == [], "run `.venv/bin/python tools/docs.py`"


def test_a_page_that_is_missing_or_old_is_stale(tmp_path: Path) -> None:
    (tmp_path / "old.md").write_text("as it was")
    (tmp_path / "current.md").write_text("as it is")
    pages = {"old.md": "as it is", "current.md": "as it is", "missing.md": "new"}
    assert DOCS["stale"](tmp_path, pages) == ["old.md", "missing.md"]


def test_every_setting_is_there() -> None:
    text = (ROOT / "docs" / "settings.md").read_text("utf-8")
    for setting in SETTINGS:
        assert f"`KEYLEASE_{setting.name.upper()}`" in text
        assert setting.metadata["about"] in text


def test_no_flag_is_a_setting_that_does_not_exist() -> None:
    served = {param.name for param in cli.commands["serve"].params}
    known = {setting.name for setting in SETTINGS}
    assert served - known == {"clock", "demo", "as_json"}


def test_every_command_is_there_with_its_help() -> None:
    text = (ROOT / "docs" / "commands.md").read_text("utf-8")
    for path, command in commands(cli, "keylease"):
        assert f"\n## `{path}`\n" in text
        assert (command.help or "").split("\n")[0] in text


def commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    for name, child in getattr(command, "commands", {}).items():
        if not child.hidden:
            yield from commands(child, f"{path} {name}")


def test_every_error_code_is_there_with_its_status_and_meaning() -> None:
    text = (ROOT / "docs" / "errors.md").read_text("utf-8")
    for code in Code:
        assert f"\n| `{code}` | {STATUS[code]} | {DOCS['MEANINGS'][code]}" in text


def test_every_operation_is_there() -> None:
    text = (ROOT / "docs" / "compatibility.md").read_text("utf-8")
    for operation in OPERATIONS.values():
        assert f"\n| `{operation.name}` |" in text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_names_exists(page: Path) -> None:
    text = page.read_text("utf-8")
    for target in LINK.findall(text):
        assert "://" in target or (page.parent / target).exists(), target
    for code in CODE.findall(text):
        for first, second in COMMAND.findall(code):
            command = cli.commands.get(first)
            assert command is not None, f"keylease {first}"
            if second and isinstance(command, click.Group):
                assert second in command.commands, f"keylease {first} {second}"
    for module in MODULE.findall(text):
        assert (PACKAGE / module).exists() or (ROOT / module).exists(), module
    assert not REGISTRY.search(text)
    assert not PLACE.search(text)
