"""A customer with something of everything, so that no page is empty; and where each page is."""

import base64
from dataclasses import dataclass, field
from urllib.parse import urlencode

from product import Customer, Product

#: What is asked of pages that need more than their address, by path.
QUERIES: dict[str, dict[str, str]] = {}


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


def settle(product: Product) -> Town:
    """Fill a deployment."""
    ada = product.customer("ada", "10000")
    password = product.cli("account", "password", "operator")["console_password"]
    instance = ada.buy(1)["InstanceId"]
    ada.enable(instance)
    key = ada.create_key(instance)
    ada.encrypt(key, base64.b64encode(b"hello").decode())
    names = {"instance_id": instance, "key_id": key}
    return Town(product, ada, password, names)
