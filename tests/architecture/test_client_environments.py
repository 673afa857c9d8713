"""tools/client-environments installs what the clients' locks pin once, and then does nothing.

The installers are stand-ins that write down how they were called: what is tested is when they are.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "tests" / "clients").glob("requirements-clients-*.txt"))
NAMES = {lock.stem.removeprefix("requirements-clients-") for lock in LOCKS}

INSTALLER = """#!/bin/sh
echo "${0##*/} $@" >> "$CALLS"
case "$@" in *"$FAIL"*) exit 1; esac
"""


class Checkout:
    """A copy of what the script reads, with installers that only write down their calls."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "checkout"
        self.calls = folder / "calls"
        (self.folder / "tools").mkdir(parents=True)
        shutil.copy(ROOT / "tools" / "client-environments", self.folder / "tools")
        clients = self.folder / "tests" / "clients"
        (clients / "node").mkdir(parents=True)
        for lock in LOCKS:
            (clients / lock.name).write_text(lock.name)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            (clients / "node" / name).write_text(name)
        bin_ = folder / "bin"
        bin_.mkdir()
        for name in ("uv", "npm"):
            (bin_ / name).write_text(INSTALLER)
            (bin_ / name).chmod(0o755)
        self.path = f"{bin_}:{os.environ['PATH']}"

    def run(self, fail: str = "nothing") -> subprocess.CompletedProcess[str]:
        """Run it; afterwards ``calls`` holds what this run asked of the installers."""
        self.calls.write_text("")
        return subprocess.run(
            [self.folder / "tools" / "client-environments"],
            env=os.environ | {"PATH": self.path, "CALLS": str(self.calls), "FAIL": fail},
            capture_output=True,
            text=True,
            check=False,
        )

    def installs(self) -> set[str]:
        """Which environments a run that succeeds installs something in."""
        done = self.run()
        assert done.returncode == 0, done.stderr
        return self.called()

    def called(self) -> set[str]:
        """The environments that the last run installed in."""
        lines = [line for line in self.calls.read_text().splitlines() if "uv venv" not in line]
        places = {word for line in lines for word in line.split() if word.startswith(".clients/")}
        return {place.split("/")[1] for place in places}


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_every_lock_has_an_environment(checkout: Checkout) -> None:
    assert checkout.installs() == NAMES | {"node"}


def test_packages_are_installed_by_hash(checkout: Checkout) -> None:
    checkout.run()
    installs = [line for line in checkout.calls.read_text().splitlines() if "uv pip" in line]
    assert len(installs) == len(NAMES)
    assert all(" --require-hashes -r tests/clients/" in line for line in installs)


def test_what_a_node_package_brings_along_does_not_run(checkout: Checkout) -> None:
    checkout.run()
    (line,) = [line for line in checkout.calls.read_text().splitlines() if "npm" in line]
    assert line.startswith("npm ci ")
    assert "--ignore-scripts" in line


def test_the_second_time_nothing_is_done_or_said(checkout: Checkout) -> None:
    checkout.run()
    again = checkout.run()
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert checkout.calls.read_text() == ""


def test_another_lock_renews_its_own_environment_only(checkout: Checkout) -> None:
    checkout.run()
    (checkout.folder / "tests/clients/requirements-clients-gateway.txt").write_text("changed")
    assert checkout.installs() == {"gateway"}
    (checkout.folder / "tests/clients/node/package-lock.json").write_text("changed")
    assert checkout.installs() == {"node"}


def test_a_checkout_that_moved_is_set_up_anew(checkout: Checkout) -> None:
    checkout.run()
    checkout.folder = checkout.folder.rename(checkout.folder.with_name("elsewhere"))
    assert checkout.installs() == NAMES | {"node"}


@pytest.mark.parametrize("name", ["gateway", "node"])
def test_a_failure_says_so_and_the_next_run_starts_there_again(
    checkout: Checkout, name: str
) -> None:
    failed = checkout.run(fail=f".clients/{name}")
    assert failed.returncode == 1
    assert f"could not set up .clients/{name}" in failed.stderr
    assert checkout.installs() == {name}
