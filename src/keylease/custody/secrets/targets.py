"""Rotation targets: the outside systems whose passwords are rotated, as the operator told of them.

A target is an account's: ``DBInstanceId`` of a secret names it by its id. What it takes to get in
(a URL with a password) is kept wrapped and never shown. Source: facts/kms.md 5.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from keylease.core.errors import Misuse

#: The kinds of target that there is a rotator for.
POSTGRESQL = "postgresql"
KINDS = (POSTGRESQL,)


@dataclass(frozen=True, slots=True)
class RotationTarget:
    """One outside system of an account."""

    account_id: str
    id: str
    kind: str
    wrapped_config: bytes = field(repr=False)
    created_at: int


class RotationTargets(Protocol):
    """The targets, inside a unit of work."""

    def put(self, target: RotationTarget) -> None:
        """Write one down, in the place of another with the same id."""
        ...

    def find(self, account_id: str, target_id: str) -> RotationTarget | None:
        """The account's target with this id."""
        ...

    def all(self) -> Sequence[RotationTarget]:
        """Every target, by account and id."""
        ...

    def remove(self, account_id: str, target_id: str) -> bool:
        """Overwrite and forget one; whether it was there."""
        ...


def target_context(account_id: str, target_id: str) -> tuple[str, ...]:
    """What the wrapping of a target's configuration is bound to."""
    return ("rotation-target", account_id, target_id)


def check_target(kind: str, url: str) -> None:
    """Misuse unless there is a rotator for such a target. The URL is not repeated."""
    if kind not in KINDS:
        raise Misuse(
            "There is no rotator for {kind!r}: use {offered}.",
            kind=kind,
            offered=" or ".join(KINDS),
        )
    if not url.startswith(("postgresql://", "postgres://")):
        raise Misuse("The URL of a PostgreSQL target begins with postgresql://.")
