"""The one check of the books: it returns findings, it never repairs. rules.md 9."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

#: The kind of its appointment: once a day, an errand.
BOOKS_CHECK = "books_check"


@dataclass(frozen=True, slots=True)
class BooksFinding:
    """Something in the books that must not be. ``subject`` is the id it is about."""

    rule: str
    subject: str
    text: str


class Books(Protocol):
    """The questions that the check asks of the stored books; each answer streams."""

    def unbalanced_transactions(self) -> Iterable[tuple[str, int]]:
        """Transactions whose postings do not add up to zero, with their sum."""
        ...

    def overdrawn_customers(self) -> Iterable[tuple[str, str, int]]:
        """Cash accounts below zero: ledger account, currency, balance."""
        ...

    def paid_orders_without_entry(self) -> Iterable[str]:
        """Paid orders whose customer was not charged exactly the payable amount, once."""
        ...

    def entries_without_order(self) -> Iterable[str]:
        """Transactions of an order that does not exist."""
        ...

    def paid_orders_without_term(self) -> Iterable[str]:
        """Paid orders that buy time but have no term."""
        ...

    def broken_chains(self) -> Iterable[tuple[str, str]]:
        """Instances whose end is not that of their newest term, or whose terms overlap."""
        ...

    def refunds_beyond_cash(self) -> Iterable[str]:
        """Orders for which more came back than was paid in cash."""
        ...

    def refunds_unlike_their_lines(self) -> Iterable[str]:
        """Refund orders whose amount is not the sum of their lines."""
        ...

    def bills_unlike_their_lines(self) -> Iterable[tuple[str, str]]:
        """Accounts and months whose totals are not the sums of their lines."""
        ...

    def closed_months_unlike_their_bill(self) -> Iterable[tuple[str, str]]:
        """Accounts and closed months that are no longer what they were when they were closed."""
        ...

    def orders_unlike_their_bill(self) -> Iterable[str]:
        """Paid orders whose bill lines do not add up to their amount."""
        ...

    def usage_bills_unlike_their_entry(self) -> Iterable[str]:
        """Bills of days whose entry did not move exactly what their lines say, and the reverse."""
        ...

    def unbilled_days(self) -> Iterable[tuple[str, str]]:
        """Instances and days that are in no bill, and none is planned for."""
        ...

    def outstanding_beyond_debt(self) -> Iterable[tuple[str, int]]:
        """Accounts whose lines have more outstanding than their balance lacks, with how much."""
        ...

    def entries_in_another_currency(self) -> Iterable[str]:
        """Transactions that mix currencies, or are in another one than their order."""
        ...


def check_books(books: Books) -> list[BooksFinding]:
    """Everything that is wrong with the books; an empty list when nothing is."""
    return [*_entries(books), *_orders(books), *_bills(books), *_usage(books)]


def _entries(books: Books) -> Iterator[BooksFinding]:
    """What is wrong with the ledger alone."""
    for entry, total in books.unbalanced_transactions():
        yield BooksFinding("balance", entry, f"its postings add up to {total}, not to 0")
    for account, currency, balance in books.overdrawn_customers():
        yield BooksFinding("overdrawn", account, f"holds {balance} minor units of {currency}")
    for entry in books.entries_in_another_currency():
        yield BooksFinding("currency", entry, "mixes currencies, or is in another than its order")


def _orders(books: Books) -> Iterator[BooksFinding]:
    """What is wrong between orders, their entries, their terms and what came back for them."""
    for order in books.paid_orders_without_entry():
        text = "the customer was not charged exactly its amount once"
        yield BooksFinding("charged-once", order, text)
    for entry in books.entries_without_order():
        yield BooksFinding("entry-without-order", entry, "belongs to an order that does not exist")
    for order in books.paid_orders_without_term():
        yield BooksFinding("term", order, "is paid and buys time, but has no term")
    for instance, text in books.broken_chains():
        yield BooksFinding("chain", instance, text)
    for order in books.refunds_beyond_cash():
        yield BooksFinding("refund", order, "more came back for it than was paid in cash")
    for order in books.refunds_unlike_their_lines():
        yield BooksFinding("refund", order, "its amount is not the sum of its lines")


def _bills(books: Books) -> Iterator[BooksFinding]:
    """What is wrong with the bills of months."""
    for account, month in books.bills_unlike_their_lines():
        text = f"the totals of {month} are not the sums of their lines"
        yield BooksFinding("bill", account, text)
    for account, month in books.closed_months_unlike_their_bill():
        yield BooksFinding("bill", account, f"the closed month {month} is not as it was closed")
    for order in books.orders_unlike_their_bill():
        yield BooksFinding("bill", order, "its bill lines do not add up to its amount")


def _usage(books: Books) -> Iterator[BooksFinding]:
    """What is wrong with pay-as-you-go."""
    for bill in books.usage_bills_unlike_their_entry():
        text = "its entry did not move exactly what its lines say"
        yield BooksFinding("usage", bill, text)
    for instance, day in books.unbilled_days():
        text = f"its usage of {day} is in no bill, and none is planned"
        yield BooksFinding("usage", instance, text)
    for account, more in books.outstanding_beyond_debt():
        text = f"{more} minor units more are outstanding than it owes"
        yield BooksFinding("debt", account, text)
