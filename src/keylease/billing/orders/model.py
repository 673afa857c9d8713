"""An order and the term it pays for. Amounts are minor units of its currency. rules.md 4."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from keylease.core.terms import Term


class OrderType(StrEnum):
    """The documented types that exist so far. Source: facts/billing.md 1."""

    NEW = "New"
    RENEW = "Renew"


class PaymentStatus(StrEnum):
    """Whether an order is paid. Source: facts/billing.md 1."""

    PAID = "Paid"


@dataclass(frozen=True, slots=True)
class Order:
    """One order. ``configuration`` is what it buys, ``original`` what there was before it.

    ``list_amount`` and ``payable_amount`` were each rounded once when the order was made and
    never change; ``price_book`` is the version that they come from.
    """

    id: str
    account_id: str
    type: OrderType
    status: PaymentStatus
    product_type: str
    instance_id: str
    region: str
    months: int
    currency: str
    list_amount: int
    payable_amount: int
    created_at: int
    paid_at: int
    configuration: Mapping[str, Any]
    original: Mapping[str, Any] | None
    price_book: int


@dataclass(frozen=True, slots=True)
class PaidTerm:
    """The term that an order paid for; one for each order that buys time."""

    order_id: str
    instance_id: str
    term: Term


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders a list is about; None means any."""

    created_from: int | None = None
    created_until: int | None = None
    type: str | None = None
    status: str | None = None
    product_type: str | None = None
