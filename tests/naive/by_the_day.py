"""A customer who pays by the day, naively: rules.md 8.

Where the rules leave a choice: what a bill takes below zero is the debt, even by a cent; a stopped
instance exists, and is billed, until its release; the price of a day is that of its last second.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from naive import days
from naive.account import Record, Refused
from naive.days import ONE_DAY
from naive.plan import series
from naive.prices import NOTHING, round_half_up

BILL_HOUR = 10
GRACE = 7 * ONE_DAY
#: What is due at the same moment comes in this order.
ORDER = ("bill", "expired", "release_soon", "released")


class DayAccount:
    """Cash, instances and letters; ``prices`` are what an instance costs a day, and a request."""

    def __init__(self, prices: dict[str, Decimal], now: int) -> None:
        self.prices_since = [(0, prices)]
        self.now = now
        self.cash = NOTHING
        self.instances: list[Record] = []
        self.letters: list[Record] = []
        self.bills: list[tuple[str, Decimal]] = []
        self.debt_since: int | None = None
        self.next_bill = days.day_of(now)

    def advance(self, to: int) -> None:
        """Carry out everything that is due until then, each at its own moment."""
        while (due := min(self._planned())) <= (to, len(ORDER)):
            self.now, kind = max(self.now, due[0]), ORDER[due[1]]
            if kind == "bill":
                self._bill(self.next_bill)
                self.next_bill += 1
            else:
                self._happen(kind)
        self.now = to

    def _planned(self) -> list[tuple[int, int]]:
        """The next bill, and what the debt brings to the instances that are there."""
        planned = [(days.at(self.next_bill + 1, BILL_HOUR), 0)]
        if self.debt_since is None:
            return planned
        for moment, kind, _ in series(self.debt_since + GRACE, automatic=False):
            told = (kind, self.debt_since)
            if kind in ORDER and any(told not in one["told"] for one in self._hit()):
                planned.append((moment, ORDER.index(kind)))
        return planned

    def _hit(self) -> list[Record]:
        """The instances that the debt stops."""
        return [one for one in self.instances if one["released"] is None]

    def _happen(self, kind: str) -> None:
        for one in self._hit():
            one["told"].add((kind, self.debt_since))
            if kind == "released":
                one["released"] = self.now
            self._letter("stopped" if kind == "expired" else kind, one["number"])

    def _bill(self, day: int) -> None:
        """The bill of a day: all instances that existed on it, rounded once."""
        there = [one for one in self.instances if self._existed(one, day)]
        if not there:
            return
        price = [prices for since, prices in self.prices_since if since < days.at(day + 1)][-1]
        exact = sum(
            Fraction(price["instance"])
            + Fraction(price["qps"]) * peak(one["requests"].get(day, {}))
            for one in there
        )
        amount = round_half_up(Fraction(exact))
        self.cash -= amount
        self.bills.append((days.text(days.at(day))[:7], amount))
        if amount and self.cash < 0 and self.debt_since is None:
            self.debt_since = self.now
            self._letter("in_debt", None, amount=amount, missing=-self.cash)

    def _existed(self, one: Record, day: int) -> bool:
        start, end = days.at(day), days.at(day + 1)
        bought, released = one["bought"], one["released"]
        over = released is not None and released <= start and bought < start
        return bool(bought < end and not over)

    def phase(self, number: int) -> str:
        """``running``, ``expired`` (stopped for debt) or ``released``."""
        if self.instances[number]["released"] is not None:
            return "released"
        stopped = self.debt_since is not None and self.now >= self.debt_since + GRACE
        return "expired" if stopped else "running"

    def is_gone(self, number: int) -> bool:
        """Whether it is released."""
        return self.phase(number) == "released"

    def top_up(self, amount: Decimal) -> None:
        self.cash += amount
        self._letter("top_up", None, amount=amount)
        if self.debt_since is not None and self.cash >= 0:
            self.debt_since = None
            self._letter("debt_paid", None)

    def buy(self) -> None:
        if self.debt_since is not None:
            raise Refused("Forbidden.InDebt", "a debt is to be paid first")
        number = len(self.instances)
        one = {"number": number, "bought": self.now, "released": None, "requests": {}}
        self.instances.append({**one, "told": set()})
        self._letter("purchase", number, amount=NOTHING)

    def use(self, number: int, requests: int) -> None:
        """So many requests in the present minute."""
        minutes = self.instances[number]["requests"].setdefault(days.day_of(self.now), {})
        minute = self.now // 60
        minutes[minute] = minutes.get(minute, 0) + requests

    def release(self, number: int) -> None:
        self.instances[number]["released"] = self.now
        self._letter("released", number)

    def set_prices(self, prices: dict[str, Decimal]) -> None:
        self.prices_since.append((self.now, prices))

    def _letter(self, kind: str, number: int | None, **details: Any) -> None:
        self.letters.append({"at": self.now, "kind": kind, "instance": number, **details})


def peak(minutes: dict[int, int]) -> int:
    """Requests a second of the busiest minute, rounded up."""
    most = max(minutes.values(), default=0)
    return most // 60 + (1 if most % 60 else 0)
