"""What instances need remembered."""

from collections.abc import Collection, Sequence
from typing import Protocol

from keylease.custody.instances.model import Instance


class Instances(Protocol):
    """The instances that are not released, inside a unit of work."""

    def add(self, instance: Instance) -> None:
        """Write down a new instance."""
        ...

    def update(self, instance: Instance) -> None:
        """Replace what is written of it."""
        ...

    def find(self, instance_id: str, *, lock: bool = False) -> Instance | None:
        """The instance, whoever owns it; ``lock`` keeps others from changing it until the end."""
        ...

    def find_many(
        self, instance_ids: Collection[str], *, lock: bool = False
    ) -> dict[str, Instance]:
        """Those of the given ids that exist, by id."""
        ...

    def page(
        self, account_id: str, region: str | None, offset: int, limit: int
    ) -> tuple[Sequence[Instance], int]:
        """A page of an account's instances, oldest first, and how many there are in all.

        Value-added services are not among them.
        """
        ...

    def services(self, account_id: str, region: str) -> Sequence[Instance]:
        """An account's value-added services in a region."""
        ...

    def pay_as_you_go(self, account_id: str) -> Sequence[Instance]:
        """An account's pay-as-you-go instances, locked."""
        ...

    def remove(self, instance_ids: Collection[str]) -> None:
        """Forget the instances and everything in them but their wrapping keys."""
        ...
