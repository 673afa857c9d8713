"""The stores of secrets keep their ports' promises, the same on both engines."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from contracts import samples
from contracts.samples import ADA, AT, BOB
from keylease.custody.secrets.ports import SecretFilter
from keylease.custody.secrets.targets import RotationTarget
from keylease.custody.tags import TaggedKind
from keylease.storage import schema
from keylease.storage.unit_of_work import UnitOfWork

EVERYTHING = SecretFilter({})


def test_a_secret_is_found_as_it_was_added(work: UnitOfWork) -> None:
    one, versions = samples.secret(), [samples.secret_version(n) for n in (2, 1)]
    work.secrets.add(one, versions)
    assert work.secrets.find(one.id, lock=True) == one
    assert work.secrets.by_name(ADA, one.region, one.name, lock=True) == one
    assert work.secrets.versions(one.id) == versions[::-1]
    assert work.secrets.find("nothing") is None
    assert work.secrets.by_name(BOB, one.region, one.name) is None
    assert work.secrets.by_name(ADA, "cn-beijing", one.name) is None
    assert work.secrets.versions("nothing") == []


def test_a_secret_is_replaced_as_a_whole(work: UnitOfWork) -> None:
    work.secrets.add(samples.secret(1), [])
    work.secrets.add(samples.secret(2), [])
    changed = replace(samples.secret(1), rotated_at=None, rotate_at=None, delete_at=None)
    work.secrets.update(changed)
    both = {one.id: one for one in (changed, samples.secret(2))}
    assert work.secrets.find_many([*both, "nothing"], lock=True) == both


def test_a_name_is_taken_once_in_an_account_and_region(work: UnitOfWork) -> None:
    work.secrets.add(samples.secret(1), [])
    work.secrets.add(samples.secret(2, name=samples.secret().name, account_id=BOB), [])
    work.secrets.add(samples.secret(3, name=samples.secret().name, region="cn-beijing"), [])
    with pytest.raises(IntegrityError), work.connection.begin_nested():
        work.secrets.add(samples.secret(4, name=samples.secret().name), [])


def test_stages_are_all_that_changes_of_a_version(work: UnitOfWork) -> None:
    versions = [samples.secret_version(n) for n in (1, 2)]
    work.secrets.add(samples.secret(), versions)
    work.secrets.add(samples.secret(2), [samples.secret_version(1, of=2)])
    moved = replace(versions[0], stages=())
    work.secrets.update_stages([moved])
    work.secrets.update_stages([])
    assert work.secrets.versions("secret-1") == [moved, versions[1]]
    assert work.secrets.versions("secret-2") == [samples.secret_version(1, of=2)]


def test_versions_are_removed_and_others_stay(work: UnitOfWork) -> None:
    work.secrets.add(samples.secret(), [samples.secret_version(n) for n in (1, 2, 3)])
    work.secrets.add(samples.secret(2), [samples.secret_version(1, of=2)])
    work.secrets.remove_versions("secret-1", ["v1", "v3"])
    work.secrets.remove_versions("secret-1", [])
    assert [one.id for one in work.secrets.versions("secret-1")] == ["v2"]
    assert [one.id for one in work.secrets.versions("secret-2")] == ["v1"]


def test_removing_a_secret_removes_everything_of_it(work: UnitOfWork) -> None:
    for number in (1, 2):
        work.secrets.add(samples.secret(number), [samples.secret_version(1, of=number)])
        work.tags.put(ADA, "cn-hangzhou", TaggedKind.SECRET, f"secret-{number}", {"a": "b"})
    work.secrets.remove(["secret-1"])
    work.secrets.remove([])
    assert work.secrets.find("secret-1") is None
    assert work.secrets.versions("secret-1") == []
    assert work.tags.of(TaggedKind.SECRET, "secret-1") == {}
    assert work.secrets.find("secret-2") == samples.secret(2)
    assert work.tags.of(TaggedKind.SECRET, "secret-2") == {"a": "b"}


def test_secrets_are_counted_by_instance(work: UnitOfWork) -> None:
    work.secrets.add(samples.secret(1), [])
    work.secrets.add(samples.secret(2, delete_at=None), [])
    work.secrets.add(samples.secret(3, instance_id="kst-other"), [])
    assert work.secrets.count(samples.instance().id) == 2
    assert work.secrets.count("kst-none") == 0
    held = work.usage.holdings([samples.instance().id, "kst-other", "kst-none"])
    assert {one: held[one].secrets for one in held} == {
        samples.instance().id: 2,
        "kst-other": 1,
        "kst-none": 0,
    }


def test_secrets_are_paged_oldest_first_by_filters(work: UnitOfWork) -> None:
    made = [samples.secret(n) for n in (3, 1, 2)]
    for one in made:
        work.secrets.add(one, [])
    work.secrets.add(samples.secret(4, account_id=BOB), [])
    work.tags.put(ADA, "cn-hangzhou", TaggedKind.SECRET, "secret-2", {"team": "blue"})
    work.tags.put(ADA, "cn-hangzhou", TaggedKind.KEY, "secret-1", {"team": "blue"})

    def ids(chosen: SecretFilter, offset: int = 0, limit: int = 10) -> tuple[list[str], int]:
        page, total = work.secrets.page(ADA, "cn-hangzhou", chosen, offset, limit)
        return [one.id for one in page], total

    assert ids(EVERYTHING) == (["secret-1", "secret-2", "secret-3"], 3)
    assert ids(EVERYTHING, 1, 1) == (["secret-2"], 3)
    assert ids(SecretFilter({"name": ["凭据/3", "x"], "type": ["Rds"]})) == (["secret-3"], 1)
    assert ids(SecretFilter({}, name_part="据/3")) == (["secret-3"], 1)
    assert ids(SecretFilter({}, name_part="%")) == ([], 0)
    assert ids(SecretFilter({}, tag_keys=["team"])) == (["secret-2"], 1)
    assert ids(SecretFilter({}, tag_keys=["team"], tag_values=["red"])) == ([], 0)
    assert ids(SecretFilter({}, now=AT + 89_999))[1] == 3
    assert ids(SecretFilter({}, now=AT + 90_000)) == ([], 0)
    work.instances.add(samples.instance())
    end = samples.instance().end
    assert ids(SecretFilter({}, kept_after=end - 1))[1] == 3
    assert ids(SecretFilter({}, kept_after=end)) == ([], 0)


def test_a_release_removes_secrets_with_their_versions_and_tags(work: UnitOfWork) -> None:
    work.instances.add(samples.instance())
    work.secrets.add(samples.secret(1), [samples.secret_version(1)])
    work.secrets.add(samples.secret(2, instance_id="kst-other"), [samples.secret_version(1, of=2)])
    work.tags.put(ADA, "cn-hangzhou", TaggedKind.SECRET, "secret-1", {"a": "b"})
    work.instances.remove([samples.instance().id])
    assert work.secrets.find("secret-1") is None
    assert work.secrets.versions("secret-1") == []
    assert work.tags.of(TaggedKind.SECRET, "secret-1") == {}
    assert len(work.secrets.versions("secret-2")) == 1


def test_targets_are_replaced_found_and_removed(work: UnitOfWork) -> None:
    target = RotationTarget(ADA, "pg-1", "postgresql", b"\x01wrapped\xff", AT)
    other = replace(target, account_id=BOB)
    work.rotation_targets.put(target)
    work.rotation_targets.put(other)
    again = replace(target, wrapped_config=b"\x01other", created_at=AT + 1)
    work.rotation_targets.put(again)
    assert work.rotation_targets.find(ADA, "pg-1") == again
    assert work.rotation_targets.all() == [again, other]
    assert work.rotation_targets.remove(ADA, "pg-1")
    assert not work.rotation_targets.remove(ADA, "pg-1")
    assert work.rotation_targets.all() == [other]
    assert work.connection.execute(select(schema.rotation_targets)).one().account_id == BOB
