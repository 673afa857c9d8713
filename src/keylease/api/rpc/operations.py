"""Every operation of the RPC door, on one page."""

from keylease.api.rpc import data
from keylease.api.rpc.billing import (
    bill_details,
    bill_exports,
    bills,
    buying,
    catalogue,
    costs,
    money,
    prices,
    pricing_module,
    queries,
    refunding,
    usage,
)
from keylease.api.rpc.call import Family, Mode, Operation
from keylease.api.rpc.kms import (
    access_points,
    aliases,
    client_keys,
    data_keys,
    importing,
    instances,
    keys,
    network_rules,
    permission_policies,
    policies,
    secret_versions,
    secrets,
    service,
    tags,
    versions,
)
from keylease.api.rpc.sts import sessions

_KMS, _BSS, _STS = Family.KMS, Family.BILLING, Family.STS
_READ, _CHANGE, _CRYPTO = Mode.READ, Mode.CHANGE, Mode.CRYPTO

_ALL = (
    # The service
    Operation("DescribeRegions", _KMS, _READ, service.describe_regions),
    Operation("DescribeAccountKmsStatus", _KMS, _READ, service.describe_account_kms_status),
    Operation("OpenKmsService", _KMS, _CHANGE, service.open_kms_service),
    Operation("GetChallenge", _KMS, _READ, service.get_challenge),
    # Instances
    Operation("ListKmsInstances", _KMS, _READ, instances.list_kms_instances),
    Operation("GetKmsInstance", _KMS, _READ, instances.get_kms_instance),
    Operation("GetKmsInstanceQuotaInfos", _KMS, _READ, instances.get_kms_instance_quota_infos),
    Operation("GetDefaultKmsInstance", _KMS, _READ, instances.get_default_kms_instance),
    Operation("ConnectKmsInstance", _KMS, _CHANGE, instances.connect_kms_instance),
    Operation("UpdateKmsInstance", _KMS, _CHANGE, instances.update_kms_instance),
    Operation("UpdateKmsInstanceBindVpc", _KMS, _CHANGE, instances.update_kms_instance_bind_vpc),
    Operation("ReleaseKmsInstance", _KMS, _CHANGE, instances.release_kms_instance),
    # Keys
    Operation("CreateKey", _KMS, _CHANGE, keys.create),
    Operation("DescribeKey", _KMS, _READ, keys.describe),
    Operation("ListKeys", _KMS, _READ, keys.list_keys),
    Operation("UpdateKeyDescription", _KMS, _CHANGE, keys.update_description),
    Operation("EnableKey", _KMS, _CHANGE, keys.enable),
    Operation("DisableKey", _KMS, _CHANGE, keys.disable),
    Operation("ScheduleKeyDeletion", _KMS, _CHANGE, keys.schedule_deletion),
    Operation("CancelKeyDeletion", _KMS, _CHANGE, keys.cancel_deletion),
    Operation("SetDeletionProtection", _KMS, _CHANGE, keys.set_deletion_protection),
    # Versions and rotation
    Operation("CreateKeyVersion", _KMS, _CHANGE, versions.create_version),
    Operation("ListKeyVersions", _KMS, _READ, versions.list_versions),
    Operation("DescribeKeyVersion", _KMS, _READ, versions.describe_version),
    Operation("UpdateRotationPolicy", _KMS, _CHANGE, versions.update_rotation_policy),
    # Import
    Operation("GetParametersForImport", _KMS, _READ, importing.get_parameters_for_import),
    Operation("ImportKeyMaterial", _KMS, _CHANGE, importing.import_key_material),
    Operation("DeleteKeyMaterial", _KMS, _CHANGE, importing.delete_key_material),
    # Aliases
    Operation("CreateAlias", _KMS, _CHANGE, aliases.create),
    Operation("UpdateAlias", _KMS, _CHANGE, aliases.update),
    Operation("DeleteAlias", _KMS, _CHANGE, aliases.delete),
    Operation("ListAliases", _KMS, _READ, aliases.list_aliases),
    Operation("ListAliasesByKeyId", _KMS, _READ, aliases.list_aliases_by_key_id),
    # Tags
    Operation("TagResource", _KMS, _CHANGE, tags.tag_resource),
    Operation("UntagResource", _KMS, _CHANGE, tags.untag_resource),
    Operation("ListResourceTags", _KMS, _READ, tags.list_resource_tags),
    Operation("TagResources", _KMS, _CHANGE, tags.tag_resources),
    Operation("UntagResources", _KMS, _CHANGE, tags.untag_resources),
    Operation("ListTagResources", _KMS, _READ, tags.list_tag_resources),
    # Managed data keys
    Operation("ListManagedDataKeyVersions", _KMS, _READ, data_keys.list_versions),
    # Policies of keys and secrets
    Operation("SetKeyPolicy", _KMS, _CHANGE, policies.set_key_policy),
    Operation("GetKeyPolicy", _KMS, _READ, policies.get_key_policy),
    Operation("SetSecretPolicy", _KMS, _CHANGE, policies.set_secret_policy),
    Operation("GetSecretPolicy", _KMS, _READ, policies.get_secret_policy),
    # Secrets; their values: see `keylease.api.rpc.secret_values`
    Operation("CreateSecret", _KMS, _CHANGE, secrets.create),
    Operation("ListSecrets", _KMS, _READ, secrets.list_secrets),
    Operation("DescribeSecret", _KMS, _READ, secrets.describe),
    Operation("UpdateSecret", _KMS, _CHANGE, secrets.update),
    Operation("DeleteSecret", _KMS, _CHANGE, secrets.delete),
    Operation("RestoreSecret", _KMS, _CHANGE, secrets.restore),
    Operation("PutSecretValue", _KMS, _CHANGE, secret_versions.put_value),
    Operation("ListSecretVersionIds", _KMS, _READ, secret_versions.list_version_ids),
    Operation("UpdateSecretVersionStage", _KMS, _CHANGE, secret_versions.update_stage),
    Operation("RotateSecret", _KMS, _CHANGE, secret_versions.rotate),
    Operation("UpdateSecretRotationPolicy", _KMS, _CHANGE, secret_versions.update_rotation_policy),
    Operation("GetRandomPassword", _KMS, _READ, secret_versions.get_random_password),
    # Applications
    Operation("CreateNetworkRule", _KMS, _CHANGE, network_rules.create),
    Operation("ListNetworkRules", _KMS, _READ, network_rules.list_rules),
    Operation("DescribeNetworkRule", _KMS, _READ, network_rules.describe),
    Operation("UpdateNetworkRule", _KMS, _CHANGE, network_rules.update),
    Operation("DeleteNetworkRule", _KMS, _CHANGE, network_rules.delete),
    Operation("CreatePolicy", _KMS, _CHANGE, permission_policies.create),
    Operation("ListPolicies", _KMS, _READ, permission_policies.list_policies),
    Operation("DescribePolicy", _KMS, _READ, permission_policies.describe),
    Operation("UpdatePolicy", _KMS, _CHANGE, permission_policies.update),
    Operation("DeletePolicy", _KMS, _CHANGE, permission_policies.delete),
    Operation("CreateApplicationAccessPoint", _KMS, _CHANGE, access_points.create),
    Operation("ListApplicationAccessPoints", _KMS, _READ, access_points.list_points),
    Operation("DescribeApplicationAccessPoint", _KMS, _READ, access_points.describe),
    Operation("UpdateApplicationAccessPoint", _KMS, _CHANGE, access_points.update),
    Operation("DeleteApplicationAccessPoint", _KMS, _CHANGE, access_points.delete),
    Operation("CreateClientKey", _KMS, _CHANGE, client_keys.create),
    Operation("ListClientKeys", _KMS, _READ, client_keys.list_keys),
    Operation("GetClientKey", _KMS, _READ, client_keys.describe),
    Operation("DeleteClientKey", _KMS, _CHANGE, client_keys.delete),
    # Cryptography: see `keylease.api.rpc.data`
    *(Operation(name, _KMS, _CRYPTO) for name in data.CRYPTO),
    # Billing
    Operation("CreateInstance", _BSS, _CHANGE, buying.create_instance),
    Operation("RenewInstance", _BSS, _CHANGE, buying.renew_instance),
    Operation("RenewChangeInstance", _BSS, _CHANGE, buying.renew_change_instance),
    Operation("ModifyInstance", _BSS, _CHANGE, buying.modify_instance),
    Operation("RefundInstance", _BSS, _CHANGE, refunding.refund_instance),
    Operation("InquiryPriceRefundInstance", _BSS, _READ, refunding.inquiry_price_refund_instance),
    Operation("CancelRenewal", _BSS, _CHANGE, refunding.cancel_renewal),
    Operation("CancelOrder", _BSS, _CHANGE, refunding.cancel_order),
    Operation("SetRenewal", _BSS, _CHANGE, buying.set_renewal),
    Operation("SetAllExpirationDay", _BSS, _CHANGE, buying.set_all_expiration_day),
    Operation("GetSubscriptionPrice", _BSS, _READ, prices.get_subscription_price),
    Operation("GetPayAsYouGoPrice", _BSS, _READ, prices.get_pay_as_you_go_price),
    Operation("DescribePricingModule", _BSS, _READ, pricing_module.describe_pricing_module),
    Operation("QueryProductList", _BSS, _READ, catalogue.query_product_list),
    Operation("QueryCommodityList", _BSS, _READ, catalogue.query_commodity_list),
    Operation("QueryPriceEntityList", _BSS, _READ, catalogue.query_price_entity_list),
    Operation("QuerySkuPriceList", _BSS, _READ, catalogue.query_sku_price_list),
    Operation("QueryAvailableInstances", _BSS, _READ, queries.query_available_instances),
    Operation("QueryAccountBalance", _BSS, _READ, money.query_account_balance),
    Operation("QueryAccountTransactions", _BSS, _READ, money.query_account_transactions),
    Operation(
        "QueryAccountTransactionDetails", _BSS, _READ, money.query_account_transaction_details
    ),
    Operation("QueryCashCoupons", _BSS, _READ, money.query_cash_coupons),
    Operation("QueryPrepaidCards", _BSS, _READ, money.query_prepaid_cards),
    Operation("QueryRedeem", _BSS, _READ, money.query_redeem),
    Operation("QueryOrders", _BSS, _READ, queries.query_orders),
    Operation("GetOrderDetail", _BSS, _READ, queries.get_order_detail),
    # Bills
    Operation("QueryBill", _BSS, _READ, bills.query_bill),
    Operation("QuerySettleBill", _BSS, _READ, bills.query_settle_bill),
    Operation("QueryBillOverview", _BSS, _READ, bills.query_bill_overview),
    Operation("QueryAccountBill", _BSS, _READ, bills.query_account_bill),
    Operation("QueryInstanceBill", _BSS, _READ, bill_details.query_instance_bill),
    Operation("DescribeInstanceBill", _BSS, _READ, bill_details.describe_instance_bill),
    Operation("QuerySplitItemBill", _BSS, _READ, bill_details.query_split_item_bill),
    Operation("DescribeSplitItemBill", _BSS, _READ, bill_details.describe_split_item_bill),
    Operation("QueryInstanceGaapCost", _BSS, _READ, costs.query_instance_gaap_cost),
    Operation(
        "DescribeInstanceAmortizedCostByAmortizationPeriod",
        _BSS,
        _READ,
        costs.describe_amortized_cost,
    ),
    Operation("SubscribeBillToOSS", _BSS, _CHANGE, bill_exports.subscribe_bill_to_oss),
    Operation("UnsubscribeBillToOSS", _BSS, _CHANGE, bill_exports.unsubscribe_bill_to_oss),
    Operation(
        "QueryBillToOSSSubscription", _BSS, _READ, bill_exports.query_bill_to_oss_subscription
    ),
    Operation("QueryUserOmsData", _BSS, _READ, usage.query_user_oms_data),
    # STS
    Operation("GetCallerIdentity", _STS, _READ, sessions.get_caller_identity),
    Operation("AssumeRole", _STS, _CHANGE, sessions.assume_role),
)

#: By version and name.
OPERATIONS = {(one.family.value, one.name): one for one in _ALL}
