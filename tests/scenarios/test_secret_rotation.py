"""Rotation of real PostgreSQL roles, by hand and by a moved clock; what fails or is interrupted.

Source: facts/kms.md 5. The server asks for passwords: what is not set there does not sign in.
"""

import json
from functools import partial
from typing import Any

import psycopg
import pytest
from aliyunsdkkms.request.v20160120.RotateSecretRequest import RotateSecretRequest
from aliyunsdkkms.request.v20160120.UpdateSecretRotationPolicyRequest import (
    UpdateSecretRotationPolicyRequest,
)

from postgres import PostgresServer
from scenarios.secrets_kit import Keeper
from scenarios.town import Town, utc
from waiting import until

INVALID = (400, "InvalidParameter")
UNSUPPORTED = (400, "UnsupportedOperation")
BUSY = (409, "Rejected.ResourceInUse")


@pytest.fixture
def town(new_town: Town) -> Town:
    return new_town


@pytest.fixture
def keeper(town: Town) -> Keeper:
    customer = town.customer("ada", "100000.00")
    instance_id = str(customer.buy(12)["InstanceId"])
    customer.enable(instance_id)
    return Keeper(customer, instance_id)


class Shop:
    """A database with roles that sign in with passwords."""

    def __init__(self, server: PostgresServer) -> None:
        self.url = server.create_database()
        self.name = self.url.rsplit("/", 1)[1]
        self._admin = self.url
        hba = server.directory / "data" / "pg_hba.conf"
        rule = f"host {self.name} all 127.0.0.1/32 scram-sha-256\n"
        operator = f"host {self.name} postgres 127.0.0.1/32 trust\n"
        hba.write_text(operator + rule + hba.read_text())
        before = self._loaded_at()
        with self.admin() as connection:
            connection.execute("SELECT pg_reload_conf()")
        until(lambda: self._loaded_at() != before, "the rules are not in force")

    def admin(self) -> "psycopg.Connection[Any]":
        return psycopg.connect(self._admin, autocommit=True)

    def _loaded_at(self) -> object:
        """When the rules were read that let a new connection in."""
        with self.admin() as connection:
            return connection.execute("SELECT pg_conf_load_time()").fetchone()

    def role(self, name: str, password: str = "first-password") -> str:
        """A role of this database only, with a password; its name."""
        role = f"{name}_{self.name}"
        with self.admin() as connection:
            connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{password}'")
        return role

    def lets_in(self, value: str) -> bool:
        """Whether a value of a secret signs in."""
        login = json.loads(value)
        host = self.url.replace("postgres@", "")
        try:
            psycopg.connect(
                host, user=login["AccountName"], password=login["AccountPassword"]
            ).close()
        except psycopg.OperationalError:
            return False
        return True


@pytest.fixture
def shop(postgres: PostgresServer, town: Town, keeper: Keeper) -> Shop:
    name = keeper.customer.name
    made = Shop(postgres)
    town.cli("rotation-target", "add", name, "pg-1", "postgresql", made.url)
    return made


def accounts(*names: str) -> str:
    rows = [{"AccountName": name, "AccountPassword": "first-password"} for name in names]
    return json.dumps({"Accounts": rows})


def rds(subtype: str = "SingleUser", target: str = "pg-1", **further: object) -> dict[str, object]:
    config = {"SecretSubType": subtype, "DBInstanceId": target, **further}
    return {"secret_type": "Rds", "extended_config": config}


def rotated(keeper: Keeper, name: str, version: str) -> str:
    """RotateSecret, and wait for it; the new value."""
    keeper.call("rotate_secret", secret_name=name, version_id=version)
    until(lambda: "ACSCurrent" in keeper.stages(name).get(version, []), "it was not rotated")
    until(lambda: read(keeper, name)["VersionId"] == version, "it is not served")
    return keeper.value(name)


def read(keeper: Keeper, name: str) -> dict[str, Any]:
    return keeper.call("get_secret_value", secret_name=name)


def test_a_single_user_is_given_a_new_password_in_place(keeper: Keeper, shop: Shop) -> None:
    role = shop.role("app")
    name = keeper.create("db", accounts(role), **rds())
    first = keeper.value(name)
    assert json.loads(first) == {"AccountName": role, "AccountPassword": "first-password"}
    assert shop.lets_in(first)
    second = rotated(keeper, name, "v2")
    assert json.loads(second)["AccountName"] == role
    assert shop.lets_in(second)
    assert not shop.lets_in(first)
    assert keeper.stages(name) == {"v2": ["ACSCurrent"], "v1": ["ACSPrevious"]}
    answer = keeper.call("rotate_secret", secret_name=name, version_id="v2")
    assert (answer["SecretName"], answer["VersionId"]) == (name, "v2")
    assert keeper.value(name) == second, "a version that exists is not rotated again"
    third = keeper.classic(RotateSecretRequest, SecretName=answer["Arn"], VersionId="v3")
    assert third["Arn"] == answer["Arn"]
    until(lambda: read(keeper, name)["VersionId"] == "v3", "the classic SDK did not rotate")


def test_two_users_take_turns(keeper: Keeper, shop: Shop) -> None:
    one, two = shop.role("app"), shop.role("app_clone")
    name = keeper.create("db", accounts(one, two), **rds("DoubleUsers"))
    assert json.loads(keeper.value(name))["AccountName"] == one
    first = keeper.value(name)
    second = rotated(keeper, name, "v2")
    assert json.loads(second)["AccountName"] == two
    assert shop.lets_in(first), "who still has the old value goes on"
    assert shop.lets_in(second)
    assert keeper.value(name, version_stage="ACSPrevious") == first
    third = rotated(keeper, name, "v3")
    assert json.loads(third)["AccountName"] == one
    assert shop.lets_in(second)
    assert shop.lets_in(third)
    assert not shop.lets_in(first)


def test_a_clock_that_moves_rotates_every_seven_days(
    town: Town, keeper: Keeper, shop: Shop
) -> None:
    role = shop.role("app")
    name = keeper.create(
        "db", accounts(role), **rds(), enable_automatic_rotation=True, rotation_interval="7d"
    )
    shown = keeper.call("describe_secret", secret_name=name)
    assert shown["AutomaticRotation"] == "Enabled"
    assert shown["RotationInterval"] == "604800s"
    assert shown["NextRotationDate"] == utc("2026-02-07 10:00:00")
    assert "LastRotationDate" not in shown
    values = [keeper.value(name)]
    for day in ("2026-02-07", "2026-02-14", "2026-02-21", "2026-02-28"):
        town.at(f"{day} 09:59:59")
        assert keeper.value(name) == values[-1], "not a second early"
        town.at(f"{day} 10:00:00")
        until(lambda: keeper.value(name) != values[-1], day)
        values.append(keeper.value(name))
        assert shop.lets_in(values[-1])
        assert not shop.lets_in(values[-2])
        found = read(keeper, name)
        assert found["LastRotationDate"] == utc(f"{day} 10:00:00")
    assert found["NextRotationDate"] == utc("2026-03-07 10:00:00")
    assert len(set(values)) == 5
    keeper.call("update_secret_rotation_policy", secret_name=name, enable_automatic_rotation=False)
    town.at("2026-03-20 10:00:00")
    assert keeper.value(name) == values[-1]
    shown = keeper.call("describe_secret", secret_name=name)
    assert shown["AutomaticRotation"] == "Disabled"
    assert "NextRotationDate" not in shown
    assert town.told(keeper.customer) == [
        ("top_up", "2026-01-31 10:00:00"),
        ("purchase", "2026-01-31 10:00:00"),
    ]


def test_the_period_of_rotation_keeps_its_bounds(keeper: Keeper, shop: Shop) -> None:
    name = keeper.create("db", accounts(shop.role("app")), **rds())
    policy = {"secret_name": name, "enable_automatic_rotation": True}
    for edge in ("6h", "8760h", "365d"):
        keeper.call("update_secret_rotation_policy", **policy, rotation_interval=edge)
    for wrong in ("21599s", "31536001s", "seven days"):
        refused = keeper.refused("update_secret_rotation_policy", **policy, rotation_interval=wrong)
        assert refused == INVALID
    missing = (400, "MissingParameter")
    assert keeper.refused("update_secret_rotation_policy", **policy) == missing
    assert keeper.refused("update_secret_rotation_policy", secret_name=name) == missing
    keeper.classic(
        UpdateSecretRotationPolicyRequest, SecretName=name, EnableAutomaticRotation="true",
        RotationInterval="12h",
    )  # fmt: skip
    assert keeper.call("describe_secret", secret_name=name)["RotationInterval"] == "43200s"


def test_a_rotation_that_fails_is_tried_again_then_given_up_and_told(
    town: Town, keeper: Keeper, shop: Shop
) -> None:
    name = keeper.create("db", accounts("nobody_there"), **rds())
    first = keeper.value(name)
    keeper.call("rotate_secret", secret_name=name, version_id="v2")
    assert keeper.refused("rotate_secret", secret_name=name, version_id="v3") == BUSY
    keeper.call("rotate_secret", secret_name=name, version_id="v2")
    assert keeper.value(name) == first

    def waits_until(moment: str) -> bool:
        due = [
            one["due_at"]
            for one in town.cli("agenda", "list")
            if one["kind"] == "secret_rotation_outside"
        ]
        return due == [utc(moment)]

    for moment in ("10:01:00", "10:06:00", "10:21:00"):
        until(partial(waits_until, f"2026-01-31 {moment}"), moment)
        town.at(f"2026-01-31 {moment}")
    until(lambda: read(keeper, name)["AutomaticRotation"] == "Invalid", "it goes on")
    assert keeper.value(name) == first
    assert keeper.stages(name) == {"v2": ["ACSPending"], "v1": ["ACSCurrent"]}
    assert town.told(keeper.customer)[-1] == ("rotation_failed", "2026-01-31 10:21:00")
    pending = keeper.call("get_secret_value", secret_name=name)
    assert pending["VersionId"] == "v1"
    with shop.admin() as connection:
        connection.execute("CREATE ROLE nobody_there LOGIN")
    try:
        second = rotated(keeper, name, "v4")
        assert shop.lets_in(second)
        assert read(keeper, name)["AutomaticRotation"] == "Disabled"
        assert keeper.stages(name) == {"v4": ["ACSCurrent"], "v1": ["ACSPrevious"]}
    finally:
        with shop.admin() as connection:
            connection.execute("DROP ROLE nobody_there")


@pytest.mark.long  # the lease of the killed server has to end
def test_a_rotation_goes_on_after_a_kill_in_the_middle(
    town: Town, keeper: Keeper, shop: Shop
) -> None:
    """The server is killed while the database makes it wait: the new value is kept, and set."""
    role = shop.role("app")
    name = keeper.create("db", accounts(role), **rds())
    with shop.admin() as connection:
        connection.execute("BEGIN")
        connection.execute(f"ALTER ROLE {role} CONNECTION LIMIT 50")  # holds the role's row
        keeper.call("rotate_secret", secret_name=name, version_id="v2")
        until(lambda: waiting_for_lock(shop), "nothing waits for the role")
        town.kill()
        connection.execute("ROLLBACK")
    town.start()
    until(lambda: "ACSCurrent" in keeper.stages(name).get("v2", []), "it was not taken up")
    until(lambda: read(keeper, name)["VersionId"] == "v2", "it is not served")
    assert shop.lets_in(keeper.value(name))


def waiting_for_lock(shop: Shop) -> bool:
    """Whether somebody waits in this database."""
    query = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    with shop.admin() as connection:
        found = connection.execute(query).fetchone()
    return found is not None and found[0] > 0


def test_what_nothing_can_rotate_says_what_to_do(keeper: Keeper) -> None:
    generic = keeper.create()
    redis = {
        "SecretSubType": "DoubleUsers", "AccountName": "app", "CloneAccountName": "app_clone",
        "AccountPrivilege": "RoleReadWrite", "InstanceId": "r-1", "RegionId": "cn-hangzhou",
    }  # fmt: skip
    names = [
        generic,
        keeper.create("cache", "$Auto", secret_type="Redis", extended_config=redis),
        keeper.create("elsewhere", accounts("a"), **rds(target="nowhere")),
    ]
    for name in names:
        rotate = {"secret_name": name, "version_id": "v2"}
        assert keeper.refused("rotate_secret", **rotate) == UNSUPPORTED
        policy = {"secret_name": name, "enable_automatic_rotation": True}
        refused = keeper.refused("update_secret_rotation_policy", **policy, rotation_interval="7d")
        assert refused == UNSUPPORTED
    assert json.loads(keeper.value("cache"))["AccountName"] == "app"
    previous = json.loads(keeper.value("cache", version_stage="ACSPrevious"))
    assert previous["AccountName"] == "app_clone"
    own = json.dumps({"AccountName": "app_clone", "AccountPassword": "mine"})
    keeper.put("cache", "v2", own)
    assert keeper.value("cache") == own


def test_targets_are_kept_without_showing_how_to_get_in(town: Town) -> None:
    customer = town.customer("bob")
    url = "postgresql://root:very-secret@127.0.0.1:1/x"
    town.cli("rotation-target", "add", "bob", "pg-9", "postgresql", url)
    (shown,) = town.cli("rotation-target", "list")
    assert shown["target_id"] == "pg-9"
    assert shown["account_id"] == customer.account_id
    listed = town.run("rotation-target", "list").stdout + json.dumps(town.cli("audit", "list"))
    assert "very-secret" not in listed
    for file in town.data.glob("keylease.sqlite3*"):
        assert b"very-secret" not in file.read_bytes()
    assert town.run("rotation-target", "add", "bob", "x", "postgresql", "mysql://x").returncode == 1
    assert town.run("rotation-target", "add", "eve", "x", "postgresql", url).returncode == 1
    town.cli("rotation-target", "remove", "bob", "pg-9")
    assert town.run("rotation-target", "remove", "bob", "pg-9").returncode == 1
