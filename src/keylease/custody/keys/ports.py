"""What keys need remembered."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from keylease.custody.keys.model import Key, KeyVersion


@dataclass(frozen=True, slots=True)
class KeyFilter:
    """Which keys a list is about: the values of a field are alternatives, all fields must fit.

    Keys of instances that ended at ``kept_after`` or before are left out: their release is due.
    """

    fields: Mapping[str, Collection[str]]
    tag_keys: Collection[str] | None = None
    tag_values: Collection[str] | None = None
    kept_after: int = 0


class Keys(Protocol):
    """Keys and their versions, inside a unit of work."""

    def add(self, key: Key, version: KeyVersion, tags: Mapping[str, str]) -> None:
        """Write down a new key with its first version."""
        ...

    def update(self, key: Key) -> None:
        """Replace what is written of the key itself."""
        ...

    def find(self, key_id: str, *, lock: bool = False) -> Key | None:
        """The key, whoever owns it."""
        ...

    def default_key(self, account_id: str, region: str, *, lock: bool = False) -> Key | None:
        """The default key of an account and region, if it exists by now.

        ``lock`` makes others that would create it wait until the end.
        """
        ...

    def page(
        self, account_id: str, region: str, chosen: KeyFilter, offset: int, limit: int
    ) -> tuple[Sequence[Key], int]:
        """A page of an account's keys in a region, oldest first, and how many fit in all."""
        ...

    def versions(self, key_id: str, offset: int, limit: int) -> tuple[Sequence[KeyVersion], int]:
        """A page of a key's versions, newest first, and how many there are."""
        ...

    def version(self, key_id: str, version_id: str) -> KeyVersion | None:
        """One version of one key."""
        ...

    def count_versions(self, instance_id: str) -> int:
        """How many key versions an instance holds: what counts against its quota."""
        ...

    def tags(self, key_id: str) -> Mapping[str, str]:
        """The key's tags."""
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
