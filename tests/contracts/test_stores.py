"""Every store of custody and access keeps its port's promises, the same on both engines."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from contracts import samples
from contracts.samples import ADA, AT, BOB
from keylease.app.deployment import Deployment
from keylease.core.entropy import SystemEntropy
from keylease.crypto.algorithms import ProtectionLevel
from keylease.crypto.envelope import UnwrapFailed
from keylease.crypto.nonces import NonceSequence
from keylease.crypto.providers import Storage
from keylease.crypto.root_key import RootKey
from keylease.crypto.secret import SecretBytes
from keylease.custody.instances.states import InstanceState
from keylease.custody.keys.model import Alias, Key, default_scope, instance_scope
from keylease.custody.keys.ports import KeyFilter
from keylease.custody.keys.states import KeyState
from keylease.custody.tags import Tag, TaggedKind
from keylease.custody.vault import CREDENTIALS_SCOPE, RootChanged, Vault
from keylease.storage import schema
from keylease.storage.tags import has_tag
from keylease.storage.unit_of_work import UnitOfWork

EVERYTHING = KeyFilter({})


# --- accounts -----------------------------------------------------------------------------------


def test_an_account_is_found_by_id_and_by_name_as_it_was_added(work: UnitOfWork) -> None:
    one = samples.account(1)
    work.accounts.add(one)
    assert work.accounts.find(one.id) == one
    assert work.accounts.by_name(one.name) == one
    assert work.accounts.lock(one.id) == one


def test_what_was_never_added_is_not_found(work: UnitOfWork) -> None:
    assert work.accounts.find("0") is None
    assert work.accounts.by_name("nobody") is None
    assert work.accounts.user_by_name("nobody") is None
    assert work.accounts.access_key("LTAI0") is None


def test_a_name_is_taken_once(work: UnitOfWork) -> None:
    work.accounts.add(samples.account(1))
    with pytest.raises(IntegrityError), work.connection.begin_nested():
        work.accounts.add(samples.account(2, name="account-1"))
    work.accounts.add_user(samples.user(1))
    with pytest.raises(IntegrityError), work.connection.begin_nested():
        work.accounts.add_user(samples.user(2, name="name-1"))


def test_many_accounts_are_found_at_once(work: UnitOfWork) -> None:
    one, two = samples.account(1), samples.account(2)
    work.accounts.add(two)
    work.accounts.add(one)
    assert work.accounts.find_many([one.id, two.id, "0"]) == {one.id: one, two.id: two}
    assert work.accounts.find_many([]) == {}


def test_accounts_are_paged_oldest_first_with_their_number(work: UnitOfWork) -> None:
    accounts = [samples.account(n) for n in (3, 1, 2)]
    for one in accounts:
        work.accounts.add(one)
    _, before, _ = sorted(accounts, key=lambda one: one.created_at)
    page, total = work.accounts.page(1, 1)
    assert (page, total) == ([before], 3)
    assert work.accounts.page(3, 10) == ([], 3)


def test_opening_the_service_writes_down_when(work: UnitOfWork) -> None:
    work.accounts.add(samples.account(1))
    work.accounts.add(samples.account(2))
    work.accounts.open_kms(samples.account(1).id, AT)
    assert work.accounts.find(samples.account(1).id) == samples.account(1, kms_opened_at=AT)
    assert work.accounts.find(samples.account(2).id) == samples.account(2)


def test_users_and_access_keys_are_found_as_they_were_added(work: UnitOfWork) -> None:
    work.accounts.add_user(samples.user(1))
    work.accounts.add_access_key(samples.access_key(1))
    work.accounts.add_access_key(samples.access_key(2, active=False, service="storage"))
    assert work.accounts.user_by_name("name-1") == samples.user(1)
    assert work.accounts.access_key("LTAI1") == samples.access_key(1)
    assert work.accounts.access_key("LTAI2") == samples.access_key(
        2, active=False, service="storage"
    )


# --- instances ----------------------------------------------------------------------------------


def test_an_instance_is_found_with_every_field(work: UnitOfWork) -> None:
    one = samples.instance(1)
    work.instances.add(one)
    assert work.instances.find(one.id) == one
    assert work.instances.find(one.id, lock=True) == one
    assert work.instances.find("kst-0") is None


def test_an_update_replaces_one_instance_and_no_other(work: UnitOfWork) -> None:
    one, two = samples.instance(1), samples.instance(2)
    work.instances.add(one)
    work.instances.add(two)
    changed = replace(
        one, state=InstanceState.DISCONNECTED, end=one.end + 1, name="n", months=12, region="eu"
    )
    work.instances.update(changed)
    assert work.instances.find(one.id) == changed
    assert work.instances.find(two.id) == two


@pytest.mark.parametrize("lock", [False, True])
def test_many_instances_are_found_at_once(work: UnitOfWork, lock: bool) -> None:
    one, two = samples.instance(1), samples.instance(2)
    work.instances.add(two)
    work.instances.add(one)
    found = work.instances.find_many([two.id, one.id, "kst-0"], lock=lock)
    assert found == {one.id: one, two.id: two}


def test_instances_are_paged_by_account_and_region(work: UnitOfWork) -> None:
    mine = [samples.instance(n) for n in (1, 2, 3)]
    elsewhere = samples.instance(4, region="cn-shanghai")
    for one in (*reversed(mine), elsewhere, samples.instance(5, account_id=BOB)):
        work.instances.add(one)
    assert work.instances.page(ADA, "cn-hangzhou", 0, 2) == (mine[:2], 3)
    assert work.instances.page(ADA, "cn-hangzhou", 2, 2) == (mine[2:], 3)
    assert work.instances.page(ADA, None, 0, 10) == ([*mine, elsewhere], 4)


def test_removing_instances_takes_their_keys_versions_and_tags_along(work: UnitOfWork) -> None:
    for number in (1, 2):
        inside = samples.instance(number)
        work.instances.add(inside)
        one = samples.key(number, instance_id=inside.id)
        add_tagged(work, one, {"team": "a"})
    work.instances.remove([samples.instance(1).id])
    assert work.instances.find(samples.instance(1).id) is None
    assert work.keys.find(samples.key(1).id) is None
    assert work.keys.find_by_version(samples.version_id(1)) is None
    assert work.keys.versions(samples.key(1).id, 0, 10) == ([], 0)
    assert work.tags.of(TaggedKind.KEY, samples.key(1).id) == {}
    assert work.instances.find(samples.instance(2).id) == samples.instance(2)
    assert work.tags.of(TaggedKind.KEY, samples.key(2).id) == {"team": "a"}
    assert work.keys.versions(samples.key(2).id, 0, 10)[1] == 1


def add_tagged(work: UnitOfWork, one: Key, tags: Mapping[str, str]) -> None:
    work.keys.add(one, samples.version(one))
    work.tags.put(one.account_id, one.region, TaggedKind.KEY, one.id, tags)


# --- keys ---------------------------------------------------------------------------------------


def test_a_key_is_found_by_id_and_by_version(work: UnitOfWork) -> None:
    one = samples.key(1)
    work.keys.add(one, samples.version(one))
    assert work.keys.find(one.id) == one
    assert work.keys.find(one.id, lock=True) == one
    assert work.keys.find_by_version(one.primary_version) == one
    assert work.keys.find("key-0") is None
    assert work.keys.find_by_version(samples.version_id(9)) is None


def test_an_update_replaces_one_key_and_keeps_its_tags(work: UnitOfWork) -> None:
    one, two = samples.key(1), samples.key(2)
    add_tagged(work, one, {"team": "a"})
    work.keys.add(two, samples.version(two))
    changed = replace(
        one, state=KeyState.PENDING_DELETION, description="", deletion_protection=False
    )
    work.keys.update(changed)
    assert work.keys.find(one.id) == changed
    assert work.tags.of(TaggedKind.KEY, one.id) == {"team": "a"}
    assert work.keys.find(two.id) == two


def test_keys_are_paged_by_account_and_region_oldest_first(work: UnitOfWork) -> None:
    mine = [samples.key(n) for n in (1, 2, 3)]
    others = [samples.key(4, account_id=BOB), samples.key(5, region="cn-shanghai")]
    for one in (*reversed(mine), *others):
        work.keys.add(one, samples.version(one))
    assert work.keys.page(ADA, "cn-hangzhou", EVERYTHING, 0, 2) == (mine[:2], 3)
    assert work.keys.page(ADA, "cn-hangzhou", EVERYTHING, 2, 2) == (mine[2:], 3)
    assert work.keys.page(BOB, "cn-hangzhou", EVERYTHING, 0, 2) == (others[:1], 1)


@pytest.mark.parametrize(
    ("chosen", "numbers"),
    [
        (KeyFilter({"state": ["Disabled"]}), [2]),
        (KeyFilter({"state": ["Disabled", "Enabled"]}), [1, 2, 3]),
        (KeyFilter({"state": ["Enabled"], "spec": ["EC_P256"]}), [3]),
        (KeyFilter({"state": ["Disabled"], "spec": ["EC_P256"]}), []),
        (KeyFilter({"state": []}), []),
        (KeyFilter({}, tag_keys=["team"]), [1, 2]),
        (KeyFilter({}, tag_values=["b"]), [2, 3]),
        (KeyFilter({}, tag_keys=["team"], tag_values=["b"]), [2]),
        (KeyFilter({}, tag_keys=["team", "place"], tag_values=["b"]), [2, 3]),
        (KeyFilter({"state": ["Enabled"]}, tag_values=["b"]), [3]),
        (KeyFilter({}, tag_keys=["nothing"]), []),
    ],
)
def test_a_filter_takes_alternatives_of_a_field_and_all_fields_together(
    work: UnitOfWork, chosen: KeyFilter, numbers: list[int]
) -> None:
    keys = [
        (samples.key(1), {"team": "a"}),
        (samples.key(2, state=KeyState.DISABLED), {"team": "b", "place": "x"}),
        (samples.key(3, spec="EC_P256"), {"place": "b"}),
    ]
    for one, tags in keys:
        add_tagged(work, one, tags)
    found, total = work.keys.page(ADA, "cn-hangzhou", chosen, 0, 10)
    assert ([one.id for one in found], total) == (
        [samples.key(n).id for n in numbers],
        len(numbers),
    )


def test_keys_of_instances_whose_release_is_due_are_left_out(work: UnitOfWork) -> None:
    kept, gone = samples.instance(1, end=AT + 1), samples.instance(2, end=AT)
    keys = [samples.key(n, instance_id=one.id) for n, one in ((1, kept), (2, gone))]
    keys.append(samples.key(3, instance_id=""))
    for one in (kept, gone):
        work.instances.add(one)
    for one in keys:
        work.keys.add(one, samples.version(one))
    chosen = KeyFilter({}, kept_after=AT)
    assert work.keys.page(ADA, "cn-hangzhou", chosen, 0, 10) == ([keys[0], keys[2]], 2)


def test_versions_are_paged_newest_first_and_counted_in_their_instance(work: UnitOfWork) -> None:
    one, two = samples.key(1), samples.key(2)
    first = samples.version(one)
    work.keys.add(one, first)
    work.keys.add(two, samples.version(two))
    newer = samples.version(one, 7, created_at=AT + 100)
    work.keys.add_version(newer)
    assert work.keys.versions(one.id, 0, 10) == ([newer, first], 2)
    assert work.keys.versions(one.id, 1, 1) == ([first], 2)
    assert work.keys.version(one.id, newer.id) == newer
    assert work.keys.version(two.id, newer.id) is None
    assert work.keys.count_versions(one.instance_id) == 3
    assert work.keys.count_versions("kst-0") == 0


def test_what_a_token_keeps_is_told_without_material_that_was_deleted(work: UnitOfWork) -> None:
    """Of an instance that goes, all are told: an import that was not written down may be there."""
    kept, deleted, outside = (
        samples.key(number, protection_level=ProtectionLevel.HSM, storage=storage)
        for number, storage in enumerate(
            (Storage.HSM_INTERNAL, Storage.HSM_INTERNAL, Storage.HSM_DATABASE), 1
        )
    )
    for one in (kept, outside, soft := samples.key(4)):
        work.keys.add(one, samples.version(one))
    work.keys.add(deleted, replace(samples.version(deleted), wrapped=b""))
    assert soft.instance_id == kept.instance_id
    assert list(work.keys.in_token()) == [kept.primary_version]
    both = {kept.primary_version, deleted.primary_version}
    assert set(work.keys.in_token([kept.instance_id])) == both
    assert work.keys.in_token(["kst-0"]) == []


def test_a_service_has_a_default_key_of_its_own(work: UnitOfWork) -> None:
    master = samples.key(1, instance_id="")
    of_storage = samples.key(2, instance_id="", service="storage")
    for each in (master, of_storage):
        work.keys.add(each, samples.version(each))
    assert work.keys.default_key(ADA, "cn-hangzhou", "") == master
    assert work.keys.default_key(ADA, "cn-hangzhou", "storage", lock=True) == of_storage
    assert work.keys.default_key(ADA, "cn-hangzhou", "kms") is None


def test_an_account_has_one_default_master_key_in_a_region(work: UnitOfWork) -> None:
    one = samples.key(1, instance_id="")
    inside = samples.key(2)
    for each in (one, inside):
        work.keys.add(each, samples.version(each))
    assert work.keys.default_key(ADA, "cn-hangzhou", "") == one
    assert work.keys.default_key(ADA, "cn-shanghai", "") is None
    assert work.keys.default_key(BOB, "cn-hangzhou", "") is None
    second = samples.key(3, instance_id="")
    with pytest.raises(IntegrityError), work.connection.begin_nested():
        work.keys.add(second, samples.version(second))
    further = samples.key(4, instance_id="", region="cn-shanghai")
    work.keys.add(further, samples.version(further))
    assert work.keys.default_key(ADA, "cn-shanghai", "") == further


def test_a_version_is_replaced_and_its_old_material_overwritten_first(work: UnitOfWork) -> None:
    one = samples.key(1)
    first = samples.version(one)
    work.keys.add(one, first)
    emptied = replace(first, wrapped=b"", public=b"")
    work.keys.update_version(emptied)
    assert work.keys.version(one.id, first.id) == emptied


def test_removing_a_key_takes_its_versions_aliases_and_tags_and_no_others(
    work: UnitOfWork,
) -> None:
    one, two = samples.key(1), samples.key(2)
    for each in (one, two):
        add_tagged(work, each, {"team": "a"})
        work.aliases.add(alias(each))
    work.keys.remove([one.id])
    assert work.keys.find_many([one.id, two.id]) == {two.id: two}
    assert work.keys.versions(one.id, 0, 9) == ([], 0)
    assert work.keys.versions(two.id, 0, 9)[1] == 1
    assert work.aliases.page(ADA, "cn-hangzhou", None, 0, 9) == ([alias(two)], 1)
    assert work.tags.of_many(TaggedKind.KEY, [one.id, two.id]) == {two.id: {"team": "a"}}


def test_keys_are_chosen_by_alias_and_not_once_their_deletion_is_due(work: UnitOfWork) -> None:
    named, due = samples.key(1), samples.key(2, delete_at=AT)
    for each in (named, due):
        work.keys.add(each, samples.version(each))
        work.aliases.add(alias(each))
    by_name = KeyFilter({}, alias_names=[alias(named).name, "alias/none"])
    assert work.keys.page(ADA, "cn-hangzhou", by_name, 0, 9) == ([named], 1)
    assert work.keys.page(ADA, "cn-hangzhou", KeyFilter({}, now=AT - 1), 0, 9)[1] == 2
    assert work.keys.page(ADA, "cn-hangzhou", KeyFilter({}, now=AT), 0, 9) == ([named], 1)


# --- aliases ------------------------------------------------------------------------------------


def alias(of: Key, **changed: str) -> Alias:
    made = Alias(of.account_id, of.region, f"alias/{of.id}", of.id, AT)
    return replace(made, **changed)


def test_an_alias_is_of_its_account_and_region_and_stands_for_one_key(work: UnitOfWork) -> None:
    one, two = samples.key(1), samples.key(2)
    work.aliases.add(alias(one))
    work.aliases.add(alias(one, account_id=BOB))
    assert work.aliases.find(ADA, "cn-hangzhou", alias(one).name) == alias(one)
    assert work.aliases.find(ADA, "cn-shanghai", alias(one).name) is None
    with pytest.raises(IntegrityError), work.connection.begin_nested():
        work.aliases.add(alias(one, key_id=two.id))
    work.aliases.update(alias(one, key_id=two.id))
    assert work.aliases.find(ADA, "cn-hangzhou", alias(one).name) == alias(one, key_id=two.id)
    assert work.aliases.find(BOB, "cn-hangzhou", alias(one).name) == alias(one, account_id=BOB)
    work.aliases.remove(alias(one))
    assert work.aliases.find(ADA, "cn-hangzhou", alias(one).name) is None
    assert work.aliases.find(BOB, "cn-hangzhou", alias(one).name) is not None


def test_aliases_are_paged_by_name_of_one_key_or_all(work: UnitOfWork) -> None:
    one, two = samples.key(1), samples.key(2)
    names = [alias(one, name=f"alias/{letter}") for letter in "cab"]
    for each in (*names, alias(two)):
        work.aliases.add(each)
    ordered = [names[1], names[2], names[0]]
    assert work.aliases.page(ADA, "cn-hangzhou", one.id, 0, 2) == (ordered[:2], 3)
    assert work.aliases.page(ADA, "cn-hangzhou", one.id, 2, 2) == (ordered[2:], 3)
    assert list(work.aliases.of_keys([one.id])) == ordered
    assert work.aliases.of_keys([]) == []
    assert work.aliases.page(ADA, "cn-hangzhou", None, 0, 9)[1] == 4


# --- tags ---------------------------------------------------------------------------------------


def put_tags(work: UnitOfWork, resource: str, tags: Mapping[str, str], owner: str = ADA) -> None:
    work.tags.put(owner, "cn-hangzhou", TaggedKind.KEY, resource, tags)


def test_a_tag_is_put_once_and_replaced(work: UnitOfWork) -> None:
    put_tags(work, "key-1", {"b": "1", "a": "2"})
    put_tags(work, "key-1", {"b": "3"})
    work.tags.put(ADA, "cn-hangzhou", TaggedKind.SECRET, "key-1", {"b": "9"})
    assert list(work.tags.of(TaggedKind.KEY, "key-1").items()) == [("a", "2"), ("b", "3")]
    work.tags.remove(TaggedKind.KEY, "key-1", ["b", "none"])
    assert work.tags.of(TaggedKind.KEY, "key-1") == {"a": "2"}
    work.tags.remove(TaggedKind.KEY, "key-1", None)
    assert work.tags.of(TaggedKind.KEY, "key-1") == {}
    assert work.tags.of(TaggedKind.SECRET, "key-1") == {"b": "9"}


def test_a_list_by_tag_looks_at_the_tags_of_its_account_and_region(work: UnitOfWork) -> None:
    """A resource id is nobody else's, so that only what is looked at shows the difference."""
    for number, owner, region in (
        (1, ADA, "cn-hangzhou"),
        (2, BOB, "cn-hangzhou"),
        (3, ADA, "cn-beijing"),
    ):
        work.tags.put(owner, region, TaggedKind.KEY, f"key-{number}", {"team": "a"})

    def found(region: str | None) -> list[str]:
        column = schema.resource_tags.c.resource_id
        tagged = has_tag(column, TaggedKind.KEY, ADA, region, ["team"], ["a", "b"])
        return list(
            work.connection.execute(select(column).where(*tagged).order_by(column)).scalars()
        )

    assert found("cn-hangzhou") == ["key-1"]
    assert found(None) == ["key-1", "key-3"]
    assert has_tag(schema.keys.c.id, TaggedKind.KEY, ADA, "cn-hangzhou", None, None) == []


def test_tags_are_paged_in_order_and_chosen_by_resource_and_by_tag(work: UnitOfWork) -> None:
    put_tags(work, "key-2", {"team": "a", "place": "x"})
    put_tags(work, "key-1", {"team": "b"})
    put_tags(work, "key-3", {"team": "a"}, owner=BOB)

    def page(
        ids: list[str], wanted: Mapping[str, str | None], after: tuple[str, str] = ("", "")
    ) -> list[Tag]:
        return list(work.tags.page(ADA, "cn-hangzhou", TaggedKind.KEY, ids, wanted, after, 2))

    first, second = Tag("key-1", "team", "b"), Tag("key-2", "place", "x")
    third = Tag("key-2", "team", "a")
    assert page([], {}) == [first, second]
    assert page([], {}, ("key-2", "place")) == [third]
    assert page(["key-2"], {}) == [second, third]
    assert page([], {"team": "a"}) == [second, third]
    assert page([], {"team": None, "place": "x"}) == [second, third]
    assert page([], {"team": "c"}) == []


# --- wrapping keys ------------------------------------------------------------------------------


def another_root() -> RootKey:
    return RootKey(SecretBytes(SystemEntropy().random(32)))


def test_a_wrapping_key_is_found_by_its_scope(work: UnitOfWork) -> None:
    root = work.vault.root.fingerprint
    work.wrapping_keys.add("scope-a", b"\x01abc", root)
    assert work.wrapping_keys.find("scope-a") == b"\x01abc"
    assert work.wrapping_keys.find("scope-b") is None
    with pytest.raises(IntegrityError), work.connection.begin_nested():
        work.wrapping_keys.add("scope-a", b"\x01abd", root)


def test_a_key_that_another_root_key_wraps_is_not_written(work: UnitOfWork) -> None:
    with pytest.raises(RootChanged):
        work.wrapping_keys.add("scope-a", b"\x01abc", another_root().fingerprint)
    assert work.wrapping_keys.find("scope-a") is None


def test_destroying_overwrites_the_blob_before_the_row_goes(work: UnitOfWork) -> None:
    for scope in ("scope-a", "scope-b", "scope-c"):
        work.wrapping_keys.add(scope, scope.encode() * 9, work.vault.root.fingerprint)
    overwritten: list[bytes] = []
    replace_blobs = work.wrapping_keys.replace

    def watched(blobs: dict[str, bytes]) -> None:
        replace_blobs(blobs)
        overwritten.extend(work.wrapping_keys.find(scope) or b"gone" for scope in blobs)

    work.wrapping_keys.replace = watched  # type: ignore[method-assign] # to look in between
    work.wrapping_keys.destroy(["scope-a", "scope-b", "scope-none"])
    assert overwritten == [bytes(7 * 9)] * 2
    assert work.wrapping_keys.find("scope-a") is None
    assert work.wrapping_keys.find("scope-b") is None
    assert work.wrapping_keys.find("scope-c") == b"scope-c" * 9
    work.wrapping_keys.destroy([])


def test_all_wrapping_keys_are_listed_and_replaced(work: UnitOfWork) -> None:
    work.wrapping_keys.add("scope-a", b"a", work.vault.root.fingerprint)
    before = dict(work.wrapping_keys.all())
    assert before.keys() >= {"scope-a", CREDENTIALS_SCOPE}
    work.wrapping_keys.replace({"scope-a": b"new"})
    assert dict(work.wrapping_keys.all()) == before | {"scope-a": b"new"}
    work.wrapping_keys.replace({})


def test_rewrapping_keeps_every_key_and_takes_them_from_the_old_root(work: UnitOfWork) -> None:
    entropy = SystemEntropy()
    old = Vault(work.vault.root, entropy, NonceSequence(entropy))
    scopes = [instance_scope("kst-1"), default_scope(ADA, "cn-hangzhou")]
    material = {scope: old.new_scope(work.wrapping_keys, scope).material for scope in scopes}
    root = another_root()
    count = old.rewrap_all(work.wrapping_keys, root)
    new = Vault(root, entropy, NonceSequence(entropy))
    for scope in scopes:
        opened = new.scope(work.wrapping_keys, scope)
        assert opened.material.reveal() == material[scope].reveal()
        with pytest.raises(UnwrapFailed):
            old.scope(work.wrapping_keys, scope)
    assert count == len(work.wrapping_keys.all())


def test_a_locked_account_keeps_a_second_purchase_out(on_postgres: Deployment) -> None:
    one = samples.account(8)
    with on_postgres.database.begin() as work:
        work.accounts.add(one)
    free = text("select id from accounts where id = :id for update skip locked")
    with on_postgres.store.engine.connect() as second:
        with on_postgres.database.begin() as work:
            work.accounts.lock(one.id)
            assert second.scalar(free, {"id": one.id}) is None
        assert second.scalar(free, {"id": one.id}) == one.id


def test_an_exception_leaves_every_table_as_it_was(shared: Deployment) -> None:
    before = contents(shared)
    told: list[object] = []
    shared.database.listen(told.append)
    with pytest.raises(ZeroDivisionError):
        change_everything_and_fail(shared)
    assert contents(shared) == before
    assert told == []


def change_everything_and_fail(deployment: Deployment) -> None:
    with deployment.database.begin() as work:
        one, paid = samples.key(1), samples.order(1)
        work.accounts.add(samples.account(1))
        work.accounts.add_user(samples.user(1))
        work.accounts.add_access_key(samples.access_key(1))
        work.instances.add(samples.instance(1))
        add_tagged(work, one, {"team": "a"})
        work.vault.new_scope(work.wrapping_keys, "scope-a")
        work.orders.add(paid, samples.paid_term(paid))
        work.facts.put("fact", "value")
        work.audit.append([samples.audit_record()])
        work.nonces.remember("LTAI1", "nonce", 1.0)
        work.changed("key", one.id)
        raise ZeroDivisionError


def contents(deployment: Deployment) -> dict[str, list[tuple[object, ...]]]:
    with deployment.store.reading() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in schema.metadata.sorted_tables
        }
