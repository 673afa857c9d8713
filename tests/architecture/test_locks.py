"""The lock files pin all that is needed, by hash, from nowhere in particular."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ("requirements.lock", "requirements-dev.lock")

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


@pytest.mark.parametrize("lock", LOCKS)
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
