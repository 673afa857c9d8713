"""Fixtures for all tests: both engines, and opened deployments on them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from keylease.app.deployment import Deployment, open_deployment
from keylease.app.settings import read_settings
from keylease.crypto.algorithms import KeySpec
from keylease.custody.backups import files
from machine import HeldMachine
from postgres import PostgresServer, postgres
from softhsm import softhsm

__all__ = ["postgres", "softhsm"]

TESTS = Path(__file__).parent

settings.register_profile("keylease", deadline=None)
settings.load_profile("keylease")

#: What `make_deployment` returns: an opened deployment whose machine clock the test holds.
MakeDeployment = Callable[..., Deployment]


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database on each engine: "" means the SQLite file of the data directory."""
    if request.param == "sqlite":
        return ""
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.create_database()


@pytest.fixture
def make_deployment(tmp_path: Path) -> Iterator[MakeDeployment]:
    """Opens deployments in-process: ``make_deployment(url, clock="test=…", machine=…)``."""
    opened: list[Deployment] = []

    def make(
        url: str = "",
        *,
        clock: str = "test=2026-01-31T10:00:00+08:00",
        machine: HeldMachine | None = None,
        name: str = "data",
    ) -> Deployment:
        chosen = read_settings({"data": str(tmp_path / name), "database": url}, {})
        deployment = open_deployment(
            chosen, clock=clock, may_initialise=True, machine=machine or HeldMachine()
        )
        opened.append(deployment)
        return deployment

    yield make
    for one in opened:
        one.close()


@pytest.fixture
def deployment(database_url: str, make_deployment: MakeDeployment) -> Deployment:
    """A fresh deployment on each engine, with a test clock at 2026-01-31 10:00:00 UTC+8."""
    return make_deployment(database_url)


@pytest.fixture
def cheap_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    """The passphrase of a backup file costs next to nothing, instead of 128 MiB by design."""
    monkeypatch.setattr(files, "SCRYPT_N", 2**4)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave to the long tests what only repeats at length what a quick one has tried.

    That is a day of a served product on the second engine, whose storage contracts stay with the
    quick tests, and the longest of the RSA keys with every provider.
    """
    for item in items:
        folders, said = item.path.relative_to(TESTS).parts, parameters(item)
        engine = folders[0] in {"scenarios", "doors"} and "postgresql" in said
        if engine or (folders[:2] == ("unit", "crypto") and "RSA_4096" in said):
            item.add_marker(pytest.mark.long)


def parameters(item: pytest.Item) -> set[str]:
    """The texts among the parameters of a test; of a key spec, its name."""
    given = item.callspec.params.values() if hasattr(item, "callspec") else ()
    named = (one.name if isinstance(one, KeySpec) else one for one in given)
    return {one for one in named if isinstance(one, str)}


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes may be drawn by chance: processes that share the tests must call them the same."""
    return argname if isinstance(val, bytes) else None
