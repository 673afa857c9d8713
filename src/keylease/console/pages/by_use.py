"""Buying an instance that is paid for by the day, or trying one for free. rules.md 8.

It is bought at once, by the operation CreateInstance: its order costs nothing.
"""

from typing import Any

from keylease.billing.catalog import (
    PAY_AS_YOU_GO_PRODUCT_TYPES,
    PRODUCT_CODE,
    PRODUCT_VERSIONS,
    PayAsYouGo,
    PriceBook,
    Usage,
    day_price,
)
from keylease.billing.legal.model import LegalKind
from keylease.billing.orders.model import Subscription
from keylease.console.pages import offers
from keylease.console.pages.instances import EDITIONS
from keylease.console.ports import ConsoleWork
from keylease.console.visit import Goto, Page, Visit
from keylease.core import ids
from keylease.core.clock import DAY
from keylease.core.errors import Code, Refusal
from keylease.core.money import exact_text
from keylease.core.regions import REGIONS
from keylease.custody.instances.model import Edition
from keylease.lifecycle import pay_as_you_go

_ITEMS = {
    "Instance": ("Instance", "each day on which it exists"),
    "KeyNum": ("Each key version", "at the end of the day; those that wait for deletion are free"),
    "SecretNum": ("Each secret", "at the end of the day"),
    "Spec": ("Each request a second", "the highest average of a minute of the day, rounded up"),
}


def show(visit: Visit, work: ConsoleWork) -> Page:
    """Pay-as-you-go: what is sold by the day, and for how much."""
    return _chosen(visit, work, "buying/by_use.html", trial=False)


def show_trial(visit: Visit, work: ConsoleWork) -> Page:
    """The free trial."""
    return _chosen(visit, work, "buying/by_use.html", trial=True)


def confirm(visit: Visit, work: ConsoleWork) -> Page:
    """What is about to be bought, once more."""
    return _chosen(
        visit, work, "buying/confirm.html", trial=visit.given(pay_as_you_go.TRIAL) == "1"
    )


def buy(visit: Visit) -> Goto:
    """Buy it now."""
    with visit.transactions.read() as work:
        offers.accepted_terms(visit, work)
        _require_prices_shown(visit, work)
    parameters = {name: visit.given(name) for name in ("Region", "ProductVersion", "Trial")}
    listed: dict[str, str] = {}
    for n, (code, value) in enumerate(parameters.items(), 1):
        listed |= {f"Parameter.{n}.Code": code, f"Parameter.{n}.Value": value}
    answer = visit.perform(
        "CreateInstance",
        ProductCode=PRODUCT_CODE,
        ProductType=PAY_AS_YOU_GO_PRODUCT_TYPES[-1],
        SubscriptionType=Subscription.PAY_AS_YOU_GO.value,
        ClientToken=visit.given("ClientToken"),
        **listed,
    )
    instance_id = answer["Data"]["InstanceId"]
    return Goto(f"/console/instances/{instance_id}", "The instance is yours. Enable it to use it.")


def trial_refusal(visit: Visit, work: ConsoleWork) -> Refusal | None:
    """Why this account cannot try an instance for free, or None."""
    _, book = work.price_books.current()
    software = PRODUCT_VERSIONS[Edition.SOFTWARE.value][0]
    return _refusal(visit, work, software, trial=True) if book.trial_days else None


def _chosen(visit: Visit, work: ConsoleWork, template: str, *, trial: bool) -> Page:
    book_version, book = work.price_books.current()
    book.require_currency(visit.account.currency)
    sold = [one for one in book.pay_as_you_go if _is_sold(work, one, trial=trial)]
    if not sold:
        raise Refusal(Code.NOT_APPLICABLE, "Nothing is sold by the day here.")
    versions = {PRODUCT_VERSIONS[one.edition][0]: one for one in sold}
    version = visit.given("ProductVersion", next(iter(versions)))
    edition = book.by_the_day(book.edition(version).name)
    values = {
        "trial": trial,
        "trial_ends": work.now + book.trial_days * DAY,
        "trial_days": book.trial_days,
        "editions": {v: EDITIONS[Edition(one.edition)] for v, one in versions.items()},
        "version": version,
        "holds": edition,
        "edition_name": EDITIONS[Edition(edition.edition)],
        "no_hardware": not work.hardware_available,
        "prices": _prices(visit, book, edition),
        "book_version": book_version,
        "region": REGIONS[visit.region],
        "refusal": _refusal(visit, work, version, trial=trial),
        "terms_version": work.legal_texts.current_version(LegalKind.SERVICE),
        "client_token": ids.uuid(work.entropy),
    }
    return Page(template, "Free trial" if trial else "Pay-as-you-go", values)


def _require_prices_shown(visit: Visit, work: ConsoleWork) -> None:
    version, _ = work.price_books.current()
    if visit.given("book_version") != str(version):
        raise Refusal(
            Code.INVALID_PARAMETER, "The prices have changed: look at them, then buy again."
        )


def _is_sold(work: ConsoleWork, one: PayAsYouGo, *, trial: bool) -> bool:
    hardware = Edition(one.edition).is_hardware
    return not hardware or (work.hardware_available and not trial)


def _prices(visit: Visit, book: PriceBook, edition: PayAsYouGo) -> list[dict[str, Any]]:
    """What one of each costs a day, as exact as the price book has it."""
    currency = visit.account.currency
    one = Usage(existed=True, key_versions=1, secrets=1, peak_qps=1)
    return [
        {
            "item": _ITEMS[line.code][0],
            "counted": _ITEMS[line.code][1],
            "price": f"{currency} {exact_text(line.unit_price)}",
        }
        for line in day_price(book, edition.edition, one, currency).lines
    ]


def _refusal(visit: Visit, work: ConsoleWork, version: str, *, trial: bool) -> Refusal | None:
    parameters = {"ProductVersion": version, pay_as_you_go.TRIAL: "1" if trial else "0"}
    product_type = PAY_AS_YOU_GO_PRODUCT_TYPES[-1]
    try:
        pay_as_you_go.offer(work, visit.account, visit.region, product_type, parameters)
    except Refusal as refusal:
        return refusal
    return None
