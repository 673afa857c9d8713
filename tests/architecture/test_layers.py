"""The layers of design.md 2 hold, and every package of ours is in one of them."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = PROJECT["tool"]["importlinter"]["contracts"]


def test_the_import_contracts_hold() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-cache"],
        cwd=ROOT,
        env=os.environ | {"NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_package_is_in_exactly_one_layer() -> None:
    """`exhaustive` lets the linter refuse a package without a layer; here, a layer without one."""
    (layers,) = (contract for contract in CONTRACTS if contract["type"] == "layers")
    named = [name.strip() for row in layers["layers"] for name in row.split("|")]
    package = ROOT / "src" / "keylease"
    there = {path.stem for path in package.iterdir() if path.suffix == ".py" or path.is_dir()}
    assert layers["exhaustive"] is True
    assert sorted(named) == sorted(there - {"__init__", "__pycache__"})


def test_core_is_forbidden_everything_that_we_depend_on() -> None:
    """The contract names import names: as many as there are dependencies."""
    (core,) = (c for c in CONTRACTS if c.get("source_modules") == ["keylease.core"])
    assert len(core["forbidden_modules"]) == len(PROJECT["project"]["dependencies"])
