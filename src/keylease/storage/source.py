"""Loading what the hot path remembers. Fits `keylease.runtime.memory.Source`."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import select

from keylease.access.accounts import Credential, Principal
from keylease.access.applications import ClientKey
from keylease.access.policies.texts import resource_policy
from keylease.access.ram.grants import grants_of
from keylease.access.ram.model import SESSION_PREFIX
from keylease.core.clock import ClockState
from keylease.core.terms import NEVER
from keylease.crypto.envelope import UnwrapFailed, WrappingKey
from keylease.crypto.providers import UsableKey
from keylease.custody.applications import compiling
from keylease.custody.credentials import open_access_key
from keylease.custody.data_keys import DataKey
from keylease.custody.instances.states import InstanceState
from keylease.custody.keys.creation import ensure_service_key
from keylease.custody.keys.material import usable, wrapping_of
from keylease.custody.keys.model import instance_scope
from keylease.custody.tags import TaggedKind
from keylease.runtime.memory import RememberedInstance, RememberedKey
from keylease.runtime.secret_records import RememberedSecret
from keylease.storage import schema
from keylease.storage.database import Database
from keylease.storage.unit_of_work import UnitOfWork

VERSIONS_MAX = 1_000

Opened = TypeVar("Opened")


class SqlSource:
    """Each call is one short read of its own."""

    def __init__(self, database: Database, renew_seal: Callable[[], None] = lambda: None) -> None:
        self._database = database
        self._renew_seal = renew_seal

    def clock(self) -> ClockState:
        """The stored clock."""
        with self._database.read() as work:
            return work.clock_state

    def credential(self, access_key_id: str) -> Credential | None:
        """An access key with its secret unwrapped."""
        return self._opened(lambda work: _credential(work, access_key_id))

    def instance(self, instance_id: str) -> RememberedInstance | None:
        """An instance."""
        with self._database.read() as work:
            found = work.instances.find(instance_id)
        if found is None:
            return None
        enabled = found.state is InstanceState.CONNECTED
        planned = found.planned or found.capacity
        return RememberedInstance(
            found.id,
            found.account_id,
            found.end,
            enabled,
            found.capacity.qps,
            planned.qps,
            NEVER if found.planned_from is None else found.planned_from,
            found.is_pay_as_you_go,
            found.capacity.log or planned.log,
        )

    def key(self, key_id: str) -> RememberedKey | None:
        """A key with its versions unwrapped."""
        return self._opened(lambda work: _key(work, key_id))

    def key_of_version(self, version_id: str) -> str | None:
        """The id of the key that a version belongs to."""
        query = select(schema.key_versions.c.key_id).where(schema.key_versions.c.id == version_id)
        with self._database.read() as work:
            return work.connection.execute(query).scalar_one_or_none()

    def _opened(self, read: Callable[[UnitOfWork], Opened]) -> Opened:
        """What ``read`` returns; once more with the new root key if it was rotated meanwhile."""
        try:
            with self._database.read() as work:
                return read(work)
        except UnwrapFailed:
            self._renew_seal()
            with self._database.read() as work:
                return read(work)

    def secret(self, account_id: str, region: str, name: str) -> RememberedSecret | None:
        """A secret with its versions, whose values stay encrypted."""
        return self._opened(lambda work: _secret(work, account_id, region, name))

    def alias(self, account_id: str, region: str, name: str) -> str | None:
        """The id of the key that an alias stands for."""
        with self._database.read() as work:
            found = work.aliases.find(account_id, region, name)
        return None if found is None else found.key_id

    def default_key(self, account_id: str, region: str, service: str) -> str | None:
        """The id of a service's key in an account and region; made now if there is none."""
        with self._database.read() as work:
            found = work.keys.default_key(account_id, region, service)
        if found is None:
            with self._database.begin() as work:
                found = ensure_service_key(work, account_id, region, service)
        return found.id

    def data_key(self, account_id: str, region: str, name: str) -> DataKey | None:
        """A managed data key, whose versions stay encrypted."""
        with self._database.read() as work:
            return work.data_keys.find(account_id, region, name)

    def client_key(self, client_key_id: str) -> ClientKey | None:
        """A client key with all that its access point allows."""
        with self._database.read() as work:
            return compiling.client_key(work.applications, client_key_id)


def _key(work: UnitOfWork, key_id: str) -> RememberedKey | None:
    key = work.keys.find(key_id)
    if key is None:
        return None
    stored, _ = work.keys.versions(key_id, 0, VERSIONS_MAX)
    wrapping: dict[str, WrappingKey] = {}
    versions: dict[str, UsableKey] = {}
    for version in stored:
        if not version.wrapped:
            continue
        if version.scope not in wrapping:
            wrapping[version.scope] = wrapping_of(work, key, version.scope)
        versions[version.id] = usable(work, key, version, wrapping[version.scope])
    return RememberedKey(
        id=key.id,
        account_id=key.account_id,
        region=key.region,
        instance_id=key.instance_id,
        spec=key.key_spec,
        usage=key.usage,
        state=key.state,
        primary=versions.get(key.primary_version),
        initial=next(reversed(versions.values()), None),  # they come newest first
        versions=versions,
        service=key.service,
        delete_at=NEVER if key.delete_at is None else key.delete_at,
        material_expires_at=(NEVER if key.material_expires_at is None else key.material_expires_at),
        policy=resource_policy(key.policy),
        tags=work.tags.of(TaggedKind.KEY, key.id),
    )


def _secret(work: UnitOfWork, account_id: str, region: str, name: str) -> RememberedSecret | None:
    secret = work.secrets.by_name(account_id, region, name)
    if secret is None:
        return None
    place = None
    if not secret.encryption_key_id:
        place = work.vault.scope(work.wrapping_keys, instance_scope(secret.instance_id))
    return RememberedSecret(
        secret,
        tuple(work.secrets.versions(secret.id)),
        place,
        resource_policy(secret.policy),
        work.tags.of(TaggedKind.SECRET, secret.id),
    )


def _credential(work: UnitOfWork, access_key_id: str) -> Credential | None:
    if access_key_id.startswith(SESSION_PREFIX):
        return _session(work, access_key_id)
    stored = work.accounts.access_key(access_key_id)
    if stored is None:
        return None
    secret = open_access_key(work, stored.id, stored.wrapped_secret)
    principal = Principal(stored.account_id, stored.service, stored.user_name)
    return Credential(
        stored.id, secret, principal, stored.active, grants_of(work.ram, principal, stored.id)
    )


def _session(work: UnitOfWork, access_key_id: str) -> Credential | None:
    found = work.ram.session(access_key_id)
    if found is None:
        return None
    principal = found.principal
    return Credential(
        access_key_id,
        open_access_key(work, access_key_id, found.wrapped_secret),
        principal,
        active=True,
        grants=grants_of(work.ram, principal, access_key_id),
        token_digest=found.token_digest,
        expires=found.expires,
    )
