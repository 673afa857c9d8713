"""What is remembered of a secret: everything as it is kept, its values encrypted."""

from dataclasses import dataclass, field

from keylease.crypto.envelope import WrappingKey
from keylease.custody.secrets.model import Secret, SecretVersion


@dataclass(frozen=True, slots=True)
class RememberedSecret:
    """A secret with its versions; ``place`` opens them unless a key of the customer's does."""

    secret: Secret
    versions: tuple[SecretVersion, ...]
    place: WrappingKey | None = field(repr=False)

    @property
    def instance_id(self) -> str:
        """The instance that it is in."""
        return self.secret.instance_id

    @property
    def weight(self) -> int:
        """About how many bytes it takes."""
        return 2_000 + sum(len(one.sealed) + len(one.data_key) for one in self.versions)
