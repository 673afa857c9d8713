"""What all pages that sell have in common: what can be chosen, what it costs, and ordering it.

What is shown and what is booked is the same offer. rules.md 4.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from keylease.billing.catalog import Edition, Module, PriceBook
from keylease.billing.legal.model import LegalKind
from keylease.billing.orders.model import Order, OrderType
from keylease.billing.orders.placing import Offer
from keylease.console.pages.once import FIELD, Answer, change_once
from keylease.console.ports import ConsoleWork
from keylease.console.visit import Goto, Permissions, Visit, whole
from keylease.core import ids
from keylease.core.errors import Code, Parameter, Refusal, Word
from keylease.core.money import percent_off
from keylease.core.terms import bought
from keylease.lifecycle import ordering, purchase
from keylease.lifecycle.purchase import Purchase

#: What is sold, by its code in the price book.
ITEMS = {
    "ProductVersion": "Instance",
    "Spec": "Computing performance",
    "KeyNum": "Keys",
    "SecretNum": "Secrets",
    "VpcNum": "Access units",
    "LogStorage": "Log storage (GB)",
    "ValueAddedService": "Service",
}

#: The quantities that can be chosen, as the API names them.
QUANTITIES = ("Spec", "KeyNum", "SecretNum", "VpcNum", "LogStorage")


#: Fields of the form that say nothing of what is chosen.
_OF_ORDERS = {"form_token", FIELD, "amount", "terms_version", "accept", "show"}


@dataclass(frozen=True, slots=True)
class Line:
    """An item of an offer: how much of it there was and will be, and what it costs.

    ``monthly`` and ``payable`` are minor units: a month's list price, its part of the amount.
    """

    item: str
    before: int | None
    quantity: int | None
    monthly: int
    payable: int


@dataclass(frozen=True, slots=True)
class Field:
    """A quantity that can be chosen: what the price book sells of it, and what is chosen.

    ``present`` can stay, even if the price book no longer sells exactly that much.
    """

    module: Module
    value: str
    least: int
    present: int

    @property
    def item(self) -> str:
        """What it is called."""
        return ITEMS[self.module.code]

    @property
    def step(self) -> int:
        """Between the values of the field: a block, unless it starts inside one."""
        inside = (self.least - self.module.included) % self.module.block
        return 1 if inside else self.module.block

    @property
    def steps(self) -> list[tuple[int, int]]:
        """The steps, if it is sold in steps, each with how many blocks it is above the least."""
        module = self.module
        base = module.blocks(self.least)
        kept = {self.least, self.present, *(one for one in module.steps if one > self.least)}
        return [(step, module.blocks(step) - base) for step in sorted(kept)] if module.steps else []


def fields_of(
    visit: Visit, edition: Edition, present: Mapping[str, int], least: Mapping[str, int]
) -> list[Field]:
    """The quantities of an edition, from ``least`` on, with what the visitor has chosen."""
    return [
        Field(
            one,
            visit.given(one.code, str(present[one.code])),
            min(least[one.code], present[one.code]),
            present[one.code],
        )
        for one in edition.modules
    ]


def chosen(visit: Visit, codes: Sequence[str] = QUANTITIES) -> dict[str, str]:
    """What was filled in of these parameters."""
    return {code: value for code in codes if (value := visit.given(code))}


def included(edition: Edition) -> dict[str, int]:
    """What the base price of an edition buys."""
    return {one.code: one.included for one in edition.modules}


def require_offered(fields: Sequence[Field]) -> None:
    """Refuse a quantity that the price book does not sell, in the words of the page."""
    for one in fields:
        chosen, module = whole(one.value), one.module
        if chosen in {one.least, one.present}:
            continue
        if chosen is None or chosen < one.least or not module.offers(chosen):
            raise _not_offered(one)


def durations(visit: Visit, book: PriceBook, offered: Sequence[int]) -> list[tuple[str, str]]:
    """Months as options, each with the discount that it earns."""
    return [(str(months), _duration(visit, months, book.discount(months))) for months in offered]


def months_text(visit: Visit, months: int) -> str:
    """So many months, in words."""
    return visit.t("1 month") if months == 1 else visit.t("{number} months", number=months)


def shown(work: ConsoleWork, make: Callable[[], Offer]) -> dict[str, Any]:
    """What ``buying/price.html`` shows of an offer, or of why there is none."""
    try:
        offer = make()
    except Refusal as refusal:
        return {"offer": None, "refused": refusal}
    return {
        "offer": offer,
        "lines": _lines_of(offer),
        "percent": percent_off(offer.price.discount),
        "client_token": ids.uuid(work.entropy),
        "terms_version": work.legal_texts.current_version(LegalKind.SERVICE),
    }


def shown_purchase(
    visit: Visit, work: ConsoleWork, asked: Purchase, check: Callable[[], None]
) -> dict[str, Any]:
    """As `shown`, of what is bought new, with its end; ``check`` refuses what is not offered."""

    def make() -> Offer:
        check()
        return purchase.offer(work, visit.account, visit.region, asked)

    values = shown(work, make)
    if (offer := values["offer"]) is not None:
        values["end"] = bought(work.now, offer.months).end
    return values


def _lines_of(offer: Offer) -> list[Line]:
    """The items of an offer; of an upgrade those that rise."""
    quantities = offer.configuration.quantities
    before = {} if offer.original is None else offer.original.quantities
    lines = [
        Line(
            ITEMS[share.line.module],
            before.get(share.line.module),
            quantities.get(share.line.module),
            share.line.amount,
            share.payable_amount,
        )
        for share in offer.price.shares()
    ]
    if offer.type is OrderType.UPGRADE:
        return [one for one in lines if one.before != one.quantity]
    return [one for one in lines if one.quantity != 0 or one.before]


def accepted_terms(visit: Visit, work: ConsoleWork) -> int:
    """The version of the terms of service in force; Refusal unless the visitor accepted it."""
    current = work.legal_texts.current_version(LegalKind.SERVICE)
    if not visit.given("accept"):
        raise Refusal(
            Code.MISSING_PARAMETER, "Read the terms of service, and tick that you accept them."
        )
    if visit.given("terms_version") != str(current):
        raise Refusal(
            Code.INVALID_PARAMETER,
            "The terms of service have changed: read them, and accept them again.",
        )
    return current


def order_once(
    visit: Visit, permissions: Permissions, place: Callable[[ConsoleWork], Order]
) -> Goto:
    """Make an order, one for each time that its form was shown, and go on to its payment.

    Where the form only asks for the price, it goes back to the page, for what was chosen.
    """
    if visit.given("show"):
        chosen = {name: text for name, text in visit.form.items() if name not in _OF_ORDERS}
        return Goto(f"{visit.here}?{urlencode(chosen)}")

    def do(work: ConsoleWork) -> dict[str, str]:
        return {"order_id": place(work).id}

    def about(answer: Answer) -> str:
        return str(answer["order_id"])

    order_id = about(change_once(visit, "PlaceOrder", visit.account_id, about, do, permissions))
    return Goto(f"/console/orders/{order_id}/pay")


def order(visit: Visit, work: ConsoleWork, offer: Offer, *, falls: bool = False) -> Order:
    """Make the order for an offer, which waits to be paid. The account is locked by the caller.

    It is refused unless it costs what was shown; ``falls``: its price falls by the second, so that
    it may cost less.
    """
    terms_version = accepted_terms(visit, work)
    amount = whole(visit.given("amount"))
    if amount is None:
        raise Refusal(Code.INVALID_PARAMETER, "Look at the price first, then order.")
    if falls:
        amount = min(amount, offer.price.payable_amount)
    return ordering.place(work, offer, terms_version, amount)


def waiting_order(work: ConsoleWork, instance_id: str) -> Order | None:
    """The order for an instance that waits to be paid, if there is one."""
    orders = work.orders.of_instance(instance_id)
    return next((one for one in orders if one.is_payable(work.now)), None)


def _duration(visit: Visit, months: int, factor: Fraction) -> str:
    said = months_text(visit, months)
    return said if factor == 1 else said + visit.t(" ({percent}% off)", percent=percent_off(factor))


def _not_offered(one: Field) -> Refusal:
    if one.module.steps:
        return Refusal(
            Code.INVALID_PARAMETER,
            "{item}: choose one of {offered}.",
            about=Parameter(one.item),
            item=Word(one.item),
            offered=", ".join(f"{step:,}" for step, _ in one.steps),
        )
    return Refusal(
        Code.INVALID_PARAMETER,
        "{item}: choose {least} to {most}, in steps of {step}.",
        about=Parameter(one.item),
        item=Word(one.item),
        least=f"{one.least:,}",
        most=f"{one.module.maximum:,}",
        step=f"{one.step:,}",
    )
