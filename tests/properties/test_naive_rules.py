"""The program's pure rules come to what a second reading of rules.md comes to, in any life.

The naive account in ``tests/naive`` leads random lives; a `Witness` follows it and asks the
program's functions the same questions: terms, phases, prices, upgrade fees, refunds, what is due
when.
A life is its number: the same number is the same life on every machine.
"""

from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keylease.billing.catalog import (
    Configuration,
    Quote,
    configure,
    parse_price_book,
    quote,
    reconfigure,
    upgrade_quote,
)
from keylease.billing.orders.model import Order, OrderType
from keylease.billing.orders.states import PaymentStatus
from keylease.billing.refunds.quote import days_of_term, days_of_upgrade, quote_refund
from keylease.billing.renewals.schedule import AUTO_RENEWAL, attempts_for
from keylease.core import terms
from keylease.core.clock import at_hour, local_date
from keylease.core.errors import Code, Refusal
from keylease.core.terms import Term
from keylease.lifecycle.jobs import RANKS
from keylease.notifications.schedule import EXPIRE, RELEASE, RELEASE_SOON, REMINDER, for_term
from naive import days, lives, prices
from naive.account import Account, Record
from naive.lives import BOOKS, Step
from naive.plan import KINDS, RETENTION

CURRENCY = "USD"
CATALOGS = [parse_price_book(lives.as_toml(book)) for book in BOOKS]
#: An order of a naive account keeps the discounts of its book.
CATALOG_OF_DISCOUNTS = {
    id(book["discounts"]): catalog for book, catalog in zip(BOOKS, CATALOGS, strict=True)
}
JOBS_OF_KINDS = dict(
    zip(KINDS, (AUTO_RENEWAL, REMINDER, EXPIRE, RELEASE_SOON, RELEASE), strict=True)
)
#: What the program leaves out itself when its moment has passed; of the rest it names all.
PLANNED = (AUTO_RENEWAL, REMINDER)
CODES_OF_MODULES = dict(
    zip(prices.MODULES, ("Spec", "KeyNum", "SecretNum", "VpcNum", "LogStorage"), strict=True)
)


def parameters(chosen: prices.Configuration) -> dict[str, str]:
    """The documented parameters that ask for this; the log is on while there is storage."""
    asked = {CODES_OF_MODULES[module]: str(value) for module, value in chosen.items()}
    if chosen.get("log_storage"):
        asked["Log"] = "1"
    return asked


def configuration(chosen: prices.Configuration) -> Configuration:
    return Configuration(
        edition="software", product_version=3, log=chosen["log_storage"] > 0, **chosen
    )


def cents(amount: Decimal) -> int:
    return int(amount * 100)


def paid(order: Record) -> Order:
    """As much of a naive order as a refund looks at."""
    return Order(
        id=str(order["number"]),
        account_id="",
        type=OrderType(order["type"]),
        status=PaymentStatus.PAID,
        product_type="",
        instance_id=str(order["instance"]),
        region="",
        months=order["months"] or 0,
        currency=CURRENCY,
        list_amount=cents(order["list"]),
        payable_amount=cents(order["payable"]),
        created_at=order["at"],
        paid_at=order["at"],
        configuration={},
        original=None,
        price_book=0,
        voucher_amount=cents(order["voucher_paid"]),
        start=order["start"],
        end=order["end"],
        order_days=order["order_days"],
    )


class Witness:
    """Follows an account from step to step and holds the program against it."""

    def __init__(self, start: int) -> None:
        self.account = Account(BOOKS[0], start)
        self.catalog = CATALOGS[0]
        self.chains: list[list[Term]] = []
        self.checked = 0
        self.refunded: set[int] = set()
        self.topped_up = Decimal(0)

    def take(self, step: Step) -> None:
        """One step, and a look at all that it caused."""
        if step[0] in {"wait", "edge"}:
            self.go_to(lives.moment_of(self.account, step))
            return
        number = self.subject_of(step)
        outcome = lives.outcome(self.account, step)
        if outcome == "done":
            self.follow(step, number)
        elif outcome == "InvalidParameter":
            self.look_at_refused_upgrade(step)
        self.look()

    def go_to(self, moment: int) -> None:
        """Stop wherever something is due, and a second before."""
        account = self.account
        while (due := account.next_due()) is not None and due <= moment:
            account.advance(max(account.now, due - 1))
            self.look()
            account.advance(due)
            self.look()
        account.advance(moment)
        self.look()

    def subject_of(self, step: Step) -> int | None:
        """Which instance the step is about."""
        about_one = step[0] in {"renew", "mode", "upgrade", "cancel", "unsubscribe"}
        many = len(self.account.instances)
        return step[1] % many if about_one and many else None

    def follow(self, step: Step, number: int | None) -> None:
        """What was done that no order for time tells of."""
        kind = step[0]
        if kind == "top_up":
            self.topped_up += step[1]
        elif kind == "prices":
            self.catalog = CATALOGS[step[1]]
        elif kind == "cancel":
            self.chains[number].pop()
            self.look_at_plan(number)
        elif kind == "unsubscribe":
            self.cut(number)
        elif kind == "mode":
            self.look_at_plan(number)

    def cut(self, number: int) -> None:
        """The current term ends now; see the naive account for how such a chain goes on."""
        now = self.account.now
        chain = [term for term in self.chains[number] if term.start <= now]
        last = chain.pop()
        self.chains[number] = [*chain, Term(last.start, now, local_date(now - 1), 0)]
        self.look_at_plan(number)

    def look(self) -> None:
        """Everything that is new, and the phases."""
        orders = self.account.orders
        while self.checked < len(orders):
            order = orders[self.checked]
            self.checked += 1
            LOOKS[order["type"]](self, order)
        for number, instance in enumerate(self.account.instances):
            end, now = self.chains[number][-1].end, self.account.now
            if instance["released"] is None or instance["released"] == terms.release_of(end):
                assert terms.phase(end, now) == self.account.phase(number)
            for order in self.account._refundable(number):
                self.look_at_refundable(order)

    def look_at_new(self, order: Record) -> None:
        self.chains.append([terms.bought(order["at"], order["months"])])
        self.look_at_term(order)

    def look_at_renewal(self, order: Record) -> None:
        chain, now, months = self.chains[order["instance"]], order["at"], order["months"]
        by_hand = order["how"] == "by hand"
        last = chain[-1]
        chain.append(
            terms.renewed_by_hand(last, now, months) if by_hand else terms.continued(last, months)
        )
        self.look_at_term(order)

    def look_at_term(self, order: Record) -> None:
        """The term that the order bought, its days, its price, and what it brings."""
        number = order["instance"]
        ours, naive = self.chains[number][-1], self.account.instances[number]["terms"][-1]
        begins_chain = order["how"] != "automatic" and ours.start == order["at"]
        assert days_of_term(ours, begins_chain=begins_chain) == order["order_days"]
        assert (ours.start, ours.end) == (naive["start"], naive["end"])
        anchor = (ours.anchor.year, ours.anchor.month, ours.anchor.day)
        assert (anchor, ours.months) == (days.DATES[naive["anchor"]], naive["months"])
        assert naive["order"] == order["number"]
        same_amounts(
            quote(self.catalog, configuration(order["configuration"]), CURRENCY, order["months"]),
            order,
        )
        if order["type"] == "New":
            assert configure(self.catalog, parameters(order["configuration"])) == configuration(
                order["configuration"]
            )
        self.look_at_plan(number)

    def look_at_upgrade(self, order: Record) -> None:
        old, new = configuration(order["original"]), configuration(order["configuration"])
        left = self.chains[order["instance"]][-1].end - order["at"]
        assert days_of_upgrade(order["at"], order["at"] + left) == order["order_days"]
        same_amounts(upgrade_quote(self.catalog, old, new, CURRENCY, left), order)
        assert reconfigure(self.catalog, old, parameters(order["configuration"])) == new

    def look_at_refund(self, order: Record) -> None:
        """The order of a refund: each order once, and never more than was paid in cash."""
        for part in order["parts"]:
            assert part["order"] not in self.refunded
            self.refunded.add(part["order"])
            refunded = self.account.orders[part["order"]]
            assert refunded["refunded"] == part["amount"]
            assert 0 <= part["amount"] <= refunded["cash_paid"]

    def look_at_refundable(self, order: Record) -> None:
        """What would come back for an order now, with the discounts of its own price book."""
        catalog = CATALOG_OF_DISCOUNTS[id(order["discounts"])]
        line = quote_refund(paid(order), catalog, self.account.now)
        assert line.amount == cents(prices.refund_of(order, self.account.now))
        assert line.order_days == order["order_days"]

    def look_at_refused_upgrade(self, step: Step) -> None:
        """What the naive account finds falling, or not rising, the program refuses too."""
        _, which, blocks = step
        number = which % len(self.account.instances)
        now = self.account.configuration(number)
        asked = lives.raised(self.account, number, blocks)
        new = prices.complete(self.account.book, asked, now)
        left = self.account.end(number) - self.account.now
        with pytest.raises(Refusal) as refused:
            upgrade_quote(self.catalog, configuration(now), configuration(new), CURRENCY, left)
        assert refused.value.code is Code.INVALID_PARAMETER

    def look_at_plan(self, number: int) -> None:
        """What is due when, from now on."""
        instance, now = self.account.instances[number], self.account.now
        end = self.chains[number][-1].end
        ours = [] if instance["released"] is not None else for_term("i", end, now)
        if instance["mode"] == "AutoRenewal":
            ours += attempts_for("i", end, now)
        assert {(one.kind, one.due) for one in ours if one.due > now or one.kind in PLANNED} == {
            (JOBS_OF_KINDS[kind], due) for due, _, _, _, kind, _ in instance["planned"]
        }

    def look_back(self) -> None:
        """At the end of a life: no cent and no second was made or lost."""
        account = self.account
        paid = sum(order["cash_paid"] for order in account.orders if order["type"] != "Refund")
        back = sum(order["refund"] for order in account.orders if order["type"] == "Refund")
        assert account.cash == self.topped_up - paid + back
        assert account.cash >= 0
        assert all(voucher["balance"] >= 0 for voucher in account.vouchers)
        for chain in self.chains:
            for earlier, later in pairwise(chain):
                assert earlier.end <= later.start


LOOKS: dict[str, Callable[[Witness, Record], None]] = {
    "New": Witness.look_at_new,
    "Renew": Witness.look_at_renewal,
    "Upgrade": Witness.look_at_upgrade,
    "Refund": Witness.look_at_refund,
}


def same_amounts(ours: Quote, order: Record) -> None:
    assert (ours.list_amount, ours.payable_amount) == (
        cents(order["list"]),
        cents(order["payable"]),
    )


def lead(start: int, steps: list[Step]) -> Witness:
    """A whole life under a witness's eyes; whatever fails says after which step."""
    witness = Witness(start)
    for number, step in enumerate(steps):
        try:
            witness.take(step)
        except BaseException as error:
            error.add_note(f"step {number} of {days.text(start)}: {steps}")
            raise
    witness.look_back()
    return witness


def lead_many(numbers: range) -> None:
    for number in numbers:
        try:
            lead(*lives.random_life(Random(number)))
        except BaseException as error:
            error.add_note(f"life {number}: lead(*lives.random_life(Random({number})))")
            raise


def test_thousands_of_random_lives_come_to_the_same() -> None:
    lead_many(range(4_000))


@pytest.mark.long
def test_a_hundred_thousand_random_lives_come_to_the_same() -> None:
    lead_many(range(1_000_000, 1_100_000))


def test_random_lives_meet_everything_that_can_happen() -> None:
    """What no life ever meets is not tested by them."""
    kinds, hows, refusals = set(), set(), set()
    for number in range(600):
        witness = Witness((life := lives.random_life(Random(number)))[0])
        for step in life[1]:
            outcome = lives.outcome(witness.account, step)
            refusals.add((step[0], outcome))
        kinds |= {letter["kind"] for letter in witness.account.letters}
        hows |= {(order["type"], order["how"]) for order in witness.account.orders}
        hows |= {"changes" for order in witness.account.orders if order["changes"]}
        hows |= {"voucher" for order in witness.account.orders if order.get("voucher_paid")}
    assert kinds == {
        *("top_up", "purchase", "renewal", "upgrade", "refund", "auto_renewal_failed"),
        *("reminder", "expired", "release_soon", "released"),
    }
    assert hows == {
        *(("New", "purchase"), ("Renew", "by hand"), ("Renew", "automatic")),
        *(("Upgrade", "upgrade"), ("Refund", "refund"), "changes", "voucher"),
    }
    assert refusals >= {
        ("buy", "PAY.INSUFFICIENT_BALANCE"),
        ("renew", "PAY.INSUFFICIENT_BALANCE"),
        ("renew", "ResourceNotExists"),
        ("upgrade", "InvalidParameter"),
        ("upgrade", "INSTANCE_HAS_INACTIVE_CHANGE"),
        ("renew", "INSTANCE_HAS_INACTIVE_CHANGE"),
        ("upgrade", "only a running instance can be upgraded"),
        ("cancel", "an upgrade was bought after it"),
        ("cancel", "no paid renewal is pending"),
        ("unsubscribe", "ResourceStatusError"),
        ("unsubscribe", "nothing would come back"),
    }


def test_at_the_same_moment_both_carry_out_kinds_in_the_same_order() -> None:
    ranks = [RANKS[JOBS_OF_KINDS[kind]] for kind in KINDS]
    assert ranks == sorted(ranks)


# The same, small, so that what fails is shown in its shortest form.

WHICH = st.integers(0, 2)
SECONDS = st.sampled_from([0, 1, days.ONE_DAY, RETENTION]) | st.integers(0, 400 * days.ONE_DAY)
BLOCKS = st.dictionaries(st.sampled_from(prices.MODULES), st.integers(0, 3), max_size=2)
SIZED = BLOCKS.map(lives.sized)
MONTHS = st.sampled_from(lives.RENEWAL_MONTHS)
AMOUNTS = st.integers(1, 10**7).map(lives.money)
STEPS = st.one_of(
    st.tuples(st.just("wait"), SECONDS),
    st.tuples(st.just("edge"), WHICH, st.sampled_from(lives.POINTS), st.integers(-1, 1)),
    st.tuples(st.just("buy"), st.sampled_from(lives.MONTHS), SIZED),
    st.tuples(st.just("renew"), WHICH, MONTHS, st.none() | SIZED),
    st.tuples(st.just("mode"), WHICH, st.just("AutoRenewal"), st.just(1)),
    st.tuples(st.just("mode"), WHICH, st.just("ManualRenewal"), st.none()),
    st.tuples(st.just("upgrade"), WHICH, BLOCKS),
    st.tuples(st.just("cancel"), WHICH),
    st.tuples(st.just("unsubscribe"), WHICH, st.booleans()),
    st.tuples(st.just("top_up"), AMOUNTS),
    st.tuples(st.just("voucher"), AMOUNTS, AMOUNTS, SECONDS, st.integers(1, 10**8)),
    st.tuples(st.just("prices"), st.integers(0, len(BOOKS) - 1)),
)
STARTS = st.integers(days.moment("2020-01-01 00:00:00"), days.moment("2050-01-01 00:00:00"))


@settings(max_examples=150)
@given(STARTS, AMOUNTS, MONTHS, st.lists(STEPS, max_size=8))
def test_small_lives_come_to_the_same(
    start: int, cash: Decimal, months: int, steps: list[Step]
) -> None:
    lead(start, [("top_up", cash), ("buy", months, {}), *steps])


@given(st.integers(0, 83_000), st.integers(0, 120), st.integers(0, 23))
def test_both_calendars_agree(day: int, months: int, hour: int) -> None:
    date = local_date(days.at(day))
    assert (date.year, date.month, date.day) == days.DATES[day]
    assert at_hour(date, hour) == days.at(day, hour)
    if day < 80_000:
        later = terms.add_months(date, months)
        assert (later.year, later.month, later.day) == days.DATES[days.add_months(day, months)]
