"""Random lives: whatever is bought, renewed and waited for comes to what rules.md says.

The expectation is computed anew here, day by day and without the program's own calendar.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keylease.app import clock
from keylease.app.deployment import Deployment, open_deployment
from keylease.app.settings import read_settings
from keylease.billing.ledger.check import check_books
from keylease.core.errors import Code, Refusal
from keylease.storage import schema
from machine import HeldMachine
from unit.lifecycle.tenant import Tenant

DAY = 86_400
KEPT = 15 * DAY


def date_at(instant: int) -> date:
    return (datetime.fromtimestamp(instant, UTC) + timedelta(hours=8)).date()


def instant_at(day: date, hour: int = 0) -> int:
    return int((datetime(day.year, day.month, day.day, hour, tzinfo=UTC)).timestamp()) - 8 * 3_600


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last day before it that there is."""
    year, month, wanted = day.year, day.month, day.day
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    while True:
        try:
            return date(year, month, wanted)
        except ValueError:
            wanted -= 1


@dataclass
class Expected:
    """What an instance should be: its terms, and when each of them was paid."""

    anchor: date
    months: int
    terms: list[tuple[int, int, int]] = field(default_factory=list)

    @property
    def end(self) -> int:
        return self.terms[-1][1]

    def add(self, paid: int, start: int) -> None:
        last_day = months_later(self.anchor, self.months)
        self.terms.append((start, instant_at(last_day + timedelta(days=1)), paid))

    def renew(self, now: int, months: int) -> bool:
        """Whether it can be renewed by hand now."""
        if now < self.end:
            self.months += months
            self.add(now, self.end)
            return True
        if now < self.end + KEPT:
            self.anchor, self.months = date_at(now), months
            self.add(now, now)
            return True
        return False

    def letters(self, now: int) -> list[tuple[str, int]]:
        """Every letter that should have been written by now: its kind and moment."""
        found = [("purchase", self.terms[0][2])]
        found += [("renewal", paid) for _, _, paid in self.terms[1:]]
        until = [paid for _, _, paid in self.terms[1:]] + [now]
        for (_, end, paid), superseded in zip(self.terms, until, strict=True):
            last_day = date_at(end - 1)
            series = [
                ("reminder", moment)
                for days in (7, 3, 1)
                if (moment := instant_at(last_day - timedelta(days=days), 9)) > paid
            ]
            series += [
                ("expired", end),
                ("release_soon", instant_at(last_day + timedelta(days=15), 9)),
                ("released", end + KEPT),
            ]
            found += [(kind, moment) for kind, moment in series if moment <= superseded]
        return sorted(found)


def bought(now: int, months: int) -> Expected:
    made = Expected(date_at(now), months)
    made.add(now, now)
    return made


BUY = st.tuples(st.just("buy"), st.sampled_from([1, 2, 3, 6, 12]))
RENEW = st.tuples(st.just("renew"), st.integers(0, 3), st.sampled_from([1, 2, 3, 12]))
WAIT = st.tuples(st.just("wait"), st.integers(0, 50 * DAY))
#: To the edge of an instance's life: a second before, exactly then, or a second later.
EDGE = st.tuples(
    st.just("edge"), st.integers(0, 3), st.sampled_from([0, KEPT]), st.sampled_from([-1, 0, 1])
)
LIVES = st.tuples(BUY, st.lists(BUY | RENEW | RENEW | WAIT | EDGE, max_size=7)).map(
    lambda drawn: [drawn[0], *drawn[1]]
)


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """One place for all lives: its clock goes on from one to the next."""
    data = str(tmp_path_factory.mktemp("lives") / "data")
    opened = open_deployment(
        read_settings({"data": data}, {}),
        clock="test=2026-01-29T23:59:58+08:00",
        may_initialise=True,
        machine=HeldMachine(),
    )
    yield opened
    opened.close()


class World:
    """A tenant and what each of its instances should be."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self.tenant = Tenant.arrive(deployment)
        self.expected: dict[str, Expected] = {}

    @property
    def now(self) -> int:
        with self.deployment.database.read() as work:
            return work.now

    def act(self, what: str, *given: int) -> None:
        getattr(self, what)(*given)

    def buy(self, months: int) -> None:
        self.expected[self.tenant.buy(months)] = bought(self.now, months)

    def renew(self, number: int, months: int) -> None:
        instance_id = self._chosen(number)
        if self.expected[instance_id].renew(self.now, months):
            self.tenant.renew(instance_id, months)
            return
        with pytest.raises(Refusal) as refused:
            self.tenant.renew(instance_id, months)
        assert refused.value.code is Code.RESOURCE_NOT_EXISTS

    def wait(self, seconds: int) -> None:
        clock.move(self.deployment, self.now + seconds, lambda _: None)

    def edge(self, number: int, after_end: int, off: int) -> None:
        target = self.expected[self._chosen(number)].end + after_end + off
        self.wait(max(0, target - self.now))

    def check(self) -> None:
        now = self.now
        for instance_id, expected in self.expected.items():
            found = self.tenant.instance(instance_id)
            if now < expected.end + KEPT:
                assert found is not None
                assert found.end == expected.end
                assert found.term_start == expected.terms[-1][0]
            else:
                assert found is None
            assert self.terms(instance_id) == [(start, end) for start, end, _ in expected.terms]
            assert self.letters(instance_id) == expected.letters(now)
        with self.deployment.database.read() as work:
            assert check_books(work.books) == []

    def terms(self, instance_id: str) -> list[tuple[int, int]]:
        t = schema.terms
        query = t.select().where(t.c.instance_id == instance_id).order_by(t.c.start)
        with self.deployment.store.reading() as connection:
            return [(row.start, row.end) for row in connection.execute(query)]

    def letters(self, instance_id: str) -> list[tuple[str, int]]:
        with self.deployment.database.read() as work:
            found, _ = work.letters.page(self.tenant.account_id, 0, 10_000)
        mine = (one.letter for one in found if one.letter.instance_id == instance_id)
        return sorted((one.kind.value, one.due_at) for one in mine)

    def _chosen(self, number: int) -> str:
        return list(self.expected)[number % len(self.expected)]


@settings(max_examples=25)
@given(life=LIVES)
def test_every_life_is_what_the_rules_say(
    deployment: Deployment, life: list[tuple[str, *tuple[int, ...]]]
) -> None:
    world = World(deployment)
    for step in life:
        world.act(*step)
    world.check()


@pytest.mark.long
@settings(max_examples=200)
@given(life=LIVES)
def test_many_more_lives_are_what_the_rules_say(
    deployment: Deployment, life: list[tuple[str, *tuple[int, ...]]]
) -> None:
    world = World(deployment)
    for step in life:
        world.act(*step)
        world.check()


def test_the_expectation_itself_agrees_with_the_published_vectors() -> None:
    """rules.md 1: local times are UTC+8."""
    vectors = [
        ("2019-08-09T13:00:00", [1], "2019-09-10"),
        ("2019-08-09T13:00:00", [1, 1], "2019-10-10"),
        ("2017-11-08T10:00:00", [1], "2017-12-09"),
        ("2026-01-31T10:00:00", [1], "2026-03-01"),
        ("2026-01-31T10:00:00", [1, 1], "2026-04-01"),
    ]
    for at, months, end in vectors:
        paid = int(datetime.fromisoformat(f"{at}+08:00").timestamp())
        expected = bought(paid, months[0])
        for more in months[1:]:
            assert expected.renew(paid, more)
        assert expected.end == instant_at(date.fromisoformat(end))
