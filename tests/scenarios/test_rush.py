"""Many at once on PostgreSQL: no balance below zero, no order twice, one outcome. rules.md 4, 7."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from keylease.app import vouchers
from keylease.app.deployment import Deployment, open_deployment
from keylease.app.settings import read_settings
from keylease.billing.ledger.check import check_books
from keylease.billing.ledger.model import SALES, cash
from keylease.billing.orders.model import Order, OrderFilter
from keylease.billing.wallet.statement import EntryFilter
from keylease.core.errors import Code, Collision, Misuse, Refusal
from keylease.lifecycle import refund, renewal, tickets
from keylease.lifecycle.tickets import Decision
from keylease.storage.unit_of_work import UnitOfWork
from machine import HeldMachine
from postgres import PostgresServer
from product import Customer, Product, serving
from scenarios.rushing import rush
from unit.lifecycle.tenant import Tenant

CLOCK = "test=2026-01-31T10:00:00+08:00"
AT_ONCE = 50
PRICE = 50_000


@pytest.fixture(scope="module")
def product(
    postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Product]:
    """Four serving processes on one PostgreSQL; the clock stands still."""
    data = tmp_path_factory.mktemp("rush") / "data"
    url = postgres.create_database()
    with serving(data, "--clock", CLOCK, "--workers", "4", database=url) as served:
        served.cli("clock", "freeze")
        yield served
        assert served.cli("books", "check") == {"findings": []}


def balances(product: Product, customer: Customer) -> list[str]:
    """The balance after each transaction, newest first."""
    return [one["balance"] for one in product.cli("account", "transactions", customer.name)]


@pytest.mark.long
def test_fifty_orders_at_once_spend_a_balance_once(product: Product) -> None:
    ada = product.customer("ada", "5000.00")
    answers = rush([lambda: ada.buy(1)] * AT_ONCE)
    assert answers == {"done": 10, "PAY.INSUFFICIENT_BALANCE": 40}
    assert balances(product, ada) == [f"{left}.00" for left in range(0, 5_001, 500)]


@pytest.mark.long
def test_fifty_orders_at_once_spend_a_voucher_once(product: Product) -> None:
    bob = product.customer("bob", "700.00")
    granted = product.cli("voucher", "grant", "bob", "800.00", "--until", "1d")
    answers = rush([lambda: bob.buy(1)] * AT_ONCE)
    # 500 by voucher; then 300 by voucher and 200; then 500 from the balance, and nothing is left
    assert answers == {"done": 3, "PAY.INSUFFICIENT_BALANCE": 47}
    assert balances(product, bob) == ["0.00", "500.00", "700.00"]
    (left,) = product.cli("voucher", "list", "--account", "bob")
    assert (left["number"], left["balance"]) == (granted["number"], "0.00")


@pytest.mark.long
def test_the_same_token_fifty_times_makes_one_order(product: Product) -> None:
    eve = product.customer("eve", "5000.00")
    made: list[str] = []
    answers = rush([lambda: made.append(eve.buy(1, token="one-token")["OrderId"])] * AT_ONCE)
    assert answers == {"done": AT_ONCE}
    assert len(set(made)) == 1
    assert balances(product, eve) == ["4500.00", "5000.00"]


# --- refunds against everything else, each side with connections of its own --------------------


@pytest.fixture(scope="module")
def pair(
    postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Deployment, Deployment]]:
    """Two deployments on one PostgreSQL, with one seal and clocks that stand still."""
    url = postgres.create_database()
    data: Path = tmp_path_factory.mktemp("pair") / "data"
    settings = read_settings({"data": str(data), "database": url}, {})
    machine = HeldMachine()
    with (
        closing(
            open_deployment(settings, clock=CLOCK, may_initialise=True, machine=machine)
        ) as first,
        closing(open_deployment(settings, machine=machine)) as second,
    ):
        yield first, second


Act = Callable[[UnitOfWork], object]


def meet(pair: tuple[Deployment, Deployment], *acts: Act) -> list[str]:
    """What comes of acts that begin at the same moment, each in a transaction; in their order."""
    ready = threading.Barrier(len(acts))

    def one(number: int) -> str:
        ready.wait(60)
        while True:
            try:
                with pair[number % 2].database.begin() as work:
                    acts[number](work)
            except Refusal as refused:
                return refused.code.value
            except Misuse as misuse:
                return str(misuse)
            except Collision:
                continue  # as the door does
            return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, range(len(acts))))


def state(deployment: Deployment, tenant: Tenant) -> tuple[int, list[Order]]:
    """The balance, and the orders; after the books were found in order."""
    with deployment.database.read() as work:
        assert check_books(work.books) == []
        found, _ = work.orders.page(tenant.account_id, OrderFilter(), 0, 100, work.now)
        return work.ledger.balance(cash(tenant.account_id), "USD"), list(found)


ROUNDS = 12


def test_a_refund_and_a_renewal_at_the_same_moment_leave_one_outcome(
    pair: tuple[Deployment, Deployment],
) -> None:
    here, there = pair
    for _ in range(ROUNDS):
        ada = Tenant.arrive(here, 2 * PRICE)
        instance = ada.buy()

        def leave(work: UnitOfWork, ada: Tenant = ada, instance: str = instance) -> None:
            refund.unsubscribe(work, ada.account_id, instance)

        def renew(work: UnitOfWork, ada: Tenant = ada, instance: str = instance) -> None:
            renewal.renew(work, ada.account_id, instance, 1)

        left, renewed = meet(pair, leave, renew)
        balance, orders = state(there, ada)
        kept = 2 * PRICE - round(PRICE / 28)  # one of 28 days is used, whoever came first
        assert (left, balance) == ("done", kept)
        assert ada.instance(instance) is None
        assert renewed in {"done", Code.RESOURCE_NOT_EXISTS}
        assert len(orders) == (3 if renewed == "done" else 2)


def test_an_order_comes_back_once_however_many_ways_are_tried_at_once(
    pair: tuple[Deployment, Deployment],
) -> None:
    here, there = pair
    for _ in range(ROUNDS):
        ada = Tenant.arrive(here, PRICE)
        instance = ada.buy()
        with here.database.begin() as work:
            order = work.orders.of_instance(instance)[0].id
            opened = [
                tickets.open_ticket(work, ada.account_id, "all of it", order_id=order).id
                for _ in range(3)
            ]

        def grant(ticket: str) -> Act:
            return lambda work: tickets.approve(work, ticket, Decision(PRICE))

        def leave(work: UnitOfWork, ada: Tenant = ada, instance: str = instance) -> None:
            refund.unsubscribe(work, ada.account_id, instance)

        answers = meet(pair, *(grant(one) for one in opened), leave)
        assert answers.count("done") == 1
        balance, _ = state(there, ada)
        assert balance == (PRICE if "done" in answers[:3] else PRICE - round(PRICE / 28))


def test_a_voucher_is_spent_or_cancelled_but_not_both(
    pair: tuple[Deployment, Deployment],
) -> None:
    here, there = pair
    for _ in range(ROUNDS):
        ada = Tenant.arrive(here, 0)
        made = vouchers.grant(here, ada.account_id, "500.00", "1d")
        seen: list[str] = []

        def buy(ada: Tenant = ada, seen: list[str] = seen) -> None:
            try:
                Tenant(there, ada.account_id).buy()
            except Refusal as refused:
                seen.append(refused.code.value)

        def cancel(number: str = made.number) -> None:
            vouchers.cancel(here, number)

        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(buy), pool.submit(cancel)]:
                done.result(60)
        with there.database.read() as work:
            assert work.vouchers.find_many([made.id])[0][1] == 0
            assert work.statements.page(ada.account_id, "USD", EntryFilter(), 0, 1) == ([], 0)
        _, orders = state(there, ada)
        assert len(orders) == (0 if seen else 1)
        assert set(seen) <= {Code.INSUFFICIENT_BALANCE.value}
    with there.database.read() as work:
        assert work.ledger.balance(SALES, "USD") > 0
