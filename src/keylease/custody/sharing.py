"""Policies of keys and secrets, and the access units that sharing with other accounts takes.

An instance's access units are its networks, and each other account that a policy of anything in it
allows something; they are bought. Source: facts/kms.md 1.2 and 4.6.
"""

from collections.abc import Collection, Mapping
from typing import Protocol

from keylease.access.policies.texts import resource_policy
from keylease.core.errors import Code, Refusal
from keylease.custody.instances.model import Instance
from keylease.custody.instances.states import InstanceState
from keylease.custody.tags import TaggedKind

#: What the one policy of a key or secret is called.
POLICY_NAME = "default"


class Sharing(Protocol):
    """Who else uses what is in instances, inside a unit of work."""

    def replace(
        self, kind: TaggedKind, resource_id: str, instance_id: str, accounts: Collection[str]
    ) -> None:
        """Share a key or secret of an instance with exactly these accounts."""
        ...

    def accounts(self, instance_id: str) -> set[str]:
        """The other accounts that anything of an instance is shared with."""
        ...

    def counts(self, instance_ids: Collection[str]) -> Mapping[str, int]:
        """With how many other accounts anything of these instances is shared."""
        ...


class SharingWork(Protocol):
    """A unit of work, as far as these rules see it."""

    @property
    def now(self) -> int:
        """The one business instant of this unit of work."""
        ...

    @property
    def sharing(self) -> Sharing:
        """Which accounts keys and secrets are shared with."""
        ...


def share(
    work: SharingWork, kind: TaggedKind, resource_id: str, instance: Instance, text: str
) -> str:
    """The policy of a key or secret in an instance, read and counted; the text to keep.

    ``instance`` is locked; an empty text is the default policy, which shares with nobody.
    Refusals: InvalidParameter, Rejected.ShareQuotaExceedLimit.
    """
    policy = resource_policy(text)
    accounts = policy.allowed_accounts - {instance.account_id} if policy else frozenset()
    work.sharing.replace(kind, resource_id, instance.id, accounts)
    if accounts:
        require_access_units(work, instance)
    return text


def used_access_units(work: SharingWork, instance: Instance) -> int:
    """The networks that reach an instance, and the accounts that share something in it."""
    return used_networks(instance) + len(work.sharing.accounts(instance.id))


def used_networks(instance: Instance) -> int:
    """The networks that reach an instance: its own once it is enabled, and further ones."""
    return len(instance.network.bound) + (instance.state is not InstanceState.UNINITIALIZED)


def require_access_units(work: SharingWork, instance: Instance) -> None:
    """Refuse with Rejected.ShareQuotaExceedLimit more networks and accounts than were bought."""
    bought = instance.capacity_at(work.now).access_units
    used = used_access_units(work, instance)
    if used > bought:
        raise Refusal(
            Code.SHARE_LIMIT_EXCEEDED,
            "Instance Share Quota Exceed Limit: {used} networks and sharing accounts need as many "
            "access units, {bought} were bought for {instance}. Upgrade it (VpcNum) first.",
            used=used,
            bought=bought,
            instance=instance.id,
        )


def check_policy_name(name: str) -> None:
    """Refuse with InvalidParameter any name but the one that there is."""
    if name not in {"", POLICY_NAME}:
        raise Refusal(Code.INVALID_PARAMETER, "PolicyName takes {allowed}.", allowed=POLICY_NAME)
