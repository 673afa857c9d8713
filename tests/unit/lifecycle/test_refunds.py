"""The edges of upgrades, refunds and cancelled renewals, on the stores but without a server.

Source: rules.md 4 to 7. Moments are UTC+8; every place starts at 2026-01-31 10:00:00, and its clock
stands still unless a test moves it. The small edition costs 500.00 a month.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from conftest import MakeDeployment
from keylease.app import clock
from keylease.app.deployment import Deployment, open_deployment
from keylease.app.settings import read_settings
from keylease.billing.orders.model import OrderType
from keylease.billing.refunds.quote import RefundQuote
from keylease.core.clock import DAY, parse_iso
from keylease.core.errors import Refusal
from keylease.core.terms import NEVER, Phase
from keylease.lifecycle import ordering, refund, upgrade
from keylease.storage import schema
from machine import HeldMachine
from unit.lifecycle.buyer import Buyer
from unit.lifecycle.tenant import RICH, people

STATUS, CONFLICT, INVALID = "ResourceStatusError", "CSS_CHECK_ORDER_ERROR", "InvalidParameter"
NOT_THERE, PENDING = "ResourceNotExists", "INSTANCE_HAS_INACTIVE_CHANGE"


@pytest.fixture
def ada(make_deployment: MakeDeployment) -> Buyer:
    deployment = make_deployment()
    clock.freeze(deployment)
    return Buyer.arrive(deployment)


def code_of(refused: pytest.ExceptionInfo[Refusal]) -> str:
    return refused.value.code.value


# --- in one second --------------------------------------------------------------------------


def test_what_is_bought_and_ended_in_one_second_costs_a_day(deployment: Deployment) -> None:
    """And the books, on both engines, find nothing wrong with a term of no length."""
    clock.freeze(deployment)
    ada = Buyer.arrive(deployment)
    instance = ada.buy()
    assert ada.unsubscribe(instance, at_once=False) == 500_00 - 17_86  # 500.00 / 28
    assert ada.findings() == []
    ada.renew(instance)
    assert ada.findings() == []
    assert ada.unsubscribe(instance, at_once=False) == 500_00 - 17_86
    assert ada.findings() == []
    ada.renew(instance)
    assert ada.unsubscribe(instance) == 500_00 - 17_86
    assert ada.instance(instance) is None
    assert ada.balance() == RICH - 3 * 17_86
    assert ada.findings() == []


def test_an_upgrade_before_a_renewal_in_the_same_second_does_not_hold_it(ada: Buyer) -> None:
    instance = ada.buy()
    ada.upgrade(instance, KeyNum="2000")
    assert ada.cancel(instance, ada.renew(instance)) == 600_00
    renewed = ada.renew(instance)
    ada.upgrade(instance, KeyNum="3000")
    with pytest.raises(Refusal, match="upgrade was bought after") as refused:
        ada.cancel(instance, renewed)
    assert code_of(refused) == STATUS


# --- orders that nothing comes back for -----------------------------------------------------


def test_what_a_voucher_paid_is_told_and_not_given_back(ada: Buyer) -> None:
    ada.give_voucher(700_00)
    instance = ada.buy()  # the voucher pays all of it
    quoted = ada.quote(instance).quote
    assert (quoted.amount, quoted.lines[0].voucher_amount) == (0, 500_00)
    with pytest.raises(Refusal, match="Nothing would come back") as refused:
        ada.unsubscribe(instance)
    assert code_of(refused) == STATUS
    ada.renew(instance)  # 200.00 by voucher, 300.00 in cash: pending, so all of that comes back
    assert ada.unsubscribe(instance) == 300_00
    assert ada.balance() == RICH
    assert ada.findings() == []


def test_a_refund_has_a_line_for_each_order_that_it_ends(ada: Buyer) -> None:
    """Also where nothing comes back: the line says why."""
    ada.give_voucher(500_00)
    instance = ada.buy()
    bought, renewed = ada.orders(instance)[0].id, ada.renew(instance)
    with ada.deployment.database.begin() as work:
        made = refund.unsubscribe(work, ada.account_id, instance)
        lines = work.orders.refund_lines(made.order_id)
    assert [(line.order_id, line.amount) for line in lines] == [
        (bought, 0),
        (renewed, 500_00),
    ]


def test_a_pending_renewal_that_a_voucher_paid_is_cancelled_for_nothing(ada: Buyer) -> None:
    instance = ada.buy()
    end = ada.found(instance).end
    ada.give_voucher(500_00)
    assert ada.cancel(instance, ada.renew(instance)) == 0
    assert ada.found(instance).end == end
    assert ada.findings() == []


def test_an_upgrade_of_a_few_seconds_costs_nothing_and_gives_nothing(ada: Buyer) -> None:
    instance = ada.buy()
    ada.wait_until("2026-02-28 23:59:59")
    order_id = ada.upgrade(instance, KeyNum="2000")
    order = ada.orders(instance)[-1]
    assert (order.id, order.list_amount, order.payable_amount) == (order_id, 0, 0)
    assert ada.found(instance).capacity.keys == 2000
    assert ada.quote(instance).quote.amount == 0
    assert ada.findings() == []


def test_on_its_last_day_there_is_nothing_to_give_back(ada: Buyer) -> None:
    """28 days from 31 January, 10:00: the 28th is used up one second after 27 February, 10:00."""
    instance = ada.buy()
    ada.wait_until("2026-02-27 10:00:00")
    assert ada.quote(instance).quote.amount == 17_86
    ada.wait_until("2026-02-27 10:00:01")
    assert ada.quote(instance).quote.amount == 0


# --- what stands in the way -----------------------------------------------------------------


def test_an_unpaid_order_and_deletion_protection_stand_in_the_way(ada: Buyer) -> None:
    instance = ada.buy()
    pending = ada.renew(instance)
    with ada.deployment.database.begin() as work:
        found = ada.found(instance)
        work.instances.update(replace(found, deletion_protection=True))
    with pytest.raises(Refusal, match="protection") as refused:
        ada.unsubscribe(instance)
    assert code_of(refused) == STATUS
    with ada.deployment.database.begin() as work:
        work.instances.update(replace(found, deletion_protection=False))
        account = work.accounts.lock(ada.account_id)
        ordering.place(work, upgrade.offer(work, account, found, {"KeyNum": "2000"}), 0)
    attempts = {
        "unsubscribing": lambda: ada.unsubscribe(instance),
        "keeping it": lambda: ada.unsubscribe(instance, at_once=False),
        "cancelling": lambda: ada.cancel(instance, pending),
        "renewing": lambda: ada.renew(instance),
        "renewing with changes": lambda: ada.renew_changed(instance, KeyNum="3000"),
        "upgrading": lambda: ada.upgrade(instance, KeyNum="3000"),
    }
    for name, attempt in attempts.items():
        with pytest.raises(Refusal) as refused:
            attempt()
        assert (name, code_of(refused)) == (name, CONFLICT)
    assert ada.quote(instance).quote.amount > 0  # asking is allowed
    ada.wait_until("2026-01-31 10:30:00")  # nobody paid it
    assert ada.unsubscribe(instance) == 982_14


@pytest.mark.parametrize("phase", [Phase.EXPIRED, Phase.RELEASED])
def test_what_does_not_run_can_be_neither_quoted_nor_taken_back(ada: Buyer, phase: Phase) -> None:
    instance = ada.buy()
    order = ada.orders(instance)[0].id
    when = {Phase.EXPIRED: "2026-03-01 00:00:00", Phase.RELEASED: "2026-03-16 00:00:00"}
    ada.wait_until(when[phase])
    attempts = {
        "asking": lambda: ada.quote(instance),
        "unsubscribing": lambda: ada.unsubscribe(instance),
        "upgrading": lambda: ada.upgrade(instance, KeyNum="2000"),
        "cancelling": lambda: ada.cancel(instance, order),
    }
    for name, attempt in attempts.items():
        with pytest.raises(Refusal) as refused:
            attempt()
        wanted = STATUS if phase is Phase.EXPIRED else NOT_THERE
        assert (name, code_of(refused)) == (name, wanted)


def test_only_the_latest_pending_renewal_of_the_instance_can_be_cancelled(ada: Buyer) -> None:
    instance, other = ada.buy(), ada.buy()
    bought = ada.orders(instance)[0].id
    first, second, elsewhere = (ada.renew(one) for one in (instance, instance, other))
    for order_id, code in [
        (bought, STATUS),
        (first, STATUS),
        (elsewhere, NOT_THERE),
        ("200000000000000", NOT_THERE),
    ]:
        with pytest.raises(Refusal) as refused:
            ada.cancel(instance, order_id)
        assert code_of(refused) == code
    assert cancellable(ada, instance, other) == [second, elsewhere]
    assert ada.cancel(instance, second) == 500_00
    assert cancellable(ada, instance, other) == [first, elsewhere]
    with pytest.raises(Refusal) as refused:
        ada.cancel(instance, second)
    assert code_of(refused) == STATUS
    assert ada.cancel(instance, first) == 500_00
    assert people(ada.found(instance).end) == "2026-03-01 00:00"


def test_a_renewal_that_an_upgrade_covers_is_not_listed_as_cancellable(ada: Buyer) -> None:
    instance = ada.buy()
    renewal_id = ada.renew(instance)
    assert cancellable(ada, instance) == [renewal_id]
    ada.upgrade(instance, KeyNum="2000")
    assert cancellable(ada, instance) == []


def cancellable(buyer: Buyer, *instance_ids: str) -> list[str]:
    with buyer.deployment.database.read() as work:
        found = refund.cancellable_renewals(work, instance_ids)
    return [found[one].id for one in instance_ids if one in found]


# --- chains of terms ------------------------------------------------------------------------


def test_cancelled_renewals_give_the_instance_back_as_it_was(ada: Buyer) -> None:
    instance = ada.buy()
    before, agenda = ada.found(instance), ada.agenda(instance, "pending")
    first = ada.renew(instance, 2)
    between = ada.found(instance)
    ada.cancel(instance, ada.renew(instance))
    assert ada.found(instance) == between
    ada.cancel(instance, first)
    assert ada.found(instance) == before
    assert ada.agenda(instance, "pending") == agenda
    ada.renew(instance, 2)
    assert ada.found(instance) == between
    assert ada.findings() == []


def test_what_ends_now_has_the_term_that_ran_as_its_last_one(ada: Buyer) -> None:
    """The terms that had not begun are no part of it any more."""
    instance = ada.buy()
    started = ada.found(instance).term_start
    ada.renew_changed(instance, KeyNum="2000")
    ada.renew(instance, 3)
    ada.wait_until("2026-02-10 10:00:00")
    assert ada.unsubscribe(instance, at_once=False) == 321_43 + 600_00 + 1800_00
    ended = ada.found(instance)
    assert (ended.term_start, people(ended.end)) == (started, "2026-02-10 10:00")
    assert (ended.planned, ended.planned_from, ended.months) == (None, None, 0)
    assert ended.capacity.keys == 1000
    ada.wait_until("2026-02-20 00:00:00")
    ada.renew(instance)  # at what it is now, not at what was given back
    assert ada.orders(instance)[-1].payable_amount == 500_00
    again = ada.found(instance)
    assert (people(again.since), people(again.end)) == ("2026-02-20 00:00", "2026-03-21 00:00")
    assert ada.findings() == []


def test_an_automatic_renewal_after_an_end_of_ones_own_buys_what_it_pays_for(ada: Buyer) -> None:
    """The anchor is the last day: months that were given back do not come with it for nothing."""
    instance = ada.buy(12)
    ada.wait_until("2026-02-10 10:00:00")
    ada.unsubscribe(instance, at_once=False)
    ada.set_renewal(instance, "AutoRenewal")
    ada.wait_until("2026-02-16 08:00:00")  # E+6
    order = ada.orders(instance)[-1]
    assert (order.automatic, order.payable_amount, order.order_days) == (True, 500_00, 29)
    assert people(order.start or 0) == "2026-02-10 10:00"
    assert people(ada.found(instance).end) == "2026-03-11 00:00"
    assert ada.quote(instance).quote.amount == 500_00 - 103_45  # 6 of 29 days
    assert [line.order_id for line in ada.quote(instance).quote.lines] == [order.id]
    assert ada.findings() == []


def test_upgraded_renewed_and_unsubscribed_each_order_gives_its_own_part(ada: Buyer) -> None:
    instance = ada.buy()
    ada.wait_until("2026-02-01 10:00:00")
    ada.upgrade(instance, KeyNum="2000")
    bought, upgraded = ada.orders(instance)
    # 100.00 / 720 x 662 hours, to 1 March, 00:00; 28 days
    assert (upgraded.payable_amount, upgraded.order_days) == (91_94, 28)
    renewed = ada.order(ada.renew(instance))
    assert renewed.payable_amount == 600_00
    ada.wait_until("2026-02-03 10:00:01")
    lines = {line.order_id: line for line in ada.quote(instance).quote.lines}
    assert {one: (line.used_days, line.amount) for one, line in lines.items()} == {
        bought.id: (4, 500_00 - 71_43),
        upgraded.id: (3, 91_94 - 9_85),
        renewed.id: (0, 600_00),
    }
    assert ada.unsubscribe(instance) == sum(line.amount for line in lines.values())
    assert ada.findings() == []


def test_an_upgrade_of_two_terms_is_paid_and_given_back_over_both(ada: Buyer) -> None:
    instance = ada.buy()
    renewed = ada.renew(instance)  # to 1 April
    order = ada.order(ada.upgrade(instance, KeyNum="2000"))
    # 59 days and 14 hours, one whole month: 100.00 / 720 x 1,430
    assert (order.payable_amount, order.order_days) == (198_61, 60)
    ada.wait_until("2026-03-02 10:00:00")  # 30 days of 60
    lines = ada.quote(instance).quote.lines
    assert [(line.order_id, line.used_days, line.amount) for line in lines] == [
        (order.id, 30, 198_61 - 99_31),
        (renewed, 2, 500_00 - 32_26),
    ]


# --- changes that wait ----------------------------------------------------------------------


def test_a_change_begins_in_the_very_second_of_its_term(ada: Buyer) -> None:
    instance = ada.buy()
    ada.renew_changed(instance, Spec="2000", KeyNum="3000")
    begins = parse_iso("2026-03-01T00:00:00+08:00")
    found, remembered = ada.found(instance), ada.remembered(instance)
    for moment, qps, keys in [(begins - 1, 1000, 1000), (begins, 2000, 3000)]:
        capacity = found.capacity_at(moment)
        assert (capacity.qps, capacity.keys, remembered.rate(moment)) == (qps, keys, qps)
    ada.wait_until("2026-03-01 00:00:00")
    ada.upgrade(instance, KeyNum="4000")  # nothing is pending any more
    after = ada.found(instance)
    assert (after.planned, after.capacity.qps, after.capacity.keys) == (None, 2000, 4000)
    assert ada.remembered(instance).rate(begins) == 2000


def test_while_a_change_waits_there_is_no_upgrade_and_no_other_change(ada: Buyer) -> None:
    instance = ada.buy()
    order = ada.renew_changed(instance, KeyNum="3000")
    for attempt in (
        lambda: ada.upgrade(instance, KeyNum="4000"),
        lambda: ada.renew_changed(instance, KeyNum="4000"),
    ):
        with pytest.raises(Refusal) as refused:
            attempt()
        assert code_of(refused) == PENDING
    ada.cancel(instance, order)
    ada.upgrade(instance, KeyNum="2000")
    assert ada.found(instance).capacity.keys == 2000


def test_plain_renewals_behind_a_change_have_it_and_are_cancelled_without_it(ada: Buyer) -> None:
    instance = ada.buy()
    changed = ada.renew_changed(instance, KeyNum="3000")
    plain = ada.order(ada.renew(instance))
    assert plain.payable_amount == 700_00
    assert ada.cancel(instance, plain.id) == 700_00
    assert ada.found(instance).has_change_pending(plain.created_at)
    assert ada.cancel(instance, changed) == 700_00
    assert (ada.found(instance).planned, ada.remembered(instance).rate(NEVER)) == (None, 1000)


def test_an_automatic_renewal_costs_the_change_that_waits(ada: Buyer) -> None:
    instance = ada.buy(mode="AutoRenewal")
    ada.renew_changed(instance, KeyNum="3000")  # to 1 April; attempts from 28 March on
    ada.wait_until("2026-03-28 08:00:00")
    automatic = ada.orders(instance)[-1]
    assert (automatic.automatic, automatic.payable_amount) == (True, 700_00)
    ada.wait_until("2026-04-02 00:00:00")
    assert ada.found(instance).capacity_at(automatic.end or 0).keys == 3000


def test_a_change_after_expiry_begins_at_once(ada: Buyer) -> None:
    instance = ada.buy()
    ada.wait_until("2026-03-05 12:00:00")
    ada.renew_changed(instance, KeyNum="3000")
    found = ada.found(instance)
    assert (found.capacity.keys, found.planned) == (3000, None)
    assert ada.orders(instance)[-1].payable_amount == 700_00


def test_a_renewal_cannot_hold_less_than_is_in_the_instance(ada: Buyer) -> None:
    instance = ada.buy()
    ada.upgrade(instance, KeyNum="2000")
    with ada.deployment.database.begin() as work:
        place = {"key_id": "", "instance_id": instance, "scope": "", "created_at": 0}
        version = place | {"wrapped": b"", "public": b""}
        many = [version | {"id": f"version-{number}"} for number in range(1001)]
        work.connection.execute(insert(schema.key_versions), many)
    with pytest.raises(Refusal, match="less than the 1001 key versions") as refused:
        ada.renew_changed(instance, KeyNum="1000")
    assert code_of(refused) == INVALID
    order = ada.order(ada.renew_changed(instance, KeyNum="2000", Spec="2000"))
    assert (order.type, order.payable_amount) == (OrderType.RENEW, 850_00)


# --- prices ---------------------------------------------------------------------------------


def test_a_refund_keeps_to_the_book_of_its_order_and_an_upgrade_to_the_one_in_force(
    ada: Buyer,
) -> None:
    instance = ada.buy()
    with ada.deployment.database.begin() as work:
        version, _ = work.price_books.current()
        text = work.price_books.text(version)
        dearer = text.replace('12 = "0.85"', '1 = "0.10"\n12 = "0.05"').replace(
            'USD = "100.00"', 'USD = "720.00"'
        )
        work.price_books.add(dearer.replace('24 = "0.70"\n36 = "0.50"\n', ""))
    bought = ada.orders(instance)[0].id
    # 28 days and 14 hours, less than a month: 720.00 / 720 x 686
    upgraded = ada.order(ada.upgrade(instance, KeyNum="2000"))
    assert (upgraded.list_amount, upgraded.payable_amount) == (686_00, 686_00)
    ada.wait_until("2026-02-15 10:00:00")
    back = {line.order_id: line.amount for line in ada.quote(instance).quote.lines}
    # 15 of 28 days of the one, 15 of 29 of the other
    assert back == {bought: 500_00 - 267_86, upgraded.id: 686_00 - 354_83}


# --- the preview is the booking -------------------------------------------------------------

STEPS = st.one_of(
    st.tuples(st.just("renew"), st.sampled_from([1, 2, 12])),
    st.tuples(st.just("change"), st.sampled_from(["1000", "2000", "5000"])),
    st.tuples(st.just("upgrade"), st.sampled_from(["2000", "3000", "9000"])),
    st.tuples(st.just("cancel"), st.just(0)),
    st.tuples(st.just("wait"), st.integers(0, 40 * DAY)),
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """One place for all lives: its clock goes on from one to the next."""
    data = str(tmp_path_factory.mktemp("refunds") / "data")
    opened = open_deployment(
        read_settings({"data": data}, {}),
        clock="test=2026-01-31T10:00:00+08:00",
        may_initialise=True,
        machine=HeldMachine(),
    )
    yield opened
    opened.close()


@settings(max_examples=30)
@given(steps=st.lists(STEPS, max_size=7), vouchers=st.integers(0, 900_00), at_once=st.booleans())
def test_what_is_shown_is_what_comes_back(
    place: Deployment, steps: list[tuple[str, object]], vouchers: int, at_once: bool
) -> None:
    """In any life: the quote is the booking, nobody gains, and the books stay clean."""
    buyer = Buyer.arrive(place)
    if vouchers:
        buyer.give_voucher(vouchers)
    instance = buyer.buy()
    for step in steps:
        lead(buyer, instance, *step)
    found = buyer.instance(instance)
    if found is None or found.end <= buyer.now():
        with pytest.raises(Refusal):
            buyer.quote(instance)
        return
    quoted = buyer.quote(instance).quote
    assert listed(buyer, instance) == quoted
    before = buyer.balance()
    assert 0 <= quoted.amount <= RICH - before
    if quoted.amount == 0:
        with pytest.raises(Refusal, match="Nothing would come back"):
            buyer.unsubscribe(instance, at_once=at_once)
        assert buyer.balance() == before
    else:
        assert buyer.unsubscribe(instance, at_once=at_once) == quoted.amount
        assert buyer.balance() == before + quoted.amount
        assert all(order.is_over(buyer.now()) for order in buyer.orders(instance))
    assert buyer.findings() == []


def listed(buyer: Buyer, instance: str) -> RefundQuote:
    """The same among those of many instances."""
    with buyer.deployment.database.read() as work:
        return refund.quote_unsubscriptions(work, ["kst-another", instance])[instance]


def lead(buyer: Buyer, instance: str, kind: str, value: object) -> None:
    """A step; where it is refused nothing has changed."""
    before = buyer.balance()
    try:
        if kind == "renew":
            buyer.renew(instance, int(str(value)))
        elif kind == "change":
            buyer.renew_changed(instance, KeyNum=str(value))
        elif kind == "upgrade":
            buyer.upgrade(instance, KeyNum=str(value))
        elif kind == "cancel":
            latest = max(buyer.orders(instance), key=lambda order: order.end or 0)
            buyer.cancel(instance, latest.id)
        else:
            clock.move(buyer.deployment, buyer.now() + int(str(value)), lambda _: None)
    except Refusal:
        assert buyer.balance() == before
