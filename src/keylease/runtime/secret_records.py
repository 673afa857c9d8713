"""What is remembered of a secret: everything as it is kept, its values encrypted."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from keylease.access.admission import Resource
from keylease.access.policies.compiled import CompiledPolicy
from keylease.crypto.envelope import WrappingKey
from keylease.custody.secrets.model import Secret, SecretVersion


@dataclass(frozen=True, slots=True)
class RememberedSecret:
    """A secret with its versions; ``place`` opens them unless a key of the customer's does.

    ``policy`` is the secret's own, None for the default one.
    """

    secret: Secret
    versions: tuple[SecretVersion, ...]
    place: WrappingKey | None = field(repr=False)
    policy: CompiledPolicy | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def resource(self) -> Resource:
        """What permissions to read it are decided by."""
        return Resource(self.secret.arn, self.secret.account_id, self.policy, self.tags)

    @property
    def instance_id(self) -> str:
        """The instance that it is in."""
        return self.secret.instance_id

    @property
    def weight(self) -> int:
        """About how many bytes it takes."""
        return 2_000 + sum(len(one.sealed) + len(one.data_key) for one in self.versions)
