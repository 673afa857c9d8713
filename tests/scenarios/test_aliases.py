"""Aliases with the official SDKs: names, limits, pages, whom they stand for. facts/kms-api.md A."""

from collections.abc import Iterator

import pytest

from keylease.app.deployment import Deployment
from keylease.core.errors import Code, Refusal
from keylease.custody.keys import aliases
from keylease.custody.keys.creation import NewKey, create_default_master_key
from scenarios.estate import (
    ALIAS_NOT_FOUND,
    INVALID,
    MISSING,
    NOT_FOUND,
    NOT_MODIFIED,
    PENDING_DELETION,
    REJECTED,
    Estate,
    open_estate,
)
from unit.lifecycle.tenant import Tenant

TAKEN = (400, "AliasAlreadyExists")
PLAIN = "aGVsbG8="


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate]:
    with open_estate(tmp_path_factory.mktemp("aliases") / "data") as found:
        yield found


def of_key(estate: Estate, key: str) -> list[str]:
    answer = estate.call("ListAliasesByKeyId", KeyId=key, PageSize=100)
    return [one["AliasName"] for one in answer["Aliases"]["Alias"]]


@pytest.mark.parametrize("name", ["alias/a", "alias/" + "x" * 249, "alias/A-z_0/9", "alias/ac"])
def test_an_alias_has_up_to_255_letters_digits_and_marks(estate: Estate, name: str) -> None:
    key = estate.key_id()
    estate.call("CreateAlias", KeyId=key, AliasName=name)
    assert estate.described(name)["KeyId"] == key
    assert estate.call("Encrypt", KeyId=name, Plaintext=PLAIN)["KeyId"] == key
    estate.classic("DeleteAlias", AliasName=name)
    assert estate.refused("DescribeKey", KeyId=name) == ALIAS_NOT_FOUND
    assert estate.refused("Encrypt", KeyId=name, Plaintext=PLAIN) == ALIAS_NOT_FOUND
    assert estate.state(key) == "Enabled"


@pytest.mark.parametrize(
    "name",
    [
        "a",
        "alias/",
        "Alias/a",
        "alias/" + "x" * 250,
        "alias/a b",
        "alias/a:b",
        "alias/ä",
        "alias/acs/kms",
        "alias/acs",
        "alias/acsx",
        "alias/a\n",
    ],
)
def test_another_name_is_refused(estate: Estate, name: str) -> None:
    key = estate.key_id()
    assert estate.refused("CreateAlias", KeyId=key, AliasName=name) == INVALID
    assert of_key(estate, key) == []


def test_an_alias_is_taken_once_in_an_account(estate: Estate) -> None:
    first, second = estate.key_id(), estate.key_id()
    estate.call("CreateAlias", KeyId=first, AliasName="alias/once")
    for key in (first, second):
        assert estate.refused("CreateAlias", KeyId=key, AliasName="alias/once") == TAKEN
    other = estate.neighbour("bea")
    theirs = other.key_id()
    other.call("CreateAlias", KeyId=theirs, AliasName="alias/once")
    assert other.described("alias/once")["KeyId"] == theirs
    assert estate.described("alias/once")["KeyId"] == first
    assert estate.refused("CreateAlias", KeyId=theirs, AliasName="alias/mine") == NOT_FOUND
    assert estate.refused("UpdateAlias", KeyId=theirs, AliasName="alias/once") == NOT_FOUND
    assert estate.refused("ListAliasesByKeyId", KeyId=theirs) == NOT_FOUND


def test_an_alias_moves_to_another_key_for_the_same_use(estate: Estate) -> None:
    first, second, signer = estate.key_id(), estate.key_id(), estate.key_id(KeySpec="EC_P256")
    estate.call("CreateAlias", KeyId=first, AliasName="alias/moves")
    blob = estate.call("Encrypt", KeyId="alias/moves", Plaintext=PLAIN)["CiphertextBlob"]
    estate.call("UpdateAlias", KeyId=second, AliasName="alias/moves")
    assert estate.call("Encrypt", KeyId="alias/moves", Plaintext=PLAIN)["KeyId"] == second
    assert estate.call("Decrypt", CiphertextBlob=blob)["KeyId"] == first
    assert (of_key(estate, first), of_key(estate, second)) == ([], ["alias/moves"])
    move = {"AliasName": "alias/moves"}
    assert estate.refused("UpdateAlias", KeyId=signer, **move) == INVALID
    assert estate.refused("UpdateAlias", KeyId="key-nowhere", **move) == NOT_FOUND
    unknown = {"KeyId": second, "AliasName": "alias/unknown"}
    assert estate.refused("UpdateAlias", **unknown) == ALIAS_NOT_FOUND
    assert estate.refused("DeleteAlias", AliasName="alias/unknown") == ALIAS_NOT_FOUND
    assert estate.refused("DeleteAlias", AliasName="alias/acs/kms") == ALIAS_NOT_FOUND
    for action in ("CreateAlias", "UpdateAlias"):
        assert estate.refused(action, KeyId=second) == MISSING
        assert estate.refused(action, AliasName="alias/moves") == MISSING
    assert estate.refused("DeleteAlias") == MISSING


def test_the_state_of_the_target_decides(estate: Estate) -> None:
    leaving, disabled, waiting = (
        estate.key_id(),
        estate.key_id(),
        estate.key_id(Origin="EXTERNAL"),
    )
    estate.call("CreateAlias", KeyId=leaving, AliasName="alias/leaving")
    estate.call("DisableKey", KeyId=disabled)
    estate.call("ScheduleKeyDeletion", KeyId=leaving, PendingWindowInDays=7)
    for number, key in enumerate((disabled, waiting)):
        estate.call("CreateAlias", KeyId=key, AliasName=f"alias/state{number}")
    more = {"KeyId": leaving, "AliasName": "alias/more"}
    assert estate.refused("CreateAlias", **more) == NOT_MODIFIED
    taken = {"KeyId": leaving, "AliasName": "alias/state0"}
    assert estate.refused("UpdateAlias", **taken) == PENDING_DELETION
    estate.call("UpdateAlias", KeyId=disabled, AliasName="alias/leaving")  # away from it is fine
    estate.call("DeleteAlias", AliasName="alias/leaving")


def test_a_key_that_a_service_manages_gets_no_alias(estate: Estate) -> None:
    key = estate.described("alias/acs/kms")["KeyId"]
    asked = {"KeyId": key, "AliasName": "alias/mine"}
    assert estate.refused("CreateAlias", **asked) == REJECTED
    assert estate.refused("DescribeKey", KeyId="alias/acs/") == ALIAS_NOT_FOUND
    assert estate.refused("DescribeKey", KeyId="alias/acs/unheard-of") == ALIAS_NOT_FOUND
    services = '[{"Key":"CreatorType","Values":["Service"]}]'
    assert estate.listed(Filters=services) == [key]  # asking made none


def test_aliases_are_listed_in_pages_by_name(estate: Estate) -> None:
    other = estate.neighbour("cleo")
    keys = [other.key_id() for _ in range(2)]
    names = sorted(f"alias/{number:02}" for number in range(23))
    for number, name in enumerate(reversed(names)):
        other.call("CreateAlias", KeyId=keys[number % 2], AliasName=name)
    first = other.call("ListAliases")
    assert (first["PageNumber"], first["PageSize"], first["TotalCount"]) == (1, 10, 23)
    pages = [other.call("ListAliases", PageNumber=n, PageSize=10) for n in (1, 2, 3, 4)]
    shown = [one for page in pages for one in page["Aliases"]["Alias"]]
    assert [one["AliasName"] for one in shown] == names
    assert [len(page["Aliases"]["Alias"]) for page in pages] == [10, 10, 3, 0]
    account = other.customer.account_id
    for one in shown:
        assert one["AliasArn"] == f"acs:kms:cn-hangzhou:{account}:{one['AliasName']}"
        assert one["KeyId"] in keys
    assert of_key(other, keys[0]) == [n for n in names if int(n[-2:]) % 2 == 0]
    assert other.call("ListAliasesByKeyId", KeyId=keys[1], PageSize=1)["TotalCount"] == 11
    for wrong in ({"PageSize": 101}, {"PageSize": 0}, {"PageNumber": 0}):
        assert other.refused("ListAliases", **wrong) == INVALID
        assert other.refused("ListAliasesByKeyId", KeyId=keys[0], **wrong) == INVALID


def test_there_are_so_many_aliases_in_a_region_and_no_more(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aliases, "ALIASES_MAX", 2)
    account = Tenant.arrive(deployment).account_id
    place = account, "cn-hangzhou"
    with deployment.database.begin() as work:
        key = create_default_master_key(work, *place, account, NewKey(""))
        for name in ("alias/a", "alias/b"):
            aliases.create(work, *place, key.id, name)
        with pytest.raises(Refusal) as refused:
            aliases.create(work, *place, key.id, "alias/c")
    assert refused.value.code is Code.LIMIT_EXCEEDED
