"""What can be had as a CSV file: for each kind its columns, how many rows there are, and the rows.

Rows are read page by page, so that a million of them need no more memory than a few.
"""

from collections.abc import Callable, Iterator

from keylease.access.accounts import Account
from keylease.billing.bills.files import AMORTISED, CHUNK, amortised_rows, header_of, rows_of
from keylease.billing.bills.ports import LineFilter
from keylease.billing.bills.sheet import harmless
from keylease.billing.orders.model import Order, OrderFilter
from keylease.billing.wallet.statement import EntryFilter
from keylease.console.ports import ConsoleWork, Table
from keylease.core.clock import local_text
from keylease.core.money import amount_text

#: Of a month's bill, by how they are called on pages.
OF_MONTHS = {
    "line": "Lines (CSV)",
    "item": "Billable items (CSV)",
    "instance": "By instance (CSV)",
    "amortised": "Amortised costs (CSV)",
}
KINDS = OF_MONTHS | {"orders": "Orders (CSV)", "transactions": "Transactions (CSV)"}

_ORDER = (
    *("OrderId", "OrderType", "Status", "SubscriptionType", "InstanceID", "Region", "Months"),
    *("CreateTime", "PaymentTime", "ServiceStart", "ServiceEnd", "Currency"),
    *("PretaxGrossAmount", "PretaxAmount", "DeductedByCoupons", "PaymentAmount"),
)
_TRANSACTION = (
    *("TransactionNumber", "TransactionTime", "TransactionType", "RecordID", "Remarks"),
    *("Currency", "Amount", "Balance"),
)


def table_of(work: ConsoleWork, account: Account, kind: str, month: str) -> Table:
    """The table of a kind; ``month`` matters to bills only."""
    return _MAKE[kind](work, account, month)


def name_of(account_id: str, kind: str, month: str) -> str:
    """What its file is called."""
    named = f"{month.replace('-', '')}_{kind}" if kind in OF_MONTHS else kind
    return f"{account_id}_{named}.csv"


def _lines(work: ConsoleWork, account: Account, month: str) -> Table:
    chosen = LineFilter(account.id, month)
    total = work.bill_views.count(chosen)
    return Table(header_of("line"), total, rows_of(work, account, chosen, "line"))


def _items(work: ConsoleWork, account: Account, month: str) -> Table:
    total = sum(one.items for one in work.bill_views.totals(account.id, month))
    rows = rows_of(work, account, LineFilter(account.id, month), "item")
    return Table(header_of("item"), total, rows)


def _instances(work: ConsoleWork, account: Account, month: str) -> Table:
    chosen = LineFilter(account.id, month)
    total = work.bill_views.count_groups(chosen, by_item=False)
    rows = rows_of(work, account, chosen, "instance")
    return Table(header_of("instance"), total, rows, read=work.bill_views.count(chosen))


def _amortised(work: ConsoleWork, account: Account, month: str) -> Table:
    total = work.bill_views.count_cost(LineFilter(account.id, month), by_instance=False)
    return Table(AMORTISED, total, amortised_rows(work, account, month))


def _orders(work: ConsoleWork, account: Account, _month: str) -> Table:
    def batches() -> Iterator[list[list[object]]]:
        offset = 0
        while found := work.orders.page(account.id, OrderFilter(), offset, CHUNK, work.now)[0]:
            yield [_order(one, work.now) for one in found]
            offset += len(found)

    _, total = work.orders.page(account.id, OrderFilter(), 0, 1, work.now)
    return Table(_ORDER, total, batches())


def _order(one: Order, now: int) -> list[object]:
    moments = (one.created_at, one.paid_at, one.start, one.end)
    paid = 0 if one.paid_at is None else one.cash
    amounts = (one.list_amount, one.payable_amount, one.voucher_amount, paid)
    return [
        *(one.id, one.type.value, one.status_at(now).value, one.subscription.value),
        *(one.instance_id, one.region, one.months),
        *("" if at is None else local_text(at) for at in moments),
        one.currency,
        *(amount_text(amount) for amount in amounts),
    ]


def _transactions(work: ConsoleWork, account: Account, _month: str) -> Table:
    def page(chosen: EntryFilter, limit: int) -> tuple[list[list[object]], int, int]:
        """Rows, how many fit in all, and where the next page begins."""
        found, total = work.statements.page(account.id, account.currency, chosen, 0, limit)
        rows: list[list[object]] = [
            [
                *(one.number, local_text(one.at), one.kind.value, one.reference),
                *(harmless(one.note), account.currency),
                *(amount_text(one.amount), amount_text(one.balance)),
            ]
            for one in found
        ]
        return rows, total, found[-1].seq if found else 0

    def batches() -> Iterator[list[list[object]]]:
        rows, _, before = page(EntryFilter(), CHUNK)
        while rows:
            yield rows
            rows, _, before = page(EntryFilter(before=before), CHUNK)

    return Table(_TRANSACTION, page(EntryFilter(), 1)[1], batches())


_MAKE: dict[str, Callable[[ConsoleWork, Account, str], Table]] = {
    "line": _lines,
    "item": _items,
    "instance": _instances,
    "amortised": _amortised,
    "orders": _orders,
    "transactions": _transactions,
}
