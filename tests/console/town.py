"""A customer with something of everything, so that no page is empty; and where each page is."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import alibabacloud_bssopenapi20171214.models as bss
from alibabacloud_kms20160120 import models

from console.people import opened
from keylease.access.ram import directory
from keylease.access.ram.model import TargetKind
from keylease.custody.access_keys import add_access_key
from product import Customer, Product

#: Policies with one statement.
ALLOW = '{{"Version": "1", "Statement": {{"Effect": "Allow", "Action": "{action}", {more}}}}}'
TRUSTED = '"Principal": {{"RAM": "acs:ram::{account_id}:root"}}'

#: What is asked of pages that need more than their address, by path.
QUERIES: dict[str, dict[str, str]] = {
    "/logs.csv": {"instance": "{instance_id}"},
    "/search": {"q": "k"},
    "/keys/data-keys/versions": {"name": "{name}"},
    "/calendar": {"month": "2026-04"},
}


@dataclass
class Town:
    """Ada's things by the names that stand in addresses, like ``{key_id}``."""

    product: Product
    ada: Customer
    operator_password: str
    names: dict[str, str] = field(default_factory=dict)

    def address(self, console: str, path: str) -> str:
        """Where a page is, with Ada's things in it."""
        plain = path.replace(":path}", "}")
        asked = f"?{urlencode(self.query(path))}" if self.query(path) else ""
        return f"/{console}{plain.format_map(self.names)}{asked}"

    def query(self, path: str) -> dict[str, str]:
        """What is asked of a page."""
        return {name: text.format_map(self.names) for name, text in QUERIES.get(path, {}).items()}


#: When `live` begins, and when it is over: an hour before the other clocks stand still.
PAST = "2025-12-05T09:30:00+08:00"
NOW = "2026-03-10T09:00:00+08:00"


def live(product: Product) -> Customer:
    """Three months of a customer's: what runs, what ended and what was given back."""
    ada = product.customer("ada", "10000")
    product.cli("voucher", "grant", "ada", "200.00", "--until", "180d")
    shop = ada.buy(12, KeyNum="3000", SecretNum="200")["InstanceId"]
    ada.enable(shop)
    ada.rename(shop, "Shop")
    product.cli("clock", "set", "2026-01-12T14:00:00+08:00")
    trial = ada.buy(3)["InstanceId"]
    ada.rename(trial, "Trial of the warehouse")
    product.cli("clock", "set", "2026-02-03T11:00:00+08:00")
    product.cli("account", "credit", "ada", "4000", "--note", "Bank transfer")
    staging = ada.buy(1)["InstanceId"]
    ada.enable(staging)
    ada.rename(staging, "Staging")
    ada.create_key(staging)
    campaign = _buy_by_use(ada)
    ada.rename(campaign, "Campaign")
    product.cli("clock", "set", NOW)
    return ada


def settle(product: Product, ada: Customer | None = None) -> Town:
    """Fill a deployment, with things of a new customer or of one who is there."""
    ada = ada or product.customer("ada", "10000")
    password = product.cli("account", "password", "operator")["console_password"]
    instance = ada.buy(1, Log="1", LogStorage="1000")["InstanceId"]
    ada.enable(instance)
    key = ada.create_key(instance)
    ada.encrypt(key, base64.b64encode(b"hello").decode())
    fill_with_secrets(ada, instance, "shop-db")
    _name(ada, instance, key)
    backup = product.cli("backup", "create", instance)["backup_id"]
    product.cli("data-key", "create", "ada", "shop-db", "--key", key)
    order = product.cli("order", "place", "ada", "--months", "1")["order_id"]
    names = {"instance_id": instance, "key_id": key, "order_id": order, "name": "shop-db"}
    names |= {"account_id": ada.account_id, "version": "1", "backup_id": backup}
    names |= _money(product, ada, instance)
    names |= fill_with_people(product, ada.account_id)
    return Town(product, ada, password, names)


def _name(ada: Customer, instance_id: str, key_id: str) -> None:
    """Call them as people do, so that names stand on pages where they belong."""
    ada.rename(instance_id, "Production")
    alias = models.CreateAliasRequest(alias_name="alias/orders", key_id=key_id)
    ada.kms.create_alias(alias)
    ada.kms.update_key_description(
        models.UpdateKeyDescriptionRequest(key_id=key_id, description="Orders and invoices")
    )


def _money(product: Product, ada: Customer, instance_id: str) -> dict[str, str]:
    """A renewal that has not begun, a ticket; and this month's bill."""
    renewal = ada.renew(instance_id)["OrderId"]
    buy_service(ada)
    ticket = product.cli(
        "ticket", "open", "ada", "--reason", "Please help.", "--instance", instance_id
    )
    return {
        "renewal_id": renewal,
        "ticket_id": ticket["ticket_id"],
        "month": "2026-03",
        "by": "line",
    }


def buy_service(ada: Customer) -> None:
    """The rotation of default keys, for a year."""
    _order(
        ada,
        {"Region": "cn-hangzhou", "ProductVersion": "4", "ValueAddedService": "2"},
        product_type="kms_ddi_public_intl",
        subscription_type="Subscription",
        period=12,
    )


def _buy_by_use(ada: Customer) -> str:
    """An instance that is paid for by use."""
    return _order(
        ada,
        {"Region": "cn-hangzhou", "ProductVersion": "3"},
        product_type="kms_ppi_public_intl",
        subscription_type="PayAsYouGo",
    )


def _order(ada: Customer, parameters: dict[str, str], **asked: Any) -> str:
    """Order something; its id."""
    request = bss.CreateInstanceRequest(
        product_code="kms",
        parameter=[
            bss.CreateInstanceRequestParameter(code=code, value=value)
            for code, value in parameters.items()
        ],
        **asked,
    )
    instance_id: str = ada.bss.create_instance(request).body.data.instance_id
    return instance_id


def fill_with_people(product: Product, account_id: str, whose: str = "") -> dict[str, str]:
    """A user in a group, a role, and a policy that all three have; ``whose`` begins the names."""
    names = {"user": "ann.lee", "group": "developers", "role": "auditor", "policy": "only-encrypt"}
    names = {kind: f"{whose}{name}" for kind, name in names.items()}
    with opened(product) as beside, beside.database.begin() as work:
        directory.create_user(work, account_id, names["user"], "She builds things.")
        directory.create_group(work, account_id, names["group"])
        directory.join(work, account_id, names["group"], names["user"])
        trust = ALLOW.format(action="sts:AssumeRole", more=TRUSTED.format(account_id=account_id))
        directory.create_role(work, account_id, names["role"], trust, 3600)
        encrypt = ALLOW.format(action="kms:Encrypt", more='"Resource": "*"')
        directory.write_policy(work, account_id, names["policy"], encrypt, "", new=True)
        for kind in TargetKind:
            directory.attach(work, account_id, names["policy"], kind, names[kind])
        add_access_key(work, account_id, user=names["user"])
    return names


def fill_with_secrets(ada: Customer, instance_id: str, name: str) -> None:
    """A secret, and an application that may read it; all of them have one name."""
    asked = {"secret_name": name, "dkmsinstance_id": instance_id, "version_id": "v1"}
    ada.kms.create_secret(models.CreateSecretRequest(**asked, secret_data="precious"))
    ada.kms.create_network_rule(
        models.CreateNetworkRuleRequest(
            name=name, type="Private", source_private_ip=json.dumps(["10.0.0.0/8"])
        )
    )
    ada.kms.create_policy(
        models.CreatePolicyRequest(
            name=name,
            kms_instance=instance_id,
            permissions=json.dumps(["RbacPermission/Template/CryptoServiceSecretUser"]),
            resources=json.dumps([f"secret/{name}"]),
            access_control_rules=json.dumps({"NetworkRules": [name]}),
        )
    )
    ada.kms.create_application_access_point(
        models.CreateApplicationAccessPointRequest(
            name=name, authentication_method="ClientKey", policies=json.dumps([name])
        )
    )
    ada.kms.create_client_key(
        models.CreateClientKeyRequest(aap_name=name, password="long-enough-1")
    )
