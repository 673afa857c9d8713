"""Nobody can find out, use or change what belongs to somebody else. rules.md 2, mission M1.

Eve tries every operation on every id of Ada. What she is answered must be what she is answered
for ids that nobody has, must show nothing of Ada, and must leave every row as it was.
"""

import base64
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import NamedTuple

import pytest

from conftest import MakeDeployment
from doors import people
from doors.house import CLOCK, Tables, customer, freeze, opened, service_of, signer_of
from doors.inside import inside
from doors.signed import BILLING, KMS, STS, Answer, Signer, done
from keylease.access.admission import SERVICE_OPERATIONS
from keylease.api.rpc import door
from keylease.api.rpc.operations import OPERATIONS
from keylease.app.trail import newest_records
from keylease.core.clock import SystemClock
from postgres import PostgresServer
from product import Customer, serving


@dataclass(frozen=True)
class Estate:
    """Everything of an account that has a name."""

    name: str
    account: str
    instance: str
    bare: str
    key: str
    disabled: str
    default_key: str
    version: str
    ciphertext: str
    service_ciphertext: str
    order: str
    transaction: str
    voucher: str
    token: str
    tag: str
    label: str
    vpc: str
    alias: str
    secret: str
    app: str
    data_key: str
    client_key: str

    def names(self) -> dict[str, str]:
        return {one.name: str(getattr(self, one.name)) for one in fields(self)}


@dataclass
class Town:
    """Ada, who has everything; Eve, who looks around; and the ids of nobody."""

    tables: Tables
    eve: Signer
    service_of_eve: Signer
    ada_herself: Signer
    ada: Estate
    own: Estate
    nobody: Estate


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def town(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    url = ""
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.create_database()
    data: Path = tmp_path_factory.mktemp("town") / "data"
    places = {"KEYLEASE_EXPORT_DIR": str(data.parent / "exports")}
    with serving(data, "--clock", CLOCK, database=url, environment=places) as product:
        freeze(product)
        ada, eve = customer(product, "ada-lovelace", "5000.00"), customer(product, "eve", "1100.00")
        ada_has, own = settle(ada, service_of(ada)), settle(eve, service_of(eve))
        yield Town(
            Tables(product),
            signer_of(eve),
            service_of(eve),
            signer_of(ada),
            ada_has,
            own,
            like_nobody(ada_has),
        )


def settle(someone: Customer, service: Signer) -> Estate:
    """Give an account one of everything."""
    name = someone.name
    signer = signer_of(someone)
    bought = someone.buy(1, token=f"token-of-{name}")
    instance, bare = bought["InstanceId"], someone.buy(1)["InstanceId"]
    label, vpc, tag = f"label-of-{name}", f"vpc-{name}", f"tag-of-{name}"
    place = {"VpcId": vpc, "VSwitchIds": f"vsw-{name}", "ZoneIds": "cn-hangzhou-a"}
    done(signer.call("ConnectKmsInstance", place | CONNECT | {"KmsInstanceId": instance}))
    done(signer.call("UpdateKmsInstance", {"KmsInstanceId": instance, "InstanceName": label}))
    tags = json.dumps([{"TagKey": tag, "TagValue": tag}])
    wanted = {"DKMSInstanceId": instance, "Description": label, "Tags": tags}
    key, disabled = (
        done(signer.call("CreateKey", wanted)).json["KeyMetadata"]["KeyId"] for _ in range(2)
    )
    done(signer.call("DisableKey", {"KeyId": disabled}))
    alias = f"alias/{name}"
    done(signer.call("CreateAlias", {"KeyId": key, "AliasName": alias}))
    sealed = done(signer.call("Encrypt", {"KeyId": key, "Plaintext": label})).json
    secret = f"secret-of-{name}"
    given = {"DKMSInstanceId": instance, "SecretName": secret, "VersionId": "v1", "Tags": tags}
    done(signer.call("CreateSecret", given | {"SecretData": label, "Description": label}))
    default = {"KeyId": "alias/acs/kms", "Plaintext": label}
    trusted = people.shared(someone.account_id, "root", "sts:AssumeRole")
    people.role(someone, f"role-of-{name}", trusted)
    service_sealed = done(service.call("Encrypt", default)).json
    return Estate(
        name,
        someone.account_id,
        instance,
        bare,
        key,
        disabled,
        service_sealed["KeyId"],
        sealed["KeyVersionId"],
        sealed["CiphertextBlob"],
        service_sealed["CiphertextBlob"],
        bought["OrderId"],
        transaction_of(signer, bought["OrderId"]),
        voucher_of(someone),
        f"token-of-{name}",
        tag,
        label,
        vpc,
        alias,
        secret,
        f"app-of-{name}",
        data_key_of(someone, key),
        application_of(signer, f"app-of-{name}", instance),
    )


def application_of(signer: Signer, name: str, instance: str) -> str:
    """Make an application whose parts all have one name; the id of its client key."""
    rule = {"Name": name, "Type": "Private", "SourcePrivateIp": '["10.0.0.0/8"]'}
    done(signer.call("CreateNetworkRule", rule))
    policy = POLICY | {"Name": name, "KmsInstance": instance, **network_rule(name)}
    done(signer.call("CreatePolicy", policy))
    point = {"Name": name, "Policies": json.dumps([name])}
    done(signer.call("CreateApplicationAccessPoint", point))
    made = done(signer.call("CreateClientKey", {"AapName": name, **PASSWORD}))
    return str(made.json["ClientKeyId"])


def network_rule(name: str) -> dict[str, str]:
    return {"AccessControlRules": json.dumps({"NetworkRules": [name]})}


def transaction_of(signer: Signer, order: str) -> str:
    """The number of the transaction that paid for an order."""
    found = done(signer.call("QueryAccountTransactions", {"RecordID": order}, version=BILLING))
    (row,) = found.json["Data"]["AccountTransactionsList"]["AccountTransactionsList"]
    return str(row["TransactionNumber"])


def voucher_of(someone: Customer) -> str:
    """The number of a voucher that is too small to be used for anything here."""
    given = ("--until", "30d", "--threshold", "100000", "--note", f"voucher-of-{someone.name}")
    granted = someone.product.cli("voucher", "grant", someone.name, "1.00", *given)
    return str(granted["number"])


def data_key_of(someone: Customer, key: str) -> str:
    """The name of a managed data key that a key seals."""
    name = f"data-key-of-{someone.name}"
    someone.product.cli("data-key", "create", someone.name, name, "--key", key)
    return name


def like_nobody(ada: Estate) -> Estate:
    """Ids of the right form that do not exist."""
    version = "00000000-0000-4000-8000-000000000000"
    return Estate(
        "nobody-known",
        "1000000000000000",
        "kst-hzz000000000000000001",
        "kst-hzz000000000000000002",
        "key-hzz000000000000000003",
        "key-hzz000000000000000004",
        "key-hzz000000000000000005",
        version,
        of_version(ada.ciphertext, version),
        of_version(ada.service_ciphertext, version),
        "200000000000000",
        "499999999999999",
        "Q-000000000000",
        "token-of-nobody-known",
        "tag-of-nobody-known",
        "label-of-nobody-known",
        "vpc-nobody-known",
        "alias/nobody-known",
        "secret-of-nobody-known",
        "app-of-nobody-known",
        "data-key-of-nobody-known",
        "KAAP.00000000-0000-4000-8000-000000000000",
    )


def of_version(ciphertext: str, version: str) -> str:
    """The ciphertext as another key version would have made it: its id is the first 36 bytes."""
    return base64.b64encode(version.encode() + base64.b64decode(ciphertext)[36:]).decode()


# What is tried.

CONNECT = {"KMProvider": "Aliyun"}
PRODUCT = {"ProductCode": "kms", "ProductType": "kms_ddi_public_intl"}
MONTH = CLOCK.removeprefix("test=")[:7]
SUBSCRIPTION = PRODUCT | {"SubscriptionType": "Subscription"}

POLICY = {
    "Permissions": '["RbacPermission/Template/CryptoServiceKeyUser"]',
    "Resources": '["key/*"]',
}
PASSWORD = {"Password": "Correct-Horse-7"}

MORE_KEYS = {"Parameter.1.Code": "KeyNum", "Parameter.1.Value": "2000"}

#: A key policy that shares with nobody and takes nothing from anybody who is here.
HARMLESS = people.text(people.shared("9999999999999999", "root", "kms:*") | {"Effect": "Deny"})

#: From whose ids are tried and the caller's own, to what is sent.
Send = Callable[[Estate, Estate], dict[str, str]]


def junk(of: Estate, _own: Estate) -> dict[str, str]:
    """Ids where the operation takes none."""
    return {
        "OwnerId": of.account,
        "AccountId": of.account,
        "KmsInstanceId": of.instance,
        "InstanceId": of.instance,
        "KeyId": of.key,
        "OrderId": of.order,
    }


def key_names(of: Estate, own: Estate) -> dict[str, str]:
    """Everything that a key of an estate can be called."""
    arn = "acs:kms:cn-hangzhou:{}:{}"
    return {
        "the key": of.key,
        "the disabled key": of.disabled,
        "the default key": of.default_key,
        "the resource name": arn.format(of.account, f"key/{of.key}"),
        "the resource name under the own account": arn.format(own.account, f"key/{of.key}"),
        "the resource name of the default key": arn.format(of.account, f"key/{of.default_key}"),
        "the resource name of its alias": arn.format(of.account, "alias/acs/kms"),
        "the alias": of.alias,
        "the resource name of the alias": arn.format(of.account, of.alias),
    }


_NAMES = tuple(key_names(*[Estate(*[""] * len(fields(Estate)))] * 2))


def each_key(**more: str) -> dict[str, Send]:
    def send(name: str) -> Send:
        return lambda of, own: {"KeyId": key_names(of, own)[name], **more}

    return {name: send(name) for name in _NAMES}


def each_secret(**more: str) -> dict[str, Send]:
    """Everything that a secret can be called."""
    arn = "acs:kms:cn-hangzhou:{}:secret/{}"
    return {
        "the secret": lambda of, _: {"SecretName": of.secret, **more},
        "the secret's resource name": lambda of, _: {
            "SecretName": arn.format(of.account, of.secret),
            **more,
        },
        "the secret's resource name under the own account": lambda of, own: {
            "SecretName": arn.format(own.account, of.secret),
            **more,
        },
    }


def instances(parameter: str, **more: str) -> dict[str, Send]:
    return {
        "the instance": lambda of, _: {parameter: of.instance, **more},
        "the instance that is not enabled": lambda of, _: {parameter: of.bare, **more},
    }


def instance_lists(**more: str) -> dict[str, Send]:
    return {
        "the instance": lambda of, _: {"InstanceIDs": of.instance, **more},
        "the own instance and the other": lambda of, own: {
            "InstanceIDs": f"{own.instance},{of.instance}",
            **more,
        },
        "the other instance and the own": lambda of, own: {
            "InstanceIDs": f"{of.instance},{own.bare}",
            **more,
        },
    }


def with_token(**more: str) -> dict[str, Send]:
    return {
        "the instance with the token of its purchase": lambda of, _: {
            "InstanceId": of.instance,
            "ClientToken": of.token,
            **more,
        }
    }


def orders_of_instances() -> dict[str, Send]:
    return {
        "the instance and its order": lambda of, _: {
            "InstanceId": of.instance,
            "OrderId": of.order,
        },
        "the own instance and the order": lambda of, own: {
            "InstanceId": own.instance,
            "OrderId": of.order,
        },
        "the instance and the own order": lambda of, own: {
            "InstanceId": of.instance,
            "OrderId": own.order,
        },
    }


def filtered(name: str, value: Callable[[Estate], str]) -> Send:
    return lambda of, _: {"Filters": json.dumps([{"Key": name, "Values": [value(of)]}])}


def networks(of: Estate, own: Estate) -> str:
    bound = {"VSwitchId": "vsw-1", "RegionId": "cn-hangzhou"}
    return json.dumps(
        [bound | {"VpcId": one.vpc, "VpcOwnerId": one.account} for one in (own, of)],
    )


def bill_of(parameter: str = "BillOwnerId") -> dict[str, Send]:
    return {
        "ids that it does not take": lambda of, own: {"BillingCycle": MONTH} | junk(of, own),
        "the account": lambda of, _: {"BillingCycle": MONTH, parameter: of.account},
    }


def application(**more: str) -> dict[str, Send]:
    return {"the name": lambda of, _: {"Name": of.app, **more}}


def tagged(more: dict[str, str]) -> dict[str, Send]:
    """The newer family of tag operations, on each type of resource."""
    return {
        "the key": lambda of, _: {"ResourceType": "key", "ResourceId.1": of.key, **more},
        "the instance": lambda of, _: {
            "ResourceType": "instance",
            "ResourceId.1": of.instance,
            **more,
        },
        "the own key and the other": lambda of, own: {
            "ResourceType": "key",
            "ResourceId.1": own.key,
            "ResourceId.2": of.key,
            **more,
        },
        "the secret": lambda of, _: {
            "ResourceType": "secret",
            "ResourceId.1": of.secret,
            **more,
        },
    }


MINE = '[{"TagKey":"mine","TagValue":"1"}]'
NEW_SECRET = {"SecretName": "mine", "VersionId": "v1", "SecretData": "x"}

#: What leaves one password only, so that two answers can be compared.
ONE_PASSWORD = {
    "PasswordLength": "8",
    "ExcludeUppercase": "true",
    "ExcludeNumbers": "true",
    "ExcludePunctuation": "true",
    "ExcludeCharacters": "bcdefghijklmnopqrstuvwxyz",
}

_VERSION = {"KeyVersionId": "00000000-0000-4000-8000-000000000001"}
SIGNING = _VERSION | {"Algorithm": "RSA_PSS_SHA_256", "Digest": "A" * 43 + "="}
OAEP = _VERSION | {"Algorithm": "RSAES_OAEP_SHA_256"}
EXPORT = {
    "WrappingKeySpec": "RSA_2048",
    "WrappingAlgorithm": "RSAES_OAEP_SHA_256",
    "PublicKeyBlob": "AAAA",
}

ATTEMPTS: dict[tuple[str, str], dict[str, Send]] = {
    (KMS, "DescribeRegions"): {"ids that it does not take": junk},
    (KMS, "DescribeAccountKmsStatus"): {"ids that it does not take": junk},
    (KMS, "OpenKmsService"): {"ids that it does not take": junk},
    (KMS, "GetChallenge"): {"ids that it does not take": junk},
    (KMS, "GetDefaultKmsInstance"): {"ids that it does not take": junk},
    (KMS, "GetManagedDataKey"): {
        "its name": lambda of, _: {"DataKeyName": of.data_key},
        "its name, the newest": lambda of, _: {"DataKeyName": of.data_key, "UseLatest": "true"},
    },
    (KMS, "ListManagedDataKeyVersions"): {"its name": lambda of, _: {"DataKeyName": of.data_key}},
    (KMS, "AdvanceEncrypt"): each_key(Plaintext="aGVsbG8="),
    (KMS, "ListKmsInstances"): {
        "ids that it does not take": junk,
        "the instance as a filter": filtered("KmsInstanceId", lambda of: of.instance),
    },
    (KMS, "GetKmsInstance"): instances("KmsInstanceId"),
    (KMS, "GetKmsInstanceQuotaInfos"): instances("KmsInstanceId"),
    (KMS, "ConnectKmsInstance"): instances(
        "KmsInstanceId", VpcId="vpc-1", VSwitchIds="vsw-1", ZoneIds="cn-hangzhou-a", **CONNECT
    ),
    (KMS, "UpdateKmsInstance"): instances("KmsInstanceId", InstanceName="mine"),
    (KMS, "UpdateKmsInstanceBindVpc"): {
        "the instance": lambda of, own: {
            "KmsInstanceId": of.instance,
            "BindVpcs": networks(of, own),
        },
        "the instance, to unbind all": lambda of, _: {
            "KmsInstanceId": of.instance,
            "BindVpcs": "[]",
        },
    },
    (KMS, "ReleaseKmsInstance"): instances("KmsInstanceId", ForceDeleteWithoutBackup="true"),
    (KMS, "CreateKey"): instances("DKMSInstanceId"),
    (KMS, "DescribeKey"): each_key(),
    (KMS, "ListKeys"): {
        "ids that it does not take": junk,
        "the instance as a filter": filtered("DKMSInstanceId", lambda of: of.instance),
        "the key as a filter": filtered("KeyId", lambda of: of.key),
        "the creator as a filter": filtered("Creator", lambda of: of.account),
        "the tag's key as a filter": filtered("TagKey", lambda of: of.tag),
        "the tag's value as a filter": filtered("TagValue", lambda of: of.tag),
    },
    (KMS, "EnableKey"): each_key(),
    (KMS, "DisableKey"): each_key(),
    (KMS, "ListKeyVersions"): each_key(),
    (KMS, "DescribeKeyVersion"): {
        "key and version": lambda of, _: {"KeyId": of.key, "KeyVersionId": of.version},
        "the own version of the key": lambda of, own: {
            "KeyId": of.key,
            "KeyVersionId": own.version,
        },
        "the version of the own key": lambda of, own: {
            "KeyId": own.key,
            "KeyVersionId": of.version,
        },
    },
    (KMS, "ListResourceTags"): each_key(),
    (KMS, "GetKeyPolicy"): each_key(),
    (KMS, "SetKeyPolicy"): each_key(Policy=HARMLESS),
    (KMS, "UpdateKeyDescription"): each_key(Description="mine"),
    (KMS, "ScheduleKeyDeletion"): each_key(PendingWindowInDays="7"),
    (KMS, "CancelKeyDeletion"): each_key(),
    (KMS, "SetDeletionProtection"): each_key(EnableDeletionProtection="true")
    | instances("KmsInstanceId", EnableDeletionProtection="true")
    | {
        "the resource name of the key": lambda of, _: {
            "ProtectedResourceArn": f"acs:kms:cn-hangzhou:{of.account}:key/{of.key}",
            "EnableDeletionProtection": "true",
        },
        "the resource name of the instance": lambda of, _: {
            "ProtectedResourceArn": f"acs:kms:cn-hangzhou:{of.account}:keystore/{of.instance}",
            "EnableDeletionProtection": "true",
        },
    },
    (KMS, "CreateKeyVersion"): each_key(),
    (KMS, "UpdateRotationPolicy"): each_key(EnableAutomaticRotation="true", RotationInterval="30d"),
    (KMS, "GetParametersForImport"): each_key(
        WrappingKeySpec="RSA_2048", WrappingAlgorithm="RSAES_OAEP_SHA_256"
    ),
    (KMS, "ImportKeyMaterial"): each_key(
        EncryptedKeyMaterial="AAAA", ImportToken="AAAA", KeyMaterialExpireUnix="0"
    ),
    (KMS, "DeleteKeyMaterial"): each_key(),
    (KMS, "CreateAlias"): each_key(AliasName="alias/stolen"),
    (KMS, "UpdateAlias"): {
        "the alias to the own key": lambda of, own: {"AliasName": of.alias, "KeyId": own.key},
        "the own alias to the key": lambda of, own: {"AliasName": own.alias, "KeyId": of.key},
    },
    (KMS, "ListAliases"): {"ids that it does not take": junk},
    (KMS, "ListAliasesByKeyId"): each_key(),
    (KMS, "ListSecrets"): {
        "ids that it does not take": junk,
        "its name as a filter": filtered("SecretName", lambda of: of.secret),
        "its instance as a filter": filtered("DKMSInstanceId", lambda of: of.instance),
        "its tag as a filter": filtered("TagKey", lambda of: of.tag),
        "its creator as a filter": filtered("Creator", lambda of: of.account),
    },
    (KMS, "TagResource"): each_key(Tags=MINE) | each_secret(Tags=MINE),
    (KMS, "UntagResource"): {
        "the key's tag": lambda of, _: {"KeyId": of.key, "TagKeys": json.dumps([of.tag])},
        "the secret's tag": lambda of, _: {
            "SecretName": of.secret,
            "TagKeys": json.dumps([of.tag]),
        },
    },
    (KMS, "TagResources"): tagged({"Tag.1.Key": "mine", "Tag.1.Value": "1"}),
    (KMS, "UntagResources"): tagged({"All": "true"}),
    (KMS, "ListTagResources"): tagged({})
    | {
        "all with the tag": lambda of, _: {"ResourceType": "key", "Tag.1.Key": of.tag},
    },
    (KMS, "CreateSecret"): {
        "the instance": lambda of, _: {"DKMSInstanceId": of.instance, **NEW_SECRET},
        "the instance that is not enabled": lambda of, _: {
            "DKMSInstanceId": of.bare,
            **NEW_SECRET,
        },
        "the key, in the own instance": lambda of, own: {
            "DKMSInstanceId": own.instance,
            "EncryptionKeyId": of.key,
            **NEW_SECRET,
        },
    },
    (KMS, "DescribeSecret"): each_secret(FetchTags="true"),
    (KMS, "UpdateSecret"): each_secret(Description="mine"),
    (KMS, "RestoreSecret"): each_secret(),
    (KMS, "SetSecretPolicy"): each_secret(Policy=HARMLESS),
    (KMS, "GetSecretPolicy"): each_secret(),
    (KMS, "PutSecretValue"): each_secret(VersionId="v2", SecretData="x"),
    (KMS, "ListSecretVersionIds"): each_secret(),
    (KMS, "UpdateSecretVersionStage"): each_secret(VersionStage="mine", MoveToVersion="v1"),
    (KMS, "RotateSecret"): each_secret(VersionId="v2"),
    (KMS, "UpdateSecretRotationPolicy"): each_secret(EnableAutomaticRotation="false"),
    (KMS, "GetSecretValue"): each_secret(),
    (KMS, "BatchGetSecretValue"): {
        "the secret": lambda of, _: {"SecretsList": json.dumps([{"SecretName": of.secret}])},
        "the own secret and the other": lambda of, own: {
            "SecretsList": json.dumps([{"SecretName": own.secret}, {"SecretName": of.secret}])
        },
    },
    (KMS, "GetRandomPassword"): {
        "ids that it does not take": lambda of, own: ONE_PASSWORD | junk(of, own)
    },
    (KMS, "ReEncrypt"): {
        "the ciphertext, for the own key": lambda of, own: {
            "CiphertextBlob": of.ciphertext,
            "DestinationKeyId": own.key,
        },
        "the own ciphertext, for the key": lambda of, own: {
            "CiphertextBlob": own.ciphertext,
            "DestinationKeyId": of.key,
        },
    },
    (KMS, "GenerateAndExportDataKey"): each_key(**EXPORT),
    (KMS, "ExportDataKey"): {
        "the ciphertext": lambda of, _: {"CiphertextBlob": of.ciphertext, **EXPORT}
    },
    (KMS, "AsymmetricSign"): each_key(**SIGNING),
    (KMS, "AsymmetricVerify"): each_key(**SIGNING, Value="AAAA"),
    (KMS, "AsymmetricEncrypt"): each_key(**OAEP, Plaintext="AAAA"),
    (KMS, "AsymmetricDecrypt"): each_key(**OAEP, CiphertextBlob="AAAA"),
    (KMS, "GenerateMac"): each_key(Algorithm="HMAC_SHA_256", Message="AAAA"),
    (KMS, "VerifyMac"): each_key(Algorithm="HMAC_SHA_256", Message="AAAA", Mac="AAAA"),
    (KMS, "GetPublicKey"): each_key(KeyVersionId="00000000-0000-4000-8000-000000000001"),
    (KMS, "Encrypt"): each_key(Plaintext="aGVsbG8="),
    (KMS, "Decrypt"): {
        "the ciphertext": lambda of, _: {"CiphertextBlob": of.ciphertext},
        "the ciphertext with a context": lambda of, _: {
            "CiphertextBlob": of.ciphertext,
            "EncryptionContext": '{"a":"b"}',
        },
        "the service's ciphertext": lambda of, _: {"CiphertextBlob": of.service_ciphertext},
    },
    (KMS, "GenerateDataKey"): each_key(),
    (KMS, "GenerateDataKeyWithoutPlaintext"): each_key(),
    (KMS, "CreateNetworkRule"): {
        "the name, and no addresses": lambda of, _: {"Name": of.app, "Type": "Private"}
    },
    (KMS, "ListNetworkRules"): {"ids that it does not take": junk},
    (KMS, "DescribeNetworkRule"): application(),
    (KMS, "UpdateNetworkRule"): application(Description="mine"),
    (KMS, "CreatePolicy"): {
        "the instance": lambda of, _: POLICY | {"Name": "mine", "KmsInstance": of.instance},
        "the network rule": lambda of, own: (
            POLICY | {"Name": "mine", "KmsInstance": own.instance} | network_rule(of.app)
        ),
    },
    (KMS, "ListPolicies"): {"ids that it does not take": junk},
    (KMS, "DescribePolicy"): application(),
    (KMS, "UpdatePolicy"): {
        **application(Description="mine"),
        "the network rule for the own policy": lambda of, own: {
            "Name": own.app,
            **network_rule(of.app),
        },
    },
    (KMS, "CreateApplicationAccessPoint"): {
        "the policy": lambda of, _: {"Name": "mine", "Policies": json.dumps([of.app])}
    },
    (KMS, "ListApplicationAccessPoints"): {"ids that it does not take": junk},
    (KMS, "DescribeApplicationAccessPoint"): application(),
    (KMS, "UpdateApplicationAccessPoint"): {
        **application(Description="mine"),
        "the policy for the own access point": lambda of, own: {
            "Name": own.app,
            "Policies": json.dumps([of.app]),
        },
    },
    (KMS, "CreateClientKey"): {"the access point": lambda of, _: {"AapName": of.app, **PASSWORD}},
    (KMS, "ListClientKeys"): {
        "ids that it does not take": junk,
        "the access point": lambda of, _: {"AapName": of.app},
    },
    (KMS, "GetClientKey"): {"the client key": lambda of, _: {"ClientKeyId": of.client_key}},
    (BILLING, "CreateInstance"): {
        "the purchase with its token, and too little money": lambda of, _: {
            **SUBSCRIPTION,
            "Period": "1",
            "ClientToken": of.token,
            "Parameter.1.Code": "Region",
            "Parameter.1.Value": "cn-hangzhou",
            "Parameter.2.Code": "ProductVersion",
            "Parameter.2.Value": "3",
        },
    },
    (BILLING, "QueryUserOmsData"): {
        "ids that it does not take": lambda of, own: {
            **junk(of, own),
            "Table": "kms",
            "DataType": "Day",
            "StartTime": "2026-01-01T00:00:00Z",
            "EndTime": "2027-01-01T00:00:00Z",
        },
        "the instance in its marker": lambda of, _: {
            "Table": "kms",
            "DataType": "Raw",
            "StartTime": "2026-01-01T00:00:00Z",
            "EndTime": "2027-01-01T00:00:00Z",
            "Marker": f"0:{of.instance}",
        },
    },
    (BILLING, "RenewInstance"): {
        "the instance": lambda of, _: {
            "InstanceId": of.instance,
            "RenewPeriod": "1",
            **PRODUCT,
        },
        "the instance with the token of its purchase": lambda of, _: {
            "InstanceId": of.instance,
            "RenewPeriod": "1",
            "ClientToken": of.token,
            **PRODUCT,
        },
    },
    (BILLING, "SetRenewal"): instance_lists(
        RenewalStatus="AutoRenewal", RenewalPeriod="1", **SUBSCRIPTION
    ),
    (BILLING, "SetAllExpirationDay"): {
        "the instance": lambda of, _: {"UnifyExpireDay": "12", "InstanceId": of.instance},
    },
    (BILLING, "GetSubscriptionPrice"): {
        "the renewal of the instance": lambda of, _: {
            "InstanceId": of.instance,
            "OrderType": "Renewal",
            **SUBSCRIPTION,
        },
        "the upgrade of the instance": lambda of, _: {
            "InstanceId": of.instance,
            "OrderType": "Upgrade",
            "ModuleList.1.ModuleCode": "KeyNum",
            "ModuleList.1.Config": "KeyNum:2000",
            **SUBSCRIPTION,
        },
    },
    (BILLING, "GetPayAsYouGoPrice"): {"ids that it does not take": junk},
    (BILLING, "DescribePricingModule"): {"ids that it does not take": junk},
    (BILLING, "QueryProductList"): {"ids that it does not take": junk},
    (BILLING, "QueryCommodityList"): {"ids that it does not take": junk},
    (BILLING, "QueryPriceEntityList"): {"ids that it does not take": junk},
    (BILLING, "QuerySkuPriceList"): {"ids that it does not take": junk},
    (BILLING, "QueryAvailableInstances"): {
        "ids that it does not take": junk,
        **instance_lists(**PRODUCT),
    },
    (BILLING, "QueryAccountBalance"): {"ids that it does not take": junk},
    (BILLING, "QueryAccountTransactions"): {
        "ids that it does not take": junk,
        "the order": lambda of, _: {"RecordID": of.order},
        "the transaction": lambda of, _: {"TransactionNumber": of.transaction},
    },
    (BILLING, "QueryAccountTransactionDetails"): {
        "ids that it does not take": junk,
        "the order": lambda of, _: {"RecordID": of.order},
        "the transaction": lambda of, _: {"TransactionNumber": of.transaction},
        "the transaction as a place to go on from": lambda of, _: {"NextToken": of.transaction},
    },
    (BILLING, "QueryCashCoupons"): {"ids that it does not take": junk},
    (BILLING, "QueryPrepaidCards"): {"ids that it does not take": junk},
    (BILLING, "QueryRedeem"): {"ids that it does not take": junk},
    (BILLING, "QueryOrders"): {"ids that it does not take": junk},
    (BILLING, "GetOrderDetail"): {"the order": lambda of, _: {"OrderId": of.order}},
    (BILLING, "QueryBill"): bill_of(),
    (BILLING, "QuerySettleBill"): {
        **bill_of(),
        "the order": lambda of, _: {"BillingCycle": MONTH, "RecordID": of.order},
    },
    (BILLING, "QueryBillOverview"): bill_of(),
    (BILLING, "QueryAccountBill"): bill_of("OwnerID"),
    (BILLING, "QueryInstanceBill"): bill_of(),
    (BILLING, "DescribeInstanceBill"): {
        **bill_of(),
        "the instance": lambda of, _: {"BillingCycle": MONTH, "InstanceID": of.instance},
    },
    (BILLING, "QuerySplitItemBill"): bill_of(),
    (BILLING, "DescribeSplitItemBill"): {
        **bill_of(),
        "the instance": lambda of, _: {"BillingCycle": MONTH, "SplitItemID": of.instance},
    },
    (BILLING, "QueryInstanceGaapCost"): bill_of(),
    (BILLING, "DescribeInstanceAmortizedCostByAmortizationPeriod"): {
        **bill_of("BillOwnerIdList.1"),
        "the instance": lambda of, _: {"BillingCycle": MONTH, "InstanceIdList.1": of.instance},
    },
    (BILLING, "SubscribeBillToOSS"): {
        "the account's bucket": lambda of, _: {
            "SubscribeBucket": "bills",
            "BucketOwnerId": of.account,
        },
    },
    (BILLING, "UnsubscribeBillToOSS"): {
        "the account's subscription": lambda of, _: {
            "SubscribeType": "BillingItemDetailForBillingPeriod",
            "BucketOwnerId": of.account,
        },
    },
    (BILLING, "QueryBillToOSSSubscription"): {"ids that it does not take": junk},
    (STS, "GetCallerIdentity"): {"ids that it does not take": junk},
    (STS, "AssumeRole"): {
        "the role": lambda of, _: {
            "RoleArn": f"acs:ram::{of.account}:role/role-of-{of.name}",
            "RoleSessionName": "session",
        },
    },
    (BILLING, "ModifyInstance"): {
        **instances("InstanceId", ModifyType="Upgrade", **SUBSCRIPTION, **MORE_KEYS),
        **with_token(ModifyType="Upgrade", **SUBSCRIPTION, **MORE_KEYS),
    },
    (BILLING, "RenewChangeInstance"): {
        **instances("InstanceId", RenewPeriod="1", **PRODUCT, **MORE_KEYS),
        **with_token(RenewPeriod="1", **PRODUCT, **MORE_KEYS),
    },
    (BILLING, "InquiryPriceRefundInstance"): {
        **instances("InstanceId"),
        **orders_of_instances(),
    },
    (BILLING, "CancelRenewal"): orders_of_instances(),
    (BILLING, "CancelOrder"): {"the order": lambda of, _: {"OrderId": of.order}},
    # The last, since they take from their owner what the others are about.
    (KMS, "DeleteClientKey"): {"the client key": lambda of, _: {"ClientKeyId": of.client_key}},
    (KMS, "DeleteApplicationAccessPoint"): application(),
    (KMS, "DeletePolicy"): application(),
    (KMS, "DeleteNetworkRule"): application(),
    (KMS, "DeleteAlias"): {
        "the resource name of the alias": lambda of, _: {
            "AliasName": f"acs:kms:cn-hangzhou:{of.account}:{of.alias}"
        },
    },
    (KMS, "DeleteSecret"): each_secret(),
    (BILLING, "RefundInstance"): {
        **with_token(),
        **instances("InstanceId"),
    },
}


class Attempt(NamedTuple):
    operation: tuple[str, str]
    what: str
    send: Send

    def __str__(self) -> str:
        return f"{self.operation[1]} with {self.what}"


def attempts() -> list[Attempt]:
    return [
        Attempt(one, what, send) for one, sends in ATTEMPTS.items() for what, send in sends.items()
    ]


def masked(text: str, of: Estate) -> str:
    """The text with this estate's names replaced by what they are names of."""
    for what, name in sorted(of.names().items(), key=lambda pair: -len(pair[1])):
        text = text.replace(name, f"<{what}>")
    return text


def seen(answer: Answer, of: Estate) -> tuple[int, dict[str, str], str]:
    """An answer without what differs between any two requests."""
    text = answer.text.replace(answer.json["RequestId"], "<request>")
    headers = {name: value for name, value in answer.headers.items() if name != "date"}
    headers.pop("content-length")  # of the names, which differ in length
    return answer.status, headers, masked(text, of)


def patiently(caller: Signer, action: str, sent: dict[str, str], version: str) -> Answer:
    """The answer; who asks for much that is not there is told to wait, and waits."""
    for _ in range(100):
        answer = caller.call(action, sent, version=version)
        if answer.status != 429:
            break
        time.sleep(0.05)
    return answer


def test_every_operation_is_tried() -> None:
    assert ATTEMPTS.keys() == OPERATIONS.keys()


@pytest.mark.parametrize("attempt", attempts(), ids=str)
def test_the_id_of_somebody_else_answers_like_one_that_nobody_has(
    town: Town, attempt: Attempt
) -> None:
    version, action = attempt.operation
    before = town.tables.rows()
    callers = [town.eve, *([town.service_of_eve] if action in SERVICE_OPERATIONS else [])]
    for caller in callers:
        sent = attempt.send(town.ada, town.own)
        foreign = patiently(caller, action, sent, version)
        unknown = patiently(caller, action, attempt.send(town.nobody, town.own), version)
        assert foreign.status != 500
        assert seen(foreign, town.ada) == seen(unknown, town.nobody)
        told = foreign.text + json.dumps(foreign.headers)
        for what, name in town.ada.names().items():
            assert name not in told or name in json.dumps(sent), f"{what} was given away"
    assert town.tables.rows() == before


def test_the_trail_blames_who_did_it(town: Town) -> None:
    with opened(town.tables.product) as deployment:
        records = newest_records(deployment, town.ada.account, 10_000)
    callers = {one.principal for one in records}
    assert callers <= {
        "operator",
        f"acs:ram::{town.ada.account}:root",
        f"acs:ram::{town.ada.account}:service/storage",
    }
    with opened(town.tables.product) as deployment:
        tried = newest_records(deployment, town.own.account, 10_000)
    refused = {one.operation for one in tried if one.outcome == "Forbidden.KeyNotFound"}
    assert {"Encrypt", "Decrypt", "DescribeKey", "DisableKey"} <= refused


def test_the_attempts_would_do_something(town: Town) -> None:
    """For the owner of the ids they work, or are refused for another reason than not existing."""
    for attempt in attempts():
        version, action = attempt.operation
        sent = attempt.send(town.ada, town.ada)
        answer = town.ada_herself.call(action, sent, version=version)
        assert answer.code not in NOT_THERE, f"{attempt}: {answer.text}"
        if "Filters" in sent or "InstanceIDs" in sent:
            assert answer.json.get("TotalCount", answer.json.get("Data", {}).get("TotalCount")) != 0


NOT_THERE = {
    "Forbidden.KeyNotFound",
    "Forbidden.AliasNotFound",
    "Forbidden.ResourceNotFound",
    "Forbidden.DKMSInstanceNotFound",
    "InvalidResourceId.NotFound",
    "ResourceNotExists",
}


@pytest.mark.parametrize("first", ["foreign", "unknown"])
def test_asking_for_it_costs_what_asking_for_nothing_costs(
    make_deployment: MakeDeployment, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    """Who asks for what is not there is slowed down; that must not tell the two apart."""
    monkeypatch.setattr(door, "FRUITLESS_RATE", 0.5)  # one question every two seconds
    with inside(make_deployment(machine=SystemClock())) as served:
        served.customer("ada")
        eve = served.customer("eve")
        assert served.send(eve.request("DescribeKey", {"KeyId": "alias/acs/kms"})).status == 200
        sealed = served.send(
            served.service("ada").request("Encrypt", {"KeyId": "alias/acs/kms", "Plaintext": "x"})
        )
        ids = {"foreign": sealed.json["KeyId"], "unknown": "key-hzz000000000000000001"}
        second = ({*ids} - {first}).pop()
        asked = [
            served.send(eve.request("Encrypt", {"KeyId": ids[which], "Plaintext": "x"}))
            for which in (first, second)
        ]
        assert asked[0].refusal == (404, "Forbidden.KeyNotFound")
        assert asked[1].refusal == (429, "Rejected.Throttling")
