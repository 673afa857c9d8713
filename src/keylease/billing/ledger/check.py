"""The one check of the books: it returns findings, it never repairs. rules.md 9."""

from collections.abc import Iterable
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
    findings = [
        BooksFinding("balance", transaction, f"its postings add up to {total}, not to 0")
        for transaction, total in books.unbalanced_transactions()
    ]
    findings += [
        BooksFinding("overdrawn", account, f"holds {balance} minor units of {currency}")
        for account, currency, balance in books.overdrawn_customers()
    ]
    findings += [
        BooksFinding("charged-once", order, "the customer was not charged exactly its amount once")
        for order in books.paid_orders_without_entry()
    ]
    findings += [
        BooksFinding("entry-without-order", entry, "belongs to an order that does not exist")
        for entry in books.entries_without_order()
    ]
    findings += [
        BooksFinding("term", order, "is paid and buys time, but has no term")
        for order in books.paid_orders_without_term()
    ]
    findings += [
        BooksFinding("refund", order, "more came back for it than was paid in cash")
        for order in books.refunds_beyond_cash()
    ]
    findings += [
        BooksFinding("refund", order, "its amount is not the sum of its lines")
        for order in books.refunds_unlike_their_lines()
    ]
    findings += [
        BooksFinding("bill", account, f"the totals of {month} are not the sums of their lines")
        for account, month in books.bills_unlike_their_lines()
    ]
    findings += [
        BooksFinding("bill", account, f"the closed month {month} is not as it was closed")
        for account, month in books.closed_months_unlike_their_bill()
    ]
    findings += [
        BooksFinding("bill", order, "its bill lines do not add up to its amount")
        for order in books.orders_unlike_their_bill()
    ]
    findings += [BooksFinding("chain", instance, text) for instance, text in books.broken_chains()]
    findings += [
        BooksFinding("usage", bill, "its entry did not move exactly what its lines say")
        for bill in books.usage_bills_unlike_their_entry()
    ]
    findings += [
        BooksFinding("usage", instance, f"its usage of {day} is in no bill, and none is planned")
        for instance, day in books.unbilled_days()
    ]
    findings += [
        BooksFinding("debt", account, f"{more} minor units more are outstanding than it owes")
        for account, more in books.outstanding_beyond_debt()
    ]
    findings += [
        BooksFinding("currency", entry, "mixes currencies, or is in another one than its order")
        for entry in books.entries_in_another_currency()
    ]
    return findings
