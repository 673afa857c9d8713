"""What owners do with their backups themselves, on both engines. Source: facts/kms.md 7."""

import pytest

from contracts.keeper import Keeper
from keylease.app.deployment import Deployment
from keylease.core.clock import DAY
from keylease.core.errors import Code, Refusal
from keylease.lifecycle import own_backups as own


@pytest.fixture
def ada(deployment: Deployment) -> Keeper:
    return Keeper.arrive(deployment)


def make(keeper: Keeper, instance_id: str) -> str:
    with keeper.deployment.database.begin() as work:
        return own.make_own(work, keeper.account_id, instance_id).id


def restore(keeper: Keeper, backup_id: str, instance_id: str) -> tuple[int, int, int]:
    with keeper.deployment.database.begin() as work:
        done = own.restore_own(work, keeper.account_id, backup_id, instance_id)
    return done.keys, done.secrets, done.present


def delete(keeper: Keeper, backup_id: str) -> None:
    with keeper.deployment.database.begin() as work:
        own.delete_own(work, keeper.account_id, backup_id)


def test_an_owners_backup_is_restored_and_deleted(ada: Keeper) -> None:
    old, new = ada.instance(), ada.instance("cn-shanghai")
    key = ada.key(old)
    blob = ada.encrypt(key.id)
    ada.secret(old, "db")
    backup_id = make(ada, old)
    assert restore(ada, backup_id, old) == (0, 0, 2)
    ada.release(old)
    assert restore(ada, backup_id, new) == (1, 1, 0)
    assert ada.decrypt(blob) == b"hello"
    delete(ada, backup_id)
    assert backup_id not in {one.id for one in ada.backups()}


def test_backups_and_instances_of_others_are_unknown(ada: Keeper) -> None:
    eve = Keeper.arrive(ada.deployment)
    backup_id, theirs = make(ada, ada.instance()), eve.instance()
    for attempt in (
        lambda: restore(eve, backup_id, theirs),
        lambda: restore(ada, backup_id, theirs),
        lambda: delete(eve, backup_id),
        lambda: make(ada, theirs),
    ):
        with pytest.raises(Refusal) as refused:
            attempt()
        assert refused.value.code in {Code.RESOURCE_NOT_FOUND, Code.INSTANCE_NOT_FOUND}


def test_an_automatic_backup_of_a_living_instance_stays(ada: Keeper) -> None:
    ada.instance()
    (automatic,) = ada.backups()
    with pytest.raises(Refusal):
        delete(ada, automatic.id)


def test_an_expired_instance_is_not_backed_up(ada: Keeper) -> None:
    instance_id = ada.instance()
    ada.advance(32 * DAY)
    with pytest.raises(Refusal) as refused:
        make(ada, instance_id)
    assert refused.value.code is Code.INSTANCE_STATE_INVALID


def test_what_is_too_large_or_too_many_is_left_to_the_operator(
    ada: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance_id = ada.instance()
    ada.key(instance_id)
    backup_id = make(ada, instance_id)
    monkeypatch.setattr(own, "MANUAL_MAX", 1)
    with pytest.raises(Refusal, match="delete one first"):
        make(ada, instance_id)
    monkeypatch.setattr(own, "HELD_MAX", 0)
    with pytest.raises(Refusal, match=f"keylease backup create {instance_id}"):
        make(ada, instance_id)
    monkeypatch.setattr(own, "BYTES_MAX", 0)
    with pytest.raises(Refusal, match=f"keylease backup restore {backup_id}"):
        restore(ada, backup_id, instance_id)
