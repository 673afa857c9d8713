"""What each operation is about, so that its permission can be decided before it does anything.

Crypto operations are decided from memory by `keylease.runtime.gate`. All others are decided here,
inside their transaction: the table below finds what an operation names, with the usual answer for
what does not exist; `keylease.access.policies.actions` says which actions it needs on that. Then
the operation itself checks the phase of the instance and the state of the key. rules.md 2.
"""

from collections.abc import Callable, Iterator
from typing import TypeVar

from keylease.access.admission import Caller, Resource, admit_resource, needs_no_policy
from keylease.access.policies.actions import Target, needs
from keylease.access.policies.texts import resource_policy
from keylease.access.ram.grants import grants_of
from keylease.api.rpc.call import ApiWork, Call, Family, Mode
from keylease.api.rpc.kms import tags
from keylease.api.rpc.kms.application_shapes import place
from keylease.api.rpc.kms.keys import protected
from keylease.api.rpc.kms.naming import own_key, readable_key
from keylease.api.rpc.kms.tags import Tagged
from keylease.custody.applications import client_keys, rules
from keylease.custody.applications.model import AccessPoint, Owned
from keylease.custody.applications.ports import Applications, Named
from keylease.custody.instances import lookup as instances
from keylease.custody.keys import aliases, lookup
from keylease.custody.keys.model import Key
from keylease.custody.tags import TaggedKind

T = TypeVar("T", bound=Owned)

#: What a call is about, found in its transaction. Raises the usual answers for what is not there.
Subjects = Callable[[Call, ApiWork], Iterator[Resource]]


def authorize(call: Call, work: ApiWork) -> None:
    """Refuse with Forbidden.NoPermission what the caller's and the resources' policies forbid."""
    if call.principal.service or call.operation.mode is Mode.CRYPTO:
        return
    caller = caller_as_of_now(call, work)
    for action, resource in _needed(call, work):
        admit_resource(caller, action, resource, work.now)


def require_permission(call: Call, work: ApiWork, action: str, resource: Resource) -> None:
    """Refuse one action on something that the table below cannot know of, like each of a batch."""
    admit_resource(caller_as_of_now(call, work), action, resource, work.now)


def caller_as_of_now(call: Call, work: ApiWork) -> Caller:
    """The caller with what he was given as it stands in this transaction."""
    principal = call.principal
    if principal.is_root:
        return call.caller
    grants = grants_of(work.ram, principal, call.access_key_id)
    return Caller(principal, call.region, call.peer, grants, call.is_secure)


def _needed(call: Call, work: ApiWork) -> Iterator[tuple[str, Resource]]:
    """Each action that the call needs, with what it needs it on."""
    operation = call.operation
    if operation.family is Family.STS:
        return  # everybody may ask who he is; who may assume a role is decided with the role
    if operation.family is Family.BILLING:
        yield f"bss:{operation.name}", _at(call, "bss", "account")
        return
    for need in needs(operation.name):
        for resource in _FOUND_BY[need.target][operation.name](call, work):
            yield need.action, resource


def _at(call: Call, service: str, place: str) -> Resource:
    """A place that has no policy of its own, like ``acs:kms:cn-hangzhou:<account>:key``."""
    region = call.region if service == "kms" else ""
    return Resource(f"acs:{service}:{region}:{call.account_id}:{place}", call.account_id)


def _place(name: str) -> Subjects:
    """Where something is made or listed."""

    def found(call: Call, _work: ApiWork) -> Iterator[Resource]:
        yield _at(call, "kms", name)

    return found


def _key(call: Call, work: ApiWork) -> Iterator[Resource]:
    yield of_key(call, work, _own_key(call, work))


def _own_key(call: Call, work: ApiWork) -> Key:
    """The caller's key; a service's that is not made yet is made in the transaction of a change."""
    if call.operation.mode is Mode.READ:
        return own_key(call, work)
    name = call.arguments.required("KeyId")
    return lookup.owned(work, call.account_id, call.region, name)


def _readable_key(call: Call, work: ApiWork) -> Iterator[Resource]:
    yield of_key(call, work, readable_key(call, work))


def of_key(call: Call, work: ApiWork, key: Key) -> Resource:
    """A key as permissions are asked for it; policy and tags only where they can matter."""
    policy = resource_policy(key.policy)
    if needs_no_policy(call.principal, key.account_id, policy):
        return Resource(key.arn, key.account_id)
    return Resource(key.arn, key.account_id, policy, work.tags.of(TaggedKind.KEY, key.id))


def _instance(call: Call, work: ApiWork) -> Iterator[Resource]:
    yield _of_instance(call, work, call.arguments.required("KmsInstanceId"))


def _of_instance(call: Call, work: ApiWork, instance_id: str) -> Resource:
    found = instances.owned(work.instances, call.account_id, instance_id, work.now)
    tagged = {} if call.principal.is_root else work.tags.of(TaggedKind.INSTANCE, found.id)
    return Resource(found.arn, found.account_id, None, tagged)


def _new_alias(call: Call, work: ApiWork) -> Iterator[Resource]:
    yield from _key(call, work)
    yield _at(call, "kms", call.arguments.required("AliasName"))


def _moved_alias(call: Call, work: ApiWork) -> Iterator[Resource]:
    yield from _alias(call, work)
    yield from _key(call, work)


def _alias(call: Call, work: ApiWork) -> Iterator[Resource]:
    """An alias, and the key that it stands for."""
    name = call.arguments.required("AliasName")
    alias = aliases.find(work, call.account_id, call.region, name)
    yield Resource(alias.arn, alias.account_id)
    key = work.keys.find(alias.key_id)
    if key is not None:
        yield of_key(call, work, key)


def _protected(call: Call, work: ApiWork) -> Iterator[Resource]:
    kind, name = protected(call)
    if kind == "KmsInstanceId":
        yield _of_instance(call, work, name)
    else:
        yield of_key(call, work, lookup.owned(work, call.account_id, call.region, name))


def _data_key(call: Call, _work: ApiWork) -> Iterator[Resource]:
    """By its name alone: who may not list its versions does not learn whether there is one."""
    yield _at(call, "kms", f"datakey/{call.arguments.required('DataKeyName')}")


def _tagged(call: Call, work: ApiWork) -> Iterator[Resource]:
    """What tags are about: the resources named, else the place where such things are."""
    named = tags.subjects(call, work)
    if not named:
        yield _at(call, "kms", _PLACES[tags.kind_of(call)])
    for one in named:
        yield _OF_TAGGED[one.kind](call, work, one)


def _tagged_key(call: Call, work: ApiWork, one: Tagged) -> Resource:
    return of_key(call, work, lookup.owned(work, one.account_id, one.region, one.id))


def _named(kind: str, store: Callable[[Applications], Named[T]]) -> Subjects:
    """A network rule, permission policy or access point."""

    def found(call: Call, work: ApiWork) -> Iterator[Resource]:
        name = call.arguments.required("Name")
        one = rules.found(store(work.applications), place(call), name)
        yield Resource(one.arn(kind), one.account_id)

    return found


def _access_point(call: Call, work: ApiWork) -> Iterator[Resource]:
    """What new client keys are of, and those that are listed; without one all in the region."""
    name = call.arguments.optional("AapName")
    if name is None:
        yield _at(call, "kms", "applicationaccesspoint")
    else:
        one = rules.found(work.applications.access_points, place(call), name)
        yield Resource(one.resource_name, one.account_id)


def _client_key(call: Call, work: ApiWork) -> Iterator[Resource]:
    """A client key is a part of its access point."""
    name = call.arguments.required("ClientKeyId")
    kept = client_keys.owned(work, call.account_id, name)
    point = AccessPoint(kept.account_id, kept.region, kept.access_point, (), "", 0)
    yield Resource(point.resource_name, point.account_id)


_network_rule = _named("network", lambda found: found.network_rules)
_policy = _named("policy", lambda found: found.policies)
_point = _named("applicationaccesspoint", lambda found: found.access_points)

_PLACES = {TaggedKind.KEY: "key", TaggedKind.SECRET: "secret", TaggedKind.INSTANCE: "keystore"}
_OF_TAGGED: dict[TaggedKind, Callable[[Call, ApiWork, Tagged], Resource]] = {
    TaggedKind.KEY: _tagged_key,
    TaggedKind.INSTANCE: lambda call, work, one: _of_instance(call, work, one.id),
}

#: Every operation of the KMS API that is not decided from memory, and what it is about.
SUBJECTS: dict[str, Subjects] = {
    "DescribeAccountKmsStatus": _place("account"),
    "OpenKmsService": _place("account"),
    "GetChallenge": _place("account"),
    "ListKmsInstances": _place("keystore"),
    "GetDefaultKmsInstance": _place("keystore"),
    "GetKmsInstance": _instance,
    "GetKmsInstanceQuotaInfos": _instance,
    "ConnectKmsInstance": _instance,
    "UpdateKmsInstance": _instance,
    "UpdateKmsInstanceBindVpc": _instance,
    "ReleaseKmsInstance": _instance,
    "CreateKey": _place("key"),
    "DescribeKey": _readable_key,
    "ListKeys": _place("key"),
    "UpdateKeyDescription": _key,
    "EnableKey": _key,
    "DisableKey": _key,
    "ScheduleKeyDeletion": _key,
    "CancelKeyDeletion": _key,
    "SetDeletionProtection": _protected,
    "CreateKeyVersion": _key,
    "ListKeyVersions": _readable_key,
    "DescribeKeyVersion": _readable_key,
    "UpdateRotationPolicy": _key,
    "GetParametersForImport": _key,
    "ImportKeyMaterial": _key,
    "DeleteKeyMaterial": _key,
    "CreateAlias": _new_alias,
    "UpdateAlias": _moved_alias,
    "DeleteAlias": _alias,
    "ListAliases": _place("alias"),
    "ListAliasesByKeyId": _key,
    "ListManagedDataKeyVersions": _data_key,
    "TagResource": _tagged,
    "UntagResource": _tagged,
    "ListResourceTags": _key,
    "TagResources": _tagged,
    "UntagResources": _tagged,
    "ListTagResources": _tagged,
    "SetKeyPolicy": _key,
    "GetKeyPolicy": _key,
    "CreateNetworkRule": _place("network"),
    "ListNetworkRules": _place("network"),
    "DescribeNetworkRule": _network_rule,
    "UpdateNetworkRule": _network_rule,
    "DeleteNetworkRule": _network_rule,
    "CreatePolicy": _place("policy"),
    "ListPolicies": _place("policy"),
    "DescribePolicy": _policy,
    "UpdatePolicy": _policy,
    "DeletePolicy": _policy,
    "CreateApplicationAccessPoint": _place("applicationaccesspoint"),
    "ListApplicationAccessPoints": _place("applicationaccesspoint"),
    "DescribeApplicationAccessPoint": _point,
    "UpdateApplicationAccessPoint": _point,
    "DeleteApplicationAccessPoint": _point,
    "CreateClientKey": _access_point,
    "ListClientKeys": _access_point,
    "GetClientKey": _client_key,
    "DeleteClientKey": _client_key,
}

#: Where an operation also needs a permission on the key that protects a secret: how that is found.
PROTECTING_KEYS: dict[str, Subjects] = {}

_FOUND_BY = {Target.SUBJECT: SUBJECTS, Target.PROTECTING_KEY: PROTECTING_KEYS}
