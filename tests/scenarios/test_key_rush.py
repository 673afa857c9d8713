"""Many at once on PostgreSQL, two processes: quotas are never exceeded, a name is given once."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from postgres import PostgresServer
from scenarios.estate import FIRST_DAY, Estate, settle
from scenarios.rushing import rush
from scenarios.town import Town, open_town

pytestmark = pytest.mark.long

AT_ONCE = 8
LIMIT = "Rejected.LimitExceeded"


@pytest.fixture(scope="module")
def town(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    data = tmp_path_factory.mktemp("rush") / "data"
    url = postgres.create_database()
    with open_town(data, FIRST_DAY, "--workers", "2", database=url) as served:
        yield served
        assert served.findings() == []


def test_the_last_key_versions_of_an_instance_are_made_once(town: Town) -> None:
    estate = settle(town, "ada", edition="software-small")
    keys = [estate.key_id() for _ in range(4)]
    for _ in range(90):
        estate.call("CreateKeyVersion", KeyId=keys[0])
    calls: list[Callable[[], object]] = []
    for number in range(AT_ONCE):
        key = keys[number % 4]
        calls += [lambda key=key: estate.call("CreateKeyVersion", KeyId=key), estate.key_id]
    assert rush(calls) == {"done": 6, LIMIT: 2 * AT_ONCE - 6}
    total = sum(estate.call("ListKeyVersions", KeyId=key)["TotalCount"] for key in held(estate))
    assert total == 100


def held(estate: Estate) -> list[str]:
    """The keys in the estate's instance."""
    return estate.listed(Filters=f'[{{"Key":"DKMSInstanceId","Values":["{estate.instance}"]}}]')


def test_the_fiftieth_version_is_made_once(town: Town) -> None:
    estate = settle(town, "bea")
    key = estate.key_id(KeySpec="EC_P256")
    for _ in range(46):
        estate.call("CreateKeyVersion", KeyId=key)
    calls = [lambda: estate.call("CreateKeyVersion", KeyId=key)] * AT_ONCE
    assert rush(list(calls)) == {"done": 3, LIMIT: AT_ONCE - 3}
    assert len(estate.versions(key)) == 50


def test_an_alias_is_given_to_one_of_many(town: Town) -> None:
    estate = settle(town, "cleo")
    for number in range(3):
        keys = [estate.key_id() for _ in range(AT_ONCE)]
        name = f"alias/one{number}"
        calls: list[Callable[[], object]] = [
            partial(estate.call, "CreateAlias", KeyId=key, AliasName=name) for key in keys
        ]
        assert rush(calls) == {"done": 1, "AliasAlreadyExists": AT_ONCE - 1}
        assert estate.described(name)["KeyId"] in keys


def test_the_default_master_key_is_made_once(town: Town) -> None:
    estate = settle(town, "dora")
    assert rush([lambda: estate.call("CreateKey")] * AT_ONCE) == {"done": 1, LIMIT: AT_ONCE - 1}


def test_everybody_can_ask_first_for_the_shared_key_of_a_region(town: Town) -> None:
    estate = settle(town, "emil")
    region = f"acs:kms:cn-shanghai:{estate.customer.account_id}:alias/acs/kms"
    found: list[str] = []
    calls = [lambda: found.append(estate.described(region)["KeyId"])] * AT_ONCE
    assert rush(list(calls)) == {"done": AT_ONCE}
    assert len(set(found)) == 1


def test_tags_of_many_at_once_stay_within_twenty(town: Town) -> None:
    estate = settle(town, "fred")
    key = estate.key_id()

    def tag(number: int) -> Callable[[], object]:
        tags = ",".join(f'{{"TagKey":"{number}-{n}","TagValue":""}}' for n in range(5))
        return lambda: estate.call("TagResource", KeyId=key, Tags=f"[{tags}]")

    answers = rush([tag(number) for number in range(AT_ONCE)])
    assert answers == {"done": 4, "InvalidParameter": AT_ONCE - 4}
    assert len(estate.call("ListResourceTags", KeyId=key)["Tags"]["Tag"]) == 20
