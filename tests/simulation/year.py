"""A year in which many people live by their habits, prices change, and the process crashes.

Each day has a few moments at which people act; the clock moves from one to the next. The naive
account says what every call must answer and, when it is looked at, what must be there.
"""

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from comparison.companion import Companion
from comparison.in_storage import StorageMarket
from comparison.timeline import BOOKS_IN, CURRENCIES, FILES
from naive import days
from naive.account import Account
from naive.by_the_day import DayAccount
from naive.days import ONE_DAY
from naive.lives import day_prices
from naive.prices import Book
from simulation.by_the_day import DayCompanion, day_payer
from simulation.people import HABITS, Habit

#: Who pays by the day has a bill a day: a few do.
EVERYBODY = (*HABITS, *HABITS, day_payer)

DAYS = 365
#: 2027-11-29 00:00:00 UTC+8: a year with a 29 February.
FIRST_DAY = days.day_of(days.moment("2027-11-29 00:00:00"))
BEGINNING = days.at(FIRST_DAY)
#: Everybody has come by then.
ARRIVALS = 240
#: What brings about something that is due in the same second.
ENDING = {"unsubscribe"}
#: Moments at which something of its own is due, sometimes chosen on purpose.
EDGES = (0, 8 * 3_600 - 1, 8 * 3_600, 9 * 3_600, ONE_DAY - 1)


@dataclass
class Person:
    """Somebody who comes on the day ``arrival``."""

    number: int
    habit: Habit
    arrival: int
    currency: str
    rng: Random
    companion: Companion | None = None


class Year:
    """So many ``people``, who act at one of so many ``moments`` of each day.

    ``books_every`` so many days the books are checked; ``looks`` people are looked at every day.
    """

    def __init__(
        self,
        market: StorageMarket,
        seed: int,
        people: int,
        *,
        moments: int,
        books_every: int,
        looks: int,
    ) -> None:
        self.market = market
        self.rng = Random(f"year {seed}")
        self.people = [self._person(number) for number in range(people)]
        self.moments = moments
        self.books_every = books_every
        self.looks = looks
        self.book = 0
        self.actions = 0
        self.now = BEGINNING
        self.price_changes = {
            self.rng.randrange(60, 180): self.rng.randrange(len(FILES)),
            self.rng.randrange(180, 330): self.rng.randrange(len(FILES)),
        }

    def run(self) -> None:
        self.market.load_prices(FILES[0])
        for day in range(DAYS):
            try:
                self._live(day)
            except BaseException as error:
                error.add_note(f"day {day}, {days.text(days.at(FIRST_DAY + day))}")
                raise
        self._move(days.at(FIRST_DAY + DAYS))
        for person in self.people:
            self._look_at(person)
        self._check_books()

    def balances(self) -> dict[str, Decimal]:
        """What each customer should have, by account id; those without money are left out."""
        known = [person.companion for person in self.people if person.companion]
        return {one.shop.account_id: one.account.cash for one in known if one.account.cash}

    def letters(self) -> set[str]:
        """The kinds of letters that anybody got."""
        known = [person.companion for person in self.people if person.companion]
        return {letter["kind"] for one in known for letter in one.account.letters}

    def _person(self, number: int) -> Person:
        rng = Random(self.rng.random())
        return Person(
            number,
            EVERYBODY[number % len(EVERYBODY)],
            rng.randrange(ARRIVALS),
            CURRENCIES[rng.randrange(2)],
            rng,
        )

    def _live(self, day: int) -> None:
        acting: list[list[Person]] = [[] for _ in range(self.moments)]
        for person in self.people:
            if person.arrival <= day:
                acting[self.rng.randrange(self.moments)].append(person)
        for second, people in zip(self._seconds(), acting, strict=True):
            moment = days.at(FIRST_DAY + day) + second
            self._move(moment)
            if ENDING & {self._act(person, moment) for person in people}:
                self._move(moment)  # what was made to end just now is carried out
        self._change_prices(day)
        for person in self.rng.sample(self.people, self.looks):
            self._look_at(person)
        if day % self.books_every == 0:
            self._check_books()

    def _seconds(self) -> list[int]:
        """The moments of a day, in order."""
        chosen = [
            self.rng.choice(EDGES) if self.rng.random() < 0.2 else self.rng.randrange(ONE_DAY)
            for _ in range(self.moments)
        ]
        return sorted(chosen)

    def _act(self, person: Person, moment: int) -> str:
        """What the person did, "" for nothing."""
        if person.companion is None:
            person.companion = self._arrive(person, moment)
        account = person.companion.account
        account.advance(moment)
        step = person.habit(person.rng, account)
        if step is None:
            return ""
        self.actions += 1
        try:
            person.companion.do(step)
        except BaseException as error:
            error.add_note(f"{person.habit.__name__} {person.number}: {step}")
            raise
        return str(step[0])

    def _arrive(self, person: Person, moment: int) -> Companion:
        name = f"{person.habit.__name__.replace('_', '-')}{person.number}"
        shop = self.market.open_shop(name, person.currency)
        book = BOOKS_IN[person.currency][self.book]
        if person.habit is day_payer:
            return DayCompanion(DayAccount(day_prices(book), moment), shop, person.currency)
        return Companion(Account(book, moment), shop, person.currency)

    def _change_prices(self, day: int) -> None:
        """At the last moment of the day: everybody reaches it at the old prices."""
        if day not in self.price_changes:
            return
        self.book = self.price_changes[day]
        self.market.load_prices(FILES[self.book])
        for person in self.people:
            if person.companion:
                person.companion.account.advance(self.now)
                self._tell_prices(person.companion, BOOKS_IN[person.currency][self.book])

    def _tell_prices(self, companion: Companion, book: Book) -> None:
        if isinstance(companion, DayCompanion):
            companion.account.set_prices(day_prices(book))
        else:
            companion.account.set_book(book)

    def _move(self, moment: int) -> None:
        self.now = moment
        self.market.move(moment)

    def _look_at(self, person: Person) -> None:
        if person.companion is None:
            return
        person.companion.account.advance(self.now)
        try:
            person.companion.look_closely()
        except BaseException as error:
            error.add_note(f"{person.habit.__name__} {person.number}")
            raise

    def _check_books(self) -> None:
        assert list(self.market.findings()) == []
