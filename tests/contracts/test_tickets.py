"""Tickets from the reason to the decision, the same on both engines. rules.md 7."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from keylease.app.deployment import Deployment
from keylease.billing.ledger.check import check_books
from keylease.billing.ledger.model import cash
from keylease.billing.orders.model import Order
from keylease.billing.tickets.model import (
    UNDECIDED_MAX,
    Author,
    Ticket,
    TicketFilter,
    TicketMessage,
)
from keylease.billing.tickets.states import TicketState
from keylease.billing.wallet.vouchers import Grant, VoucherScope
from keylease.core.clock import DAY
from keylease.core.errors import Code, Misuse, Refusal
from keylease.lifecycle import tickets
from keylease.lifecycle.tickets import Decision
from keylease.lifecycle.vouchers import grant_voucher
from keylease.storage.unit_of_work import UnitOfWork
from machine import HeldMachine
from unit.lifecycle.tenant import Tenant

MONEY = 200_000


@pytest.fixture
def ada(deployment: Deployment) -> Tenant:
    return Tenant.arrive(deployment, MONEY)


@pytest.fixture
def instance(ada: Tenant) -> str:
    return ada.buy()


def order_of(ada: Tenant, instance_id: str) -> Order:
    with ada.deployment.database.read() as work:
        return work.orders.of_instance(instance_id)[-1]


def opened(ada: Tenant, **about: str) -> Ticket:
    with ada.deployment.database.begin() as work:
        return tickets.open_ticket(work, ada.account_id, "请退款", **about)


def approved(ada: Tenant, ticket: Ticket, amount: int | None = None, **given: bool) -> Ticket:
    with ada.deployment.database.begin() as work:
        return tickets.approve(work, ticket.id, Decision(amount, **given))


def pass_(ada: Tenant, seconds: int) -> None:
    machine = ada.deployment.database.services.machine
    assert isinstance(machine, HeldMachine)
    machine.advance(seconds)


def balance(ada: Tenant) -> int:
    with ada.deployment.database.read() as work:
        assert check_books(work.books) == []
        return work.ledger.balance(cash(ada.account_id), "USD")


def told(ada: Tenant, *kinds: str) -> list[str]:
    with ada.deployment.database.read() as work:
        found, _ = work.letters.page(ada.account_id, 0, 100)
    return [one.letter.subject for one in found if one.letter.kind in kinds]


# --- the store ----------------------------------------------------------------------------------


def test_a_ticket_is_found_and_changed_with_every_field(work: UnitOfWork) -> None:
    made = Ticket("T1", "1", "kst-1", "2", "因为\n…", TicketState.OPEN, 5, 6, "")
    work.tickets.add(made)
    assert work.tickets.find("T1") == made
    assert work.tickets.find("T2") is None
    changed = replace(made, state=TicketState.APPROVED, changed_at=9, refund_order_id="3")
    work.tickets.update(changed)
    assert work.tickets.find("T1", lock=True) == changed


def test_messages_come_in_order(work: UnitOfWork) -> None:
    written = [
        TicketMessage("T1", 1, Author.OPERATOR, "who?", 5),
        TicketMessage("T1", 2, Author.CUSTOMER, "我", 6),
    ]
    for one in reversed(written):
        work.tickets.add_message(one)
    work.tickets.add_message(TicketMessage("T2", 1, Author.CUSTOMER, "other", 6))
    assert work.tickets.messages("T1") == written


def test_tickets_are_listed_newest_first_by_owner_and_state(work: UnitOfWork) -> None:
    states = [TicketState.OPEN, TicketState.ANSWERED, TicketState.REFUSED, TicketState.OPEN]
    for number, state in enumerate(states):
        owner = "8" if number == 3 else "9"
        work.tickets.add(Ticket(f"T{number}", owner, "", "", "x", state, number, number))

    def listed(chosen: TicketFilter, offset: int = 0, limit: int = 9) -> tuple[list[str], int]:
        found, total = work.tickets.page(chosen, offset, limit)
        return [one.id for one in found], total

    assert listed(TicketFilter("9")) == (["T2", "T1", "T0"], 3)
    assert listed(TicketFilter("9"), 1, 1) == (["T1"], 3)
    assert listed(TicketFilter("9", (TicketState.OPEN,))) == (["T0"], 1)
    assert listed(TicketFilter(states=(TicketState.OPEN,))) == (["T3", "T0"], 2)


# --- customers ----------------------------------------------------------------------------------


def test_a_ticket_talks_until_it_is_decided(ada: Tenant) -> None:
    ticket = opened(ada)
    database = ada.deployment.database
    with database.begin() as work:
        assert tickets.answer(work, ticket.id, "哪个？").state is TicketState.ANSWERED
    with database.begin() as work:
        assert tickets.reply(work, ada.account_id, ticket.id, "这个").state is TicketState.OPEN
    with database.begin() as work:
        assert tickets.answer(work, ticket.id, "好").state is TicketState.ANSWERED
    with database.begin() as work:
        assert tickets.refuse(work, ticket.id, "不行").state is TicketState.REFUSED
        written = [(m.position, m.author.value, m.text) for m in work.tickets.messages(ticket.id)]
    assert written == [
        (1, "operator", "哪个？"),
        (2, "customer", "这个"),
        (3, "operator", "好"),
        (4, "operator", "不行"),
    ]
    assert told(ada, "ticket") == [
        f"Your ticket {ticket.id} was answered",
        f"Your ticket {ticket.id} was answered",
        f"Your ticket {ticket.id} was refused",
    ]
    with pytest.raises(Refusal) as refused, database.begin() as work:
        tickets.reply(work, ada.account_id, ticket.id, "doch")
    assert refused.value.code is Code.RESOURCE_STATUS


def test_what_belongs_to_somebody_else_answers_like_what_nobody_has(
    ada: Tenant, instance: str
) -> None:
    order, ticket = order_of(ada, instance).id, opened(ada, instance_id=instance)
    eve = Tenant.arrive(ada.deployment, 0)

    def answered(call: Callable[[UnitOfWork], object]) -> tuple[str, str]:
        with pytest.raises(Refusal) as refused, ada.deployment.database.begin() as work:
            call(work)
        assert refused.value.code is Code.RESOURCE_NOT_EXISTS
        return refused.value.code, refused.value.message

    def opening(**about: str) -> Callable[[UnitOfWork], object]:
        return lambda work: tickets.open_ticket(work, eve.account_id, "?", **about)

    assert answered(opening(instance_id=instance)) == answered(opening(instance_id="kst-hzz1"))
    assert answered(opening(order_id=order)) == answered(opening(order_id="29"))
    for act in (tickets.close, tickets.owned_ticket):
        foreign = answered(lambda w, act=act: act(w, eve.account_id, ticket.id))
        assert foreign == answered(lambda w, act=act: act(w, eve.account_id, "T0"))
    foreign = answered(lambda w: tickets.reply(w, eve.account_id, ticket.id, "mine"))
    assert foreign == answered(lambda w: tickets.reply(w, eve.account_id, "T0", "mine"))
    with ada.deployment.database.read() as work:
        assert work.tickets.find(ticket.id) == ticket
        assert work.tickets.page(TicketFilter(eve.account_id), 0, 1) == ([], 0)


def test_at_most_so_many_tickets_wait_at_once(ada: Tenant) -> None:
    made = [opened(ada) for _ in range(UNDECIDED_MAX)]
    with pytest.raises(Refusal) as refused:
        opened(ada)
    assert refused.value.code is Code.LIMIT_EXCEEDED
    opened(Tenant.arrive(ada.deployment, 0))
    with ada.deployment.database.begin() as work:
        tickets.close(work, ada.account_id, made[0].id)
    assert opened(ada).state is TicketState.OPEN


def test_a_ticket_about_an_order_is_about_its_instance(ada: Tenant, instance: str) -> None:
    other = ada.buy()
    order = order_of(ada, instance).id
    assert opened(ada, order_id=order).instance_id == instance
    assert opened(ada, order_id=order, instance_id=instance).order_id == order
    with pytest.raises(Refusal, match="is not about"):
        opened(ada, order_id=order, instance_id=other)


# --- decisions ----------------------------------------------------------------------------------


def test_an_amount_comes_back_once_and_never_more_than_was_paid(ada: Tenant, instance: str) -> None:
    order = order_of(ada, instance)
    first, second = (opened(ada, order_id=order.id) for _ in range(2))
    with pytest.raises(Misuse, match=r"at most USD 500\.00"):
        approved(ada, first, 50_001)
    for wrong in (0, -1):
        with pytest.raises(Misuse):
            approved(ada, first, wrong)
    done = approved(ada, first, 20_000)
    assert balance(ada) == MONEY - 50_000 + 20_000
    with pytest.raises(Misuse, match=r"at most USD 300\.00"):
        approved(ada, second, 30_001)
    approved(ada, second, 30_000)
    assert balance(ada) == MONEY
    assert ada.instance(instance) is not None
    with ada.deployment.database.read() as work:
        (line,) = work.orders.refund_lines(done.refund_order_id)
        assert (line.order_id, line.amount, line.cash) == (order.id, 20_000, 50_000)
        assert [t.state.value for t in work.tickets.page(TicketFilter(), 0, 9)[0]] == [
            "approved",
            "approved",
        ]
    assert len(told(ada, "refund")) == 2
    assert len(told(ada, "ticket")) == 2


def test_a_refused_approval_changes_nothing(ada: Tenant, instance: str) -> None:
    ticket = opened(ada, order_id=order_of(ada, instance).id)
    with pytest.raises(Misuse):
        approved(ada, ticket, 10**9, unsubscribe=True)
    assert balance(ada) == MONEY - 50_000
    assert ada.instance(instance) is not None
    with ada.deployment.database.read() as work:
        assert work.tickets.find(ticket.id) == ticket


def test_unsubscribing_gives_what_self_service_would(ada: Tenant, instance: str) -> None:
    ada.renew(instance)
    pass_(ada, 3 * DAY)
    approved(ada, opened(ada, instance_id=instance), unsubscribe=True)
    # 500.00 for 28 days (31 January to 28 February), 3 of them used; the renewal comes back whole
    assert balance(ada) == MONEY - 50_000 + (50_000 - 5_357)
    assert ada.instance(instance) is None
    assert [kind for kind, _ in ada.letters(instance)][-2:] == ["refund", "released"]


def test_what_would_give_nothing_back_is_released_all_the_same(ada: Tenant) -> None:
    with ada.deployment.database.begin() as work:
        account = work.accounts.lock(ada.account_id)
        wanted = Grant(50_000, VoucherScope.ALL, 0, work.now, work.now + DAY)
        made = grant_voucher(work, account, wanted)
    instance = ada.buy()
    done = approved(ada, opened(ada, instance_id=instance), unsubscribe=True)
    assert (balance(ada), done.refund_order_id) == (MONEY, "")
    assert ada.instance(instance) is None
    assert told(ada, "refund") == []
    with ada.deployment.database.read() as work:  # what a voucher paid never comes back
        assert work.vouchers.find_many([made.id])[0][1] == 0


def test_the_decided_amount_stands_in_place_of_the_rules(ada: Tenant, instance: str) -> None:
    order = order_of(ada, instance)
    ada.renew(instance)
    approved(ada, opened(ada, order_id=order.id), 12_345, unsubscribe=True)
    assert balance(ada) == MONEY - 50_000 + 12_345  # and the renewal's 500.00
    assert ada.instance(instance) is None


def test_an_expired_instance_can_be_given_up(ada: Tenant, instance: str) -> None:
    order = order_of(ada, instance)
    found = ada.instance(instance)
    assert found is not None
    with ada.deployment.database.read() as work:
        pass_(ada, found.end - work.now)
    approved(ada, opened(ada, order_id=order.id), 100, unsubscribe=True)
    assert balance(ada) == MONEY - 50_000 + 100
    assert ada.instance(instance) is None


def test_money_can_come_back_for_what_is_released(ada: Tenant, instance: str) -> None:
    order = order_of(ada, instance)
    approved(ada, opened(ada, instance_id=instance), unsubscribe=True)
    before = balance(ada)
    with ada.deployment.database.read() as work:
        left = order.cash - work.orders.refunded([order.id])[order.id]
    late = opened(ada, order_id=order.id)
    assert late.instance_id == instance
    approved(ada, late, left)
    assert balance(ada) == before + left == MONEY
    with pytest.raises(Misuse, match="still there"):
        approved(ada, opened(ada, order_id=order.id), unsubscribe=True)
    with pytest.raises(Misuse, match=r"at most USD 0\.00"):
        approved(ada, opened(ada, order_id=order.id), 1)


def test_what_is_protected_is_not_released(ada: Tenant, instance: str) -> None:
    ticket = opened(ada, instance_id=instance)
    with ada.deployment.database.begin() as work:
        found = work.instances.find(instance, lock=True)
        assert found is not None
        work.instances.update(replace(found, deletion_protection=True))
    with pytest.raises(Refusal, match="protection"):
        approved(ada, ticket, unsubscribe=True)
    assert ada.instance(instance) is not None


def test_without_an_order_no_amount_and_without_an_instance_no_end(ada: Tenant) -> None:
    ticket = opened(ada)
    with pytest.raises(Misuse, match="names no order"):
        approved(ada, ticket, 1)
    with pytest.raises(Misuse, match="no instance"):
        approved(ada, ticket, unsubscribe=True)
    assert approved(ada, ticket).refund_order_id == ""
    with pytest.raises(Refusal), ada.deployment.database.begin() as work:
        tickets.refuse(work, ticket.id, "after all")
    with pytest.raises(Misuse, match="There is no ticket"), ada.deployment.database.begin() as work:
        tickets.answer(work, "T0", "?")
