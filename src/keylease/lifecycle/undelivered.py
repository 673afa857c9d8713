"""What was bought and paid cannot be delivered: all of it goes back in the same transaction.

The order stays paid, without a period, and a refund order gives everything back: what was paid in
cash to the balance, and also what a voucher paid to that voucher, since nothing was used of it.
Source: facts/kms.md 1.5, facts/billing.md 2.1 "Automatic full refund".
"""

from dataclasses import replace
from fractions import Fraction

from keylease.access.accounts import Account
from keylease.billing.bills.model import LineItem, line_of_order, line_of_refund
from keylease.billing.orders.model import Order, OrderType
from keylease.billing.refunds.quote import RefundLine
from keylease.billing.wallet.payment import give_back
from keylease.core import ids
from keylease.lifecycle.debt import settle_debt
from keylease.lifecycle.letters import Scribe
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
    line = _whole(ended)
    refund = _refund(work, ended, reason)
    work.orders.update(ended)
    work.orders.add_refund(refund, [line])
    balance = give_back(work, refund)
    name = ended.instance_id
    returned = line_of_refund(refund, 0, line, ended, name, by_voucher=refund.voucher_amount)
    work.bills.add([line_of_order(ended, name, items), returned])
    work.letters.add([Scribe(work).refund(refund, name, balance)])
    settle_debt(work, account.id)
    return refund


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


def _refund(work: Work, order: Order, reason: str) -> Order:
    """The refund order: it names the voucher that gets its part back."""
    return replace(
        order,
        id=ids.order_id(work.entropy),
        type=OrderType.REFUND,
        months=0,
        list_amount=order.payable_amount,
        created_at=work.now,
        paid_at=work.now,
        pay_until=None,
        ended_at=None,
        original=None,
        terms_version=0,
        automatic=False,
        details={"reason": reason},
    )
