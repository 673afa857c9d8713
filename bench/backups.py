"""Backups of one instance: making, comparing, verifying and restoring many keys and secrets."""

import time
from collections.abc import Callable
from pathlib import Path

from population import NOW, START
from tables import show

from keylease.access.accounts import Account
from keylease.app import backups as app
from keylease.app.deployment import Deployment, open_deployment
from keylease.app.settings import read_settings
from keylease.core import ids
from keylease.core.clock import DAY, local_date
from keylease.custody.backups.rebuilding import KeyGroup, Rebuilding, SecretGroup
from keylease.custody.backups.records import (
    KeyRecord,
    SecretRecord,
    SecretVersionRecord,
    VersionRecord,
)
from keylease.custody.instances.model import Capacity, Edition, Instance
from keylease.custody.instances.states import InstanceState
from keylease.custody.keys.model import Key, instance_scope
from keylease.custody.keys.states import KeyState

_CAPACITY = Capacity(1_000, 200_000, 200_000, 5, log=False, log_storage=0)
_CHUNK = 1_000


def run(directory: Path, *, quick: bool) -> None:
    count = 1_000 if quick else 10_000
    settings = read_settings({"data": str(directory / "backups")}, {})
    deployment = open_deployment(settings, clock=f"test={START}", may_initialise=True)
    try:
        old = _instance(deployment, "1")
        _fill(deployment, old, count)
        _measure(deployment, old, count)
    finally:
        deployment.close()


def _measure(deployment: Deployment, old: Instance, count: int) -> None:
    rows = []

    def timed(what: str, action: Callable[[], object]) -> object:
        begun = time.perf_counter()
        done = action()
        rows.append([what, f"{time.perf_counter() - begun:.2f}"])
        return done

    made = app.create(deployment, old.id)
    timed("make", lambda: app.create(deployment, old.id))
    timed("compare", lambda: app.back_up_automatically(deployment, old.id))
    timed("verify", lambda: app.verify(deployment, made.id))
    with deployment.database.begin() as work:
        work.instances.remove([old.id])
    new = _instance(deployment, "2")
    timed("restore", lambda: app.restore(deployment, made.id, new.id))
    timed("restore again", lambda: app.restore(deployment, made.id, new.id))
    title = f"A backup of {count:,} keys and {count:,} secrets; {made.size / 1e6:.0f} MB"
    show(title, ["", "seconds"], rows)


def _instance(deployment: Deployment, number: str) -> Instance:
    with deployment.database.begin() as work:
        owner = "1000000000000001"
        if work.accounts.find(owner) is None:
            work.accounts.add(Account(owner, "bench", "", "en", "USD", work.now, work.now))
        made = Instance(
            id=f"kst-hzz{number:0>18}",
            account_id=owner,
            region="cn-hangzhou",
            edition=Edition.SOFTWARE,
            name="bench",
            state=InstanceState.CONNECTED,
            capacity=_CAPACITY,
            created_at=NOW,
            since=NOW,
            term_start=NOW,
            end=NOW + 30 * DAY,
            anchor=local_date(NOW),
            months=1,
        )
        work.instances.add(made)
        work.vault.new_scope(work.wrapping_keys, instance_scope(made.id))
    return made


def _fill(deployment: Deployment, instance: Instance, count: int) -> None:
    for start in range(0, count, _CHUNK):
        with deployment.database.begin() as work:
            building = Rebuilding(work, instance, instance.account_id)
            numbers = range(start, start + _CHUNK)
            building.keys([_key(instance, ids.uuid(work.entropy), n) for n in numbers], ())
            building.secrets([_secret(instance, n) for n in numbers])


def _key(instance: Instance, version: str, number: int) -> KeyGroup:
    key = Key(
        id=f"key-hzz{number:018}",
        account_id=instance.account_id,
        region=instance.region,
        instance_id=instance.id,
        spec="Aliyun_AES_256",
        usage="ENCRYPT/DECRYPT",
        origin="Aliyun_KMS",
        protection_level="SOFTWARE",
        state=KeyState.ENABLED,
        description="",
        creator=instance.account_id,
        primary_version=version,
        created_at=number,
    )
    material = number.to_bytes(32)
    return KeyGroup(KeyRecord(key), [VersionRecord(version, key.id, number, material, b"")])


def _secret(instance: Instance, number: int) -> SecretGroup:
    name, owner = f"secret/{number}", instance.account_id
    record = SecretRecord(
        name, "Generic", "", "", "", owner, "", "Disabled", None, None, 1, 1, None
    )  # fmt: skip
    stages = '["ACSCurrent"]'
    return SecretGroup(record, [SecretVersionRecord(name, "v1", 1, "text", b"x" * 40, stages, 1)])
