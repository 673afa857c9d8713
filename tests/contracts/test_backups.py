"""Backups on both engines: made, restored, moved, and ended. Source: facts/kms.md 7, rules.md 2."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conftest import MakeDeployment
from contracts.keeper import PASSPHRASE, Keeper
from keylease.app import backups as app
from keylease.app.backup_files import import_backup, verify_file
from keylease.app.deployment import Deployment
from keylease.core.clock import DAY
from keylease.core.errors import Code, Misuse, Refusal
from keylease.crypto import private_files
from keylease.crypto.envelope import WrappingKey
from keylease.custody.backups import files, restoring
from keylease.custody.backups.model import BackupKind
from keylease.custody.backups.parts import BackupDamaged, PartWriter
from keylease.custody.backups.records import Head
from keylease.custody.instances.states import InstanceState
from keylease.custody.keys import removal
from keylease.custody.keys.states import KeyState
from keylease.lifecycle import backups as lifecycle
from keylease.lifecycle import pay_as_you_go
from keylease.storage import schema

pytestmark = pytest.mark.usefixtures("cheap_passphrases")


@pytest.fixture
def ada(deployment: Deployment) -> Keeper:
    return Keeper.arrive(deployment)


def into(ada: Keeper, backup_id: str, instance_id: str, **how: Any) -> restoring.Restored:
    return app.restore(ada.deployment, backup_id, instance_id, **how)


# --- making and restoring -------------------------------------------------------------------


def test_what_is_restored_elsewhere_after_the_release_is_as_it_was(ada: Keeper) -> None:
    old = ada.instance()
    key = ada.key(old, "alias/orders", rotation_interval=30 * DAY)
    blobs = [ada.encrypt(key.id)]
    ada.rotate(key.id)
    blobs.append(ada.encrypt(key.id))
    ada.secret(old, "db")
    ada.secret(old, "api", key)
    backup = ada.back_up(old)
    ada.release(old)

    new = ada.instance("cn-shanghai")
    done = into(ada, backup.id, new)

    assert (done.keys, done.key_versions, done.secrets, done.secret_versions) == (1, 2, 2, 4)
    assert (done.present, done.skipped) == (0, [])
    assert [ada.decrypt(blob) for blob in blobs] == [b"hello", b"hello"]
    restored = ada.keys(new)[key.id]
    assert (restored.region, restored.policy, restored.state) == (
        "cn-shanghai",
        ada.policy(),
        "Enabled",
    )
    assert restored.rotate_at == ada.now() + 30 * DAY
    with ada.deployment.database.read() as work:
        alias = work.aliases.find(ada.account_id, "cn-shanghai", "alias/orders")
        assert alias is not None
        assert alias.key_id == key.id
        assert work.tags.of("key", key.id) == {"env": "生产"}
    secrets = ada.secrets(new)
    assert {name: values for name, (_, values) in secrets.items()} == {
        "db": [b"pw1", b"pw2"],
        "api": [b"pw1", b"pw2"],
    }
    record = secrets["api"][0]
    assert (record.encryption_key_id, record.policy, record.tags) == (
        key.id,
        ada.policy(),
        {"tag": "值"},
    )
    assert (record.rotation, record.rotation_interval) == ("Disabled", None)


def test_nodes_are_told_of_what_is_restored_as_they_remember_it(ada: Keeper) -> None:
    old = ada.instance()
    key = ada.key(old, "alias/orders")
    ada.secret(old, "db")
    backup = ada.back_up(old)
    ada.release(old)
    new = ada.instance("cn-shanghai")
    with ada.deployment.database.read() as work:
        before = work.change_log.last()
    into(ada, backup.id, new)
    place = f"{ada.account_id}:cn-shanghai"
    with ada.deployment.database.read() as work:
        told = {(one.kind, one.subject) for one in work.change_log.after(before)}
    assert told == {
        ("key", key.id),
        ("alias", f"{place}:alias/orders"),
        ("secret", f"{place}:db"),
    }


def test_a_restore_that_is_repeated_changes_nothing(ada: Keeper) -> None:
    old = ada.instance()
    ada.key(old, "alias/one")
    ada.secret(old, "db")
    backup = ada.back_up(old)
    ada.release(old)
    new = ada.instance()
    into(ada, backup.id, new)
    before = [
        ada.rows(t) for t in ("keys", "key_versions", "secrets", "secret_versions", "aliases")
    ]
    again = into(ada, backup.id, new)
    assert (again.keys, again.secrets, again.present, again.skipped) == (0, 0, 2, [])
    after = [ada.rows(t) for t in ("keys", "key_versions", "secrets", "secret_versions", "aliases")]
    assert after == before


def test_what_is_taken_is_left_alone_and_named(ada: Keeper) -> None:
    old = ada.instance()
    key = ada.key(old, "alias/one")
    gone = ada.key(old, "alias/two")
    ada.secret(old, "db")
    backup = ada.back_up(old)
    new = ada.instance()
    with ada.deployment.database.begin() as work:
        removal.destroy(work, [gone])
    other = ada.key(new, "alias/two")
    done = into(ada, backup.id, new)
    assert sorted(done.skipped) == sorted([key.id, "alias/two", "db"])
    assert (done.keys, done.secrets) == (1, 0)
    assert set(ada.keys(new)) == {other.id, gone.id}
    assert set(ada.keys(old)) == {key.id}


def test_a_secret_whose_key_stays_elsewhere_is_protected_by_the_instance(ada: Keeper) -> None:
    old = ada.instance()
    key = ada.key(old)
    ada.secret(old, "db", key)
    backup = ada.back_up(old)
    new = ada.instance("cn-shanghai")
    done = into(ada, backup.id, new)
    assert (done.skipped, done.secrets) == ([key.id], 1)
    record, values = ada.secrets(new)["db"]
    assert (record.encryption_key_id, values) == ("", [b"pw1", b"pw2"])


def test_a_key_that_was_to_be_deleted_comes_back_disabled(ada: Keeper) -> None:
    old = ada.instance()
    key = ada.key(old)
    ada.change(key.id, state=KeyState.PENDING_DELETION, delete_at=ada.now() + 7 * DAY)
    backup = ada.back_up(old)
    ada.release(old)
    new = ada.instance()
    into(ada, backup.id, new)
    restored = ada.keys(new)[key.id]
    assert (restored.state, restored.delete_at) == (KeyState.DISABLED, None)


def test_imported_material_that_expired_stays_away(ada: Keeper) -> None:
    old = ada.instance()
    lasting, passing = ada.key(old), ada.key(old)
    for key, days in ((lasting, 100), (passing, 3)):
        ada.change(key.id, origin="EXTERNAL", material_expires_at=ada.now() + days * DAY)
    backup = ada.back_up(old)
    ada.release(old)
    ada.advance(5 * DAY)
    new = ada.instance()
    into(ada, backup.id, new)
    keys = ada.keys(new)
    assert keys[lasting.id].state is KeyState.ENABLED
    assert ada.encrypt(lasting.id)
    assert keys[passing.id].state is KeyState.PENDING_IMPORT
    with ada.deployment.database.read() as work:
        version = work.keys.version(passing.id, passing.primary_version)
    assert version is not None
    assert version.wrapped == b""
    ada.advance(20 * DAY)
    assert ada.keys(new)[lasting.id].state is KeyState.ENABLED


def test_what_does_not_fit_is_refused_before_anything_is_written(ada: Keeper) -> None:
    old, new = ada.instance(), ada.instance()
    for name in ("a", "b"):
        ada.secret(old, name)
    ada.key(old)
    backup = ada.back_up(old)
    ada.release(old)
    with ada.deployment.database.begin() as work:
        work.connection.execute(schema.instances.update().values(secrets=1))
    with pytest.raises(Refusal, match="upgrade it") as refused:
        into(ada, backup.id, new)
    assert refused.value.code is Code.LIMIT_EXCEEDED
    assert (ada.keys(new), ada.secrets(new)) == ({}, {})


def test_policies_that_let_others_in_take_access_units(ada: Keeper) -> None:
    old, new = ada.instance(VpcNum="5"), ada.instance(VpcNum="5")
    ada.key(old, friend="3000000000000003")
    backup = ada.back_up(old)
    ada.release(old)
    with ada.deployment.database.begin() as work:
        work.connection.execute(schema.instances.update().values(access_units=1))
    with pytest.raises(Refusal) as refused:
        into(ada, backup.id, new)
    assert refused.value.code is Code.SHARE_LIMIT_EXCEEDED
    assert ada.keys(new) == {}
    with ada.deployment.database.begin() as work:
        work.connection.execute(schema.instances.update().values(access_units=2))
    into(ada, backup.id, new)
    with ada.deployment.database.read() as work:
        assert work.sharing.accounts(new) == {"3000000000000003"}


def test_a_dry_run_tells_and_writes_nothing(ada: Keeper) -> None:
    old = ada.instance()
    ada.key(old)
    backup = ada.back_up(old)
    ada.release(old)
    new = ada.instance()
    assert into(ada, backup.id, new, dry_run=True).keys == 1
    assert ada.keys(new) == {}


def test_only_the_owner_restores_and_only_where_it_can_be_used(ada: Keeper) -> None:
    old = ada.instance()
    ada.key(old)
    backup = ada.back_up(old)
    bob = Keeper.arrive(ada.deployment)
    with pytest.raises(Misuse, match="two owners"):
        into(ada, backup.id, bob.instance())
    new = ada.instance()
    with ada.deployment.database.begin() as work:
        work.connection.execute(schema.instances.update().values(state="Uninitialized"))
    with pytest.raises(Refusal, match="not enabled"):
        into(ada, backup.id, new)
    with pytest.raises(Misuse, match="no instance"):
        into(ada, backup.id, "kst-hzz000000000000000000")
    with pytest.raises(Misuse, match="no backup"):
        into(ada, "bk-unknown", new)


def test_a_hardware_backup_holds_metadata_only_and_is_not_restored(ada: Keeper) -> None:
    old, new = ada.instance(), ada.instance()
    key = ada.key(old)
    ada.secret(old, "db")
    with ada.deployment.database.begin() as work:
        t = schema.instances
        work.connection.execute(t.update().where(t.c.id == old).values(edition="hardware"))
    backup = ada.back_up(old)
    with ada.deployment.database.read() as work:
        held = [repr(one) for one in app.records_of(work, backup)]
        materials = [getattr(one, "material", b"") for one in app.records_of(work, backup)]
        values = [getattr(one, "value", None) for one in app.records_of(work, backup)]
    assert any(key.id in one for one in held)
    assert not any(materials)
    assert not any(values)
    with pytest.raises(Misuse, match="metadata only"):
        into(ada, backup.id, new)


# --- crashes --------------------------------------------------------------------------------


class Crash(BaseException):
    """The process dies here."""


def test_a_crash_while_it_is_made_leaves_nothing_to_be_seen(
    ada: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = ada.instance()
    ada.key(old)
    before = {one.id for one in ada.backups()}

    def dies(*_given: object) -> None:
        raise Crash

    monkeypatch.setattr(app, "finish", dies)
    monkeypatch.setattr(app, "destroy", dies)  # a dead process clears nothing away either
    monkeypatch.setattr(app, "with_last", lambda parts: ((one, False) for one in parts))
    monkeypatch.setattr(app, "add_parts", _once_then(dies, app.add_parts))
    with pytest.raises(Crash):
        app.create(ada.deployment, old)
    monkeypatch.undo()
    assert {one.id for one in ada.backups()} == before
    unfinished = ada.scopes("backup:") - {f"backup:{one}" for one in before}
    ada.deployment.machine.advance(3_600)  # type: ignore[attr-defined] # the tests' clock
    app.run_backups(ada.deployment)
    assert not unfinished & ada.scopes("backup:")
    assert ada.rows("backups") == len(ada.backups())


def _once_then(dies: Any, real: Any) -> Any:
    def step(work: Any, backup_id: str, first: int, parts: Any) -> None:
        real(work, backup_id, first, parts)
        work.connection.commit()
        dies()

    return step


def test_a_failure_while_it_is_made_clears_away_what_was_written(
    ada: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = ada.instance()
    ada.key(old)
    before = ada.rows("backups"), ada.rows("backup_parts"), ada.scopes("backup:")

    def fails(*_given: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(app, "finish", fails)
    with pytest.raises(OSError, match="disk"):
        app.create(ada.deployment, old)
    assert (ada.rows("backups"), ada.rows("backup_parts"), ada.scopes("backup:")) == before


def test_a_restore_that_was_interrupted_is_finished_by_another(
    ada: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restoring, "BATCH", 2)
    old = ada.instance()
    keys = [ada.key(old) for _ in range(5)]
    blobs = [ada.encrypt(key.id) for key in keys]
    ada.secret(old, "db")
    backup = ada.back_up(old)
    ada.release(old)
    new = ada.instance()

    def dies(done: int) -> None:
        if done >= 4:
            raise Crash

    with pytest.raises(Crash):
        app.restore(ada.deployment, backup.id, new, dies)
    assert len(ada.keys(new)) == 4
    done = into(ada, backup.id, new)
    assert (done.keys, done.secrets, done.present) == (1, 1, 4)
    assert {ada.decrypt(blob) for blob in blobs} == {b"hello"}


# --- the life of a backup -------------------------------------------------------------------


def test_the_first_automatic_backup_is_made_when_an_instance_is_enabled(ada: Keeper) -> None:
    instance = ada.instance()
    (first,) = ada.backups()
    assert (first.instance_id, first.kind, first.is_empty) == (instance, "automatic", True)
    assert app.verify(ada.deployment, first.id).keys == 0


def test_a_day_without_a_change_copies_nothing_and_a_changed_one_does(ada: Keeper) -> None:
    app.plan_backups(ada.deployment)
    instance = ada.instance()
    key = ada.key(instance)
    ada.advance(DAY)
    newest, first = ada.backups()
    assert (newest.keys, first.keys) == (1, 0)
    ada.advance(3 * DAY)
    assert len(ada.backups()) == 2
    assert ada.backups()[0].checked_at > newest.checked_at + DAY
    ada.change(key.id, description="another")
    ada.advance(DAY)
    assert len(ada.backups()) == 3


def test_a_jump_over_a_month_backs_an_instance_up_once(ada: Keeper) -> None:
    app.plan_backups(ada.deployment)
    instance = ada.instance()
    ada.key(instance, rotation_interval=7 * DAY)
    ada.advance(25 * DAY)
    assert [one.keys for one in ada.backups()] == [1, 0]


def test_old_automatic_backups_end_with_the_window_and_the_newest_stays(ada: Keeper) -> None:
    app.plan_backups(ada.deployment)
    instance = ada.instance()
    with ada.deployment.database.begin() as work:
        work.connection.execute(schema.instances.update().values(end=2**40))
    key = ada.key(instance)
    ada.advance(DAY)
    ada.change(key.id, description="another")
    by_hand = ada.back_up(instance)
    ada.change(key.id, description="a third")
    ada.advance(89 * DAY)
    assert [one.kind for one in ada.backups()].count(BackupKind.AUTOMATIC) == 3
    ada.advance(3 * DAY)
    kept = ada.backups()
    assert [one.kind for one in kept] == [BackupKind.AUTOMATIC, BackupKind.MANUAL]
    assert kept[1].id == by_hand.id
    assert ada.scopes("backup:") == {f"backup:{one.id}" for one in kept}


def test_a_release_makes_a_last_backup_and_its_letter_names_what_remains(ada: Keeper) -> None:
    instance = ada.instance()
    key = ada.key(instance)
    blob = ada.encrypt(key.id)
    by_hand = ada.back_up(instance)
    ada.advance(60)
    ada.secret(instance, "late")
    released = ada.now()
    ada.release(instance)
    last, remaining = ada.backups()
    assert (last.kind, last.keys, last.secrets) == (BackupKind.AUTOMATIC, 1, 1)
    assert remaining.id == by_hand.id
    assert {one.expires_at for one in (last, remaining)} == {released + 90 * DAY}
    with ada.deployment.database.read() as work:
        letters, _ = work.letters.page(ada.account_id, 0, 100)
    (told,) = [one.letter.text for one in letters if one.letter.kind == "released"]
    assert last.id in told
    assert by_hand.id in told
    assert "2026-05-01 10:01:00" in told
    into(ada, last.id, ada.instance("cn-beijing"))
    assert ada.decrypt(blob) == b"hello"


def test_a_release_of_what_is_backed_up_copies_nothing(ada: Keeper) -> None:
    instance = ada.instance()
    ada.key(instance)
    backup = ada.back_up(instance)
    ada.release(instance)
    assert [one.id for one in ada.backups()] == [backup.id]


def test_an_instance_that_held_nothing_leaves_no_backup(ada: Keeper) -> None:
    instance = ada.instance()
    ada.release(instance)
    assert ada.backups() == []
    assert ada.rows("backup_parts") == 0
    assert ada.scopes("backup:") == set()


def test_backups_end_90_days_after_the_release_with_their_keys(ada: Keeper) -> None:
    instance = ada.instance()
    ada.key(instance)
    ada.release(instance)
    (backup,) = ada.backups()
    ada.advance(90 * DAY - 1)
    assert app.verify(ada.deployment, backup.id).keys == 1
    ada.advance(1)
    assert ada.backups() == []
    assert (ada.rows("backups"), ada.rows("backup_parts")) == (0, 0)
    assert ada.scopes("backup:") == set()


def test_an_expiry_in_a_long_jump_leaves_a_backup_of_the_last_state(ada: Keeper) -> None:
    app.plan_backups(ada.deployment)
    instance = ada.instance()
    key = ada.key(instance)
    blob = ada.encrypt(key.id)
    ada.advance(60 * DAY)
    (backup,) = ada.backups()
    assert (backup.instance_id, backup.keys) == (instance, 1)
    assert backup.expires_at == backup.created_at + 90 * DAY
    into(ada, backup.id, ada.instance())
    assert ada.decrypt(blob) == b"hello"


def test_an_automatic_backup_is_deleted_only_after_the_release(ada: Keeper) -> None:
    instance = ada.instance()
    ada.key(instance)
    by_hand = ada.back_up(instance)
    automatic = next(one for one in ada.backups() if one.kind is BackupKind.AUTOMATIC)
    with pytest.raises(Refusal, match="once its instance is released"):
        app.delete(ada.deployment, automatic.id)
    app.delete(ada.deployment, by_hand.id)
    ada.release(instance)
    (last,) = ada.backups()
    app.delete(ada.deployment, last.id)
    assert (ada.backups(), ada.scopes("backup:")) == ([], set())


def test_switched_off_there_are_backups_on_demand_only(
    make_deployment: MakeDeployment, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment = make_deployment(database_url)
    monkeypatch.setattr(deployment.services, "automatic_backups", False)
    ada = Keeper.arrive(deployment)
    instance = ada.instance()
    ada.key(instance)
    app.run_backups(deployment)
    assert ada.backups() == []
    ada.release(instance)
    assert ada.backups() == []


def test_a_release_by_its_owner_needs_a_backup_of_all_that_is_held(ada: Keeper) -> None:
    instance = ada.instance()

    def required() -> None:
        with ada.deployment.database.read() as work:
            found = work.instances.find(instance)
            assert found is not None
            lifecycle.require_backup(work, found)

    required()  # it holds nothing
    key = ada.key(instance)
    with pytest.raises(Refusal) as refused:
        required()
    assert refused.value.code is Code.NO_BACKUP
    ada.back_up(instance)
    required()
    ada.change(key.id, description="changed")
    with pytest.raises(Refusal):
        required()


@pytest.mark.parametrize("without_backup", [False, True])
def test_a_release_by_its_owner_makes_no_backup_of_what_is_backed_up(
    ada: Keeper, without_backup: bool
) -> None:
    with ada.deployment.database.begin() as work:
        region = "cn-hangzhou"
        made = pay_as_you_go.buy(work, ada.account_id, region, "kms_ppi_public_intl", {})
        bought = work.instances.find(made.instance_id)
        assert bought is not None
        work.instances.update(replace(bought, state=InstanceState.CONNECTED))
    ada.key(bought.id)
    kept = ada.back_up(bought.id)
    with ada.deployment.database.begin() as work:
        pay_as_you_go.release(work, ada.account_id, bought.id, without_backup=without_backup)
    assert [one.id for one in ada.backups()] == [kept.id]


# --- files ----------------------------------------------------------------------------------


@pytest.fixture
def elsewhere(make_deployment: MakeDeployment) -> Keeper:
    return Keeper.arrive(make_deployment("", name="elsewhere"))


def test_an_exported_backup_is_restored_in_another_installation(
    ada: Keeper, elsewhere: Keeper, tmp_path: Path
) -> None:
    old = ada.instance()
    key = ada.key(old, "alias/one")
    blob = ada.encrypt(key.id)
    ada.secret(old, "db", key)
    backup = ada.back_up(old)
    file = tmp_path / "ada.backup"
    ada.export(backup.id, file)
    assert verify_file(file, PASSPHRASE) == app.verify(ada.deployment, backup.id)
    assert file.stat().st_mode & 0o077 == 0

    made = import_backup(elsewhere.deployment, file, PASSPHRASE, elsewhere.account_id)
    assert (made.id, made.kind, made.account_id) == (backup.id, "imported", elsewhere.account_id)
    assert app.verify(elsewhere.deployment, made.id).digest == backup.digest
    new = elsewhere.instance("cn-beijing")
    into(elsewhere, made.id, new)
    assert elsewhere.decrypt(blob) == b"hello"
    restored = elsewhere.keys(new)[key.id]
    assert (restored.policy, restored.creator) == ("", elsewhere.account_id)
    assert elsewhere.secrets(new)["db"][1] == [b"pw1", b"pw2"]
    with pytest.raises(Misuse, match="here already"):
        import_backup(elsewhere.deployment, file, PASSPHRASE, elsewhere.account_id)


def test_an_import_of_a_damaged_file_leaves_nothing(
    ada: Keeper, elsewhere: Keeper, tmp_path: Path
) -> None:
    old = ada.instance()
    ada.key(old)
    file = tmp_path / "ada.backup"
    ada.export(ada.back_up(old).id, file)
    content = file.read_bytes()
    file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(BackupDamaged):
        import_backup(elsewhere.deployment, file, PASSPHRASE, elsewhere.account_id)
    assert (elsewhere.rows("backups"), elsewhere.rows("backup_parts")) == (0, 0)
    assert elsewhere.scopes("backup:") == set()


def test_an_edition_that_a_newer_release_sells_is_not_imported(
    elsewhere: Keeper, tmp_path: Path
) -> None:
    there, file = elsewhere.deployment, tmp_path / "newer.backup"
    key, nonces = WrappingKey.generate(there.entropy), there.nonces
    head = Head(1, "bk-1", elsewhere.account_id, "cn-hangzhou", "kst-1", "", "quantum", 1)
    writer = PartWriter(head, lambda secret, context: key.wrap(secret, context, nonces))
    with file.open("wb") as out:
        files.write_header(out, "bk-1", key, PASSPHRASE, there.entropy, nonces)
        for part in writer.parts([]):
            files.write_part(out, part)
    with pytest.raises(BackupDamaged, match="newer release"):
        import_backup(there, file, PASSPHRASE, elsewhere.account_id)
    assert elsewhere.rows("backups") == 0


def test_an_export_that_fails_leaves_no_file(
    ada: Keeper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = ada.instance()
    ada.key(old)
    backup = ada.back_up(old)

    def fails(_handle: int) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(private_files.os, "fsync", fails)
    place = tmp_path / "out"
    place.mkdir()
    with pytest.raises(OSError, match="disk"):
        ada.export(backup.id, place / "ada.backup")
    assert list(place.iterdir()) == []
    monkeypatch.undo()
    (place / "ada.backup").write_text("something else")
    with pytest.raises(Misuse, match="exists"):
        ada.export(backup.id, place / "ada.backup")


def test_parts_that_were_changed_in_the_database_are_noticed(ada: Keeper) -> None:
    old, new = ada.instance(), ada.instance()
    ada.key(old)
    backup, other = ada.back_up(old), ada.back_up(old)
    t = schema.backup_parts
    with ada.deployment.database.begin() as work:
        (data,) = work.backups.parts(other.id)
        mine = t.update().where(t.c.backup_id == backup.id)
        work.connection.execute(mine.values(data=data))
    with pytest.raises(BackupDamaged):
        app.verify(ada.deployment, backup.id)
    ada.release(old)
    with pytest.raises(BackupDamaged):
        into(ada, backup.id, new)
    assert ada.keys(new) == {}
