"""One customer's account, naively: the second implementation of rules.md 1, 2, 4, 5, 6 and 7.

Records are plain dicts, and what time brings is carried out one by one. Nothing is imported from
the program: that both come to the same is what tests compare. ``advance`` goes on to a moment;
every other call happens at the moment where the account stands, after all that was due until then.

Where the rules leave a choice:

* Two attempts to renew at the same second are made in the order in which they were first planned.
* After a pending renewal by hand is cancelled, the attempts at automatic renewal that are still to
  come for the restored end are due again, if the mode is still AutoRenewal.
* An unsubscribed instance that is kept ends like one whose anchor is its last day, so that an
  automatic renewal that its owner switches on later buys what it pays for, from the end on.
* Like an upgrade, a second renewal with changes is refused while one has not begun.
* If 09:00 on E+15 is not before the release (only then), release_soon is sent one day earlier.
"""

from decimal import Decimal
from typing import Any

from naive import days, prices
from naive.plan import KINDS, ONLY_LATER, RETENTION, series
from naive.prices import NOTHING, Book, Configuration

Record = dict[str, Any]

#: "Until" of what never ends.
FOREVER = 10**11


class Refused(Exception):
    """The account refuses and nothing has changed; ``code`` is "" where rules.md names none."""

    def __init__(self, code: str, why: str, missing: Decimal = NOTHING) -> None:
        super().__init__(f"{code or 'refused'}: {why}")
        self.code = code
        self.why = why
        self.missing = missing


class Account:
    """Cash, vouchers, instances, orders and letters, at the moment ``now``.

    Instances and orders are named by their place in ``instances`` and ``orders``.
    """

    def __init__(self, book: Book, now: int) -> None:
        self.book = book
        self.now = now
        self.cash = NOTHING
        self.vouchers: list[Record] = []
        self.instances: list[Record] = []
        self.orders: list[Record] = []
        self.letters: list[Record] = []
        self.first_planned: dict[tuple[int, str, int], int] = {}

    # Time

    def next_due(self) -> int | None:
        """The moment of what is due next."""
        planned = self._next_planned()
        return planned[0] if planned else None

    def advance(self, to: int) -> None:
        """Carry out everything that is due until then, each at its own moment."""
        while (planned := self._next_planned()) and planned[0] <= to:
            due, _, _, number, kind, details = planned
            self.now = max(self.now, due)
            self.instances[number]["planned"].remove(planned)
            self._carry_out(number, kind, details)
        self.now = max(self.now, to)

    def _next_planned(self) -> Any:
        waiting = [min(one["planned"]) for one in self.instances if one["planned"]]
        return min(waiting) if waiting else None

    def _carry_out(self, number: int, kind: str, details: int) -> None:
        instance = self.instances[number]
        if kind == "attempt":
            self.attempt_renewal(number)
            return
        if kind == "released":
            self._release(instance)
            return
        instance["told"].add((kind, instance["terms"][-1]["end"], details))
        self._letter(kind, number, **({"days": details} if kind == "reminder" else {}))

    def _plan(self, instance: Record) -> None:
        """Everything that is still to come with the end as it is now."""
        end = instance["terms"][-1]["end"]
        instance["planned"] = []
        for due, kind, details in series(end, automatic=instance["mode"] == "AutoRenewal"):
            passed = due <= self.now if kind in ONLY_LATER else due < self.now
            if passed or (kind, end, details) in instance["told"]:
                continue
            key = (instance["number"], kind, due)
            turn = self.first_planned.setdefault(key, len(self.first_planned))
            entry = (due, KINDS.index(kind), turn, instance["number"], kind, details)
            instance["planned"].append(entry)

    # What an instance is

    def phase(self, number: int) -> str:
        """``running``, ``expired`` or ``released``."""
        instance = self.instances[number]
        end = instance["terms"][-1]["end"]
        if instance["released"] is not None or self.now >= end + RETENTION:
            return "released"
        return "running" if self.now < end else "expired"

    def end(self, number: int) -> int:
        """The end of the last paid term."""
        return self.instances[number]["terms"][-1]["end"]

    def start(self, number: int) -> int:
        """The start of the first term since the last gap."""
        terms = self.instances[number]["terms"]
        start = terms[-1]["start"]
        for term in reversed(terms):
            if term["end"] < start:
                break
            start = term["start"]
        return start

    def configuration(self, number: int) -> Configuration:
        """What the instance has now."""
        begun = [c for since, c in self.instances[number]["configurations"] if since <= self.now]
        return begun[-1]

    def coming_configuration(self, number: int) -> Configuration:
        """What the next term to be bought starts with."""
        return self.instances[number]["configurations"][-1][1]

    def change_is_pending(self, number: int) -> bool:
        """Whether a renewal with changes is paid whose term has not begun."""
        return self.instances[number]["configurations"][-1][0] > self.now

    def pending_terms(self, number: int) -> list[Record]:
        """The paid terms that have not begun."""
        return [term for term in self.instances[number]["terms"] if term["start"] > self.now]

    # Money in, prices

    def top_up(self, amount: Decimal) -> None:
        self.cash += amount
        self._letter("top_up", None, amount=amount)

    def give_voucher(
        self,
        balance: Decimal,
        threshold: Decimal = NOTHING,
        valid_from: int = 0,
        valid_until: int = FOREVER,
    ) -> int:
        """A voucher that is good from ``valid_from`` until before ``valid_until``; its number."""
        voucher = {
            "number": len(self.vouchers),
            "balance": balance,
            "threshold": threshold,
            "valid_from": valid_from,
            "valid_until": valid_until,
            "issued": self.now,
        }
        self.vouchers.append(voucher)
        return voucher["number"]

    def set_book(self, book: Book) -> None:
        """From now on these prices are in force."""
        self.book = book

    # Buying time

    def buy(self, months: int, configuration: Configuration) -> int:
        """A new instance; its number."""
        number = len(self.instances)
        wanted = prices.complete(self.book, configuration, None)
        order = self._new_order("New", "purchase", number, months, None, wanted)
        amounts = prices.term_amounts(self.book, wanted, months)
        self._pay(order, *amounts)
        instance = {
            "number": number,
            "mode": "ManualRenewal",
            "renewal_months": None,
            "terms": [],
            "configurations": [(self.now, wanted)],
            "planned": [],
            "told": set(),
            "released": None,
        }
        self.instances.append(instance)
        self._begin_term(instance, order, months)
        return number

    def renew(self, number: int, months: int, configuration: Configuration | None = None) -> Record:
        """By hand, perhaps with another configuration from the new term's start; the order."""
        self._must_exist(number)
        return self._renew(number, months, configuration or {}, by_hand=True)

    def attempt_renewal(self, number: int) -> Record | None:
        """An attempt at automatic renewal, now; the order, or None after a failure's letter."""
        instance = self.instances[number]
        try:
            return self._renew(number, instance["renewal_months"], {}, by_hand=False)
        except Refused as refused:
            attempts = [entry[0] for entry in instance["planned"] if entry[4] == "attempt"]
            following = min(attempts) if attempts else None
            self._letter(
                "auto_renewal_failed", number, missing=refused.missing, next_attempt=following
            )
            return None

    def _renew(self, number: int, months: int, asked: Configuration, *, by_hand: bool) -> Record:
        instance = self.instances[number]
        last = instance["terms"][-1]
        old = self.coming_configuration(number)
        if asked and self.change_is_pending(number):
            raise Refused("INSTANCE_HAS_INACTIVE_CHANGE", "a renewal with changes is pending")
        wanted = prices.complete(self.book, asked, old) if asked else old
        how = "by hand" if by_hand else "automatic"
        order = self._new_order("Renew", how, number, months, old, wanted)
        amounts = prices.term_amounts(self.book, wanted, months)
        self._pay(order, *amounts)
        if by_hand and self.now >= last["end"]:
            self._begin_term(instance, order, months)
        else:
            self._queue_term(instance, order, months)
        if wanted != old:
            order["changes"] = True
            instance["configurations"].append((order["start"], wanted))
        return order

    def _begin_term(self, instance: Record, order: Record, months: int) -> None:
        """A term that starts now, with today as its anchor."""
        anchor = days.day_of(self.now)
        last_day = self._add_term(instance, order, self.now, anchor, months)
        order["order_days"] = last_day - anchor

    def _queue_term(self, instance: Record, order: Record, months: int) -> None:
        """A term that starts where the last one ends, with the same anchor."""
        last = instance["terms"][-1]
        self._add_term(instance, order, last["end"], last["anchor"], last["months"] + months)
        order["order_days"] = prices.days_rounded_up(order["end"] - order["start"])

    def _add_term(
        self, instance: Record, order: Record, start: int, anchor: int, months: int
    ) -> int:
        """Write the term down, plan what its end brings, send the receipt; the last day, E."""
        last_day = days.add_months(anchor, months)
        end = days.at(last_day + 1)
        order["start"], order["end"] = start, end
        term = {"start": start, "end": end, "anchor": anchor, "months": months}
        instance["terms"].append({**term, "order": order["number"]})
        self._plan(instance)
        kind = "purchase" if order["type"] == "New" else "renewal"
        self._letter(kind, instance["number"], amount=order["payable"])
        return last_day

    def set_renewal(self, number: int, mode: str, months: int | None = None) -> None:
        """AutoRenewal with its months, ManualRenewal or NotRenewal."""
        self._must_exist(number)
        if mode == "AutoRenewal" and not months:
            raise Refused("", "automatic renewal needs a period")
        instance = self.instances[number]
        instance["mode"] = mode
        instance["renewal_months"] = months if mode == "AutoRenewal" else None
        self._plan(instance)

    # Upgrades

    def upgrade(self, number: int, configuration: Configuration) -> Record:
        """More of something, from now to the end of the last paid term; the order."""
        self._must_exist(number)
        if self.phase(number) != "running":
            raise Refused("", "only a running instance can be upgraded")
        if self.change_is_pending(number):
            raise Refused("INSTANCE_HAS_INACTIVE_CHANGE", "a renewal with changes is pending")
        instance = self.instances[number]
        old = self.configuration(number)
        new = prices.complete(self.book, configuration, old)
        if any(new[module] < old[module] for module in prices.MODULES):
            raise Refused("InvalidParameter", "a value falls")
        if new == old:
            raise Refused("InvalidParameter", "nothing rises")
        remaining = self.end(number) - self.now
        order = self._new_order("Upgrade", "upgrade", number, None, old, new)
        self._pay(order, *prices.upgrade_amounts(self.book, old, new, remaining))
        order["start"], order["end"] = self.now, self.end(number)
        order["order_days"] = prices.days_rounded_up(remaining)
        instance["configurations"].append((self.now, new))
        self._letter("upgrade", number, amount=order["payable"])
        return order

    # Money back

    def cancel_renewal(self, number: int) -> Decimal:
        """Take back the latest paid term that has not begun; what comes back."""
        self._must_exist(number)
        if not self.pending_terms(number):
            raise Refused("", "no paid renewal is pending")
        instance = self.instances[number]
        order = self.orders[instance["terms"][-1]["order"]]
        for later in self.orders[order["number"] + 1 :]:
            if later["type"] == "Upgrade" and later["instance"] == number:
                raise Refused("", "an upgrade was bought after it")
        back = self._refund(number, [order])
        instance["terms"].pop()
        if order["changes"]:
            instance["configurations"].pop()
        if order["how"] == "automatic":
            instance["mode"], instance["renewal_months"] = "ManualRenewal", None
        self._plan(instance)
        return back

    def refund_quote(self, number: int) -> Decimal:
        """What unsubscribing would give back now; also 0.00."""
        self._must_exist(number)
        if self.phase(number) != "running":
            raise Refused("ResourceStatusError", "it is expired")
        refundable = [prices.refund_of(order, self.now) for order in self._refundable(number)]
        return sum(refundable, NOTHING)

    def unsubscribe(self, number: int, *, immediately: bool = True) -> Decimal:
        """End it and every pending renewal, release it now or 15 days later; what comes back."""
        if self.refund_quote(number) == 0:
            raise Refused("", "nothing would come back")
        back = self._refund(number, self._refundable(number))
        instance = self.instances[number]
        pending = self.pending_terms(number)
        instance["terms"] = [term for term in instance["terms"] if term not in pending]
        instance["configurations"] = [
            one for one in instance["configurations"] if one[0] <= self.now
        ]
        last = instance["terms"][-1]
        last["end"], last["anchor"], last["months"] = self.now, days.day_of(self.now - 1), 0
        instance["mode"], instance["renewal_months"] = "NotRenewal", None
        if immediately:
            self._release(instance)
        else:
            self._plan(instance)
            self.advance(self.now)
        return back

    def _refundable(self, number: int) -> list[Record]:
        """The current term's order, the pending renewals', the upgrades that still run."""
        unfinished = [t["order"] for t in self.instances[number]["terms"] if t["end"] > self.now]
        return [
            order
            for order in self.orders
            if order["number"] in unfinished
            or (
                order["type"] == "Upgrade"
                and order["instance"] == number
                and order["end"] > self.now
                and order["refunded"] is None
            )
        ]

    def _refund(self, number: int, orders: list[Record]) -> Decimal:
        """Pay these back, with one order of type Refund that has a part for each."""
        parts = []
        for order in orders:
            amount = prices.refund_of(order, self.now)
            order["refunded"] = amount
            parts.append({"order": order["number"], "amount": amount})
        back = sum((part["amount"] for part in parts), NOTHING)
        self.cash += back
        order = self._new_order("Refund", "refund", number, None, None, None)
        order["parts"], order["refund"] = parts, back
        self.orders.append(order)
        self._letter("refund", number, amount=back)
        return back

    # What the above is made of

    def _must_exist(self, number: int) -> None:
        if self.phase(number) == "released":
            raise Refused("ResourceNotExists", "it is released")

    def _release(self, instance: Record) -> None:
        instance["released"] = self.now
        instance["planned"] = []
        self._letter("released", instance["number"])

    def _letter(self, kind: str, number: int | None, **details: Any) -> None:
        self.letters.append({"at": self.now, "kind": kind, "instance": number, **details})

    def _new_order(
        self,
        kind: str,
        how: str,
        number: int,
        months: int | None,
        original: Configuration | None,
        configuration: Configuration | None,
    ) -> Record:
        """An order that is not paid and not in the list yet."""
        return {
            "number": len(self.orders),
            "type": kind,
            "how": how,
            "instance": number,
            "at": self.now,
            "months": months,
            "original": original,
            "configuration": configuration,
            "changes": False,
            "discounts": self.book["discounts"],
            "refunded": None,
        }

    def _pay(self, order: Record, list_amount: Decimal, payable: Decimal) -> None:
        """By at most one voucher, then by cash; Refused if that is not enough."""
        voucher = prices.best_voucher(self.vouchers, payable, self.now) if payable else None
        by_voucher = min(voucher["balance"], payable) if voucher else NOTHING
        by_cash = payable - by_voucher
        if by_cash > self.cash:
            missing = by_cash - self.cash
            raise Refused(
                "PAY.INSUFFICIENT_BALANCE",
                f"it costs {payable}, the balance is {self.cash}, {missing} are missing",
                missing,
            )
        if voucher:
            voucher["balance"] -= by_voucher
        self.cash -= by_cash
        order["list"], order["payable"] = list_amount, payable
        order["voucher"] = voucher["number"] if voucher else None
        order["voucher_paid"], order["cash_paid"] = by_voucher, by_cash
        self.orders.append(order)
