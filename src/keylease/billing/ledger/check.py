"""The one check of the books: it returns findings, it never repairs. rules.md 9."""

from collections.abc import Callable, Iterable, Iterator
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


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that must hold, in words; ``ask`` finds where it does not."""

    rule: str
    holds: str
    ask: Callable[[Books], Iterable[tuple[str, str]]]

    def findings(self, books: Books) -> list[BooksFinding]:
        """Where it does not hold."""
        return [BooksFinding(self.rule, subject, text) for subject, text in self.ask(books)]


def check_books(books: Books) -> list[BooksFinding]:
    """Everything that is wrong with the books; an empty list when nothing is."""
    return [finding for _, found in answers(books) for finding in found]


def answers(books: Books) -> list[tuple[Question, list[BooksFinding]]]:
    """Every question of the check, each with what is wrong."""
    return [(one, one.findings(books)) for one in QUESTIONS]


def _all(subjects: Iterable[str], text: str) -> Iterator[tuple[str, str]]:
    """The same of each."""
    return ((subject, text) for subject in subjects)


def _each(pairs: Iterable[tuple[str, object]], text: str) -> Iterator[tuple[str, str]]:
    """Something else of each: ``text`` has its place."""
    return ((subject, text.format(about)) for subject, about in pairs)


def _overdrawn(books: Books) -> Iterator[tuple[str, str]]:
    for account, currency, balance in books.overdrawn_customers():
        yield account, f"holds {balance} minor units of {currency}"


#: What is asked, in this order: of the ledger alone, of orders, of bills, of pay-as-you-go.
QUESTIONS = (
    Question(
        "balance",
        "Every transaction adds up to zero",
        lambda books: _each(books.unbalanced_transactions(), "its postings add up to {}, not to 0"),
    ),
    Question("overdrawn", "No customer is below zero without a pay-as-you-go debt", _overdrawn),
    Question(
        "currency",
        "Every transaction has one currency, that of its order",
        lambda books: _all(
            books.entries_in_another_currency(), "mixes currencies, or is in another than its order"
        ),
    ),
    Question(
        "charged-once",
        "Every paid order was charged once, with its amount",
        lambda books: _all(
            books.paid_orders_without_entry(),
            "the customer was not charged exactly its amount once",
        ),
    ),
    Question(
        "entry-without-order",
        "Every transaction of an order has its order",
        lambda books: _all(
            books.entries_without_order(), "belongs to an order that does not exist"
        ),
    ),
    Question(
        "term",
        "Every paid order that buys time has its term",
        lambda books: _all(
            books.paid_orders_without_term(), "is paid and buys time, but has no term"
        ),
    ),
    Question(
        "chain",
        "Every instance ends with its newest term, and terms do not overlap",
        lambda books: books.broken_chains(),
    ),
    Question(
        "refund",
        "No order gave back more than was paid in cash",
        lambda books: _all(
            books.refunds_beyond_cash(), "more came back for it than was paid in cash"
        ),
    ),
    Question(
        "refund",
        "Every refund is the sum of its lines",
        lambda books: _all(
            books.refunds_unlike_their_lines(), "its amount is not the sum of its lines"
        ),
    ),
    Question(
        "bill",
        "Every month's bill is the sum of its lines",
        lambda books: _each(
            books.bills_unlike_their_lines(), "the totals of {} are not the sums of their lines"
        ),
    ),
    Question(
        "bill",
        "Every closed month is as it was closed",
        lambda books: _each(
            books.closed_months_unlike_their_bill(), "the closed month {} is not as it was closed"
        ),
    ),
    Question(
        "bill",
        "Every paid order is in a bill with its amount",
        lambda books: _all(
            books.orders_unlike_their_bill(), "its bill lines do not add up to its amount"
        ),
    ),
    Question(
        "usage",
        "Every bill of a day moved what its lines say",
        lambda books: _all(
            books.usage_bills_unlike_their_entry(),
            "its entry did not move exactly what its lines say",
        ),
    ),
    Question(
        "usage",
        "Every day of pay-as-you-go is in a bill, or will be",
        lambda books: _each(
            books.unbilled_days(), "its usage of {} is in no bill, and none is planned"
        ),
    ),
    Question(
        "debt",
        "Nobody's bills have more outstanding than the balance lacks",
        lambda books: _each(
            books.outstanding_beyond_debt(), "{} minor units more are outstanding than it owes"
        ),
    ),
)
