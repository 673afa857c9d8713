"""An account's transactions: each balance is the sum of all that came before. rules.md 9."""

from itertools import accumulate

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.samples import ADA, AT, BOB
from keylease.app import money
from keylease.app.accounts import create_account, credit
from keylease.app.deployment import Deployment
from keylease.billing.ledger.check import check_books
from keylease.billing.ledger.model import (
    ADJUSTMENTS,
    FUNDS,
    PROMOTIONS,
    Posting,
    Transaction,
    TransactionKind,
    cash,
    voucher,
)
from keylease.billing.wallet.statement import Entry, EntryFilter, number_of, seq_of
from keylease.core.errors import Misuse
from keylease.storage.unit_of_work import UnitOfWork
from unit.lifecycle.tenant import Tenant

ANY = EntryFilter()
TOP_UP, ORDER = TransactionKind.TOP_UP, TransactionKind.ORDER
WITHDRAWAL, ADJUSTMENT = TransactionKind.WITHDRAWAL, TransactionKind.ADJUSTMENT


def move(
    work: UnitOfWork,
    amount: int,
    owner: str = ADA,
    kind: TransactionKind = TOP_UP,
    at: int = AT,
    currency: str = "USD",
    reference: str = "",
) -> None:
    postings = (Posting(cash(owner), amount), Posting(FUNDS, -amount))
    name = f"t{next(_numbers)}"
    work.ledger.post(Transaction(name, at, kind, currency, reference, "eine Notiz", postings))


_numbers = iter(range(1_000_000))

#: One move: an amount, whose, in which currency, and of which kind.
moves = st.tuples(
    st.integers(-(10**12), 10**12),
    st.sampled_from([ADA, ADA, ADA, BOB]),
    st.sampled_from(["USD", "USD", "CNY"]),
    st.sampled_from([TOP_UP, ORDER, ADJUSTMENT]),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(moves, max_size=14),
    st.integers(1, 5),
    st.none() | st.just(ORDER),
    st.none() | st.booleans(),
)
def test_running_balances_are_prefix_sums_however_it_is_paged_and_filtered(
    work: UnitOfWork,
    history: list[tuple[int, str, str, TransactionKind]],
    size: int,
    kind: TransactionKind | None,
    income: bool | None,
) -> None:
    outer = work.connection.begin_nested()
    for amount, owner, currency, of_kind in history:
        move(work, amount, owner, of_kind, currency=currency)
    own = [(a, k) for a, owner, currency, k in history if (owner, currency) == (ADA, "USD")]
    sums = list(accumulate(a for a, _ in own))
    expected = [
        (amount, balance, of_kind)
        for (amount, of_kind), balance in zip(own, sums, strict=True)
        if amount != 0 and kind in {None, of_kind} and (income is None or income == (amount > 0))
    ]
    chosen = EntryFilter(kinds=None if kind is None else (kind,), income=income)
    listed: list[Entry] = []
    while True:
        page, total = work.statements.page(ADA, "USD", chosen, len(listed), size)
        assert total == len(expected)
        listed += page
        if not page:
            break
    assert [(one.amount, one.balance, one.kind) for one in reversed(listed)] == expected
    if sums and not kind and income is None and listed:
        assert listed[0].balance == work.ledger.balance(cash(ADA), "USD")
    outer.rollback()


def test_entries_are_filtered_and_what_moves_no_cash_is_none(work: UnitOfWork) -> None:
    move(work, 500, at=AT)
    move(work, -20, kind=ORDER, reference="2000", at=AT + 1)
    move(work, 7, at=AT + 2)
    move(work, 0, kind=ORDER, reference="2001", at=AT + 3)
    granted = (Posting(PROMOTIONS, -5), Posting(voucher(1), 5))
    kind = TransactionKind.VOUCHER_GRANT
    work.ledger.post(Transaction("grant", AT, kind, "USD", "Q-1", "", granted))

    def amounts(**chosen: object) -> list[int]:
        found, total = work.statements.page(ADA, "USD", EntryFilter(**chosen), 0, 10)
        assert total == len(found)
        return [one.amount for one in found]

    assert amounts() == [7, -20, 500]
    assert amounts(since=AT + 1) == [7, -20]
    assert amounts(until=AT + 1) == [-20, 500]
    assert amounts(kinds=(TOP_UP,)) == [7, 500]
    assert amounts(kinds=()) == []
    assert amounts(income=False) == [-20]
    assert amounts(reference="2000") == [-20]
    newest, _ = work.statements.page(ADA, "USD", ANY, 0, 1)
    assert amounts(before=newest[0].seq) == [-20, 500]
    assert amounts(seq=newest[0].seq) == [7]
    assert work.statements.page(ADA, "CNY", ANY, 0, 10) == ([], 0)
    assert work.statements.page(BOB, "USD", ANY, 0, 10) == ([], 0)


@given(st.integers(1, 10**14 - 1))
def test_a_number_stands_for_one_place_for_ever(seq: int) -> None:
    assert seq_of(number_of(seq)) == seq
    assert number_of(seq).isdigit()
    assert len(number_of(seq)) == 15


@pytest.mark.parametrize("text", ["", "4", "5" + "0" * 14, "4" + "0" * 13, "4" + "٣" * 14, "4-1"])
def test_what_is_no_number_stands_for_nothing(text: str) -> None:
    assert seq_of(text) is None


# --- what an operator does by hand ------------------------------------------------------------


@pytest.fixture
def ada(deployment: Deployment) -> Tenant:
    """An account with 100.00 and an e-mail address."""
    made = create_account(deployment, "ada", "ada@example.com").account
    credit(deployment, "ada", "100.00", "paid")
    return Tenant(deployment, made.id)


def entries(ada: Tenant) -> list[Entry]:
    with ada.deployment.database.read() as work:
        assert check_books(work.books) == []
        return list(work.statements.page(ada.account_id, "USD", ANY, 0, 100)[0])


def told(ada: Tenant) -> list[str]:
    with ada.deployment.database.read() as work:
        found, _ = work.letters.page(ada.account_id, 0, 100)
    return [one.letter.kind.value for one in found if one.letter.kind != "top_up"]


def test_money_goes_out_but_never_below_zero(ada: Tenant) -> None:
    with pytest.raises(Misuse, match=r"USD 100\.01 cannot be taken"):
        money.debit(ada.deployment, "ada", "100.01")
    assert money.debit(ada.deployment, "ada", "100.00", "back")[1] == 0
    assert next((e.amount, e.kind, e.note) for e in entries(ada)) == (-10_000, WITHDRAWAL, "back")
    with ada.deployment.database.read() as work:
        assert work.ledger.balance(FUNDS, "USD") == 0
    assert told(ada) == []


def test_a_balance_is_corrected_up_and_down_but_never_below_zero(ada: Tenant) -> None:
    assert money.correct(ada.deployment, "ada", "+5.00")[1] == 10_500
    assert money.correct(ada.deployment, "ada", "-105.00")[1] == 0
    with pytest.raises(Misuse, match="cannot be taken"):
        money.correct(ada.deployment, "ada", "-0.01")
    with ada.deployment.database.read() as work:
        assert work.ledger.balance(ADJUSTMENTS, "USD") == 10_000
    assert [e.kind for e in entries(ada)] == [ADJUSTMENT, ADJUSTMENT, TOP_UP]
    assert told(ada) == []


@pytest.mark.parametrize(("amount", "number"), [("", ""), ("1", "4" * 15), ("0", "")])
def test_a_correction_is_either_an_amount_or_a_reversal(
    ada: Tenant, amount: str, number: str
) -> None:
    with pytest.raises(Misuse):
        money.correct(ada.deployment, "ada", amount, number)
    assert len(entries(ada)) == 1


def test_a_reversal_is_the_exact_opposite_and_happens_once(ada: Tenant) -> None:
    (topped,) = entries(ada)
    assert money.correct(ada.deployment, "ada", reversed_=topped.number, note="twice")[1] == 0
    undone = entries(ada)[0]
    assert (undone.amount, undone.reference) == (-10_000, topped.number)
    with ada.deployment.database.read() as work:
        assert work.ledger.balance(FUNDS, "USD") == 0
        assert work.ledger.balance(ADJUSTMENTS, "USD") == 0
    with pytest.raises(Misuse, match="was reversed before"):
        money.correct(ada.deployment, "ada", reversed_=topped.number)
    assert money.correct(ada.deployment, "ada", reversed_=undone.number)[1] == 10_000
    with ada.deployment.database.read() as work:
        assert work.ledger.balance(FUNDS, "USD") == -10_000
    with pytest.raises(Misuse, match="was reversed before"):
        money.correct(ada.deployment, "ada", reversed_=undone.number)


def test_a_reversal_never_takes_a_balance_below_zero(ada: Tenant) -> None:
    (topped,) = entries(ada)
    money.debit(ada.deployment, "ada", "0.01")
    with pytest.raises(Misuse, match="cannot be taken"):
        money.correct(ada.deployment, "ada", reversed_=topped.number)


def test_only_what_an_operator_wrote_for_this_account_is_reversed(ada: Tenant) -> None:
    credit(ada.deployment, "ada", "900.00")
    ada.buy()
    bob = create_account(ada.deployment, "bob").account
    credit(ada.deployment, "bob", "1.00")
    of_order = next(e for e in entries(ada) if e.kind is ORDER)
    (of_bob,) = entries(Tenant(ada.deployment, bob.id))
    with pytest.raises(Misuse, match="no operator's"):
        money.correct(ada.deployment, "ada", reversed_=of_order.number)
    for number in (of_bob.number, number_of(10**9), "nonsense"):
        with pytest.raises(Misuse, match="has no entry"):
            money.correct(ada.deployment, "ada", reversed_=number)


def test_the_owner_is_told_once_for_each_fall_below_the_threshold(ada: Tenant) -> None:
    assert money.set_alert(ada.deployment, "ada", "50.00").alert_below == 5_000
    money.debit(ada.deployment, "ada", "50.00")
    assert told(ada) == []  # at the threshold is not below it
    money.correct(ada.deployment, "ada", "-0.01")
    money.debit(ada.deployment, "ada", "1.00")
    assert told(ada) == ["low_balance"]
    credit(ada.deployment, "ada", "500.00")
    ada.buy()
    assert told(ada).count("low_balance") == 2
    credit(ada.deployment, "ada", "100.00")
    assert money.set_alert(ada.deployment, "ada", "off").alert_below is None
    money.debit(ada.deployment, "ada", "100.00")
    assert told(ada).count("low_balance") == 2
    with pytest.raises(Misuse, match="more than"):
        money.set_alert(ada.deployment, "ada", "0")
