"""What was bought and paid cannot be delivered: all of it goes back in the same transaction.

The order stays paid, without a period, and a refund order gives everything back: what was paid in
cash to the balance, and also what a voucher paid to that voucher, since nothing was used of it.
Source: facts/kms.md 1.5, facts/billing.md 2.1 "Automatic full refund".
"""

from dataclasses import replace
from fractions import Fraction

from keylease.access.accounts import Account
from keylease.billing.bills.model import LineItem, line_of_order
from keylease.billing.orders.model import Order
from keylease.billing.refunds.quote import RefundLine, total
from keylease.lifecycle.refund_order import book_refund
from keylease.lifecycle.work import Work


class Undeliverable(Exception):
    """A paid order cannot be delivered; the text says why.

    What delivers an order raises it before it has written anything.
    """


def give_all_back(
    work: Work, account: Account, paid: Order, items: tuple[LineItem, ...], reason: str
) -> Order:
    """Refund a paid order whole; the refund order. Only the letter of the refund is written.

    ``items`` are those of the order's bill line.
    """
    ended = replace(paid, ended_at=work.now)
    name = ended.instance_id
    work.orders.update(ended)
    work.bills.add([line_of_order(ended, name, items)])
    return book_refund(
        work,
        account,
        name,
        [ended],
        total(ended.currency, [_whole(ended)]),
        voucher_id=ended.voucher_id,
        voucher_amount=ended.voucher_amount,
        details={"reason": reason},
    )


def _whole(order: Order) -> RefundLine:
    """Nothing was used: of a day that never began, all cash comes back."""
    return RefundLine(
        order_id=order.id,
        list_amount=order.list_amount,
        cash=order.cash,
        refunded_before=0,
        voucher_amount=order.voucher_amount,
        order_days=1,
        used_days=0,
        factor=Fraction(1),
        consumed=0,
        amount=order.cash,
    )
