"""Making an order that is paid at once: its amounts are those of the quote, rounded once."""

from dataclasses import dataclass

from keylease.billing.catalog import Configuration, Quote
from keylease.billing.orders.model import Order, OrderType, PaymentStatus
from keylease.billing.work import BillingWork
from keylease.core import ids


@dataclass(frozen=True, slots=True)
class Subject:
    """What an order is about: an account's instance in a region."""

    account_id: str
    instance_id: str
    region: str
    product_type: str


def paid_order(
    work: BillingWork,
    kind: OrderType,
    about: Subject,
    price: Quote,
    configuration: Configuration,
    original: Configuration | None,
    price_book: int,
) -> Order:
    """The order for what was quoted, made and paid now. Source: rules.md 4."""
    return Order(
        id=ids.order_id(work.entropy),
        account_id=about.account_id,
        type=kind,
        status=PaymentStatus.PAID,
        product_type=about.product_type,
        instance_id=about.instance_id,
        region=about.region,
        months=price.months,
        currency=price.currency,
        list_amount=price.list_amount,
        payable_amount=price.payable_amount,
        created_at=work.now,
        paid_at=work.now,
        configuration=configuration.to_dict(),
        original=None if original is None else original.to_dict(),
        price_book=price_book,
    )
