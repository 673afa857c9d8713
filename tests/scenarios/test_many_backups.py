"""A backup of 10,000 keys and 10,000 secrets: made, verified, exported, restored elsewhere."""

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from conftest import MakeDeployment
from contracts.keeper import PASSPHRASE, Keeper
from keylease.app import backups as app
from keylease.app.backup_files import import_backup, verify_file
from keylease.storage import schema

MANY = 10_000

#: Of the process, while it makes, opens and restores this backup.
GROWTH_MAX = 100 * 1024 * 1024


@contextmanager
def told(what: str) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    print(f"{what}: {time.perf_counter() - begun:.1f} s")  # noqa: T201 - what it is run for


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@pytest.mark.long
@pytest.mark.usefixtures("cheap_passphrases")
def test_ten_thousand_keys_and_secrets_go_to_another_installation(
    make_deployment: MakeDeployment,
    database_url: str,
    tmp_path: Path,
) -> None:
    ada = Keeper.arrive(make_deployment(database_url))
    old = ada.instance(KeyNum="100000", SecretNum="10000")
    with told("filled"):
        ada.fill(old, MANY, MANY)
    blobs = [ada.encrypt(f"key-hzz{n:018}") for n in (0, 499, 500, MANY - 1)]
    before = peak()
    with told("backed up"):
        backup = ada.back_up(old)
    with told("compared"):
        assert app.back_up_automatically(ada.deployment, old) is None
    with told("verified"):
        found = app.verify(ada.deployment, backup.id)
    assert (found.keys, found.key_versions, found.secrets) == (MANY, 2 * MANY, MANY)
    file = tmp_path / "ada.backup"
    with told("exported"):
        ada.export(backup.id, file)
    assert verify_file(file, PASSPHRASE) == found

    bob = Keeper.arrive(make_deployment("", name="elsewhere"))
    new = bob.instance(KeyNum="100000", SecretNum="10000")
    with told("imported"):
        import_backup(bob.deployment, file, PASSPHRASE, bob.account_id)
    with told("restored"):
        done = app.restore(bob.deployment, backup.id, new)
    assert (done.keys, done.secrets, done.skipped) == (MANY, MANY, [])
    assert peak() - before < GROWTH_MAX
    assert {bob.decrypt(blob) for blob in blobs} == {b"hello"}
    assert bob.rows("aliases") == MANY
    assert bob.secrets(new)[f"secret/{MANY - 1}"][1] == [b"value of %d" % (MANY - 1)]
    with told("restored again"):
        assert app.restore(bob.deployment, backup.id, new).present == 2 * MANY
    with told("released"):
        ada.release(old)
    assert ada.rows(schema.keys.name) == 0
