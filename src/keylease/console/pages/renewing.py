"""The Renew page of an instance, and its automatic renewal. rules.md 1 and 5.

The new term can begin with other quantities, more or fewer. The field `CHANGE` tells that a form
holds them, since a box that is not ticked is not sent.
"""

from collections.abc import Sequence
from typing import Any

from keylease.access.accounts import Account
from keylease.billing.catalog import PRODUCT_CODE, quote
from keylease.billing.orders.model import Order
from keylease.billing.orders.placing import Offer
from keylease.billing.renewals.model import RenewalMode, RenewalSetting
from keylease.billing.renewals.schedule import attempts_for
from keylease.console.navigation import page_of
from keylease.console.pages import offers
from keylease.console.pages.doing import with_money
from keylease.console.pages.instances import EDITIONS, remaining
from keylease.console.ports import ConsoleWork
from keylease.console.visit import Goto, Page, Visit, whole
from keylease.core.money import amount_for_people
from keylease.core.terms import Phase, renewed_by_hand
from keylease.custody.instances.model import Instance
from keylease.lifecycle import renewal

#: In a form: that it holds the quantities of the new term.
CHANGE = "Change"

_YEAR = 12


def show(visit: Visit, work: ConsoleWork) -> Page:
    """The Renew page: duration, price, terms of service, Buy Now."""
    instance = _owned(visit, work)
    _, book = work.price_books.current()
    offered = _offered(work, instance)
    values = {
        "durations": offers.durations(visit, book, offered),
        "default": str(offered[0]) if offered else "",
        "quantities": _quantities(visit, work, instance),
        "changes": _changes(visit, instance, work.now),
        "change_pending": instance.has_change_pending(work.now),
        "expired": instance.phase(work.now) is not Phase.RUNNING,
        **_about(instance, work),
        **_price(visit, work, instance),
    }
    return Page("buying/renew.html", "Renew", values)


def order(visit: Visit) -> Goto:
    """Buy Now: an order that waits to be paid."""
    instance_id = visit.path["instance_id"]

    def place(work: ConsoleWork) -> Order:
        account = work.accounts.lock(visit.account_id)
        instance = renewal.owned(work, account.id, instance_id)
        offer = _offer(visit, work, account, instance, visit.given("RenewPeriod"))
        if offer.configuration != offer.original:
            visit.require(with_money("RenewChangeInstance"), work)
        return offers.order(visit, work, offer)

    return offers.order_once(visit, with_money("RenewInstance"), place)


def show_automatic(visit: Visit, work: ConsoleWork) -> Page:
    """The dialog of automatic renewal."""
    instance = _owned(visit, work)
    setting = work.renewal_settings.find_many([instance.id])[instance.id]
    attempts = attempts_for(instance.id, instance.end, work.now, work.renewal_hour)
    values = {
        "setting": setting,
        "periods": _periods(visit, work, instance, setting),
        "attempts": [one.due for one in attempts],
        "hour": f"{work.renewal_hour:02d}:00",
        **_about(instance, work),
    }
    return Page("buying/auto_renewal.html", "Auto-renewal", values)


def set_automatic(visit: Visit) -> Goto:
    """Set how the instance is renewed."""
    instance_id, mode = visit.path["instance_id"], visit.given("RenewalStatus")
    period = visit.given("RenewalPeriod") if mode == RenewalMode.AUTO else ""
    visit.perform(
        "SetRenewal",
        InstanceIDs=instance_id,
        ProductCode=PRODUCT_CODE,
        RenewalStatus=mode,
        RenewalPeriod=period,
    )
    done = {
        RenewalMode.AUTO.value: "The instance is renewed by itself from now on.",
        RenewalMode.MANUAL.value: "The instance is renewed by hand from now on.",
    }.get(mode, "The instance is not renewed any more.")
    return Goto(page_of(instance_id), done)


def _owned(visit: Visit, work: ConsoleWork) -> Instance:
    instance = renewal.owned(work, visit.account_id, visit.path["instance_id"], lock=False)
    renewal.require_subscription(instance)
    return instance


def _about(instance: Instance, work: ConsoleWork) -> dict[str, Any]:
    return {
        "one": instance,
        "edition": EDITIONS[instance.edition],
        "remaining": remaining(instance, work.now),
        "configuration": renewal.next_configuration(instance, work.now),
    }


def _price(visit: Visit, work: ConsoleWork, instance: Instance) -> dict[str, Any]:
    _, book = work.price_books.current()
    offered = _offered(work, instance)
    period = visit.given("RenewPeriod", str(offered[0]) if offered else "")

    def make() -> Offer:
        offers.require_offered(_quantities(visit, work, instance))
        return _offer(visit, work, visit.account, instance, period)

    values = offers.shown(work, make)
    values["waiting"] = offers.waiting_order(work, instance.id)
    if (offer := values["offer"]) is not None:
        currency, present = visit.account.currency, renewal.next_configuration(instance, work.now)
        values["end"] = renewed_by_hand(instance.last_term, work.now, offer.months).end
        values["unchanged"] = quote(book, present, currency, offer.months).payable_amount
    return values


def _offer(
    visit: Visit, work: ConsoleWork, account: Account, instance: Instance, period: str
) -> Offer:
    changes = _changes(visit, instance, work.now)
    return renewal.offer(work, account, instance, whole(period) or 0, parameters=changes)


def _offered(work: ConsoleWork, instance: Instance) -> Sequence[int]:
    """The durations in months that are sold."""
    _, book = work.price_books.current()
    return book.durations.service if instance.edition.is_service else book.durations.renewal


def _can_change(instance: Instance, now: int) -> bool:
    """Whether the new term can begin with other quantities."""
    return not instance.edition.is_service and not instance.has_change_pending(now)


def _changes(visit: Visit, instance: Instance, now: int) -> dict[str, str] | None:
    """What was chosen for the new term; None: all stays as it is."""
    if visit.given(CHANGE) != "1" or not _can_change(instance, now):
        return None
    return offers.chosen(visit) | {"Log": "1" if visit.given("Log") == "1" else "0"}


def _quantities(visit: Visit, work: ConsoleWork, instance: Instance) -> list[offers.Field]:
    """The quantities that the new term can have; none where nothing can be changed."""
    if not _can_change(instance, work.now):
        return []
    _, book = work.price_books.current()
    book.require_currency(visit.account.currency)
    present = renewal.next_configuration(instance, work.now)
    edition = book.edition_named(present.edition)
    return offers.fields_of(visit, edition, present.quantities, offers.included(edition))


def _periods(
    visit: Visit, work: ConsoleWork, instance: Instance, setting: RenewalSetting
) -> list[tuple[str, str]]:
    """The periods of automatic renewals, each with what it costs now."""
    _, book = work.price_books.current()
    currency, configuration = visit.account.currency, renewal.next_configuration(instance, work.now)
    sold = {*book.durations.automatic, *([setting.months] if setting.months else ())}
    return [
        (
            str(months),
            f"{offers.months_text(visit, months)}, "
            + amount_for_people(
                quote(book, configuration, currency, months).payable_amount, currency
            ),
        )
        for months in sorted(sold)
        if not instance.edition.is_service or months % _YEAR == 0
    ]
