"""The one point that every operation passes before it touches anything: may this caller do it?

An account may do everything to what it owns, unless the policy of a key or secret denies it. Its
users and the sessions of its roles may do what policies allow. A service may encrypt and decrypt
with the default keys of the account that it acts for. The existence of what is asked for is
decided before, with the same answer for "not yours" and "not there": see `is_shared_with`.
Source: rules.md 2 (order of checks), mission M1 and K7, facts/kms.md 4.6 and 6.4.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from keylease.access.accounts import NO_GRANTS, Grants, Principal
from keylease.access.policies.compiled import AccessRequest, CompiledPolicy, caller
from keylease.access.policies.conditions import CURRENT_TIME, SECURE_TRANSPORT, SOURCE_IP, tag_key
from keylease.access.policies.decide import require
from keylease.access.policies.operators import Value
from keylease.core.errors import Code, Refusal

#: The service whose default key every service may use.
SHARED_SERVICE = "kms"

#: What a service may do, and only with a default key.
SERVICE_OPERATIONS = frozenset(
    {
        "Encrypt",
        "Decrypt",
        "GenerateDataKey",
        "GenerateDataKeyWithoutPlaintext",
        "DescribeKey",
        "GetCallerIdentity",
    }
)


class Caller(NamedTuple):
    """Who calls, for which region, from which address, with which policies.

    ``is_secure`` says whether the call came over TLS.
    """

    principal: Principal
    region: str
    peer: str = ""
    grants: Grants = NO_GRANTS
    is_secure: bool = False


@dataclass(frozen=True, slots=True)
class Resource:
    """What a permission is asked for: a key, a secret, or a place that has neither policy nor tags.

    ``policy`` is None for the default one.
    """

    arn: str
    account_id: str
    policy: CompiledPolicy | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


def is_shared_with(account_id: str, owner: str, policy: CompiledPolicy | None) -> bool:
    """Whether something exists for an account: it owns it, or its policy allows it something."""
    return account_id == owner or (policy is not None and account_id in policy.allowed_accounts)


def needs_no_policy(principal: Principal, owner: str, policy: CompiledPolicy | None) -> bool:
    """Whether nothing is left to decide: the account itself, and no policy that could deny it.

    What an application may use was decided by its access point's permission policies before.
    """
    if principal.account_id != owner:
        return False
    return bool(principal.access_point) or (policy is None and principal.is_root)


def admit_resource(who: Caller, action: str, resource: Resource, now: int) -> None:
    """Refuse with Forbidden.NoPermission (403) what policies do not allow.

    ``action`` is like ``kms:Encrypt``, ``now`` the business instant. Services are not decided by
    policies but by `admit` and `admit_key_use`.
    """
    principal, owner = who.principal, resource.account_id
    if principal.service or needs_no_policy(principal, owner, resource.policy):
        return
    values = conditions(who, now)
    for name, value in resource.tags.items():
        values[tag_key(name)] = value
    asked = AccessRequest(action, resource.arn, owner, caller(principal.arn), values)
    require(asked, who.grants.attached, resource.policy, who.grants.session)


def conditions(who: Caller, now: int) -> dict[str, Value]:
    """What the conditions of policies can ask about any call."""
    return {CURRENT_TIME: now, SOURCE_IP: who.peer, SECURE_TRANSPORT: who.is_secure}


def admit(principal: Principal, operation: str) -> None:
    """Refuse with Forbidden.NoPermission (403) what this caller may never do."""
    if principal.service and operation not in SERVICE_OPERATIONS:
        raise Refusal(
            Code.NO_PERMISSION,
            "{operation} is refused to the service {service}: it may only encrypt and decrypt with "
            "default keys.",
            operation=operation,
            service=principal.service,
        )


def admit_key_use(principal: Principal, *, is_default: bool, service: str = "") -> None:
    """Refuse client-side use of a default key, and a service's use of any but its own.

    ``service`` names the service whose key it is. A service uses its own key, the one of ``kms``,
    which all share, and the default master key of the account.
    """
    if is_default and not principal.service:
        raise Refusal(
            Code.NO_PERMISSION,
            "A default key serves server-side encryption by services only: buy an instance and "
            "create a key in it to encrypt on your own.",
        )
    if principal.service and not (
        is_default and service in {"", SHARED_SERVICE, principal.service}
    ):
        raise Refusal(
            Code.NO_PERMISSION,
            "The service {service} may only use its own default keys.",
            service=principal.service,
        )
