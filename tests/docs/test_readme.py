"""What README.md shows can be pasted, and prints what it says."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from product import Product, serving

ROOT = Path(__file__).resolve().parents[2]
KEYLEASE = ".venv/bin/keylease"

#: A block of code: its language and its lines.
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PROMISED = re.compile(r"print\(.*\)  # (.+)$", re.MULTILINE)


def test_the_quick_start_does_what_it_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blocks = BLOCK.findall((ROOT / "README.md").read_text("utf-8"))
    with serving(tmp_path / "data", "--demo") as product:
        names: dict[str, Any] = {}
        paste("\n".join(product.announced[:-1]), names)
        promised = []
        for language, text in blocks:
            if language == "python":
                paste(text, names)
                promised += PROMISED.findall(text)
            else:
                type_commands(text, product)
    assert capsys.readouterr().out.splitlines() == promised
    assert promised == ["aGVsbG8=", "Forbidden.DKMSInstanceStateInvalid", "aGVsbG8="]


def paste(text: str, names: dict[str, Any]) -> None:
    exec(compile(text, "README.md", "exec"), names)


def type_commands(text: str, product: Product) -> None:
    """Run the commands of the program; setting up is what other tests are for."""
    for line in text.splitlines():
        program, *arguments = shlex.split(line)
        if program == KEYLEASE:
            done = product.run(*arguments)
            assert done.returncode == 0, done.stderr
            if arguments[0] == "mail":
                assert done.stdout.count("reminder") == 3
