"""Buying an instance by subscription: the choice of a billing method, the buy page, the order.

Fields and their order: facts/kms.md 9. The pages of pay-as-you-go: `keylease.console.pages.by_use`.
"""

from typing import Any

from keylease.billing.catalog import PRODUCT_TYPES, Edition, PriceBook
from keylease.billing.orders.model import Order
from keylease.console.pages import offers
from keylease.console.pages.by_use import trial_refusal
from keylease.console.pages.doing import with_money
from keylease.console.pages.instances import EDITIONS
from keylease.console.pages.services import sold_in
from keylease.console.ports import ConsoleWork
from keylease.console.visit import Goto, Page, Visit, whole
from keylease.core.money import exact_text
from keylease.custody.instances.model import Edition as InstanceEdition
from keylease.lifecycle import purchase
from keylease.lifecycle.purchase import Purchase

#: The fields of the buy page, as the API names them.
_CODES = ("Region", "ProductVersion", *offers.QUANTITIES)


def choose(visit: Visit, work: ConsoleWork) -> Page:
    """The billing methods, each with what it is for and what it costs at least."""
    _, book = work.price_books.current()
    currency = visit.account.currency
    book.require_currency(currency)
    monthly = [one.monthly[currency] for one in _sold(work, book)]
    daily = [one.daily["Instance"][currency] for one in book.pay_as_you_go]
    values = {
        "monthly": min(monthly, default=None),
        "daily": f"{currency} {exact_text(min(daily))}" if daily else None,
        "services": min((one.monthly[currency] for one in sold_in(book)), default=None),
        "trial_days": book.trial_days,
        "trial_refusal": trial_refusal(visit, work),
    }
    return Page("buying/choose.html", "Create Instance", values)


def subscription(visit: Visit, work: ConsoleWork) -> Page:
    """The buy page of a subscription."""
    _, book = work.price_books.current()
    book.require_currency(visit.account.currency)
    edition = _edition(visit, work, book)
    values = {
        "edition": edition,
        "editions": {
            one.product_versions[0]: EDITIONS[InstanceEdition(one.name)]
            for one in _sold(work, book)
        },
        "no_hardware": not work.hardware_available,
        "quantities": _quantities(visit, edition),
        "durations": offers.durations(visit, book, book.durations.purchase),
        "periods": [
            (str(months), offers.months_text(visit, months)) for months in book.durations.automatic
        ],
    }
    return Page("buying/subscription.html", "Buy a subscription", values | _price(visit, work))


def order(visit: Visit) -> Goto:
    """Buy Now: an order that waits to be paid."""

    def place(work: ConsoleWork) -> Order:
        account = work.accounts.lock(visit.account_id)
        offer = purchase.offer(work, account, visit.region, _asked(visit))
        return offers.order(visit, work, offer)

    return offers.order_once(visit, with_money("CreateInstance"), place)


def _price(visit: Visit, work: ConsoleWork) -> dict[str, Any]:
    _, book = work.price_books.current()

    def check() -> None:
        offers.require_offered(_quantities(visit, _edition(visit, work, book)))

    return offers.shown_purchase(visit, work, _asked(visit), check)


def _asked(visit: Visit) -> Purchase:
    parameters = offers.chosen(visit, _CODES)
    parameters["Log"] = "1" if visit.given("Log") == "1" else "0"
    return Purchase(
        product_type=PRODUCT_TYPES[-1],
        months=whole(visit.given("Period", "1")) or 0,
        parameters=parameters,
        renewal_mode=visit.given("RenewalStatus"),
        renewal_months=whole(visit.given("RenewPeriod")),
    )


def _sold(work: ConsoleWork, book: PriceBook) -> list[Edition]:
    """The editions that can be bought: hardware only where there is a module."""
    return [
        one
        for one in book.editions
        if work.hardware_available or not InstanceEdition(one.name).is_hardware
    ]


def _edition(visit: Visit, work: ConsoleWork, book: PriceBook) -> Edition:
    first = next((one.product_versions[0] for one in _sold(work, book)), "3")
    return book.edition(visit.given("ProductVersion", first))


def _quantities(visit: Visit, edition: Edition) -> list[offers.Field]:
    least = offers.included(edition)
    return offers.fields_of(visit, edition, least, least)
