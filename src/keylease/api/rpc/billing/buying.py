"""CreateInstance, RenewInstance, RenewChangeInstance, ModifyInstance and SetRenewal.

A call that buys makes the order and pays it in one transaction; its ClientToken is looked at
before anything else. Source: rules.md 4, facts/billing.md 7.2.
"""

from collections.abc import Mapping
from typing import Any

from keylease.api.rpc.arguments import Arguments, invalid, missing
from keylease.api.rpc.billing.envelope import HOST_ID, PAY_AS_YOU_GO, SUBSCRIPTION, require_method
from keylease.api.rpc.billing.tokens import once
from keylease.api.rpc.call import Answer, ApiWork, Call
from keylease.billing.catalog import PAY_AS_YOU_GO_PRODUCT_TYPES
from keylease.core.errors import Code, Refusal
from keylease.lifecycle import pay_as_you_go, purchase, renewal, upgrade
from keylease.lifecycle.purchase import Purchase

_PRICING_CYCLES = {None, 1, 2}


def create_instance(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """Buy an instance."""
    arguments = call.arguments
    if arguments.text("SubscriptionType") == PAY_AS_YOU_GO:
        return _create_by_use(call, work)
    require_method(arguments, SUBSCRIPTION, PAY_AS_YOU_GO)
    product_type = purchase.check_product(
        arguments.required("ProductCode"), arguments.text("ProductType")
    )
    months = arguments.integer("Period")
    if months is None:
        raise missing("Period")
    if arguments.integer("PricingCycle") not in _PRICING_CYCLES:
        raise invalid("PricingCycle", "takes 1 (year) or 2 (month); Period is in months")
    asked = Purchase(
        product_type=product_type,
        months=months,
        parameters=_parameters(arguments),
        renewal_mode=arguments.text("RenewalStatus"),
        renewal_months=arguments.integer("RenewPeriod"),
    )

    def act() -> Mapping[str, Any]:
        receipt = purchase.buy(work, call.account_id, call.region, asked)
        return {"Data": {"OrderId": receipt.order_id, "InstanceId": receipt.instance_id}}

    region = purchase.region_of(asked.parameters, call.region)
    parameters = _by_code(asked.parameters)
    same = {
        "product_type": product_type,
        "months": months,
        "parameters": parameters | {"region": region},
        "renewal_mode": asked.renewal_mode,
        "renewal_months": asked.renewal_months,
    }
    answer = once(call, work, same, act)
    return answer, answer["Data"]["InstanceId"]


def _create_by_use(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """Buy a pay-as-you-go instance; what only a term needs is not looked at."""
    arguments = call.arguments
    product_type = purchase.check_product(
        arguments.required("ProductCode"),
        arguments.text("ProductType"),
        PAY_AS_YOU_GO_PRODUCT_TYPES,
    )
    parameters = _parameters(arguments)

    def act() -> Mapping[str, Any]:
        receipt = pay_as_you_go.buy(work, call.account_id, call.region, product_type, parameters)
        return {"Data": {"OrderId": receipt.order_id, "InstanceId": receipt.instance_id}}

    region = purchase.region_of(parameters, call.region)
    same = {
        "product_type": product_type,
        "parameters": _by_code(parameters) | {"region": region},
    }
    answer = once(call, work, same, act)
    return answer, answer["Data"]["InstanceId"]


def renew_instance(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """Renew an instance by hand."""
    arguments = call.arguments
    instance_id = arguments.required("InstanceId")
    purchase.check_product(arguments.required("ProductCode"), arguments.text("ProductType"))
    months = _renew_period(arguments)

    def act() -> Mapping[str, Any]:
        receipt = renewal.renew(work, call.account_id, instance_id, months)
        return {"Data": {"OrderId": receipt.order_id}}

    return once(call, work, {"instance_id": instance_id, "months": months}, act), instance_id


def renew_change_instance(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """Renew an instance by hand, with another configuration from the start of the new term."""
    arguments = call.arguments
    instance_id = arguments.required("InstanceId")
    purchase.check_product(arguments.required("ProductCode"), arguments.text("ProductType"))
    months, parameters = _renew_period(arguments), _parameters(arguments)

    def act() -> Mapping[str, Any]:
        receipt = renewal.renew_changed(work, call.account_id, instance_id, months, parameters)
        return {"Data": {"HostId": HOST_ID, "OrderId": receipt.order_id}}

    same = {"instance_id": instance_id, "months": months, "parameters": _by_code(parameters)}
    return once(call, work, same, act), instance_id


def modify_instance(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """Upgrade an instance. Only changed parameters are needed; others may be sent along."""
    arguments = call.arguments
    instance_id = arguments.required("InstanceId")
    purchase.check_product(arguments.required("ProductCode"), arguments.text("ProductType"))
    require_method(arguments, SUBSCRIPTION)
    if arguments.required("ModifyType") != "Upgrade":
        raise invalid(
            "ModifyType",
            "takes Upgrade, as KMS offers no downgrades: renew with RenewChangeInstance to have "
            "less from the next term on",
        )
    parameters = _parameters(arguments)

    def act() -> Mapping[str, Any]:
        receipt = upgrade.upgrade(work, call.account_id, instance_id, parameters)
        return {"Data": {"HostId": HOST_ID, "OrderId": receipt.order_id}}

    same = {"instance_id": instance_id, "parameters": _by_code(parameters)}
    return once(call, work, same, act), instance_id


def set_renewal(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """Set how instances are to be renewed."""
    arguments = call.arguments
    instance_ids = arguments.commas("InstanceIDs")
    if not instance_ids:
        raise missing("InstanceIDs")
    purchase.check_product(arguments.required("ProductCode"), arguments.text("ProductType"))
    if arguments.optional("SubscriptionType") is not None:
        require_method(arguments, SUBSCRIPTION, PAY_AS_YOU_GO)
    renewal.set_renewal(
        work,
        call.account_id,
        list(dict.fromkeys(instance_ids)),
        arguments.required("RenewalStatus"),
        arguments.integer("RenewalPeriod"),
        arguments.optional("RenewalPeriodUnit") or "M",
    )
    return {}, instance_ids[0] if len(instance_ids) == 1 else ""


def set_all_expiration_day(call: Call, _work: ApiWork) -> tuple[Answer, str]:
    """Refused with NotApplicable: the original has it for another product than this one."""
    call.arguments.required("UnifyExpireDay")
    raise Refusal(
        Code.NOT_APPLICABLE,
        "SetAllExpirationDay is for ECS instances only. Ask the operator for one expiration day "
        "for your KMS instances: `keylease renewal unify`.",
    )


def _renew_period(arguments: Arguments) -> int:
    months = arguments.integer("RenewPeriod")
    if months is None:
        raise missing("RenewPeriod")
    return months


def _by_code(parameters: Mapping[str, str]) -> dict[str, str]:
    """The same parameters, however their codes are spelled."""
    return {code.lower(): value for code, value in parameters.items()}


def _parameters(arguments: Arguments) -> dict[str, str]:
    """``Parameter.n.Code`` and ``.Value``; a code that comes twice is refused."""
    parameters: dict[str, str] = {}
    for entry in arguments.objects("Parameter"):
        code, value = entry.get("Code"), entry.get("Value")
        if not code or value is None:
            raise missing("Parameter.n.Code or Parameter.n.Value")
        if code in parameters:
            raise invalid("Parameter", "names a Code twice")
        parameters[code] = value
    return parameters
