"""What time does to keys, second by second: deletion, rotation, what is left. facts/kms.md 4.2-4.4.

Many lives pass in one town: each yields the moment that it wants to see next, and all of them move
the same clock. A test for each tells whether its life went as its name says.
"""

import heapq
import itertools
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from postgres import PostgresServer
from scenarios.estate import (
    ALIAS_NOT_FOUND,
    DISABLED,
    FIRST_DAY,
    LIMIT,
    NOT_FOUND,
    STATE_INVALID,
    Estate,
    settle,
)
from scenarios.town import Town, in_utc8, moment, open_town, utc

#: Yields the next moment that it wants to see.
Life = Iterator[str]

PLAIN = "aGVsbG8="
PIECE = 16


def sealed(estate: Estate, key: str) -> str:
    return str(estate.call("Encrypt", KeyId=key, Plaintext=PLAIN)["CiphertextBlob"])


def opens(estate: Estate, blob: str) -> bool:
    return bool(estate.call("Decrypt", CiphertextBlob=blob)["Plaintext"] == PLAIN)


def rotations(estate: Estate, key: str) -> list[str]:
    """When each version of a key was made, in UTC+8, oldest first."""
    return [in_utc8(one["CreationDate"]) for one in reversed(estate.versions(key))]


def later(when: str, days: int) -> str:
    return f"{moment(when) + timedelta(days=days):%Y-%m-%d %H:%M:%S}"


def rotating(estate: Estate, interval: str) -> str:
    return estate.key_id(EnableAutomaticRotation=True, RotationInterval=interval)


def stored(town: Town, key: str) -> list[bytes]:
    """What the database holds of a key: its wrapping key and its versions, wrapped."""
    wrapping = "SELECT blob FROM wrapping_keys WHERE scope = "
    versions = "SELECT wrapped FROM key_versions WHERE key_id = "
    mark = "%s" if town.database else "?"
    query = f"{wrapping}{mark} UNION ALL {versions}{mark}"
    with closing(connected(town)) as connection:
        found = connection.execute(query, (f"key:{key}", key)).fetchall()
    return [bytes(blob) for (blob,) in found]


def connected(town: Town) -> Any:
    """The database of a town, straight."""
    if town.database:
        return psycopg.connect(town.database)
    return sqlite3.connect(town.data / "keylease.sqlite3")


def pieces_left(data: Path, blobs: list[bytes]) -> set[str]:
    """The files that hold any `PIECE` bytes of these blobs."""
    pieces = {blob[at : at + PIECE] for blob in blobs for at in range(len(blob) - PIECE + 1)}
    contents = {path.name: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    return {name for name, text in contents.items() if any(one in text for one in pieces)}


def a_key_is_deleted_on_its_day_to_the_second_and_leaves_nothing(town: Town) -> Life:
    estate = settle(town, "deleted")
    key, other = estate.key_id(), estate.key_id()
    estate.call("CreateKeyVersion", KeyId=key)
    estate.call("CreateAlias", KeyId=key, AliasName="alias/gone")
    estate.call("TagResource", KeyId=key, Tags='[{"TagKey":"a","TagValue":"b"}]')
    blob, kept = sealed(estate, key), sealed(estate, other)
    blobs = stored(town, key)
    assert len(blobs) == 3
    estate.call("ScheduleKeyDeletion", KeyId=key, PendingWindowInDays=7)
    yield "2026-02-07 09:59:59"
    assert estate.described(key)["DeleteDate"] == utc("2026-02-07 10:00:00")
    assert len(estate.versions(key)) == 2
    assert stored(town, key) == blobs
    yield "2026-02-07 10:00:00"
    for name in (key, f"acs:kms:cn-hangzhou:{estate.customer.account_id}:key/{key}"):
        assert estate.refused("DescribeKey", KeyId=name) == NOT_FOUND
        assert estate.refused("CancelKeyDeletion", KeyId=name) == NOT_FOUND
    assert estate.refused("Decrypt", CiphertextBlob=blob) == NOT_FOUND
    assert estate.refused("DescribeKey", KeyId="alias/gone") == ALIAS_NOT_FOUND
    assert key not in estate.listed()
    wanted = {"RegionId": "cn-hangzhou", "ResourceType": "key"}
    tags = estate.call("ListTagResources", **wanted, Tag=[{"Key": "a"}])
    assert tags["TagResources"]["TagResource"] == []
    assert opens(estate, kept)
    assert stored(town, key) == []
    if not town.database:
        assert pieces_left(town.data, blobs) == set()
        assert pieces_left(town.data, stored(town, other)) != set()
    estate.call("CreateAlias", KeyId=other, AliasName="alias/gone")  # the name is free


def a_key_is_gone_at_its_moment_before_anybody_carried_it_out(town: Town) -> Life:
    estate = settle(town, "early")
    key = estate.key_id()
    blob = sealed(estate, key)
    estate.call("ScheduleKeyDeletion", KeyId=key, PendingWindowInDays=8)
    with closing(connected(town)) as database:
        held = f"UPDATE agenda SET not_before = 1e12 WHERE subject = '{key}'"
        database.cursor().execute(held)
        database.commit()
    yield "2026-02-08 10:00:00"
    assert stored(town, key)
    assert estate.refused("DescribeKey", KeyId=key) == NOT_FOUND
    assert estate.refused("Decrypt", CiphertextBlob=blob) == NOT_FOUND
    assert estate.refused("Encrypt", KeyId=key, Plaintext=PLAIN) == NOT_FOUND
    assert key not in estate.listed()


def a_deletion_is_carried_out_and_cancelled_while_the_instance_is_expired(town: Town) -> Life:
    estate = settle(town, "expired")
    gone, kept = estate.key_id(), estate.key_id()
    blob = sealed(estate, kept)
    estate.call("ScheduleKeyDeletion", KeyId=gone, PendingWindowInDays=30)
    estate.call("ScheduleKeyDeletion", KeyId=kept, PendingWindowInDays=30)
    yield "2026-03-02 09:59:59"
    assert estate.customer.instance(estate.instance)["SaleStatus"] == "Expired"
    assert estate.state(gone) == "PendingDeletion"
    assert estate.refused("EnableKey", KeyId=kept) == STATE_INVALID
    schedule = {"KeyId": kept, "PendingWindowInDays": 7}
    assert estate.refused("ScheduleKeyDeletion", **schedule) == STATE_INVALID
    estate.call("CancelKeyDeletion", KeyId=kept)
    yield "2026-03-02 10:00:00"
    assert estate.refused("DescribeKey", KeyId=gone) == NOT_FOUND
    assert stored(town, gone) == []
    assert estate.state(kept) == "Enabled"
    estate.customer.renew(estate.instance)
    assert opens(estate, blob)


def a_year_of_thirty_days_is_twelve_new_versions(town: Town) -> Life:
    estate = settle(town, "year", months=12)
    key = rotating(estate, "30d")
    blobs = [sealed(estate, key)]
    for number in range(1, 13):
        due = later(FIRST_DAY, 30 * number)
        assert estate.described(key)["NextRotationDate"] == utc(due)
        yield later(FIRST_DAY, 30 * number - 1)
        assert len(estate.versions(key)) == number
        yield due
        assert len(estate.versions(key)) == number + 1
        assert estate.described(key)["LastRotationDate"] == utc(due)
        blobs.append(sealed(estate, key))
    yield later(FIRST_DAY, 365)
    assert rotations(estate, key) == [later(FIRST_DAY, 30 * number) for number in range(13)]
    assert all(opens(estate, blob) for blob in blobs)
    used = {estate.call("Decrypt", CiphertextBlob=one)["KeyVersionId"] for one in blobs}
    assert used == {one["KeyVersionId"] for one in estate.versions(key)}
    quotas = estate.call("GetKmsInstanceQuotaInfos", KmsInstanceId=estate.instance)
    assert "13" in str(quotas)


def rotation_is_suspended_while_a_key_is_disabled_and_made_up_for(town: Town) -> Life:
    estate = settle(town, "suspended", months=12)
    key, pending = rotating(estate, "30d"), rotating(estate, "30d")
    estate.call("DisableKey", KeyId=key)
    estate.call("ScheduleKeyDeletion", KeyId=pending, PendingWindowInDays=366)
    for one in (key, pending):
        shown = estate.described(one)
        assert shown["AutomaticRotation"] == "Suspended"
        assert shown["NextRotationDate"] == utc("2026-03-02 10:00:00")
    policy = {"KeyId": key, "EnableAutomaticRotation": False}
    assert estate.refused("UpdateRotationPolicy", **policy) == DISABLED
    yield "2026-05-15 08:00:00"
    assert [len(estate.versions(one)) for one in (key, pending)] == [1, 1]
    estate.call("EnableKey", KeyId=key)
    estate.call("CancelKeyDeletion", KeyId=pending)
    yield "2026-05-15 08:00:01"
    for one in (key, pending):
        assert rotations(estate, one) == [FIRST_DAY, "2026-05-15 08:00:01"]
        shown = estate.described(one)
        assert shown["AutomaticRotation"] == "Enabled"
        assert shown["NextRotationDate"] == utc("2026-06-14 08:00:01")


def a_key_that_is_enabled_in_the_second_of_its_rotation_rotates(town: Town) -> Life:
    estate = settle(town, "second", months=2)
    key = rotating(estate, "30d")
    estate.call("DisableKey", KeyId=key)
    yield "2026-03-02 10:00:00"
    assert len(estate.versions(key)) == 1
    estate.call("EnableKey", KeyId=key)
    yield "2026-03-02 10:00:01"
    assert len(estate.versions(key)) == 2


def another_period_counts_from_the_last_rotation(town: Town) -> Life:
    estate = settle(town, "period", months=12)
    key = rotating(estate, "365d")
    policy = {"KeyId": key, "EnableAutomaticRotation": True}
    yield "2026-02-20 10:00:00"
    estate.call("UpdateRotationPolicy", **policy, RotationInterval="30d")
    assert estate.described(key)["NextRotationDate"] == utc("2026-03-02 10:00:00")
    estate.call("CreateKeyVersion", KeyId=key)
    assert estate.described(key)["NextRotationDate"] == utc("2026-03-22 10:00:00")
    yield "2026-03-10 10:00:00"
    estate.call("UpdateRotationPolicy", **policy, RotationInterval="7d")  # overdue
    yield "2026-03-10 10:00:01"
    assert rotations(estate, key)[2:] == ["2026-03-10 10:00:01"]
    estate.call("UpdateRotationPolicy", KeyId=key, EnableAutomaticRotation=False)
    yield "2026-05-01 10:00:00"
    assert len(estate.versions(key)) == 3


def a_full_instance_stops_rotation_until_there_is_room(town: Town) -> Life:
    estate = settle(town, "full", months=2, edition="software-small")
    key, spare = rotating(estate, "30d"), estate.key_id()
    for _ in range(98):
        estate.call("CreateKeyVersion", KeyId=spare)
    for action, asked in (
        ("CreateKeyVersion", {"KeyId": spare}),
        ("CreateKey", {"DKMSInstanceId": estate.instance}),
        ("CreateKey", {"DKMSInstanceId": estate.instance, "Origin": "EXTERNAL"}),
    ):
        assert estate.refused(action, **asked) == LIMIT
    yield "2026-03-02 10:00:00"
    assert len(estate.versions(key)) == 1
    assert estate.described(key)["NextRotationDate"] == utc("2026-03-03 10:00:00")
    estate.call("ScheduleKeyDeletion", KeyId=spare, PendingWindowInDays=7)
    yield "2026-03-09 10:00:00"
    assert estate.refused("DescribeKey", KeyId=spare) == NOT_FOUND
    yield "2026-03-10 10:00:00"
    assert len(estate.versions(key)) == 2


def rotation_waits_while_the_instance_is_expired(town: Town) -> Life:
    estate = settle(town, "waiting")
    key = rotating(estate, "30d")  # 2026-03-02; the instance ends on 2026-03-01
    yield "2026-03-05 12:00:00"
    assert len(estate.versions(key)) == 1
    estate.customer.renew(estate.instance)
    yield "2026-03-06 10:00:00"
    assert rotations(estate, key) == [FIRST_DAY, "2026-03-06 10:00:00"]


def a_released_instance_takes_its_keys_with_it(town: Town) -> Life:
    estate = settle(town, "released")
    key = rotating(estate, "365d")
    blob, blobs = sealed(estate, key), stored(town, key)
    assert len(blobs) == 2
    yield "2026-03-16 00:00:00"
    assert estate.refused("Decrypt", CiphertextBlob=blob) == NOT_FOUND
    assert stored(town, key) == []
    if not town.database:
        assert pieces_left(town.data, blobs) == set()
    yield "2027-02-01 00:00:00"  # nothing fails that was planned for it


LIVES = (
    a_key_is_deleted_on_its_day_to_the_second_and_leaves_nothing,
    a_key_is_gone_at_its_moment_before_anybody_carried_it_out,
    a_deletion_is_carried_out_and_cancelled_while_the_instance_is_expired,
    a_year_of_thirty_days_is_twelve_new_versions,
    rotation_is_suspended_while_a_key_is_disabled_and_made_up_for,
    a_key_that_is_enabled_in_the_second_of_its_rotation_rotates,
    another_period_counts_from_the_last_rotation,
    a_full_instance_stops_rotation_until_there_is_room,
    rotation_waits_while_the_instance_is_expired,
    a_released_instance_takes_its_keys_with_it,
)

#: Those in which the database itself is looked at.
ON_POSTGRESQL = (LIVES[0], LIVES[2], LIVES[-1])


def live(town: Town, lives: tuple[Callable[[Town], Life], ...]) -> dict[str, Exception | None]:
    """Let all lives pass; what became of each, by name."""
    outcomes: dict[str, Exception | None] = {one.__name__: None for one in lives}
    numbers, waiting = itertools.count(), []
    for one in lives:
        waiting.append((moment(FIRST_DAY), next(numbers), one.__name__, one(town)))
    now = moment(FIRST_DAY)
    while waiting:
        due, _, name, life = heapq.heappop(waiting)
        if due > now:
            town.at(due.isoformat())
            now = due
        try:
            then: datetime = moment(next(life))
            heapq.heappush(waiting, (then, next(numbers), name, life))
        except StopIteration:
            pass
        except Exception as error:  # noqa: BLE001 - told by the test of this life
            outcomes[name] = error
    return outcomes


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Exception | None]:
    with open_town(tmp_path_factory.mktemp("lives") / "data", FIRST_DAY) as town:
        outcomes = live(town, LIVES)
        assert town.findings() == []
        return outcomes


@pytest.fixture(scope="module")
def on_postgresql(
    postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Exception | None]:
    data, url = tmp_path_factory.mktemp("lives") / "data", postgres.create_database()
    with open_town(data, FIRST_DAY, database=url) as town:
        return live(town, ON_POSTGRESQL)


@pytest.mark.long
@pytest.mark.parametrize("life", [one.__name__ for one in LIVES])
def test_it_holds_that(on_sqlite: dict[str, Exception | None], life: str) -> None:
    if (error := on_sqlite[life]) is not None:
        raise error


@pytest.mark.long
@pytest.mark.parametrize("life", [one.__name__ for one in ON_POSTGRESQL])
def test_it_holds_on_postgresql_that(on_postgresql: dict[str, Exception | None], life: str) -> None:
    if (error := on_postgresql[life]) is not None:
        raise error
