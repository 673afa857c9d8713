"""Orders that wait to be paid: until when, for how much, and what cannot be done meanwhile.

Source: rules.md 4. Prices and terms: a software instance is 500.00 a month in the default book.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from keylease.app import clock
from keylease.app.deployment import Deployment
from keylease.billing.catalog import default_price_book_text
from keylease.billing.ledger.model import cash
from keylease.billing.orders.model import Order, OrderFilter
from keylease.billing.orders.placing import Offer
from keylease.billing.orders.states import PaymentStatus
from keylease.core.clock import local, parse_iso
from keylease.core.errors import Code, Refusal
from keylease.lifecycle import ordering, purchase, refund, renewal, upgrade
from keylease.lifecycle.ordering import ORDER_DEADLINE
from keylease.lifecycle.purchase import Purchase
from keylease.lifecycle.work import Work
from machine import HeldMachine
from postgres import PostgresServer
from unit.lifecycle.tenant import Tenant, beat, run_due

WAITS = 30 * 60
MONTH = 500_00


@pytest.fixture
def machine() -> HeldMachine:
    return HeldMachine(float(parse_iso("2026-01-31T10:00:00+08:00")))


@pytest.fixture
def deployment(make_deployment: Callable[..., Deployment], machine: HeldMachine) -> Deployment:
    """Real time: nothing runs unless a test runs it."""
    opened = make_deployment(clock="real", machine=machine)
    beat(opened)
    return opened


@pytest.fixture
def ada(deployment: Deployment) -> Tenant:
    return Tenant.arrive(deployment, 10 * MONTH)


def place(tenant: Tenant, make: Callable[[Work], Offer], shown: int | None = None) -> Order:
    with tenant.deployment.database.begin() as work:
        return ordering.place(work, make(work), 0, shown)


def new(tenant: Tenant, months: int = 1, shown: int | None = None) -> Order:
    asked = Purchase("kms_ddi_public_intl", months, {})

    def make(work: Work) -> Offer:
        return purchase.offer(work, work.accounts.lock(tenant.account_id), "cn-hangzhou", asked)

    return place(tenant, make, shown)


def more_time(tenant: Tenant, instance_id: str, months: int = 1) -> Order:
    def make(work: Work) -> Offer:
        account = work.accounts.lock(tenant.account_id)
        instance = renewal.owned(work, tenant.account_id, instance_id)
        return renewal.offer(work, account, instance, months)

    return place(tenant, make)


def more_keys(tenant: Tenant, instance_id: str, parameters: Mapping[str, str]) -> Order:
    def make(work: Work) -> Offer:
        account = work.accounts.lock(tenant.account_id)
        instance = renewal.owned(work, tenant.account_id, instance_id)
        return upgrade.offer(work, account, instance, parameters)

    return place(tenant, make)


def pay(tenant: Tenant, order: Order) -> None:
    with tenant.deployment.database.begin() as work:
        ordering.pay_order(work, tenant.account_id, order.id)


def stored(tenant: Tenant, order: Order) -> Order:
    with tenant.deployment.database.read() as work:
        found = work.orders.find(order.id)
    assert found is not None
    return found


def balance(tenant: Tenant) -> int:
    with tenant.deployment.database.read() as work:
        return work.ledger.balance(cash(tenant.account_id), "USD")


def all_orders(tenant: Tenant, status: str | None = None) -> list[str]:
    with tenant.deployment.database.read() as work:
        chosen = OrderFilter(status=status)
        found, _ = work.orders.page(tenant.account_id, chosen, 0, 100, work.now)
    return [one.id for one in found]


def code_of(call: Callable[[], object]) -> Code:
    with pytest.raises(Refusal) as caught:
        call()
    return caught.value.code


def double_prices(deployment: Deployment) -> None:
    dearer = default_price_book_text().replace('USD = "500.00"', 'USD = "1000.00"')
    assert dearer != default_price_book_text()
    with deployment.database.begin() as work:
        work.price_books.add(dearer)


# --- amounts and terms ----------------------------------------------------------------------------


def test_making_an_order_moves_no_money_and_makes_no_instance(ada: Tenant) -> None:
    order = new(ada)
    assert order.status is PaymentStatus.UNPAID
    assert balance(ada) == 10 * MONTH
    assert ada.instance(order.instance_id) is None
    assert ada.letters(order.instance_id) == []


def test_amounts_are_fixed_when_the_order_is_made(deployment: Deployment, ada: Tenant) -> None:
    order = new(ada)
    double_prices(deployment)
    pay(ada, order)
    assert (order.list_amount, order.payable_amount) == (MONTH, MONTH)
    assert stored(ada, order).payable_amount == MONTH
    assert balance(ada) == 9 * MONTH


def test_the_term_runs_from_the_moment_of_payment(machine: HeldMachine, ada: Tenant) -> None:
    machine.advance(parse_iso("2026-02-27T23:45:00+08:00") - machine.wall())
    order = new(ada)
    machine.advance(20 * 60)  # past midnight: another anchor
    pay(ada, order)
    instance = ada.instance(order.instance_id)
    assert instance is not None
    assert instance.term_start == parse_iso("2026-02-28T00:05:00+08:00")
    assert instance.end == parse_iso("2026-03-29T00:00:00+08:00")


def test_an_upgrade_costs_what_it_cost_when_it_was_ordered(
    machine: HeldMachine, ada: Tenant
) -> None:
    one = ada.buy()
    order = more_keys(ada, one, {"KeyNum": "2000"})
    before = balance(ada)
    machine.advance(WAITS - 1)
    pay(ada, order)
    assert balance(ada) == before - order.payable_amount
    instance = ada.instance(one)
    assert instance is not None
    assert instance.capacity.keys == 2000


def test_a_price_other_than_the_one_shown_is_refused_with_the_new_price(
    deployment: Deployment, ada: Tenant
) -> None:
    double_prices(deployment)
    with pytest.raises(Refusal, match=r"USD 1,000\.00 now") as caught:
        new(ada, shown=MONTH)
    assert caught.value.code is Code.INVALID_PARAMETER
    assert all_orders(ada) == []
    assert new(ada, shown=2 * MONTH).payable_amount == 2 * MONTH


def test_who_lacks_the_money_can_top_up_and_pay_the_same_order(deployment: Deployment) -> None:
    poor = Tenant.arrive(deployment, MONTH)
    order = new(poor, months=2)
    assert code_of(lambda: pay(poor, order)) is Code.INSUFFICIENT_BALANCE
    assert stored(poor, order) == order
    assert balance(poor) == MONTH
    cheaper = new(poor)
    pay(poor, cheaper)
    assert balance(poor) == 0
    assert stored(poor, order).status is PaymentStatus.UNPAID


def test_a_purchase_that_cannot_be_paid_at_once_leaves_no_order(deployment: Deployment) -> None:
    """Also where the refusal does not end the transaction: an automatic renewal."""
    poor = Tenant.arrive(deployment, MONTH)
    one = poor.buy(mode="AutoRenewal")
    clock_to(poor, "2026-02-25T08:00:00")
    assert [kind for kind, _ in poor.letters(one, "auto_renewal_failed")] != []
    assert len(all_orders(poor)) == 1


def clock_to(tenant: Tenant, moment: str) -> None:
    """Let real time pass until a moment and carry out what is due."""
    machine = tenant.deployment.machine
    assert isinstance(machine, HeldMachine)
    machine.advance(parse_iso(f"{moment}+08:00") - machine.wall())
    run_due(tenant.deployment)


# --- until when -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("waited", "payable"), [(WAITS - 1, True), (WAITS, False)])
def test_an_order_lapses_at_exactly_30_minutes_though_no_job_ran(
    machine: HeldMachine, ada: Tenant, waited: int, payable: bool
) -> None:
    order = new(ada)
    machine.advance(waited)
    assert all_orders(ada, "Unpaid") == [order.id] * payable
    assert all_orders(ada, "Cancelled") == [order.id] * (not payable)
    if payable:
        pay(ada, order)
        assert all_orders(ada, "Paid") == [order.id]
    else:
        assert code_of(lambda: pay(ada, order)) is Code.RESOURCE_STATUS
        assert code_of(lambda: cancel(ada, order)) is Code.RESOURCE_STATUS
        assert balance(ada) == 10 * MONTH


def cancel(tenant: Tenant, order: Order) -> None:
    with tenant.deployment.database.begin() as work:
        ordering.cancel_order(work, tenant.account_id, order.id)


def test_the_deadline_writes_down_that_it_is_cancelled(
    deployment: Deployment, machine: HeldMachine, ada: Tenant
) -> None:
    order, paid = new(ada), new(ada)
    pay(ada, paid)
    assert len(ada.agenda(order.id, "pending")) == 1
    machine.advance(WAITS)
    run_due(deployment)
    assert stored(ada, order).status is PaymentStatus.CANCELLED
    assert stored(ada, paid).status is PaymentStatus.PAID


def test_what_was_paid_or_cancelled_has_no_deadline_any_more(ada: Tenant) -> None:
    paid, cancelled = new(ada), new(ada)
    pay(ada, paid)
    cancel(ada, cancelled)
    assert [ada.agenda(one.id, "pending") for one in (paid, cancelled)] == [[], []]
    assert [kind for kind, _ in ada.agenda(paid.id, "void")] == [ORDER_DEADLINE]


def test_a_paid_order_is_not_paid_again_and_not_cancelled(ada: Tenant) -> None:
    order = new(ada)
    pay(ada, order)
    assert code_of(lambda: pay(ada, order)) is Code.RESOURCE_STATUS
    assert code_of(lambda: cancel(ada, order)) is Code.RESOURCE_STATUS
    assert balance(ada) == 9 * MONTH


@pytest.mark.parametrize(
    ("made", "over"),
    [
        ("2026-02-28T23:45:00", "2026-03-01T00:00:00"),  # it expires
        ("2026-03-15T23:45:00", "2026-03-16T00:00:00"),  # it is released
    ],
)
def test_an_order_is_void_as_soon_as_its_instance_changes_phase(
    machine: HeldMachine, ada: Tenant, made: str, over: str
) -> None:
    one = ada.buy()
    machine.advance(parse_iso(f"{made}+08:00") - machine.wall())
    order = more_time(ada, one)
    assert order.pay_until == parse_iso(f"{over}+08:00")
    machine.advance(15 * 60 - 1)
    assert all_orders(ada, "Unpaid") == [order.id]
    machine.advance(1)
    assert code_of(lambda: pay(ada, order)) is Code.RESOURCE_STATUS
    assert all_orders(ada, "Unpaid") == []


def test_a_void_order_does_not_stand_in_the_way_of_another_one(
    machine: HeldMachine, ada: Tenant
) -> None:
    one = ada.buy()
    machine.advance(parse_iso("2026-02-28T23:45:00+08:00") - machine.wall())
    void = more_time(ada, one)
    machine.advance(16 * 60)  # expired for a minute
    ada.renew(one)  # runs again, in the phase in which the order was made
    assert code_of(lambda: pay(ada, void)) is Code.RESOURCE_STATUS
    instance = ada.instance(one)
    assert instance is not None
    assert instance.end == parse_iso("2026-04-02T00:00:00+08:00")


def test_an_attempt_to_renew_automatically_cancels_what_waits(
    machine: HeldMachine, ada: Tenant
) -> None:
    one = ada.buy(mode="AutoRenewal")
    machine.advance(parse_iso("2026-02-25T07:45:00+08:00") - machine.wall())
    order = more_time(ada, one, 6)
    clock_to(ada, "2026-02-25T08:00:00")
    assert stored(ada, order).status is PaymentStatus.CANCELLED
    assert code_of(lambda: pay(ada, order)) is Code.RESOURCE_STATUS
    instance = ada.instance(one)
    assert instance is not None
    assert f"{local(instance.end):%Y-%m-%d}" == "2026-04-01"


# --- what cannot be done meanwhile ----------------------------------------------------------------


def test_while_an_order_waits_its_instance_is_left_as_it_is(
    deployment: Deployment, ada: Tenant
) -> None:
    one, other = ada.buy(), ada.buy()
    order = more_time(ada, one)

    def within(act: Callable[[Work], object]) -> Callable[[], object]:
        def call() -> object:
            with deployment.database.begin() as work:
                return act(work)

        return call

    mine = ada.account_id
    refused: dict[str, Callable[[], object]] = {
        "renew": lambda: ada.renew(one),
        "renew changed": within(
            lambda work: renewal.renew_changed(work, mine, one, 1, {"KeyNum": "2000"})
        ),
        "upgrade": within(lambda work: upgrade.upgrade(work, mine, one, {"KeyNum": "2000"})),
        "unsubscribe": within(lambda work: refund.unsubscribe(work, mine, one)),
        "order": lambda: more_time(ada, one),
        "order an upgrade": lambda: more_keys(ada, one, {"KeyNum": "2000"}),
    }
    assert {name: code_of(call) for name, call in refused.items()} == dict.fromkeys(
        refused, Code.ORDER_CONFLICT
    )
    ada.renew(other)
    cancel(ada, order)
    ada.renew(one)


def test_a_renewal_that_waits_keeps_a_pending_one_from_being_cancelled(
    deployment: Deployment, ada: Tenant
) -> None:
    one = ada.buy()
    with deployment.database.begin() as work:
        pending = renewal.renew(work, ada.account_id, one, 1).order_id
    more_time(ada, one)

    def cancel_renewal() -> None:
        with deployment.database.begin() as work:
            refund.cancel_renewal(work, ada.account_id, one, pending)

    assert code_of(cancel_renewal) is Code.ORDER_CONFLICT


def test_another_accounts_order_answers_like_an_unknown_one(
    deployment: Deployment, ada: Tenant
) -> None:
    order = new(ada)
    eve = Tenant.arrive(deployment)
    for account, order_id in ((eve.account_id, order.id), (ada.account_id, "200000000000000")):
        with deployment.database.begin() as work:
            with pytest.raises(Refusal) as paying:
                ordering.pay_order(work, account, order_id)
            with pytest.raises(Refusal) as cancelling:
                ordering.cancel_order(work, account, order_id)
        for caught in (paying, cancelling):
            assert caught.value.code is Code.RESOURCE_NOT_EXISTS
            assert caught.value.message == renewal.not_exists().message
    assert stored(ada, order).status is PaymentStatus.UNPAID


# --- two at once ----------------------------------------------------------------------------------


def test_two_payments_at_once_pay_once(
    make_deployment: Callable[..., Deployment], postgres: PostgresServer
) -> None:
    """On PostgreSQL, where two transactions really run side by side."""
    url = postgres.create_database()
    opened = make_deployment(url)
    clock.freeze(opened)
    tenant = Tenant.arrive(opened, 10 * MONTH)
    order = new(tenant)
    start = Barrier(4)

    def try_it(_: int) -> str:
        start.wait(10)
        try:
            pay(tenant, order)
        except Refusal as refusal:
            return refusal.code.value
        return "paid"

    with ThreadPoolExecutor(4) as payers:
        outcomes = sorted(payers.map(try_it, range(4)))
    assert outcomes == [*["ResourceStatusError"] * 3, "paid"]
    assert balance(tenant) == 9 * MONTH
    assert tenant.letters(order.instance_id, "purchase") == [("purchase", "2026-01-31 10:00")]
