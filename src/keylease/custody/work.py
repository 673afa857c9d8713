"""What the rules of custody need around them: a moment, the stores, the dice."""

from typing import Protocol

from keylease.core.agenda import Agenda
from keylease.core.entropy import Entropy
from keylease.crypto.providers import Providers
from keylease.custody.applications.ports import Applications
from keylease.custody.backups.ports import Backups, Contents
from keylease.custody.instances.ports import Instances
from keylease.custody.keys.ports import Aliases, Keys, WrappingKeys
from keylease.custody.secrets.ports import Secrets
from keylease.custody.secrets.targets import RotationTargets
from keylease.custody.sharing import Sharing
from keylease.custody.tags import Tags
from keylease.custody.vault import Vault


class CustodyWork(Protocol):
    """A unit of work, as far as custody sees it."""

    @property
    def now(self) -> int:
        """The one business instant of this unit of work."""
        ...

    @property
    def entropy(self) -> Entropy:
        """The source of chance."""
        ...

    @property
    def vault(self) -> Vault:
        """The hierarchy of keys at rest."""
        ...

    @property
    def providers(self) -> Providers:
        """Who makes keys and works with them."""
        ...

    @property
    def key_version_pause(self) -> int:
        """Seconds between two versions of an asymmetric key that its owner asks for."""
        ...

    @property
    def agenda(self) -> Agenda:
        """The agenda: what becomes due for keys and secrets."""
        ...

    @property
    def instances(self) -> Instances:
        """The instances."""
        ...

    @property
    def keys(self) -> Keys:
        """The keys."""
        ...

    @property
    def aliases(self) -> Aliases:
        """The aliases of keys."""
        ...

    @property
    def secrets(self) -> Secrets:
        """The secrets."""
        ...

    @property
    def rotation_targets(self) -> RotationTargets:
        """Where the secrets of databases are rotated."""
        ...

    @property
    def tags(self) -> Tags:
        """The tags of keys, secrets and instances."""
        ...

    @property
    def sharing(self) -> Sharing:
        """Which accounts keys and secrets are shared with."""
        ...

    @property
    def applications(self) -> Applications:
        """Who may use keys and secrets without an access key."""
        ...

    @property
    def wrapping_keys(self) -> WrappingKeys:
        """The wrapping keys."""
        ...

    @property
    def backups(self) -> Backups:
        """The backups of instances."""
        ...

    @property
    def backup_contents(self) -> Contents:
        """The contents of instances, in bulk."""
        ...

    @property
    def automatic_backups(self) -> bool:
        """Whether software instances are backed up by themselves."""
        ...

    def changed(self, kind: str, subject: str) -> None:
        """Tell every node, once this is committed, that what it remembers of this is old."""
        ...


def place_subject(account_id: str, region: str) -> str:
    """How `CustodyWork.changed` and memory call an account's share of a region."""
    return f"{account_id}:{region}"


def local_subject(account_id: str, region: str, name: str) -> str:
    """How `CustodyWork.changed` and memory call what has its name in an account and region."""
    return f"{place_subject(account_id, region)}:{name}"
