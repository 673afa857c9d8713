"""Several processes on one database: one agenda, one clock, and a bound on how old memory is.

Source: design.md 2 and 3. A change at one node is adopted by every other within a second, and a
command returns when every live process has adopted its effect.
"""

import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alibabacloud_kms20160120 import models as kms_models

from conftest import MakeDeployment
from keylease.app import clock
from keylease.app import node as node_module
from keylease.app.accounts import create_account, credit
from keylease.app.deployment import Deployment, open_deployment
from keylease.app.node import NodeThreads
from keylease.app.sealing import adopt_seal
from keylease.app.settings import read_settings
from keylease.app.trail import verify_trail
from keylease.billing.ledger.check import check_books
from keylease.core.clock import DAY, parse_iso
from keylease.notifications.schedule import release_soon_of
from keylease.runtime.memory import Kind, Memory
from keylease.storage.source import SqlSource
from postgres import PostgresServer
from product import Customer, Product, refusal_of, serving
from waiting import PATIENCE_SECONDS, until

pytestmark = pytest.mark.long

CLOCK = "test=2026-01-31T10:00:00+08:00"

#: A change is adopted everywhere within so many seconds. design.md 3.
ADOPTED_SECONDS = 1.0

Answer = Callable[[], object]


def refused(call: Answer) -> tuple[int, str] | None:
    """The status and code that a call is refused with; None if it is served."""
    try:
        call()
    except Exception as error:  # noqa: BLE001 - each SDK raises kinds of its own
        return refusal_of(error)
    return None


def adopted(call: Answer, expected: tuple[int, str] | None, changed_at: float) -> None:
    """No call that began a second after the change is answered in the old way."""
    while True:
        began = time.monotonic()
        if refused(call) == expected:
            return
        assert began - changed_at < ADOPTED_SECONDS, f"still not {expected}"


def disable(customer: Customer, key: str) -> None:
    customer.kms.disable_key(kms_models.DisableKeyRequest(key_id=key))


def enable(customer: Customer, key: str) -> None:
    customer.kms.enable_key(kms_models.EnableKeyRequest(key_id=key))


@contextmanager
def inside(product: Product) -> Iterator[Deployment]:
    """The operator's hands, without starting a program for each grip."""
    given = {"data": str(product.data), "database": product.database}
    with closing(open_deployment(read_settings(given, {}))) as deployment:
        yield deployment


def customer(product: Product, name: str, money: str = "10000.00") -> Customer:
    """A new account with money, signed in at this node."""
    with inside(product) as deployment:
        made = create_account(deployment, name)
        credit(deployment, name, money)
    return Customer(
        product,
        name,
        {
            "account_id": made.account.id,
            "access_key_id": made.access_key_id,
            "access_key_secret": made.access_key_secret,
        },
    )


def move(deployment: Deployment, target: int) -> None:
    """What ``keylease clock set`` does."""
    clock.move(deployment, target, lambda _: None)


def operator_now(deployment: Deployment) -> int:
    with deployment.database.read() as work:
        return work.now


def letters(deployment: Deployment) -> list[tuple[str, str]]:
    with deployment.database.read() as work:
        found, _ = work.letters.page(None, 0, 100_000)
    return sorted((one.letter.instance_id, one.letter.kind.value) for one in found)


# --- two nodes on one PostgreSQL ------------------------------------------------------------------


@contextmanager
def joined(first: Product, data: Path) -> Iterator[Product]:
    """A second node on the database of the first one, with a copy of its root key."""
    data.mkdir(mode=0o700)
    shutil.copy(first.data / "seal.json", data / "seal.json")
    with serving(data, database=first.database) as second:
        yield second


@pytest.fixture(scope="module")
def nodes(
    postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Product, Product]]:
    """Two nodes whose clock is frozen at the start; the tests move it on, in order."""
    place = tmp_path_factory.mktemp("nodes")
    url = postgres.create_database()
    with (
        serving(place / "a", "--clock", CLOCK, database=url) as first,
        joined(first, place / "b") as second,
    ):
        first.cli("clock", "freeze")
        yield first, second


class Pair:
    """One customer, signed in at both nodes, with an enabled instance and a key."""

    def __init__(self, nodes: tuple[Product, Product], name: str) -> None:
        first, second = nodes
        self.product = first
        self.here = customer(first, name)
        self.there = replace(self.here, product=second)
        self.instance: str = self.here.buy(1)["InstanceId"]
        self.here.enable(self.instance)
        self.key = self.here.create_key(self.instance)


def test_what_is_made_at_one_node_works_at_the_other_at_once(
    nodes: tuple[Product, Product],
) -> None:
    pair = Pair(nodes, "at-once")
    blob = pair.here.encrypt(pair.key, "aGVsbG8=")
    assert pair.there.decrypt(blob) == "aGVsbG8="
    assert pair.there.encrypt(pair.there.create_key(pair.instance), "aGVsbG8=")
    assert pair.here.instance(pair.instance) == pair.there.instance(pair.instance)
    made = pair.product.cli("account", "service-key", "at-once")
    service = replace(pair.there, made=made)
    assert service.encrypt("alias/acs/kms", "aGVsbG8=")


def test_a_key_that_is_disabled_at_one_node_is_refused_by_the_other_within_a_second(
    nodes: tuple[Product, Product],
) -> None:
    pair = Pair(nodes, "disabled")
    blob = pair.there.encrypt(pair.key, "aGVsbG8=")
    for _ in range(2):
        disable(pair.here, pair.key)
        now = time.monotonic()
        assert refused(lambda: pair.here.decrypt(blob)) == (409, "Rejected.Disabled")
        adopted(lambda: pair.there.decrypt(blob), (409, "Rejected.Disabled"), now)
        enable(pair.here, pair.key)
        now = time.monotonic()
        assert refused(lambda: pair.here.decrypt(blob)) is None
        adopted(lambda: pair.there.decrypt(blob), None, now)


def test_the_clock_returns_when_every_node_has_adopted_it(nodes: tuple[Product, Product]) -> None:
    pair = Pair(nodes, "expired")
    blob = pair.there.encrypt(pair.key, "aGVsbG8=")
    pair.product.cli("clock", "set", "2026-02-28T23:59:59+08:00")
    assert refused(lambda: pair.there.decrypt(blob)) is None
    pair.product.cli("clock", "advance", "1s")
    expired = (403, "Forbidden.DKMSInstanceStateInvalid")
    assert refused(lambda: pair.there.decrypt(blob)) == expired
    assert refused(lambda: pair.here.decrypt(blob)) == expired
    pair.here.renew(pair.instance)
    now = time.monotonic()
    assert refused(lambda: pair.here.decrypt(blob)) is None
    adopted(lambda: pair.there.decrypt(blob), None, now)
    with inside(pair.product) as operator:
        move(operator, operator_now(operator) + 60 * DAY)
    gone = (404, "Forbidden.KeyNotFound")
    assert refused(lambda: pair.there.decrypt(blob)) == gone
    assert refused(lambda: pair.here.decrypt(blob)) == gone


def test_both_nodes_share_one_agenda(nodes: tuple[Product, Product]) -> None:
    """Nobody moves the clock here: it runs, and both nodes look for what is due."""
    first, _ = nodes
    buyer = customer(first, "agenda")
    instances = sorted(buyer.buy(1)["InstanceId"] for _ in range(8))

    def mine(*kinds: str) -> list[tuple[str, str]]:
        found = letters(operator)
        return [one for one in found if one[0] in instances and (not kinds or one[1] in kinds)]

    with inside(first) as operator:
        with operator.database.read() as work:
            end = work.instances.find(instances[0]).end  # type: ignore[union-attr] # it is there
        move(operator, release_soon_of(end) - 2)
        clock.run(operator)
        until(lambda: len(mine("release_soon")) >= 8, "the letters were not written")
        clock.freeze(operator)
        move(operator, end + 20 * DAY)
        kinds = ["expired", "purchase", "release_soon", "released", *["reminder"] * 3]
        assert mine() == sorted((one, kind) for one in instances for kind in kinds)
        with operator.database.read() as work:
            assert check_books(work.books) == []
        assert verify_trail(operator) == []


def test_a_node_that_is_killed_does_not_hold_up_a_command(
    nodes: tuple[Product, Product], tmp_path: Path
) -> None:
    first, _ = nodes
    with joined(first, tmp_path / "c") as third:
        third.kill()
        began = time.monotonic()
        with inside(first) as operator:
            move(operator, operator_now(operator) + 1)
        assert time.monotonic() - began < 10


# --- the seal -------------------------------------------------------------------------------------


def start_refused(data: Path, database: str) -> str:
    """What `serve` says when it does not start."""
    product = Product(data, database)
    with pytest.raises(AssertionError) as said:
        product.start()
    return str(said.value)


def test_a_node_without_the_seal_refuses_to_start_and_says_what_to_do(
    nodes: tuple[Product, Product], tmp_path: Path
) -> None:
    first, _ = nodes
    error = start_refused(tmp_path / "empty", first.database)
    assert error.startswith("Error: There is no seal.json in")
    assert "copy" in error
    assert not (tmp_path / "empty" / "seal.json").exists()


def test_a_node_with_another_seal_refuses_to_start_and_says_what_to_do(
    nodes: tuple[Product, Product], tmp_path: Path
) -> None:
    first, _ = nodes
    with serving(tmp_path / "other"):
        pass
    error = start_refused(tmp_path / "other", first.database)
    assert "holds the root key" in error
    assert "but the database expects" in error


def test_the_nodes_go_on_after_a_rotation_once_they_have_the_new_seal(
    nodes: tuple[Product, Product],
) -> None:
    """Nodes with a data directory each: the operator copies the new seal while it rotates."""
    pair = Pair(nodes, "rotation")
    first, second = nodes
    blob = pair.there.encrypt(pair.key, "aGVsbG8=")
    before = (first.data / "seal.json").read_bytes()
    with ThreadPoolExecutor(1) as operator:
        rotation = operator.submit(first.cli, "seal", "rotate")
        until(lambda: (first.data / "seal.json").read_bytes() != before, "no new seal")
        new = second.data / "seal.copy"
        until(lambda: not (first.data / "seal.next.json").exists(), "not promoted")
        shutil.copy(first.data / "seal.json", new)
        assert not rotation.done(), "it returns when every node has adopted the new root key"
        new.replace(second.data / "seal.json")
        rotation.result(PATIENCE_SECONDS)
    assert pair.there.decrypt(blob) == "aGVsbG8="
    assert pair.there.encrypt(pair.there.create_key(pair.instance), "aGVsbG8=")
    assert pair.here.decrypt(blob) == "aGVsbG8="


# --- without the database -------------------------------------------------------------------------


def ready(product: Product) -> int:
    try:
        with urllib.request.urlopen(f"{product.url}/readyz", timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_a_node_that_loses_its_database_says_so_and_recovers(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    url = postgres.create_database()
    with serving(tmp_path / "data", "--clock", CLOCK, database=url) as product:
        ada = customer(product, "ada")
        instance = ada.buy(1)["InstanceId"]
        ada.enable(instance)
        key = ada.create_key(instance)
        blob = ada.encrypt(key, "aGVsbG8=")
        assert ready(product) == 200
        allow(postgres, url, connections=False)
        unavailable = (503, "ServiceUnavailableTemporary")
        # At first because its record cannot be written, then also because memory may be old.
        assert refused(lambda: ada.decrypt(blob)) == unavailable
        until(lambda: ready(product) == 503, "it still serves from memory")
        assert refused(lambda: ada.decrypt(blob)) == unavailable
        allow(postgres, url, connections=True)
        until(lambda: ready(product) == 200, "it has not recovered")
        until(lambda: refused(lambda: ada.decrypt(blob)) is None, "it does not serve again")
        assert ada.encrypt(ada.create_key(instance), "aGVsbG8=")
        with inside(product) as operator:
            assert verify_trail(operator) == []


def allow(postgres: PostgresServer, url: str, *, connections: bool) -> None:
    """Cut a database off from everybody, or let them in again."""
    name = url.rpartition("/")[2]
    with psycopg.connect(postgres.url(), autocommit=True) as admin:
        admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS {str(connections).lower()}')
        if not connections:
            end = "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s"
            admin.execute(end, [name])


# --- several processes on one data directory ------------------------------------------------------


def many(call: Answer, times: int = 40) -> set[Any]:
    """How a call is answered by whichever processes get it."""
    with ThreadPoolExecutor(8) as callers:
        return set(callers.map(lambda _: refused(call), range(times)))


def test_workers_adopt_what_changes_in_another_one(tmp_path: Path) -> None:
    with serving(tmp_path / "data", "--clock", CLOCK, "--workers", "2") as product:
        product.cli("clock", "freeze")
        ada = customer(product, "ada")
        instance = ada.buy(1)["InstanceId"]
        ada.enable(instance)
        key = ada.create_key(instance)
        blob = ada.encrypt(key, "aGVsbG8=")
        assert many(lambda: ada.decrypt(blob)) == {None}
        disable(ada, key)
        time.sleep(ADOPTED_SECONDS)
        assert many(lambda: ada.decrypt(blob)) == {(409, "Rejected.Disabled")}
        enable(ada, key)
        time.sleep(ADOPTED_SECONDS)
        assert many(lambda: ada.decrypt(blob)) == {None}
        with inside(product) as operator:
            move(operator, parse_iso("2026-03-01T00:00:00+08:00"))
            expired = (403, "Forbidden.DKMSInstanceStateInvalid")
            assert many(lambda: ada.decrypt(blob)) == {expired}
            move(operator, parse_iso("2026-03-15T08:59:59+08:00"))
            clock.run(operator)
            warned = instance, "release_soon"
            until(lambda: warned in letters(operator), "nobody carries out the agenda")
            assert letters(operator).count(warned) == 1
            assert verify_trail(operator) == []


def test_two_servers_on_one_data_directory_are_two_nodes(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(data, "--clock", CLOCK) as first, serving(data) as second:
        first.cli("clock", "freeze")
        pair = Pair((first, second), "ada")
        blob = pair.here.encrypt(pair.key, "aGVsbG8=")

        def work(number: int) -> str:
            who = pair.here if number % 2 else pair.there
            assert who.decrypt(blob) == "aGVsbG8="
            return who.create_key(pair.instance)

        with ThreadPoolExecutor(4) as callers:
            keys = list(callers.map(work, range(16)))
        assert len(set(keys)) == 16
        for key in keys[:4]:
            assert pair.there.decrypt(pair.here.encrypt(key, "aGVsbG8=")) == "aGVsbG8="
        with inside(second) as operator:
            move(operator, parse_iso("2026-03-01T00:00:00+08:00"))
            expired = (403, "Forbidden.DKMSInstanceStateInvalid")
            assert refused(lambda: pair.there.decrypt(blob)) == expired
            assert refused(lambda: pair.here.decrypt(blob)) == expired
            with operator.database.read() as work:
                assert check_books(work.books) == []
            assert verify_trail(operator) == []


# --- following changes, step by step --------------------------------------------------------------


class Follower:
    """A node that follows only when told to, and another process that changes things."""

    def __init__(self, deployment: Deployment, other: Deployment) -> None:
        self.deployment, self.other = deployment, other
        self.made = create_account(deployment, "ada")
        source = SqlSource(deployment.database, lambda: adopt_seal(deployment))
        self.memory = Memory(source, deployment.machine)
        self.between()
        self.node = NodeThreads(deployment, self.memory, role="test", runs_agenda=False)
        with deployment.database.begin() as work:
            work.nodes.add(self.node._node)

    def between(self) -> None:
        """What another process does while this one starts: the first thing that can be missed."""
        clock.freeze(self.other)
        move(self.other, operator_now(self.other) + DAY)

    def remember(self) -> None:
        assert self.memory.load(Kind.CREDENTIAL, self.made.access_key_id)

    def change(self, *kinds: str) -> None:
        with self.other.database.begin() as work:
            for kind in kinds:
                work.changed(kind, self.made.access_key_id if kind == "credential" else "")

    @property
    def says_it_is_adopted(self) -> bool:
        with self.deployment.database.read() as work:
            (node,) = work.nodes.all()
            return node.adopted == work.change_log.last()

    @property
    def remembers(self) -> bool:
        return self.memory.credential(self.made.access_key_id) is not None


@pytest.fixture
def follower(make_deployment: MakeDeployment) -> Iterator[Follower]:
    deployment = make_deployment()
    with closing(open_deployment(deployment.settings, machine=deployment.machine)) as other:
        yield Follower(deployment, other)


def test_a_clock_that_was_moved_while_a_node_started_is_not_missed(follower: Follower) -> None:
    assert follower.memory.now() == operator_now(follower.deployment)


def test_a_change_is_adopted_and_the_node_says_so(follower: Follower) -> None:
    follower.remember()
    follower.change("credential")
    assert follower.remembers
    follower.node._beat()
    assert not follower.says_it_is_adopted
    follower.node._follow()
    assert not follower.remembers
    follower.node._beat()
    assert follower.says_it_is_adopted


@pytest.mark.parametrize("kinds", [("credential", "seal"), ("clock", "credential")])
def test_a_change_that_was_read_beside_something_that_failed_is_not_lost(
    follower: Follower, monkeypatch: pytest.MonkeyPatch, kinds: tuple[str, ...]
) -> None:
    """The feed tells each change once; what fails is the seal's new file, or the database."""
    follower.remember()
    follower.change(*kinds)
    with monkeypatch.context() as broken:
        broken.setattr(node_module, "adopt_seal", fail)
        broken.setattr(SqlSource, "clock", fail)
        for _ in range(2):
            with pytest.raises(ConnectionError):
                follower.node._follow()
            follower.node._beat()
            assert not follower.says_it_is_adopted
    follower.remember()  # whoever asked meanwhile: the answer may be from before the new seal
    follower.node._follow()
    assert not follower.remembers


def fail(*_: object) -> None:
    raise ConnectionError


def test_a_node_that_was_taken_for_dead_comes_back(follower: Follower) -> None:
    """A machine that slept for hours: its row was tidied away, but it is alive."""
    with follower.other.database.begin() as work:
        work.nodes.remove([follower.node.id])
    follower.node._beat()
    with follower.deployment.database.read() as work:
        assert [one.id for one in work.nodes.all()] == [follower.node.id]
