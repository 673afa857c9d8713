"""Every operation is answered to both official clients, as docs/compatibility.md says."""

import json
import runpy
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_tea_openapi.client import Client as TeaClient
from alibabacloud_tea_openapi.models import OpenApiRequest, Params
from aliyunsdkcore.request import CommonRequest, RpcRequest
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key
from darabonba.runtime import RuntimeOptions

from keylease.api.rpc.call import Family, Operation
from keylease.api.rpc.operations import OPERATIONS
from keylease.billing.bills.model import month_of
from keylease.core.clock import parse_iso
from product import Customer, Product, refusal_of, serving

DOCS = runpy.run_path(str(Path(__file__).resolve().parents[2] / "tools" / "docs.py"))

#: What a call says, in the API's names; lists hold maps.
Said = dict[str, Any]


@dataclass
class Walk:
    """One client's walk through all operations; ``found`` is what later calls need to know."""

    call: Callable[[Operation, Said], Mapping[str, Any]]
    found: dict[str, str] = field(default_factory=dict)
    called: set[str] = field(default_factory=set)
    seal: Callable[[str], object] = str

    def ask(self, name: str, **said: Any) -> Mapping[str, Any]:
        (operation,) = [one for one in OPERATIONS.values() if one.name == name]
        self.called.add(name)
        answer = self.call(operation, said)
        assert answer["RequestId"], name
        return answer


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    data: Path = tmp_path_factory.mktemp("product") / "data"
    places = {"KEYLEASE_EXPORT_DIR": str(data.parent / "exports")}
    with serving(data, environment=places) as served:
        yield served


def test_the_current_client_knows_every_operation(product: Product) -> None:
    ada = product.customer("ada", "5000.00")
    walk = Walk(lambda operation, said: current(ada, operation, said))
    walk.seal = lambda key: product.cli("data-key", "create", "ada", "orders", "--key", key)
    walk_through(walk)


def test_the_classic_client_knows_every_operation(product: Product) -> None:
    bob = product.customer("bob", "5000.00")
    walk = Walk(lambda operation, said: classic(bob, operation, said))
    walk.seal = lambda key: product.cli("data-key", "create", "bob", "orders", "--key", key)
    walk_through(walk)


def walk_through(walk: Walk) -> None:
    service(walk)
    buying(walk)
    catalogue(walk)
    instance(walk)
    keys(walk)
    cryptography(walk)
    key_life(walk)
    importing(walk)
    asymmetric(walk)
    applications(walk)
    managed_data_keys(walk)
    policies(walk)
    secrets(walk)
    money(walk)
    bills(walk)
    by_use(walk)
    changing_and_giving_back(walk)
    missing = {one.name for one in OPERATIONS.values()} - walk.called
    assert not missing, "call it here, since docs/compatibility.md says that it is called"


def service(walk: Walk) -> None:
    assert walk.ask("DescribeRegions")["Regions"]["Region"]
    assert walk.ask("DescribeAccountKmsStatus")["AccountStatus"] == "Enabled"
    assert walk.ask("GetCallerIdentity")["IdentityType"] == "Account"
    with pytest.raises(Exception, match="opened") as refused:
        walk.ask("OpenKmsService")
    assert refusal_of(refused.value) == (400, "Forbidden.Opened")
    with pytest.raises(Exception, match="enclaves") as refused:
        walk.ask("GetChallenge")
    assert refusal_of(refused.value) == (400, "UnsupportedOperation")


def managed_data_keys(walk: Walk) -> None:
    walk.seal(walk.found["KeyId"])
    name = {"DataKeyName": "orders"}
    assert walk.ask("ListManagedDataKeyVersions", **name)["TotalCount"] == 1
    assert len(b64decode(walk.ask("GetManagedDataKey", **name)["Plaintext"])) == 32


def policies(walk: Walk) -> None:
    key = {"KeyId": walk.found["KeyId"]}
    account = walk.ask("GetCallerIdentity")["AccountId"]
    root = {"RAM": [f"acs:ram::{account}:root"]}
    said = {"Effect": "Allow", "Principal": root, "Action": ["kms:*"], "Resource": ["*"]}
    policy = {"Version": "1", "Statement": [said]}
    walk.ask("SetKeyPolicy", Policy=json.dumps(policy), **key)
    assert json.loads(walk.ask("GetKeyPolicy", **key)["Policy"]) == policy
    role = f"acs:ram::{account}:role/nobody"
    with pytest.raises(Exception, match="role") as refused:
        walk.ask("AssumeRole", RoleArn=role, RoleSessionName="session")
    assert refusal_of(refused.value)[0] in {403, 404}


def secrets(walk: Walk) -> None:
    assert len(walk.ask("GetRandomPassword", PasswordLength="20")["RandomPassword"]) == 20
    name = {"SecretName": "db"}
    place = {"DKMSInstanceId": walk.found["InstanceId"]}
    walk.ask("CreateSecret", SecretData="one", VersionId="v1", **place, **name)
    walk.ask("PutSecretValue", SecretData="two", VersionId="v2", **name)
    assert walk.ask("GetSecretValue", **name)["SecretData"] == "two"
    walk.ask(
        "UpdateSecretVersionStage",
        VersionStage="ACSCurrent",
        MoveToVersion="v1",
        RemoveFromVersion="v2",
        **name,
    )
    batch = walk.ask("BatchGetSecretValue", SecretsList=[name])["SecretValues"]
    assert [one["SecretData"] for one in batch] == ["one"]
    assert walk.ask("ListSecretVersionIds", **name)["TotalCount"] == 2
    walk.ask("UpdateSecret", Description="front", **name)
    assert walk.ask("DescribeSecret", **name)["Description"] == "front"
    assert walk.ask("ListSecrets")["TotalCount"] == 1
    account = walk.ask("GetCallerIdentity")["AccountId"]
    root = {"RAM": [f"acs:ram::{account}:root"]}
    said = {"Effect": "Allow", "Principal": root, "Action": ["kms:*"], "Resource": ["*"]}
    policy = {"Version": "1", "Statement": [said]}
    walk.ask("SetSecretPolicy", Policy=json.dumps(policy), **name)
    assert json.loads(walk.ask("GetSecretPolicy", **name)["Policy"]) == policy
    for operation, further in (
        ("RotateSecret", {"VersionId": "v3"}),
        ("UpdateSecretRotationPolicy", {"EnableAutomaticRotation": "false"}),
    ):
        with pytest.raises(Exception, match="Generic") as refused:
            walk.ask(operation, **further, **name)
        assert refusal_of(refused.value)[0] == 400
    walk.ask("DeleteSecret", RecoveryWindowInDays="7", **name)
    walk.ask("RestoreSecret", **name)


def buying(walk: Walk) -> None:
    what = {"ProductCode": "kms", "SubscriptionType": "Subscription"}
    months = {"ServicePeriodQuantity": 1, "ServicePeriodUnit": "Month"}
    price = walk.ask("GetSubscriptionPrice", OrderType="NewOrder", **what, **months)
    assert price["Data"]["TradePrice"] == 500
    configuration = [{"Code": "ProductVersion", "Value": "3"}]
    bought = walk.ask("CreateInstance", Period=1, Parameter=configuration, **what)
    walk.found |= bought["Data"]
    listed = walk.ask("QueryAvailableInstances", ProductCode="kms")["Data"]["InstanceList"]
    assert [one["InstanceID"] for one in listed] == [walk.found["InstanceId"]]
    with pytest.raises(Exception, match="renewal unify") as refused:
        walk.ask("SetAllExpirationDay", UnifyExpireDay="12")
    assert refusal_of(refused.value) == (400, "NotApplicable")


def catalogue(walk: Walk) -> None:
    daily = {"ProductCode": "kms", "SubscriptionType": "PayAsYouGo"}
    module = [{"ModuleCode": "Instance", "PriceType": "Usage", "Config": "ProductVersion:3"}]
    price = walk.ask("GetPayAsYouGoPrice", ModuleList=module, **daily)["Data"]["ModuleDetails"]
    assert price["ModuleDetail"][0]["CostAfterDiscount"] == 4.5
    assert walk.ask("DescribePricingModule", **daily)["Data"]["ModuleList"]["Module"]
    assert walk.ask("QueryProductList", PageNum=1)["Data"]["ProductList"]["Product"]
    sold = walk.ask("QueryCommodityList", ProductCode="kms")["Data"]["CommodityList"]
    what = {"CommodityCode": sold[0]["CommodityCode"]}
    priced = walk.ask("QueryPriceEntityList", **what)["Data"]["PriceEntityInfoList"]
    what |= {"PriceEntityCode": priced[0]["PriceEntityCode"], "PageSize": "50"}
    assert walk.ask("QuerySkuPriceList", **what)["Data"]["SkuPricePage"]["SkuPriceList"]


def instance(walk: Walk) -> None:
    name = {"KmsInstanceId": walk.found["InstanceId"]}
    place = {"VpcId": "vpc-1", "VSwitchIds": "vsw-1", "ZoneIds": "cn-hangzhou-a"}
    walk.ask("ConnectKmsInstance", KMProvider="Aliyun", **place, **name)
    walk.ask("UpdateKmsInstance", InstanceName="front", **name)
    walk.ask("UpdateKmsInstanceBindVpc", BindVpcs="[]", **name)
    assert walk.ask("ListKmsInstances")["TotalCount"] == 1
    assert walk.ask("GetDefaultKmsInstance")["DefaultKmsInstanceId"] == ""
    details = walk.ask("GetKmsInstance", **name)["KmsInstance"]
    assert (details["Status"], details["InstanceName"]) == ("Connected", "front")
    assert walk.ask("GetKmsInstanceQuotaInfos", **name)["KmsInstanceQuotaInfos"]


def keys(walk: Walk) -> None:
    tags = json.dumps([{"TagKey": "team", "TagValue": "front"}])
    made = walk.ask("CreateKey", DKMSInstanceId=walk.found["InstanceId"], Tags=tags)["KeyMetadata"]
    key = {"KeyId": made["KeyId"]}
    version = {"KeyVersionId": made["PrimaryKeyVersion"]}
    walk.found |= key
    assert walk.ask("ListKeys")["TotalCount"] == 2  # and the default key
    assert walk.ask("ListKeyVersions", **key)["TotalCount"] == 1
    assert walk.ask("DescribeKeyVersion", **key, **version)["KeyVersion"]["KeyId"] == made["KeyId"]
    assert walk.ask("ListResourceTags", **key)["Tags"]["Tag"][0]["TagValue"] == "front"
    walk.ask("DisableKey", **key)
    assert walk.ask("DescribeKey", **key)["KeyMetadata"]["KeyState"] == "Disabled"
    walk.ask("EnableKey", **key)


def key_life(walk: Walk) -> None:
    key = {"KeyId": walk.found["KeyId"]}
    walk.ask("UpdateKeyDescription", Description="front", **key)
    walk.ask("SetDeletionProtection", EnableDeletionProtection="false", **key)
    walk.ask("ScheduleKeyDeletion", PendingWindowInDays=7, **key)
    walk.ask("CancelKeyDeletion", **key)
    period = {"EnableAutomaticRotation": True, "RotationInterval": "30d"}
    walk.ask("UpdateRotationPolicy", **period, **key)
    assert walk.ask("CreateKeyVersion", **key)["KeyVersion"]["KeyId"] == key["KeyId"]
    alias = {"AliasName": "alias/front"}
    walk.ask("CreateAlias", **alias, **key)
    walk.ask("UpdateAlias", **alias, **key)
    assert walk.ask("ListAliases")["TotalCount"] == 1
    assert walk.ask("ListAliasesByKeyId", **key)["Aliases"]["Alias"][0]["KeyId"] == key["KeyId"]
    walk.ask("DeleteAlias", **alias)
    tag = json.dumps([{"TagKey": "place", "TagValue": "x"}])
    walk.ask("TagResource", Tags=tag, **key)
    walk.ask("UntagResource", TagKeys='["place"]', **key)
    resource = {"RegionId": "cn-hangzhou", "ResourceType": "key", "ResourceId": [key["KeyId"]]}
    walk.ask("TagResources", Tag=[{"Key": "place", "Value": "y"}], **resource)
    found = walk.ask("ListTagResources", **resource)["TagResources"]["TagResource"]
    assert {one["TagKey"]: one["TagValue"] for one in found} == {"team": "front", "place": "y"}
    walk.ask("UntagResources", TagKey=["place"], **resource)


def importing(walk: Walk) -> None:
    made = walk.ask("CreateKey", DKMSInstanceId=walk.found["InstanceId"], Origin="EXTERNAL")
    key = {"KeyId": made["KeyMetadata"]["KeyId"]}
    wrapping = {"WrappingKeySpec": "RSA_2048", "WrappingAlgorithm": "RSAES_OAEP_SHA_256"}
    given = walk.ask("GetParametersForImport", **wrapping, **key)
    public: Any = load_der_public_key(b64decode(given["PublicKey"]))
    oaep = padding.OAEP(padding.MGF1(SHA256()), SHA256(), None)
    wrapped = b64encode(public.encrypt(bytes(32), oaep)).decode()
    token = {"ImportToken": given["ImportToken"], "KeyMaterialExpireUnix": 0}
    walk.ask("ImportKeyMaterial", EncryptedKeyMaterial=wrapped, **token, **key)
    walk.ask("DeleteKeyMaterial", **key)


def cryptography(walk: Walk) -> None:
    key = {"KeyId": walk.found["KeyId"]}
    blob = walk.ask("Encrypt", Plaintext="aGVsbG8=", **key)["CiphertextBlob"]
    assert walk.ask("Decrypt", CiphertextBlob=blob)["Plaintext"] == "aGVsbG8="
    data_key = walk.ask("GenerateDataKey", **key)
    again = walk.ask("Decrypt", CiphertextBlob=data_key["CiphertextBlob"])
    assert again["Plaintext"] == data_key["Plaintext"]
    assert "Plaintext" not in walk.ask("GenerateDataKeyWithoutPlaintext", **key)
    anew = walk.ask("ReEncrypt", CiphertextBlob=blob, DestinationKeyId=key["KeyId"])
    assert walk.ask("Decrypt", CiphertextBlob=anew["CiphertextBlob"])["Plaintext"] == "aGVsbG8="
    advanced = walk.ask("AdvanceEncrypt", Plaintext="aGVsbG8=", **key)
    assert b64decode(advanced["CiphertextBlob"]).startswith(b"$")


def asymmetric(walk: Walk) -> None:
    signing = new_key(walk, KeySpec="EC_P256")
    what = {"Algorithm": "ECDSA_SHA_256", "Digest": b64encode(bytes(32)).decode()}
    value = walk.ask("AsymmetricSign", **what, **signing)["Value"]
    assert walk.ask("AsymmetricVerify", Value=value, **what, **signing)["Value"] is True
    assert "BEGIN PUBLIC KEY" in walk.ask("GetPublicKey", **signing)["PublicKey"]
    pair = new_key(walk, KeySpec="RSA_2048", KeyUsage="ENCRYPT/DECRYPT")
    oaep = {"Algorithm": "RSAES_OAEP_SHA_256"} | pair
    sealed = walk.ask("AsymmetricEncrypt", Plaintext="aGVsbG8=", **oaep)["CiphertextBlob"]
    assert walk.ask("AsymmetricDecrypt", CiphertextBlob=sealed, **oaep)["Plaintext"] == "aGVsbG8="
    pem = walk.ask("GetPublicKey", **pair)["PublicKey"].splitlines()[1:-1]
    export = {
        "PublicKeyBlob": "".join(pem),
        "WrappingKeySpec": "RSA_2048",
        "WrappingAlgorithm": "RSAES_OAEP_SHA_256",
    }
    key = {"KeyId": walk.found["KeyId"]}
    made = walk.ask("GenerateAndExportDataKey", **export, **key)
    again = walk.ask("ExportDataKey", CiphertextBlob=made["CiphertextBlob"], **export)
    opened = [
        walk.ask("AsymmetricDecrypt", CiphertextBlob=one["ExportedDataKey"], **oaep)["Plaintext"]
        for one in (made, again)
    ]
    assert opened[0] == opened[1]
    mac = {"Algorithm": "HMAC_SHA_256", "Message": "aGVsbG8="}
    mac |= {"KeyId": new_key(walk, KeySpec="HMAC_SHA_256")["KeyId"]}
    tag = walk.ask("GenerateMac", **mac)["Mac"]
    assert walk.ask("VerifyMac", Mac=tag, **mac)["Value"] is True


def applications(walk: Walk) -> None:
    rule = {"Name": "office"}
    walk.ask("CreateNetworkRule", Type="Private", SourcePrivateIp='["10.0.0.0/8"]', **rule)
    walk.ask("UpdateNetworkRule", Description="front", **rule)
    assert walk.ask("DescribeNetworkRule", **rule)["Description"] == "front"
    assert walk.ask("ListNetworkRules")["TotalCount"] == 1
    policy = {"Name": "keys"}
    allowed = json.dumps(["RbacPermission/Template/CryptoServiceKeyUser"])
    what = {"KmsInstance": walk.found["InstanceId"], "Permissions": allowed}
    walk.ask("CreatePolicy", Resources='["key/*"]', **what, **policy)
    walk.ask("UpdatePolicy", AccessControlRules='{"NetworkRules":["office"]}', **policy)
    assert walk.ask("DescribePolicy", **policy)["Resources"] == ["key/*"]
    assert walk.ask("ListPolicies")["TotalCount"] == 1
    point = {"Name": "app"}
    walk.ask("CreateApplicationAccessPoint", Policies='["keys"]', **point)
    walk.ask("UpdateApplicationAccessPoint", Description="front", **point)
    assert walk.ask("DescribeApplicationAccessPoint", **point)["Policies"] == '["keys"]'
    assert walk.ask("ListApplicationAccessPoints")["TotalCount"] == 1
    made = walk.ask("CreateClientKey", AapName="app", Password="a1-b2-c3")
    key = {"ClientKeyId": made["ClientKeyId"]}
    assert walk.ask("GetClientKey", **key)["AapName"] == "app"
    assert len(walk.ask("ListClientKeys", AapName="app")["ClientKeys"]) == 1
    walk.ask("DeleteClientKey", **key)
    walk.ask("DeleteApplicationAccessPoint", **point)
    walk.ask("DeletePolicy", **policy)
    walk.ask("DeleteNetworkRule", **rule)


def new_key(walk: Walk, **what: str) -> dict[str, str]:
    made = walk.ask("CreateKey", DKMSInstanceId=walk.found["InstanceId"], **what)["KeyMetadata"]
    return {"KeyId": made["KeyId"], "KeyVersionId": made["PrimaryKeyVersion"]}


def money(walk: Walk) -> None:
    what = {"ProductCode": "kms", "ProductType": "kms_ddi_public_intl"}
    walk.ask("SetRenewal", InstanceIDs=walk.found["InstanceId"], RenewalStatus="NotRenewal", **what)
    walk.ask("RenewInstance", InstanceId=walk.found["InstanceId"], RenewPeriod=2, **what)
    assert walk.ask("QueryAccountBalance")["Data"]["AvailableAmount"] == "3500.00"
    assert walk.ask("QueryAccountTransactions")["Data"]["TotalCount"] == 3
    assert walk.ask("QueryAccountTransactionDetails")["Data"]["TotalCount"] == 3
    assert walk.ask("QueryCashCoupons")["Data"]["CashCoupon"] == []
    assert walk.ask("QueryPrepaidCards")["Data"]["PrepaidCard"] == []
    assert walk.ask("QueryRedeem")["Data"]["TotalCount"] == 0
    assert walk.ask("QueryOrders")["Data"]["TotalCount"] == 2
    detail = walk.ask("GetOrderDetail", OrderId=walk.found["OrderId"])["Data"]["OrderList"]
    assert walk.found["InstanceId"] in detail["Order"][0]["InstanceIDs"]


def bills(walk: Walk) -> None:
    paid = walk.ask("GetOrderDetail", OrderId=walk.found["OrderId"])["Data"]["OrderList"]["Order"]
    month = {"BillingCycle": month_of(parse_iso(paid[0]["PaymentTime"]))}
    for name in ("QueryBill", "QuerySettleBill", "QueryBillOverview", "QueryAccountBill"):
        found = walk.ask(name, **month)["Data"]["Items"]["Item"]
        assert sum(one["PretaxAmount"] for one in found) == 1500, name
    for name in ("QueryInstanceBill", "QuerySplitItemBill"):
        found = walk.ask(name, **month)["Data"]["Items"]["Item"]
        assert sum(one["PretaxAmount"] for one in found) == 1500, name
    for name in ("DescribeInstanceBill", "DescribeSplitItemBill"):
        found = walk.ask(name, **month)["Data"]["Items"]
        assert sum(one["PretaxAmount"] for one in found) == 1500, name
    costs = walk.ask("QueryInstanceGaapCost", **month)["Data"]["Modules"]["Module"]
    assert [one["PretaxAmount"] for one in costs] == ["500.00", "1000.00"]
    name = "DescribeInstanceAmortizedCostByAmortizationPeriod"
    assert walk.ask(name, **month)["Data"]["Items"][0]["PretaxAmount"] == 1500
    walk.ask("SubscribeBillToOSS", SubscribeBucket="bills", SubscribeType="MonthBill")
    subscribed = walk.ask("QueryBillToOSSSubscription")["Data"]["Items"]["Item"]
    assert [one["SubscribeBucket"] for one in subscribed] == ["bills"]
    walk.ask("UnsubscribeBillToOSS", SubscribeType="MonthBill")


def by_use(walk: Walk) -> None:
    what = {"ProductCode": "kms", "SubscriptionType": "PayAsYouGo"}
    bought = walk.ask("CreateInstance", **what)["Data"]
    name = {"KmsInstanceId": bought["InstanceId"]}
    assert walk.ask("GetKmsInstance", **name)["KmsInstance"]["ChargeType"] == "POSTPAY"
    assert walk.ask("ReleaseKmsInstance", ForceDeleteWithoutBackup="true", **name)
    times = {"StartTime": "2020-01-01T00:00:00Z", "EndTime": "2100-01-01T00:00:00Z"}
    used = walk.ask("QueryUserOmsData", Table="kms", DataType="Day", **times)["Data"]["OmsData"]
    assert bought["InstanceId"] in {one["InstanceId"] for one in used}


def changing_and_giving_back(walk: Walk) -> None:
    """The last: the instance is gone after it."""
    what = {"ProductCode": "kms", "ProductType": "kms_ddi_public_intl"}
    instance = {"InstanceId": walk.found["InstanceId"]}
    more = [{"Code": "KeyNum", "Value": "2000"}]
    kind = {"SubscriptionType": "Subscription", "ModifyType": "Upgrade"}
    assert walk.ask("ModifyInstance", Parameter=more, **kind, **instance, **what)["Data"]["OrderId"]
    changed = walk.ask("RenewChangeInstance", RenewPeriod=1, Parameter=more, **instance, **what)
    order = {"OrderId": changed["Data"]["OrderId"]}
    with pytest.raises(Exception, match="CancelOrder") as refused:
        walk.ask("CancelOrder", **order)
    assert refusal_of(refused.value) == (400, "ResourceStatusError")
    assert walk.ask("CancelRenewal", **order, **instance)["Data"]["OrderId"]
    price = walk.ask("InquiryPriceRefundInstance", **instance, **what)
    assert (price["Code"], price["Data"]["Currency"]) == ("200", "USD")
    assert price["Data"]["RefundAmount"] > 0
    assert walk.ask("RefundInstance", ImmediatelyRelease="1", **instance, **what)["Data"]["OrderId"]


def current(customer: Customer, operation: Operation, said: Said) -> Mapping[str, Any]:
    """The call with the current client, as the page says: typed, or generic."""
    client: Any = customer.kms if operation.family is Family.KMS else customer.bss
    if DOCS["current_form"](operation) == "generic":
        answer: Mapping[str, Any] = generic_current(client, operation, said)["body"]
        return answer
    methods = {name.replace("_", ""): name for name in dir(client)}
    method = getattr(client, methods[operation.name.lower()])
    models = import_module(type(client).__module__.replace(".client", ".models"))
    request_type = getattr(models, f"{operation.name}Request", None)
    reply = method(request_type().from_map(said)) if request_type else method()
    body: Mapping[str, Any] = reply.body.to_map()
    return body


def generic_current(client: TeaClient, operation: Operation, said: Said) -> dict[str, Any]:
    params = Params(
        action=operation.name, version=operation.family.value, protocol="HTTP", pathname="/",
        method="POST", auth_type="AK", style="RPC", req_body_type="formData", body_type="json",
    )  # fmt: skip
    called: dict[str, Any] = client.call_api(
        params, OpenApiRequest(query=flattened(said)), RuntimeOptions()
    )
    return called


def classic(customer: Customer, operation: Operation, said: Said) -> Mapping[str, Any]:
    """The call with the classic client, as the page says: typed, or generic."""
    if DOCS["classic_form"](operation) == "typed":
        name = f"{operation.name}Request"
        request: RpcRequest = getattr(
            import_module(f"aliyunsdkkms.request.v20160120.{name}"), name
        )()
        for parameter, value in flattened(said).items():
            request.add_query_param(parameter, value)
        return customer.core(request)
    common = CommonRequest(
        domain=customer.product.host_port,
        version=operation.family.value,
        action_name=operation.name,
    )
    common.set_method("POST")
    for parameter, value in flattened(said).items():
        common.add_query_param(parameter, value)
    return customer.core(common)


#: Lists that even typed clients send as JSON. Source: facts/kms-api.md A.
_AS_JSON = {"SecretsList"}


def flattened(said: Said) -> dict[str, str]:
    """Lists as numbered parameters, but for the one that travels as JSON."""
    flat: dict[str, str] = {}
    for name, value in said.items():
        if name in _AS_JSON:
            flat[name] = json.dumps(value)
        elif isinstance(value, list):
            for number, entry in enumerate(value, 1):
                if isinstance(entry, str):
                    flat[f"{name}.{number}"] = entry
                else:
                    flat |= {f"{name}.{number}.{code}": one for code, one in entry.items()}
        else:
            flat[name] = str(value)
    return flat


def test_the_lists_of_the_original_hold_what_its_clients_and_we_know() -> None:
    """Source: the methods of the current KMS client (facts/kms-api.md A counts 91 of them)."""
    known = {
        family: {n for part in DOCS["names"](family).values() for n in part} for family in Family
    }
    for one in OPERATIONS.values():
        assert one.name in known[one.family], one.name
    client = import_module("alibabacloud_kms20160120.client").Client
    methods = {
        n.removesuffix("_with_options").replace("_", "")
        for n in dir(client)
        if n.endswith("_with_options")
    }
    assert len(methods) == 91
    assert methods <= {name.lower() for name in known[Family.KMS]}
    assert len(known[Family.KMS]) == 108


def test_differences_are_told_of_what_is_offered_only() -> None:
    assert DOCS["DIFFERS"].keys() <= {one.name for one in OPERATIONS.values()}


#: Legacy that nobody offers any more: `DOCS["names"]` has them under these headings.
LEGACY = ("Certificates (removed from current clients)", "Other (one old client only)")


def test_every_operation_of_the_original_is_offered() -> None:
    """Source: facts/kms-api.md A, legacy aside."""
    sections = DOCS["names"](Family.KMS)
    original = {one for name, listed in sections.items() if name not in LEGACY for one in listed}
    offered = {one.name for one in OPERATIONS.values() if one.family is Family.KMS}
    assert original <= offered


def test_the_page_tells_what_other_clients_call() -> None:
    found = {
        program: DOCS["called_in"](DOCS["CLIENTS"] / program, pattern)
        for _, program, pattern in DOCS["PROGRAMS"]
    }
    assert found["node_kms.js"] == ["CreateKey", "DescribeKey", "Encrypt", "Decrypt"]
    assert found["secret_manager_client.py"] == ["GetSecretValue"]
    assert all(found.values())
