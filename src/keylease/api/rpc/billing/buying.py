"""CreateInstance, RenewInstance and SetRenewal.

A call that buys makes the order and pays it in one transaction; its ClientToken is looked at
before anything else. Source: rules.md 4, facts/billing.md 7.2.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from keylease.api.rpc.arguments import Arguments, invalid, missing
from keylease.api.rpc.billing.envelope import SUBSCRIPTION, require_method
from keylease.api.rpc.call import Answer, ApiWork, Call
from keylease.billing.orders.idempotency import once
from keylease.core.errors import Code, Refusal
from keylease.lifecycle import purchase, renewal
from keylease.lifecycle.purchase import Purchase

_PRICING_CYCLES = {None, 1, 2}


def create_instance(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """Buy an instance."""
    arguments = call.arguments
    require_method(arguments, SUBSCRIPTION)
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
    parameters = {code.lower(): value for code, value in asked.parameters.items()}
    same = {
        "product_type": product_type,
        "months": months,
        "parameters": parameters | {"region": region},
        "renewal_mode": asked.renewal_mode,
        "renewal_months": asked.renewal_months,
    }
    answer = _once(call, work, same, act)
    return answer, answer["Data"]["InstanceId"]


def renew_instance(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """Renew an instance by hand."""
    arguments = call.arguments
    instance_id = arguments.required("InstanceId")
    purchase.check_product(arguments.required("ProductCode"), arguments.text("ProductType"))
    months = arguments.integer("RenewPeriod")
    if months is None:
        raise missing("RenewPeriod")

    def act() -> Mapping[str, Any]:
        receipt = renewal.renew(work, call.account_id, instance_id, months)
        return {"Data": {"OrderId": receipt.order_id}}

    return _once(call, work, {"instance_id": instance_id, "months": months}, act), instance_id


def set_renewal(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """Set how instances are to be renewed."""
    arguments = call.arguments
    instance_ids = arguments.commas("InstanceIDs")
    if not instance_ids:
        raise missing("InstanceIDs")
    purchase.check_product(arguments.required("ProductCode"), arguments.text("ProductType"))
    renewal.set_renewal(
        work,
        call.account_id,
        list(dict.fromkeys(instance_ids)),
        arguments.required("RenewalStatus"),
        arguments.integer("RenewalPeriod"),
        arguments.optional("RenewalPeriodUnit") or "M",
    )
    return {}, instance_ids[0] if len(instance_ids) == 1 else ""


def set_all_expiration_day(_call: Call, _work: ApiWork) -> tuple[Answer, str]:
    """Refused with NotApplicable: the original has it for another product than this one."""
    raise Refusal(
        Code.NOT_APPLICABLE,
        "SetAllExpirationDay is for ECS instances only. Ask the operator for one expiration day "
        "for your KMS instances: `keylease renewal unify`.",
    )


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


def _once(
    call: Call, work: ApiWork, parsed: dict[str, Any], act: Callable[[], Mapping[str, Any]]
) -> Mapping[str, Any]:
    """The first answer to the call's ClientToken; ``parsed`` is what must be the same again.

    Its names stay for ever: a token is answered for ever after.
    """
    work.accounts.lock(call.account_id)  # two calls with one token wait for each other
    canonical = msgspec.json.encode(parsed, order="deterministic")
    return once(
        work.client_tokens,
        call.account_id,
        call.arguments.text("ClientToken"),
        call.operation.name,
        hashlib.sha256(canonical).hexdigest(),
        act,
    )
