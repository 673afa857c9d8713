"""Every store of billing keeps its port's promises, the same on both engines."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from contracts import samples
from contracts.samples import ADA, AT, BOB
from keylease.billing.catalog import default_price_book_text
from keylease.billing.catalog.book_file import PriceBookInvalid
from keylease.billing.ledger.model import FUNDS, Posting, Transaction, TransactionKind, cash
from keylease.billing.orders.model import OrderFilter, OrderType
from keylease.billing.orders.ports import FirstAnswer
from keylease.billing.orders.states import PaymentStatus
from keylease.billing.renewals.model import RenewalMode, RenewalSetting
from keylease.lifecycle.listing import SubscriptionFilter
from keylease.storage.unit_of_work import UnitOfWork

ANY = OrderFilter()


# --- orders and terms ---------------------------------------------------------------------------


def test_an_order_is_found_with_every_field_and_its_term(work: UnitOfWork) -> None:
    one = samples.order(1)
    work.orders.add(one, samples.paid_term(one))
    assert work.orders.find(one.id) == one
    assert work.orders.term(one.id) == samples.paid_term(one)
    assert work.orders.find("2") is None
    assert work.orders.term("2") is None


def test_an_order_that_buys_no_time_has_no_term(work: UnitOfWork) -> None:
    one = samples.order(1, months=0, original={"qps": 100})
    work.orders.add(one, None)
    assert work.orders.find(one.id) == one
    assert work.orders.term(one.id) is None


def test_a_renewal_is_about_the_order_that_bought_the_instance(work: UnitOfWork) -> None:
    bought, renewal = samples.order(1), samples.order(2, type=OrderType.RENEW)
    for one in (bought, renewal):
        work.orders.add(one, None)
    assert work.orders.related([bought, renewal]) == {renewal.id: bought.id}


def test_an_order_id_is_used_once(work: UnitOfWork) -> None:
    work.orders.add(samples.order(1), None)
    with pytest.raises(IntegrityError), work.connection.begin_nested():
        work.orders.add(samples.order(1, account_id=BOB), None)


def test_orders_are_paged_newest_first(work: UnitOfWork) -> None:
    mine = [samples.order(n) for n in (1, 2, 3)]
    for one in (*mine, samples.order(4, account_id=BOB)):
        work.orders.add(one, None)
    assert work.orders.page(ADA, ANY, 0, 2, AT) == ([mine[2], mine[1]], 3)
    assert work.orders.page(ADA, ANY, 2, 2, AT) == ([mine[0]], 3)


@pytest.mark.parametrize(
    ("chosen", "numbers"),
    [
        (OrderFilter(created_from=AT + 2), [3, 2]),
        (OrderFilter(created_until=AT + 2), [2, 1]),
        (OrderFilter(created_from=AT + 2, created_until=AT + 2), [2]),
        (OrderFilter(type="Renew"), [2]),
        (OrderFilter(status="Paid"), [3, 2, 1]),
        (OrderFilter(status="Unpaid"), []),
        (OrderFilter(product_type="kms_ddi_public_cn"), [3]),
        (OrderFilter(product_type="kms_ddi_public_cn", type="Renew"), []),
    ],
)
def test_orders_are_filtered(work: UnitOfWork, chosen: OrderFilter, numbers: list[int]) -> None:
    for one in (
        samples.order(1),
        samples.order(2, type=OrderType.RENEW),
        samples.order(3, product_type="kms_ddi_public_cn"),
    ):
        work.orders.add(one, None)
    found, total = work.orders.page(ADA, chosen, 0, 10, AT)
    assert [one.id for one in found] == [samples.order(n).id for n in numbers]
    assert total == len(numbers)


def test_renewals_are_pending_until_they_begin_or_are_given_back(work: UnitOfWork) -> None:
    for one in (
        samples.order(1, start=AT + 9),
        samples.order(2, start=AT),
        samples.order(3, start=AT + 9, ended_at=AT),
        samples.order(4, start=None, status=PaymentStatus.UNPAID),
    ):
        work.orders.add(one, None)
    found, total = work.orders.page(ADA, OrderFilter(pending_at=AT), 0, 10, AT)
    assert ([one.id for one in found], total) == ([samples.order(1).id], 1)


def test_orders_of_several_instances_are_found_together_without_refunds(work: UnitOfWork) -> None:
    mine = [samples.order(n, instance_id=f"kst-{n}") for n in (1, 2, 3)]
    for one in (*mine, samples.order(4, instance_id="kst-1", type=OrderType.REFUND)):
        work.orders.add(one, None)
    assert work.orders.of_instances(["kst-1", "kst-3", "kst-9"]) == [mine[0], mine[2]]
    assert work.orders.of_instances([]) == []


# --- client tokens ------------------------------------------------------------------------------


def test_a_first_answer_is_remembered_for_its_account_and_token(work: UnitOfWork) -> None:
    first = FirstAnswer("CreateInstance", "f" * 64, {"OrderId": "2", "名": ["kst-1", 1.5, None]})
    work.client_tokens.add(ADA, "token", first)
    assert work.client_tokens.find(ADA, "token") == first
    assert work.client_tokens.find(ADA, "Token") is None
    assert work.client_tokens.find(BOB, "token") is None


def test_a_token_is_answered_first_only_once(work: UnitOfWork) -> None:
    work.client_tokens.add(ADA, "token", FirstAnswer("CreateInstance", "a", {}))
    with pytest.raises(IntegrityError), work.connection.begin_nested():
        work.client_tokens.add(ADA, "token", FirstAnswer("CreateInstance", "a", {}))
    work.client_tokens.add(BOB, "token", FirstAnswer("RenewInstance", "b", {}))
    assert work.client_tokens.find(BOB, "token") == FirstAnswer("RenewInstance", "b", {})


# --- renewal settings ---------------------------------------------------------------------------


def test_an_instance_is_renewed_by_hand_until_said_otherwise(work: UnitOfWork) -> None:
    yearly = RenewalSetting(RenewalMode.AUTO, 12)
    work.renewal_settings.put("kst-1", RenewalSetting(RenewalMode.NEVER))
    work.renewal_settings.put("kst-2", RenewalSetting())
    work.renewal_settings.put("kst-1", yearly)
    assert work.renewal_settings.find_many(["kst-1", "kst-2", "kst-3"]) == {
        "kst-1": yearly,
        "kst-2": RenewalSetting(RenewalMode.MANUAL, 0),
        "kst-3": RenewalSetting(RenewalMode.MANUAL, 0),
    }


# --- lists of subscriptions ---------------------------------------------------------------------

_END = samples.instance(1).end


@pytest.mark.parametrize(
    ("chosen", "numbers"),
    [
        (SubscriptionFilter(), [1, 2, 3]),
        (SubscriptionFilter(instance_ids=[samples.instance(2).id, "kst-0"]), [2]),
        (SubscriptionFilter(instance_ids=[]), []),
        (SubscriptionFilter(region="cn-shanghai"), [2]),
        (SubscriptionFilter(product_type="kms_ddi_public_intl"), [3]),
        (SubscriptionFilter(renewal_mode="AutoRenewal"), [1]),
        (SubscriptionFilter(created_from=AT + 2), [2, 3]),
        (SubscriptionFilter(created_until=AT + 2), [1, 2]),
        (SubscriptionFilter(end_from=_END + 1), [3]),
        (SubscriptionFilter(end_until=_END), [1, 2]),
        (SubscriptionFilter(end_until=_END, region="cn-hangzhou"), [1]),
    ],
)
def test_subscriptions_are_filtered(
    work: UnitOfWork, chosen: SubscriptionFilter, numbers: list[int]
) -> None:
    subscriptions = [
        (samples.instance(1), RenewalSetting(RenewalMode.AUTO, 3)),
        (samples.instance(2, region="cn-shanghai"), RenewalSetting()),
        (samples.instance(3, product_type="kms_ddi_public_intl", end=_END + 1), RenewalSetting()),
        (samples.instance(4, account_id=BOB), RenewalSetting()),
        (samples.instance(5, end=AT), RenewalSetting()),  # to be released by AT
    ]
    for one, setting in subscriptions:
        work.instances.add(one)
        work.renewal_settings.put(one.id, setting)
    assert work.subscriptions.page(ADA, chosen, AT, 0, 10) == (
        [subscriptions[n - 1] for n in numbers],
        len(numbers),
    )
    assert work.subscriptions.page(ADA, chosen, AT, 1, 1)[0] == [
        subscriptions[n - 1] for n in numbers[1:2]
    ]


def test_subscriptions_are_listed_by_their_ends(work: UnitOfWork) -> None:
    ends = {1: _END + 2, 2: _END, 3: _END + 1, 4: _END + 1}
    for number, end in ends.items():
        one = samples.instance(number, end=end)
        work.instances.add(one)
        work.renewal_settings.put(one.id, RenewalSetting())
    page, total = work.subscriptions.page(ADA, SubscriptionFilter(), AT, 0, 3, by_end=True)
    assert [one.id for one, _ in page] == [samples.instance(n).id for n in (2, 3, 4)]
    assert total == 4


# --- price books --------------------------------------------------------------------------------


def test_the_newest_price_book_is_in_force_and_older_ones_stay(work: UnitOfWork) -> None:
    first, book = work.price_books.current()
    assert work.price_books.text(first) == default_price_book_text()
    changed = default_price_book_text() + "\n# the same prices again\n"
    number = work.price_books.add(changed)
    assert number > first
    assert work.price_books.current() == (number, book)
    assert work.price_books.text(number) == changed
    assert work.price_books.text(first) == default_price_book_text()
    work.services.parsed_books.pop(number)  # its number is given out again after the rollback


def test_a_wrong_price_book_changes_nothing(work: UnitOfWork) -> None:
    before = work.price_books.current()
    with pytest.raises(PriceBookInvalid):
        work.price_books.add("currency = ")
    assert work.price_books.current() == before


# --- the ledger ---------------------------------------------------------------------------------


def top_up(number: int, amount: int, currency: str = "USD") -> Transaction:
    return Transaction(
        id=f"top-up-{number}",
        at=AT,
        kind=TransactionKind.TOP_UP,
        currency=currency,
        reference="",
        note="von Hand",
        postings=(Posting(cash(ADA), amount), Posting(FUNDS, -amount)),
    )


def test_a_balance_is_the_sum_of_an_account_in_one_currency(work: UnitOfWork) -> None:
    assert work.ledger.balance(cash(ADA), "USD") == 0
    work.ledger.post(top_up(1, 500))
    work.ledger.post(top_up(2, -120))
    work.ledger.post(top_up(3, 7, "CNY"))
    assert work.ledger.balance(cash(ADA), "USD") == 380
    assert work.ledger.balance(cash(ADA), "CNY") == 7
    assert work.ledger.balance(FUNDS, "USD") == -380
    assert work.ledger.balance(cash(BOB), "USD") == 0


def test_a_balance_holds_more_than_32_bits(work: UnitOfWork) -> None:
    large = 9_999_999_999_999_99
    work.ledger.post(top_up(1, large))
    work.ledger.post(top_up(2, large))
    assert work.ledger.balance(cash(ADA), "USD") == 2 * large


def test_a_transaction_is_posted_once(work: UnitOfWork) -> None:
    work.ledger.post(top_up(1, 500))
    with pytest.raises(IntegrityError), work.connection.begin_nested():
        work.ledger.post(replace(top_up(1, 500), note="again"))
    assert work.ledger.balance(cash(ADA), "USD") == 500
