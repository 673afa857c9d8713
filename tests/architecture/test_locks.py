"""The lock files pin all that is needed, by hash, from nowhere in particular."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ("requirements.lock", "requirements-dev.lock")

#: Official clients that pin old libraries: the lock of each one's environment, and what it is for.
CLIENTS = {
    f"tests/clients/requirements-clients-{name.removeprefix('client-')}.txt": wanted
    for name, wanted in PROJECT["dependency-groups"].items()
    if name.startswith("client-")
}
NODE = ROOT / "tests" / "clients" / "node"

_PIN = re.compile(r"^([\w.-]+)==(\S+?)(?: ;.*)? \\$")


def pins(lock: str) -> dict[str, str]:
    """Each pinned name with its version."""
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    matches = filter(None, map(_PIN.match, lines))
    return {canonicalize_name(match[1]): match[2] for match in matches}


def covers(pinned: dict[str, str], wanted: str) -> bool:
    """Whether a requirement's package is pinned at a version that fits."""
    requirement = Requirement(wanted)
    version = pinned.get(canonicalize_name(requirement.name))
    return version is not None and requirement.specifier.contains(version, prereleases=True)


@pytest.mark.parametrize("lock", [*LOCKS, *CLIENTS])
def test_every_line_is_a_pin_a_hash_or_a_comment(lock: str) -> None:
    """So there is no URL, no option, and nothing without a hash."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    pin = r"[\w.-]+==\S+(?: ;.*)?(?: \\\n    --hash=sha256:[0-9a-f]{64})+\n"
    assert re.fullmatch(rf"(?:{pin}|\s*#[^\n]*\n)+", text)
    assert "://" not in text


@pytest.mark.parametrize("lock", LOCKS)
@pytest.mark.parametrize("wanted", PROJECT["project"]["dependencies"])
def test_what_the_program_needs_is_pinned(lock: str, wanted: str) -> None:
    assert covers(pins(lock), wanted)


@pytest.mark.parametrize("wanted", PROJECT["dependency-groups"]["dev"])
def test_what_development_needs_is_pinned(wanted: str) -> None:
    assert covers(pins("requirements-dev.lock"), wanted)


@pytest.mark.parametrize("wanted", ["hatchling", "editables"])
def test_the_editable_install_needs_no_network(wanted: str) -> None:
    """tools/setup builds without isolation, so the build's own parts are pinned, too."""
    assert wanted in pins("requirements-dev.lock")


def test_what_the_tests_run_on_is_what_is_served_with() -> None:
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()


def test_each_environment_of_a_client_has_its_lock() -> None:
    locks = (ROOT / "tests" / "clients").glob("requirements-clients-*.txt")
    assert {str(lock.relative_to(ROOT)) for lock in locks} == CLIENTS.keys()


@pytest.mark.parametrize("lock", CLIENTS)
def test_a_client_is_pinned_at_the_version_that_is_tested(lock: str) -> None:
    assert all(covers(pins(lock), wanted) for wanted in CLIENTS[lock])


def test_what_the_node_client_needs_is_pinned_by_hash_from_nowhere() -> None:
    text = (NODE / "package-lock.json").read_text(encoding="utf-8")
    wanted = json.loads((NODE / "package.json").read_text(encoding="utf-8"))["dependencies"]
    packages = json.loads(text)["packages"]
    assert packages.pop("")["dependencies"] == wanted
    for name, version in wanted.items():
        assert packages[f"node_modules/{name}"]["version"] == version
    assert all(one["integrity"].startswith("sha512-") for one in packages.values())
    assert "://" not in text
    assert '"resolved"' not in text
