"""What an operation has read once it does not read again, on both engines."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from contracts.keeper import Keeper
from keylease.app.deployment import Deployment
from keylease.custody.keys import lookup, policies
from keylease.custody.secrets import policies as secret_policies
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
        secret = work.secrets.by_name(keeper.account_id, REGION, "db", lock=True)
        assert secret is not None
        with seen(work) as found:
            secret_policies.set_policy(work, secret, keeper.policy())
        assert found.reads("instances") == 1
