"""People who pay by the day: what they do, and how what came of it is compared."""

from decimal import Decimal
from random import Random

from comparison.companion import Companion, equal
from comparison.in_storage import StorageShop
from comparison.shop import Refused
from naive.account import Refused as NaivelyRefused
from naive.by_the_day import DayAccount
from naive.lives import Step
from simulation.people import now_and_then, top_up


def day_payer(rng: Random, account: DayAccount) -> Step | None:
    """Uses what there is, and now and then forgets to pay in."""
    there = [
        one["number"] for one in account.instances if account.phase(one["number"]) != "released"
    ]
    if account.cash < 10 and now_and_then(rng, 30):
        return top_up(rng, 150)
    if not there or now_and_then(rng, 2):
        return ("buy",) if now_and_then(rng, 60) else None
    number = rng.choice(there)
    if now_and_then(rng, 2):
        return ("release", number)
    if account.phase(number) == "running" and now_and_then(rng, 60):
        return ("use", number, rng.randrange(1, 600))
    return None


class DayCompanion(Companion):
    """Like its base, for a `DayAccount`."""

    account: DayAccount
    shop: StorageShop

    def __init__(self, account: DayAccount, shop: StorageShop, currency: str) -> None:
        self.account = account
        self.shop = shop
        self.currency = currency
        self.ids = []

    def do(self, step: Step) -> str:
        ours, naive = self._in_the_product(*step), self._naively(*step)
        equal(f"the outcome of {step}", ours, naive)
        return naive

    def _in_the_product(self, kind: str, *rest: int | Decimal) -> str:
        try:
            if kind == "buy":
                self.ids.append(self.shop.buy_by_the_day())
            elif kind == "top_up":
                self.shop.top_up(*rest)
            elif kind == "use":
                self.shop.count_requests(self.ids[rest[0]], rest[1])
            else:
                self.shop.release_by_the_day(self.ids[rest[0]])
        except Refused as refused:
            return refused.code
        return "done"

    def _naively(self, kind: str, *rest: int | Decimal) -> str:
        try:
            getattr(self.account, kind)(*rest)
        except NaivelyRefused as refused:
            return refused.code
        return "done"

    def look(self) -> None:
        """Money, and which instances are there, and work."""
        equal("the balance", self.shop.balance(), self.account.cash)
        phases = {
            instance: self.account.phase(number)
            for number, instance in enumerate(self.ids)
            if not self.account.is_gone(number)
        }
        seen = {instance: one["phase"] for instance, one in self.shop.instances().items()}
        equal("the instances", seen, phases)

    def look_closely(self) -> None:
        """Besides, every letter, and what each month's days add up to."""
        self.look()
        self._compare_letters()
        months: dict[str, Decimal] = {}
        for month, amount in [*self._orders(), *self.account.bills]:
            months[month] = months.get(month, Decimal("0.00")) + amount
        equal("the months", self.shop.months(), months)

    def _orders(self) -> list[tuple[str, Decimal]]:
        """The months in which something was bought, for nothing."""
        return [(self._month(one["bought"]), Decimal("0.00")) for one in self.account.instances]
