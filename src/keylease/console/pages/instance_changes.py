"""What else is done to an instance: further networks, and its release."""

import json
from collections.abc import Sequence

from keylease.console.pages.asking import require_typed
from keylease.console.visit import Goto, Visit
from keylease.custody.instances import lookup
from keylease.custody.instances.model import BoundNetwork


def bind(visit: Visit) -> Goto:
    """UpdateKmsInstanceBindVpc: one more network reaches it."""
    added = BoundNetwork(
        visit.given("VpcId"),
        visit.given("VSwitchId"),
        visit.given("RegionId"),
        visit.given("VpcOwnerId") or visit.account_id,
    )
    bound = _bound(visit)
    _set(visit, [*bound, added] if added not in bound else bound)
    return _back(visit, "The network can reach the instance.")


def unbind(visit: Visit) -> Goto:
    """UpdateKmsInstanceBindVpc: a network does not reach it any more."""
    gone = visit.given("VpcId"), visit.given("VSwitchId")
    _set(visit, [one for one in _bound(visit) if (one.vpc_id, one.vswitch_id) != gone])
    return _back(visit, "The network cannot reach the instance any more.")


def release(visit: Visit) -> Goto:
    """ReleaseKmsInstance, after its id was typed again."""
    instance_id = visit.path["instance_id"]
    require_typed(visit, instance_id)
    visit.perform(
        "ReleaseKmsInstance",
        KmsInstanceId=instance_id,
        ForceDeleteWithoutBackup=visit.given("without_backup"),
    )
    return Goto("/console/instances", "The instance is released.")


def _bound(visit: Visit) -> Sequence[BoundNetwork]:
    """The further networks that it has now."""
    instance_id = visit.path["instance_id"]
    with visit.transactions.read() as work:
        one = lookup.owned(work.instances, visit.account_id, instance_id, work.now)
    return one.network.bound


def _set(visit: Visit, bound: Sequence[BoundNetwork]) -> None:
    entries = [
        {
            "VpcId": one.vpc_id,
            "VSwitchId": one.vswitch_id,
            "RegionId": one.region,
            "VpcOwnerId": one.owner_id,
        }
        for one in bound
    ]
    visit.perform(
        "UpdateKmsInstanceBindVpc",
        KmsInstanceId=visit.path["instance_id"],
        BindVpcs=json.dumps(entries),
    )


def _back(visit: Visit, done: str) -> Goto:
    return Goto(f"/console/instances/{visit.path['instance_id']}#networks", done)
