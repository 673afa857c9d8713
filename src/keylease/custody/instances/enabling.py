"""Enabling an instance and saying which networks reach it.

Networks are data: an identifier is checked for its form only, and every ``<region>-<letter>`` is
a zone. Source: rules.md 2, facts/kms.md 1.6.
"""

import re
from dataclasses import replace

from keylease.core.errors import Code, Parameter, Refusal
from keylease.core.regions import REGIONS
from keylease.custody.instances.model import BoundNetwork, Instance, Network
from keylease.custody.instances.states import INSTANCE_LIFE, InstanceEvent

_FORMS = {
    "VpcId": re.compile(r"vpc-[A-Za-z0-9_-]{1,60}"),
    "VSwitchId": re.compile(r"vsw-[A-Za-z0-9_-]{1,60}"),
    "ZoneId": re.compile(r"[a-z0-9-]{1,40}-[a-z]"),
    "VpcOwnerId": re.compile(r"[0-9]{0,20}"),
}

#: What ``KMProvider`` may say: we are the provider of the key material.
PROVIDER = "Aliyun"


def connect(
    instance: Instance,
    now: int,
    provider: str,
    vpc_id: str,
    vswitch_ids: tuple[str, ...],
    zone_ids: tuple[str, ...],
) -> Instance:
    """The enabled instance. Refusals: InvalidParameter, Forbidden.DKMSInstanceStateInvalid."""
    instance.require_running(now)
    if provider != PROVIDER:
        raise Refusal(Code.INVALID_PARAMETER, "KMProvider must be {provider}.", provider=PROVIDER)
    _check("VpcId", vpc_id)
    for vswitch in _some("VSwitchIds", vswitch_ids):
        _check("VSwitchId", vswitch)
    for zone in _some("ZoneIds", zone_ids):
        _check_zone(instance.region, zone)
    state = INSTANCE_LIFE.after(instance.state, InstanceEvent.CONNECT, instance.id)
    network = Network(vpc_id, vswitch_ids, zone_ids, instance.network.bound)
    return replace(instance, state=state, network=network)


def bind(instance: Instance, now: int, bound: tuple[BoundNetwork, ...]) -> Instance:
    """The instance with exactly these further networks."""
    instance.require_usable(now)
    for network in bound:
        _check("VpcId", network.vpc_id)
        _check("VSwitchId", network.vswitch_id)
        _check("VpcOwnerId", network.owner_id)
        if network.region not in REGIONS:
            raise Refusal(
                Code.INVALID_PARAMETER, "{region!r} is not a region offered.", region=network.region
            )
    return replace(instance, network=replace(instance.network, bound=bound))


def rename(instance: Instance, now: int, name: str) -> Instance:
    """The instance under another name of 1 to 128 characters."""
    instance.require_running(now)
    if not 1 <= len(name) <= 128 or not name.isprintable():
        raise Refusal(
            Code.INVALID_PARAMETER,
            "{name} takes 1 to 128 printable characters.",
            name=Parameter("InstanceName"),
        )
    return replace(instance, name=name)


def _some(name: str, values: tuple[str, ...]) -> tuple[str, ...]:
    if not values:
        raise Refusal(
            Code.INVALID_PARAMETER, "{name} must name at least one.", name=Parameter(name)
        )
    return values


def _check(name: str, value: str) -> None:
    if not _FORMS[name].fullmatch(value):
        raise Refusal(
            Code.INVALID_PARAMETER,
            "The {name} {given!r} is not well formed.",
            name=Parameter(name),
            given=value[:80],
        )


def _check_zone(region: str, zone: str) -> None:
    _check("ZoneId", zone)
    if zone[:-2] != region:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "The zone {zone!r} is not in {region}: name {region}-a, -b …",
            zone=zone,
            region=region,
        )
