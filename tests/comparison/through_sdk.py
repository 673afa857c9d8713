"""Shops behind a served product: official clients, and the command line for what they lack."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from alibabacloud_bssopenapi20171214 import models as bss
from alibabacloud_kms20160120 import models as kms
from alibabacloud_tea_openapi.models import OpenApiRequest, Params
from alibabacloud_tea_util.models import RuntimeOptions

from comparison.shop import CODES, Facts, Refused, parameters
from keylease.core.clock import iso, parse_iso
from product import Customer, refusal_of
from scenarios.town import Town

PRODUCT: dict[str, Any] = {"product_code": "kms", "product_type": "kms_ddi_public_intl"}
CONFIG = re.compile(r"(\w+):\[\w+:([^;]*);\]")
MOST = 300


class ServedMarket:
    """Fits `comparison.shop.Market`."""

    def __init__(self, town: Town) -> None:
        self.town = town

    def open_shop(self, name: str, currency: str) -> "SdkShop":
        return SdkShop(self, self.town.customer(name, currency=currency))

    def move(self, moment: int) -> None:
        self.town.cli("clock", "set", iso(moment))

    def load_prices(self, text: str) -> None:
        with TemporaryDirectory() as place:
            file = Path(place) / "prices.toml"
            file.write_text(text)
            self.town.cli("prices", "load", str(file))

    def findings(self) -> Sequence[object]:
        return self.town.findings()


@dataclass
class SdkShop:
    """Fits `comparison.shop.Shop`. Each verb goes with a ClientToken of its own."""

    market: ServedMarket
    customer: Customer
    _calls: int = field(default=0, repr=False)

    def __post_init__(self) -> None:
        self.bss, self.kms = self.customer.bss, self.customer.kms
        self._has_vouchers = False

    @property
    def account_id(self) -> str:
        return self.customer.account_id

    def buy(self, months: int, configuration: Mapping[str, int]) -> str:
        asked = {"Region": "cn-hangzhou", "ProductVersion": "3", **parameters(dict(configuration))}
        request = bss.CreateInstanceRequest(
            **PRODUCT,
            subscription_type="Subscription",
            period=months,
            client_token=self._token(),
            parameter=_listed(bss.CreateInstanceRequestParameter, asked),
        )
        return str(self._done(lambda: self.bss.create_instance(request))["Data"]["InstanceId"])

    def renew(self, instance: str, months: int, other: Mapping[str, int] | None) -> None:
        about = {"instance_id": instance, "renew_period": months, "client_token": self._token()}
        if not other:
            plain = bss.RenewInstanceRequest(**PRODUCT, **about)
            self._done(lambda: self.bss.renew_instance(plain))
            return
        changed = bss.RenewChangeInstanceRequest(
            **PRODUCT,
            **about,
            parameter=_listed(bss.RenewChangeInstanceRequestParameter, parameters(dict(other))),
        )
        self._done(lambda: self.bss.renew_change_instance(changed))

    def set_renewal(self, instance: str, mode: str, months: int | None) -> None:
        request = bss.SetRenewalRequest(
            **PRODUCT,
            subscription_type="Subscription",
            instance_ids=instance,
            renewal_status=mode,
            renewal_period=months,
            renewal_period_unit="M" if months else None,
        )
        self._done(lambda: self.bss.set_renewal(request))

    def upgrade(self, instance: str, configuration: Mapping[str, int]) -> None:
        asked = parameters(dict(configuration))
        request = bss.ModifyInstanceRequest(
            **PRODUCT,
            subscription_type="Subscription",
            modify_type="Upgrade",
            instance_id=instance,
            client_token=self._token(),
            parameter=_listed(bss.ModifyInstanceRequestParameter, asked),
        )
        self._done(lambda: self.bss.modify_instance(request))

    def cancel_renewal(self, instance: str, order: str) -> None:
        """Our own operation: the billing client calls it by name."""
        asked = {"InstanceId": instance, "OrderId": order, "ClientToken": self._token()}
        params = Params(
            action="CancelRenewal", version="2017-12-14", protocol="HTTP", pathname="/",
            method="POST", auth_type="AK", style="RPC", req_body_type="formData", body_type="json",
        )  # fmt: skip
        request = OpenApiRequest(query=asked)
        _raising(lambda: self.bss.call_api(params, request, RuntimeOptions()))

    def unsubscribe(self, instance: str, *, immediately: bool) -> None:
        request = bss.RefundInstanceRequest(
            **PRODUCT,
            instance_id=instance,
            immediately_release="1" if immediately else "0",
            client_token=self._token(),
        )
        self._done(lambda: self.bss.refund_instance(request))

    def refund_quote(self, instance: str) -> Decimal:
        request = bss.InquiryPriceRefundInstanceRequest(
            **PRODUCT, instance_id=instance, client_token=self._token()
        )
        answer = self._done(lambda: self.bss.inquiry_price_refund_instance(request))
        return Decimal(f"{answer['Data']['RefundAmount']:.2f}")

    def top_up(self, amount: Decimal) -> None:
        self.market.town.cli("account", "credit", self.customer.name, str(amount))

    def give_voucher(self, balance: Decimal, threshold: Decimal, start: int, end: int) -> None:
        self.market.town.cli(
            "voucher", "grant", self.customer.name, str(balance),
            "--threshold", str(threshold), "--from", iso(start), "--until", iso(end),
        )  # fmt: skip
        self._has_vouchers = True

    def balance(self) -> Decimal:
        return Decimal(self.bss.query_account_balance().body.data.available_amount)

    def vouchers(self) -> Sequence[Decimal]:
        if not self._has_vouchers:
            return []
        listed = self.market.town.cli("voucher", "list", "--account", self.customer.name)
        return [Decimal(one["balance"]) for one in reversed(listed)]

    def instances(self) -> dict[str, Facts]:
        request = bss.QueryAvailableInstancesRequest(product_code="kms", page_size=MOST)
        data = self._done(lambda: self.bss.query_available_instances(request))["Data"]
        return {one["InstanceID"]: self._instance(one) for one in data["InstanceList"]}

    def orders(self) -> Sequence[Facts]:
        request = bss.QueryOrdersRequest(create_time_start="2000-01-01T00:00:00Z", page_size=MOST)
        data = self._done(lambda: self.bss.query_orders(request))["Data"]
        assert data["TotalCount"] <= MOST
        return [self._order(one["OrderId"]) for one in data["OrderList"]["Order"]]

    def letters(self) -> Sequence[Facts]:
        listed = self.market.town.cli("mail", "list", "--account", self.customer.name)
        return [
            {
                "kind": one["kind"],
                "at": parse_iso(one["due_at"]),
                "instance": one["instance_id"],
                "text": one["text"],
            }
            for one in listed
        ]

    def months(self) -> None:
        """Bills cannot be asked for yet."""

    def _instance(self, listed: Mapping[str, Any]) -> Facts:
        request = kms.GetKmsInstanceRequest(kms_instance_id=listed["InstanceID"])
        found = self._done(lambda: self.kms.get_kms_instance(request))["KmsInstance"]
        assert found["EndDate"] == listed["EndTime"]
        return {
            "phase": "running" if listed["Status"] == "Normal" else "expired",
            "start": parse_iso(found["StartDate"]),
            "end": parse_iso(listed["EndTime"]),
            "mode": listed["RenewStatus"],
            "months": listed.get("RenewalDuration"),
            "configuration": {module: int(found[code]) for module, code in CODES.items()},
        }

    def _order(self, order_id: str) -> Facts:
        request = bss.GetOrderDetailRequest(order_id=order_id)
        rows = self._done(lambda: self.bss.get_order_detail(request))["Data"]["OrderList"]["Order"]
        one = rows[0]
        facts: Facts = {
            "id": order_id,
            "type": one["OrderType"],
            "instance": one["InstanceIDs"].strip('["]'),
            "at": parse_iso(one["PaymentTime"]),
        }
        if one["OrderType"] == "Refund":
            parts = [(row["RelatedOrderId"], Decimal(row["PretaxAmount"])) for row in rows]
            total = sum((amount for _, amount in parts), Decimal("0.00"))
            return facts | {"parts": parts, "list": total, "payable": total}
        return facts | {
            "list": Decimal(one["PretaxGrossAmount"]),
            "payable": Decimal(one["PretaxAmount"]),
            "start": parse_iso(one["UsageStartTime"]),
            "end": parse_iso(one["UsageEndTime"]),
            "configuration": _configuration(one["Config"]),
        }

    def _token(self) -> str:
        self._calls += 1
        return f"call-{self._calls}"

    def _done(self, call: Callable[[], Any]) -> dict[str, Any]:
        answer: dict[str, Any] = _raising(call).body.to_map()
        return answer


def _raising(call: Callable[[], Any]) -> Any:
    """The answer; what the client raises for a refusal becomes `Refused`."""
    try:
        return call()
    except Exception as error:
        status, code = refusal_of(error)
        if status != 400:
            raise
        raise Refused(code) from None


def _listed(kind: Callable[..., Any], asked: Mapping[str, str]) -> list[Any]:
    return [kind(code=code, value=value) for code, value in asked.items()]


def _configuration(text: str) -> dict[str, int]:
    stored = dict(CONFIG.findall(text))
    return {module: int(stored[code]) for module, code in CODES.items()}
