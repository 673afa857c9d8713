"""The instance operations. Shapes: facts/kms-api.md A (Instances), rules: rules.md 2."""

from collections.abc import Callable
from typing import Any

from keylease.api.rpc.arguments import invalid, missing
from keylease.api.rpc.call import Answer, ApiWork, Call
from keylease.api.rpc.kms.instance_filters import instance_filter
from keylease.billing.usage.model import peak_qps
from keylease.core.clock import MINUTE, iso
from keylease.core.terms import NEVER, RETENTION, Phase
from keylease.custody.instances import enabling, lookup
from keylease.custody.instances.model import BoundNetwork, Instance
from keylease.custody.sharing import require_access_units, used_access_units
from keylease.lifecycle import backups, pay_as_you_go


def list_kms_instances(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """The account's instances in the region of the call."""
    page, size = call.arguments.page(20)
    chosen = instance_filter(call)
    kept = work.now - RETENTION
    rows, total = work.subscriptions.page(call.account_id, chosen, kept, (page - 1) * size, size)
    listed = [{"KmsInstanceId": one.id, "KmsInstanceArn": one.arn} for one, _ in rows]
    return {
        "KmsInstances": {"KmsInstance": listed},
        "PageNumber": page,
        "PageSize": size,
        "TotalCount": total,
    }, ""


def get_default_kms_instance(_call: Call, _work: ApiWork) -> tuple[Answer, str]:
    """Where keys go that name no instance, for accounts that were migrated: none was here."""
    return {"DefaultKmsInstanceId": ""}, ""


def get_kms_instance(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """Everything about one instance; 404 Forbidden.DKMSInstanceNotFound."""
    instance = _owned(call, work)
    return {"KmsInstance": _details(instance, work)}, instance.id


def connect_kms_instance(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """Enable an instance; it is Connected when this returns."""
    arguments = call.arguments
    provider, vpc = arguments.required("KMProvider"), arguments.required("VpcId")
    vswitches, zones = arguments.commas("VSwitchIds"), arguments.commas("ZoneIds")
    for name, given in (("VSwitchIds", vswitches), ("ZoneIds", zones)):
        if not given:
            raise missing(name)

    def enabled(one: Instance) -> Instance:
        if one.edition.is_hardware:
            work.providers.hardware()  # refuses where no module is configured
        connected = enabling.connect(one, work.now, provider, vpc, vswitches, zones)
        return backups.enabled(work, connected)

    return _change(call, work, enabled)


def update_kms_instance(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """Give an instance another name."""
    name = call.arguments.required("InstanceName")
    return _change(call, work, lambda one: enabling.rename(one, work.now, name))


def update_kms_instance_bind_vpc(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """Say which further networks reach an instance: exactly these from now on."""
    if "BindVpcs" not in call.arguments.values:
        raise missing("BindVpcs")
    bound = tuple(_bound(entry, call) for entry in call.arguments.json_list("BindVpcs"))

    def change(instance: Instance) -> Instance:
        changed = enabling.bind(instance, work.now, bound)
        if len(bound) > len(instance.network.bound):
            require_access_units(work, changed)
        return changed

    return _change(call, work, change)


def release_kms_instance(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """Release a pay-as-you-go instance at once."""
    instance_id = call.arguments.required("KmsInstanceId")
    without_backup = call.arguments.boolean("ForceDeleteWithoutBackup")
    pay_as_you_go.release(work, call.account_id, instance_id, without_backup=without_backup)
    return {}, instance_id


def get_kms_instance_quota_infos(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """What was bought, and how much of it is used; of ``qps`` in the last full minute."""
    instance = _owned(call, work)
    capacity = instance.capacity_at(work.now)
    last_minute = work.now - work.now % MINUTE - MINUTE
    rows = {
        "key": (capacity.keys, work.keys.count_versions(instance.id)),
        "secret": (capacity.secrets, work.secrets.count(instance.id)),
        "qps": (capacity.qps, peak_qps(work.usage.requests_in(instance.id, last_minute))),
        "vpc": (capacity.access_units, used_access_units(work, instance)),
    }
    chosen = call.arguments.optional("ResourceType")
    if chosen is not None and chosen not in rows:
        raise invalid("ResourceType", "takes {allowed}", allowed=", ".join(rows))
    return {
        "KmsInstanceId": instance.id,
        "KmsInstanceQuotaInfos": [
            {"ResourceType": name, "ResourceQuota": quota, "UsedQuantity": used}
            for name, (quota, used) in rows.items()
            if chosen in {None, name}
        ],
    }, instance.id


def _owned(call: Call, work: ApiWork, *, lock: bool = False) -> Instance:
    return lookup.owned(
        work.instances,
        call.account_id,
        call.arguments.required("KmsInstanceId"),
        work.now,
        lock=lock,
    )


def _change(
    call: Call, work: ApiWork, change: Callable[[Instance], Instance]
) -> tuple[Answer, str]:
    instance = change(_owned(call, work, lock=True))
    work.instances.update(instance)
    work.changed("instance", instance.id)
    return {}, instance.id


def _bound(entry: Any, call: Call) -> BoundNetwork:
    if not isinstance(entry, dict) or not all(isinstance(v, str) for v in entry.values()):
        raise invalid("BindVpcs", "takes a JSON array of objects with VpcId, VSwitchId, RegionId")
    return BoundNetwork(
        entry.get("VpcId", ""),
        entry.get("VSwitchId", ""),
        entry.get("RegionId", call.region),
        entry.get("VpcOwnerId", call.account_id),
    )


def _details(instance: Instance, work: ApiWork) -> dict[str, Any]:
    capacity, network = instance.capacity_at(work.now), instance.network
    running = instance.phase(work.now) is Phase.RUNNING
    return {
        "InstanceId": instance.id,
        "InstanceName": instance.name,
        "Status": instance.state_with(hardware=_has_module(instance, work)).value,
        "SaleStatus": "Normal" if running else "Expired",
        "ChargeType": "POSTPAY" if instance.is_pay_as_you_go else "PREPAY",
        "ProductType": instance.product_type,
        "ProductVersion": str(instance.edition.product_version),
        "CreateTime": iso(instance.created_at),
        "StartDate": iso(instance.since),
        **({} if instance.end == NEVER else {"EndDate": iso(instance.end)}),
        "Spec": capacity.qps,
        "KeyNum": capacity.keys,
        "SecretNum": str(capacity.secrets),
        "VpcNum": capacity.access_units,
        "Log": int(capacity.log),
        "LogStorage": capacity.log_storage,
        "VpcId": network.vpc_id,
        "VswitchIds": list(network.vswitch_ids),
        "ZoneIds": list(network.zone_ids),
        "BindVpcs": {
            "BindVpc": [
                {
                    "VpcId": one.vpc_id,
                    "VSwitchId": one.vswitch_id,
                    "RegionId": one.region,
                    "VpcOwnerId": one.owner_id,
                }
                for one in network.bound
            ]
        },
        "CaCertificateChainPem": work.ca_chain_pem,
        "DeletionProtection": instance.deletion_protection,
        "DeletionProtectionDescription": instance.deletion_protection_description,
    }


def _has_module(instance: Instance, work: ApiWork) -> bool:
    return instance.edition.is_hardware and work.hardware_is_there
