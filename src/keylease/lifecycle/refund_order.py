"""Booking a refund: one order, a line for each order that it is about, the money, bill and letter.

Whatever gives money back for orders ends here: unsubscribing, cancelling a renewal, a ticket, and
what could not be delivered. Source: rules.md 7.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from keylease.access.accounts import Account
from keylease.billing.bills.model import line_of_refund
from keylease.billing.orders.model import Order, OrderType
from keylease.billing.orders.states import PaymentStatus
from keylease.billing.refunds.quote import RefundQuote
from keylease.billing.wallet.payment import give_back
from keylease.core import ids
from keylease.lifecycle.debt import settle_debt
from keylease.lifecycle.letters import Scribe
from keylease.lifecycle.work import Work


def book_refund(
    work: Work,
    account: Account,
    name: str,
    orders: Sequence[Order],
    quote: RefundQuote,
    *,
    voucher_id: int | None = None,
    voucher_amount: int = 0,
    details: Mapping[str, Any] | None = None,
) -> Order:
    """Write down a refund order with its lines, its entry, its bill lines and its letter.

    The orders are those of one instance, which may be gone; ``name`` is what it is called. If a
    voucher gets its part back as well (minor units), that is a refund of one order.
    """
    originals = {order.id: order for order in orders}
    last = orders[-1]
    version, _ = work.price_books.current()
    amount = quote.amount + voucher_amount
    refund = Order(
        id=ids.order_id(work.entropy),
        account_id=account.id,
        type=OrderType.REFUND,
        status=PaymentStatus.PAID,
        product_type=last.product_type,
        instance_id=last.instance_id,
        region=last.region,
        months=0,
        currency=account.currency,
        list_amount=amount,
        payable_amount=amount,
        created_at=work.now,
        paid_at=work.now,
        configuration=last.configuration,
        original=None,
        price_book=version,
        voucher_id=voucher_id,
        voucher_amount=voucher_amount,
        details=details or {},
    )
    work.orders.add_refund(refund, quote.lines)
    balance = give_back(work, refund)
    work.bills.add(
        [
            line_of_refund(refund, position, line, originals[line.order_id], name)
            for position, line in enumerate(quote.lines)
        ]
    )
    work.letters.add([Scribe(work).refund(refund, name, balance)])
    settle_debt(work, account.id)
    return refund
