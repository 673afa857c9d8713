"""Renewing an instance: the next term queues behind the last one, or starts anew after expiry.

Source: rules.md 1 and 4. A renewal costs the configuration that the new term starts with, at the
price book in force when it is paid.
"""

from dataclasses import replace

from keylease.access.accounts import Account
from keylease.billing.catalog import Quote, quote, resolve_renewal_months
from keylease.billing.orders.model import OrderType, PaidTerm
from keylease.billing.orders.placing import Subject, paid_order
from keylease.billing.renewals.model import renewal_setting
from keylease.billing.wallet.payment import pay
from keylease.core.errors import Code
from keylease.core.terms import Term, continued, renewed_by_hand
from keylease.custody.instances import lookup
from keylease.custody.instances.model import Instance
from keylease.lifecycle.configuration import configuration_of
from keylease.lifecycle.letters import Scribe
from keylease.lifecycle.planning import plan, plan_attempts
from keylease.lifecycle.purchase import Receipt
from keylease.lifecycle.work import Work
from keylease.notifications.letters import Kind


def renew(work: Work, account_id: str, instance_id: str, months: int) -> Receipt:
    """Renew by hand, in any phase before the release.

    Refusals: ResourceNotExists, InvalidParameter, PAY.INSUFFICIENT_BALANCE.
    """
    account = work.accounts.lock(account_id)
    instance = owned(work, account_id, instance_id)
    _, book = work.price_books.current()
    months = resolve_renewal_months(book, months)
    term = renewed_by_hand(instance.last_term, work.now, months)
    return _book(work, account, instance, term, months, automatic=False)


def renew_automatically(work: Work, instance: Instance, months: int) -> Receipt:
    """Renew without a gap, also after expiry; the Refusal PAY.INSUFFICIENT_BALANCE of `renew`.

    A release that is due but was not carried out does not stand in its way. rules.md 1 and 5.
    """
    account = work.accounts.lock(instance.account_id)
    term = continued(instance.last_term, months)
    return _book(work, account, instance, term, months, automatic=True)


def price_of(work: Work, account_id: str, currency: str, instance_id: str, months: int) -> Quote:
    """What `renew` would charge now; the same Refusals but for the balance."""
    instance = owned(work, account_id, instance_id, lock=False)
    _, book = work.price_books.current()
    months = resolve_renewal_months(book, months)
    return quote(book, configuration_of(instance), currency, months)


def set_renewal(
    work: Work,
    account_id: str,
    instance_ids: list[str],
    mode: str,
    period: int | None,
    unit: str,
) -> None:
    """Set how these instances are to be renewed: all of them or, after a Refusal, none."""
    work.accounts.lock(account_id)
    _, book = work.price_books.current()
    setting = renewal_setting(book, mode, period, unit)
    for instance_id in sorted(instance_ids):
        instance = owned(work, account_id, instance_id)
        work.renewal_settings.put(instance.id, setting)
        plan_attempts(work, instance, setting)


def owned(work: Work, account_id: str, instance_id: str, *, lock: bool = True) -> Instance:
    """The account's instance, as billing calls refuse it: 400 ResourceNotExists."""
    return lookup.owned(
        work.instances,
        account_id,
        instance_id,
        work.now,
        lock=lock,
        code=Code.RESOURCE_NOT_EXISTS,
        status=400,
    )


def _book(
    work: Work, account: Account, instance: Instance, term: Term, months: int, *, automatic: bool
) -> Receipt:
    version, book = work.price_books.current()
    configuration = configuration_of(instance)
    price = quote(book, configuration, account.currency, months)
    about = Subject(account.id, instance.id, instance.region, instance.product_type)
    order = paid_order(work, OrderType.RENEW, about, price, configuration, configuration, version)
    balance = pay(work, order)
    renewed = _extended(instance, term)
    paid = PaidTerm(order.id, renewed.id, term)
    work.orders.add(order, paid)
    work.instances.update(renewed)
    plan(work, renewed, work.renewal_settings.find_many([renewed.id])[renewed.id])
    receipt = Scribe(work).receipt(Kind.RENEWAL, renewed, order, paid, balance, automatic=automatic)
    work.letters.add([receipt])
    work.changed("instance", renewed.id)
    return Receipt(order.id, renewed.id)


def _extended(instance: Instance, term: Term) -> Instance:
    gap = term.start > instance.end
    return replace(
        instance,
        since=term.start if gap else instance.since,
        term_start=term.start,
        end=term.end,
        anchor=term.anchor,
        months=term.months,
    )
