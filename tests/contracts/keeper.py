"""An owner of instances with keys and secrets in them, without a server in between."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from keylease.access.policies.texts import default_policy_text
from keylease.app import backups as app
from keylease.app.deployment import Deployment
from keylease.app.runner import make_runner
from keylease.core import ids
from keylease.crypto.providers import UsableKey
from keylease.crypto.secret import SecretBytes
from keylease.custody.backups.model import Backup
from keylease.custody.backups.ports import StoredSecret
from keylease.custody.backups.rebuilding import KeyGroup, Rebuilding, SecretGroup
from keylease.custody.backups.records import (
    AliasRecord,
    KeyRecord,
    SecretRecord,
    SecretVersionRecord,
    VersionRecord,
)
from keylease.custody.backups.values import Values
from keylease.custody.instances.model import Instance
from keylease.custody.instances.states import InstanceState
from keylease.custody.keys import aliases
from keylease.custody.keys.creation import NewKey, create_key
from keylease.custody.keys.material import usable, wrapping_of
from keylease.custody.keys.model import Key
from keylease.custody.keys.rotation import rotate
from keylease.custody.keys.states import KeyState
from keylease.lifecycle import backups, purchase, release
from keylease.lifecycle.purchase import Purchase
from keylease.lifecycle.runner import move_clock
from keylease.storage import schema
from keylease.storage.rows import dumps
from unit.lifecycle.tenant import Tenant

PASSPHRASE = SecretBytes(b"a long passphrase")


@dataclass
class Keeper:
    """A tenant that keeps things."""

    deployment: Deployment
    account_id: str

    @classmethod
    def arrive(cls, deployment: Deployment) -> "Keeper":
        return cls(deployment, Tenant.arrive(deployment).account_id)

    def instance(self, region: str = "cn-hangzhou", **parameters: str) -> str:
        """An enabled software instance; its id."""
        with self.deployment.database.begin() as work:
            given = {"Region": region, **parameters}
            asked = Purchase("kms_ddi_public_intl", 1, given, "ManualRenewal", None)
            made = purchase.buy(work, self.account_id, region, asked).instance_id
            bought = work.instances.find(made)
            assert bought is not None
            enabled = replace(bought, state=InstanceState.CONNECTED)
            work.instances.update(backups.enabled(work, enabled))
        return made

    def key(self, instance_id: str, alias: str = "", friend: str = "", **asked: Any) -> Key:
        with self.deployment.database.begin() as work:
            new = NewKey(instance_id, tags={"env": "生产"}, policy=self.policy(friend), **asked)
            key = create_key(work, self.account_id, self.account_id, new)
            if alias:
                aliases.create(work, self.account_id, key.region, key.id, alias)
        return key

    def policy(self, friend: str = "") -> str:
        """A policy for the owner, and for another account if one is named."""
        policy = json.loads(default_policy_text(self.account_id))
        if friend:
            allowed = {"Effect": "Allow", "Action": ["kms:Decrypt"], "Resource": ["*"]}
            policy["Statement"].append(allowed | {"Principal": {"RAM": [f"acs:ram::{friend}:*"]}})
        return dumps(policy)

    def rotate(self, key_id: str) -> None:
        with self.deployment.database.begin() as work:
            key = work.keys.find(key_id, lock=True)
            assert key is not None
            rotate(work, key)

    def change(self, key_id: str, **values: Any) -> None:
        with self.deployment.database.begin() as work:
            key = work.keys.find(key_id)
            assert key is not None
            work.keys.update(replace(key, **values))

    def encrypt(self, key_id: str) -> tuple[str, bytes]:
        """(version, ciphertext) of b"hello" under the primary version."""
        with self.deployment.database.read() as work:
            key = work.keys.find(key_id)
            assert key is not None
            used = self._usable(work, key, key.primary_version)
            return used.version_id, used.seal(b"hello", b"", work.vault.nonces)

    def decrypt(self, blob: tuple[str, bytes]) -> bytes:
        with self.deployment.database.read() as work:
            key = work.keys.find_by_version(blob[0])
            assert key is not None
            assert key.account_id == self.account_id
            return self._usable(work, key, blob[0]).open(blob[1], b"")

    def _usable(self, work: Any, key: Key, version_id: str) -> UsableKey:
        version = work.keys.version(key.id, version_id)
        return usable(work, key, version, wrapping_of(work, key, version.scope))

    def secret(
        self, instance_id: str, name: str, key: Key | None = None, value: bytes = b"pw"
    ) -> None:
        with self.deployment.database.begin() as work:
            instance = work.instances.find(instance_id)
            assert instance is not None
            record = SecretRecord(
                name, "Generic", "about", "" if key is None else key.id, "", self.account_id,
                self.policy(), "Enabled", 86_400 * 30, None, work.now, work.now, None,
                {"tag": "值"},
            )  # fmt: skip
            secret_id = ids.uuid(work.entropy)
            values = Values(work, self.account_id, instance_id)
            versions = [
                values.sealed(
                    secret_id,
                    key,
                    SecretVersionRecord(
                        name, f"v{n}", n, "text", value + b"%d" % n, stages, work.now
                    ),
                )
                for n, stages in ((1, '["ACSPrevious"]'), (2, '["ACSCurrent"]'))
            ]
            stored = StoredSecret(secret_id, instance_id, record, iter(()))
            work.backup_contents.add_secrets(self.account_id, instance.region, [stored], versions)

    def fill(self, instance_id: str, keys: int, secrets: int) -> None:
        """Many keys, each with two versions, an alias and a tag, and many secrets."""
        for start in range(0, max(keys, secrets), 1_000):
            with self.deployment.database.begin() as work:
                instance = work.instances.find(instance_id)
                assert instance is not None
                building = Rebuilding(work, instance, self.account_id)
                numbers = range(start, start + 1_000)
                building.keys([self._group(instance, n) for n in numbers if n < keys], ())
                building.secrets(
                    [_secret_group(self.account_id, n) for n in numbers if n < secrets]
                )

    def _group(self, instance: Instance, number: int) -> KeyGroup:
        versions = [f"00000000-0000-4000-800{one}-{number:012}" for one in (1, 2)]
        key = Key(
            f"key-hzz{number:018}", self.account_id, instance.region, instance.id,
            "Aliyun_AES_256", "ENCRYPT/DECRYPT", "Aliyun_KMS", "SOFTWARE", KeyState.ENABLED, "",
            self.account_id, versions[1], number,
        )  # fmt: skip
        record = KeyRecord(key, (AliasRecord(f"alias/{number}", 1),), {"number": str(number)})
        material = number.to_bytes(32)
        return KeyGroup(record, [VersionRecord(one, key.id, 1, material, b"") for one in versions])

    def secrets(self, instance_id: str) -> dict[str, tuple[SecretRecord, list[bytes | None]]]:
        """The secrets of an instance by name, with the values of their versions."""
        with self.deployment.database.read() as work:
            values = Values(work, self.account_id, instance_id)
            return {
                one.record.name: (
                    one.record,
                    [values.opened(one.record.encryption_key_id, v) for v in list(one.versions)],
                )
                for one in work.backup_contents.secrets(instance_id)
            }

    def keys(self, instance_id: str) -> dict[str, Key]:
        with self.deployment.database.read() as work:
            stored = work.backup_contents.keys(instance_id)
            return {one.key.id: one.key for one in stored if list(one.versions)}

    def release(self, instance_id: str) -> None:
        with self.deployment.database.begin() as work:
            found = work.instances.find(instance_id, lock=True)
            assert found is not None
            release.release_now(work, [found])

    def back_up(self, instance_id: str) -> Backup:
        return app.create(self.deployment, instance_id)

    def backups(self) -> list[Backup]:
        with self.deployment.database.read() as work:
            return list(work.backups.page(self.account_id, work.now, 0, 1_000)[0])

    def advance(self, seconds: int) -> None:
        with self.deployment.database.read() as work:
            target = work.now + seconds
        move_clock(make_runner(self.deployment, "test"), target, lambda _: None)

    def now(self) -> int:
        with self.deployment.database.read() as work:
            return work.now

    def rows(self, table: str) -> int:
        chosen = schema.metadata.tables[table]
        with self.deployment.store.reading() as connection:
            return len(connection.execute(select(chosen)).all())

    def scopes(self, prefix: str) -> set[str]:
        """The scopes of wrapping keys that begin like this."""
        t = schema.wrapping_keys
        with self.deployment.store.reading() as connection:
            return {
                s for s in connection.execute(select(t.c.scope)).scalars() if s.startswith(prefix)
            }

    def export(self, backup_id: str, path: Path) -> None:
        from keylease.app.backup_files import export_backup

        export_backup(self.deployment, backup_id, path, PASSPHRASE)


def _secret_group(account_id: str, number: int) -> SecretGroup:
    name = f"secret/{number}"
    record = SecretRecord(
        name, "Generic", "", "", "", account_id, "", "Disabled", None, None, 1, 1, None, {"a": "b"}
    )  # fmt: skip
    value = SecretVersionRecord(name, "v1", 1, "text", b"value of %d" % number, "[]", 1)
    return SecretGroup(record, [value])
