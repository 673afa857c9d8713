"""The house rules hold here, and the rules themselves find what they should."""

import runpy
from pathlib import Path
from textwrap import dedent

import pytest

ROOT = Path(__file__).resolve().parents[2]
TIDY = runpy.run_path(str(ROOT / "tools" / "tidy.py"))

CLOCK = "take a MachineClock"
ENTROPY = "take an Entropy"


def found_in(root: Path, name: str, text: str) -> list[str]:
    path = root / name
    path.parent.mkdir(parents=True)
    path.write_text(dedent(text), encoding="utf-8")
    findings: list[str] = TIDY["findings"](root)
    return findings


def test_this_repository_is_tidy() -> None:
    assert TIDY["findings"](ROOT) == []


def test_whoever_may_catch_all_is_there_and_has_a_reason() -> None:
    for name, reason in TIDY["MAY_CATCH_ALL"].items():
        assert (ROOT / name).is_file(), name
        assert len(reason.split()) > 2, name


# Each: a line that breaks a rule, and a part of what is said about it. The words that the rules
# look for are put together here, so that they do not find them in this file.
BROKEN = {
    "a bare except": ("try: f()\nexcept: g()", "a handler for everything"),
    "except Exception": ("try: f()\nexcept Exception: g()", "a handler for everything"),
    "one of several": ("try: f()\nexcept (ValueError, BaseException): g()", "handler for everyth"),
    "renaming everything": (
        "try: f()\nexcept Exception as e: raise ValueError from e",
        "a handler for everything",
    ),
    "a noqa without a code": ("x = 1  # noqa", "write `# noqa: CODE - why`"),
    "a noqa without a reason": ("x = 1  # noqa: E501", "write `# noqa: CODE - why`"),
    "a noqa for a whole file": ("# ruff: noqa\nx = 1", "write `# noqa: CODE - why`"),
    "an ignore without a code": ("x = 1  # type: ignore", "write `# type: ignore[code]"),
    "an ignore without a reason": ("x = 1  # type: ignore[misc]", "write `# type: ignore[code]"),
    "a TODO without a number": ("x = 1  # TODO: later", "write `TODO #123: what`"),
    "a FIXME without a number": ("x = 1  # FIXME later", "write `TODO #123: what`"),
    "time.time": ("import time\nx = time.time()", CLOCK),
    "time under another name": ("import time as t\nx = t.time_ns()", CLOCK),
    "time by its first name": ("from time import time\nx = time()", CLOCK),
    "datetime.now": ("from datetime import datetime\nx = datetime.now()", CLOCK),
    "datetime.datetime.now": ("import datetime\nx = datetime.datetime.now()", CLOCK),
    "date.today as a default": ("import datetime as d\nf(default=d.date.today)", CLOCK),
    "os.urandom": ("import os\nx = os.urandom(16)", ENTROPY),
    "uuid4": ("from uuid import uuid4\nx = uuid4()", ENTROPY),
    "random": ("import random", ENTROPY),
    "a part of random": ("from random import choice", ENTROPY),
    "secrets, inside a function": ("def f():\n    import secrets", ENTROPY),
}

FINE = {
    "a named error": "try: f()\nexcept (ValueError, OSError): g()",
    "clean up and pass on": "try: f()\nexcept BaseException:\n    g()\n    raise",
    "a noqa with code and reason": "x = 1  # noqa: S105 - an error code, no secret",
    "a noqa with two codes": "x = 1  # noqa: S105, E501 - an address, too long to break",
    "an ignore with code and reason": "x = 1  # type: ignore[misc]  # the stubs are wrong",
    "a TODO with a number": "x = 1  # TODO #123: later",
    "a todo list": "todo = ['TODO: buy milk']",
    "monotonic time": "import time\nx = time.monotonic()",
    "a given moment": "from datetime import datetime\nx = datetime.fromtimestamp(0)",
    "chance that was passed in": "def f(entropy): return entropy.random(16)",
    "a name of its own": "def f(time): return time.time()",
}


@pytest.mark.parametrize(("text", "said"), BROKEN.values(), ids=BROKEN)
def test_it_finds(tmp_path: Path, text: str, said: str) -> None:
    (finding,) = found_in(tmp_path, "src/keylease/x.py", f'"""A module."""\n{text}\n')
    assert finding.startswith("src/keylease/x.py:")
    assert said in finding


@pytest.mark.parametrize("text", FINE.values(), ids=FINE)
def test_it_leaves_alone(tmp_path: Path, text: str) -> None:
    assert found_in(tmp_path, "src/keylease/x.py", f'"""A module."""\n{text}\n') == []


def test_a_finding_names_the_line(tmp_path: Path) -> None:
    (finding,) = found_in(tmp_path, "src/keylease/x.py", '"""A."""\nimport os\n\nos.urandom(1)\n')
    assert finding.startswith("src/keylease/x.py:4: os.urandom is ambient")


def test_a_module_says_what_it_is_for(tmp_path: Path) -> None:
    (finding,) = found_in(tmp_path, "src/keylease/x.py", "x = 1\n")
    assert "no docstring" in finding


def test_the_clock_itself_may_ask(tmp_path: Path) -> None:
    text = '"""The clock."""\nimport time\nx = time.time()\n'
    assert found_in(tmp_path, "src/keylease/core/clock.py", text) == []


@pytest.mark.parametrize(
    "line", ["import msgspec", "from keylease.crypto import x", "from ..access import x"]
)
def test_core_needs_the_standard_library_only(tmp_path: Path, line: str) -> None:
    (finding,) = found_in(tmp_path, "src/keylease/core/x.py", f'"""A module."""\n{line}\n')
    assert "core imports" in finding


def test_core_may_import_itself(tmp_path: Path) -> None:
    text = '"""A module."""\nimport json\nfrom keylease.core.errors import Code\n'
    assert found_in(tmp_path, "src/keylease/core/x.py", text) == []


def test_whoever_is_listed_may_catch_all(tmp_path: Path) -> None:
    text = '"""A door."""\ntry: f()\nexcept Exception: g()\n'
    assert found_in(tmp_path, "src/keylease/door.py", text) != []
    assert TIDY["findings"](tmp_path, {"src/keylease/door.py": "answers what it caught"}) == []


def test_a_lock_file_has_no_url(tmp_path: Path) -> None:
    (tmp_path / "requirements.lock").write_text("a==1\nb @ https://example.org/b.whl\n")
    (finding,) = TIDY["findings"](tmp_path)
    assert finding.startswith("requirements.lock:2: a URL")


def test_a_long_module_is_asked_about_and_no_finding(tmp_path: Path) -> None:
    long = '"""A module."""\n' + "x = 1\n" * 500
    assert found_in(tmp_path, "src/keylease/x.py", long) == []
    assert TIDY["questions"](tmp_path) == ["src/keylease/x.py: 501 lines; is it still one thing?"]
