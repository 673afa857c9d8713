"""The check of the books finds each thing that must not be, and nothing else. rules.md 9."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from contracts import samples
from contracts.samples import ADA, AT, BOB
from keylease.billing.bills.model import line_of_order
from keylease.billing.ledger.check import BooksFinding, check_books
from keylease.billing.ledger.model import FUNDS, SALES, TransactionKind, cash
from keylease.billing.orders.model import Order, OrderType, PaidTerm
from keylease.core.terms import RETENTION, Term, bought, continued, renewed_by_hand
from keylease.storage import schema
from keylease.storage.unit_of_work import UnitOfWork

_L, _P = schema.ledger_transactions, schema.ledger_postings
TOP_UP, ORDER = TransactionKind.TOP_UP.value, TransactionKind.ORDER.value

FIRST, SECOND = samples.order(1), samples.order(2)


def entry(work: UnitOfWork, name: str, kind: str, *legs: tuple[str, int], **changed: Any) -> None:
    """A transaction as raw rows: the model would refuse what these tests need."""
    row = {"id": name, "at": AT, "kind": kind, "currency": "USD", "reference": "", "note": ""}
    row |= changed
    work.connection.execute(_L.insert(), row)
    for position, (account, amount) in enumerate(legs):
        posting(work, name, position, account, amount, row["currency"])


def posting(
    work: UnitOfWork, name: str, position: int, account: str, amount: int, currency: str = "USD"
) -> None:
    place = select(_L.c.seq).where(_L.c.id == name).scalar_subquery()
    values = [name, position, func.coalesce(place, 0), account, currency, amount]
    names = ["transaction_id", "position", "seq", "account", "currency", "amount"]
    work.connection.execute(_P.insert().values(dict(zip(names, values, strict=True))))


def top_up(work: UnitOfWork, name: str, amount: int, owner: str = ADA, **changed: Any) -> None:
    entry(work, name, TOP_UP, (cash(owner), amount), (FUNDS, -amount), **changed)


def charge(
    work: UnitOfWork, name: str, reference: str, amount: int, owner: str = ADA, **changed: Any
) -> None:
    legs = (cash(owner), -amount), (SALES, amount)
    entry(work, name, ORDER, *legs, reference=reference, **changed)


def buy(work: UnitOfWork, order: samples.Order, term: Term) -> None:
    paid = samples.paid_term(order)
    place(work, order, replace(paid, term=term))


def place(work: UnitOfWork, order: Order, term: PaidTerm | None = None) -> None:
    """A paid order with its line in the bill."""
    work.orders.add(order, term)
    work.bills.add([line_of_order(order, "an instance")])


@pytest.fixture
def books(work: UnitOfWork) -> UnitOfWork:
    """Clean books: money in, an instance bought and renewed, and the findings to none."""
    first = bought(AT, 1)
    second = continued(first, 1)
    top_up(work, "money", 1_000_000)
    for order, term, name in ((FIRST, first, "charge-1"), (SECOND, second, "charge-2")):
        buy(work, order, term)
        charge(work, name, order.id, order.payable_amount)
    work.instances.add(
        samples.instance(1, term_start=second.start, end=second.end, months=second.months)
    )
    assert check_books(work.books) == []
    return work


def findings(books: UnitOfWork) -> list[tuple[str, str]]:
    found = check_books(books.books)
    assert all(isinstance(one, BooksFinding) and one.text for one in found)
    return [(one.rule, one.subject) for one in found]


def change(books: UnitOfWork, table: Any, row: str, **values: Any) -> None:
    key = next(iter(table.primary_key))
    done = books.connection.execute(table.update().where(key == row).values(**values))
    assert done.rowcount == 1


def test_postings_that_do_not_add_up_to_zero(books: UnitOfWork) -> None:
    entry(books, "wrong", TOP_UP, (cash(ADA), 100), (FUNDS, -99))
    assert findings(books) == [("balance", "wrong")]


def test_a_posting_in_another_place_than_its_transaction(books: UnitOfWork) -> None:
    mine = (_P.c.transaction_id == "charge-1") & (_P.c.account == cash(ADA))
    books.connection.execute(_P.update().where(mine).values(seq=_P.c.seq + 1))
    assert findings(books) == [("balance", "charge-1")]


def test_a_transaction_without_postings(books: UnitOfWork) -> None:
    entry(books, "empty", TOP_UP)
    assert findings(books) == [("balance", "empty")]


def test_postings_of_no_transaction(books: UnitOfWork) -> None:
    posting(books, "lost", 0, cash(ADA), 5)
    posting(books, "lost", 1, FUNDS, -5)
    assert findings(books) == [("balance", "lost")]


def test_currencies_do_not_balance_each_other(books: UnitOfWork) -> None:
    entry(books, "mixed", TOP_UP, (cash(ADA), 100))
    posting(books, "mixed", 1, FUNDS, -100, "CNY")
    assert findings(books) == [("balance", "mixed"), ("balance", "mixed"), ("currency", "mixed")]


def test_a_transaction_in_two_currencies(books: UnitOfWork) -> None:
    top_up(books, "mixed", 100)
    posting(books, "mixed", 2, cash(ADA), 7, "CNY")
    posting(books, "mixed", 3, FUNDS, -7, "CNY")
    assert findings(books) == [("currency", "mixed")]


def test_a_customer_below_zero(books: UnitOfWork) -> None:
    top_up(books, "took", -1, owner=BOB)
    assert findings(books) == [("overdrawn", cash(BOB))]


def test_a_customer_below_zero_in_one_of_two_currencies(books: UnitOfWork) -> None:
    top_up(books, "took", -1, currency="CNY")
    assert findings(books) == [("overdrawn", cash(ADA))]


def test_a_balance_of_zero_is_not_below_it(books: UnitOfWork) -> None:
    top_up(books, "in", 1, owner=BOB)
    top_up(books, "out", -1, owner=BOB)
    assert findings(books) == []


def test_a_paid_order_that_nobody_was_charged_for(books: UnitOfWork) -> None:
    place(books, samples.order(3, type=OrderType.UPGRADE, months=0), None)
    assert findings(books) == [("charged-once", samples.order(3).id)]


def test_an_order_of_nothing_is_charged_too(books: UnitOfWork) -> None:
    free = samples.order(3, type=OrderType.UPGRADE, months=0, list_amount=0, payable_amount=0)
    place(books, free, None)
    assert findings(books) == [("charged-once", free.id)]
    charge(books, "free", free.id, 0)
    assert findings(books) == []


def test_an_order_that_was_charged_twice(books: UnitOfWork) -> None:
    charge(books, "again", FIRST.id, FIRST.payable_amount)
    assert findings(books) == [("charged-once", FIRST.id)]


@pytest.mark.parametrize("wrong", [-1, 1])
def test_an_order_that_was_charged_another_amount(books: UnitOfWork, wrong: int) -> None:
    change(books, schema.orders, FIRST.id, payable_amount=FIRST.payable_amount + wrong)
    assert findings(books) == [("charged-once", FIRST.id), ("bill", FIRST.id)]


def test_an_order_that_somebody_else_was_charged_for(books: UnitOfWork) -> None:
    top_up(books, "money of bob", 1_000_000, owner=BOB)
    mine = (_P.c.transaction_id == "charge-1") & (_P.c.account == cash(ADA))
    books.connection.execute(_P.update().where(mine).values(account=cash(BOB)))
    assert findings(books) == [("charged-once", FIRST.id)]


def test_an_entry_of_no_order(books: UnitOfWork) -> None:
    charge(books, "stray", "29", 5)
    assert findings(books) == [("entry-without-order", "stray")]


def test_a_paid_order_that_buys_time_but_has_no_term(books: UnitOfWork) -> None:
    third = samples.order(3)
    place(books, third, None)
    charge(books, "charge-3", third.id, third.payable_amount)
    assert findings(books) == [("term", third.id)]


@pytest.mark.parametrize("days", [-1, 1])
def test_an_instance_that_ends_when_no_term_does(books: UnitOfWork, days: int) -> None:
    one = samples.instance(1).id
    end = books.instances.find(one).end  # type: ignore[union-attr] # it was just added
    change(books, schema.instances, one, end=end + days * 86_400)
    assert findings(books) == [("chain", one)]


def test_an_instance_without_a_term(books: UnitOfWork) -> None:
    books.instances.add(samples.instance(2))
    assert findings(books) == [("chain", samples.instance(2).id)]


def test_terms_that_overlap(books: UnitOfWork) -> None:
    change(books, schema.terms, SECOND.id, start=bought(AT, 1).end - 1)
    assert findings(books) == [("chain", samples.instance(1).id)]


def test_a_term_inside_another_one(books: UnitOfWork) -> None:
    third = samples.order(3)
    buy(books, third, Term(AT + 10, AT + 20, bought(AT, 1).anchor, 1))
    charge(books, "charge-3", third.id, third.payable_amount)
    assert findings(books) == [("chain", samples.instance(1).id)]


def test_a_term_that_begins_after_the_release(books: UnitOfWork) -> None:
    late = bought(continued(bought(AT, 1), 1).end + RETENTION, 1)
    third = samples.order(3)
    buy(books, third, late)
    charge(books, "charge-3", third.id, third.payable_amount)
    change(books, schema.instances, samples.instance(1).id, end=late.end)
    assert findings(books) == [("chain", samples.instance(1).id)]


def test_a_renewal_by_hand_just_before_the_release_is_fine(books: UnitOfWork) -> None:
    before = continued(bought(AT, 1), 1)
    late = renewed_by_hand(before, before.end + RETENTION - 1, 1)
    third = samples.order(3)
    buy(books, third, late)
    charge(books, "charge-3", third.id, third.payable_amount)
    change(books, schema.instances, samples.instance(1).id, end=late.end)
    assert findings(books) == []


def test_an_entry_in_another_currency_than_its_order(books: UnitOfWork) -> None:
    change(books, schema.orders, FIRST.id, currency="CNY")
    assert findings(books) == [("currency", "charge-1")]


def test_the_books_of_an_instance_that_was_released_stay_clean(books: UnitOfWork) -> None:
    books.instances.remove([samples.instance(1).id])
    assert findings(books) == []


def test_what_is_wrong_in_several_ways_is_found_in_each(books: UnitOfWork) -> None:
    entry(books, "wrong", TOP_UP, (cash(BOB), -5), (FUNDS, 4))
    charge(books, "stray", "29", 5)
    assert {rule for rule, _ in findings(books)} == {"balance", "overdrawn", "entry-without-order"}
