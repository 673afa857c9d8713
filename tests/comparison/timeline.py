"""Many lives on one time line: the clock is moved once for all, from step to step.

Prices are everybody's, so they change on the time line and not in a life. Each life leaves a wish
not to be renewed as its last step, so that the time line ends.
"""

import heapq
from collections.abc import Iterator
from random import Random

from comparison.companion import Companion
from comparison.shop import Market
from naive import days, lives
from naive.account import Account
from naive.days import ONE_DAY
from naive.lives import BOOKS, Step
from naive.prices import Book

#: 2027-11-29 10:00:00 UTC+8: before the end of a February that has 29 days.
BEGINNING = days.moment("2027-11-29 10:00:00")
#: All lives begin within so many seconds.
ARRIVALS = 200 * ONE_DAY
CURRENCIES = ("USD", "CNY")
BOOKS_IN = {"USD": BOOKS, "CNY": [lives.in_yuan(book) for book in BOOKS]}
FILES = [lives.as_toml(book, CNY=other) for book, other in zip(BOOKS, BOOKS_IN["CNY"], strict=True)]


class TimeLine:
    """Lives by their seeds; ``look_often`` of the steps are followed by a close look."""

    def __init__(self, market: Market, seeds: range, look_often: float = 0.1) -> None:
        self.market = market
        self.seeds = seeds
        self.look_often = look_often
        self.rng = Random(f"time line {seeds}")
        self.book = 0
        self.companions: dict[int, Companion] = {}
        self.outcomes: set[tuple[str, str]] = set()

    def run(self) -> None:
        """Lead all the lives to their ends."""
        waiting = [self._arrival(seed) for seed in self.seeds]
        waiting += [self._price_change(BEGINNING + n * 90 * ONE_DAY) for n in range(20)]
        heapq.heapify(waiting)
        self._load_prices(0)
        while waiting:
            moment, seed, going_on = heapq.heappop(waiting)
            self.market.move(moment)
            try:
                following = next(going_on, None)
            except BaseException as error:
                error.add_note(f"life {seed} of {self.seeds} at {days.text(moment)}")
                raise
            if following is not None:
                heapq.heappush(waiting, (following, seed, going_on))
        self._see_the_end()

    def _arrival(self, seed: int) -> tuple[int, int, Iterator[int]]:
        rng = Random(seed)
        start, steps = lives.random_life(rng, length=10)
        start = BEGINNING + start % ARRIVALS
        return start, seed, self._live(start, seed, steps)

    def _live(self, start: int, seed: int, steps: list[Step]) -> Iterator[int]:
        """A life; yields the moments at which it goes on."""
        currency = CURRENCIES[seed % 2]
        account = Account(BOOKS_IN[currency][self.book], start)
        companion = Companion(account, self.market.open_shop(f"life{seed}", currency), currency)
        self.companions[seed] = companion
        for place, step in enumerate(steps):
            try:
                if step[0] in {"wait", "edge"}:
                    moment = lives.moment_of(account, step)
                    yield moment
                    account.advance(moment)
                    companion.look()
                elif step[0] != "prices":
                    self.outcomes.add((step[0], companion.take(step)))
                    self._let_happen(step, account.now)
                if self.rng.random() < self.look_often:
                    companion.look_closely()
            except BaseException as error:
                error.add_note(f"step {place} of {steps}")
                raise
        for number in range(len(companion.ids)):
            companion.take(("mode", number, "NotRenewal", None))
        companion.look_closely()

    def _let_happen(self, step: Step, now: int) -> None:
        """What ended just now has its letters at once, as soon as somebody looks for due work."""
        if step[0] == "unsubscribe":
            self.market.move(now)

    def _price_change(self, about: int) -> tuple[int, int, Iterator[int]]:
        moment = about + self.rng.randrange(60 * ONE_DAY)
        return moment, -moment, self._change_prices(moment, self.rng.randrange(len(BOOKS)))

    def _change_prices(self, moment: int, book: int) -> Iterator[int]:
        """Everybody reaches the moment at the old prices, and goes on at the new ones."""
        self._load_prices(book)
        for companion in self.companions.values():
            companion.account.advance(moment)
            companion.account.set_book(self._book_for(companion))
        yield from ()

    def _load_prices(self, book: int) -> None:
        self.book = book
        self.market.load_prices(FILES[book])

    def _book_for(self, companion: Companion) -> Book:
        return BOOKS_IN[companion.currency][self.book]

    def _see_the_end(self) -> None:
        """Let all that is still planned happen, and look at everything once more."""
        end = max(
            (due for one in self.companions.values() for due in _planned(one.account)),
            default=BEGINNING,
        )
        now = max(one.account.now for one in self.companions.values())
        self.market.move(max(now, end))
        for seed, companion in self.companions.items():
            try:
                companion.account.advance(max(now, end))
                companion.look_closely()
            except BaseException as error:
                error.add_note(f"life {seed} of {self.seeds} at the end")
                raise
        assert list(self.market.findings()) == []


def _planned(account: Account) -> list[int]:
    return [entry[0] for instance in account.instances for entry in instance["planned"]]
