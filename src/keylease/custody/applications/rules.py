"""Making, changing and removing network rules, permission policies and access points.

What is in use cannot be removed; a change holds for every client key from the next request on.
All client keys of its account and region are made old by it, whatever they have to do with it:
which those are may change until the change is committed.
Source: facts/kms-api.md A.2 (Access), facts/kms.md 6.1.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from keylease.core.errors import Code, Parameter, Refusal, Word
from keylease.custody.applications.model import (
    OBJECTS_MAX,
    POLICIES_MAX,
    AccessPoint,
    NetworkRule,
    Owned,
    Permission,
    PermissionPolicy,
    check_description,
    check_name,
    check_permissions,
    check_resources,
    check_sources,
    exists,
    not_found,
)
from keylease.custody.applications.ports import Named
from keylease.custody.instances import lookup
from keylease.custody.work import CustodyWork, place_subject

T = TypeVar("T", bound=Owned)

#: What the log of changes calls a client key, and all of an account and region.
CLIENT_KEY, CLIENT_KEYS = "client-key", "client-keys"


@dataclass(frozen=True, slots=True)
class Place:
    """Where things have their names: an account and region."""

    account_id: str
    region: str


def found(store: Named[T], place: Place, name: str, *, lock: bool = False) -> T:
    """The one with this name; Refusal Forbidden.ResourceNotFound (404)."""
    one = store.find(place.account_id, place.region, name, lock=lock)
    if one is None:
        raise not_found()
    return one


def create_network_rule(work: CustodyWork, asked: NetworkRule) -> NetworkRule:
    """CreateNetworkRule; Refusals."""
    made = replace(
        asked,
        source_ips=check_sources(asked.source_ips),
        description=check_description(asked.description),
    )
    _add(work.applications.network_rules, made)
    return made


def update_network_rule(
    work: CustodyWork,
    place: Place,
    name: str,
    sources: tuple[str, ...] | None,
    description: str | None,
) -> None:
    """UpdateNetworkRule: what is None stays; Refusals."""
    store = work.applications.network_rules
    rule = found(store, place, name, lock=True)
    if sources is not None:
        rule = replace(rule, source_ips=check_sources(sources))
    if description is not None:
        rule = replace(rule, description=check_description(description))
    store.update(rule)
    _tell(work, place)


def delete_network_rule(work: CustodyWork, place: Place, name: str) -> None:
    """DeleteNetworkRule; Refusal Rejected.ResourceInUse while a policy has it."""
    store = work.applications.network_rules
    rule = found(store, place, name, lock=True)
    _require_unused("permission policies", _policies_with(work, place, name))
    store.remove(rule)


def create_policy(work: CustodyWork, asked: PermissionPolicy) -> PermissionPolicy:
    """CreatePolicy for an instance of the account in this region; Refusals."""
    made = replace(
        asked,
        permissions=check_permissions(asked.permissions),
        resources=check_resources(asked.resources),
        description=check_description(asked.description),
    )
    _require_instance(work, made)
    _require_rules(work, made)
    _add(work.applications.policies, made)
    return made


def update_policy(
    work: CustodyWork,
    place: Place,
    name: str,
    permissions: tuple[str, ...] | None,
    resources: tuple[str, ...] | None,
    network_rules: tuple[str, ...] | None,
    description: str | None,
) -> None:
    """UpdatePolicy: what is None stays; Refusals."""
    store = work.applications.policies
    policy = found(store, place, name, lock=True)
    if permissions is not None:
        policy = replace(policy, permissions=check_permissions(permissions))
        _require_scope(policy)
    if resources is not None:
        policy = replace(policy, resources=check_resources(resources))
    if network_rules is not None:
        policy = replace(policy, network_rules=network_rules)
        _require_rules(work, policy)
    if description is not None:
        policy = replace(policy, description=check_description(description))
    store.update(policy)
    _tell(work, place)


def delete_policy(work: CustodyWork, place: Place, name: str) -> None:
    """DeletePolicy; Refusal Rejected.ResourceInUse while an access point has it."""
    store = work.applications.policies
    policy = found(store, place, name, lock=True)
    _require_unused("access points", _points_with(work, place, name))
    store.remove(policy)


def create_access_point(work: CustodyWork, asked: AccessPoint) -> AccessPoint:
    """CreateApplicationAccessPoint; Refusals."""
    check_description(asked.description)
    made = replace(asked, policies=_policies(work, asked, asked.policies))
    _add(work.applications.access_points, made)
    return made


def update_access_point(
    work: CustodyWork,
    place: Place,
    name: str,
    policies: tuple[str, ...] | None,
    description: str | None,
) -> None:
    """UpdateApplicationAccessPoint: what is None stays; Refusals."""
    store = work.applications.access_points
    point = found(store, place, name, lock=True)
    if policies is not None:
        point = replace(point, policies=_policies(work, point, policies))
    if description is not None:
        point = replace(point, description=check_description(description))
    store.update(point)
    _tell(work, place)


def delete_access_point(work: CustodyWork, place: Place, name: str) -> None:
    """DeleteApplicationAccessPoint; Refusal Rejected.ResourceInUse while it has client keys."""
    store = work.applications.access_points
    point = found(store, place, name, lock=True)
    keys = work.applications.client_keys.of(place.account_id, place.region, [name])
    _require_unused("client keys", [one.id for one in keys])
    store.remove(point)


def _add(store: Named[T], made: T) -> None:
    check_name(made.name)
    if store.find(made.account_id, made.region, made.name) is not None:
        raise exists(made.name)
    _, count = store.page(made.account_id, made.region, 0, 1)
    if count >= OBJECTS_MAX:
        raise Refusal(
            Code.LIMIT_EXCEEDED,
            "There are {most} already in this region: delete some.",
            most=OBJECTS_MAX,
        )
    store.add(made)


def _require_instance(work: CustodyWork, policy: PermissionPolicy) -> None:
    _require_scope(policy)
    if not policy.instance_id:
        return
    instance = lookup.owned(work.instances, policy.account_id, policy.instance_id, work.now)
    if instance.region != policy.region:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "The instance {instance} is in {region}: make the policy there.",
            instance=instance.id,
            region=instance.region,
        )
    instance.require_running(work.now)


def _require_scope(policy: PermissionPolicy) -> None:
    if not policy.instance_id and set(policy.permissions) != {Permission.ACCOUNT_SECRETS}:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "{name} is needed for every permission but {permission}.",
            name=Parameter("KmsInstance"),
            permission=Permission.ACCOUNT_SECRETS,
        )


def _require_rules(work: CustodyWork, policy: PermissionPolicy) -> None:
    _require_all(work.applications.network_rules, policy, policy.network_rules, "network rule")


def _policies(work: CustodyWork, point: AccessPoint, names: tuple[str, ...]) -> tuple[str, ...]:
    unique = tuple(dict.fromkeys(names))
    if not 1 <= len(unique) <= POLICIES_MAX:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "{name} takes 1 to {most} names.",
            name=Parameter("Policies"),
            most=POLICIES_MAX,
        )
    _require_all(work.applications.policies, point, unique, "permission policy")
    return unique


def _require_all(store: Named[T], of: Owned, names: Sequence[str], kind: str) -> None:
    """Refuse names of what is not there; what is there stays until the end of this unit."""
    there = store.find_many(of.account_id, of.region, names, lock=True)
    if missing := [name for name in names if name not in there]:
        raise Refusal(
            Code.RESOURCE_NOT_FOUND,
            "Resource not found: there is no {kind} {name!r}.",
            kind=Word(kind),
            name=missing[0][:64],
        )


def _require_unused(kind: str, users: Sequence[str]) -> None:
    if users:
        raise Refusal(
            Code.RESOURCE_IN_USE,
            "It is in use by {number} {kind}, {first} among them: take it away there first.",
            number=len(users),
            kind=Word(kind),
            first=users[0],
        )


def _policies_with(work: CustodyWork, place: Place, rule: str) -> list[str]:
    every, _ = work.applications.policies.page(place.account_id, place.region, 0, OBJECTS_MAX)
    return [one.name for one in every if rule in one.network_rules]


def _points_with(work: CustodyWork, place: Place, policy: str) -> list[str]:
    every, _ = work.applications.access_points.page(place.account_id, place.region, 0, OBJECTS_MAX)
    return [one.name for one in every if policy in one.policies]


def _tell(work: CustodyWork, place: Place) -> None:
    work.changed(CLIENT_KEYS, place_subject(place.account_id, place.region))
