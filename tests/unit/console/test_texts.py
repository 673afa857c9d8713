"""Everything that pages say is said in Chinese as well, with the same values in it."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from pkgutil import iter_modules
from string import Formatter

import pytest

import keylease.console.chinese as tables
from keylease.billing.ledger.check import QUESTIONS
from keylease.console.chinese import CHINESE
from keylease.console.navigation import CUSTOMER, OPERATOR

ROOT = Path(str(files("keylease.console")))
#: t("..."), and the same in several pieces.
_SAID = re.compile(r"""\bt\(\s*((?:"[^"]*"\s*)+|(?:'[^']*'\s*)+)""")
#: Calls of views whose argument at this place is translated.
_TITLES = {"Page": 1, "Goto": 1}


def in_templates() -> Iterator[str]:
    for template in (ROOT / "templates").rglob("*.html"):
        for pieces in _SAID.findall(template.read_text()):
            yield "".join(a or b for a, b in re.findall(r"""\"([^"]*)\"|'([^']*)'""", pieces))


def in_views() -> Iterator[str]:
    for module in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.Call):
                yield from _literals(node)


def _literals(call: ast.Call) -> Iterator[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    name = call.func.id if isinstance(call.func, ast.Name) else name
    place = 0 if name == "t" else _TITLES.get(name, len(call.args))
    for one in call.args[place : place + 1]:
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value:
            yield one.value


def in_navigation() -> Iterator[str]:
    for heading, links in (*CUSTOMER, *OPERATOR):
        yield from (heading, *(title for _, title in links))


def in_the_check_of_the_books() -> Iterator[str]:
    yield from (one.holds for one in QUESTIONS)


@pytest.mark.parametrize("said", [in_templates, in_views, in_navigation, in_the_check_of_the_books])
def test_every_text_has_its_chinese(said) -> None:
    missing = sorted({one for one in said() if one} - set(CHINESE))
    assert missing == []


def test_translations_take_the_same_values() -> None:
    for english, chinese in CHINESE.items():
        assert fields(english) == fields(chinese), english


def test_no_text_is_translated_twice() -> None:
    modules = [
        import_module(f"{tables.__name__}.{one.name}") for one in iter_modules(tables.__path__)
    ]
    times = Counter(text for module in modules for text in module.TEXTS)
    assert [text for text, count in times.items() if count > 1] == []


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}
