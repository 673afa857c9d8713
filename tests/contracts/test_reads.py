"""What an operation has read once it does not read again, on both engines."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from contracts.keeper import Keeper
from keylease.app.deployment import Deployment
from keylease.custody.keys import lookup, policies
from keylease.custody.secrets import policies as secret_policies
from keylease.custody.secrets import rotation, values
from keylease.custody.secrets.creation import NewSecret, create_secret
from keylease.custody.secrets.model import Secret, SecretType
from keylease.storage.unit_of_work import UnitOfWork

REGION = "cn-hangzhou"


class Seen(list[str]):
    """The statements of a unit of work."""

    def reads(self, table: str) -> int:
        """How many read a table."""
        return sum(one.startswith("SELECT") and f" FROM {table} " in f"{one} " for one in self)

    def writes(self, table: str) -> int:
        """How many write rows of a table."""
        return sum(one.startswith((f"UPDATE {table} ", f"INSERT INTO {table} ")) for one in self)


@contextmanager
def seen(work: UnitOfWork) -> Iterator[Seen]:
    """What is sent to the database meanwhile."""
    found = Seen()

    def note(*given: Any) -> None:
        found.append(" ".join(given[2].split()))

    event.listen(work.connection, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(work.connection, "before_cursor_execute", note)


@pytest.fixture
def keeper(shared: Deployment) -> Keeper:
    return Keeper.arrive(shared)


def locked(work: UnitOfWork, keeper: Keeper, name: str) -> Secret:
    secret = work.secrets.by_name(keeper.account_id, REGION, name, lock=True)
    assert secret is not None
    return secret


def test_a_key_that_is_changed_is_read_once_with_its_instance(keeper: Keeper) -> None:
    key = keeper.key(keeper.instance())
    with keeper.deployment.database.begin() as work:
        with seen(work) as found:
            lookup.changeable(work, keeper.account_id, REGION, key.id)
        assert (found.reads("keys"), found.reads("instances")) == (1, 1)


def test_setting_a_key_policy_reads_the_key_and_the_instance_once(keeper: Keeper) -> None:
    key = keeper.key(keeper.instance())
    with keeper.deployment.database.begin() as work:
        with seen(work) as found:
            policies.set_policy(work, keeper.account_id, REGION, key.id, keeper.policy())
        assert (found.reads("keys"), found.reads("instances")) == (1, 1)


def test_setting_a_secret_policy_reads_the_instance_once(keeper: Keeper) -> None:
    keeper.secret(keeper.instance(), "db")
    with keeper.deployment.database.begin() as work:
        secret = locked(work, keeper, "db")
        with seen(work) as found:
            secret_policies.set_policy(work, secret, keeper.policy())
        assert found.reads("instances") == 1


def test_a_value_is_put_after_reading_the_versions_once(keeper: Keeper) -> None:
    keeper.secret(keeper.instance(), "db")
    with keeper.deployment.database.begin() as work:
        secret = locked(work, keeper, "db")
        with seen(work) as found:
            values.put(work, secret, "v3", "new", "text", [])
        assert (found.reads("secret_versions"), found.writes("secrets")) == (1, 1)
        assert [one.stages for one in work.secrets.versions(secret.id)] == [
            (),
            ("ACSPrevious",),
            ("ACSCurrent",),
        ]


CONFIG = json.dumps({"SecretSubType": "RamUserAccessKey", "UserName": "app"})
ACCESS_KEY = json.dumps({"AccessKeys": [{"AccessKeyId": "LTAI1", "AccessKeySecret": "first"}]})


def test_a_rotation_reads_the_versions_once_and_writes_the_secret_once(keeper: Keeper) -> None:
    asked = NewSecret(
        keeper.instance(), "$Auto", "v1", ACCESS_KEY, type=SecretType.RAM, extended_config=CONFIG,
        rotation_interval=86_400,
    )  # fmt: skip
    database = keeper.deployment.database
    with database.begin() as work, seen(work) as found:
        made = create_secret(work, keeper.account_id, REGION, keeper.account_id, asked)
    assert found.writes("secrets") == 1
    with database.begin() as work, seen(work) as found:
        rotation.begin(work, locked(work, keeper, made.name), "v2")
    assert found.reads("secret_versions") == 1
    with database.begin() as work:
        secret, versions = locked(work, keeper, made.name), work.secrets.versions(made.id)
        with seen(work) as found:
            rotation.finish(work, secret, versions, "v2")
    assert (found.reads("secret_versions"), found.writes("secrets")) == (0, 1)
    with database.read() as work:
        rotated = work.secrets.find(made.id)
    assert rotated is not None
    assert rotated.rotate_at == rotated.updated_at + 86_400
    assert made.rotate_at == made.created_at + 86_400
