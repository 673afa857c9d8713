"""Nothing that people read names a place on somebody's machine."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

READ_BY_PEOPLE = ("*.md", "Makefile", "pyproject.toml", "docs/**/*.*", "tools/*", ".ci/run")
HOME = re.compile(r"/(?:home|Users)/\w|/root/\w")


def test_no_machine_path_is_named() -> None:
    files = [path for pattern in READ_BY_PEOPLE for path in ROOT.glob(pattern) if path.is_file()]
    assert {"README.md", "Makefile", "setup"} <= {path.name for path in files}
    for path in files:
        text = path.read_text(encoding="utf-8", errors="replace")
        assert not HOME.search(text), path
        assert f"{ROOT}/" not in text, path
