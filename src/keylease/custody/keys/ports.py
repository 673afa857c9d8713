"""What keys need remembered."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from keylease.custody.keys.model import Alias, Key, KeyVersion


@dataclass(frozen=True, slots=True)
class KeyFilter:
    """Which keys a list is about: the values of a field are alternatives, all fields must fit.

    A tag fits by its key and its value both. ``creator_types`` are ``User`` and ``Service``.
    Keys of instances that ended at ``kept_after`` or before are left out: their release is due;
    and so are keys whose deletion is due at ``now``. The state looked at is the one at ``now``.
    ``is_default``: default keys only, or only keys of instances; None for both.
    """

    fields: Mapping[str, Collection[str]]
    tag_keys: Collection[str] | None = None
    tag_values: Collection[str] | None = None
    alias_names: Collection[str] | None = None
    creator_types: Collection[str] | None = None
    kept_after: int = 0
    now: int = 0
    is_default: bool | None = None


class Keys(Protocol):
    """Keys and their versions, inside a unit of work."""

    def add(self, key: Key, version: KeyVersion) -> None:
        """Write down a new key with its first version."""
        ...

    def update(self, key: Key) -> None:
        """Replace what is written of the key itself."""
        ...

    def find(self, key_id: str, *, lock: bool = False) -> Key | None:
        """The key, whoever owns it."""
        ...

    def find_many(self, key_ids: Collection[str], *, lock: bool = False) -> dict[str, Key]:
        """Those of the given ids that exist, by id."""
        ...

    def default_key(
        self, account_id: str, region: str, service: str, *, lock: bool = False
    ) -> Key | None:
        """The default key of an account, region and service, if it exists by now.

        ``lock`` makes others that would create it wait until the end.
        """
        ...

    def page(
        self, account_id: str, region: str, chosen: KeyFilter, offset: int, limit: int
    ) -> tuple[Sequence[Key], int]:
        """A page of an account's keys in a region, oldest first, and how many fit in all."""
        ...

    def add_version(self, version: KeyVersion) -> None:
        """Write down a further version."""
        ...

    def update_version(self, version: KeyVersion) -> None:
        """Replace what is written of a version; old material is overwritten first."""
        ...

    def versions(self, key_id: str, offset: int, limit: int) -> tuple[Sequence[KeyVersion], int]:
        """A page of a key's versions, newest first, and how many there are."""
        ...

    def version(self, key_id: str, version_id: str) -> KeyVersion | None:
        """One version of one key."""
        ...

    def in_token(self, instance_ids: Collection[str] | None = None) -> Sequence[str]:
        """The ids of all versions that a hardware token itself keeps, or of these instances'.

        Of these instances also those whose imported material was deleted, of all only the others.
        """
        ...

    def count_versions(self, instance_id: str) -> int:
        """How many key versions an instance holds: what counts against its quota."""
        ...

    def remove(self, key_ids: Collection[str]) -> None:
        """Overwrite the versions, then forget keys, versions, aliases, tags and grants."""
        ...


class Aliases(Protocol):
    """Aliases, inside a unit of work."""

    def add(self, alias: Alias) -> None:
        """Write down a new one."""
        ...

    def find(self, account_id: str, region: str, name: str) -> Alias | None:
        """The alias with this name."""
        ...

    def update(self, alias: Alias) -> None:
        """Let it stand for another key."""
        ...

    def remove(self, alias: Alias) -> None:
        """Forget it; the key stays."""
        ...

    def of_keys(self, key_ids: Collection[str]) -> Sequence[Alias]:
        """All aliases of several keys, by name."""
        ...

    def page(
        self, account_id: str, region: str, key_id: str | None, offset: int, limit: int
    ) -> tuple[Sequence[Alias], int]:
        """A page of an account's aliases in a region by name, of one key or of all."""
        ...


class WrappingKeys(Protocol):
    """Wrapping keys, wrapped by the root key."""

    def add(self, scope: str, blob: bytes, root: str) -> None:
        """Write down a new one, wrapped by the root key with the fingerprint ``root``.

        Raises `keylease.custody.vault.RootChanged` if that is no longer the root key: a key
        wrapped by a root key that is being destroyed would be lost.
        """
        ...

    def find(self, scope: str) -> bytes | None:
        """The blob of one."""
        ...

    def destroy(self, scopes: Collection[str]) -> None:
        """Overwrite the blobs and remove them: nothing they wrapped can be opened again."""
        ...

    def all(self) -> Sequence[tuple[str, bytes]]:
        """Every scope with its blob, for a new root key; until the end nobody adds one."""
        ...

    def replace(self, blobs: Mapping[str, bytes]) -> None:
        """Put new blobs in the place of old ones."""
        ...
