"""What secrets need remembered."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from keylease.custody.secrets.model import Secret, SecretVersion


@dataclass(frozen=True, slots=True)
class SecretFilter:
    """Which secrets a list is about: the values of a field are alternatives, all fields must fit.

    Secrets of instances that ended at ``kept_after`` or before are left out: their release is due;
    and so are those whose deletion is due at ``now``. ``name_part``: what a name has in it, in any
    case.
    """

    fields: Mapping[str, Collection[str]]
    tag_keys: Collection[str] | None = None
    tag_values: Collection[str] | None = None
    kept_after: int = 0
    now: int = 0
    name_part: str = ""


class Secrets(Protocol):
    """Secrets and their versions, inside a unit of work."""

    def add(self, secret: Secret, versions: Sequence[SecretVersion]) -> None:
        """Write down a new secret with its first versions."""
        ...

    def update(self, secret: Secret) -> None:
        """Replace what is written of the secret itself."""
        ...

    def find(self, secret_id: str, *, lock: bool = False) -> Secret | None:
        """The secret with this id, whoever owns it."""
        ...

    def by_name(
        self, account_id: str, region: str, name: str, *, lock: bool = False
    ) -> Secret | None:
        """The account's secret with this name in a region."""
        ...

    def find_many(self, secret_ids: Collection[str], *, lock: bool = False) -> dict[str, Secret]:
        """Those of the given ids that exist, by id."""
        ...

    def page(
        self, account_id: str, region: str, chosen: SecretFilter, offset: int, limit: int
    ) -> tuple[Sequence[Secret], int]:
        """A page of an account's secrets in a region, oldest first, and how many fit in all."""
        ...

    def versions(self, secret_id: str) -> Sequence[SecretVersion]:
        """All versions of a secret, the oldest first: at most ten."""
        ...

    def add_version(self, version: SecretVersion) -> None:
        """Write down a further version."""
        ...

    def update_stages(self, versions: Sequence[SecretVersion]) -> None:
        """Replace the stages of these versions."""
        ...

    def remove_versions(self, secret_id: str, version_ids: Collection[str]) -> None:
        """Overwrite these versions, then forget them."""
        ...

    def count(self, instance_id: str) -> int:
        """How many secrets an instance holds: what counts against its quota."""
        ...

    def remove(self, secret_ids: Collection[str]) -> None:
        """Overwrite the versions, then forget secrets, versions, tags and grants."""
        ...
