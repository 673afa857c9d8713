"""What applications need remembered."""

from collections.abc import Collection, Sequence
from typing import Protocol, TypeVar

from keylease.custody.applications.model import (
    AccessPoint,
    NetworkRule,
    Owned,
    PermissionPolicy,
    StoredClientKey,
)

T = TypeVar("T", bound=Owned)


class Named(Protocol[T]):
    """Things that have a name in an account and region, inside a unit of work."""

    def add(self, one: T) -> None:
        """Write down a new one."""
        ...

    def update(self, one: T) -> None:
        """Replace what is written of it."""
        ...

    def remove(self, one: T) -> None:
        """Forget it."""
        ...

    def find(self, account_id: str, region: str, name: str, *, lock: bool = False) -> T | None:
        """The one with this name; ``lock`` keeps others from removing it until the end."""
        ...

    def find_many(
        self, account_id: str, region: str, names: Collection[str], *, lock: bool = False
    ) -> dict[str, T]:
        """Those of the given names that exist, by name."""
        ...

    def page(
        self, account_id: str, region: str, offset: int, limit: int
    ) -> tuple[Sequence[T], int]:
        """A page by name, and how many there are."""
        ...


class ClientKeys(Protocol):
    """Client keys, inside a unit of work."""

    def add(self, one: StoredClientKey) -> None:
        """Write down a new one."""
        ...

    def find(self, client_key_id: str) -> StoredClientKey | None:
        """The client key, whoever owns it."""
        ...

    def find_many(self, client_key_ids: Collection[str]) -> dict[str, StoredClientKey]:
        """Those of the given ids that exist, by id."""
        ...

    def remove(self, client_key_id: str) -> None:
        """Forget it."""
        ...

    def of(
        self, account_id: str, region: str, access_points: Collection[str] | None
    ) -> Sequence[StoredClientKey]:
        """Those of these access points, oldest first; of all in the region for None."""
        ...


class Applications(Protocol):
    """All that is remembered of an account's applications."""

    @property
    def network_rules(self) -> Named[NetworkRule]:
        """The network rules."""
        ...

    @property
    def policies(self) -> Named[PermissionPolicy]:
        """The permission policies."""
        ...

    @property
    def access_points(self) -> Named[AccessPoint]:
        """The application access points."""
        ...

    @property
    def client_keys(self) -> ClientKeys:
        """The client keys."""
        ...
