"""tools/setup installs what fits the lock files once, and then gets out of the way.

The installer is a stand-in that writes down how it was called: what is tested is when it is.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

UV = """#!/bin/sh
echo "$@" >> "$CALLS"
[ -z "$FAIL" ] || exit 1
if [ "$1" = venv ]; then mkdir -p .venv/bin && ln -s /bin/true .venv/bin/python; fi
"""


class Checkout:
    """A copy of what tools/setup reads, with an installer that only writes down its calls."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "checkout"
        self.calls = folder / "calls"
        (self.folder / "tools").mkdir(parents=True)
        shutil.copy(ROOT / "tools" / "setup", self.folder / "tools")
        for name in ("pyproject.toml", "requirements.lock", "requirements-dev.lock"):
            (self.folder / name).write_text(name)
        uv = folder / "bin" / "uv"
        uv.parent.mkdir()
        uv.write_text(UV)
        uv.chmod(0o755)
        self.path = f"{uv.parent}:{os.environ['PATH']}"

    def setup(self, kind: str, fail: str = "") -> subprocess.CompletedProcess[str]:
        """Run it; afterwards ``calls`` holds what this run asked of the installer."""
        self.calls.write_text("")
        return subprocess.run(
            [self.folder / "tools" / "setup", kind],
            env=os.environ | {"PATH": self.path, "CALLS": str(self.calls), "FAIL": fail},
            capture_output=True,
            text=True,
            check=False,
        )

    def asks(self, kind: str) -> list[str]:
        """The first word or two of each call that a set-up that succeeds makes."""
        done = self.setup(kind)
        assert done.returncode == 0, done.stderr
        return [line.split(" --")[0] for line in self.calls.read_text().splitlines()]


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


EVERYTHING = ["venv", "pip install", "pip install"]
ON_TOP = ["pip install", "pip install"]


@pytest.mark.parametrize("kind", ["runtime", "dev"])
def test_the_second_time_nothing_is_done_or_said(checkout: Checkout, kind: str) -> None:
    assert checkout.asks(kind) == EVERYTHING
    again = checkout.setup(kind)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert checkout.calls.read_text() == ""


def test_packages_are_installed_by_hash_and_ours_is_editable(checkout: Checkout) -> None:
    checkout.asks("runtime")
    checkout.asks("dev")
    locked, ours = checkout.calls.read_text().splitlines()
    assert locked.endswith("--require-hashes -r requirements-dev.lock")
    assert ours.endswith("--no-deps --no-build-isolation -e .")


def test_what_fits_development_fits_serving(checkout: Checkout) -> None:
    checkout.asks("dev")
    assert checkout.asks("runtime") == []


def test_development_comes_on_top_of_serving(checkout: Checkout) -> None:
    checkout.asks("runtime")
    assert checkout.asks("dev") == ON_TOP


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
@pytest.mark.parametrize("kind", ["runtime", "dev"])
def test_another_lock_or_project_is_installed_anew(
    checkout: Checkout, kind: str, name: str
) -> None:
    checkout.asks(kind)
    (checkout.folder / name).write_text("changed")
    assert checkout.asks(kind) == EVERYTHING


def test_another_lock_for_development_leaves_serving_alone(checkout: Checkout) -> None:
    checkout.asks("dev")
    (checkout.folder / "requirements-dev.lock").write_text("changed")
    assert checkout.asks("runtime") == []
    assert checkout.asks("dev") == ON_TOP


def test_a_checkout_that_moved_is_set_up_anew(checkout: Checkout) -> None:
    checkout.asks("runtime")
    checkout.folder = checkout.folder.rename(checkout.folder.with_name("elsewhere"))
    assert checkout.asks("runtime") == EVERYTHING


def test_a_failure_says_so_and_the_next_run_starts_again(checkout: Checkout) -> None:
    failed = checkout.setup("runtime", fail="yes")
    assert failed.returncode == 1
    assert "tools/setup: could not set up .venv" in failed.stderr
    assert checkout.asks("runtime") == EVERYTHING


def test_an_old_python_is_named(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON", "false")
    refused = checkout.setup("runtime")
    assert refused.returncode == 1
    assert "false is not Python 3.11 or newer" in refused.stderr
    assert checkout.calls.read_text() == ""


def test_it_asks_what_for(checkout: Checkout) -> None:
    refused = checkout.setup("everything")
    assert refused.returncode == 1
    assert "say what for" in refused.stderr
