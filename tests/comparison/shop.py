"""What a customer can do and see, however the product is reached: the two drivers fit these.

A `Shop` is one customer's, a `Market` holds the shops, the clock and the prices. Amounts are
Decimals with two places, moments are seconds, and instances and orders go by the product's ids.
What is seen comes as `Facts`: a driver leaves out what cannot be seen its way.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Protocol

from naive.prices import Configuration

Facts = dict[str, Any]


class Refused(Exception):
    """The product refused with the business code ``code``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Shop(Protocol):
    """One customer's view; every verb raises `Refused`."""

    @property
    def account_id(self) -> str: ...

    def buy(self, months: int, configuration: Configuration) -> str: ...

    def renew(self, instance: str, months: int, other: Configuration | None) -> None: ...

    def set_renewal(self, instance: str, mode: str, months: int | None) -> None: ...

    def upgrade(self, instance: str, configuration: Configuration) -> None: ...

    def cancel_renewal(self, instance: str, order: str) -> None: ...

    def unsubscribe(self, instance: str, *, immediately: bool) -> None: ...

    def refund_quote(self, instance: str) -> Decimal: ...

    def top_up(self, amount: Decimal) -> None: ...

    def give_voucher(self, balance: Decimal, threshold: Decimal, start: int, end: int) -> None: ...

    def balance(self) -> Decimal: ...

    def vouchers(self) -> Sequence[Decimal]:
        """What can still be spent of each, in the order in which they were given."""
        ...

    def instances(self) -> dict[str, Facts]:
        """Those that are not released: phase, end, mode, months, configuration."""
        ...

    def orders(self) -> Sequence[Facts]:
        """All but unpaid ones: id, type, instance, at, list, payable, start, end, parts, …"""
        ...

    def letters(self) -> Sequence[Facts]:
        """All of them: kind, at, instance, text."""
        ...

    def months(self) -> dict[str, Decimal] | None:
        """What each month's bill adds up to before payment; None where that cannot be seen."""
        ...


class Market(Protocol):
    """The whole product."""

    def open_shop(self, name: str, currency: str) -> Shop: ...

    def move(self, moment: int) -> None:
        """Move the clock; everything that is due happens."""
        ...

    def load_prices(self, text: str) -> None:
        """Put a price book in force."""
        ...

    def findings(self) -> Sequence[object]:
        """What is wrong with the books."""
        ...


#: The documented parameter of each module.
CODES = {
    "qps": "Spec",
    "keys": "KeyNum",
    "secrets": "SecretNum",
    "access_units": "VpcNum",
    "log_storage": "LogStorage",
}


def parameters(chosen: Configuration) -> dict[str, str]:
    """The documented parameters that ask for this; the log is on while there is storage."""
    asked = {CODES[module]: str(value) for module, value in chosen.items()}
    if "log_storage" in chosen:
        asked["Log"] = "1" if chosen["log_storage"] else "0"
    return asked


def decimal(minor: int) -> Decimal:
    return Decimal(minor).scaleb(-2)


def minor_units(amount: Decimal) -> int:
    return int(amount.scaleb(2))
