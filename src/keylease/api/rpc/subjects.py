"""What each operation is about: one table, and how what a call names is found.

Finding raises the usual answers for what does not exist. An operation needs the permission
``kms:<operation>`` on each subject; who writes a secret needs another one on the key that protects
it. Source: facts/kms.md 6.2, 6.4.
"""

from collections.abc import Callable, Iterator
from typing import Any

from keylease.access.admission import Resource, needs_no_policy
from keylease.access.policies.texts import resource_policy
from keylease.api.rpc.call import ApiWork, Call, Mode
from keylease.api.rpc.kms import tags
from keylease.api.rpc.kms.application_shapes import place
from keylease.api.rpc.kms.keys import protected
from keylease.api.rpc.kms.naming import own_key, readable_key
from keylease.api.rpc.kms.secrets import own_secret, readable_secret
from keylease.custody.applications import client_keys, rules
from keylease.custody.applications.ports import Named
from keylease.custody.instances import lookup as instances
from keylease.custody.instances.model import Instance
from keylease.custody.keys import aliases, lookup
from keylease.custody.keys.model import Key
from keylease.custody.secrets.lookup import foreign_secret
from keylease.custody.secrets.model import Secret
from keylease.custody.tags import TaggedKind

#: What a call is about, found in its transaction.
Subjects = Callable[[Call, ApiWork], Iterator[Resource]]

_AAP = "applicationaccesspoint"


def at(call: Call, service: str, place: str) -> Resource:
    """A place that has no policy of its own, like ``acs:kms:cn-hangzhou:<account>:key``."""
    region = call.region if service == "kms" else ""
    return Resource(f"acs:{service}:{region}:{call.account_id}:{place}", call.account_id)


def _place(name: str) -> Subjects:
    """Where something is made or listed."""

    def found(call: Call, _work: ApiWork) -> Iterator[Resource]:
        yield at(call, "kms", name)

    return found


def _key(call: Call, work: ApiWork) -> Iterator[Resource]:
    yield of_key(call, work, _own_key(call, work))


def _own_key(call: Call, work: ApiWork) -> Key:
    """The caller's key; looking at the key that all services share makes it, a change does not."""
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


def _secret(call: Call, work: ApiWork) -> Iterator[Resource]:
    yield of_secret(call, work, own_secret(call, work, lock=False))


def _readable_secret(call: Call, work: ApiWork) -> Iterator[Resource]:
    yield of_secret(call, work, readable_secret(call, work))


def of_secret(call: Call, work: ApiWork, secret: Secret) -> Resource:
    """A secret as permissions are asked for it; policy and tags only where they can matter."""
    policy = resource_policy(secret.policy)
    if needs_no_policy(call.principal, secret.account_id, policy):
        return Resource(secret.arn, secret.account_id)
    tagged = work.tags.of(TaggedKind.SECRET, secret.id)
    return Resource(secret.arn, secret.account_id, policy, tagged)


def _new_protection(call: Call, work: ApiWork) -> Iterator[Resource]:
    """The key that a new secret is to be protected by, if one is named."""
    if name := call.arguments.optional("EncryptionKeyId"):
        yield of_key(call, work, lookup.owned(work, call.account_id, call.region, name))


def _protection(call: Call, work: ApiWork) -> Iterator[Resource]:
    """The key that protects a secret; none where its instance does."""
    key_id = own_secret(call, work, lock=False).encryption_key_id
    key = work.keys.find(key_id) if key_id else None
    if key is not None:
        yield of_key(call, work, key)


def _data_key(call: Call, _work: ApiWork) -> Iterator[Resource]:
    """By its name alone: who may not list its versions does not learn whether there is one."""
    yield at(call, "kms", f"datakey/{call.arguments.required('DataKeyName')}")


def _instance(call: Call, work: ApiWork) -> Iterator[Resource]:
    yield _of_instance(
        call, work, _own_instance(call, work, call.arguments.required("KmsInstanceId"))
    )


def _own_instance(call: Call, work: ApiWork, instance_id: str) -> Instance:
    return instances.owned(work.instances, call.account_id, instance_id, work.now)


def _of_instance(call: Call, work: ApiWork, found: Instance) -> Resource:
    tagged = {} if call.principal.is_root else work.tags.of(TaggedKind.INSTANCE, found.id)
    return Resource(found.arn, found.account_id, None, tagged)


def _new_alias(call: Call, work: ApiWork) -> Iterator[Resource]:
    yield from _key(call, work)
    yield at(call, "kms", call.arguments.required("AliasName"))


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


def _named(kind: str, store_of: Callable[[ApiWork], Named[Any]], parameter: str) -> Subjects:
    """Something of applications by its name."""

    def found(call: Call, work: ApiWork) -> Iterator[Resource]:
        one = rules.found(store_of(work), place(call), call.arguments.required(parameter))
        yield Resource(one.arn(kind), one.account_id)

    return found


_network_rule = _named("network", lambda work: work.applications.network_rules, "Name")
_policy = _named("policy", lambda work: work.applications.policies, "Name")
_access_point = _named(_AAP, lambda work: work.applications.access_points, "Name")
_point_of_keys = _named(_AAP, lambda work: work.applications.access_points, "AapName")


def _client_keys(call: Call, work: ApiWork) -> Iterator[Resource]:
    if call.arguments.optional("AapName"):
        yield from _point_of_keys(call, work)
    else:
        yield at(call, "kms", _AAP)


def _client_key(call: Call, work: ApiWork) -> Iterator[Resource]:
    """A client key belongs to its access point."""
    one = client_keys.owned(work, call.account_id, call.arguments.required("ClientKeyId"))
    name = f"acs:kms:{one.region}:{one.account_id}:{_AAP}/{one.access_point}"
    yield Resource(name, one.account_id)


def _protected(call: Call, work: ApiWork) -> Iterator[Resource]:
    kind, name = protected(call)
    if kind == "KmsInstanceId":
        yield _of_instance(call, work, _own_instance(call, work, name))
    else:
        yield of_key(call, work, lookup.owned(work, call.account_id, call.region, name))


def _tagged(call: Call, work: ApiWork) -> Iterator[Resource]:
    """What tags are about: the resources named, else the place where such things are."""
    named = tags.subjects(call, work)
    if not named:
        yield at(call, "kms", _PLACES[tags.kind_of(call)])
    for one in named:
        match one.what:
            case Key() as key:
                yield of_key(call, work, key)
            case Secret() as secret:
                yield of_secret(call, work, secret)
            case Instance() as instance:
                yield _of_instance(call, work, instance)


_PLACES = {TaggedKind.KEY: "key", TaggedKind.SECRET: "secret", TaggedKind.INSTANCE: "keystore"}

#: Every operation of the KMS API that is not decided from memory, and what it is about.
SUBJECTS: dict[str, Subjects] = {
    "DescribeRegions": lambda _call, _work: iter(()),  # everybody may know them
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
    "CreateSecret": _place("secret"),
    "ListSecrets": _place("secret"),
    "DescribeSecret": _readable_secret,
    "UpdateSecret": _secret,
    "DeleteSecret": _secret,
    "RestoreSecret": _secret,
    "PutSecretValue": _secret,
    "ListSecretVersionIds": _secret,
    "UpdateSecretVersionStage": _secret,
    "RotateSecret": _secret,
    "UpdateSecretRotationPolicy": _secret,
    "SetSecretPolicy": _secret,
    "GetSecretPolicy": _secret,
    "GetRandomPassword": _place("account"),
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
    "CreateApplicationAccessPoint": _place(_AAP),
    "ListApplicationAccessPoints": _place(_AAP),
    "DescribeApplicationAccessPoint": _access_point,
    "UpdateApplicationAccessPoint": _access_point,
    "DeleteApplicationAccessPoint": _access_point,
    "CreateClientKey": _point_of_keys,
    "ListClientKeys": _client_keys,
    "GetClientKey": _client_key,
    "DeleteClientKey": _client_key,
}

#: What was found in a transaction, by how and with which values it was asked for.
Known = dict[tuple[Subjects, Mode, frozenset[tuple[str, str]]], tuple[Resource, ...]]


def found_once(call: Call, work: ApiWork, known: Known) -> tuple[Resource, ...]:
    """What a call is about, as another call with the same values found it, if one did."""
    find = _way(call)
    place = find, call.operation.mode, frozenset(call.arguments.values.items())
    if place not in known:
        known[place] = tuple(find(call, work))
    return known[place]


def _way(call: Call) -> Subjects:
    """How a call finds what it is about: the caller's own key or secret as all calls do."""
    find, given = SUBJECTS[call.operation.name], call.arguments.values
    if find is _readable_key:
        return find if lookup.foreign_key(given.get("KeyId", ""), call.account_id) else _key
    if find is _readable_secret:
        return find if foreign_secret(given.get("SecretName", ""), call.account_id) else _secret
    return find


#: Operations that also need ``kms:GenerateDataKey`` on the key that protects a secret.
PROTECTING_KEYS: dict[str, Subjects] = {
    "CreateSecret": _new_protection,
    "PutSecretValue": _protection,
}
