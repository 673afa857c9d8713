"""Renewing many instances of an account to one expiration day: all of them, or none.

Each gets an order of its own, whose term ends on that day and starts the counting of months anew.
Source: facts/billing.md 3 "Unified expiration"; rules.md 1, 4.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from keylease.access.accounts import Account
from keylease.billing.orders.model import OrderType
from keylease.billing.orders.placing import Offer, Subject
from keylease.billing.renewals.unify import Extension, unified, unified_quote
from keylease.core.errors import Code
from keylease.core.terms import Phase, end_of
from keylease.custody.instances.model import Instance, expired
from keylease.lifecycle import renewal
from keylease.lifecycle.checkout import Receipt, check_out, require_no_unpaid_order
from keylease.lifecycle.work import Work


@dataclass(frozen=True, slots=True)
class Unification:
    """What would become of an instance, and the offer to renew it so."""

    instance: Instance
    extension: Extension
    offer: Offer

    @property
    def new_end(self) -> int:
        """The end that is offered, a business instant."""
        return end_of(self.extension.expiration_date)


def preview(
    work: Work, account: Account, instance_ids: Iterable[str], day: int, *, lock: bool = False
) -> list[Unification]:
    """What each instance would be renewed to, and for how much, ordered by id.

    Refusals, if they hold for any one: ResourceNotExists, NotApplicable (pay-as-you-go),
    ResourceStatusError (expired), CSS_CHECK_ORDER_ERROR (an order waits), InvalidParameter (day).
    """
    found = [renewal.owned(work, account.id, one, lock=lock) for one in sorted(set(instance_ids))]
    for instance in found:
        _require_unifiable(work, instance)
    return [_unification(work, account, instance, day) for instance in found]


def unify(
    work: Work, account_id: str, instance_ids: Iterable[str], day: int
) -> Sequence[tuple[Unification, Receipt]]:
    """Renew all these instances to one day; the Refusals of `preview`, and those of paying.

    The caller gives up the unit of work after a Refusal, so that none of them is renewed then.
    """
    account = work.accounts.lock(account_id)
    wanted = preview(work, account, instance_ids, day, lock=True)
    return [(one, check_out(work, account, one.offer, renewal.deliver)) for one in wanted]


def _require_unifiable(work: Work, instance: Instance) -> None:
    renewal.require_subscription(instance)
    if instance.phase(work.now) is not Phase.RUNNING:
        raise expired(Code.RESOURCE_STATUS, instance.id, instance.end)
    require_no_unpaid_order(work, instance.id)


def _unification(work: Work, account: Account, instance: Instance, day: int) -> Unification:
    extension = unified(instance.end, day)
    version, book = work.price_books.current()
    wanted = renewal.next_configuration(instance, work.now)
    offer = Offer(
        OrderType.RENEW,
        Subject(account.id, instance.id, instance.region, instance.product_type),
        unified_quote(book, wanted, account.currency, extension),
        wanted,
        wanted,
        version,
        extension.months,
        details={
            "expiration_date": extension.expiration_date.isoformat(),
            "rest_days": extension.days,
        },
    )
    return Unification(instance, extension, offer)
