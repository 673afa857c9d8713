"""The configuration that an order is for, in the three forms in which GetOrderDetail tells it.

Every parameter is a module with one attribute of its own name. Shapes: facts/bss-operations.txt.
"""

from collections.abc import Mapping
from typing import Any

from keylease.api.rpc.billing.shopper import Names
from keylease.billing.catalog import Configuration
from keylease.billing.orders.model import Order


def configs(order: Order, names: Names) -> dict[str, Any]:
    """What an order shows of the configuration that it is for, and of the one before it."""
    new = _parameters(order, order.configuration)
    old = {} if order.original is None else _parameters(order, order.original)
    return {
        "Config": _as_text(new),
        "OriginalConfig": _as_text(old),
        "BillModuleConfig": {
            "billModuleConfig": [_billed(code, value, names) for code, value in new.items()]
        },
        "OriginalModuleConfig": {
            "originalModuleConfig": [_original(code, value, names) for code, value in old.items()]
        },
    }


def _parameters(order: Order, stored: Mapping[str, Any]) -> dict[str, str]:
    return {"Region": order.region} | Configuration.from_dict(stored).as_parameters()


def _as_text(parameters: Mapping[str, str]) -> str:
    """``Spec:[Spec:1000;]KeyNum:[KeyNum:1000;]…``."""
    return "".join(f"{code}:[{code}:{value};]" for code, value in parameters.items())


def _billed(code: str, value: str, names: Names) -> dict[str, Any]:
    attribute = {"ModuleApiCode": code, "AttrApiCode": code, "Value": value}
    return {
        "ApiCode": code,
        "Code": code,
        "Name": names[code],
        "BillModuleProperties": {"billModuleProperties": [attribute]},
    }


def _original(code: str, value: str, names: Names) -> dict[str, Any]:
    attribute = {"Code": code, "Name": names[code], "Value": value}
    return {
        "Code": code,
        "Name": names[code],
        "ModuleProperties": {"moduleProperties": [attribute]},
    }
