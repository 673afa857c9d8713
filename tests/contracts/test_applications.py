"""Network rules, policies, access points and client keys, on both engines."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from contracts.samples import ADA, AT, BOB, instance
from keylease.access.applications import Grant, network
from keylease.app.deployment import Deployment
from keylease.core.entropy import SystemEntropy
from keylease.core.errors import Code, Collision, Refusal
from keylease.crypto.client_keys import generate
from keylease.crypto.secret import SecretBytes
from keylease.custody.applications import compiling, rules
from keylease.custody.applications.model import (
    AccessPoint,
    NetworkRule,
    Permission,
    PermissionPolicy,
    StoredClientKey,
)
from keylease.custody.applications.rules import Place
from keylease.runtime.memory import Kind, Memory
from keylease.storage.source import SqlSource
from keylease.storage.unit_of_work import UnitOfWork

HANGZHOU = "cn-hangzhou"
PLACE = Place(ADA, HANGZHOU)
MADE = generate("KAAP.1", AT, AT + 100, SecretBytes(b"a1-b2-c3"), SystemEntropy())

Find = Callable[[UnitOfWork], Any]


def rule(name: str = "rule", **changed: Any) -> NetworkRule:
    made = NetworkRule(ADA, HANGZHOU, name, ("10.0.0.0/8", "2001:db8::/32"), "近 é", AT)
    return replace(made, **changed)


def policy(name: str = "policy", **changed: Any) -> PermissionPolicy:
    made = PermissionPolicy(
        ADA,
        HANGZHOU,
        name,
        instance().id,
        (Permission.KEYS.value,),
        ("key/*", "secret/db"),
        ("rule",),
        "策略",
        AT,
    )
    return replace(made, **changed)


def point(name: str = "point", **changed: Any) -> AccessPoint:
    return replace(AccessPoint(ADA, HANGZHOU, name, ("policy",), "", AT), **changed)


def client_key(number: int = 1, **changed: Any) -> StoredClientKey:
    made = StoredClientKey(
        f"KAAP.{number}", ADA, HANGZHOU, "point", MADE.certificate, AT, AT + 100, AT + number
    )
    return replace(made, **changed)


STORES: list[tuple[Find, Callable[..., Any]]] = [
    (lambda work: work.applications.network_rules, rule),
    (lambda work: work.applications.policies, policy),
    (lambda work: work.applications.access_points, point),
]
EACH = pytest.mark.parametrize(("store_of", "make"), STORES, ids=["rules", "policies", "points"])


@EACH
def test_what_is_written_is_read(
    work: UnitOfWork, store_of: Find, make: Callable[..., Any]
) -> None:
    store, one = store_of(work), make("one")
    store.add(one)
    assert store.find(ADA, HANGZHOU, "one") == one
    assert store.find(ADA, HANGZHOU, "one", lock=True) == one
    changed = replace(one, description="other")
    store.update(changed)
    assert store.find(ADA, HANGZHOU, "one") == changed
    store.remove(changed)
    assert store.find(ADA, HANGZHOU, "one") is None


@EACH
def test_a_name_is_one_of_an_account_and_region(
    work: UnitOfWork, store_of: Find, make: Callable[..., Any]
) -> None:
    store = store_of(work)
    mine, theirs = make("one"), make("one", account_id=BOB)
    elsewhere = make("one", region="cn-shanghai")
    for one in (mine, theirs, elsewhere):
        store.add(one)
    store.update(replace(theirs, description="theirs"))
    store.remove(elsewhere)
    assert store.find_many(ADA, HANGZHOU, ["one", "two"]) == {"one": mine}
    assert store.find(BOB, HANGZHOU, "one").description == "theirs"
    assert store.find(ADA, "cn-shanghai", "one") is None


@EACH
def test_pages_are_by_name(work: UnitOfWork, store_of: Find, make: Callable[..., Any]) -> None:
    store = store_of(work)
    made = [make(name) for name in ("b", "a", "c")]
    for one in (*made, make("a", account_id=BOB)):
        store.add(one)
    first, total = store.page(ADA, HANGZHOU, 0, 2)
    second, _ = store.page(ADA, HANGZHOU, 2, 2)
    assert [one.name for one in (*first, *second)] == ["a", "b", "c"]
    assert total == 3


@EACH
def test_two_who_take_a_name_at_once_collide(
    on_postgres: Deployment, store_of: Find, make: Callable[..., Any]
) -> None:
    """On SQLite the second one begins after the first, and is told that the name is taken."""
    database = on_postgres.database

    def looks_then_adds() -> None:
        with database.begin() as work:
            assert store_of(work).find(ADA, HANGZHOU, "twice") is None
            with database.begin() as faster:
                store_of(faster).add(make("twice", description="faster"))
            store_of(work).add(make("twice"))

    with pytest.raises(Collision):
        looks_then_adds()
    with database.begin() as work:
        kept = store_of(work).find(ADA, HANGZHOU, "twice")
        assert kept == make("twice", description="faster")
        store_of(work).remove(kept)


def test_client_keys_are_found_by_id_and_by_access_point(work: UnitOfWork) -> None:
    store = work.applications.client_keys
    made = [
        client_key(2),
        client_key(1),
        client_key(3, access_point="other"),
        client_key(4, account_id=BOB),
        client_key(5, region="cn-shanghai"),
    ]
    for one in made:
        store.add(one)
    assert store.find("KAAP.1") == made[1]
    assert store.find_many(["KAAP.3", "KAAP.9"]) == {"KAAP.3": made[2]}
    assert store.of(ADA, HANGZHOU, ["point"]) == [made[1], made[0]]
    assert store.of(ADA, HANGZHOU, None) == [made[1], made[0], made[2]]
    assert store.of(ADA, HANGZHOU, []) == []
    store.remove("KAAP.1")
    assert store.find("KAAP.1") is None


@pytest.fixture
def settled(work: UnitOfWork) -> UnitOfWork:
    """An application with everything, whose changes were told."""
    work.instances.add(instance())
    apps = work.applications
    apps.network_rules.add(rule())
    apps.policies.add(policy())
    apps.access_points.add(point())
    apps.client_keys.add(client_key())
    return work


def test_a_client_key_is_compiled_of_all_that_holds_for_it(settled: UnitOfWork) -> None:
    found = compiling.client_key(settled.applications, "KAAP.1")
    assert found is not None
    assert found.principal.arn == f"acs:kms:{HANGZHOU}:{ADA}:applicationaccesspoint/point"
    assert (found.not_before, found.not_after) == (AT, AT + 100)
    near = network("10.0.0.0/8"), network("2001:db8::/32")
    assert found.grants == (Grant(instance().id, frozenset("*"), networks=near),)
    assert compiling.client_key(settled.applications, "KAAP.2") is None


CHANGES: dict[str, Callable[[UnitOfWork], object]] = {
    "rule": lambda work: rules.update_network_rule(work, PLACE, "rule", ("10.0.0.1",), None),
    "policy": lambda work: rules.update_policy(work, PLACE, "policy", None, ("key/a",), None, None),
    "point": lambda work: rules.update_access_point(work, PLACE, "point", None, "new"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_whatever_changes_for_a_client_key_is_told(
    settled: UnitOfWork, change: Callable[[UnitOfWork], object]
) -> None:
    change(settled)
    assert settled.changes_made == [("client-keys", f"{ADA}:{HANGZHOU}")]


def test_a_client_key_that_is_made_while_its_rule_changes_is_forgotten_with_the_others(
    on_postgres: Deployment,
) -> None:
    """It is committed, and loaded under the old rule, after the change began."""
    database = on_postgres.database
    with database.begin() as work:
        work.instances.add(instance())
        work.applications.network_rules.add(rule())
        work.applications.policies.add(policy())
        work.applications.access_points.add(point())
    memory = Memory(SqlSource(database), on_postgres.machine)
    with database.begin() as changing:
        rules.update_network_rule(changing, PLACE, "rule", ("192.0.2.1",), None)
        with database.begin() as making:
            making.applications.client_keys.add(client_key())
        assert memory.load(Kind.CLIENT_KEY, "KAAP.1")
    for change in changing.changes_made:
        memory.adopt(*change)
    assert memory.client_key("KAAP.1") is None
    assert memory.load(Kind.CLIENT_KEY, "KAAP.1")
    loaded = memory.client_key("KAAP.1")
    assert loaded is not None
    assert loaded.grants[0].networks == (network("192.0.2.1"),)
    with database.begin() as work:
        work.applications.client_keys.remove("KAAP.1")
        work.applications.access_points.remove(point())
        work.applications.policies.remove(policy())
        work.applications.network_rules.remove(rule())
        work.instances.remove([instance().id])


def test_what_is_in_use_is_not_removed(settled: UnitOfWork) -> None:
    for remove, name in (
        (rules.delete_network_rule, "rule"),
        (rules.delete_policy, "policy"),
        (rules.delete_access_point, "point"),
    ):
        with pytest.raises(Refusal) as caught:
            remove(settled, PLACE, name)
        assert caught.value.code is Code.RESOURCE_IN_USE
