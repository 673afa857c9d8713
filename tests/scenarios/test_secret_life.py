"""What time does to secrets: deletion on its day, expiry and release of the instance, the meter.

Source: rules.md 2 and 8, facts/kms.md 5.
"""

import csv
from io import StringIO
from typing import Any

import pytest

from scenarios.secrets_kit import Keeper
from scenarios.town import Town, refusal
from scenarios.town_orders import buy_by_the_day
from waiting import until

UNKNOWN = (404, "Forbidden.ResourceNotFound")
NOT_USABLE = (403, "Forbidden.DKMSInstanceStateInvalid")


@pytest.fixture
def town(new_town: Town) -> Town:
    return new_town


def keeper_of(town: Town, months: int = 1) -> Keeper:
    customer = town.customer("ada", "100000.00")
    instance_id = str(customer.buy(months)["InstanceId"])
    customer.enable(instance_id)
    return Keeper(customer, instance_id)


def test_a_deletion_is_carried_out_on_its_day(town: Town) -> None:
    keeper = keeper_of(town, 3)
    name = keeper.create(data="the-value-that-must-go", encryption_key_id="")
    keeper.call("delete_secret", secret_name=name, recovery_window_in_days="7")
    town.at("2026-02-07 09:59:59")
    assert keeper.names() == [name]
    town.at("2026-02-07 10:00:00")
    assert keeper.names() == []
    assert keeper.refused("restore_secret", secret_name=name) == UNKNOWN
    keeper.create(name, "another")
    assert keeper.value(name) == "another"


def test_an_expired_instance_shows_its_secrets_and_gives_no_value(town: Town) -> None:
    keeper = keeper_of(town)
    kept, deleted, late = (keeper.create(data=text) for text in ("kept", "gone", "late"))
    town.at("2026-02-28 23:59:59")
    keeper.call("delete_secret", secret_name=deleted, recovery_window_in_days="7")
    keeper.call("delete_secret", secret_name=late, recovery_window_in_days="7")
    assert keeper.value(kept) == "kept"
    town.at("2026-03-01 00:00:00")
    status, code, text = refusal(lambda: keeper.value(kept))
    assert (status, code) == NOT_USABLE
    assert "2026-03-16" in text, "it says when the instance is released"
    assert keeper.call("describe_secret", secret_name=kept)["SecretName"] == kept
    assert keeper.stages(kept) == {"v1": ["ACSCurrent"]}
    assert keeper.names() == sorted([kept, deleted, late])
    refused: dict[str, dict[str, Any]] = {
        "put_secret_value": {"version_id": "v2", "secret_data": "x"},
        "update_secret": {"description": "x"},
        "delete_secret": {},
        "update_secret_version_stage": {"version_stage": "x", "move_to_version": "v1"},
        "rotate_secret": {"version_id": "v2"},
        "update_secret_rotation_policy": {"enable_automatic_rotation": False},
        "tag_resource": {"tags": '[{"TagKey":"a","TagValue":"b"}]'},
    }
    for operation, given in refused.items():
        assert keeper.refused(operation, secret_name=kept, **given) == NOT_USABLE, operation
    assert keeper.creation_refused("new") == NOT_USABLE
    keeper.call("restore_secret", secret_name=deleted)
    town.at("2026-03-08 00:00:00")
    assert keeper.names() == sorted([kept, deleted]), "a deletion comes while expired, too"
    keeper.customer.renew(keeper.instance_id)
    assert [keeper.value(one) for one in (kept, deleted)] == ["kept", "gone"]


def test_a_release_destroys_the_secrets(town: Town) -> None:
    keeper = keeper_of(town)
    name = keeper.create(data="x", tags='[{"TagKey":"a","TagValue":"b"}]')
    assert keeper.value(name) == "x"
    town.at("2026-03-16 00:00:00")
    for operation in ("describe_secret", "get_secret_value", "restore_secret", "delete_secret"):
        assert keeper.refused(operation, secret_name=name) == UNKNOWN
    assert keeper.names() == []
    fresh = Keeper(keeper.customer, str(keeper.customer.buy(1)["InstanceId"]))
    fresh.customer.enable(fresh.instance_id)
    fresh.create(name, "y")
    assert fresh.value(name) == "y"


def test_a_pay_as_you_go_day_counts_secrets(town: Town) -> None:
    customer = town.customer("payer", "1000.00")
    keeper = Keeper(customer, buy_by_the_day(customer))
    customer.enable(keeper.instance_id)
    for _ in range(3):
        keeper.create()
    town.at("2026-02-01 10:00:00")
    (row,) = usage_of(town, "payer")
    assert (row["Secrets"], row["KeyVersions"]) == ("3", "0")


def test_reading_a_value_counts_as_a_request_of_the_instance(town: Town) -> None:
    keeper = keeper_of(town)
    name = keeper.create()
    for _ in range(4):
        keeper.value(name)
    keeper.refused("get_secret_value", secret_name="nothing")
    until(lambda: [row["Requests"] for row in usage_of(town, "ada")] == ["4"])


def usage_of(town: Town, name: str) -> list[dict[str, str]]:
    """Rows of ``usage export`` by the day."""
    period = ("--from", "2026-01-01T00:00:00+08:00", "--to", "2026-03-01T00:00:00+08:00")
    return list(csv.DictReader(StringIO(town.run("usage", "export", name, *period).stdout)))
