"""What backups need remembered, and how the contents of instances are read and written in bulk."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from keylease.custody.backups.model import Backup
from keylease.custody.backups.records import SecretRecord
from keylease.custody.keys.model import Alias, Key, KeyVersion


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key with all that belongs to it; ``blob`` is its own wrapping key, wrapped, if it has one.

    ``versions`` can be gone through once.
    """

    key: Key
    versions: Iterator[KeyVersion]
    aliases: Sequence[Alias] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    blob: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class StoredSecretVersion:
    """A version of a secret, sealed as it is kept."""

    secret_id: str
    id: str
    number: int
    data_type: str
    data_key: bytes = field(repr=False)
    sealed: bytes = field(repr=False)
    stages: str
    created_at: int


@dataclass(frozen=True, slots=True)
class StoredSecret:
    """A secret with its versions, which can be gone through once."""

    id: str
    instance_id: str
    record: SecretRecord
    versions: Iterator[StoredSecretVersion]


@dataclass(frozen=True, slots=True)
class Place:
    """In which instance a name is taken, and since when."""

    instance_id: str
    created_at: int


class Backups(Protocol):
    """The backups and their parts, inside a unit of work."""

    def add(self, backup: Backup) -> None:
        """Write down one that is being made: without a digest."""
        ...

    def update(self, backup: Backup) -> bool:
        """Replace what is written of it; False if it is there no more."""
        ...

    def touch(self, backup_id: str, machine: int) -> bool:
        """Note that one is still being made; False if it was cleared away."""
        ...

    def find(self, backup_id: str, *, lock: bool = False) -> Backup | None:
        """The backup, whoever owns it."""
        ...

    def page(
        self,
        account_id: str | None,
        now: int,
        offset: int,
        limit: int,
        *,
        region: str | None = None,
    ) -> tuple[Sequence[Backup], int]:
        """A page of whole backups, newest first, and how many there are; None means any."""
        ...

    def with_contents(self, instance_id: str, digest: bytes) -> Backup | None:
        """A backup that was made of an instance here and holds just this."""
        ...

    def of_instances(self, instance_ids: Collection[str]) -> Sequence[Backup]:
        """The whole backups that were made of these instances here, newest first."""
        ...

    def expired(self, instance_ids: Collection[str], now: int) -> Sequence[Backup]:
        """Those that were made of these instances and whose time is over."""
        ...

    def expire(self, instance_id: str, at: int) -> None:
        """Have the backups that were made of an instance here end at a moment."""
        ...

    def add_parts(self, backup_id: str, first: int, parts: Sequence[bytes]) -> None:
        """Write down parts, numbered from ``first``."""
        ...

    def parts(self, backup_id: str) -> Iterator[bytes]:
        """The parts in their order, one after the other."""
        ...

    def remove(self, backup_ids: Collection[str]) -> None:
        """Forget backups with their parts; their wrapping keys are destroyed by then."""
        ...


class Contents(Protocol):
    """The contents of instances in bulk, inside a unit of work."""

    def holding(self, instance_ids: Collection[str]) -> set[str]:
        """Those of the instances that hold a key or a secret."""
        ...

    def keys(self, instance_id: str) -> Iterator[StoredKey]:
        """The keys of an instance by id, with all that belongs to them."""
        ...

    def secrets(self, instance_id: str) -> Iterator[StoredSecret]:
        """The secrets of an instance by id."""
        ...

    def keys_taken(self, key_ids: Collection[str]) -> Mapping[str, str]:
        """The instances in which key ids are taken."""
        ...

    def versions_taken(self, version_ids: Collection[str]) -> set[str]:
        """Which key version ids are taken."""
        ...

    def aliases_taken(self, account_id: str, region: str, names: Collection[str]) -> set[str]:
        """Which names of aliases are taken."""
        ...

    def secrets_taken(
        self, account_id: str, region: str, names: Collection[str]
    ) -> Mapping[str, Place]:
        """Where names of secrets are taken."""
        ...

    def add_keys(
        self,
        keys: Sequence[StoredKey],
        versions: Sequence[KeyVersion],
        wrapping: Mapping[str, bytes],
        root: str,
    ) -> None:
        """Write down keys with aliases and tags, versions, and wrapping keys by scope.

        ``root`` is the fingerprint of what they are wrapped by; `RootChanged` as for one.
        """
        ...

    def add_secrets(
        self,
        account_id: str,
        region: str,
        secrets: Sequence[StoredSecret],
        versions: Sequence[StoredSecretVersion],
    ) -> None:
        """Write down secrets with tags, and versions of secrets."""
        ...
