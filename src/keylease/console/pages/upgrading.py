"""The Upgrade page: more of an instance from now on, paid to the end of its term. rules.md 6."""

from collections.abc import Mapping, Sequence
from typing import Any

from keylease.billing.catalog import Configuration
from keylease.billing.orders.model import Order
from keylease.billing.orders.placing import Offer
from keylease.console.pages import offers
from keylease.console.pages.doing import with_money
from keylease.console.pages.instances import EDITIONS, remaining
from keylease.console.ports import ConsoleWork
from keylease.console.visit import Goto, Page, Visit, whole
from keylease.core.clock import DAY, HOUR
from keylease.core.errors import Code, Refusal
from keylease.custody.instances.model import Instance
from keylease.lifecycle import renewal, upgrade
from keylease.lifecycle.configuration import configuration_of


def show(visit: Visit, work: ConsoleWork) -> Page:
    """The Upgrade page: new quantities, the fee explained, terms of service, Buy Now."""
    instance = _owned(visit, work)
    values = {
        "one": instance,
        "edition": EDITIONS[instance.edition],
        "remaining": remaining(instance, work.now),
        "present": configuration_of(instance, work.now),
        "quantities": _quantities(visit, work, instance),
        **_price(visit, work, instance),
    }
    return Page("buying/upgrade.html", "Upgrade", values)


def order(visit: Visit) -> Goto:
    """Buy Now: an order that waits to be paid. Its fee falls by the second until it is made."""
    instance_id = visit.path["instance_id"]

    def place(work: ConsoleWork) -> Order:
        account = work.accounts.lock(visit.account_id)
        instance = renewal.owned(work, account.id, instance_id)
        offer = upgrade.offer(work, account, instance, _parameters(visit))
        return offers.order(visit, work, offer, falls=True)

    return offers.order_once(visit, with_money("ModifyInstance"), place)


def _owned(visit: Visit, work: ConsoleWork) -> Instance:
    instance = renewal.owned(work, visit.account_id, visit.path["instance_id"], lock=False)
    upgrade.require_upgradable(instance, work.now)
    return instance


def _parameters(visit: Visit) -> dict[str, str]:
    return offers.chosen(visit) | ({"Log": "1"} if visit.given("Log") == "1" else {})


def _quantities(visit: Visit, work: ConsoleWork, instance: Instance) -> list[offers.Field]:
    _, book = work.price_books.current()
    book.require_currency(visit.account.currency)
    present = configuration_of(instance, work.now)
    least = present.quantities
    return offers.fields_of(visit, book.edition_named(present.edition), least, least)


def _price(visit: Visit, work: ConsoleWork, instance: Instance) -> dict[str, Any]:
    parameters, present = _parameters(visit), configuration_of(instance, work.now)

    def make() -> Offer:
        fields = _quantities(visit, work, instance)
        offers.require_offered(fields)
        if not _rises(fields, present, parameters):
            raise Refusal(
                Code.INVALID_PARAMETER,
                "Raise at least one of the quantities to see what it costs.",
            )
        return upgrade.offer(work, visit.account, instance, parameters)

    values = offers.shown(work, make)
    left = instance.end - work.now
    return values | {
        "waiting": offers.waiting_order(work, instance.id),
        "left": {"days": left // DAY, "hours": left % DAY // HOUR},
        "end": instance.end,
    }


def _rises(
    fields: Sequence[offers.Field], present: Configuration, parameters: Mapping[str, str]
) -> bool:
    """Whether more is asked for; log storage is some only while log analysis is on."""
    log = present.log or "Log" in parameters
    raised = {one.module.code for one in fields if whole(one.value) != one.least}
    return log != present.log or bool(raised - (set() if log else {"LogStorage"}))
