"""Calls of every operation of the RPC door: good parameters for each, and their flaws."""

import base64
import json

from doors.signed import ALGORITHMS, BILLING, KMS, STS
from fuzz.harness import Damage
from fuzz.world import NETWORK, PURCHASE, RBAC, World
from keylease.access.request import Request
from keylease.api.rpc.operations import OPERATIONS

TAGS = '[{"TagKey":"env","TagValue":"prod"}]'
POLICY = json.dumps(
    {
        "Version": "1",
        "Statement": [
            {
                "Effect": "Deny",
                "Principal": {"RAM": ["acs:ram::9999999999999999:user/eve"]},
                "Action": ["kms:Encrypt"],
                "Resource": ["*"],
                "Condition": {"IpAddress": {"acs:SourceIp": ["10.0.0.0/8"]}},
            }
        ],
    }
)
CYCLE = {"BillingCycle": "2026-01", "ProductCode": "kms", "BillingDate": "2026-01-31"}
TIMES = {"CreateTimeStart": "2026-01-01T00:00:00Z", "CreateTimeEnd": "2026-02-01T00:00:00Z"}
PAGE = {"PageNumber": "1", "PageSize": "10", "PageNum": "1", "NextToken": "", "MaxResults": "20"}
WRAPPING = {"WrappingKeySpec": "RSA_2048", "WrappingAlgorithm": "RSAES_OAEP_SHA_256"}
SECRET = {"SecretName": "db", "VersionId": "v1"}
DIGEST = "A" * 43 + "="

#: Nothing here makes another of what all inputs need, or takes one away: only victims are changed.
SENT: dict[str, dict[str, str]] = {
    "CreateKey": {
        "Description": "d",
        "KeySpec": "Aliyun_AES_256",
        "Tags": TAGS,
        "Origin": "Aliyun_KMS",
        "ProtectionLevel": "SOFTWARE",
        "EnableAutomaticRotation": "true",
        "RotationInterval": "365d",
        "Policy": POLICY,
        "KeyUsage": "ENCRYPT/DECRYPT",
    },
    "ListKeys": {"Filters": '[{"Key":"KeyState","Values":["Enabled","Disabled"]}]'} | PAGE,
    "UpdateKeyDescription": {"Description": "other"},
    "ScheduleKeyDeletion": {"PendingWindowInDays": "7"},
    "SetDeletionProtection": {
        "ProtectedResourceArn": "acs:kms:cn-hangzhou:1:key/key-1",
        "EnableDeletionProtection": "true",
        "DeletionProtectionDescription": "d",
    },
    "UpdateRotationPolicy": {"EnableAutomaticRotation": "true", "RotationInterval": "7d"},
    "ImportKeyMaterial": {
        "EncryptedKeyMaterial": "AAAA",
        "ImportToken": "<import token>",
        "KeyMaterialExpireUnix": "1900000000",
    },
    "GetParametersForImport": WRAPPING,
    "CreateAlias": {"AliasName": "alias/victim"},
    "UpdateAlias": {"AliasName": "alias/victim"},
    "DeleteAlias": {"AliasName": "alias/victim"},
    "TagResource": {"Tags": TAGS, "SecretName": "victim", "CertificateId": ""},
    "UntagResource": {"TagKeys": '["env"]', "SecretName": ""},
    "TagResources": {
        "ResourceType": "key",
        "Tag.1.Key": "env",
        "Tag.1.Value": "v",
        "RegionId": "cn-hangzhou",
    },
    "UntagResources": {
        "ResourceType": "key",
        "TagKey.1": "env",
        "All": "false",
        "RegionId": "cn-hangzhou",
    },
    "DescribeNetworkRule": {"Name": "app"},
    "DeleteNetworkRule": {"Name": "victim"},
    "DescribePolicy": {"Name": "app"},
    "DeletePolicy": {"Name": "victim"},
    "DescribeApplicationAccessPoint": {"Name": "app"},
    "DeleteApplicationAccessPoint": {"Name": "victim"},
    "CancelOrder": {"OrderId": "<order>"},
    "GetOrderDetail": {"OrderId": "<order>"},
    "DescribePricingModule": {"SubscriptionType": "Subscription"},
    "QueryPriceEntityList": {"CommodityCode": "kms_ddi_public_intl"},
    "QuerySkuPriceList": {
        "CommodityCode": "kms_ddi_public_intl",
        "PriceEntityCode": "KeyNum",
        "PriceFactorConditionMap": '{"KeyNum":["2000"]}',
    },
    "SubscribeBillToOSS": {
        "SubscribeType": "BillingItemDetailForBillingPeriod",
        "SubscribeBucket": "bills",
    },
    "ListTagResources": {
        "ResourceType": "key",
        "Tag.1.Key": "env",
        "Tag.1.Value": "v",
        "NextToken": "",
    },
    "SetKeyPolicy": {"PolicyName": "default", "Policy": POLICY},
    "SetSecretPolicy": {"PolicyName": "default", "Policy": POLICY, "SecretName": "victim"},
    "GetSecretPolicy": {"PolicyName": "default", "SecretName": "db"},
    "CreateSecret": {
        "SecretName": "victim",
        "VersionId": "v1",
        "SecretData": "x",
        "SecretDataType": "text",
        "SecretType": "Generic",
        "Tags": TAGS,
        "ExtendedConfig": '{"CustomData":{"a":1}}',
        "EnableAutomaticRotation": "false",
        "RotationInterval": "7d",
        "Policy": POLICY,
        "Description": "d",
    },
    "ListSecrets": {"FetchTags": "true", "Filters": '[{"Key":"SecretName","Values":["db"]}]'}
    | PAGE,
    "DescribeSecret": {"SecretName": "db", "FetchTags": "true"},
    "UpdateSecret": {
        "SecretName": "victim",
        "Description": "d",
        "ExtendedConfig": "",
    },
    "DeleteSecret": {
        "SecretName": "victim",
        "ForceDeleteWithoutRecovery": "false",
        "RecoveryWindowInDays": "7",
    },
    "RestoreSecret": {"SecretName": "victim"},
    "PutSecretValue": {
        "SecretName": "victim",
        "VersionId": "v2",
        "SecretData": "y",
        "SecretDataType": "binary",
        "VersionStages": '["ACSCurrent","Mine"]',
    },
    "ListSecretVersionIds": {"SecretName": "db", "IncludeDeprecated": "true"} | PAGE,
    "UpdateSecretVersionStage": {
        "SecretName": "victim",
        "VersionStage": "ACSCurrent",
        "MoveToVersion": "v1",
        "RemoveFromVersion": "v2",
    },
    "RotateSecret": {"SecretName": "victim", "VersionId": "v3"},
    "UpdateSecretRotationPolicy": {
        "SecretName": "victim",
        "EnableAutomaticRotation": "true",
        "RotationInterval": "7d",
    },
    "GetRandomPassword": {
        "PasswordLength": "32",
        "ExcludeCharacters": "abc",
        "ExcludeLowercase": "false",
        "RequireEachIncludedType": "true",
    },
    "GetSecretValue": SECRET
    | {"VersionStage": "ACSCurrent", "FetchExtendedConfig": "true", "DryRun": "false"},
    "BatchGetSecretValue": {"SecretsList": '[{"SecretName":"db"}]'},
    "CreateNetworkRule": {
        "Name": "victim",
        "Type": "Private",
        "SourcePrivateIp": '["10.0.0.0/8"]',
        "Description": "d",
    },
    "UpdateNetworkRule": {"Name": "victim", "SourcePrivateIp": '["10.0.0.1","::/0"]'},
    "CreatePolicy": {
        "KmsInstance": "<instance>",
        "Name": "victim",
        "Permissions": RBAC,
        "Resources": '["key/*","secret/*"]',
        "AccessControlRules": '{"NetworkRules":["victim"]}',
    },
    "UpdatePolicy": {
        "Name": "victim",
        "Permissions": RBAC,
        "Resources": '["key/*"]',
        "AccessControlRules": '{"NetworkRules":[]}',
    },
    "CreateApplicationAccessPoint": {
        "Name": "victim",
        "AuthenticationMethod": "ClientKey",
        "Policies": '["victim"]',
    },
    "UpdateApplicationAccessPoint": {"Name": "victim", "Policies": '["app","victim"]'},
    "CreateClientKey": {
        "AapName": "victim",
        "Password": "Correct-Horse-7",
        "NotBefore": "2026-01-01T00:00:00Z",
        "NotAfter": "2027-01-01T00:00:00Z",
    },
    "ListClientKeys": {"AapName": "app"},
    "GetClientKey": {"ClientKeyId": "<client key>"},
    "DeleteClientKey": {"ClientKeyId": "KAAP.1"},
    "UpdateKmsInstance": {"InstanceName": "name"},
    "UpdateKmsInstanceBindVpc": {
        "BindVpcs": '[{"VpcId":"vpc-1","VSwitchId":"vsw-1","RegionId":"cn-hangzhou"}]'
    },
    "ConnectKmsInstance": NETWORK,
    "ReleaseKmsInstance": {"KmsInstanceId": "kst-nobody", "ForceDeleteWithoutBackup": "true"},
    "ListKmsInstances": {"Filters": '[{"Key":"Status","Values":["Connected"]}]'} | PAGE,
    "Encrypt": {
        "Plaintext": "eA==",
        "EncryptionContext": '{"a":"b"}',
        "EncryptionContext.c": "d",
        "DryRun": "false",
    },
    "Decrypt": {"CiphertextBlob": "<ciphertext>", "EncryptionContext": '{"a":"b"}'},
    "ReEncrypt": {
        "CiphertextBlob": "<ciphertext>",
        "DestinationKeyId": "<key>",
        "SourceEncryptionContext": '{"a":"b"}',
    },
    "GenerateDataKey": {"KeySpec": "AES_256", "NumberOfBytes": "32"},
    "GenerateDataKeyWithoutPlaintext": {"KeySpec": "AES_128", "NumberOfBytes": "1024"},
    "GenerateAndExportDataKey": WRAPPING | {"PublicKeyBlob": "<public key>"},
    "ExportDataKey": WRAPPING
    | {
        "PublicKeyBlob": "<public key>",
        "CiphertextBlob": "<ciphertext>",
        "EncryptionContext": '{"a":"b"}',
    },
    "AsymmetricSign": {"Algorithm": "ECDSA_SHA_256", "Digest": DIGEST},
    "AsymmetricVerify": {"Algorithm": "SM2DSA", "Digest": DIGEST, "Value": "AAAA"},
    "AsymmetricEncrypt": {"Algorithm": "SM2PKE", "Plaintext": "eA=="},
    "AsymmetricDecrypt": {"Algorithm": "RSAES_OAEP_SHA_1", "CiphertextBlob": "AAAA"},
    "GenerateMac": {"Algorithm": "HMAC_SM3", "Message": "eA=="},
    "VerifyMac": {"Algorithm": "HMAC_SM3", "Message": "eA==", "Mac": "AAAA"},
    "AdvanceEncrypt": {
        "Plaintext": "eA==",
        "Algorithm": "AES_GCM",
        "PaddingMode": "NO_PADDING",
        "Aad": "eA==",
    },
    "GetManagedDataKey": {"DataKeyName": "data", "UseLatest": "true"},
    "ListManagedDataKeyVersions": {"DataKeyName": "data"} | PAGE,
    "CreateInstance": PURCHASE
    | {"ClientToken": "token", "RenewalStatus": "AutoRenewal", "RenewPeriod": "1"},
    "UnsubscribeBillToOSS": {"SubscribeType": "BillingItemDetailForBillingPeriod"},
    "RenewChangeInstance": {"RenewPeriod": "1", "ClientToken": "change"},
    "RenewInstance": {"RenewPeriod": "1", "ProductCode": "kms", "ClientToken": "renewal"},
    "ModifyInstance": {
        "ModifyType": "Upgrade",
        "ProductCode": "kms",
        "SubscriptionType": "Subscription",
        "Parameter.1.Code": "KeyNum",
        "Parameter.1.Value": "2000",
    },
    "RefundInstance": {
        "InstanceId": "kst-nobody",
        "ProductCode": "kms",
        "ImmediatelyRelease": "1",
        "ClientToken": "t",
    },
    "SetRenewal": {
        "InstanceIDs": "kst-nobody",
        "RenewalStatus": "AutoRenewal",
        "RenewalPeriod": "1",
        "RenewalPeriodUnit": "M",
        "ProductCode": "kms",
    },
    "GetSubscriptionPrice": {
        "OrderType": "NewOrder",
        "ProductCode": "kms",
        "SubscriptionType": "Subscription",
        "ServicePeriodQuantity": "1",
        "ServicePeriodUnit": "Month",
        "Quantity": "1",
        "ModuleList.1.ModuleCode": "KeyNum",
        "ModuleList.1.Config": "KeyNum:1000",
    },
    "GetPayAsYouGoPrice": {
        "ProductCode": "kms",
        "SubscriptionType": "PayAsYouGo",
        "ModuleList.1.ModuleCode": "KeyNum",
        "ModuleList.1.PriceType": "Usage",
        "ModuleList.1.Config": "KeyNum:1000",
    },
    "QueryAccountTransactions": {"TransactionType": "", "RecordID": "1"} | PAGE | TIMES,
    "QueryAccountTransactionDetails": {"TransactionNumber": "Q-1"} | PAGE | TIMES,
    "QueryOrders": {"OrderType": "New", "PaymentStatus": "Paid"} | PAGE | TIMES,
    "QueryUserOmsData": {
        "Table": "kms",
        "DataType": "Day",
        "StartTime": "2026-01-01T00:00:00Z",
        "EndTime": "2026-02-01T00:00:00Z",
        "Marker": "",
        "PageSize": "10",
    },
    "AssumeRole": {
        "RoleArn": "<role>",
        "RoleSessionName": "session",
        "DurationSeconds": "900",
        "Policy": POLICY,
    },
}

#: How a page token of the billing API begins, as the world checks it; see `made_up`.
CHECK = b"\0" * 9

TOKENS = (
    *("[1,2]", "[1,null]", "[1]", '[1,["a","b"]]', "[-1,-1]", "[1,1e400]", '[1,["\\u0000","b"]]'),
    *("[9223372036854775807,9223372036854775808]", "[99999999999999999999,1]", '[1,["a",""]]'),
    *("[1,-9223372036854775809]", '[1,["",1]]', "[1,[1,2]]", "[1,[[]]]", "[" * 3000, '[1,["', ""),
    *(
        '[1,["kst-1","item","2026-01-31",""]]',
        '[1,["kst-1","2026-01"]]',
        '[1,["2026-01-31","a","b","c","d"]]',
        '[1,{"a":1}]',
        "[0,0]",
    ),
)

#: Operations that would take away what all need, whatever they are sent.
SPARED = {"CancelRenewal"}

APPLICATIONS = ("CreateNetworkRule", "CreatePolicy", "CreateApplicationAccessPoint")

#: What brings victims back; asked more often than the rest.
HEALING = ("CancelKeyDeletion", "EnableKey", "RestoreSecret", "CreateSecret", *APPLICATIONS)

KEYS = {
    "AsymmetricSign": "ec",
    "AsymmetricVerify": "sm2dsa",
    "AsymmetricEncrypt": "sm2",
    "AsymmetricDecrypt": "rsa",
    "GenerateMac": "mac",
    "VerifyMac": "mac",
    "GetPublicKey": "ec",
    "GetParametersForImport": "own",
    "ImportKeyMaterial": "own",
    "Encrypt": "kem",
    "AdvanceEncrypt": "aes",
    "GenerateDataKey": "sm4",
}


def _known(world: World) -> dict[str, str]:
    """What is written between < and > above."""
    key = world.keys["aes"][0]
    context = {"EncryptionContext": '{"a":"b"}'}
    wrapping = WRAPPING | {"KeyId": world.keys["own"][0]}
    imported = world.call("GetParametersForImport", wrapping)
    sealed = world.call("GenerateDataKey", {"KeyId": key, **context})
    return {
        "<key>": key,
        "<ciphertext>": sealed["CiphertextBlob"],
        "<public key>": imported["PublicKey"],
        "<import token>": imported["ImportToken"],
        "<instance>": world.instance,
        "<order>": world.order,
        "<client key>": world.app.id,
        "<role>": world.role,
    }


def made_up(damage: Damage) -> str:
    """A page token that passes for one: anybody can compute the check."""
    body = damage.one_of(TOKENS).encode()
    body = damage.data(body) if damage.now_and_then(0.4) else body
    return base64.urlsafe_b64encode(CHECK + body[:20_000]).decode()


class Calls:
    """Makes calls of every operation, from right to nonsense."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._operations = sorted(one for one in OPERATIONS if one[1] not in SPARED)
        self._known = _known(world)
        every = [value for sent in SENT.values() for value in sent.values()]
        self._values = [*sorted(set(every)), *(key for key, _ in world.keys.values())]
        self._names = sorted({name for sent in SENT.values() for name in sent})

    def request(self, damage: Damage) -> Request:
        """Signed as it is, so that it gets past the door."""
        version, action = damage.one_of(self._operations)
        if damage.now_and_then(0.1):
            version, action = KMS, damage.one_of(HEALING)
        sent = self._flawed(damage, self._sent(version, action))
        where = damage.one_of(("parameters", "form"))
        changed = {}
        if damage.now_and_then(0.05):
            name = damage.one_of(("Version", "Timestamp", "SignatureNonce", "Action"))
            changed[name] = _of_latin_1(damage.text("2026-01-31T02:00:00Z"))
        given = {"version": version, "algorithm": damage.one_of(ALGORITHMS), where: sent}
        if "Version" in changed:
            given["version"] = changed.pop("Version")
        if "Action" in changed:
            action = changed.pop("Action")
        return self._world.signer.request(action, **given, **changed)

    def _sent(self, version: str, action: str) -> dict[str, str]:
        """Good parameters."""
        key, key_version = self._world.keys[KEYS.get(action, "victim")]
        place = {"KeyId": key, "KeyVersionId": key_version}
        if version == BILLING:
            place = {"InstanceId": self._world.instance} | CYCLE | PAGE
        elif version == KMS and "Instance" in action:
            place = {"KmsInstanceId": self._world.instance}
        elif action.startswith(("Create", "Tag", "Untag")):
            place |= {"DKMSInstanceId": self._world.instance, "ResourceId.1": key}
        if version == STS and action not in SENT:
            return {}
        sent = place | SENT.get(action, {})
        return {name: self._known.get(value, value) for name, value in sent.items()}

    def _flawed(self, damage: Damage, sent: dict[str, str]) -> dict[str, str]:
        if not sent or damage.now_and_then(0.05):
            return sent
        for name in damage.some(sorted(sent)):
            if name == "NextToken" and damage.now_and_then(0.7):
                sent[name] = made_up(damage)
                continue
            way = damage.chance.random()
            if way < 0.7:
                sent[name] = damage.text(sent[name], self._values)
            elif way < 0.8:
                del sent[name]
            elif way < 0.9:
                sent[damage.one_of(self._names)] = damage.text(sent[name], self._values)
            else:
                sent[damage.text(name, self._names)] = sent[name]
        return sent


def _of_latin_1(text: str) -> str:
    """What a header can carry."""
    return "".join(one for one in text if one.isprintable() and ord(one) < 256)[:2_000].strip()
