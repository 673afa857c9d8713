"""Rotating the root key: nothing stops meanwhile, and what the old one opened is lost afterwards.

Source: design.md 4, rules.md 2 (release), docs/formats/seal.md.
"""

import base64
import json
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from conftest import MakeDeployment
from keylease.app import sealing
from keylease.app.accounts import create_account, credit
from keylease.app.deployment import Deployment, open_deployment
from keylease.app.sealing import rotate_seal
from keylease.app.settings import read_settings
from keylease.core.errors import Misuse
from keylease.crypto import seal
from keylease.crypto.envelope import UnwrapFailed
from keylease.crypto.seal import RootKey, open_seal
from keylease.crypto.secret import SecretBytes
from keylease.custody.vault import Vault, _context
from keylease.storage.deployment import SEAL_FINGERPRINT
from keylease.storage.source import SqlSource
from product import Customer, Product, serving

CLOCK = "test=2026-01-31T10:00:00+08:00"

#: Wrapped wrapping keys by scope, as they stand in a copy of the database.
Copy = Mapping[str, bytes]


# --- while a server runs --------------------------------------------------------------------------


@pytest.mark.long
def test_a_rotation_disturbs_nobody_and_makes_older_copies_useless(
    tmp_path: Path, database_url: str
) -> None:
    data = tmp_path / "data"
    with serving(data, "--clock", CLOCK, database=database_url) as product:
        ada = customer(product)
        instance, key = with_a_key(ada)
        blob = ada.encrypt(key, "aGVsbG8=", {"a": "b"})
        old_seal, old_copy = shutil.copy(data / "seal.json", tmp_path), copied(product, tmp_path)

        with busy(ada, instance, key) as calls:
            first = product.cli("seal", "rotate")
            second = product.cli("seal", "rotate")
        assert second["rewrapped"] >= first["rewrapped"] >= len(old_copy)
        assert len({first["fingerprint"], second["fingerprint"]}) == 2
        assert calls.failures == []
        assert calls.done > 10

        assert ada.decrypt(blob, {"a": "b"}) == "aGVsbG8="
        another, its_key = with_a_key(ada)
        assert ada.decrypt(ada.encrypt(its_key, "aGVsbG8=")) == "aGVsbG8="

        old_root, new_root = root_in(Path(old_seal).parent), root_in(data)
        assert opened(old_copy, old_root) == set(old_copy), "a control: with its own root key"
        assert opened(old_copy, new_root) == set(), "an older copy yields nothing any more"
        new_copy = copied(product, tmp_path)
        assert opened(new_copy, new_root) == set(new_copy) > {*old_copy, f"instance:{another}"}
        assert opened(new_copy, old_root) == set()
        assert not {old_root.fingerprint, first["fingerprint"]} & {new_root.fingerprint}
        assert files_with(data, old_root.material.reveal()) == []

        assert product.stop() == 0
        product.start()
        ada = Customer(product, "ada", ada.made)
        assert ada.decrypt(blob, {"a": "b"}) == "aGVsbG8="
        assert ada.encrypt(its_key, "aGVsbG8=")
        assert product.cli("audit", "verify")["findings"] == []


def customer(product: Product) -> Customer:
    """An account with money, made without starting a program for it."""
    with closing(opened_at(product.data, database=product.database)) as deployment:
        made = create_account(deployment, "ada")
        credit(deployment, "ada", "1000000.00")
    keys = {"access_key_id": made.access_key_id, "access_key_secret": made.access_key_secret}
    return Customer(product, "ada", {"account_id": made.account.id, **keys})


def with_a_key(customer: Customer) -> tuple[str, str]:
    instance: str = customer.buy(1)["InstanceId"]
    customer.enable(instance)
    return instance, customer.create_key(instance)


class Calls:
    """What became of the calls that were made without a pause."""

    def __init__(self) -> None:
        self.done = 0
        self.failures: list[str] = []
        self.stopped = threading.Event()

    def repeat(self, call: Callable[[], object]) -> None:
        while not self.stopped.is_set():
            try:
                call()
            except Exception as error:  # noqa: BLE001 - it is what the test is about
                self.failures.append(repr(error))
            self.done += 1


@contextmanager
def busy(customer: Customer, instance: str, key: str) -> Iterator[Calls]:
    """Meanwhile the customer encrypts, makes keys and buys, each without a pause."""
    calls = Calls()

    def encrypt() -> None:
        assert customer.decrypt(customer.encrypt(key, "aGVsbG8=")) == "aGVsbG8="

    def create() -> None:
        assert customer.encrypt(customer.create_key(instance), "aGVsbG8=")

    def buy() -> None:
        with_a_key(customer)

    with ThreadPoolExecutor(3) as callers:
        running = [callers.submit(calls.repeat, call) for call in (encrypt, create, buy)]
        try:
            yield calls
        finally:
            calls.stopped.set()
        for one in running:
            one.result()


def copied(product: Product, directory: Path) -> Copy:
    """The wrapping keys in a copy of the whole database that is made now."""
    if product.database:
        with psycopg.connect(product.database) as connection:
            found = connection.execute("select scope, blob from wrapping_keys").fetchall()
        return {scope: bytes(blob) for scope, blob in found}
    path = directory / "copy.sqlite3"
    path.unlink(missing_ok=True)
    with (
        closing(sqlite3.connect(product.data / "keylease.sqlite3")) as source,
        closing(sqlite3.connect(path)) as copy,
    ):
        source.backup(copy)
        return dict(copy.execute("select scope, blob from wrapping_keys").fetchall())


def root_in(directory: Path) -> RootKey:
    return open_seal(directory)


def opened(copy: Copy, root: RootKey) -> set[str]:
    """The scopes whose wrapping keys this root key opens."""
    found = set()
    for scope, blob in copy.items():
        try:
            root.unwrap(blob, _context(scope))
        except UnwrapFailed:
            continue
        found.add(scope)
    return found


def files_with(directory: Path, secret: bytes) -> list[str]:
    """The files that hold these bytes, as they are or as the seal writes them."""
    forms = secret, base64.b64encode(secret)
    files = (path for path in directory.rglob("*") if path.is_file())
    return [path.name for path in files if any(one in path.read_bytes() for one in forms)]


def test_the_search_for_a_root_key_finds_one_that_is_there(tmp_path: Path) -> None:
    """A control of the test above."""
    with closing(opened_at(tmp_path / "data")) as deployment:
        root = deployment.services.require_vault().root
        assert files_with(tmp_path / "data", root.material.reveal()) == ["seal.json"]


def opened_at(data: Path, **flags: str) -> Deployment:
    return open_deployment(read_settings({"data": str(data), **flags}), may_initialise=True)


# --- interrupted ----------------------------------------------------------------------------------


class Died(BaseException):
    """Nothing in the program catches it, just as nothing catches a SIGKILL."""


def die(*_: object, **__: object) -> None:
    raise Died


def dies_before_the_new_root_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "stage_next", die)


def dies_before_anything_is_wrapped_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Vault, "rewrap_all", die)


def dies_before_the_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "audit_operator", die)


def dies_after_the_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Vault, "adopt_root", die)


def dies_before_the_old_root_is_destroyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "promote", die)


def dies_while_the_old_root_is_destroyed(monkeypatch: pytest.MonkeyPatch) -> None:
    destroy = seal.overwrite

    def destroy_and_die(path: Path) -> None:
        destroy(path)
        raise Died

    monkeypatch.setattr(seal, "overwrite", destroy_and_die)


def dies_before_the_database_is_rewritten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "erase_deleted", die)


BEFORE_THE_COMMIT = [
    dies_before_the_new_root_is_written,
    dies_before_anything_is_wrapped_anew,
    dies_before_the_commit,
]
AFTER_THE_COMMIT = [
    dies_after_the_commit,
    dies_before_the_old_root_is_destroyed,
    dies_while_the_old_root_is_destroyed,
    dies_before_the_database_is_rewritten,
]


@pytest.mark.parametrize("crash", [*BEFORE_THE_COMMIT, *AFTER_THE_COMMIT])
def test_a_rotation_that_dies_anywhere_loses_nothing(
    deployment: Deployment,
    crash: Callable[[pytest.MonkeyPatch], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = create_account(deployment, "ada")
    before = fingerprint(deployment)
    with monkeypatch.context() as patched:
        crash(patched)
        with pytest.raises(Died):
            rotate_seal(deployment)
    assert (fingerprint(deployment) == before) == (crash in BEFORE_THE_COMMIT)

    with closing(open_deployment(deployment.settings)) as restarted:
        assert secret_of(restarted, made.access_key_id) == made.access_key_secret
        assert restarted.services.require_vault().root.fingerprint == fingerprint(deployment)
        create_account(restarted, "bob")

        rotated, _ = rotate_seal(restarted)
        assert rotated == fingerprint(restarted) != before
        assert secret_of(restarted, made.access_key_id) == made.access_key_secret
        directory = restarted.settings.data
        assert not (directory / "seal.next.json").exists()
        assert root_in(directory).fingerprint == rotated


def fingerprint(deployment: Deployment) -> str:
    with deployment.database.read() as work:
        return work.facts.get(SEAL_FINGERPRINT) or ""


def secret_of(deployment: Deployment, access_key_id: str) -> str:
    """An access key's secret, unwrapped by what the database holds and the seal opens now."""
    found = SqlSource(deployment.database).credential(access_key_id)
    assert found is not None
    return found.secret


def test_a_process_that_was_not_told_takes_over_the_new_root(deployment: Deployment) -> None:
    """Another process rotated, and this one has not read the log of changes yet."""
    made = create_account(deployment, "ada")
    with closing(open_deployment(deployment.settings)) as other:
        rotate_seal(other)
    source = SqlSource(deployment.database, lambda: sealing.adopt_seal(deployment))
    found = source.credential(made.access_key_id)
    assert found is not None
    assert found.secret == made.access_key_secret


def test_two_rotations_at_once_are_one_after_the_other_or_refused(deployment: Deployment) -> None:
    def rotate(_: int) -> str:
        with closing(open_deployment(deployment.settings)) as opened_again:
            try:
                return rotate_seal(opened_again)[0]
            except Misuse as refusal:
                assert "try again later" in str(refusal)  # noqa: PT017 - one of two good ends
                return ""

    with ThreadPoolExecutor(2) as operators:
        outcomes = list(operators.map(rotate, range(2)))
    assert fingerprint(deployment) in outcomes
    assert fingerprint(deployment) == root_in(deployment.settings.data).fingerprint


class OvertakenRoot(RootKey):
    """While this root key wraps, another thread hears of its successor."""

    __slots__ = ("overtake",)

    def wrap(self, *arguments: object, **named: object) -> bytes:
        blob: bytes = super().wrap(*arguments, **named)  # type: ignore[arg-type] # handed on
        self.overtake()
        return blob


def test_a_new_wrapping_key_never_names_a_root_that_did_not_wrap_it(
    make_deployment: MakeDeployment,
) -> None:
    """It would pass for wrapped by the new root key, and be lost with the old one."""
    deployment = make_deployment()
    vault = deployment.services.require_vault()
    old = OvertakenRoot(SecretBytes(vault.root.material.reveal()))
    new = RootKey(SecretBytes(deployment.entropy.random(32)))
    old.overtake = lambda: vault.adopt_root(new)
    vault.adopt_root(old)
    named: list[tuple[str, bytes]] = []

    class Remembering:
        def add(self, _scope: str, blob: bytes, root: str) -> None:
            named.append((root, blob))

    vault.new_scope(Remembering(), "scope")  # type: ignore[arg-type] # all that it needs
    ((root, blob),) = named
    assert root == old.fingerprint
    assert old.unwrap(blob, _context("scope"))


# --- with a passphrase ----------------------------------------------------------------------------

PASSPHRASE = "correct horse battery staple"


@pytest.mark.long
def test_a_seal_under_a_passphrase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEYLEASE_SEAL_PASSPHRASE", PASSPHRASE)
    data = tmp_path / "data"
    with serving(data, "--clock", CLOCK) as product:
        ada = customer(product)
        _, key = with_a_key(ada)
        blob = ada.encrypt(key, "aGVsbG8=")
        before = json.loads((data / "seal.json").read_text())
        product.cli("seal", "rotate")
        after = json.loads((data / "seal.json").read_text())
        assert before["kind"] == after["kind"] == "passphrase"
        assert before["fingerprint"] != after["fingerprint"]
        root = open_seal(data, SecretBytes(PASSPHRASE.encode()))
        assert files_with(data, root.material.reveal()) == []
        assert files_with(data, PASSPHRASE.encode()) == []
        assert ada.decrypt(blob) == "aGVsbG8="
        product.stop()

        monkeypatch.setenv("KEYLEASE_SEAL_PASSPHRASE", "")
        with pytest.raises(Misuse, match="under a passphrase"):
            opened_at(data)
        monkeypatch.setenv("KEYLEASE_SEAL_PASSPHRASE", "wrong horse")
        refused = product.run("account", "list")
        assert refused.returncode == 1
        (said,) = refused.stderr.splitlines()
        assert "passphrase does not open" in said
        assert "wrong horse" not in said

        monkeypatch.setenv("KEYLEASE_SEAL_PASSPHRASE", PASSPHRASE)
        product.start()
        assert Customer(product, "ada", ada.made).decrypt(blob) == "aGVsbG8="
        assert PASSPHRASE not in product.errors.read_text()
