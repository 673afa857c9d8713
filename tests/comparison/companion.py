"""A companion leads one life twice, in the naive account and in the product, and compares them.

Every step has the same outcome, or the same refusal. After each, money, vouchers and instances are
the same; orders and letters are compared when asked for. A life is its steps: see `naive.lives`.
"""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from comparison.shop import Facts, Refused, Shop
from naive import days, lives
from naive.account import Account, Record
from naive.lives import Step
from naive.prices import NOTHING

#: The code of what rules.md refuses without naming one.
CODES = {
    "there is no instance": "there is no instance",
    "no paid renewal is pending": "ResourceStatusError",
    "an upgrade was bought after it": "ResourceStatusError",
    "only a running instance can be upgraded": "ResourceStatusError",
    "nothing would come back": "ResourceStatusError",
}


class Companion:
    """``account`` and ``shop`` are the same customer; ``ids`` names instances in the product."""

    def __init__(self, account: Account, shop: Shop, currency: str) -> None:
        self.account = account
        self.shop = shop
        self.currency = currency
        self.ids: list[str] = []

    def take(self, step: Step) -> str:
        """A step that does not move time; how it ended, the same in both."""
        outcome = self.do(step)
        self.look()
        return outcome

    def do(self, step: Step) -> str:
        """The same without a look at what came of it."""
        ours = self._ask(step)
        naive = lives.outcome(self.account, step)
        equal(f"the outcome of {step}", ours, CODES.get(naive, naive))
        return naive

    def _ask(self, step: Step) -> str:
        try:
            self._act(*step)
        except Refused as refused:
            return refused.code
        return "done" if self.ids or step[0] in {"top_up", "voucher"} else "there is no instance"

    def _act(self, kind: str, *rest: Any) -> None:
        if kind == "buy":
            self.ids.append(self.shop.buy(*rest))
        elif kind == "top_up":
            self.shop.top_up(*rest)
        elif kind == "voucher":
            balance, threshold, delay, validity = rest
            start = self.account.now + delay
            self.shop.give_voucher(balance, threshold, start, start + validity)
        elif self.ids:
            self._act_on(rest[0] % len(self.ids), kind, *rest[1:])

    def _act_on(self, number: int, kind: str, *rest: Any) -> None:
        instance = self.ids[number]
        if kind == "renew":
            self.shop.renew(instance, *rest)
        elif kind == "mode":
            self.shop.set_renewal(instance, *rest)
        elif kind == "upgrade":
            self.shop.upgrade(instance, lives.raised(self.account, number, rest[0]))
        elif kind == "cancel":
            self.shop.cancel_renewal(instance, self._order_to_cancel(number))
        elif kind == "unsubscribe":
            self._compare_quote(number)
            self.shop.unsubscribe(instance, immediately=rest[0])
        else:
            raise ValueError(f"unknown step {kind}")

    def _order_to_cancel(self, number: int) -> str:
        """The order of the last term, as its owner finds it: not one that was given back."""
        orders = self.shop.orders()
        given_back = {part[0] for order in orders for part in order.get("parts", ())}
        start = self.account.instances[number]["terms"][-1]["start"]
        bought = [
            (order["start"] == start, order["id"] not in given_back, order["id"])
            for order in orders
            if order["instance"] == self.ids[number] and order["type"] in {"New", "Renew"}
        ]
        return str(max(bought)[-1])

    def _compare_quote(self, number: int) -> None:
        """What unsubscribing would give back is the same; both refuse at the same times."""
        try:
            naive: object = self.account.refund_quote(number)
        except lives.Refused as refused:
            naive = refused.code
        try:
            ours: object = self.shop.refund_quote(self.ids[number])
        except Refused as refused:
            ours = refused.code
        equal("what unsubscribing would give back", ours, naive)

    # Comparing

    def look(self) -> None:
        """Money, vouchers and instances."""
        account, shop = self.account, self.shop
        equal("the balance", shop.balance(), account.cash)
        rests = [
            one["balance"] if account.now < one["valid_until"] else NOTHING
            for one in account.vouchers
        ]
        equal("vouchers", list(shop.vouchers()), rests)
        seen = shop.instances()
        there = {
            instance: self._instance(number)
            for number, instance in enumerate(self.ids)
            if account.phase(number) != "released"
        }
        equal("the instances", seen.keys(), there.keys())
        for instance, expected in there.items():
            same(instance, seen[instance], expected)

    def look_closely(self) -> None:
        """Besides, every order, every letter, every month."""
        self.look()
        self._compare_orders()
        self._compare_letters()
        self._compare_months()

    def _instance(self, number: int) -> Facts:
        instance = self.account.instances[number]
        return {
            "phase": self.account.phase(number),
            "start": self.account.start(number),
            "end": self.account.end(number),
            "mode": instance["mode"],
            "months": instance["renewal_months"],
            "configuration": self.account.configuration(number),
        }

    def _compare_orders(self) -> None:
        seen = list(self.shop.orders())
        names = set().union(*seen) - {"id", "parts"}
        expected = [self._order(order) for order in self.account.orders]
        same_members(
            "orders", [key(one, names) for one in seen], [key(one, names) for one in expected]
        )
        by_id = {order["id"]: order for order in seen}
        ours = [
            (order["at"], key(by_id[related], names), amount)
            for order in seen
            for related, amount in order.get("parts", ())
        ]
        naive = [
            (order["at"], key(expected[part["order"]], names), part["amount"])
            for order in self.account.orders
            for part in order.get("parts", ())
        ]
        same_members("parts of refunds", ours, naive)

    def _order(self, order: Record) -> Facts:
        facts = {name: order[name] for name in ("type", "at")}
        facts["instance"] = self.ids[order["instance"]]
        if order["type"] == "Refund":
            return facts | {"list": order["refund"], "payable": order["refund"]}
        return facts | {
            "list": order["list"],
            "payable": order["payable"],
            "cash": order["cash_paid"],
            "start": order["start"],
            "end": order["end"],
            "days": order["order_days"],
            "months": order["months"] or 0,
            "automatic": order["how"] == "automatic",
            "configuration": order["configuration"],
        }

    def _compare_letters(self) -> None:
        """Each is there exactly once, at its moment, and tells the amounts."""
        waiting: dict[tuple[object, ...], list[str]] = {}
        for letter in self.shop.letters():
            place = (letter["at"], letter["kind"], letter["instance"])
            waiting.setdefault(place, []).append(letter["text"])
        for letter in self.account.letters:
            number = letter["instance"]
            instance = "" if number is None else self.ids[number]
            texts = waiting.get((letter["at"], letter["kind"], instance), [])
            words = self._words(letter)
            fitting = [text for text in texts if all(word in text for word in words)]
            assert fitting, f"no {letter} of {days.text(letter['at'])} with {words} among {texts}"
            texts.remove(fitting[0])
        equal("letters too many", [place for place, texts in waiting.items() if texts], [])

    def _compare_months(self) -> None:
        """A month's bill is what was paid in it, less what came back in it. rules.md 9."""
        seen = self.shop.months()
        if seen is None:
            return
        months: dict[str, Decimal] = {}
        for order in self.account.orders:
            amount = -order["refund"] if order["type"] == "Refund" else order["payable"]
            month = self._month(order["at"])
            months[month] = months.get(month, NOTHING) + amount
        equal("the months", seen, months)

    def _month(self, moment: int) -> str:
        return days.text(moment)[:7]

    def _words(self, letter: Record) -> list[str]:
        """What the letter must say: amounts to the cent, moments to the second."""
        words = []
        if "amount" in letter:
            words.append(f"- Amount: {self._money(letter['amount'])}\n")
        if "missing" in letter:
            words.append(f"- Missing: {self._money(letter['missing'])}\n")
        if following := letter.get("next_attempt"):
            words.append(f"We try again at {days.text(following)} (UTC+8)")
        if "next_attempt" in letter and following is None:
            words.append("This was the last attempt.")
        if "days" in letter:
            many = "day" if letter["days"] == 1 else "days"
            words.append(f" expires in {letter['days']} {many}.")
        return words

    def _money(self, amount: Decimal) -> str:
        return f"{self.currency} {amount:,}"


def equal(what: str, ours: object, naive: object) -> None:
    assert ours == naive, f"{what}: the product says {ours!r}, the rules say {naive!r}"


def same(what: str, seen: Facts, expected: Facts) -> None:
    """What is seen is as expected; what cannot be seen this way is not compared."""
    equal(what, seen, {name: expected[name] for name in seen})


def same_members(what: str, ours: Iterable[object], naive: Iterable[object]) -> None:
    """The same ones, each as often, in whatever order."""
    left, right = Counter(ours), Counter(naive)
    equal(what, dict(left - right), dict(right - left))


def key(facts: Facts, names: Iterable[str]) -> str:
    """The facts as text that sorts and compares."""
    return str([(name, _sorted(facts.get(name))) for name in sorted(names)])


def _sorted(value: object) -> object:
    return sorted(value.items()) if isinstance(value, dict) else value
