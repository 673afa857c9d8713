"""What a process remembers, so that a crypto call reads no database.

Records are loaded on first use, dropped by size, and forgotten when the log of changes names
them. So memory can lag behind the database by one poll, and that lag may only ever mean "served a
moment too long": whatever is missing here, or refused because of what is here, is *in doubt*
until it was loaded again. Source: design.md 3.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from keylease.access.accounts import Credential
from keylease.core.clock import ClockState, MachineClock
from keylease.core.errors import Code, Refusal
from keylease.crypto.keys import SymmetricKey
from keylease.custody.keys.states import KeyState

#: How long the log of changes may be unreadable before this process stops serving from memory.
STALE_LIMIT_SECONDS = 5.0

#: For how long an answer of the database is believed before it is asked the same again.
BELIEVED_SECONDS = 0.25

RECORDS_MAX = 100_000


class Kind(StrEnum):
    """What is remembered, as the log of changes names it."""

    CLOCK = "clock"
    CREDENTIAL = "credential"
    INSTANCE = "instance"
    KEY = "key"
    VERSION = "version"
    DEFAULT_KEY = "default-key"
    SEAL = "seal"


@dataclass(frozen=True, slots=True)
class RememberedInstance:
    """As much of an instance as deciding about a crypto call takes."""

    id: str
    account_id: str
    end: int
    enabled: bool
    qps: int


@dataclass(frozen=True, slots=True)
class RememberedKey:
    """A key with all its versions ready for use."""

    id: str
    account_id: str
    region: str
    instance_id: str
    state: KeyState
    primary: SymmetricKey = field(repr=False)
    versions: Mapping[str, SymmetricKey] = field(repr=False)

    @property
    def is_default(self) -> bool:
        """Whether it is the default key of its account and region."""
        return not self.instance_id


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

    def default_key(self, account_id: str, region: str) -> str | None:
        """The id of the default key of an account and region; made now if there is none."""
        ...


#: What is remembered of one thing, by kind: None in a dict means nobody has looked.
Record = Credential | RememberedInstance | RememberedKey | str


class Memory:
    """One process's memory. Reading it takes no lock; loading and forgetting do."""

    def __init__(
        self, source: Source, machine: MachineClock, records_max: int = RECORDS_MAX
    ) -> None:
        self._source = source
        self._machine = machine
        self._max = records_max
        self._lock = threading.Lock()
        self._records: dict[Kind, dict[str, Record]] = {
            Kind.CREDENTIAL: {},
            Kind.INSTANCE: {},
            Kind.KEY: {},
            Kind.VERSION: {},
            Kind.DEFAULT_KEY: {},
        }
        self._loading: dict[tuple[Kind, str], set[object]] = {}
        self._confirmed: dict[tuple[Kind, str], float] = {}
        self._absent: dict[tuple[Kind, str], float] = {}
        self._keys_of: dict[str, set[str]] = {}
        self._clock = source.clock()
        self._fresh_until = machine.monotonic() + STALE_LIMIT_SECONDS

    def now(self) -> int:
        """The business instant, as this process knows it."""
        return self._clock.now(self._machine.wall())

    def require_fresh(self) -> None:
        """Refuse with ServiceUnavailableTemporary (503) when changes could not be read lately."""
        if self._machine.monotonic() > self._fresh_until:
            raise Refusal(
                Code.UNAVAILABLE,
                "This node has lost touch with its database and stopped serving: try again.",
            )

    def credential(self, access_key_id: str) -> Credential | None:
        """The access key, if it is remembered."""
        return self._records[Kind.CREDENTIAL].get(access_key_id)  # type: ignore[return-value]

    def instance(self, instance_id: str) -> RememberedInstance | None:
        """The instance, if it is remembered."""
        return self._records[Kind.INSTANCE].get(instance_id)  # type: ignore[return-value]

    def key(self, key_id: str) -> RememberedKey | None:
        """The key, if it is remembered."""
        return self._records[Kind.KEY].get(key_id)  # type: ignore[return-value]

    def key_of_version(self, version_id: str) -> str | None:
        """The key of a version, if it is remembered."""
        return self._records[Kind.VERSION].get(version_id)  # type: ignore[return-value]

    def default_key(self, place: str) -> str | None:
        """The default key of a place, ``account:region``, if it is remembered."""
        return self._records[Kind.DEFAULT_KEY].get(place)  # type: ignore[return-value]

    def is_confirmed(self, kind: Kind, subject: str) -> bool:
        """Whether the database was asked about this just now."""
        return self._is_recent(self._confirmed.get((kind, subject)))

    def is_absent(self, kind: Kind, subject: str) -> bool:
        """Whether the database said just now that there is no such thing."""
        return self._is_recent(self._absent.get((kind, subject)))

    def load(self, kind: Kind, subject: str) -> bool:
        """Ask the database and remember the answer; whether there was one. For worker threads.

        A change that is adopted while the answer is on its way makes the answer old: ask again.
        """
        if kind is Kind.CLOCK:
            self._clock = self._source.clock()
            return True
        while True:
            ticket = object()
            with self._lock:
                self._loading.setdefault((kind, subject), set()).add(ticket)
            record = self._ask(kind, subject)
            with self._lock:
                waiting = self._loading.get((kind, subject), set())
                if ticket not in waiting:
                    continue
                waiting.discard(ticket)
                if not waiting:
                    self._loading.pop((kind, subject), None)
                self._remember(kind, subject, record)
                return record is not None

    def adopt(self, kind: str, subject: str) -> None:
        """Forget what a change made old."""
        if kind == Kind.CLOCK:
            self._clock = self._source.clock()
            return
        with self._lock:
            if kind == Kind.SEAL:
                self._forget_everything()
            elif kind in self._records:
                self._forget(Kind(kind), subject)

    def adopt_everything(self) -> None:
        """Forget everything: after the log of changes could not be followed without a gap."""
        self._clock = self._source.clock()
        with self._lock:
            self._forget_everything()

    def is_fresh(self, as_of: float) -> None:
        """All changes committed before the monotonic moment ``as_of`` are adopted."""
        self._fresh_until = as_of + STALE_LIMIT_SECONDS

    def _is_recent(self, at: float | None) -> bool:
        return at is not None and self._machine.monotonic() - at < BELIEVED_SECONDS

    def _ask(self, kind: Kind, subject: str) -> Record | None:
        match kind:
            case Kind.CREDENTIAL:
                return self._source.credential(subject)
            case Kind.INSTANCE:
                return self._source.instance(subject)
            case Kind.KEY:
                return self._source.key(subject)
            case Kind.DEFAULT_KEY:
                account_id, _, region = subject.partition(":")
                return self._source.default_key(account_id, region)
            case _:
                return self._source.key_of_version(subject)

    def _remember(self, kind: Kind, subject: str, record: Record | None) -> None:
        records, now = self._records[kind], self._machine.monotonic()
        if record is None:
            records.pop(subject, None)
            self._absent[kind, subject] = now
            _keep_small(self._absent, self._max)
            return
        records[subject] = record
        self._confirmed[kind, subject] = now
        _keep_small(self._confirmed, self._max)
        if isinstance(record, RememberedKey):
            self._keys_of.setdefault(record.instance_id, set()).add(record.id)
        _keep_small(records, self._max)

    def _forget(self, kind: Kind, subject: str) -> None:
        self._records[kind].pop(subject, None)
        self._confirmed.pop((kind, subject), None)
        self._absent.pop((kind, subject), None)
        self._loading.pop((kind, subject), None)
        if kind is Kind.INSTANCE:
            # A released instance's keys must not stay usable in memory.
            for key_id in self._keys_of.pop(subject, set()):
                self._forget(Kind.KEY, key_id)

    def _forget_everything(self) -> None:
        for records in self._records.values():
            records.clear()
        self._confirmed.clear()
        self._absent.clear()
        self._loading.clear()
        self._keys_of.clear()


def _keep_small(records: dict, size: int) -> None:  # type: ignore[type-arg]
    """Drop what was remembered longest ago."""
    while len(records) > size:
        del records[next(iter(records))]
