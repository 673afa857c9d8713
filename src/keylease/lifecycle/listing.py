"""Lists of subscriptions: instances together with how they are renewed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from keylease.billing.renewals.model import RenewalSetting
from keylease.custody.instances.model import Instance


@dataclass(frozen=True, slots=True)
class SubscriptionFilter:
    """Which subscriptions a list is about; None means any. Moments are inclusive.

    ``services``: whether value-added services are among them; ``trial_from`` and ``trial_until``:
    when a free trial ends.
    """

    instance_ids: Collection[str] | None = None
    region: str | None = None
    product_type: str | None = None
    subscription: str | None = None
    renewal_mode: str | None = None
    created_from: int | None = None
    created_until: int | None = None
    end_from: int | None = None
    end_until: int | None = None
    trial_from: int | None = None
    trial_until: int | None = None
    services: bool = True
    names: Collection[str] | None = None
    states: Collection[str] | None = None
    tag_names: Collection[str] | None = None
    tag_values: Collection[str] | None = None
    editions: Collection[str] | None = None


class Subscriptions(Protocol):
    """The lists, inside a unit of work."""

    def page(
        self,
        account_id: str,
        chosen: SubscriptionFilter,
        not_ended_before: int,
        offset: int,
        limit: int,
        *,
        by_end: bool = False,
    ) -> tuple[Sequence[tuple[Instance, RenewalSetting]], int]:
        """A page, oldest first or what ends next first, and how many fit in all.

        ``not_ended_before`` leaves out those whose release is due, whether or not it was done.
        """
        ...
