"""A backup: what it is of, what it holds, and how long it is kept. Source: facts/kms.md 7.

A backup of a software instance holds its keys with their material, and its secrets with their
values; one of a hardware instance holds metadata only, since the material is the token's business.
"""

from dataclasses import dataclass
from enum import StrEnum

from keylease.core.clock import DAY
from keylease.core.errors import Code, Refusal
from keylease.custody.instances.model import Edition, Instance

#: How far back the automatic backups of a living instance reach.
WINDOW = 90 * DAY

#: How long the backups of an instance outlive its release. rules.md 2.
KEPT_AFTER_RELEASE = 90 * DAY


class BackupKind(StrEnum):
    """Why a backup was made: each night, because somebody asked for it, or elsewhere."""

    AUTOMATIC = "automatic"
    MANUAL = "manual"
    IMPORTED = "imported"


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup.

    The instance was like this from ``created_at`` to ``checked_at``; it may be released by now.
    ``expires_at`` is None while it lives. ``digest`` tells what was backed up from other contents
    (`keylease.custody.backups.records.Fingerprint`); it is empty while the backup is being made.
    All moments are business instants; ``size`` is the bytes of its parts.
    """

    id: str
    account_id: str
    region: str
    instance_id: str
    instance_name: str
    kind: BackupKind
    edition: Edition
    created_at: int
    checked_at: int
    expires_at: int | None = None
    keys: int = 0
    secrets: int = 0
    size: int = 0
    digest: bytes = b""

    @property
    def is_whole(self) -> bool:
        """Whether it was made to its end."""
        return bool(self.digest)

    @property
    def is_empty(self) -> bool:
        """Whether the instance held nothing."""
        return not self.keys and not self.secrets

    def is_gone(self, now: int) -> bool:
        """Whether its time is over, whether or not it was destroyed."""
        return self.expires_at is not None and self.expires_at <= now

    def require_deletable(self) -> None:
        """Refuse to delete an automatic backup of an instance that lives. facts/kms.md 7."""
        if self.kind is BackupKind.AUTOMATIC and self.expires_at is None:
            raise Refusal(
                Code.INVALID_PARAMETER,
                "The automatic backup {backup} can be deleted once its instance is released.",
                backup=self.id,
            )


def backup_scope(backup_id: str) -> str:
    """The name of the wrapping key of a backup."""
    return f"backup:{backup_id}"


def is_backed_up(instance: Instance) -> bool:
    """Whether an instance gets automatic backups: software, in which something can be kept."""
    return not instance.edition.is_hardware and not instance.edition.is_service
