"""From what is written of an application to what decides about its calls."""

from collections.abc import Mapping

from keylease.access.accounts import Principal
from keylease.access.applications import ClientKey, Grant, Network, network
from keylease.crypto.client_keys import public_key_of
from keylease.custody.applications.model import (
    AccessPoint,
    NetworkRule,
    Permission,
    PermissionPolicy,
    StoredClientKey,
)
from keylease.custody.applications.ports import Applications


def client_key(applications: Applications, client_key_id: str) -> ClientKey | None:
    """The client key with all that its access point allows now, or None if there is none."""
    stored = applications.client_keys.find(client_key_id)
    if stored is None:
        return None
    point = applications.access_points.find(stored.account_id, stored.region, stored.access_point)
    return None if point is None else _compiled(applications, stored, point)


def _compiled(applications: Applications, stored: StoredClientKey, point: AccessPoint) -> ClientKey:
    place = stored.account_id, stored.region
    policies = applications.policies.find_many(*place, point.policies)
    names = {name for one in policies.values() for name in one.network_rules}
    rules = applications.network_rules.find_many(*place, names)
    return ClientKey(
        id=stored.id,
        principal=Principal(stored.account_id, access_point=point.resource_name),
        region=stored.region,
        public_key=public_key_of(stored.certificate),
        not_before=stored.not_before,
        not_after=stored.not_after,
        grants=tuple(grant for one in policies.values() for grant in grants(one, rules)),
    )


def grants(policy: PermissionPolicy, rules: Mapping[str, NetworkRule]) -> list[Grant]:
    """What a policy allows in its instance, and in the whole account."""
    networks = _networks(policy, rules)
    allowed = set(policy.permissions)
    keys = _named(policy, "key/") if Permission.KEYS in allowed else frozenset()
    secrets = _named(policy, "secret/")
    made = []
    if allowed & {Permission.KEYS, Permission.SECRETS}:
        here = secrets if Permission.SECRETS in allowed else frozenset()
        made.append(Grant(policy.instance_id, keys, here, networks))
    if Permission.ACCOUNT_SECRETS in allowed:
        made.append(Grant("", frozenset(), secrets, networks))
    return made


def _networks(
    policy: PermissionPolicy, rules: Mapping[str, NetworkRule]
) -> tuple[Network, ...] | None:
    """None without rules; a rule that is gone lets nobody in."""
    if not policy.network_rules:
        return None
    kept = [rules[name] for name in policy.network_rules if name in rules]
    return tuple(network(text) for rule in kept for text in rule.source_ips)


def _named(policy: PermissionPolicy, kind: str) -> frozenset[str]:
    return frozenset(one.removeprefix(kind) for one in policy.resources if one.startswith(kind))
