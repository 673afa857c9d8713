"""Write the pages of ``docs/`` that follow from the code, so that they cannot tell another story.

Usage: ``python tools/docs.py [--check]``. With ``--check`` nothing is written; exit status 1 if a
page is out of date. Needs the development set-up: which official client knows which operation is
read from the clients themselves.
"""

import argparse
import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from keylease.api.errors import STATUS
from keylease.api.gateway.operations import OPERATIONS as GATEWAY_OPERATIONS
from keylease.api.http.limits import Limits
from keylease.api.rpc.call import Family, Operation
from keylease.api.rpc.operations import OPERATIONS
from keylease.app.settings import SETTINGS
from keylease.cli.main import cli
from keylease.core.errors import Code
from keylease.crypto.algorithms import KEY_SPECS, Algorithm, KeySpec, ProtectionLevel
from keylease.crypto.pkcs11.mechanisms import GENERATE, WORK, WRAP

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
SRC = ROOT / "src" / "keylease"
CLIENTS = ROOT / "tests" / "clients" / "programs"

_WRITTEN = "Written by `tools/docs.py` from the code; change the code, not this page."
_HELP_WIDTH = 96

#: The official clients of each API: the current one, and the classic one.
CURRENT = {
    Family.KMS: "alibabacloud-kms20160120",
    Family.BILLING: "alibabacloud-bssopenapi20171214",
    Family.STS: "alibabacloud-tea-openapi",
}
CLASSIC = {
    Family.KMS: "aliyun-python-sdk-kms",
    Family.BILLING: "aliyun-python-sdk-core",
    Family.STS: "aliyun-python-sdk-core",
}
TITLES = {
    Family.KMS: "Key Management Service",
    Family.BILLING: "Billing (BssOpenApi)",
    Family.STS: "Security Token Service",
}

#: Every operation of the original's KMS API, from all generations of its clients.
#: Source: facts/kms-api.md A.
ORIGINAL_KMS = """
Service: DescribeRegions DescribeAccountKmsStatus OpenKmsService GetRandomPassword GetChallenge
Keys: CreateKey ListKeys DescribeKey UpdateKeyDescription EnableKey DisableKey ScheduleKeyDeletion
 CancelKeyDeletion SetDeletionProtection GetPublicKey
Versions and rotation: CreateKeyVersion ListKeyVersions DescribeKeyVersion UpdateRotationPolicy
Import: GetParametersForImport ImportKeyMaterial DeleteKeyMaterial
Aliases: CreateAlias UpdateAlias DeleteAlias ListAliases ListAliasesByKeyId
Symmetric: Encrypt Decrypt ReEncrypt GenerateDataKey GenerateDataKeyWithoutPlaintext
 GenerateAndExportDataKey ExportDataKey AdvanceEncrypt
Asymmetric and MAC: AsymmetricEncrypt AsymmetricDecrypt AsymmetricSign AsymmetricVerify GenerateMac
 VerifyMac
Managed data keys: GetManagedDataKey ListManagedDataKeyVersions
Resource policies: SetKeyPolicy GetKeyPolicy SetSecretPolicy GetSecretPolicy
Tags: TagResource UntagResource ListResourceTags TagResources UntagResources ListTagResources
Secrets: CreateSecret ListSecrets DescribeSecret UpdateSecret DeleteSecret RestoreSecret
 GetSecretValue BatchGetSecretValue PutSecretValue ListSecretVersionIds UpdateSecretVersionStage
 RotateSecret UpdateSecretRotationPolicy
Instances: ListKmsInstances GetKmsInstance ConnectKmsInstance UpdateKmsInstance
 UpdateKmsInstanceBindVpc ReleaseKmsInstance GetDefaultKmsInstance GetKmsInstanceQuotaInfos
Network rules: CreateNetworkRule ListNetworkRules DescribeNetworkRule UpdateNetworkRule
 DeleteNetworkRule
Permission policies: CreatePolicy ListPolicies DescribePolicy UpdatePolicy DeletePolicy
Application access points: CreateApplicationAccessPoint ListApplicationAccessPoints
 DescribeApplicationAccessPoint UpdateApplicationAccessPoint DeleteApplicationAccessPoint
Client keys: CreateClientKey ListClientKeys GetClientKey DeleteClientKey
Certificates (removed from current clients): CreateCertificate UploadCertificate GetCertificate
 DescribeCertificate UpdateCertificateStatus DeleteCertificate CertificatePrivateKeySign
 CertificatePublicKeyVerify CertificatePublicKeyEncrypt CertificatePrivateKeyDecrypt
 ImportCertificate ImportEncryptionCertificate ExportCertificate ListCertificates
Other (one old client only): DescribeService
"""

#: The operations of the original's billing API that concern a subscription and its money, and what
#: we added. Source: facts/bss-operations.txt.
ORIGINAL_BILLING = """
Instances and orders: CreateInstance RenewInstance RenewChangeInstance ModifyInstance
 ConvertChargeType RefundInstance InquiryPriceRefundInstance SetRenewal SetAllExpirationDay
 QueryAvailableInstances ReleaseInstance QueryOrders GetOrderDetail CancelOrder PayOrder
Our own: CancelRenewal
Prices: GetSubscriptionPrice GetPayAsYouGoPrice DescribePricingModule QueryProductList
 QueryCommodityList QueryPriceEntityList QuerySkuPriceList GetResourcePackagePrice
Account: QueryAccountBalance QueryAccountTransactions QueryAccountTransactionDetails
 QueryCashCoupons QueryPrepaidCards QueryRedeem
Bills: QueryBill QueryBillOverview QuerySettleBill QueryInstanceBill DescribeInstanceBill
 QueryAccountBill QuerySplitItemBill DescribeSplitItemBill QueryInstanceGaapCost
 DescribeInstanceAmortizedCostByAmortizationPeriod QueryUserOmsData SubscribeBillToOSS
 UnsubscribeBillToOSS QueryBillToOSSSubscription
"""

#: The programs of `tests/clients`, and how they name what they call.
PROGRAMS = (
    ("Node: `@alicloud/kms20160120`", "node_kms.js", r"client\.(\w+)\(|\"(CreateKey)\""),
    ("`alibabacloud-kms-python-sdk`, TransferClient", "transfer_client.py", r"client\.(\w+)\("),
    ("`aliyun-secret-manager-client`", "secret_manager_client.py", r"client\.(\w+)\("),
    ("`alibabacloud-secretsmanager-client-v2`", "secretsmanager_client_v2.py", r"client\.(\w+)\("),
    ("`alibabacloud-kms-python-sdk`, Client", "kms_instance_client.py", r"client\.(create_key)\("),
)

#: Methods that are called otherwise than the operation behind them.
CALLED_AS = {"get_secret_info": "GetSecretValue"}

ORIGINAL = {
    Family.KMS: ORIGINAL_KMS,
    Family.BILLING: ORIGINAL_BILLING,
    Family.STS: "Tokens: GetCallerIdentity AssumeRole",
}

_BILLS = "Figures at once, final after the [close](bills.md). An account pays for itself: another "
_BILLS += "`BillOwnerId` finds nothing."

#: How an operation differs from the original, and why.
DIFFERS = {
    "DescribeRegions": "Regions are data: any deployment offers all that it lists.",
    "DescribeAccountKmsStatus": "Accounts are made with the service open. `InDebt` from the first "
    "[pay-as-you-go](pay-as-you-go.md) bill that the balance does not cover; never `Suspended`.",
    "OpenKmsService": "Answers `Forbidden.Opened`, as accounts are made with the service open.",
    "ListKmsInstances": "No source tells the keys of `Filters`: `KmsInstanceId`, `InstanceName`, "
    "`Status`, `TagKey`, `TagValue`.",
    "GetDefaultKmsInstance": "Always empty: no account was migrated from the classic KMS.",
    "GetChallenge": "Answers `UnsupportedOperation`: attested enclaves are not offered.",
    "GetManagedDataKey": "No source tells how managed data keys come to be: `keylease data-key` "
    "makes them, sealed by a key of an instance; reading one is using that key.",
    "ListManagedDataKeyVersions": "`DataKeyVersionName` is the name and the number.",
    "AdvanceEncrypt": "No source tells the answer: it is the instance gateway's message in JSON, "
    "bytes in Base64, and opens with `AdvanceDecrypt` there. `Iv` is refused: it is chosen here.",
    "ReleaseKmsInstance": "`Forbidden.NoBackup` only if it holds what is in no "
    "[backup](backups.md) of it. Also an instance that stopped for debt can be released.",
    "GetKmsInstance": "`Status` is never `Connecting`: enabling takes no time here. "
    "`CaCertificateChainPem` is that of `--tls auto`, else empty.",
    "ConnectKmsInstance": "Returns when the instance is `Connected`. Networks are data: their ids "
    "are checked for their form, every `<region>-<letter>` is a zone.",
    "UpdateKmsInstance": "In no published client; Terraform's provider calls it.",
    "UpdateKmsInstanceBindVpc": "Networks are data: they are kept and shown, and shut nobody out.",
    "GetKmsInstanceQuotaInfos": "`KmsInstanceId` is needed. `UsedQuantity` of `qps` is the "
    "average of the last full minute, rounded up.",
    "CreateKey": "Software instances offer every spec in the table below. Without `DKMSInstanceId` "
    "the default master key of the region is made. `ProtectionLevel` is ignored: the instance "
    "decides.",
    "SetDeletionProtection": "Of a key not while its deletion is scheduled: "
    "`Rejected.PendingDeletion`.",
    "CreateKeyVersion": "For symmetric and asymmetric keys; the pause between two versions of an "
    "asymmetric key is a setting, `key_version_pause_days`, and off.",
    "UpdateRotationPolicy": "7 to 730 days, as in `CreateKey`.",
    "GetParametersForImport": "Private keys and MAC keys can be imported too: "
    "[formats](formats/import.md).",
    "UpdateAlias": "To a key with the same usage only.",
    "Encrypt": "The default keys are for services only: `keylease account service-key`.",
    "Decrypt": "`Recipient` (attested enclaves) is refused. What was encrypted at the instance "
    "gateway and is no text is decrypted there.",
    "GenerateDataKey": "`Recipient` (attested enclaves) is refused.",
    "AsymmetricDecrypt": "`Recipient` (attested enclaves) is refused. SM2 ciphertexts are read in "
    "ASN.1 and in the bare form C1C3C2.",
    "AsymmetricSign": "Our own ML-DSA keys sign the 64-byte representative of a message.",
    "GenerateMac": "The original's names of MAC key specs are in no source: ours are those of the "
    "algorithms.",
    "CreateSecret": "`DKMSInstanceId` is needed, and the call goes to the instance's region. "
    "`$Auto` of Redis and PolarDB makes two passwords, which the owner sets in the database: "
    "[secrets](secrets.md).",
    "ListSecrets": "Filters compare whole values. A secret that waits for its deletion is listed.",
    "DescribeSecret": "Also shows a secret that waits for its deletion.",
    "DeleteSecret": "A secret in its window counts against the quota: it can be restored.",
    "GetSecretValue": "`Recipient` (attested enclaves) is refused. Of a deleted secret, until it "
    "is restored, `Forbidden.ResourceNotFound`.",
    "PutSecretValue": "Also for managed secrets, in the form in which they are served.",
    "UpdateSecretVersionStage": "Who loses `ACSCurrent` gets `ACSPrevious`, as with "
    "`PutSecretValue`. A stage without `RemoveFromVersion` is moved from wherever it is.",
    "RotateSecret": "For `Rds` on PostgreSQL databases that the operator told of, and "
    "`RAMCredentials` of the account's own users: [secrets](secrets.md). Others answer "
    "`UnsupportedOperation`.",
    "UpdateSecretRotationPolicy": "As `RotateSecret`.",
    "GetRandomPassword": "`RequireEachIncludedType` is true where it is not sent.",
    "CreateNetworkRule": "Also for single addresses and IPv6. At most 100 in a region.",
    "DeleteNetworkRule": "Refused with `Rejected.ResourceInUse` while a policy has it.",
    "CreatePolicy": "At most 100 in a region. `KmsInstance` may be left out for the permission "
    "`RbacPermission/Template/SecretUser` alone, which is for secrets of the whole account.",
    "DeletePolicy": "Refused with `Rejected.ResourceInUse` while an access point has it.",
    "CreateApplicationAccessPoint": "At most 100 in a region; needs a policy.",
    "DeleteApplicationAccessPoint": "Refused with `Rejected.ResourceInUse` while it has client "
    "keys.",
    "CreateClientKey": "At most 10 of an access point. The [certificate](applications.md) is "
    "signed by its own key.",
    "ListClientKeys": "Without `AapName` of all access points in the region. `PublicKeyData` is "
    "the public key in PEM.",
    "GetClientKey": "As `ListClientKeys`.",
    "CreateInstance": "Sells `kms` by `Subscription`, paid from the balance in the same "
    "transaction, and as `PayAsYouGo` ([what that means](pay-as-you-go.md)): capacities are then "
    "those of the price book, and our own parameter `Trial` = 1 asks for a free trial. "
    "Hardware is refused where no PKCS#11 module is configured. A second "
    "value-added service of a kind in a region, also while the first is kept after its end, is "
    "accepted and given back whole at once. Prices are those of the [price book](price-book.md).",
    "RenewInstance": "Paid from the balance in the same transaction.",
    "RenewChangeInstance": "Paid from the balance in the same transaction; not while an earlier "
    "change waits for its term.",
    "ModifyInstance": "`Upgrade` only, as for KMS in the original; paid from the balance in the "
    "same transaction. Parameters that do not change may be sent along.",
    "RefundInstance": "The money goes back to the balance at once: [refunds](refunds.md).",
    "InquiryPriceRefundInstance": "Also answers `Details`, how the amount was worked out for each "
    "order, and `RulesVersion`. With `OrderId` it is about `CancelRenewal`.",
    "CancelRenewal": "Our own: `InstanceId`, `OrderId`, `ClientToken`. The original cancels a "
    "renewal that has not begun in its console only: [refunds](refunds.md).",
    "SetAllExpirationDay": "Answers `NotApplicable`, as for everything but ECS: the operator's "
    "command `keylease renewal unify` does it.",
    "QueryAccountBalance": "There is no credit: those amounts are 0.00.",
    "QueryUserOmsData": "`Table` is `kms`. Columns: `StartTime`, `EndTime`, `Region`, "
    "`InstanceId`, `ProviderId` (the account), `Requests`, `PeakQps`, and of whole days of "
    "pay-as-you-go instances `KeyVersions`, `Secrets`. Periods that begin and end in the time "
    "asked for; `Raw` is a minute. Complete within seconds; minutes are kept for 100 days.",
    "QueryAvailableInstances": "Pay-as-you-go instances have no `EndTime` while they are paid for. "
    "Released instances are not listed.",
    "QueryAccountTransactions": "Newest first. `TransactionChannel` is always `AccountBalance`, "
    "`FundType` `Cash`; what a voucher paid is not among them.",
    "QueryAccountTransactionDetails": "As QueryAccountTransactions, 20 at a time. Times may be "
    "dates, in UTC+8.",
    "QueryCashCoupons": "The newest 1,000. One that is spent stays `Available` until it expires.",
    "QueryPrepaidCards": "Always empty: there are none.",
    "QueryRedeem": "Always empty: there are no codes to redeem.",
    "GetSubscriptionPrice": "From the function that books. `ModuleDetails` are those of one piece "
    "and add up to its amounts. For an `Upgrade` the term is the rest of the paid one. Without "
    "`ModuleList` the price is that of what the edition includes. Hardware has its price also "
    "where it is not sold.",
    "GetPayAsYouGoPrice": "Prices are for a day: `PriceType` is `Usage`. `Config` says how much of "
    "each module, one where it does not.",
    "DescribePricingModule": "Values and prices of the [price book](price-book.md), in the "
    "account's currency and language.",
    "QueryProductList": "`kms` by subscription and as pay-as-you-go. `TotalCount` with "
    "`QueryTotalCount` only.",
    "QueryCommodityList": "Commodities are the product types. Without `Lang`, names are in the "
    "account's language.",
    "QueryPriceEntityList": "Entities are the modules of `DescribePricingModule`.",
    "QuerySkuPriceList": "A price is for a month, or for a day as pay-as-you-go, of one block of "
    "what `PriceUnit` says, above what the edition includes.",
    "QueryOrders": "`RelatedOrderId` is the purchase; of a refund of one order that order.",
    "GetOrderDetail": "One suborder for each order; of a refund one for each order that it ended, "
    "with how it was worked out in `ExtendInfos`.",
    "QueryBill": _BILLS + " By page number a late page skips over all before it: use "
    "`QuerySettleBill` for long months.",
    "QuerySettleBill": _BILLS,
    "QueryBillOverview": _BILLS,
    "QueryAccountBill": _BILLS + " There is one product.",
    "QueryInstanceBill": _BILLS + " No limit of 18 months.",
    "DescribeInstanceBill": _BILLS + " No limit of 18 months.",
    "QuerySplitItemBill": _BILLS + " Instances are not shared: a row for each billable item.",
    "DescribeSplitItemBill": _BILLS + " As `QuerySplitItemBill`; a `TagFilter` finds nothing.",
    "QueryInstanceGaapCost": "A row for each order and day's bill; see [bills](bills.md).",
    "DescribeInstanceAmortizedCostByAmortizationPeriod": "A row for each instance and month of "
    "payment; see [bills](bills.md).",
    "SubscribeBillToOSS": "A bucket is a folder below the setting `export_dir`; refused with "
    "`NotApplicable` without one. `MultAccountRelSubscribe` and `UsingSsl` are ignored.",
    "UnsubscribeBillToOSS": "As `SubscribeBillToOSS`.",
    "SetKeyPolicy": "A key policy counts at once, and gives its access units back at once. An "
    "`Allow` to the own account's `root` or `*` leaves it to the users' [policies](access.md).",
    "SetSecretPolicy": "As `SetKeyPolicy`.",
    "GetCallerIdentity": "Also for the storage service, as `Service`.",
    "AssumeRole": "Accounts can assume their own roles too. No `ExternalId` and `SourceIdentity`.",
}

#: How operations of the instance gateway differ from the original.
GATEWAY_DIFFERS = {
    "Encrypt": "`AES_GCM`, `SM4_GCM`, `RSAES_OAEP_SHA_256`, `RSAES_OAEP_SHA_1`, `SM2PKE`; others "
    "are refused with `UnsupportedOperation`. `Iv` is refused: the service chooses it, so that "
    "none comes twice. At most 8,192 bytes.",
    "AdvanceEncrypt": "AES and SM4; as `Encrypt`.",
    "Sign": "Also `Keylease_ML_DSA`.",
    "GenerateDataKeyPair": "`RSA_2048`, `RSA_3072`, `RSA_4096`, `EC_P256`, `EC_P256K`, `EC_SM2`; "
    "`PEM` (default) or `DER`: PKCS#8 and SubjectPublicKeyInfo.",
    "KmsEncrypt": "In no client. The ciphertext of the OpenAPI, as bytes.",
    "KmsDecrypt": "In no client. As `KmsEncrypt`.",
    "Hash": "In no client. `SHA_224`, `SHA_256`, `SHA_384`, `SHA_512`, `SM3`.",
    "Hmac": "In no client. The algorithm is that of the key.",
}

#: What will not be offered, and why.
NOT_OFFERED = {
    "ConvertChargeType": "the original does not offer it for KMS either: an instance keeps the "
    "billing method that it was bought with.",
    "ReleaseInstance": "for virtual network operators only. A subscription is given back with "
    "`RefundInstance`, a pay-as-you-go instance with `ReleaseKmsInstance`.",
    "PayOrder": "in one client only and undocumented. An order that waits is paid in the console "
    "or with `keylease order pay`.",
    "GetResourcePackagePrice": "there are no resource packages.",
}

#: What each code means to the one who meets it.
MEANINGS = {
    Code.MISSING_PARAMETER: "A parameter is needed and was not sent.",
    Code.MISSING_ACTION: "The request names no operation.",
    Code.MISSING_VERSION: "The request names no API version.",
    Code.MISSING_ACCESS_KEY_ID: "The request is not signed.",
    Code.MISSING_TIMESTAMP: "The signature has no time.",
    Code.MISSING_SIGNATURE_NONCE: "The signature has no nonce.",
    Code.INCOMPLETE_SIGNATURE: "A part of the signature is missing, malformed, or does not cover "
    "what it must.",
    Code.SIGNATURE_MISMATCH: "The secret is another, or the request was changed on its way; the "
    "message holds the text that was signed here.",
    Code.NONCE_USED: "The request was sent before; sign it again.",
    Code.TIMESTAMP_EXPIRED: "The signature is more than 15 minutes off; set the client's clock.",
    Code.TIMESTAMP_FORMAT: "The time is not like 2026-11-23T03:20:19Z.",
    Code.ACCESS_KEY_NOT_FOUND: "There is no such access key.",
    Code.ACCESS_KEY_INACTIVE: "The access key was switched off.",
    Code.TOKEN_MISSING: "The access key is a role's session's, and its token was not sent.",
    Code.TOKEN_WRONG: "The token belongs to another access key.",
    Code.TOKEN_EXPIRED: "The role's session is over; assume the role again.",
    Code.UNKNOWN_API: "No such operation in this version; see [compatibility](compatibility.md).",
    Code.MALFORMED: "The request cannot be read. Also 408, 413, 414 and 431, where it is too slow "
    "or too large.",
    Code.METHOD_UNSUPPORTED: "The HTTP method is not allowed.",
    Code.NO_PERMISSION: "The caller may not do this, whoever owns it; an application learns no "
    "more of what its policies do not name.",
    Code.THROTTLED: "Too many requests in a second: more than was bought, or too many for things "
    "that do not exist.",
    Code.INTERNAL: "Our fault; the RequestId leads to the log.",
    Code.UNAVAILABLE: "The node cannot keep its promises now (database, audit trail, connections); "
    "try again.",
    Code.INVALID_API_NAME: "Instance gateway: no such operation there.",
    Code.INVALID_API_VERSION: "Instance gateway: the API version is another.",
    Code.INVALID_CONTENT_TYPE: "Instance gateway: the body is not sent as a protobuf message.",
    Code.INVALID_PARAM: "Instance gateway: a header of the signature cannot be read.",
    Code.TIME_SKEWED: "Instance gateway: the signature is more than 15 minutes off; set the "
    "client's clock.",
    Code.SIGNATURE_NOT_MATCHED: "Instance gateway: another key signed, or the request was changed "
    "on its way.",
    Code.UNAUTHORIZED: "Instance gateway: no such client key, or none that is valid now.",
    Code.INVALID_PARAMETER: "A parameter has a value that is not allowed; the message names those "
    "that are.",
    Code.UNSUPPORTED: "Documented, and not offered here.",
    Code.SERVICE_NOT_ENABLED: "The account has not opened the service.",
    Code.SERVICE_ALREADY_OPEN: "The account has opened the service.",
    Code.INSTANCE_NOT_FOUND: "No such instance of this account; 403 where it is named as the place "
    "for something new.",
    Code.INSTANCE_STATE_INVALID: "The instance has expired or is not enabled: renew or enable it.",
    Code.KEY_NOT_FOUND: "No such key of this account.",
    Code.ALIAS_NOT_FOUND: "No such alias of this account.",
    Code.RESOURCE_NOT_FOUND: "No such resource of this account.",
    Code.REJECTED_UNSUPPORTED: "Keys or secrets of this kind cannot do this.",
    Code.UNSUPPORTED_ORIGIN: "Only keys with Origin EXTERNAL take imported material.",
    Code.INVALID_KEY_MATERIAL: "What was imported is not material of this key, or is wrapped "
    "otherwise than was asked for.",
    Code.INVALID_IMPORT_TOKEN: "The import token is damaged or of another key.",
    Code.EXPIRED_IMPORT_TOKEN: "The import token is more than 24 hours old: ask for another.",
    Code.ALIAS_EXISTS: "The alias is in use.",
    Code.RESOURCE_EXISTS: "There is one of this name already.",
    Code.RESOURCE_DELETING: "The secret waits to be deleted: restore it first.",
    Code.RESOURCE_IN_USE: "Something else uses it, which the message names; there is nothing to "
    "restore, or the secret is being rotated.",
    Code.RESOURCE_ID_NOT_FOUND: "No such resource of this account.",
    Code.STAGES_MISMATCH: "The secret's versions do not carry the stage as the call says.",
    Code.INVALID_CIPHERTEXT: "The ciphertext or its context is not what was encrypted.",
    Code.LIMIT_EXCEEDED: "All that was bought is in use, or a limit is reached.",
    Code.SHARE_LIMIT_EXCEEDED: "All access units that were bought are in use.",
    Code.KEY_POLICY_UNSUPPORTED: "Only keys and secrets in instances have policies.",
    Code.IN_DEBT: "A bill is not covered by the balance: top up. 400 in the billing API.",
    Code.NO_BACKUP: "It holds what is in no backup of it; ForceDeleteWithoutBackup releases it.",
    Code.KEY_DISABLED: "The key is disabled.",
    Code.KEY_PENDING_DELETION: "The key waits to be deleted.",
    Code.KEY_PENDING_IMPORT: "The key has no material.",
    Code.KEY_UNAVAILABLE: "The key or secret cannot be used now.",
    Code.KEY_STATE_NOT_MODIFIED: "The key's state does not allow this change.",
    Code.TAG_DUPLICATE: "A tag is named twice.",
    Code.TAG_KEY_INVALID: "A tag's name is not allowed.",
    Code.TAG_VALUE_INVALID: "A tag's value is not allowed.",
    Code.DRY_RUN_OK: "The call would have succeeded.",
    Code.DRY_RUN_INVALID: "The call would have been refused for what it asks.",
    Code.DRY_RUN_DENIED: "The call would have been refused to this caller.",
    Code.NOT_APPLICABLE: "Nothing is sold in this currency, or the instance has no term.",
    Code.INVALID_MODULE: "There is no such module.",
    Code.INVALID_CONFIG: "A module's configuration cannot be read.",
    Code.RESOURCE_NOT_EXISTS: "No such instance or order of this account.",
    Code.RESOURCE_STATUS: "The state of the instance or the order does not allow this; the message "
    "says why.",
    Code.INSUFFICIENT_BALANCE: "The balance does not cover the amount; nothing has changed.",
    Code.ORDER_CONFLICT: "Another order for this instance is unpaid: pay it or cancel it first.",
    Code.CHANGE_PENDING: "The instance gets another configuration with its next term: wait for "
    "it, or cancel that renewal first.",
    Code.STS_NO_PERMISSION: "`AssumeRole`: the role does not trust the caller, no policy allows it "
    "to him, or there is no such role of another account.",
    Code.STS_ROLE_NOT_FOUND: "There is no such role of this account.",
    Code.STS_ROLE_ARN: "`RoleArn` is no resource name of a role.",
    Code.STS_SESSION_NAME: "`RoleSessionName` has characters that are not allowed.",
    Code.STS_DURATION: "`DurationSeconds` is less than 900, or more than the role allows.",
    Code.STS_POLICY_GRAMMAR: "`Policy` cannot be understood; the message says where.",
    Code.STS_POLICY_SIZE: "`Policy` is too long.",
    Code.TOKEN_MISMATCH: "The ClientToken was used for another request.",
}


def pages() -> dict[str, str]:
    """Every page by its file name."""
    return {
        "settings.md": _page("Settings", _settings()),
        "commands.md": _page("Commands", _commands()),
        "errors.md": _page("Error codes", _errors()),
        "compatibility.md": _page("Compatibility", _compatibility()),
    }


def stale(folder: Path, wanted: Mapping[str, str]) -> list[str]:
    """The names of pages that are missing or out of date."""
    return [name for name, text in wanted.items() if _text(folder / name) != text]


def _text(path: Path) -> str:
    return path.read_text("utf-8") if path.exists() else ""


def _page(title: str, lines: Iterator[str]) -> str:
    return "\n".join([f"# {title}", "", _WRITTEN, "", *lines, ""])


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _head(*cells: str) -> Iterator[str]:
    yield _row(*cells)
    yield "|" + "---|" * len(cells)


# Settings


def _settings() -> Iterator[str]:
    yield "The first that is given counts: the flag of `keylease serve`, the variable of the"
    yield "environment, the line in `keylease.toml` of the data directory (`smtp_port = 25`)."
    yield "The data directory itself is named by flag or variable only."
    yield "Secrets do not belong on a command line: use the environment or `keylease.toml`."
    yield ""
    yield from _head("setting", "flag", "variable", "default", "meaning")
    serve = cli.commands["serve"]
    flags = {param.name: param.opts[0] for param in serve.params if isinstance(param, click.Option)}
    for setting in SETTINGS:
        yield _row(
            f"`{setting.name}`",
            f"`{flags[setting.name]}`" if setting.name in flags else "",
            f"`KEYLEASE_{setting.name.upper()}`",
            _default(setting),
            _about(setting),
        )


def _default(setting: Field[Any]) -> str:
    if setting.default is MISSING or str(setting.default) == "":
        return ""
    return f"`{setting.default}`"


def _about(setting: Field[Any]) -> str:
    about: str = setting.metadata["about"]
    choices: tuple[str, ...] = setting.metadata["choices"]
    return f"{about} One of: {', '.join(f'`{one}`' for one in choices)}." if choices else about


# Commands


def commands() -> Iterator[tuple[str, str]]:
    """Every command that people are shown, with the help that it prints."""
    context = click.Context(
        cli, info_name="keylease", terminal_width=_HELP_WIDTH, help_option_names=["-h", "--help"]
    )
    yield from _helps(cli, context)


def _helps(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    yield context.command_path, command.get_help(context)
    if isinstance(command, click.Group):
        for name, child in sorted(command.commands.items()):
            if not child.hidden:
                yield from _helps(child, click.Context(child, parent=context, info_name=name))


def _commands() -> Iterator[str]:
    yield "What each command prints with `--help`."
    yield "Exit status: 0, 1 for an error, 2 for wrong usage; the error is one line on standard"
    yield "error. With `--json`, standard output is one JSON document, or empty."
    for path, text in commands():
        yield from ("", f"## `{path}`", "", "```", *text.rstrip().splitlines(), "```")


# Errors


def used_codes() -> set[Code]:
    """The codes that some module raises or answers with, besides the tables that list them all."""
    lists = {SRC / "core" / "errors.py", SRC / "api" / "errors.py"}
    found: set[str] = set()
    for path in SRC.rglob("*.py"):
        if path not in lists:
            found |= set(re.findall(r"\bCode\.([A-Z_]+)", path.read_text("utf-8")))
    return {code for code in Code if code.name in found}


def _errors() -> Iterator[str]:
    limits = Limits()
    yield 'An error is HTTP with the status below and a JSON object: `{"HttpStatus", "Code",'
    yield '"Message", "RequestId"}`, in billing also `"Success": false`.'
    yield "Decide by `Code`; `Message` says what to do, in words that may change."
    yield f"Limits of a request: target {limits.target // 1024} KiB, headers"
    yield f"{limits.header_bytes // 1024} KiB, body {limits.body // 1024} KiB."
    yield ""
    yield from _head("code", "HTTP", "means")
    used = used_codes()
    for code in Code:
        later = "" if code in used else " *Not answered by this release.*"
        yield _row(f"`{code}`", str(STATUS[code]), MEANINGS[code] + later)


# Compatibility


def names(family: Family) -> dict[str, list[str]]:
    """The original's operations of an API, by section."""
    sections: dict[str, list[str]] = {}
    for line in ORIGINAL[family].strip().replace("\n ", " ").splitlines():
        section, _, listed = line.partition(": ")
        sections[section] = listed.split()
    return sections


def current_form(operation: Operation) -> str:
    """``typed`` if the current client has a method for it, else ``generic``."""
    package = CURRENT[operation.family].replace("-", "_")
    if operation.family is Family.STS:
        return "generic"
    client = import_module(f"{package}.client").Client
    methods = {name.replace("_", "") for name, _ in inspect.getmembers(client)}
    return "typed" if operation.name.lower() in methods else "generic"


def classic_form(operation: Operation) -> str:
    """``typed`` if the classic client has a request for it, else ``generic``."""
    if operation.family is not Family.KMS:
        return "generic"
    found = find_spec(f"aliyunsdkkms.request.v20160120.{operation.name}Request")
    return "typed" if found else "generic"


def _compatibility() -> Iterator[str]:
    yield "Official clients work unchanged; they need the endpoint and, without TLS, the protocol:"
    yield "`Config(endpoint='127.0.0.1:8470', protocol='http')`, or in the classic client"
    yield "`request.set_endpoint('127.0.0.1:8470')` and `request.set_protocol_type('http')`."
    yield ""
    yield "Each operation below is called with both clients by `tests/docs/test_compatibility.py`:"
    yield "*typed* with the client's own method, *generic* where it has none (`call_api` of"
    yield f"`alibabacloud-tea-openapi` {version('alibabacloud-tea-openapi')}, `CommonRequest` of"
    yield f"`aliyun-python-sdk-core` {version('aliyun-python-sdk-core')})."
    yield "The current client signs with ACS3-HMAC-SHA256, the classic one with HMAC-SHA1;"
    yield "ACS4-HMAC-SHA256 is accepted too. The rules of state and money are the original's as far"
    yield "as they are public; what is ours is told below."
    yield ""
    yield "For every operation:"
    yield ""
    yield "* Answers are JSON (`Format=XML` is not offered); GET and POST are both accepted."
    yield "* Texts of messages are our own; codes and statuses are the documented ones."
    yield "* A signature may be 15 minutes old, by the machine's clock, also with a test clock."
    yield "* An id of an instance or key finds it from any region of the account."
    yield "* The [console](console.md) is our own: what it does are these operations."
    for family in Family:
        yield from _family(family)
    yield from _gateway()
    yield from _other_clients()
    yield from _key_specs()
    yield from _tokens()


def _gateway() -> Iterator[str]:
    yield ""
    yield "## Instance gateway, dkms-gcs-0.2"
    yield ""
    yield "For [applications](applications.md), with a client key, by a header `x-kms-apiname`, at"
    yield "the same address. `tests/clients/test_gateway.py` calls all of it that"
    yield "`alibabacloud-dkms-gcs` and `alibabacloud-kms-python-sdk` know, over HTTP and TLS."
    yield ""
    yield from _head("operation", "differs from the original")
    for name in GATEWAY_OPERATIONS:
        yield _row(f"`{name}`", GATEWAY_DIFFERS.get(name, ""))


def _other_clients() -> Iterator[str]:
    yield ""
    yield "## Other clients"
    yield ""
    yield "Each runs unmodified, in an environment of its own, against a served product"
    yield "(`tests/clients`):"
    yield ""
    yield from _head("client", "operations of this API that it calls")
    for title, program, pattern in PROGRAMS:
        called = called_in(CLIENTS / program, pattern)
        yield _row(title, ", ".join(f"`{one}`" for one in called))


def called_in(program: Path, pattern: str) -> list[str]:
    """The operations that a program calls, in its order; ``pattern`` finds their names."""
    text = program.read_text("utf-8")
    found = [next(filter(None, match.groups())) for match in re.finditer(pattern, text)]
    named = {name.lower(): name for listed in names(Family.KMS).values() for name in listed}
    asked = [named.get(one.replace("_", "").lower(), "") or CALLED_AS.get(one, "") for one in found]
    return [one for one in dict.fromkeys(asked) if one]


def _key_specs() -> Iterator[str]:
    yield ""
    yield "## Key specs"
    yield ""
    yield "Names that begin with `Keylease_` are our own. On hardware a key does what the token has"
    yield "the mechanisms for."
    yield ""
    yield from _head("KeySpec", "KeyUsage", "algorithms", "software", "hardware")
    for spec in KEY_SPECS.values():
        for usage, algorithms in spec.algorithms.items():
            shown = [f"`{one}`" for one in algorithms if one is not Algorithm.SEAL]
            yield _row(
                f"`{spec.name}`",
                f"`{usage}`",
                ", ".join(shown) or "`Encrypt`, `Decrypt`, data keys",
                "yes",
                _in_token(spec, algorithms),
            )


def _in_token(spec: KeySpec, algorithms: tuple[Algorithm, ...]) -> str:
    if ProtectionLevel.HSM not in spec.protections or spec.family not in GENERATE:
        return "no"
    needed = [GENERATE[spec.family], *(WORK[one] for one in algorithms if one in WORK)]
    return ", ".join(f"`CKM_{one.name}`" for one in dict.fromkeys(needed))


def _tokens() -> Iterator[str]:
    yield ""
    yield "## What a token must offer"
    yield ""
    yield "A PKCS#11 2.40 token that a process may use from several threads at once, with the"
    yield "mechanisms above for the specs that it is to serve; what it lacks is refused with"
    yield "`UnsupportedOperation`, nothing is padded or hashed in its place."
    yield f"`HsmEncryptedDatabase` needs `CKM_{WRAP.name}` as well."
    yield "SoftHSM 2 has no OAEP with SHA-256 and no SM algorithms."


def _family(family: Family) -> Iterator[str]:
    yield ""
    yield f"## {TITLES[family]}, {family}"
    yield ""
    yield from _head(
        "operation",
        f"{CURRENT[family]} {version(CURRENT[family])}",
        f"{CLASSIC[family]} {version(CLASSIC[family])}",
        "differs from the original",
    )
    offered = {one.name: one for one in OPERATIONS.values() if one.family is family}
    for name, one in offered.items():
        yield _row(f"`{name}`", current_form(one), classic_form(one), DIFFERS.get(name, ""))
    yield ""
    absent = [name for listed in names(family).values() for name in listed if name not in offered]
    if any(name in NOT_OFFERED for name in absent):
        yield "Not offered, and why (answered with `InvalidApi.NotFound`):"
        yield ""
        yield from (f"* `{name}`: {NOT_OFFERED[name]}" for name in absent if name in NOT_OFFERED)
        yield ""
    sections = {
        section: [f"`{name}`" for name in listed if name in absent and name not in NOT_OFFERED]
        for section, listed in names(family).items()
    }
    if any(sections.values()):
        yield "Not offered yet (answered with `InvalidApi.NotFound`):"
        yield ""
        yield from (f"* {where}: {', '.join(some)}" for where, some in sections.items() if some)


def main() -> int:
    parser = argparse.ArgumentParser(description="Write the pages that follow from the code.")
    parser.add_argument("--check", action="store_true", help="only say whether they are current")
    check = parser.parse_args().check
    wanted = pages()
    old = stale(DOCS, wanted)
    for name in old:
        if check:
            print(f"docs/{name} is out of date: run `python tools/docs.py`", file=sys.stderr)
        else:
            (DOCS / name).write_text(wanted[name], "utf-8")
    return 1 if check and old else 0


if __name__ == "__main__":
    sys.exit(main())
