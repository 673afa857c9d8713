"""What pages about money call things; templates translate it."""

from collections.abc import Collection, Mapping

from keylease.billing.bills.model import BillItem
from keylease.billing.ledger.model import TransactionKind
from keylease.billing.orders.model import OrderType
from keylease.billing.orders.states import PaymentStatus
from keylease.billing.tickets.states import TicketState
from keylease.billing.wallet.vouchers import Voucher, VoucherScope, VoucherStatus
from keylease.console.ports import ConsoleWork

ORDER_TYPES = {
    OrderType.NEW: "Purchase",
    OrderType.RENEW: "Renewal order",
    OrderType.UPGRADE: "Upgrade",
    OrderType.REFUND: "Refund",
}

#: Each with the colour of its badge.
ORDER_STATUSES = {
    PaymentStatus.UNPAID: ("Unpaid", "wait"),
    PaymentStatus.PAID: ("Paid", "good"),
    PaymentStatus.CANCELLED: ("Cancelled", "plain"),
}

TRANSACTION_KINDS = {
    TransactionKind.TOP_UP: "Top-up",
    TransactionKind.WITHDRAWAL: "Withdrawal",
    TransactionKind.ORDER: "Order paid",
    TransactionKind.REFUND: "Refund",
    TransactionKind.USAGE: "Pay-as-you-go bill",
    TransactionKind.ADJUSTMENT: "Adjustment",
}

BILL_ITEMS = {
    BillItem.SUBSCRIPTION_ORDER: "Order",
    BillItem.PAY_AS_YOU_GO: "Pay-as-you-go bill",
    BillItem.REFUND: "Refund",
    BillItem.ADJUSTMENT: "Adjustment",
}

#: What an order or a bill is made up of, by the code of its parameter.
ITEMS = {
    "ProductVersion": "Instance",
    "Instance": "Instance",
    "ValueAddedService": "Value-added service",
    "Spec": "Requests a second",
    "KeyNum": "Keys",
    "SecretNum": "Secrets",
    "VpcNum": "Access units",
    "LogStorage": "Log storage, GB",
}

VOUCHER_SCOPES = {
    VoucherScope.ALL: "Everything",
    VoucherScope.SUBSCRIPTION: "Subscription orders",
    VoucherScope.PAY_AS_YOU_GO: "Pay-as-you-go bills",
}

_VOUCHER_STATUSES = {
    VoucherStatus.AVAILABLE: ("Available", "good"),
    VoucherStatus.EXPIRED: ("Expired", "plain"),
    VoucherStatus.CANCELLED: ("Cancelled", "plain"),
}
_SPENT = ("Spent", "plain")

TICKET_STATES = {
    TicketState.OPEN: ("Open", "wait"),
    TicketState.ANSWERED: ("Answered", "good"),
    TicketState.APPROVED: ("Approved", "good"),
    TicketState.REFUSED: ("Refused", "bad"),
    TicketState.CLOSED: ("Closed", "plain"),
}


def voucher_status(voucher: Voucher, left: int, now: int) -> tuple[str, str]:
    """What a voucher is now; to the API one that is spent is still available."""
    status = voucher.status(now)
    return _SPENT if status is VoucherStatus.AVAILABLE and not left else _VOUCHER_STATUSES[status]


def names_of(
    work: ConsoleWork, account_id: str, instance_ids: Collection[str]
) -> Mapping[str, str]:
    """The names of those of these instances that the account still has."""
    found = work.instances.find_many(set(instance_ids))
    return {one.id: one.name for one in found.values() if one.account_id == account_id}
