"""Value-added services: those of the account, and the page that sells them. facts/kms.md 1.2, 1.5.

They are renewed and unsubscribed like instances, on the same pages.
"""

from typing import Any

from keylease.billing.catalog import PRODUCT_TYPES, SERVICE_VERSION, PriceBook
from keylease.billing.catalog.model import Service
from keylease.billing.orders.model import Order
from keylease.console.pages import offers
from keylease.console.pages.doing import with_money
from keylease.console.pages.instances import EDITIONS, MODES, remaining
from keylease.console.ports import ConsoleWork
from keylease.console.visit import PAGE_SIZE, Goto, Page, Visit, whole
from keylease.core.errors import Code, Refusal
from keylease.core.terms import RETENTION, Phase
from keylease.custody.instances.model import Edition, Instance
from keylease.lifecycle import purchase
from keylease.lifecycle.listing import SubscriptionFilter
from keylease.lifecycle.purchase import Purchase

#: What each is for.
ABOUT = {
    Edition.DEFAULT_KEY_ROTATION.value: (
        "The default keys of a region can be rotated by themselves, once a year. Without the "
        "service they cannot be rotated."
    ),
}


def listed(visit: Visit, work: ConsoleWork) -> Page:
    """The services of all regions, with what can be done to each."""
    services = [one.value for one in Edition if one.is_service]
    chosen, kept = SubscriptionFilter(editions=services), work.now - RETENTION
    found, total = work.subscriptions.page(visit.account_id, chosen, kept, visit.offset, PAGE_SIZE)
    values = {
        "rows": [(one, setting, *_standing(one, work.now)) for one, setting in found],
        "total": total,
        "modes": MODES,
        "editions": EDITIONS,
    }
    return Page("services/list.html", "Value-added services", values)


def choose(visit: Visit, work: ConsoleWork) -> Page:
    """What is sold in a region: duration, automatic renewal, price, terms, Buy Now."""
    _, book = work.price_books.current()
    book.require_currency(visit.account.currency)
    sold = sold_in(book)
    if not sold:
        raise Refusal(Code.NOT_APPLICABLE, "No value-added service is sold here.")
    service = next((one for one in sold if one.value == _value(visit, sold)), sold[0])
    values = {
        "service": service,
        "name": EDITIONS[Edition(service.name)],
        "services": [(one.value, visit.t(EDITIONS[Edition(one.name)])) for one in sold],
        "about": ABOUT.get(service.name, ""),
        "durations": offers.durations(visit, book, book.durations.service),
        "default": str(min(book.durations.service, default=0)),
        "periods": [
            (str(months), offers.months_text(visit, months))
            for months in book.durations.automatic
            if months in book.durations.service
        ],
    }
    return Page("services/buy.html", "Buy a value-added service", values | _price(visit, work))


def order(visit: Visit) -> Goto:
    """Buy Now: an order that waits to be paid."""

    def place(work: ConsoleWork) -> Order:
        account = work.accounts.lock(visit.account_id)
        _require_none(visit, work)
        _, book = work.price_books.current()
        offer = purchase.offer(work, account, visit.region, _asked(visit, book))
        return offers.order(visit, work, offer)

    return offers.order_once(visit, with_money("CreateInstance"), place)


def sold_in(book: PriceBook) -> list[Service]:
    """The services that can be bought here: those that the API can name."""
    return [one for one in book.services if one.value]


def _price(visit: Visit, work: ConsoleWork) -> dict[str, Any]:
    _, book = work.price_books.current()
    asked = _asked(visit, book)
    return offers.shown_purchase(visit, work, asked, lambda: _require_none(visit, work))


def _asked(visit: Visit, book: PriceBook) -> Purchase:
    parameters = {
        "ProductVersion": SERVICE_VERSION,
        "ValueAddedService": _value(visit, sold_in(book)),
    }
    if region := visit.given("Region"):
        parameters["Region"] = region
    return Purchase(
        product_type=PRODUCT_TYPES[-1],
        months=whole(visit.given("Period", str(min(book.durations.service, default=0)))) or 0,
        parameters=parameters,
        renewal_mode=visit.given("RenewalStatus"),
        renewal_months=whole(visit.given("RenewPeriod")),
    )


def _value(visit: Visit, sold: list[Service]) -> str:
    return visit.given("ValueAddedService", sold[0].value if sold else "")


def _require_none(visit: Visit, work: ConsoleWork) -> None:
    """Refuse a second one in the region: it would be accepted, and given back at once."""
    region = visit.given("Region", visit.region)
    for one in work.instances.services(visit.account_id, region):
        if one.is_kept(work.now):  # there is one service that can be bought, so it is this
            raise Refusal(
                Code.NOT_APPLICABLE,
                "You have it in this region: {service}. Renew that one.",
                service=one.id,
            )


def _standing(one: Instance, now: int) -> tuple[str, tuple[str, int]]:
    """Whether it is in effect, and how long."""
    state = "In effect" if one.phase(now) is Phase.RUNNING else "Expired"
    return state, remaining(one, now)
