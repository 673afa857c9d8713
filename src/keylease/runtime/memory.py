"""What a process remembers, so that a crypto call reads no database.

Records are loaded on first use, dropped by size, and forgotten when the log of changes names
them. So memory can lag behind the database by one poll, and that lag may only ever mean "served a
moment too long": whatever is missing here, or refused because of what is here, is *in doubt*
until it was loaded again. Source: design.md 3.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from keylease.access.accounts import Credential
from keylease.access.admission import Resource
from keylease.access.applications import ClientKey
from keylease.access.policies.compiled import CompiledPolicy
from keylease.core.clock import ClockState, MachineClock
from keylease.core.errors import Code, Refusal
from keylease.core.terms import NEVER
from keylease.crypto.algorithms import KeySpec
from keylease.crypto.providers import UsableKey
from keylease.custody.data_keys import DataKey
from keylease.custody.keys.states import KeyState
from keylease.custody.work import place_subject
from keylease.runtime.secret_records import RememberedSecret

#: How long the log of changes may be unreadable before this process stops serving from memory.
STALE_LIMIT_SECONDS = 5.0

RECORDS_MAX = 100_000

#: How much secrets may take, as they are kept: encrypted.
SECRET_BYTES_MAX = 256 * 1024 * 1024


class Kind(StrEnum):
    """What is remembered, as the log of changes names it."""

    CLOCK = "clock"
    CREDENTIAL = "credential"
    INSTANCE = "instance"
    KEY = "key"
    VERSION = "version"
    ALIAS = "alias"
    DEFAULT_KEY = "default-key"
    SECRET = "secret"  # noqa: S105 - a kind of thing, no secret
    DATA_KEY = "data-key"
    CLIENT_KEY = "client-key"
    CLIENT_KEYS = "client-keys"  # all of an account and region, named by `place_subject`
    SEAL = "seal"


@dataclass(frozen=True, slots=True)
class RememberedInstance:
    """As much of an instance as deciding about a crypto call takes.

    From ``planned_from`` on its rate is ``planned_qps``: what a renewal with changes bought.
    ``logs``: log analysis was bought, for now or for later.
    """

    id: str
    account_id: str
    end: int
    enabled: bool
    qps: int
    planned_qps: int = 0
    planned_from: int = NEVER
    pay_as_you_go: bool = False
    logs: bool = False

    def rate(self, now: int) -> int:
        """The requests a second that were bought for this moment."""
        return self.qps if now < self.planned_from else self.planned_qps


@dataclass(frozen=True, slots=True)
class RememberedKey:
    """A key with all its versions that have material, ready for use.

    ``primary`` is None while the key has no material, and so is ``initial``, the first version.
    ``service`` names the service whose default key it is. ``delete_at`` and
    ``material_expires_at`` are business instants, or `NEVER`. ``policy`` is its key policy, None
    for the default one.
    """

    id: str
    account_id: str
    region: str
    instance_id: str
    spec: KeySpec
    usage: str
    state: KeyState
    primary: UsableKey | None = field(repr=False)
    versions: Mapping[str, UsableKey] = field(repr=False)
    service: str = ""
    delete_at: int = NEVER
    material_expires_at: int = NEVER
    initial: UsableKey | None = field(default=None, repr=False)
    policy: CompiledPolicy | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def resource(self) -> Resource:
        """What permissions to use it are decided by."""
        arn = f"acs:kms:{self.region}:{self.account_id}:key/{self.id}"
        return Resource(arn, self.account_id, self.policy, self.tags)

    @property
    def is_default(self) -> bool:
        """Whether it is a default key of its account and region."""
        return not self.instance_id

    def state_at(self, now: int) -> KeyState:
        """The state at a moment: imported material that expired is gone without any job."""
        if self.material_expires_at <= now and self.state is not KeyState.PENDING_DELETION:
            return KeyState.PENDING_IMPORT
        return self.state


class Source(Protocol):
    """Where records are loaded from; each call is one short read of the database."""

    def clock(self) -> ClockState:
        """The stored clock."""
        ...

    def credential(self, access_key_id: str) -> Credential | None:
        """An access key with its secret unwrapped."""
        ...

    def instance(self, instance_id: str) -> RememberedInstance | None:
        """An instance."""
        ...

    def key(self, key_id: str) -> RememberedKey | None:
        """A key with its versions unwrapped."""
        ...

    def key_of_version(self, version_id: str) -> str | None:
        """The id of the key that a version belongs to."""
        ...

    def alias(self, account_id: str, region: str, name: str) -> str | None:
        """The id of the key that an alias stands for."""
        ...

    def default_key(self, account_id: str, region: str, service: str) -> str | None:
        """The id of a service's key in an account and region; made now if there is none."""
        ...

    def secret(self, account_id: str, region: str, name: str) -> RememberedSecret | None:
        """A secret with its versions, whose values stay encrypted."""
        ...

    def data_key(self, account_id: str, region: str, name: str) -> DataKey | None:
        """A managed data key, whose versions stay encrypted."""
        ...

    def client_key(self, client_key_id: str) -> ClientKey | None:
        """A client key with all that its access point allows."""
        ...


T = TypeVar("T")


class _Shelf(Generic[T]):
    """What is remembered of one kind of thing. Reading takes no lock; changing it does."""

    def __init__(self, ask: Callable[[str], T | None], records_max: int) -> None:
        self.ask = ask
        self.records: dict[str, T] = {}
        self.loading: dict[str, set[object]] = {}
        self._max = records_max

    def remember(self, subject: str, record: T | None) -> T | None:
        """Keep what the database said; what was dropped for it, if anything was."""
        if record is None:
            return self.records.pop(subject, None)
        self.records[subject] = record
        if len(self.records) > self._max:
            return self.records.pop(next(iter(self.records)))
        return None

    def forget(self, subject: str) -> None:
        """Drop it; an answer that is on its way is too old to be kept."""
        self.forget_record(subject)
        self.loading.pop(subject, None)

    def forget_record(self, subject: str) -> None:
        """Drop what is kept of one."""
        self.records.pop(subject, None)

    def forget_where(self, chosen: Callable[[T], bool]) -> None:
        """Drop what is chosen, and let nothing in that is on its way."""
        for subject, one in list(self.records.items()):
            if chosen(one):
                self.forget_record(subject)
        self.loading.clear()

    def forget_all(self) -> None:
        """Drop everything."""
        self.records.clear()
        self.loading.clear()


class _WeighedShelf(_Shelf[RememberedSecret]):
    """A shelf for what can be large: bounded by bytes, too. The oldest go first."""

    def __init__(
        self, ask: Callable[[str], RememberedSecret | None], records_max: int, bytes_max: int
    ) -> None:
        super().__init__(ask, records_max)
        self._bytes_max = bytes_max
        self._bytes = 0

    def remember(self, subject: str, record: RememberedSecret | None) -> RememberedSecret | None:
        """Keep what the database said; drop others until what is kept is small enough."""
        self.forget_record(subject)
        if record is not None:
            self.records[subject] = record
            self._bytes += record.weight
        while len(self.records) > self._max or self._bytes > self._bytes_max:
            self.forget_record(next(iter(self.records)))
        return None

    def forget_all(self) -> None:
        """Drop everything."""
        super().forget_all()
        self._bytes = 0

    def forget_record(self, subject: str) -> None:
        """Drop what is kept of one."""
        dropped = self.records.pop(subject, None)
        if dropped is not None:
            self._bytes -= dropped.weight


class Memory:
    """One process's memory. Reading it takes no lock; loading and forgetting do."""

    def __init__(
        self,
        source: Source,
        machine: MachineClock,
        records_max: int = RECORDS_MAX,
        secret_bytes_max: int = SECRET_BYTES_MAX,
    ) -> None:
        self._source = source
        self._machine = machine
        self._lock = threading.Lock()
        self._credentials = _Shelf(source.credential, records_max)
        self._instances = _Shelf(source.instance, records_max)
        self._keys = _Shelf(source.key, records_max)
        self._versions = _Shelf(source.key_of_version, records_max)
        self._aliases = _Shelf(lambda at: source.alias(*at.split(":", 2)), records_max)
        self._default_keys = _Shelf(lambda at: source.default_key(*at.split(":", 2)), records_max)
        self._secrets = _WeighedShelf(
            lambda at: source.secret(*at.split(":", 2)), records_max, secret_bytes_max
        )
        self._data_keys = _Shelf(lambda at: source.data_key(*at.split(":", 2)), records_max)
        self._client_keys = _Shelf(source.client_key, records_max)
        self._shelves: Mapping[str, _Shelf[Any]] = {
            Kind.CREDENTIAL: self._credentials,
            Kind.INSTANCE: self._instances,
            Kind.KEY: self._keys,
            Kind.VERSION: self._versions,
            Kind.ALIAS: self._aliases,
            Kind.DEFAULT_KEY: self._default_keys,
            Kind.SECRET: self._secrets,
            Kind.DATA_KEY: self._data_keys,
            Kind.CLIENT_KEY: self._client_keys,
        }
        self._keys_of: dict[str, set[str]] = {}
        self._clock = source.clock()
        self._fresh_until = machine.monotonic() + STALE_LIMIT_SECONDS

    def now(self) -> int:
        """The business instant, as this process knows it."""
        return self._clock.now(self._machine.wall())

    def monotonic(self) -> float:
        """A machine moment, to measure durations with."""
        return self._machine.monotonic()

    def require_fresh(self) -> None:
        """Refuse with ServiceUnavailableTemporary (503) when changes could not be read lately."""
        if self._machine.monotonic() > self._fresh_until:
            raise Refusal(
                Code.UNAVAILABLE,
                "This node has lost touch with its database and stopped serving: try again.",
            )

    def credential(self, access_key_id: str) -> Credential | None:
        """The access key, if it is remembered."""
        return self._credentials.records.get(access_key_id)

    def instance(self, instance_id: str) -> RememberedInstance | None:
        """The instance, if it is remembered."""
        return self._instances.records.get(instance_id)

    def key(self, key_id: str) -> RememberedKey | None:
        """The key, if it is remembered."""
        return self._keys.records.get(key_id)

    def key_of_version(self, version_id: str) -> str | None:
        """The key of a version, if it is remembered."""
        return self._versions.records.get(version_id)

    def alias(self, subject: str) -> str | None:
        """The key of an alias, ``account:region:alias/name``, if it is remembered."""
        return self._aliases.records.get(subject)

    def default_key(self, place: str) -> str | None:
        """The default key of a place, ``account:region:service``, if it is remembered."""
        return self._default_keys.records.get(place)

    def secret(self, subject: str) -> RememberedSecret | None:
        """The secret, ``account:region:name``, if it is remembered."""
        return self._secrets.records.get(subject)

    def data_key(self, place: str) -> DataKey | None:
        """The managed data key, ``account:region:name``, if it is remembered."""
        return self._data_keys.records.get(place)

    def client_key(self, client_key_id: str) -> ClientKey | None:
        """The client key, if it is remembered."""
        return self._client_keys.records.get(client_key_id)

    def load(self, kind: Kind, subject: str) -> bool:
        """Ask the database and remember the answer; whether there was one. For worker threads.

        A change that is adopted while the answer is on its way makes the answer old: ask again.
        """
        shelf = self._shelves[kind]
        while True:
            ticket = object()
            with self._lock:
                shelf.loading.setdefault(subject, set()).add(ticket)
            try:
                record = shelf.ask(subject)
            except BaseException:
                with self._lock:
                    _hand_in(shelf.loading, subject, ticket)
                raise
            with self._lock:
                if _hand_in(shelf.loading, subject, ticket):
                    self._keep(shelf, subject, record)
                    return record is not None

    def _keep(self, shelf: _Shelf[T], subject: str, record: T | None) -> None:
        dropped = shelf.remember(subject, record)
        if isinstance(record, RememberedKey):
            self._keys_of.setdefault(record.instance_id, set()).add(record.id)
        if isinstance(dropped, RememberedKey) and dropped.id != subject:
            _hand_in(self._keys_of, dropped.instance_id, dropped.id)

    def adopt(self, kind: str, subject: str) -> None:
        """Forget what a change made old."""
        if kind == Kind.CLOCK:
            self._clock = self._source.clock()
            return
        with self._lock:
            if kind == Kind.SEAL:
                self._forget_everything()
            elif kind in self._shelves:
                self._shelves[kind].forget(subject)
            if kind == Kind.INSTANCE:
                # A released instance's keys must not stay in memory, nor come into it late.
                for key_id in self._keys_of.pop(subject, set()):
                    self._keys.forget(key_id)
                self._keys.loading.clear()
                self._secrets.forget_where(lambda one: one.instance_id == subject)
            if kind == Kind.CLIENT_KEYS:
                self._client_keys.forget_where(
                    lambda one: place_subject(one.principal.account_id, one.region) == subject
                )

    def adopt_everything(self) -> None:
        """Forget everything: after the log of changes could not be followed without a gap."""
        self._clock = self._source.clock()
        with self._lock:
            self._forget_everything()

    def is_fresh(self, as_of: float) -> None:
        """All changes committed before the monotonic moment ``as_of`` are adopted."""
        self._fresh_until = as_of + STALE_LIMIT_SECONDS

    def _forget_everything(self) -> None:
        for shelf in self._shelves.values():
            shelf.forget_all()
        self._keys_of.clear()


K = TypeVar("K")


def _hand_in(sets: dict[str, set[K]], name: str, one: K) -> bool:
    """Take one out of a named set, and an empty set out of the dict; whether it was there."""
    held = sets.get(name)
    if held is None or one not in held:
        return False
    held.discard(one)
    if not held:
        del sets[name]
    return True
