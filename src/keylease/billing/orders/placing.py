"""Making orders: their amounts are those of a quote, rounded once; nothing is paid yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from keylease.billing.catalog import Configuration, Quote
from keylease.billing.orders.model import PAY_WITHIN, Order, OrderType
from keylease.billing.orders.states import PaymentStatus
from keylease.billing.work import BillingWork
from keylease.core import ids


@dataclass(frozen=True, slots=True)
class Subject:
    """What an order is about: an account's instance in a region."""

    account_id: str
    instance_id: str
    region: str
    product_type: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What a customer would get for a quote from this version of the price book.

    ``details`` is what the delivery needs besides, as small JSON.
    """

    type: OrderType
    about: Subject
    price: Quote
    configuration: Configuration
    original: Configuration | None
    price_book: int
    months: int
    automatic: bool = False
    details: Mapping[str, Any] | None = None


def make_order(work: BillingWork, offer: Offer, terms_version: int = 0) -> Order:
    """The order for an offer, made now and not paid. Source: rules.md 4."""
    about, price = offer.about, offer.price
    return Order(
        id=ids.order_id(work.entropy),
        account_id=about.account_id,
        type=offer.type,
        status=PaymentStatus.UNPAID,
        product_type=about.product_type,
        instance_id=about.instance_id,
        region=about.region,
        months=offer.months,
        currency=price.currency,
        list_amount=price.list_amount,
        payable_amount=price.payable_amount,
        created_at=work.now,
        pay_until=work.now + PAY_WITHIN,
        configuration=offer.configuration.to_dict(),
        original=None if offer.original is None else offer.original.to_dict(),
        price_book=offer.price_book,
        automatic=offer.automatic,
        terms_version=terms_version,
        details={**(offer.details or {}), "lines": _lines(price)},
    )


def _lines(price: Quote) -> list[list[str | int]]:
    """What the list amount is made of: module, blocks and unit price of each that costs."""
    return [[line.module, line.quantity, line.unit_price] for line in price.lines if line.amount]
