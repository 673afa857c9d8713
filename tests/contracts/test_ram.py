"""Users, groups, roles, policies, access keys, sessions and shares, the same on both engines."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from contracts.samples import ADA, AT, BOB
from keylease.access.accounts import Account, Principal, StoredAccessKey
from keylease.access.ram import directory, logins
from keylease.access.ram.grants import grants_of
from keylease.access.ram.model import (
    Attachment,
    Group,
    Policy,
    PolicyType,
    Role,
    Session,
    TargetKind,
    User,
)
from keylease.access.sign_in import begin_session, digest_of
from keylease.core.errors import Misuse
from keylease.custody.tags import TaggedKind
from keylease.storage import schema
from keylease.storage.unit_of_work import UnitOfWork

TEXT = '{"Version":"1","Statement":{"Effect":"Allow","Action":"kms:Encrypt","Resource":"*"}}'
TRUST = (
    '{"Version":"1","Statement":{"Effect":"Allow","Action":"sts:AssumeRole",'
    '"Principal":{"RAM":"acs:ram::1000000000000001:root"}}}'
)
ANN = User(ADA, "ann", "200000000000000001", "", AT)
TEAM = Group(ADA, "team", "", AT)
KEEPER = Role(ADA, "keeper", "300000000000000001", TRUST, 3600, "", AT)
ENCRYPT = Policy(ADA, "encrypt", TEXT, "", AT)
SYSTEM = "AliyunKMSReadOnlyAccess"


@pytest.fixture
def full(work: UnitOfWork) -> Iterator[UnitOfWork]:
    """Ann in a team, a role with a session, and a policy that all three have."""
    work.accounts.add(Account(ADA, "ada-r", "", "en", "USD", None, AT))
    for one in (ANN, TEAM, KEEPER, ENCRYPT):
        work.ram.add(one)
    work.ram.join(ADA, "team", "ann")
    work.accounts.add_access_key(access_key("LTAI1", "ann"))
    work.ram.add_session(session("STS.1"))
    for kind, target in ((TargetKind.USER, "ann"), (TargetKind.GROUP, "team")):
        directory.attach(work, ADA, "encrypt", kind, target)
    directory.attach(work, ADA, "encrypt", TargetKind.ROLE, "keeper")
    work.changes_made.clear()
    yield work
    work.changes_made.clear()


def access_key(key_id: str, user: str, account: str = ADA) -> StoredAccessKey:
    return StoredAccessKey(key_id, account, "", b"wrapped", True, AT, user)


def session(key_id: str, policy: str = "") -> Session:
    return Session(key_id, ADA, "keeper", "night", policy, b"wrapped", b"digest", 1_000.0)


def told(work: UnitOfWork) -> set[str]:
    found = {subject for kind, subject in work.changes_made if kind == "credential"}
    work.changes_made.clear()
    return found


@pytest.mark.parametrize(
    ("one", "find"), [(ANN, "user"), (TEAM, "group"), (KEEPER, "role"), (ENCRYPT, "policy")]
)
def test_what_was_added_is_found_in_its_account_until_it_is_removed(
    work: UnitOfWork, one: User | Group | Role | Policy, find: str
) -> None:
    found = getattr(work.ram, find)
    work.ram.add(one)
    work.ram.add(replace(one, account_id=BOB, **({"id": "4"} if hasattr(one, "id") else {})))
    assert found(ADA, one.name) == one
    assert found(ADA, "other") is None
    assert work.ram.page(type(one), ADA, 0, 10) == ([one], 1)
    work.ram.remove(one)
    assert found(ADA, one.name) is None
    assert found(BOB, one.name) is not None


def test_a_user_has_what_it_and_its_groups_were_given(full: UnitOfWork) -> None:
    directory.attach(full, ADA, SYSTEM, TargetKind.GROUP, "team")
    ann = grants_of(full.ram, Principal(ADA, user="ann"), "LTAI1")
    assert len(ann.attached) == 3
    assert ann.session is None
    directory.leave(full, ADA, "team", "ann")
    assert len(grants_of(full.ram, Principal(ADA, user="ann"), "LTAI1").attached) == 1
    assert grants_of(full.ram, Principal(BOB, user="ann"), "LTAI1").attached == ()
    assert grants_of(full.ram, Principal(ADA), "LTAI0").attached == ()


def test_a_session_has_what_its_role_was_given_and_its_own_policy(full: UnitOfWork) -> None:
    full.ram.add_session(session("STS.2", policy=TEXT))
    who = Principal(ADA, role="keeper", session="night")
    assert len(grants_of(full.ram, who, "STS.1").attached) == 1
    assert grants_of(full.ram, who, "STS.1").session is None
    assert grants_of(full.ram, who, "STS.2").session is not None


def test_whatever_changes_what_somebody_may_do_is_told_for_each_credential(
    full: UnitOfWork,
) -> None:
    directory.write_policy(full, ADA, "encrypt", TEXT, "", new=False)
    assert told(full) == {"LTAI1", "STS.1"}
    directory.detach(full, ADA, "encrypt", TargetKind.GROUP, "team")
    assert told(full) == {"LTAI1"}
    directory.detach(full, ADA, "encrypt", TargetKind.ROLE, "keeper")
    assert told(full) == {"STS.1"}
    directory.leave(full, ADA, "team", "ann")
    assert told(full) == {"LTAI1"}
    directory.join(full, ADA, "team", "ann")
    assert told(full) == {"LTAI1"}
    directory.delete_group(full, ADA, "team")
    assert told(full) == {"LTAI1"}
    directory.delete_role(full, ADA, "keeper")
    assert told(full) == {"STS.1"}


def test_what_is_removed_leaves_nothing_behind(full: UnitOfWork) -> None:
    directory.delete_role(full, ADA, "keeper")
    directory.delete_group(full, ADA, "team")
    full.ram.remove_access_key("LTAI1")
    directory.delete_user(full, ADA, "ann")
    directory.delete_policy(full, ADA, "encrypt")
    for table in ("ram_attachments", "ram_group_members", "sts_sessions", "access_keys"):
        count = select(func.count()).select_from(schema.metadata.tables[table])
        assert full.connection.execute(count).scalar_one() == 0, table


def test_a_session_is_found_until_it_is_pruned(full: UnitOfWork) -> None:
    assert full.ram.session("STS.1") == session("STS.1")
    full.ram.prune_sessions(1_000.0)
    assert full.ram.session("STS.1") is not None
    full.ram.prune_sessions(1_000.5)
    assert full.ram.session("STS.1") is None


def test_access_keys_are_listed_by_whose_they_are(full: UnitOfWork) -> None:
    own = access_key("LTAI2", "")
    service = replace(own, id="LTAI3", service="storage")
    full.accounts.add_access_key(own)
    full.accounts.add_access_key(service)
    full.accounts.add_access_key(access_key("LTAI4", "ann", BOB))
    assert [one.id for one in full.ram.access_keys(ADA, [""])] == ["LTAI2"]
    assert [one.id for one in full.ram.access_keys(ADA, ["ann"])] == ["LTAI1"]
    full.ram.set_access_key("LTAI1", active=False)
    assert not full.ram.access_keys(ADA, ["ann"])[0].active


def test_a_policy_is_attached_once_to_one_thing(full: UnitOfWork) -> None:
    one = Attachment(ADA, TargetKind.USER, "ann", PolicyType.CUSTOM, "encrypt")
    assert one in full.ram.attachments_of(ADA, "encrypt")
    assert len(full.ram.attachments_of(ADA, "encrypt")) == 3
    assert full.ram.attachments_of(BOB, "encrypt") == []
    assert full.ram.attached(ADA, TargetKind.USER, ["ann", "ben"]) == [one]


def test_an_account_that_much_is_shared_with_counts_once_for_an_instance(
    work: UnitOfWork,
) -> None:
    work.sharing.replace(TaggedKind.KEY, "key-1", "kst-1", {ADA, BOB})
    work.sharing.replace(TaggedKind.SECRET, "key-1", "kst-1", {BOB})
    work.sharing.replace(TaggedKind.KEY, "key-2", "kst-2", {ADA})
    assert work.sharing.accounts("kst-1") == {ADA, BOB}
    work.sharing.replace(TaggedKind.KEY, "key-1", "kst-1", {BOB})
    assert work.sharing.accounts("kst-1") == {BOB}
    work.sharing.replace(TaggedKind.KEY, "key-1", "kst-1", ())
    work.sharing.replace(TaggedKind.SECRET, "key-1", "kst-1", ())
    assert work.sharing.accounts("kst-1") == set()
    assert work.sharing.accounts("kst-2") == {ADA}


def test_a_user_signs_in_until_the_password_or_the_user_is_removed(full: UnitOfWork) -> None:
    full.ram.remove_access_key("LTAI1")
    for remove in (logins.remove_login, directory.delete_user):
        logins.set_login(full, ADA, "ann", "a hash")
        login = logins.login_of(full, ADA, "ann")
        assert login is not None
        assert (login.name, login.acts_as, login.account_id) == ("ann@ada-r", "ann", ADA)
        token = digest_of(begin_session(full, login))
        remove(full, ADA, "ann")
        assert full.sign_ins.visitor(token) is None
        assert logins.login_of(full, ADA, "ann") is None


def test_another_password_of_a_user_ends_its_sessions(full: UnitOfWork) -> None:
    logins.set_login(full, ADA, "ann", "a hash")
    login = logins.login_of(full, ADA, "ann")
    assert login is not None
    token = digest_of(begin_session(full, login))
    logins.set_login(full, ADA, "ann", "another hash")
    assert full.sign_ins.visitor(token) is None
    assert logins.login_of(full, ADA, "ann") == replace(login, password_hash="another hash")


def test_only_what_is_used_nowhere_is_removed(full: UnitOfWork) -> None:
    with pytest.raises(Misuse, match="still has access keys"):
        directory.delete_user(full, ADA, "ann")
    with pytest.raises(Misuse, match="user ann"):
        directory.delete_policy(full, ADA, "encrypt")
    assert full.ram.user(ADA, "ann") == ANN


@pytest.mark.parametrize(
    "twice",
    [
        lambda work: directory.create_user(work, ADA, "ann"),
        lambda work: directory.create_group(work, ADA, "team"),
        lambda work: directory.create_role(work, ADA, "keeper", TRUST, 3600),
        lambda work: directory.write_policy(work, ADA, "encrypt", TEXT, "", new=True),
        lambda work: directory.write_policy(work, ADA, SYSTEM, TEXT, "", new=True),
        lambda work: directory.join(work, ADA, "team", "ann"),
        lambda work: directory.attach(work, ADA, "encrypt", TargetKind.USER, "ann"),
        lambda work: directory.detach(work, ADA, SYSTEM, TargetKind.USER, "ann"),
        lambda work: directory.leave(work, ADA, "team", "nobody"),
        lambda work: directory.attach(work, ADA, "encrypt", TargetKind.USER, "nobody"),
        lambda work: directory.attach(work, BOB, "encrypt", TargetKind.USER, "ann"),
        lambda work: directory.create_user(work, ADA, "a b"),
        lambda work: directory.create_user(work, ADA, "x" * 65),
        lambda work: directory.create_role(work, ADA, "other", TRUST, 3599),
        lambda work: directory.create_role(work, ADA, "other", TRUST, 43201),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    full: UnitOfWork, twice: Callable[[UnitOfWork], object]
) -> None:
    with pytest.raises(Misuse):
        twice(full)
    assert full.changes_made == []
